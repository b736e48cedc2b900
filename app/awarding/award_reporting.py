"""Reports: written by the organisation, saved by themselves, sent; read, approved or sent back by the fund."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import layout
from app.awarding import budget_fields
from app.awarding.grounded import closed_form, text_of
from app.awarding.self_saving import Get, Sheet, opened, told
from app.deed import Fields, day_of, deed, fields
from app.tables import Column, amount, table
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, moment
from data.faults import Fault
from fund.award.awards import Award
from fund.award.reports import (
    WRITABLE,
    Report,
    Told,
    approve,
    extend_report,
    read_told,
    save_report,
    send_back,
    submit,
)
from fund.deadlines import clock
from fund.intake.budget import Plan
from fund.workflow import state_name

COUNTS = ("visitors", "nights")


def listed(visit: Visit, reports: Sequence[Report], *, public: bool) -> None:
    """The reports, with their days and where they stand."""
    say, lang, now = visit.say, visit.lang, clock()
    rows = []
    for one in reports:
        state = state_name("report", one.state, lang, public=public)
        late = say("award_page.report_late") if one.late(now) else ""
        sent = moment(one.submitted_at, lang)
        rows.append([say(f"award_page.report.{one.part}"), day(one.due, lang), f"{state} {late}".strip(), sent])
    heads = [say(f"award_page.column.{name}") for name in ("report", "due", "state", "sent")]
    table(say("award_page.caption.reports"), heads, rows)


# -- written


def writing(visit: Visit, report: Report, planned: Plan) -> None:
    """The report's form: it saves itself, and says what it lacks."""
    say = visit.say
    layout.subsection(say(f"award_page.write.{report.part}", day=day(report.due, visit.lang)))
    sheet = _sheet(visit, report, planned)
    told(sheet)
    st.text_area(
        say("award_page.report_text"), key=sheet.key("text"), height=160, max_chars=5_000, on_change=sheet.save
    )
    layout.text(say("award_page.report_text_hint"), small=True)
    for name in COUNTS:
        st.text_input(say(f"award_page.count.{name}"), key=sheet.key(name), max_chars=20, on_change=sheet.save)
    st.text_input(say("award_page.uncounted"), key=sheet.key("uncounted"), max_chars=500, on_change=sheet.save)
    if report.part == "final":
        layout.text(say("award_page.report_costs"))
        shown = {
            one.name: say("award_page.planned_line", planned=amount(one.amount, visit.lang)) for one in planned.costs
        }
        budget_fields.draw(sheet, planned, shown, others=True)
    _send(sheet, report)


def _sheet(visit: Visit, report: Report, planned: Plan) -> Sheet:
    document = report.document
    filled: dict[str, Any] = budget_fields.fill(document, planned)
    filled |= {name: str(document.get(name) or "") for name in ("text", "uncounted")}
    filled |= {name: "" if document.get(name) is None else str(document[name]) for name in COUNTS}
    eligible = {one.name: one.eligible for one in planned.costs}

    def keep(visit: Visit, version: int, get: Get) -> int:
        made = budget_fields.collect(get, planned, {"eligible": False})
        made["cost"] = [{"eligible": eligible.get(one["name"], False), **one} for one in made["cost"]]
        made["support"] = [{**one, "state": "granted", "public": False} for one in made["support"]]
        made |= {name: str(get(name) or "") for name in ("text", "uncounted")}
        made |= {name: _count(str(get(name) or "")) for name in COUNTS}
        said = {name: value for name, value in made.items() if value not in (None, "", [])}
        return save_report(visit.store, visit.actor, report.id, version, said)

    return opened(visit, f"report_{report.id}", report.version, filled, keep)


def _count(text: str) -> int | str | None:
    """A count as people type it; what is no count is kept for the domain to refuse."""
    digits = "".join(text.split())
    return int(digits) if digits.isascii() and digits.isdecimal() else text.strip() or None


def _send(sheet: Sheet, report: Report) -> None:
    visit = sheet.visit
    _, faults = read_told(report.document, report.part)
    if faults:
        layout.text(visit.say("award_page.report_lacks"))
        layout.bullets(_lack(visit, one) for one in faults)
    form = fields(visit, f"report_{report.id}_send")

    def act(visit: Visit) -> str:
        submit(visit.store, visit.actor, report.id, sheet.version)
        return visit.say("award_page.report_sent")

    sure = visit.say("award_page.sure.report")
    deed(form, visit.say("workflow.report_action.submit"), act, first=True, sure=sure)


def _lack(visit: Visit, fault: Fault) -> str:
    """What is wrong, with the name of the field where several say the same."""
    what = f"{fault.problem(visit.lang)} {fault.expected(visit.lang)}"
    return f"{visit.say(f'award_page.count.{fault.place}')}: {what}" if fault.place in COUNTS else what


# -- read


def reading(visit: Visit, report: Report, planned: Plan | None) -> None:
    """What a report tells, its costs beside the budget."""
    say = visit.say
    said, _ = read_told(report.document, report.part)
    with st.expander(plain(say(f"award_page.read.{report.part}", when=moment(report.submitted_at, visit.lang)))):
        layout.text(*said.text.splitlines())
        pairs = {say(f"award_page.count.{name}"): layout.known(visit, getattr(said, name)) for name in COUNTS}
        if said.uncounted:
            pairs[say("award_page.uncounted")] = said.uncounted
        layout.facts(pairs)
        if said.plan.costs:
            _accounts(visit, said, planned)


def _accounts(visit: Visit, said: Told, planned: Plan | None) -> None:
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [say("award_page.column.line")]
    heads += [Column(say(f"award_page.column.{name}"), number=True) for name in ("came", "planned")]
    wanted: Mapping[str, int] = {one.name: one.amount for one in (planned.costs if planned else ())}
    rows = [[one.name, amount(one.amount, lang), amount(wanted.get(one.name), lang)] for one in said.plan.costs]
    budget = planned.cost if planned else None
    total = [say("award_page.total"), amount(said.plan.cost, lang), amount(budget, lang)]
    table(say("award_page.caption.costs"), heads, [*rows, total], totals=1, wide=False)
    figures = {"ore_income": said.plan.income, "ore_support": said.plan.supported}
    layout.text(say("award_page.report_income", **figures))
    st.html(f'<p class="rv-text">{markup(_result(visit, said.deficit))}</p>')


def _result(visit: Visit, deficit: int) -> str:
    if deficit > 0:
        return visit.say("award_page.report_deficit", ore_deficit=deficit)
    return visit.say("award_page.report_surplus", ore_surplus=-deficit)


# -- decided on


def deciding(visit: Visit, report: Report, award: Award) -> None:
    """Approve or send back what is in; give longer what isn't."""
    say = visit.say
    if report.state == "submitted":
        form = fields(visit, f"report_{report.id}_approve")

        def act(visit: Visit) -> str:
            approve(visit.store, visit.actor, report.id, report.version)
            return visit.say("award_page.report_approved")

        deed(form, say(f"award_page.approve_report.{report.part}"), act, first=True)
        _return(visit, report)
    elif report.state in WRITABLE and award.state not in ("closed", "lapsed", "clawed_back"):
        _longer(visit, report)


def _return(visit: Visit, report: Report) -> None:
    def labels(name: str) -> str:
        return visit.say(f"award_page.report_back.{name}")

    def act(visit: Visit, form: Fields) -> None:
        send_back(visit.store, visit.actor, report.id, report.version, text_of(form))

    closed_form(visit, f"report_{report.id}_back", ("grounds",), labels, act)


def _longer(visit: Visit, report: Report) -> None:
    def labels(name: str) -> str:
        return visit.say(f"award_page.report_longer.{name}")

    def act(visit: Visit, form: Fields) -> None:
        extend_report(visit.store, visit.actor, report.id, day_of(form, "day", labels("day")), text_of(form))

    about = visit.say(f"award_page.report.{report.part}")
    closed_form(visit, f"report_{report.id}_longer", ("day", "grounds"), labels, act, about=about)
