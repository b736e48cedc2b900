"""Surveys in the store: made once, on days of their own, answered once a form, by anyone, and read by few."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import threading

import pandas as pd
import pytest
from survey_store import APPLICANT, DAY, OFFICER, VISITOR, event_of, survey_of

from data.faults import Faults
from data.limits import limit
from data.permission import ANYONE, Refused
from data.store import Conflict, open_store
from impact.feedback import sender_of
from impact.survey.answers import add_answer, answers_of, new_token
from impact.survey.surveys import (
    answers_by_day,
    change_days,
    get_survey,
    list_surveys,
    make_survey,
    survey_by_code,
)

SENDER = sender_of("192.0.2.7", DAY)


@pytest.fixture
def event(store, event_dict) -> int:
    return event_of(store, event_dict())


@pytest.fixture
def survey(store, event):
    return survey_of(store, event)


def send(store, code: str, token: str = "", sender: str = SENDER, day: dt.date = DAY, **given: str) -> bool:
    return add_answer(store, code, {**VISITOR, **given}, "nb", token=token or new_token(), sender=sender, day=day)


def codes(raised) -> list[str]:
    return [one.code.removeprefix("survey.") for one in raised.value.faults]


def test_a_survey_is_made_once_and_found_by_its_code(store, event, survey) -> None:
    assert make_survey(store, OFFICER, event, "visitor", survey.opens, survey.closes) == survey.id
    with pytest.raises(Faults) as raised:
        make_survey(store, OFFICER, event, "visitor", survey.opens, survey.opens)
    assert codes(raised) == ["exists"]
    residents = survey_of(store, event, "resident")
    assert [one.kind for one in list_surveys(store, OFFICER, event)] == ["visitor", "resident"]
    assert survey_by_code(store, residents.code) == residents and residents.code != survey.code
    assert (residents.name("nb"), residents.name("en")) == ("Eksempelløpet", "The Example Run")
    for wrong in ("", "nothere", survey.code.upper(), "' OR 1=1 --"):
        with pytest.raises(LookupError):
            survey_by_code(store, wrong)
    with pytest.raises(LookupError):
        make_survey(store, OFFICER, event, "ghost", survey.opens, survey.closes)


def test_days_are_changed_from_what_was_read(store, survey) -> None:
    later = survey.closes + dt.timedelta(days=7)
    assert change_days(store, OFFICER, survey.id, survey.version, survey.opens, later) == survey.version + 1
    with pytest.raises(Conflict):
        change_days(store, OFFICER, survey.id, survey.version, survey.opens, survey.closes)
    with pytest.raises(Faults) as raised:
        change_days(store, OFFICER, survey.id, survey.version + 1, later, survey.opens)
    assert codes(raised) == ["closes_first"]
    assert get_survey(store, OFFICER, survey.id).closes == later


def test_who_may(store, event, survey) -> None:
    """An applicant sees how many answered on its own event alone, and nobody but officers makes, changes and reads."""
    for act in (
        lambda who: make_survey(store, who, event, "business", survey.opens, survey.closes),
        lambda who: change_days(store, who, survey.id, survey.version, survey.opens, survey.opens),
        lambda who: answers_of(store, who, survey.id),
        lambda who: get_survey(store, who, survey.id),
        lambda who: list_surveys(store, who, event),
        lambda who: answers_by_day(store, who, survey.id),
    ):
        for who in (ANYONE, APPLICANT):
            with pytest.raises(Refused):
                act(who)
    with pytest.raises(LookupError):
        get_survey(store, OFFICER, 99)


def test_an_owner_reads_counts_and_not_answers(store, event_dict) -> None:
    survey = survey_of(store, event_of(store, event_dict(), APPLICANT))
    send(store, survey.code)
    assert get_survey(store, APPLICANT, survey.id).answers == 1
    assert answers_by_day(store, APPLICANT, survey.id) == {DAY: (1, 0)}
    with pytest.raises(Refused):
        answers_of(store, APPLICANT, survey.id)


def test_answers_become_one_row_each_and_what_is_missing_is_missing(store, survey) -> None:
    assert answers_of(store, OFFICER, survey.id).empty
    send(store, survey.code, spend_fuel="0", lodging="none", comment="Fint <b>")
    send(store, survey.code, day=DAY + dt.timedelta(days=1), spend_fuel="1 250,50")
    frame = answers_of(store, OFFICER, survey.id).sort_values("spend_fuel")
    assert list(frame.columns) == ["day", "batch", *survey.questionnaire.names]
    assert list(frame["spend_fuel"]) == [0.0, 1250.5] and list(frame["days"]) == [2.0, 2.0]
    assert frame["nights"].isna().all() and frame["nights"].dtype == float
    assert list(frame["lodging"].isna()) == [False, True] and frame["comment"].iloc[0] == "Fint <b>"
    assert frame["batch"].isna().all() and frame.index.is_unique
    assert answers_by_day(store, OFFICER, survey.id) == {DAY: (1, 0), DAY + dt.timedelta(days=1): (1, 0)}
    assert isinstance(frame, pd.DataFrame)


def test_a_form_counts_once_however_often_it_is_sent(store, survey) -> None:
    token = new_token()
    assert [send(store, survey.code, token) for _ in range(3)] == [True, False, False]
    assert send(store, survey.code, token, day=DAY + dt.timedelta(days=1)) is False
    assert get_survey(store, OFFICER, survey.id).answers == 1
    late = new_token()  # sent on the last day, and again the day after since the answer never came back
    assert send(store, survey.code, late, day=survey.closes)
    assert send(store, survey.code, late, day=survey.closes + dt.timedelta(days=1)) is False
    for bad in ("x", "x" * 101):
        with pytest.raises(Faults) as raised:
            send(store, survey.code, bad)
        assert codes(raised) == ["no_token"]


def test_two_posts_at_once_are_one_answer(store, survey) -> None:
    token, outcomes, begin = new_token(), [], threading.Barrier(4)

    def post() -> None:
        with open_store(store.folder) as own:
            begin.wait(10)
            outcomes.append(send(own, survey.code, token))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(outcomes) == [False, False, False, True]
    assert get_survey(store, OFFICER, survey.id).answers == 1


def test_it_is_open_from_its_first_day_to_its_last(store, survey) -> None:
    day = dt.timedelta(days=1)
    for outside, code in ((survey.opens - day, "not_yet"), (survey.closes + day, "closed")):
        with pytest.raises(Faults) as raised:
            send(store, survey.code, day=outside)
        assert codes(raised) == [code]
    for inside in (survey.opens, survey.closes):
        assert send(store, survey.code, day=inside)


def test_nothing_says_who_answered_or_when_within_the_day(store, survey) -> None:
    for number in range(6):
        send(store, survey.code, comment=f"nummer {number}")
    with store.read() as db:
        kept = {
            table: json.dumps([dict(row) for row in db.query(f"SELECT * FROM {table}")], default=str)
            for table in ("survey_answer", "survey_form", "audit")
        }
        ids = [row["id"] for row in db.query("SELECT id FROM survey_answer")]
        said = {row["id"]: json.loads(row["answers"])["comment"] for row in db.query("SELECT * FROM survey_answer")}
    assert all(SENDER not in text and "192.0.2.7" not in text for text in kept.values())
    assert "nummer" not in kept["audit"] and not any(str(id) in kept["audit"] for id in ids)
    assert [said[id] for id in sorted(ids)] != sorted(said.values())  # one chance in 720


def test_a_text_that_tells_who_somebody_is_is_refused_before_it_is_stored(store, survey) -> None:
    for text in ("Ring meg på 922 33 444", "kari@eksempel.no", "Mitt navn er Kari Eksempel, 92233444"):
        with pytest.raises(Faults) as raised:
            send(store, survey.code, comment=text)
        assert codes(raised) == ["personal"]
    assert send(store, survey.code, comment="Vi brukte 15 000 kr 29.05.2025, og det var bra")
    assert get_survey(store, OFFICER, survey.id).answers == 1


def test_a_thousand_answers_from_one_sender_stop_at_the_limit(store, survey, monkeypatch) -> None:
    small = {"survey_sender": 20, "survey_all": 25}
    assert limit("survey_sender") >= 100 and limit("survey_all") > limit("survey_sender")
    monkeypatch.setattr("impact.survey.answers.limit", small.__getitem__)
    refused = 0
    for _ in range(60):
        try:
            send(store, survey.code)
        except Faults as found:
            assert [one.code for one in found.faults] == ["survey.too_many"]
            refused += 1
    assert refused == 40 and get_survey(store, OFFICER, survey.id).answers == 20
    others = [sender_of(f"192.0.2.{number}", DAY) for number in range(8, 14)]
    for other in others[:5]:
        assert send(store, survey.code, sender=other)
    with pytest.raises(Faults):  # all together
        send(store, survey.code, sender=others[5])
    assert send(store, survey.code, day=DAY + dt.timedelta(days=1))
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM survey_sender WHERE day = ?", [f"{DAY}"]).fetchone() == (0,)


def test_an_answer_is_never_changed(store, survey) -> None:
    send(store, survey.code)
    with pytest.raises(Exception, match="never changed"), store.write("account:1", "test", audited=False) as write:
        write.db.conn.execute("UPDATE survey_answer SET answers = json_set(answers, '$.role', 'else')")
    assert dataclasses.replace(survey, answers=1) == get_survey(store, OFFICER, survey.id)
