"""What an application lacks before it can be sent: everything at once, each with what to do.

The guards of sending, by their names in the workflow: ``complete`` (fields, papers and the scheme's own rules),
``balanced``, ``before_deadline``, ``not_duplicate`` and ``mandate``. The applicant sees the same list while typing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor
from data.store import Store
from fund.applicant.mandates import mandate_faults
from fund.applicant.organisations import Organisation, organisation_at
from fund.award.granted import granted_in_year
from fund.deadlines import clock, in_time, oslo_day
from fund.extensions import due_day
from fund.intake.applications import Application, application_at, draft_at, require_open
from fund.intake.attachments import Paper, papers
from fund.intake.budget import balance_faults
from fund.intake.calls import DEADLINE, Call, call_at, call_scheme
from fund.intake.contents import Contents, Document, read_contents
from fund.rulebook.rules import Facts, RuleCheck, check
from fund.rulebook.schemes import Scheme
from fund.workflow import Guard

_OWN_GUARD = ("balance", "deadlines.call", "deadlines.on", "deadlines.yearly", "deadlines.window", "deadlines.rolling")
"""Rules that a guard of its own looks at: the plan's sums, and the call's days in place of the scheme's yearly ones."""
_ANSWERED = ("applicants", "forms", "caps.share", "caps.running_share", "conditions", "strategy")
"""Rules that the applicant can answer: where they can't be told, something is missing."""

OWN_FIELDS = ("name", "organisation_number", "account", "description", "other_grants", "other_financing")
"""Fields that a scheme may ask for and every application has of itself; the others are answered in words."""


@dataclass(frozen=True)
class Case:
    """An application as it is typed, with all that its rules are held against.

    ``granted`` is what the organisation was given before under the scheme for events of the year, in øre.
    """

    application: Application
    document: Document
    contents: Contents
    faults: tuple[Fault, ...]
    papers: tuple[Paper, ...]
    call: Call
    scheme: Scheme
    organisation: Organisation | None
    forecast: Forecast | None
    granted: int | None
    at: dt.datetime


@dataclass(frozen=True)
class Forecast:
    """A locked estimate that an application builds on."""

    estimate: int
    event: int
    owner: str
    purpose: str
    sha256: str
    withdrawn: bool


def read_case(db: Database, id: int, at: dt.datetime) -> Case:
    """The application as it is typed. Raises LookupError where there is none."""
    found = application_at(db, id, at)
    document = draft_at(db, id).document
    contents, faults = read_contents(document)
    scheme = call_scheme(db, found.call)
    held = None if contents.estimate is None else forecast_at(db, contents.estimate)
    return Case(
        application=found,
        document=document,
        contents=contents,
        faults=tuple(faults),
        papers=tuple(papers(db, "application", id)),
        call=call_at(db, found.call),
        scheme=scheme,
        organisation=None if found.organisation is None else organisation_at(db, found.organisation, at),
        forecast=held,
        granted=_granted(db, found, scheme, contents),
        at=at,
    )


def forecast_at(db: Database, estimate: int) -> Forecast | None:
    """A locked estimate by its number; None where there is none."""
    query = (
        "SELECT estimate.id AS estimate, estimate.event, event.owner, estimate.purpose, estimate.sha256,"
        " estimate.withdrawn_at IS NOT NULL AS withdrawn"
        " FROM estimate JOIN event ON event.id = estimate.event WHERE estimate.id = ?"
    )
    row = next(iter(db.query(query, [estimate])), None)
    return None if row is None else Forecast(**{**row, "withdrawn": bool(row["withdrawn"])})


def missing(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Fault]:
    """Everything that keeps an application from being sent now; empty where it can be. Needs it to be one's own."""
    with store.read() as db:
        case = read_case(db, id, clock(at))
        require_open(actor, case.application)
        return [fault for guard in sending_guards(db, actor, case).values() for fault in guard()]


def rule_checks(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[RuleCheck]:
    """Every rule of the scheme held against the application as it is typed: for the form. Needs it to be one's own."""
    with store.read() as db:
        case = read_case(db, id, clock(at))
    require_open(actor, case.application)
    return check(case.scheme, facts_of(case))


def sending_guards(db: Database, actor: Actor, case: Case) -> Mapping[str, Guard]:
    """The guards of ``submit`` and ``complete`` for an application as it is typed."""
    return {
        "complete": lambda: [*complete_faults(case), *forecast_faults(case)],
        "balanced": lambda: balance_faults(case.contents.plan),
        "before_deadline": lambda: deadline_faults(db, case),
        "not_duplicate": lambda: duplicate_faults(db, case),
        "mandate": lambda: mandate_faults(db, case.application.organisation, actor, case.at),
    }


def complete_faults(case: Case) -> list[Fault]:
    """What is missing or wrong in the fields, and the rules of the scheme that don't hold."""
    found = list(case.faults)
    if case.organisation is None:
        found.append(Fault("", "organisation", "", "application.missing_organisation"))
    try:
        checks = check(case.scheme, facts_of(case))
    except Faults:  # amounts that aren't øre are among the faults already
        return found
    return found + [_fault(one) for one in checks if _stands_in_the_way(one)]


def forecast_faults(case: Case) -> list[Fault]:
    """What is wrong with the forecast that the application names; it may name none."""
    if case.contents.estimate is None:
        return []
    number, held = str(case.contents.estimate), case.forecast
    whose = {*case.application.owners, case.application.created_by}
    if held is None or held.owner not in whose:
        return [Fault("", "estimate", number, "application.forecast.not_own")]
    if held.purpose != "forecast":
        return [Fault("", "estimate", number, "application.forecast.evaluation")]
    return [Fault("", "estimate", number, "application.forecast.withdrawn")] if held.withdrawn else []


def deadline_faults(db: Database, case: Case) -> list[Fault]:
    """A fault unless the call takes applications now: from its first day to the end of its last, or of an extension."""
    due = due_day(db, "application", case.application.id, DEADLINE, case.call.due)
    figures = {"day": due.isoformat(), "opens": case.call.opens.isoformat()}
    if case.call.state == "planned" or oslo_day(case.at) < case.call.opens:
        return [Fault("", "deadline", figures["opens"], "application.call.not_yet", figures)]
    if not in_time(case.at, due):
        return [Fault("", "deadline", due.isoformat(), "application.late", figures)]
    if case.call.state != "open" and not (case.call.state == "closed" and due > case.call.due):
        return [Fault("", "deadline", case.call.state, "application.call.not_open", {"day": due.isoformat()})]
    return []


def duplicate_faults(db: Database, case: Case) -> list[Fault]:
    """A fault where the organisation has sent another for the same call and form of support."""
    query = (
        "SELECT number FROM application WHERE organisation IS ? AND call = ? AND form = ? AND id <> ?"
        " AND number IS NOT NULL AND state NOT IN ('withdrawn', 'dismissed')"
    )
    one = case.application
    row = db.execute(query, [one.organisation, one.call, case.contents.form or "", one.id]).fetchone()
    return [Fault("", "application", row[0], "application.duplicate", {"number": row[0]})] if row else []


def facts_of(case: Case) -> Facts:
    """What the scheme's rules ask about. Raises :class:`Faults` for amounts that aren't øre."""
    said, plan = case.contents, case.contents.plan
    sent = case.application.submitted_at
    return Facts(
        applicant=case.organisation.kind if case.organisation else None,
        form=said.form,
        asked=said.asked,
        granted_this_year=case.granted,
        costs=plan.cost if plan.costs else None,
        running_costs=plan.running,
        financed=plan.financed if plan.costs else None,
        event_first=said.first_day,
        sent=oslo_day(dt.datetime.fromisoformat(sent) if sent else case.at),
        attachments=frozenset(_papers_given(case)),
        filled=frozenset(_fields_given(case)),
        confirmed=said.confirmed,
        strategy=said.strategy,
    )


def _granted(db: Database, one: Application, scheme: Scheme, said: Contents) -> int | None:
    """What the organisation was given before under the scheme in the event's year; None while either isn't said."""
    if one.organisation is None or said.first_day is None:
        return None
    return granted_in_year(db, one.organisation, said.first_day.year, scheme=scheme.key, besides=one.id)


def _papers_given(case: Case) -> Iterable[str]:
    """Papers by what they are for; the budget and the finance plan are in the application itself."""
    plan = case.contents.plan
    given = {one.purpose for one in case.papers}
    return given | ({"budget"} if plan.costs else set()) | ({"finance_plan"} if plan.costs and plan.asked else set())


def _fields_given(case: Case) -> Iterable[str]:
    """Fields of the scheme that are answered, those that every application has included."""
    said, plan = case.contents, case.contents.plan
    own = {
        "name": case.organisation is not None,
        "organisation_number": case.organisation is not None,
        "account": bool(said.account),
        "description": bool(said.summary),
        "other_grants": said.no_support or bool(plan.support),
        "other_financing": said.no_support or bool(plan.support),
    }
    return {*said.answers, *(name for name, given in own.items() if given)}


def _stands_in_the_way(one: RuleCheck) -> bool:
    if one.rule in _OWN_GUARD:
        return False
    return one.holds is False or (one.holds is None and one.rule in _ANSWERED)


def _fault(one: RuleCheck) -> Fault:
    figures = {f"rule_{lang}": one.sentence(lang) for lang in ("nb", "en")}
    code = "rule_fails" if one.holds is False else "rule_open"
    return Fault("", one.rule, "", f"application.{code}", figures)
