"""What came of a press is told until it was on a page that was drawn to its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from conftest import ROOT
from pages import WAIT, signed_in
from streamlit.testing.v1 import AppTest

from app import admitting
from data.store import Store

TOLD = "Den nye søknaden er laget."


@pytest.fixture
def page(store: Store) -> Iterator[AppTest]:
    """The whole program for a visitor, after a press that was done."""
    with signed_in(store.folder, ""):
        page = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=WAIT)
        page.session_state["outcome"] = TOLD
        yield page


def told(page: AppTest) -> list[str]:
    assert not page.exception, page.exception
    return [one.value for one in page.success]


def test_it_is_told_once(page: AppTest) -> None:
    assert told(page.run()) == [TOLD]
    assert told(page.run()) == []


def test_a_run_that_is_cut_off_leaves_it_to_the_next(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second press, or a field that is left, cuts off the run that the first one began."""
    with monkeypatch.context() as cut:
        cut.setattr(admitting, "admit", lambda *_: st.stop())
        assert told(page.run()) == [TOLD]
    assert told(page.run()) == [TOLD]
    assert told(page.run()) == []
