"""What stands against giving an amount, apart from what frames and pots hold: caps, the ceiling for aid, guarantees.

The frame, the pots and the exposure limit are asked when the money is moved (:mod:`fund.books.frames`), in the same
transaction. What was given in the same case before, where it was decided anew after an appeal, counts along.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlite_utils import Database

from data.faults import Fault, shown
from data.phrases import LANGUAGES
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.award.awards import awards_of
from fund.books.covenant import covenant_state
from fund.deadlines import oslo_day
from fund.intake.applications import Application
from fund.intake.as_sent import case_as_sent
from fund.intake.completeness import facts_of
from fund.meeting.proposals import Proposal
from fund.review.recommendations import form_of
from fund.rulebook.guarantee_rules import check_guarantee
from fund.rulebook.rules import RuleCheck, check
from fund.state_aid.aid import BASES, aid_rules, room_in
from fund.state_aid.aid_grounds import aid_ground
from fund.state_aid.euro import rate_on
from fund.state_aid.undertakings import undertaking_of

_ASKED_AGAIN = ("caps", "forms", "frame")
"""The sections of a scheme that bear on what is given, and not only on what was asked."""


def money_faults(store: Store, db: Database, one: Application, proposal: Proposal, at: dt.datetime) -> list[Fault]:
    """The guard ``money`` of a proposal that gives something; its own faults are looked at elsewhere."""
    amount = proposal.amount
    if amount is None:
        return []
    covenant = covenant_state(db, oslo_day(at)).fault()
    found = [] if covenant is None else [covenant]
    given = sum(award.amount for award in awards_of(db, one.id, at) if award.state != "lapsed")
    found += _asked_faults(one, proposal, amount, given)
    found += [_fault(rule) for rule in _rules_against(db, one, proposal, amount + given, at)]
    if proposal.outcome == "guaranteed":
        stated = check_guarantee(proposal.stated_guarantee(), oslo_day(at), set_aside=amount)
        found += [_fault(rule) for rule in stated if rule.holds is not True]
    return [*found, *_aid_faults(store, db, one, proposal, at)]


def equivalent_of(proposal: Proposal) -> int | None:
    """What counts of an award as aid, where that isn't the whole: a loan's gross grant equivalent, as entered."""
    return (proposal.loan or {}).get("equivalent") if proposal.form == "loan" else None


def _asked_faults(one: Application, proposal: Proposal, amount: int, given: int) -> list[Fault]:
    """Where what is given isn't what the outcome's name says, held against what was asked for."""
    if one.asked is None:
        return []
    figures = {"ore_asked": one.asked, "ore_amount": amount, "ore_given": given, "ore_all": amount + given}
    if amount + given > one.asked:
        return [Fault("", "amount", "", "decisions.above_asked", figures)]
    if proposal.outcome == "granted" and amount + given < one.asked:
        return [Fault("", "amount", "", "decisions.only_part", figures)]
    if proposal.outcome == "granted_in_part" and amount + given == one.asked:
        return [Fault("", "amount", "", "decisions.not_part", figures)]
    return []


def _rules_against(db: Database, one: Application, proposal: Proposal, amount: int, at: dt.datetime) -> list[RuleCheck]:
    """The scheme's rules that the amount breaks, held against the application as it was sent."""
    case = case_as_sent(db, one.id, at)
    form = form_of(proposal.outcome, case.contents.form)
    checks = check(case.scheme, replace(facts_of(case), form=form, asked=amount))
    return [rule for rule in checks if rule.holds is False and rule.rule.partition(".")[0] in _ASKED_AGAIN]


def _aid_faults(store: Store, db: Database, one: Application, proposal: Proposal, at: dt.datetime) -> list[Fault]:
    """What the rules for state aid say against it: no ground, no rate to count in, too little room left."""
    ground = aid_ground(db, one.id)
    if ground is None or one.organisation is None:
        return [Fault("", "aid", str(one.number), "decisions.no_aid_ground")]
    if ground.kind not in BASES:
        return []
    counted = equivalent_of(proposal) if proposal.form == "loan" else proposal.amount
    if type(counted) is not int:
        return [Fault("", "equivalent", shown(counted), "aid.loan")]
    day = oslo_day(at)
    rate = rate_on(db, day)
    if rate is None:
        return [Fault("", "day", day.isoformat(), "aid.no_rate")]
    if not ground.counts:
        return []
    undertaking = undertaking_of(db, organisation_at(db, one.organisation, at).number, day)
    fault = room_in(db, undertaking, day, aid_rules(store, day)).fault(rate.cents(counted))
    return [] if fault is None else [fault]


def _fault(one: RuleCheck) -> Fault:
    figures = {f"rule_{lang}": one.sentence(lang) for lang in LANGUAGES}
    code = "rule_fails" if one.holds is False else "rule_open"
    return Fault("", one.rule, "", f"application.{code}", figures)
