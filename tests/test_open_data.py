"""What anyone may know of the fund: the list of awards by 360Giving, exact, whole, and without persons."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import public_data
from data.store import Store, open_store
from fund.books.accounts_plan import Account
from fund.books.ledger import balance, correct
from fund.demo import Story, announce, apply, at, begin, endow, meet, review
from fund.demo_year import play
from fund.public.awards_workbook import awards_workbook
from fund.public.open_data import PREFIX, awards_csv, kroner, package, schema
from fund.public.published import published_awards, published_calls, published_partners
from fund.public.scheme_words import rule_lines
from fund.rulebook.scheme_reading import presets

KR = 100


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The invented fund's whole year; it is only read from."""
    with open_store(tmp_path_factory.mktemp("fund")) as store:
        yield play(store)


@pytest.fixture
def list_of(year: Story) -> dict[str, Any]:
    """The package as a reader gets it: amounts as the decimals of its text."""
    found: dict[str, Any] = json.loads(json.dumps(package(year.store)), parse_float=Decimal)
    return found


def faults(found: Mapping[str, Any]) -> list[str]:
    """What the standard's schema has against a package, formats of dates included."""
    checker = Draft4Validator(schema(), format_checker=FormatChecker())
    return [f"{one.json_path}: {one.message}" for one in checker.iter_errors(json.loads(json.dumps(found)))]


def test_the_package_is_valid_by_the_schema_and_formats_are_checked(year: Story) -> None:
    assert "date-time" in FormatChecker.checkers  # without it valid dates would fail, and wrong ones pass
    found = package(year.store)
    assert found["version"] == "1.4" and faults(found) == []
    found["grants"][0]["awardDate"] = "26.03.2026"
    found["grants"][1]["dateModified"] = "2026-03-26"
    del found["grants"][2]["recipientOrganization"]
    assert len(faults(found)) == 3


def test_no_name_is_used_that_the_schema_does_not_have(list_of: dict[str, Any]) -> None:
    definitions = schema()["definitions"]
    assert set(list_of) <= set(schema()["properties"])
    for grant in list_of["grants"]:
        held = definitions["Grant"]["properties"]
        assert set(grant) <= set(held)
        for name, entries in grant.items():
            for entry in entries if isinstance(entries, list) else ():
                kind = held[name]["items"]["$ref"].rpartition("/")[2]
                assert set(entry) <= set(definitions[kind]["properties"]), name


def test_amounts_are_those_of_the_ledger(year: Story, list_of: dict[str, Any]) -> None:
    grants = {int(one["id"].rpartition("-")[2]): one for one in list_of["grants"]}
    assert set(grants) == set(year.awards.values())
    for award, grant in grants.items():
        query = (
            "SELECT coalesce(sum(balance), 0) FROM ledger_account"
            " WHERE award = ? AND kind IN ('paid', 'lent', 'written_off')"
        )
        (out,) = year.store.db.execute(query, [award]).fetchone()
        (decided,) = year.store.db.execute("SELECT amount FROM award WHERE id = ?", [award]).fetchone()
        assert (
            grant["amountAwarded"] * KR == decided == sum(one["value"] for one in grant["commitmentTransaction"]) * KR
        )
        assert (
            grant["amountDisbursed"] * KR == out == sum(one["value"] for one in grant["disbursementTransaction"]) * KR
        )
    whole = sum(one["amountDisbursed"] for one in grants.values())
    assert whole == 680_000  # 630 000 paid, and 50 000 lent and lost
    cup = grants[year.awards["cup"]]
    assert [one["value"] for one in cup["disbursementTransaction"]] == [150_000, 120_000, -40_000]
    back = cup["disbursementTransaction"][-1]
    assert back["provider"].startswith("NO-BRC-") and back["recipient"] == cup["fundingOrganization"][0]["id"]


def test_a_grant_says_what_was_decided(year: Story, list_of: dict[str, Any]) -> None:
    cup = next(one for one in list_of["grants"] if one["title"] == "Eksempelcupen")
    assert cup["id"].startswith("360G-plassholder-2026-000") and "plassholder" in list_of["description"]
    assert cup["recipientOrganization"] == [{"id": "NO-BRC-999900038", "name": "Eksempel idrettslag"}]
    assert cup["fundingOrganization"] == [{"id": "NO-BRC-999900011", "name": "Eksempelfondet"}]
    assert cup["plannedDates"] == [{"startDate": "2026-06-12", "endDate": "2026-06-14"}]
    assert cup["beneficiaryLocation"] == [{"name": "Trondheim", "countryCode": "NO", "geoCode": "5001"}]
    assert cup["awardDate"] == "2026-03-26" and cup["fromOpenCall"] == "Yes" and cup["currency"] == "NOK"
    assert cup["fundingType"][0]["code"] == "grant" and cup["grantProgramme"][0]["code"] == "eksempelfondet"
    assert cup["description"].startswith("Tilskudd til Eksempelcupen, 12.–14. juni 2026")
    assert "Konsert" not in json.dumps(list_of["grants"])  # what was rejected isn't published


def test_the_prefix_is_a_setting(year: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX, "eksempelfondet")
    found = package(year.store)
    assert found["grants"][0]["id"].startswith("360G-eksempelfondet-") and "plassholder" not in found["description"]


def test_nobody_is_in_it(year: Story) -> None:
    text = json.dumps(package(year.store), ensure_ascii=False) + awards_csv(year.store)
    accounts = [one for (one,) in year.store.db.execute("SELECT number FROM payee_account")]
    own = [one for (one,) in year.store.db.execute("SELECT email FROM account")]
    written = [one["document"]["summary"] for one in year.told["case"]]
    for word in (*accounts, *own, *written, "account:", "@", "Eksempel Person", "Oppdiktet til eksempelet"):
        assert word not in text, word


def test_a_private_person_is_not_named(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        story = play(store)
        change(store, "UPDATE organisation SET kind = 'person', name = 'Kari Nordmann' WHERE number = '999900038'")
        found = package(store)
        text = json.dumps(found) + awards_csv(store)
        book = awards_workbook(published_awards(store), published_partners(store), "nb")
        assert "Nordmann" not in text and "999900038" not in text and faults(found) == []
        assert "privatperson" in sheet_text(book) and "Nordmann" not in sheet_text(book)
        assert len(found["grants"]) == len(story.awards)


def change(store: Store, statement: str, values: list[Any] | None = None) -> None:
    """Make the database something that the program's own ways wouldn't make it here."""
    with store.write("operator", "test.change", audited=False) as write:
        write.db.execute(statement, values or [])


def sheet_text(book: bytes) -> str:
    sheets = load_workbook(io.BytesIO(book)).worksheets
    return "\n".join(str(value) for sheet in sheets for row in sheet.values for value in row)


def test_a_payment_that_is_reversed_and_an_award_that_lapsed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        story = play(store)
        treasurer = story.who("treasurer")
        query = "SELECT max(posting.id) FROM posting JOIN leg ON posting = posting.id JOIN ledger_account AS a"
        query += " ON a.id = account WHERE what = 'paid' AND a.award = ?"
        (posting,) = store.db.execute(query, [story.awards["bid"]]).fetchone()
        correct(store, treasurer, "test:reverse", posting, "Banken sendte den i retur (eksempel).")
        bid = next(one for one in published_awards(store) if one.id == story.awards["bid"])
        assert bid.disbursed == 0 and bid.paid_out == bid.came_back == bid.amount == 80_000 * KR
        change(store, "UPDATE award SET state = 'lapsed' WHERE id = ?", [story.awards["bid"]])
        assert story.awards["bid"] not in {one.id for one in published_awards(store)}


def test_a_decision_that_was_booked_wrongly_is_taken_back_in_both_lists(store: Store) -> None:
    story = begin(store)
    for step in (endow, announce, apply, review, meet):
        step(story)
    query = "SELECT id FROM posting WHERE what = 'committed' AND json_extract(request, '$.award') = ?"
    (posting,) = store.db.execute(query, [story.awards["cup"]]).fetchone()
    correct(store, story.who("treasurer"), "test:reverse", posting, "Ført på feil sak (eksempel).")
    cup = next(one for one in published_awards(store) if one.id == story.awards["cup"])
    assert [one.ore for one in cup.granted] == [300_000 * KR, -300_000 * KR] and cup.paid == ()
    assert sum(one.granted for one in published_partners(store)) == sum(one.amount for one in published_awards(store))
    assert faults(package(store)) == []


def test_the_csv_has_the_standards_titles_and_the_same_amounts(year: Story, list_of: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(awards_csv(year.store))))
    assert list(rows[0])[:9] == [
        "Identifier",
        "Title",
        "Description",
        "Currency",
        "Amount Applied For",
        "Amount Awarded",
        "Amount Disbursed",
        "Award Date",
        "Planned Dates:Start Date",
    ]
    for title in ("Recipient Org:Identifier", "Funding Org:Name", "Beneficiary Location:Geographic Code"):
        assert all(row[title] for row in rows), title
    assert "disbursementTransaction/2/value" in rows[0]
    awarded = [Decimal(row["Amount Awarded"]) for row in rows]
    assert awarded == [Decimal(one["amountAwarded"]) for one in list_of["grants"]]


def test_a_title_is_no_formula_in_the_csv(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        play(store)
        change(store, "UPDATE organisation SET name = '=cmd|calc' WHERE number = '999900038'")
        rows = list(csv.DictReader(io.StringIO(awards_csv(store))))
    assert "'=cmd|calc" in {row["Recipient Org:Name"] for row in rows}


@pytest.mark.parametrize("ore", [1, 99, 100, 123_450, 2**53 - 92, 10**15 - 1, -33])
def test_an_amount_in_json_is_exact(ore: int) -> None:
    assert json.loads(json.dumps(kroner(ore)), parse_float=Decimal, parse_int=Decimal) * KR == ore


def test_an_empty_fund_is_an_empty_list(store: Store) -> None:
    found = package(store)
    assert found["grants"] == [] and "navnet er ikke satt" in found["title"]
    assert awards_csv(store).splitlines() == [
        "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Recipient Org:Name,"
        "Funding Org:Identifier,Funding Org:Name"
    ]
    assert published_calls(store) == [] and published_partners(store) == []


def test_partners_add_up_to_the_fund(year: Story) -> None:
    found = published_partners(year.store)
    assert [one.received for one in found] == [2_000_000 * KR, 2_000_000 * KR, 1_200_000 * KR, 1_000_000 * KR]
    awards = published_awards(year.store)
    assert sum(one.granted for one in found) == sum(one.amount for one in awards) == 1_280_000 * KR
    assert sum(one.disbursed for one in found) == sum(one.disbursed for one in awards) == 680_000 * KR
    assert sum(one.received for one in found) == -sum(
        balance(year.store.db, Account("contributed", number, earmark, 2026))
        for number in year.partners
        for earmark in ("", "ungdom")
    )


def test_a_call_is_coming_then_open_with_its_days_then_over(store: Store) -> None:
    story = begin(store)
    endow(story)
    announce(story)  # open from 1 February to 1 March 2026
    days = {}
    for day in ("2026-02-01", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"):
        (one,) = published_calls(store, at=at(day, "23:59:59"))
        days[day] = (one.when, one.days)
        assert one.scheme is not None and one.scheme.key == "eksempelfondet"
    assert list(days.values()) == [("open", 28), ("open", 2), ("open", 1), ("open", 0), ("over", 1)]
    change(store, "UPDATE call SET state = 'planned'")
    (one,) = published_calls(store, at=at("2026-01-22"))
    assert (one.when, one.days, one.scheme) == ("coming", 10, None)
    change(store, "UPDATE call SET frame = NULL")
    assert published_calls(store, at=at("2026-01-22")) == []


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_rule_of_every_scheme_is_said_with_its_source(lang: Any) -> None:
    assert presets()
    for name, scheme in presets().items():
        lines = rule_lines(scheme, lang)
        assert lines and all(one.text and one.source and one.section for one in lines), name
        assert not any("{" in one.text or "None" in one.text for one in lines), name


def test_the_workbook_sums_what_it_lists(year: Story) -> None:
    awards, partners = published_awards(year.store), published_partners(year.store)
    content = awards_workbook(awards, partners, "nb")
    sums, formulas = (load_workbook(io.BytesIO(content), data_only=data)["Tildelinger"] for data in (True, False))
    amount = [one.value for one in formulas[1]].index("Tildelt") + 1
    last = len(awards) + 2
    assert formulas.cell(last, amount).value == f"=SUM(L2:L{last - 1})"
    assert sums.cell(last, amount).value == sum(one.amount for one in awards) / KR
    assert isinstance(sums.cell(2, 6).value, dt.datetime)


@pytest.fixture
def browser(year: Story, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Asks a route for what it has, without signing in."""
    monkeypatch.setenv("RINGVIRK_DATA", str(year.store.folder))
    client = TestClient(Starlette(routes=public_data.ROUTES))
    return client.get


def test_the_routes_are_for_anyone(year: Story, browser: Callable[[str], Any]) -> None:
    found = browser("/api/tildelinger.json")
    assert found.status_code == 200 and found.headers["access-control-allow-origin"] == "*"
    assert found.json() == json.loads(json.dumps(package(year.store)))
    table = browser("/api/tildelinger.csv")
    assert table.status_code == 200 and table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text == awards_csv(year.store) and "tildelinger.csv" in table.headers["content-disposition"]
