"""The auditor's pages: the verifier's word, a sample that can be drawn again, the trail of a krone and of a case."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from bookkeeping import AMISS, keys, text_of, token_of
from funded import tampered
from pages import page_of, signed_in

from app.pages.trail import _excel
from app.treasury.verifying import _verified
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import open_store
from data.trail import Sought, trail
from data.xlsx import read_sheets_in
from fund.books.sample import Draw, draw_sample
from fund.demo_year import play
from fund.payout.case_things import case_things, things_of_amount
from fund.payout.sample_files import sample_workbook, sample_zip
from fund.verify import verified

AUDITOR = Actor("account:50", frozenset({"auditor"}))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the invented fund after its year; never written to but for sessions."""
    folder = tmp_path_factory.mktemp("checks")
    with open_store(folder) as store:
        play(store)
    return folder


@pytest.fixture(scope="module")
def token(year: Path) -> str:
    return token_of(year, "auditor")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_auditor_reads_that_the_chain_is_unbroken(year: Path, token: str, lang: str) -> None:
    with signed_in(year, token):
        page = page_of("checks", lang=lang).run()
        text = text_of(page)
    assert ("Ubrutt per" if lang == "nb" else "Unbroken as of") in text and "32" in text
    assert not [word for word in AMISS if word in text] and "checks_draw" in keys(page)


def test_an_administrator_reads_the_same_and_draws_nothing(year: Path) -> None:
    with signed_in(year, token_of(year, "administrator")):
        page = page_of("checks").run()
    assert "Ubrutt per" in text_of(page) and "checks_draw" not in keys(page)


def test_what_was_changed_behind_the_program_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        play(store)
        token = token_of(tmp_path, "auditor")
        with signed_in(tmp_path, token):
            page = page_of("checks").run()
            assert "Ubrutt per" in text_of(page)
            guards = ("leg_no_update",)
            tampered(store, "UPDATE leg SET amount = amount + 1 WHERE posting = 18 AND amount > 0", without=guards)
            page.button(key="checks_verify").click().run()
            assert "Ta vare på databasen" in text_of(page) and "posting 18" in text_of(page)
        assert {one.place for one in verified(store, AUDITOR).faults} >= {"posting 18"}
    _verified.clear()


def test_a_sample_stands_in_its_address_and_comes_again(year: Path, token: str) -> None:
    with signed_in(year, token):
        page = page_of("checks").run()
        page.button(key="checks_draw").click().run()
        assert "mangler et frø" in text_of(page)
        page.button(key="checks_suggest").click().run()
        assert page.text_input(key="checks_seed").value
        page.text_input(key="checks_seed").set_value("kontroll 2026").run()
        page.text_input(key="checks_count").set_value("6").run()
        page.selectbox(key="checks_method").set_value("amount").run()
        assert page.selectbox(key="checks_among").value == "bank"
        page.button(key="checks_draw").click().run()
        text = text_of(page)
        assert "6 av 14 posteringer, trukket med frøet «kontroll 2026» blant postering 1 til 32" in text
        query = {name: page.query_params[name] for name in page.query_params}
        again = page_of("checks", **{name: one[0] if isinstance(one, list) else one for name, one in query.items()})
        shown = text_of(again.run())
    with open_store(year) as store:
        drawn = draw_sample(store, AUDITOR, Draw(6, "kontroll 2026", "amount", among="bank"))
    for number in drawn.postings:
        assert f"/postering?id={number}" in text and f"/postering?id={number}" in shown


@pytest.mark.parametrize(
    "query", [{"antall": "0"}, {"antall": "99"}, {"antall": "mange"}, {"metode": "tull", "til": "x"}]
)
def test_an_address_that_makes_no_sense(year: Path, token: str, query: dict[str, str]) -> None:
    with signed_in(year, token):
        page = page_of("checks", fro="x", **query).run()
    assert not page.exception and ("posteringer å trekke av" in text_of(page) or "metode" in query)


def test_the_zip_has_the_list_and_every_paper(year: Path) -> None:
    with open_store(year) as store:
        sample = draw_sample(store, AUDITOR, Draw(32, "x", "plain"))
        packed = zipfile.ZipFile(io.BytesIO(sample_zip(store, AUDITOR, sample, "nb")))
        assert sample_zip(store, AUDITOR, sample, "nb") == sample_zip(store, AUDITOR, sample, "nb")
        rows = read_sheets_in(sample_workbook(store, AUDITOR, sample, "nb"), "utvalg.xlsx")[
            "Utvalg av posteringer"
        ].rows
    names = packed.namelist()
    assert names[0] == "utvalg.xlsx" and any(name.endswith("attestation.pdf") for name in names)
    assert [row[0] for row in rows[1:-1]] == list(range(1, 33)) and rows[0][-2:] == ("Kontrollert", "Merknad")


# -- the trail


def test_a_krone_is_found_in_what_changed_and_in_the_ledger(year: Path, token: str) -> None:
    with signed_in(year, token):
        page = page_of("trail", belop="150 000").run()
        text = text_of(page)
    assert "150 000 kroner" in text and "claim 1" in text and "/postering?id=18" in text
    with open_store(year) as store:
        rows, _ = trail(store, AUDITOR, Sought(number=15_000_000), limit=500)
        assert rows and all("15000000" in str((one.before, one.after)) for one in rows)
        assert {one.kind for one in rows} >= {"claim", "batch_payment"}
        assert things_of_amount(store, AUDITOR, -15_000_000) == [("posting", "18"), ("posting", "21")]
        assert not trail(store, AUDITOR, Sought(number=1_500_000))[1], "not a part of another number"


def test_a_case_has_all_of_its_own_and_nothing_of_the_others(year: Path, token: str) -> None:
    with open_store(year) as store:
        every = [set(case_things(store, AUDITOR, f"2026-000{one}")) for one in range(1, 6)]
        kinds = {kind for kind, _ in every[0]}
        assert kinds >= {"application", "vote", "decision", "award", "claim", "batch_payment", "posting", "attachment"}
        for place, one in enumerate(every):
            for other in every[place + 1 :]:
                assert {thing for thing in one & other if thing[0] != "posting"} == set()
        assert case_things(store, AUDITOR, "2026-9999") == []
    with signed_in(year, token):
        text = text_of(page_of("trail", sak="2026-0001").run())
        assert "/tilsagn?id=1" in text and "/tilsagn?id=2" not in text
        assert "ingen sak med nummeret «tull»" in text_of(page_of("trail", sak="tull").run())


def test_a_persons_actions_and_the_choice_outlives_f5(year: Path, token: str) -> None:
    with signed_in(year, token):
        page = page_of("trail").run()
        page.selectbox(key="trail_actor").set_value("account:1").run()
        page.selectbox(key="trail_action").set_value("payment.by_hand").run()
        text = text_of(page)
        assert "batch_payment" in text and "vote" not in text.split("<tbody>")[1].split("</tbody>")[0]
        query = {name: page.query_params[name] for name in page.query_params}
        again = page_of(
            "trail", **{name: one[0] if isinstance(one, list) else one for name, one in query.items()}
        ).run()
        assert again.selectbox(key="trail_action").value == "payment.by_hand"


def test_the_trail_comes_in_excel_whole(year: Path) -> None:
    sought = Sought(kind="claim")
    with open_store(year) as store:
        rows, total = trail(store, AUDITOR, sought, limit=500)
    sheet = next(iter(read_sheets_in(_excel(year, AUDITOR, sought, total, "nb"), "spor.xlsx").values())).rows
    assert len(sheet) == total + 1 and [row[0] for row in sheet[1:]] == [one.seq for one in rows]
