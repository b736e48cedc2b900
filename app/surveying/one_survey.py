"""One survey on its event's page: making it, handing it out, how many answered, and when it is open."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import streamlit as st

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields
from app.going import ways
from app.surveying.findings import findings
from app.surveying.qr import answer_address
from app.surveying.tallies import tallies
from app.tables import Column, Link, table
from app.text import markup, plain
from app.visit import Visit
from data.clock import short_day, today, written
from data.numbers import number
from impact.register import EventRow
from impact.survey.questions import SurveyKind, questionnaire
from impact.survey.surveys import Survey, answers_by_day, change_days, make_survey


def make_form(visit: Visit, event: EventRow, kind: SurveyKind, *, first: bool) -> None:
    """The days of a survey that isn't there yet, and the button that makes it."""
    begins, ends = usual_days(event, kind, today())
    form = fields(visit, f"surveys_{event.id}_{kind}", "opens", "closes", given={"opens": begins, "closes": ends})
    _day_fields(visit, form)

    def make(visit: Visit) -> str:
        make_survey(visit.store, visit.actor, event.id, kind, *_days(visit, form))
        return visit.say("surveys_page.made")

    deed(form, visit.say("surveys_page.make"), make, first=first)


def show_survey(visit: Visit, survey: Survey, *, writes: bool) -> None:
    """A survey that there is; ``writes``: with what only those who may change it are shown."""
    layout.text(f"{state_of(visit, survey)} {count_of(visit, survey)}")
    if writes:
        _hand_out(visit, survey)
    if survey.answers:
        _by_day(visit, survey)
    if writes:
        _change(visit, survey)
    if survey.kind == "visitor":
        findings(visit, survey)
    elif survey.answers:
        tallies(visit, survey)


def usual_days(event: EventRow, kind: SurveyKind, day: dt.date) -> tuple[dt.date, dt.date]:
    """From the event's first day until some time after its last; from ``day`` on where that is past or isn't known."""
    longer = dt.timedelta(days=questionnaire(kind).open_days)
    if event.first_day is None or event.last_day is None or event.last_day + longer < day:
        return day, day + longer
    return event.first_day, event.last_day + longer


def state_of(visit: Visit, survey: Survey) -> str:
    """«Åpen til og med 29. juni 2024.»"""
    opens, closes = (written(one, "long", visit.lang) for one in (survey.opens, survey.closes))
    return visit.say(f"surveys_page.state.{survey.state(today())}", opens=opens, closes=closes)


def count_of(visit: Visit, survey: Survey) -> str:
    """«34 har svart.»"""
    how = {0: "none", 1: "one"}.get(survey.answers, "several")
    return visit.say(f"surveys_page.answers.{how}", count=survey.answers)


def _hand_out(visit: Visit, survey: Survey) -> None:
    """The address, the QR code, and the ways to the form, the sheet and the answers."""
    say, here = visit.say, urlsplit(st.context.url or "")
    address = answer_address(f"{here.scheme}://{here.netloc}" if here.netloc else "", survey.code)
    path = f"/svar/{survey.code}"
    texts, code = st.columns([3, 1])
    with texts:
        layout.text(say("surveys_page.address"))
        st.code(address, language=None, wrap_lines=True)
        other = "en" if visit.lang == "nb" else "nb"
        links = [
            Link(say("surveys_page.way_form"), f"{path}?lang={visit.lang}"),
            Link(say("surveys_page.way_form_other"), f"{path}?lang={other}"),
            Link(say("surveys_page.way_print"), f"{path}?utskrift=1&lang={visit.lang}"),
            Link(say("surveys_page.way_print_other"), f"{path}?utskrift=1&lang={other}"),
            Link(say("surveys_page.way_qr"), f"{path}/qr.svg"),
            Link(say("surveys_page.way_import"), f"/svar-inn?id={survey.id}"),
        ]
        if survey.answers:
            links.append(Link(say("surveys_page.way_excel"), f"/last-ned/svar/{survey.id}.xlsx"))
        ways(links)
    with code:
        alt = markup(say("surveys_page.qr_alt"))
        st.html(f'<img src="{path}/qr.svg" alt="{alt}" width="150" height="150">')


def _by_day(visit: Visit, survey: Survey) -> None:
    say, lang = visit.say, visit.lang
    with st.expander(plain(say("surveys_page.by_day"))):
        days = answers_by_day(visit.store, visit.actor, survey.id)
        names = ("here", "filed", "together")
        heads = [Column(say(f"surveys_page.{name}"), number=True) for name in names]
        counts = [(short_day(day, lang), here, filed) for day, (here, filed) in days.items()]
        counts.append((say("surveys_page.together"), sum(one[1] for one in counts), sum(one[2] for one in counts)))
        body = [[name, *(number(n, lang) for n in (here, filed, here + filed))] for name, here, filed in counts]
        table(say("surveys_page.by_day"), [say("surveys_page.day"), *heads], body, totals=1)


def _change(visit: Visit, survey: Survey) -> None:
    given = {"opens": survey.opens, "closes": survey.closes}
    with st.expander(plain(visit.say("surveys_page.days"))):
        form = fields(visit, f"surveys_{survey.id}_{survey.version}_days", "opens", "closes", given=given)
        _day_fields(visit, form)

        def store(visit: Visit) -> str:
            change_days(visit.store, visit.actor, survey.id, survey.version, *_days(visit, form))
            return visit.say("surveys_page.days_stored")

        deed(form, visit.say("surveys_page.store_days"), store)


def _day_fields(visit: Visit, form: Fields) -> None:
    for side, name in zip(st.columns(2), ("opens", "closes"), strict=True):
        with side:
            day_field(form, name, visit.say(f"surveys_page.{name}"))


def _days(visit: Visit, form: Fields) -> tuple[dt.date, dt.date]:
    opens, closes = (day_of(form, name, visit.say(f"surveys_page.{name}")) for name in ("opens", "closes"))
    return opens, closes
