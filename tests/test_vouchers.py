"""Vouchers: each balances, all of them come to the ledger's balances, and both files say the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from funded import KR, TREASURER, funded

from data.permission import ROLES, Actor, Refused
from data.store import Store, open_store
from data.xlsx import read_sheets_in
from fund.books import vouchers as module
from fund.books.ledger import correct
from fund.books.partners import pledge
from fund.books.statements import fund_sums
from fund.books.vouchers import (
    voucher_accounts,
    voucher_source,
    voucher_years,
    vouchers,
    vouchers_csv,
    vouchers_workbook,
)
from fund.demo_year import play


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("vouchers")) as store:
        play(store)
        yield store


def test_each_voucher_balances_and_all_come_to_the_ledger(year: Store) -> None:
    lines = [line for one in voucher_years(year, TREASURER) for line in vouchers(year, TREASURER, one)]
    by_voucher: dict[int, int] = {}
    by_kind: dict[str, int] = {}
    for line in lines:
        by_voucher[line.voucher] = by_voucher.get(line.voucher, 0) + line.amount
        by_kind[line.kind] = by_kind.get(line.kind, 0) + line.amount
        assert (line.debit > 0) != (line.credit > 0) and line.debit - line.credit == line.amount
    assert set(by_voucher.values()) == {0}
    sums = fund_sums(year, TREASURER)
    assert by_kind == {kind: sums[kind] for kind in voucher_accounts() if kind in by_kind}
    assert all(sums[kind] == 0 for kind in voucher_accounts() if kind not in by_kind)


def test_what_moves_no_money_makes_no_voucher(store: Store) -> None:
    funded(store)
    pledge(store, TREASURER, "p", 1, 2026, 100 * KR)
    whats = {one.what for one in vouchers(store, TREASURER, vouchers_year(store))}
    assert whats == {"contributed"}


def vouchers_year(store: Store) -> int:
    return voucher_years(store, TREASURER)[0]


def test_a_reversal_is_a_voucher_turned_round(store: Store) -> None:
    funded(store)
    correct(store, TREASURER, "back", 2, "feil partner (eksempel)")
    lines = vouchers(store, TREASURER, vouchers_year(store))
    first = {(one.kind, one.partner): one.amount for one in lines if one.voucher == 2}
    back = {(one.kind, one.partner): -one.amount for one in lines if one.what == "reversed"}
    assert first and first == back


def test_a_year_has_its_own_days_only(year: Store) -> None:
    assert {one.day.year for one in vouchers(year, TREASURER, 2026)} == {2026}
    assert vouchers(year, TREASURER, 2031) == []


def test_both_files_have_every_line(year: Store) -> None:
    lines = vouchers(year, TREASURER, 2026)
    for lang, comma in (("nb", ","), ("en", ".")):
        text = vouchers_csv(lines, lang).decode("utf-8-sig")  # type: ignore[arg-type]
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        debit = "Debet" if lang == "nb" else "Debit"
        assert sum(round(float(row[debit].replace(comma, ".") or 0) * 100) for row in rows) == sum(
            one.debit for one in lines
        )
        assert len(rows) == len(lines)
    sheet = read_sheets_in(vouchers_workbook(lines, 2026, "nb"), "bilag.xlsx")["Bilag"].rows
    assert len(sheet) == len(lines) + 2 and float(sheet[-1][4]) == float(sheet[-1][5])
    assert vouchers_workbook(lines, 2026, "en") == vouchers_workbook(lines, 2026, "en")


def test_no_cell_becomes_a_formula(store: Store) -> None:
    funded(store)
    with store.write("operator", "test.name") as write:
        write.update_row("partner", 1, 1, {"name": "=1+1"})
    text = vouchers_csv(vouchers(store, TREASURER, vouchers_year(store)), "nb").decode()
    assert ";'=1+1;" in text and ";=1+1" not in text


def test_every_account_says_what_it_is_and_the_choice_its_ground() -> None:
    for account in voucher_accounts().values():
        assert account.number.isdecimal() and account.names["nb"] and account.names["en"]
    assert "antatt" in voucher_source()


def test_a_kind_that_the_ledger_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "accounts.toml"
    wrong.write_text('[account.gold]\nnumber = "1"\nnb = "gull"\nen = "gold"\n', encoding="utf-8")
    monkeypatch.setattr(module, "FILE", wrong)
    voucher_accounts.cache_clear()
    with pytest.raises(ValueError, match="gold"):
        voucher_accounts()
    monkeypatch.undo()
    voucher_accounts.cache_clear()


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_who_may(year: Store, role: str) -> None:
    actor = Actor("account:99", frozenset({role}))
    if role in ("anyone", "applicant"):
        with pytest.raises(Refused):
            vouchers(year, actor, 2026)
    else:
        assert vouchers(year, actor, 2026)
