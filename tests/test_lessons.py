"""Lessons: written down, found, and found again for an event like the one that taught them."""

from __future__ import annotations

from typing import Any

import pytest

from data.audit import history
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store
from impact.lessons import (
    ABOUT,
    TAGS,
    LessonSearch,
    about_name,
    add_lesson,
    delete_lesson,
    list_lessons,
    similar_lessons,
    tag_name,
    why_name,
)
from impact.register import EventRow, create_event, get_event

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))


def event(store: Store, name: str, kind: str = "festival", **more: Any) -> EventRow:
    id = create_event(store, OFFICER, {"event": {"name_nb": name, "kind": kind}}, **more)
    return get_event(store, OFFICER, id).row


def texts(store: Store, **search: Any) -> list[str]:
    return [one.text for one in list_lessons(store, OFFICER, LessonSearch(**search))]


def test_a_lesson_is_found_by_its_words_tags_and_what_it_is_about(store: Store) -> None:
    cup, fair = event(store, "Cup"), event(store, "Messe")
    add_lesson(store, OFFICER, cup.id, " Bussene kom for sent på Ås ", tags=("transport", " egen  merkelapp ", ""))
    add_lesson(store, OFFICER, fair.id, "Be om regnskapet før", tags=("budget",), about="fund")
    assert texts(store) == ["Be om regnskapet før", "Bussene kom for sent på Ås"]
    assert texts(store, text="BUSSENE ås") == texts(store, text="merkelapp") == texts(store, event=cup.id)
    assert texts(store, tags=("transport", "weather")) == ["Bussene kom for sent på Ås"]
    assert texts(store, about=("fund",)) == ["Be om regnskapet før"] and texts(store, text="%") == []
    first = list_lessons(store, OFFICER)[1]
    assert (first.name("nb"), first.name("en"), first.written_by) == ("Cup", "Cup", "account:1")
    assert first.tags == ("egen merkelapp", "transport") and first.version == 1


def test_a_lesson_without_text_is_refused_with_an_example(store: Store) -> None:
    cup = event(store, "Cup")
    for text, code in ((" \n", "register.lesson_empty"), ("x" * 10_001, "register.lesson_long")):
        with pytest.raises(Faults) as refused:
            add_lesson(store, OFFICER, cup.id, text)
        assert refused.value.faults[0].code == code
        assert all(refused.value.faults[0].line(lang) for lang in LANGUAGES)
    with pytest.raises(LookupError):
        add_lesson(store, OFFICER, 99, "x")
    with pytest.raises(ValueError):
        add_lesson(store, OFFICER, cup.id, "x", about="me")  # type: ignore[arg-type]
    assert list_lessons(store, OFFICER) == []


def test_similar_events_teach_best_first_and_say_why(store: Store) -> None:
    series = event(store, "VM 2021", "cup", series="vm", venues=("Granåsen",))
    hall = event(store, "Konsert", "concert", venues=("GRANÅSEN", "Spektrum"))
    kind, tagged, other = event(store, "NM", "Cup"), event(store, "Marked", "fair"), event(store, "Møte", "meeting")
    for one, tags in ((other, ()), (tagged, ("weather",)), (kind, ()), (hall, ("weather",)), (series, ())):
        add_lesson(store, OFFICER, one.id, one.name_nb, tags=tags)
    planned = event(store, "VM 2027", "cup", series="vm", venues=("Granåsen",))
    add_lesson(store, OFFICER, planned.id, "om den selv")
    found = similar_lessons(store, OFFICER, planned, tags=("weather",))
    assert [(one.lesson.text, one.why) for one in found] == [
        ("VM 2021", (("series", "vm"), ("venue", "Granåsen"), ("kind", "cup"))),
        ("Konsert", (("venue", "GRANÅSEN"), ("tag", "weather"))),
        ("NM", (("kind", "cup"),)),
        ("Marked", (("tag", "weather"),)),
    ]
    assert [one.lesson.text for one in similar_lessons(store, OFFICER, planned, limit=1)] == ["VM 2021"]
    assert why_name(("tag", "weather"), "nb") == "samme stikkord: vær"
    assert why_name(("venue", "Granåsen"), "en") == "same venue: Granåsen"


def test_events_without_series_or_kind_are_not_alike_for_that(store: Store) -> None:
    one, other = event(store, "A", ""), event(store, "B", "")
    add_lesson(store, OFFICER, one.id, "x")
    assert similar_lessons(store, OFFICER, other) == []


def test_the_newest_comes_first_among_equals(store: Store) -> None:
    old, planned = event(store, "A"), event(store, "B")
    for text in ("eldst", "nyest"):
        add_lesson(store, OFFICER, old.id, text)
    assert [one.lesson.text for one in similar_lessons(store, OFFICER, planned)] == ["nyest", "eldst"]


def test_a_deleted_lesson_stays_in_the_trail(store: Store) -> None:
    id = add_lesson(store, OFFICER, event(store, "A").id, "x", tags=("weather",))
    delete_lesson(store, OFFICER, id, 1)
    assert list_lessons(store, OFFICER) == []
    with pytest.raises(Conflict):
        delete_lesson(store, OFFICER, id, 1)
    with store.read() as db:
        assert [one.action for one in history(db, "lesson", str(id))] == ["lesson.write", "lesson.delete"]


def test_officers_write_and_whoever_is_signed_in_reads(store: Store) -> None:
    row = event(store, "A")
    id = add_lesson(store, OFFICER, row.id, "x")
    assert [one.text for one in list_lessons(store, APPLICANT)] == ["x"]
    for act in (
        lambda: add_lesson(store, APPLICANT, row.id, "y"),
        lambda: delete_lesson(store, APPLICANT, id, 1),
        lambda: list_lessons(store, ANYONE),
        lambda: similar_lessons(store, ANYONE, row),
    ):
        with pytest.raises(Refused):
            act()


def test_every_tag_and_subject_has_its_name() -> None:
    for lang in LANGUAGES:
        assert all(tag_name(tag, lang) for tag in TAGS) and all(about_name(one, lang) for one in ABOUT)
    assert tag_name("egen", "en") == "egen" and list(TAGS) == sorted(TAGS)
