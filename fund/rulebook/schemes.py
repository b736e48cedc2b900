"""A scheme: what support is for, who may apply, for how much, by when, and what it asks in return.

A scheme is data: a file of ``data/schemes`` or a form, read by :mod:`fund.rulebook.scheme_reading`, stored from a day
on by :mod:`fund.rulebook.scheme_rows`, and held against an application by :mod:`fund.rulebook.rules`. Each rule carries
the source it was found in. A rule that is None was not found, and nothing stands in its place: :attr:`Scheme.not_found`
lists those.

Amounts are whole øre and shares exact fractions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

from data.phrases import Lang, say
from fund.rulebook.periods import Period
from impact.beside import strategy_areas, strategy_name

Form = Literal["grant", "guarantee", "loan", "purchase"]
FORMS: tuple[Form, ...] = get_args(Form)
ApplicantKind = Literal["sports_club", "voluntary", "municipality", "company", "foundation", "person"]
APPLICANT_KINDS: tuple[ApplicantKind, ...] = get_args(ApplicantKind)
CapKind = Literal["share", "running_share", "amount", "organiser_year"]
CAP_KINDS: tuple[CapKind, ...] = get_args(CapKind)
DeadlineKind = Literal["rolling", "before", "yearly", "on"]
DEADLINE_KINDS: tuple[DeadlineKind, ...] = get_args(DeadlineKind)
PayoutWhen = Literal["on_request", "before_event", "after_event", "after_accounts"]
PAYOUT_WHEN: tuple[PayoutWhen, ...] = get_args(PayoutWhen)
Attester = Literal["own_signature", "accountant", "auditor"]
ATTESTERS: tuple[Attester, ...] = get_args(Attester)


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    nb: str
    en: str

    def __call__(self, lang: Lang) -> str:
        return self.nb if lang == "nb" else self.en


@dataclass(frozen=True)
class Applicants:
    """Who may apply; those ``case_by_case`` may after the owner has looked at the case."""

    kinds: tuple[ApplicantKind, ...]
    case_by_case: tuple[ApplicantKind, ...]
    source: str


@dataclass(frozen=True)
class Forms:
    """The forms of support that are given."""

    allowed: tuple[Form, ...]
    source: str


@dataclass(frozen=True)
class FrameRule:
    """What the scheme has to give in a year, in øre; ``year`` is the one it was found for."""

    ore: int
    year: int | None
    source: str


@dataclass(frozen=True)
class Cap:
    """The most that is given: a share of all costs or of running costs, an amount, or an amount per organiser and year.

    ``form`` limits it to one form of support, ``budget_below`` to budgets under so many øre.
    """

    kind: CapKind
    source: str
    share: Fraction | None = None
    ore: int | None = None
    form: Form | None = None
    budget_below: int | None = None

    def applies(self, form: Form | None, costs: int | None) -> bool | None:
        """Whether it bears on this form and budget; None where that hangs on what isn't known."""
        if self.form is not None and form is not None and form != self.form:
            return False
        if self.budget_below is not None and costs is not None and costs >= self.budget_below:
            return False
        unknown = (self.form is not None and form is None) or (self.budget_below is not None and costs is None)
        return None if unknown else True


@dataclass(frozen=True)
class Deadline:
    """When an application must be in: at any time, a period before the event, on a date each year, or on one day.

    A yearly date may be for events that begin from ``first`` to ``last``, (month, day) of the year.
    """

    kind: DeadlineKind
    source: str
    period: Period | None = None
    day: tuple[int, int] | None = None
    on: dt.date | None = None
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None


@dataclass(frozen=True)
class Asked:
    """Something an application must have: an attachment, a filled field, or a condition that the applicant confirms."""

    key: str
    words: Words
    source: str


@dataclass(frozen=True)
class Criterion:
    """What applications are weighed by. ``weight`` is None where none is given: those weigh 1 each."""

    key: str
    words: Words
    source: str
    weight: Fraction | None = None


@dataclass(frozen=True)
class StrategyRule:
    """How many of the strategy's areas an event must fit with, at least to some degree."""

    least: int
    source: str


@dataclass(frozen=True)
class Payout:
    """When which share of the award is paid; the shares sum to 1. ``pro_rata``: approved cost × share of cost."""

    parts: tuple[tuple[PayoutWhen, Fraction], ...]
    pro_rata: bool
    source: str


@dataclass(frozen=True)
class Withheld:
    """The share of the award that waits for the final report and accounts."""

    share: Fraction
    source: str


@dataclass(frozen=True)
class Tier:
    """Who attests the accounts of an award from ``ore`` on, or ``above`` it only."""

    by: Attester
    ore: int
    above: bool
    source: str

    def covers(self, ore: int) -> bool:
        """Whether an award of this size has come to the tier."""
        return ore > self.ore if self.above else ore >= self.ore


@dataclass(frozen=True)
class Term:
    """A period that something must be done within: accepting, reporting, appealing."""

    period: Period
    source: str


@dataclass(frozen=True)
class Statement:
    """A rule that people keep, in words: when an award lapses, when money is claimed back."""

    words: Words
    source: str


RULES = (
    "applicants",
    "forms",
    "frame",
    "caps",
    "deadlines",
    "attachments",
    "fields",
    "conditions",
    "strategy",
    "criteria",
    "acceptance",
    "payout",
    "withheld",
    "attestation",
    "report",
    "lapse",
    "clawback",
    "appeal",
)
"""The sections that a scheme may have, in the order in which people read them."""


@dataclass(frozen=True)
class Scheme:
    """A whole scheme. ``address`` is where it was found; ``left_out`` tells what was found and couldn't be a rule.

    ``document`` is what it was read from, as it is stored.
    """

    key: str
    owner: str
    name: Words
    address: str
    purpose: Words | None = None
    applicants: Applicants | None = None
    forms: Forms | None = None
    frame: FrameRule | None = None
    caps: tuple[Cap, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    attachments: tuple[Asked, ...] = ()
    fields: tuple[Asked, ...] = ()
    conditions: tuple[Asked, ...] = ()
    strategy: StrategyRule | None = None
    criteria: tuple[Criterion, ...] = ()
    acceptance: Term | None = None
    payout: Payout | None = None
    withheld: Withheld | None = None
    attestation: tuple[Tier, ...] = ()
    report: Term | None = None
    lapse: Statement | None = None
    clawback: Statement | None = None
    appeal: Term | None = None
    left_out: tuple[Words, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def not_found(self) -> tuple[str, ...]:
        """The sections that the scheme has nothing about."""
        return tuple(name for name in RULES if not getattr(self, name))

    @property
    def weights(self) -> Mapping[str, Fraction]:
        """The share of each criterion in the score; they sum to 1. Equal where no weight is given."""
        given = {one.key: Fraction(1) if one.weight is None else one.weight for one in self.criteria}
        whole = sum(given.values())
        return {key: weight / whole for key, weight in given.items()}

    @property
    def weights_given(self) -> bool:
        """Whether somebody set weights. No scheme that was found publishes any."""
        return any(one.weight is not None for one in self.criteria)

    def weights_note(self, lang: Lang) -> str:
        """The sentence that stands beside the weights."""
        return say("scheme.weights_set" if self.weights_given else "scheme.weights_equal", lang)

    def attester(self, ore: int) -> Attester | None:
        """Who attests the accounts of an award of ``ore``: the highest tier that it has come to; None where unknown."""
        reached = [one for one in self.attestation if one.covers(ore)]
        return max(reached, key=lambda one: (one.ore, one.above)).by if reached else None

    def last_day(self, what: Literal["acceptance", "report", "appeal"], begins: dt.date) -> dt.date | None:
        """The last day to accept, report or appeal, counted from the letter, the event's end or the decision."""
        term: Term | None = getattr(self, what)
        return None if term is None else term.period.after(begins)


def word(kind: Literal["form", "applicant", "when", "attester", "rule"], key: str, lang: Lang) -> str:
    """What a form of support, a kind of applicant, a part of the payout, an attester or a section is called."""
    return say(f"scheme.{kind}.{key}", lang)


def strategy_criteria(source: str) -> tuple[Criterion, ...]:
    """The six areas of the region's strategy as criteria, for an owner that weighs by them."""
    return tuple(
        Criterion(area, Words(strategy_name(area, "nb"), strategy_name(area, "en")), source)
        for area in strategy_areas()
    )
