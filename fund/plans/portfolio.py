"""The cases of a call beside each other: what each may get, what limits them together, and whether a plan keeps within.

A plan gives each case nothing, the least that its event can run on, or what it asks for. Every check here is whole
numbers of øre, so that a plan is within its limits or it is not. Nothing here decides: a plan is never a decision.

What always holds of a plan that this package hands out: :func:`overruns` finds nothing in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from data.dated import Parameter, Parameters, read_parameters
from data.faults import Fault, Faults, shown

Form = Literal["grant", "guarantee", "loan"]
GroupKind = Literal["frame", "organiser", "undertaking", "exposure", "scheme"]
LimitKind = Literal["frame", "amount", "share", "organiser", "undertaking", "exposure", "scheme"]
Amounts = Mapping[str, int]
"""Øre by the case's id; a case that gets nothing isn't there."""

ORE_MOST = 2**53
"""Above this a whole number is no longer exact everywhere it is shown or stored."""


@dataclass(frozen=True)
class ValueAdded:
    """Net value added of a locked estimate, in whole kroner: P10, P50 and P90 over its draws."""

    p10: int
    p50: int
    p90: int


@dataclass(frozen=True)
class Case:
    """An application as the portfolio sees it.

    ``asked``, ``least`` and ``cost`` are øre: what is asked for, the least that the event can run on (0 where it runs
    without), and what the event costs. ``score`` is the mean over scorers and criteria, weighted as the scheme says,
    None where nobody has scored; ``partner_scores`` the mean of each partner's own delegates. ``value_added`` is None
    where no estimate is locked.
    """

    id: str
    organiser: str
    asked: int
    least: int
    cost: int
    form: Form = "grant"
    municipality: str = ""
    score: Fraction | None = None
    value_added: ValueAdded | None = None
    partner_scores: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Partner:
    """Someone who pays in: ``contributed`` is what the frame has from it, in øre."""

    id: str
    contributed: int


@dataclass(frozen=True)
class Group:
    """What several cases may get together: at most ``room`` øre. ``name`` is whom or what it is about.

    A ``scheme`` group has one case: the most that the scheme's rules leave it, whatever others get.
    """

    kind: GroupKind
    name: str
    members: frozenset[str]
    room: int


@dataclass(frozen=True)
class Caps:
    """The limits of a call: the frame in øre, and per case an amount in øre and a share of its cost."""

    frame: int
    amount: int | None = None
    share: Fraction | None = None
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Terms:
    """The dated parameters that plans stand on, ``portfolio.…`` in ``data/parameters``.

    ``approval`` and ``top_score`` are points, ``raise_by`` and ``raise_at_most`` shares of the partners' budgets,
    ``step`` øre, ``time_limit`` seconds.
    """

    approval: Fraction
    raise_by: Fraction
    raise_at_most: Fraction
    step: int
    time_limit: float
    top_score: Fraction


def terms_on(date: dt.date, known: Mapping[str, Parameter] | None = None) -> Terms:
    """The terms that hold on ``date``, from the shipped parameters or from ``known``."""
    figures = {
        key: Fraction(str(figure))  # as it is written: 0.01 is a hundredth
        for key, figure in Parameters(known or read_parameters(), date).under("portfolio").items()
    }
    return Terms(
        approval=figures["approval"],
        raise_by=figures["raise_by"],
        raise_at_most=figures["raise_at_most"],
        step=round(100 * figures["step"]),
        time_limit=float(figures["time_limit"]),
        top_score=figures["top_score"],
    )


@dataclass(frozen=True)
class Hindrance:
    """A limit that an amount would break: ``room`` øre are left under it, ``needed`` øre are wanted."""

    kind: LimitKind
    name: str
    room: int
    needed: int

    @property
    def short(self) -> int:
        """How many øre are missing."""
        return self.needed - self.room


def organiser_groups(cases: Iterable[Case], per_year: int, given: Mapping[str, int]) -> tuple[Group, ...]:
    """One group an organiser: ``per_year`` øre less what it was ``given`` earlier in the year."""
    members: dict[str, set[str]] = {}
    for case in cases:
        members.setdefault(case.organiser, set()).add(case.id)
    return tuple(
        Group("organiser", name, frozenset(own), max(0, per_year - given.get(name, 0)))
        for name, own in sorted(members.items())
    )


def exposure_group(cases: Iterable[Case], room: int) -> Group:
    """The guarantees together: ``room`` is the exposure limit less the open caps, in øre."""
    return Group("exposure", "", frozenset(case.id for case in cases if case.form == "guarantee"), max(0, room))


def hindrances(case: Case, amount: int, caps: Caps, others: Amounts) -> list[Hindrance]:
    """Every limit that ``amount`` øre to ``case`` would break, beside what the ``others`` get.

    The case's own amount in ``others`` doesn't count: it is what is being replaced.
    """
    rest = {name: given for name, given in others.items() if name != case.id}
    rooms: list[tuple[LimitKind, str, int]] = [("frame", "", caps.frame - sum(rest.values()))]
    if caps.amount is not None:
        rooms.append(("amount", "", caps.amount))
    if caps.share is not None:
        rooms.append(("share", "", int(caps.share * case.cost)))
    for group in caps.groups:
        if case.id in group.members:
            taken = sum(given for name, given in rest.items() if name in group.members)
            rooms.append((group.kind, group.name, group.room - taken))
    return [Hindrance(kind, name, max(0, room), amount) for kind, name, room in rooms if amount > room]


def levels(case: Case, caps: Caps) -> tuple[int, ...]:
    """The amounts above nothing that the case may get if it were alone, smallest first: at most two."""
    wanted = sorted({amount for amount in (case.least, case.asked) if amount > 0})
    return tuple(amount for amount in wanted if not hindrances(case, amount, caps, {}))


def overruns(cases: Sequence[Case], caps: Caps, amounts: Amounts) -> list[Hindrance]:
    """Every limit that a plan breaks; empty for a plan that keeps within.

    Raises ValueError for an amount that is neither the least nor what is asked, or a case that isn't there.
    """
    known = {case.id: case for case in cases}
    for name, amount in amounts.items():
        if name not in known or amount <= 0 or amount not in (known[name].least, known[name].asked):
            raise ValueError(f"{name} can't get {amount} øre")
    found: list[Hindrance] = []
    if sum(amounts.values()) > caps.frame:
        found.append(Hindrance("frame", "", caps.frame, sum(amounts.values())))
    for group in caps.groups:
        taken = sum(amount for name, amount in amounts.items() if name in group.members)
        if taken > group.room:
            found.append(Hindrance(group.kind, group.name, group.room, taken))
    for name, amount in amounts.items():
        alone = hindrances(known[name], amount, caps, {})
        found += [one for one in alone if one.kind in ("amount", "share")]
    return found


def ordered(cases: Iterable[Case]) -> list[Case]:
    """The cases by id: whatever order they come in, the same plan comes out."""
    return sorted(cases, key=lambda case: case.id)


@dataclass(frozen=True)
class Difference:
    """A case that not every plan treats alike: øre by the plan's name, 0 where it is out."""

    case: str
    amounts: Mapping[str, int]


def differences(plans: Mapping[str, Amounts]) -> list[Difference]:
    """The cases that get different amounts in different plans, by id."""
    names = sorted({case for amounts in plans.values() for case in amounts})
    rows = [Difference(case, {plan: amounts.get(case, 0) for plan, amounts in plans.items()}) for case in names]
    return [row for row in rows if len(set(row.amounts.values())) > 1]


def shared(one: Amounts, other: Amounts) -> int:
    """How many øre two plans give to the same cases."""
    return sum(min(amount, other.get(name, 0)) for name, amount in one.items())


def sums(cases: Iterable[Case], amounts: Amounts, by: Literal["organiser", "municipality", "form"]) -> dict[str, int]:
    """What a plan gives in øre, by organiser, municipality or form of support."""
    found: dict[str, int] = {}
    for case in ordered(cases):
        if case.id in amounts:
            key = str(getattr(case, by))
            found[key] = found.get(key, 0) + amounts[case.id]
    return found


def value_added(cases: Iterable[Case], amounts: Amounts) -> int | None:
    """The P50s of a plan's cases added up, in kroner; None where no case in it has an estimate."""
    found = [case.value_added.p50 for case in cases if case.id in amounts and case.value_added is not None]
    return sum(found) if found else None


def mean_score(cases: Iterable[Case], amounts: Amounts) -> Fraction | None:
    """What a granted krone scores on average in a plan; None where nothing is granted or nobody has scored."""
    scored = [(case.score, amounts[case.id]) for case in cases if case.id in amounts and case.score is not None]
    whole = sum(amount for _, amount in scored)
    return sum((score * amount for score, amount in scored), Fraction(0)) / whole if whole else None


def check(cases: Sequence[Case], caps: Caps, terms: Terms, partners: Sequence[Partner] = ()) -> None:
    """Raise :class:`Faults` with everything that makes the input no portfolio."""
    faults = _ids("portfolio.twice", [case.id for case in cases])
    faults += _ids("portfolio.partner_twice", [partner.id for partner in partners])
    for case in cases:
        faults += _case_faults(case, terms.top_score)
    money = [("frame", caps.frame), *((f"{group.kind} {group.name}".strip(), group.room) for group in caps.groups)]
    money += [] if caps.amount is None else [("amount", caps.amount)]
    money += [(partner.id, partner.contributed) for partner in partners]
    faults += [fault for place, amount in money if (fault := _not_ore(place, amount))]
    if caps.share is not None and not _exact(caps.share, 1):
        faults.append(Fault("", "share", shown(caps.share), "portfolio.not_a_share"))
    if faults:
        raise Faults(faults)


def _ids(code: str, names: Sequence[str]) -> list[Fault]:
    return [Fault("", name, name, code) for name in sorted({name for name in names if names.count(name) > 1})]


def _case_faults(case: Case, top: Fraction) -> list[Fault]:
    figures = (("asked", case.asked), ("least", case.least), ("cost", case.cost))
    faults = [fault for name, amount in figures if (fault := _not_ore(f"{case.id}: {name}", amount))]
    if not faults and not (case.least <= case.asked and case.asked > 0):
        asked = {"nok_asked": case.asked // 100, "nok_least": case.least // 100}
        faults.append(Fault("", f"{case.id}: least", "", "portfolio.least_above_asked", asked))
    marks = [("score", case.score), *((name, mark) for name, mark in case.partner_scores.items())]
    faults += [
        Fault("", f"{case.id}: {name}", shown(mark), "portfolio.not_a_score", {"top": str(top)})
        for name, mark in marks
        if mark is not None and not _exact(mark, top)
    ]
    band = case.value_added
    if band is not None and not (
        all(type(one) is int and abs(one) <= ORE_MOST // 100 for one in (band.p10, band.p50, band.p90))
        and band.p10 <= band.p50 <= band.p90
    ):
        found = f"{band.p10} / {band.p50} / {band.p90}"
        faults.append(Fault("", f"{case.id}: value_added", found, "portfolio.not_a_band"))
    return faults


def _not_ore(place: str, amount: object) -> Fault | None:
    """Øre are whole numbers, never floats, text or truth values."""
    if type(amount) is int and 0 <= amount <= ORE_MOST:
        return None
    return Fault("", place, shown(amount), "portfolio.not_ore")


def _exact(figure: object, most: Fraction | int) -> bool:
    """Whether a score or share is an exact number from 0 to ``most``."""
    return isinstance(figure, Fraction | int) and not isinstance(figure, bool) and 0 <= figure <= most
