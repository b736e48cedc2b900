"""What happens by itself: calls by their days, letters that wait; once, however often the timer runs."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from applied import CLOSES, NOON, OFFICER, club, open_for_all, people, scheme, typed, version
from awarded import offered
from conftest import ROOT
from funded import YEAR, funded
from test_outbox import Post

from data.permission import OPERATOR, Actor, Refused
from data.store import Store, open_store
from fund.__main__ import main
from fund.award.award_steps import extend_acceptance
from fund.award.awards import award_at
from fund.deadlines import first_moment, last_moment, oslo_day
from fund.due import due
from fund.intake.calls import cancel_call, get_call, plan_call, save_call, set_frame
from fund.outbox import messages

OPENS = dt.date(YEAR, 10, 1)
SECOND_ = dt.timedelta(seconds=1)


def planned(store: Store, opens: dt.date = OPENS, closes: dt.date = CLOSES, *, frame: bool = True) -> int:
    call = plan_call(store, OFFICER, scheme(), ("Høst", "Autumn"), YEAR, opens, closes, at=NOON)
    if frame:
        set_frame(store, OFFICER, call, 1, 1)
    return call


def state(store: Store, call: int) -> str:
    return get_call(store, OFFICER, call).state


def trail(store: Store) -> int:
    return int(store.db.execute("SELECT max(seq) FROM audit").fetchone()[0])


def test_calls_open_and_close_at_their_first_and_last_second(store: Store) -> None:
    funded(store)
    call = planned(store)
    before = trail(store)
    done = due(store, OPERATOR, at=first_moment(OPENS) - SECOND_)
    assert (done.opened, done.closed, done.left, trail(store)) == ((), (), (), before)
    done = due(store, OPERATOR, at=first_moment(OPENS))
    assert [one.id for one in done.opened] == [call] and state(store, call) == "open"
    assert due(store, OPERATOR, at=last_moment(CLOSES)).closed == () and state(store, call) == "open"
    done = due(store, OPERATOR, at=last_moment(CLOSES) + SECOND_)
    assert [one.id for one in done.closed] == [call] and state(store, call) == "closed"
    before = trail(store)
    again = due(store, OPERATOR, at=last_moment(CLOSES) + SECOND_)
    assert (again.opened, again.closed, again.left, trail(store)) == ((), (), (), before)
    actors = store.db.execute("SELECT DISTINCT actor FROM audit WHERE action IN ('call.open', 'call.close')").fetchall()
    assert actors == [("operator",)]


def test_a_call_that_lacks_something_is_told_of_and_keeps_no_other_back(store: Store) -> None:
    funded(store)
    lacking, whole = planned(store, frame=False), planned(store, closes=CLOSES + dt.timedelta(1))
    done = due(store, OPERATOR, at=first_moment(OPENS))
    assert [one.id for one in done.opened] == [whole] and state(store, lacking) == "planned"
    ((left, faults),) = done.left
    assert left.id == lacking and [one.code for one in faults] == ["application.call.no_frame"]


def test_a_call_whose_days_have_passed_is_not_opened_too_late(store: Store) -> None:
    funded(store)
    call = planned(store)
    assert due(store, OPERATOR, at=last_moment(CLOSES)).opened  # its last second is in time
    late = planned(store)
    done = due(store, OPERATOR, at=last_moment(CLOSES) + SECOND_)
    assert [one.id for one in done.closed] == [call] and state(store, late) == "planned"
    assert [(one.id, faults[0].code) for one, faults in done.left] == [(late, "due.passed")]
    assert all(done.left[0][1][0].line(lang) for lang in ("nb", "en"))


def test_what_someone_else_just_did_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    funded(store)
    planned(store)
    stale = [(get_call(store, OFFICER, 1), "open")]
    save_call(store, OFFICER, 1, 2, scheme(), ("Annet", "Other"), YEAR, OPENS, CLOSES)
    monkeypatch.setattr("fund.due.due_calls", lambda *_, **__: stale)
    done = due(store, OPERATOR, at=first_moment(OPENS))
    assert (done.opened, done.left, state(store, 1)) == ((), (), "planned")


def test_an_organisation_is_reminded_once_of_each_last_day(store: Store) -> None:
    award = offered(store)
    last = award_at(store.db, award, NOON).accept_by
    early, late = (first_moment(last - dt.timedelta(days)) for days in (8, 7))
    assert due(store, OPERATOR, at=early).reminded == 0
    assert [due(store, OPERATOR, at=late).reminded for _ in range(2)] == [1, 0]
    assert due(store, OPERATOR, at=last_moment(last)).reminded == 0
    told = messages(store, OFFICER)[0]
    assert told.message == "reminders.accept" and told.figures["day_due"] == last.isoformat()
    extend_acceptance(store, OFFICER, award, last + dt.timedelta(10), "Ferie (eksempel).", at=late)
    assert due(store, OPERATOR, at=late).reminded == 0
    assert due(store, OPERATOR, at=first_moment(last + dt.timedelta(3))).reminded == 1


def test_waiting_letters_go_out_once(store: Store) -> None:
    typed(store, open_for_all(store), club(store))
    post = Post()
    done = due(store, OPERATOR, at=NOON, deliver=post)
    assert done.letters.sent == len(post.letters) == 1 and done.letters.waiting == 0
    assert due(store, OPERATOR, at=NOON, deliver=post).letters.sent == 0


def test_the_operator_runs_calls_and_no_more(store: Store) -> None:
    people(store)
    funded(store)
    call = planned(store)
    for action in (lambda: cancel_call(store, OPERATOR, call, 2), lambda: planned_by(store, OPERATOR)):
        with pytest.raises(Refused):
            action()
    for role in ("applicant", "board", "chair", "treasurer", "auditor", "administrator"):
        with pytest.raises(Refused):
            due(store, Actor("account:7", frozenset({role})), at=first_moment(OPENS))
    assert state(store, call) == "planned"


def planned_by(store: Store, actor: Actor) -> None:
    plan_call(store, actor, scheme(), ("Høst", "Autumn"), YEAR, OPENS, CLOSES, at=NOON)


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = oslo_day(dt.datetime.now(dt.UTC))
    with open_store(tmp_path) as store:
        funded(store)
        planned(store, dt.date(YEAR - 1, 1, 1), dt.date(9999, 1, 1))
        planned(store, today, dt.date(9999, 1, 1), frame=False)
    assert main(["due", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "Åpnet utlysning 1: Høst." in said and "Utlysning 2 ble stående: Høst." in said
    with open_store(tmp_path) as store:
        cancel_call(store, OFFICER, 2, get_call(store, OFFICER, 2).version)
    assert main(["due", "--data", str(tmp_path), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "Messages sent: 0. Given up: 0. Waiting: 0.\n"


def test_waiting_letters_without_a_server_are_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RINGVIRK_SMTP_HOST", raising=False)
    with open_store(tmp_path) as store:
        id = typed(store, open_for_all(store), club(store))
        assert version(store, id)
    main(["due", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    assert "Venter: 1." in said and "Ingen e-posttjener" in said


def test_the_wrong_folder_begins_no_fund_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "--data", str(tmp_path / "none")]) == 2
    assert "ingen database" in capsys.readouterr().err and not (tmp_path / "none").exists()


@pytest.mark.slow
def test_two_timers_at_once_open_a_call_once(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        funded(store)
        planned(store, dt.date(YEAR - 1, 1, 1), dt.date(9999, 1, 1))
    command = [sys.executable, "-m", "fund", "due", "--data", str(tmp_path)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(3)
    ]
    said = [one.communicate(timeout=120)[0] for one in running]
    assert [one.returncode for one in running] == [0, 0, 0] and "".join(said).count("Åpnet utlysning 1") == 1
    with open_store(tmp_path) as store:
        assert state(store, 1) == "open"
