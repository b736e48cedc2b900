"""Three plans within a call's frame, side by side; what a case would take; what if. A plan is never a decision."""

from __future__ import annotations

from collections.abc import Sequence

from app import layout
from app.going import ways
from app.planning.call_choice import call_field, chosen_call
from app.planning.made_plans import Made, make_plans, read_portfolio
from app.planning.plan_closely import CASE, closely, titles, what_case_takes, why
from app.planning.plan_tables import by_case, differences, per_krone, side_by_side, sums_by
from app.planning.what_if_address import ASKED, CHANGED, FRAME, HELD, LEAST
from app.planning.what_if_view import tried_out
from app.tables import Link, download
from app.visit import Visit
from fund.books.money import kroner
from fund.intake.calls import Call
from fund.plans.plans_workbook import PlansSheet, plans_workbook
from fund.plans.three_plans import PLANS
from fund.review.call_portfolio import CallPortfolio

OF_A_CALL = (CASE, FRAME, ASKED, LEAST, HELD, CHANGED)
"""What the address holds for one call only."""


def show(visit: Visit) -> None:
    """The plans, then each closer look; or what is lacking before there can be any."""
    call = chosen_call(visit)
    if call is None:
        layout.title(visit.say("page.title.portfolio"))
        layout.empty(visit, "ranking_page.no_call")
        return
    found = read_portfolio(visit, call.id)
    layout.title(visit.say("page.title.portfolio"), _lead(visit, call, found))
    call_field(visit, "portfolio", call, *OF_A_CALL)
    _left_out(visit, found.hidden)
    over_years = Link(visit.say("years_page.link"), "/over-aar")
    ways([Link(visit.say("portfolio_page.to_ranking"), f"/rangering?utlysning={call.id}"), over_years])
    if not found.cases:
        return
    if found.frame is None:
        layout.empty(visit, "portfolio_page.no_frame")
    made = make_plans(visit, found)
    _plans(visit, found, made)
    layout.section(visit.say("portfolio_page.closely"))
    closely(visit, found, made)
    layout.section(visit.say("portfolio_page.takes"))
    what_case_takes(visit, found, made)
    layout.section(visit.say("portfolio_page.what_if"))
    anew = tried_out(visit, found, made)
    layout.section(visit.say("portfolio_page.per_krone"))
    per_krone(visit, found, made)
    _excel(visit, call, found, made, anew)


def _lead(visit: Visit, call: Call, found: CallPortfolio) -> str:
    title = call.title(visit.lang)
    if not found.cases:
        return visit.say("portfolio_page.lead.nothing", title=title)
    figures = {
        "asked": kroner(sum(one.asked for one in found.cases), visit.lang),
        "room": kroner(found.caps.frame, visit.lang),
    }
    key = "one" if len(found.cases) == 1 else "many"
    return visit.say(f"portfolio_page.lead.{key}", title=title, count=len(found.cases), **figures)


def _left_out(visit: Visit, hidden: Sequence[str]) -> None:
    """That the visitor's plans are without the cases that can't be shown to them."""
    if hidden:
        key = "one" if len(hidden) == 1 else "many"
        layout.empty(visit, f"portfolio_page.hidden.{key}", count=len(hidden), numbers=", ".join(hidden))


def _plans(visit: Visit, found: CallPortfolio, made: Made) -> None:
    layout.section(visit.say("portfolio_page.plans"))
    side_by_side(visit, made)
    layout.section(visit.say("portfolio_page.cases"))
    by_case(visit, found, made)
    layout.section(visit.say("portfolio_page.differences"))
    differences(visit, made)
    sums_by(visit, found, made)


def _excel(visit: Visit, call: Call, found: CallPortfolio, made: Made, anew: Made | None) -> None:
    title, lang = call.title(visit.lang), visit.lang

    def sheet(one: Made, name: str) -> PlansSheet:
        reasons = {case.id: [why(visit, found, one, plan, case.id) for plan in PLANS] for case in one.cases}
        return PlansSheet(visit.say(f"portfolio_page.sheet.{name}"), one.cases, one.caps.frame, one.amounts(), reasons)

    def make() -> bytes:
        sheets = [sheet(made, "plans"), *([sheet(anew, "what_if")] if anew else [])]
        return plans_workbook(title, sheets, titles(found), found.organisers, lang)

    download(visit.say("portfolio_page.excel"), visit.say("portfolio_page.file"), make, key="portfolio_excel")
