"""Invented portfolios for the tests of plans: small ones from hypothesis, large ones from a seed."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from fund.plans.portfolio import (
    Caps,
    Case,
    Form,
    Group,
    Partner,
    ValueAdded,
    exposure_group,
    organiser_groups,
    terms_on,
)

TERMS = terms_on(dt.date(2026, 11, 1))
FORMS: tuple[Form, ...] = ("grant", "guarantee", "loan")


def case(
    name: str, asked: int, least: int | None = None, score: Any = 4, value: int | None = None, **more: Any
) -> Case:
    """A case asking for ``asked`` kroner; ``value`` is its P50 of net value added in kroner."""
    band = None if value is None else ValueAdded(value - abs(value) // 2, value, value + abs(value))
    mark = None if score is None else Fraction(score)
    least = asked if least is None else least
    return Case(
        name, more.pop("organiser", name), 100 * asked, 100 * least, 300 * asked, score=mark, value_added=band, **more
    )


def grid(high: int) -> st.SearchStrategy[int]:
    """Øre in lumps, so that sums meet and ties come up."""
    return st.integers(1, high).map(lambda units: units * 12_345)


@st.composite
def cases(draw: st.DrawFn, most: int = 12, fewest: int = 0) -> list[Case]:
    """From ``fewest`` to ``most`` cases of few organisers, some unscored, some without an estimate."""
    found = []
    for number in range(draw(st.integers(fewest, most))):
        asked = draw(grid(9))
        least = draw(st.sampled_from((0, asked, asked // 3, asked // 2)))
        band = draw(st.none() | st.integers(-500, 5_000))
        found.append(
            Case(
                id=f"S{number:02}",
                organiser=draw(st.sampled_from("abc")),
                asked=asked,
                least=least,
                cost=2 * asked,
                form=draw(st.sampled_from(FORMS)),
                score=draw(st.none() | st.fractions(0, 5, max_denominator=4)),
                value_added=None if band is None else ValueAdded(band - 10, band, band + 10),
                partner_scores={
                    name: draw(st.fractions(0, 5, max_denominator=2))
                    for name in ("P1", "P2", "P3")
                    if draw(st.booleans())
                },
            )
        )
    return found


@st.composite
def caps_for(draw: st.DrawFn, rows: list[Case]) -> Caps:
    """A frame that binds or not, with or without the other limits."""
    groups: tuple[Group, ...] = ()
    if draw(st.booleans()):
        groups += organiser_groups(rows, draw(grid(12)), {"a": draw(grid(14))})
    if draw(st.booleans()):
        groups += (exposure_group(rows, draw(grid(10))),)
    share = draw(st.none() | st.just(Fraction(2, 5)) | st.just(Fraction(1, 2)))
    return Caps(draw(st.just(0) | grid(45)), draw(st.none() | grid(9)), share, groups)


@st.composite
def portfolios(draw: st.DrawFn, most: int = 12, fewest: int = 0) -> tuple[list[Case], list[Partner], Caps]:
    """Cases, three partners and limits."""
    rows = draw(cases(most, fewest))
    partners = [Partner(name, draw(st.just(0) | grid(20))) for name in ("P1", "P2", "P3")]
    return rows, partners, draw(caps_for(rows))


def many(count: int, seed: int) -> tuple[list[Case], list[Partner], Caps]:
    """``count`` cases with sums to the øre, ten partners, and a frame of a quarter of what is asked."""
    chance = random.Random(seed)
    partners = [Partner(f"P{number}", chance.randint(1, 50) * 100_000_000) for number in range(10)]
    rows = []
    for number in range(count):
        asked = chance.randint(5_000_000, 600_000_000)
        value = asked // 100 * chance.randint(5, 60) // 10
        rows.append(
            replace(
                case(f"S{number:03}", 1, score=Fraction(chance.randint(0, 60), 12), value=value),
                organiser=f"O{chance.randint(0, count // 3)}",
                asked=asked,
                least=asked * chance.randint(4, 9) // 10,
                cost=3 * asked,
                form=chance.choice(FORMS),
                partner_scores={one.id: Fraction(chance.randint(2, 20), 4) for one in partners},
            )
        )
    frame = sum(one.asked for one in rows) // 4
    groups = (*organiser_groups(rows, 600_000_000, {}), exposure_group(rows, frame // 5))
    return rows, partners, Caps(frame, None, Fraction(1, 2), groups)
