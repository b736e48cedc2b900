"""Who applies in a generated Norway, and for which events: organisations with people, forecasts and what they led to.

How many of each there are follows from how many municipalities are filled (:class:`Sizes`).
Municipalities beyond the region's eight have invented codes, since the program knows no others.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from fund_filling import Played, Row, Template, _bare

from data.audit import canonical, now
from data.store import Store, Write
from impact.reference import reference_in

NORWAY, REGION = 357, 8
"""Municipalities."""
EVENTS, APPLICATIONS, POSTINGS = 40_000, 200_000, 4_000_000
"""Of the whole of Norway in all its years."""
YEARS, NEWEST = 20, 2026
PER_ORGANISATION = 10
"""Applications of one organisation: one every other year."""
OWN = 20
"""So many organisations are the story's applicant's."""


@dataclass(frozen=True)
class Sizes:
    """How many of each there are in so many municipalities."""

    municipalities: float

    def of(self, whole: int) -> int:
        return max(1, round(whole * self.municipalities / NORWAY))

    @property
    def regions(self) -> int:
        """Calls a year."""
        return max(1, round(self.municipalities / REGION))


@dataclass(frozen=True)
class Applying:
    """An organisation that applies: whose it is, and its number in the register."""

    id: int
    account: str
    orgnr: str


def _chunks(rows: list[Any], size: int = 5_000) -> Iterator[list[Any]]:
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def organisations_in(store: Store, templates: list[Template], sizes: Sizes) -> list[list[Applying]]:
    """For each of the story's cases those that apply as it did; each has an account that acts for it."""
    count = max(OWN, sizes.of(APPLICATIONS) // PER_ORGANISATION // len(templates))
    made: list[list[Applying]] = []
    for place, one in enumerate(templates):
        found: list[Applying] = []
        for numbers in _chunks(list(range(count))):
            with store.write("operator", "benchmark.organisations") as write:
                found += _registered(write, one, [800_000_000 + number * len(templates) + place for number in numbers])
        own = replace(found[0], account=one.mandate["account"])
        made.append([own, *found[1:]])
        with store.write("operator", "benchmark.own") as write:
            write.insert_rows("mandate", [_bare(one.mandate) | {"organisation": own.id}])
    return made


def _registered(write: Write, one: Template, numbers: list[int]) -> list[Applying]:
    at = now()
    held = {"language": "nb", "role_in_use": "applicant", "active": 1, "created_at": at, "changed_at": at}
    people = [
        {"email": f"soker{number}@eksempel.no", "email_key": f"soker{number}@eksempel.no", "name": f"Søker {number}"}
        | held
        for number in numbers
    ]
    accounts = write.insert_rows("account", people, derived=("email", "email_key", "name"))
    write.insert_rows("account_role", [{"account": id, "role": "applicant", "granted_at": at} for id in accounts])
    ids = write.insert_rows(
        "organisation",
        [_bare(one.organisation) | {"number": f"{number}", "name": f"Eksempellag {number}"} for number in numbers],
    )
    who = [f"account:{id}" for id in accounts]
    write.insert_rows(
        "mandate",
        [_bare(one.mandate) | {"organisation": id, "account": account} for id, account in zip(ids, who, strict=True)],
    )
    write.insert_rows("payee_account", [_bare(one.payee) | {"organisation": id} for id in ids])
    return [Applying(int(id), account, f"{orgnr}") for id, account, orgnr in zip(ids, who, numbers, strict=True)]


def events_in(
    store: Store, played: Played, templates: list[Template], organisations: list[list[Applying]], sizes: Sizes
) -> list[list[int]]:
    """For each case its events' forecasts; half of those that are over have an outcome, lessons and reviews."""
    count = max(1, sizes.of(EVENTS) // len(templates))
    evaluated = played.rows("evaluation")[0]
    outcome = played.rows("estimate", "id = ?", evaluated["outcome"])[0]
    about = [played.rows(table, "event = ?", evaluated["event"]) for table in ("lesson", "review", "count_series")]
    codes = [
        *reference_in().municipalities,
        *(f"{9_000 + one}" for one in range(max(0, round(sizes.municipalities) - REGION))),
    ]
    made: list[list[int]] = []
    for place, one in enumerate(templates):
        forecast = played.rows("estimate", "id = ?", one.case["estimate"])[0]
        event = played.rows("event", "id = ?", forecast["event"])[0]
        found: list[int] = []
        for numbers in _chunks(list(range(count)), 1_000):
            with store.write("operator", "benchmark.events") as write:
                rows = [
                    _event(event, number * len(templates) + place, count * len(templates), codes, organisations[place])
                    for number in numbers
                ]
                ids = write.insert_rows("event", rows, derived=("document", "found"))
                found += [
                    int(id) for id in write.insert_rows("estimate", [_bare(forecast) | {"event": i} for i in ids])
                ]
                over = [
                    (id, forecast_id)
                    for id, forecast_id, row in zip(ids, found[-len(ids) :], rows, strict=True)
                    if row["state"] == "evaluated"
                ]
                _looked_back(write, evaluated, outcome, about, over)
        made.append(found)
    return made


def _event(event: Row, number: int, whole: int, codes: list[str], owners: list[Applying]) -> Row:
    """An event of its own name, place and days, spread over the years."""
    first = dt.date(NEWEST - YEARS + 1, 1, 1) + dt.timedelta(number * 365 * YEARS // whole)
    length = dt.date.fromisoformat(event["last_day"]) - dt.date.fromisoformat(event["first_day"])
    over = first + length < dt.date(NEWEST, 11, 1)
    name = f"Eksempelarrangement {number}"
    days = {"first_day": first.isoformat(), "last_day": (first + length).isoformat()}
    document = json.loads(event["document"])
    document["event"] |= {"name_nb": name, "name_en": name, **days}
    listed = {"name_nb": name, "name_en": name, **days, "found": name.casefold(), "document": canonical(document)}
    state = ("evaluated" if number % 2 else "held") if over else "confirmed"
    owner = owners[number % len(owners)].account
    return _bare(event) | listed | {"state": state, "owner": owner, "municipality": codes[number % len(codes)]}


def _looked_back(
    write: Write, evaluated: Row, outcome: Row, about: list[list[Row]], over: list[tuple[Any, int]]
) -> None:
    outcomes = write.insert_rows("estimate", [_bare(outcome) | {"event": event} for event, _ in over])
    own = zip(over, outcomes, strict=True)
    rows = [_bare(evaluated) | {"event": event, "forecast": one, "outcome": held} for (event, one), held in own]
    write.insert_rows("evaluation", rows, derived=("document",))
    for table, some in zip(("lesson", "review", "count_series"), about, strict=True):
        once = (lambda event: {"once": f"norway:{event}"}) if table == "count_series" else (lambda event: {})
        write.insert_rows(table, [_bare(row) | {"event": event} | once(event) for event, _ in over for row in some])
