"""What waits for who is signed in, and where each thing is done."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from app import layout
from app.tables import Link, table
from app.visit import Visit
from data.clock import moment, short_day, today
from impact.tasks import Task, tasks

_WHERE = {
    "draft": "/skjema?id={}",
    "held": "/arrangement?id={}",
    "no_estimate": "/skjema?id={}",
    "behind": "/arrangement?id={}",
    "unpublished": "/arrangement?id={}",
    "no_evaluation": "/arrangement?id={}",
    "feedback": "/arrangement?id={}",
}


def show(visit: Visit) -> None:
    """One table for each kind of work, each line a link to where it is done."""
    found = tasks(visit.store, visit.actor, today())
    lead = visit.say("todo_page.lead", count=len(found)) if found else visit.say("todo_page.nothing")
    layout.title(visit.say("page.title.todo"), lead)
    for kind, group in groupby(found, key=lambda one: one.kind):
        rows = list(group)
        heads = [visit.say("todo_page.event"), visit.say(f"todo_page.day.{'saved' if kind == 'draft' else 'first'}")]
        cells = [(Link(one.name(visit.lang), _WHERE[kind].format(one.event)), _day(visit, one)) for one in rows]
        layout.section(visit.say(f"todo_page.kind.{kind}"))
        layout.text(visit.say(f"todo_page.why.{kind}"))
        table(visit.say("todo_page.caption", count=len(rows)), heads, cells, wide=False)


def _day(visit: Visit, one: Task) -> str:
    if one.kind == "draft":
        return moment(one.day, visit.lang)
    return short_day(dt.date.fromisoformat(one.day) if one.day else None, visit.lang)
