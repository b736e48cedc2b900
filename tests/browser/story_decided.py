"""The fund's story from the first contribution to the board's decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from funded import KR, sums
from playwright.sync_api import expect

from app.tables import amount
from browser.conftest import Visitor
from browser.story_hands import Year, clicks, do, onward, send, unfold
from data.clock import day
from data.limits import limit
from data.phrases import say as in_bokmaal
from data.store import open_store
from fund.demo import SAMPLES
from fund.demo import _event as its_event
from fund.demo import _sent as sent_in
from fund.review.conflicts import declare
from fund.rulebook.schemes import word
from fund.state_aid.aid_grounds import CONDITIONS, ground_name

PARTNERS = {"Eksempel kommune": "public", "Eksempel bank": "private"}
NUMBERS = ("2026-0001", "2026-0002")
SCHEME = SAMPLES / "eksempelfondet.toml"


def endowed(year: Year) -> None:
    """Two partners pay in, the covenant and the frame are set, and the board takes its seats."""
    person = year("treasurer", "/bidrag")
    say = person.say
    for number, (name, kind) in enumerate(PARTNERS.items()):
        box = unfold(person, say("contributions_page.new_partner"))
        person.type(say("contributions_page.name"), name, box)
        if kind == "private":
            person.pick(say("contributions_page.kind.private"))
        do(person, say("contributions_page.add"), box)
        person.choose(say("contributions_page.column.partner"), name)
        person.type(say("contributions_page.amount"), "2 000 000")
        person.date(say("contributions_page.day"), dt.date(2026, 1, 15))
        do(person, say("contributions_page.do_book"), person.page.locator(".st-key-contributions_book_do"))
        person.sees(amount((number + 1) * 2_000_000 * KR, year.lang))
    box = unfold(person, say("contributions_page.covenant_new"))
    person.date(say("contributions_page.covenant_from"), dt.date(2026, 1, 1))
    person.type(say("contributions_page.covenant_private"), "1", box)
    person.type(say("contributions_page.covenant_public"), "1", box)
    person.type(say("contributions_page.covenant_ground"), "Partneravtalen (eksempel)", box)
    do(person, say("contributions_page.covenant_set"), box, sure=True)
    box = unfold(person, say("contributions_page.frame_open"))
    person.type(say("contributions_page.frame_column.amount"), "1 500 000", box)
    person.type(say("contributions_page.frame_column.limit"), "500 000", box)
    do(person, say("contributions_page.frame_do_open"), box)


def announced(year: Year) -> None:
    """The scheme is brought in as a file, and a call of it planned with the year's frame; it opens on its day."""
    person = year("officer", "/ordninger")
    say = person.say
    box = unfold(person, say("schemes_page.upload.heading"))
    box.locator("input[type=file]").set_input_files(SCHEME)
    person.settle()
    do(person, say("schemes_page.upload.do"), box)
    box = unfold(person, say("schemes_page.plan"))
    person.type(say("schemes_page.call.title_nb"), "Store arrangementer 2026 (eksempel)", box)
    person.type(say("schemes_page.call.title_en"), "Large events 2026 (an example)", box)
    person.date(say("schemes_page.call.opens"), dt.date(2026, 2, 1))
    person.date(say("schemes_page.call.closes"), dt.date(2026, 3, 1))
    do(person, say("schemes_page.plan_do"), box)
    person.open("/ordninger?utlysning=1")
    do(person, say("schemes_page.call.set_frame"))
    year.at("2026-02-01", "08:00")
    person = year("officer", "/ordninger?utlysning=1")
    do(person, say("workflow.call_action.open"), sure=True)


def seated(year: Year) -> None:
    """The administrator gives the chair and a member their seats, and the board can decide."""
    person = year("administrator", "/styret")
    say = person.say
    for role in ("chair", "board"):
        name = in_bokmaal("account.demo.name", "nb", role=in_bokmaal(f"permission.role.{role}", "nb"))
        person.choose(say("board_page.who"), name)
        do(person, say("board_page.add"))
    person.sees(say("board_page.lead", members=2, deputies=0, least=1))


def applied(year: Year) -> None:
    """An organiser asks for a mandate and is given it; the application is typed, looked over, and sent."""
    year.at("2026-02-10")
    told = year.case["document"]
    person = year("applicant", "/fullmakter")
    say = person.say
    person.type(say("mandates_page.number"), year.case["organisation"]["number"])
    person.type(say("mandates_page.name"), year.case["organisation"]["name"])
    person.choose(say("mandates_page.kind"), word("applicant", "sports_club", year.lang))
    do(person, say("mandates_page.ask_do"))
    officer = year("officer", "/fullmakter")
    officer.type(say("mandates_page.extract"), "utskrift av 1. februar (eksempel)")
    officer.date(say("mandates_page.until"), dt.date(2027, 12, 31))
    do(officer, say("mandates_page.confirm"))
    with open_store(year.site.folder) as store:
        its_event(year.story(store), year.case)
    person = year("applicant", "/utlysninger")
    person.press(say("calls_page.begin"))
    person.page.wait_for_url("**/soknad?id=*")
    person.settle()
    person.type(say("application_page.account"), year.case["account"])
    onward(person, "event")
    do(person, say("application_page.forecast.lock"))
    expect(person.box(say("application_page.title"))).to_have_value(told["title"])
    person.idle()  # every field is drawn anew
    person.type(say("application_page.summary"), told["summary"])
    expect(person.box(say("application_page.summary"))).to_have_value(told["summary"])
    onward(person, "amount")
    person.choose(say("application_page.form"), word("form", "grant", year.lang))
    person.type(say("application_page.asked"), "300 000")
    person.type(say("application_page.least"), "200 000")
    onward(person, "budget")
    person.type(say("application_page.paste.text"), sheet(told, say))
    do(person, say("application_page.paste.do", count=4, cost="¤", income="").partition(":")[0])
    third = person.page.locator("[class*=cost_2_box]")
    third.get_by_text(say("application_page.row.eligible")).click()
    send(person)
    person.sees(say("application_page.receipt.title"))
    with open_store(year.site.folder) as store:  # the festival's is put in as this form would have left it
        sent_in(year.story(store), year.festival, year.now)


def sheet(told: Mapping[str, Any], say: Callable[..., str]) -> str:
    """The budget as it is pasted from a spreadsheet."""
    lines = []
    for part in ("cost", "income"):
        lines += [say(f"application_page.part.{part}"), *(f"{one['name']}\t{one['amount']}" for one in told[part])]
    return "\n".join(lines)


def reviewed(year: Year) -> None:
    """The call is closed; the case is taken up, declared on, recommended, and scored by the board in a few clicks."""
    year.at("2026-03-02", "08:00")
    officer = year("officer", "/ordninger?utlysning=1")
    say = officer.say
    do(officer, say("workflow.call_action.close"), sure=True)
    officer = year("officer", "/fullmakter")
    officer.type(
        say("mandates_page.called", least=limit("note_shortest")),
        "Ringte nummeret i registeret; kontoen stemmer (eksempel).",
    )
    do(officer, say("mandates_page.account_confirm"))
    officer.open("/sak?id=1")
    do(officer, say("case_page.answer.none"))
    do(officer, say("workflow.application_action.take_up"))
    box = unfold(officer, say("case_page.set_ground"))
    officer.choose(say("case_page.ground_kind"), ground_name("no_aid", year.lang), box)
    for number, name in enumerate(CONDITIONS):
        met = say(f"case_page.{'no' if name == 'affects_trade' else 'yes'}")
        box.get_by_role("radiogroup").nth(number).get_by_text(met, exact=True).click()
        officer.idle()
    officer.type(say("case_page.ground_why"), "Lokal virksomhet (eksempel).", box)
    do(officer, say("case_page.save_ground"), box)
    officer.choose(say("case_page.outcome"), say("workflow.application_action.grant_on_conditions"))
    officer.type(say("case_page.amount"), "300 000")
    officer.type(say("case_page.grounds", least=limit("note_shortest")), "Oppdiktet til eksempelet.")
    officer.type(say("case_page.conditions"), year.case["conditions"][0])
    do(officer, say("case_page.recommend_do"))
    for role, points in zip(("chair", "board"), year.case["points"], strict=False):
        member = year(role, "/sak?id=1")
        before = clicks(member)
        do(member, say("case_page.answer.none"))
        boxes = member.page.locator("[class*=_box_]").filter(has=member.page.get_by_role("radiogroup"))
        expect(boxes).to_have_count(3)
        for number, given in enumerate(points):
            box = boxes.nth(number)
            box.get_by_role("radio", name=str(given), exact=True).click()
            member.type(say("case_page.score_reason", least=limit("note_shortest")), "Oppdiktet til eksempelet.", box)
            expect(box.locator(".rv-read")).to_contain_text(say("case_page.score_saved", at="")[:-1].strip())
        assert clicks(member) - before <= 12


def guarantee_asked(year: Year) -> None:
    """The guarantee that is asked for is state aid: the euro's rate of the day is entered, and it is recommended."""
    with open_store(year.site.folder) as store:
        for role in ("chair", "board"):
            declare(store, year.site.actor(store, role), 2, "none", at=year.now)
    officer = year("officer", "/sak?id=2")
    say = officer.say
    do(officer, say("case_page.answer.none"))
    do(officer, say("workflow.application_action.take_up"))
    box = unfold(officer, say("case_page.set_ground"))
    officer.choose(say("case_page.ground_kind"), ground_name("de_minimis", year.lang), box)
    officer.type(say("case_page.ground_why"), "Festivalen selger billetter (eksempel).", box)
    do(officer, say("case_page.save_ground"), box)
    do(officer, say("euro_rate.do"))
    officer.choose(say("case_page.outcome"), say("workflow.application_action.guarantee"))
    officer.type(say("case_page.amount"), str(year.festival["amount"]))
    officer.type(say("case_page.grounds", least=limit("note_shortest")), "Oppdiktet til eksempelet.")
    do(officer, say("case_page.recommend_do"))


def met(year: Year) -> None:
    """The meeting is planned and its agenda locked; both come, vote, and the chair reads out, ends, and signs."""
    year.at("2026-03-13")
    officer = year("officer", "/moter")
    say = officer.say
    officer.type(say("meetings_page.head.title"), "Styremøte 1 (eksempel)")
    officer.date(say("meetings_page.head.day"), dt.date(2026, 3, 26))
    do(officer, say("meetings_page.plan"))
    officer.open("/mote?id=1")
    for number in NUMBERS:
        officer.press(say("meeting_page.put_on", number=number))
        expect(officer.button(say("meeting_page.put_on", number=number))).to_have_count(0)
    officer.press(say("workflow.meeting_action.lock_agenda"))
    expect(officer.page.get_by_test_id("stPopoverBody")).to_be_visible()
    officer.press(
        say("workflow.meeting_action.lock_agenda"), officer.page.get_by_test_id("stPopoverBody").locator("visible=true")
    )
    officer.sees(say("meeting_page.lead.under_way", day=day(dt.date(2026, 3, 26), year.lang)))
    year.at("2026-03-26", "09:00")
    do(year("officer", "/mote?id=1"), say("euro_rate.do"))
    for role in ("chair", "board"):
        member = year(role, "/mote?id=1")
        member.press(say("meeting_page.come.room"))
        member.sees(say("meeting_page.you.room"))
        for_it(member)
    read_out(year)
    chair = year("chair", "/mote?id=1&sak=2")
    box = chair.page.get_by_test_id("stExpander").filter(has_text=say("meeting_page.build_first")).first
    chair.date(say("meeting_page.field.first"), dt.date(2026, 8, 14))
    chair.date(say("meeting_page.field.last"), dt.date(2026, 12, 31))
    do(chair, say("meeting_page.put_forward"), box)
    for_it(year("board", "/mote?id=1&sak=2"))
    read_out(year)
    do(chair, say("workflow.meeting_action.hold"), sure=True)
    do(chair, say("workflow.meeting_action.sign"), sure=True)
    with open_store(year.site.folder) as store:
        assert sums(store)["guaranteed"] == year.festival["amount"] * KR, "the whole cap is set aside"


def for_it(member: Visitor) -> None:
    """Vote for the motion that is on the table."""
    member.press(member.say("meeting_page.vote.for"))
    member.sees(member.say("meeting_page.your_vote.for"))


def read_out(year: Year) -> None:
    """The chair sees that both voted for the motion, and reads the decision out."""
    chair = year.people["chair"]
    chair.sees(chair.say("meeting_page.tally", **{"for": 2, "against": 0}, counted=2, least=1))
    do(chair, chair.say("meeting_page.read"), sure=True)
