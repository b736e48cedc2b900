"""The fund's money year by year: what came in, was given, paid, lost, given back, and what stood at the year's end.

All from the legs of the ledger, to the øre. A posting counts for the year of its day; one that takes another back
counts, on its own day, with what it takes back. What always holds: summed over the years, what came to and left a kind
of account is its balance, and at every year's end received + interest − fees = available + reserved + committed +
guaranteed + lent + paid + written off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data.permission import Actor, require
from data.store import Store
from fund.books.accounts_plan import Kind
from fund.books.partners import Partner


@dataclass(frozen=True)
class Line:
    """A line of the account: øre moved on accounts of ``kind`` by postings of ``what`` ("" for any), times ``sign``.

    Where it ``stands`` it is what was there at the end of a year, all earlier years counted.
    """

    name: str
    kind: Kind
    what: str = ""
    sign: int = 1
    stands: bool = False


LINES = (
    Line("received", "contributed", sign=-1),
    Line("interest", "interest", sign=-1),
    Line("fees", "fees"),
    Line("granted", "committed", "committed"),
    Line("guaranteed", "guaranteed", "guaranteed"),
    Line("paid", "paid", "paid"),
    Line("lost", "paid", "settled"),
    Line("lent", "lent", "lent"),
    Line("repaid", "lent", "repaid", -1),
    Line("written_off", "written_off", "written_off"),
    Line("released", "available", "released"),
    Line("unused", "available", "settled"),
    Line("clawed_back", "paid", "clawback_received", -1),
    Line("available", "available", stands=True),
    Line("reserved", "reserved", stands=True),
    Line("committed", "committed", stands=True),
    Line("exposure", "guaranteed", stands=True),
)
"""``lost`` is what guarantees cost when they were settled, ``unused`` the rest of their caps, ``released`` what lapsed,
was withdrawn or wasn't used; ``exposure`` the caps that stand open."""
LINE: Mapping[str, Line] = {one.name: one for one in LINES}
AWARDED = (LINE["granted"], LINE["guaranteed"])
"""What is awarded: grants and loans, and guarantees at their whole cap."""

_Key = tuple[int, Kind, str, int]
_MOVED = """
SELECT CAST(substr(p.day, 1, 4) AS INTEGER) AS year, a.kind, coalesce(undone.what, p.what), a.partner, sum(leg.amount)
FROM leg JOIN ledger_account AS a ON a.id = leg.account JOIN posting AS p ON p.id = leg.posting
    LEFT JOIN posting AS undone ON undone.id = p.reverses
WHERE a.partner <> 0 GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Accounts:
    """What was ``moved``, in øre by year of the posting's day, kind of account, what happened and partner.

    ``head`` is the number and the hash of the last posting that it is made of.
    """

    moved: Mapping[_Key, int]
    partners: tuple[Partner, ...]
    head: tuple[int, str]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years in which anything was booked that is a partner's money or was given of it, newest first."""
        booked = {year for (year, kind, *_), ore in self.moved.items() if ore and kind not in ("pledge", "in_kind")}
        return tuple(sorted(booked, reverse=True))

    def of(self, *lines: Line, year: int | None = None, partner: int = 0) -> int:
        """Øre of the lines together, of one year or of all, of one partner's money or of all."""
        return sum(self._of(line, year, partner) for line in lines)

    def net(self, kind: Kind, *, year: int | None = None, partner: int = 0) -> int:
        """What came to accounts of a kind, less what left them."""
        return self.of(Line("", kind), year=year, partner=partner)

    def _of(self, line: Line, year: int | None, partner: int) -> int:
        def counts(key: _Key) -> bool:
            when = year is None or key[0] == year or (line.stands and key[0] < year)
            return when and key[1] == line.kind and line.what in ("", key[2]) and partner in (0, key[3])

        return line.sign * sum(ore for key, ore in self.moved.items() if counts(key))


def accounts(store: Store, actor: Actor) -> Accounts:
    """The fund's money, year by year. Needs ``years.read``."""
    require(actor, "years.read")
    with store.read() as db:
        moved = {(year, kind, what, partner): ore for year, kind, what, partner, ore in db.execute(_MOVED)}
        rows = db.execute("SELECT id, name, kind, version FROM partner ORDER BY name, id").fetchall()
        last = db.execute("SELECT id, hash FROM posting ORDER BY id DESC LIMIT 1").fetchone() or (0, "")
    return Accounts(moved, tuple(Partner(*row) for row in rows), (int(last[0]), str(last[1])))


def span_of(line: Line, year: int | None) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day whose postings make a line's figure; None leaves an end open."""
    if year is None:
        return None, None
    return (None if line.stands else dt.date(year, 1, 1)), dt.date(year, 12, 31)


def shown_lines(found: Accounts, years: Iterable[int | None] = (None,)) -> list[Line]:
    """Every line, but those of interest, fees and loans only where they have a figure in any of the years."""
    seldom = ("interest", "fees", "lent", "repaid", "written_off")
    every = (*years, *found.years)
    return [one for one in LINES if one.name not in seldom or any(found.of(one, year=year) for year in every)]
