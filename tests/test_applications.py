"""Applications: drafts that nothing is lost from, what must hold before sending, and what is frozen by it."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from applied import (
    ACCOUNT,
    APPLICANT,
    AUDITOR,
    BOARD,
    CLOSES,
    COLLEAGUE,
    DOCUMENT,
    KR,
    NOON,
    OFFICER,
    OTHER_ACCOUNT,
    SECOND,
    STRANGER,
    acting,
    changed_by,
    club,
    codes,
    document,
    open_for_all,
    refused,
    retyped,
    scheme,
    sent,
    state,
    typed,
)
from funded import YEAR

from data.audit import canonical
from data.faults import Faults
from data.permission import Actor, Refused
from data.store import Conflict, Store, open_store
from fund.applicant.mandates import end_mandate, list_mandates
from fund.applicant.organisations import register_organisation
from fund.applicant.payees import waiting_payee
from fund.books.money import LARGEST
from fund.deadlines import last_moment
from fund.intake.applications import (
    application_history,
    choose_organisation,
    copy_application,
    discard_draft,
    get_application,
    list_applications,
    read_draft,
    save_draft,
    start_application,
)
from fund.intake.calls import close_call, extend_call, get_call, open_call, plan_call, set_frame
from fund.intake.completeness import missing, rule_checks
from fund.intake.handling import (
    ask_for_more,
    dismiss,
    extend_completing,
    extend_deadline,
    grounds_of,
    link_forecast,
    requests,
    take_up,
    withdraw,
)
from fund.intake.revisions import (
    complete,
    get_receipt,
    get_revision,
    list_revisions,
    revision_faults,
    submit,
)
from impact.drafts import Clashes
from impact.estimates import lock_estimate, publish_estimate, withdraw_estimate
from impact.reference import Reference
from impact.register import create_event

SECOND_ = dt.timedelta(seconds=1)


# -- drafts


def test_a_draft_is_saved_at_every_field_without_a_trail(store: Store, draft: int) -> None:
    trail = store.db.execute("SELECT max(seq) FROM audit").fetchone()
    half = document(asked=None, title="Halvskre", cost="12 00x")  # what is typed is kept, whatever it is
    saved = save_draft(store, APPLICANT, draft, half, document(), at=NOON)
    found = read_draft(store, APPLICANT, draft, at=NOON)
    assert found == saved and found.document == half
    assert store.db.execute("SELECT max(seq) FROM audit").fetchone() == trail


def test_two_tabs_are_merged_and_told_of_what_both_changed(store: Store, draft: int) -> None:
    acting(store, 1, SECOND)
    mine = document(title="Ny tittel")
    theirs = copy.deepcopy(DOCUMENT)
    theirs["cost"][1]["amount"] = 25_000 * KR
    save_draft(store, APPLICANT, draft, mine, document(), at=NOON)
    made = save_draft(store, SECOND, draft, theirs, document(), at=NOON)
    assert (made.document["title"], made.document["cost"][1]["amount"]) == ("Ny tittel", 25_000 * KR)
    with pytest.raises(Clashes) as raised:
        save_draft(store, APPLICANT, draft, document(title="En tredje"), document(), at=NOON)
    (clash,) = raised.value.clashes
    assert (clash.path, clash.mine, clash.theirs, clash.who) == ("title", "En tredje", "Ny tittel", "account:3")
    assert read_draft(store, APPLICANT, draft, at=NOON) == made


def test_starting_twice_gives_one_draft(store: Store, draft: int) -> None:
    assert start_application(store, APPLICANT, 1, 1, at=NOON) == draft
    without = start_application(store, APPLICANT, 1, at=NOON)
    assert start_application(store, APPLICANT, 1, at=NOON) == without != draft
    assert start_application(store, STRANGER, 1, at=NOON) not in (draft, without)


def test_an_organisation_is_chosen_later(store: Store, draft: int) -> None:
    other = start_application(store, APPLICANT, 1, at=NOON)
    retyped(store, other)
    assert "missing_organisation" in codes(missing(store, APPLICANT, other, at=NOON))
    assert choose_organisation(store, APPLICANT, other, 1, 1, at=NOON) == 2
    assert missing(store, APPLICANT, other, at=NOON) == []
    with pytest.raises(LookupError):
        choose_organisation(store, APPLICANT, other, 2, 99, at=NOON)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"title": float("nan")}, "not_json"),
        ({"title": b"x"}, "not_json"),
        ({"asked": 10**5000}, "not_json"),
        ({"title": "\ud800"}, "not_json"),
        ({"title": "x" * 600_000}, "too_large"),
    ],
)
def test_what_cannot_be_stored_is_refused(one_draft: tuple[Store, int], bad: dict[str, Any], code: str) -> None:
    store, draft = one_draft
    seen = read_draft(store, APPLICANT, draft, at=NOON).document
    assert codes(refused(store, save_draft, APPLICANT, draft, bad, seen, at=NOON)) == [code]


def test_a_draft_too_deep_is_refused(store: Store, draft: int) -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    assert codes(refused(store, save_draft, APPLICANT, draft, {"title": deep}, document(), at=NOON)) == ["not_json"]


def test_a_draft_is_nobody_elses_and_goes_with_the_mandate(store: Store, draft: int) -> None:
    for actor in (STRANGER, OFFICER, BOARD, AUDITOR):
        for call in (read_draft, get_application, missing, rule_checks, application_history):
            with pytest.raises(Refused):
                call(store, actor, draft, at=NOON)  # type: ignore[operator]
        assert list_applications(store, actor, at=NOON) == []
    acting(store, 1, SECOND)
    assert read_draft(store, SECOND, draft, at=NOON).document == document()
    (mine,) = list_mandates(store, APPLICANT, 1)
    end_mandate(store, APPLICANT, mine, "Sluttet", at=NOON)
    with pytest.raises(Refused):  # who began it has left
        read_draft(store, APPLICANT, draft, at=NOON)
    assert submit(store, SECOND, draft, 1, at=NOON).revision == 1


def test_naming_an_organisation_draws_its_people_into_nothing(store: Store, draft: int) -> None:
    """Who names an organisation that it does not act for has a draft of its own, which the organisation never meets."""
    submit(store, APPLICANT, draft, 1, at=NOON)
    trap = start_application(store, STRANGER, 1, 1, at=NOON)
    assert start_application(store, APPLICANT, 1, 1, at=NOON) != trap
    assert trap not in [one.id for one in list_applications(store, APPLICANT, at=NOON)]
    with pytest.raises(Refused):
        retyped(store, trap)
    acting(store, 1, STRANGER)
    assert trap in [one.id for one in list_applications(store, APPLICANT, at=NOON)]


def test_a_draft_is_thrown_away_and_what_was_sent_never(store: Store, draft: int) -> None:
    other = start_application(store, APPLICANT, 1, at=NOON)
    discard_draft(store, APPLICANT, other, 1, at=NOON)
    with pytest.raises(LookupError):
        get_application(store, APPLICANT, other, at=NOON)
    receipt = submit(store, APPLICANT, draft, 1, at=NOON)
    assert codes(refused(store, discard_draft, APPLICANT, draft, receipt.version, at=NOON)) == ["sealed"]
    for sql, says in (
        ("DELETE FROM application", "never deleted"),
        ("UPDATE application SET number = NULL", "keeps its number"),
        ("UPDATE application SET number = '2026-0002'", "keeps its number"),
        ("UPDATE application SET organisation = NULL", "keeps its number"),
        ("UPDATE application_revision SET body = '{}'", "never changed"),
        ("DELETE FROM application_revision", "never deleted"),
        ("INSERT INTO application_revision VALUES (9, 1, 3, '', '', '', '{}')", "one after the other"),
    ):
        with pytest.raises(Exception, match=says), store.write("t", "t.t", audited=False) as write:
            write.db.execute(sql)


# -- before it is sent


def test_an_empty_draft_is_told_everything_at_once(store: Store) -> None:
    id = start_application(store, STRANGER, open_for_all(store), club(store), at=NOON)
    faults = missing(store, STRANGER, id, at=NOON)
    assert set(codes(faults)) == {
        *(f"missing_{name}" for name in ("title", "summary", "municipality", "first_day", "last_day", "form", "asked")),
        *("missing_least", "missing_account", "no_costs", "support_unsaid", "rule_open", "mandate.none"),
    }
    for fault in faults:
        assert fault.expected("nb") and fault.expected("en")
    assert codes(refused(store, submit, STRANGER, id, 1, at=NOON)) == codes(faults)


ROW = DOCUMENT["cost"][0]
HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"asked": 20_000.0 * KR}, "ledger.money.not_ore"),
    ({"asked": "2000000"}, "ledger.money.not_ore"),
    ({"asked": True}, "ledger.money.not_ore"),
    ({"asked": -5}, "ledger.money.too_small"),
    ({"asked": 0}, "ledger.money.too_small"),
    ({"asked": 2**53 + 1}, "ledger.money.too_large"),
    ({"least": 20_000 * KR + 1}, "least_above_asked"),
    ({"least": None}, "missing_least"),
    ({"form": "gave"}, "missing_form"),
    ({"form": ["grant"]}, "missing_form"),
    ({"account": "18136445321"}, "identifier.account.check_digit"),
    ({"account": 18136445320}, "missing_account"),
    ({"first_day": "18.08.2027"}, "missing_first_day"),
    ({"last_day": "2027-08-17"}, "days_order"),
    ({"municipality": "Trondheim"}, "missing_municipality"),
    ({"title": "x" * 201}, "text_long"),
    ({"summary": " \n"}, "missing_summary"),
    ({"summary": "x" * 20_001}, "text_long"),
    ({"cost": []}, "no_costs"),
    ({"cost": "mye"}, "plan.rows"),
    ({"cost": [ROW] * 501}, "plan.rows"),
    ({"cost": ["hall"]}, "plan.row"),
    ({"cost": [{**ROW, "amount": 1.5}]}, "ledger.money.not_ore"),
    ({"cost": [{**ROW, "amount": -1}]}, "ledger.money.too_small"),
    ({"cost": [{**ROW, "name": ""}]}, "plan.name"),
    ({"cost": [ROW, {**ROW, "name": "LEIE av hall "}]}, "plan.name_twice"),
    ({"cost": [{**ROW, "eligible": "ja"}]}, "plan.eligible"),
    ({"cost": [{**ROW, "amount": LARGEST}, {**ROW, "name": "B", "amount": LARGEST}]}, "plan.too_large"),
    ({"support": [{"name": "E", "amount": 1, "state": "kanskje", "public": True}]}, "plan.support"),
    ({"support": []}, "support_unsaid"),
    ({"no_support": True}, "support_both"),
    ({"estimate": "1"}, "forecast.none"),
    ({"estimate": 99}, "forecast.not_own"),
    ({"answers": ["ja"]}, "wrong_kind"),
    ({"answers": {"media": 1}}, "wrong_kind"),
    ({"confirmed": {"sport": "ja"}}, "wrong_kind"),
    ({"strategy": {"ukjent": 3}}, "wrong_kind"),
    ({"state": "granted"}, "unknown_field"),
    ({"asked": 100_000 * KR + 1}, "rule_fails"),
]


@pytest.fixture(scope="module")
def one_draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int]]:
    """A draft that many try to send, in vain."""
    with open_store(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened, typed(opened, open_for_all(opened), club(opened))


@pytest.mark.parametrize(("changed", "code"), HOSTILE, ids=[f"{next(iter(c))}-{code}" for c, code in HOSTILE])
def test_hostile_input_is_refused_with_its_reason_and_nothing_changes(
    one_draft: tuple[Store, int], changed: dict[str, Any], code: str
) -> None:
    store, draft = one_draft
    retyped(store, draft, **changed)
    before = changed_by(store)
    faults = refused(store, submit, APPLICANT, draft, 1, at=NOON)
    assert code in codes(faults) and changed_by(store) == before
    assert get_application(store, APPLICANT, draft, at=NOON).state == "draft"


@pytest.mark.parametrize(
    ("changed", "code", "figures"),
    [
        ({"asked": 20_000 * KR - 1}, "plan.short", (200_000 * KR + 1, 200_000 * KR, 1)),
        ({"asked": 20_000 * KR + 1, "least": 1}, "plan.over", (200_000 * KR + 1, 200_000 * KR + 2, 1)),
        ({"form": "guarantee"}, "plan.guarantee", (200_000 * KR + 1, 180_000 * KR + 1, 20_000 * KR)),
        ({"support": None, "no_support": True}, "plan.short", (200_000 * KR + 1, 170_000 * KR + 1, 30_000 * KR)),
    ],
)
def test_the_plan_balances_to_the_ore(
    one_draft: tuple[Store, int], changed: dict[str, Any], code: str, figures: tuple[int, int, int]
) -> None:
    store, draft = one_draft
    retyped(store, draft, **changed)
    (fault,) = [one for one in refused(store, submit, APPLICANT, draft, 1, at=NOON) if "plan." in one.code]
    assert fault.code == f"application.{code}"
    assert fault.figures == dict(zip(("ore_cost", "ore_financed", "ore_off"), figures, strict=True))


def test_rejected_support_counts_nothing(store: Store, draft: int) -> None:
    support = [{**DOCUMENT["support"][0], "state": "rejected"}]
    retyped(store, draft, support=support)
    assert codes(missing(store, APPLICANT, draft, at=NOON)) == ["plan.short"]


def test_the_schemes_rules_are_told_with_their_figures(store: Store, draft: int) -> None:
    assert [one.rule for one in rule_checks(store, APPLICANT, draft, at=NOON) if one.holds is False] == []
    income = [{"name": "Billetter", "amount": 150_000 * KR}]
    retyped(store, draft, asked=20_000 * KR + 1, income=income)  # an øre above ten percent of 200 000,01
    (fault,) = refused(store, submit, APPLICANT, draft, 1, at=NOON)
    assert fault.code == "application.rule_fails" and "200 000,01" in fault.line("nb").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_second_application_for_the_same_call_and_form_is_refused(store: Store, draft: int) -> None:
    first = submit(store, APPLICANT, draft, 1, at=NOON)
    again = typed(store, 1, 1)
    (fault,) = refused(store, submit, APPLICANT, again, 1, at=NOON)
    assert (fault.code, fault.figures) == ("application.duplicate", {"number": first.number})
    guarantee = [{**DOCUMENT["income"][0], "amount": 170_000 * KR + 1}]
    retyped(store, again, form="guarantee", income=guarantee)  # another form of support is another application
    assert "duplicate" not in codes(missing(store, APPLICANT, again, at=NOON))
    retyped(store, again)
    withdraw(store, APPLICANT, draft, first.version, at=NOON)
    assert submit(store, APPLICANT, again, 1, at=NOON).number == f"{YEAR}-0002"


@pytest.mark.parametrize("closes", ["2026-12-01", "2026-03-29", "2026-10-25", "2026-03-28", "2026-10-24"])
def test_the_deadline_is_the_last_second_of_its_day_in_norway(store: Store, closes: str) -> None:
    last = dt.date.fromisoformat(closes)
    opens = last - dt.timedelta(days=21)
    begun = last_moment(opens)
    id = typed(store, open_for_all(store, opens=opens, closes=last), club(store), at=begun)
    late = refused(store, submit, APPLICANT, id, 1, at=last_moment(last) + SECOND_)
    assert codes(late) == ["late"] and late[0].figures["day"] == closes
    assert submit(store, APPLICANT, id, 1, at=last_moment(last)).revision == 1


def test_an_extension_is_for_all_or_for_one_and_the_first_day_stays(store: Store, draft: int) -> None:
    other = typed(store, 1, club(store, number="942953119"))
    until, late = CLOSES + dt.timedelta(days=3), last_moment(CLOSES) + SECOND_
    with pytest.raises(Refused):
        extend_deadline(store, APPLICANT, draft, until, "Jeg vil", at=NOON)
    extend_deadline(store, OFFICER, draft, until, "Sykdom i styret", at=NOON)
    close_call(store, OFFICER, 1, 3, at=late)
    assert get_call(store, APPLICANT, 1).closes == CLOSES
    assert codes(refused(store, submit, APPLICANT, other, 1, at=late)) == ["late"]
    assert codes(refused(store, submit, APPLICANT, draft, 1, at=last_moment(until) + SECOND_)) == ["late"]
    assert submit(store, APPLICANT, draft, 1, at=last_moment(until)).revision == 1
    assert codes(refused(store, extend_deadline, OFFICER, draft, until + dt.timedelta(1), "x", at=NOON)) == [
        "not_draft"
    ]


def test_an_extended_call_takes_applications_to_the_end_of_the_later_day(store: Store, draft: int) -> None:
    until = CLOSES + dt.timedelta(days=3)
    extend_call(store, OFFICER, 1, until, "Nettbrudd", at=NOON)
    assert codes(refused(store, submit, APPLICANT, draft, 1, at=last_moment(until) + SECOND_)) == ["late"]
    assert get_revision_deadline(store, draft, last_moment(until)) == until.isoformat()


def get_revision_deadline(store: Store, draft: int, at: dt.datetime) -> str:
    submit(store, APPLICANT, draft, 1, at=at)
    return str(get_revision(store, OFFICER, draft).body["call"]["deadline"])


# -- sent


def test_what_was_sent_is_frozen_with_its_hash(store: Store, draft: int) -> None:
    receipt = submit(store, APPLICANT, draft, 1, at=NOON)
    assert (receipt.number, receipt.revision, receipt.at) == (f"{YEAR}-0001", 1, "2026-11-02T11:00:00+00:00")
    revision = get_revision(store, OFFICER, draft)
    assert revision.sha256 == receipt.sha256 == hashlib.sha256(canonical(revision.body).encode()).hexdigest()
    assert revision.body["document"] == document() and revision.body["organisation"]["number"] == "940155223"
    assert get_receipt(store, APPLICANT, draft, at=NOON) == receipt
    row = get_application(store, BOARD, draft, at=NOON)
    assert row.least is None and get_application(store, OFFICER, draft, at=NOON).least == DOCUMENT["least"]
    assert {one.least for one in list_applications(store, BOARD, at=NOON)} == {None}
    assert (row.title, row.form, row.asked) == ("Eksempelcupen", "grant", 20_000 * KR)
    for actor in (BOARD, STRANGER):  # the whole of it: after the declaration, or never
        with pytest.raises(Refused):
            get_revision(store, actor, draft, at=NOON)
    with pytest.raises(LookupError):
        get_revision(store, OFFICER, draft, 2)
    assert codes(refused(store, save_draft, APPLICANT, draft, {}, document(), at=NOON)) == ["sealed"]


def test_a_double_click_sends_once(store: Store, draft: int) -> None:
    first = submit(store, APPLICANT, draft, 1, at=NOON)
    assert submit(store, APPLICANT, draft, 1, at=NOON + SECOND_) == first
    acting(store, 1, SECOND)
    with pytest.raises((Conflict, Faults)):
        submit(store, SECOND, draft, 1, at=NOON)
    assert len(list_revisions(store, OFFICER, draft)) == 1
    told = store.db.execute("SELECT count(*) FROM outbox WHERE message = 'outbox.submitted'").fetchone()
    assert told == (1,)


def test_eight_who_send_at_once_send_once(store: Store, draft: int) -> None:
    folder, receipts, failures = store.folder, [], []
    ready = threading.Barrier(8)

    def work() -> None:
        with open_store(folder) as own:
            ready.wait()
            try:
                receipts.append(submit(own, APPLICANT, draft, 1, at=NOON))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == [] and len(set(receipts)) == 1
    assert len(list_revisions(store, OFFICER, draft)) == 1


def test_a_changed_revision_is_found_and_never_read(store: Store, draft: int) -> None:
    submit(store, APPLICANT, draft, 1, at=NOON)
    db = store.db
    db.execute("PRAGMA query_only = OFF")
    db.execute("DROP TRIGGER application_revision_no_update")
    db.execute("UPDATE application_revision SET body = replace(body, '2000000', '2000001')")
    db.execute("PRAGMA query_only = ON")
    assert codes(revision_faults(db)) == ["revision_changed"]
    assert codes(refused(store, get_revision, OFFICER, draft)) == ["revision_changed"]


def test_a_new_bank_account_waits_for_a_second_person(store: Store, draft: int) -> None:
    submit(store, APPLICANT, draft, 1, at=NOON)
    waiting = waiting_payee(store.db, 1)
    assert waiting is not None and (waiting.number, waiting.asked_by) == ("18136445320", "account:2")
    assert ACCOUNT.replace(" ", "") == waiting.number != OTHER_ACCOUNT


def test_asking_for_more_and_completing(store: Store) -> None:
    id, first = sent(store)
    due = dt.date(YEAR, 11, 16)
    assert codes(refused(store, ask_for_more, OFFICER, id, first.version, " ", dt.date(YEAR, 11, 1), at=NOON)) == [
        "says_nothing",
        "due_passed",
    ]
    asked = ask_for_more(store, OFFICER, id, first.version, "Vedtekter mangler", due, at=NOON)
    assert ask_for_more(store, OFFICER, id, first.version, "Vedtekter mangler", due, at=NOON) == asked
    (request,) = requests(store, APPLICANT, id, at=NOON)
    assert (request.text, request.due, request.holds) == ("Vedtekter mangler", due, due)
    extend_completing(store, OFFICER, id, due + dt.timedelta(7), "Styremøte først da", at=NOON)
    (request,) = requests(store, APPLICANT, id, at=NOON)
    assert (request.due, request.holds) == (due, due + dt.timedelta(7))
    retyped(store, id, summary="En cup for barn og unge, med vedtekter.")
    second = complete(store, APPLICANT, id, asked, at=last_moment(CLOSES) + 10 * SECOND_)  # past the call's deadline
    assert complete(store, APPLICANT, id, asked, at=NOON) == second
    assert (second.number, second.revision) == (first.number, 2) and second.sha256 != first.sha256
    assert [one.sha256 for one in list_revisions(store, OFFICER, id)] == [first.sha256, second.sha256]
    assert get_application(store, OFFICER, id, at=NOON).submitted_at == first.at
    assert codes(refused(store, extend_completing, OFFICER, id, due + dt.timedelta(9), "x", at=NOON)) == ["not_asked"]
    actions = [one.action for one in application_history(store, OFFICER, id, at=NOON)]
    assert actions == [f"application.{one}" for one in ("start", "submit", "ask", "complete")]


def test_completing_still_needs_everything(store: Store) -> None:
    id, first = sent(store)
    asked = ask_for_more(store, OFFICER, id, first.version, "Budsjett", dt.date(YEAR, 11, 16), at=NOON)
    retyped(store, id, asked=1.5)
    assert "ledger.money.not_ore" in codes(refused(store, complete, APPLICANT, id, asked, at=NOON))
    acting(store, 1, SECOND)
    (mine,) = list_mandates(store, APPLICANT, 1)
    end_mandate(store, APPLICANT, mine, "Sluttet", at=NOON)
    retyped(store, id, actor=SECOND)
    with pytest.raises(Refused):
        complete(store, APPLICANT, id, asked, at=NOON)
    assert complete(store, SECOND, id, asked, at=NOON).revision == 2


def test_dismissing_states_its_grounds(store: Store) -> None:
    id, first = sent(store)
    assert codes(refused(store, dismiss, OFFICER, id, first.version, " ", at=NOON)) == ["no_reason"]
    done = dismiss(store, OFFICER, id, first.version, "Utenfor ordningen", at=NOON)
    assert dismiss(store, OFFICER, id, first.version, "Utenfor ordningen", at=NOON) == done
    assert [(action, text) for action, text, _ in grounds_of(store, APPLICANT, id, at=NOON)] == [
        ("dismiss", "Utenfor ordningen")
    ]
    assert state(store, id) == "dismissed"


def test_withdrawing_before_the_board_and_with_the_agenda_after(store: Store) -> None:
    id, first = sent(store)
    with pytest.raises(Refused):
        withdraw(store, OFFICER, id, first.version, at=NOON)
    with store.write("test", "test.ready") as write:
        ready = write.update_row("application", id, first.version, {"state": "ready"})
    assert codes(refused(store, withdraw, APPLICANT, id, ready, at=NOON)) == ["on_agenda"]
    done = withdraw(store, APPLICANT, id, ready, off_agenda=lambda db, which: [], at=NOON)
    assert withdraw(store, APPLICANT, id, ready, at=NOON) == done and state(store, id) == "withdrawn"


def test_a_draft_that_was_never_sent_is_withdrawn_without_a_mandate(store: Store) -> None:
    call = open_for_all(store)
    who = register_organisation(store, APPLICANT, "942953119", "Eksempel festival", "voluntary")
    id = typed(store, call, who)
    assert codes(refused(store, submit, APPLICANT, id, 1, at=NOON)) == ["mandate.none"]
    assert withdraw(store, APPLICANT, id, 1, at=NOON) == 2 and state(store, id) == "withdrawn"


def test_the_right_to_each_step_is_asked(store: Store) -> None:
    id, first = sent(store)
    due = dt.date(YEAR, 11, 16)
    for actor in (APPLICANT, STRANGER, BOARD, AUDITOR):
        for function, args in (
            (ask_for_more, ("x", due)),
            (dismiss, ("x",)),
            (take_up, ()),
            (link_forecast, (1,)),
        ):
            with pytest.raises(Refused):
                function(store, actor, id, first.version, *args, at=NOON)  # type: ignore[operator]
    for actor in (STRANGER, OFFICER, BOARD, AUDITOR):
        for step in (submit, complete, withdraw):
            with pytest.raises(Refused):
                step(store, actor, id, first.version, at=NOON)  # type: ignore[operator]
        with pytest.raises(Refused):
            copy_application(store, actor, id, 1, at=NOON)
    with pytest.raises(LookupError):
        submit(store, APPLICANT, 99, 1, at=NOON)
    with pytest.raises(LookupError):
        submit(store, APPLICANT, id, 99, at=NOON)


def test_last_years_application_is_copied_without_what_must_be_said_anew(store: Store) -> None:
    id, _ = sent(store)
    next_call = plan_call(
        store, OFFICER, scheme(), ("Vårens midler", "Spring support"), YEAR, CLOSES, CLOSES + dt.timedelta(60), at=NOON
    )
    later = last_moment(CLOSES) + SECOND_
    set_frame(store, OFFICER, next_call, 1, 1)
    open_call(store, OFFICER, next_call, 2, at=later)
    made = copy_application(store, APPLICANT, id, next_call, at=later)
    assert copy_application(store, APPLICANT, id, next_call, at=later) == made  # a second click
    copied = read_draft(store, APPLICANT, made, at=later).document
    assert copied["cost"] == DOCUMENT["cost"] and copied["title"] == "Eksempelcupen"
    assert not {"asked", "least", "first_day", "last_day", "support", "estimate", "confirmed"} & set(copied)
    row = get_application(store, APPLICANT, made, at=later)
    assert (row.organisation, row.number, row.state) == (1, None, "draft")


def test_lists_show_what_each_may_see(store: Store) -> None:
    id, _ = sent(store)
    other = start_application(store, STRANGER, 1, at=NOON)
    assert [one.id for one in list_applications(store, OFFICER, at=NOON)] == [id]
    assert [one.id for one in list_applications(store, STRANGER, at=NOON)] == [other]
    assert [one.id for one in list_applications(store, BOARD, call=1, states=["submitted"], at=NOON)] == [id]
    assert list_applications(store, BOARD, states=["granted"], at=NOON) == []
    with pytest.raises(Refused):
        list_applications(store, Actor("anyone", frozenset({"anyone"})), at=NOON)


# -- the forecast


@pytest.fixture
def forecast(store: Store, event_dict: Callable[..., dict[str, Any]], reference: Reference) -> int:
    event = create_event(store, APPLICANT, event_dict())
    return lock_estimate(store, APPLICANT, event, reference, draws=200)


def test_the_locked_forecasts_hash_is_in_what_was_sent(store: Store, draft: int, forecast: int) -> None:
    retyped(store, draft, estimate=forecast)
    receipt = submit(store, APPLICANT, draft, 1, at=NOON)
    (sha256,) = store.db.execute("SELECT sha256 FROM estimate").fetchone()
    assert get_revision(store, OFFICER, draft).body["forecast"]["sha256"] == sha256
    assert codes(refused(store, link_forecast, OFFICER, draft, receipt.version, 99, at=NOON)) == [
        "forecast.named",
        "forecast.none",
    ]
    taken = take_up(store, OFFICER, draft, receipt.version, at=NOON)
    assert take_up(store, OFFICER, draft, receipt.version, at=NOON) == taken
    with pytest.raises(Conflict):
        take_up(store, COLLEAGUE, draft, receipt.version, at=NOON)
    assert codes(refused(store, link_forecast, OFFICER, draft, taken, forecast, at=NOON)) == ["past_linking"]


def test_a_forecast_that_is_no_longer_named_is_no_longer_linked(store: Store, draft: int, forecast: int) -> None:
    retyped(store, draft, estimate=forecast)
    first = submit(store, APPLICANT, draft, 1, at=NOON)
    asked = ask_for_more(store, OFFICER, draft, first.version, "Prognose", dt.date(YEAR, 11, 16), at=NOON)
    retyped(store, draft)
    second = complete(store, APPLICANT, draft, asked, at=NOON)
    assert get_application(store, OFFICER, draft, at=NOON).estimate is None
    assert codes(refused(store, take_up, OFFICER, draft, second.version, at=NOON)) == ["forecast.missing"]


def test_only_a_forecast_of_ones_own_that_stands_is_named(
    store: Store, draft: int, forecast: int, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    foreign = create_event(store, STRANGER, event_dict())
    theirs = lock_estimate(store, STRANGER, foreign, reference, draws=200)
    mine = lock_estimate(store, APPLICANT, 1, reference, draws=200, purpose="evaluation")
    withdrawn = lock_estimate(store, APPLICANT, 1, reference, draws=201)
    publish_estimate(store, OFFICER, withdrawn, 1, reference)
    withdraw_estimate(store, OFFICER, withdrawn, 2, "Feil publikum")
    for number, code in ((theirs, "not_own"), (mine, "evaluation"), (withdrawn, "withdrawn")):
        retyped(store, draft, estimate=number)
        assert codes(refused(store, submit, APPLICANT, draft, 1, at=NOON)) == [f"forecast.{code}"]
    retyped(store, draft, estimate=forecast)
    assert submit(store, APPLICANT, draft, 1, at=NOON)


def test_review_needs_a_forecast_that_is_what_was_locked(
    store: Store, draft: int, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    receipt = submit(store, APPLICANT, draft, 1, at=NOON)
    assert codes(refused(store, take_up, OFFICER, draft, receipt.version, at=NOON)) == ["forecast.missing"]
    event = create_event(store, OFFICER, event_dict())  # made by the destination company
    estimate = lock_estimate(store, OFFICER, event, reference, draws=200)
    linked = link_forecast(store, OFFICER, draft, receipt.version, estimate, at=NOON)
    publish_estimate(store, OFFICER, estimate, 1, reference)
    withdraw_estimate(store, OFFICER, estimate, 2, "Feil")
    assert codes(refused(store, take_up, OFFICER, draft, linked, at=NOON)) == ["forecast.withdrawn"]
    second = lock_estimate(store, OFFICER, event, reference, draws=201)
    linked = link_forecast(store, OFFICER, draft, linked, second, at=NOON)
    db = store.db
    db.execute("PRAGMA query_only = OFF")
    db.execute("DROP TRIGGER estimate_lock_no_update")
    db.execute("UPDATE estimate SET sha256 = 'x' WHERE id = ?", [second])
    db.execute("PRAGMA query_only = ON")
    assert codes(refused(store, take_up, OFFICER, draft, linked, at=NOON)) == ["lock.changed"]


def test_a_revision_has_no_names_and_no_addresses(store: Store) -> None:
    id, _ = sent(store)
    body = json.dumps(dict(get_revision(store, OFFICER, id).body))
    assert "@" not in body and "Eksempel Person" not in body
