"""Decisions: what must hold before one is read out, and all that follows from it, in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from typing import Any

import pytest
from applied import APPLICANT, KR, NOON, OFFICER, codes, refused, scheme, state, typed, version
from funded import EXPOSURE, FRAME, TREASURER, amiss, of_award, sums
from met import (
    ALL,
    BALANCED,
    CHAIR,
    DAY,
    DEPUTY,
    GROUNDS,
    GUARANTEE,
    MEMBER,
    MET,
    OTHER,
    PART,
    all_for,
    called,
    decided,
    last_decision,
    ready,
    under_way,
)
from reviewed import assessed, case, set_state, taking_part

from data.permission import Actor, Refused
from data.store import Conflict, Store, open_store
from fund.award.awards import get_award
from fund.books.covenant import set_covenant
from fund.books.frames import commit, frame_at, guarantee
from fund.books.ledger import hash_of
from fund.intake.revisions import revision_at, submit
from fund.meeting.agenda import item_at
from fund.meeting.attendance import attend, leave
from fund.meeting.decisions import get_decision, read_out
from fund.meeting.proposals import Proposal, proposal_of
from fund.meeting.votes import cast
from fund.outbox import messages
from fund.review.conflicts import declare, rule_on
from fund.review.recommendations import recommend, resume
from fund.rulebook.scheme_reading import read_scheme
from fund.state_aid.aid import NewAid, enter_aid, standing_aid

YES = Proposal("granted", ALL, GROUNDS)
NO = Proposal("rejected", None, GROUNDS)
LATER = Proposal("deferred", None, "Styret vil se politiets svar først.")
SOME = Proposal("granted_in_part", PART, GROUNDS, ("Publikum telles.",))
CONDITIONS = Proposal("granted_on_conditions", ALL, GROUNDS, ("Politiets tillatelse foreligger.",))
GUARANTEED = Proposal("guaranteed", ALL, GROUNDS, guarantee=GUARANTEE)
LOAN = {
    "terms": "Betales tilbake innen 31. desember 2027, uten rente.",
    "equivalent": 1_000 * KR,
    "ground": "Referanserente, beregnet 9. desember",
}
LENT = Proposal("lent", ALL, GROUNDS, loan=LOAN)


def before(store: Store, outcome: Any = "granted", amount: int | None = ALL, **changed: Any) -> tuple[int, int]:
    """A case in a meeting with everyone there: its application and item."""
    id = ready(store, called(store), 0, outcome, amount, **changed)
    return id, under_way(store, id)[0]


def out(store: Store, item: int, proposal: Proposal, actor: Actor = CHAIR) -> list[str]:
    """The codes of why a proposal can't be read out, with nothing changed."""
    seen = version(store, item_at(store.db, item).application)
    return codes(refused(store, read_out, actor, item, seen, proposal, at=MET))


# -- what follows


@pytest.mark.parametrize("proposal", [YES, SOME, CONDITIONS], ids=lambda one: one.outcome)
def test_what_is_granted_is_committed_and_offered_and_the_rest_given_back(store: Store, proposal: Proposal) -> None:
    id, item = before(store)
    number = decided(store, item, proposal)
    award = get_award(store, OFFICER, 1)
    assert (award.decision, award.amount, award.form) == (number, proposal.amount, "grant")
    assert state(store, id) == proposal.outcome and item_at(store.db, item).state == "decided"
    assert of_award(store, 1) == {"committed": proposal.amount} and sums(store).get("reserved", 0) == 0
    assert frame_at(store.db, 1).room == FRAME - (proposal.amount or 0)
    told = [one for one in messages(store, OFFICER) if one.message.startswith("award.told")]
    assert len(told) == 1 and amiss(store) == []


def test_a_guarantee_sets_its_cap_aside(store: Store) -> None:
    id, item = before(store, "guaranteed", form="guarantee", **BALANCED)
    decided(store, item, GUARANTEED)
    assert of_award(store, 1) == {"guaranteed": ALL} and state(store, id) == "guaranteed"
    assert frame_at(store.db, 1).exposure_room == EXPOSURE - ALL and amiss(store) == []


def test_a_loan_is_committed(store: Store) -> None:
    id, item = before(store, "lent", form="loan")
    decided(store, item, LENT)
    assert of_award(store, 1) == {"committed": ALL} and state(store, id) == "lent"
    assert get_award(store, OFFICER, 1).form == "loan" and standing_aid(store.db)[0].basis == "block_exemption"


@pytest.mark.parametrize("proposal", [NO, LATER], ids=lambda one: one.outcome)
def test_where_nothing_is_given_all_is_given_back_and_the_organisation_told(store: Store, proposal: Proposal) -> None:
    id, item = before(store)
    assert sums(store)["reserved"] == ALL
    decided(store, item, proposal)
    assert "reserved" not in sums(store) and frame_at(store.db, 1).room == FRAME
    told = messages(store, OFFICER)[0]
    assert told.message == f"decisions.told.{proposal.outcome}" and told.subject("nb") and told.subject("en")
    assert state(store, id) == proposal.outcome and amiss(store) == []


def test_a_case_that_was_put_off_comes_to_another_meeting(store: Store) -> None:
    id, item = before(store)
    decided(store, item, LATER)
    resume(store, OFFICER, id, version(store, id), at=MET)
    (again,) = under_way(store, id, title="Styremøte 4")
    decided(store, again, YES)
    assert state(store, id) == "granted" and last_decision(store, id).id == 2 and sums(store)["committed"] == ALL


def test_the_decision_freezes_what_it_rests_on(store: Store) -> None:
    id, item = before(store)
    held = get_decision(store, TREASURER, decided(store, item, SOME))
    sent = revision_at(store.db, id)
    assert (held.revision, held.revision_sha256) == (sent.number, sent.sha256)
    assert held.proposal == proposal_of(SOME.plain()) == SOME and held.day == DAY
    assert {one["account"]: one["word"] for one in held.body["votes"]} == dict.fromkeys(
        (CHAIR.id, MEMBER.id, OTHER.id), "for"
    )
    (text,) = store.db.execute("SELECT body FROM decision").fetchone()
    assert held.hash == hash_of("", text)
    with pytest.raises(Refused):
        get_decision(store, APPLICANT, held.id)
    with pytest.raises(LookupError):
        get_decision(store, OFFICER, 9)


def test_a_double_click_reads_out_once(store: Store) -> None:
    id, item = before(store)
    seen = version(store, id)
    all_for(store, item, YES)
    assert read_out(store, CHAIR, item, seen, YES, at=MET) == read_out(store, CHAIR, item, seen, YES, at=MET) == 1
    assert sums(store)["committed"] == ALL
    faults = refused(store, read_out, CHAIR, item, version(store, id), YES, at=MET)
    assert codes(faults) == ["workflow.not_possible"]


def test_two_at_once_decide_once(store: Store) -> None:
    id, item = before(store)
    seen = version(store, id)
    all_for(store, item, YES)
    found: list[Any] = []

    def read() -> None:
        with open_store(store.folder) as mine:
            try:
                found.append(read_out(mine, CHAIR, item, seen, YES, at=MET))
            except Exception as error:
                found.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1, 1, 1, 1] and sums(store)["committed"] == ALL and amiss(store) == []


# -- the guard «decision»


def test_only_who_leads_reads_out(store: Store) -> None:
    _, item = before(store)
    all_for(store, item, YES)
    for who in (MEMBER, OFFICER, TREASURER, APPLICANT):
        with pytest.raises(Refused):
            read_out(store, who, item, 4, YES, at=MET)
    leave(store, CHAIR, item_at(store.db, item).meeting, CHAIR.id, at=MET)
    assert out(store, item, YES) == ["decisions.not_leading"]
    stranger = Actor("account:77", frozenset({"chair"}))
    assert out(store, item, YES, stranger) == ["conflicts.part.undeclared"]


def test_a_quorum_votes_on_exactly_this(store: Store) -> None:
    _, item = before(store)
    assert out(store, item, YES) == ["decisions.no_quorum"]
    cast(store, CHAIR, item, "for", YES, at=MET)
    cast(store, MEMBER, item, "for", SOME, at=MET)
    faults = refused(store, read_out, CHAIR, item, 4, YES, at=MET)
    assert codes(faults) == ["decisions.no_quorum"] and faults[0].figures == {"given": 1, "least": 2, "counted": 3}
    cast(store, OTHER, item, "for", YES, at=MET)
    assert out(store, item, dataclasses.replace(YES, grounds="Noe annet enn det det ble stemt over.")) == [
        "decisions.no_quorum"
    ]
    read_out(store, CHAIR, item, 4, YES, at=MET)


def test_a_majority_is_for_it(store: Store) -> None:
    id, item = before(store)
    cast(store, CHAIR, item, "for", YES, at=MET)
    for one in (MEMBER, OTHER):
        cast(store, one, item, "against", YES, at=MET)
    faults = refused(store, read_out, CHAIR, item, version(store, id), YES, at=MET)
    assert codes(faults) == ["decisions.no_majority"] and "1 stemte for og 2 mot" in faults[0].line("nb")


@pytest.mark.parametrize(("word", "carried"), [("for", True), ("against", False)])
def test_at_a_tie_the_vote_of_who_leads_decides(store: Store, word: Any, carried: bool) -> None:
    id, item = before(store)
    cast(store, CHAIR, item, word, YES, at=MET)
    cast(store, MEMBER, item, "against" if carried else "for", YES, at=MET)
    if carried:
        read_out(store, CHAIR, item, version(store, id), YES, at=MET)
    else:
        assert out(store, item, YES) == ["decisions.no_majority"]


def test_a_disqualified_members_vote_counts_nowhere(store: Store) -> None:
    """A member who voted and then says that there is a conflict: the vote stays and doesn't count."""
    id, item = before(store)
    for one in (CHAIR, OTHER):
        cast(store, one, item, "for", YES, at=MET)
    declare(store, OTHER, id, "conflict", "Søsteren leder klubben", at=MET)
    assert out(store, item, YES) == ["decisions.no_quorum"]
    attend(store, DEPUTY, item_at(store.db, item).meeting, DEPUTY.id, at=MET)
    cast(store, DEPUTY, item, "for", YES, at=MET)
    read_out(store, CHAIR, item, version(store, id), YES, at=MET)
    body = last_decision(store, id).body
    assert [one["account"] for one in body["votes"]] == [CHAIR.id, DEPUTY.id]
    assert body["conflicts"] == [
        {"account": OTHER.id, "word": "conflict", "reason": "Søsteren leder klubben", "ruling": None}
    ]


def test_a_disqualified_chair_does_not_read_out(store: Store) -> None:
    id, item = before(store)
    all_for(store, item, YES)
    declare(store, CHAIR, id, "conflict", "Sitter i styret for klubben", at=MET)
    assert out(store, item, YES) == ["conflicts.part.conflict"]


def test_doubt_is_ruled_on_and_everyone_there_declares_first(store: Store) -> None:
    call = called(store)
    id = case(store, call)
    for who in (CHAIR, MEMBER, OFFICER):
        declare(store, who, id, "none", at=NOON)
    assessed(store, id)
    recommend(store, OFFICER, id, version(store, id), "granted", ALL, GROUNDS, at=NOON)
    (item,) = under_way(store, id)
    all_for(store, item, YES, CHAIR, MEMBER)
    assert out(store, item, YES) == ["decisions.conflict_undeclared"]
    declare(store, OTHER, id, "doubt", "Trener i klubben til i fjor", at=MET)
    assert out(store, item, YES) == ["decisions.conflict_doubt"]
    ruled = {CHAIR.id: True, MEMBER.id: True}
    rule_on(store, CHAIR, id, OTHER.id, True, "Tilknytningen er for nær og for ny.", ruled, at=MET)
    read_out(store, CHAIR, item, version(store, id), YES, at=MET)
    (conflict,) = last_decision(store, id).body["conflicts"]
    assert conflict["ruling"]["disqualified"] and conflict["ruling"]["votes"] == ruled


def test_a_case_that_changed_since_the_agenda_was_locked_is_not_decided(store: Store) -> None:
    id, item = before(store)
    all_for(store, item, YES)
    set_state(store, id, "in_review")
    recommend(store, OFFICER, id, version(store, id), "granted_in_part", PART, GROUNDS, ("Mindre cup.",), at=NOON)
    assert out(store, item, YES) == ["decisions.changed"]


def test_an_old_version_of_the_case_is_a_conflict(store: Store) -> None:
    id, item = before(store)
    all_for(store, item, YES)
    seen = version(store, id)
    with store.write(OFFICER.id, "test.touch") as write:
        write.update_row("application", id, seen, {"title": "Rettet"})
    with pytest.raises(Conflict):
        read_out(store, CHAIR, item, seen, YES, at=MET)
    assert "committed" not in sums(store)


# -- the guard «money»


def test_no_more_than_asked_and_the_outcome_says_what_it_gives(store: Store) -> None:
    _, item = before(store)
    for proposal, expected in (
        (dataclasses.replace(YES, amount=ALL + 1), {"decisions.above_asked", "rule_fails"}),
        (dataclasses.replace(YES, amount=ALL - 1), {"decisions.only_part"}),
        (dataclasses.replace(SOME, amount=ALL), {"decisions.not_part"}),
    ):
        all_for(store, item, proposal)
        assert set(out(store, item, proposal)) == expected


def test_the_schemes_caps_hold_at_the_decision_too(store: Store) -> None:
    """30 000 kroner an organiser and year: both cases fit when they are recommended, and one when they are decided."""
    cap = {"kind": "organiser_year", "nok": 30_000, "source": "https://eksempel.no/regler"}
    call = called(store, read_scheme({**scheme().document, "caps": [cap]}))
    first = ready(store, call)
    second = typed(store, call, 1, form="guarantee", **BALANCED)
    submit(store, APPLICANT, second, version(store, second), at=NOON)
    set_state(store, second, "in_review")
    taking_part(store, second)
    assessed(store, second)
    recommend(store, OFFICER, second, version(store, second), "guaranteed", ALL, GROUNDS, at=NOON)
    items = under_way(store, first, second)
    decided(store, items[0], YES)
    all_for(store, items[1], GUARANTEED)
    faults = refused(store, read_out, CHAIR, items[1], version(store, second), GUARANTEED, at=MET)
    assert [one.place for one in faults] == ["caps.organiser_year"] and "10\xa0000" in faults[0].line("nb")


def test_more_than_the_frame_has_is_not_given(store: Store) -> None:
    id = ready(store, called(store), 0, "granted_in_part", PART)
    (item,) = under_way(store, id)
    with store.write(TREASURER.id, "test.book") as write:
        commit(write, "test", 1, 99, FRAME - PART - 1)
    all_for(store, item, YES)
    faults = refused(store, read_out, CHAIR, item, version(store, id), YES, at=MET)
    assert codes(faults) == ["ledger.frame_full"] and faults[0].figures["ore_room"] == 1
    decided(store, item, SOME)
    assert of_award(store, 1) == {"committed": PART} and frame_at(store.db, 1).room == 1


def test_more_than_was_recommended_is_drawn_from_the_frame_and_not_from_other_cases(store: Store) -> None:
    call = called(store)
    cases = [ready(store, call, 0, "granted_in_part", PART), ready(store, call, 1)]
    items = under_way(store, *cases)
    decided(store, items[0], YES)
    assert sums(store)["reserved"] == ALL and of_award(store, 1) == {"committed": ALL}
    decided(store, items[1], YES)
    assert "reserved" not in sums(store) and sums(store)["committed"] == 2 * ALL and amiss(store) == []


def test_what_does_not_fit_the_earmark_is_drawn_anew(store: Store) -> None:
    """Reserved from money earmarked for youth, and decided without that earmark: other money, the same room."""
    call = called(store)
    id = case(store, call)
    for who in (CHAIR, MEMBER, OTHER, OFFICER):
        declare(store, who, id, "none", at=NOON)
    assessed(store, id)
    recommend(store, OFFICER, id, version(store, id), "granted", ALL, GROUNDS, (), ("ungdom",), at=NOON)
    (item,) = under_way(store, id)
    with store.write(TREASURER.id, "test.book") as write:
        commit(write, "test", 1, 99, FRAME - ALL, earmarks=("ungdom",))
    decided(store, item, YES)
    assert of_award(store, 1) == {"committed": ALL} and "reserved" not in sums(store)
    drawn = store.db.execute("SELECT sum(balance) FROM ledger_account WHERE award = 1 AND earmark = 'ungdom'")
    assert drawn.fetchone() == (None,) and amiss(store) == []


def test_the_covenant_is_asked(store: Store) -> None:
    id, item = before(store)
    set_covenant(store, TREASURER, NOON.date(), private=2, public=1, ground="Avtalen § 4")
    all_for(store, item, YES)
    assert out(store, item, YES) == ["ledger.covenant"]
    with store.write(OFFICER.id, "test.aid") as write:
        write.delete_row("aid_ground", 1, 1)
    assert out(store, item, YES) == ["ledger.covenant", "decisions.no_aid_ground"]  # all at once
    decided(store, item, NO)
    assert state(store, id) == "rejected"


def test_de_minimis_aid_is_counted_and_its_ceiling_held(store: Store) -> None:
    id, item = before(store, kind="de_minimis")
    decided(store, item, YES)
    (aid,) = standing_aid(store.db)
    assert (aid.basis, aid.amount, aid.equivalent, aid.day, aid.origin) == ("de_minimis", ALL, ALL, DAY, "award")
    number = store.db.execute("SELECT number FROM application WHERE id = ?", [id]).fetchone()[0]
    assert aid.reference == f"{number} (1)"


def test_no_more_de_minimis_aid_than_there_is_room_for(store: Store) -> None:
    id, item = before(store, kind="de_minimis")
    (orgnr,) = store.db.execute("SELECT number FROM organisation").fetchone()
    left = 300_000 * 100 - ALL // 10 + 1  # euro cents: all but one cent of what the award needs
    with store.write(OFFICER.id, "test.aid") as write:
        enter_aid(write, [NewAid(orgnr, DAY, "grant", left, "register", currency="EUR", basis="de_minimis")])
    all_for(store, item, YES)
    faults = refused(store, read_out, CHAIR, item, version(store, id), YES, at=MET)
    assert codes(faults) == ["aid.ceiling"] and faults[0].figures["cent_over"] == 1


@pytest.mark.parametrize("kind", ["de_minimis", "block_exemption"])
def test_a_loan_that_is_aid_needs_its_equivalent(store: Store, kind: str) -> None:
    _, item = before(store, "lent", form="loan", kind=kind)
    bare = dataclasses.replace(LENT, loan={"terms": LOAN["terms"]})
    all_for(store, item, bare)
    assert out(store, item, bare) == ["aid.loan"]
    decided(store, item, LENT)
    (aid,) = standing_aid(store.db)
    assert (aid.form, aid.amount, aid.equivalent, aid.basis) == ("loan", ALL, 1_000 * KR, kind)


@pytest.mark.parametrize("kind", ["de_minimis", "block_exemption"])
def test_aid_is_not_given_on_a_day_without_a_rate(store: Store, kind: str) -> None:
    id, item = before(store, kind=kind)
    all_for(store, item, YES)
    later = MET + dt.timedelta(days=5)
    assert codes(refused(store, read_out, CHAIR, item, version(store, id), YES, at=later)) == ["aid.no_rate"]


def test_what_is_no_aid_is_not_entered(store: Store) -> None:
    _, item = before(store, kind="market_purchase")
    decided(store, item, YES)
    assert standing_aid(store.db) == []


def test_a_case_without_a_ground_for_state_aid_gives_nothing(store: Store) -> None:
    _, item = before(store)
    with store.write(OFFICER.id, "test.aid") as write:
        write.delete_row("aid_ground", 1, 1)
    all_for(store, item, YES)
    assert out(store, item, YES) == ["decisions.no_aid_ground"]


@pytest.mark.parametrize("lacking", ["for_whom", "purpose", "kind", "steps_down", "last", "needs_approval"])
def test_a_guarantee_states_all_six(store: Store, lacking: str) -> None:
    _, item = before(store, "guaranteed", form="guarantee", **BALANCED)
    stated = {name: value for name, value in GUARANTEE.items() if name != lacking}
    proposal = dataclasses.replace(GUARANTEED, guarantee=stated)
    all_for(store, item, proposal)
    faults = refused(store, read_out, CHAIR, item, 4, proposal, at=MET)
    assert [one.place for one in faults] == ["guarantee.states"]


def test_open_guarantees_stay_within_the_exposure_limit(store: Store) -> None:
    id, item = before(store, "guaranteed", form="guarantee", **BALANCED)
    with store.write(TREASURER.id, "test.book") as write:
        guarantee(write, "test", 1, 99, EXPOSURE - ALL + 1)
    all_for(store, item, GUARANTEED)
    assert out(store, item, GUARANTEED) == ["ledger.exposed"]
    assert state(store, id) == "ready"


# -- proposals


def test_what_is_wrong_with_a_proposal_is_told_all_at_once() -> None:
    for proposal, expected in (
        (Proposal("burned", None, GROUNDS), ["outcome"]),  # type: ignore[arg-type]
        (Proposal("granted", None, ""), ["no_grounds", "money.not_ore"]),
        (Proposal("granted", True, GROUNDS), ["money.not_ore"]),
        (Proposal("granted", 0, GROUNDS), ["money.too_small"]),
        (Proposal("granted", 2**53 + 1, GROUNDS), ["money.too_large"]),
        (Proposal("rejected", ALL, GROUNDS), ["amount_for_nothing"]),
        (Proposal("granted_on_conditions", ALL, GROUNDS), ["no_conditions"]),
        (Proposal("granted", ALL, GROUNDS, ("",)), ["empty_condition"]),
        (
            Proposal("granted", ALL, GROUNDS, guarantee=GUARANTEE, loan={}),
            ["guarantee_for_nothing", "loan_for_nothing"],
        ),
        (Proposal("guaranteed", PART, GROUNDS, guarantee=GUARANTEE), ["guarantee_cap"]),
        (Proposal("guaranteed", ALL, GROUNDS, guarantee={**GUARANTEE, "last": "snart"}), ["guarantee_day"]),
        (Proposal("guaranteed", ALL, GROUNDS, guarantee={"till": "alle"}), ["guarantee_field"]),
        (Proposal("guaranteed", ALL, GROUNDS, guarantee={"cap": 1.5}), ["money.not_ore"]),
        (Proposal("lent", ALL, GROUNDS), ["no_terms"]),
    ):
        faults = proposal.faults()
        assert [one.code.partition(".")[2] for one in faults] == expected, proposal
        assert all(one.line("nb") and one.line("en") for one in faults)
    for good in (YES, NO, LATER, SOME, CONDITIONS, GUARANTEED, LENT):
        assert good.faults() == [] and proposal_of(good.plain()).text == good.text


def test_what_cannot_be_decided_is_refused_before_anything(store: Store) -> None:
    _, item = before(store)
    assert out(store, item, Proposal("burned", None, GROUNDS)) == ["proposals.outcome"]  # type: ignore[arg-type]
    assert out(store, item, Proposal("granted", None, "")) == ["proposals.no_grounds", "ledger.money.not_ore"]


def test_an_urgent_case_is_decided_between_meetings_by_votes_from_elsewhere(store: Store) -> None:
    id = ready(store, called(store))
    (item,) = under_way(store, id, kind="between")
    decided(store, item, YES, at=MET + dt.timedelta(hours=5))
    assert all(one["remote"] for one in last_decision(store, id).body["votes"]) and state(store, id) == "granted"
