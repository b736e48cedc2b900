"""A scheme's rules held against an application: each rule, whether it holds, and with which figures.

    for one in check(scheme, facts):
        print(one.holds, one.sentence("nb"))

A rule holds (True), fails (False), or can't be told yet because something isn't filled in or somebody must decide
(None). Nothing here is a decision: who may grant what is the board's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, Literal

from data.clock import day, written
from data.numbers import percent
from data.phrases import Lang, say
from fund.books.money import checked
from fund.rulebook.periods import Period
from fund.rulebook.schemes import ApplicantKind, Asked, Cap, Deadline, Form, Scheme, Words, word

_YEAR_DAY: Mapping[Lang, str] = {"nb": "d. MMMM", "en": "d MMMM"}
_SOME_YEAR = 2001
MOST_DECIMALS = 9


@dataclass(frozen=True)
class Facts:
    """What an application says so far; None where it doesn't. Amounts are øre, days are Norwegian days.

    ``asked`` is what is asked for, a guarantee's whole cap. ``granted_this_year`` is what the organiser was granted in
    the event's year before. ``closes`` is the last day of the call, where there is one. ``confirmed`` holds the
    applicant's answers to the scheme's conditions, ``strategy`` the degree of fit by area. Raises :class:`Faults` for
    amounts that aren't whole øre.
    """

    applicant: ApplicantKind | None = None
    form: Form | None = None
    asked: int | None = None
    costs: int | None = None
    running_costs: int | None = None
    financed: int | None = None
    granted_this_year: int | None = None
    event_first: dt.date | None = None
    sent: dt.date | None = None
    closes: dt.date | None = None
    attachments: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    confirmed: Mapping[str, bool] = field(default_factory=dict)
    strategy: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.type == "int | None" and value is not None:
                checked(value, one.name, least=0)


@dataclass(frozen=True)
class RuleCheck:
    """One rule: its name, whether it holds, the figures behind that, and the source the rule was found in."""

    rule: str
    holds: bool | None
    figures: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def sentence(self, lang: Lang) -> str:
        """The rule and what stands against it, in plain words."""
        end = {True: "holds", False: "fails", None: "open"}[self.holds]
        return say(f"rules.{self.rule}.{end}", lang, **_in_words(self.figures, lang))


def check(scheme: Scheme, facts: Facts) -> list[RuleCheck]:
    """Every rule that bears on the application, in the order in which people read them."""
    return [found for section in _SECTIONS for found in section(scheme, facts)]


def failing(checks: Iterable[RuleCheck]) -> list[RuleCheck]:
    """Those that don't hold."""
    return [one for one in checks if one.holds is False]


def undecided(checks: Iterable[RuleCheck]) -> list[RuleCheck]:
    """Those that can't be told yet."""
    return [one for one in checks if one.holds is None]


def highest(scheme: Scheme, facts: Facts) -> int | None:
    """The most that the scheme's caps leave the application, in øre; None where no cap that can be told bears on it."""
    found = [_most(cap, facts) for cap in scheme.caps if cap.applies(facts.form, facts.costs)]
    known = [one for one in found if one is not None]
    return max(0, min(known)) if known else None


# -- the rules, one section each


def _applicants(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    rule = scheme.applicants
    if rule is None:
        return
    known = tuple(_Named("applicant", kind) for kind in rule.kinds)
    if facts.applicant is None:
        yield RuleCheck("applicants", None, {"known": known}, rule.source)
    elif facts.applicant in rule.case_by_case:
        yield RuleCheck("case_by_case", None, {"applicant": _Named("applicant", facts.applicant)}, rule.source)
    else:
        figures = {"known": known, "applicant": _Named("applicant", facts.applicant)}
        yield RuleCheck("applicants", facts.applicant in rule.kinds, figures, rule.source)


def _forms(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    if scheme.forms is None:
        return
    figures: dict[str, Any] = {"known": tuple(_Named("form", form) for form in scheme.forms.allowed)}
    if facts.form is not None:
        figures["form"] = _Named("form", facts.form)
    holds = None if facts.form is None else facts.form in scheme.forms.allowed
    yield RuleCheck("forms", holds, figures, scheme.forms.source)


def _frame(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    if scheme.frame is not None:
        yield _at_most("frame", scheme.frame.ore, facts.asked, {}, scheme.frame.source)


def _caps(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    for cap in scheme.caps:
        applies = cap.applies(facts.form, facts.costs)
        if applies is not False:
            yield _cap(cap, facts, applies)


def _cap(cap: Cap, facts: Facts, applies: bool | None) -> RuleCheck:
    """One cap. A share is held to exactly: one øre above it is above it."""
    most = _most(cap, facts) if applies else None
    if cap.share is not None:
        if most is None or facts.asked is None:
            return RuleCheck(f"caps.{cap.kind}", None, {"most": cap.share}, cap.source)
        whole = _whole(cap, facts)
        assert whole is not None
        figures: dict[str, Any] = {"most": cap.share, "ore_whole": whole}
        if not whole:
            return _at_most("caps.no_costs", most, facts.asked, {}, cap.source)
        figures["asked"] = Fraction(facts.asked, whole)
        return _at_most(f"caps.{cap.kind}", most, facts.asked, figures, cap.source)
    if cap.budget_below is not None:
        return _at_most("caps.small_budget", most, facts.asked, {"ore_budget": cap.budget_below}, cap.source, cap.ore)
    if cap.kind == "organiser_year":
        figures = {"ore_before": facts.granted_this_year or 0, "ore_cap": cap.ore}
        return _at_most("caps.organiser_year", most, facts.asked, figures, cap.source, cap.ore)
    return _at_most("caps.amount", most, facts.asked, {}, cap.source, cap.ore)


def _whole(cap: Cap, facts: Facts) -> int | None:
    """What a cap's share is of."""
    return facts.running_costs if cap.kind == "running_share" else facts.costs


def _most(cap: Cap, facts: Facts) -> int | None:
    """The most that a cap leaves, in øre; below 0 where the organiser has had more than the cap."""
    if cap.share is not None:
        whole = _whole(cap, facts)
        return None if whole is None else int(cap.share * whole)  # whole øre below the exact share
    if cap.kind == "organiser_year":
        assert cap.ore is not None
        return None if facts.granted_this_year is None else cap.ore - facts.granted_this_year
    return cap.ore


def _deadlines(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    if facts.closes is not None:
        yield _by("deadlines.call", facts.closes, facts.sent, {}, "")
        return
    found = [_deadline(one, facts) for one in scheme.deadlines if not _for_other_events(one, facts)]
    days = [one for one in found if one.rule == "deadlines.on"]
    yield from (one for one in found if one.rule != "deadlines.on")
    if days:  # several rounds: the first that isn't past, or the last of all
        yield next((one for one in days if one.holds is not False), days[-1])


def _deadline(one: Deadline, facts: Facts) -> RuleCheck:
    if one.kind == "rolling":
        return RuleCheck("deadlines.rolling", True, {}, one.source)
    if one.kind == "on":
        assert one.on is not None
        return _by("deadlines.on", one.on, facts.sent, {}, one.source)
    if one.kind == "before":
        assert one.period is not None
        last = None if facts.event_first is None else one.period.before(facts.event_first)
        return _by("deadlines.before", last, facts.sent, {"period": one.period}, one.source)
    assert one.day is not None
    yearly = dt.date(_SOME_YEAR, *one.day)
    if one.first is None or one.last is None:  # which events it is for, the call says
        return RuleCheck("deadlines.yearly", None, {"yearly": _YearDay(yearly)}, one.source)
    figures = {"first": _YearDay(dt.date(_SOME_YEAR, *one.first)), "last": _YearDay(dt.date(_SOME_YEAR, *one.last))}
    last = None
    if facts.event_first is not None:
        this_year = yearly.replace(year=facts.event_first.year)
        last = this_year if this_year < facts.event_first else this_year.replace(year=this_year.year - 1)
    return _by("deadlines.window", last, facts.sent, {**figures, "yearly": _YearDay(yearly)}, one.source)


def _for_other_events(one: Deadline, facts: Facts) -> bool:
    """Whether a deadline is for events of another part of the year."""
    if one.first is None or one.last is None or facts.event_first is None:
        return False
    return not one.first <= (facts.event_first.month, facts.event_first.day) <= one.last


def _attachments(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    for one in scheme.attachments:
        yield _asked("attachments", one, one.key in facts.attachments)


def _fields(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    for one in scheme.fields:
        yield _asked("fields", one, one.key in facts.filled)


def _conditions(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    for one in scheme.conditions:
        yield _asked("conditions", one, facts.confirmed.get(one.key))


def _strategy(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    if scheme.strategy is None:
        return
    figures = {"least": scheme.strategy.least}
    if facts.strategy is None:
        yield RuleCheck("strategy", None, figures, scheme.strategy.source)
        return
    fits = sum(degree > 0 for degree in facts.strategy.values())
    yield RuleCheck("strategy", fits >= scheme.strategy.least, {**figures, "fits": fits}, scheme.strategy.source)


def _balance(scheme: Scheme, facts: Facts) -> Iterator[RuleCheck]:
    """A budget and its finance plan come to the same: so in every scheme."""
    if facts.costs is None or facts.financed is None:
        yield RuleCheck("balance", None)
    else:
        off = abs(facts.costs - facts.financed)
        figures = {"ore_costs": facts.costs, "ore_financed": facts.financed, "ore_off": off}
        yield RuleCheck("balance", not off, figures)


_SECTIONS: tuple[Callable[[Scheme, Facts], Iterator[RuleCheck]], ...] = (
    _applicants,
    _forms,
    _frame,
    _caps,
    _deadlines,
    _attachments,
    _fields,
    _conditions,
    _strategy,
    _balance,
)


def _at_most(
    rule: str, most: int | None, asked: int | None, figures: Mapping[str, Any], source: str, told: int | None = None
) -> RuleCheck:
    """A check of what is asked against the most that is given; ``told`` is the limit that can be named meanwhile."""
    if most is None or asked is None:
        named = most if told is None else told
        return RuleCheck(rule, None, {**figures, "ore_most": named or 0}, source)
    shown = {**figures, "ore_most": max(0, most), "ore_asked": asked, "ore_over": asked - max(0, most)}
    return RuleCheck(rule, asked <= most, shown, source)


def _by(rule: str, last: dt.date | None, sent: dt.date | None, figures: Mapping[str, Any], source: str) -> RuleCheck:
    """A check that something is sent on its last day or before."""
    if last is None:
        return RuleCheck(rule, None, figures, source)
    if sent is None:
        return RuleCheck("deadlines.last_day", None, {"last_day": last}, source)
    shown = {**figures, "last_day": last, "sent": sent, "late": Period(max(0, (sent - last).days), "days")}
    return RuleCheck(rule, sent <= last, shown, source)


def _asked(rule: Literal["attachments", "fields", "conditions"], one: Asked, given: bool | None) -> RuleCheck:
    return RuleCheck(rule, given, {"what": one.words}, one.source)


# -- figures in words


@dataclass(frozen=True)
class _Named:
    """A form of support or a kind of applicant, to be named in the reader's language."""

    kind: Literal["form", "applicant"]
    key: str


@dataclass(frozen=True)
class _YearDay:
    """A date of every year."""

    day: dt.date


def _in_words(figures: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Figures as a sentence has them; shares with as many decimals as it takes to tell them apart."""
    shares = {one for one in figures.values() if isinstance(one, Fraction)}
    decimals = next(
        (some for some in range(MOST_DECIMALS) if len({_percent(one, lang, some) for one in shares}) == len(shares)),
        MOST_DECIMALS,
    )
    return {name: _one_in_words(value, lang, decimals) for name, value in figures.items()}


def _one_in_words(value: Any, lang: Lang, decimals: int) -> Any:
    match value:
        case Fraction():
            return _percent(value, lang, decimals)
        case dt.date():
            return day(value, lang)
        case _YearDay():
            return written(value.day, _YEAR_DAY[lang], lang)
        case Period():
            return value.words(lang)
        case Words():
            return value(lang)
        case _Named():
            return word(value.kind, value.key, lang)
        case tuple():
            return ", ".join(str(_one_in_words(one, lang, decimals)) for one in value)
    return value


def _percent(share: Fraction, lang: Lang, decimals: int) -> str:
    """A share as percent, rounded exactly, half to even."""
    return percent(float(round(share * 100, decimals)) / 100, lang, decimals)
