"""The invented fund after its decisions: accepted, paid, reported, settled, clawed back, appealed against, and closed.

Goes on where :mod:`fund.demo` ends. The bank's answers are files as a bank sends them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.permission import OPERATOR, Actor
from data.store import Store
from fund.award.award_conditions import list_conditions
from fund.award.award_conditions import meet as meet_condition
from fund.award.award_plans import proposed_plan, set_plan
from fund.award.award_steps import accept, activate, claw_back, close, receive_back, settle
from fund.award.awards import get_award
from fund.award.reports import approve, list_reports, save_report
from fund.award.reports import submit as submit_report
from fund.books.frames import carry_over, open_frame
from fund.books.partners import book_fee, book_interest
from fund.demo import SAMPLES, Story, announce, apply, at, begin, endow, meet, ore, review
from fund.intake.calls import decide_call, open_call, plan_call, set_frame
from fund.meeting.appeals import decide_appeal, file_appeal, send_on
from fund.payout.batches import list_payments, make_batch, set_payer
from fund.payout.claim_approval import approve_deficit, approve_first, approve_second
from fund.payout.claiming import attach_to_claim, save_claim, start_claim, submit
from fund.payout.claims import Part
from fund.payout.credit_transfer import Payer
from fund.payout.loans import record_repayment, write_off_loan
from fund.payout.reconciling import settle_by_hand
from fund.rulebook.scheme_reading import read_scheme_file

_PAPER = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
"""An empty document, with what it stands for written after its end."""


def play(store: Store, actor: Actor = OPERATOR) -> Story:
    """The whole story, on a store that has no fund yet. Needs ``account.manage``; the rest is done by its people."""
    story = begin(store, actor)
    for step in (endow, announce, apply, review, meet, accepted, held, paid_back, appealed, ended):
        step(story)
    return story


def accepted(story: Story) -> None:
    """Every award is accepted, the last one in its last second; plans are made, and the first money is paid."""
    for key, award in story.awards.items():
        moment = at("2026-04-16", "23:59:59") if key == "bid" else at("2026-04-10")
        accept(story.store, story.who("applicant"), award, story.version("award", award), at=moment)
        _planned(story, award)
    payer = story.told["payer"]
    set_payer(
        story.store,
        story.who("treasurer", 1),
        Payer(payer["name"], payer["orgnr"], payer["account"]),
        at=at("2026-04-17"),
    )
    for one in list_conditions(story.store, story.who("officer"), story.awards["cup"]):
        note = "Avtalen er lest (eksempel)."
        meet_condition(story.store, story.who("officer"), one.id, one.version, note, at=at("2026-04-20"))
    first = {"cup": 150_000, "meet": 200_000}
    claims = [_claimed(story, key, {"amount": ore(kroner)}, at("2026-04-21")) for key, kroner in first.items()]
    _paid(story, claims, dt.date(2026, 4, 24))


def _planned(story: Story, award: int) -> None:
    officer, moment = story.who("officer"), at("2026-04-17")
    one = get_award(story.store, officer, award, at=moment)
    set_plan(story.store, officer, award, [], proposed_plan(one), at=moment)
    activate(story.store, officer, award, story.version("award", award), at=moment)


def held(story: Story) -> None:
    """The events were held; reports are approved, final claims paid, and what wasn't used is available again."""
    for key, award in story.awards.items():
        _reported(story, key, award, at("2026-10-05"))
    finals = [_final(story, key, at("2026-10-12")) for key in story.awards]
    _paid(story, finals, dt.date(2026, 10, 16))
    for key in ("cup", "festival", "bid"):
        _settled(story, key, at("2026-10-20"))
    for key in ("festival", "bid"):
        _closed(story, key, at("2026-10-21"))


def _final(story: Story, key: str, moment: dt.datetime) -> int:
    """The final claim of a case, by its accounts as they are told; a loan is paid by ordinary ones only."""
    told = story.case(key)["accounts"]
    if story.case(key)["outcome"] == "lent":
        return _claimed(story, key, {"amount": ore(told["amount"])}, moment)
    document = {name: ore(one) if name in ("amount", "cost", "income") else one for name, one in told.items()}
    return _claimed(story, key, document, moment, "final")


def _settled(story: Story, key: str, moment: dt.datetime) -> None:
    award = story.awards[key]
    settle(story.store, story.who("treasurer"), award, story.version("award", award), at=moment)


def _closed(story: Story, key: str, moment: dt.datetime) -> None:
    award = story.awards[key]
    close(story.store, story.who("officer"), award, story.version("award", award), at=moment)


def _reported(story: Story, key: str, award: int, moment: dt.datetime) -> None:
    store, applicant, told = story.store, story.who("applicant"), story.case(key)
    (report,) = list_reports(store, applicant, award, at=moment)
    eligible = {one["name"]: one["eligible"] for one in told["document"]["cost"]}
    costs = [{**ore(one), "eligible": eligible[one["name"]]} for one in told["accounts"]["cost"]]
    accounts = {"cost": costs, "income": ore(told["accounts"]["income"])}
    said = {"text": "Oppdiktet til eksempelet.", "visitors": told["came"], "uncounted": "Gjestedøgn ble ikke talt."}
    save_report(store, applicant, report.id, report.version, {**said, **accounts}, at=moment)
    submit_report(store, applicant, report.id, story.version("report", report.id), at=moment)
    approve(store, story.who("officer"), report.id, story.version("report", report.id), at=moment)


def _claimed(story: Story, key: str, document: Mapping[str, Any], moment: dt.datetime, part: Part = "part") -> int:
    """A claim of a case, approved by two: its number."""
    store, applicant, officer = story.store, story.who("applicant"), story.who("officer")
    claim = start_claim(store, applicant, story.awards[key], part, at=moment)
    save_claim(store, applicant, claim, story.version("claim", claim), document, at=moment)
    if part == "final":
        for purpose in ("accounts", "attestation"):
            attach_to_claim(store, applicant, claim, purpose, f"{purpose}.pdf", _PAPER + purpose.encode(), at=moment)
    submit(store, applicant, claim, story.version("claim", claim), at=moment)
    approved = story.case(key).get("approved_deficit")
    if approved is None:
        approve_first(store, officer, claim, story.version("claim", claim), at=moment)
    else:
        why = "Mottakelsen dekkes ikke av garantien (eksempel)."
        approve_deficit(store, officer, claim, story.version("claim", claim), ore(approved), why, at=moment)
    approve_second(store, story.who("treasurer"), claim, story.version("claim", claim), at=moment)
    return claim


def _paid(story: Story, claims: list[int], day: dt.date) -> None:
    """A payment file by the second treasurer; the first books what the bank says."""
    store, cashier, moment = story.store, story.who("treasurer", 1), at(day.isoformat(), "09:00")
    wanted = [(one, story.version("claim", one)) for one in claims]
    made = make_batch(store, cashier, wanted, day, at=moment)
    for one in list_payments(store, cashier, made.batch):
        later = at(day.isoformat(), "15:00")
        settle_by_hand(
            store, story.who("treasurer"), one.id, one.version, "paid", day, "Kontoutskrift (eksempel)", at=later
        )


def paid_back(story: Story) -> None:
    """The cup was smaller than planned, and pays a part back; the loan is repaid but for a part that is written off."""
    store, treasurer, cup, loan = story.store, story.who("treasurer"), story.awards["cup"], story.awards["meet"]
    why, decision = "Færre lag enn søkt om (eksempel).", "Styresak 7/2026 (eksempel)"
    claw_back(store, treasurer, cup, story.version("award", cup), ore(40_000), why, decision, at=at("2026-11-02"))
    receive_back(store, treasurer, "demo:back", cup, ore(40_000), dt.date(2026, 11, 12), at=at("2026-11-12"))
    record_repayment(store, treasurer, loan, "demo:repaid", ore(350_000), dt.date(2026, 10, 30), at=at("2026-10-30"))
    write_off_loan(store, treasurer, loan, "demo:lost", "Utstyret ble ødelagt (eksempel).", at=at("2026-11-13"))
    _settled(story, "meet", at("2026-11-14"))
    _closed(story, "meet", at("2026-11-14"))


def appealed(story: Story) -> None:
    """The rejection is appealed against in the last second of three weeks, sent on, and stands."""
    store, officer, id = story.store, story.who("officer"), story.applications["concert"]
    why = "Vi mener at konserten gir regionen gjester (eksempel)."
    appeal = file_appeal(store, story.who("applicant"), id, why, at=at("2026-04-16", "23:59:59"))
    statement = "Styret ser ingen nye opplysninger (eksempel)."
    send_on(store, officer, appeal, story.version("appeal", appeal), statement, at=at("2026-05-04"))
    answer = "Vedtaket står ved lag (eksempel)."
    decide_appeal(store, officer, appeal, story.version("appeal", appeal), answer, False, at=at("2026-06-15"))


def ended(story: Story) -> None:
    """The bank's interest and fee are booked, the call is set as decided, and what is left goes on to the next year."""
    store, treasurer, year = story.store, story.who("treasurer"), story.told["year"]
    book_interest(store, treasurer, "demo:interest", year, ore(18_000), day=dt.date(year, 12, 31))
    book_fee(store, treasurer, "demo:fee", year, ore(1_200), day=dt.date(year, 12, 31))
    decide_call(store, story.who("officer"), story.call, story.version("call", story.call), at=at("2026-11-15"))
    carry_over(store, treasurer, "demo:carried", year)


def renewed(story: Story, day: dt.date) -> int:
    """The next year's call, open from ``day`` on: something to apply for when the program is tried. Its number."""
    store, officer, told = story.store, story.who("officer"), story.told["next"]
    frame = open_frame(
        store, story.who("treasurer"), "demo:next", told["year"], ore(told["frame"]), ore(told["exposure_limit"])
    ).id
    scheme = read_scheme_file(SAMPLES / f"{story.told['scheme']}.toml")
    closes = day + dt.timedelta(weeks=told["weeks"])
    call = plan_call(store, officer, scheme, (told["title_nb"], told["title_en"]), told["year"], day, closes)
    set_frame(store, officer, call, story.version("call", call), frame)
    open_call(store, officer, call, story.version("call", call))
    return call
