"""The board: who sits on it from a day to a day, as a member or as a member's deputy, and for which partner.

    add_seat(store, administrator, "account:7", day, partner=2)
    quorum(db, day)                                     # how many must take part for the board to decide

A seat stays with who has it: a change is a seat that ends and another that begins, so that what the board was on a day
can always be told. An account has at most one seat at a time.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlite_utils import Database

from data.accounts import account_in
from data.dated import Parameters
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from impact.parameter_values import parameters_in

BOARD_ROLES = frozenset({"board", "chair"})
"""Whoever has a seat has one of these."""
_COLUMNS = "id, account, deputy_for, partner, since, until, version"
_QUERY = f"SELECT {_COLUMNS} FROM seat"


@dataclass(frozen=True)
class Seat:
    """A place on the board. ``deputy_for`` is the seat of the member that a deputy stands in for, None for a member.

    ``partner`` is whose delegate it is, None where nobody's. ``since`` and ``until`` are its first and last days.
    """

    id: int
    account: str
    deputy_for: int | None
    partner: int | None
    since: dt.date
    until: dt.date | None
    version: int

    @property
    def member(self) -> bool:
        return self.deputy_for is None

    def holds(self, day: dt.date) -> bool:
        """Whether it is held on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


def add_seat(
    store: Store,
    actor: Actor,
    account: str,
    since: dt.date,
    *,
    deputy_for: int | None = None,
    partner: int | None = None,
    until: dt.date | None = None,
) -> int:
    """Give an account a seat from a day on; the seat's number. The same again is the seat that is there.

    Needs ``seat.write``. Raises :class:`Faults` for an account that isn't the board's, that has a seat in those days, a
    member that isn't there to stand in for, an unknown partner, days in the wrong order.
    """
    require(actor, "seat.write")
    row = {"account": account, "deputy_for": deputy_for, "partner": partner, "since": since, "until": until}
    with store.write(actor.id, "seat.add", audited=False) as write:
        theirs = [one for one in _all(write.db) if one.account == account]
        for one in theirs:
            if {name: getattr(one, name) for name in row} == row:  # a second click
                return one.id
        faults = _account_faults(write.db, account)
        if until is not None and until < since:
            faults.append(Fault("", "until", until.isoformat(), "board.days", {"day": since.isoformat()}))
        taken = [one for one in theirs if _meet(one, since, until)]
        if taken:
            faults.append(Fault("", "account", account, "board.seated", {"day": taken[0].since.isoformat()}))
        faults += _deputy_faults(write.db, account, deputy_for, since)
        if partner is not None and not write.db.execute("SELECT 1 FROM partner WHERE id = ?", [partner]).fetchone():
            faults.append(Fault("", "partner", shown(partner), "board.no_partner"))
        if faults:
            raise Faults(faults)
        return int(write.insert("seat", row))


def end_seat(store: Store, actor: Actor, id: int, version: int, until: dt.date) -> int:
    """Let a seat end with a day; its new version. A member's deputies stand in for nobody after that.

    Needs ``seat.write``. Raises :class:`Faults` for a day before the seat's first, Conflict where someone changed it,
    LookupError where there is none.
    """
    require(actor, "seat.write")
    with store.write(actor.id, "seat.end", audited=False) as write:
        held = seat_at(write.db, id)
        if until < held.since:
            raise Faults([Fault("", "until", until.isoformat(), "board.days", {"day": held.since.isoformat()})])
        if held.until == until and held.version == version + 1:  # a second click
            return held.version
        return write.update_row("seat", id, version, {"until": until})


def list_seats(store: Store, actor: Actor, *, day: dt.date | None = None) -> list[Seat]:
    """All seats, those of members first; or those that are held on a day. Needs ``seat.read``."""
    require(actor, "seat.read")
    with store.read() as db:
        return _all(db) if day is None else seats_on(db, day)


def seats_on(db: Database, day: dt.date) -> list[Seat]:
    """The seats held on a day, members first; deputies of seats that have ended are left out."""
    held = [one for one in _all(db) if one.holds(day)]
    members = {one.id for one in held if one.member}
    return [one for one in held if one.member or one.deputy_for in members]


def seat_of(db: Database, account: str, day: dt.date) -> Seat | None:
    """The seat that an account has on a day; None where it has none."""
    return next((one for one in seats_on(db, day) if one.account == account), None)


def deputies_of(db: Database, seat: int, day: dt.date) -> list[Seat]:
    """The deputies of a member's seat on a day, in the order in which they are called."""
    return [one for one in seats_on(db, day) if one.deputy_for == seat]


def seat_at(db: Database, id: int) -> Seat:
    """A seat, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no seat {id}")
    return _seat(row)


def quorum(db: Database, day: dt.date) -> int:
    """How many members, or deputies in their place, must take part for the board to decide on that day; at least one.

    The share of the members is ``board.quorum``. Source: kommuneloven § 11-9, at least half of the members.
    """
    share = Parameters(parameters_in(db), day).number("board.quorum")
    members = sum(one.member for one in seats_on(db, day))
    return max(1, math.ceil(Fraction(str(share)) * members))


def needed(store: Store, actor: Actor, day: dt.date) -> int:
    """The :func:`quorum` of a day. Needs ``seat.read``."""
    require(actor, "seat.read")
    with store.read() as db:
        return quorum(db, day)


def has_role(db: Database, account: str, *roles: str) -> bool:
    """Whether an account is open and has one of these roles."""
    kind, _, number = account.partition(":")
    if kind != "account" or not (number.isascii() and number.isdigit()):
        return False
    try:
        found = account_in(db, int(number))
    except LookupError:
        return False
    return found.active and bool(set(roles) & set(found.roles))


def _account_faults(db: Database, account: str) -> list[Fault]:
    return [] if has_role(db, account, *BOARD_ROLES) else [Fault("", "account", shown(account), "board.not_board")]


def _deputy_faults(db: Database, account: str, deputy_for: int | None, since: dt.date) -> list[Fault]:
    """What is wrong with the member to stand in for."""
    if deputy_for is None:
        return []
    members = [one for one in seats_on(db, since) if one.member and one.id == deputy_for]
    if not members:
        return [Fault("", "deputy_for", shown(deputy_for), "board.no_member", {"day": since.isoformat()})]
    return [Fault("", "deputy_for", account, "board.own_deputy")] if members[0].account == account else []


def _meet(one: Seat, since: dt.date, until: dt.date | None) -> bool:
    """Whether a seat is held on any day of a span."""
    return (until is None or one.since <= until) and (one.until is None or since <= one.until)


def _all(db: Database) -> list[Seat]:
    return [_seat(row) for row in db.query(f"{_QUERY} ORDER BY deputy_for IS NOT NULL, id")]


def _seat(row: Mapping[str, Any]) -> Seat:
    until = row["until"] and dt.date.fromisoformat(row["until"])
    return Seat(**{**row, "since": dt.date.fromisoformat(row["since"]), "until": until})
