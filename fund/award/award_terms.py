"""The terms of an award: taken from the call's rules and from what was decided on, and frozen with the offer.

A later change of the scheme never changes an award. What the scheme says nothing about is None; the two days that an
award can't do without, to accept by and to report by, then follow from the program's limits, and ``by_scheme`` says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from sqlite_utils import Database

from data.limits import limit
from fund.intake.calls import call_at, call_scheme
from fund.intake.contents import read_contents
from fund.intake.revisions import revision_at
from fund.rulebook.periods import Period
from fund.rulebook.schemes import Attester, PayoutWhen, Scheme, Statement, Words


@dataclass(frozen=True)
class Terms:
    """The terms of one award. Amounts are øre, shares exact.

    ``asked``, ``cost`` and ``eligible`` are of the ``revision`` that was decided on; ``parts`` is the scheme's payout
    split, ``withheld`` the share that waits for the final report, ``attester`` who attests accounts of this award.
    """

    call: int
    scheme: str
    year: int
    revision: int
    title: str
    municipality: str
    first_day: dt.date | None
    last_day: dt.date | None
    asked: int
    cost: int
    eligible: int
    acceptance: Period
    report: Period
    by_scheme: Mapping[str, bool]
    parts: tuple[tuple[PayoutWhen, Fraction], ...]
    pro_rata: bool
    withheld: Fraction
    attester: Attester | None
    appeal: Period | None
    lapse: Words | None
    clawback: Words | None

    def document(self) -> dict[str, Any]:
        """The terms as they are stored; :func:`read_terms` reads them back."""
        changed = {name: write(getattr(self, name)) for name, (write, _) in _STORED.items()}
        return {name: changed.get(name, getattr(self, name)) for name in self.__dataclass_fields__}


def terms_of(db: Database, application: int, call: int, revision: int, amount: int) -> Terms:
    """The terms of an award of ``amount`` øre on a revision of an application, by the rules of its call."""
    scheme, said = call_scheme(db, call), revision_at(db, application, revision).body["document"]
    contents, _ = read_contents(said)
    return Terms(
        call=call,
        scheme=scheme.key,
        year=call_at(db, call).year,
        revision=revision,
        title=contents.title,
        municipality=contents.municipality,
        first_day=contents.first_day,
        last_day=contents.last_day,
        asked=contents.asked or 0,
        cost=contents.plan.cost,
        eligible=contents.plan.eligible,
        acceptance=scheme.acceptance.period if scheme.acceptance else Period(limit("acceptance"), "days"),
        report=scheme.report.period if scheme.report else Period(limit("reporting"), "days"),
        by_scheme={"acceptance": scheme.acceptance is not None, "report": scheme.report is not None},
        parts=scheme.payout.parts if scheme.payout else (),
        pro_rata=scheme.payout is not None and scheme.payout.pro_rata,
        withheld=scheme.withheld.share if scheme.withheld else Fraction(0),
        attester=scheme.attester(amount),
        appeal=_appeal(scheme),
        lapse=_words(scheme.lapse),
        clawback=_words(scheme.clawback),
    )


def read_terms(stored: Mapping[str, Any]) -> Terms:
    """The terms as they were frozen."""
    return Terms(**{**stored, **{name: read(stored[name]) for name, (_, read) in _STORED.items()}})


def _appeal(scheme: Scheme) -> Period | None:
    return scheme.appeal.period if scheme.appeal else None


def _words(rule: Statement | None) -> Words | None:
    return rule.words if rule else None


def _if_any(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda one: None if one is None else convert(one)


_DAY = (_if_any(dt.date.isoformat), _if_any(dt.date.fromisoformat))
_PERIOD = (_if_any(str), _if_any(Period.read))
_WORDS = (_if_any(asdict), _if_any(lambda one: Words(**one)))
_STORED: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "first_day": _DAY,
    "last_day": _DAY,
    "acceptance": _PERIOD,
    "report": _PERIOD,
    "appeal": _PERIOD,
    "parts": (
        lambda parts: [[when, str(share)] for when, share in parts],
        lambda parts: tuple((when, Fraction(share)) for when, share in parts),
    ),
    "withheld": (str, Fraction),
    "lapse": _WORDS,
    "clawback": _WORDS,
}
"""How a term that JSON doesn't have is stored, and read."""
