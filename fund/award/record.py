"""An organiser's record with the fund: facts with their days and sources, and never a score.

Most facts follow from what the fund has: settled guarantees, late reports, deficits, what was demanded back, and
forecasts beside what was evaluated afterwards. What no other row has, an officer enters with its source; an entry that
was wrong is withdrawn, and both stay.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import canonical
from data.clock import day as written_day
from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.award.reports import read_told, reports_at
from fund.books.money import checked
from fund.deadlines import clock, oslo_day, stamp

EntryKind = Literal["deficit", "unpaid_suppliers", "forecast", "other"]
ENTERED: Mapping[EntryKind, tuple[str, ...]] = {
    "deficit": ("ore_deficit",),
    "unpaid_suppliers": ("ore_amount", "count"),
    "forecast": ("forecast", "outcome"),
    "other": (),
}
"""The figures of each kind of entry: øre where the name begins so, else whole numbers, such as visitors."""


@dataclass(frozen=True)
class RecordFact:
    """A fact of a record. ``source`` names the row that it follows from, or what an officer gave; ``entry`` is its.

    ``figures`` are øre, whole kroner (``nok_``) or counts by their names; a ``day_`` is ISO.
    """

    kind: str
    day: dt.date
    figures: Mapping[str, Any]
    source: str
    entry: int | None = None
    text: str = ""

    def line(self, lang: Lang) -> str:
        """The fact in one sentence, its own text after it."""
        figures = {
            name: written_day(dt.date.fromisoformat(value), lang) if name.startswith("day_") else value
            for name, value in self.figures.items()
        }
        return " ".join(filter(None, (say(f"record.fact.{self.kind}", lang, **figures), self.text)))


@dataclass(frozen=True)
class NewFact:
    """A fact to enter: ``figures`` as :data:`ENTERED` names them, ``text`` as people read it, and where it is from."""

    kind: EntryKind
    day: dt.date
    source: str
    figures: Mapping[str, int] = field(default_factory=dict)
    text: str = ""


def record_of(store: Store, actor: Actor, organisation: int, *, at: dt.datetime | None = None) -> list[RecordFact]:
    """Everything known of an organiser, newest first. Needs ``award.read``: one's own, or of who handles cases."""
    moment = clock(at)
    with store.read() as db:
        require(actor, "award.read", organisation_at(db, organisation, moment))
        return record_at(db, organisation, moment)


def record_at(db: Database, organisation: int, at: dt.datetime) -> list[RecordFact]:
    """As :func:`record_of`, asking nobody's leave."""
    found = [
        *_guarantees(db, organisation),
        *_reports(db, organisation, at),
        *_bookings(db, organisation),
        *_forecasts(db, organisation),
        *_entries(db, organisation),
    ]
    return sorted(found, key=lambda one: (one.day, one.kind, one.source), reverse=True)


def enter_fact(store: Store, actor: Actor, organisation: int, fact: NewFact, *, at: dt.datetime | None = None) -> int:
    """Enter a fact that no other row has; its number. Entering the same again gives the one that stands.

    Needs ``award.manage``. Raises :class:`Faults` without a source, for figures that the kind doesn't have or lacks,
    for a day to come, and for one's own organisation.
    """
    require(actor, "award.manage")
    moment = clock(at)
    with store.write(actor.id, "record.enter", audited=False) as write:
        faults = _entry_faults(fact, moment)
        if actor.id in organisation_at(write.db, organisation, moment).owners:
            faults.append(Fault("", "organisation", "", "record.own"))
        if faults:
            raise Faults(faults)
        row = {
            "organisation": organisation,
            "kind": fact.kind,
            "day": fact.day.isoformat(),
            "figures": canonical(dict(fact.figures)),
            "text": fact.text.strip(),
            "source": fact.source.strip(),
        }
        for held in write.db.query(f"{_ENTRIES} AND organisation = ?", [organisation]):
            if all(held[name] == value for name, value in row.items()):
                return int(held["id"])
        return int(write.insert("record_entry", {**row, "at": stamp(moment), "actor": actor.id}))


def withdraw_fact(store: Store, actor: Actor, entry: int, reason: str, *, at: dt.datetime | None = None) -> None:
    """Withdraw an entry that was wrong; it stays, and counts no more. Needs ``award.manage``.

    Raises :class:`Faults` without a reason, and where it was withdrawn; LookupError where there is no such entry.
    """
    require(actor, "award.manage")
    with store.write(actor.id, "record.withdraw") as write:
        if not write.db.execute("SELECT 1 FROM record_entry WHERE id = ?", [entry]).fetchone():
            raise LookupError(f"no entry {entry}")
        faults = [] if reason.strip() else [Fault("", "reason", shown(reason), "application.no_reason")]
        if write.db.execute("SELECT 1 FROM record_withdrawal WHERE entry = ?", [entry]).fetchone():
            faults.append(Fault("", "entry", str(entry), "record.withdrawn"))
        if faults:
            raise Faults(faults)
        row = {"entry": entry, "reason": reason.strip(), "at": stamp(clock(at)), "actor": actor.id}
        write.insert("record_withdrawal", row)


_ENTRIES = "SELECT * FROM record_entry WHERE id NOT IN (SELECT entry FROM record_withdrawal)"


def _guarantees(db: Database, organisation: int) -> Iterator[RecordFact]:
    """How guarantees ended: the cap, the deficit of the accounts, what of it was approved and what was paid."""
    query = (
        "SELECT award.id, amount, deficit, approved, approved_at FROM settlement JOIN award ON award.id = award"
        " WHERE organisation = ? AND approved_at IS NOT NULL ORDER BY award.id"
    )
    for award, cap, deficit, approved, when in db.execute(query, [organisation]).fetchall():
        figures = {"ore_cap": cap, "ore_deficit": deficit, "ore_approved": approved, "ore_paid": min(cap, approved)}
        yield RecordFact("guarantee", _day(when), figures, f"award:{award}")


def _reports(db: Database, organisation: int, at: dt.datetime) -> Iterator[RecordFact]:
    """Reports that came late or haven't come, and deficits that approved final reports tell of."""
    query = "SELECT id FROM award WHERE organisation = ? AND state <> 'lapsed' ORDER BY id"
    for (award,) in db.execute(query, [organisation]).fetchall():
        for one in reports_at(db, award, at):
            source, due = f"report:{one.id}", {"day_due": one.due.isoformat()}
            came = _day(one.submitted_at) if one.submitted_at else None
            if came is None and one.late(at):
                yield RecordFact("report_missing", oslo_day(at), {**due, "days": (oslo_day(at) - one.due).days}, source)
            elif came is not None and came > one.due:
                yield RecordFact("report_late", came, {**due, "days": (came - one.due).days}, source)
            if one.part == "final" and one.state == "approved" and came is not None:
                deficit = read_told(one.document, one.part)[0].deficit
                if deficit > 0:
                    yield RecordFact("report_deficit", came, {"ore_deficit": deficit}, source)


def _bookings(db: Database, organisation: int) -> Iterator[RecordFact]:
    """What was demanded back, came back or was given up, and loans that were written off."""
    query = (
        "SELECT what, day, posting.id, sum(leg.amount) FROM award CROSS JOIN ledger_account AS a ON a.award = award.id"
        " CROSS JOIN leg ON leg.account = a.id CROSS JOIN posting ON posting.id = leg.posting"
        " WHERE award.organisation = ? AND a.award > 0 AND a.kind IN ('clawback_due', 'written_off')"
        " AND what IN ('clawback_demanded', 'clawback_received', 'clawback_dropped', 'written_off')"
        " AND NOT EXISTS (SELECT 1 FROM posting AS later WHERE later.reverses = posting.id)"
        " GROUP BY posting.id ORDER BY posting.id"
    )
    for what, day, posting, amount in db.execute(query, [organisation]).fetchall():
        yield RecordFact(what, dt.date.fromisoformat(day), {"ore_amount": abs(amount)}, f"posting:{posting}")


def _forecasts(db: Database, organisation: int) -> Iterator[RecordFact]:
    """Value added as it was forecast for an application, beside the newest evaluation of the event; both modelled."""
    query = (
        "SELECT DISTINCT f.id, f.value_added_p10, f.value_added_p50, f.value_added_p90, f.price_year,"
        " e.id, e.value_added_p50, e.price_year, e.locked_at"
        " FROM application JOIN estimate AS f ON f.id = application.estimate"
        " JOIN estimate AS e ON e.id = (SELECT max(id) FROM estimate WHERE event = f.event AND purpose = 'evaluation'"
        "  AND withdrawn_at IS NULL)"
        " WHERE organisation = ? AND f.purpose = 'forecast' AND f.value_added_p50 IS NOT NULL"
        " AND e.value_added_p50 IS NOT NULL ORDER BY f.id"
    )
    for forecast, low, middle, high, year, outcome, found, its_year, when in db.execute(query, [organisation]):
        figures = {"nok_low": low, "nok_forecast": middle, "nok_high": high, "nok_outcome": found}
        figures |= {"year": str(year), "year_outcome": str(its_year)}
        yield RecordFact("forecast_evaluated", _day(when), figures, f"estimate:{forecast} estimate:{outcome}")


def _entries(db: Database, organisation: int) -> Iterator[RecordFact]:
    for row in list(db.query(f"{_ENTRIES} AND organisation = ? ORDER BY id", [organisation])):
        day, figures = dt.date.fromisoformat(row["day"]), json.loads(row["figures"])
        yield RecordFact(row["kind"], day, figures, row["source"], row["id"], row["text"])


def _entry_faults(fact: NewFact, at: dt.datetime) -> list[Fault]:
    if fact.kind not in ENTERED:
        return [Fault("", "kind", shown(fact.kind), "record.kind", {"known": ", ".join(ENTERED)})]
    faults = []
    if not fact.source.strip():
        faults.append(Fault("", "source", shown(fact.source), "record.no_source"))
    if fact.day > oslo_day(at):
        faults.append(Fault("", "day", fact.day.isoformat(), "record.day_to_come"))
    wanted, most = ENTERED[fact.kind], limit("answer_longest")
    if set(fact.figures) != set(wanted):
        faults.append(Fault("", "figures", ", ".join(fact.figures), "record.figures", {"known": ", ".join(wanted)}))
    for name, value in fact.figures.items():
        try:
            checked(value, name, least=0)
        except Faults as wrong:
            faults += wrong.faults
    if len(fact.text) > most or (fact.kind == "other" and not fact.text.strip()):
        faults.append(Fault("", "text", shown(fact.text), "record.text", {"most": most}))
    return faults


def _day(moment: str) -> dt.date:
    return oslo_day(dt.datetime.fromisoformat(moment))
