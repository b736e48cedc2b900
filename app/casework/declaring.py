"""What everyone may know of a case, and the question that opens it: «Er du habil i denne saken?»."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.deed import deed, fields, text_area
from app.given import reference
from app.text import plain
from app.visit import Visit
from data.clock import days
from data.numbers import kroner
from fund.review.cases import PublicFacts
from fund.review.conflicts import Standing, Word, declare
from fund.rulebook.schemes import word
from fund.workflow import state_name


def sentence(visit: Visit, facts: PublicFacts) -> str:
    """Who asks for what."""
    form = word("form", facts.form, visit.lang) if facts.form else visit.say("page.unknown")
    return visit.say("case_page.lead", who=facts.organisation, asked=kroner(facts.asked or 0, visit.lang), form=form)


def gate(visit: Visit, facts: PublicFacts, standing: Standing) -> None:
    """The public facts, and the question; or why the case stays closed, and how to say something new."""
    place = reference().municipalities.get(facts.municipality, facts.municipality)
    shown = {
        "applicant": facts.organisation,
        "place": place,
        "days": days(facts.first_day, facts.last_day, visit.lang),
        "state": state_name("application", facts.state, visit.lang),
    }
    layout.facts({visit.say(f"case_page.fact.{name}"): value for name, value in shown.items()})
    if standing == "undeclared":
        layout.section(visit.say("case_page.question"))
        layout.text(visit.say("case_page.rule_first"), visit.say("case_page.rule_second"))
        _answers(visit, facts)
        return
    st.warning(plain(visit.say(f"conflicts.part.{standing}.problem", value=facts.number)), icon=":material/lock:")
    layout.text(visit.say(f"conflicts.part.{standing}.expected", value=facts.number))
    with st.expander(plain(visit.say("case_page.new_word"))):
        form = fields(visit, f"case_{facts.application}_again", "reason")
        text_area(form, "reason", visit.say("case_page.new_reason"))
        act = partial(_declare, facts.application, "doubt", lambda: str(form["reason"] or ""))
        deed(form, visit.say("case_page.answer.doubt"), act)


def _answers(visit: Visit, facts: PublicFacts) -> None:
    """Three answers; the first opens the case at once, the others need a reason."""
    form = fields(visit, f"case_{facts.application}_declare", "reason")

    def reason() -> str:
        return str(form["reason"] or "")

    deed(
        form,
        visit.say("case_page.answer.none"),
        partial(_declare, facts.application, "none", lambda: ""),
        first=True,
        part="none",
    )
    layout.text(visit.say("case_page.otherwise"))
    text_area(form, "reason", visit.say("case_page.reason"), hint=visit.say("case_page.reason_hint"))
    with st.container(horizontal=True):
        for one in ("conflict", "doubt"):
            act = partial(_declare, facts.application, one, reason)
            deed(form, visit.say(f"case_page.answer.{one}"), act, part=one, sure=visit.say(f"case_page.sure.{one}"))


def _declare(application: int, said: Word, reason: object, visit: Visit) -> str:
    assert callable(reason)
    declare(visit.store, visit.actor, application, said, reason())
    return visit.say(f"case_page.declared.{said}")
