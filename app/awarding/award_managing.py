"""What the case officer does with an award: conditions, run, extend, stop, let lapse, close."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app import layout
from app.awarding.grounded import closed_form, text_of
from app.deed import Fields, day_of, deed, fields, text_area
from app.text import plain
from app.visit import Visit
from fund.award import award_steps
from fund.award.award_conditions import Condition, meet
from fund.award.awards import Award
from fund.award.reports import ask_interim
from fund.workflow import workflows

GROUNDED = ("suspend", "resume", "lapse")


def step_button(
    visit: Visit, award: Award, action: str, act: Callable[..., int], *, first: bool, sure: str = ""
) -> None:
    """A step that needs nothing but the press."""
    form = fields(visit, f"award_{award.id}_{action}")

    def done(visit: Visit) -> str:
        act(visit.store, visit.actor, award.id, award.version)
        return visit.say(f"award_page.done.{action}")

    deed(form, visit.say(f"workflow.award_action.{action}"), done, first=first, sure=sure)


def meeting_conditions(visit: Visit, held: Sequence[Condition]) -> None:
    """For each condition that isn't met: by what it is found met."""
    for one in held:
        if one.met_at is None:
            form = fields(visit, f"condition_{one.id}", "note")
            with st.expander(plain(visit.say("award_page.meet_open", text=one.text))):
                text_area(
                    form, "note", visit.say("award_page.meet_note"), hint=visit.say("award_page.meet_hint"), lines=3
                )
                deed(form, visit.say("award_page.meet_do"), _met(one, form))


def _met(one: Condition, form: Fields) -> Callable[[Visit], str]:
    def act(visit: Visit) -> str:
        meet(visit.store, visit.actor, one.id, one.version, text_of(form, "note"))
        return visit.say("award_page.meet_done")

    return act


def running(visit: Visit, award: Award, *, planned: bool, final_in: bool) -> None:
    """The step that its state waits for: it begins to run, its report is taken in, it is closed."""
    if award.state == "accepted" and planned:
        step_button(visit, award, "activate", award_steps.activate, first=True)
    if award.state == "active" and final_in:
        step_button(visit, award, "report", award_steps.report_in, first=True)
    if award.state == "settled":
        step_button(visit, award, "close", award_steps.close, first=True, sure=visit.say("award_page.sure.close"))


def seldom(visit: Visit, award: Award) -> None:
    """What is done now and then, each on grounds."""
    open_now = workflows()["award"].actions(award.state)
    asked = [one for one in GROUNDED if one in open_now]
    offered, reportable = award.state == "offered", award.state in ("accepted", "active", "suspended")
    if not (asked or offered or reportable):
        return
    layout.section(visit.say("award_page.seldom"))
    if offered:
        _extend(visit, award)
    if reportable:
        _interim(visit, award)
    for action in asked:
        _grounded(visit, award, action)


def _extend(visit: Visit, award: Award) -> None:
    def act(visit: Visit, form: Fields) -> None:
        until = day_of(form, "day", visit.say("award_page.extend.day"))
        award_steps.extend_acceptance(visit.store, visit.actor, award.id, until, text_of(form))

    name = f"award_{award.id}_extend"
    closed_form(visit, name, ("day", "grounds"), lambda one: visit.say(f"award_page.extend.{one}"), act)


def _interim(visit: Visit, award: Award) -> None:
    def act(visit: Visit, form: Fields) -> None:
        ask_interim(visit.store, visit.actor, award.id, day_of(form, "day", visit.say("award_page.interim.day")))

    name = f"award_{award.id}_interim"
    closed_form(visit, name, ("day",), lambda one: visit.say(f"award_page.interim.{one}"), act)


def _grounded(visit: Visit, award: Award, action: str) -> None:
    acts = {"suspend": award_steps.suspend, "resume": award_steps.resume, "lapse": award_steps.lapse}

    def act(visit: Visit, form: Fields) -> None:
        acts[action](visit.store, visit.actor, award.id, award.version, text_of(form))

    def labels(name: str) -> str:
        return visit.say(f"award_page.{action}.{name}")

    sure = visit.say("award_page.sure.lapse") if action == "lapse" else ""
    closed_form(visit, f"award_{award.id}_{action}", ("grounds",), labels, act, sure=sure)
