"""The pages of the register: events, calendar, import, lessons and comparison, run on a real store."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from business_store import small
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest
from test_register_workbook import book

from app.pages import event_import, lessons
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store
from impact.estimates import get_estimate, lock_estimate, publish_estimate
from impact.lessons import add_lesson, list_lessons
from impact.reference import Reference
from impact.register import create_event, list_events

PAGES = ("events", "calendar", "event_import", "lessons", "comparison")


@pytest.fixture
def officer(store: Store) -> tuple[Actor, str]:
    return person(store, "officer")


def about(name: str, first: str = "2027-02-12", last: str = "2027-02-14", **more: Any) -> dict[str, Any]:
    days = {"first_day": first, "last_day": last}
    return {"event": {"name_nb": name, "name_en": name, "kind": "festival", "municipality": "5001", **days, **more}}


def shown(store: Store, token: str, name: str, lang: str = "nb", **query: str) -> AppTest:
    with signed_in(store.folder, token):
        page = page_of(name, lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def estimated(
    store: Store, actor: Actor, reference: Reference, document: dict[str, Any], *, publish: bool = True
) -> tuple[int, int]:
    """The numbers of an event and of its locked estimate."""
    event = create_event(store, actor, document, state="confirmed")
    made = lock_estimate(store, actor, event, reference, draws=100)
    if publish:
        publish_estimate(store, actor, made, get_estimate(store, actor, made)[0].version, reference)
    return event, made


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_an_empty_register_says_what_to_do(store: Store, officer: tuple[Actor, str], name: str, lang: str) -> None:
    page = shown(store, officer[1], name, lang)
    assert page.title
    assert name == "event_import" or page.info  # the import is what to do


# -- events


def test_the_address_is_the_search(store: Store, officer: tuple[Actor, str]) -> None:
    actor, token = officer
    create_event(store, actor, about("Vinterfesten"), state="confirmed")
    create_event(store, actor, about("Hallcupen", kind="tournament"), state="idea")
    create_event(store, actor, about("Vinterfesten i fjor", "2026-02-12", "2026-02-14"), state="held")
    for query, found in (
        ({}, {"Vinterfesten", "Hallcupen", "Vinterfesten i fjor"}),
        ({"q": "vinter"}, {"Vinterfesten", "Vinterfesten i fjor"}),
        ({"q": "vinter", "aar": "2027"}, {"Vinterfesten"}),
        ({"tilstand": "ide,gjennomfort"}, {"Hallcupen", "Vinterfesten i fjor"}),
        ({"slag": "tournament", "kommune": "5001"}, {"Hallcupen"}),
        ({"tilstand": "tull"}, {"Vinterfesten", "Hallcupen", "Vinterfesten i fjor"}),
        ({"q": "finnes ikke"}, set()),
        ({"side": "9"}, set()),
    ):
        said = seen(shown(store, token, "events", **query))
        names = {"Vinterfesten", "Hallcupen", "Vinterfesten i fjor"}
        assert {name for name in names if f">{name}</a>" in said} == found, query


def test_a_field_writes_the_address_and_leaves_the_page_that_it_was_on(
    store: Store, officer: tuple[Actor, str]
) -> None:
    actor, token = officer
    for number in range(51):
        create_event(store, actor, about(f"Nummer {number:02}", f"2027-03-{number % 28 + 1:02}", "2027-03-31"))
    with signed_in(store.folder, token):
        page = page_of("events", sorter="navn").run()
        assert "Nummer 50" not in seen(page)
        page.button(key="events_next").click().run()
        assert page.query_params["side"] == "2"
        assert "Nummer 50" in seen(page)
        assert "Nummer 00" not in seen(page)
        page.text_input(key="events_text").set_value("nummer 07").run()
        assert page.query_params["q"] == "nummer 07"
        assert "side" not in page.query_params
        assert "Nummer 07" in seen(page)
        page.button(key="events_clear").click().run()
        assert "q" not in page.query_params
        assert "Nummer 00" in seen(page)


def test_an_applicant_sees_its_own_events_alone(store: Store, officer: tuple[Actor, str]) -> None:
    applicant, token = person(store, "applicant")
    create_event(store, officer[0], about("Kommunens hemmelige", kind="hemmelig slag"))
    create_event(store, applicant, about("Min egen"))
    shown(store, officer[1], "calendar", maaned="2027-02")
    shown(store, officer[1], "events")  # what is kept for one is not shown to another
    page = shown(store, token, "events")
    assert "Min egen" in seen(page)
    assert "hemmelig" not in seen(page)
    assert page.multiselect(key="events_slag").options == ["festival"]
    calendar = seen(shown(store, token, "calendar", maaned="2027-02"))
    assert "Min egen" in calendar
    assert "hemmelige" not in calendar
    assert "REFUSED" in seen(shown(store, token, "event_import"))


def test_an_event_shows_its_published_range_and_no_other(
    store: Store, officer: tuple[Actor, str], reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    actor, token = officer
    _, one = estimated(store, actor, reference, small(event_dict(), "publisert"))
    _, two = estimated(store, actor, reference, small(event_dict(), "bare-laast"), publish=False)
    said = seen(shown(store, token, "events"))
    assert f'href="/anslag?id={one}"' in said
    assert f'href="/anslag?id={two}"' not in said


def test_a_name_is_never_markup(store: Store, officer: tuple[Actor, str]) -> None:
    create_event(store, officer[0], about("<script>alert(1)</script>", kind="<b>x</b>"), venues=["<i>"])
    for name, query in (("events", {}), ("calendar", {"maaned": "2027-02"}), ("lessons", {"id": "1"})):
        assert "<script>alert" not in seen(shown(store, officer[1], name, **query))


def test_two_thousand_events_are_shown_a_page_at_a_time(store: Store, officer: tuple[Actor, str]) -> None:
    from impact.register import create_events

    create_events(store, officer[0], [{"document": about(f"Nr {number}")} for number in range(2000)])
    page = shown(store, officer[1], "events", side="40")
    assert seen(page).count('href="/arrangement?id=') == 50
    assert "2 000".replace(" ", "\N{NO-BREAK SPACE}") in seen(page)


# -- calendar


def test_the_calendar_marks_what_collides_and_says_it(store: Store, officer: tuple[Actor, str]) -> None:
    actor, token = officer
    create_event(store, actor, about("Festen"), state="confirmed", venues=["Storhallen"])
    create_event(store, actor, about("Cupen", "2027-02-14", "2027-02-15"), state="confirmed", venues=["storhallen"])
    create_event(store, actor, about("Avlyst", "2027-02-14", "2027-02-14"), state="cancelled", venues=["Storhallen"])
    said = seen(shown(store, token, "calendar", maaned="2027-02"))
    assert said.count('class="rv-clash rv-firm"') == 2 * 2  # two events on one day, in the table and in the list
    assert "Samme sted: Storhallen</b>, 14. feb. 2027" in said
    assert "ikke regnet ut" in said
    assert "Festen" in seen(shown(store, token, "calendar", "en", maaned="2027-02"))
    other = seen(shown(store, token, "calendar", maaned="2027-03"))
    assert "Festen" not in other
    assert 'class="rv-clash' not in other
    assert "GONE" in seen(shown(store, token, "calendar", maaned="2027-13"))


def test_the_calendar_says_how_many_rooms_are_missing(
    store: Store, officer: tuple[Actor, str], reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    from data.value import Value
    from impact.nights import NightRow, add_nights

    actor, token = officer
    for name in ("en", "to"):
        document = small(event_dict(), name, "2024-06-14", "2024-06-15")
        document["audience"][1]["persons"] = {"value": 2000, "evidence": "counted", "source": "made up"}
        estimated(store, actor, reference, document)
    said = seen(shown(store, token, "calendar", maaned="2024-06"))
    assert "ikke kjent" in said
    days = (dt.date(2024, 6, 1), dt.date(2024, 6, 30))
    add_nights(store, actor, reference, [NightRow("5001", *days, 700, Value(600, 600, 600, "counted", "made up"))])
    said = seen(shown(store, token, "calendar", maaned="2024-06"))
    assert "Trondheim mangler rom på" in said
    assert "må finnes andre steder" in said


# -- import


def upload(*files: tuple[str, bytes]) -> list[Any]:
    """Files as the browser sends them."""
    return [
        SimpleNamespace(
            name=name, size=len(content), file_id=f"{name}{len(content)}", getvalue=lambda content=content: content
        )
        for name, content in files
    ]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the page find these files in its field."""

    def send(*files: tuple[str, bytes]) -> None:
        monkeypatch.setattr(event_import.st, "file_uploader", lambda *_, **__: upload(*files))

    return send


ROWS = [
    {"name_nb": "Vinterfesten", "municipality": "Trondheim", "first_day": dt.date(2027, 2, 12)},
    {"name_nb": "Hallcupen", "municipality": "5035", "first_day": dt.date(2027, 2, 14), "state": "bekreftet"},
]


def test_an_import_is_shown_then_stored_once(
    store: Store, officer: tuple[Actor, str], sent: Callable[..., None]
) -> None:
    actor, token = officer
    sent(("liste.xlsx", book(ROWS)))
    with signed_in(store.folder, token):
        page = page_of("event_import").run()
        assert "Vinterfesten" in seen(page)
        assert list_events(store, actor)[1] == 0  # nothing is stored before one says so
        button = page.button(key="event_import_store_0")
        assert button.label == "Lagre 2 arrangementer"
        button.click().run()
        assert list_events(store, actor)[1] == 2
        assert 'href="/arrangement?id=1"' in seen(page)
        # The same file again: all of it is there, and there is nothing to store.
        page.run()
        assert [one for one in page.button if "store" in str(one.key)] == []
        sent(("liste.xlsx", book([*ROWS, {"name_nb": "Ny", "municipality": "5001"}])))
        page.run()
        assert "hoppes over: 2" in seen(page)
        page.button(key="event_import_store_1").click().run()
    assert list_events(store, actor)[1] == 3


def test_a_second_click_stores_nothing(
    store: Store, officer: tuple[Actor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from impact.register_workbook import read_events_workbook

    actor, token = officer
    state: dict[str, Any] = {}
    monkeypatch.setattr(event_import.st, "session_state", state)
    found = read_events_workbook(book(ROWS), event_import.reference())
    with signed_in(store.folder, token):
        event_import._store(found, 0)
        told = state["outcome"]
        event_import._store(found, 0)
    assert state["outcome"] == told  # and not a fault for what is there already
    assert list_events(store, actor)[1] == 2


def test_a_faulty_file_stores_nothing_and_lists_every_cell(
    store: Store, officer: tuple[Actor, str], sent: Callable[..., None]
) -> None:
    actor, token = officer
    rows = [*ROWS, {"name_nb": "Feil", "first_day": "i mars", "municipality": "Oslo"}]
    sent(("liste.xlsx", book(rows)))
    page = shown(store, token, "event_import")
    said = seen(page)
    assert "Ingenting er lagret" in said
    assert "Arrangementer F4" in said
    assert "Arrangementer E4" in said
    assert [one for one in page.button if "store" in str(one.key)] == []
    assert list_events(store, actor)[1] == 0


def test_lists_and_whole_events_can_come_together(
    reference: Reference, tmp_path: Path, event_dict: Callable[..., dict[str, Any]]
) -> None:
    from impact.fault_workbook import fault_workbook
    from impact.importing import apart, read_files
    from impact.workbook import write_workbook

    path = tmp_path / "event.xlsx"
    write_workbook(event_dict(), path, "nb")
    whole = ("event.xlsx", path.read_bytes())
    found = read_files([("liste.xlsx", book(ROWS)), whole], reference)
    assert [row["document"]["event"]["name_nb"] for row in found.rows] == [
        "Vinterfesten",
        "Hallcupen",
        "Liten festival",
    ]
    assert found.places == ("liste.xlsx: Arrangementer!2", "liste.xlsx: Arrangementer!3", "event.xlsx")
    twice = read_files([("a.xlsx", book(ROWS)), ("b.xlsx", book(ROWS[:1])), whole], reference)
    assert not twice.rows
    assert [one.place for one in twice.faults] == ["b.xlsx: Arrangementer!2"]
    held = SimpleNamespace(name_nb="vinterfesten", first_day=dt.date(2027, 2, 12), municipality="5001")
    left = apart(found, [held])
    assert left.held == ("Vinterfesten",)
    assert [row["document"]["event"]["name_nb"] for row in left.new.rows] == ["Hallcupen", "Liten festival"]
    assert len(left.new.places) == 2
    for lang in LANGUAGES:
        sheet: Any = openpyxl.load_workbook(io.BytesIO(fault_workbook(twice.faults, lang))).active
        assert sheet.max_row == 2


# -- lessons


def test_lessons_are_found_added_and_deleted_by_who_wrote_them(store: Store, officer: tuple[Actor, str]) -> None:
    actor, token = officer
    other, others_token = person(store, "officer")
    old = create_event(store, actor, about("Festen 2026", "2026-02-12"), series="festen", venues=["Torget"])
    new = create_event(store, actor, about("Festen 2027"), series="festen")
    add_lesson(store, other, old, "Bestill bussene i mars", tags=["transport", "<u>"], about="fund")
    with signed_in(store.folder, token):
        page = page_of("lessons", id=str(new)).run()
        assert "samme serie: festen" in seen(page)
        assert not [one for one in page.button if "delete" in str(one.key)]
        key = f"lessons_{new}_0"
        page.button(key=f"{key}_store").click().run()  # nothing typed: nothing stored
        assert len(list_lessons(store, actor)) == 1
        page.text_area(key=f"{key}_text").set_value("Mer lys i parken").run()
        page.button(key=f"{key}_store").click().run()
        assert [one.text for one in list_lessons(store, actor)] == ["Mer lys i parken", "Bestill bussene i mars"]
        mine = list_lessons(store, actor)[0]
        page.button(key=f"lessons_{mine.id}_{mine.version}_delete_yes").click().run()
    assert [one.text for one in list_lessons(store, actor)] == ["Bestill bussene i mars"]
    for query, there in (({"q": "bussene"}, True), ({"stikkord": "transport"}, True), ({"om": "arrangor"}, False)):
        assert ("Bestill" in seen(shown(store, others_token, "lessons", **query))) is there, query


def test_a_lesson_is_stored_once(store: Store, officer: tuple[Actor, str], monkeypatch: pytest.MonkeyPatch) -> None:
    actor, token = officer
    event = create_event(store, actor, about("Festen"))
    monkeypatch.setattr(lessons.st, "session_state", {"k_text": "En gang"})
    with signed_in(store.folder, token):
        lessons._store(event, 0, "k")
        lessons._store(event, 0, "k")
    assert len(list_lessons(store, actor)) == 1


def test_who_only_reads_lessons_cannot_add_one(store: Store, officer: tuple[Actor, str]) -> None:
    event = create_event(store, officer[0], about("Festen"))
    _, token = person(store, "board")
    page = shown(store, token, "lessons", id=str(event))
    assert not page.text_area
    assert "GONE" in seen(shown(store, token, "lessons", id="abc"))
    assert "GONE" in seen(shown(store, token, "lessons", id="999"))


# -- comparison


def test_estimates_stand_side_by_side_with_ranges_of_their_own(
    store: Store, officer: tuple[Actor, str], reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    from impact.comparison import by_kind, published_lines
    from impact.comparison_workbook import comparison_workbook
    from impact.side_by_side import side

    actor, token = officer
    _, one = estimated(store, actor, reference, small(event_dict(), "stor", kind="fair"))
    _, two = estimated(store, actor, reference, small(event_dict(), "liten", name_nb="=liten"), publish=False)
    with signed_in(store.folder, token):
        page = page_of("comparison")
        page.query_params["id"] = [str(one), str(two)]
        page.run()
    assert not page.exception
    said = seen(page)
    assert "Verdiskaping per gjestedøgn" in said
    assert f'href="/anslag?id={two}"' in said
    found = side(get_estimate(store, actor, one)[1], reference)
    per = found.ranges["value_added_per_visitor"]
    assert per.p10 < per.p50 < per.p90
    # The range of the quotient is narrower than a quotient of far ends would be.
    total, visitors = found.ranges["value_added"], found.ranges["visitors"]
    assert total.p10 / visitors.p90 < per.p10
    assert per.p90 < total.p90 / visitors.p10
    content = comparison_workbook({"=liten": found}, by_kind([found.compared]), published_lines(reference), "nb")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["A2"].value == "=liten"
    assert sheet["A2"].data_type == "s"


def test_another_organisers_locked_estimate_is_not_compared(
    store: Store, officer: tuple[Actor, str], reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    actor, officers_token = officer
    _, made = estimated(store, actor, reference, small(event_dict(), "hemmelig"), publish=False)
    _, token = person(store, "applicant")
    assert "hemmelig" in seen(shown(store, officers_token, "comparison", id=str(made)))
    page = shown(store, token, "comparison", id=str(made))
    assert "REFUSED" in seen(page)
    assert "hemmelig" not in seen(page)
    options = shown(store, token, "comparison").multiselect(key="comparison_chosen").options
    assert not [one for one in options if "hemmelig" in one]
    for wrong in ("abc", "999"):
        assert "GONE" in seen(shown(store, officers_token, "comparison", id=wrong))
