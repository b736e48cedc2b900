"""Joining and parting undertakings: a group is made, two become one, or some leave.

A merger is a fact, and aid that was given before it stays lawful (Regulation (EU) 2023/2831, article 3(8)); but the new
undertaking has no room where the two together have had more than the ceiling. So a joining that passes the ceiling is
refused, with the figures, until whoever enters it says that they know: then it is stored, and its room is below zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.identifiers import organisation_number
from fund.state_aid.aid import AidRules, aid_rules, room_in, standing_aid
from fund.state_aid.undertakings import Undertaking, undertaking_at, undertaking_of


def add_undertaking(
    store: Store, actor: Actor, name: str, orgnrs: Iterable[str], since: dt.date, ground: str, *, known: bool = False
) -> int:
    """Make a group of organisations that count as one from a day on; its number. Needs ``aid.write``.

    ``ground`` says which link there is and where it was seen. Raises :class:`Faults` for faulty numbers, no name or
    ground, and unless ``known`` where the group is above the ceiling.
    """
    require(actor, "aid.write")
    _named(name, ground)
    with store.write(actor.id, "aid.group") as write:
        number = int(write.insert("undertaking", {"name": name.strip()}))
        _join(write, number, _checked(orgnrs), since, ground, aid_rules(store, since), known)
        return number


def join(
    store: Store,
    actor: Actor,
    undertaking: int,
    orgnrs: Iterable[str],
    since: dt.date,
    ground: str,
    *,
    known: bool = False,
) -> Undertaking:
    """Let organisations belong to a group from a day on. Needs ``aid.write``. Raises as :func:`add_undertaking`."""
    require(actor, "aid.write")
    _named("-", ground)
    with store.write(actor.id, "aid.join") as write:
        undertaking_at(write.db, undertaking, since)
        _join(write, undertaking, _checked(orgnrs), since, ground, aid_rules(store, since), known)
        return undertaking_at(write.db, undertaking, since)


def merge(
    store: Store, actor: Actor, first: int, second: int, since: dt.date, ground: str, *, known: bool = False
) -> Undertaking:
    """Let all of the ``second`` group belong to the ``first`` from a day on. Needs ``aid.write``.

    Raises :class:`Faults` with what each has had, and nothing changes, where the two together are above the ceiling,
    unless that is ``known``.
    """
    require(actor, "aid.write")
    _named("-", ground)
    with store.write(actor.id, "aid.merge") as write:
        undertaking_at(write.db, first, since)
        members = undertaking_at(write.db, second, since).orgnrs
        if first == second or not members:
            raise Faults([Fault("", "undertaking", str(second), "aid.nothing_to_merge")])
        _join(write, first, members, since, ground, aid_rules(store, since), known)
        return undertaking_at(write.db, first, since)


def split(
    store: Store, actor: Actor, undertaking: int, orgnrs: Iterable[str], name: str, since: dt.date, ground: str
) -> int:
    """Let some of a group be an undertaking of their own from a day on; its number. Their aid goes with them.

    Where aid to one number must be shared between the parts, it is corrected (:func:`fund.state_aid.aid.correct_aid`).
    Needs ``aid.write``. Raises :class:`Faults` where somebody isn't in the group, or nobody would be left.
    """
    require(actor, "aid.write")
    _named(name, ground)
    with store.write(actor.id, "aid.split") as write:
        members, leaving = set(undertaking_at(write.db, undertaking, since).orgnrs), _checked(orgnrs)
        strange = [one for one in leaving if one not in members]
        if strange or members <= set(leaving):
            raise Faults([Fault("", "orgnrs", ", ".join(strange or leaving), "aid.cannot_split")])
        number = int(write.insert("undertaking", {"name": name.strip()}))
        _add(write, number, leaving, since, ground)
        return number


def rename_undertaking(store: Store, actor: Actor, seen: Undertaking, name: str) -> int:
    """Change a group's name; its new version. Needs ``aid.write``. Raises Conflict where it changed since."""
    require(actor, "aid.write")
    _named(name, "-")
    with store.write(actor.id, "aid.rename") as write:
        return write.update_row("undertaking", seen.id, seen.version, {"name": name.strip()})


def _join(
    write: Write, number: int, orgnrs: Sequence[str], since: dt.date, ground: str, rules: AidRules, known: bool
) -> None:
    """Add members, and refuse where the whole passes the ceiling that its parts didn't, on that day or later."""
    before = {
        one: None for one in (undertaking_at(write.db, number, since), *_parts(write, orgnrs, since)) if one.orgnrs
    }
    days = [since, *(aid.day for aid in standing_aid(write.db, "day > ?", (since.isoformat(),)))]
    were = {day: [room_in(write.db, part, day, rules).used for part in before] for day in days}
    _add(write, number, orgnrs, since, ground)
    for day in days:
        whole = room_in(write.db, undertaking_at(write.db, number, day), day, rules)
        if not known and whole.left < 0 and whole.used > max(were[day], default=Fraction(0)):
            figures = {
                "cent_used": -(-whole.used // 1),
                "cent_ceiling": rules.ceiling,
                "cent_over": -(whole.left // 1),
                "cent_most": -(-max(were[day], default=Fraction(0)) // 1),
                "day": day.isoformat(),
                "orgnrs": ", ".join(whole.undertaking.orgnrs),
            }
            raise Faults([Fault("", "orgnrs", "", "aid.group_over", figures)])


def _parts(write: Write, orgnrs: Sequence[str], since: dt.date) -> list[Undertaking]:
    return [undertaking_of(write.db, one, since) for one in orgnrs]


def _add(write: Write, number: int, orgnrs: Sequence[str], since: dt.date, ground: str) -> None:
    row = {"undertaking": number, "since": since.isoformat(), "ground": ground.strip()}
    write.insert_rows("undertaking_member", [{"orgnr": one, **row} for one in orgnrs])


def _checked(orgnrs: Iterable[str]) -> tuple[str, ...]:
    """The numbers, each once. Raises :class:`Faults` with every faulty one, and where there is none."""
    faults: list[Fault] = []
    found: dict[str, None] = {}
    for one in orgnrs:
        try:
            found[organisation_number(one, place="orgnrs")] = None
        except Faults as error:
            faults += error.faults
    if not found and not faults:
        faults.append(Fault("", "orgnrs", "", "aid.no_members"))
    if faults:
        raise Faults(faults)
    return tuple(found)


def _named(name: str, ground: str) -> None:
    faults = [] if name.strip() else [Fault("", "name", shown(name), "aid.no_name")]
    if not ground.strip():
        faults.append(Fault("", "ground", shown(ground), "aid.no_ground"))
    if faults:
        raise Faults(faults)
