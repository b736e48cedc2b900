"""Trades in people's words and the industries that serve them: ``data/trades.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from data.value import EVIDENCE, Evidence
from impact.event import CATEGORIES
from impact.table import Array

TRADES = Path(__file__).parents[1] / "data" / "trades.toml"
OTHER = "other"
Round = Literal["direct", "later"]
ROUNDS: tuple[Round, ...] = get_args(Round)
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Trade:
    """A trade and what it covers, in words; ``whom`` is how a sentence speaks of those who are in it."""

    code: str
    nb: str
    en: str
    whom_nb: str
    whom_en: str
    hint_nb: str
    hint_en: str

    def name(self, lang: str) -> str:
        return self.nb if lang == "nb" else self.en

    def whom(self, lang: str) -> str:
        return self.whom_nb if lang == "nb" else self.whom_en

    def hint(self, lang: str) -> str:
        return self.hint_nb if lang == "nb" else self.hint_en


@dataclass(frozen=True)
class Part:
    """The shares of an industry's output that a trade has, in the first round and later; with their grounds."""

    code: str
    trade: str
    direct: float
    later: float
    evidence: Evidence
    source: str


@dataclass(frozen=True)
class Grounds:
    """Why visitors' spending in a category belongs to its trade."""

    category: str
    trade: str
    evidence: Evidence
    source: str


@dataclass(frozen=True)
class Trades:
    """The whole map. What no part names, and what parts leave of an industry, belongs to :data:`OTHER`."""

    every: tuple[Trade, ...]
    categories: tuple[Grounds, ...]
    parts: tuple[Part, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.every)

    @property
    def spending(self) -> dict[str, str]:
        """Category of visitors' spending → trade, where the category says it."""
        return {one.category: one.trade for one in self.categories}

    def trade(self, code: str) -> Trade:
        """The trade with this code; LookupError where there is none."""
        for one in self.every:
            if one.code == code:
                return one
        raise LookupError(f"no trade {code}")

    def shares(self, of: Round, industries: tuple[str, ...]) -> Array:
        """Trades × industries: each trade's share of an industry's output; every column sums to 1."""
        at = {code: number for number, code in enumerate(industries)}
        found = np.zeros((len(self.every), len(industries)))
        for part in self.parts:
            if part.code in at:
                found[self.codes.index(part.trade), at[part.code]] += getattr(part, of)
        found[self.codes.index(OTHER)] += 1 - found.sum(axis=0)
        return found

    def grounds(self, trade: str) -> tuple[Part | Grounds, ...]:
        """Everything that the trade is made of, each with evidence and source."""
        named: tuple[Part | Grounds, ...] = (*self.categories, *self.parts)
        return tuple(one for one in named if one.trade == trade)


@cache
def read_trades(path: Path = TRADES) -> Trades:
    """The map in a file of this repository. Raises ValueError where it doesn't hold together."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    trades = Trades(
        tuple(Trade(**row) for row in raw["trade"]),
        tuple(Grounds(**row) for row in raw["spending"]),
        tuple(Part(**row) for row in raw["industry"]),
    )
    if wrong := list(_wrong(trades)):
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return trades


def _wrong(trades: Trades) -> list[str]:
    """What doesn't hold: trades and categories that aren't there, grounds that are missing, shares above 1."""
    wrong = [f"{OTHER} is missing"] if OTHER not in trades.codes else []
    named: tuple[Part | Grounds, ...] = (*trades.categories, *trades.parts)
    for one in named:
        name = one.category if isinstance(one, Grounds) else one.code
        if one.trade not in trades.codes:
            wrong.append(f"{name}: no trade {one.trade}")
        if one.evidence not in EVIDENCE or not one.source:
            wrong.append(f"{name}: no grounds")
    wrong += [f"no category {one.category}" for one in trades.categories if one.category not in CATEGORIES]
    for code in {one.code for one in trades.parts}:
        for of in ROUNDS:
            shares = [getattr(one, of) for one in trades.parts if one.code == code]
            if min(shares) < 0 or sum(shares) > 1 + SUM_TOLERANCE:
                wrong.append(f"{code}: {of} shares are not parts of 1")
    return wrong
