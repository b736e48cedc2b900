"""State aid: what counts, until which day, at which rate, for whom; and what is refused, with the figures."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.connection import sqlite3
from data.faults import Faults
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store, open_store
from data.value import Value
from fund.rulebook.periods import Period
from fund.state_aid.aid import (
    AidRules,
    NewAid,
    Room,
    aid_row,
    aid_rules,
    caveats,
    correct_aid,
    counts,
    declare_aid,
    enter_aid,
    picture,
    room,
    take_aid,
    withdraw_aid,
)
from fund.state_aid.aid_grounds import (
    CONDITIONS,
    GROUND_KINDS,
    AidGround,
    aid_ground,
    condition_name,
    ground_name,
    set_aid_ground,
)
from fund.state_aid.aid_register import note_reported, register_csv, to_report
from fund.state_aid.euro import Rate, accept_suggestion, last_suggestion, rate_on, set_rate, suggested_rate
from fund.state_aid.grouping import add_undertaking, join, merge, rename_undertaking, split
from fund.state_aid.undertakings import Undertaking, undertaking_at, undertaking_of, undertakings
from impact.parameter_values import NewValue, set_values

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
A, B, C = "123456785", "998447356", "701730496"
THREE_YEARS = Period(3, "years")
CEILING = 300_000_00


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


TODAY = day("2026-11-23")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def aid(amount: int, given: str = "2026-01-15", orgnr: str = A, **more: Any) -> NewAid:
    """Aid in euro from others, so that no rate is in the way; ``amount`` is in euro."""
    return NewAid(orgnr, day(given), "grant", 100 * amount, "register", currency="EUR", **more)


def entered(store: Store, *rows: NewAid) -> list[int]:
    with store.write("account:1", "test") as write:
        return enter_aid(write, rows)


def awarded(store: Store, amount: int, on: dt.date = TODAY, orgnr: str = A, **more: Any) -> int:
    rules = aid_rules(store, on)
    given = {"currency": "EUR", "reference": f"award:{amount}:{on}", **more}
    with store.write("account:1", "test") as write:
        return take_aid(write, NewAid(orgnr, on, given.pop("form", "grant"), amount, "award", **given), rules)


def left(store: Store, who: Undertaking | str = A, on: dt.date = TODAY) -> Fraction:
    whole = Undertaking(0, "", (who,)) if isinstance(who, str) else who
    return room(store, OFFICER, whole, on).left


# -- the window


@pytest.mark.parametrize(
    ("given_on", "asked_on", "expected"),
    [
        ("2023-11-23", "2026-11-23", True),  # the same date three years on is the last that counts
        ("2023-11-22", "2026-11-23", False),
        ("2026-11-23", "2026-11-23", True),
        ("2026-11-24", "2026-11-23", False),
        ("2024-02-29", "2027-02-28", True),  # a leap day's window ends on the last of February
        ("2024-02-29", "2027-03-01", False),
        ("2025-02-28", "2028-02-28", True),
        ("2025-02-28", "2028-02-29", False),
        ("2025-03-01", "2028-02-29", True),
    ],
)
def test_three_rolling_years(given_on: str, asked_on: str, expected: bool) -> None:
    assert counts(aid(1, given_on), day(asked_on), THREE_YEARS) is expected


def test_only_de_minimis_counts() -> None:
    assert not counts(aid(1, basis="block_exemption"), TODAY, THREE_YEARS)


@given(st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31)), st.integers(0, 1200))
def test_first_day_is_where_counting_begins(on: dt.date, back: int) -> None:
    rules = AidRules(CEILING, THREE_YEARS, 1, 1)
    first = Room(Undertaking(0, "", (A,)), on, rules, (), ()).first_day
    given_on = on - dt.timedelta(back)
    assert counts(aid(1, given_on.isoformat()), on, THREE_YEARS) == (given_on >= first)


# -- room


def test_room_is_the_ceiling_less_what_counts_to_the_cent(store: Store) -> None:
    entered(store, aid(200_000), aid(50_000, "2023-11-22"), aid(5, "2026-12-01"), aid(7, basis="block_exemption"))
    assert left(store) == 100_000_00
    awarded(store, 100_000_00)
    assert left(store) == 0
    with pytest.raises(Faults) as refused:
        awarded(store, 1, reference="another")
    (fault,) = refused.value.faults
    assert fault.code == "aid.ceiling"
    assert fault.figures["cent_over"] == 1 and fault.figures["cent_used"] == CEILING
    assert "300 000 euro" in fault.line("nb").replace("\N{NO-BREAK SPACE}", " ") and "EUR 300,000" in fault.line("en")
    assert len(picture(store, OFFICER, A, TODAY).room.counted) == 2


def test_room_counts_on_the_award_day_not_on_the_day_it_is_entered(store: Store) -> None:
    entered(store, aid(300_000, "2023-11-23"))
    with pytest.raises(Faults, match="too much"):
        awarded(store, 1, TODAY)
    awarded(store, 300_000_00, TODAY + dt.timedelta(1))


def test_kroner_become_euro_at_the_days_rate_exactly(store: Store) -> None:
    with pytest.raises(Faults, match="No euro rate"):
        awarded(store, 100, currency="NOK")
    set_rate(store, OFFICER, TODAY, "11,7205", published=TODAY, source="Norges Bank")
    number = awarded(store, 3_516_150_00, currency="NOK")  # 300 000 euro to the øre
    assert left(store) == 0
    with store.read() as db:
        assert aid_row(db, number).cents == CEILING
    with pytest.raises(Faults) as refused:
        awarded(store, 1, currency="NOK", reference="another")
    assert refused.value.faults[0].figures["cent_over"] == 1  # less than a cent is shown as one, never as none


def test_a_guarantee_counts_at_its_whole_cap_and_a_loan_at_its_grounded_equivalent(store: Store) -> None:
    awarded(store, 250_000_00, form="guarantee")
    assert left(store) == 50_000_00
    for grounds in ({"equivalent": 1}, {"equivalent": 1, "ground": " "}, {"ground": "rente"}, {}):
        with pytest.raises(Faults, match="gross grant equivalent"):
            awarded(store, 900_000_00, form="loan", reference="loan", **grounds)
    with pytest.raises(Faults, match="whole amount"):
        awarded(store, 250_000_00, form="guarantee", equivalent=1, reference="guarantee")
    awarded(
        store, 900_000_00, form="loan", equivalent=50_000_00, ground="Referanserente mot avtalt rente", reference="l"
    )
    assert left(store) == 0


def test_aid_without_a_rate_leaves_the_room_untold(store: Store) -> None:
    entered(store, NewAid(A, day("2026-01-15"), "grant", 100, "register"))
    found = room(store, OFFICER, Undertaking(0, "", (A,)), TODAY)
    assert (len(found.unknown), found.used) == (1, 0)
    with pytest.raises(Faults, match="15 January 2026"):
        awarded(store, 1)
    set_rate(store, OFFICER, day("2026-01-15"), "10", published=day("2026-01-15"), source="Norges Bank")
    assert left(store) == CEILING - 10
    awarded(store, 1)


def test_the_parameters_are_dated_and_can_be_changed_on_screen(store: Store) -> None:
    assert aid_rules(store, day("2023-12-31")).ceiling == 200_000_00
    assert aid_rules(store, day("2024-01-01")) == AidRules(CEILING, THREE_YEARS, 100_000_00, 20)
    value = Value(400_000, evidence="reported", source="ny forskrift")
    set_values(store, OFFICER, [NewValue("aid.ceiling", day("2026-11-01"), value)])
    assert aid_rules(store, day("2026-10-31")).ceiling == CEILING
    assert left(store) == 400_000_00


def test_faulty_aid_is_refused_whole(store: Store) -> None:
    rows = [aid(1), aid(0), aid(1, orgnr="123456784"), NewAid(A, TODAY, "gift", 1, "register")]  # type: ignore[arg-type]
    with pytest.raises(Faults) as refused:
        entered(store, *rows)
    assert [one.place for one in refused.value.faults] == ["2. amount", "3. orgnr", "4. form"]
    assert left(store) == CEILING
    for amount in (1.5, "1", True, 2**53 + 1):
        with pytest.raises(Faults):
            entered(store, NewAid(A, TODAY, "grant", amount, "register"))  # type: ignore[arg-type]


def test_an_award_is_entered_once(store: Store) -> None:
    awarded(store, 1)
    with pytest.raises(sqlite3.IntegrityError):
        awarded(store, 1)


def test_two_awards_at_once_share_what_is_left(tmp_path: Path, store: Store) -> None:
    entered(store, aid(200_000))
    told: list[str] = []

    def one(number: int) -> None:
        with open_store(tmp_path) as mine:
            try:
                awarded(mine, 60_000_00, reference=f"award:{number}")
                told.append("given")
            except Faults as error:
                told.append(error.faults[0].code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == ["aid.ceiling"] * 3 + ["given"]
    assert left(store) == 40_000_00


# -- what is known


def test_the_picture_shows_the_rest_the_doubles_and_the_declaration(store: Store) -> None:
    entered(store, aid(100), aid(50, "2020-01-01"), aid(9, basis="block_exemption"))
    assert picture(store, OFFICER, A, TODAY).declared is None
    declare_aid(store, APPLICANT, {"owner": "account:2"}, A, TODAY, [aid(100), aid(3)])
    found = picture(store, OFFICER, A, TODAY)
    assert [one.amount for one in found.others] == [50_00, 9_00]
    assert [(first.origin, second.origin) for first, second in found.doubles] == [("register", "declaration")]
    assert (found.declared, found.room.used) == (TODAY, 203_00)
    assert caveats("nb")[0].startswith("Kjent støtte") and "not found" in caveats("en")[1]
    declare_aid(store, APPLICANT, {"owner": "account:2"}, A, TODAY, [])
    again = picture(store, OFFICER, A, TODAY)
    assert (again.doubles, again.room.used) == ((), 100_00)


def test_withdrawn_aid_no_longer_counts_and_stays(store: Store) -> None:
    (number,) = entered(store, aid(100))
    with pytest.raises(Faults, match="no reason"), store.write("account:1", "test") as write:
        withdraw_aid(write, number, TODAY, " ")
    correct_aid(store, OFFICER, number, TODAY, "Delt ved fisjon", [aid(60), aid(40, orgnr=B)])
    assert (left(store), left(store, B)) == (CEILING - 60_00, CEILING - 40_00)
    with pytest.raises(Faults, match="no such aid"):
        correct_aid(store, OFFICER, number, TODAY, "igjen")
    with store.read() as db:
        assert aid_row(db, number).amount == 100_00


@pytest.mark.parametrize("table", ["aid", "aid_withdrawal", "aid_report", "undertaking_member"])
def test_what_was_entered_is_never_changed(store: Store, table: str) -> None:
    number = awarded(store, 100)
    add_undertaking(store, OFFICER, "Eksempel konsern", [A], TODAY, "eierbok")
    note_reported(store, OFFICER, number, TODAY, "kvittering 1")
    correct_aid(store, OFFICER, number, TODAY, "feil")
    for sql in (f"UPDATE {table} SET rowid = rowid", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "test") as write:
            write.db.execute(sql)


# -- undertakings


def test_a_group_counts_as_one_from_its_day_with_all_that_was_given_before(store: Store) -> None:
    entered(store, aid(100_000), aid(150_000, orgnr=B))
    number = add_undertaking(store, OFFICER, "Eksempel konsern", [A, B], day("2026-06-01"), "eierbok, 60 %")
    with store.read() as db:
        assert undertaking_of(db, A, day("2026-05-31")) == Undertaking(0, "", (A,))
        whole = undertaking_of(db, B, TODAY)
    assert (whole.id, set(whole.orgnrs)) == (number, {A, B})
    assert left(store, whole) == 50_000_00
    with pytest.raises(Faults, match="too much"):
        awarded(store, 60_000_00, orgnr=B)
    awarded(store, 50_000_00, orgnr=B)
    assert [one.name for one in undertakings(store, OFFICER, TODAY)] == ["Eksempel konsern"]
    assert rename_undertaking(store, OFFICER, whole, "Nytt navn") == 2
    with pytest.raises(Conflict):
        rename_undertaking(store, OFFICER, whole, "Et annet")


def two(store: Store, first: int, second: int) -> tuple[int, int]:
    entered(store, aid(first), aid(second, orgnr=B))
    one = add_undertaking(store, OFFICER, "Eksempel nord", [A], day("2026-01-01"), "eierbok")
    other = add_undertaking(store, OFFICER, "Eksempel sør", [B], day("2026-01-01"), "eierbok")
    return one, other


def test_two_at_their_ceilings_are_not_merged_unless_that_is_known(store: Store) -> None:
    first, second = two(store, 300_000, 300_000)
    with pytest.raises(Faults) as refused:
        merge(store, OFFICER, first, second, TODAY, "fusjon, kunngjort")
    (fault,) = refused.value.faults
    assert fault.code == "aid.group_over"
    assert (fault.figures["cent_used"], fault.figures["cent_over"]) == (600_000_00, 300_000_00)
    assert fault.figures["cent_most"] == CEILING and all(fault.line(lang) for lang in LANGUAGES)
    with store.read() as db:
        assert undertaking_at(db, second, TODAY).orgnrs == (B,)
    whole = merge(store, OFFICER, first, second, TODAY, "fusjon, kunngjort", known=True)
    assert set(whole.orgnrs) == {A, B} and left(store, whole) == -CEILING
    with pytest.raises(Faults, match="too much"):
        awarded(store, 1, orgnr=B)


def test_a_merger_within_the_ceiling_just_happens(store: Store) -> None:
    first, second = two(store, 150_000, 150_000)
    assert left(store, merge(store, OFFICER, first, second, TODAY, "fusjon")) == 0
    with pytest.raises(Faults, match="nothing to merge"):
        merge(store, OFFICER, first, second, TODAY, "fusjon")
    with pytest.raises(Faults, match="nothing to merge"):
        merge(store, OFFICER, first, first, TODAY, "fusjon")


def test_a_merger_dated_back_is_held_against_what_was_given_since(store: Store) -> None:
    first, second = two(store, 100_000, 100_000)
    entered(store, aid(150_000, "2026-09-01", B))
    with pytest.raises(Faults, match="1 September 2026"):
        merge(store, OFFICER, first, second, day("2026-06-01"), "fusjon")


def test_a_group_that_was_above_already_can_take_in_one_that_had_nothing(store: Store) -> None:
    entered(store, aid(400_000))
    number = add_undertaking(store, OFFICER, "Eksempel konsern", [A], day("2026-01-01"), "eierbok")
    assert set(join(store, OFFICER, number, [B], TODAY, "oppkjøp").orgnrs) == {A, B}
    entered(store, aid(1, orgnr=C))
    with pytest.raises(Faults, match="Together"):
        join(store, OFFICER, number, [C], TODAY, "oppkjøp")


def test_those_who_leave_take_their_aid_with_them(store: Store) -> None:
    entered(store, aid(100_000), aid(150_000, orgnr=B))
    number = add_undertaking(store, OFFICER, "Eksempel konsern", [A, B], day("2026-01-01"), "eierbok")
    for leaving in ([A, B], [C], []):
        with pytest.raises(Faults):
            split(store, OFFICER, number, leaving, "Ny", TODAY, "salg")
    new = split(store, OFFICER, number, [B], "Eksempel sør", TODAY, "salg")
    with store.read() as db:
        assert undertaking_at(db, number, TODAY - dt.timedelta(1)).orgnrs == (A, B)
        old_group, new_group = undertaking_at(db, number, TODAY), undertaking_at(db, new, TODAY)
    assert (left(store, old_group), left(store, new_group)) == (200_000_00, 150_000_00)


def test_groups_need_a_name_a_ground_and_numbers(store: Store) -> None:
    with pytest.raises(Faults) as refused:
        add_undertaking(store, OFFICER, " ", [A], TODAY, "")
    assert [one.code for one in refused.value.faults] == ["aid.no_name", "aid.no_ground"]
    with pytest.raises(Faults) as refused:
        add_undertaking(store, OFFICER, "Eksempel", ["1", "123456784"], TODAY, "eierbok")
    assert len(refused.value.faults) == 2
    assert undertakings(store, OFFICER, TODAY) == []


# -- rates


def test_the_ecbs_rate_is_a_suggestion_with_its_day_and_source() -> None:
    found = suggested_rate(day("2024-01-02"))
    assert found is not None and found.published == day("2024-01-02") and found.kroner == Decimal("11.2815")
    sunday = suggested_rate(day("2024-01-07"))
    assert sunday is not None and (sunday.day, sunday.published) == (day("2024-01-07"), day("2024-01-05"))
    assert "ECB" in sunday.source
    assert suggested_rate(last_suggestion() + dt.timedelta(1)) is None
    assert suggested_rate(day("1998-01-01")) is None


def test_a_suggestion_is_stored_only_when_accepted(store: Store) -> None:
    with store.read() as db:
        assert rate_on(db, day("2024-01-02")) is None
    stored = accept_suggestion(store, OFFICER, day("2024-01-02"))
    with store.read() as db:
        assert rate_on(db, day("2024-01-02")) == stored
    with pytest.raises(Faults, match="no rate to suggest"):
        accept_suggestion(store, OFFICER, last_suggestion() + dt.timedelta(1))


def test_a_suggestion_of_three_decimals_is_stored_as_it_is(store: Store) -> None:
    """Typed, «11.309» may be eleven thousand; of the ECB it is eleven kroner. Two suggestions of five are such."""
    assert accept_suggestion(store, OFFICER, day("2024-01-05")).kroner == Decimal("11.309")


def test_a_rate_has_its_day_and_source_and_a_changed_one_moves_no_award(store: Store) -> None:
    for kroner, published, source in (("0", TODAY, "a"), ("11", TODAY + dt.timedelta(1), "a"), ("11", TODAY, " ")):
        with pytest.raises(Faults):
            set_rate(store, OFFICER, TODAY, kroner, published=published, source=source)
    set_rate(store, OFFICER, TODAY, "10", published=TODAY, source="Norges Bank")
    awarded(store, 1000, currency="NOK")
    with pytest.raises(Faults, match="already"):
        set_rate(store, OFFICER, TODAY, "20", published=TODAY, source="Norges Bank")
    assert set_rate(store, OFFICER, TODAY, "20", published=TODAY, source="Norges Bank", seen=1).version == 2
    assert left(store) == CEILING - 100


@given(st.integers(1, 2**53), st.decimals(Decimal("0.0001"), 100, places=4))
def test_euro_are_exact(ore: int, kroner: Decimal) -> None:
    assert Rate(TODAY, kroner, TODAY, "").cents(ore) * Fraction(kroner) == ore


# -- grounds


def test_grounds_of_all_four_kinds(store: Store) -> None:
    answers = {one: one != "affects_trade" for one in CONDITIONS}
    given = [
        AidGround("no_aid", "Lokalt arrangement", conditions=answers),
        AidGround("de_minimis", "Bagatellmessig"),
        AidGround("block_exemption", "Kulturfestival", article="artikkel 53"),
        AidGround("market_purchase", "Profilering til listepris"),
    ]
    for number, one in enumerate(given, 1):
        assert set_aid_ground(store, OFFICER, number, one) == 1
        with store.read() as db:
            found = aid_ground(db, number)
        assert found is not None and (found.kind, dict(found.conditions)) == (one.kind, dict(one.conditions))
        assert found.counts is (one.kind == "de_minimis")
    assert set_aid_ground(store, OFFICER, 1, AidGround("de_minimis", "Likevel", version=1)) == 2
    with pytest.raises(Conflict):
        set_aid_ground(store, OFFICER, 1, AidGround("de_minimis", "For sent", version=1))
    with pytest.raises(Faults, match="already"):
        set_aid_ground(store, OFFICER, 1, AidGround("de_minimis", "Ny"))
    assert all(ground_name(one, lang) for one in GROUND_KINDS for lang in LANGUAGES)
    assert all(condition_name(one, lang) for one in CONDITIONS for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("ground", "code"),
    [
        (AidGround("no_aid", "x", conditions=dict.fromkeys(CONDITIONS, True)), "all_six_met"),
        (AidGround("no_aid", "x", conditions=dict.fromkeys(CONDITIONS[:5], False)), "six"),
        (AidGround("no_aid", "x"), "six"),
        (AidGround("block_exemption", "x"), "no_article"),
        (AidGround("de_minimis", " "), "no_ground"),
        (AidGround("gift", "x"), "choice"),  # type: ignore[arg-type]
    ],
)
def test_grounds_that_lack_something(store: Store, ground: AidGround, code: str) -> None:
    with pytest.raises(Faults) as refused:
        set_aid_ground(store, OFFICER, 1, ground)
    assert [one.code for one in refused.value.faults] == [f"aid.{code}"]
    with store.read() as db:
        assert aid_ground(db, 1) is None


# -- the register


def test_what_must_be_reported_and_by_when(store: Store) -> None:
    awarded(store, 99_999_99, orgnr=B)
    number = awarded(store, 100_000_00)
    entered(store, aid(200_000, orgnr=C))
    (due,) = to_report(store, OFFICER)
    assert (due.aid.id, due.deadline) == (number, day("2026-12-21"))
    assert not due.overdue(day("2026-12-21")) and due.overdue(day("2026-12-22"))
    head, row = register_csv([due], "nb").splitlines()
    assert head.startswith("Organisasjonsnummer,Tildelt")
    amounts = "EUR,100000.00,100000.00,100000.00"
    assert row == f"{A},2026-11-23,tilskudd,bagatellmessig støtte,{amounts},,award:10000000:2026-11-23,2026-12-21"
    with pytest.raises(Faults, match="receipt"):
        note_reported(store, OFFICER, number, TODAY, "")
    note_reported(store, OFFICER, number, TODAY, "kvittering 7")
    assert to_report(store, OFFICER) == []
    with pytest.raises(Faults, match="account:1"):
        note_reported(store, OFFICER, number, TODAY, "kvittering 8")


# -- who may


def test_an_applicant_declares_its_own_and_does_nothing_else(store: Store) -> None:
    calls = [
        lambda: room(store, APPLICANT, Undertaking(0, "", (A,)), TODAY),
        lambda: picture(store, APPLICANT, A, TODAY),
        lambda: declare_aid(store, APPLICANT, {"owner": "account:3"}, A, TODAY, []),
        lambda: correct_aid(store, APPLICANT, 1, TODAY, "x"),
        lambda: set_rate(store, APPLICANT, TODAY, "11", published=TODAY, source="x"),
        lambda: accept_suggestion(store, APPLICANT, TODAY),
        lambda: add_undertaking(store, APPLICANT, "x", [A], TODAY, "x"),
        lambda: join(store, APPLICANT, 1, [A], TODAY, "x"),
        lambda: merge(store, APPLICANT, 1, 2, TODAY, "x"),
        lambda: split(store, APPLICANT, 1, [A], "x", TODAY, "x"),
        lambda: rename_undertaking(store, APPLICANT, Undertaking(1, "", ()), "x"),
        lambda: undertakings(store, APPLICANT, TODAY),
        lambda: set_aid_ground(store, APPLICANT, 1, AidGround("de_minimis", "x")),
        lambda: to_report(store, APPLICANT),
        lambda: note_reported(store, APPLICANT, 1, TODAY, "x"),
    ]
    for call in calls:
        with pytest.raises(Refused):
            call()
