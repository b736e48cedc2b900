"""The three plans in tables: side by side, case by case, and what each gives by place, organiser and form."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import streamlit as st

from app import layout
from app.given import reference
from app.planning.made_plans import Made
from app.spans import kroner_middle, kroner_span
from app.tables import Cell, Column, Link, amount, table
from app.visit import Visit
from data.numbers import number
from fund.plans import plan_words
from fund.plans.best_plan import BestPlan
from fund.plans.portfolio import Case, ValueAdded, mean_score, sums, value_added
from fund.plans.three_plans import PLANS, PlanName
from fund.review.call_portfolio import CallPortfolio
from fund.rulebook.schemes import word
from impact.ranges import Range

Level = Literal["out", "least", "asked"]
By = Literal["municipality", "organiser", "form"]
BY: tuple[By, ...] = ("municipality", "organiser", "form")
MOST = 20
"""Cases that a closer look shows, the highest scores first; Excel has them all."""


def plan_heads(visit: Visit, first: str) -> list[Column]:
    """A column of words, and one for each plan."""
    names = [Column(visit.say(f"portfolio_page.short.{name}"), number=True) for name in PLANS]
    return [Column(visit.say(f"portfolio_page.column.{first}")), *names]


def side_by_side(visit: Visit, made: Made) -> None:
    """What each plan comes to, and what it aims at."""
    rows = {
        "given": [amount(sum(plan.amounts.values()), visit.lang) for plan in made.plans.values()],
        "left": [amount(made.caps.frame - sum(plan.amounts.values()), visit.lang) for plan in made.plans.values()],
        "inside": [str(len(plan.amounts)) for plan in made.plans.values()],
        "points": [_points(visit, mean_score(made.cases, plan.amounts)) for plan in made.plans.values()],
        "value": [_value(visit, value_added(made.cases, plan.amounts)) for plan in made.plans.values()],
    }
    cells = [[visit.say(f"portfolio_page.row.{name}"), *found] for name, found in rows.items()]
    table(visit.say("portfolio_page.plans_caption"), plan_heads(visit, "what"), cells)
    lines = []
    for name, plan in made.plans.items():
        words = [plan_words.about(name, made.terms, visit.lang)]
        words += [plan_words.status(plan, made.terms, visit.lang)] if isinstance(plan, BestPlan) else []
        lines.append(
            visit.say("portfolio_page.aim", plan=visit.say(f"portfolio.plan.{name}.name"), aim=" ".join(words))
        )
    layout.bullets(lines)
    layout.text(visit.say("portfolio.caveat.decision"), visit.say("portfolio_page.no_aid"), small=True)


def by_case(visit: Visit, found: CallPortfolio, made: Made) -> None:
    """Each case: what it gets in each plan, what it asks for, its points."""
    heads: list[Column | str] = [
        *plan_heads(visit, "case"),
        Column(visit.say("portfolio_page.column.asked"), number=True),
        Column(visit.say("portfolio_page.column.least"), number=True),
        Column(visit.say("portfolio_page.column.points"), number=True),
        visit.say("portfolio_page.column.form"),
    ]
    rows: list[list[Cell]] = []
    for one in by_score(made):
        given = [level_words(visit, one, plan.amounts.get(one.id, 0)) for plan in made.plans.values()]
        figures = [amount(one.asked, visit.lang), amount(one.least, visit.lang), _points(visit, one.score)]
        rows.append([case_link(found, one.id), *given, *figures, word("form", one.form, visit.lang)])
    total = [visit.say("portfolio_page.total")]
    total += [amount(sum(plan.amounts.values()), visit.lang) for plan in made.plans.values()]
    total += [amount(sum(getattr(one, name) for one in made.cases), visit.lang) for name in ("asked", "least")]
    table(visit.say("portfolio_page.cases_caption"), heads, [*rows, [*total, "", ""]], totals=1)


def by_score(made: Made) -> list[Case]:
    """The cases, the highest score first."""
    return sorted(made.cases, key=lambda case: (-(case.score or -1), case.id))


def how_many(visit: Visit, made: Made) -> None:
    """That a table has only the first cases, where there are more."""
    if len(made.cases) > MOST:
        layout.text(visit.say("portfolio_page.shown", shown=MOST, count=len(made.cases)), small=True)


def case_link(found: CallPortfolio, id: str) -> Link:
    """The case by its title, to its own page."""
    return Link(found.titles.get(id, id), f"/sak?id={found.applications[id]}")


def level_words(visit: Visit, case: Case, given: int) -> str:
    """«ute», «200 000, det minste», «300 000, alt»."""
    level: Level = "out" if not given else "asked" if given == case.asked else "least"
    return visit.say(f"portfolio_page.level.{level}", amount=amount(given, visit.lang))


def differences(visit: Visit, made: Made) -> None:
    """What two and two plans have in common."""
    amounts = made.amounts()
    pairs: tuple[tuple[PlanName, PlanName], ...] = (("score", "value"), ("score", "shares"), ("value", "shares"))
    lines = [plan_words.between((one, amounts[one]), (other, amounts[other]), visit.lang) for one, other in pairs]
    layout.bullets(lines)


def sums_by(visit: Visit, found: CallPortfolio, made: Made) -> None:
    """What each plan gives by municipality, organiser and form."""
    with st.expander(visit.say("portfolio_page.sums")):
        for by in BY:
            given = [sums(made.cases, plan.amounts, by) for plan in made.plans.values()]
            keys = sorted({key for one in given for key in one}, key=lambda key: -max(one.get(key, 0) for one in given))
            rows = [
                [_called(visit, found, by, key), *(amount(one.get(key, 0), visit.lang) for one in given)]
                for key in keys[:MOST]
            ]
            total = [visit.say("portfolio_page.total"), *(amount(sum(one.values()), visit.lang) for one in given)]
            table(visit.say(f"portfolio_page.sums_caption.{by}"), plan_heads(visit, by), [*rows, total], totals=1)
            if len(keys) > MOST:
                layout.text(visit.say("portfolio_page.sums_shown", shown=MOST, count=len(keys)), small=True)


def per_krone(visit: Visit, found: CallPortfolio, made: Made) -> None:
    """Net value added for each krone asked for and for each of the least, with its range and what it is not."""
    names = ("case", "value_added", "per_asked", "per_least")
    heads = [Column(visit.say(f"portfolio_page.column.{one}"), number=one != "case") for one in names]
    rows: list[list[Cell]] = []
    for one in by_score(made)[:MOST]:
        ratios = [_per(visit, one.value_added, ore) for ore in (one.asked, one.least)]
        rows.append([case_link(found, one.id), _band(visit, one.value_added), *ratios])
    layout.text(visit.say("portfolio_page.per_krone_about"))
    table(visit.say("portfolio_page.per_krone_caption"), heads, rows)
    how_many(visit, made)
    layout.text(*(plan_words.caveats("value", visit.lang)[1:]), small=True)


def _called(visit: Visit, found: CallPortfolio, by: By, key: str) -> str:
    if by == "municipality":
        return reference().municipalities.get(key, key or visit.say("page.unknown"))
    return found.organisers.get(key, key) if by == "organiser" else word("form", key, visit.lang)


def _points(visit: Visit, score: Fraction | None) -> str:
    return visit.say("page.unknown") if score is None else number(float(score), visit.lang, 2)


def _value(visit: Visit, nok: int | None) -> str:
    return visit.say("page.unknown") if nok is None else kroner_middle(visit.lang, Range(nok, nok, nok))


def _band(visit: Visit, found: ValueAdded | None) -> str:
    """«1,6 mill. kr (1,1–2,6 mill. kr)»."""
    if found is None:
        return visit.say("page.unknown")
    both = Range(found.p10, found.p50, found.p90)
    return visit.say("portfolio_page.band", middle=kroner_middle(visit.lang, both), span=kroner_span(visit.lang, both))


def _per(visit: Visit, found: ValueAdded | None, ore: int) -> str:
    if found is None or not ore:
        return visit.say("page.unknown")
    low, middle, high = (number(100 * nok / ore, visit.lang, 1) for nok in (found.p10, found.p50, found.p90))
    return visit.say("portfolio_page.band", middle=middle, span=visit.say("report.to", low=low, high=high))
