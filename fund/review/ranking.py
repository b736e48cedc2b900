"""A call's cases by their scores, and which of them the scorers' spread can't tell apart.

A case's score is the mean of what each scorer gives it in all (:func:`fund.review.scores.person_means`), in exact
fractions.

Two cases are told apart by those who scored both: d is the difference of the two for each of the n of them, and

    t² = (mean of d)² / (squared standard error of that mean) = S²(n − 1) / (nQ − S²),    S = Σd, Q = Σd²

They are told apart where Student's t with n − 1 degrees of freedom is so far from 0 by chance in no more than the share
``board.told_apart`` of equally good pairs (the paired test of «Student» 1908, «The Probable Error of a Mean»,
Biometrika 6; its distribution by Abramowitz and Stegun 1964, 26.7.3–4). Those who scored one of the two only say
nothing, so that a severe and a mild scorer don't part two cases; two with fewer than two common scorers are never told
apart. Where all who scored both differ by exactly the same, that difference is taken as it is.

Where they put the two the other way round than the ranking does, the two aren't told apart either.

A band holds the cases from its first one down to the last that can't be told apart from that one. The first is the
highest that two have scored; a case with one scorer is in the band that its score falls in. What is alike isn't passed
on from case to case, so :attr:`Ranked.alike` says it of each: the order within a band, and next to its edge, is no
ground for a decision.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from sqlite_utils import Database

from data.dated import Parameters
from data.permission import Actor, may, require
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.intake.applications import Application, application_at
from fund.intake.calls import call_at, call_scheme
from fund.review.conflicts import reading_faults, standing
from fund.review.scores import has_scored, person_means
from fund.rulebook.schemes import Scheme
from impact.parameter_values import parameters_in

RANKED_IN = ("in_review", "ready", "deferred")
"""The states of a case that the board has not decided."""
Means = Mapping[str, Fraction]
"""What each scorer gives a case in all, by account."""


@dataclass(frozen=True)
class Ranked:
    """A case in the ranking: the mean of its ``scorers``, and the lowest and highest that one of them gives.

    ``place`` is among the cases that are shown, those with the same score at the same place. ``band`` counts from 1 at
    the top. ``alike`` are the applications that it can't be told apart from. Score, place and band are None where
    nobody has scored the case, or where it is ``hidden`` from who asks; ``because`` is then how that person stands to
    the case (:data:`fund.review.conflicts.Standing`), or ``unscored`` where others' scores come after one's own.
    """

    application: int
    number: str
    title: str
    score: Fraction | None
    scorers: int
    lowest: Fraction | None
    highest: Fraction | None
    place: int | None = None
    band: int | None = None
    alike: tuple[int, ...] = ()
    hidden: bool = False
    because: str = ""

    @property
    def spread(self) -> Fraction | None:
        """From the lowest to the highest scorer, in points."""
        return None if self.lowest is None or self.highest is None else self.highest - self.lowest


def rank(store: Store, actor: Actor, call: int, *, at: dt.datetime | None = None) -> list[Ranked]:
    """The undecided cases of a call, highest score first, then those without. Needs ``case.read``.

    Of the board's people each sees the scores of the cases that it takes part in and has scored itself, and the others
    as ``hidden``. Raises LookupError where there is no such call.
    """
    require(actor, "case.read")
    moment = clock(at)
    with store.read() as db:
        call_at(db, call)
        scheme = call_scheme(db, call)
        level = Parameters(parameters_in(db), oslo_day(moment)).number("board.told_apart")
        cases = undecided(db, call, moment)
        shut = {one.id: shut_because(db, actor, one, scheme) for one in cases}
        means = {one.id: {} if shut[one.id] else person_means(db, one.id, scheme) for one in cases}
    return in_order([_ranked(one, means[one.id], shut[one.id]) for one in cases], means, level)


def in_order(cases: Sequence[Ranked], means: Mapping[int, Means], level: float) -> list[Ranked]:
    """The cases by score, with their places, bands and what each is alike; ``level`` is ``board.told_apart``."""
    scored = sorted((one for one in cases if one.score is not None), key=lambda one: (-(one.score or 0), one.number))
    rest = sorted((one for one in cases if one.score is None), key=lambda one: (one.hidden, one.number))
    apart = _apart([one.application for one in scored], means, level)
    found: list[Ranked] = []
    first: Ranked | None = None
    band = 1
    for at, one in enumerate(scored):
        if first is None and one.scorers > 1:
            first = one
        elif first is not None and (first.application, one.application) in apart:
            first, band = one, band + 1
        others = (other.application for other in scored if other is not one)
        alike = tuple(other for other in others if not {(one.application, other), (other, one.application)} & apart)
        same = bool(found) and found[-1].score == one.score
        place = found[-1].place if same else at + 1
        found.append(replace(one, place=place, band=band, alike=alike))
    return found + rest


def told_apart(higher: Mapping[str, int | Fraction], lower: Mapping[str, int | Fraction], level: float) -> bool:
    """Whether those who scored both cases tell them apart, in this order; see the module. Whatever the unit."""
    both = [higher[account] - lower[account] for account in higher if account in lower]
    n, total = len(both), sum(both)
    if n < 2 or total <= 0:
        return False
    spread = n * sum(d * d for d in both) - total * total
    return not spread or by_chance(math.sqrt(total * total * (n - 1) / spread), n - 1) <= level


def by_chance(t: float, freedom: int) -> float:
    """How often Student's t with so many degrees of freedom is as far from 0 as ``t``, on either side."""
    angle = math.atan(t / math.sqrt(freedom))
    cos, sin = math.cos(angle), math.sin(angle)
    term, total = (cos, 0.0) if freedom % 2 else (1.0, 0.0)
    for step in range(1 + freedom % 2, freedom, 2):  # cos + 2/3 cos³ + …, or 1 + 1/2 cos² + …
        total += term
        term *= step / (step + 1) * cos * cos
    within = 2 / math.pi * (angle + sin * total) if freedom % 2 else sin * total
    return max(0.0, 1 - within)


def undecided(db: Database, call: int, at: dt.datetime) -> list[Application]:
    """The cases of a call that the board has not decided, by number, asking nobody's leave."""
    query = (
        f"SELECT id FROM application WHERE call = ? AND state IN ({', '.join('?' * len(RANKED_IN))}) ORDER BY number"
    )
    return [application_at(db, id, at) for (id,) in db.execute(query, [call, *RANKED_IN]).fetchall()]


def shut_because(db: Database, actor: Actor, one: Application, scheme: Scheme) -> str:
    """Why the actor doesn't see what others gave a case, as :attr:`Ranked.because` says it; "" for who does."""
    if reading_faults(db, actor, one.id):
        return standing(db, one.id, actor.id)
    return "unscored" if may(actor, "case.score") and not has_scored(db, one.id, actor.id, scheme) else ""


def _ranked(one: Application, means: Means, because: str) -> Ranked:
    given = sorted(means.values())
    mean = sum(given, Fraction(0)) / len(given) if given else None
    lowest, highest = (given[0], given[-1]) if given else (None, None)
    return Ranked(
        one.id, str(one.number), one.title, mean, len(given), lowest, highest, hidden=bool(because), because=because
    )


def _apart(order: Sequence[int], means: Mapping[int, Means], level: float) -> set[tuple[int, int]]:
    """The pairs that are told apart, the higher case first. In whole numbers, since there are many pairs."""
    common = math.lcm(*(mean.denominator for one in order for mean in means[one].values()))
    whole = {one: {account: int(mean * common) for account, mean in means[one].items()} for one in order}
    return {pair for pair in combinations(order, 2) if told_apart(whole[pair[0]], whole[pair[1]], level)}
