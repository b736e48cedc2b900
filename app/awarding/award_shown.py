"""What everyone who may read an award sees of it: terms, conditions, plan, claims, grounds, history, its money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from app import layout
from app.going import ways
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import day, moment, short_day
from data.numbers import localised
from fund.award.award_conditions import Condition
from fund.award.award_grounds import list_grounds
from fund.award.award_money import award_history
from fund.award.award_plans import NewPart, PlanPart
from fund.award.awards import Award
from fund.books.accounts_plan import KINDS
from fund.books.ledger import PostingRow
from fund.books.statements import award_postings, award_statement
from fund.payout.claims import Claim
from fund.payout.settlements import Settlement
from fund.rulebook.schemes import word
from fund.workflow import action_name, state_name


def terms(visit: Visit, award: Award) -> None:
    """The terms as they were frozen with the offer."""
    say, lang, held = visit.say, visit.lang, award.terms
    pairs = {
        say("award_page.term.form"): word("form", award.form, lang),
        say("award_page.term.asked"): say("award_page.kroner", ore_amount=held.asked),
        say("award_page.term.cost"): say("award_page.kroner", ore_amount=held.cost),
        say("award_page.term.accept_by"): day(award.accept_by, lang),
        say("award_page.term.report"): held.report.words(lang),
    }
    if held.withheld and award.form == "grant":
        share = localised(float(100 * held.withheld), lang)
        pairs[say("award_page.term.withheld")] = say("award_page.percent", share=share)
    if held.pro_rata and award.form == "grant":
        pairs[say("award_page.term.pro_rata")] = say("award_page.pro_rata")
    if held.attester:
        pairs[say("award_page.term.attester")] = word("attester", held.attester, lang)
    for name, rule in (("lapse", held.lapse), ("clawback", held.clawback)):
        if rule is not None:
            pairs[say(f"award_page.term.{name}")] = rule(lang)
    with st.expander(say("award_page.terms")):
        layout.text(say("award_page.terms_about", revision=held.revision), small=True)
        layout.facts(pairs)


def conditions(visit: Visit, held: Sequence[Condition]) -> None:
    """Each condition, and whether it is met."""
    say, lang = visit.say, visit.lang
    rows = []
    for one in held:
        met = say("award_page.met", day=moment(one.met_at, lang), note=one.note) if one.met_at else ""
        waits = say("award_page.gates" if one.gates else "award_page.not_met")
        rows.append([one.text, met or waits, short_day(one.due, lang)])
    heads = [say(f"award_page.column.{name}") for name in ("condition", "met", "due")]
    table(say("award_page.caption.conditions"), heads, rows)


def plan(visit: Visit, parts: Sequence[PlanPart | NewPart], caption: str) -> None:
    """A payment plan."""
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [say("award_page.column.moment")]
    heads += [Column(say("award_page.column.kroner"), number=True), say("award_page.column.from")]
    rows = [[word("when", one.moment, lang), amount(one.amount, lang), short_day(one.due, lang)] for one in parts]
    total = [say("award_page.total"), amount(sum(one.amount for one in parts), lang), ""]
    table(caption, heads, [*rows, total], totals=1, wide=False)


def claims(visit: Visit, held: Sequence[Claim], *, public: bool) -> None:
    """The claims, each to open."""
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [say("award_page.column.claim")]
    heads += [Column(say("award_page.column.kroner"), number=True), say("award_page.column.state")]
    rows: list[list[Cell]] = [
        [
            Link(say(f"award_page.claim.{one.part}", number=one.number), f"/anmodning?id={one.id}"),
            amount(_asked(one), lang),
            state_name("claim", one.state, lang, public=public),
        ]
        for one in held
    ]
    table(say("award_page.caption.claims"), heads, rows, wide=False)


def _asked(claim: Claim) -> int | None:
    """What a claim comes to; what is typed in one that was never sent says nothing yet."""
    return claim.amount if claim.submitted_by else None


def settlement(visit: Visit, held: Settlement, cap: int) -> None:
    """How a guarantee was settled."""
    say = visit.say
    kroner = {"cap": cap, "deficit": held.deficit, "approved": held.approved, "paid": min(cap, held.approved)}
    pairs = {
        say(f"award_page.settled.{name}"): say("award_page.kroner", ore_amount=ore) for name, ore in kroner.items()
    }
    pairs[say("award_page.settled.attested_by")] = word("attester", held.attested_by, visit.lang)
    pairs[say("award_page.settled.checked_by")] = named(visit, held.checked_by)
    if held.approved_by:
        pairs[say("award_page.settled.approved_by")] = named(visit, held.approved_by)
    if held.reason:
        pairs[say("award_page.settled.reason")] = held.reason
    layout.section(say("award_page.settlement"))
    layout.facts(pairs)


def grounds(visit: Visit, award: Award) -> None:
    """What was done on stated grounds, and on which decision."""
    say = visit.say
    found = list_grounds(visit.store, visit.actor, award.id)
    if not found:
        return
    layout.section(say("award_page.grounds_heading"))
    rows = [[_what(visit, one.action), one.text, one.decision or "–", moment(one.at, visit.lang)] for one in found]
    heads = [say(f"award_page.column.{name}") for name in ("what", "why", "decision", "when")]
    table(say("award_page.caption.grounds"), heads, rows)


def _what(visit: Visit, action: str) -> str:
    if action in ("return_report", "drop_demand", "write_off"):
        return visit.say(f"award_page.did.{action}")
    return action_name("award", action, visit.lang)


def history(visit: Visit, award: Award) -> None:
    """Each state that it came to, newest first."""
    say = visit.say
    rows = [
        [
            moment(one.after.get("moved_at", one.at), visit.lang),
            state_name("award", one.after["state"], visit.lang),
            named(visit, one.actor),
        ]
        for one in reversed(award_history(visit.store, visit.actor, award.id))
        if one.after and "state" in one.after
    ]
    with st.expander(plain(say("award_page.history"))):
        heads = [say(f"award_page.column.{name}") for name in ("when", "state", "who")]
        table(say("award_page.caption.history"), heads, rows, wide=False)


def ledger(visit: Visit, award: Award) -> None:
    """Where its money stands by account, and every posting, each to open."""
    say, lang = visit.say, visit.lang
    statement = award_statement(visit.store, visit.actor, award.id)
    layout.section(say("award_page.ledger"))
    heads: list[Column | str] = [say("award_page.column.account"), Column(say("award_page.column.kroner"), number=True)]
    sums = [[say(f"award_page.kind.{kind}"), amount(ore, lang)] for kind, ore in statement.sums.items() if ore]
    if sums:
        table(say("award_page.caption.sums"), heads, sums, wide=False)
    rows: list[list[Cell]] = [
        [
            Link(say("award_page.posting", number=one.id), f"/postering?id={one.id}"),
            amount(_moved(one), lang),
            say(f"award_page.posted.{one.what}"),
            _day(visit, one.day),
        ]
        for one in award_postings(visit.store, visit.actor, award.id)
    ]
    heads = [say("award_page.column.posting"), Column(say("award_page.column.kroner"), number=True)]
    heads += [say("award_page.column.what"), say("award_page.column.day")]
    table(say("award_page.caption.postings"), heads, rows)


def _moved(posting: PostingRow) -> int:
    """The øre that a posting is about: what was paid or lent, else the most that it moved between two kinds."""
    told = [abs(posting.moved(kind)) for kind in ("paid", "lent")]
    return max(told) or max(abs(posting.moved(kind)) for kind in KINDS)


def _day(visit: Visit, text: str) -> str:
    """A stored day as people read it."""
    return short_day(dt.date.fromisoformat(text), visit.lang)


def letters(visit: Visit, award: Award) -> None:
    """Its letters, and the pages that it belongs to."""
    say = visit.say
    links = [Link(say("award_page.letter"), f"/last-ned/tilsagnsbrev/{award.id}.docx?lang={visit.lang}")]
    if award.state in ("settled", "closed"):
        links.append(Link(say("award_page.end_letter"), f"/last-ned/sluttbrev/{award.id}.docx?lang={visit.lang}"))
    own = visit.actor.id in award.owners
    links.append(Link(say("award_page.application"), f"/soknad?id={award.application}"))
    if not own and visit.may("case.read"):
        links.append(Link(say("award_page.case"), f"/sak?id={award.application}"))
    ways(links)
