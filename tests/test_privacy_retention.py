"""What is past its time goes, and nothing else; a dry run says it, a second run finds nothing, a kill loses nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from applied import APPLICANT, NOON, club, open_for_all, typed
from conftest import ROOT
from pages import person

from data import audit
from data.accounts import deactivate_account, get_account
from data.codes import moment
from data.connection import sqlite3
from data.limits import span
from data.permission import ANYONE, OPERATOR, Actor, Refused
from data.phrases import LANGUAGES, say
from data.retention import retain, retain_daily
from data.running import note_due
from data.store import Store, open_store
from fund.__main__ import main
from fund.demo_year import play
from fund.due import due
from fund.intake.applications import attach
from fund.retention import RULES
from fund.verify import verify
from impact.survey.questions import questionnaire

NOW = dt.datetime.now(dt.UTC)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
KEPT_FOR_EVER = ("audit", "posting", "leg", "vote", "decision", "application_revision", "payment_batch", "erasure")


def went(store: Store, **more: Any) -> dict[str, int]:
    return {one.key: one.count for one in retain(store, OPERATOR, RULES, at=NOW, **more)}


def ago(limit: str, *, seconds: int) -> str:
    return moment(NOW - span(limit) - dt.timedelta(seconds=seconds))


def either_side(store: Store) -> dict[str, int]:
    """For every kind that is dated one row just past its time and one just within it; how many should go."""
    kari, _ = person(store, "officer")
    number = int(kari.id.partition(":")[2])
    rows: dict[str, tuple[str, str, tuple[Any, ...]]] = {
        "one_time_code": ("", "(?2, ?3, '', ?1)", (number,)),
        "attempt": ("failures_kept", "(?2, 1, '', ?1)", ()),
        "unsent": ("drafts_kept", "(?3, ?2, '{}', ?1)", (kari.id,)),
        "draft": ("drafts_kept", "(?3, ?2, 1, '{}', '{}', ?1)", (7,)),
    }
    expected = {}
    with store.write("operator", "test.old", audited=False) as write:
        for table, (limit, values, given) in rows.items():
            for name, seconds in (("old", 3600), ("new", -3600)):
                at = ago(limit, seconds=seconds) if limit else moment(NOW - dt.timedelta(seconds=seconds))
                write.db.conn.execute(f"INSERT INTO {table} VALUES {values}", (at, name, *given))
            expected[table] = 1
        for table in ("survey_sender", "feedback_sender"):
            for day in (f"{NOW - dt.timedelta(days=2):%F}", f"{NOW:%F}"):
                write.db.conn.execute(f"INSERT INTO {table} VALUES (?, 'x', 1)", (day,))
            expected[table] = 1
        for name, at in (("old", ago("sessions_kept", seconds=3600)), ("new", ago("sessions_kept", seconds=-3600))):
            sql = "INSERT INTO session (digest, account, source, created_at, seen_at) VALUES (?, ?, '', ?, ?)"
            write.db.conn.execute(sql, (name, number, at, at))
    return expected | {"session": 1}


def test_only_what_is_past_its_time_goes(store: Store) -> None:
    expected = either_side(store)
    with store.write("operator", "test.own_session", audited=False) as write:
        write.db.conn.execute("DELETE FROM session WHERE digest NOT IN ('old', 'new')")
    before = {table: store.db[table].count for table in expected}
    whole = audit.head(store.db)
    assert went(store, dry_run=True) == expected
    assert {table: store.db[table].count for table in expected} == before and audit.head(store.db) == whole
    assert went(store) == expected
    assert {table: store.db[table].count for table in expected} == {key: count - 1 for key, count in before.items()}
    assert went(store) == {} == went(store, dry_run=True)
    assert "old" not in str(store.db.execute("SELECT digest FROM session").fetchall())
    rows = store.db.execute("SELECT resource, after FROM audit WHERE kind = 'retention'").fetchall()
    assert {key for key, _ in rows} == set(expected)
    assert all(set(json.loads(after)) == {"count", "before"} for _, after in rows)
    assert audit.broken(store.db) is None


def test_a_closed_account_keeps_its_name_and_loses_its_address(store: Store) -> None:
    (kari, _), (per, _) = person(store, "officer", "Kari Eksempel"), person(store, "officer", "Per Eksempel")
    one, two = (int(who.id.partition(":")[2]) for who in (kari, per))
    deactivate_account(store, OPERATOR, one, 1)
    later = dt.datetime.now(dt.UTC) + span("closed_address_kept")
    for at, expected in ((later - dt.timedelta(minutes=5), 0), (later + dt.timedelta(minutes=5), 1)):
        past = {each.key: each.count for each in retain(store, OPERATOR, RULES, at=at)}
        assert past.get("closed_account", 0) == expected
    emptied = get_account(store, OPERATOR, one)
    assert (emptied.name, emptied.email, emptied.active, emptied.erased) == ("Kari Eksempel", "", False, False)
    assert get_account(store, OPERATOR, two).email and "officer0@eksempel.no" not in str(list(store.db["account"].rows))


def test_an_application_that_was_never_sent_goes_with_its_papers(store: Store) -> None:
    draft = typed(store, open_for_all(store), club(store))
    attach(store, APPLICANT, draft, "other", "Årsplan.pdf", PDF, at=NOON)
    files = [path for path in (store.folder / "attachments").rglob("*") if path.is_file()]
    assert len(files) == 1
    later = max(NOON, NOW) + span("drafts_kept") + dt.timedelta(days=1)
    assert {one.key: one.count for one in retain(store, OPERATOR, RULES, at=later)}["application_draft"] == 1
    assert store.db["application"].count == store.db["application_draft"].count == 0 and not files[0].exists()


def test_free_text_goes_and_the_rest_of_the_answer_stays(store: Store) -> None:
    texts = [one.name for one in questionnaire("visitor").questions if one.kind == "text"]
    given = {"role": "spectator", "nights": 2, **{name: "Kåre Hemmeligmann sto i døra" for name in texts}}
    assert texts
    put(store, given, f"{NOW - span('survey_text_kept') - dt.timedelta(days=1):%F}")
    put(store, given, f"{NOW:%F}")
    assert went(store)["survey_text"] == 1
    old, new = store.db.execute("SELECT answers FROM survey_answer ORDER BY day").fetchall()
    assert json.loads(old[0]) == {"role": "spectator", "nights": 2} and json.loads(new[0]) == given
    assert went(store) == {}


def put(store: Store, given: dict[str, Any], day: str) -> None:
    with store.write("operator", "test.answer", audited=False) as write:
        write.db.conn.execute("PRAGMA defer_foreign_keys = ON")
        if not write.db["survey"].count:
            event = """INSERT INTO event (id, state, series, edition, owner, sample, venues, crews, name_nb, name_en,
                kind, municipality, changed_at, found, document, version)
                VALUES (1, 'idea', '', '', 'account:1', 0, '[]', '[]', '', '', '', '', '', '', '{}', 1)"""
            write.db.conn.execute(event)
            survey = "INSERT INTO survey VALUES (1, 1, 'visitor', 'x', '2029-01-01', '2031-01-01', '', 'account:1', 1)"
            write.db.conn.execute(survey)
        sql = "INSERT INTO survey_answer (survey, day, answers) VALUES (1, ?, ?)"
        write.db.conn.execute(sql, (day, audit.canonical(given)))


@pytest.mark.parametrize(
    "change",
    ['answers = \'{"role":"media"}\'', "answers = json_set(answers, '$.more', 1)", "day = '2030-01-01'", "batch = 3"],
)
def test_an_answer_can_only_lose_parts(store: Store, change: str) -> None:
    put(store, {"role": "spectator", "nights": 2}, "2029-06-01")
    store.db.execute("PRAGMA query_only = OFF")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        store.db.conn.execute(f"UPDATE survey_answer SET {change}")


def test_what_is_kept_for_ever_is_in_no_rule_and_the_year_stays_whole(tmp_path: Path) -> None:
    assert not {rule.key for rule in RULES} & set(KEPT_FOR_EVER)
    with open_store(tmp_path) as store:
        play(store)
        either_side(store)
        before = {table: store.db[table].count for table in KEPT_FOR_EVER if table != "audit"}
        far = dt.datetime.now(dt.UTC) + dt.timedelta(days=40 * 365)
        assert retain(store, OPERATOR, RULES, at=far)
        assert {table: store.db[table].count for table in before} == before
        with store.read() as db:
            assert verify(db, store.folder) == [] and audit.broken(db) is None


def test_who_may(store: Store) -> None:
    for actor in (ANYONE, Actor("account:1", frozenset({"officer", "board", "treasurer", "auditor"}))):
        with pytest.raises(Refused):
            retain(store, actor, RULES)
    retain(store, Actor("account:1", frozenset({"administrator"})), RULES)


def test_the_timer_does_it_once_a_day(store: Store) -> None:
    kari, _ = person(store, "officer")
    number = int(kari.id.partition(":")[2])

    def old_code(name: str) -> None:
        with store.write("operator", "test.code", audited=False) as write:
            sql = "INSERT INTO one_time_code (digest, account, made_at, ends_at) VALUES (?, ?, '', '2020-01-01')"
            write.db.conn.execute(sql, (name, number))

    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    for at in (now - day, now - dt.timedelta(minutes=5)):
        note_due(store, at)
    old_code("a")
    assert [one.key for one in due(store, OPERATOR, at=now).past] == ["one_time_code"]
    old_code("b")
    assert due(store, OPERATOR, at=now).past == ()
    assert [one.key for one in retain_daily(store, OPERATOR, RULES, at=now + day)] == ["one_time_code"]


def test_a_clock_set_ahead_deletes_nothing_until_it_has_gone_on_for_a_day(store: Store) -> None:
    either_side(store)
    now, hour = dt.datetime.now(dt.UTC), dt.timedelta(hours=1)

    def rounds(first: dt.datetime, hours: int) -> list[str]:
        return [past.key for number in range(hours) for past in due(store, OPERATOR, at=first + number * hour).past]

    assert not rounds(now, 2)
    ahead = now + dt.timedelta(days=3 * 365)
    assert not rounds(ahead, 3), "three years ahead, and found the same morning"
    assert not rounds(now + 4 * hour, 20), "right again, and steady anew"
    assert rounds(now + 24 * hour, 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_says_what_went(store: Store, lang: Any, capsys: pytest.CaptureFixture[str]) -> None:
    either_side(store)
    where = ["--data", str(store.folder), "--lang", lang]
    assert main(["retention", "--dry-run", *where]) == 0
    said = capsys.readouterr().out
    assert say("personal_data.kind.one_time_code", lang) in said and say("personal_data.dry_run", lang) in said
    assert main(["retention", *where]) == 0
    capsys.readouterr()
    assert main(["retention", *where]) == 0
    assert capsys.readouterr().out.strip() == say("personal_data.nothing_past", lang)
    assert main(["retention", "--data", str(store.folder / "nowhere")]) == 2
    for rule in RULES:
        assert say(f"personal_data.kind.{rule.key}", lang)


@pytest.mark.slow
def test_killed_anywhere_a_kind_went_whole_or_not_at_all(tmp_path: Path) -> None:
    """The command is killed as its n-th write statement is reached; what is left is whole, and the next run ends it."""
    kills = 0
    for number in (1, 4):
        folder = tmp_path / str(number)
        with open_store(folder) as store:
            either_side(store)
            kinds = {one.key for one in retain(store, OPERATOR, RULES, dry_run=True)}
            before = {table: store.db[table].count for table in kinds}
        code = (
            "import os, signal\n"
            "from data.store import Write\n"
            f"left, kept = [{number}], Write.record\n"
            "def record(self, *given):\n"
            "    left[0] -= 1\n"
            "    if left[0] <= 0: os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return kept(self, *given)\n"
            "Write.record = record\n"
            "from fund.__main__ import main\n"
            f"main(['retention', '--data', {str(folder)!r}])\n"
        )
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, timeout=60)
        kills += done.returncode == -signal.SIGKILL
        with open_store(folder) as store:
            told = {
                key for (key,) in store.db.execute("SELECT resource FROM audit WHERE kind = 'retention'").fetchall()
            }
            for table in before:
                assert (store.db[table].count < before[table]) == (table in told), table
            assert audit.broken(store.db) is None
            retain(store, OPERATOR, RULES)
            assert retain(store, OPERATOR, RULES, dry_run=True) == []
    assert kills == 2
