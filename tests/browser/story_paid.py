"""The fund's story from the accepted offers to the next year's application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from funded import KR, sums
from playwright.sync_api import expect

from browser.story_hands import PAPER, Year, accounts, clicks, do, onward, send, unfold
from data.numbers import kroner
from data.store import open_store
from fund.demo import SAMPLES
from fund.demo import _event as its_event
from fund.rulebook.schemes import word
from fund.verify import verify
from impact.review.questions import grade_name
from impact.survey.surveys import list_surveys

GRANT, GUARANTEE = 1, 2
"""The awards' numbers."""


def accepted(year: Year) -> None:
    """Both offers are accepted and their plans set; the grant's condition is met."""
    year.at("2026-04-10")
    for award, told in ((GRANT, year.case), (GUARANTEE, year.festival)):
        person = year("applicant", f"/tilsagn?id={award}")
        say = person.say
        do(person, say("workflow.award_action.accept"), sure=True)
        officer = year("officer", f"/tilsagn?id={award}")
        do(officer, say("award_page.plan_do"))
        do(officer, say("workflow.award_action.activate"))
        for text in told.get("conditions", ()):
            box = unfold(officer, say("award_page.meet_open", text=text))
            officer.type(say("award_page.meet_note"), "Avtalen er lest (eksempel).", box)
            do(officer, say("award_page.meet_do"), box)


def paid(year: Year) -> None:
    """A claim goes from its receipt to the payment file in a few clicks; another treasurer says that it is paid."""
    year.at("2026-04-21")
    person = year("applicant", "/tilsagn?id=1")
    say = person.say
    do(person, say("award_page.start.part"))
    person.open("/anmodning?id=1")
    person.type(say("claim_page.amount"), "150 000")
    person.sees(say("page.read_as", amount=kroner(150_000 * KR, year.lang)))
    do(person, say("workflow.claim_action.submit"), sure=True)
    cashier = year("cashier", "/utbetalinger")
    box = unfold(cashier, say("payouts_page.payer_change"))
    for part in ("name", "orgnr", "account"):
        cashier.type(say(f"payouts_page.payer_part.{part}"), year.told["payer"][part], box)
    do(cashier, say("payouts_page.payer_set"), box, sure=True)
    before = fund_clicks(year)
    approved(year, 1, 150_000)
    with cashier.page.expect_download() as download:
        cashier.page.locator("a[href*='/last-ned/betalingsfil/1.xml']").first.click()
    assert b"150000.00" in Path(download.value.path()).read_bytes()
    assert fund_clicks(year) - before <= 10
    booked(year, 1)


def fund_clicks(year: Year) -> int:
    """The clicks so far of those in the fund who take a claim from its receipt to the payment file."""
    return sum(clicks(one) for role, one in year.people.items() if role in ("officer", "treasurer", "cashier"))


def approved(year: Year, claim: int, amount: int, by: Sequence[str] = ("officer", "treasurer")) -> None:
    """Two approve a claim, and the cashier makes the payment file."""
    for role in by:
        approver = year(role, f"/anmodning?id={claim}")
        do(approver, approver.say("claim_page.approve", amount=kroner(amount * KR, year.lang)))
    cashier = year("cashier", "/utbetalinger")
    do(cashier, cashier.say("payouts_page.make"), sure=True)


def booked(year: Year, batch: int) -> None:
    """The treasurer says what the bank did with a payment file."""
    treasurer = year("treasurer", f"/utbetalinger?id={batch}")
    say = treasurer.say
    treasurer.pick(say("payouts_page.outcome.paid"))
    treasurer.date(say("payouts_page.column.day_booked"), year.now.date())
    treasurer.type(say("payouts_page.seen"), "Kontoutskrift (eksempel)")
    do(treasurer, say("payouts_page.hand_do"), sure=True)


def held(year: Year) -> None:
    """The cup and the festival were held; their reports are sent and approved."""
    year.at("2026-10-05")
    for award, told in ((GRANT, year.case), (GUARANTEE, year.festival)):
        person = year("applicant", f"/tilsagn?id={award}")
        say = person.say
        person.type(say("award_page.report_text"), "Oppdiktet til eksempelet.")
        person.type(say("award_page.count.visitors"), str(told["came"]))
        person.type(say("award_page.uncounted"), "Gjestedøgn ble ikke talt.")
        accounts(person, f"report_{award}", told["accounts"])
        do(person, say("workflow.report_action.submit"), sure=True)
        do(year("officer", f"/tilsagn?id={award}"), say("award_page.approve_report.final"))


def settled(year: Year) -> None:
    """The final claim comes with accounts and attestation, is paid, and what wasn't used is free again."""
    year.at("2026-10-12")
    final_claim(year, GRANT, 2, year.case["accounts"])
    approved(year, 2, year.case["accounts"]["amount"])
    booked(year, 2)
    do(
        year("treasurer", f"/tilsagn?id={GRANT}"),
        year.people["treasurer"].say("workflow.award_action.settle"),
        sure=True,
    )


def guarantee_settled(year: Year) -> None:
    """The festival's deficit is claimed, a part of it approved and paid, and the rest of the guarantee set free."""
    told, claim = year.festival, 3
    final_claim(year, GUARANTEE, claim, told["accounts"])
    officer = year("officer", f"/anmodning?id={claim}")
    say = officer.say
    officer.type(say("claim_page.approve_deficit"), str(told["approved_deficit"]))
    officer.type(say("claim_page.reason"), "Mottakelsen dekkes ikke av garantien (eksempel).")
    do(officer, say("claim_page.approve_deficit_do"))
    approved(year, claim, told["approved_deficit"], by=("treasurer",))
    booked(year, 3)
    treasurer = year("treasurer", f"/tilsagn?id={GUARANTEE}")
    do(treasurer, say("workflow.award_action.settle"), sure=True)
    with open_store(year.site.folder) as store:
        assert "guaranteed" not in sums(store), "nothing is set aside any longer"
    do(year("officer", f"/tilsagn?id={GUARANTEE}"), say("workflow.award_action.close"), sure=True)


def final_claim(year: Year, award: int, claim: int, told: Mapping[str, Any]) -> None:
    """The organiser's final claim: accounts by the budget's lines, papers, and who vouches for them."""
    person = year("applicant", f"/tilsagn?id={award}")
    say = person.say
    do(person, say("award_page.start.final"))
    person.open(f"/anmodning?id={claim}")
    if "amount" in told:
        person.type(say("claim_page.amount"), str(told["amount"]))
    accounts(person, f"claim_{claim}", told)
    for purpose in ("accounts", "attestation"):
        uploader = person.page.locator(f"[class*=st-key-claim_{claim}_papers_{purpose}] input[type=file]")
        content = b"".join([PAPER["buffer"], purpose.encode(), str(claim).encode()])  # type: ignore[list-item]
        uploader.set_input_files({**PAPER, "name": f"{purpose}.pdf", "buffer": content})  # type: ignore[arg-type]
        expect(person.page.get_by_role("link", name=f"{purpose}.pdf").first).to_be_visible()
    person.choose(say("claim_page.attested_by"), word("attester", told["attested_by"], year.lang))
    do(person, say("workflow.claim_action.submit"), sure=True)


def paid_back(year: Year) -> None:
    """The cup was smaller than planned: a part is demanded back, and comes."""
    year.at("2026-11-02")
    treasurer = year("treasurer", "/tilsagn?id=1")
    say = treasurer.say
    box = unfold(treasurer, say("award_page.clawed.open"))
    treasurer.type(say("award_page.clawed.amount"), "40 000", box)
    treasurer.type(say("award_page.clawed.grounds"), "Færre lag enn søkt om (eksempel).", box)
    treasurer.type(say("award_page.clawed.decision"), "Styresak 7/2026 (eksempel)", box)
    do(treasurer, say("award_page.clawed.do"), box, sure=True)
    year.at("2026-11-12")
    treasurer = year("treasurer", "/tilsagn?id=1")
    box = unfold(treasurer, say("award_page.received.open"))
    treasurer.type(say("award_page.received.amount"), "40 000", box)
    treasurer.date(say("award_page.received.day"), dt.date(2026, 11, 12))
    do(treasurer, say("award_page.received.do"), box)


def ended(year: Year) -> None:
    """What is left goes on to the next year."""
    year.at("2027-01-05")
    treasurer = year("treasurer", "/bidrag")
    say = treasurer.say
    box = unfold(treasurer, say("contributions_page.carry"))
    treasurer.type(say("contributions_page.carry_from"), "2026", box)
    treasurer.idle()
    do(treasurer, say("contributions_page.carry_do"), box, sure=True)


def found_again(year: Year) -> None:
    """A figure leads back to its posting; the books hold what the story says; anyone reads of the award."""
    auditor = year("auditor", "/regnskap")
    say = auditor.say
    auditor.page.get_by_role("table").get_by_role("link").first.click()
    auditor.settle()
    auditor.page.get_by_role("table").locator("a[href^='/postering']").first.click()
    auditor.settle()
    auditor.sees(say("page.title.posting"))
    auditor.open("/kontroll")
    auditor.sees(say("page.title.checks"))
    anyone = year.make(year.site, lang=year.lang, width=year.width)
    assert year.case["document"]["title"] in anyone.open("/fond").inner_text("body")
    with open_store(year.site.folder) as store:
        assert verify(store.db, store.folder) == []
        held = sums(store)
        names = ("available", "committed", "paid", "bank", "reserved")
        assert {name: held.get(name, 0) // KR for name in names} == {
            "available": 3_450_000,
            "committed": 0,
            "paid": 550_000,
            "bank": 3_450_000,
            "reserved": 0,
        }


def learnt(year: Year) -> None:
    """The outcome is read from the visitors' answers and locked; the organiser says what to do next time."""
    year.at("2027-01-12")
    with open_store(year.site.folder) as store:
        query = "SELECT min(id) FROM event WHERE owner = ?"
        event = store.db.execute(query, [year.site.actor(store, "applicant").id]).fetchone()[0]
    officer = year("officer", f"/undersokelser?id={event}")
    say, page = officer.say, officer.page
    officer.press(say("surveys_page.make"))
    officer.sees(say("surveys_page.made"))
    with open_store(year.site.folder) as store:
        (survey,) = list_surveys(store, year.site.actor(store, "officer"), event)
    officer.open(f"/svar-inn?id={survey.id}")
    page.locator("input[type=file]").set_input_files(SAMPLES / year.told["after"]["answers"])
    officer.press(say("survey_import_page.store.many", count=180))
    officer.sees(say("survey_import_page.stored", count=180))
    officer.open(f"/evaluering?id={event}")
    do(officer, say("evaluation_page.begin"))
    page.get_by_test_id("stExpander").first.locator("summary").click()
    officer.button(say("evaluation_page.take.do")).focus()  # it slides into its place; the keyboard doesn't miss it
    page.keyboard.press("Enter")
    officer.sees(say("evaluation_page.taken_in"))
    do(officer, say("evaluation_page.lock_do"), sure=True)
    person = year("applicant", f"/gjennomgang?id={event}")
    person.type(say("review_page.field.next"), year.told["after"]["review"]["organiser"]["volunteers"]["next"])
    person.pick(grade_name("partly", year.lang))
    do(person, say("review_page.hand_in"), sure=True)


def asked_again(year: Year) -> None:
    """The organiser applies anew from last year's application; the case is read in the light of the first."""
    treasurer = year("treasurer", "/bidrag")
    say = treasurer.say
    box = unfold(treasurer, say("contributions_page.frame_open"))
    treasurer.type(say("contributions_page.frame_column.amount"), "1 000 000", box)
    treasurer.type(say("contributions_page.frame_column.limit"), "0", box)
    do(treasurer, say("contributions_page.frame_do_open"), box)
    officer = year("officer", "/ordninger")
    box = unfold(officer, say("schemes_page.plan"))
    titles = "Store arrangementer 2027 (eksempel)", "Large events 2027 (an example)"
    officer.type(say("schemes_page.call.title_nb"), titles[0], box)
    officer.type(say("schemes_page.call.title_en"), titles[1], box)
    officer.date(say("schemes_page.call.opens"), dt.date(2027, 2, 1))
    officer.date(say("schemes_page.call.closes"), dt.date(2027, 3, 1))
    do(officer, say("schemes_page.plan_do"), box)
    officer.open("/ordninger?utlysning=2")
    do(officer, say("schemes_page.call.set_frame"))
    year.at("2027-02-01", "08:00")
    with open_store(year.site.folder) as store:
        later = {"first_day": "2027-06-11", "last_day": "2027-06-13", "title": f"{year.case['document']['title']} 2027"}
        case = {**year.case, "key": "cup-2027", "document": {**year.case["document"], **later}}
        its_event(year.story(store), case)
    officer = year("officer", "/ordninger?utlysning=2")
    do(officer, say("workflow.call_action.open"), sure=True)
    person = year("applicant", "/soknader")
    box = unfold(person, say("applications_page.copy.title"))
    do(person, say("applications_page.copy.do"), box)
    person.page.get_by_role("link", name=say("applications_page.copied")).click()
    person.page.wait_for_url("**/soknad?id=*")
    person.settle()
    onward(person, "event")
    do(person, say("application_page.forecast.lock"))
    onward(person, "amount")
    person.type(say("application_page.asked"), "300 000")
    person.type(say("application_page.least"), "200 000")
    onward(person, "budget")
    send(person)
    with open_store(year.site.folder) as store:
        number = store.db.execute("SELECT max(id) FROM application").fetchone()[0]
    officer = year("officer", f"/sak?id={number}")
    do(officer, say("case_page.answer.none"))
    for part in ("forecast_record.case.title", "lesson_checks.page.title"):
        expect(officer.page.get_by_role("heading", name=say(part))).to_be_visible()
    officer.sees(say("forecast_record.case.own", count=1, below=1, within=0, above=0))
    unfold(officer, say("lesson_checks.page.similar", count=1))
    officer.sees(year.told["after"]["review"]["organiser"]["volunteers"]["next"])
    title = year.case["document"]["title"]
    officer.open("/treffsikkerhet")
    expect(officer.page.get_by_role("table").get_by_role("link", name=title).first).to_be_visible()
