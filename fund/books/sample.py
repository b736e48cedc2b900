"""A random sample of postings for an auditor, drawn so that anyone can draw it again.

    drawn = draw_sample(store, auditor, Draw(25, "kontroll 2026", "amount"))

Each posting has its place in a row by SHA-256 of the seed and its number: with the seed, the number of the last posting
that could be drawn, and any tool that can hash, the same row comes out. Three methods:

- ``plain``: the first of the row; each posting has the same chance.
- ``kinds``: the same within each thing that happened (paid, contributed …), in proportion to how often it did, and at
  least one of each as far as the sample goes.
- ``amount``: each krone has the same chance (monetary unit sampling, systematic): what is larger than the interval is
  drawn for certain; through the rest, in the order of the row, one krone is taken at every interval from a start that
  the seed gives. Arens, Elder, Beasley and Hogan, Auditing and Assurance Services, chapter on sampling for substantive
  tests of balances.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.books.ledger import head
from fund.books.money import shares
from fund.books.posting_list import Among, sizes

Method = Literal["plain", "kinds", "amount"]
METHODS: tuple[Method, ...] = get_args(Method)
AMONG: tuple[Among, ...] = get_args(Among)
"""Which postings can be drawn: those that moved money in the bank, by what they moved there; or all, by the most that
each moved on any one kind of account."""
LONGEST_SEED = 100


@dataclass(frozen=True)
class Draw:
    """What is asked for: how many, with which seed, how, and of the postings up to number ``upto`` (0: all)."""

    count: int
    seed: str
    method: Method
    upto: int = 0
    among: Among = "all"


@dataclass(frozen=True)
class Sample:
    """What was drawn, in order of number, of how many and of how many øre; ``hash`` is the last posting's."""

    draw: Draw
    postings: tuple[int, ...]
    population: int
    amount: int
    hash: str


def draw_sample(store: Store, actor: Actor, draw: Draw) -> Sample:
    """Draw a sample. Needs ``audit.read``.

    Raises :class:`Faults` without a seed, for a method there isn't, and where so many postings aren't there to draw.
    """
    require(actor, "audit.read")
    with store.read() as db:
        last = head(db)[0]
        upto = draw.upto if 0 < draw.upto <= last else last
        amounts = {number: size for number, size in sizes(db, draw.among).items() if number <= upto}
        rows = db.execute("SELECT id, what FROM posting WHERE id <= ?", [upto]).fetchall()
        found = db.execute("SELECT hash FROM posting WHERE id = ?", [upto]).fetchone()
    if faults := _faults(draw, len(amounts)):
        raise Faults(faults)
    row = sorted(amounts, key=lambda number: _place(draw.seed, number))
    if draw.method == "amount":
        taken = _by_amount(row, amounts, draw.count, draw.seed)
    elif draw.method == "kinds":
        taken = _by_kind(row, dict(rows), draw.count)
    else:
        taken = list(row[: draw.count])
    held = Draw(draw.count, draw.seed, draw.method, upto, draw.among)
    return Sample(held, tuple(sorted(taken)), len(amounts), sum(amounts.values()), found[0] if found else "")


def _faults(draw: Draw, there: int) -> list[Fault]:
    faults = []
    if not draw.seed.strip() or len(draw.seed) > LONGEST_SEED:
        faults.append(Fault("", "seed", shown(draw.seed), "ledger.sample.seed", {"most": LONGEST_SEED}))
    if draw.method not in METHODS:
        faults.append(Fault("", "method", shown(draw.method), "ledger.sample.method"))
    if type(draw.count) is not int or not 1 <= draw.count <= there:
        faults.append(Fault("", "count", shown(draw.count), "ledger.sample.count", {"there": there}))
    return faults


def _place(seed: str, number: int) -> str:
    """Where a posting stands in the row."""
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def _by_kind(row: Sequence[int], whats: Mapping[int, str], count: int) -> list[int]:
    groups: dict[str, list[int]] = {}
    for number in row:
        groups.setdefault(whats[number], []).append(number)
    names = list(groups)[:count]  # the first of the row first, where not every group has room
    rest = [len(groups[name]) - 1 for name in names]
    more = shares(count - len(names), rest) if sum(rest) else [0] * len(names)
    return [number for name, extra in zip(names, more, strict=True) for number in groups[name][: 1 + extra]]


def _by_amount(row: Sequence[int], amounts: Mapping[int, int], count: int, seed: str) -> list[int]:
    certain: list[int] = []
    rest = list(row)
    while len(certain) < count:  # each that is drawn for certain makes the interval of the others another
        left, whole = count - len(certain), sum(amounts[number] for number in rest)
        large = {number for number in rest if amounts[number] * left >= whole}
        if not large:
            return [*certain, *_systematic(rest, amounts, left, seed)]
        certain += sorted(large)
        rest = [number for number in rest if number not in large]
    return certain


def _systematic(row: Sequence[int], amounts: Mapping[int, int], count: int, seed: str) -> list[int]:
    """A posting for each of ``count`` intervals of the row's øre; none is as large as one, so none is taken twice.

    Everything is reckoned ``count`` times as large, so that the interval is whole.
    """
    interval = sum(amounts[number] for number in row)
    start = int(_place(seed, 0), 16) % interval
    taken: list[int] = []
    passed = 0
    for number in row:
        passed += amounts[number] * count
        if passed > start + len(taken) * interval:
            taken.append(number)
    return taken
