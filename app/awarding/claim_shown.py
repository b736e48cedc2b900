"""What everyone who may open a claim sees of it: beside its budget, the checks, the papers, what was done."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.tables import Cell, Column, Link, amount, table
from app.visit import Visit
from app.who import named
from data.audit import Entry
from data.clock import day, moment, short_day
from data.numbers import localised
from fund.books.money import kroner
from fund.intake.attachments import Paper
from fund.payout.claim_view import ClaimView, Kind, Line
from fund.rulebook.schemes import word
from fund.workflow import state_name

_KINDS: tuple[Kind, ...] = ("cost", "income", "support")


def facts(visit: Visit, view: ClaimView) -> None:
    """The three figures: what it comes to, what the award has left, what the plan has come to."""
    lang, say, award = visit.lang, visit.say, view.case.award
    asked = say(f"claim_page.figure.{'approved' if view.claim.first_by else 'asked'}")
    less = say("claim_page.figure.of_asked", ore_claimed=view.claim.claimed) if _less(view) else ""
    claimed = say("claim_page.figure.others", ore_award=award.amount, ore_others=view.others)
    shown = [
        layout.Shown(asked, kroner(view.amount, lang), less, modelled=False),
        layout.Shown(say("claim_page.figure.left"), kroner(view.left, lang), claimed, modelled=False),
    ]
    if view.entitled is not None:
        by = say(f"claim_page.figure.{'by_share' if award.terms.pro_rata else 'by_cost'}")
        shown.append(layout.Shown(say("claim_page.figure.entitled"), kroner(view.entitled, lang), by, modelled=False))
    elif award.form == "guarantee":
        deficit = kroner(view.case.contents.deficit, lang)
        shown.append(layout.Shown(say("claim_page.figure.deficit"), deficit, "", modelled=False))
    else:
        later = say("claim_page.figure.next", day=day(view.due_next, lang)) if view.due_next else ""
        shown.append(layout.Shown(say("claim_page.figure.due"), kroner(view.due, lang), later, modelled=False))
    layout.figures(visit, shown)


def _less(view: ClaimView) -> bool:
    return bool(view.claim.first_by) and view.claim.amount < view.claim.claimed


def beside_plan(visit: Visit, view: ClaimView) -> None:
    """The claim beside the approved budget, line by line; and the payment plan below."""
    say, lang = visit.say, visit.lang
    layout.section(say("claim_page.beside"))
    names = ("now", "planned", "before", "rest")
    heads: list[Column | str] = [say("claim_page.column.line")]
    heads += [Column(say(f"claim_page.column.{one}"), number=True) for one in names]
    if view.case.contents.advance:
        layout.text(say("claim_page.advance"))
    for kind in _KINDS:
        lines = [one for one in view.lines if one.kind == kind]
        if lines:
            rows = [_line(visit, one) for one in lines]
            sums = [sum(getattr(one, name) for one in lines) for name in names]
            total = [say("claim_page.total"), *(amount(ore, lang) for ore in sums)]
            table(say(f"claim_page.caption.{kind}"), heads, [*rows, total], totals=1)
    if view.plan:
        plan_table(visit, view)


def _line(visit: Visit, one: Line) -> list[str]:
    name = one.name if one.eligible else visit.say("claim_page.not_eligible", name=one.name)
    return [name, *(amount(ore, visit.lang) for ore in (one.now, one.planned, one.before, one.rest))]


def plan_table(visit: Visit, view: ClaimView) -> None:
    """The payment plan that the claim is made by."""
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [
        say("claim_page.column.moment"),
        Column(say("claim_page.column.kroner"), number=True),
        say("claim_page.column.from"),
    ]
    rows = [[word("when", one.moment, lang), amount(one.amount, lang), short_day(one.due, lang)] for one in view.plan]
    table(say("claim_page.caption.plan"), heads, rows, wide=False)


def checks(visit: Visit, view: ClaimView) -> None:
    """Each check with its figure: that it holds, or what is wrong and what to do."""
    if not view.checks:
        return
    say = visit.say
    layout.section(say("claim_page.checks"))
    rows = []
    for one in view.checks:
        why = _held(visit, view, one.name) if one.holds else " ".join(_wrong(visit, view, one.name))
        answer = say("claim_page.check.yes" if one.holds else "claim_page.check.no", why=why)
        rows.append([say(f"claim_page.check.{one.name}"), answer])
    heads = [say(f"claim_page.column.{name}") for name in ("check", "answer")]
    table(say("claim_page.caption.checks"), heads, rows, wide=False)


def _wrong(visit: Visit, view: ClaimView, name: str) -> list[str]:
    found = next(one for one in view.checks if one.name == name).faults
    return [f"{one.problem(visit.lang)} {one.expected(visit.lang)}" for one in found]


def _held(visit: Visit, view: ClaimView, name: str) -> str:
    """What a check that holds was held against."""
    case, say = view.case, visit.say
    if name == "within_award":
        return say("claim_page.held.within_award", ore_amount=view.amount, ore_left=view.left)
    if name == "plan":
        key = "claim_page.held.final" if case.claim.part == "final" else "claim_page.held.plan"
        return say(key, ore_due=view.due, ore_others=view.others)
    if name == "attested":
        by = case.contents.attested_by
        return say("claim_page.held.attested", who=word("attester", by, visit.lang) if by else "")
    if name == "account_confirmed":
        return say("claim_page.held.account", account=view.account or "")
    return say("claim_page.held.conditions_met" if name == "conditions_met" else "claim_page.held.one_final")


def papers(visit: Visit, held: Sequence[Paper]) -> None:
    """The papers, each to open."""
    say = visit.say
    if not held:
        layout.text(say("claim_page.no_papers"))
        return
    rows: list[list[Cell]] = [
        [
            Link(one.name, f"/last-ned/bilag/{one.id}.fil"),
            say(f"claim_page.purpose.{one.purpose}"),
            say("claim_page.kilobytes", size=localised(max(1, one.size // 1024), visit.lang)),
        ]
        for one in held
    ]
    heads = [say(f"claim_page.column.{name}") for name in ("paper", "purpose", "size")]
    table(say("claim_page.caption.papers"), heads, rows, wide=False)


def said(visit: Visit, view: ClaimView) -> None:
    """Who vouches, what was noted, who did what so far, and the account it goes to."""
    say, claim, contents = visit.say, view.claim, view.case.contents
    pairs = {}
    if contents.attested_by:
        pairs[say("claim_page.attested_by")] = word("attester", contents.attested_by, visit.lang)
    if contents.note:
        pairs[say("claim_page.note")] = contents.note
    steps = {"submitted_by": claim.submitted_by, "first_by": claim.first_by, "second_by": claim.second_by}
    for name, who in steps.items():
        if who:
            pairs[say(f"claim_page.{name}")] = named(visit, who)
    if claim.less_reason:
        pairs[say("claim_page.less_reason")] = claim.less_reason
    if view.account and claim.submitted_by:
        pairs[say("claim_page.account")] = view.account
    if pairs:
        layout.facts(pairs)


def history(visit: Visit, entries: Sequence[Entry]) -> None:
    """Each step of its way, newest first."""
    say = visit.say
    rows = [
        [
            moment(one.after.get("moved_at", one.at), visit.lang),
            state_name("claim", one.after["state"], visit.lang),
            named(visit, one.actor),
        ]
        for one in reversed(entries)
        if one.after and "state" in one.after
    ]
    with st.expander(say("claim_page.history")):
        heads = [say(f"claim_page.column.{name}") for name in ("when", "state", "who")]
        table(say("claim_page.caption.history"), heads, rows, wide=False)
