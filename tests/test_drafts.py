"""Drafts: nothing typed is lost, nothing is overwritten silently, and two people's work is merged path by path."""

from __future__ import annotations

import copy
import random
import threading
from typing import Any

import pytest

from data.faults import Faults
from data.paths import NOTHING
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store, open_store
from impact.drafts import Clash, Clashes, drop_draft, keep_draft, list_drafts, merge, read_draft, save_draft
from impact.register import create_event, delete_event, event_history, get_event, save_event

OFFICER = Actor("account:1", frozenset({"officer"}))
COLLEAGUE = Actor("account:2", frozenset({"officer"}))
APPLICANT = Actor("account:3", frozenset({"applicant"}))


def value(figure: float, source: str = "s") -> dict[str, Any]:
    return {"value": figure, "evidence": "assumed", "source": source}


def document(**changed: Any) -> dict[str, Any]:
    """An event with two audiences and two nights; ``changed`` replaces sections."""
    return {
        "event": {"name_nb": "Festival", "kind": "festival"},
        "audience": [{"name": "Locals", "visits": value(1)}, {"name": "Visitors", "visits": value(2)}],
        "night": [{"date": "2026-01-01", "rooms": value(10)}, {"date": "2026-01-02", "rooms": value(10)}],
        **changed,
    }


def edited(place: tuple[Any, ...], new: Any, start: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with ``new`` at a place of keys and numbers; ``NOTHING`` takes away."""
    made = copy.deepcopy(start or document())
    at: Any = made
    for step in place[:-1]:
        at = at[step]
    if new is NOTHING:
        del at[place[-1]]
    else:
        at[place[-1]] = new
    return made


def by_name(event: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(event["audience"], key=lambda row: str(row["name"]))


# -- merging


def test_what_only_one_changed_is_taken() -> None:
    mine = edited(("audience", 0, "visits"), value(9))
    theirs = edited(("night", 1, "rooms"), value(20), edited(("event", "name_nb"), "Ny"))
    made = merge(document(), mine, theirs)
    assert made.clashes == ()
    assert made.document == edited(("audience", 0, "visits"), value(9), theirs)


def test_what_both_changed_alike_is_no_clash() -> None:
    both = edited(("audience", 0, "visits"), value(9))
    assert merge(document(), both, copy.deepcopy(both)).clashes == ()


def test_what_both_changed_is_a_clash_by_path() -> None:
    made = merge(document(), edited(("audience", 1, "visits"), value(3)), edited(("audience", 1, "visits"), value(4)))
    assert made.clashes == (Clash("audience.Visitors.visits", value(2), value(3), value(4)),)


def test_a_number_and_its_grounds_are_never_mixed() -> None:
    """One changed the figure, the other its source: the new source says nothing of the new figure."""
    mine, theirs = (edited(("audience", 0, "visits"), one) for one in (value(5, "s"), value(1, "new source")))
    (clash,) = merge(document(), mine, theirs).clashes
    assert (clash.path, clash.mine, clash.theirs) == ("audience.Locals.visits", value(5, "s"), value(1, "new source"))


def test_rows_are_matched_by_name_wherever_they_stand() -> None:
    mine = edited(("audience",), list(reversed(document()["audience"])))
    theirs = edited(("audience", 0, "visits"), value(7))
    made = merge(document(), mine, theirs)
    assert made.clashes == () and [row["name"] for row in made.document["audience"]] == ["Visitors", "Locals"]
    assert made.document["audience"][1]["visits"] == value(7)


def test_rows_that_both_added_are_both_there() -> None:
    new = [{"name": name, "visits": value(5)} for name in ("Press", "Teams")]
    sides = [document(audience=[*document()["audience"], row]) for row in new]
    made = merge(document(), *sides)
    assert made.clashes == ()
    assert [row["name"] for row in made.document["audience"]] == ["Locals", "Visitors", "Press", "Teams"]


def test_the_same_new_row_is_merged_field_by_field() -> None:
    start = document(audience=[])
    sides = [
        document(audience=[{"name": "Press", "visits": value(one), "role": role}])
        for one, role in ((1, "media"), (2, "media"))
    ]
    made = merge(start, *sides)
    assert [one.path for one in made.clashes] == ["audience.Press.visits"]
    assert merge(document(), {**sides[0]}, sides[1], {"audience.Press.visits": "theirs"}).clashes == ()


@pytest.mark.parametrize("mine_deletes", [True, False])
def test_a_row_deleted_by_one_and_changed_by_the_other_is_a_clash(mine_deletes: bool) -> None:
    without, changed = edited(("audience", 0), NOTHING), edited(("audience", 0, "visits"), value(8))
    sides = (without, changed) if mine_deletes else (changed, without)
    (clash,) = merge(document(), *sides).clashes
    assert clash.path == "audience.Locals" and NOTHING in (clash.mine, clash.theirs)
    for choice, side in (("mine", sides[0]), ("theirs", sides[1])):
        made = merge(document(), *sides, {"audience.Locals": choice})  # type: ignore[dict-item]
        assert made.clashes == () and by_name(made.document) == by_name(side)


def test_a_row_deleted_by_one_and_left_alone_by_the_other_is_gone() -> None:
    made = merge(document(), edited(("audience", 0), NOTHING), edited(("event", "kind"), "cup"))
    assert made.clashes == () and [row["name"] for row in made.document["audience"]] == ["Visitors"]


def test_a_row_renamed_by_one_and_changed_by_the_other_is_a_clash() -> None:
    (clash,) = merge(
        document(), edited(("audience", 0, "name"), "Residents"), edited(("audience", 0, "visits"), value(8))
    ).clashes
    assert clash.path == "audience.Locals" and clash.mine is NOTHING


def test_nights_are_matched_by_date() -> None:
    made = merge(document(), edited(("night", 0, "rooms"), value(1)), edited(("night", 0), NOTHING, document()))
    assert [one.path for one in made.clashes] == ["night.2026-01-01"]


def test_two_rows_of_one_name_are_one_value_and_nothing_is_lost() -> None:
    twice = document(audience=[{"name": "A"}, {"name": "A", "visits": value(2)}])
    assert merge(document(), twice, document()).document == twice
    assert [one.path for one in merge(document(), twice, edited(("audience", 0), NOTHING)).clashes] == ["audience"]


@pytest.mark.parametrize("seed", range(200))
def test_a_merge_loses_nothing_and_is_the_same_from_both_sides(seed: int) -> None:
    chance = random.Random(seed)
    base = {f"s{n}": {f"f{m}": chance.randrange(3) for m in range(3)} for n in range(3)}

    def changed() -> dict[str, Any]:
        made = copy.deepcopy(base)
        for section in made.values():
            for name in list(section):
                if chance.random() < 0.3:
                    section[name] = chance.randrange(3)
                if chance.random() < 0.1:
                    section.pop(name)
            if chance.random() < 0.2:
                section[f"new{chance.randrange(2)}"] = chance.randrange(3)
        return made

    mine, theirs = changed(), changed()
    made, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {one.path for one in made.clashes} == {one.path for one in other.clashes}
    if not made.clashes:
        assert made.document == other.document
    for section, fields in base.items():
        for name in {*fields, *mine[section], *theirs[section]}:
            was, own, their = (one[section].get(name, NOTHING) for one in (base, mine, theirs))
            now = made.document[section].get(name, NOTHING)
            clashing = own not in (was, their) and their != was
            assert (f"{section}.{name}" in {one.path for one in made.clashes}) == clashing
            assert now == (their if own == was else own)


# -- drafts


def test_a_draft_is_kept_between_visits_and_goes_into_the_register(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    assert read_draft(store, OFFICER, id) is None
    typed = edited(("event", "name_nb"), "Halvskrevet")
    saved = save_draft(store, OFFICER, id, typed, 1)
    found = read_draft(store, OFFICER, id)
    assert found is not None and found.saved_at == saved
    assert (found.document, found.base, found.base_version, found.event) == (typed, document(), 1, id)
    assert read_draft(store, COLLEAGUE, id) is None and get_event(store, OFFICER, id).document == document()
    assert [one.event for one in list_drafts(store, OFFICER)] == [id]
    assert keep_draft(store, OFFICER, id) == 2
    assert get_event(store, OFFICER, id).row.name_nb == "Halvskrevet"
    assert (
        read_draft(store, OFFICER, id) is None
        and [one.actor for one in event_history(store, OFFICER, id)] == ["account:1"] * 2
    )
    with pytest.raises(LookupError):
        keep_draft(store, OFFICER, id)


def test_drafts_leave_no_trail_and_can_be_dropped(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    save_draft(store, OFFICER, id, document(), 1)
    drop_draft(store, OFFICER, id)
    drop_draft(store, OFFICER, id)
    assert read_draft(store, OFFICER, id) is None and len(event_history(store, OFFICER, id)) == 1


def test_keeping_a_draft_that_changes_nothing_changes_nothing(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    save_draft(store, OFFICER, id, document(), 1)
    assert keep_draft(store, OFFICER, id) == 1
    assert read_draft(store, OFFICER, id) is None and len(event_history(store, OFFICER, id)) == 1


def test_two_who_type_at_once_are_merged(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    save_draft(store, OFFICER, id, edited(("audience", 0, "visits"), value(9)), 1)
    save_event(store, COLLEAGUE, id, 1, document=edited(("night", 0, "rooms"), value(20)), state="bid")
    assert keep_draft(store, OFFICER, id) == 3
    found = get_event(store, OFFICER, id)
    assert found.row.state == "bid"
    assert found.document == edited(("audience", 0, "visits"), value(9), edited(("night", 0, "rooms"), value(20)))


def test_a_clash_says_who_and_when_and_the_choice_is_obeyed(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    mine, theirs = (edited(("audience", 0, "visits"), value(one)) for one in (8, 9))
    save_draft(store, OFFICER, id, edited(("event", "kind"), "cup", mine), 1)
    save_event(store, COLLEAGUE, id, 1, document=theirs)
    save_event(store, OFFICER, id, 2, state="bid")
    with pytest.raises(Clashes) as told:
        keep_draft(store, OFFICER, id)
    (clash,) = told.value.clashes
    assert (clash.path, clash.base, clash.mine, clash.theirs) == (
        "audience.Locals.visits",
        value(1),
        value(8),
        value(9),
    )
    assert clash.who == "account:2" and clash.at == event_history(store, OFFICER, id)[1].at
    assert read_draft(store, OFFICER, id) is not None and get_event(store, OFFICER, id).document == theirs
    with pytest.raises(Clashes):
        keep_draft(store, OFFICER, id, {"audience.Visitors.visits": "mine"})
    assert keep_draft(store, OFFICER, id, {"audience.Locals.visits": "theirs"}) == 4
    assert get_event(store, OFFICER, id).document == edited(("event", "kind"), "cup", theirs)


def test_who_deleted_the_row_that_was_changed_here(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    save_draft(store, OFFICER, id, edited(("audience", 0, "visits"), value(8)), 1)
    save_event(store, COLLEAGUE, id, 1, document=edited(("audience", 0), NOTHING))
    with pytest.raises(Clashes) as told:
        keep_draft(store, OFFICER, id)
    assert [(one.path, one.theirs, one.who) for one in told.value.clashes] == [
        ("audience.Locals", NOTHING, "account:2")
    ]


def test_a_draft_first_saved_after_others_saved_begins_from_what_was_read(store: Store) -> None:
    """The form was opened at version 1; the first pause comes when the register is at version 3."""
    id = create_event(store, OFFICER, document())
    second = edited(("event", "name_nb"), "Andre", edited(("audience", 1), NOTHING))
    save_event(store, COLLEAGUE, id, 1, document=second)
    save_event(store, COLLEAGUE, id, 2, document=edited(("night", 0, "rooms"), value(30), second))
    save_draft(store, OFFICER, id, edited(("event", "kind"), "cup"), 1)
    saved = read_draft(store, OFFICER, id)
    assert saved is not None
    assert merge(saved.base, saved.base, document()).document == document()
    assert sorted(saved.base["audience"], key=lambda row: row["name"]) == document()["audience"]
    keep_draft(store, OFFICER, id)
    found = get_event(store, OFFICER, id).document
    assert (found["event"], [row["name"] for row in found["audience"]]) == (
        {"name_nb": "Andre", "kind": "cup"},
        ["Locals"],
    )
    for never in (0, 5):
        with pytest.raises(ValueError):
            save_draft(store, COLLEAGUE, id, document(), never)


def test_two_tabs_of_one_person_are_merged_too(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    save_draft(store, OFFICER, id, document(), 1)
    save_draft(store, OFFICER, id, edited(("event", "kind"), "cup"), 1, seen=document())
    save_draft(store, OFFICER, id, edited(("event", "name_nb"), "Ny"), 1, seen=document())
    both = read_draft(store, OFFICER, id)
    assert both is not None and both.document["event"] == {"name_nb": "Ny", "kind": "cup"}
    with pytest.raises(Clashes) as told:
        save_draft(store, OFFICER, id, edited(("event", "kind"), "fair"), 1, seen=document())
    assert [(one.path, one.theirs) for one in told.value.clashes] == [("event.kind", "cup")]


def test_a_draft_of_a_deleted_event_is_not_lost(store: Store) -> None:
    id = create_event(store, OFFICER, document())
    typed = edited(("event", "kind"), "cup")
    save_draft(store, OFFICER, id, typed, 1)
    delete_event(store, COLLEAGUE, id, 1)
    with pytest.raises(Faults) as told:
        keep_draft(store, OFFICER, id)
    (fault,) = told.value.faults
    assert fault.place == "Festival" and all("account:2" in fault.line(lang) for lang in LANGUAGES)
    more = edited(("event", "kind"), "fair")
    save_draft(store, OFFICER, id, more, 1)  # typing goes on
    found = read_draft(store, OFFICER, id)
    assert found is not None and found.document == more
    again = create_event(store, OFFICER, found.document)
    drop_draft(store, OFFICER, id)
    assert get_event(store, OFFICER, again).document == more
    with pytest.raises(Faults):
        save_draft(store, OFFICER, id, more, 1)
    with pytest.raises(LookupError):
        save_draft(store, OFFICER, 99, more, 1)


def test_an_applicant_drafts_only_its_own(store: Store) -> None:
    own, others = create_event(store, APPLICANT, document()), create_event(store, OFFICER, document())
    save_draft(store, APPLICANT, own, edited(("event", "kind"), "cup"), 1)
    assert keep_draft(store, APPLICANT, own) == 2
    board = Actor("account:4", frozenset({"board"}))
    for act in (
        lambda: save_draft(store, APPLICANT, others, document(), 1),
        lambda: keep_draft(store, APPLICANT, others),
        lambda: save_draft(store, board, own, document(), 1),
        lambda: read_draft(store, board, own),
        lambda: list_drafts(store, board),
    ):
        with pytest.raises(Refused):
            act()


def test_many_who_keep_at_once_lose_nothing(store: Store) -> None:
    """Each changes a field of its own: read, merge and write are one transaction, or some would be overwritten."""
    start = document(event={f"f{n}": 0 for n in range(6)})
    id = create_event(store, OFFICER, start)

    def work(number: int) -> None:
        actor = Actor(f"account:{10 + number}", frozenset({"officer"}))
        with open_store(store.folder) as own:
            for step in range(1, 6):
                found = get_event(own, actor, id)
                typed = edited(("event", f"f{number}"), step, found.document)
                save_draft(own, actor, id, typed, found.row.version)
                keep_draft(own, actor, id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = get_event(store, OFFICER, id)
    assert found.document["event"] == {f"f{n}": 5 for n in range(6)} and found.row.version == 31
