"""The portfolio over years: the ledger's figures to the øre, each with its postings; value added as sums over draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from outcomes_locked import CHAIR, REFERENCE, evaluated

from data.clock import today
from data.permission import ANYONE, Actor, Refused
from data.store import Store, open_store
from data.value import Value
from fund.books.ledger import correct
from fund.books.partners import Partner, contribute
from fund.books.posting_list import Wanted, list_postings
from fund.books.statements import fund_sums
from fund.demo import Story
from fund.demo_year import play
from fund.years.accounts import AWARDED, LINE, LINES, accounts, span_of
from fund.years.over_years import OverYears, over_years, own_code
from fund.years.supported import supported, years_awards
from fund.years.value_added import by_place, known_events, summed
from impact.business import Prices
from impact.estimates import draws_for_trades, get_estimate
from impact.nights import NightRow, add_nights
from impact.trades import read_trade_draws


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Story]]:
    """The invented fund after its year, with a contribution of the next year, and one of it that was booked wrongly.

    A payment came back from the bank, too: what takes a posting back is of another sort than what it takes back.
    """
    with open_store(tmp_path_factory.mktemp("years")) as store:
        story = play(store)
        treasurer, partner = story.who("treasurer"), story.partners[0]
        contribute(store, treasurer, "next", partner, 2027, 500_000_00, day=dt.date(2027, 1, 15))
        wrong = contribute(store, treasurer, "wrong", partner, 2027, 70_000_07, day=dt.date(2027, 2, 1))
        correct(store, treasurer, "right", wrong.id, "Ført to ganger (eksempel).")
        (paid,) = store.db.execute("SELECT max(id) FROM posting WHERE what = 'paid'").fetchone()
        correct(store, treasurer, "returned", paid, "Banken sendte beløpet tilbake (eksempel).")
        evaluated(store, story, 1)
        yield store, story


@pytest.fixture(scope="module")
def found(told: tuple[Store, Story]) -> OverYears:
    return over_years(told[0], CHAIR, REFERENCE)


def test_every_figure_is_what_its_postings_moved(told: tuple[Store, Story], found: OverYears) -> None:
    store, _ = told
    assert set(found.accounts.years) >= {2026, 2027}
    seen = 0
    for line in LINES:
        for year in (None, *found.accounts.years):
            first, last = span_of(line, year)
            wanted = Wanted(kind=line.kind, what=line.what, first=first, last=last)
            _, count, moved = list_postings(store, CHAIR, wanted)
            assert line.sign * moved == found.accounts.of(line, year=year), (line.name, year)
            seen += count
    assert seen > 100


def test_a_correction_counts_with_what_it_corrects(found: OverYears) -> None:
    wrong, year = 70_000_07, today().year
    received = {one: found.accounts.of(LINE["received"], year=one) for one in (2026, 2027, year)}
    assert found.accounts.of(LINE["received"]) == 6_700_000_00
    assert received[2027] == 500_000_00 + wrong - (wrong if year == 2027 else 0)
    assert year == 2027 or received[year] == (6_200_000_00 if year == 2026 else 0) - wrong


def test_the_years_sum_to_the_ledger(told: tuple[Store, Story], found: OverYears) -> None:
    store, _ = told
    books, sums = found.accounts, fund_sums(store, CHAIR)

    def all_years(*names: str) -> int:
        return sum(books.of(LINE[name], year=year) for name in names for year in books.years)

    assert all_years("received") == -sums["contributed"]
    assert all_years("paid", "lost") - all_years("clawed_back") == sums["paid"] == books.net("paid")
    assert all_years("lent") - all_years("repaid", "written_off") == sums["lent"]
    for name, kind in (("available", "available"), ("committed", "committed"), ("exposure", "guaranteed")):
        assert books.of(LINE[name], year=books.years[0]) == books.of(LINE[name]) == sums[kind]
    out = all_years("paid", "lost", "lent", "released", "unused")
    assert all_years("granted", "guaranteed") - out == sums["committed"] + sums["guaranteed"]


def test_the_fund_s_equation_holds_at_every_year_s_end(found: OverYears) -> None:
    books = found.accounts
    for year in books.years:
        until = [one for one in books.years if one <= year]

        def came(name: str, within: list[int] = until) -> int:
            return sum(books.of(LINE[name], year=one) for one in within)

        stands = sum(books.of(one, year=year) for one in LINES if one.stands)
        gone = sum(books.net(kind, year=one) for kind in ("lent", "paid", "written_off") for one in until)
        assert came("received") + came("interest") - came("fees") == stands + gone


def test_the_figures_are_those_of_the_story(found: OverYears) -> None:
    books = found.accounts
    told = {"granted": 780_000, "guaranteed": 500_000, "lost": 320_000, "unused": 180_000, "clawed_back": 40_000}
    assert {name: books.of(LINE[name], year=2026) // 100 for name in told} == told
    assert books.of(*AWARDED, year=2027) == 0


def test_awards_sum_to_the_ledger_by_place_kind_and_partner(found: OverYears) -> None:
    for year in (None, *found.accounts.years):
        period, whole = found.of(year), found.accounts.of(*AWARDED, year=year)
        assert sum(period.awarded_by_place.values()) == sum(period.awarded_by_kind.values()) == whole
        assert sum(one.awarded for one in period.partners) == whole
        assert sum(one.paid for one in period.partners) == found.accounts.net("paid", year=year)
        assert sum(one.received for one in period.partners) == found.accounts.of(LINE["received"], year=year)
    assert sum(one.share or 0 for one in found.of(2026).partners) == pytest.approx(1)


def test_value_added_is_summed_over_draws(told: tuple[Store, Story], found: OverYears) -> None:
    store, _ = told
    total = found.of(2026).total
    assert (total.events, total.uncertain, total.unknown) == (3, 1, 0), "the bid is never added up"
    prices, draws, low = Prices(REFERENCE), [], 0.0
    for one in (1, 2, 3):
        row, tree = get_estimate(store, CHAIR, one)
        own = read_trade_draws(draws_for_trades(tree, REFERENCE))
        draws.append(own.value_added.sum(axis=0, dtype=float) * prices.factor(row.price_year))
        low += float(np.quantile(draws[-1], 0.1))
        assert row.value_added is not None
        assert np.median(own.value_added.sum(axis=0)) == pytest.approx(row.value_added[1], rel=0.05)
    assert total.forecast is not None and total.per_krone is not None
    assert total.forecast.p10 == pytest.approx(np.quantile(np.sum(draws, axis=0), 0.1), rel=1e-3)
    assert total.forecast.p10 > low * 1.01, "no sum of tenth percentiles"
    assert total.ore == 1_200_000_00
    assert total.per_krone.p50 == pytest.approx(total.forecast.p50 / 1_200_000)


def test_an_outcome_stands_beside_the_forecast_of_the_same_events(found: OverYears) -> None:
    total = found.of(2026).total
    assert total.evaluated == 1 and total.outcome is not None and total.forecast_of_evaluated is not None
    assert total.outcome == total.forecast_of_evaluated, "the outcome was locked on the event as it was forecast"
    assert total.forecast is not None and total.forecast_of_evaluated.p50 < total.forecast.p50
    assert [one.event.id for one in found.of(2026).unevaluated(dt.date(2026, 12, 31))] == [3, 2]
    assert found.of(2026).unevaluated(dt.date(2026, 1, 1)) == []


def test_the_municipalities_make_the_region_in_every_draw(told: tuple[Store, Story]) -> None:
    store, _ = told
    known = known_events(store, CHAIR, supported(store, years_awards(store, CHAIR)), REFERENCE, Prices(REFERENCE))
    inside = [one.forecast for one in known if one.counts and one.forecast]
    for one in inside:
        parts = np.sum([one.of(code) for code in REFERENCE.municipalities], axis=0)
        assert parts == pytest.approx(one.whole)
    places = by_place(known, REFERENCE.municipalities)
    assert sum(one.share.p50 for one in places if one.share) == pytest.approx(1, abs=0.05)


def test_an_event_with_two_awards_counts_once_and_a_lapsed_award_not_at_all(told: tuple[Store, Story]) -> None:
    store, _ = told
    awards = years_awards(store, CHAIR)
    cup = awards[0]
    again = replace(cup, id=1_000, ore={2027: 5_00})
    twice = supported(store, [*awards, again])
    assert [one.event.id for one in twice] == [one.event.id for one in supported(store, awards)]
    one = next(each for each in twice if each.event.id == 1)
    assert one.year == 2026 and one.ore == cup.awarded() + 5_00
    left = supported(store, [replace(one, state="lapsed") for one in awards])
    assert left == [] and summed([]).forecast is None and summed([]).per_krone is None


def test_a_partner_is_a_municipality_by_its_name() -> None:
    def code(name: str, kind: str = "public") -> str:
        return own_code(Partner(1, name, kind, 1), REFERENCE)  # type: ignore[arg-type]

    assert code("Stjørdal kommune") == code("stjørdal") == "5035"
    assert code("Eksempel kommune") == code("Trøndelag fylkeskommune") == code("Stjørdal kommune", "private") == ""


def test_free_rooms_stand_beside_the_months(told: tuple[Store, Story], found: OverYears) -> None:
    store, story = told
    assert [one.month for one in found.of(2026).months] == [5, 6, 8]
    assert all(one.beds.known == 0 and one.beds.share is None for one in found.of(2026).months)
    assert sum(one.ore for one in found.of(2026).months) == found.of(2026).total.ore
    sold = Value(60, 60, 60, "reported", "eksempel")
    rows = [NightRow("5001", dt.date(2026, 6, 1), dt.date(2026, 6, 15), 100, sold)]
    full = Value(100, 100, 100, "reported", "eksempel")
    rows.append(NightRow("5035", dt.date(2026, 8, 1), dt.date(2026, 8, 31), 100, full))
    add_nights(store, story.who("officer"), REFERENCE, rows)
    months = {one.month: one.beds for one in over_years(store, CHAIR, REFERENCE).of(2026).months}
    june, august = months[6], months[8]
    assert (june.nights, june.known, june.rooms) == (30, 15, 1_500)
    assert june.share is not None and june.free is not None
    assert 0.3 < june.share.p10 <= june.share.p90 <= 0.4 and june.free.p50 == pytest.approx(1_500 * june.share.p50)
    assert august.share is not None and august.share.p90 == 0 and months[5].known == 0


def test_who_may_not_read_the_years_is_refused(told: tuple[Store, Story]) -> None:
    store, story = told
    for actor in (ANYONE, story.who("applicant"), Actor("account:5")):
        with pytest.raises(Refused):
            accounts(store, actor)
        with pytest.raises(Refused):
            over_years(store, actor, REFERENCE)


def test_an_empty_fund_has_no_years(store: Store, tmp_path: Path) -> None:
    empty = over_years(store, CHAIR, REFERENCE)
    assert empty.accounts.years == () and empty.of(None).total.forecast is None and not empty.awards
    with pytest.raises(LookupError):
        empty.of(2026)
