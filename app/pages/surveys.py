"""Surveys of an event: ``/undersokelser?id=7``. Made, handed out, counted, and what was found."""

from __future__ import annotations

from app import asked, doing, layout
from app.event_list import public_style
from app.going import ways
from app.surveying.one_survey import make_form, show_survey
from app.tables import Link
from app.visit import Visit
from impact.register import get_event
from impact.survey.questions import KINDS
from impact.survey.surveys import list_surveys


def show(visit: Visit) -> None:
    """The surveys of the event that the address names, one section for each kind of people."""
    public_style()
    event = get_event(visit.store, visit.actor, asked.the_row()).row
    surveys = {one.kind: one for one in list_surveys(visit.store, visit.actor, event.id)}
    count = sum(one.answers for one in surveys.values())
    lead = {0: "lead_none", 1: "lead_one"}.get(count, "lead")
    name = event.name(visit.lang) or visit.say("event_form_page.unnamed")
    layout.title(visit.say("page.title.surveys"), visit.say(f"surveys_page.{lead}", count=count, name=name))
    doing.tell(visit)
    ways([Link(visit.say("surveys_page.to_event"), f"/arrangement?id={event.id}")])
    writes = visit.may("survey.write", event)
    first = next((kind for kind in KINDS if kind not in surveys), None)
    for kind in KINDS:
        layout.section(visit.say(f"surveys_page.kind.{kind}"))
        if survey := surveys.get(kind):
            show_survey(visit, survey, writes=writes)
            continue
        layout.text(visit.say(f"surveys_page.about.{kind}"))
        if writes:
            make_form(visit, event, kind, first=kind == first)
        else:
            layout.empty(visit, "surveys_page.none_to_read")
