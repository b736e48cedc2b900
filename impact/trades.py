"""What an event gives each trade in each municipality, draw by draw, and the rooms it asks for night by night.

Draws of different events can be added: all have the seed :data:`SEED` and :data:`DRAWS` draws; what is the same for
every event (δ, κ and the other parameters, jobs by municipality) has the same value in the same draw, while an event's
own inputs have streams of their own. (An estimate seeds an input by its path alone: two events with an audience of the
same name would rise and fall together.)

Invariant: summed over municipalities and trades, ``output`` is the region's output in every draw.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.dated import Parameters
from data.faults import Fault, Faults
from impact.demand import without_tax
from impact.draws import SHARED, Sampler, Unknown, bounds
from impact.effects import QUANTITIES
from impact.event import Event
from impact.places import job_shares
from impact.simulation import AreaResult, Frame, Simulation, simulate
from impact.spending import Amount, Rooms, lodging_shares
from impact.table import Array, per_output
from impact.trade_map import Trades, read_trades

SEED = 1
DRAWS = 1_000
FORMAT = 1
MAX_BYTES = 50_000_000
"""A stored file that unpacks to more than this is refused."""

Floats = NDArray[np.float32]
_BY_CODE = ("value_added", "employment", "tax")
_LARGE = ("output", "direct", *_BY_CODE, "room_nights", "guests", "lodging", "rooms", "baseline")
"""Arrays with an axis of draws."""
_HEADER = 64
"""Bytes of an array's file that say what it holds."""


@dataclass(frozen=True, eq=False)
class TradeDraws:
    """One event by trade, municipality and night; every array's last axis is the draws, money is kroner of
    ``price_year`` at basic prices (VAT out; of goods the margin and what is made here, not the goods).

    ``output`` is the region's whole output, ``codes`` × ``trades``; ``direct`` the first round alone, ``places`` ×
    ``trades``, nothing elsewhere. ``value_added`` (kroner), ``employment`` (employed persons for a year, NaN where the
    table has none) and ``tax`` (municipal income tax, gross) are by ``codes``, empty where the table serves Norway
    alone. ``jobs_per_krone`` are employed persons for a year per krone of output, by trade, NaN where not known.

    ``room_nights`` and ``guests`` (in commercial beds, wherever they live, casual visitors left out) are by night of
    ``dates``, in all; ``lodging`` the share of them in each municipality of ``lodged``. ``rooms`` and ``baseline`` are
    the host's as the event gives them, empty where it has no nights of its own; demand is then spread evenly. Where the
    hotels' own sales are given, the rooms are those that the sales show.
    """

    host: str
    price_year: int
    codes: tuple[str, ...]
    trades: tuple[str, ...]
    output: Floats
    value_added: Floats
    employment: Floats
    tax: Floats
    places: tuple[str, ...]
    direct: Floats
    jobs_per_krone: Array
    dates: tuple[dt.date, ...]
    room_nights: Floats
    guests: Floats
    lodged: tuple[str, ...]
    lodging: Floats
    rooms: Floats
    baseline: Floats

    @property
    def draws(self) -> int:
        return int(self.output.shape[-1])

    @cached_property
    def night(self) -> dict[dt.date, int]:
        """The row of each night."""
        return {date: row for row, date in enumerate(self.dates)}

    def output_of(self, trade: str, municipality: str) -> Array | None:
        """Kroner of a trade in a municipality by draw; None where the estimate isn't by municipality."""
        if municipality not in self.codes:
            return None
        return np.asarray(self.output[self.codes.index(municipality), self.trades.index(trade)], float)

    def lodging_of(self, municipality: str) -> Array | None:
        """The share of the event's room-nights in a municipality by draw; None where it has none."""
        if municipality not in self.lodged:
            return None
        return np.asarray(self.lodging[self.lodged.index(municipality)], float)


class EventSampler(Sampler):
    """Draws one event's own inputs from streams of their own, and what events share from the shared ones."""

    def __init__(self, event: Event) -> None:
        super().__init__(SEED, DRAWS)
        self.name = f"{event.id} {event.first_day}"

    def draw(self, unknown: Unknown) -> tuple[Array, Array]:
        """(draws, [P10, P90] of them)."""
        if unknown.path.startswith(SHARED):
            return super().draw(unknown)
        own = replace(unknown, path=f"{self.name}/{unknown.path}", group=f"{self.name}/{unknown.group}")
        return super().draw(own)


def trade_draws(event: Event, setting: Frame) -> bytes:
    """The draws of one event as a compressed file, for :func:`read_trade_draws`; the same input gives the same bytes.

    Raises :class:`Faults` as :func:`impact.simulation.simulate` does, and where nights or kroner are beyond reckoning.
    """
    simulation = simulate(event, setting, sampler=EventSampler(event))
    trades = read_trades()
    held: dict[str, object] = {
        "format": FORMAT,
        "host": event.municipality,
        "price_year": event.price_year,
        "trades": trades.codes,
        "jobs_per_krone": _jobs_per_krone(simulation, trades),
        **_money(simulation, trades),
        **_nights(simulation),
    }
    arrays = {name: np.asarray(value) for name, value in held.items()}
    beyond = [name for name in ("output", "direct", "room_nights", "guests") if not np.isfinite(arrays[name]).all()]
    if beyond:
        raise Faults([Fault(event.id, "", "", "event.beyond_reckoning")])
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


class _Packed(TradeDraws):
    """Draws of a file whose large arrays are unpacked when they are first asked for: few pages need them all."""

    def __init__(self, packed: bytes, small: dict[str, object]) -> None:
        vars(self).update(small, packed=packed)

    def __getattr__(self, name: str) -> Floats:
        if name not in _LARGE:
            raise AttributeError(name)
        with np.load(io.BytesIO(vars(self)["packed"]), allow_pickle=False) as held:
            found: Floats = held[name]
        vars(self)[name] = found
        return found


def read_trade_draws(packed: bytes) -> TradeDraws:
    """The draws in a file of :func:`trade_draws`; nothing in it is ever run. Raises ValueError for any other file."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_BYTES:
                raise ValueError("larger than draws of one event are")
            for name in _LARGE:
                with archive.open(f"{name}.npy") as member:
                    if b"'descr': '<f" not in member.read(_HEADER):
                        raise ValueError(f"{name} is no array of numbers")
        with np.load(io.BytesIO(packed), allow_pickle=False) as held:
            found = {name: held[name] for name in held.files if name not in _LARGE}
        if int(found.pop("format")) != FORMAT:
            raise ValueError("draws of another format")
        names = {name: tuple(found[name].tolist()) for name in ("codes", "trades", "places", "lodged")}
        dates = tuple(dt.date.fromisoformat(one) for one in found["dates"].tolist())
        single = {"host": str(found["host"]), "price_year": int(found["price_year"])}
        return _Packed(packed, {**found, **names, "dates": dates, **single})
    except (KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"not draws by trade: {error}") from error


def read_guests(packed: bytes, municipality: str | None) -> Array | None:
    """Guests on the night with most of them by draw, of a file of :func:`trade_draws`, without reading the rest of it.

    None where nobody sleeps in ``municipality``; None for ``municipality`` is everywhere.
    """
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        lodged = held["lodged"].tolist()
        if municipality is not None and municipality not in lodged:
            return None
        share = 1.0 if municipality is None else held["lodging"][lodged.index(municipality)]
        return np.asarray(held["guests"].max(axis=0) * share, float)


def shared_draws(parameters: Parameters, key: str) -> Array:
    """The draws of a parameter, the same as in every event's; its mode where it is not drawn."""
    dated = parameters[key]
    low, mode, high = bounds(
        dated.value, "share" if parameters.known[key].unit.startswith("share") else None, parameters.under("evidence")
    )
    if dated.fixed or low >= high:
        return np.full(DRAWS, mode)
    path = f"parameter/{key}"
    return Sampler(SEED, DRAWS).draw(Unknown(path, low, mode, high, dated.value.evidence, path))[0]


def _money(simulation: Simulation, trades: Trades) -> dict[str, object]:
    """Output and its first round by municipality and trade."""
    region, held, places = simulation.areas.get("region"), simulation.jobs, simulation.places
    size = len(trades.codes)
    if region is None or held is None or places is None:
        nothing, flat = (
            np.zeros((0, size, simulation.x.draws), np.float32),
            np.zeros((0, simulation.x.draws), np.float32),
        )
        nowhere = np.array([], "U4")
        return {
            **{"codes": nowhere, "output": nothing, "places": nowhere, "direct": nothing},
            **{name: flat for name in _BY_CODE},
        }
    direct = _direct(simulation, region, trades)
    later = _later(simulation, region, trades)
    spots = list(direct)
    for spot, amount in direct.items():
        later[places.codes.index(spot)] += amount
    by_code = {name: np.asarray(places.effects[name]["total"]) for name in _BY_CODE[:-1]} | {"tax": places.tax}
    return {
        "codes": np.array(places.codes),
        "output": later.astype(np.float32),
        **{name: values[:, simulation.draws].astype(np.float32) for name, values in by_code.items()},
        "places": np.array(spots),
        "direct": np.array([direct[spot] for spot in spots], np.float32),
    }


def _direct(simulation: Simulation, region: AreaResult, trades: Trades) -> dict[str, Array]:
    """The first round by municipality, trades × draws: hotels' income where people sleep, all else in the host."""
    x, event, table = simulation.x, simulation.event, simulation.frame.table
    demand, made = region.demand.by_industry, _outputs(region)
    rest: dict[str, Amount] = dict(demand)
    host = np.zeros((len(trades.codes), x.width))
    rates, excise = x.parameters.under("vat"), x.parameters.under("excise")
    for category, trade in trades.spending.items():
        net = without_tax(category, region.spending.after.get(category, 0.0), rates, excise)
        for code, part in x.parameters.under(f"industries.service.{category}").items():
            if code in rest:
                host[trades.codes.index(trade)] += net * part * made[table.position[code]]
                rest[code] = rest[code] - net * part
    shares = trades.shares("direct", table.codes)
    for code, amount in rest.items():
        at = table.position[code]
        host += shares[:, [at]] * made[at] * x.full(amount)
    lodging, slept = np.zeros_like(host), x.parameters.under("industries.service.accommodation")
    each = region.demand.lodging * sum(part * made[table.position[code]] for code, part in slept.items())
    lodging[trades.codes.index(trades.spending["accommodation"])] = each
    where = {event.municipality: host - lodging}
    for code, share in lodging_shares(event, x).items():
        where[code] = where.get(code, 0.0) + lodging * share
    return {code: amount[:, simulation.draws] for code, amount in where.items()}


def _later(simulation: Simulation, region: AreaResult, trades: Trades) -> Array:
    """Indirect and induced output, municipalities × trades × draws, by where the region's jobs are."""
    x, held, result = simulation.x, simulation.jobs, region.result
    assert held is not None
    weights = trades.shares("later", simulation.frame.table.codes) * _outputs(region)
    share = job_shares(held, x)
    if held.assumed:
        later = result.through(weights) - result.first(weights) + result.induced(weights)
        return np.asarray(share[:, None, simulation.draws] * later[None, :, simulation.draws])
    placed = (share[:, None, :] * weights[None, :, :]).reshape(-1, weights.shape[1])
    later = result.through(placed) - result.first(placed) + result.induced(placed)
    return later.reshape(len(held.codes), len(trades.codes), -1)[:, :, simulation.draws]


def _outputs(region: AreaResult) -> Array:
    """Output per krone of output: 1, or 0 for an industry that the table has no output of."""
    return np.asarray(region.result.economy.coefficients[QUANTITIES.index("output")])


def _jobs_per_krone(simulation: Simulation, trades: Trades) -> Array:
    """Employed persons for a year per krone of output of the event's price year, by trade, industries by their size."""
    table = simulation.frame.table
    shares = trades.shares("later", table.codes) + trades.shares("direct", table.codes)
    persons = shares @ table.employment * table.employment_unit
    return per_output(persons, shares @ table.output * table.money_unit) * np.mean(simulation.price_factor)


def _nights(simulation: Simulation) -> dict[str, object]:
    """Rooms asked for and guests in them by night; the host's rooms as the event gives them; where people sleep."""
    event, x = simulation.event, simulation.x
    demand: Amount = sum((one.room_nights for one in simulation.people), 0.0)
    guests: Amount = 0.0
    for one in simulation.people:
        path = f"audience/{one.audience.name}/persons_per_room"
        given = one.audience.persons_per_room
        guests = guests + one.room_nights * (
            x.number(given, path) if given is not None else x.parameter("rooms.persons_per_room")
        )
    dates = [night.date for night in event.nights] or _dates(event)
    even = x.full(demand / len(dates))
    asked, rooms, baseline = [even for _ in dates], [], []
    for row, night in enumerate(event.nights):
        path = f"night/{night.date}"
        if night.event_demand is not None:
            asked[row] = x.full(x.number(night.event_demand, f"{path}/event_demand"))
        rooms.append(x.full(x.number(night.rooms, f"{path}/rooms")))
        baseline.append(x.full(x.number(night.baseline_sold, f"{path}/baseline_sold")))
    if simulation.rooms is not None and simulation.rooms.extra is not None:
        asked = _shown_by_hotels(simulation, simulation.rooms)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_room = np.where(np.asarray(demand) > 0, np.divide(guests, demand), 0.0)
    places = lodging_shares(event, x)
    nothing = np.zeros((0, x.draws), np.float32)

    def block(rows: list[Array]) -> Floats:
        return np.array([row[simulation.draws] for row in rows], np.float32) if rows else nothing

    return {
        "dates": np.array([date.isoformat() for date in dates]),
        "room_nights": block(asked),
        "guests": block([row * per_room for row in asked]),
        "lodged": np.array(list(places)),
        "lodging": block([x.full(share) for share in places.values()]),
        "rooms": block(rooms),
        "baseline": block(baseline),
    }


def _shown_by_hotels(simulation: Simulation, rooms: Rooms) -> list[Array]:
    """The rooms of each night where the hotels' own sales are given: what these show, as they rose night by night."""
    x, risen = simulation.x, []
    for night in simulation.event.nights:
        path = f"night/{night.date}"
        sold, usual = (x.number(getattr(night, name), f"{path}/{name}") for name in ("sold", "baseline_sold"))
        risen.append(np.maximum(0.0, x.full(sold) - x.full(usual)))
    total = np.sum(risen, axis=0)
    share = np.divide(x.full(rooms.housed), total, out=np.zeros_like(total), where=total > 0)
    return [one * share for one in risen]


def _dates(event: Event) -> list[dt.date]:
    """The nights of an event that gives none: those between its days, or that of its only day."""
    return [event.first_day + dt.timedelta(days) for days in range(max(1, event.days - 1))]
