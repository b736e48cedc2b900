"""Reviews after an event: drafts field by field, handed in once, and lessons that come of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pages import person

from data.audit import history
from data.faults import Faults
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store, sqlite3
from impact.lessons import TAGS, LessonSearch, list_lessons
from impact.register import EventRow, create_event, delete_event, get_event
from impact.review.businesses import business_sums
from impact.review.questions import GRADES, PARTIES, grade_name, party_name, themes
from impact.review.reviews import hand_in, is_over, list_reviews, read_draft, save_answer, writes

PAST = {"first_day": dt.date(2026, 3, 1), "last_day": dt.date(2026, 3, 3)}


@pytest.fixture
def people(store: Store) -> dict[str, Actor]:
    return {role: person(store, role)[0] for role in ("officer", "applicant", "board", "auditor")}


def event(store: Store, owner: Actor, **about: Any) -> EventRow:
    document = {"event": {"name_nb": "Eksempelcupen", "kind": "festival", **PAST, **about}}
    return get_event(store, owner, create_event(store, owner, document)).row


def refused(call: Any, *given: Any) -> list[str]:
    with pytest.raises(Faults) as found:
        call(*given)
    assert all(one.line(lang) for one in found.value.faults for lang in LANGUAGES)
    return [one.code.removeprefix("review.") for one in found.value.faults]


def test_a_review_is_saved_by_field_handed_in_once_and_its_lessons_are_found(
    store: Store, people: dict[str, Actor]
) -> None:
    who = people["applicant"]
    row = event(store, who)
    for name, value in (("happened", " Regn "), ("next", "Leie telt"), ("grade", "partly"), ("tags", ["weather"])):
        draft = save_answer(store, who, row.id, "organiser", "tickets_weather", name, value)
    assert draft.answers == {
        "tickets_weather": {"happened": "Regn", "next": "Leie telt", "grade": "partly", "tags": ["weather"]}
    }
    draft = save_answer(store, who, row.id, "organiser", "safety", "grade", "held")
    assert list_reviews(store, people["officer"], row.id) == {}
    with pytest.raises(Refused):
        read_draft(store, people["board"], row.id, "organiser")
    made = hand_in(store, who, row.id, "organiser", draft.version)
    assert hand_in(store, who, row.id, "organiser", draft.version) == made  # a double click
    (lesson,) = list_lessons(store, people["board"], LessonSearch(text="telt"))
    assert (lesson.text, lesson.about, lesson.tags) == ("Regn\nLeie telt", "organiser", ("weather",))
    assert lesson.written_by == who.id and lesson.event == row.id
    kept = list_reviews(store, people["board"], row.id)["organiser"]
    assert kept.answers == draft.answers and kept.actor == who.id
    assert refused(save_answer, store, who, row.id, "organiser", "safety", "next", "mer") == ["handed_in"]
    assert [one.action for one in history(store.db, "review", str(made))] == ["review.hand_in"]
    with pytest.raises(sqlite3.IntegrityError), store.write("operator", "test.change") as write:
        write.db.conn.execute("UPDATE review SET party = 'fund'")


def test_nothing_is_handed_in_that_was_not_shown_graded_and_answered(store: Store, people: dict[str, Actor]) -> None:
    who = people["officer"]
    row = event(store, who)
    assert refused(hand_in, store, who, row.id, "fund", 0) == ["empty"]
    first = save_answer(store, who, row.id, "fund", "rooms", "next", "Frigi rom")
    assert refused(hand_in, store, who, row.id, "fund", first.version) == ["no_grade"]
    save_answer(store, who, row.id, "fund", "rooms", "grade", "not")
    assert refused(hand_in, store, who, row.id, "fund", first.version) == ["changed"]
    assert list_lessons(store, who) == [] and list_reviews(store, who, row.id) == {}
    emptied = save_answer(store, who, row.id, "fund", "rooms", "next", " ")
    assert emptied.answers == {"rooms": {"grade": "not"}}
    hand_in(store, who, row.id, "fund", emptied.version)
    assert list_lessons(store, who) == []  # nothing was said of next time


def test_two_tabs_lose_nothing(store: Store, people: dict[str, Actor]) -> None:
    who = people["officer"]
    row = event(store, who)
    save_answer(store, who, row.id, "fund", "rooms", "next", "Den ene", "")
    both = save_answer(store, who, row.id, "fund", "rooms", "next", "Den andre", "")
    assert both.answers["rooms"]["next"] == "Den ene\nDen andre" and both.version == 2
    mine = save_answer(store, who, row.id, "fund", "rooms", "next", "Begge", "Den ene\nDen andre")
    assert mine.answers["rooms"]["next"] == "Begge"


def test_each_party_is_written_by_its_own(store: Store, people: dict[str, Actor]) -> None:
    applicant, officer = people["applicant"], people["officer"]
    theirs, ours = event(store, applicant), event(store, officer)
    assert writes(store, applicant, theirs) == ("organiser",)
    assert writes(store, officer, theirs) == ("fund", "business")
    assert writes(store, officer, ours) == PARTIES and writes(store, people["board"], theirs) == ()
    assert refused(save_answer, store, officer, theirs.id, "organiser", "safety", "grade", "held") == ["organisers_own"]
    for actor, row, party in (
        (applicant, theirs, "fund"),
        (applicant, ours, "organiser"),
        (people["board"], ours, "fund"),
    ):
        with pytest.raises(Refused):
            save_answer(store, actor, row.id, party, "safety", "grade", "held")  # type: ignore[arg-type]
    with pytest.raises(Refused):
        list_reviews(store, applicant, ours.id)
    with pytest.raises(LookupError):
        save_answer(store, officer, ours.id, "press", "safety", "grade", "held")  # type: ignore[arg-type]


def test_only_what_is_asked_is_kept_and_only_once_the_event_is_over(store: Store, people: dict[str, Actor]) -> None:
    who = people["officer"]
    row = event(store, who)
    for theme, name, value in (
        ("weather", "next", "x"),
        ("rooms", "cost", "x"),
        ("rooms", "grade", "good"),
        ("rooms", "tags", ["own"]),
        ("rooms", "next", 5),
    ):
        assert refused(save_answer, store, who, row.id, "fund", theme, name, value) == ["no_such_field"]
    assert refused(save_answer, store, who, row.id, "business", "liquidity", "next", "x") == ["no_such_field"]
    assert refused(save_answer, store, who, row.id, "fund", "rooms", "next", "x" * 3_001) == ["long"]
    ahead = event(store, who, first_day=dt.date(2999, 1, 1), last_day=dt.date(2999, 1, 2))
    assert refused(save_answer, store, who, ahead.id, "fund", "rooms", "next", "x") == ["not_over"]
    assert is_over(row, dt.date(2026, 3, 4)) and not is_over(row, dt.date(2026, 3, 3))
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM review_draft").fetchone() == (0,)


def test_what_businesses_answered_is_summed(store: Store, people: dict[str, Actor]) -> None:
    officer = people["officer"]
    row = event(store, officer)
    with store.write("operator", "test.answers") as write:
        for answer, change in (("less", -20.0), ("as_expected", None), ("less", 10.0)):
            given = {"event": row.id, "trade": "lodging", "municipality": "5001", "answer": answer}
            write.insert("feedback", {**given, "turnover_change": change, "day": "2026-03-05"})
        made = {"event": row.id, "kind": "business", "code": "eksempel", "opens": "2026-03-03", "closes": "2026-04-01"}
        survey = write.insert("survey", {**made, "made_at": "2026-03-03T10:00:00Z", "made_by": officer.id})
        for answers in ('{"turnover_change": 40, "lessons": "Si fra før"}', "{}"):
            write.insert("survey_answer", {"survey": survey, "day": "2026-03-06", "answers": answers})
    sums = business_sums(store, officer, row.id)
    assert sums.held == {"more": 0, "as_expected": 1, "less": 2} and (sums.forms, sums.count) == (2, 5)
    assert (sums.told, sums.turnover, sums.lessons) == (3, (-20.0, 10.0, 40.0), ("Si fra før",))
    assert business_sums(store, people["board"], row.id).lessons == ()
    empty = business_sums(store, officer, event(store, officer).id)
    assert empty.count == 0 and empty.turnover is None


def test_questions_have_names_in_both_languages_and_known_tags() -> None:
    for one in themes():
        assert all((one.nb, one.en, one.hint("nb"), one.hint("en"), one.parties)) and set(one.tags) <= set(TAGS)
    assert len({one.id for one in themes()}) == len(themes()) and len(themes("business")) < len(themes("fund"))
    for lang in LANGUAGES:
        assert all(party_name(one, lang) for one in PARTIES) and all(grade_name(one, lang) for one in GRADES)


def test_an_event_that_is_deleted_takes_its_reviews_along(store: Store, people: dict[str, Actor]) -> None:
    who = people["officer"]
    row = event(store, who)
    hand_in(store, who, row.id, "fund", save_answer(store, who, row.id, "fund", "rooms", "grade", "held").version)
    save_answer(store, who, row.id, "business", "rooms", "grade", "held")
    delete_event(store, who, row.id, row.version)
    for table in ("review", "review_draft"):
        assert store.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert history(store.db, "review", "1")[-1].action == "review.hand_in", "the trail keeps what was handed in"
