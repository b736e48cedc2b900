"""A claim beside its plan, an award's money, and rows as they are typed: the figures that the pages show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from story_pages import Told, played

from app.awarding.typed_rows import sorted_by_line, typed, typed_amount, written, written_amount
from data.permission import Refused
from data.store import Store, open_store
from fund.award.award_money import award_history, award_money
from fund.demo import at
from fund.payout.claim_view import ClaimView, budget_of, claim_view
from fund.payout.claiming import save_claim, start_claim

KR = 100
NOW = at("2026-10-12")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The fund after its first payouts, with a draft on the cup that shows costs."""
    held = played(tmp_path_factory.mktemp("view"), "accepted")
    with open_store(held.folder) as store:
        applicant = held.people["applicant"][0]
        id = start_claim(store, applicant, held.awards["cup"], at=NOW)
        costs = [{"name": "Leie av haller", "amount": 350_000 * KR}, {"name": "Premier", "amount": 60_000 * KR}]
        document = {"amount": 10_000 * KR, "cost": costs, "income": [{"name": "Salg", "amount": 5 * KR}]}
        save_claim(store, applicant, id, 1, document, at=NOW)
    return held


def view(told: Told, who: str, claim: int) -> ClaimView:
    with open_store(told.folder) as store:
        return claim_view(store, told.people[who][0], claim, at=NOW)


def test_lines_stand_beside_the_budget(told: Told) -> None:
    lines = {(one.kind, one.name): one for one in view(told, "applicant", 3).lines}
    hall, prizes, sold = lines["cost", "Leie av haller"], lines["cost", "Premier"], lines["income", "Salg"]
    assert (hall.planned, hall.before, hall.now, hall.rest) == (700_000 * KR, 0, 350_000 * KR, 350_000 * KR)
    assert prizes.rest == -10_000 * KR and not prizes.eligible and hall.eligible
    assert (sold.planned, sold.now) == (0, 5 * KR) and lines["cost", "Dommere og vakthold"].now == 0


def test_figures_and_checks(told: Told) -> None:
    held = view(told, "applicant", 3)
    assert (held.amount, held.others, held.paid, held.left) == (10_000 * KR, *[150_000 * KR] * 3)
    assert held.due == 150_000 * KR and held.entitled == 300_000 * KR * 350 // 1_000
    failing = {one.name: [fault.code for fault in one.faults] for one in held.checks if not one.holds}
    assert failing == {"within_award": ["claim_checks.above_cost"], "plan": ["claim_checks.not_due"]}
    assert view(told, "officer", 1).checks == ()  # a paid claim is done


def test_who_may(told: Told) -> None:
    with open_store(told.folder) as store:
        for role in ("officer", "auditor", "board"):
            with pytest.raises(Refused):
                claim_view(store, told.people[role][0], 3, at=NOW)
        with pytest.raises(Refused):
            budget_of(store, told.people["board"][0], told.awards["cup"], at=NOW)
        with pytest.raises(Refused):
            award_money(store, told.people["administrator"][0], told.awards["cup"], at=NOW)
        with pytest.raises(Refused):
            award_history(store, told.people["administrator"][0], told.awards["cup"], at=NOW)
        with pytest.raises(LookupError):
            claim_view(store, told.people["officer"][0], 99, at=NOW)
        assert budget_of(store, told.people["officer"][0], told.awards["cup"], at=NOW).cost == 1_050_000 * KR


def test_the_money_of_an_award(tmp_path: Path) -> None:
    held = played(tmp_path, "paid_back")
    with open_store(held.folder) as store:
        money = {key: award_money(store, held.people["board"][0], id, at=NOW) for key, id in held.awards.items()}
        states = states_of(store, held)
    assert (money["cup"].demanded, money["cup"].held) == (0, 0)
    assert money["festival"].paid == 320_000 * KR
    assert (money["meet"].lent, money["meet"].written_off) == (0, 50_000 * KR)
    assert states[0] == "offered" and states[-1] == "closed"


def states_of(store: Store, held: Told) -> list[Any]:
    entries = award_history(store, held.people["auditor"][0], held.awards["meet"], at=NOW)
    return [one.after["state"] for one in entries if one.after and "state" in one.after]


@pytest.mark.parametrize(
    ("line", "name", "amount"),
    [
        ("Leie av hall\t1 800,50", "Leie av hall", 180_050),
        ("Leie av hall\t\t1800", "Leie av hall", 180_000),
        ("Leie av hall; 40 000", "Leie av hall", 4_000_000),
        ("Hall 2 40 000", "Hall 2", 4_000_000),
        ("Hall: 40000", "Hall", 4_000_000),
        ("Hall", "Hall", None),
        ("Hall\tmange", "Hall", "mange"),
        ("Hall\t12.5.3", "Hall", "12.5.3"),
    ],
)
def test_rows_are_read_as_they_are_typed(line: str, name: str, amount: object) -> None:
    assert typed(line) == [{"name": name, "amount": amount}]
    assert typed(written(typed(line))) == typed(line)


def test_amounts_and_lines() -> None:
    for ore in (0, 1, 100, 123_450, 100_000_000, 99_999_999_999):
        assert typed_amount(written_amount(ore)) == ore
    assert typed("\n \n") == [] and written("no rows") == "" and written_amount(None) == ""
    rows = [{"name": "HALL", "amount": 1}, {"name": "hall", "amount": 2}, {"name": "Annet", "amount": 3}, "no row"]
    assert sorted_by_line(rows, ["Hall"]) == ({"Hall": 1}, rows[1:])  # type: ignore[arg-type]
