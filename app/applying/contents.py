"""What an application says, as the board reads it: the same before it is sent and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app import layout
from app.applying.papers import listed
from app.given import reference
from app.going import ways
from app.tables import Column, Link, amount, table
from app.text import markup
from app.visit import Visit
from data.clock import days
from data.numbers import kroner
from fund.applicant.identifiers import shown_account, shown_organisation
from fund.intake.attachments import Paper
from fund.intake.budget import Plan
from fund.intake.completeness import OWN_FIELDS
from fund.intake.contents import Contents
from fund.rulebook.schemes import Scheme, word
from impact.beside import strategy_name

_NOTHING = "–"


def contents(
    visit: Visit,
    scheme: Scheme,
    said: Contents,
    organisation: tuple[str, str, str] | None,
    papers: Sequence[Paper],
) -> None:
    """Everything that is said; ``organisation`` is its name, number and kind."""
    _facts(visit, said, organisation)
    if said.summary:
        layout.subsection(visit.say("application_page.summary"))
        _prose(said.summary)
    for key, text in said.answers.items():
        asked = next((one.words(visit.lang) for one in scheme.fields if one.key == key), key)
        if key not in OWN_FIELDS:
            layout.subsection(asked)
            _prose(text)
    if said.estimate is not None:
        ways([Link(visit.say("application_page.forecast.see"), f"/anslag?id={said.estimate}")])
    _plan(visit, said.plan)
    _confirmed(visit, scheme, said)
    layout.subsection(visit.say("application_page.step.papers"))
    if papers:
        named = {one.key: one.words(visit.lang) for one in scheme.attachments}
        listed(visit, papers, {**named, "other": visit.say("application_page.papers.other")})
    else:
        layout.text(visit.say("application_page.papers.none"))


def _facts(visit: Visit, said: Contents, organisation: tuple[str, str, str] | None) -> None:
    say, lang = visit.say, visit.lang
    who = _NOTHING
    if organisation is not None:
        name, number, kind = organisation
        who = f"{name} ({shown_organisation(number)}), {word('applicant', kind, lang)}"
    facts: Mapping[str, str] = {
        say("application_page.who.title"): who,
        say("application_page.title"): said.title or _NOTHING,
        say("application_page.when"): days(said.first_day, said.last_day, lang) if said.first_day else _NOTHING,
        say("application_page.municipality"): reference().municipalities.get(said.municipality, _NOTHING),
        say("application_page.form"): word("form", said.form, lang) if said.form else _NOTHING,
        say("application_page.asked"): _NOTHING if said.asked is None else kroner(said.asked, lang),
        say("application_page.least"): _NOTHING if said.least is None else kroner(said.least, lang),
        say("application_page.account"): shown_account(said.account) if said.account else _NOTHING,
        say("application_page.forecast.title"): _NOTHING if said.estimate is None else str(said.estimate),
    }
    layout.facts(facts)


def _prose(text: str) -> None:
    """What someone wrote, its line breaks kept."""
    st.html("".join(f'<p class="rv-text">{markup(one)}</p>' for one in text.splitlines() if one.strip()))


def _plan(visit: Visit, plan: Plan) -> None:
    say, lang = visit.say, visit.lang
    layout.subsection(say("application_page.step.budget"))
    heads: list[Column | str] = [
        say("application_page.head.name"),
        Column(say("application_page.head.amount"), number=True),
    ]
    if plan.costs:
        marks: list[Column | str] = [say("application_page.head.eligible"), say("application_page.head.running")]
        yes, no = say("application_page.yes"), say("application_page.no")
        rows = [
            [one.name, amount(one.amount, lang), yes if one.eligible else no, _said(one.running, yes, no)]
            for one in plan.costs
        ]
        total = [say("application_page.sum"), amount(plan.cost, lang), "", ""]
        table(say("application_page.part.cost"), [*heads, *marks], [*rows, total], totals=1)
    financing = [[one.name, amount(one.amount, lang), say("application_page.part.income")] for one in plan.incomes]
    financing += [
        [one.name, amount(one.counted, lang), say(f"application_page.support_state.{one.state}")]
        for one in plan.support
    ]
    if plan.asked and plan.form != "guarantee":
        financing.append([say("application_page.asked"), amount(plan.asked, lang), say("application_page.from_us")])
    if financing:
        total = [say("application_page.sum"), amount(plan.financed, lang), ""]
        kinds: list[Column | str] = [*heads, say("application_page.paste.part")]
        table(say("application_page.financing"), kinds, [*financing, total], totals=1)


def _said(value: bool | None, yes: str, no: str) -> str:
    return _NOTHING if value is None else yes if value else no


def _confirmed(visit: Visit, scheme: Scheme, said: Contents) -> None:
    lines = [
        visit.say(
            f"application_page.confirmed.{'yes' if said.confirmed[one.key] else 'no'}", what=one.words(visit.lang)
        )
        for one in scheme.conditions
        if one.key in said.confirmed
    ]
    lines += [
        visit.say(
            "application_page.fits",
            area=strategy_name(area, visit.lang),
            degree=visit.say(f"application_page.degree.{degree}"),
        )
        for area, degree in (said.strategy or {}).items()
    ]
    if lines:
        layout.bullets(lines)
