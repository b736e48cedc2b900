"""One's own applications: what is to be done first, then what is on its way, then what has come to an end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import layout
from app.deed import Fields, deed, fields
from app.event_list import public_style
from app.going import go, ways
from app.tables import Cell, Link, table
from app.text import plain
from app.visit import Visit
from data.clock import short_day
from fund.intake.applications import copy_application
from fund.intake.own import Own, own_applications
from fund.public.published import published_calls
from fund.workflow import state_name, workflows

_COPIED = "applications_copied"


def show(visit: Visit) -> None:
    """The applications by what is next."""
    public_style()
    found = own_applications(visit.store, visit.actor)
    groups = _grouped(found)
    layout.title(visit.say("page.title.applications"), _lead(visit, groups))
    if (copied := st.session_state.get(_COPIED)) is not None:
        go(Link(visit.say("applications_page.copied"), f"/soknad?id={copied}"))
    if not found:
        go(Link(visit.say("applications_page.to_calls"), "/utlysninger"))
        return
    for group, rows in groups.items():
        if rows:
            layout.section(visit.say(f"applications_page.group.{group}"))
            _table(visit, group, rows)
    ways(
        [
            Link(visit.say("applications_page.to_calls"), "/utlysninger"),
            Link(visit.say("page.title.mandates"), "/fullmakter"),
        ]
    )
    _copying(visit, found)
    st.session_state.pop(_COPIED, None)  # last: a run that is cut off leaves the way on to the next


def _grouped(found: Sequence[Own]) -> dict[str, list[Own]]:
    groups: dict[str, list[Own]] = {"yours": [], "theirs": [], "over": []}
    for one in found:
        groups[_group(one)].append(one)
    groups["yours"].sort(key=lambda one: (one.due is None, one.due))
    return groups


def _group(one: Own) -> str:
    """Whose turn it is."""
    state = one.application.state
    if state == "withdrawn":
        return "over"
    if state in ("draft", "needs_completing") or any(award.state == "offered" for award in one.awards):
        return "yours"
    if any(award.state not in ("closed", "lapsed", "clawed_back") for award in one.awards):
        return "theirs"
    return "over" if state in workflows()["application"].ends else "theirs"


def _lead(visit: Visit, groups: dict[str, list[Own]]) -> str:
    waiting = groups["yours"]
    if not any(groups.values()):
        return visit.say("applications_page.lead.none")
    if not waiting:
        return visit.say("applications_page.lead.nothing")
    first = waiting[0]
    key = "one" if len(waiting) == 1 else "many"
    if first.due is None:
        return visit.say("applications_page.lead.waiting", count=len(waiting))
    return visit.say(f"applications_page.lead.{key}", count=len(waiting), day=short_day(first.due, visit.lang))


def _table(visit: Visit, group: str, rows: Sequence[Own]) -> None:
    say = visit.say
    heads = [say(f"applications_page.head.{one}") for one in ("title", "next", "due", "award", "who", "call", "number")]
    caption = say(f"applications_page.caption.{group}", count=len(rows))
    table(caption, heads, [_row(visit, one) for one in rows])


def _row(visit: Visit, one: Own) -> list[Cell]:
    held, lang = one.application, visit.lang
    award: Cell = ""
    if one.awards:
        last = one.awards[-1]
        award = Link(state_name("award", last.state, lang, public=True), f"/tilsagn?id={last.id}")
    return [
        Link(one.title or visit.say("application_page.unnamed"), f"/soknad?id={held.id}"),
        _next(visit, one),
        short_day(one.due, lang) if one.due else "",
        award,
        one.organisation,
        one.call.title(lang),
        held.number or "",
    ]


def _next(visit: Visit, one: Own) -> str:
    """What is next, in words; else the state that it is in."""
    state = one.application.state
    if state == "draft":
        return visit.say("applications_page.next.send")
    if state == "needs_completing":
        return visit.say("applications_page.next.complete")
    if any(award.state == "offered" for award in one.awards):
        return visit.say("applications_page.next.accept")
    return state_name("application", state, visit.lang, public=True)


def _copying(visit: Visit, found: Sequence[Own]) -> None:
    """Begin an application to an open call from an earlier one."""
    calls = {one.call.id: one for one in published_calls(visit.store) if one.when == "open"}
    sent = {one.application.id: one for one in found if one.application.sent}
    if not calls or not sent:
        return
    with st.expander(visit.say("applications_page.copy.title")):
        layout.text(visit.say("applications_page.copy.about"))
        form = fields(visit, "applications_copy", "from", "to")
        for field, options in (("from", list(sent)), ("to", list(calls))):
            if st.session_state.get(form.key(field)) not in options:
                st.session_state[form.key(field)] = options[0]
        st.selectbox(
            visit.say("applications_page.copy.from"),
            list(sent),
            key=form.key("from"),
            format_func=lambda id: plain(f"{sent[id].application.number} {sent[id].title}"),
        )
        st.selectbox(
            visit.say("applications_page.copy.to"),
            list(calls),
            key=form.key("to"),
            format_func=lambda id: plain(calls[id].call.title(visit.lang)),
        )
        deed(form, visit.say("applications_page.copy.do"), partial(_copy, form))


def _copy(form: Fields, visit: Visit) -> str:
    st.session_state[_COPIED] = copy_application(visit.store, visit.actor, form["from"], form["to"])
    return visit.say("applications_page.copy.done")
