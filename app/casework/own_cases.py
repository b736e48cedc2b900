"""The board's own cases: what each is to say of conflicts, what is to be scored, and what is done."""

from __future__ import annotations

from collections.abc import Sequence

from app import layout
from app.going import ways
from app.tables import Column, Link, amount, table
from app.visit import Visit
from data.clock import short_day
from fund.review.conflicts import TAKES_PART
from fund.review.queue import CaseLine, ended_lines, open_lines
from fund.rulebook.schemes import word
from fund.tasks import fund_tasks
from fund.workflow import state_name

_BEFORE = ("submitted", "needs_completing")
_DECIDED_SHOWN = 20


def own_cases(visit: Visit) -> None:
    """What waits first, then what is done; each in a table of its own."""
    lines, tasks = open_lines(visit.store, visit.actor), fund_tasks(visit.store, visit.actor)
    waits = {kind: {one.resource for one in tasks if one.kind == kind} for kind in ("declare", "score")}
    layout.title(visit.say("page.title.cases"), _answer(visit, len(waits["declare"]), len(waits["score"])))
    before_board = [one for one in lines if one.open and one.state not in _BEFORE]
    rest = [one for one in before_board if one.id not in waits["declare"] | waits["score"]]
    groups = {
        "declare": [one for one in lines if one.id in waits["declare"]],
        "score": [one for one in lines if one.id in waits["score"]],
        "scored": [one for one in rest if one.standing in TAKES_PART],
        "out": [one for one in rest if one.standing not in TAKES_PART],
        "decided": ended_lines(visit.store, visit.actor, _DECIDED_SHOWN),
    }
    for name, found in groups.items():
        if found:
            layout.section(visit.say(f"cases_page.own.{name}"))
            _table(visit, found)
    _on(visit, before_board)


def _answer(visit: Visit, declare: int, score: int) -> str:
    if not declare and not score:
        return visit.say("cases_page.own_nothing")
    parts = {"declare": declare, "score": score}
    said = [visit.say(f"cases_page.own_count.{name}", count=count) for name, count in parts.items() if count]
    return " ".join(said)


def _table(visit: Visit, found: Sequence[CaseLine]) -> None:
    heads = ("case", "asked", "applicant", "form", "state", "meeting")
    table(
        visit.say("cases_page.caption", count=len(found)),
        [Column(visit.say(f"cases_page.column.{name}"), number=name == "asked") for name in heads],
        [_row(visit, one) for one in found],
    )


def _row(visit: Visit, one: CaseLine) -> list[str | Link]:
    meeting: str | Link = ""
    if one.meeting is not None:
        meeting = Link(f"{one.meeting_title}, {short_day(one.due, visit.lang)}", f"/mote?id={one.meeting}")
    return [
        Link(f"{one.number} {one.title}", f"/sak?id={one.id}"),
        amount(one.asked, visit.lang),
        one.organisation,
        word("form", one.form, visit.lang) if one.form else "",
        state_name("application", one.state, visit.lang),
        meeting,
    ]


def _on(visit: Visit, found: Sequence[CaseLine]) -> None:
    """The ranking and the portfolio of each call with cases before the board."""
    calls = {one.call: one.call_title(visit.lang) for one in found}
    links = [
        Link(visit.say(f"cases_page.{name}", call=title), f"/{path}?utlysning={id}")
        for id, title in calls.items()
        for name, path in (("ranking", "rangering"), ("portfolio", "portefolje"))
    ]
    if links:
        layout.section(visit.say("cases_page.more"))
        ways(links)
