"""What must be reported to the state's register of aid, by when, and the file to report it from.

An award is reported where its equivalent in euro comes to the threshold of its day; the deadline is counted in working
days. Both are dated parameters, since the rules may change. The register's own file format was not found: the file has
one row an aid, with what the register asks about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from data.audit import history
from data.faults import Fault, Faults
from data.files import csv_text
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.rulebook.schemes import word
from fund.state_aid.aid import Aid, AidRules, aid_row, aid_rules, standing_aid
from fund.state_aid.working_days import working_days_after

COLUMNS = (
    "orgnr",
    "day",
    "form",
    "basis",
    "currency",
    "amount",
    "equivalent",
    "euro",
    "grantor",
    "reference",
    "deadline",
)


@dataclass(frozen=True)
class ToReport:
    """An award that must be reported, and the last day to do it."""

    aid: Aid
    deadline: dt.date

    def overdue(self, day: dt.date) -> bool:
        """Whether the last day has passed."""
        return day > self.deadline


def to_report(store: Store, actor: Actor) -> list[ToReport]:
    """Our awards that must be reported and aren't, those with the nearest deadline first. Needs ``aid.read``."""
    require(actor, "aid.read")
    with store.read() as db:
        waiting = standing_aid(db, "origin = 'award' AND id NOT IN (SELECT aid FROM aid_report)")
        found = [(aid, aid_rules(store, aid.day)) for aid in waiting]
    due = [ToReport(aid, report_by(aid, rules)) for aid, rules in found if must_report(aid, rules)]
    return sorted(due, key=lambda one: (one.deadline, one.aid.id))


def must_report(aid: Aid, rules: AidRules) -> bool:
    """Whether an aid comes to the threshold; so does one whose euro aren't known."""
    return aid.cents is None or aid.cents >= rules.threshold


def report_by(aid: Aid, rules: AidRules) -> dt.date:
    """The last day to report an aid."""
    return working_days_after(aid.day, rules.deadline)


def note_reported(store: Store, actor: Actor, number: int, day: dt.date, receipt: str) -> None:
    """Note that an aid was reported, with the register's receipt. Needs ``aid.write``.

    Raises :class:`Faults` without a receipt, or where it was reported before.
    """
    require(actor, "aid.write")
    if not receipt.strip():
        raise Faults([Fault("", "receipt", "", "aid.no_receipt")])
    with store.write(actor.id, "aid.report") as write:
        aid_row(write.db, number)
        if earlier := write.db.execute("SELECT day FROM aid_report WHERE aid = ?", (number,)).fetchone():
            by = history(write.db, "aid_report", str(number))[0].actor
            raise Faults([Fault("", "aid", str(number), "aid.reported", {"day": earlier[0], "actor": by})])
        write.insert("aid_report", {"aid": number, "day": day.isoformat(), "receipt": receipt.strip()})


def register_csv(rows: Iterable[ToReport], lang: Lang) -> str:
    """The rows to report as a CSV file with headings; amounts with a point and two decimals."""
    header = [say(f"aid.column.{name}", lang) for name in COLUMNS]
    return csv_text(header, (_cells(one, lang) for one in rows))


def _cells(one: ToReport, lang: Lang) -> list[str]:
    aid = one.aid
    euro = "" if aid.cents is None else _decimals(round(aid.cents))
    amounts = [_decimals(aid.amount), _decimals(aid.equivalent), euro]
    about = [aid.orgnr, aid.day.isoformat(), word("form", aid.form, lang), say(f"aid.basis.{aid.basis}", lang)]
    return [*about, aid.currency, *amounts, _safe(aid.grantor), _safe(aid.reference), one.deadline.isoformat()]


def _decimals(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
