"""The page of an event's surveys: made once, changed from what was seen, and nothing shown to who may not see it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from collections.abc import Iterator

import openpyxl
import pytest
from pages import page_of, person, seen, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from survey_store import DAY, OFFICER, VISITOR, event_of, survey_of

from app import downloads
from app.surveying import one_survey
from app.visit import SESSION_COOKIE
from data.numbers import percent
from data.phrases import LANGUAGES, say
from data.store import Store
from impact.register import get_event
from impact.survey.answers import add_answer, new_token
from impact.survey.surveys import KINDS, Survey, change_days, get_survey, list_surveys
from impact.survey.tallies import read_tallies, share_of

RESIDENT = {"home": "5001", "attended": "no"}


@pytest.fixture
def event(store: Store, event_dict) -> int:
    return event_of(store, event_dict())


@pytest.fixture
def officer(store: Store) -> Iterator[None]:
    with signed_in(store.folder, person(store, "officer")[1]):
        yield


def answer(store: Store, survey: Survey, **given: str) -> None:
    add_answer(store, survey.code, given, "nb", token=new_token(), sender="en", day=DAY)


def click(page: AppTest, key: str) -> AppTest:
    """Press the button whose key ends so, and see the page after."""
    return next(one for one in page.button if one.key.endswith(key)).click().run()


def fresh(event: int, lang: str = "nb") -> AppTest:
    page = page_of("surveys", lang=lang, id=str(event)).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_survey_is_made_with_the_events_days_and_once(store, event, officer, lang, monkeypatch) -> None:
    monkeypatch.setattr(one_survey, "today", lambda: DAY)
    page = fresh(event, lang)
    for kind in KINDS:
        assert say(f"surveys_page.kind.{kind}", lang) in seen(page) and say(f"surveys_page.about.{kind}", lang) in seen(
            page
        )
    assert [one.key for one in page.button if one.proto.type == "primary"] == [f"surveys_{event}_visitor_do"]
    other = fresh(event, lang)
    click(page, "visitor_do")
    assert say("surveys_page.made", lang) in seen(page)
    click(other, "visitor_do")  # another tab, and a second click
    (made,) = list_surveys(store, OFFICER, event)
    assert (made.kind, made.opens, made.closes) == ("visitor", dt.date(2024, 6, 14), dt.date(2024, 6, 29))
    again = seen(fresh(event, lang))
    for part in (f"/svar/{made.code}/qr.svg", f"/svar/{made.code}?utskrift=1&amp;lang=nb", f"/svar-inn?id={made.id}"):
        assert part in again
    assert "/last-ned/svar" not in again and say("surveys_page.answers.none", lang) in again


def test_a_day_that_comes_too_early_is_told_and_nothing_is_made(store, event, officer) -> None:
    page = fresh(event)
    closes = next(one for one in page.date_input if one.key.startswith(f"surveys_{event}_visitor_closes"))
    closes.set_value(dt.date(2024, 6, 1)).run()
    click(page, "visitor_do")
    assert "er før første dag" in seen(page) and list_surveys(store, OFFICER, event) == []
    assert next(one for one in page.date_input if "visitor_closes" in one.key).value == dt.date(2024, 6, 1)


def test_the_days_are_the_events_or_from_today_on_where_those_are_past(store, event) -> None:
    row, late = get_event(store, OFFICER, event).row, dt.date(2024, 6, 30)
    longer = dt.timedelta(days=14)
    assert one_survey.usual_days(row, "resident", DAY) == (dt.date(2024, 6, 14), dt.date(2024, 6, 29))
    assert one_survey.usual_days(row, "resident", late) == (late, late + longer)
    unknown = dataclasses.replace(row, first_day=None, last_day=None)
    assert one_survey.usual_days(unknown, "resident", DAY) == (DAY, DAY + longer)


def test_days_are_changed_from_what_was_seen(store, event, officer) -> None:
    survey = survey_of(store, event)
    page = fresh(event)
    change_days(store, OFFICER, survey.id, survey.version, survey.opens, survey.closes + dt.timedelta(days=30))
    closes = next(one for one in page.date_input if "days_closes" in one.key)
    closes.set_value(dt.date(2024, 7, 1))
    click(page, "days_do")
    assert page.error and get_survey(store, OFFICER, survey.id).closes == survey.closes + dt.timedelta(days=30)
    page = fresh(event)
    next(one for one in page.date_input if "days_closes" in one.key).set_value(dt.date(2024, 7, 1))
    click(page, "days_do")
    assert "Dagene er lagret" in seen(page) and get_survey(store, OFFICER, survey.id).closes == dt.date(2024, 7, 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_are_counted_by_day_and_told_by_question(store, event, officer, lang) -> None:
    visitors, residents, businesses = (survey_of(store, event, kind) for kind in KINDS)
    answer(store, visitors, **VISITOR)
    for step in (5, 4, 2, 4, 5, 1):
        answer(store, residents, **RESIDENT, proud=str(step), comment="Dette står i Excel")
    for change in (-20, 0, 10, 30, 40):
        answer(store, businesses, trade="shop", municipality="5001", turnover_change=str(change))
    page = seen(fresh(event, lang))
    assert say("surveys_page.lead", lang, count=12, name="Eksempelløpet" if lang == "nb" else "The Example Run") in page
    assert say("surveys_page.answers.one", lang) in page and say("surveys_page.by_day", lang) in page
    assert f"/last-ned/svar/{residents.id}.xlsx" in page and "Dette står i Excel" not in page
    assert "SO-CE2.2" in page and percent(2 / 3, lang) in page
    assert (
        "0\N{NO-BREAK SPACE}% og 30\N{NO-BREAK SPACE}%"
        if lang == "nb"
        else "0\N{NO-BREAK SPACE}% and 30\N{NO-BREAK SPACE}%"
    ) in page


def test_few_answers_tell_nothing_of_single_persons(store, event) -> None:
    survey = survey_of(store, event, "resident")
    for _ in range(4):
        answer(store, survey, **RESIDENT, proud="5")
    told = read_tallies(store, OFFICER, survey.id)
    assert told.proud_absent is None and all(not one.shares and not one.quartiles for one in told.questions)
    answer(store, survey, **RESIDENT, proud="1")
    told = read_tallies(store, OFFICER, survey.id)
    assert told.proud_absent is not None and told.proud_absent.count == 4 and told.proud_absent.n == 5
    assert {one.question.name: len(one.shares) > 0 for one in told.questions}["image"] is False


def test_the_range_of_a_share_is_wilsons() -> None:
    """Worked out by hand from the formula: 8 of 10, and the ends at none and all."""
    some, none, every = share_of(8, 10), share_of(0, 10), share_of(10, 10)
    assert (some.low, some.high) == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert none.low == pytest.approx(0) and none.high == pytest.approx(0.2775, abs=5e-5)
    assert every.low == pytest.approx(0.7225, abs=5e-5) and every.high == pytest.approx(1)


@pytest.mark.parametrize("role", ("board", "auditor"))
def test_who_only_reads_sees_counts_alone(store, event, role) -> None:
    survey = survey_of(store, event)
    answer(store, survey, **VISITOR)
    with signed_in(store.folder, person(store, role)[1]):
        page = fresh(event)
    assert not [one for one in page.button if "_do" in one.key and "surveys_" in one.key]
    text = seen(page)
    assert "Én har svart" in text and survey.code not in text and "/last-ned/svar" not in text
    assert say("surveys_page.none_to_read", "nb") in text


def test_who_may_not_and_what_is_not_there(store, event) -> None:
    survey_of(store, event)
    for token in ("", person(store, "applicant")[1]):
        with signed_in(store.folder, token):
            page = page_of("surveys", id=str(event)).run()
        assert "REFUSED" in page.warning[0].value and "Eksempel" not in seen(page).replace("Eksempel Person", "")
    with signed_in(store.folder, person(store, "officer")[1]):
        for query in ({"id": "999"}, {"id": "x"}, {}):
            assert "GONE" in page_of("surveys", **query).run().warning[0].value


def test_an_applicant_sees_how_many_answered_on_its_own_event(store, event_dict) -> None:
    actor, token = person(store, "applicant")
    event = event_of(store, event_dict(), actor)
    answer(store, survey_of(store, event), **VISITOR)
    with signed_in(store.folder, token):
        text = seen(fresh(event))
    assert "Én har svart" in text and "/last-ned/svar" not in text


def test_the_event_leads_to_what_comes_after(store, event, officer) -> None:
    page = page_of("event", id=str(event)).run()
    for path in ("undersokelser", "tellinger", "evaluering", "gjennomgang"):
        assert f'href="/{path}?id={event}"' in seen(page)


def test_the_answers_in_excel_are_for_officers_and_hold_no_formula(store, event, monkeypatch) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(store.folder))
    survey = survey_of(store, event)
    answer(store, survey, **VISITOR, spend_fuel="12,5", comment="=HYPERLINK(1)")
    client = TestClient(Starlette(routes=downloads.ROUTES))
    tokens = {role: person(store, role)[1] for role in ("officer", "board", "applicant")}
    for role in ("board", "applicant"):
        client.cookies.set(SESSION_COOKIE, tokens[role])
        assert client.get(f"/last-ned/svar/{survey.id}.xlsx").status_code == 403
    client.cookies.set(SESSION_COOKIE, tokens["officer"])
    found = client.get(f"/last-ned/svar/{survey.id}.xlsx?lang=en")
    assert found.status_code == 200 and "answers-" in found.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(found.content))
    heads, row = book.worksheets[0].iter_rows(values_only=True)
    got = dict(zip(heads, row, strict=True))
    assert list(heads) == ["day", *survey.questionnaire.names]
    assert (got["day"], got["home"], got["days"], got["spend_fuel"]) == ("2024-06-16", "norway", 2, 12.5)
    assert got["comment"] == "=HYPERLINK(1)" and got["nights"] is None
    cell = next(one for one in book.worksheets[0][2] if one.value == "=HYPERLINK(1)")
    assert cell.data_type == "s" or cell.quotePrefix
    assert "Elsewhere in Norway" in {line[3] for line in book.worksheets[1].iter_rows(values_only=True)}
    with store.read() as db:
        (number,) = db.execute("SELECT id FROM survey_answer").fetchone()
    assert str(number) not in json.dumps(got)
