"""One plan looked at closely: why each case is in or out, what the last krone buys, what a case would take."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.planning.case_choice import chosen_case
from app.planning.made_plans import Made, last_kroner, needed
from app.planning.plan_tables import MOST, by_score, case_link, how_many
from app.tables import table
from app.visit import Visit
from fund.plans import plan_words
from fund.plans.best_plan import BestPlan
from fund.plans.three_plans import PLANS, PlanName
from fund.plans.what_it_takes import Needed, NeededShares
from fund.review.call_portfolio import CallPortfolio

PLAN, CASE = "plan", "sak"
ADDRESS: dict[str, PlanName] = {"poeng": "score", "verdi": "value", "andeler": "shares"}


def closely(visit: Visit, found: CallPortfolio, made: Made) -> None:
    """The plan of the address: why each case is in or out, and the price of its last krone."""
    name = ADDRESS.get(asked.text(PLAN), PLANS[0])
    words = {plan: word for word, plan in ADDRESS.items()}
    asked.follow("portfolio_plan", name)
    st.segmented_control(
        visit.say("portfolio_page.plan"),
        list(PLANS),
        required=True,
        format_func=lambda one: visit.say(f"portfolio.plan.{one}.name"),
        key="portfolio_plan",
        on_change=asked.keeping(PLAN, "portfolio_plan", lambda one: words.get(one, "")),
    )
    heads = [visit.say("portfolio_page.column.case"), visit.say("portfolio_page.column.why")]
    rows = [(case_link(found, one.id), why(visit, found, made, name, one.id)) for one in by_score(made)[:MOST]]
    table(visit.say("portfolio_page.why_caption"), heads, rows)
    how_many(visit, made)
    layout.subsection(visit.say("portfolio_page.last"))
    called = titles(found)
    plan = made.plans[name]
    layout.bullets(plan_words.last(name, last_kroner(visit, made, name), plan.amounts, made.terms, visit.lang, called))


def why(visit: Visit, found: CallPortfolio, made: Made, name: PlanName, case: str) -> str:
    """Why a case is in a plan or out of it; a case that is held says so."""
    if case in made.fixed:
        return visit.say("portfolio_page.held.in" if made.fixed[case] else "portfolio_page.held.out")
    one = made.case(case)
    return plan_words.why(name, made.plans[name], one, made.caps, made.terms, visit.lang, titles(found))


def what_case_takes(visit: Visit, found: CallPortfolio, made: Made) -> None:
    """What it would take for the case of the address in each plan, or what keeps it in."""
    chosen = chosen_case(visit, found, made.cases, CASE, "portfolio_case", visit.say("portfolio_page.case"))
    if chosen is None:
        return
    for name in PLANS:
        layout.subsection(visit.say(f"portfolio.plan.{name}.name"))
        lines = [why(visit, found, made, name, chosen), *_takes(visit, found, made, name, chosen)]
        layout.bullets(dict.fromkeys(lines))


def _takes(visit: Visit, found: CallPortfolio, made: Made, name: PlanName, case: str) -> list[str]:
    plan, called = made.plans[name], titles(found)
    if not isinstance(plan, BestPlan) and case in plan.amounts:
        return []
    answer = needed(visit, made, name, case)
    if isinstance(answer, NeededShares):
        return plan_words.takes_in_shares(answer, visit.lang, called)
    assert isinstance(answer, Needed) and isinstance(plan, BestPlan)
    return plan_words.takes(name, answer, plan, made.case(case), made.terms, visit.lang, called)


def titles(found: CallPortfolio) -> plan_words.Named:
    """What cases and partners are called in sentences."""
    return lambda id: found.titles.get(id) or found.names.get(id) or id
