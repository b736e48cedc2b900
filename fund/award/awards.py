"""Awards: what a decision gives an organisation, offered on terms that are frozen with it, and who sees it.

    number = offer(write, actor, application, decision, "granted", "grant", amount, frame, conditions, False, at)
    award_at(db, number, at).accept_by      # the day that holds, extensions counted

What is done with an award afterwards is :mod:`fund.award.award_steps`; its money stands in the ledger alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import canonical
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.applicant.owners import owners
from fund.award.award_terms import Terms, read_terms, terms_of
from fund.deadlines import clock, oslo_day, stamp
from fund.extensions import due_day
from fund.intake.applications import Application
from fund.outbox import tell
from fund.workflow import workflows

AwardForm = Literal["grant", "guarantee", "loan"]
ACCEPTANCE = "acceptance"
"""What an extension of the day to accept by is called."""
_COLUMNS = (
    "id, decision, application, organisation, form, bid, amount, frame, terms, offered_on, accept_by, state, moved_at,"
    " version"
)
_QUERY = f"SELECT {_COLUMNS} FROM award"


@dataclass(frozen=True)
class NewCondition:
    """A condition of an offer. One that ``gates`` must be met before anything is paid, from its day ``due`` on."""

    text: str
    gates: bool = True
    due: dt.date | None = None


@dataclass(frozen=True)
class Award:
    """An award: ``amount`` is øre, for a guarantee its whole cap. ``number`` and ``title`` are the application's.

    ``accept_by`` is the day that holds now. ``bid``: for the cost of a bid, which ends with its answer. ``owners`` are
    the accounts that act for the organisation today.
    """

    id: int
    number: str
    title: str
    decision: int
    application: int
    organisation: int
    form: AwardForm
    bid: bool
    amount: int
    frame: int
    terms: Terms
    offered_on: dt.date
    accept_by: dt.date
    state: str
    moved_at: str
    version: int
    owners: tuple[str, ...] = field(default=())

    @property
    def held_as(self) -> Literal["committed", "guaranteed"]:
        """The kind of account that its money stands on until it is paid."""
        return "guaranteed" if self.form == "guarantee" else "committed"


def offer(
    write: Write,
    actor: Actor,
    application: Application,
    decision: int,
    outcome: str,
    form: AwardForm,
    amount: int,
    frame: int,
    conditions: Sequence[str | NewCondition],
    bid: bool,
    at: dt.datetime,
) -> int:
    """Offer what a decision gives, within the decision's own write, and tell the organisation; the award's number.

    Asks nobody's leave, and books nothing. A condition that is plain text gates every payout. Raises ValueError for a
    decision that gives nothing, and for an application that no organisation stands behind.
    """
    if application.organisation is None or outcome in ("rejected", "deferred"):
        raise ValueError(f"decision {decision} gives nothing to anyone")
    (revision,) = write.db.execute("SELECT revision FROM decision WHERE id = ?", [decision]).fetchone()
    terms = terms_of(write.db, application.id, application.call, revision, amount)
    day = oslo_day(at)
    accept_by = terms.acceptance.after(day)
    row = {
        "decision": decision,
        "application": application.id,
        "organisation": application.organisation,
        "form": form,
        "bid": int(bid),
        "amount": amount,
        "frame": frame,
        "terms": canonical(terms.document()),
        "offered_on": day,
        "accept_by": accept_by,
        "state": workflows()["award"].first,
        "moved_at": stamp(at),
    }
    number = int(write.insert("award", row))
    for one in conditions:
        stated = NewCondition(one) if isinstance(one, str) else one
        given = {"award": number, "text": stated.text.strip(), "gates": int(stated.gates), "due": stated.due}
        write.insert("award_condition", {**given, "note": ""})
    figures: dict[str, str | int] = {
        "number": str(application.number),
        "day_due": accept_by.isoformat(),
        "ore_amount": amount,
    }
    to = f"organisation:{application.organisation}"
    tell(write, to, f"award.told.offered_{form}", figures, f"award:{number}:offered", at=at)
    return number


def award_at(db: Database, id: int, at: dt.datetime) -> Award:
    """An award, asking nobody's leave, with those who act for it at ``at``. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no award {id}")
    return _award(db, row, at)


def awards_of(db: Database, application: int, at: dt.datetime) -> list[Award]:
    """The awards of an application, first to last: a case that is taken up again may give another."""
    rows = list(db.query(f"{_QUERY} WHERE application = ? ORDER BY id", [application]))
    return [_award(db, row, at) for row in rows]


def get_award(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Award:
    """One award. Needs ``award.read``. Raises LookupError where there is none."""
    with store.read() as db:
        found = award_at(db, id, clock(at))
    require(actor, "award.read", found)
    return found


def list_awards(
    store: Store,
    actor: Actor,
    *,
    states: Iterable[str] = (),
    organisation: int | None = None,
    at: dt.datetime | None = None,
) -> list[Award]:
    """The awards that the actor sees, newest first; in some states or of an organisation. Needs ``award.read``."""
    require(actor, "award.read")
    wanted, moment = tuple(states), clock(at)
    where, values = ("WHERE organisation = ?", [organisation]) if organisation is not None else ("", [])
    with store.read() as db:
        rows = list(db.query(f"{_QUERY} {where} ORDER BY id DESC", values))
        found = [_award(db, row, moment) for row in rows if not wanted or row["state"] in wanted]
    return [one for one in found if may(actor, "award.read", one)]


def _award(db: Database, row: Mapping[str, Any], at: dt.datetime) -> Award:
    number, title = db.execute("SELECT number, title FROM application WHERE id = ?", [row["application"]]).fetchone()
    first = dt.date.fromisoformat(row["accept_by"])
    read = {
        "bid": bool(row["bid"]),
        "terms": read_terms(json.loads(row["terms"])),
        "offered_on": dt.date.fromisoformat(row["offered_on"]),
        "accept_by": due_day(db, "award", row["id"], ACCEPTANCE, first),
    }
    return Award(number=number, title=title, **{**row, **read}, owners=owners(db, row["organisation"], at))
