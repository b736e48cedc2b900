"""What open guarantees are expected to cost: modelled from how earlier ones ended, and unknown where too few have.

    rate = (paid shares of the organiser + k · the mean of all) / (the organiser's guarantees + k)

A paid share is what was paid of a guarantee's cap. An organiser without any settled guarantee has the mean of all; one
with many has nearly its own. This is Bühlmann's credibility with a given k («Experience rating and credibility», ASTIN
Bulletin 4, 1967): k is a dated parameter and assumed. It is no forecast of a single event, and no score.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from sqlite_utils import Database

from data.dated import Parameters
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.books.ledger import award_balances
from fund.deadlines import clock, oslo_day
from impact.parameter_values import known_parameters


@dataclass(frozen=True)
class LossRules:
    """The dated parameters: ``weight`` is k, ``least`` how many settled guarantees it takes to say anything."""

    weight: Fraction
    least: int


@dataclass(frozen=True)
class GuaranteeLoss:
    """An open guarantee: its cap in øre, the organiser's settled ones, and the modelled loss; None where unknown."""

    award: int
    organisation: int
    cap: int
    settled: int
    rate: Fraction | None

    @property
    def expected(self) -> int | None:
        """Øre, rounded up: a loss is never shown as less than it is reckoned to be."""
        return None if self.rate is None else ceil(self.cap * self.rate)


@dataclass(frozen=True)
class FrameLoss:
    """The open guarantees of a frame, in øre together. ``expected`` is None where it can't be told."""

    frame: int
    open: tuple[GuaranteeLoss, ...]

    @property
    def caps(self) -> int:
        return sum(one.cap for one in self.open)

    @property
    def expected(self) -> int | None:
        found = [one.expected for one in self.open]
        return None if None in found else sum(one for one in found if one is not None)


def expected_losses(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[FrameLoss]:
    """What each frame's open guarantees are expected to cost, by frame. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    rules = loss_rules(store, oslo_day(clock(at)))
    with store.read() as db:
        return losses_at(db, rules)


def loss_rules(store: Store, day: dt.date) -> LossRules:
    """The rules that hold on a day, with what was changed on screen."""
    now = Parameters(known_parameters(store), day)
    weight = Fraction(str(now.number("expected_loss.weight")))
    return LossRules(weight, round(now.number("expected_loss.least")))


def losses_at(db: Database, rules: LossRules) -> list[FrameLoss]:
    """As :func:`expected_losses`, asking nobody's leave."""
    shares = paid_shares(db)
    query = "SELECT id, organisation, frame FROM award WHERE form = 'guarantee' ORDER BY frame, id"
    by_frame: dict[int, list[GuaranteeLoss]] = {}
    for award, organisation, frame in db.execute(query).fetchall():
        if cap := sum(award_balances(db, award, "guaranteed").values()):
            own = shares.get(organisation, ())
            loss = GuaranteeLoss(award, organisation, cap, len(own), loss_rate(shares, organisation, rules))
            by_frame.setdefault(frame, []).append(loss)
    return [FrameLoss(frame, tuple(found)) for frame, found in by_frame.items()]


def paid_shares(db: Database) -> Mapping[int, tuple[Fraction, ...]]:
    """What was paid of each settled guarantee's cap, exact, by organisation."""
    query = (
        "SELECT organisation, amount, approved FROM settlement JOIN award ON award.id = award"
        " WHERE approved_at IS NOT NULL ORDER BY award.id"
    )
    found: dict[int, tuple[Fraction, ...]] = {}
    for organisation, cap, approved in db.execute(query).fetchall():
        found[organisation] = (*found.get(organisation, ()), Fraction(min(cap, approved), cap))
    return found


def loss_rate(shares: Mapping[int, tuple[Fraction, ...]], organisation: int, rules: LossRules) -> Fraction | None:
    """The share of a cap that an organiser's guarantee is expected to cost; None where too few guarantees ended."""
    every = [one for own in shares.values() for one in own]
    if not every or len(every) < rules.least:
        return None
    own, mean = shares.get(organisation, ()), sum(every, Fraction(0)) / len(every)
    weight = len(own) + rules.weight
    return mean if not weight else (sum(own, Fraction(0)) + rules.weight * mean) / weight


def caveat(lang: Lang) -> str:
    """What stands beside every expected loss: that it is modelled, and from what."""
    return say("expected_loss.modelled", lang)
