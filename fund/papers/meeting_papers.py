"""What stands in a meeting's papers: the agenda with its case papers, and the minutes.

A case's papers are opened as the reader: who hasn't said a word of a case, or is in conflict, gets its public facts
only, and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from data.accounts import account_names
from data.clock import day as written_day
from data.clock import days as written_days
from data.clock import moment as written_moment
from data.faults import Faults
from data.numbers import kroner, localised, money
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.meeting.agenda import agenda, meeting_at
from fund.meeting.minutes import minutes_data
from fund.papers.fields import Values
from fund.review.cases import CaseFile, open_case, public_facts
from fund.rulebook.schemes import word
from fund.workflow import state_name

Names = Mapping[str, str]


def agenda_values(store: Store, actor: Actor, meeting: int, lang: Lang) -> Values:
    """Of the agenda, each case with as much as the reader may see. Needs ``case.read``. Raises LookupError."""
    require(actor, "case.read")
    with store.read() as db:
        held = meeting_at(db, meeting)
    on = [one for one in agenda(store, actor, meeting) if one.state != "off"]
    return {
        "letter.day": written_day(held.day, lang),
        "meeting.title": held.title,
        "meeting.day": written_day(held.day, lang),
        "meeting.state": state_name("meeting", held.state, lang),
        "cases": [_case(store, actor, one.application, place, lang) for place, one in enumerate(on, 1)],
    }


def _case(store: Store, actor: Actor, application: int, place: int, lang: Lang) -> Values:
    known = public_facts(store, actor, application)
    facts = {
        "position": str(place),
        "number": known.number,
        "title": known.title,
        "organisation": known.organisation,
        "days": written_days(known.first_day, known.last_day, lang),
        "form": word("form", known.form, lang),
        "asked": _kroner(known.asked, lang),
    }
    inside = ("least", "cost", "summary", "forecast", "checks", "recommendation", "grounds", "conditions")
    try:
        case = open_case(store, actor, application)
    except Faults as withheld:
        why = " ".join(one.problem(lang) for one in withheld.faults)
        return {**facts, **dict.fromkeys(inside, ""), "withheld": say("papers.withheld", lang, why=why)}
    advice = case.recommendation
    return {
        **facts,
        "least": _kroner(case.contents.least, lang),
        "cost": _kroner(case.contents.plan.cost, lang),
        "summary": case.contents.summary,
        "forecast": _forecast(case, lang),
        "checks": _checks(case, lang),
        "recommendation": _outcome(advice.outcome, advice.amount, lang) if advice else "",
        "grounds": advice.grounds if advice else "",
        "conditions": "; ".join(advice.conditions) if advice else "",
        "withheld": "",
    }


def _forecast(case: CaseFile, lang: Lang) -> str:
    """The forecast in one sentence with its range; that there is none is said."""
    three = case.forecast.value_added if case.forecast else None
    if three is None:
        return say("papers.no_forecast", lang)
    low, _, high = three
    return say("papers.forecast", lang, low=money(low, lang), high=money(high, lang))


def _checks(case: CaseFile, lang: Lang) -> str:
    broken = [one.sentence(lang) for one in case.checks if one.holds is False]
    return "\n".join([say("papers.rules_broken", lang), *broken]) if broken else say("papers.rules_hold", lang)


# -- minutes


def minutes_values(store: Store, actor: Actor, meeting: int, lang: Lang) -> Values:
    """Of the minutes: as signed, or a draft as things stand. Needs ``case.read``; names need ``account.name``."""
    require(actor, "case.read")
    said, names = minutes_data(store, actor, meeting), account_names(store, actor, lang)
    with store.read() as db:
        held = meeting_at(db, meeting)
    about, heads, signed = said["meeting"], said["heads"], said.get("signed")
    when = dt.date.fromisoformat(about["day"])
    cases = [_minuted(one, names, lang, between=False) for one in said["items"]]
    cases += [_minuted(one, names, lang, between=True) for one in said["between"]]
    return {
        "letter.day": written_day(when, lang),
        "meeting.title": about["title"],
        "meeting.day": written_day(when, lang),
        "draft": "" if signed else say("papers.draft", lang),
        "signed": _signed(signed, names, lang),
        "signed_sha256": held.minutes_sha256 or "",
        "quorum": say("papers.quorum", lang, filled=said["quorum"]["filled"], least=said["quorum"]["least"]),
        "absent": _named(said["absent"], names),
        "present": [
            {"name": names.get(one["account"], one["account"]), "place": _place(one, names, lang)}
            for one in said["present"]
        ],
        "cases": cases,
        "ledger.number": localised(heads["ledger"][0], lang),
        "ledger.hash": heads["ledger"][1],
        "audit.number": localised(heads["audit"][0], lang),
        "audit.hash": heads["audit"][1],
        "votes.hash": heads["vote"][1],
        "decisions.hash": heads["decision"][1],
    }


def _signed(signed: Mapping[str, str] | None, names: Names, lang: Lang) -> str:
    if signed is None:
        return say("papers.unsigned", lang)
    return say("papers.signed", lang, name=names.get(signed["account"], ""), at=written_moment(signed["at"], lang))


def _place(one: Mapping[str, Any], names: Names, lang: Lang) -> str:
    """Member, or deputy for whom; from elsewhere; when they left."""
    member = one["deputy_for"]
    parts = [say("papers.deputy_for", lang, name=names.get(member, "")) if member else say("papers.member", lang)]
    if one["remote"]:
        parts.append(say("papers.remote", lang))
    if one["left"]:
        parts.append(say("papers.left", lang, at=written_moment(one["left"], lang)))
    return ", ".join(parts)


def _minuted(one: Mapping[str, Any], names: Names, lang: Lang, *, between: bool) -> Values:
    decided, advice = one["decision"], one["recommendation"]
    proposal = decided["proposal"] if decided else {}
    return {
        "position": str(one["position"]),
        "number": one["number"],
        "title": one["title"],
        "organisation": one["organisation"],
        "asked": _kroner(one["asked"], lang),
        "between": say("papers.between", lang) if between else "",
        "recommendation": _outcome(advice["outcome"], advice["amount"], lang) if advice else "",
        "conflicts": _conflicts(one["conflicts"], names, lang),
        "deputies": ", ".join(
            say("papers.deputy", lang, name=names.get(each["account"], ""), member=names.get(each["for"], ""))
            for each in one["deputies"]
        ),
        "votes": _votes(decided["votes"], names, lang) if decided else "",
        "decision": _decision(one, lang),
        "grounds": proposal.get("grounds", ""),
        "conditions": "; ".join(proposal.get("conditions", ())),
        "frame_left": _kroner(decided["frame_left"], lang) if decided else "",
        "hash": decided["hash"] if decided else "",
    }


def _decision(one: Mapping[str, Any], lang: Lang) -> str:
    if one["decision"]:
        proposal = one["decision"]["proposal"]
        return _outcome(proposal["outcome"], proposal["amount"], lang)
    if one["state"] == "off":
        return say("papers.taken_off", lang, reason=one["off_reason"] or "–")
    return say("papers.undecided", lang)


def _conflicts(told: Iterable[Mapping[str, Any]], names: Names, lang: Lang) -> str:
    """Who told of a conflict or doubt, why, and what the body found, a line each."""
    lines = []
    for one in told:
        figures = {"name": names.get(one["account"], ""), "reason": one["reason"] or "–"}
        line = say(f"papers.told.{one['word']}", lang, **figures)
        if ruling := one["ruling"]:
            found = "disqualified" if ruling["disqualified"] else "takes_part"
            line += " " + say(f"papers.ruled.{found}", lang, reason=ruling["reason"])
        lines.append(line)
    return "\n".join(lines) or say("papers.no_conflicts", lang)


def _votes(votes: Iterable[Mapping[str, Any]], names: Names, lang: Lang) -> str:
    by_word: dict[str, list[str]] = {"for": [], "against": []}
    for one in votes:
        by_word[one["word"]].append(one["account"])
    return " ".join(
        say(f"papers.voted.{said}", lang, names=_named(accounts, names))
        for said, accounts in by_word.items()
        if accounts
    )


def _named(accounts: Iterable[str], names: Names) -> str:
    return ", ".join(names.get(one, one) for one in accounts)


def _outcome(outcome: str, amount: int | None, lang: Lang) -> str:
    said = say(f"papers.outcome.{outcome}", lang)
    return said if amount is None else f"{said}: {kroner(amount, lang)}"


def _kroner(ore: int | None, lang: Lang) -> str:
    return "" if ore is None else kroner(ore, lang)
