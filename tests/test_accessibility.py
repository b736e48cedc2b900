"""The statement on accessibility says what the tests say, in both languages."""

from __future__ import annotations

import pytest
from conftest import ROOT
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import accessibility_page, heard
from data import accessibility
from data.accessibility import lacking
from data.phrases import LANGUAGES, Lang, say


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_statement_tells_all_that_is_lacking_and_what_was_tested(lang: Lang) -> None:
    browser = TestClient(Starlette(routes=[*accessibility_page.ROUTES, *heard.ROUTES]))
    answer = browser.get(f"/tilgjengelighet?lang={lang}")
    assert answer.status_code == 200 and f'lang="{lang}"' in answer.text and "<script" not in answer.text
    assert answer.text.count("<h1>") == 1 and answer.text.count("<h3>") == len(lacking())
    assert all(one.criterion in answer.text for one in lacking()) and "uustatus.no" in answer.text
    script = browser.get(f"/hort.js?lang={lang}")
    assert script.headers["content-type"].startswith("text/javascript")
    assert say("accessibility.heard.skip", lang) in script.text


def test_what_was_tested_has_its_test() -> None:
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert {one.test for one in accessibility.tested()} <= there


def test_each_thing_lacking_is_said_whole_in_both_languages() -> None:
    for one in lacking():
        assert bool(one.criterion) == bool(one.level)
        for part in ("what", "means", "instead"):
            assert set(one.said[part]) == set(LANGUAGES) and all(one.said[part].values())
