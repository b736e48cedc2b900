"""The case as the board reads it: what is asked, what may come of it, who asks, how it is paid for, and the papers."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.going import ways
from app.layout import Shown
from app.tables import Cell, Column, Link, Source, amount, table
from app.text import plain
from app.who import named
from data.clock import days, moment, short_day
from data.numbers import kroner, localised, money, percent
from fund.books.frames import Frame, frames
from fund.intake.calls import get_call
from fund.workflow import state_name
from impact.beside import strategy_name, word

_MEGABYTE = 1_000_000
_KILOBYTE = 1_000


def figures(one: Opened) -> None:
    """What is asked for and the least, its share of the costs, and what is left of the frame."""
    said, lang = one.case.contents, one.visit.lang
    asked, least = one.case.application.asked or 0, one.case.application.least or 0
    shown = [
        Shown(
            one.say("case_page.asked"),
            kroner(asked, lang),
            one.say("case_page.least", least=kroner(least, lang)),
            modelled=False,
        )
    ]
    if said.plan.cost:
        share = percent(asked / said.plan.cost, lang)
        of = one.say("case_page.of_costs", cost=kroner(said.plan.cost, lang))
        shown.append(Shown(one.say("case_page.share"), share, of, modelled=False))
    if frame := _frame(one):
        of = one.say("case_page.of_frame", frame=kroner(frame.amount, lang))
        shown.append(Shown(one.say("case_page.frame_left"), kroner(frame.room, lang), of, modelled=False))
    layout.figures(one.visit, shown)
    call = get_call(one.visit.store, one.visit.actor, one.case.application.call)
    about = {
        "state": state_name("application", one.state, lang),
        "days": days(said.first_day, said.last_day, lang),
        "call": call.title(lang),
        "summary": said.summary,
    }
    layout.facts({one.say(f"case_page.fact.{name}"): value for name, value in about.items() if value})


def _frame(one: Opened) -> Frame | None:
    """The frame that the case's call is within."""
    number = get_call(one.visit.store, one.visit.actor, one.case.application.call).frame
    if number is None or not one.visit.may("ledger.read"):
        return None
    return next((held for held in frames(one.visit.store, one.visit.actor) if held.id == number), None)


def forecast(one: Opened) -> None:
    """What may come of it beside what it costs the public, never as a return on it."""
    layout.section(one.say("case_page.forecast"))
    lang, row = one.visit.lang, one.case.forecast
    beside, after = st.columns(2)
    with beside:
        if row is None or row.value_added is None:
            layout.empty(one.visit, "case_page.no_forecast")
        else:
            low, middle, high = row.value_added
            top = max(high, 1.0)
            span = one.say("case_page.span", low=money(low, lang), high=money(high, lang), year=str(row.price_year))
            band = (max(0.0, low) / top, high / top, max(0.0, middle) / top)
            layout.figures(
                one.visit,
                [Shown(one.say("case_page.value_added"), money(middle, lang), span, band if low >= 0 else None)],
            )
            layout.text(one.say("case_page.no_return"), small=True)
            ways([Link(one.say("case_page.to_estimate"), f"/anslag?id={row.id}")])
    with after:
        public = sum(held.counted for held in one.case.contents.plan.support if held.public)
        cost = {"asked": kroner(one.case.application.asked or 0, lang), "other_public": kroner(public, lang)}
        if frame := _frame(one):
            used = frame.exposure_limit - frame.exposure_room
            limit = kroner(frame.exposure_limit, lang)
            cost["exposure"] = one.say("case_page.exposure", used=kroner(used, lang), limit=limit)
        layout.facts({one.say(f"case_page.cost.{name}"): value for name, value in cost.items()})


def organiser(one: Opened) -> None:
    """What is known of the organiser, as facts with their days; it is never a score."""
    layout.section(one.say("case_page.record"))
    if not one.case.record:
        layout.text(one.say("case_page.no_record"))
        return
    lang = one.visit.lang
    heads = [one.say("case_page.column.what"), one.say("case_page.column.day"), one.say("case_page.column.source")]
    rows: list[list[Cell]] = [
        [fact.line(lang), short_day(fact.day, lang), Source(fact.source) if fact.entry else ""]
        for fact in one.case.record
    ]
    table(one.say("case_page.record_caption", count=len(rows)), heads, rows)


def strategy(one: Opened) -> None:
    """The fit with each area of the strategy, as the applicant says."""
    layout.section(one.say("case_page.strategy"))
    lang, held = one.visit.lang, one.case.strategy
    if all(degree is None for degree in held.values()):
        layout.text(one.say("case_page.no_strategy"))
        return
    rows = {
        strategy_name(area, lang): one.say("page.unknown") if degree is None else word("degree", degree, lang)
        for area, degree in held.items()
    }
    layout.facts(rows)


def budget(one: Opened) -> None:
    """Costs beside what meets them, with both sums and their difference."""
    layout.section(one.say("case_page.budget"))
    plan, lang = one.case.contents.plan, one.visit.lang
    money_head = Column(one.say("case_page.column.kroner"), number=True)
    total = one.say("case_page.sum")
    costs, means = st.columns(2)
    with costs:
        rows = [
            [held.name, amount(held.amount, lang), one.say(f"case_page.{'yes' if held.eligible else 'no'}")]
            for held in plan.costs
        ]
        heads = [Column(one.say("case_page.column.cost")), money_head, Column(one.say("case_page.column.eligible"))]
        table(one.say("case_page.costs"), heads, [*rows, [total, amount(plan.cost, lang), ""]], totals=1)
    with means:
        given = [[held.name, amount(held.amount, lang), ""] for held in plan.incomes]
        given += [
            [held.name, amount(held.counted, lang), one.say(f"case_page.support.{held.state}")] for held in plan.support
        ]
        if plan.form != "guarantee":
            given.append([one.say("case_page.from_us"), amount(plan.asked, lang), one.say("case_page.support.applied")])
        heads = [Column(one.say("case_page.column.means")), money_head, Column(one.say("case_page.column.state"))]
        table(one.say("case_page.means"), heads, [*given, [total, amount(plan.financed, lang), ""]], totals=1)
    key = "balances" if plan.difference == 0 else "differs"
    layout.text(one.say(f"case_page.{key}", difference=localised(kroner(abs(plan.difference), lang), lang)))


def papers(one: Opened) -> None:
    """What was sent with it, each a link to the file; and what the applicant wrote."""
    layout.section(one.say("case_page.papers"))
    lang = one.visit.lang
    known = {held.key: held.words(lang) for held in one.case.scheme.attachments}
    rows: list[list[Cell]] = [
        [
            Link(paper.name, f"/last-ned/vedlegg/{paper.id}.fil"),
            known.get(paper.purpose, one.say("case_page.other_paper")),
            _size(one, paper.size),
        ]
        for paper in one.case.papers
    ]
    if rows:
        heads = [one.say(f"case_page.column.{name}") for name in ("paper", "purpose", "size")]
        table(one.say("case_page.papers_caption", count=len(rows)), heads, rows)
    else:
        layout.text(one.say("case_page.no_papers"))
    if one.case.contents.answers:
        fields = {held.key: held.words(lang) for held in one.case.scheme.fields}
        with st.expander(plain(one.say("case_page.answers"))):
            for key, text in one.case.contents.answers.items():
                layout.subsection(fields.get(key, key))
                layout.text(text)
    revision = one.case.revision
    figures = {"revision": revision.number, "at": moment(revision.at, lang), "who": named(one.visit, revision.actor)}
    layout.text(one.say("case_page.sent", **figures, sha=revision.sha256[:12]), small=True)


def _size(one: Opened, size: int) -> str:
    if size >= _MEGABYTE:
        return one.say("case_page.megabytes", count=localised(round(size / _MEGABYTE, 1), one.visit.lang))
    return one.say("case_page.kilobytes", count=localised(max(1, round(size / _KILOBYTE)), one.visit.lang))
