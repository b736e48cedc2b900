"""What waits for who is signed in, and where each thing is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import groupby

from app import layout
from app.going import ways
from app.settings.feed import show_feed
from app.tables import Link, table
from app.visit import Visit
from data.clock import moment, short_day, today
from fund.tasks import FundTask, Kind, fund_tasks
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


_IN_FUND: Mapping[Kind, str] = {
    "draft": "/soknad?id={}",
    "complete": "/soknad?id={}",
    "accept": "/tilsagn?id={}",
    "condition": "/tilsagn?id={}",
    "report": "/tilsagn?id={}",
    "claim_returned": "/anmodning?id={}",
    "declare": "/sak?id={}",
    "score": "/sak?id={}",
    "ruling": "/sak?id={}",
    "meeting": "/mote?id={}",
    "hold": "/mote?id={}",
    "minutes": "/mote?id={}",
    "mandate": "/fullmakter",
    "payee": "/fullmakter",
    "call_open": "/ordninger?utlysning={}",
    "call_close": "/ordninger?utlysning={}",
    "take_up": "/sak?id={}",
    "unanswered": "/sak?id={}",
    "recommend": "/sak?id={}",
    "resume": "/sak?id={}",
    "chair_ruling": "/sak?id={}",
    "put_on": "/moter",
    "lock_agenda": "/mote?id={}",
    "lapse": "/tilsagn?id={}",
    "plan": "/tilsagn?id={}",
    "condition_open": "/tilsagn?id={}",
    "report_in": "/tilsagn?id={}",
    "report_late": "/tilsagn?id={}",
    "claim_first": "/anmodning?id={}",
    "appeal": "/sak?id={}",
    "appeal_away": "/sak?id={}",
    "aid_register": "/saker",
    "claim_second": "/anmodning?id={}",
    "payment_failed": "/anmodning?id={}",
    "payment_file": "/utbetalinger",
    "payment_answer": "/utbetalinger?id={}",
    "message": "/meldinger?id={}",
}
"""Where each kind of work in the fund is done; the number is of the row, or of what it belongs to."""
_MOST = 50
"""Lines of a kind of work in the fund that are shown: the rest come up as these are done."""


def show(visit: Visit) -> None:
    """One table for each kind of work: first what waits in the fund, then events, each a link to where it is done."""
    found = tasks(visit.store, visit.actor, today())
    in_fund = fund_tasks(visit.store, visit.actor)
    count = len(found) + len(in_fund)
    layout.title(
        visit.say("page.title.todo"),
        visit.say("todo_page.lead", count=count) if count else visit.say("todo_page.nothing"),
    )
    if in_fund:
        _fund(visit, in_fund)
    for kind, group in groupby(found, key=lambda one: one.kind):
        rows = list(group)
        heads = [visit.say("todo_page.event"), visit.say(f"todo_page.day.{'saved' if kind == 'draft' else 'first'}")]
        cells = [(Link(one.name(visit.lang), _WHERE[kind].format(one.event)), _day(visit, one)) for one in rows]
        layout.section(visit.say(f"todo_page.kind.{kind}"))
        layout.text(visit.say(f"todo_page.why.{kind}"))
        table(visit.say("todo_page.caption", count=len(rows)), heads, cells, wide=False)
    if visit.may("call.manage"):
        ways(
            [Link(visit.say("schemes_page.title"), "/ordninger"), Link(visit.say("page.title.messages"), "/meldinger")]
        )
    if visit.session is not None:
        show_feed(visit)


def _fund(visit: Visit, found: list[FundTask]) -> None:
    """The section of the fund: the kinds of work whose days come first in front, and what is overdue said in words."""
    day = today()
    urgencies = [one.urgency(day) for one in found]
    layout.section(visit.say("todo_page.fund.heading"))
    counts = {one: urgencies.count(one) for one in ("overdue", "today")}
    layout.text(*[visit.say(f"todo_page.fund.{one}_count", count=count) for one, count in counts.items() if count])
    for kind in dict.fromkeys(one.kind for one in found):
        rows = [one for one in found if one.kind == kind]
        layout.subsection(visit.say(f"todo_page.fund.kind.{kind}"))
        layout.text(visit.say(f"todo_page.fund.why.{kind}"))
        caption = visit.say("todo_page.caption", count=len(rows))
        if len(rows) > _MOST:
            caption = visit.say("todo_page.fund.shown", most=_MOST, count=len(rows))
        heads = [visit.say("todo_page.fund.about"), visit.say("todo_page.fund.due")]
        table(caption, heads, [(_about(visit, one), _due(visit, one, day)) for one in rows[:_MOST]], wide=False)


def _about(visit: Visit, one: FundTask) -> Link:
    """What it is about, as a link to where it is done."""
    about = " – ".join(part for part in (one.number, one.title(visit.lang)) if part)
    return Link(about or f"{one.resource}", _IN_FUND[one.kind].format(one.parent or one.resource))


def _due(visit: Visit, one: FundTask, day: dt.date) -> str:
    return visit.say(f"todo_page.fund.urgency.{one.urgency(day)}", day=short_day(one.due, visit.lang))


def _day(visit: Visit, one: Task) -> str:
    if one.kind == "draft":
        return moment(one.day, visit.lang)
    return short_day(dt.date.fromisoformat(one.day) if one.day else None, visit.lang)
