"""A claim on its page: written, pasted, sent, approved by two, refused; by whom, and once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import seen
from story_pages import Told, failed, keys, outcome, played, press

from data.accounts import set_role_in_use, set_roles
from data.numbers import HARD_SPACE
from data.permission import OPERATOR, Actor
from data.phrases import LANGUAGES
from data.store import open_store

DAY = "2026-10-12"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
KR = 100


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund after its first payouts."""
    return played(tmp_path_factory.mktemp("spring"), "accepted")


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund after its final payouts."""
    return played(tmp_path_factory.mktemp("autumn"), "held")


@pytest.fixture
def told(spring: Told, tmp_path: Path) -> Iterator[Told]:
    yield spring.copy(tmp_path)


def begun(told: Told, case: str, part: str) -> int:
    """A claim that was begun on the award's page: its number."""
    award = told.awards[case]
    with told.page("applicant", "award", DAY, id=award) as page:
        press(page.run(), f"award_{award}_start_{part}_do")
    claim = told.value("SELECT id FROM claim WHERE award = ? ORDER BY id DESC", award)
    assert isinstance(claim, int)
    return claim


def test_what_is_typed_while_another_field_is_saved_is_left_alone(told: Told) -> None:
    """A value that the page sets reaches the browser after the next field was typed in, and would empty it there."""
    claim = begun(told, "bid", "part")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        page.text_input(key=f"claim_{claim}_amount").set_value("30 000").run()
        fields = [*page.text_input, *page.text_area]
        assert len(fields) > 3
        assert [one.key for one in fields if one.proto.set_value] == []


def a_sent_part(told: Told) -> int:
    """A part claim for 30 000 kroner on the bid that was sent from its page."""
    claim = begun(told, "bid", "part")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        page.text_input(key=f"claim_{claim}_amount").set_value("30 000").run()
        press(page, f"claim_{claim}_send_do")
        assert not failed(page), outcome(page)
    assert state(told, claim) == "submitted"
    return claim


def state(told: Told, claim: int) -> str:
    return str(told.value("SELECT state FROM claim WHERE id = ?", claim))


def version(told: Told, claim: int) -> int:
    return int(told.value("SELECT version FROM claim WHERE id = ?", claim))


def test_it_saves_itself_and_outlives_f5(told: Told) -> None:
    claim = begun(told, "cup", "part")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        page.text_input(key=f"claim_{claim}_amount").set_value("12 500,50").run()
        page.text_input(key=f"claim_{claim}_cost_0").set_value("600000").run()
        page.text_area(key=f"claim_{claim}_income").set_value("Deltakeravgifter\t640 000\nSalg 12 000").run()
        assert not page.exception and "Lagret 12.00" in seen(page)
    with told.page("applicant", "claim", DAY, id=claim) as again:
        again.run()
        text = seen(again).replace(HARD_SPACE, " ")
        assert again.text_input(key=f"claim_{claim}_amount").value == "12 500,50"
        assert again.text_input(key=f"claim_{claim}_cost_0").value == "600 000"
        assert again.text_area(key=f"claim_{claim}_income").value == "Deltakeravgifter\t640 000\nSalg\t12 000"
        assert "652 000" in text and "planlagt 700 000" in text and "100 000" in text


def test_what_is_no_amount_is_kept_and_told(told: Told) -> None:
    claim = begun(told, "cup", "part")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        page.text_input(key=f"claim_{claim}_amount").set_value("tolv").run()
        assert "rv-fault" in seen(page)
        press(page, f"claim_{claim}_send_do")
        assert failed(page) and state(told, claim) == "draft"
    with told.page("applicant", "claim", DAY, id=claim) as again:
        assert again.run().text_input(key=f"claim_{claim}_amount").value == "tolv"


def test_costs_are_pasted_from_excel(told: Told) -> None:
    claim = begun(told, "cup", "final")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        rows = "LEIE AV HALLER\t630 000\nDommere og vakthold\t270000,50\nStrøm\t4 000"
        page.text_area(key=f"claim_{claim}_pasted").set_value(rows)
        press(page, f"claim_{claim}_paste")
        assert page.text_input(key=f"claim_{claim}_cost_0").value == "630 000"
        assert page.text_input(key=f"claim_{claim}_cost_1").value == "270 000,50"
        assert page.text_area(key=f"claim_{claim}_pasted").value == "Strøm\t4 000"
        assert "2 linjer er fylt ut" in outcome(page)


def test_two_tabs_lose_nothing(told: Told) -> None:
    claim = begun(told, "cup", "part")
    with told.page("applicant", "claim", DAY, id=claim) as first, told.page("applicant", "claim", DAY, id=claim) as two:
        first.run()
        two.run()
        first.text_input(key=f"claim_{claim}_amount").set_value("1 000").run()
        two.text_area(key=f"claim_{claim}_note").set_value("Fra den andre fanen").run()
        assert "er ikke lagret" in seen(two) and two.text_area(key=f"claim_{claim}_note").value
        assert "1 000" not in str(two.text_input(key=f"claim_{claim}_amount").value)
        press(two, f"claim_{claim}_take")
        assert two.text_input(key=f"claim_{claim}_amount").value == "1 000"
        two.text_area(key=f"claim_{claim}_note").set_value("Igjen").run()
        assert "er ikke lagret" not in seen(two)


def test_the_final_claim_takes_its_papers_and_says_what_it_lacks(told: Told) -> None:
    claim = begun(told, "festival", "final")
    with told.page("applicant", "claim", DAY, id=claim) as page:
        page.run()
        assert "Sluttrapporten er ikke godkjent" in seen(page)
        assert "claim_1_amount" not in {one.key for one in page.text_input}
        page.file_uploader(key=f"claim_{claim}_papers_accounts_0").set_value(("regnskap.pdf", PDF, "")).run()
        assert not page.exception and "regnskap.pdf er lagt ved" in outcome(page)
        assert "Regnskapet er ikke lagt ved" not in seen(page)
        paper = told.value("SELECT id FROM attachment WHERE kind = 'claim' AND resource = ?", claim)
        press(page, f"claim_paper_{paper}_do")
        assert "Regnskapet er ikke lagt ved" in seen(page)
        press(page, f"claim_{claim}_discard_do")
        assert "Utkastet er kastet" in seen(page)
    assert told.value("SELECT count(*) FROM claim WHERE id = ?", claim) == 0


def test_a_claim_is_sent_once_and_locked(told: Told) -> None:
    claim = a_sent_part(told)
    with told.page("applicant", "claim", DAY, id=claim) as page:
        text = seen(page.run())
        assert "mottatt" in text and not page.text_input and f"claim_{claim}_send_do" not in keys(page)


def test_two_clicks_send_once(told: Told) -> None:
    claim = begun(told, "bid", "part")
    with told.page("applicant", "claim", DAY, id=claim) as one, told.page("applicant", "claim", DAY, id=claim) as two:
        one.run()
        one.text_input(key=f"claim_{claim}_amount").set_value("30 000").run()
        two.run()
        press(one, f"claim_{claim}_send_do")
        before = version(told, claim)
        press(two, f"claim_{claim}_send_do")
        assert version(told, claim) == before and not failed(two)


def test_three_people_and_six_clicks(told: Told) -> None:
    """From the receipt to approved by two: the list, the claim, approve; and the same for the treasurer."""
    claim = a_sent_part(told)
    with told.page("officer", "claims", DAY) as page:  # 1: the list
        assert f"/anmodning?id={claim}" in seen(page.run())
    with told.page("officer", "claim", DAY, id=claim) as page:  # 2: the claim
        text = seen(page.run())
        assert "Innenfor tilsagnet" in text and "Nei. " not in text
        press(page, f"claim_{claim}_approve_do")  # 3
        assert "Nå må en annen godkjenne" in outcome(page)
    with told.page("treasurer", "claims", DAY) as page:  # 4: the list
        assert f"/anmodning?id={claim}" in seen(page.run())
    with told.page("treasurer", "claim", DAY, id=claim) as page:  # 5: the claim
        assert "Godkjent først av" in seen(page.run())
        press(page, f"claim_{claim}_approve_do")  # 6
        assert "Godkjent av to" in outcome(page)
    assert state(told, claim) == "approved_second"


def test_a_double_click_approves_once(told: Told) -> None:
    claim = a_sent_part(told)
    with told.page("officer", "claim", DAY, id=claim) as one, told.page("officer", "claim", DAY, id=claim) as two:
        one.run()
        two.run()
        press(one, f"claim_{claim}_approve_do")
        press(two, f"claim_{claim}_approve_do")
        assert not failed(two) and state(told, claim) == "approved_first"
    query = "SELECT count(*) FROM audit WHERE kind = 'claim' AND resource = ? AND action = 'claim.approve_first'"
    assert told.value(query, str(claim)) == 1


def test_a_stale_page_approves_nothing(told: Told) -> None:
    claim = a_sent_part(told)
    with told.page("officer", "claim", DAY, id=claim) as officer:
        officer.run()
        with told.page("treasurer", "claim", DAY, id=claim) as treasurer:
            treasurer.run()
            treasurer.text_area(key=f"claim_{claim}_decline_grounds").set_value("Utenfor formålet").run()
            press(treasurer, f"claim_{claim}_decline_do")
        press(officer, f"claim_{claim}_approve_do")
        assert failed(officer) and state(told, claim) == "declined"


def test_one_person_never_does_two_of_the_steps(told: Told) -> None:
    """Who sent it neither approves, and who approved first doesn't approve second, whatever roles they have."""
    claim = a_sent_part(told)
    number = int(told.people["applicant"][0].id.partition(":")[2])
    with_role(told, number, ["applicant", "officer", "treasurer"])
    for role in ("officer", "treasurer"):
        in_use(told, number, role)
        with told.page("applicant", "claim", DAY, id=claim) as page:
            page.run()
            assert f"claim_{claim}_approve_do" not in keys(page), role
    officer = int(told.people["officer"][0].id.partition(":")[2])
    with_role(told, officer, ["officer", "treasurer"])
    with told.page("officer", "claim", DAY, id=claim) as page:
        press(page.run(), f"claim_{claim}_approve_do")
    in_use(told, officer, "treasurer")
    with told.page("officer", "claim", DAY, id=claim) as page:
        text = seen(page.run())
        assert f"claim_{claim}_approve_do" not in keys(page) and "allerede hatt en hånd" in text
    with told.page("officer", "claims", DAY) as page:
        assert "Ingen anmodninger venter på deg" in seen(page.run())


def with_role(told: Told, account: int, roles: list[str]) -> None:
    version = told.value("SELECT version FROM account WHERE id = ?", account)
    with open_store(told.folder) as store:
        set_roles(store, OPERATOR, account, version, roles)


def in_use(told: Told, account: int, role: str) -> None:
    with open_store(told.folder) as store:
        set_role_in_use(store, Actor(f"account:{account}", frozenset({role})), role)


def test_less_with_a_reason_and_back_on_grounds(told: Told) -> None:
    claim = a_sent_part(told)
    with told.page("officer", "claim", DAY, id=claim) as page:
        page.run()
        page.text_input(key=f"claim_{claim}_less_amount").set_value("20 000").run()
        press(page, f"claim_{claim}_less_do")
        assert failed(page) and state(told, claim) == "submitted"  # without a reason
        assert page.text_input(key=f"claim_{claim}_less_amount").value == "20 000"
        page.text_area(key=f"claim_{claim}_less_reason").set_value("Premier dekkes ikke").run()
        press(page, f"claim_{claim}_less_do")
        assert told.value("SELECT amount FROM claim WHERE id = ?", claim) == 20_000 * KR
        page.text_area(key=f"claim_{claim}_return_grounds").set_value("Kvittering mangler").run()
        press(page, f"claim_{claim}_return_do")
    assert state(told, claim) == "returned"
    with told.page("applicant", "claim", DAY, id=claim) as page:
        assert "Kvittering mangler" in seen(page.run()) and f"claim_{claim}_send_do" in keys(page)


def test_a_guarantee_was_settled_by_its_deficit(autumn: Told) -> None:
    claim = autumn.value("SELECT id FROM claim WHERE award = ?", autumn.awards["festival"])
    with autumn.page("auditor", "claim", DAY, id=claim) as page:
        text = seen(page.run()).replace(HARD_SPACE, " ")
    assert "Mottakelsen dekkes ikke" in text and "400 000 kroner" in text and "320 000 kroner" in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", ["applicant", "officer", "treasurer", "auditor"])
def test_everyone_reads_a_paid_claim(autumn: Told, role: str, lang: str) -> None:
    with autumn.page(role, "claim", DAY, id=1, lang=lang) as page:
        text = seen(page.run())
        assert not page.exception
    for word in ("REFUSED", "FAULTS", "GONE", "account:", "{"):
        assert word not in text
    assert "Leie av haller" in text and "150" in text and f"/tilsagn?id={autumn.awards['cup']}" in text
    assert ("/postering?id=" in text) is (role != "applicant")


@pytest.mark.parametrize("role", ["board", "chair", "administrator", ""])
def test_others_are_refused(autumn: Told, role: str) -> None:
    with autumn.page(role, "claim", DAY, id=1) as page:
        text = seen(page.run())
        assert "REFUSED" in text and "Leie av haller" not in text


def test_a_draft_is_its_own_organisations(told: Told) -> None:
    claim = begun(told, "cup", "part")
    for role in ("officer", "treasurer", "auditor"):
        with told.page(role, "claim", DAY, id=claim) as page:
            assert "REFUSED" in seen(page.run()), role
    with told.page("officer", "claim", DAY, id=999) as page:
        assert "GONE" in seen(page.run())
