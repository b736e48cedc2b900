"""A person's own data: everything that the register says is theirs, and nobody else's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import person
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import downloads
from app.visit import SESSION_COOKIE
from data.accounts import get_account
from data.own_data import ANOTHER, own_data
from data.permission import ANYONE, OPERATOR, ROLES, Actor, Refused
from data.privacy import tables
from data.store import Store, open_store
from data.unsent import keep_unsent
from fund.demo import Story
from fund.demo_year import play


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with open_store(tmp_path_factory.mktemp("own")) as store:
        yield play(store)


def number(actor: Actor) -> int:
    return int(actor.id.partition(":")[2])


def mentions(store: Store, who: str, account: int) -> dict[str, int]:
    """How many rows of each table have the account in any column whatever, asked of the schema alone."""
    found = {}
    with store.read() as db:
        names = [one for (one,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
        for table in names:
            columns = [one for (one,) in db.execute("SELECT name FROM pragma_table_xinfo(?)", [table]).fetchall()]
            texts = " OR ".join(f'"{column}" = ?' for column in columns)
            count = db.execute(f'SELECT count(*) FROM "{table}" WHERE {texts}', [who] * len(columns)).fetchone()[0]
            found[table] = count
        sql = "SELECT count(*) FROM audit WHERE kind = 'account' AND resource = ? AND actor <> ?"
        found["audit"] += db.execute(sql, [str(account), who]).fetchone()[0]
    return {table: count for table, count in found.items() if count}


@pytest.mark.parametrize("role", ["officer", "board", "chair", "treasurer", "applicant"])
def test_every_row_that_names_the_account_is_there(year: Story, role: str) -> None:
    who = year.who(role)
    found = {one.table: len(one.rows) for one in own_data(year.store, who, number(who)).tables}
    expected = mentions(year.store, who.id, number(who))
    assert len(expected) > 2
    assert {table: found.get(table) for table in expected} == expected
    assert {"account", "account_role"} <= set(found)


def test_votes_and_words_are_the_persons_own_and_no_others(year: Story) -> None:
    member, chair = year.who("board"), year.who("chair")
    found = {one.table: one.rows for one in own_data(year.store, member, number(member)).tables}
    assert found["vote"] and {row["account"] for row in found["vote"]} == {member.id}
    assert found["account"][0]["name"] == get_account(year.store, OPERATOR, number(member)).name
    text = json.dumps(found, ensure_ascii=False)
    other = get_account(year.store, OPERATOR, number(chair))
    assert other.email not in text
    everyone = {f'"account:{one}"' for one in range(1, 30)} - {f'"{member.id}"'}
    assert not [one for one in everyone if one in text]


def test_another_in_the_same_row_is_hidden(year: Story) -> None:
    applicant = year.who("applicant")
    found = {one.table: one.rows for one in own_data(year.store, applicant, number(applicant)).tables}
    decided = [row["decided_by"] for row in found["mandate"]]
    assert decided and set(decided) == {ANOTHER}


def test_no_secret_goes_out(year: Story) -> None:
    secrets = {"hash", "digest", "source", "email_key"}
    for role in ROLES:
        if role in ("auditor", "administrator"):
            continue
        for one in own_data(year.store, year.who(role), number(year.who(role))).tables:
            assert not secrets & set(one.rows[0]), one.table
            assert set(one.rows[0]) == {*tables()[one.table].given, *tables()[one.table].person}


def test_nobody_gets_anothers(year: Story) -> None:
    for actor in (ANYONE, OPERATOR, year.who("chair"), Actor("account:99", frozenset({"administrator"}))):
        with pytest.raises(Refused):
            own_data(year.store, actor, number(year.who("board")))


def test_the_file_is_fetched_by_its_owner_alone(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    (kari, token), (_, boss) = person(store, "officer", "Kari <b>Eksempel"), person(store, "administrator", "Per")
    keep_unsent(store, kari, "note", {"text": "=1+1 <script>alert(1)</script>"})
    address = f"/last-ned/mine-opplysninger/{number(kari)}.zip?lang=en"

    def get(cookie: str) -> Any:
        browser = TestClient(Starlette(routes=downloads.ROUTES), cookies={SESSION_COOKIE: cookie} if cookie else {})
        return browser.get(address)

    assert [get(one).status_code for one in ("", boss, token)] == [403, 403, 200]
    with zipfile.ZipFile(io.BytesIO(get(token).content)) as archive:
        assert archive.namelist() == ["my-data.html", "my-data.json"]
        page, held = archive.read("my-data.html").decode(), json.loads(archive.read("my-data.json"))
    assert held["tables"]["account"][0]["name"] == "Kari <b>Eksempel" and held["tables"]["session"]
    assert "Kari &lt;b&gt;Eksempel" in page and "<script" not in page and "<b>" not in page
    assert token not in page + str(held) and "Per" not in str(held)
