"""The calls that are open: what one needs before one begins, the rules, and the application begun."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.applying.calls import purpose, rules, when
from app.applying.who import mandate, register
from app.deed import Fields, deed, fields
from app.event_list import public_style
from app.going import go, ways
from app.inline import follow
from app.tables import Link
from app.text import plain
from app.visit import Visit
from fund.applicant.acting import Acting, acting
from fund.applicant.identifiers import shown_organisation
from fund.intake.applications import start_application
from fund.intake.standing import IN_ITSELF
from fund.public.published import PublishedCall, published_calls
from fund.public.scheme_words import most_lines
from fund.rulebook.schemes import Scheme

LATER = 0
"""Who hasn't said who applies: it is said in the form."""


def show(visit: Visit) -> None:
    """Each open call with a way to begin, then those to come."""
    public_style()
    found = published_calls(visit.store)
    is_open = [one for one in found if one.when == "open"]
    lead = visit.say("calls_page.lead" if is_open else "calls_page.none")
    layout.title(visit.say("page.title.calls"), lead)
    own = acting(visit.store, visit.actor) if visit.may("mandate.ask") else []
    if is_open:
        _before(visit)
        _who(visit, own, [one.call.id for one in is_open])
    for one in is_open:
        _open(visit, one, own)
    coming = [one for one in found if one.when == "coming"]
    if coming:
        layout.section(visit.say("calls_page.coming"))
    for one in coming:
        layout.subsection(one.call.title(visit.lang))
        layout.text(when(visit, one))
    ways([Link(visit.say("calls_page.fund"), "/fond")])


def _before(visit: Visit) -> None:
    """What one needs, and how long it takes."""
    layout.section(visit.say("calls_page.before.title"))
    layout.text(visit.say("calls_page.before.time"))
    parts = ("organisation", "budget", "forecast", "support", "papers")
    layout.bullets(visit.say(f"calls_page.before.{part}") for part in parts)


def _who(visit: Visit, own: list[Acting], calls: list[int]) -> None:
    """Who one may act for, and a way to say it; who has no account yet makes one first."""
    if visit.session is None:
        layout.section(visit.say("calls_page.account.title"))
        layout.text(visit.say("calls_page.account.about"))
        go(Link(visit.say("calls_page.account.make"), f"/ny-konto?lang={visit.lang}"))
        ways([Link(visit.say("page.title.sign_in"), "/logg-inn?next=%2Futlysninger")])
        return
    if not visit.may("application.write"):
        layout.text(visit.say("calls_page.not_applicant"))
        return
    waiting = [one for one in own if not one.holds and one.mandate.state != "ended"]
    if waiting:
        layout.section(visit.say("calls_page.mandates"))
    for one in waiting:
        layout.subsection(f"{one.organisation.name} ({shown_organisation(one.organisation.number)})")
        mandate(visit, one)
    with st.expander(visit.say("application_page.who.another"), expanded=not own):
        register(visit, lambda visit, id: _apply_for(visit, calls, id))


def _apply_for(visit: Visit, calls: list[int], organisation: int) -> None:
    """Who was just registered is who applies."""
    for call in calls:
        st.session_state[Fields(visit, f"calls_{call}_begin", ("who",)).key("who")] = organisation


def _open(visit: Visit, one: PublishedCall, own: list[Acting]) -> None:
    layout.section(one.call.title(visit.lang))
    layout.text(when(visit, one))
    if one.scheme is None:
        return
    purpose(visit, one.scheme)
    _most(visit, one.scheme)
    rules(visit, one.scheme, visit.say("fund_page.rules"))
    if visit.session is not None and visit.may("application.write"):
        _begin(visit, one, own)


def _most(visit: Visit, scheme: Scheme) -> None:
    """What the scheme gives at most, and the papers that it asks for."""
    lines = most_lines(scheme, visit.lang)
    asked = [each.words(visit.lang) for each in scheme.attachments if each.key not in IN_ITSELF]
    if asked:
        lines.append(visit.say("calls_page.papers", papers="; ".join(asked)))
    if lines:
        layout.bullets(lines)


def _begin(visit: Visit, one: PublishedCall, own: list[Acting]) -> None:
    """Choose who applies, and begin; a draft that is there is the one that opens."""
    form = fields(visit, f"calls_{one.call.id}_begin", "who")
    names = {each.organisation.id: each.organisation.name for each in own if each.holds or each.waits}
    choices = [*names, LATER]
    if st.session_state.get(form.key("who")) not in choices:
        st.session_state[form.key("who")] = choices[0]
    st.selectbox(
        visit.say("calls_page.who"),
        choices,
        key=form.key("who"),
        format_func=lambda id: plain(names.get(id, visit.say("calls_page.later"))),
    )
    begun = f"calls_{one.call.id}_begun"
    deed(form, visit.say("calls_page.begin"), partial(_started, one.call.id, form, begun), first=True)
    if (id := st.session_state.pop(begun, None)) is not None:
        _open_application(visit, id)


def _started(call: int, form: Fields, begun: str, visit: Visit) -> None:
    id = start_application(visit.store, visit.actor, call, form["who"] or None)
    st.session_state[begun] = id


def _open_application(visit: Visit, id: int) -> None:
    """Go to the form at once; where the browser runs no script, by the link."""
    follow(visit.say("calls_page.open"), f"/soknad?id={id}", "rv-go rv-first")
