"""A number of an event's document as people type it: text, evidence and source, and where in the document it stands.

A place is a path of keys and row numbers, ``("audience", 0, "visits")``, as the reader of events has it. What stands at
a place may be a number of its own, a reference to a shared number, or a part of one: what is typed goes to where the
number truly is. A row keeps its place by its name when rows move.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from data.numbers import percent
from data.phrases import Lang
from data.typed import Kind, Typed, read_number

Document = dict[str, Any]
Place = tuple[str | int, ...]
Manner = Literal["own", "shared", "part"]
FIGURES = ("value", "low", "mode", "high")


@dataclass(frozen=True)
class Entry:
    """What stands in the three fields of a number; ``evidence`` is "" until it is chosen."""

    text: str = ""
    evidence: str = ""
    source: str = ""

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.evidence or self.source.strip())

    @classmethod
    def of(cls, raw: Any, kind: Kind, lang: Lang) -> Entry:
        """The entry of a number as a document holds it; empty for what is none."""
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return cls(as_typed(raw, kind, lang))
        if not isinstance(raw, dict):
            return cls()
        figures = [raw[name] for name in FIGURES if isinstance(raw.get(name), int | float)]
        text = " / ".join(as_typed(one, kind, lang) for one in figures)
        return cls(text, str(raw.get("evidence") or ""), str(raw.get("source") or ""))

    def number(self, kind: Kind) -> dict[str, Any]:
        """The number as a document holds it. Raises :class:`data.faults.Faults` where the text can't be read."""
        grounds = {"evidence": self.evidence, "source": self.source.strip()}
        return {**figures(read_number(self.text, kind)), **grounds}


def figures(typed: Typed) -> dict[str, float]:
    """The figures of a number that was read, as a document names them."""
    if typed.low is None or typed.high is None:
        return {"value": _float(typed.mode)}
    return {"low": _float(typed.low), "mode": _float(typed.mode), "high": _float(typed.high)}


def as_typed(value: float, kind: Kind, lang: Lang) -> str:
    """``value`` as one would type it, so that it is read as the same number: ``229 000``, ``2,5``, ``62 %``."""
    exact = Decimal(repr(value))
    if kind == "share":
        exact *= 100
    head, _, tail = f"{abs(exact):f}".partition(".")
    tail = tail.rstrip("0")
    if len(tail) == 3 and len(head) <= 3:
        tail += "0"  # three decimals could be read as thousands
    whole = f"{int(head):,}".replace(",", " ")
    text = whole + (("," if lang == "nb" else ".") + tail if tail else "")
    return ("−" if exact < 0 else "") + text + (percent(0, lang)[1:] if kind == "share" else "")


def _float(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


# -- places


def at(document: Any, place: Place) -> Any:
    """What stands at a place, or None."""
    for step in place:
        if isinstance(step, int):
            document = document[step] if isinstance(document, list) and step < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document


def put(document: Document, place: Place, value: Any) -> None:
    """Put a value at a place, changing the document; None takes away what stands there, and tables left empty."""
    *way, last = place
    below: Any = document
    passed: list[tuple[Any, Any]] = []
    for step in way:
        if isinstance(step, str) and isinstance(below, dict) and not isinstance(below.get(step), dict | list):
            if value is None:
                return
            below[step] = {}
        passed.append((below, step))
        below = below[step]
    if value is not None:
        below[last] = value
        return
    if isinstance(below, dict):
        below.pop(last, None)
    for table, step in reversed(passed):
        if table[step] == {} and isinstance(step, str) and isinstance(table, dict):
            del table[step]


def target(document: Document, place: Place) -> tuple[Place, Manner]:
    """Where the number at a place truly stands, and in which manner it stands there."""
    raw = at(document, place)
    if isinstance(raw, dict) and "ref" in raw:
        return ("numbers", str(raw["ref"])), "shared"
    if isinstance(raw, dict) and "of" in raw:
        return (*place, "share"), "part"
    return place, "own"


def entry_at(document: Document, place: Place, kind: Kind, lang: Lang) -> Entry:
    """The entry of the number at a place, shared or a part as it may be."""
    where, manner = target(document, place)
    if manner != "part":
        return Entry.of(at(document, where), kind, lang)
    whole, share = at(document, place), at(document, where)
    grounds = {name: whole[name] for name in ("evidence", "source") if name in whole}
    raw = {**grounds, **share} if isinstance(share, dict) else {"value": share, **grounds}
    return Entry.of(raw, "share", lang)


def uses(document: Any, name: str, place: Place = ()) -> list[Place]:
    """The places where a shared number is used, whole or in part."""
    if isinstance(document, list):
        steps: Any = enumerate(document)
    elif isinstance(document, dict):
        if name in (document.get("ref"), document.get("of")):
            return [place]
        steps = document.items()
    else:
        return []
    return [found for step, below in steps for found in uses(below, name, (*place, step))]


def detach(document: Document, place: Place) -> None:
    """Give a place a number of its own, equal to the shared one it has used."""
    where, manner = target(document, place)
    if manner == "shared":
        shared = at(document, where)
        put(document, place, dict(shared) if isinstance(shared, dict) else shared)


def written(place: Place) -> str:
    """A place as text: ``audience/0/visits``."""
    return "/".join(map(str, place))


def read_place(text: str) -> Place:
    """The place that :func:`written` wrote: the name of a shared number may hold slashes and digits."""
    section, _, rest = text.partition("/")
    if section == "numbers":
        return section, rest
    steps = rest.split("/") if rest else []
    return section, *(int(step) if step.isdecimal() and section != "event" else step for step in steps)


def row_name(document: Document, place: Place) -> str:
    """The name, or the date, of the row that a place is in; "" where it is in none."""
    for length, step in enumerate(place, 1):
        if isinstance(step, int):
            row = at(document, place[:length])
            return str(row.get("name") or row.get("date") or "") if isinstance(row, dict) else ""
    return ""


def by_name(document: Document, place: Place) -> str:
    """A place by its row's name, as figures are called: ``audience/Locals/visits``."""
    return "/".join(
        row_name(document, place[: number + 1]) if isinstance(step, int) else str(step)
        for number, step in enumerate(place)
    )


def relocated(before: Document, after: Document, place: Place) -> Place | None:
    """The same row's place after rows have moved; None where the row is gone or its name isn't its own."""
    for length, step in enumerate(place):
        if not isinstance(step, int):
            continue
        rows = at(after, place[:length])
        name = row_name(before, place[: length + 1])
        names = [row_name(after, (*place[:length], number)) for number in range(len(rows or []))]
        if step < len(names) and names[step] == name:
            return place
        return (*place[:length], names.index(name), *place[length + 1 :]) if names.count(name) == 1 else None
    return place
