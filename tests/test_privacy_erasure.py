"""Erasure: the person is gone, and the ledger, the decisions and the audit are whole; also after a restore."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import page_of, person, seen, signed_in

from data import audit, erased
from data.__main__ import main
from data.accounts import account_at, account_in, activate_account, get_account, rename_account
from data.backup import make_backup
from data.check import within
from data.connection import sqlite3
from data.erasure import ask_erasure, erase, open_erasures, redo_erasures, withdraw_erasure
from data.faults import Faults
from data.passwords import hashed, put_password
from data.permission import ANYONE, OPERATOR, Actor, Refused
from data.phrases import LANGUAGES
from data.recovery import ask_reset, make_code
from data.restore import restore
from data.sessions import open_session, sign_in, whose
from data.store import Conflict, Store, open_store
from data.unsent import keep_unsent
from fund.demo import Story
from fund.demo_year import play
from fund.due import due
from fund.duties import open_duties
from fund.papers.meeting_papers import minutes_values
from fund.task_feed import make_feed
from fund.verify import verify

NAME, ADDRESS = "Kåre Hemmeligmann", "kaare.hemmeligmann@eksempel.no"
PASSWORD = hashed("en lang setning om snø")
CHIEF = Actor("account:900", frozenset({"administrator"}))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A fund after its year whose chair has a name of their own, a password and an identity; accounts by role."""
    folder = tmp_path_factory.mktemp("erasure") / "data"
    with open_store(folder) as store:
        story = play(store)
        people = {role: _number(story, role) for role in ("officer", "chair", "board", "treasurer", "applicant")}
        chair = people["chair"]
        with store.write("operator", "test.name", audited=False) as write:
            row = (NAME, ADDRESS, ADDRESS, chair)
            write.db.conn.execute("UPDATE account SET name = ?, email = ?, email_key = ? WHERE id = ?", row)
            put_password(write, chair, PASSWORD, dt.datetime.now(dt.UTC))
            sql = "INSERT INTO identity (account, issuer, subject, bound_at) VALUES (?, 'https://id.example', ?, '')"
            write.db.conn.execute(sql, (chair, "sub-77"))
    return folder, people


def _number(story: Story, role: str) -> int:
    return int(story.who(role).id.partition(":")[2])


@pytest.fixture
def year(played: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(played[0], tmp_path / "data")
    with open_store(tmp_path / "data") as store:
        yield store


def carried_out(store: Store, account: int) -> None:
    """Asked for and carried out, by an administrator that isn't in the store."""
    ask_erasure(store, Actor(f"account:{account}"), account)
    (held,) = [one for one in open_erasures(store, CHIEF) if one.account == account]
    erase(store, CHIEF, held.id, held.version)


def everything(store: Store) -> str:
    """Every cell of every table as text."""
    with store.read() as db:
        return "\n".join(str(db.execute(f'SELECT * FROM "{name}"').fetchall()) for name in db.table_names())


def test_nothing_of_the_person_is_left_and_all_is_whole(year: Store, played: Any) -> None:
    chair = played[1]["chair"]
    who = Actor(f"account:{chair}", frozenset({"chair"}))
    with year.write("operator", "test.session") as write:
        token = open_session(write, chair, "", dt.datetime.now(dt.UTC))
    keep_unsent(year, who, "note", {"text": "huskelapp"})
    make_feed(year, who)
    for source in ("192.0.2.7", "192.0.2.8"):
        with pytest.raises(Faults):
            sign_in(year, ADDRESS.upper(), "feil passord her", source=source)
    ask_reset(year, ADDRESS, "192.0.2.7")
    make_code(year, OPERATOR, chair)
    before = {table: year.db[table].count for table in ("vote", "decision", "posting", "meeting", "attendance")}
    attempts = year.db["attempt"].count
    assert NAME in everything(year) and "sub-77" in everything(year) and whose(year, token)
    carried_out(year, chair)
    left = everything(year)
    for gone in (NAME, ADDRESS, "Hemmeligmann", "sub-77", PASSWORD, "huskelapp"):
        assert gone not in left
    assert whose(year, token) is None and account_at(year.db, ADDRESS) is None
    for table in ("password", "identity", "one_time_code", "session", "task_feed"):
        assert year.db.execute(f"SELECT count(*) FROM {table} WHERE account = ?", [chair]).fetchone() == (0,), table
    assert year.db["attempt"].count < attempts
    assert {table: year.db[table].count for table in before} == before
    assert year.db.execute("SELECT count(*) FROM vote WHERE account = ?", [who.id]).fetchone()[0] > 0
    with year.read() as db:
        assert verify(db, year.folder) == [] and audit.broken(db) is None
    assert [one for one in within(year.folder) if one.level == "trouble"] == []


def test_even_the_file_itself_holds_nothing_after_the_next_backup(year: Store, played: Any) -> None:
    """What was deleted isn't left in free pages of the copies that are made."""
    carried_out(year, played[1]["chair"])
    copy = make_backup(year.folder).path / "ringvirk.sqlite"
    assert b"Hemmeligmann" not in copy.read_bytes()


def test_both_steps_are_in_the_audit_without_the_person(year: Store, played: Any) -> None:
    last = year.db.execute("SELECT max(seq) FROM audit").fetchone()[0]
    carried_out(year, played[1]["chair"])
    rows = year.db.execute("SELECT actor, action, kind, before, after FROM audit WHERE seq > ?", [last]).fetchall()
    assert {(actor, action) for actor, action, *_ in rows if actor != "system"} == {
        (f"account:{played[1]['chair']}", "erasure.ask"),
        (CHIEF.id, "account.erase"),
    }
    assert "Hemmeligmann" not in str(rows) and '"password":1' in str(rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_and_papers_show_the_placeholder(year: Store, played: Any, lang: Any) -> None:
    people = played[1]
    told = f"{'Slettet bruker' if lang == 'nb' else 'Erased user'} {people['chair']}"
    pages = {"officer": [("case", "1"), ("meeting", "1"), ("board", "")], "administrator": [("accounts", "")]}
    carried_out(year, people["chair"])
    tokens = {}
    with year.write("operator", "test.session") as write:
        tokens["officer"] = open_session(write, people["officer"], "", dt.datetime.now(dt.UTC))
    tokens["administrator"] = person(year, "administrator")[1]
    pages["administrator"].append(("accounts", str(people["chair"])))
    shown = []
    for role, wanted in pages.items():
        with signed_in(year.folder, tokens[role]):
            for name, id in wanted:
                page = page_of(name, lang=lang, **({"id": id} if id else {})).run()
                assert not page.exception, name
                text = seen(page)
                assert "Hemmeligmann" not in text
                shown += [name] if told in text else []
    assert {"meeting", "board", "accounts"} <= set(shown), shown
    officer = Actor(f"account:{people['officer']}", frozenset({"officer"}))
    minutes = str(minutes_values(year, officer, 1, lang))
    assert told in minutes and "Hemmeligmann" not in minutes


def test_an_erased_account_is_never_used_again(year: Store, played: Any) -> None:
    chair = played[1]["chair"]
    carried_out(year, chair)
    version = get_account(year, OPERATOR, chair).version
    for act in (
        lambda: activate_account(year, CHIEF, chair, version),
        lambda: rename_account(year, CHIEF, chair, version, email="ny@eksempel.no", name="Ny"),
        lambda: make_code(year, CHIEF, chair),
        lambda: ask_erasure(year, CHIEF, chair),
    ):
        with pytest.raises(Faults):
            act()
    assert get_account(year, OPERATOR, chair).erased


def test_the_last_administrator_stays(store: Store) -> None:
    (one, _), (two, _) = person(store, "administrator"), person(store, "administrator")
    first, second = (int(who.id.partition(":")[2]) for who in (one, two))
    with store.write("operator", "test.password", audited=False) as write:
        put_password(write, first, PASSWORD, dt.datetime.now(dt.UTC))
    id = ask_erasure(store, one, first)
    with pytest.raises(Faults) as refused:
        erase(store, two, id, 1)
    assert refused.value.faults[0].code == "account.last_administrator"
    assert get_account(store, OPERATOR, first).active and erased.listed(store.folder) == set()
    with store.write("operator", "test.password", audited=False) as write:
        put_password(write, second, PASSWORD, dt.datetime.now(dt.UTC))
    erase(store, two, id, 1)
    assert get_account(store, OPERATOR, first).erased


def test_who_may_ask_and_who_carries_out(store: Store) -> None:
    (kari, _), (per, _), (chief, _) = person(store, "officer"), person(store, "auditor"), person(store, "administrator")
    number = int(kari.id.partition(":")[2])
    for stranger in (per, ANYONE):
        with pytest.raises(Refused):
            ask_erasure(store, stranger, number)
    id = ask_erasure(store, kari, number)
    assert ask_erasure(store, chief, number) == id, "asked twice it is one request"
    for stranger in (kari, per, ANYONE):
        with pytest.raises(Refused):
            erase(store, stranger, id, 1)
    with pytest.raises(Refused):
        withdraw_erasure(store, per, id, 1)
    with pytest.raises(Conflict):
        erase(store, chief, id, 2)
    withdraw_erasure(store, kari, id, 1)
    with pytest.raises(Faults):
        erase(store, chief, id, 2)
    assert not get_account(store, OPERATOR, number).erased and open_erasures(store, chief) == []


def test_the_database_keeps_what_was_asked_and_done(store: Store) -> None:
    kari, _ = person(store, "officer")
    carried_out(store, int(kari.id.partition(":")[2]))
    store.db.execute("PRAGMA query_only = OFF")
    for sql in ("DELETE FROM erasure", "UPDATE erasure SET state = 'asked', ended_at = NULL, ended_by = NULL"):
        with pytest.raises(sqlite3.IntegrityError, match="stays"):
            store.db.conn.execute(sql)


def test_what_waits_is_told_and_keeps_nothing_from_being_done(year: Store, played: Any) -> None:
    people = played[1]
    held = {role: {one.kind for one in open_duties(year, OPERATOR, people[role])} for role in people}
    assert "seat" in held["chair"] and "mandate" in held["applicant"]
    with pytest.raises(Refused):
        open_duties(year, Actor("account:1", frozenset({"board"})), people["chair"])
    for lang in LANGUAGES:
        assert all(one.line(lang) for role in people for one in open_duties(year, OPERATOR, people[role]))
    carried_out(year, people["chair"])


# -- after a restore


def test_an_old_backup_does_not_bring_the_person_back(year: Store, played: Any, capsys: Any) -> None:
    chair, folder = played[1]["chair"], year.folder
    assert main(["backup", "--data", str(folder)]) == 0
    (backup,) = [path.name for path in (folder / "backups").iterdir()]
    carried_out(year, chair)
    year.close()
    capsys.readouterr()
    assert main(["restore", backup, "--force", "--data", str(folder)]) == 0
    assert "Slettet på nytt" in capsys.readouterr().out
    with open_store(folder) as store, store.read() as db:
        assert account_in(db, chair).erased and "Hemmeligmann" not in everything(store)
        assert audit.broken(db) is None and verify(db, folder) == []


def test_cut_off_between_restore_and_redoing_the_next_round_redoes(year: Store, played: Any) -> None:
    """The database was put back and nothing more; then the timer's round, or the program's start, comes."""
    chair, folder = played[1]["chair"], year.folder
    assert main(["backup", "--data", str(folder)]) == 0
    (backup,) = list((folder / "backups").iterdir())
    carried_out(year, chair)
    year.close()
    restore(folder, backup, force=True)
    with open_store(folder) as store:
        assert NAME in everything(store)
        assert due(store, OPERATOR).erased_again == 1
        assert "Hemmeligmann" not in everything(store) and due(store, OPERATOR).erased_again == 0


def test_a_new_person_with_the_same_number_is_not_taken_for_the_erased(store: Store) -> None:
    """After an older database was put back, a number may be given anew."""
    kari, _ = person(store, "officer")
    number = int(kari.id.partition(":")[2])
    erased.add(store.folder, [((number, "2020-01-01T00:00:00.000Z"), "2021-01-01T00:00:00.000Z")])
    assert redo_erasures(store, OPERATOR) == 0 and not get_account(store, OPERATOR, number).erased


def test_a_lost_or_cut_off_line_is_written_again(store: Store) -> None:
    kari, _ = person(store, "officer")
    number = int(kari.id.partition(":")[2])
    carried_out(store, number)
    file = store.folder / erased.FILE
    whole = file.read_text(encoding="ascii")
    made = get_account(store, OPERATOR, number).created_at
    assert erased.listed(store.folder) == {(number, made)} and "@" not in whole and "Eksempel" not in whole
    file.write_text(whole[: len(whole) // 2], encoding="ascii")
    assert erased.listed(store.folder) == set()
    assert redo_erasures(store, OPERATOR) == 0 and erased.listed(store.folder) == {(number, made)}
    file.unlink()
    redo_erasures(store, OPERATOR)
    assert erased.listed(store.folder) == {(number, made)} and file.stat().st_mode & 0o077 == 0


# -- the pages


def test_from_ones_own_page_to_the_administrators(store: Store, tmp_path: Path) -> None:
    (kari, token), (_, boss) = person(store, "officer", "Kari Eksempel"), person(store, "administrator", "Sjef")
    number = kari.id.partition(":")[2]
    with signed_in(tmp_path, token):
        page = page_of("account").run()
        assert f"/last-ned/mine-opplysninger/{number}.zip" in seen(page)
        page.button(key="erasure_ask").click().run()
        assert "Det ble bedt om sletting" in seen(page) and not page.exception
    with signed_in(tmp_path, boss):
        assert f"/kontoer?id={number}" in seen(page_of("accounts").run())
        page = page_of("accounts", id=number).run()
        assert page.button(key="erasure_erase").disabled
        page.checkbox[0].check().run()
        page.button(key="erasure_erase").click().run()
        assert not page.exception and "Slettet bruker" in seen(page)
        assert not page.text_input, "an erased account has nothing to change"
    assert get_account(store, OPERATOR, int(number)).erased
