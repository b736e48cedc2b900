"""What is recommended to the board: within what is asked, the caps and the room for state aid; once; and back again."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, COLLEAGUE, KR, NOON, OFFICER, codes, refused, scheme, state, version
from reviewed import MEMBER, NUMBERS, assessed, reviewed, set_state, taking_part

from data.faults import Fault, Faults
from data.permission import Actor, Refused
from data.store import Conflict, Store, open_store, sqlite3
from fund.intake.applications import Application
from fund.intake.completeness import Case as CaseAsSent
from fund.intake.contents import Contents
from fund.review.conflicts import declare
from fund.review.recommendations import (
    amount_faults,
    form_of,
    recommend,
    recommendation_at,
    recommendations_of,
    resume,
    take_back,
)
from fund.rulebook.schemes import Forms
from fund.state_aid.aid import NewAid, enter_aid
from fund.state_aid.euro import set_rate

ASKED, LEAST = 20_000 * KR, 10_000 * KR
GROUNDS = "Bredt tilbud til barn og unge i hele regionen."


@pytest.fixture
def case(store: Store) -> int:
    made = reviewed(store)
    taking_part(store, made)
    assessed(store, made)
    return made


def told(store: Store, case: int, outcome: Any, amount: Any, grounds: str = GROUNDS, **more: Any) -> list[str]:
    """What is wrong with a recommendation."""
    faults = refused(store, recommend, OFFICER, case, version(store, case), outcome, amount, grounds, at=NOON, **more)
    assert recommendation_at(store.db, case) is None
    return [code.removeprefix("recommendations.") for code in codes(faults)]


def recommended(store: Store, case: int, outcome: Any = "granted", amount: int | None = ASKED, **more: Any) -> int:
    return recommend(store, OFFICER, case, version(store, case), outcome, amount, GROUNDS, at=NOON, **more)


def test_a_case_becomes_ready_with_its_recommendation_once(store: Store, case: int) -> None:
    seen = version(store, case)
    made = recommended(store, case, conditions=[" Avtale om hallen. "], earmarks=["ungdom"])
    assert state(store, case) == "ready" and made == seen + 1
    again = recommend(store, OFFICER, case, seen, "granted", ASKED, GROUNDS, at=NOON)
    assert again == made  # a double click
    declare(store, COLLEAGUE, case, "none", at=NOON)
    with pytest.raises(Conflict):
        recommend(store, COLLEAGUE, case, seen, "rejected", None, GROUNDS, at=NOON)
    (found,) = recommendations_of(store, AUDITOR, case, at=NOON)
    assert found == recommendation_at(store.db, case)
    assert (found.outcome, found.amount, found.grounds) == ("granted", ASKED, GROUNDS)
    assert (found.conditions, found.earmarks, found.actor) == (("Avtale om hallen.",), ("ungdom",), OFFICER.id)


@pytest.mark.parametrize(
    ("outcome", "amount", "expected"),
    [
        ("given", ASKED, "outcome"),
        ("rejected", 1, "gives_nothing"),
        ("deferred", ASKED, "gives_nothing"),
        ("granted", ASKED + 1, "above_asked"),
        ("granted", ASKED - 1, "not_all"),
        ("granted_in_part", ASKED, "not_a_part"),
        ("granted_in_part", LEAST - 1, "below_least"),
        ("granted_on_conditions", ASKED, "no_conditions"),
        ("granted", None, "ledger.money.not_ore"),
        ("granted", 200.0, "ledger.money.not_ore"),
        ("granted", "20000", "ledger.money.not_ore"),
        ("granted", -ASKED, "ledger.money.too_small"),
        ("granted", 2**53 + 1, "ledger.money.too_large"),
    ],
)
def test_an_amount_that_the_outcome_does_not_have(
    store: Store, case: int, outcome: str, amount: Any, expected: str
) -> None:
    assert expected in told(store, case, outcome, amount)
    assert state(store, case) == "in_review"


def test_the_figures_stand_in_the_fault(store: Store, case: int) -> None:
    (fault,) = refused(
        store, recommend, OFFICER, case, version(store, case), "granted_in_part", LEAST - 1, GROUNDS, at=NOON
    )
    assert "9 999,99" in fault.line("nb").replace("\u00a0", " ") and "10 000" in fault.line("nb").replace("\u00a0", " ")


def test_what_is_right_goes_to_the_board(store: Store, case: int) -> None:
    for outcome, amount, conditions in (
        ("granted_in_part", LEAST, ()),
        ("granted_in_part", LEAST - 1, ("Resten skaffes fra andre.",)),
        ("granted_on_conditions", ASKED, ("Avtale om hallen.",)),
        ("rejected", None, ()),
        ("deferred", None, ()),
    ):
        recommended(store, case, outcome, amount, conditions=conditions)
        take_back(store, OFFICER, case, version(store, case), off_agenda=lambda *_: [], at=NOON)
    assert len(recommendations_of(store, OFFICER, case, at=NOON)) == 5


def test_grounds_conditions_and_earmarks(store: Store, case: int) -> None:
    assert told(store, case, "granted", ASKED, "Fint.") == ["short_grounds"]
    assert told(store, case, "granted", ASKED, conditions=[" "]) == ["empty_condition"]
    assert told(store, case, "granted", ASKED, earmarks=["ungdom", "opera"]) == ["earmark"]


def test_the_schemes_caps_and_forms_hold(store: Store, case: int) -> None:
    # Ten percent of the running costs is what is asked for, and a tenth of an øre.
    assert told(store, case, "guaranteed", ASKED) == told(store, case, "lent", ASKED) == ["form"]
    with store.write("operator", "test.asked") as write:
        write.update_row("application", case, version(store, case), {"asked": ASKED + 1})
    assert told(store, case, "granted", ASKED + 1) == ["cap"]
    recommended(store, case, "granted_in_part", ASKED)


def test_another_form_than_was_asked_for_is_given_where_the_scheme_says_so(store: Store) -> None:
    forms = Forms(("grant", "guarantee"), "test")
    case = Application(1, 1, 1, "", "", "2026-0001", None, "", "grant", ASKED, LEAST, None, "in_review", "", 1)
    made = CaseAsSent.__new__(CaseAsSent)
    for name, value in {
        "application": case,
        "scheme": replace(scheme(), forms=forms, caps=()),
        "contents": Contents(form="grant", asked=ASKED),
        "organisation": None,
        "papers": (),
        "granted": None,
        "at": NOON,
    }.items():
        object.__setattr__(made, name, value)
    assert amount_faults(made, "guaranteed", ASKED, ()) == []
    assert codes(amount_faults(made, "lent", ASKED, ())) == ["recommendations.form"]
    assert [form_of(one, "purchase") for one in ("granted", "lent")] == ["purchase", "loan"]
    assert form_of("granted", "loan") == form_of("granted", "guarantee") == form_of("granted", None) == "grant"


def test_without_a_ground_for_state_aid_nothing_is_recommended_but_no(store: Store) -> None:
    case = reviewed(store)
    taking_part(store, case)
    assert told(store, case, "granted", ASKED) == ["no_aid_ground"]
    recommended(store, case, "rejected", None)
    assert state(store, case) == "ready"


def test_de_minimis_aid_keeps_within_the_room_of_the_day(store: Store) -> None:
    case = reviewed(store)
    taking_part(store, case)
    assessed(store, case, "de_minimis")
    day = dt.date(2026, 11, 2)
    assert told(store, case, "granted", ASKED) == ["aid.no_rate"]
    set_rate(store, OFFICER, day, "10,00", published=day, source="ECB, lest av i en test")
    used = NewAid(NUMBERS[0], day, "grant", 300_000 * 100 - 2_000 * 100, "register", currency="EUR")
    with store.write(OFFICER.id, "test.aid") as write:  # 2 000 euro are left: 20 000 kroner
        enter_aid(write, [used])
    with store.write(OFFICER.id, "test.aid") as write:
        (more,) = enter_aid(write, [replace(used, amount=1)])
    assert told(store, case, "granted", ASKED) == ["aid.ceiling"]
    assert told(store, case, "guaranteed", ASKED) == ["form", "aid.ceiling"]  # at its whole cap
    recommended(store, case, "granted_in_part", ASKED - 10)
    assert more and state(store, case) == "ready"


def test_an_officer_says_no_conflict_before_recommending(store: Store) -> None:
    case = reviewed(store)
    assessed(store, case)
    assert told(store, case, "granted", ASKED) == ["conflicts.part.undeclared"]
    declare(store, OFFICER, case, "conflict", "Gift med lederen", at=NOON)
    assert told(store, case, "granted", ASKED) == ["conflicts.part.conflict"]


def test_only_the_officer_recommends(store: Store, case: int) -> None:
    for actor in (MEMBER, APPLICANT, AUDITOR):
        with pytest.raises(Refused):
            recommend(store, actor, case, version(store, case), "granted", ASKED, GROUNDS, at=NOON)
        with pytest.raises(Refused):
            take_back(store, actor, case, version(store, case), off_agenda=lambda *_: [], at=NOON)
        with pytest.raises(Refused):
            resume(store, actor, case, version(store, case), at=NOON)
    with pytest.raises(Refused):
        recommendations_of(store, APPLICANT, case, at=NOON)
    outsider = replace(MEMBER, id="account:6")
    assert codes(refused(store, recommendations_of, outsider, case, at=NOON)) == ["conflicts.part.undeclared"]


def test_a_case_on_a_locked_agenda_is_not_taken_back(store: Store, case: int) -> None:
    seen = recommended(store, case)

    def locked(*_: Any) -> list[Fault]:
        return [Fault("", "application", "", "application.on_agenda", {"state_nb": "klar", "state_en": "ready"})]

    assert codes(refused(store, take_back, OFFICER, case, seen, off_agenda=locked, at=NOON)) == ["on_agenda"]
    back = take_back(store, OFFICER, case, seen, off_agenda=lambda *_: [], at=NOON)
    assert take_back(store, OFFICER, case, seen, off_agenda=lambda *_: [], at=NOON) == back
    assert state(store, case) == "in_review"
    with pytest.raises(Faults):
        take_back(store, OFFICER, case, back, off_agenda=lambda *_: [], at=NOON)


def test_a_case_that_was_put_off_comes_back_with_its_recommendation(store: Store, case: int) -> None:
    recommended(store, case)
    set_state(store, case, "deferred")
    seen = version(store, case)
    assert resume(store, OFFICER, case, seen, at=NOON) == resume(store, OFFICER, case, seen, at=NOON) == seen + 1
    found = recommendation_at(store.db, case)
    assert state(store, case) == "ready" and found is not None and found.amount == ASKED


def test_two_officers_at_once_and_one_of_them_is_told(store: Store, case: int) -> None:
    declare(store, COLLEAGUE, case, "none", at=NOON)
    seen = version(store, case)
    found: list[Any] = []

    def ask(actor: Actor, outcome: Any, amount: int | None) -> None:
        with open_store(store.folder) as own:
            try:
                found.append(recommend(own, actor, case, seen, outcome, amount, GROUNDS, at=NOON))
            except Conflict as told:
                found.append(told)

    askers = [(OFFICER, "granted", ASKED), (OFFICER, "granted", ASKED), (COLLEAGUE, "rejected", None)]
    threads = [threading.Thread(target=ask, args=one) for one in askers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert store.db.execute("SELECT count(*) FROM recommendation").fetchone() == (1,)
    kept = recommendation_at(store.db, case)
    assert kept is not None
    assert sum(isinstance(one, Conflict) for one in found) == (1 if kept.actor == OFFICER.id else 2)
    assert found.count(seen + 1) == (2 if kept.actor == OFFICER.id else 1)


def test_a_recommendation_stays(store: Store, case: int) -> None:
    recommended(store, case)
    for sql in ("UPDATE recommendation SET amount = 1", "DELETE FROM recommendation"):
        with pytest.raises(sqlite3.Error), store.write("operator", "test.tamper", audited=False) as write:
            write.db.execute(sql)
