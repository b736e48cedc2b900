"""The limits of sign-in: whole numbers, each with its unit and its source, in ``data/limits.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LIMITS = Path(__file__).parent / "limits.toml"
_SPANS = ("seconds", "minutes", "hours", "days")


def limit(name: str) -> int:
    """The limit ``name``, in the unit that its entry gives. Raises KeyError where there is none."""
    return int(_limits()[name]["value"])


def unit(name: str) -> str:
    """What the limit ``name`` counts. Raises KeyError where there is none."""
    return str(_limits()[name]["unit"])


def span(name: str) -> dt.timedelta:
    """The limit ``name``, which is a time. Raises ValueError where it counts something else."""
    unit = _limits()[name]["unit"]
    if unit not in _SPANS:
        raise ValueError(f"{name} counts {unit}")
    return dt.timedelta(**{unit: limit(name)})


@cache
def _limits() -> dict[str, Any]:
    with LIMITS.open("rb") as stream:
        return tomllib.load(stream)
