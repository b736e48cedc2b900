"""What earlier events really gave, who gained and who lost: published figures, each with its source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from impact.published import Figure, Published, published_path, read_published
from impact.trade_map import read_trades

OUTCOMES = Path(__file__).parents[1] / "data" / "outcomes.toml"
Effect = Literal["gained", "lost", "fact"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)


@dataclass(frozen=True)
class Outcome:
    """One published figure, what it says of those concerned, and the trades it concerns (none: all)."""

    event: Published
    figure: Figure
    effect: Effect
    trades: tuple[str, ...]


@cache
def read_outcomes(path: Path = OUTCOMES) -> tuple[Outcome, ...]:
    """The outcomes in a file of this repository. Raises KeyError, ValueError or Faults where it doesn't hold."""
    trades = read_trades().codes
    found = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["outcome"]:
        if row["effect"] not in EFFECTS or not set(row["trades"]) <= set(trades):
            raise ValueError(f"{path.name}: {row}")
        event = read_published(published_path(row["event"]))
        found.append(Outcome(event, event.figure(row["figure"]), row["effect"], tuple(row["trades"])))
    return tuple(found)


def outcomes_for(trade: str) -> tuple[Outcome, ...]:
    """What concerns a trade: its own figures, then those for all; of them who lost first."""
    found = [one for one in read_outcomes() if trade in one.trades or not one.trades]
    return tuple(sorted(found, key=lambda one: (not one.trades, EFFECTS.index(one.effect) != EFFECTS.index("lost"))))
