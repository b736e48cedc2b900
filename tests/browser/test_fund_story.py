"""A fund's year through its pages, one account for each role: from the first contribution to the money paid back.

The server's clock is moved from step to step, so that calls open and close and terms run as they would. What is told in
``data/samples/fund`` is typed here by hands; what comes of it is asked of the ledger at the end.
"""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from funded import KR, sums
from playwright.sync_api import Browser, Locator, expect

from app.tables import amount
from browser.conftest import SECONDS, Site, Visitor, free_port
from data.accounts import account_at, add_account
from data.clock import OSLO, day
from data.demo import invent_accounts
from data.limits import limit
from data.numbers import kroner
from data.permission import OPERATOR
from data.phrases import Lang
from data.phrases import say as in_bokmaal
from data.sessions import open_session
from data.store import open_store
from fund.demo import SAMPLES, Story
from fund.demo import _event as its_event
from fund.rulebook.schemes import word
from fund.state_aid.aid_grounds import CONDITIONS, ground_name
from fund.verify import verify
from impact.review.questions import grade_name
from impact.survey.surveys import list_surveys

pytestmark = [pytest.mark.browser, pytest.mark.story]
Make = Callable[..., Visitor]
PARTNERS = {"Eksempel kommune": "public", "Eksempel bank": "private"}
PAPER = {
    "name": "avtale.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
}
NUMBER = "2026-0001"
CASHIER = "regnskap@eksempel.no"
BEGINS = dt.datetime(2026, 1, 16, 9, tzinfo=OSLO)
COUNTS_CLICKS = """
const more = () => { sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1; };
addEventListener("pointerdown", more, true);
addEventListener("change", event => { if (["text", "textarea"].includes(event.target.type)) more(); }, true);
"""
SCHEME = SAMPLES / "eksempelfondet.toml"


@dataclass
class Year:
    """The people of a story, each with a browser of its own, and the moment that it is."""

    site: Site
    make: Make
    lang: Lang
    width: str
    told: Mapping[str, Any]
    people: dict[str, Visitor] = field(default_factory=dict)
    now: dt.datetime = BEGINS

    @property
    def case(self) -> Mapping[str, Any]:
        """The cup, as it is told."""
        found: Mapping[str, Any] = self.told["case"][0]
        return found

    def at(self, day: str, time: str = "12:00") -> None:
        """It is this moment in Norway now; everyone signs in anew."""
        self.now = dt.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=OSLO)
        self.site.move_to(self.now)

    def person(self, role: str) -> Visitor:
        """The person of a role, signed in."""
        if role not in self.people:
            self.people[role] = self.make(self.site, lang=self.lang, width=self.width)
            self.people[role].context.add_init_script(COUNTS_CLICKS)
        found = self.people[role]
        found.carry(self.cashier() if role == "cashier" else self.site.token(role, lang=self.lang))
        return found

    def cashier(self) -> str:
        """A session of the second treasurer."""
        with open_store(self.site.folder) as store, store.write("operator", "test.session") as write:
            held = account_at(write.db, CASHIER)
            name, roles = "Eksempel kasserer", ("treasurer",)
            id = held.id if held else add_account(write, CASHIER, name, roles, self.lang, self.now)
            return open_session(write, id, "", self.now)

    def __call__(self, role: str, path: str) -> Visitor:
        """The person of a role at an address."""
        found = self.person(role)
        found.open(path)
        return found


def unfold(person: Visitor, label: str) -> Locator:
    """The part of the page under a heading that folds, unfolded."""
    part = person.page.get_by_test_id("stExpander").filter(has=person.page.get_by_text(label, exact=True)).first
    if not part.get_by_test_id("stExpanderDetails").is_visible():
        part.locator("summary").click()
        person.idle()
    return part


def do(person: Visitor, label: str, within: Locator | None = None, *, sure: bool = False) -> None:
    """Press a button, and answer it where it asks first; wait until the page says that it was done."""
    person.idle()
    before = set(told(person))
    person.press(label, within)
    if sure:
        body = person.page.get_by_test_id("stPopoverBody").locator("visible=true").last
        expect(body).to_be_visible()
        person.press(label, body)
    ends = time.monotonic() + SECONDS
    while not set(told(person)) - before:
        alerts = person.page.get_by_test_id("stMain").get_by_test_id("stAlert").all_inner_texts()
        assert time.monotonic() < ends, f"«{label}» at {person.page.url}: {alerts}"
        person.page.wait_for_timeout(50)
    person.idle()


def told(person: Visitor) -> list[str]:
    """What the page says was done; it says so until the next run."""
    found: list[str] = person.page.get_by_test_id("stMain").get_by_test_id("stAlertContentSuccess").all_inner_texts()
    return found


@pytest.fixture
def movable_site(browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """A server whose clock can be moved, with one account for each role."""
    (tmp_path / "data").mkdir()
    with open_store(tmp_path / "data") as store:
        passwords = {str(one.role): one.password for one in invent_accounts(store, OPERATOR)}
    made = Site(tmp_path / "data", free_port(), passwords, clock=tmp_path / "clock")
    made.move_to(BEGINS)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize(("lang", "width"), [("nb", "wide"), ("en", "phone")])
def test_a_year_of_the_fund(movable_site: Site, visitor: Make, lang: Lang, width: str) -> None:
    year = Year(movable_site, visitor, lang, width, tomllib.loads((SAMPLES / "story.toml").read_text("utf-8")))
    for chapter in CHAPTERS:
        chapter(year)


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
        actor = year.site.actor(store, "applicant")
        its_event(Story(store, year.told, {"applicant": [actor]}), year.case)
    person = year("applicant", "/utlysninger")
    person.press(say("calls_page.begin"))
    person.page.wait_for_url("**/soknad?id=*")
    person.settle()
    person.type(say("application_page.account"), year.case["account"])
    onward(person, "event")
    do(person, say("application_page.forecast.lock"))
    person.page.wait_for_timeout(300)  # every field is drawn anew
    person.idle()
    expect(person.box(say("application_page.title"))).to_have_value(told["title"])
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
    onward(person, "support")
    person.page.get_by_text(say("application_page.no_support")).click()
    onward(person, "papers")
    person.page.locator("input[type=file]").last.set_input_files(PAPER)
    person.sees(say("application_page.papers.taken", count=1))
    onward(person, "review")
    do(person, say("workflow.application_action.submit"), sure=True)
    person.sees(say("application_page.receipt.title"))


def onward(person: Visitor, step: str) -> None:
    """Go on to the next step of the form."""
    title = person.say(f"application_page.step.{step}")
    person.press(person.say("application_page.next", step=title))
    expect(person.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    person.idle()


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


def clicks(person: Visitor) -> int:
    """How often a person has pressed something or gone to a field to type, on this address."""
    return int(person.page.evaluate("() => Number(sessionStorage.clicks || 0)"))


def met(year: Year) -> None:
    """The meeting is planned and its agenda locked; both come, vote, and the chair reads out, ends, and signs."""
    year.at("2026-03-13")
    officer = year("officer", "/moter")
    say = officer.say
    officer.type(say("meetings_page.head.title"), "Styremøte 1 (eksempel)")
    officer.date(say("meetings_page.head.day"), dt.date(2026, 3, 26))
    do(officer, say("meetings_page.plan"))
    officer.open("/mote?id=1")
    officer.press(say("meeting_page.put_on", number=NUMBER))
    officer.press(say("workflow.meeting_action.lock_agenda"))
    expect(officer.page.get_by_test_id("stPopoverBody")).to_be_visible()
    officer.press(
        say("workflow.meeting_action.lock_agenda"), officer.page.get_by_test_id("stPopoverBody").locator("visible=true")
    )
    officer.sees(say("meeting_page.lead.under_way", day=day(dt.date(2026, 3, 26), year.lang)))
    year.at("2026-03-26", "09:00")
    for role in ("chair", "board"):
        member = year(role, "/mote?id=1")
        member.press(say("meeting_page.come.room"))
        member.sees(say("meeting_page.you.room"))
        member.press(say("meeting_page.vote.for"))
        member.sees(say("meeting_page.your_vote.for"))
    chair = year.people["chair"]
    chair.sees(say("meeting_page.tally", **{"for": 2, "against": 0}, counted=2, least=1))
    do(chair, say("meeting_page.read"), sure=True)
    do(chair, say("workflow.meeting_action.hold"), sure=True)
    do(chair, say("workflow.meeting_action.sign"), sure=True)


def accepted(year: Year) -> None:
    """The offer is accepted, its plan set and its condition met."""
    year.at("2026-04-10")
    person = year("applicant", "/tilsagn?id=1")
    say = person.say
    do(person, say("workflow.award_action.accept"), sure=True)
    officer = year("officer", "/tilsagn?id=1")
    do(officer, say("award_page.plan_do"))
    do(officer, say("workflow.award_action.activate"))
    box = unfold(officer, say("award_page.meet_open", text=year.case["conditions"][0]))
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
    before = sum(clicks(year.people[role]) for role in ("officer", "treasurer", "cashier"))
    approved(year, 1, 150_000)
    with cashier.page.expect_download() as download:
        cashier.page.locator("a[href*='/last-ned/betalingsfil/1.xml']").first.click()
    assert b"150000.00" in Path(download.value.path()).read_bytes()
    assert sum(clicks(year.people[role]) for role in ("officer", "treasurer", "cashier")) - before <= 10
    booked(year, 1)


def approved(year: Year, claim: int, amount: int) -> None:
    """Two approve a claim, and the cashier makes the payment file."""
    for role in ("officer", "treasurer"):
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
    """The cup was held; its report is sent and approved."""
    year.at("2026-10-05")
    told = year.case["accounts"]
    person = year("applicant", "/tilsagn?id=1")
    say = person.say
    person.type(say("award_page.report_text"), "Oppdiktet til eksempelet.")
    person.type(say("award_page.count.visitors"), str(year.case["came"]))
    person.type(say("award_page.uncounted"), "Gjestedøgn ble ikke talt.")
    accounts(person, "report_1", told)
    do(person, say("workflow.report_action.submit"), sure=True)
    officer = year("officer", "/tilsagn?id=1")
    do(officer, say("award_page.approve_report.final"))


def accounts(person: Visitor, form: str, told: Mapping[str, Any]) -> None:
    """Type what each line of the budget came to, and the incomes."""
    for number, one in enumerate(told["cost"]):
        field = person.page.locator(f".st-key-{form}_cost_{number} input")
        field.fill(str(one["amount"]))
        field.press("Tab")
        expect(field).to_have_value(str(one["amount"]))
        person.idle()
    field = person.page.locator(f".st-key-{form}_income textarea")
    field.fill("\n".join(f"{one['name']}\t{one['amount']}" for one in told["income"]))
    field.press("Tab")
    person.idle()


def settled(year: Year) -> None:
    """The final claim comes with accounts and attestation, is paid, and what wasn't used is free again."""
    year.at("2026-10-12")
    told = year.case["accounts"]
    person = year("applicant", "/tilsagn?id=1")
    say = person.say
    do(person, say("award_page.start.final"))
    person.open("/anmodning?id=2")
    person.type(say("claim_page.amount"), str(told["amount"]))
    accounts(person, "claim_2", told)
    for purpose in ("accounts", "attestation"):
        uploader = person.page.locator(f"[class*=st-key-claim_2_papers_{purpose}] input[type=file]")
        paper = {**PAPER, "name": f"{purpose}.pdf", "buffer": PAPER["buffer"] + purpose.encode()}  # type: ignore[operator]
        uploader.set_input_files(paper)  # type: ignore[arg-type]
        expect(person.page.get_by_role("link", name=f"{purpose}.pdf").first).to_be_visible()
    person.choose(say("claim_page.attested_by"), word("attester", told["attested_by"], year.lang))
    do(person, say("workflow.claim_action.submit"), sure=True)
    approved(year, 2, told["amount"])
    booked(year, 2)
    treasurer = year("treasurer", "/tilsagn?id=1")
    do(treasurer, say("workflow.award_action.settle"), sure=True)


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


def learnt(year: Year) -> None:
    """The outcome is read from the visitors' answers and locked; the organiser says what to do next time."""
    year.at("2027-01-12")
    with open_store(year.site.folder) as store:
        event = store.db.execute("SELECT max(id) FROM event").fetchone()[0]
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
            "available": 3_770_000,
            "committed": 0,
            "paid": 230_000,
            "bank": 3_770_000,
            "reserved": 0,
        }


CHAPTERS = (
    *(endowed, announced, seated, applied, reviewed, met, accepted, paid),
    *(held, settled, paid_back, ended, found_again, learnt),
)
