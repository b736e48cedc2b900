"""What anyone may know of the fund: its calls, what was awarded and paid, and what each partner brought.

Everything here is read without asking who reads, so nothing here is more than a public fact: no person, no account, no
text that an applicant wrote but the event's title, no grounds, no vote, and of an award that lapsed nothing. Amounts
are øre, and all of them but what was asked for come from the ledger.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sqlite_utils import Database

from data.phrases import Lang
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.intake.calls import Call, call_at
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.schemes import Scheme

EARLIER = 3
"""So many calls that are over are told of; each has its own rules, as they were."""
MADE_OF = (
    "application", "application_revision", "award", "call", "decision", "estimate", "organisation", "partner",
    "posting",
)  # fmt: skip
"""The kinds of rows that awards, partners and effects here are made of: they hold until one of these is changed."""
PRIVATE = "person"
"""The kind of applicant whose name and number are no public facts."""


@dataclass(frozen=True)
class Movement:
    """A posting's part in an award: ``ore`` granted, or paid out; below zero where it came back."""

    posting: int
    day: dt.date
    ore: int


@dataclass(frozen=True)
class PublishedAward:
    """An award as anyone may know it. ``recipient`` and ``orgnr`` are "" where it went to a private person.

    ``asked`` and ``amount`` are a guarantee's whole cap. ``granted`` and ``paid`` are the ledger's movements.
    """

    id: int
    number: str
    title: str
    form: Literal["grant", "guarantee", "loan"]
    recipient: str
    orgnr: str
    municipality: str
    first_day: dt.date | None
    last_day: dt.date | None
    decided: dt.date
    call_title: tuple[str, str]
    scheme: str
    scheme_address: str
    asked: int
    moved_at: str
    granted: tuple[Movement, ...]
    paid: tuple[Movement, ...]

    @cached_property
    def amount(self) -> int:
        """What was awarded."""
        return sum(one.ore for one in self.granted)

    @cached_property
    def paid_out(self) -> int:
        """What was paid, whether or not some of it came back."""
        return sum(one.ore for one in self.paid if one.ore > 0)

    @cached_property
    def came_back(self) -> int:
        """What was repaid, clawed back or returned by the bank."""
        return -sum(one.ore for one in self.paid if one.ore < 0)

    @property
    def disbursed(self) -> int:
        """What was paid less what came back: paid, lent and written off in the ledger."""
        return self.paid_out - self.came_back

    def call(self, lang: Lang) -> str:
        return self.call_title[0 if lang == "nb" else 1]


@dataclass(frozen=True)
class PublishedCall:
    """A call that is open, coming or over; ``scheme`` are its rules, None before it opens, since they may change."""

    call: Call
    when: Literal["open", "coming", "over"]
    days: int
    scheme: Scheme | None


@dataclass(frozen=True)
class PublishedPartner:
    """A partner: what it paid in, and its part of what was awarded and of what is paid out less what came back."""

    name: str
    kind: Literal["public", "private"]
    received: int
    granted: int
    disbursed: int


def published_awards(store: Store) -> list[PublishedAward]:
    """Every award that was decided and didn't lapse, the newest first. Public."""
    with store.read() as db:
        granted, paid = _movements(db)
        rows = db.query(_AWARDS)
        return [_award(row, granted.get(row["id"], ()), paid.get(row["id"], ())) for row in rows]


def published_calls(store: Store, *, at: dt.datetime | None = None) -> list[PublishedCall]:
    """Calls that are open, then those to come that have got their frame, then the newest that are over. Public.

    ``days`` are those left of an open one, 0 on its last day, and those until a coming one opens.
    """
    moment = clock(at)
    with store.read() as db:
        found = [_call(call_at(db, id), document, moment) for id, document in db.execute(_CALLS, [EARLIER]).fetchall()]
    ready = sorted(found, key=lambda one: ("open", "coming", "over").index(one.when))
    return ready[: sum(one.when != "over" for one in ready) + EARLIER]


def published_partners(store: Store) -> list[PublishedPartner]:
    """What each partner brought, those that brought most first; awards that lapsed are left out. Public."""
    query = (
        "SELECT id, name, kind, (SELECT coalesce(-sum(balance), 0) FROM ledger_total"
        " WHERE partner = partner.id AND kind = 'contributed') FROM partner"
    )
    with store.read() as db:
        shares = {partner: (granted, out) for partner, granted, out in db.execute(_SHARES).fetchall()}
        rows = db.execute(query).fetchall()
    found = [
        PublishedPartner(name, kind, received, *shares.get(id, (0, 0))) for id, name, kind, received in rows if received
    ]
    return sorted(found, key=lambda one: (-one.received, one.name))


def published_payer(store: Store) -> tuple[str, str] | None:
    """The fund's own name and organisation number, by the account that it pays from; None before one is set. Public."""
    with store.read() as db:
        row = db.execute("SELECT name, orgnr FROM payer_account ORDER BY id DESC LIMIT 1").fetchone()
    return (str(row[0]), str(row[1])) if row else None


_CALLS = """
SELECT id, scheme_document FROM call WHERE state = 'open' OR state = 'planned' AND frame > 0
    OR id IN (SELECT id FROM call WHERE state NOT IN ('planned', 'open', 'cancelled') ORDER BY closes DESC, id LIMIT ?)
ORDER BY closes DESC, id
"""
_AWARDS = """
SELECT award.id, application.number, form, award.moved_at, decision.at, organisation.number AS orgnr,
    organisation.name, organisation.kind, call.scheme, call.title_nb, call.title_en,
    json_extract(scheme_document, '$.address') AS address,
    json_extract(body, '$.document.title') AS title, json_extract(body, '$.document.asked') AS asked,
    json_extract(body, '$.document.municipality') AS municipality,
    json_extract(body, '$.document.first_day') AS first_day, json_extract(body, '$.document.last_day') AS last_day
FROM (SELECT id, decision, application, organisation, form, moved_at FROM award WHERE state <> 'lapsed') AS award
    JOIN (SELECT id, revision, at FROM decision) AS decision ON decision.id = award.decision
    JOIN (SELECT id, number, call FROM application) AS application ON application.id = award.application
    JOIN (SELECT application AS of, number AS revision, body FROM application_revision) AS sent
        ON sent.of = application.id AND sent.revision = decision.revision
    JOIN organisation ON organisation.id = award.organisation
    JOIN call ON call.id = application.call
ORDER BY decision.at DESC, award.id DESC
"""
"""Title, days and sum are those of the sending that was decided on."""
_LEGS = """
FROM leg JOIN ledger_account ON ledger_account.id = leg.account
    JOIN posting ON posting.id = leg.posting
    LEFT JOIN posting AS undone ON undone.id = posting.reverses
WHERE award > 0 AND kind IN ('committed', 'guaranteed', 'paid', 'lent', 'written_off')
"""
_GRANTED = """
sum(CASE WHEN kind IN ('committed', 'guaranteed') AND coalesce(undone.what, posting.what) IN ('committed', 'guaranteed')
    THEN amount ELSE 0 END)
"""
"""What a decision put on an award; a reversal belongs with what it reverses."""
_PAID = "sum(CASE WHEN kind IN ('paid', 'lent', 'written_off') THEN amount ELSE 0 END)"
"""What left the bank for an award; what is only given up of a loan moves nothing."""
_MOVEMENTS = f"SELECT award, posting.id, posting.day, {_GRANTED}, {_PAID} {_LEGS} GROUP BY award, posting.id"
_SHARES = (
    f"SELECT partner, {_GRANTED}, {_PAID} {_LEGS}"
    " AND award NOT IN (SELECT id FROM award WHERE state = 'lapsed') GROUP BY partner"
)
_Moved = dict[int, tuple[Movement, ...]]


def _movements(db: Database) -> tuple[_Moved, _Moved]:
    """What was granted, and what was paid, by award."""
    granted: dict[int, list[Movement]] = {}
    paid: dict[int, list[Movement]] = {}
    for award, posting, day, held, out in db.execute(f"{_MOVEMENTS} ORDER BY award, posting.id").fetchall():
        for found, ore in ((granted, held), (paid, out)):
            if ore:
                found.setdefault(award, []).append(Movement(posting, dt.date.fromisoformat(day), ore))
    return _tuples(granted), _tuples(paid)


def _tuples(found: dict[int, list[Movement]]) -> _Moved:
    return {award: tuple(some) for award, some in found.items()}


def _award(row: dict[str, object], granted: Iterable[Movement], paid: Iterable[Movement]) -> PublishedAward:
    private = row["kind"] == PRIVATE
    days = {name: dt.date.fromisoformat(str(row[name])) if row[name] else None for name in ("first_day", "last_day")}
    return PublishedAward(
        id=int(str(row["id"])),
        number=str(row["number"]),
        title=str(row["title"]),
        form=row["form"],  # type: ignore[arg-type]
        recipient="" if private else str(row["name"]),
        orgnr="" if private else str(row["orgnr"]),
        municipality=str(row["municipality"] or ""),
        first_day=days["first_day"],
        last_day=days["last_day"],
        decided=oslo_day(dt.datetime.fromisoformat(str(row["at"]))),
        call_title=(str(row["title_nb"]), str(row["title_en"])),
        scheme=str(row["scheme"]),
        scheme_address=str(row["address"] or ""),
        asked=int(str(row["asked"])),
        moved_at=str(row["moved_at"]),
        granted=tuple(granted),
        paid=tuple(paid),
    )


def _call(call: Call, document: str | None, at: dt.datetime) -> PublishedCall:
    day = oslo_day(at)
    if call.state == "planned":
        return PublishedCall(call, "coming", (call.opens - day).days, None)
    scheme = read_scheme(json.loads(document or "{}"))
    if call.takes(at):
        return PublishedCall(call, "open", (call.due - day).days, scheme)
    return PublishedCall(call, "over", (day - call.due).days, scheme)
