"""What earlier events taught, looked for in an application: each lesson, whether it bears on this one, and the figures.

    for one in lesson_checks(store, officer, 7):
        print(one.fires, one.sentence("nb"), one.to_do("nb"))

The lessons are data (``data/lesson_checks.toml``), each with the published source that it stands on; what a lesson
looks for is one of the few conditions here, over the application and its locked forecast; thresholds are the dated
parameters ``lessons.…``. Papers are known by their names only. A check is advice to who handles the case and to the
applicant: it stops nothing, and no plan or score reads it.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.dated import Parameters
from data.faults import Faults
from data.numbers import percent
from data.permission import Actor, Refused, require
from data.phrases import Lang, say
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.intake.as_sent import case_as_sent
from fund.intake.completeness import Case, read_case
from fund.review.conflicts import reading_faults, sent_case
from impact.estimates import get_estimate
from impact.parameter_values import parameters_in

FILE = Path(__file__).parents[2] / "data" / "lesson_checks.toml"
Outcome = Literal["fires", "below", "said", "unknown"]
COUNTED = ("counted", "surveyed")
Tree = Mapping[str, Any]
Found = tuple[Outcome, dict[str, Any]]


@dataclass(frozen=True)
class Lesson:
    """A lesson that is looked for: the event that taught it, its source and the source's grade, and what it asks.

    ``forms`` and ``costs_from`` (a parameter) say which applications it is for, either being enough; with neither, all.
    """

    key: str
    condition: str
    event: str
    grade: Literal["O", "P"]
    source: str
    tags: tuple[str, ...]
    forms: tuple[str, ...] = ()
    costs_from: str = ""
    words: str = ""
    above: str = ""
    outdoors: str = ""
    indoors: str = ""
    unless: str = ""
    roles: tuple[str, ...] = ()
    warning: str = ""

    def text(self, lang: Lang) -> str:
        """What the event taught."""
        return say(f"lesson_checks.{self.key}.lesson", lang)

    def source_line(self, lang: Lang) -> str:
        """Which event it was, how its source is graded, and where that is."""
        event = say(f"lesson_checks.event.{self.event}", lang)
        return f"{event}, {say(f'lesson_checks.grade.{self.grade}', lang)}: {self.source}"


@dataclass(frozen=True)
class LessonCheck:
    """A lesson held against an application: it ``fires``, the figure is ``below`` the limit, the application has
    ``said`` what is asked for, or it is ``unknown``. Figures: øre where the name begins so, shares as fractions."""

    lesson: Lesson
    outcome: Outcome
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fires(self) -> bool:
        return self.outcome == "fires"

    def sentence(self, lang: Lang) -> str:
        """How it came out, with its figures."""
        words = {
            name: percent(float(one), lang) if isinstance(one, Fraction) else one for name, one in self.figures.items()
        }
        return say(f"lesson_checks.{self.lesson.key}.{self.outcome}", lang, **words)

    def to_do(self, lang: Lang) -> str:
        """What to do where it fires, as the applicant reads it."""
        return say(f"lesson_checks.{self.lesson.key}.to_do", lang)

    def condition(self, lang: Lang) -> str:
        """The condition that the fund may set where it fires."""
        return say(f"lesson_checks.{self.lesson.key}.condition", lang)


@cache
def lessons_looked_for() -> tuple[Lesson, ...]:
    """Every lesson of the file, in its order."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_lesson(key, given) for key, given in raw.items())


def _lesson(key: str, given: dict[str, Any]) -> Lesson:
    lists = {name: tuple(one) for name, one in given.items() if isinstance(one, list)}
    return Lesson(key=key, **{**given, **lists})


def lesson_checks(
    store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None
) -> tuple[LessonCheck, ...]:
    """The lessons that bear on a case, as it was sent last; those that fire come first.

    Needs to read the whole case, as :func:`fund.review.cases.open_case` does. Raises Refused, Faults, LookupError.
    """
    moment = clock(at)
    with store.read() as db:
        sent_case(db, application, moment)
        if faults := reading_faults(db, actor, application):
            raise Faults(faults)
        return _checks(store, actor, case_as_sent(db, application, moment), parameters_at(db, moment))


def own_lesson_checks(
    store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None
) -> tuple[LessonCheck, ...]:
    """As :func:`lesson_checks`, of an application of one's own as it is typed. Needs ``application.write``."""
    moment = clock(at)
    with store.read() as db:
        case = read_case(db, application, moment)
        require(actor, "application.write", case.application)
        return _checks(store, actor, case, parameters_at(db, moment))


def parameters_at(db: Any, at: dt.datetime) -> Parameters:
    """The parameters of that Norwegian day."""
    return Parameters(parameters_in(db), oslo_day(at))


def check_lessons(case: Case, forecast: Tree | None, limits: Parameters) -> tuple[LessonCheck, ...]:
    """Every lesson that bears on a case, beside its forecast's tree where it has one; those that fire come first."""
    found = [
        LessonCheck(one, *_CONDITIONS[one.condition](one, case, forecast, limits))
        for one in lessons_looked_for()
        if _bears(one, case, limits)
    ]
    return tuple(sorted(found, key=lambda one: ("fires", "unknown").index(one.outcome) if one.outcome in _FIRST else 2))


def _checks(store: Store, actor: Actor, case: Case, limits: Parameters) -> tuple[LessonCheck, ...]:
    tree = None
    if case.forecast is not None:
        try:
            tree = get_estimate(store, actor, case.forecast.estimate)[1]
        except (Refused, Faults):  # a colleague's event, or a lock that was tampered with, which its own page tells of
            tree = None
    return check_lessons(case, tree, limits)


def _bears(one: Lesson, case: Case, limits: Parameters) -> bool:
    large = bool(one.costs_from) and case.contents.plan.cost >= _ore(limits, one.costs_from)
    return large or case.contents.form in one.forms or not (one.forms or one.costs_from)


# -- the conditions


def _nothing_said(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """The application has no word of it, in its texts or in its papers' names."""
    figures = {"ore_costs": case.contents.plan.cost}
    return ("said" if _says(one.words, _texts(case)) else "fires"), figures


def _no_cost_row(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """The budget has no row for it."""
    plan = case.contents.plan
    rows = [cost for cost in plan.costs if _says(one.words, [cost.name])]
    figures = {"ore_costs": plan.cost, "ore_rows": sum(cost.amount for cost in rows)}
    return ("said" if figures["ore_rows"] else "fires"), figures


def _income_share(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """Some incomes are more of the financing than a limit; outdoors only where the lesson says so."""
    plan, most = case.contents.plan, _limit(limits, one.above)
    if not plan.financed:
        return "unknown", {}
    rows = sum(income.amount for income in plan.incomes if _says(one.words, [income.name]))
    share = Fraction(rows, plan.financed)
    figures = {"ore_rows": rows, "share": share, "most": most}
    if share <= most:
        return "below", figures
    if one.unless and _says(one.unless, _texts(case)):
        return "said", figures
    if not one.outdoors:
        return "fires", figures
    around = [*_texts(case), *(cost.name for cost in plan.costs)]
    if _says(one.outdoors, around):
        return "fires", figures
    return ("said" if _says(one.indoors, around) else "unknown"), figures


def _late_income(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """Costs rest on what is earned at the event and on support that isn't granted, above a limit."""
    plan, most = case.contents.plan, _limit(limits, one.above)
    earned = sum(income.amount for income in plan.incomes if _says(one.words, [income.name]))
    late = earned + sum(held.counted for held in plan.support if held.state == "applied")
    share = Fraction(late, plan.cost)
    figures = {"ore_late": late, "ore_costs": plan.cost, "share": share, "most": most}
    return ("fires" if share > most else "below"), figures


def _room_nights(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """Many room-nights are expected, and nothing is said of when rooms that aren't sold are released."""
    if forecast is None or forecast["rooms"] is None:
        return "unknown", {}
    most = round(limits.number(one.above))
    figures = {"nights": round(forecast["rooms"]["demand"]["mode"]), "most": most}
    if figures["nights"] < most:
        return "below", figures
    return ("said" if _says(one.unless, _texts(case)) else "fires"), figures


def _beyond_rooms(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """The audiences are given more room-nights than the forecast's own nights can house."""
    if forecast is None or forecast["rooms"] is None:
        return "unknown", {}
    asked, housed = (round(forecast["rooms"][name]["mode"]) for name in ("demand", "housed"))
    figures = {"asked": asked, "housed": housed, "over": asked - housed}
    return ("fires" if asked > housed else "below"), figures


def _lodging_twice(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """Lodging of accredited people stands in the organiser's budget, and as their own spending in the forecast."""
    rows = [cost for cost in case.contents.plan.costs if _says(one.words, [cost.name])]
    if not rows:
        return "below", {}
    if forecast is None:
        return "unknown", {}
    spending = [
        audience["name"]
        for audience in forecast["event"].get("audience", ())
        if audience["role"] in one.roles and "accommodation" in audience.get("spend", {})
    ]
    figures = {"row": rows[0].name, "ore_rows": sum(cost.amount for cost in rows), "audience": ", ".join(spending)}
    return ("fires" if spending else "below"), figures


def _uncounted(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """More of the audience's visits than a limit have no count or survey behind them."""
    if forecast is None:
        return "unknown", {}
    known = forecast["event"].get("numbers", {})
    crowd = [
        _visits(audience, known) for audience in forecast["event"].get("audience", ()) if audience["role"] in one.roles
    ]
    every = sum(amount for amount, _ in crowd)
    if not every:
        return "unknown", {}
    bare = sum(amount for amount, evidence in crowd if evidence not in COUNTED)
    share, most = Fraction(bare / every).limit_denominator(10_000), _limit(limits, one.above)
    return ("fires" if share > most else "below"), {"visits": round(every), "share": share, "most": most}


def _warned(one: Lesson, case: Case, forecast: Tree | None, limits: Parameters) -> Found:
    """The forecast itself warns of it."""
    if forecast is None:
        return "unknown", {}
    found = [held["figures"] for held in forecast["warnings"] if held["code"] == one.warning]
    return ("fires", {**found[0], "count": len(found)}) if found else ("below", {})


_FIRST: tuple[Outcome, ...] = ("fires", "unknown")
_CONDITIONS: Mapping[str, Callable[[Lesson, Case, Tree | None, Parameters], Found]] = {
    "nothing_said": _nothing_said,
    "no_cost_row": _no_cost_row,
    "income_share": _income_share,
    "late_income": _late_income,
    "room_nights": _room_nights,
    "beyond_rooms": _beyond_rooms,
    "lodging_twice": _lodging_twice,
    "uncounted": _uncounted,
    "warned": _warned,
}


# -- what they read


def _texts(case: Case) -> list[str]:
    said = case.contents
    return [said.title, said.summary, *said.answers.values(), *(paper.name for paper in case.papers)]


def _says(words: str, texts: Iterable[str]) -> bool:
    return any(re.search(words, one, re.IGNORECASE) for one in texts)


def _number(given: Any, known: Mapping[str, Any]) -> tuple[float, str]:
    """The mode of a number as a locked event has it, and its evidence; a part of a total has the total's."""
    if "ref" in given:
        return _number(known[given["ref"]], known)
    if "of" in given:
        whole, evidence = _number(known[given["of"]], known)
        return whole * float(given["share"].get("mode", given["share"].get("value", 0))), evidence
    return float(given.get("mode", given.get("value", 0))), str(given["evidence"])


def _visits(audience: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[float, str]:
    """An audience's visits (person-days), persons times their days where it is given in persons; and their evidence."""
    if "visits" in audience:
        return _number(audience["visits"], known)
    persons, evidence = _number(audience["persons"], known)
    days = _number(audience["days_per_person"], known)[0] if "days_per_person" in audience else 1.0
    return persons * days, evidence


def _limit(limits: Parameters, key: str) -> Fraction:
    return Fraction(str(limits.number(key)))


def _ore(limits: Parameters, key: str) -> int:
    return round(limits.number(key) * 100)
