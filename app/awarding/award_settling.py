"""What the treasurer does with an award: settle it, demand money back, take in what comes, and loans."""

from __future__ import annotations

from app import layout
from app.awarding.award_managing import step_button
from app.awarding.grounded import closed_form, text_of
from app.deed import Fields, amount_of, day_of
from app.visit import Visit
from fund.award import award_steps
from fund.award.award_money import AwardMoney
from fund.award.awards import Award
from fund.books.statements import award_postings
from fund.payout.loans import record_repayment, write_off_loan
from fund.workflow import workflows


def settling(visit: Visit, award: Award, money: AwardMoney) -> None:
    """What its state and its money leave the treasurer to do."""
    say = visit.say
    if award.state == "final_report_in":
        step_button(visit, award, "settle", award_steps.settle, first=True, sure=say("award_page.sure.settle"))
    can = "claw_back" in workflows()["award"].actions(award.state) and money.paid > 0
    if not (can or money.demanded or money.lent):
        return
    layout.section(say("award_page.money_acts"))
    once = _seen(visit, award)
    if money.demanded:
        layout.text(say("award_page.demanded", ore_due=money.demanded))
        _received(visit, award, once)
        _given_up(visit, award, once)
    if money.lent:
        layout.text(say("award_page.lent", ore_lent=money.lent))
        _repaid(visit, award, once)
        _written_off(visit, award, once)
    if can:
        _clawed_back(visit, award)


def _seen(visit: Visit, award: Award) -> str:
    """The key of what is booked next, by what was booked when the page was drawn: two tabs book the same once."""
    return f"after-{max(one.id for one in award_postings(visit.store, visit.actor, award.id))}"


def _received(visit: Visit, award: Award, once: str) -> None:
    def received_words(name: str) -> str:
        return visit.say(f"award_page.received.{name}")

    def act(visit: Visit, form: Fields) -> None:
        amount, day = amount_of(form, "amount", received_words("amount")), day_of(form, "day", received_words("day"))
        award_steps.receive_back(visit.store, visit.actor, once, award.id, amount, day)

    closed_form(visit, f"award_{award.id}_received", ("amount", "day"), received_words, act)


def _given_up(visit: Visit, award: Award, once: str) -> None:
    def given_up_words(name: str) -> str:
        return visit.say(f"award_page.given_up.{name}")

    def act(visit: Visit, form: Fields) -> None:
        amount = amount_of(form, "amount", given_up_words("amount"))
        award_steps.give_up_demand(visit.store, visit.actor, once, award.id, amount, text_of(form))

    sure = visit.say("award_page.sure.given_up")
    closed_form(visit, f"award_{award.id}_given_up", ("amount", "grounds"), given_up_words, act, sure=sure)


def _clawed_back(visit: Visit, award: Award) -> None:
    def clawed_back_words(name: str) -> str:
        return visit.say(f"award_page.clawed.{name}")

    def act(visit: Visit, form: Fields) -> None:
        amount, decision = amount_of(form, "amount", clawed_back_words("amount")), text_of(form, "decision")
        award_steps.claw_back(visit.store, visit.actor, award.id, award.version, amount, text_of(form), decision)

    sure = visit.say("award_page.sure.clawed")
    closed_form(visit, f"award_{award.id}_clawed", ("amount", "grounds", "decision"), clawed_back_words, act, sure=sure)


def _repaid(visit: Visit, award: Award, once: str) -> None:
    def repaid_words(name: str) -> str:
        return visit.say(f"award_page.repaid.{name}")

    def act(visit: Visit, form: Fields) -> None:
        amount, day = amount_of(form, "amount", repaid_words("amount")), day_of(form, "day", repaid_words("day"))
        record_repayment(visit.store, visit.actor, award.id, once, amount, day)

    closed_form(visit, f"award_{award.id}_repaid", ("amount", "day"), repaid_words, act)


def _written_off(visit: Visit, award: Award, once: str) -> None:
    def written_off_words(name: str) -> str:
        return visit.say(f"award_page.written_off.{name}")

    def act(visit: Visit, form: Fields) -> None:
        amount = amount_of(form, "amount", written_off_words("amount"))
        write_off_loan(visit.store, visit.actor, award.id, once, text_of(form), amount)

    sure = visit.say("award_page.sure.written_off")
    closed_form(visit, f"award_{award.id}_written_off", ("amount", "grounds"), written_off_words, act, sure=sure)
