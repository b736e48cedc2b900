"""A register as large as pages are measured with: 2 000 events, 5 000 locked estimates, every fourth event published.

All is invented and stored through the domain or the store's own writes. One estimate is computed; a published one is
that with its event's name and days put in, locked anew, so that each has a hash and draws by trade of its own.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from import_events import cells

from data.audit import now
from data.demo import ADDRESSES, invent_accounts
from data.permission import OPERATOR, Actor
from data.sessions import open_session
from data.store import Store, open_store
from data.value import Value
from impact.estimates import draws_for_trades, locked_row
from impact.lessons import ABOUT, TAGS, add_lesson
from impact.lock import lock, read_locked
from impact.nights import NightRow, add_nights
from impact.reference import reference_in
from impact.register import Registered, create_events, get_event
from impact.register_rows import row_of

EVENTS, ESTIMATES, FULL = 2_000, 5_000, 4
"""Every ``FULL``-th event has the whole document of the sample, and a published estimate."""
YEARS_BACK, YEARS_AHEAD = 12, 2
LESSONS, BATCH = 300, 250
SAMPLE = Path(__file__).parent.parent / "data" / "samples" / "ski-vm-2025.toml"
ROLES = ("officer", "auditor", "administrator")
_FIRST = dt.date(2025, 2, 26)


def fill(folder: Path) -> dict[str, str]:
    """Fill an empty data folder; a session's token for each of ``ROLES``."""
    with open_store(folder) as store:
        invent_accounts(store, OPERATOR)
        tokens = {role: _session(store, role) for role in ROLES}
        (number,) = store.db.execute("SELECT id FROM account WHERE email = ?", [ADDRESSES["officer"]]).fetchone()
        officer = Actor(f"account:{number}", frozenset({"officer"}))
        places = list(reference_in().municipalities)
        events = create_events(store, officer, [_event(number, places) for number in range(EVENTS)])
        _estimates(store, officer, events)
        _nights(store, officer, places)
        for number, event in enumerate(events[:LESSONS]):
            text = f"Lærdom nummer {number}: bestill transport tidlig."
            add_lesson(store, officer, event, text, tags=[TAGS[number % len(TAGS)]], about=ABOUT[number % len(ABOUT)])
    return tokens


def _session(store: Store, role: str) -> str:
    with store.write(OPERATOR.id, "benchmark.session") as write:
        found = write.db.execute("SELECT id FROM account WHERE email = ?", [ADDRESSES[role]]).fetchone()  # type: ignore[index]
        return open_session(write, found[0], "", dt.datetime.now(dt.UTC))


def day_of(number: int) -> dt.date:
    """An event's first day: spread evenly over the years around today."""
    span = 365 * (YEARS_BACK + YEARS_AHEAD)
    return dt.date.today() - dt.timedelta(365 * YEARS_BACK) + dt.timedelta(number * span // EVENTS)


def _event(number: int, places: list[str]) -> dict[str, Any]:
    first = day_of(number)
    states = (
        ("held", "evaluated", "held", "cancelled") if first < dt.date.today() else ("confirmed", "bid", "confirmed")
    )
    given = cells(number, places)
    last = first + (given["last_day"] - given["first_day"])  # type: ignore[operator]
    row = row_of({**given, "state": states[number % 7 % len(states)], "first_day": first, "last_day": last})
    if number % FULL == 0:
        row["document"] = _moved(tomllib.loads(SAMPLE.read_text(encoding="utf-8")), number)
    return row


def _moved(document: dict[str, Any], number: int) -> dict[str, Any]:
    """The sample's document as another event's, on its days."""
    document = copy.deepcopy(document)
    by = day_of(number) - _FIRST
    about = document["event"]
    about |= {"id": f"event-{number}", "name_nb": f"Arrangement nummer {number}", "name_en": f"Event number {number}"}
    for row in (about, *document.get("night", [])):
        for name in row.keys() & {"first_day", "last_day", "date"}:
            day = row[name] if isinstance(row[name], dt.date) else dt.date.fromisoformat(row[name])
            row[name] = day + by if isinstance(row[name], dt.date) else (day + by).isoformat()
    return document


def _estimates(store: Store, officer: Actor, events: list[int]) -> None:
    """Lock and publish; the estimates that aren't published share one lock."""
    document = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    one = get_event(store, officer, events[0])
    columns, tree = locked_row(Registered(one.row, document), reference_in())
    with np.load(io.BytesIO(draws_for_trades(tree, reference_in())), allow_pickle=False) as held:
        draws = {name: held[name] for name in held.files}
    made = _rows(events, columns, tree, draws)
    with store.write(officer.id, "benchmark.lock") as write:
        while rows := list(islice(made, BATCH)):
            write.insert_rows("estimate", sorted(rows, key=lambda row: "trade_draws" in row))


def _rows(
    events: list[int], columns: dict[str, Any], tree: dict[str, Any], draws: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    for number in range(ESTIMATES):
        place, time = number % EVENTS, now()
        row = {**columns, "event": events[place], "event_version": 1, "name": f"Anslag {number}"}
        row |= {"locked_at": time, "locked_by": OPERATOR.id}
        if number < EVENTS and place % FULL == 0:
            own = {**tree, "event": _moved(tree["event"], place)}
            content = lock(own)
            row |= {"lock": zlib.compress(content, 1), "sha256": read_locked(content, "")[1], "published_at": time}
            row["trade_draws"] = _packed(draws, day_of(place) - _FIRST)
        yield row


def _packed(draws: dict[str, Any], by: dt.timedelta) -> bytes:
    """The draws by trade with their nights moved, packed as they are stored."""
    dates = [(dt.date.fromisoformat(one) + by).isoformat() for one in draws["dates"].tolist()]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, held in {**draws, "dates": np.array(dates)}.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, held, allow_pickle=False)
    return stream.getvalue()


def _nights(store: Store, officer: Actor, places: list[str]) -> None:
    """Rooms and rooms sold, a quarter of a year a row, for every municipality."""
    begin = dt.date(dt.date.today().year - 1, 1, 1)
    sold = Value(600, 500, 700, "assumed", "oppdiktet")
    days = [begin + dt.timedelta(91 * quarter) for quarter in range(12)]
    rows = [NightRow(place, first, first + dt.timedelta(90), 1_000, sold) for place in places for first in days]
    add_nights(store, officer, reference_in(), rows)
