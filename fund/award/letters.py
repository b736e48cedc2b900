"""What award letters and rejection letters say: the figures, days and texts, and the sentences in both languages.

Data only: a template puts it on paper. What the scheme says nothing about is said to be so, and is never made up. A
letter has no person's name in it, and nothing of how anyone voted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from data.clock import day as written_day
from data.numbers import localised
from data.permission import Actor, require
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.award.award_conditions import conditions_of
from fund.award.award_plans import NewPart, planned, proposed_plan
from fund.award.awards import Award, award_at
from fund.deadlines import clock
from fund.intake.applications import Application, application_at, require_open
from fund.meeting.appeals import appeal_due
from fund.meeting.decisions import Decision, decision_at
from fund.rulebook.schemes import word
from fund.state_aid.aid_grounds import aid_ground
from fund.workflow import state_name

Letter = dict[str, Any]


def award_letter(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> Letter:
    """What the letter of an award says. Needs ``award.read``. Raises LookupError where there is none.

    Amounts are øre, days ISO. ``plan`` is the one that holds, or the one that follows from the scheme while none is
    set, and ``plan_set`` says which; ``lines`` has the sentences by language.
    """
    moment = clock(at)
    with store.read() as db:
        one = award_at(db, award, moment)
        require(actor, "award.read", one)
        letter = _base(db, decision_at(db, one.decision), moment)
        held = [part.new for part in planned(db, award)]
        parts = held or proposed_plan(one)
        letter |= {
            "kind": "award",
            "award": award,
            "form": one.form,
            "amount": one.amount,
            "accept_by": one.accept_by.isoformat(),
            "conditions": [
                {"text": each.text, "gates": each.gates, "due": each.due.isoformat() if each.due else None}
                for each in conditions_of(db, award)
            ],
            "plan": [
                {"moment": part.moment, "amount": part.amount, "due": part.due.isoformat() if part.due else None}
                for part in parts
            ],
            "plan_set": bool(held),
            "de_minimis": _de_minimis(db, one),
        }
        lines = {lang: list(_award_lines(letter, one, parts, lang)) for lang in LANGUAGES}
        return {**letter, "lines": lines, "sentences": {lang: _sentences(letter, one, lang) for lang in LANGUAGES}}


def decision_letter(store: Store, actor: Actor, decision: int, *, at: dt.datetime | None = None) -> Letter:
    """What the letter of any decision says. Needs ``application.open``. Raises LookupError where there is none.

    ``amount`` is øre, None where nothing is given, and ``sentences`` the decision and the right of appeal by language.
    """
    moment = clock(at)
    with store.read() as db:
        made = decision_at(db, decision)
        require_open(actor, application_at(db, made.application, moment))
        conditions = list(made.proposal.conditions)
        letter = {"kind": "decision", **_base(db, made, moment), "amount": made.amount, "conditions": conditions}
        sentences = {}
        for lang in LANGUAGES:
            figures, said = {"number": letter["number"], "title": letter["title"]}, "letters.rejected"
            if made.outcome != "rejected":
                said = "letters.decided" if made.amount is None else "letters.decided_amount"
                figures["outcome"] = state_name("application", made.outcome, lang, public=True)
                figures["ore_amount"] = made.amount
            appeal = "" if made.outcome == "deferred" else _appeal_line(letter, lang)
            sentences[lang] = {"decision": say(said, lang, **figures), "appeal": appeal}
        return {**letter, "sentences": sentences}


def rejection_letter(store: Store, actor: Actor, decision: int, *, at: dt.datetime | None = None) -> Letter:
    """What the letter of a rejection says. Needs ``application.open``. Raises LookupError where it is none."""
    moment = clock(at)
    with store.read() as db:
        made = decision_at(db, decision)
        require_open(actor, application_at(db, made.application, moment))
        if made.outcome != "rejected":
            raise LookupError(f"decision {decision} rejects nothing")
        letter = {"kind": "rejection", **_base(db, made, moment)}
        lines = {}
        for lang in LANGUAGES:
            rejected = say("letters.rejected", lang, number=letter["number"], title=letter["title"])
            lines[lang] = [rejected, say("letters.grounds", lang, grounds=made.grounds), _appeal_line(letter, lang)]
        return {**letter, "lines": lines}


def _base(db: Database, made: Decision, at: dt.datetime) -> Letter:
    """What every letter on a decision has."""
    one: Application = application_at(db, made.application, at)
    assert one.organisation is not None
    who, due = organisation_at(db, one.organisation, at), appeal_due(db, one.id, made.id)
    return {
        "number": one.number,
        "title": one.title,
        "organisation": {"name": who.name, "number": who.number},
        "asked": one.asked,
        "decision": made.id,
        "outcome": made.outcome,
        "day": made.day.isoformat(),
        "grounds": made.grounds,
        "revision": made.revision,
        "revision_sha256": made.revision_sha256,
        "estimate": made.estimate,
        "estimate_sha256": made.estimate_sha256,
        "appeal_by": due.isoformat() if due else None,
    }


def _de_minimis(db: Database, one: Award) -> dict[str, int] | None:
    """What counts of the award as de minimis aid, in øre; None where it isn't such aid."""
    ground = aid_ground(db, one.application)
    if ground is None or not ground.counts:
        return None
    query = (
        "SELECT equivalent FROM aid WHERE origin = 'award' AND reference = ? AND basis = 'de_minimis'"
        " AND currency = 'NOK' AND id NOT IN (SELECT aid FROM aid_withdrawal)"
    )
    row = db.execute(query, [f"{one.number} ({one.id})"]).fetchone()
    return {"equivalent": row[0]} if row else None


def _sentences(letter: Letter, one: Award, lang: Lang) -> dict[str, Any]:
    """The sentences of an award letter by what they are about; ``terms`` and ``conditions`` have several."""
    given = "by_scheme" if one.terms.by_scheme["acceptance"] else "by_fund"
    counts = letter["de_minimis"]
    return {
        "offer": say(f"letters.offer.{one.form}", lang, number=one.number, title=one.title, ore_amount=one.amount),
        "accept_by": say(f"letters.accept_by.{given}", lang, day=written_day(one.accept_by, lang)),
        "conditions": list(_condition_lines(letter, lang)),
        "plan": say("letters.plan" if letter["plan_set"] else "letters.plan_proposed", lang),
        "terms": list(_term_lines(one, lang)),
        "appeal": _appeal_line(letter, lang),
        "de_minimis": say("letters.de_minimis", lang, ore_equivalent=counts["equivalent"]) if counts else "",
    }


def _award_lines(letter: Letter, one: Award, parts: list[NewPart], lang: Lang) -> Iterator[str]:
    figures = {"number": one.number, "title": one.title, "ore_amount": one.amount}
    yield say(f"letters.offer.{one.form}", lang, **figures)
    yield say("letters.grounds", lang, grounds=letter["grounds"])
    given = "by_scheme" if one.terms.by_scheme["acceptance"] else "by_fund"
    yield say(f"letters.accept_by.{given}", lang, day=written_day(one.accept_by, lang))
    yield from _condition_lines(letter, lang)
    yield say("letters.plan" if letter["plan_set"] else "letters.plan_proposed", lang)
    for part in parts:
        day = {} if part.due is None else {"day": written_day(part.due, lang)}
        dated = "letters.part_from" if day else "letters.part"
        yield say(dated, lang, ore_amount=part.amount, moment=word("when", part.moment, lang), **day)
    yield from _term_lines(one, lang)
    yield _appeal_line(letter, lang)
    if letter["de_minimis"]:
        yield say("letters.de_minimis", lang, ore_equivalent=letter["de_minimis"]["equivalent"])


def _condition_lines(letter: Letter, lang: Lang) -> Iterator[str]:
    for one in letter["conditions"]:
        yield say("letters.condition_gates" if one["gates"] else "letters.condition", lang, text=one["text"])


def _term_lines(one: Award, lang: Lang) -> Iterator[str]:
    """What is withheld, who attests, when the report is due, and what the scheme says of lapse and clawback."""
    terms = one.terms
    if terms.withheld and one.form == "grant":
        yield say("letters.withheld", lang, percent=localised(float(100 * terms.withheld), lang))
    if terms.pro_rata and one.form == "grant":
        yield say("letters.pro_rata", lang, ore_cost=terms.cost)
    if terms.attester:
        yield say("letters.attester", lang, attester=word("attester", terms.attester, lang))
    what = "bid" if one.bid or terms.last_day is None else "event"
    yield say(f"letters.report.{what}", lang, period=terms.report.words(lang))
    if not terms.by_scheme["report"]:
        yield say("letters.report.by_fund", lang)
    for rule in (terms.lapse, terms.clawback):
        if rule is not None:
            yield rule(lang)


def _appeal_line(letter: Letter, lang: Lang) -> str:
    if letter["appeal_by"] is None:
        return say("letters.appeal_unknown", lang)
    return say("letters.appeal", lang, day=written_day(dt.date.fromisoformat(letter["appeal_by"]), lang))
