"""A generated Norway, or a part of it by municipalities: 20 years of a fund, through the chains that the program makes.

    filled = fill(folder, municipalities=8)     # the region; 357 is the whole of Norway

The story of ``python -m fund demo`` is played once, through the functions that everyone uses. Its cases are then put
in again in bulk under other organisations, events, calls and years: their rows as the story made them, with the
numbers that they lead to put right; sendings, votes and decisions hashed and chained anew; awards booked by the
ledger's own ``commit`` and ``guarantee``; payouts with the legs that ``pay`` would book, through the schema's triggers
but the one that moves balances, which each batch moves by their sums. Every row has its row of the audit, in its
chain. A call and its meeting are of eight municipalities, as the region's are: Norway has 45 of each a year. Of the
newest calls a quarter of the cases wait for the board.

Left out: papers, payment files, answers to surveys, signed minutes, and the audit's rows of changes (a row has one).
Who applies and for which events is :mod:`norway_applying`'s.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fund_filling import Filled, Place, Played, Row, Template, _bare, _filled, _template
from norway_applying import APPLICATIONS, NEWEST, POSTINGS, YEARS, Applying, Sizes, events_in, organisations_in

from data.audit import canonical, now
from data.connection import SETTINGS
from data.store import Store, Write, open_store
from fund.books.accounts_plan import Account, Legs, added, cash
from fund.books.frames import commit, guarantee, open_frame
from fund.books.ledger import Request, hash_of
from fund.books.partners import contribute
from fund.books.pots import moved, split
from fund.demo import Story
from fund.demo_after import play_on
from impact.reference import reference_in
from impact.samples import load_samples

UNDECIDED = 4
"""Of the newest calls, every so many-th case waits for the board."""
MOVED = 1_000_00
"""What one payout comes to, in øre."""
BATCH = 50
"""Copies of the story's cases in one write."""
CACHE_KIB = 1_500_000
_MOVES = "posting_moves_balances"
"""The trigger that a batch of payouts stands in for: it moves each balance once, by the sum of its legs."""


def fill(folder: Path, municipalities: float) -> Filled:
    """Fill an empty data folder."""
    sizes, begun = Sizes(municipalities), time.monotonic()
    with open_store(folder) as store:
        for setting in ("synchronous = OFF", f"cache_size = -{CACHE_KIB if municipalities > 50 else 200_000}"):
            store.db.execute(f"PRAGMA {setting}")
        load_samples(store, reference_in())
        story = play_on(store)
        played = Played(store)
        templates = [_template(played, one) for one in played.cases]
        organisations = organisations_in(store, templates, sizes)
        estimates = events_in(store, played, templates, organisations, sizes)
        _copies(store, story, played, templates, organisations, estimates, sizes, begun)
        call = int(store.db.execute("SELECT max(id) FROM call WHERE state = 'closed'").fetchone()[0])
        filled = _filled(store, story, call)
        for setting in SETTINGS:
            store.db.execute(f"PRAGMA {setting}")
    return filled


def _said(begun: float, what: str) -> None:
    print(f"# {time.monotonic() - begun:.0f} s: {what}", file=sys.stderr, flush=True)


# -- the cases, year by year and call by call


def _copies(
    store: Store,
    story: Story,
    played: Played,
    templates: list[Template],
    organisations: list[list[Applying]],
    estimates: list[list[int]],
    sizes: Sizes,
    begun: float,
) -> None:
    copies = max(1, round(sizes.of(APPLICATIONS) / len(templates) / YEARS / sizes.regions))
    paid = sum(one.award is not None and one.award["form"] != "guarantee" for one in templates)
    decided = (copies * YEARS - max(1, copies // UNDECIDED)) * sizes.regions
    payouts = max(1, round(sizes.of(POSTINGS) / decided / paid))
    told = [played.rows("outbox", "recipient = ?", f"organisation:{one.organisation['id']}") for one in templates]
    number = 0
    for year in range(NEWEST - YEARS + 1, NEWEST + 1):
        _contributed(store, story, year, copies * sizes.regions * len(templates) * payouts)
        ofyear = [_of_year(one, year) for one in templates]
        for _ in range(sizes.regions):
            call, meeting, frame = _call(store, story, played, year, copies * len(templates) * payouts)
            waiting = max(1, copies // UNDECIDED) if year == NEWEST else 0
            for first in range(0, copies, BATCH):
                with store.write("operator", "benchmark.fill") as write:
                    book = Payouts(write, year)
                    places = [
                        Place(year, number + copy, call, meeting, frame, copy >= waiting, payouts)
                        for copy in range(first, min(first + BATCH, copies))
                    ]
                    _put(write, book, places, ofyear, organisations, estimates, told)
                    number += len(places)
                    book.close()
        _said(begun, f"{year}: {number * len(templates)} applications")


def _of_year(one: Template, year: int) -> Template:
    """The same case in another year."""

    def there(row: Row) -> Row:
        return {
            name: value.replace("2026-", f"{year}-") if isinstance(value, str) and name != "hash" else value
            for name, value in row.items()
        }

    def all_there(rows: list[Row]) -> list[Row]:
        return [there(row) for row in rows]

    single = {
        name: there(getattr(one, name))
        for name in ("case", "organisation", "payee", "draft", "revision", "item", "decision")
    }
    return replace(
        one,
        **single,
        of_case={table: all_there(rows) for table, rows in one.of_case.items()},
        votes=all_there(one.votes),
        award=None if one.award is None else there(one.award),
        of_award={table: all_there(rows) for table, rows in one.of_award.items()},
    )


def _contributed(store: Store, story: Story, year: int, payouts: int) -> None:
    treasurer, enough = story.who("treasurer"), payouts * MOVED + 10**11
    for partner in story.partners:
        for month in range(1, 13):
            day = dt.date(year, month, 1)
            contribute(store, treasurer, f"norway:{year}:{partner}:{month}", partner, year, enough // 12, day=day)


def _call(store: Store, story: Story, played: Played, year: int, payouts: int) -> tuple[int, int, int]:
    """A call with its frame, and its meeting."""
    call, meeting = played.rows("call", "id = 1")[0], played.rows("meeting", "id = 1")[0]
    enough = payouts * MOVED + 10**9
    number = int(store.db.execute("SELECT max(id) FROM call").fetchone()[0]) + 1
    frame = open_frame(store, story.who("treasurer"), f"norway:frame:{number}", year, enough, enough, call=number).id
    titles = {
        "title_nb": f"Arrangementer {year}, {number} (eksempel)",
        "title_en": f"Events {year}, {number} (example)",
    }
    moved = {"opens": f"{year}-02-01", "closes": f"{year}-03-01", "year": year, "frame": frame, "state": "closed"}
    held = {"title": f"Møte {number} (eksempel)", "day": f"{year}-03-26", "state": "held"}
    with store.write("operator", "benchmark.call") as write:
        (made,) = write.insert_rows("call", [_bare(call) | titles | moved])
        (met,) = write.insert_rows("meeting", [_bare(meeting) | held | {"minutes": None, "minutes_sha256": None}])
    assert made == number
    return number, int(met), frame


def _put(
    write: Write,
    book: Payouts,
    places: list[Place],
    templates: list[Template],
    organisations: list[list[Applying]],
    estimates: list[list[int]],
    told: list[list[Row]],
) -> None:
    """The story's cases once more at each place, each of another organisation and for another event."""
    for kind, one in enumerate(templates):
        copies = [
            Copy(
                to,
                to.number * len(templates) + kind + 1,
                organisations[kind][to.number % len(organisations[kind])],
                estimates[kind][to.number % len(estimates[kind])],
            )
            for to in places
        ]
        decided = _applied(write, one, copies, told[kind])
        decisions = _decided(write, book, one, decided)
        if one.award is not None and decided:
            _awarded(write, book, one, decided, decisions)


@dataclass
class Copy:
    """One case that is put in: where it goes, its number among all, who applies, with which forecast."""

    to: Place
    number: int
    who: Applying
    estimate: int
    case: int = 0
    sha256: str = ""
    advice: int = 0

    @property
    def named(self) -> str:
        return f"{self.to.year}-{self.number:06}"


def _applied(write: Write, one: Template, copies: list[Copy], told: list[Row]) -> list[Copy]:
    """What was sent and said of each, as far as before the board; those that it decided on."""

    def add(table: str, row: Row, changed: Callable[[Copy], Row]) -> list[int]:
        bare = _bare(row)
        return [int(id) for id in write.insert_rows(table, [{**bare, **changed(copy)} for copy in copies])]

    def about(copy: Copy) -> Row:
        who = {"organisation": copy.who.id, "created_by": copy.who.account, "number": copy.named}
        state = one.case["state"] if copy.to.decided else "ready"
        return {**who, "call": copy.to.call, "estimate": copy.estimate, "state": state}

    for copy, case in zip(copies, add("application", one.case, about), strict=True):
        copy.case = case
    said = json.loads(one.revision["body"])
    bodies = {}
    for copy in copies:
        said["organisation"] |= {"id": copy.who.id, "number": copy.who.orgnr}
        said["document"]["estimate"] = copy.estimate
        bodies[copy.case] = canonical(said)
        copy.sha256 = hashlib.sha256(bodies[copy.case].encode()).hexdigest()
    add("application_draft", one.draft, lambda copy: {"application": copy.case})
    add(
        "application_revision",
        one.revision,
        lambda copy: {"application": copy.case, "body": bodies[copy.case], "sha256": copy.sha256},
    )
    for table, own in one.of_case.items():
        for row in own:
            made = add(table, row, lambda copy: {"application": copy.case})
            if table == "recommendation":
                for copy, advice in zip(copies, made, strict=True):
                    copy.advice = advice
    for place, row in enumerate(told):
        figures, done = json.loads(row["figures"]), {"state": "sent", "tries": 1, "done_at": row["at"]}
        add(
            "outbox",
            {**row, **done},
            lambda copy, place=place, figures=figures: {  # type: ignore[misc]
                "recipient": copy.who.account,
                "figures": canonical({**figures, "number": copy.named}),
                "dedupe": f"norway:{copy.case}:{place}",
            },
        )
    return [copy for copy in copies if copy.to.decided]


def _decided(write: Write, book: Payouts, one: Template, copies: list[Copy]) -> list[int]:
    """The votes and the decision of each, chained to the one before it; the decisions' numbers."""
    items = [
        {
            **_bare(one.item),
            "meeting": copy.to.meeting,
            "position": copy.number,
            "application": copy.case,
            "recommendation": copy.advice,
        }
        for copy in copies
    ]
    votes, decisions = [], []
    for copy, item in zip(copies, write.insert_rows("agenda_item", items), strict=True):
        for vote in one.votes:
            row = {name: value for name, value in vote.items() if name != "hash"}
            row |= {"id": book.vote[0] + 1, "item": item}
            book.vote = row["id"], hash_of(book.vote[1], canonical(row))
            votes.append({**row, "hash": book.vote[1]})
        own = {"id": book.decision[0] + 1, "item": item, "application": copy.case}
        own |= {"revision_sha256": copy.sha256, "estimate": copy.estimate}
        said = json.loads(one.decision["body"])
        body = canonical({**said, **{name: value for name, value in own.items() if name in said}})
        book.decision = own["id"], hash_of(book.decision[1], body)
        decisions.append({**one.decision, **own, "body": body, "hash": book.decision[1]})
    write.insert_rows("vote", votes)
    return [int(id) for id in write.insert_rows("decision", decisions, derived=("body",))]


def _awarded(write: Write, book: Payouts, one: Template, copies: list[Copy], decisions: list[int]) -> None:
    """The awards with their money, payouts noted to be booked, and what was reported and claimed."""
    assert one.award is not None
    bare, amount = _bare(one.award) | {"amount": copies[0].to.payouts * MOVED}, copies[0].to.payouts * MOVED
    rows = [
        {**bare, "decision": decision, "application": c.case, "organisation": c.who.id, "frame": c.to.frame}
        for c, decision in zip(copies, decisions, strict=True)
    ]
    awards = [int(id) for id in write.insert_rows("award", rows)]
    for copy, award in zip(copies, awards, strict=True):
        if one.award["form"] == "guarantee":
            guarantee(write, f"norway:{award}", copy.to.frame, award, amount)
            continue
        posted = commit(write, f"norway:{award}", copy.to.frame, award, amount)
        held = {account: ore for account, ore in posted.legs.items() if account.kind == "committed"}
        book.wanted.append((award, held, copy.to.payouts))
    for table, own in one.of_award.items():
        for row in own:
            write.insert_rows(table, [{**_bare(row), "award": award} for award in awards])


# -- payouts in bulk


class Payouts:
    """The payouts of one write, booked at its end as :func:`fund.books.payments.pay` does, and the chains' heads."""

    def __init__(self, write: Write, year: int) -> None:
        self.write, self.year = write, year
        self.wanted: list[tuple[int, Legs, int]] = []
        self.vote = self._last("vote")
        self.decision = self._last("decision")

    def _last(self, table: str) -> tuple[int, str]:
        return self.write.db.execute(f"SELECT id, hash FROM {table} ORDER BY id DESC LIMIT 1").fetchone() or (0, "")

    def close(self) -> None:
        """Book them: legs first, then the postings that close them, then the audit's rows."""
        connection, (number, digest) = self.write.db.conn, self._last("posting")
        known = {key: id for id, key in connection.execute("SELECT id, key FROM ledger_account WHERE award = 0")}
        (last,) = connection.execute("SELECT max(id) FROM ledger_account").fetchone()
        accounts, legs, postings, shown, at = [], [], [], [], now()
        balances: dict[int, int] = defaultdict(int)
        totals: dict[tuple[Any, ...], int] = defaultdict(int)
        for award, held, parts in self.wanted:
            own: dict[Account, int] = {}
            held = dict(sorted(held.items(), key=lambda one: one[0].key))
            for account in held:
                own[account] = connection.execute(
                    "SELECT id FROM ledger_account WHERE key = ?", (account.key,)
                ).fetchone()[0]
            for part in range(parts):
                out = split(held, MOVED)
                moving = added(
                    *(moved({a: ore}, "paid", award=award, frame=a.frame) for a, ore in out.items()), cash(-MOVED)
                )
                for account in moving:
                    if account not in own:
                        id = known.get(account.key)
                        if id is None:
                            last += 1
                            id = last
                            accounts.append((id, *account))
                        own[account] = id
                held = {account: left for account, ore in held.items() if (left := ore - out.get(account, 0))}
                number += 1
                day = dt.date(self.year, 4 + part * 8 // parts, 1 + part % 28)
                request = Request(
                    f"norway:{award}:{part}", "paid", {"award": award, "amount": MOVED, "advance": False}, day
                )
                head = (number, at, day.isoformat(), self.write.actor, "paid", request.key, request.text)
                rows = sorted((own[account], account.key, ore) for account, ore in moving.items())
                lines = [*map(str, head), "-", *(f"{key} {ore}" for _, key, ore in rows)]
                digest = hash_of(digest, "\n".join(lines))
                for account, ore in moving.items():
                    balances[own[account]] += ore
                    if account.partner:
                        totals[account.partner, account.kind, account.earmark, account.year] += ore
                legs += [(number, id, ore) for id, _, ore in rows]
                postings.append((*head, digest))
                shown.append(({"what": "paid", "key": request.key, "hash": digest}, str(number)))
        connection.executemany(
            "INSERT INTO ledger_account (id, kind, partner, earmark, year, meeting, award, frame)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            accounts,
        )
        (moves,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (_MOVES,)).fetchone()
        connection.execute(f"DROP TRIGGER {_MOVES}")
        connection.executemany("INSERT INTO leg (posting, account, amount) VALUES (?, ?, ?)", legs)
        connection.executemany(
            "INSERT INTO posting (id, at, day, actor, what, key, request, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            postings,
        )
        connection.executemany(
            "UPDATE ledger_account SET balance = balance + ? WHERE id = ?",
            [(ore, id) for id, ore in balances.items() if ore],
        )
        connection.executemany(
            "INSERT INTO ledger_total (partner, kind, earmark, year, balance) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (partner, kind, earmark, year) DO UPDATE SET balance = balance + excluded.balance",
            [(*of, ore) for of, ore in totals.items()],
        )
        connection.execute(moves)
        self.write.chain.add_new(self.write.actor, "claim.pay", "posting", shown)
