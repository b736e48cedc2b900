"""The list of claims: what waits for whom, what is on its way, sums, Excel; in order, and for those who may."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pages import seen
from story_pages import Told, played

from app.pages import claims
from data.numbers import HARD_SPACE
from data.permission import Refused
from data.phrases import LANGUAGES
from data.store import open_store
from fund.demo import at
from fund.payout.claim_approval import approve_first
from fund.payout.claim_list import list_every_claim
from fund.payout.claiming import save_claim, start_claim, submit
from fund.payout.claims_workbook import COLUMNS, claims_workbook

DAY = "2026-10-12"
KR = 100


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two paid claims, one that waits for the first approval and one for the second."""
    held = played(tmp_path_factory.mktemp("claims"), "accepted")
    applicant, officer = held.people["applicant"][0], held.people["officer"][0]
    with open_store(held.folder) as store:
        for award, kroner in ((held.awards["bid"], 30_000), (held.awards["meet"], 50_000)):
            id = start_claim(store, applicant, award, at=at("2026-05-12"))
            save_claim(store, applicant, id, 1, {"amount": kroner * KR}, at=at("2026-05-12"))
            submit(store, applicant, id, 2, at=at("2026-05-13"))
        approve_first(store, officer, id, 3, at=at("2026-05-14"))
        start_claim(store, applicant, held.awards["cup"], at=at("2026-05-15"))
    return held


def shown(told: Told, who: str, lang: str = "nb") -> str:
    with told.page(who, "claims", DAY, lang=lang) as page:
        page.run()
        assert not page.exception, page.exception
        return seen(page).replace(HARD_SPACE, " ")


def test_each_sees_what_waits_for_them(told: Told) -> None:
    officer, treasurer = shown(told, "officer"), shown(told, "treasurer")
    assert "Én anmodning på 30 000 kroner venter på deg" in officer and "Venter på første godkjenning" in officer
    assert "Én anmodning på 50 000 kroner venter på deg" in treasurer and "Venter på andre godkjenning" in treasurer
    assert "350 000 kroner" in officer  # paid
    assert "Ingen anmodninger venter på deg" in shown(told, "auditor")
    for text in (officer, treasurer):
        assert "2026-0001 Eksempelcupen, anmodning 1" in text and "Eksempel idrettskrets" in text
        assert "utkast" not in text and "Eksempelcupen, anmodning 2" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_whole_in_both_languages(told: Told, lang: str) -> None:
    text = shown(told, "treasurer", lang)
    for word in ("REFUSED", "FAULTS", "account:", "{"):
        assert word not in text
    assert ("Wait for the second approval" in text) is (lang == "en")


@pytest.mark.parametrize("who", ["applicant", "board", "chair", "administrator", ""])
def test_others_are_refused(told: Told, who: str) -> None:
    text = shown(told, who)
    assert "REFUSED" in text and "Eksempelcupen" not in text


def test_the_list_asks_for_the_right(told: Told) -> None:
    with open_store(told.folder) as store:
        for role in ("applicant", "board"):
            with pytest.raises(Refused):
                list_every_claim(store, told.people[role][0], at=at(DAY))
        rows = list_every_claim(store, told.people["officer"][0], at=at(DAY))
    assert [one.number for one in rows if one.state == "paid"] == [1, 1] and not any(one.own for one in rows)
    assert all(one.waits_for(told.people["applicant"][0]) is None for one in rows)


def test_a_long_list_says_how_much_of_it_is_shown(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "SHOWN", 1)
    assert "Her står 1 av 2" in shown(told, "auditor")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_adds_up(told: Told, lang: str) -> None:
    with open_store(told.folder) as store:
        rows = list_every_claim(store, told.people["officer"][0], at=at(DAY))
    sheet = load_workbook(io.BytesIO(claims_workbook(rows, lang)), data_only=True).worksheets[0]  # type: ignore[arg-type]
    cells = list(sheet.values)
    assert len(cells) == 1 + len(rows) + 1 and len(cells[0]) == len(COLUMNS)
    amounts = [row[COLUMNS.index("amount")] for row in cells[1:]]
    assert amounts[-1] == sum(amounts[:-1]) == 430_000


def test_an_empty_fund_says_so(tmp_path: Path) -> None:
    empty = played(tmp_path, "meet")
    assert "Ingen har bedt om utbetaling ennå" in shown(empty, "treasurer")
