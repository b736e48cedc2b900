"""What a visitor survey says of an event's audiences, as the tables of an event's document."""

from __future__ import annotations

import math
from typing import Any

from data.clock import days
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from data.value import Value
from impact.register import get_event
from impact.survey.estimators import Estimate
from impact.survey.findings import LEAST, SHARES, AudienceFinding
from impact.survey.kept import Surveyed, read_findings, visitor_survey

Entries = dict[str, Any]
"""One table of a document's ``audience``."""
LANG: Lang = "nb"
"""Names and sources are stored in a document, and documents are Norwegian."""


def survey_entries(store: Store, actor: Actor, event: int, visits: Value | None = None) -> list[Entries]:
    """What the visitor survey of an event measured, one table per audience (role and home) as ``audience`` has it.

    Each table has ``name`` (Norwegian, made of role and home: «Tilskuere fra Norge ellers»; match by ``role`` and
    ``home``), ``role``, ``home`` and those of ``days_per_person``, ``days_in_area``, ``nights_per_person``,
    ``commercial_share``, ``casual_share``, ``time_switcher_share``, ``attribution``, ``persons_per_room`` and
    ``spend.<category>`` (a table ``spend``) that are known, each ``{low, mode, high, evidence, source}``: the 95 %
    interval's ends and the estimate, "surveyed", and a source that names the survey and n. ``attribution`` is
    "assumed" where some had several reasons, since what a reason weighs is. What isn't known is left out, so that the
    forecast's value stands. Spending is in kroner of the year of the event.

    ``visits`` is the event's total of visits (person-days) with its range and source, as it was counted: with it each
    table also has ``visits``, the total times the audience's share of visits; without it no table has any.

    Audiences with fewer answers than ``survey.fewest_answers`` are left out. [] where there is no visitor survey or
    too few answered. Raises Refused without ``survey.read`` and LookupError where there is no such event.
    """
    require(actor, "survey.read", get_event(store, actor, event).row)
    survey = visitor_survey(store, event)
    if survey is None:
        return []
    surveyed = read_findings(store, actor, survey)
    found = surveyed.findings
    return [entries_of(surveyed, one, visits) for one in found.audiences if found.shown(one.n)]


def audience_name(role: str, home: str, lang: Lang = LANG) -> str:
    """«Tilskuere fra Norge ellers»."""
    return say(
        "findings.audience", lang, role=say(f"findings.role.{role}", lang), home=say(f"findings.home.{home}", lang)
    )


def entries_of(surveyed: Surveyed, one: AudienceFinding, visits: Value | None = None) -> Entries:
    """One audience's table; what fewer than ``survey.fewest_answers`` answered is left out."""
    fewest = surveyed.findings.fewest

    def entry(name: str, found: Estimate) -> dict[str, Any] | None:
        if found.n < fewest or math.isnan(found.low):
            return None
        low = max(LEAST.get(name, 0.0), found.low)
        high = min(1.0, found.high) if name in SHARES else found.high
        evidence = "assumed" if name == "attribution" and found.value < 1 else "surveyed"
        ends = {"low": low, "mode": min(max(found.value, low), high), "high": high}
        return {**ends, "evidence": evidence, "source": _source(surveyed, found.n)}

    fields = {name: entry(name, found) for name, found in one.figures.items()}
    spend = {name: entry(name, found) for name, found in one.spend.items()}
    table = {"name": audience_name(one.role, one.home), "role": one.role, "home": one.home, **fields}
    if visits is not None and not math.isnan(one.visits.low):
        table["visits"] = _visits(surveyed, one, visits)
    known = {name: value for name, value in table.items() if value is not None}
    told = {name: value for name, value in spend.items() if value is not None}
    return {**known, **({"spend": told} if told else {})}


def _visits(surveyed: Surveyed, one: AudienceFinding, visits: Value) -> dict[str, Any]:
    """The total × the audience's share of visits: the ends apart in squares, since count and survey are independent."""
    share, mode = one.visits, visits.mode * one.visits.value

    def apart(end: float | None, edge: float) -> float:
        of_total = 0.0 if end is None or not visits.mode else end / visits.mode - 1
        of_share = edge / share.value - 1 if share.value else 0.0
        return mode * math.hypot(of_total, of_share)

    source = say("findings.visits_source", LANG, counted=visits.source, survey=_source(surveyed, one.n))
    low, high = max(0.0, mode - apart(visits.low, share.low)), mode + apart(visits.high, share.high)
    return {"low": low, "mode": mode, "high": high, "evidence": "surveyed", "source": source}


def _source(surveyed: Surveyed, n: int) -> str:
    return say("findings.source", LANG, days=days(surveyed.opens, surveyed.closes, LANG), n=n)
