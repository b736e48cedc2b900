"""A fund as large as its pages are measured with: 10 years, 5 000 applications, 200 000 postings.

One year is the invented story, played through the functions that everyone uses. Its cases are then put in again and
again under other organisations, calls and years: their rows as the story made them, with the numbers that they lead to
put right, and sendings, votes and decisions hashed and chained anew. Partners, frames, contributions, awards and
payouts are booked through the ledger's own functions. ``python -m fund verify`` finds nothing amiss in what comes out.
Not put in again are papers, messages, payment files and signed minutes: there are the story's own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.audit import canonical
from data.sessions import open_session
from data.store import Store, Write, open_store
from fund.books.frames import commit, guarantee, open_frame
from fund.books.ledger import hash_of
from fund.books.partners import contribute
from fund.books.payments import pay
from fund.demo import Story
from fund.demo_year import play

YEARS, APPLICATIONS, POSTINGS = 10, 5_000, 200_000
UNDECIDED = 60
"""Copies of the story's cases in the newest call that wait for the board: 300 cases."""
FIRST_YEAR = 2027
OWN, STRANGERS = 20, 100_000
"""So many copies are the story's applicant's; the others belong to one invented account each."""
MOVED = 10_00
"""What one payout comes to, in øre."""
CASE_ROWS = ("declaration", "score", "recommendation", "aid_ground")
AWARD_ROWS = ("award_condition", "plan_part", "report", "claim")
Row = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """Sessions by role, and the numbers of what pages are opened at."""

    tokens: Mapping[str, str]
    call: int
    meeting: int
    case: int
    decided: int
    award: int
    claim: int
    posting: int
    own: int

    def put_in(self, path: str) -> str:
        """An address with the numbers that it names: ``/sak?id={case}``."""
        return path.format(**{name: one for name, one in vars(self).items() if isinstance(one, int)})


class Played:
    """The rows of the story that are put in again, by table and by the case that they belong to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.cases = self.rows("application")

    def rows(self, table: str, where: str = "1", *given: Any) -> list[Row]:
        return [dict(row) for row in self.store.db.query(f'SELECT * FROM "{table}" WHERE {where} ORDER BY 1', given)]

    def one(self, table: str, where: str, *given: Any) -> Row | None:
        return next(iter(self.rows(table, where, *given)), None)


def fill(folder: Path) -> Filled:
    """Fill an empty data folder."""
    with open_store(folder) as store:
        story = play(store)
        rows = Played(store)
        templates = [_template(rows, one) for one in rows.cases]
        per_year = (APPLICATIONS - len(templates)) // YEARS // len(templates)
        paid = sum(one.award is not None and one.award["form"] != "guarantee" for one in templates)
        payouts = -(-POSTINGS // (paid * (YEARS * per_year - UNDECIDED)))
        number = 0
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
            frame = _money(store, story, year, per_year * len(templates) * payouts)
            newest = year == FIRST_YEAR + YEARS - 1
            call, meeting = _call(store, rows, year, frame)
            for copy in range(per_year):
                decided = not newest or copy >= UNDECIDED
                with store.write("operator", "benchmark.fill") as write:
                    for one in templates:
                        number += 1
                        _put(write, one, Place(year, number, call, meeting, frame, decided, payouts))
            print(f"# {year}: {number} applications", file=sys.stderr, flush=True)
        return _filled(store, story, call)


@dataclass(frozen=True)
class Template:
    """A case of the story, with everything that was said, decided and paid of it."""

    case: Row
    organisation: Row
    mandate: Row
    payee: Row
    draft: Row
    revision: Row
    of_case: Mapping[str, list[Row]]
    item: Row
    votes: list[Row]
    decision: Row
    award: Row | None
    of_award: Mapping[str, list[Row]]


@dataclass(frozen=True)
class Place:
    """Where a copy goes."""

    year: int
    number: int
    call: int
    meeting: int
    frame: int
    decided: bool
    payouts: int


def _template(rows: Played, case: Row) -> Template:
    id, organisation = case["id"], case["organisation"]
    item, award = rows.one("agenda_item", "application = ?", id), rows.one("award", "application = ?", id)
    assert item is not None
    of_award = {} if award is None else {table: rows.rows(table, "award = ?", award["id"]) for table in AWARD_ROWS}
    single = [
        rows.rows(table, f"{column} = ?", key)[0]
        for table, column, key in (
            ("organisation", "id", organisation),
            ("mandate", "organisation", organisation),
            ("payee_account", "organisation", organisation),
            ("application_draft", "application", id),
            ("application_revision", "application", id),
        )
    ]
    return Template(
        case,
        *single,  # type: ignore[arg-type]
        {table: rows.rows(table, "application = ?", id) for table in CASE_ROWS},  # type: ignore[misc]
        item,
        rows.rows("vote", "item = ?", item["id"]),
        rows.rows("decision", "item = ?", item["id"])[0],
        award,
        of_award,
    )


def _money(store: Store, story: Story, year: int, payouts: int) -> int:
    """The partners pay in each month, and the year has its frame: more than enough of both."""
    treasurer, enough = story.who("treasurer"), payouts * MOVED + 10**11
    for partner in story.partners:
        for month in range(1, 13):
            key, day = f"fill:{year}:{partner}:{month}", dt.date(year, month, 1)
            contribute(store, treasurer, key, partner, year, enough // 12, day=day)
    return open_frame(store, treasurer, f"fill:frame:{year}", year, enough, enough).id


def _call(store: Store, rows: Played, year: int, frame: int) -> tuple[int, int]:
    """A call and its meeting in a year, as the story's."""
    call, meeting = rows.rows("call")[0], rows.rows("meeting")[0]
    titles = {"title_nb": f"Arrangementer {year} (eksempel)", "title_en": f"Events {year} (an example)"}
    moved = {"opens": f"{year}-02-01", "closes": f"{year}-03-01", "year": year, "frame": frame, "state": "closed"}
    minutes = {"title": f"Møte {year} (eksempel)", "day": f"{year}-03-26", "state": "held"}
    with store.write("operator", "benchmark.call") as write:
        (made,) = write.insert_rows("call", [_bare(call) | titles | moved])
        unsigned = {"minutes": None, "minutes_sha256": None}
        (held,) = write.insert_rows("meeting", [_bare(meeting) | minutes | unsigned])
    return int(made), int(held)


def _put(write: Write, one: Template, to: Place) -> None:
    """One case again, under another organisation."""
    orgnr = f"{800_000_000 + to.number}"
    organisation = _insert(write, "organisation", one.organisation, number=orgnr, name=f"Eksempellag {to.number}")
    account = one.mandate["account"] if to.number <= OWN else f"account:{STRANGERS + to.number}"
    _insert(write, "mandate", one.mandate, organisation=organisation, account=account)
    _insert(write, "payee_account", one.payee, organisation=organisation)
    state = {} if to.decided else {"state": "ready"}
    number, call = f"{to.year}-{to.number:05}", to.call
    about: Row = {"organisation": organisation, "number": number, "call": call, "created_by": account, **state}
    case = _insert(write, "application", one.case, **about)
    body = _sent(one.revision["body"], organisation, orgnr)
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    _insert(write, "application_draft", one.draft, application=case)
    _insert(write, "application_revision", one.revision, application=case, body=body, sha256=sha256)
    made = {
        table: write.insert_rows(table, [_bare(row) | {"application": case} for row in own])
        for table, own in one.of_case.items()
    }
    if to.decided:
        advice = made["recommendation"][-1]
        item = _insert(
            write,
            "agenda_item",
            one.item,
            meeting=to.meeting,
            position=to.number,
            application=case,
            recommendation=advice,
        )
        decision = _decided(write, one, item, case, sha256)
        if one.award is not None:
            _awarded(write, one, decision, case, organisation, to)


def _sent(body: str, organisation: int, orgnr: str) -> str:
    said = json.loads(body)
    said["organisation"] |= {"id": organisation, "number": orgnr}
    return canonical(said)


def _decided(write: Write, one: Template, item: int, case: int, sha256: str) -> int:
    """The votes and the decision, each chained to the one before it."""
    for vote in one.votes:
        last = write.db.execute("SELECT id, hash FROM vote ORDER BY id DESC LIMIT 1").fetchone()
        row = {name: value for name, value in vote.items() if name != "hash"} | {"id": last[0] + 1, "item": item}
        write.insert("vote", {**row, "hash": hash_of(last[1], canonical(row))})
    last = write.db.execute("SELECT id, hash FROM decision ORDER BY id DESC LIMIT 1").fetchone()
    moved = {"id": last[0] + 1, "item": item, "application": case, "revision_sha256": sha256}
    said = json.loads(one.decision["body"])
    body = canonical({**said, **{name: value for name, value in moved.items() if name in said}})
    row = {**one.decision, **moved, "body": body, "hash": hash_of(last[1], body)}
    return int(write.insert("decision", row, derived=("body",)))


def _awarded(write: Write, one: Template, decision: int, case: int, organisation: int, to: Place) -> None:
    """The award with its money, and payouts of it until the ledger is as long as it should be."""
    assert one.award is not None
    amount = to.payouts * MOVED
    made: Row = {"decision": decision, "application": case, "organisation": organisation, "frame": to.frame}
    award = _insert(write, "award", one.award, **made, amount=amount)
    for table, own in one.of_award.items():
        write.insert_rows(table, [_bare(row) | {"award": award} for row in own])
    if one.award["form"] == "guarantee":
        guarantee(write, f"fill:{award}", to.frame, award, amount)
        return
    commit(write, f"fill:{award}", to.frame, award, amount)
    for part in range(to.payouts):
        pay(write, f"fill:{award}:{part}", award, MOVED)


def _insert(write: Write, table: str, row: Row, **changed: Any) -> int:
    return int(write.insert_rows(table, [_bare(row) | changed])[0])


def _bare(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "version")}


def _filled(store: Store, story: Story, call: int) -> Filled:
    tokens = {}
    with store.write("operator", "benchmark.session") as write:
        for role, people in story.people.items():
            account = int(people[0].id.partition(":")[2])
            tokens[role] = open_session(write, account, "", dt.datetime.now(dt.UTC))

    def number(query: str, *given: Any) -> int:
        return int(store.db.execute(query, given).fetchone()[0])

    return Filled(
        tokens=tokens,
        call=call,
        meeting=number("SELECT max(id) FROM meeting"),
        case=number("SELECT min(id) FROM application WHERE call = ? AND state = 'ready'", call),
        decided=number("SELECT max(application) FROM award"),
        award=number("SELECT max(id) FROM award WHERE form = 'grant'"),
        claim=number("SELECT max(id) FROM claim"),
        posting=number("SELECT max(id) FROM posting"),
        own=number("SELECT min(id) FROM application WHERE call = 2"),
    )
