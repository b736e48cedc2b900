"""An award on its page: accepted, planned, run, reported on, stopped, settled, clawed back; by whom, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import seen
from story_pages import Told, at_moment, failed, keys, outcome, played, press

from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES

KR = 100


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund just after the meeting: offers wait."""
    return played(tmp_path_factory.mktemp("decided"), "meet")


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund after its first payouts."""
    return played(tmp_path_factory.mktemp("spring"), "accepted")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund after its final payouts."""
    return played(tmp_path_factory.mktemp("ended"), "held")


@pytest.fixture
def offers(decided: Told, tmp_path: Path) -> Iterator[Told]:
    yield decided.copy(tmp_path)


@pytest.fixture
def running(spring: Told, tmp_path: Path) -> Iterator[Told]:
    yield spring.copy(tmp_path)


@pytest.fixture
def paid(ended: Told, tmp_path: Path) -> Iterator[Told]:
    yield ended.copy(tmp_path)


def state(told: Told, award: int) -> str:
    return str(told.value("SELECT state FROM award WHERE id = ?", award))


# -- from the offer to the first claim


def test_an_offer_is_accepted_once(offers: Told) -> None:
    award, day = offers.awards["cup"], "2026-04-16"
    with (
        offers.page("applicant", "award", day, "23:59:59", id=award) as one,
        offers.page("applicant", "award", day, "23:59:59", id=award) as two,
    ):
        text = seen(one.run()).replace(HARD_SPACE, " ")
        assert "innen 16. april 2026 kl. 23.59" in text and "300 000 kroner" in text
        two.run()
        press(one, f"award_{award}_accept_do")
        press(two, f"award_{award}_accept_do")
        assert state(offers, award) == "accepted" and not failed(two)
    assert offers.value("SELECT count(*) FROM report WHERE award = ?", award) == 1


def test_too_late_is_too_late_until_it_is_extended(offers: Told) -> None:
    award, day = offers.awards["cup"], "2026-04-17"
    with offers.page("applicant", "award", "2026-04-16", "23:59:59", id=award) as page:
        page.run()
        with at_moment(day, "00:00:00"):
            press(page, f"award_{award}_accept_do")
            assert failed(page) and state(offers, award) == "offered"
            text = seen(page).replace(HARD_SPACE, " ")
            assert "gikk ut 16. april 2026" in text and f"award_{award}_accept_do" not in keys(page)
    with offers.page("officer", "award", day, id=award) as page:
        page.run()
        press(page, f"award_{award}_extend_do")
        assert failed(page) and "The day is missing" in outcome(page)
        page.date_input(key=f"award_{award}_extend_day").set_value(dt.date(2026, 4, 30))
        page.text_area(key=f"award_{award}_extend_grounds").set_value("Styret i klubben møtes 20. april").run()
        press(page, f"award_{award}_extend_do")
        assert "lengre frist" in outcome(page)
    with offers.page("applicant", "award", "2026-04-30", "23:59:59", id=award) as page:
        press(page.run(), f"award_{award}_accept_do")
    assert state(offers, award) == "accepted"


def test_the_plan_is_set_row_by_row_and_the_award_runs(offers: Told) -> None:
    award, day = offers.awards["cup"], "2026-04-10"
    with offers.page("applicant", "award", day, id=award) as page:
        press(page.run(), f"award_{award}_accept_do")
    form = f"award_{award}_plan"
    with offers.page("officer", "award", day, id=award) as page:
        page.run()
        page.text_input(key=f"{form}_amount_0").set_value("100 000").run()
        rows = sum(bool(one.key and one.key.startswith(f"{form}_amount_")) for one in page.text_input)
        assert "mangler" in seen(page)
        press(page, f"{form}_do")
        assert failed(page)
        press(page, f"{form}_add")
    with offers.page("officer", "award", day, id=award) as page:  # F5
        page.run()
        assert page.text_input(key=f"{form}_amount_0").value == "100 000"
        for row in range(1, rows):
            page.text_input(key=f"{form}_amount_{row}").set_value("")
            page.selectbox(key=f"{form}_moment_{row}").set_value(None)
            page.date_input(key=f"{form}_day_{row}").set_value(None)
        press(page, f"{form}_add")
        page.selectbox(key=f"{form}_moment_{rows}").set_value("on_request")
        page.text_input(key=f"{form}_amount_{rows}").set_value("200 000").run()
        assert "Forskjell: 0 kroner" in seen(page).replace(HARD_SPACE, " ")
        press(page, f"{form}_do")
        assert not failed(page), outcome(page)
        press(page, f"award_{award}_activate_do")
    assert state(offers, award) == "active"
    query = "SELECT sum(amount) FROM plan_part WHERE award = ? AND state = 'planned'"
    assert offers.value(query, award) == 300_000 * KR


def test_a_condition_is_met_with_a_note(offers: Told) -> None:
    award = offers.awards["cup"]
    condition = offers.value("SELECT id FROM award_condition WHERE award = ?", award)
    with offers.page("officer", "award", "2026-04-10", id=award) as page:
        page.run()
        press(page, f"condition_{condition}_do")
        assert failed(page)
        page.text_area(key=f"condition_{condition}_note").set_value("Leieavtalen er lest i dag").run()
        press(page, f"condition_{condition}_do")
        assert "Leieavtalen er lest i dag" in seen(page) and f"condition_{condition}_do" not in keys(page)


def test_a_new_account_waits_for_another_person(running: Told) -> None:
    award, day = running.awards["cup"], "2026-05-01"
    with running.page("applicant", "award", day, id=award) as page:
        page.run()
        page.text_input(key=f"award_{award}_account_number").set_value("9999 06 10033").run()
        press(page, f"award_{award}_account_do")
        assert "venter på at fondet ringer" in seen(page), outcome(page)
    payee = running.value("SELECT id FROM payee_account WHERE state = 'asked'")
    with running.page("treasurer", "award", day, id=award) as page:
        page.run()
        press(page, f"payee_{payee}_yes")
        assert failed(page)
        page.text_area(key=f"payee_{payee}_called").set_value("Ringte daglig leder på nummeret i registeret").run()
        press(page, f"payee_{payee}_yes")
    assert running.value("SELECT state FROM payee_account WHERE id = ?", payee) == "confirmed"


# -- reports


def test_a_report_saves_itself_is_sent_returned_and_approved(running: Told) -> None:
    award, day = running.awards["cup"], "2026-06-20"
    report = running.value("SELECT id FROM report WHERE award = ?", award)
    with running.page("applicant", "award", day, id=award) as page:
        page.run()
        assert "Rapporten forteller ikke hva som skjedde" in seen(page)
        page.text_area(key=f"report_{report}_text").set_value("Cupen ble holdt.").run()
        page.text_input(key=f"report_{report}_visitors").set_value("2 000").run()
        page.text_input(key=f"report_{report}_cost_0").set_value("630 000").run()
        page.text_area(key=f"report_{report}_other").set_value("Strøm 4 000").run()
        press(page, f"report_{report}_send_do")
        assert failed(page)  # nights are neither counted nor explained
    with running.page("applicant", "award", day, id=award) as page:  # F5
        page.run()
        assert page.text_area(key=f"report_{report}_text").value == "Cupen ble holdt."
        assert page.text_input(key=f"report_{report}_visitors").value == "2000"
        page.text_input(key=f"report_{report}_uncounted").set_value("Gjestedøgn ble ikke talt").run()
        press(page, f"report_{report}_send_do")
        assert not failed(page), outcome(page)
    with running.page("officer", "award", day, id=award) as page:
        text = seen(page.run()).replace(HARD_SPACE, " ")
        assert "Cupen ble holdt." in text and "634 000" in text
        press(page, f"report_{report}_back_do")
        assert failed(page)
        page.text_area(key=f"report_{report}_back_grounds").set_value("Inntektene mangler").run()
        press(page, f"report_{report}_back_do")
        assert "Inntektene mangler" in seen(page)
    with running.page("applicant", "award", day, id=award) as page:
        page.run()
        page.text_area(key=f"report_{report}_income").set_value("Avgifter 600 000").run()
        press(page, f"report_{report}_send_do")
    with running.page("officer", "award", day, id=award) as one, running.page("officer", "award", day, id=award) as two:
        one.run()
        two.run()
        press(one, f"report_{report}_approve_do")
        press(two, f"report_{report}_approve_do")
        assert not failed(two) and state(running, award) == "final_report_in"


# -- stopped, ended, and money back


def test_an_award_is_stopped_and_taken_up_again_on_grounds(running: Told) -> None:
    award, day = running.awards["cup"], "2026-05-01"
    with running.page("officer", "award", day, id=award) as page:
        page.run()
        press(page, f"award_{award}_suspend_do")
        assert failed(page)
        page.text_area(key=f"award_{award}_suspend_grounds").set_value("Avtalen er sagt opp").run()
        press(page, f"award_{award}_suspend_do")
        assert state(running, award) == "suspended" and "Avtalen er sagt opp" in seen(page)
        page.text_area(key=f"award_{award}_resume_grounds").set_value("Ny avtale").run()
        press(page, f"award_{award}_resume_do")
    assert state(running, award) == "active"


def test_a_stale_page_stops_nothing(offers: Told) -> None:
    award, day = offers.awards["cup"], "2026-04-10"
    with offers.page("officer", "award", day, id=award) as officer:
        officer.run()
        with offers.page("applicant", "award", day, id=award) as page:
            press(page.run(), f"award_{award}_accept_do")
        officer.text_area(key=f"award_{award}_lapse_grounds").set_value("Avlyst")
        press(officer, f"award_{award}_lapse_do")
        assert failed(officer) and state(offers, award) == "accepted"
        assert officer.text_area(key=f"award_{award}_lapse_grounds").value == "Avlyst"


def test_money_is_demanded_back_and_comes_once(paid: Told) -> None:
    award, day = paid.awards["cup"], "2026-11-02"
    form = f"award_{award}_clawed"
    with paid.page("treasurer", "award", day, id=award) as page:
        page.run()
        page.text_input(key=f"{form}_amount").set_value("40 000")
        page.text_area(key=f"{form}_grounds").set_value("Færre lag").run()
        press(page, f"{form}_do")
        assert failed(page) and state(paid, award) == "settled"  # no decision
        page.text_input(key=f"{form}_decision").set_value("Styresak 7/2026").run()
        press(page, f"{form}_do")
        assert state(paid, award) == "clawed_back" and "Styresak 7/2026" in seen(page)
    form = f"award_{award}_received"
    with (
        paid.page("treasurer", "award", "2026-11-12", id=award) as one,
        paid.page("treasurer", "award", "2026-11-12", id=award) as two,
    ):
        for page in (one, two):
            page.run()
            page.text_input(key=f"{form}_amount").set_value("15 000")
            page.date_input(key=f"{form}_day").set_value(dt.date(2026, 11, 12)).run()
        press(one, f"{form}_do")
        assert not failed(one), outcome(one)
        press(two, f"{form}_do")
    query = "SELECT count(*) FROM posting WHERE what = 'clawback_received'"
    assert paid.value(query) == 1
    with paid.page("treasurer", "award", "2026-11-12", id=award) as page:
        assert "25 000 kroner er krevd tilbake" in seen(page.run()).replace(HARD_SPACE, " ")


def test_a_loan_comes_back_and_the_rest_is_written_off(paid: Told) -> None:
    award, day = paid.awards["meet"], "2026-11-13"
    with paid.page("treasurer", "award", day, id=award) as page:
        page.run()
        page.text_input(key=f"award_{award}_repaid_amount").set_value("350 000")
        page.date_input(key=f"award_{award}_repaid_day").set_value(dt.date(2026, 10, 30)).run()
        press(page, f"award_{award}_repaid_do")
        assert "50 000 kroner av lånet" in seen(page).replace(HARD_SPACE, " "), outcome(page)
        press(page, f"award_{award}_repaid_do")  # a second click finds the form empty
        assert failed(page)
        page.text_input(key=f"award_{award}_written_off_amount").set_value("50 000")
        page.text_area(key=f"award_{award}_written_off_grounds").set_value("Utstyret ble ødelagt").run()
        press(page, f"award_{award}_written_off_do")
        press(page, f"award_{award}_settle_do")
        assert not failed(page), outcome(page)
    with paid.page("officer", "award", day, id=award) as page:
        press(page.run(), f"award_{award}_close_do")
    assert state(paid, award) == "closed"


# -- who sees what


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", ["applicant", "officer", "treasurer", "board", "chair", "auditor"])
def test_everyone_with_a_part_reads_every_award(ended: Told, role: str, lang: str) -> None:
    for key, award in ended.awards.items():
        with ended.page(role, "award", "2026-10-21", id=award, lang=lang) as page:
            text = seen(page.run())
            assert not page.exception, page.exception
        for word in ("REFUSED", "FAULTS", "GONE", "account:", "{"):
            assert word not in text, (key, word)
        assert f"/last-ned/tilsagnsbrev/{award}.docx" in text
        assert ("/postering?id=" in text) is (role != "applicant")


def test_readers_have_nothing_to_press(ended: Told) -> None:
    for role in ("auditor", "board", "chair"):
        for award in ended.awards.values():
            with ended.page(role, "award", "2026-10-21", id=award) as page:
                page.run()
                assert not keys(page), role


def test_others_are_refused(ended: Told) -> None:
    for role in ("administrator", ""):
        with ended.page(role, "award", "2026-10-21", id=1) as page:
            text = seen(page.run())
            assert "REFUSED" in text and "Eksempelcupen" not in text
    with ended.page("officer", "award", "2026-10-21", id=99) as page:
        assert "GONE" in seen(page.run())


def test_an_applicant_without_a_mandate_is_refused(offers: Told) -> None:
    award = offers.awards["cup"]
    with offers.page("applicant", "award", "2028-01-01", id=award) as page:  # the mandates have ended
        assert "REFUSED" in seen(page.run())
