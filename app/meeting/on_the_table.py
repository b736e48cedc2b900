"""The case on the table: what is asked and recommended, conflicts, motion, votes, decision, and the frame."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import layout
from app.deed import Act, deed, fields, text_field
from app.going import ways
from app.layout import Shown
from app.meeting import building, voting
from app.meeting.words import outcome
from app.tables import Link
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import short_day
from data.faults import Faults
from fund.books.money import kroner
from fund.meeting.agenda import Meeting, take_off
from fund.meeting.decisions import Decision
from fund.meeting.floor import Floor, floor
from fund.meeting.outline import Line
from fund.meeting.proposals import Proposal


def show(visit: Visit, meeting: Meeting, line: Line, *, large: bool) -> None:
    """The case, or why the reader doesn't see it."""
    by = visit.say("meeting_page.by", number=line.number, organisation=line.organisation)
    st.html(f'<h2 class="rv-case">{markup(line.title)}</h2><p class="rv-text">{markup(by)}</p>')
    if not line.knows:
        layout.empty(visit, "meeting_page.not_part")
        ways([Link(visit.say("meeting_page.open_case"), f"/sak?id={line.item.application}")])
        return
    try:
        held = floor(visit.store, visit.actor, line.item.id)
    except Faults as found:
        layout.faults(visit, found.faults)
        return
    _figures(visit, line, held, large=large)
    _conflicts(visit, held, large=large)
    if held.decision is not None:
        _decided(visit, held, held.decision)
        return
    chosen = voting.motions(visit, held)
    if chosen is not None:
        proposal_text(visit, chosen.proposal)
        voting.votes(visit, held, chosen, large=large)
        voting.vote(visit, held, chosen)
        voting.reading(visit, meeting, line, held, chosen)
    else:
        layout.text(visit.say("meeting_page.needs_terms"))
    building.show(visit, line, held, first=chosen is None, expanded=chosen is None and not large)
    if not large:
        ways([Link(visit.say("meeting_page.open_case"), f"/sak?id={line.item.application}")])


def _figures(visit: Visit, line: Line, held: Floor, *, large: bool) -> None:
    """What is asked and recommended, and what the frame has left; the exposure where it is about a guarantee."""
    asked = visit.say("meeting_page.asked"), kroner(line.asked or 0, visit.lang)
    least = visit.say("meeting_page.least", amount=kroner(held.needs, visit.lang)) if held.needs is not None else ""
    shown = [Shown(*asked, least, modelled=False)]
    if held.advice is not None:
        words = outcome(visit, held.advice.outcome, None)
        amount = "–" if held.advice.amount is None else kroner(held.advice.amount, visit.lang)
        shown.append(Shown(visit.say("meeting_page.head.recommended"), amount, words, modelled=False))
    set_aside = visit.say("meeting_page.set_aside", amount=kroner(held.item.reserved or 0, visit.lang))
    free = kroner(held.frame.room, visit.lang)
    shown.append(Shown(visit.say("meeting_page.free"), free, "" if large else set_aside, modelled=False))
    if large:
        layout.text(*(_line(visit, one) for one in shown))
    else:
        layout.figures(visit, shown)
    if _about_guarantee(line, held):
        opened = held.frame.exposure_limit - held.frame.exposure_room
        figures = {"open": kroner(opened, visit.lang), "limit": kroner(held.frame.exposure_limit, visit.lang)}
        layout.text(visit.say("meeting_page.exposure", **figures))


def _line(visit: Visit, one: Shown) -> str:
    """A figure as a line of text, for the screen in the room."""
    said = visit.say("meeting_page.figure", label=one.label, amount=one.middle)
    return visit.say("meeting_page.figure_more", figure=said, more=one.span) if one.span else said


def _about_guarantee(line: Line, held: Floor) -> bool:
    return line.form == "guarantee" or any(one.proposal.form == "guarantee" for one in held.motions)


def _conflicts(visit: Visit, held: Floor, *, large: bool) -> None:
    """Conflicts as they are read out, who among those who are there takes no part, and who has said nothing yet."""
    said = []
    for one in held.conflicts:
        words = _standing(visit, one["account"], str(one["word"]), one["ruling"])
        reason = str((one["ruling"] or one)["reason"] or "")
        said.append(words if large or not reason else visit.say("meeting_page.because", words=words, reason=reason))
    silent = [who for who, word in held.standings.items() if word == "undeclared"]
    said += [visit.say("meeting_page.standing.undeclared", name=named(visit, who)) for who in silent]
    said += [visit.say("meeting_page.standing.gone", name=named(visit, who)) for who in held.gone]
    if not large:
        layout.subsection(visit.say("meeting_page.conflicts"))
    if said:
        layout.bullets(said)
    elif large:
        layout.text(visit.say("meeting_page.no_conflict_large"))
    else:
        layout.text(visit.say("meeting_page.no_conflict"))


def _standing(visit: Visit, account: str, word: str, ruling: object) -> str:
    if isinstance(ruling, dict):
        word = "disqualified" if ruling["disqualified"] else "cleared"
    return visit.say(f"meeting_page.standing.{word}", name=named(visit, account))


def _decided(visit: Visit, held: Floor, decision: Decision) -> None:
    """The decision as it was read out."""
    layout.subsection(visit.say("meeting_page.decision"))
    proposal_text(visit, decision.proposal)
    voted = decision.body["votes"]
    names = {
        word: ", ".join(named(visit, one["account"]) for one in voted if one["word"] == word) or "–"
        for word in ("for", "against")
    }
    layout.facts({visit.say(f"meeting_page.voted.{word}"): names[word] for word in names})
    if decision.outcome != "deferred":
        address = f"/last-ned/vedtaksbrev/{decision.id}.docx?lang={visit.lang}"
        ways([Link(visit.say("meeting_page.letter"), address)])


def proposal_text(visit: Visit, proposal: Proposal) -> None:
    """A motion in full."""
    lines = [f'<p class="rv-motion">{markup(outcome(visit, proposal.outcome, proposal.amount))}</p>']
    lines.append(f'<p class="rv-text">{markup(proposal.grounds)}</p>')
    if proposal.conditions:
        heading = markup(visit.say("meeting_page.conditions"))
        items = "".join(f"<li>{markup(one)}</li>" for one in proposal.conditions)
        lines.append(f'<p class="rv-text">{heading}</p><ul class="rv-list">{items}</ul>')
    said = _terms(visit, proposal)
    lines += [f'<p class="rv-text">{markup(one)}</p>' for one in said]
    st.html("".join(lines))


def _terms(visit: Visit, proposal: Proposal) -> list[str]:
    """Earmarks, a guarantee's statements, a loan's terms, and that it is for a bid."""
    said = []
    if proposal.earmarks:
        said.append(visit.say("meeting_page.with_earmarks", earmarks=", ".join(proposal.earmarks)))
    if proposal.guarantee is not None:
        words = {name: str(proposal.guarantee.get(name) or "–") for name in building.STATED}
        words |= {name: _day(visit, proposal.guarantee.get(name)) for name in ("first", "last")}
        approval = "yes" if proposal.guarantee.get("needs_approval") else "no"
        words["needs_approval"] = visit.say(f"meeting_page.approval.{approval}")
        said.append(visit.say("meeting_page.with_guarantee", **words))
    if proposal.loan is not None:
        said.append(visit.say("meeting_page.with_loan", terms=str(proposal.loan.get("terms", ""))))
    if proposal.bid:
        said.append(visit.say("meeting_page.with_bid"))
    return said


def _day(visit: Visit, stored: str | None) -> str:
    return short_day(dt.date.fromisoformat(stored) if stored else None, visit.lang)


def taking_off(visit: Visit, found: list[Line]) -> None:
    """Take a case off a locked agenda: what was reserved for it is available again."""
    if not found:
        return
    with st.expander(plain(visit.say("meeting_page.take_off_locked"))):
        layout.text(visit.say("meeting_page.take_off_about"))
        for one in found:
            form = fields(visit, f"meeting_off_{one.item.id}", "reason")
            label = visit.say("meeting_page.reason_of", number=one.number)
            text_field(form, "reason", label, hint=visit.say("meeting_page.reason_hint"))
            sure = visit.say("meeting_page.take_off_sure", number=one.number)
            deed(form, visit.say("meeting_page.take_off"), _taking(one, form.key("reason")), sure=sure)


def _taking(one: Line, key: str) -> Act:
    def act(visit: Visit) -> str:
        reason = str(st.session_state.get(key) or "")
        take_off(visit.store, visit.actor, one.item.id, one.item.version, reason)
        return visit.say("meeting_page.off_done", number=one.number)

    return act
