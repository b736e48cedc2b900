"""What is stored about whom, held against the schema; and the page that tells of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import privacy_page
from data.limits import limit, span
from data.phrases import LANGUAGES
from data.privacy import TOLD, holdings, impersonal, tables
from data.store import Store
from fund.retention import RULES


def unlisted(store: Store) -> list[str]:
    """What the schema has and the register lacks, or the other way round, in words for who adds a column."""
    listed = {name: one.columns for name, one in tables().items()} | impersonal()
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    there = {}
    with store.read() as db:
        for (table,) in db.execute(sql).fetchall():
            columns = db.execute("SELECT name FROM pragma_table_xinfo(?)", [table]).fetchall()
            there[table] = tuple(name for (name,) in columns)
    faults = [f"{table} is in data/privacy.toml and not in the schema" for table in set(listed) - set(there)]
    for table, columns in there.items():
        new, gone = set(columns) - set(listed.get(table, ())), set(listed.get(table, ())) - set(columns)
        faults += [f"{table}.{one}: say in data/privacy.toml whose it is, or that it is nobody's" for one in new]
        faults += [f"{table}.{one} is in data/privacy.toml and not in the schema" for one in gone]
    return faults


def test_every_column_is_told_of(store: Store) -> None:
    assert unlisted(store) == []


def test_a_new_table_or_column_must_be_told_of(store: Store) -> None:
    store.db.execute("PRAGMA query_only = OFF")
    store.db.execute("ALTER TABLE seat ADD COLUMN phone TEXT")
    store.db.execute("CREATE TABLE guest (name TEXT)")
    assert [one.split(":")[0] for one in unlisted(store)] == ["seat.phone", "guest.name"]


def test_no_column_is_listed_twice_and_every_table_has_its_holding() -> None:
    assert not set(tables()) & set(impersonal())
    for one in tables().values():
        parts = (*one.given, *one.held, *one.other)
        assert len(parts) == len(set(parts)), one.name
        assert not set(one.person) & {*one.held, *one.other}, one.name
        assert one.given or one.held, f"{one.name} tells of nobody: it belongs under impersonal"
    assert {one.holding for one in tables().values()} | {"files"} == {one.key for one in holdings()}


def test_columns_that_hold_an_account_are_known_as_persons() -> None:
    """The names under which accounts stand in the schema; where one means something else it is said here."""
    other = {("claim", "account"), ("batch_payment", "account"), ("leg", "account")}  # of a bank, and of the ledger
    other |= {("settlement", "attested_by"), ("batch_payment", "told_by"), ("award", "accept_by")}
    listed = {name: one.columns for name, one in tables().items()} | impersonal()
    for table, columns in listed.items():
        for column in columns:
            who = column in ("account", "actor", "owner", "recipient") or column.endswith("_by")
            if who and (table, column) not in other:
                assert table in tables() and column in tables()[table].person, f"{table}.{column}"


def test_every_sentence_is_there_in_both_languages_and_every_time_is_a_limit() -> None:
    for one in holdings():
        assert set(one.words) == set(TOLD), one.key
        for part in TOLD:
            for lang in LANGUAGES:
                assert one.told(part, lang).strip()
            names = [set(re.findall(r"\{(\w+)\}", one.told(part, lang))) for lang in LANGUAGES]
            assert names[0] == names[1], (one.key, part)
            assert all(limit(name) > 0 for name in names[0])
    told = " ".join(one.told("kept", "nb") for one in holdings())
    for rule in RULES:
        assert not rule.limit or (span(rule.limit) and f"{{{rule.limit}}}" in told), f"{rule.key} isn't told of"


@pytest.fixture(scope="module")
def browser() -> TestClient:
    return TestClient(Starlette(routes=privacy_page.ROUTES))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_tells_everything_to_everyone(browser: TestClient, lang: str) -> None:
    answer = browser.get(f"/personvern?lang={lang}")
    assert answer.status_code == 200 and f'<html lang="{lang}">' in answer.text
    for one in holdings():
        assert one.told("name", lang).replace("’", "’") in answer.text  # type: ignore[arg-type]
    assert not re.search(r"\{\w+\}", answer.text.partition("</style>")[2])
    assert ("365 dager" if lang == "nb" else "365 days") in answer.text
    assert "/tilgjengelighet" in answer.text and "<script" not in answer.text


def test_the_docs_name_the_files() -> None:
    text = (Path(__file__).parent.parent / "docs" / "privacy.md").read_text(encoding="utf-8")
    for name in ("data/privacy.toml", "erased.txt", "fund retention", "data/limits.toml", "/personvern"):
        assert name in text
