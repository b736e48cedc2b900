"""Frames, and what is decided within them: reserved for a meeting, granted, guaranteed, carried over.

A frame is what may be granted in a year, or in one call of it, with the most that its guarantees may stand for at once.
What is drawn comes from the pots of the frame's year. An award's money goes back to its frame when it is released, but
not when it is repaid or clawed back: that is new money to set a frame for.

Each function is one row of the table of postings, takes the write of the decision that it belongs to, and books the
same thing once (:mod:`fund.books.ledger`). Who may decide is asked by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.clock import day_at
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.accounts_plan import Account, Kind, Legs, added, against
from fund.books.covenant import covenant_state
from fund.books.ledger import PostingRow, Request, answered, balance, post, pot_balances
from fund.books.money import checked
from fund.books.pots import drawn, fitting, moved, room_back, split


@dataclass(frozen=True)
class Frame:
    """A year's frame, or a call's (``call`` above 0), in øre: what it is, what is left, and the same for guarantees."""

    id: int
    year: int
    call: int
    amount: int
    room: int
    exposure_limit: int
    exposure_room: int

    @property
    def used(self) -> int:
        """Reserved, granted and guaranteed within it."""
        return self.amount - self.room


def frame_at(db: Database, number: int) -> Frame:
    """The frame as it stands. Raises :class:`Faults` where there is none."""
    row = db.execute("SELECT id, year, call FROM frame WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise Faults([Fault("", "frame", str(number), "ledger.no_frame")])
    kinds: tuple[Kind, ...] = ("frame_set", "frame_room", "exposure_set", "exposure_room")
    amount, room, limit, exposure_room = (balance(db, Account(kind, frame=number)) for kind in kinds)
    return Frame(*(*row, -amount, room, -limit, exposure_room))


def frames(store: Store, actor: Actor, year: int | None = None) -> list[Frame]:
    """All frames, or those of a year. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        rows = db.execute("SELECT id FROM frame WHERE ? IS NULL OR year = ? ORDER BY year, call", (year, year))
        return [frame_at(db, number) for (number,) in rows.fetchall()]


def open_frame(
    store: Store, actor: Actor, key: str, year: int, amount: int, exposure_limit: int, *, call: int = 0
) -> Frame:
    """Set the frame of a year, or of one call. Needs ``frame.write``.

    Raises :class:`Faults` for amounts that are none, and where the year or call has a frame.
    """
    require(actor, "frame.write")
    checked(amount, "amount")
    checked(exposure_limit, "exposure_limit", least=0)
    figures = {"year": checked_year(year), "call": call, "amount": amount, "exposure_limit": exposure_limit}
    request = Request(key, "frame_set", figures)
    with store.write(actor.id, "frame.open") as write:
        done = answered(write.db, request)
        if done is None:
            if write.db.execute("SELECT 1 FROM frame WHERE year = ? AND call = ?", (year, call)).fetchone():
                raise Faults([Fault("", "year", str(year), "ledger.frame_exists", {"call": call})])
            number = int(write.insert("frame", {"year": year, "call": call}))
            done = post(write, request, lambda: _frame_legs(number, amount, exposure_limit))
        return frame_at(write.db, next(account.frame for account in done.legs if account.frame))


def change_frame(store: Store, actor: Actor, key: str, seen: Frame, *, amount: int, exposure_limit: int) -> Frame:
    """Change a frame from what was ``seen``. Needs ``frame.write``.

    Raises :class:`Faults` where someone else changed it since, or where more of it is used than it would be.
    """
    require(actor, "frame.write")
    checked(amount, "amount", least=0)
    checked(exposure_limit, "exposure_limit", least=0)
    if (amount, exposure_limit) == (seen.amount, seen.exposure_limit):
        return seen
    were = {"was": seen.amount, "limit_was": seen.exposure_limit}
    figures = {"frame": seen.id, "amount": amount, "exposure_limit": exposure_limit, **were}
    with store.write(actor.id, "frame.change") as write:

        def legs() -> Legs:
            now = frame_at(write.db, seen.id)
            faults = []
            if (now.amount, now.exposure_limit) != (seen.amount, seen.exposure_limit):
                shown = {"ore_now": now.amount, "ore_limit_now": now.exposure_limit, "ore_seen": seen.amount}
                faults.append(Fault("", "frame", str(seen.id), "ledger.frame_changed", shown))
            if amount < now.used:
                lowered = {"ore_used": now.used, "ore_now": now.amount, "ore_wanted": amount}
                faults.append(Fault("", "amount", "", "ledger.frame_lowered", lowered))
            open_caps = now.exposure_limit - now.exposure_room
            if exposure_limit < open_caps:
                lowered = {"ore_used": open_caps, "ore_now": now.exposure_limit, "ore_wanted": exposure_limit}
                faults.append(Fault("", "exposure_limit", "", "ledger.exposure_lowered", lowered))
            if faults:
                raise Faults(faults)
            return _frame_legs(seen.id, amount - now.amount, exposure_limit - now.exposure_limit)

        post(write, Request(key, "frame_set", figures), legs)
        return frame_at(write.db, seen.id)


def reserve(
    write: Write,
    key: str,
    frame: int,
    meeting: int,
    amount: int,
    *,
    earmarks: Collection[str] = (),
    at: dt.datetime | None = None,
) -> PostingRow:
    """Reserve a recommended amount for a meeting: available → reserved, at most what the frame has left.

    ``earmarks`` are those that fit what is recommended. Raises :class:`Faults` with what is left where it is too much.
    """
    checked(amount, "amount")
    if meeting < 1:
        raise ValueError("a meeting has a number above 0")
    figures = {"frame": frame, "meeting": meeting, "amount": amount, "earmarks": sorted(earmarks)}

    def legs() -> Legs:
        taken = _available(write.db, frame_at(write.db, frame), amount, earmarks)
        return added(moved(taken, "reserved", meeting=meeting, frame=frame), _room(frame, -amount))

    return post(write, Request(key, "reserved", figures), legs, at=at)


def release_reserved(
    write: Write, key: str, frame: int, meeting: int, amount: int | None = None, *, at: dt.datetime | None = None
) -> PostingRow:
    """Give back what was reserved for a meeting and not granted, or a part: reserved → available.

    Raises :class:`Faults` where less is reserved, or nothing.
    """
    if amount is not None:
        checked(amount, "amount")

    def legs() -> Legs:
        held = _reserved(write.db, frame_at(write.db, frame), meeting)
        given_back = split(held, enough(sum(held.values()), amount, "reserved"))
        return added(moved(given_back, "available"), room_back("frame_room", given_back))

    figures = {"frame": frame, "meeting": meeting, "amount": amount}
    return post(write, Request(key, "reserved_released", figures), legs, at=at)


def commit(
    write: Write,
    key: str,
    frame: int,
    award: int,
    amount: int,
    *,
    meeting: int = 0,
    earmarks: Collection[str] = (),
    at: dt.datetime | None = None,
) -> PostingRow:
    """Grant money, or a loan: reserved for the meeting first, then available → committed to the award.

    Raises :class:`Faults` where the covenant doesn't hold, the frame has too little left, or the pots that fit have.
    """
    return _decided(write, "committed", key, frame, award, amount, meeting, earmarks, at)


def guarantee(
    write: Write,
    key: str,
    frame: int,
    award: int,
    cap: int,
    *,
    meeting: int = 0,
    earmarks: Collection[str] = (),
    at: dt.datetime | None = None,
) -> PostingRow:
    """Guarantee a deficit up to ``cap``: the whole cap is set aside, and counts against the frame's exposure limit.

    Raises :class:`Faults` as :func:`commit` does, and where open caps would pass the limit.
    """
    return _decided(write, "guaranteed", key, frame, award, cap, meeting, earmarks, at)


def carry_over(store: Store, actor: Actor, key: str, year: int) -> PostingRow:
    """Move what a year's pots still have to the next year's: available → available. Needs ``frame.write``.

    What is released later can be carried over again, under another key. Raises :class:`Faults` where there is nothing.
    """
    require(actor, "frame.write")
    checked_year(year)
    with store.write(actor.id, "ledger.carry_over") as write:

        def legs() -> Legs:
            held = pot_balances(write.db, "available", year)
            enough(sum(held.values()), None, "available")
            later = {Account("available", one.partner, one.earmark, year + 1): kept for one, kept in held.items()}
            return added({account: -kept for account, kept in held.items()}, later)

        return post(write, Request(key, "carried_over", {"year": year}), legs)


def checked_year(year: object) -> int:
    """``year`` if it is one of four digits. Raises :class:`Faults` otherwise."""
    if type(year) is not int or not 1000 <= year <= 9999:
        raise Faults([Fault("", "year", str(year), "ledger.year")])
    return year


def enough(held: int, amount: int | None, kind: Kind) -> int:
    """``amount`` (all that is held where it is None) if so much is held. Raises :class:`Faults` with both otherwise."""
    wanted = held if amount is None else amount
    if not held:
        raise Faults([Fault("", "", "", f"ledger.nothing.{kind}", {})])
    if wanted > held:
        raise Faults([Fault("", "amount", "", f"ledger.less.{kind}", {"ore_held": held, "ore_wanted": wanted})])
    return wanted


def _decided(
    write: Write,
    kind: Kind,
    key: str,
    frame: int,
    award: int,
    amount: int,
    meeting: int,
    earmarks: Collection[str],
    at: dt.datetime | None,
) -> PostingRow:
    """Commit or guarantee."""
    checked(amount, "amount")
    if award < 1:
        raise ValueError("an award has a number above 0")
    figures: dict[str, Any] = {"frame": frame, "award": award, "amount": amount}
    figures |= {"meeting": meeting, "earmarks": sorted(earmarks)}

    def legs() -> Legs:
        within = frame_at(write.db, frame)
        reserved = fitting(_reserved(write.db, within, meeting), earmarks) if meeting else {}
        first = drawn(reserved, min(amount, sum(reserved.values())))
        rest = amount - sum(first.values())
        day = day_at(at or dt.datetime.now(dt.UTC))
        faults = [covenant_state(write.db, day).fault()]
        if kind == "guaranteed" and amount > within.exposure_room:
            opened = within.exposure_limit - within.exposure_room
            exposed = {"ore_open": opened, "ore_limit": within.exposure_limit, "ore_wanted": amount}
            faults.append(Fault("", "exposure_limit", "", "ledger.exposed", exposed))
        taken = {**first, **_available(write.db, within, rest, earmarks, faults)}
        exposure = against(Account("exposure_room", frame=frame), -amount) if kind == "guaranteed" else {}
        return added(moved(taken, kind, award=award, frame=frame), _room(frame, -rest), exposure)

    return post(write, Request(key, kind, figures), legs, at=at)


def _available(
    db: Database, within: Frame, amount: int, earmarks: Collection[str], faults: Iterable[Fault | None] = ()
) -> Legs:
    """What is drawn from the pots of a frame's year.

    Raises what was found amiss before (``faults``), and where the frame or the pots that fit have less.
    """
    held = fitting(pot_balances(db, "available", within.year), earmarks)
    found = [fault for fault in faults if fault]
    if amount > within.room:
        left = {"ore_amount": within.amount, "ore_room": within.room, "ore_wanted": amount}
        found.append(Fault("", "frame", str(within.id), "ledger.frame_full", left))
    if amount > (sums := sum(held.values())):
        short = {"ore_held": sums, "ore_wanted": amount, "year": str(within.year)}
        found.append(Fault("", "amount", "", "ledger.not_available", short))
    if found:
        raise Faults(found)
    return drawn(held, amount)


def _reserved(db: Database, within: Frame, meeting: int) -> Legs:
    held = pot_balances(db, "reserved", within.year, meeting)
    return {account: amount for account, amount in held.items() if account.frame == within.id}


def _room(frame: int, amount: int) -> Legs:
    return against(Account("frame_room", frame=frame), amount)


def _frame_legs(number: int, amount: int, exposure: int) -> Legs:
    """The legs that set or change a frame by these amounts."""
    return added(
        {Account("frame_room", frame=number): amount, Account("frame_set", frame=number): -amount},
        {Account("exposure_room", frame=number): exposure, Account("exposure_set", frame=number): -exposure},
    )
