"""Output by municipality and trade, draw by draw: it sums to the region, and events can be added."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import number, spread

from impact.event import CATEGORIES, Event
from impact.event_reading import read_event
from impact.reference import Reference
from impact.simulation import Frame, Simulation, frame, simulate
from impact.trade_map import OTHER, ROUNDS, TRADES, read_trades
from impact.trades import DRAWS, EventSampler, TradeDraws, read_guests, read_trade_draws, shared_draws, trade_draws


def made(raw: dict[str, Any], reference: Reference, table: str | None = None) -> tuple[Event, Frame, TradeDraws]:
    event = read_event(raw, "test", reference)
    setting = frame(reference, event.first_day, **({"table_name": table} if table else {}))
    return event, setting, read_trade_draws(trade_draws(event, setting))


def again(event: Event, setting: Frame) -> Simulation:
    return simulate(event, setting, sampler=EventSampler(event))


@pytest.fixture
def rich(event_dict: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """All categories of spending, beds in two municipalities, an organiser who buys hotel nights and transport."""
    raw = event_dict()
    raw["event"]["accommodation_by_municipality"] = {"5001": spread(0.5, 0.7, 0.9), "5035": number(0.3)}
    raw["audience"][1]["spend"] = {category: spread(50, 100, 300) for category in CATEGORIES}
    raw["organiser_cost"] += [
        {"name": name, "amount": number(300_000), "industry": industry, "local_share": number(0.8)}
        for name, industry in (("Hotels", "RI"), ("Buses", "R49"), ("Guards", "R80_82"), ("Tents", "R77"))
    ]
    return raw


def test_municipalities_and_trades_sum_to_the_region_in_every_draw(rich, reference):
    event, setting, draws = made(rich, reference)
    simulation = again(event, setting)
    whole = simulation.areas["region"].effects["output"]
    columns = simulation.draws
    assert draws.output.shape == (8, 10, DRAWS)
    np.testing.assert_allclose(draws.output.sum(axis=(0, 1), dtype=float), whole["total"][columns], rtol=1e-6)
    np.testing.assert_allclose(draws.direct.sum(axis=(0, 1), dtype=float), whole["direct"][columns], rtol=1e-6)
    places = simulation.places
    assert places is not None
    by_place = np.array(places.effects["output"]["total"])[:, columns]
    np.testing.assert_allclose(draws.output.sum(axis=1, dtype=float), by_place, rtol=1e-6)
    np.testing.assert_allclose(
        draws.value_added, np.array(places.effects["value_added"]["total"])[:, columns], rtol=1e-6
    )
    np.testing.assert_allclose(draws.tax, places.tax[:, columns], rtol=1e-6)


def test_it_sums_with_imported_jobs_too(rich, reference, monkeypatch):
    rng = np.random.default_rng(3)
    codes = [*reference.municipalities, "0"]
    held = {code: {i: float(rng.integers(1, 900)) for i in reference.industries} for code in codes}
    held["0"] = {i: 100_000.0 for i in reference.industries}
    own = Reference(reference.folders)
    monkeypatch.setitem(own.__dict__, "jobs", (2024, held))
    event, setting, draws = made(rich, own)
    simulation = again(event, setting)
    assert simulation.jobs is not None and not simulation.jobs.assumed
    whole = simulation.areas["region"].effects["output"]["total"][simulation.draws]
    np.testing.assert_allclose(draws.output.sum(axis=(0, 1), dtype=float), whole, rtol=1e-6)
    assert simulation.places is not None
    by_place = np.array(simulation.places.effects["output"]["total"])[:, simulation.draws]
    np.testing.assert_allclose(draws.output.sum(axis=1, dtype=float), by_place, rtol=1e-6)


def test_visitors_kroner_go_to_the_trade_of_their_category(event_dict, reference):
    for category, trade in read_trades().spending.items():
        raw = event_dict(organiser_cost=[], organiser_income=[], night=[])
        raw["audience"][1]["spend"] = {category: number(500)}
        raw["audience"][0]["spend"] = {}
        _, _, draws = made(raw, reference)
        direct = dict(zip(draws.trades, draws.direct.sum(axis=(0, 2), dtype=float), strict=True))
        assert direct[trade] > 0
        # All of it: what other trades have in the first round is nothing beside it.
        assert sum(direct.values()) == pytest.approx(direct[trade], rel=1e-6), category


def test_an_organisers_purchase_goes_by_the_map(event_dict, reference):
    raw = event_dict(audience=[], organiser_income=[], night=[], organiser={})
    raw["organiser_cost"] = [{"name": "X", "amount": number(1e6), "industry": "RI", "local_share": number(1)}]
    _, _, draws = made(raw, reference)
    direct = dict(zip(draws.trades, draws.direct.sum(axis=0)[:, 0].tolist(), strict=True))
    assert direct["lodging"] == pytest.approx(440_000) and direct["food_service"] == pytest.approx(560_000)


def test_beds_elsewhere_bring_kroner_there(rich, reference):
    _, _, draws = made(rich, reference)
    assert set(draws.places) == {"5001", "5035"} == set(draws.lodged)
    lodging, food = (draws.trades.index(one) for one in ("lodging", "food_service"))
    away = draws.places.index("5035")
    assert (draws.direct[away, lodging] > 0).all() and not draws.direct[away, food].any()
    np.testing.assert_allclose(draws.lodging.sum(axis=0), 1, rtol=1e-6)


def test_draws_of_events_are_aligned(rich, event_dict, reference):
    """δ, κ and jobs are the same in the same draw of every event; events' own inputs are independent."""
    other = event_dict()
    other["event"]["id"] = "another"
    one, two = (again(*made(raw, reference)[:2]) for raw in (rich, other))
    for key in ("flq.delta", "households.kappa", "ordinary_guest.spending", "rooms.friction"):
        a, b = (np.asarray(s.x.parameter(key))[s.draws] for s in (one, two))
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, shared_draws(one.frame.parameters, key))
    np.testing.assert_array_equal(
        np.asarray(one.x.column("jobs/5001", 1.0))[one.draws], np.asarray(two.x.column("jobs/5001", 1.0))[two.draws]
    )
    own = [np.asarray(s.x.column("audience/Visitors/persons", 0.0))[s.draws] for s in (one, two)]
    assert own[0].std() > 0 and abs(np.corrcoef(*own)[0, 1]) < 0.15


def test_the_same_event_gives_the_same_bytes_and_the_order_of_rows_changes_nothing(rich, reference):
    event, setting, _ = made(rich, reference)
    turned = {**rich, "audience": rich["audience"][::-1], "organiser_cost": rich["organiser_cost"][::-1]}
    assert trade_draws(event, setting) == trade_draws(read_event(turned, "test", reference), setting)


def test_rooms_by_night(event_dict, reference):
    raw = event_dict()
    raw["night"][0]["event_demand"] = number(120)
    event, setting, draws = made(raw, reference)
    persons = np.asarray(again(event, setting).x.column("audience/Visitors/persons", 0.0))[1 : 1 + DRAWS]
    assert [one.isoformat() for one in draws.dates] == ["2024-06-14", "2024-06-15"]
    # 2 nights × half of them commercial / 2 persons a room, spread over two nights.
    np.testing.assert_allclose(draws.room_nights[1], persons * 2 * 0.5 / 2 / 2, rtol=1e-6)
    np.testing.assert_allclose(draws.guests[1], draws.room_nights[1] * 2, rtol=1e-6)
    np.testing.assert_allclose(draws.room_nights[0].mean(), 120, rtol=0.02)
    assert draws.rooms.shape == (2, DRAWS) and draws.output_of("lodging", "9999") is None


def test_without_nights_they_are_those_between_its_days(event_dict, reference):
    for last, nights in (("2024-06-14", ["2024-06-14"]), ("2024-06-16", ["2024-06-14", "2024-06-15"])):
        raw = event_dict()
        raw.pop("night")
        raw["event"]["last_day"] = last
        _, _, draws = made(raw, reference)
        assert [one.isoformat() for one in draws.dates] == nights
        assert not draws.rooms.size and not draws.baseline.size


def test_a_table_of_norway_alone_says_nothing_of_places(event_dict, reference):
    _, _, draws = made(event_dict(), reference, "norway-2021")
    assert draws.codes == () and draws.output.size == 0 and draws.output_of("lodging", "5001") is None
    assert draws.room_nights.any()


class Bomb:
    """What a pickle would run when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_what_is_no_file_of_draws_is_refused_and_never_run(rich, reference, tmp_path):
    event, setting, _ = made(rich, reference)
    packed = trade_draws(event, setting)
    with np.load(io.BytesIO(packed)) as held:
        good = dict(held)
    streams = []
    bomb = np.array([Bomb(tmp_path / "run")], dtype=object)
    for change in ({"guests": bomb}, {"format": np.array(2)}, {"dates": np.array(["yesterday"])}):
        stream = io.BytesIO()
        np.savez_compressed(stream, **{**good, **change})
        streams.append(stream.getvalue())
    for wrong in (b"", b"PK\x03\x04", packed[:-40], *streams):
        with pytest.raises(ValueError):
            read_trade_draws(wrong)
    with pytest.raises(ValueError):
        read_guests(streams[0], None)
    assert not (tmp_path / "run").exists()


def test_guests_are_read_without_the_rest(rich, reference):
    event, setting, draws = made(rich, reference)
    packed = trade_draws(event, setting)
    share = draws.lodging_of("5035")
    assert share is not None
    np.testing.assert_allclose(read_guests(packed, "5035"), draws.guests.max(axis=0) * share, rtol=1e-6)
    np.testing.assert_allclose(read_guests(packed, None), draws.guests.max(axis=0), rtol=1e-6)
    assert read_guests(packed, "5028") is None


def test_the_map_holds_together(tmp_path):
    trades = read_trades()
    industries = tuple(one.code for one in trades.parts)
    for of in ROUNDS:
        shares = trades.shares(of, (*dict.fromkeys(industries), "R86"))
        np.testing.assert_allclose(shares.sum(axis=0), 1)
        assert (shares >= 0).all()
        assert shares[trades.codes.index(OTHER), -1] == 1
    assert all(one.source.startswith("antatt") for one in trades.parts if one.evidence == "assumed")
    assert len(trades.codes) == 10 and all(trades.grounds(code) for code in trades.codes if code != OTHER)
    text = TRADES.read_text(encoding="utf-8")
    for old, new in (
        ("later = 0.56", "later = 0.57"),
        ('trade = "stage"', 'trade = "stag"'),
        ('category = "culture"', 'category = "cult"'),
    ):
        path = tmp_path / "wrong.toml"
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=r"wrong\.toml"):
            read_trades(path)


def test_jobs_per_krone_are_the_tables(event_dict, reference):
    event, setting, draws = made(event_dict(), reference)
    table = setting.table
    at = table.position["RI"]
    deflator = setting.reference.price_factor(event.price_year, table.year)
    wanted = table.employment[at] * table.employment_unit / (table.output[at] * table.money_unit) * deflator
    assert draws.jobs_per_krone[draws.trades.index("lodging")] == pytest.approx(wanted)
