"""What waits in the fund: it comes with what is stored, goes with the work, and tells nobody more than it may."""

from __future__ import annotations

import datetime as dt
from functools import partial

import claimed
import pytest
from applied import (
    APPLICANT,
    AUDITOR,
    BOARD,
    CLOSES,
    COLLEAGUE,
    NOON,
    NUMBER,
    OFFICER,
    SECOND,
    STRANGER,
    UNTIL,
    club,
    open_for_all,
    scheme,
    sent,
    typed,
    version,
)
from awarded import AFTER, DECIDED, REPORT, accepted, offered, running
from claimed import CASHIER, CHECKER, PAYDAY
from funded import KR, TREASURER, YEAR, funded
from met import (
    DAY,
    GROUNDS,
    MET,
    called,
    decided,
    meeting_version,
    meeting_with,
    ready,
    rejected,
    under_way,
    with_appeals,
)
from pages import page_of, person, seen, signed_in
from reviewed import ADMINISTRATOR, CHAIR, DEPUTY, MEMBER, OTHER, SEATED, reviewed, scored, set_state, taking_part

from data.permission import ANYONE, OPERATOR, RIGHTS, ROLES, Actor
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from fund.applicant.mandates import ask_mandate, list_mandates, refuse_mandate
from fund.applicant.organisations import register_organisation
from fund.applicant.payees import ask_payee
from fund.award.award_conditions import list_conditions, meet
from fund.award.award_steps import extend_acceptance, lapse
from fund.award.awards import NewCondition
from fund.award.reports import approve, extend_report, list_reports, save_report, send_back
from fund.award.reports import submit as submit_report
from fund.deadlines import first_moment, last_moment, oslo_day
from fund.intake.calls import close_call, extend_call, open_call, plan_call, set_frame
from fund.intake.handling import ask_for_more, extend_completing, extend_deadline
from fund.meeting.appeals import file_appeal, send_on
from fund.meeting.meetings import hold, lock_agenda
from fund.meeting.minutes import sign
from fund.meeting.proposals import Proposal
from fund.outbox import send_waiting, tell
from fund.payout.claim_approval import approve_first, approve_second, return_claim
from fund.payout.reconciling import settle_by_hand
from fund.review.cases import assign
from fund.review.conflicts import declare, rule_on
from fund.state_aid.aid import NewAid, aid_rules, take_aid
from fund.state_aid.aid_register import note_reported, to_report
from fund.tasks import _RIGHTS, KINDS, FundTask, fund_tasks

ONE = dt.timedelta(days=1)
LATER = dt.date(YEAR, 11, 20)


def waits(store: Store, actor: Actor, at: dt.datetime = NOON) -> dict[str, dt.date | None]:
    """Kinds and days of what waits; of several alike, the first."""
    found: dict[str, dt.date | None] = {}
    for one in fund_tasks(store, actor, at=at):
        assert one.whose in actor.roles
        found.setdefault(one.kind, one.due)
    return found


def of_awards(store: Store, at: dt.datetime) -> dict[str, dt.date | None]:
    """What waits for the officer but the call and the application, which these tests leave where they are."""
    return {kind: due for kind, due in waits(store, OFFICER, at).items() if kind not in ("call_close", "take_up")}


def of_kind(store: Store, actor: Actor, kind: str, at: dt.datetime = NOON) -> list[FundTask]:
    return [one for one in fund_tasks(store, actor, at=at) if one.kind == kind]


# -- applications


def test_a_draft_waits_for_its_own_people_until_its_last_day(store: Store) -> None:
    call = open_for_all(store)
    id = typed(store, call, club(store))
    (one,) = fund_tasks(store, APPLICANT, at=NOON)
    assert (one.kind, one.resource, one.due, one.title("en")) == ("draft", id, CLOSES, "Autumn support")
    for other in (SECOND, STRANGER, OFFICER, COLLEAGUE, BOARD, AUDITOR, TREASURER):
        assert "draft" not in waits(store, other)
    extend_call(store, OFFICER, call, CLOSES + ONE, "Nettet var nede.", at=NOON)
    assert waits(store, APPLICANT)["draft"] == CLOSES + ONE
    extend_deadline(store, OFFICER, id, CLOSES + 3 * ONE, "Sykdom hos søkeren.", at=NOON)
    assert waits(store, APPLICANT, last_moment(CLOSES + 3 * ONE)) == {"draft": CLOSES + 3 * ONE}
    assert waits(store, APPLICANT, first_moment(CLOSES + 4 * ONE)) == {}


def test_a_draft_of_who_never_had_a_mandate_is_that_persons_alone(store: Store) -> None:
    call = open_for_all(store)
    organisation = register_organisation(store, STRANGER, NUMBER, "Eksempel idrettslag", "sports_club", at=NOON)
    typed(store, call, organisation)
    ask_mandate(store, SECOND, organisation, at=NOON)
    (asked,) = list_mandates(store, OFFICER)
    refuse_mandate(store, OFFICER, asked, "Ikke i utskriften.", at=NOON)
    assert waits(store, APPLICANT) == {"draft": CLOSES}
    assert waits(store, SECOND) == waits(store, STRANGER) == {}


def test_an_application_goes_from_hand_to_hand(store: Store) -> None:
    id, _ = sent(store)
    assert waits(store, OFFICER) == {"payee": None, "take_up": None} and waits(store, TREASURER) == {"payee": None}
    assert waits(store, APPLICANT) == waits(store, BOARD) == waits(store, AUDITOR) == {}
    ask_for_more(store, OFFICER, id, version(store, id), "Årsregnskapet mangler.", LATER, at=NOON)
    assert waits(store, APPLICANT) == {"complete": LATER} and waits(store, STRANGER) == {}
    assert "unanswered" not in waits(store, OFFICER, last_moment(LATER))
    assert waits(store, OFFICER, first_moment(LATER + ONE))["unanswered"] == LATER
    extend_completing(store, OFFICER, id, LATER + ONE, "Revisor er syk.", at=NOON)
    assert waits(store, APPLICANT) == {"complete": LATER + ONE}
    assert "unanswered" not in waits(store, OFFICER, first_moment(LATER + ONE))
    set_state(store, id, "in_review")
    assert "recommend" in waits(store, COLLEAGUE) and waits(store, APPLICANT) == {}
    assign(store, OFFICER, id, OFFICER.id, "officer", at=NOON)
    assert "recommend" in waits(store, OFFICER) and "recommend" not in waits(store, COLLEAGUE)
    set_state(store, id, "deferred")
    assert "resume" in waits(store, OFFICER)


def test_nothing_waits_for_who_has_no_mandate_any_more(store: Store) -> None:
    id, _ = sent(store)
    ask_for_more(store, OFFICER, id, version(store, id), "Årsregnskapet mangler.", LATER, at=NOON)
    assert waits(store, APPLICANT, last_moment(UNTIL)) == {"complete": LATER}
    assert waits(store, APPLICANT, first_moment(UNTIL + ONE)) == {}


def test_who_is_in_conflict_is_asked_for_nothing_in_the_case(store: Store) -> None:
    id, _ = sent(store)
    for state, kind in (("submitted", "take_up"), ("in_review", "recommend"), ("ready", "put_on")):
        set_state(store, id, state)
        assert kind in waits(store, COLLEAGUE)
    declare(store, COLLEAGUE, id, "conflict", "Trener laget.", at=NOON)
    for state, kind in (("submitted", "take_up"), ("in_review", "recommend"), ("ready", "put_on")):
        set_state(store, id, state)
        assert kind in waits(store, OFFICER) and kind not in waits(store, COLLEAGUE)


def test_mandates_and_accounts_wait_for_someone_else(store: Store) -> None:
    organisation = club(store) if open_for_all(store) else 0
    ask_mandate(store, SECOND, organisation, at=NOON)
    ask_payee(store, APPLICANT, organisation, "1813 64 45320", at=NOON)
    (mandate,) = of_kind(store, OFFICER, "mandate")
    assert (mandate.number, mandate.title("nb"), mandate.due) == ("940155223", "Eksempel idrettslag", None)
    assert {"mandate", "payee"} <= set(waits(store, OFFICER))
    both = Actor(SECOND.id, frozenset({"applicant", "officer"}))
    assert "mandate" not in waits(store, both) and "payee" in waits(store, both)
    mine = Actor(APPLICANT.id, frozenset({"applicant", "officer"}))
    assert "payee" not in waits(store, mine)


# -- calls


def test_calls_wait_on_their_days(store: Store) -> None:
    frame, opens = funded(store), dt.date(YEAR, 10, 1)
    call = plan_call(store, OFFICER, scheme(), ("Høst", "Autumn"), YEAR, opens, CLOSES, at=NOON)
    set_frame(store, OFFICER, call, 1, frame)
    assert waits(store, OFFICER, first_moment(opens) - dt.timedelta(seconds=1)) == {}
    assert waits(store, OFFICER, first_moment(opens)) == {"call_open": opens}
    assert waits(store, OPERATOR, first_moment(opens)) == {"call_open": opens}
    assert waits(store, BOARD, first_moment(opens)) == {}
    open_call(store, OFFICER, call, 2, at=first_moment(opens))
    extend_call(store, OFFICER, call, CLOSES + ONE, "Nettet var nede.", at=NOON)
    assert waits(store, OFFICER, last_moment(CLOSES + ONE)) == {}
    assert waits(store, OFFICER, first_moment(CLOSES + 2 * ONE)) == {"call_close": CLOSES + 2 * ONE}
    close_call(store, OFFICER, call, 3, at=first_moment(CLOSES + 2 * ONE))
    assert waits(store, OFFICER, first_moment(CLOSES + 2 * ONE)) == {}


# -- the board


def test_the_board_declares_then_scores(store: Store) -> None:
    id = reviewed(store)
    for one in SEATED:
        assert waits(store, one) == {"declare": None}
    assert waits(store, BOARD) == {}  # no seat
    (case,) = fund_tasks(store, MEMBER, at=NOON)
    assert (case.number, case.title("nb")) == (f"{YEAR}-0001", "Eksempelcupen")
    taking_part(store, id, CHAIR, MEMBER, DEPUTY)
    declare(store, OTHER, id, "conflict", "Trener laget.", at=NOON)
    assert waits(store, OTHER) == {}
    assert waits(store, MEMBER) == waits(store, CHAIR) == waits(store, DEPUTY) == {"score": None}
    scored(store, MEMBER, id, 4, 3, 2, None)
    assert waits(store, MEMBER) == {}
    assign(store, OFFICER, id, CHAIR.id, "scorer", at=NOON)
    assert waits(store, CHAIR) == {"score": None} and waits(store, DEPUTY) == {}


def test_a_deputy_scores_where_the_member_does_not_take_part(store: Store) -> None:
    id = reviewed(store)
    taking_part(store, id, DEPUTY, OTHER)
    assert waits(store, DEPUTY) == {} and waits(store, OTHER) == {"score": None}


def test_a_doubt_waits_for_the_chair_and_the_chairs_for_an_officer(store: Store) -> None:
    id = reviewed(store)
    taking_part(store, id, MEMBER, OTHER)
    declare(store, DEPUTY, id, "doubt", "Søsteren spiller på laget.", at=NOON)
    assert waits(store, CHAIR) == {"declare": None, "ruling": None} and waits(store, DEPUTY) == {}
    assert "chair_ruling" not in waits(store, OFFICER)
    (ruling,) = of_kind(store, CHAIR, "ruling")
    assert DEPUTY.id not in repr(ruling)
    declare(store, CHAIR, id, "doubt", "Broren spiller på laget.", at=NOON)
    assert waits(store, CHAIR) == {"ruling": None} and "chair_ruling" in waits(store, OFFICER)
    votes = {MEMBER.id: False, OTHER.id: False}
    rule_on(store, OFFICER, id, CHAIR.id, False, "Ingen nær tilknytning til søkeren.", votes, at=NOON)
    assert "chair_ruling" not in waits(store, OFFICER) and "score" in waits(store, CHAIR)
    rule_on(
        store,
        CHAIR,
        id,
        DEPUTY.id,
        True,
        "Nært slektskap med en spiller.",
        {**votes, MEMBER.id: True, OTHER.id: True},
        at=NOON,
    )
    assert "ruling" not in waits(store, CHAIR) and waits(store, DEPUTY) == {}
    declare(store, CHAIR, id, "doubt", "Broren er blitt lagleder.", at=NOON)
    assert waits(store, CHAIR) == {} and "chair_ruling" in waits(store, OFFICER)  # nobody rules on oneself


def test_meetings_wait_for_each_in_turn(store: Store) -> None:
    id = ready(store, called(store))
    assert "put_on" in waits(store, OFFICER)
    assert waits(store, MEMBER) == {"score": None}
    meeting, _ = meeting_with(store, id)
    assert waits(store, MEMBER) == {"score": DAY, "meeting": DAY}
    assert waits(store, OFFICER)["lock_agenda"] == DAY and "put_on" not in waits(store, OFFICER)
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    assert "lock_agenda" not in waits(store, OFFICER) and "hold" not in waits(store, CHAIR)
    assert waits(store, CHAIR, MET)["hold"] == DAY and "hold" not in waits(store, MEMBER, MET)
    assert "meeting" not in waits(store, MEMBER, first_moment(DAY + ONE))


def test_minutes_wait_for_a_chair_who_was_there(store: Store) -> None:
    id = ready(store, called(store))
    (item,) = under_way(store, id)
    decided(store, item, Proposal("rejected", None, GROUNDS))
    hold(store, CHAIR, 1, meeting_version(store, 1), at=MET)
    assert "minutes" in waits(store, CHAIR, MET) and "hold" not in waits(store, CHAIR, MET)
    assert "minutes" not in waits(store, Actor("account:77", frozenset({"chair"})), MET)
    sign(store, CHAIR, 1, meeting_version(store, 1), at=MET)
    assert waits(store, CHAIR, MET) == {}


def test_appeals_wait_until_they_are_answered(store: Store) -> None:
    id, _ = rejected(store, with_appeals())
    appeal = file_appeal(store, APPLICANT, id, "Vi mener at dette er galt.", at=MET)
    assert "appeal" in waits(store, OFFICER, MET)
    send_on(store, OFFICER, appeal, 1, "Styret ser ingen nye opplysninger.", at=MET)
    assert "appeal_away" in waits(store, OFFICER, MET) and "appeal" not in waits(store, OFFICER, MET)
    assert waits(store, APPLICANT, MET) == {}


# -- awards and reports


def test_an_award_waits_to_be_accepted_and_then_to_lapse(store: Store) -> None:
    award = offered(store)
    (one,) = of_kind(store, APPLICANT, "accept", DECIDED)
    due = one.due
    assert due is not None and (one.resource, one.number) == (award, f"{YEAR}-0001")
    assert waits(store, STRANGER, DECIDED) == {} and "lapse" not in waits(store, OFFICER, last_moment(due))
    assert waits(store, OFFICER, first_moment(due + ONE))["lapse"] == due
    extend_acceptance(store, OFFICER, award, due + ONE, "Styret deres møtes da.", at=last_moment(due))
    assert waits(store, APPLICANT, last_moment(due + ONE)) == {"accept": due + ONE}
    assert "lapse" not in waits(store, OFFICER, last_moment(due + ONE))
    lapse(store, OFFICER, award, 1, at=first_moment(due + 2 * ONE))
    assert waits(store, APPLICANT, AFTER) == {} and "lapse" not in waits(store, OFFICER, AFTER)


def test_conditions_and_plans_wait(store: Store) -> None:
    due = dt.date(2027, 2, 1)
    award = accepted(store, conditions=(NewCondition("Tillatelse fra politiet.", due=due),))
    assert of_awards(store, DECIDED) == {"condition_open": due, "plan": None}
    assert waits(store, APPLICANT, DECIDED)["condition"] == due
    (condition,) = list_conditions(store, OFFICER, award, at=DECIDED)
    meet(store, OFFICER, condition.id, 1, "Tillatelsen er lest.", at=DECIDED)
    assert of_awards(store, DECIDED) == {"plan": None} and "condition" not in waits(store, APPLICANT, DECIDED)


def test_a_report_waits_for_its_writer_then_for_an_officer(store: Store) -> None:
    award = running(store)
    (report,) = list_reports(store, APPLICANT, award, at=DECIDED)
    assert waits(store, APPLICANT, DECIDED) == {"report": report.due}
    assert of_awards(store, last_moment(report.due)) == {}
    assert of_awards(store, first_moment(report.due + ONE)) == {"report_late": report.due}
    extend_report(store, OFFICER, report.id, report.due + ONE, "Revisor er syk.", at=DECIDED)
    assert of_awards(store, last_moment(report.due + ONE)) == {}
    assert waits(store, SECOND, DECIDED) == {}
    saved = save_report(store, APPLICANT, report.id, report.version, REPORT, at=AFTER)
    submitted = submit_report(store, APPLICANT, report.id, saved, at=AFTER)
    assert of_awards(store, AFTER) == {"report_in": report.due + ONE} and waits(store, APPLICANT, AFTER) == {}
    back = send_back(store, OFFICER, report.id, submitted, "Regnskapet mangler.", at=AFTER)
    assert waits(store, APPLICANT, AFTER) == {"report": report.due + ONE}
    again = submit_report(store, APPLICANT, report.id, back, at=AFTER)
    approve(store, OFFICER, report.id, again, at=AFTER)
    assert of_awards(store, AFTER) == waits(store, APPLICANT, AFTER) == {}


# -- claims and payments


def test_a_claim_goes_from_one_to_the_next(store: Store) -> None:
    claim = claimed.submitted(store, running(store), amount=5_000 * KR)
    (one,) = of_kind(store, OFFICER, "claim_first", DECIDED)
    assert (one.number, one.due) == (f"{YEAR}-0001 / 1", None)
    assert waits(store, TREASURER, DECIDED) == {}
    approve_first(store, OFFICER, claim, claimed.version(store, claim), at=DECIDED)
    assert "claim_first" not in waits(store, OFFICER, DECIDED)
    assert waits(store, TREASURER, DECIDED) == {"claim_second": None}
    assert waits(store, Actor(OFFICER.id, frozenset({"treasurer"})), DECIDED) == {}
    approve_second(store, TREASURER, claim, claimed.version(store, claim), at=DECIDED)
    assert waits(store, TREASURER, DECIDED) == {} and waits(store, CASHIER, DECIDED) == {"payment_file": None}
    claimed.in_file(store, claim)
    assert waits(store, CHECKER, last_moment(PAYDAY - ONE)) == {}
    assert waits(store, CHECKER, first_moment(PAYDAY)) == {"payment_answer": PAYDAY}
    assert waits(store, CASHIER, first_moment(PAYDAY)) == {}
    moment = last_moment(PAYDAY)
    settle_by_hand(store, CHECKER, 1, 1, "failed", PAYDAY, "Kontoen er stengt.", at=moment)
    assert waits(store, CHECKER, moment) == {"payment_failed": None}
    return_claim(store, OFFICER, claim, claimed.version(store, claim), "Oppgi ny konto.", at=moment)
    assert "claim_returned" in waits(store, APPLICANT, moment) and "claim_returned" not in waits(
        store, STRANGER, moment
    )
    assert waits(store, CHECKER, moment) == {}


# -- aid and messages


def test_aid_waits_until_it_is_reported(store: Store) -> None:
    day = NOON.date()
    new = NewAid("123456785", day, "grant", 250_000_00, "award", "2026-0007 (3)", currency="EUR")
    with store.write("account:4", "test") as write:
        take_aid(write, new, aid_rules(store, day))
    (due,) = to_report(store, OFFICER)
    (one,) = fund_tasks(store, OFFICER, at=NOON)
    assert (one.kind, one.number, one.due) == ("aid_register", "2026-0007 (3)", due.deadline)
    assert waits(store, TREASURER) == waits(store, AUDITOR) == {}
    note_reported(store, OFFICER, due.aid.id, day, "kvittering 7")
    assert fund_tasks(store, OFFICER, at=NOON) == []


def test_letters_that_were_given_up_wait_for_who_sees_the_outbox(store: Store) -> None:
    with store.write("account:4", "test.tell", audited=False) as write:
        tell(write, "account:99", "outbox.taken_up", {"number": "2026-0001"}, "taken_up:1", at=NOON)
    assert waits(store, ADMINISTRATOR) == {}
    send_waiting(store, at=NOON, deliver=lambda _: True)  # nobody has that account
    for one in (ADMINISTRATOR, AUDITOR, OFFICER):
        (lost,) = fund_tasks(store, one, at=NOON)
        assert (lost.kind, lost.title("nb")) == ("message", "Søknad 2026-0001 er tatt til vurdering")
    assert waits(store, TREASURER) == waits(store, APPLICANT) == waits(store, BOARD) == {}
    (row,) = store.db.query("SELECT * FROM outbox")
    older = {**row, "id": 2, "message": "outbox.of_an_older_program", "dedupe": "older:1"}
    with store.write("account:4", "test.older") as write:
        write.insert("outbox", {name: value for name, value in older.items() if name != "version"})
    assert "outbox.of_an_older_program" in [one.title("en") for one in fund_tasks(store, OFFICER, at=NOON)]


# -- the list as a whole


def test_what_is_due_first_stands_in_front_and_says_so() -> None:
    days = (None, LATER + ONE, LATER, LATER - ONE)
    made = [FundTask("report", "applicant", 1, "", "", "", day) for day in days]
    assert [one.urgency(LATER) for one in made] == ["open", "later", "today", "overdue"]


def test_the_list_is_sorted_by_day(store: Store) -> None:
    offered(store, conditions=("Tillatelse fra politiet.", NewCondition("Avtale.", due=DECIDED.date() + ONE)))
    found = [(one.kind, one.due) for one in fund_tasks(store, APPLICANT, at=DECIDED)]
    assert [kind for kind, _ in found] == ["condition", "accept", "condition"]
    assert [day for _, day in found if day] == sorted(day for _, day in found if day) and found[-1][1] is None


def test_kinds_go_to_who_has_the_right() -> None:
    # What a role is told of, written out: nobody learns of work that the table of rights gives to others.
    told = {role: {kind for kind in KINDS if role in RIGHTS[_RIGHTS[kind]]} for role in (*ROLES, "operator")}
    assert told["applicant"] == {"draft", "complete", "accept", "condition", "report", "claim_returned"}
    assert told["board"] == {"declare", "score", "meeting"}
    assert told["chair"] == told["board"] | {"ruling", "hold", "minutes"}
    assert told["treasurer"] == {"payee", "claim_second", "payment_failed", "payment_file", "payment_answer"}
    assert told["auditor"] == told["administrator"] == {"message"}
    assert told["operator"] == {"call_open", "call_close"}
    rest = set(KINDS) - told["applicant"] - told["chair"] - told["treasurer"]
    assert told["officer"] == rest | {"payee"}


def test_nobody_in_particular_has_nothing(store: Store) -> None:
    offered(store)
    assert fund_tasks(store, ANYONE, at=DECIDED) == fund_tasks(store, Actor("account:2"), at=DECIDED) == []


def test_the_number_of_queries_does_not_grow_with_the_cases(store: Store) -> None:
    first = reviewed(store)
    taking_part(store, first, MEMBER)

    def queries(actor: Actor) -> int:
        asked: list[str] = []
        store.db.conn.set_trace_callback(asked.append)
        found = fund_tasks(store, actor, at=NOON)
        store.db.conn.set_trace_callback(None)
        assert found
        return len(asked)

    before = {actor.id: queries(actor) for actor in (OFFICER, MEMBER)}
    (row,) = store.db.query("SELECT * FROM application")
    more = [
        {**row, "id": first + number, "number": f"{YEAR}-{number:04}", "form": f"form {number}", "state": state}
        for number, state in zip(range(2, 302), ("submitted", "in_review", "ready") * 100, strict=True)
    ]
    with store.write("test", "test.many") as write:
        write.insert_rows("application", [{k: v for k, v in one.items() if k != "version"} for one in more])
    for number in range(2, 12):
        declare(store, MEMBER, first + number, "none", at=NOON)
    assert len(fund_tasks(store, OFFICER, at=NOON)) >= 300 and len(fund_tasks(store, MEMBER, at=NOON)) > 200
    assert {actor.id: queries(actor) for actor in (OFFICER, MEMBER)} == before


# -- the page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_in_words_what_is_overdue(store: Store, lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    due = of_kind(store, APPLICANT, "accept", DECIDED)[0].due if offered(store) else None
    assert due is not None
    _, token = person(store, "officer")
    words = {"overdue": {"nb": "Forfalt 25. des. 2026", "en": "Overdue since 25 Dec 2026"}[lang]}
    for moment, overdue in ((last_moment(due), False), (first_moment(due + ONE), True)):
        monkeypatch.setattr("app.pages.todo.today", lambda moment=moment: oslo_day(moment))
        monkeypatch.setattr("app.pages.todo.fund_tasks", partial(fund_tasks, at=moment))
        with signed_in(store.folder, token):
            page = page_of("todo", lang=lang).run()
        assert not page.exception
        said = seen(page)
        assert say("todo_page.fund.heading", lang) in said and "2026-0001 – Eksempelcupen" in said
        assert (say("todo_page.fund.kind.lapse", lang) in said) is (words["overdue"] in said) is overdue
        assert (say("todo_page.fund.overdue_count", lang, count=2) in said) is overdue


def test_every_role_opens_the_page(store: Store) -> None:
    open_for_all(store)
    for role in ROLES:
        _, token = person(store, role)
        with signed_in(store.folder, token):
            page = page_of("todo").run()
        assert not page.exception and "REFUSED" not in seen(page) and "FAULTS" not in seen(page), role


def test_a_long_list_is_cut_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [FundTask("take_up", "officer", n, f"2026-{n:04}", "Cup", "Cup", None) for n in range(1, 61)]
    monkeypatch.setattr("app.pages.todo.fund_tasks", lambda *_: made)
    _, token = person(store, "officer")
    with signed_in(store.folder, token):
        said = seen(page_of("todo").run())
    assert "De 50 første av 60" in said and "2026-0050" in said and "2026-0051" not in said
    assert "Dette venter på deg: 60." in said
