"""The event as it turned out: the forecast's document with what was measured put in, number by number.

Everything here makes a new document of one and leaves the old one as it was, so that what a source would change can be
shown before it is taken in (:func:`differing_numbers`). A number that nobody measured stays as it was forecast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.audit import canonical
from data.faults import Fault, Faults
from data.paths import NOTHING, Path, at, parts, put
from data.phrases import say
from data.value import Value
from impact.counts.outcome import NightSold
from impact.register import Document

_FIGURES = frozenset({"value", "low", "mode", "high", "ref", "of"})
_NO_NUMBERS = ("price_year", "degree", "n")
"""Whole numbers of a document that are names or codes."""
COUNTED = "counted_visits"
"""The name of the shared number that a count of visits becomes where the forecast had none."""


@dataclass(frozen=True)
class Field:
    """One number: its path by names, as it was forecast and as it turned out (as documents write it); None where it
    isn't there. ``measured`` says whether it is another number than the forecast's, or the same on other grounds."""

    path: Path
    forecast: Any
    outcome: Any
    measured: bool

    @property
    def name(self) -> str:
        """Its path as inputs are called: ``audience/Visitors/visits``."""
        return "/".join(self.path)


def numbers(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """(path, number) of every number of a document, with its grounds; a shared one once, under its own name."""
    if isinstance(document, dict) and _FIGURES & document.keys() and parts(document) is None:
        if "ref" not in document:
            yield path, document
    elif (below := parts(document)) is not None:
        for name, one in below.items():
            yield from numbers(one, (*path, name))
    elif isinstance(document, int | float) and not isinstance(document, bool) and path[-1] not in _NO_NUMBERS:
        yield path, document


def compared_numbers(forecast: Document, outcome: Document) -> list[Field]:
    """Every number of the two documents, in the order of the outcome's; last those that are the forecast's alone.

    A shared number of the forecast that nothing uses any more is none of them.
    """
    after = dict(numbers(outcome))
    gone = {path: one for path, one in numbers(forecast) if path not in after and path[0] != "numbers"}
    found = []
    for path, one in after.items():
        before = at(forecast, path)
        if isinstance(before, dict) and "ref" in before:
            before = forecast["numbers"][before["ref"]]
        known = None if before is NOTHING else before
        found.append(Field(path, known, one, known is None or _grounds(before, forecast) != _grounds(one, outcome)))
    return [*found, *(Field(path, one, None, measured=True) for path, one in gone.items())]


def _grounds(number: Any, document: Document) -> tuple[Any, ...]:
    """What tells a number from another: its figures and what it stands on, shared, a part or its own."""
    if not isinstance(number, dict):
        return (float(number),)
    own = number["share"] if "of" in number and isinstance(number["share"], dict) else number
    ends = (own.get("low"), own.get("high")) if "of" not in number else ()
    return (float(f"{mode_of(number, document):.12g}"), *ends, own.get("evidence"), own.get("source"))


def differing_numbers(one: Document, other: Document) -> list[Field]:
    """What ``other`` has otherwise than ``one``."""
    return [field for field in compared_numbers(one, other) if field.measured]


def unmeasured(fields: Iterable[Field], tree: Mapping[str, Any]) -> list[Field]:
    """The numbers that are as forecast, those first that move the forecast's value added most."""
    swings = [one["path"].removesuffix("/share") for one in tree["tornado"]]
    order = {path: place for place, path in enumerate(swings)}
    left = [one for one in fields if not one.measured]
    return sorted(left, key=lambda one: order.get(one.name, len(order)))


# -- what was measured, put in


def with_number(document: Document, path: Path, number: Any) -> Document:
    """One number measured: in place of what stands there, shared or a part of a whole as it may be."""
    if at(document, path) is NOTHING:
        raise LookupError(f"the event has no {'/'.join(path)}")
    return _copied_with(document, [(path, number)])


def with_survey(document: Document, audiences: Iterable[Mapping[str, Any]]) -> Document:
    """What a visitor survey measured of each audience (:func:`impact.survey.entries.survey_entries`).

    An audience is the forecast's by role and home. Where the forecast has several alike, each gets what is counted per
    person, and none the visits, which the survey can't tell apart. One that the forecast hasn't is added, where the
    survey says how many came.
    """
    made = document
    for measured in audiences:
        alike = [row for row in made.get("audience", []) if _group(row) == _group(measured)]
        for row in alike:
            made = _copied_with(made, _of_audience(row, measured, alone=len(alike) == 1))
        if not alike and measured.keys() & {"visits", "persons"}:
            names = [row["name"] for row in made.get("audience", [])]
            if measured["name"] not in names:
                made = {**made, "audience": [*made.get("audience", []), dict(measured)]}
    return made


def with_visits(document: Document, visits: Value) -> Document:
    """A count of all visits (person-days), shared out on the audiences that are given in visits, as in the forecast.

    Where those are all parts of one named total, the count takes the total's place. Raises :class:`Faults` where no
    audience is given in visits: a count of visits says nothing of persons.
    """
    rows = [row for row in document.get("audience", []) if "visits" in row]
    if not rows:
        raise Faults([Fault("", "", "", "evaluation.no_visits")])
    totals = {row["visits"].get("of") if isinstance(row["visits"], dict) else None for row in rows}
    if len(totals) == 1 and (total := totals.pop()) is not None:
        return _copied_with(document, [(("numbers", total), visits.as_dict())])
    modes = {row["name"]: mode_of(row["visits"], document) for row in rows}
    whole = sum(modes.values())
    if not whole:
        raise Faults([Fault("", "", "", "evaluation.no_visits")])
    source = say("evaluation.as_forecast_mix", "nb")
    changes: list[tuple[Path, Any]] = [(("numbers", COUNTED), visits.as_dict())]
    for name, mode in modes.items():
        share = {"value": mode / whole, "evidence": "assumed", "source": source}
        changes.append((("audience", name, "visits"), {"of": COUNTED, "share": share}))
    return _copied_with({**document, "numbers": document.get("numbers", {})}, changes)


def with_nights(document: Document, nights: Iterable[NightSold]) -> Document:
    """Rooms sold night by night, with the rooms there were and what is sold without the event where that is known.

    Raises :class:`Faults` with the nights that the count lacks, or that have nothing to be held against.
    """
    sold = {one.date.isoformat(): one.as_dict() for one in nights}
    rows = {str(row["date"]): row for row in document.get("night", [])}
    lacking = [date for date in rows if date not in sold]
    bare = [date for date, row in sold.items() if date not in rows and "baseline_sold" not in row]
    faults = [Fault("", date, "", "evaluation.night_lacking") for date in lacking]
    faults += [Fault("", date, "", "evaluation.night_without_baseline") for date in bare]
    if faults:
        raise Faults(faults)
    return {**document, "night": [{**rows.get(date, {}), **row} for date, row in sorted(sold.items())]}


def with_account(document: Document, costs: Mapping[str, Any], incomes: Mapping[str, Any]) -> Document:
    """The organiser's account as it ended: the amount of each cost and income by its line, with evidence and source.

    Raises LookupError for a line that the event hasn't.
    """
    lines = [("organiser_cost", name, one) for name, one in costs.items()]
    lines += [("organiser_income", name, one) for name, one in incomes.items()]
    for section, name, amount in lines:
        document = with_number(document, (section, name, "amount"), amount)
    return document


def mode_of(number: Any, document: Document) -> float:
    """The mode of a number as a document writes it, shared or a part as it may be."""
    if not isinstance(number, dict):
        return float(number)
    if "ref" in number:
        return mode_of(document["numbers"][number["ref"]], document)
    if "of" in number:
        return mode_of(document["numbers"][number["of"]], document) * mode_of(number["share"], document)
    return float(number["mode"] if "mode" in number else number["value"])


def _group(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row.get("role"), row.get("home")


def _of_audience(row: Mapping[str, Any], measured: Mapping[str, Any], *, alone: bool) -> list[tuple[Path, Any]]:
    """What changes in one audience. It is given in visits or in persons, never in both."""
    place: Path = ("audience", str(row["name"]))
    changes: list[tuple[Path, Any]] = []
    for field, number in measured.items():
        if field in ("name", "role", "home") or (field in ("visits", "persons") and not alone):
            continue
        if field == "spend":
            changes += [((*place, field, category), one) for category, one in number.items()]
            continue
        if field in ("visits", "persons"):
            changes.append(((*place, "persons" if field == "visits" else "visits"), NOTHING))
        changes.append(((*place, field), number))
    return changes


def _copied_with(document: Document, changes: Iterable[tuple[Path, Any]]) -> Document:
    made: Document = json.loads(canonical(document))
    broken = set()
    for path, number in changes:
        before = at(made, path)
        if isinstance(before, dict) and "of" in before and path[0] == "audience":
            broken.add(before["of"])
        put(made, path, number)
    for path, number in list(numbers(made)):
        if isinstance(number, dict) and number.get("of") in broken:
            put(made, path, _own(number, document))
    return _without_unused(made)


def _own(part: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """A part of a total as a number of its own, on the grounds of its share: the total's other parts have left it."""
    whole, share = mode_of(document["numbers"][part["of"]], document), part["share"]
    if not isinstance(share, dict):
        return {"value": whole * share, "evidence": "assumed", "source": say("evaluation.as_forecast_mix", "nb")}
    figures = {name: whole * share[name] for name in ("value", "low", "mode", "high") if name in share}
    return {**figures, "evidence": share["evidence"], "source": share["source"]}


def _without_unused(document: Document) -> Document:
    """The document without shared numbers that nothing uses any more: nobody is to be asked whether they were right."""
    if not (named := document.get("numbers")):
        return document
    used = set(_used({key: one for key, one in document.items() if key != "numbers"}))
    kept = {name: one for name, one in named.items() if name in used}
    return {**{key: one for key, one in document.items() if key != "numbers"}, **({"numbers": kept} if kept else {})}


def _used(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        yield from (str(document[key]) for key in ("ref", "of") if isinstance(document.get(key), str))
    for one in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _used(one)
