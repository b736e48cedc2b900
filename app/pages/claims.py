"""The claims on every award: what waits for me, what is on its way, and what was paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app import layout
from app.tables import Column, Link, amount, download, table
from app.visit import Visit
from data.clock import day_at, short_day
from data.permission import Actor
from data.phrases import Lang
from data.store import open_store
from fund.books.money import kroner
from fund.payout.claim_list import ClaimRow, ended_claims, list_ended_claims, list_every_claim, list_open_claims
from fund.payout.claims_workbook import claims_workbook
from fund.workflow import state_name

SHOWN = 100
"""The claims of a table that the page lists; the file has them all."""


def show(visit: Visit) -> None:
    """What waits for this person, the longest first; then the others."""
    rows, actor = list_open_claims(visit.store, visit.actor), visit.actor
    mine: list[ClaimRow] = []
    moving: list[ClaimRow] = []
    for one in rows:
        (mine if one.waits_for(actor) else moving).append(one)
    ended = ended_claims(visit.store, actor)
    layout.title(visit.say("page.title.claims"), _lead(visit, mine))
    if not (rows or ended):
        layout.empty(visit, "claims_page.empty")
        return
    _figures(visit, moving, mine, ended.get("paid", (0, 0)))
    _mine(visit, mine)
    if moving:
        layout.section(visit.say("claims_page.moving"))
        _table(visit, "moving", moving[:SHOWN], *_sums(moving))
    if ended:
        layout.section(visit.say("claims_page.done"))
        count = sum(many for many, _ in ended.values())
        total = sum(ore for state, (_, ore) in ended.items() if state != "declined")
        _table(visit, "done", list_ended_claims(visit.store, actor, SHOWN), count, total)
    make = partial(_excel, visit.store.folder, actor, visit.lang)
    download(visit.say("claims_page.excel"), visit.say("claims_page.file"), make, key="claims_excel")


def _excel(folder: Path, actor: Actor, lang: Lang) -> bytes:
    """The file with every claim, when it is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        return claims_workbook(list_every_claim(store, actor), lang)


def _lead(visit: Visit, mine: Sequence[ClaimRow]) -> str:
    if not mine:
        return visit.say("claims_page.nothing")
    total = sum(one.amount for one in mine)
    if len(mine) == 1:
        return visit.say("claims_page.one_waits", ore_total=total)
    return visit.say("claims_page.many_wait", count=len(mine), ore_total=total)


def _sums(rows: Sequence[ClaimRow]) -> tuple[int, int]:
    """How many there are, and what they come to in øre."""
    return len(rows), sum(one.amount for one in rows)


def _figures(visit: Visit, moving: Sequence[ClaimRow], mine: Sequence[ClaimRow], paid: tuple[int, int]) -> None:
    parts = {"waiting": _sums(mine), "moving": _sums(moving), "paid": paid}
    layout.figures(
        visit,
        [
            layout.Shown(
                visit.say(f"claims_page.figure.{name}"),
                kroner(ore, visit.lang),
                visit.say("claims_page.count", count=count),
                modelled=False,
            )
            for name, (count, ore) in parts.items()
        ],
    )


def _mine(visit: Visit, mine: Sequence[ClaimRow]) -> None:
    """What waits for this person, by what is to be done with it."""
    turns = [one.waits_for(visit.actor) for one in mine]
    for turn in ("first", "second", "retry"):
        rows = [one for one, what in zip(mine, turns, strict=True) if what == turn]
        if rows:
            layout.section(visit.say(f"claims_page.turn.{turn}"))
            layout.text(visit.say(f"claims_page.turn_about.{turn}"))
            _table(visit, "mine", rows[:SHOWN], *_sums(rows))


def _table(visit: Visit, name: str, rows: Sequence[ClaimRow], count: int, ore: int) -> None:
    """The claim and its amount first, where a phone shows them; ``count`` and ``ore`` are of all that there are."""
    say, lang = visit.say, visit.lang
    since = "paid_day" if name == "done" else "since"
    heads: list[Column | str] = [
        say("claims_page.column.claim"),
        Column(say("claims_page.column.amount"), number=True),
        say("claims_page.column.organisation"),
        say("claims_page.column.state"),
        say(f"claims_page.column.{since}"),
    ]
    cells = [_row(visit, one) for one in rows]
    total = [say("claims_page.total"), amount(ore, lang)]
    caption = say(f"claims_page.caption.{name}", count=count)
    table(caption, heads, [*cells, [*total, "", "", ""]], totals=1)
    if count > len(rows):
        layout.text(say("claims_page.shown", shown=SHOWN, count=count), small=True)


def _row(visit: Visit, one: ClaimRow) -> list[str | Link]:
    kind = visit.say(f"claims_page.kind.{one.part}", number=one.number)
    link = Link(f"{one.case_number} {one.title}, {kind}", f"/anmodning?id={one.id}")
    day = dt.date.fromisoformat(one.paid_day) if one.paid_day else day_at(dt.datetime.fromisoformat(one.moved_at))
    state = state_name("claim", one.state, visit.lang)
    return [link, amount(one.amount, visit.lang), one.organisation_name, state, short_day(day, visit.lang)]
