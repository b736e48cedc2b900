"""The register: what lists find and who finds it, versions and history, copies, many events at once."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from data import audit
from data.connection import sqlite3
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store
from impact.estimates import lock_estimate
from impact.event_reading import read_event
from impact.reference import Reference
from impact.register import (
    ORDERS,
    STATES,
    Search,
    copy_event,
    create_event,
    create_events,
    delete_event,
    editions,
    event_history,
    fields_changed,
    get_event,
    list_events,
    save_event,
    state_name,
)

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
OTHER = Actor("account:3", frozenset({"applicant"}))
BOARD = Actor("account:4", frozenset({"board"}))


def about(
    name: str = "Festival", first: str | None = "2026-06-14", last: str | None = None, **more: Any
) -> dict[str, Any]:
    """A document that is only begun."""
    days = {"first_day": first, "last_day": last or first}
    named = {"name_nb": name, "name_en": f"{name} (en)", "kind": "festival", "municipality": "5001"}
    return {"event": {**named, **{key: day for key, day in days.items() if day}, **more}}


def names(store: Store, actor: Actor = OFFICER, order: str = "first_day", **search: Any) -> list[str]:
    rows, count = list_events(store, actor, Search(**search), order=order)
    assert len(rows) == count
    return [row.name_nb for row in rows]


def test_an_event_comes_back_as_it_was_put_in(store: Store, event_dict: Callable[..., dict[str, Any]]) -> None:
    document = event_dict()
    id = create_event(
        store, OFFICER, document, series=" small ", edition="2024", venues=("Hall A ", ""), crews=("Sound",)
    )
    found = get_event(store, OFFICER, id)
    assert found.document == document
    row = found.row
    assert (row.id, row.version, row.state, row.owner, row.sample) == (id, 1, "idea", "account:1", False)
    assert (row.series, row.edition, row.venues, row.crews) == ("small", "2024", ("Hall A",), ("Sound",))
    assert (row.name("nb"), row.name("en"), row.kind) == ("Liten festival", "Small festival", "festival")
    assert (row.first_day, row.last_day, row.days) == (dt.date(2024, 6, 14), dt.date(2024, 6, 15), 2)


def test_dates_become_text_and_nothing_is_not_null(store: Store) -> None:
    given = {
        "event": {"name_nb": "A", "first_day": dt.date(2026, 1, 2), "kind": None},
        "night": [{"date": dt.date(2026, 1, 2)}],
    }
    found = get_event(store, OFFICER, create_event(store, OFFICER, given))
    assert found.document == {"event": {"name_nb": "A", "first_day": "2026-01-02"}, "night": [{"date": "2026-01-02"}]}
    assert found.row.last_day == dt.date(2026, 1, 2) and found.row.name("en") == "A"


@pytest.mark.parametrize("document", [{}, {"event": {}}, {"event": "x"}, {"event": {"first_day": "14. juni"}}])
def test_a_document_that_is_hardly_begun_is_kept(store: Store, document: dict[str, Any]) -> None:
    found = get_event(store, OFFICER, create_event(store, OFFICER, document))
    assert found.document == document and found.row.first_day is None and found.row.name("nb") == ""


def test_a_document_that_is_far_too_large_is_refused_gently(store: Store) -> None:
    with pytest.raises(Faults) as refused:
        create_event(store, OFFICER, about(source="x" * 2_000_001))
    (fault,) = refused.value.faults
    assert fault.code == "register.too_large" and all(fault.line(lang) for lang in LANGUAGES)


def test_lists_follow_the_document_at_every_save(store: Store) -> None:
    id = create_event(store, OFFICER, about("Vinterfest"))
    version = save_event(store, OFFICER, id, 1, document=about("Sommerfest", "2027-07-01"), venues=["Festningen"])
    row = get_event(store, OFFICER, id).row
    assert (row.version, row.name_nb, row.first_day, row.venues) == (
        version,
        "Sommerfest",
        dt.date(2027, 7, 1),
        ("Festningen",),
    )
    assert names(store, text="vinter") == [] and names(store, text="sommer FESTNINGEN") == ["Sommerfest"]
    save_event(store, OFFICER, id, version, series="sommer")
    assert names(store, text="festningen", series="sommer") == ["Sommerfest"]


def test_what_is_searched_for(store: Store) -> None:
    create_event(
        store, OFFICER, about("Blå øy på Ås", "2026-06-01", "2026-06-10"), state="bid", venues=("Olavshallen",)
    )
    create_event(store, OFFICER, about("Bla oy pa As", "2026-07-01", kind="meeting", municipality="5035"))
    create_event(store, OFFICER, about("100 % fest_en \\ to", None), series="cup")
    assert names(store) == ["Bla oy pa As", "Blå øy på Ås", "100 % fest_en \\ to"]  # unknown days last
    assert names(store, order="first_day_rising") == ["Blå øy på Ås", "Bla oy pa As", "100 % fest_en \\ to"]
    for text, wanted in [
        ("BLÅ", ["Blå øy på Ås"]), ("ØY blå", ["Blå øy på Ås"]), ("bla", ["Bla oy pa As"]), ("OLAVS", ["Blå øy på Ås"]),
        ("%", ["100 % fest_en \\ to"]), ("t_e", ["100 % fest_en \\ to"]), ("\\", ["100 % fest_en \\ to"]), ("t%n", []),
        ("cup", ["100 % fest_en \\ to"]), ("meeting", ["Bla oy pa As"]), ("'; DROP TABLE event; --", []),
    ]:  # fmt: skip
        assert names(store, text=text) == wanted, text
    assert names(store, states=("bid", "held")) == ["Blå øy på Ås"]
    assert names(store, kinds=("meeting",)) == names(store, municipalities=("5035",)) == ["Bla oy pa As"]
    assert names(store, series="cup") == ["100 % fest_en \\ to"]
    assert names(store, since=dt.date(2026, 6, 10), until=dt.date(2026, 6, 30)) == ["Blå øy på Ås"]
    assert names(store, since=dt.date(2026, 6, 11), until=dt.date(2026, 7, 1)) == ["Bla oy pa As"]


def test_pages_hold_together(store: Store) -> None:
    create_events(store, OFFICER, [{"document": about(f"E{n:02}", f"2026-01-{1 + n % 5:02}")} for n in range(25)])
    for order in ORDERS:
        pages = [list_events(store, OFFICER, limit=10, offset=at, order=order) for at in (0, 10, 20, 30)]
        assert [len(rows) for rows, _ in pages] == [10, 10, 5, 0] and {count for _, count in pages} == {25}
        assert len({row.id for rows, _ in pages for row in rows}) == 25
    with pytest.raises(KeyError):
        list_events(store, OFFICER, order="id; DROP TABLE event")


def test_a_search_reads_the_index_and_not_the_documents(store: Store) -> None:
    for order in ("first_day", "name_nb"):
        query = f"EXPLAIN QUERY PLAN SELECT id FROM event WHERE found LIKE '%a%' ORDER BY {ORDERS[order]} LIMIT 50"
        with store.read() as db:
            plan = " ".join(row[-1] for row in db.execute(query))
        assert "COVERING INDEX event_list" in plan, plan
        assert ("TEMP B-TREE" in plan) == (order != "first_day"), plan


# -- who


def test_an_applicant_meets_only_its_own(store: Store) -> None:
    mine, others = create_event(store, APPLICANT, about("Min")), create_event(store, OTHER, about("Andres"))
    assert names(store, APPLICANT) == ["Min"] and names(store, OFFICER) == names(store, BOARD) == ["Andres", "Min"]
    assert names(store, APPLICANT, text="andres") == []
    assert get_event(store, APPLICANT, mine).row.owner == "account:2"
    for act in (
        lambda: get_event(store, APPLICANT, others),
        lambda: save_event(store, APPLICANT, others, 1, state="bid"),
        lambda: event_history(store, APPLICANT, others),
        lambda: copy_event(store, APPLICANT, others, dt.date(2027, 1, 1)),
        lambda: delete_event(store, APPLICANT, mine, 1),
        lambda: create_events(store, APPLICANT, []),
        lambda: save_event(store, BOARD, mine, 1, state="bid"),
        lambda: create_event(store, BOARD, about()),
        lambda: list_events(store, ANYONE),
        lambda: get_event(store, ANYONE, mine),
        lambda: get_event(store, ANYONE, 99),
    ):
        with pytest.raises(Refused):
            act()
    assert get_event(store, OFFICER, others).row.version == 1
    with pytest.raises(TypeError, match="owner"):
        save_event(store, APPLICANT, mine, 1, owner="account:9")


# -- two editors, history, deletion


def test_the_second_editor_is_told_by_path(store: Store, event_dict: Callable[..., dict[str, Any]]) -> None:
    document = event_dict()
    id = create_event(store, OFFICER, document)
    theirs = json.loads(json.dumps(document))
    theirs["audience"][0]["visits"]["value"] = 5000
    assert save_event(store, OFFICER, id, 1, document=theirs) == 2
    mine = json.loads(json.dumps(document))
    mine["audience"][0]["visits"]["value"] = 6000
    with pytest.raises(Conflict) as told:
        save_event(store, BOARD_WRITER, id, 1, document=mine, state="bid")
    assert list(told.value.theirs) == ["document.audience.Residents.visits"] == told.value.clashes
    assert "Residents" in told.value.line("nb") and "account:1" in told.value.line("en")


BOARD_WRITER = Actor("account:5", frozenset({"officer", "board"}))


def test_history_says_who_changed_which_field_from_what_to_what(store: Store) -> None:
    id = create_event(store, OFFICER, about("A"))
    save_event(store, BOARD_WRITER, id, 1, document=about("B"), state="bid", venues=["Hall"])
    made, changed = event_history(store, OFFICER, id)
    assert (made.actor, made.action, changed.actor, changed.action) == (
        "account:1",
        "event.create",
        "account:5",
        "event.save",
    )
    assert changed.seq > made.seq and changed.at >= made.at and fields_changed(made) == []
    assert {(one.path, str(one.before), str(one.after)) for one in fields_changed(changed)} == {
        (("document", "event", "name_nb"), "A", "B"),
        (("document", "event", "name_en"), "A (en)", "B (en)"),
        (("state",), "idea", "bid"),
        (("venues",), "[]", "['Hall']"),
    }


def test_saving_what_is_there_already_leaves_no_trace(store: Store) -> None:
    id = create_event(store, OFFICER, about("A"))
    assert save_event(store, OFFICER, id, 1, document=about("A"), state="idea") == 1
    assert len(event_history(store, OFFICER, id)) == 1


def test_a_deleted_event_is_gone_and_its_history_stays(store: Store) -> None:
    id = create_event(store, OFFICER, about("A"))
    delete_event(store, OFFICER, id, 1)
    assert names(store) == []
    with pytest.raises(LookupError):
        get_event(store, OFFICER, id)
    with pytest.raises(Conflict):
        save_event(store, OFFICER, id, 1, state="bid")
    for never in (lambda: save_event(store, OFFICER, 99, 1, state="bid"), lambda: event_history(store, OFFICER, 99)):
        with pytest.raises(LookupError):
            never()
    assert [one.action for one in event_history(store, OFFICER, id)] == ["event.create", "event.delete"]
    assert create_event(store, OFFICER, about("B")) == id + 1  # an old page can't write over another event
    with pytest.raises(Refused):
        event_history(store, APPLICANT, id)


def test_an_event_with_something_locked_on_it_is_not_deleted(
    store: Store, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    id = create_event(store, OFFICER, event_dict())
    lock_estimate(store, OFFICER, id, reference, draws=50)
    with pytest.raises(Faults) as refused:
        delete_event(store, OFFICER, id, 1)
    assert refused.value.faults[0].code == "register.kept.estimate" and names(store) == ["Liten festival"]


def test_an_unknown_state_is_refused_and_each_has_its_name(store: Store) -> None:
    with pytest.raises(ValueError):
        create_event(store, OFFICER, about(), state="maybe")
    assert all(state_name(state, lang) for state in STATES for lang in LANGUAGES)


def test_an_event_never_becomes_a_sample(store: Store) -> None:
    id = create_event(store, OFFICER, about())
    with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "cheat") as write:
        write.update_row("event", id, 1, {"sample": 1})


# -- copies


def test_a_copy_is_a_new_edition_with_its_days_shifted_and_its_grounds_marked(
    store: Store, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    document = event_dict()
    document["event"] |= {"name_nb": "Liten festival 2024", "id": "small-2024"}
    for row in document["night"]:
        row["sold"] = {"value": 2500, "evidence": "counted", "source": "hotels"}
    id = create_event(store, OFFICER, document, state="held", series="small", edition="2024", venues=("Hall",))
    copied = copy_event(store, OFFICER, id, dt.date(2026, 6, 12))
    found = get_event(store, OFFICER, copied)
    assert (found.row.state, found.row.series, found.row.edition, found.row.venues) == (
        "idea",
        "small",
        "2026",
        ("Hall",),
    )
    assert (found.row.first_day, found.row.last_day) == (dt.date(2026, 6, 12), dt.date(2026, 6, 13))
    assert (found.row.name_nb, found.document["event"]["id"]) == ("Liten festival 2026", "small-2026")
    assert [row["date"] for row in found.document["night"]] == ["2026-06-12", "2026-06-13"]
    assert all("sold" not in row for row in found.document["night"])
    visits = found.document["audience"][0]["visits"]
    assert visits == {
        "value": 4000,
        "evidence": "counted",
        "source": f"made up; kopiert fra Liten festival 2024 ({id})",
    }
    read_event(found.document, "copy", reference)  # whole
    again = get_event(store, OFFICER, copy_event(store, OFFICER, copied, dt.date(2027, 6, 11)))
    assert again.document["audience"][0]["visits"] == visits  # whence it came first
    assert [row.id for row in editions(store, OFFICER, found.row)] == [again.row.id, id]
    assert get_event(store, OFFICER, id).document == document


def test_a_copy_of_an_event_without_days(store: Store) -> None:
    id = create_event(store, OFFICER, {"event": {"name_nb": "A"}, "night": [{"date": "2026-01-01"}, {}]})
    found = get_event(store, OFFICER, copy_event(store, OFFICER, id, dt.date(2027, 1, 1)))
    assert found.document == {"event": {"name_nb": "A", "first_day": "2027-01-01"}}
    assert editions(store, OFFICER, found.row) == []


# -- many at once


def test_many_events_are_stored_at_once_each_with_its_trail(store: Store) -> None:
    ids = create_events(store, OFFICER, ({"document": about(f"E{n}"), "state": "held"} for n in range(300)))
    assert ids == list(range(1, 301))
    assert list_events(store, OFFICER, Search(states=("held",)))[1] == 300
    with store.read() as db:
        assert audit.broken(db) is None
        assert len(audit.history(db, "event", "300")) == 1
    with pytest.raises(ValueError):
        create_events(store, OFFICER, [{"document": about("x")}, {"document": about("y"), "state": "no"}])
    assert list_events(store, OFFICER)[1] == 300


@pytest.mark.slow
def test_ten_thousand_events_are_stored_and_searched_fast(store: Store) -> None:
    rows = [{"document": about(f"Arrangement {n}", f"2026-01-{1 + n % 28:02}")} for n in range(10_000)]
    begun = time.process_time()
    create_events(store, OFFICER, rows)
    stored = time.process_time()
    _, count = list_events(store, OFFICER, Search(text="arrangement 99"))
    assert count == sum("99" in str(n) for n in range(10_000))
    assert stored - begun < 3 and time.process_time() - stored < 0.5
