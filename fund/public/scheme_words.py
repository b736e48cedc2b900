"""A scheme's rules in plain words, for who hasn't begun to apply: each with the section it is of and its source.

    for one in rule_lines(scheme, "nb"):
        print(one.section, one.text, one.source)

What the scheme says nothing about isn't there; :attr:`Scheme.not_found` lists it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from data.clock import day, written
from data.numbers import percent
from data.phrases import Lang, say
from fund.rulebook.schemes import Asked, Cap, Deadline, Scheme, Statement, Term, Tier, word

_SOME_YEAR = 2001
_YEAR_DAY = {"nb": "d. MMMM", "en": "d MMMM"}
_DECIMALS = 2


@dataclass(frozen=True)
class RuleLine:
    """A rule as people read it: what the section is called, what it says, and where it was found."""

    section: str
    text: str
    source: str


def rule_lines(scheme: Scheme, lang: Lang) -> list[RuleLine]:
    """Every rule of the scheme, in the order in which people read them."""
    return [
        RuleLine(word("rule", section, lang), text, source)
        for section, said in _SECTIONS
        for text, source in said(scheme, lang)
    ]


def most_lines(scheme: Scheme, lang: Lang) -> list[str]:
    """The forms of support, and the most that is given: what one asks first."""
    return [text for said in (_forms, _caps) for text, _ in said(scheme, lang)]


_Said = Iterator[tuple[str, str]]


def _applicants(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.applicants:
        yield _applicant_line("applicants", rule.kinds, lang), rule.source
        if rule.case_by_case:
            yield _applicant_line("case_by_case", rule.case_by_case, lang), rule.source


def _applicant_line(key: str, kinds: Iterable[str], lang: Lang) -> str:
    return say(f"scheme_words.{key}", lang, known=", ".join(word("applicant", kind, lang) for kind in kinds))


def _forms(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.forms:
        known = ", ".join(word("form", form, lang) for form in rule.allowed)
        yield say("scheme_words.forms", lang, known=known), rule.source


def _frame(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.frame:
        text = say("scheme_words.frame", lang, ore_most=rule.ore)
        yield (
            text
            if rule.year is None
            else say("scheme_words.frame_of_year", lang, ore_most=rule.ore, year=str(rule.year)),
            rule.source,
        )


def _caps(scheme: Scheme, lang: Lang) -> _Said:
    for cap in scheme.caps:
        yield _cap(cap, lang), cap.source


def _cap(cap: Cap, lang: Lang) -> str:
    most = {"share": _percent(cap.share, lang)} if cap.share is not None else {"ore_most": cap.ore}
    text = say(f"scheme_words.caps.{cap.kind}", lang, **most)
    only = []
    if cap.form is not None:
        only.append(say("scheme_words.only_form", lang, form=word("form", cap.form, lang)))
    if cap.budget_below is not None:
        only.append(say("scheme_words.only_below", lang, ore_budget=cap.budget_below))
    return " ".join([text, *only])


def _deadlines(scheme: Scheme, lang: Lang) -> _Said:
    for one in scheme.deadlines:
        yield _deadline(one, lang), one.source


def _deadline(one: Deadline, lang: Lang) -> str:
    if one.on is not None:
        return say("scheme_words.deadlines.on", lang, day=day(one.on, lang))
    if one.period is not None:
        return say("scheme_words.deadlines.before", lang, period=one.period.words(lang))
    if one.day is None:
        return say("scheme_words.deadlines.rolling", lang)
    yearly = _year_day(one.day, lang)
    if one.first is None or one.last is None:
        return say("scheme_words.deadlines.yearly", lang, day=yearly)
    ends = {"first": _year_day(one.first, lang), "last": _year_day(one.last, lang)}
    return say("scheme_words.deadlines.window", lang, day=yearly, **ends)


def _attachments(scheme: Scheme, lang: Lang) -> _Said:
    return _asked(scheme.attachments, lang)


def _fields(scheme: Scheme, lang: Lang) -> _Said:
    return _asked(scheme.fields, lang)


def _conditions(scheme: Scheme, lang: Lang) -> _Said:
    return _asked(scheme.conditions, lang)


def _asked(found: Iterable[Asked], lang: Lang) -> _Said:
    for one in found:
        yield one.words(lang), one.source


def _strategy(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.strategy:
        yield say("scheme_words.strategy", lang, least=rule.least), rule.source


def _criteria(scheme: Scheme, lang: Lang) -> _Said:
    for one in scheme.criteria:
        share = _percent(scheme.weights[one.key], lang)
        yield say("scheme_words.criterion", lang, what=one.words(lang), share=share), one.source


def _term(key: str, term: Term | None, lang: Lang) -> _Said:
    if term is not None:
        yield say(f"scheme_words.term.{key}", lang, period=term.period.words(lang)), term.source


def _acceptance(scheme: Scheme, lang: Lang) -> _Said:
    return _term("acceptance", scheme.acceptance, lang)


def _report(scheme: Scheme, lang: Lang) -> _Said:
    return _term("report", scheme.report, lang)


def _appeal(scheme: Scheme, lang: Lang) -> _Said:
    return _term("appeal", scheme.appeal, lang)


def _payout(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.payout:
        parts = ", ".join(f"{_percent(share, lang)} {word('when', when, lang)}" for when, share in rule.parts)
        yield say("scheme_words.payout", lang, parts=parts), rule.source
        if rule.pro_rata:
            yield say("scheme_words.pro_rata", lang), rule.source


def _withheld(scheme: Scheme, lang: Lang) -> _Said:
    if rule := scheme.withheld:
        yield say("scheme_words.withheld", lang, share=_percent(rule.share, lang)), rule.source


def _attestation(scheme: Scheme, lang: Lang) -> _Said:
    for one in sorted(scheme.attestation, key=lambda tier: (tier.ore, tier.above)):
        yield _tier(one, lang), one.source


def _tier(one: Tier, lang: Lang) -> str:
    by = word("attester", one.by, lang)
    if not one.ore:
        return say("scheme_words.tier.all", lang, by=by)
    key = "above" if one.above else "from"
    return say(f"scheme_words.tier.{key}", lang, by=by, ore_award=one.ore)


def _lapse(scheme: Scheme, lang: Lang) -> _Said:
    return _statement(scheme.lapse, lang)


def _clawback(scheme: Scheme, lang: Lang) -> _Said:
    return _statement(scheme.clawback, lang)


def _statement(held: Statement | None, lang: Lang) -> _Said:
    if held is not None:
        yield held.words(lang), held.source


def _percent(share: Fraction | None, lang: Lang) -> str:
    """A share with no more decimals than it has, at most two."""
    whole = (share or Fraction(0)) * 100
    decimals = next((some for some in range(_DECIMALS) if whole * 10**some % 1 == 0), _DECIMALS)
    return percent(float(whole) / 100, lang, decimals)


def _year_day(held: tuple[int, int], lang: Lang) -> str:
    return written(dt.date(_SOME_YEAR, *held), _YEAR_DAY[lang], lang)


_SECTIONS: tuple[tuple[str, Callable[[Scheme, Lang], _Said]], ...] = (
    ("applicants", _applicants),
    ("forms", _forms),
    ("frame", _frame),
    ("caps", _caps),
    ("deadlines", _deadlines),
    ("attachments", _attachments),
    ("fields", _fields),
    ("conditions", _conditions),
    ("strategy", _strategy),
    ("criteria", _criteria),
    ("acceptance", _acceptance),
    ("payout", _payout),
    ("withheld", _withheld),
    ("attestation", _attestation),
    ("report", _report),
    ("lapse", _lapse),
    ("clawback", _clawback),
    ("appeal", _appeal),
)
