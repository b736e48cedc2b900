"""State aid that is known, and how much room is left under the ceiling for de minimis aid.

An undertaking's room on a day is the ceiling less all de minimis aid to its organisations that still counts. Aid counts
from the day the right to it arose, and through the day that closes the window: the same date three years on
(Regulation (EEC, Euratom) 1182/71, article 3: the day of the event isn't counted, and 29 February ends on 28 February).
A deficit guarantee counts at its whole cap, a loan at the gross grant equivalent that was entered with its grounds.
Amounts become euro at the rate of their day; sums are exact.

The picture is of *known* aid: our own awards, rows of the state's register, and what applicants declared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, get_args

from sqlite_utils import Database

from data.dated import Parameters
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store, Write
from fund.applicant.identifiers import organisation_number
from fund.books.money import checked
from fund.rulebook.periods import Period
from fund.rulebook.schemes import FORMS, Form
from fund.state_aid.euro import Rate, rate_on
from fund.state_aid.undertakings import Undertaking, undertaking_of
from impact.parameter_values import known_parameters

Basis = Literal["de_minimis", "block_exemption"]
BASES: tuple[Basis, ...] = get_args(Basis)
Origin = Literal["award", "register", "declaration"]
Currency = Literal["NOK", "EUR"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)
_COLUMNS = (
    "id, orgnr, day, form, basis, currency, amount, equivalent, ground, grantor, origin, reference, "
    "rate, rate_published, rate_source"
)
_STANDS = "id NOT IN (SELECT aid FROM aid_withdrawal)"


@dataclass(frozen=True)
class AidRules:
    """The dated parameters: ceiling and threshold in euro cents, the window, the deadline in working days."""

    ceiling: int
    window: Period
    threshold: int
    deadline: int


def aid_rules(store: Store, day: dt.date) -> AidRules:
    """The rules that hold on a day, with what was changed on screen."""
    now = Parameters(known_parameters(store), day)
    ceiling, threshold = (round(100 * now.number(f"aid.{name}")) for name in ("ceiling", "register_threshold"))
    window = Period(round(now.number("aid.window")), "years")
    return AidRules(ceiling, window, threshold, round(now.number("aid.register_deadline")))


@dataclass(frozen=True)
class NewAid:
    """Aid to be entered. ``amount`` and ``equivalent`` are øre or euro cents.

    ``equivalent`` is what counts of it: for a loan its gross grant equivalent, with the ``ground`` it was found on; for
    everything else the whole, but in rows of the register, where others have reckoned.
    """

    orgnr: str
    day: dt.date
    form: Form
    amount: int
    origin: Origin
    reference: str = ""
    grantor: str = ""
    basis: Basis = "de_minimis"
    currency: Currency = "NOK"
    equivalent: int | None = None
    ground: str = ""


@dataclass(frozen=True)
class Aid:
    """Aid as it stands. ``rate`` is None for aid in euro, and where no rate of its day is known."""

    id: int
    orgnr: str
    day: dt.date
    form: Form
    basis: Basis
    currency: Currency
    amount: int
    equivalent: int
    ground: str
    grantor: str
    origin: Origin
    reference: str
    rate: Rate | None

    @property
    def cents(self) -> Fraction | None:
        """What counts of it, in euro cents; None where no rate is known."""
        if self.currency == "EUR":
            return Fraction(self.equivalent)
        return None if self.rate is None else self.rate.cents(self.equivalent)


@dataclass(frozen=True)
class Room:
    """What an undertaking has had within the window that ends on ``day``, and what is left; euro cents, exact.

    ``unknown`` is aid that counts and has no rate: while there is some, what is left can't be told.
    """

    undertaking: Undertaking
    day: dt.date
    rules: AidRules
    counted: tuple[Aid, ...]
    unknown: tuple[Aid, ...]

    @property
    def first_day(self) -> dt.date:
        """The first day whose aid still counts."""
        first = self.rules.window.before(self.day)
        return first if self.rules.window.after(first) >= self.day else first + dt.timedelta(1)

    @property
    def used(self) -> Fraction:
        return sum((one.cents for one in self.counted if one.cents is not None), Fraction(0))

    @property
    def left(self) -> Fraction:
        """Below zero where the ceiling is passed."""
        return self.rules.ceiling - self.used

    def fault(self, cents: Fraction) -> Fault | None:
        """Why ``cents`` more can't be given, with the figures; None where they can."""
        if self.unknown:
            days = ", ".join(sorted({one.day.isoformat() for one in self.unknown}))
            return Fault("", "aid", "", "aid.room_unknown", {"count": len(self.unknown), "days": days})
        if cents <= self.left:
            return None
        figures = {
            "cent_wanted": -(-cents // 1),  # up: never shown as if it fitted
            "cent_left": max(0, self.left // 1),
            "cent_over": -(-(cents - self.left) // 1),
            "cent_used": -(-self.used // 1),
            "cent_ceiling": self.rules.ceiling,
            "first_day": self.first_day.isoformat(),
            "day": self.day.isoformat(),
            "orgnrs": ", ".join(self.undertaking.orgnrs),
        }
        return Fault("", "aid", "", "aid.ceiling", figures)


@dataclass(frozen=True)
class Picture:
    """All known aid to an undertaking: what counts on the day, the rest, and what may be the same aid twice.

    ``declared`` is the day of its newest declaration, None where it made none.
    """

    room: Room
    others: tuple[Aid, ...]
    doubles: tuple[tuple[Aid, Aid], ...]
    declared: dt.date | None


def caveats(lang: Lang) -> tuple[str, str]:
    """What stands beside every picture: that it is of known aid, and that the rule's start in Norway wasn't found."""
    return say("aid.known", lang), say("aid.in_force", lang)


def room_in(db: Database, undertaking: Undertaking, day: dt.date, rules: AidRules) -> Room:
    """The room of an undertaking on a day, as the database stands."""
    counting = [one for one in _aid_of(db, undertaking.orgnrs) if counts(one, day, rules.window)]
    known = tuple(one for one in counting if one.cents is not None)
    return Room(undertaking, day, rules, known, tuple(one for one in counting if one.cents is None))


def room(store: Store, actor: Actor, undertaking: Undertaking, day: dt.date) -> Room:
    """The room of an undertaking for an award on ``day``. Needs ``aid.read``."""
    require(actor, "aid.read")
    with store.read() as db:
        return room_in(db, undertaking, day, aid_rules(store, day))


def counts(aid: Aid | NewAid, day: dt.date, window: Period) -> bool:
    """Whether aid counts against an award on ``day``: de minimis, given by then, and its window not past."""
    return aid.basis == "de_minimis" and aid.day <= day <= window.after(aid.day)


def picture(store: Store, actor: Actor, orgnr: str, day: dt.date) -> Picture:
    """All known aid to the undertaking that an organisation belongs to on a day. Needs ``aid.read``."""
    require(actor, "aid.read")
    with store.read() as db:
        whole = undertaking_of(db, orgnr, day)
        found = room_in(db, whole, day, aid_rules(store, day))
        aid = _aid_of(db, whole.orgnrs)
        marks = ", ".join("?" * len(whole.orgnrs))
        query = f"SELECT max(day) FROM aid_declaration WHERE orgnr IN ({marks}) AND day <= ?"
        (declared,) = db.execute(query, [*whole.orgnrs, day.isoformat()]).fetchone()
    there = {one.id for one in (*found.counted, *found.unknown)}
    others = tuple(one for one in aid if one.id not in there)
    return Picture(found, others, tuple(_doubles(aid)), dt.date.fromisoformat(declared) if declared else None)


def take_aid(write: Write, new: NewAid, rules: AidRules) -> int:
    """Enter de minimis aid of an award within the transaction that decides it; its number.

    Raises :class:`Faults`, with the figures, where the undertaking's room on the day is too small or can't be told, or
    what is entered is faulty.
    """
    row = _row(write.db, new)
    rate = rate_on(write.db, new.day)
    if new.currency == "NOK" and rate is None:
        raise Faults([Fault("", "day", new.day.isoformat(), "aid.no_rate")])
    cents = Fraction(row["equivalent"]) if rate is None or new.currency == "EUR" else rate.cents(row["equivalent"])
    if new.basis == "de_minimis":
        found = room_in(write.db, undertaking_of(write.db, row["orgnr"], new.day), new.day, rules)
        if fault := found.fault(cents):
            raise Faults([fault])
    return int(write.insert("aid", row))


def enter_aid(write: Write, rows: Iterable[NewAid]) -> list[int]:
    """Enter aid that was given by others, whatever the room; the numbers. Raises :class:`Faults` for faulty ones."""
    faults: list[Fault] = []
    good = []
    for number, new in enumerate(rows, 1):
        try:
            good.append(_row(write.db, new))
        except Faults as error:
            faults += [
                Fault(one.file, f"{number}. {one.place}", one.value, one.code, one.figures) for one in error.faults
            ]
    if faults:
        raise Faults(faults)
    return [int(key) for key in write.insert_rows("aid", good)]


def withdraw_aid(write: Write, number: int, day: dt.date, reason: str) -> None:
    """Let an aid no longer count: it was revoked, entered wrongly or stands twice. It stays to be seen.

    Raises :class:`Faults` without a reason, or where there is no such aid that stands.
    """
    if not reason.strip():
        raise Faults([Fault("", "reason", "", "aid.no_reason")])
    if write.db.execute(f"SELECT 1 FROM aid WHERE id = ? AND {_STANDS}", (number,)).fetchone() is None:
        raise Faults([Fault("", "aid", str(number), "aid.no_aid")])
    write.insert("aid_withdrawal", {"aid": number, "day": day.isoformat(), "reason": reason.strip()})


def correct_aid(
    store: Store, actor: Actor, number: int, day: dt.date, reason: str, rows: Sequence[NewAid] = ()
) -> list[int]:
    """Withdraw an aid and enter others in its place, as where a split shares it out. Needs ``aid.write``."""
    require(actor, "aid.write")
    with store.write(actor.id, "aid.correct") as write:
        withdraw_aid(write, number, day, reason)
        return enter_aid(write, rows)


def declare_aid(store: Store, actor: Actor, case: Any, orgnr: str, day: dt.date, rows: Sequence[NewAid]) -> int:
    """Store an applicant's declaration, with no rows where nothing was received; its number.

    It takes the place of what the organisation declared before. Needs ``aid.declare`` on the ``case`` it belongs to.
    Raises :class:`Faults` where a row is faulty.
    """
    require(actor, "aid.declare", case)
    number = organisation_number(orgnr, place="orgnr")
    with store.write(actor.id, "aid.declare") as write:
        query = f"SELECT id FROM aid WHERE orgnr = ? AND origin = 'declaration' AND {_STANDS}"
        for (old,) in write.db.execute(query, (number,)).fetchall():
            withdraw_aid(write, old, day, say("aid.declared_anew", "nb"))
        declaration = int(write.insert("aid_declaration", {"orgnr": number, "day": day.isoformat()}))
        given = (_declared(one, number, declaration) for one in rows)
        enter_aid(write, given)
        return declaration


def aid_row(db: Database, number: int) -> Aid:
    """One aid as it stands, withdrawn or not. Raises :class:`Faults` where there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM aid WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise Faults([Fault("", "aid", str(number), "aid.no_aid")])
    return aid_of_row(db, row)


def standing_aid(db: Database, where: str = "1", given: Sequence[Any] = ()) -> list[Aid]:
    """The aid that stands, oldest first; ``where`` narrows it by its columns."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM aid WHERE {_STANDS} AND {where} ORDER BY day, id", list(given)
    ).fetchall()
    return [aid_of_row(db, row) for row in rows]


def aid_of_row(db: Database, row: Sequence[Any]) -> Aid:
    """A row of the table; its rate is the one that it was entered with, else the one that is stored for its day."""
    columns: list[Any]
    *columns, kroner, published, source = row
    day = dt.date.fromisoformat(columns[2])
    if columns[5] == "EUR":
        rate = None
    elif kroner is None:
        rate = rate_on(db, day)
    else:
        rate = Rate(day, Decimal(kroner), dt.date.fromisoformat(published), source)
    values = [*columns[:2], day, *columns[3:], rate]
    return Aid(*values)


def _aid_of(db: Database, orgnrs: Sequence[str]) -> list[Aid]:
    return standing_aid(db, f"orgnr IN ({', '.join('?' * len(orgnrs))})", orgnrs)


def _declared(one: NewAid, orgnr: str, declaration: int) -> NewAid:
    """A declared row: of the organisation that declares it unless it names another of its group."""
    values = {**{name: getattr(one, name) for name in one.__dataclass_fields__}, "origin": "declaration"}
    return NewAid(**{**values, "orgnr": one.orgnr or orgnr, "reference": str(declaration)})


def _row(db: Database, new: NewAid) -> dict[str, Any]:
    """The row of aid that is to be entered. Raises :class:`Faults` with all that is wrong with it."""
    faults: list[Fault] = []
    orgnr, equivalent = new.orgnr, new.amount if new.equivalent is None else new.equivalent
    try:
        orgnr = organisation_number(new.orgnr, place="orgnr")
    except Faults as error:
        faults += error.faults
    try:
        checked(new.amount, "amount")
        checked(equivalent, "equivalent", least=0)
        if equivalent > new.amount:
            faults.append(Fault("", "equivalent", str(equivalent), "aid.equivalent_above"))
        elif new.form == "loan" and (new.equivalent is None or not new.ground.strip()):
            faults.append(Fault("", "equivalent", shown(new.equivalent), "aid.loan"))
        elif new.form != "loan" and new.origin != "register" and equivalent != new.amount:
            faults.append(Fault("", "equivalent", str(equivalent), "aid.whole"))
    except Faults as error:
        faults += error.faults
    for place, value, known in (
        ("form", new.form, FORMS),
        ("basis", new.basis, BASES),
        ("currency", new.currency, CURRENCIES),
    ):
        if value not in known:
            faults.append(Fault("", place, shown(value), "aid.choice", {"known": ", ".join(known)}))
    if faults:
        raise Faults(faults)
    rate = rate_on(db, new.day) if new.currency == "NOK" else None
    return {
        "orgnr": orgnr,
        "day": new.day.isoformat(),
        "form": new.form,
        "basis": new.basis,
        "currency": new.currency,
        "amount": new.amount,
        "equivalent": equivalent,
        "ground": new.ground.strip(),
        "grantor": new.grantor.strip(),
        "origin": new.origin,
        "reference": new.reference.strip(),
        "rate": None if rate is None else str(rate.kroner),
        "rate_published": None if rate is None else rate.published.isoformat(),
        "rate_source": None if rate is None else rate.source,
    }


def _doubles(aid: Sequence[Aid]) -> Iterable[tuple[Aid, Aid]]:
    """Pairs from different origins to the same organisation, of the same day and amount: perhaps the same aid."""
    seen: dict[tuple[Any, ...], Aid] = {}
    for one in aid:
        first = seen.setdefault((one.orgnr, one.day, one.currency, one.amount), one)
        if first.origin != one.origin:
            yield first, one
