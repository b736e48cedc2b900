"""Single entries of an event file: texts, choices, dates, and numbers in each of the forms they may be written in.

A reader collects faults while it reads; what is faulty is left out, and the whole is refused in the end.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from data.faults import Fault, shown
from data.value import EVIDENCE, Value
from impact.event import AREAS, ByArea, Number, PartOf, Ref, Rule

Place = tuple[str | int, ...]
SMALLEST = 1e-6
"""What is nearer zero than this is a slip."""


class EntryReader:
    """Reads entries of ``raw``, the structure of an event's TOML file; ``where`` writes a place as people know it.

    ``numbers`` are the named numbers, once they are read; ``parts`` the shares that were taken of each.
    """

    def __init__(self, raw: dict[str, Any], file: str, where: Callable[[Place], str]) -> None:
        self.raw, self.file, self.where = raw, file, where
        self.faults: list[Fault] = []
        self.numbers: dict[str, Value] = {}
        self.parts: dict[str, list[float]] = {}
        self.no_tables: set[str] = set()

    def fault(self, place: Place, value: Any, code: str, **figures: Any) -> None:
        self.faults.append(Fault(self.file, self.where(place), shown(value), f"event.{code}", figures))

    def _names(self, place: Place, table: dict[str, Any], known: Iterable[str], needed: Iterable[str]) -> None:
        known = tuple(known)
        for name in table:
            if name not in known:
                self._unknown((*place, name), name, known, "unknown_field")
        for name in needed:
            if name not in table:
                self.fault((*place, name), None, "missing_field", name=name)

    def _unknown(self, place: Place, value: Any, known: Iterable[str], code: str) -> None:
        known = tuple(known)
        nearest = difflib.get_close_matches(shown(value), known, n=1, cutoff=0.5)
        figures = {"nearest": nearest[0]} if nearest else {"known": ", ".join(known)}
        self.fault(place, value, f"{code}_{'near' if nearest else 'far'}", **figures)

    def _table(self, section: str) -> dict[str, Any]:
        table = self.raw.get(section, {})
        if isinstance(table, dict):
            return table
        if section not in self.no_tables:
            self.fault((section,), table, "not_a_table", section=section)
            self.no_tables.add(section)
        return {}

    def _row_numbers(self, place: Place, row: dict[str, Any], rules: dict[str, Rule]) -> dict[str, Any]:
        return {name: self._number((*place, name), row.get(name), rule) for name, rule in rules.items()}

    def _text(self, place: Place, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(place, value, "not_text")
            return ""
        if any(unicodedata.category(letter) == "Cc" for letter in value.strip()):
            self.fault(place, repr(value), "control_characters")
        return unicodedata.normalize("NFC", value).strip()

    def _choice(self, place: Place, value: Any, choices: tuple[str, ...]) -> Any:
        text = self._text(place, value)
        if text and text not in choices:
            self._unknown(place, text, choices, "unknown_choice")
        return text

    def _date(self, place: Place, value: Any) -> dt.date | None:
        if value is None:
            return None
        if (date := as_date(value)) is None:
            self.fault(place, value, "not_a_date")
        return date

    def _by_area(self, place: Place, raw: Any) -> ByArea | None:
        if raw is None:
            return None
        if isinstance(raw, dict) and not raw.keys() & {"value", "low", "mode", "high", "ref", "of"}:
            self._names(place, raw, AREAS, AREAS)
            parts = {area: self._number((*place, area), raw.get(area), "share") for area in AREAS}
            if all(number is not None for number in parts.values()):
                return ByArea(**parts)  # type: ignore[arg-type]
            return None
        number = self._number(place, raw, "share")
        return None if number is None else ByArea(number, number, number)

    def _number(self, place: Place, raw: Any, rule: Rule | None) -> Number | None:
        if raw is None:
            return None
        if not isinstance(raw, dict):
            figure = self._figure(place, raw, rule)
            return None if figure is None else Value(figure, plain=True)
        if "ref" in raw:
            self._names(place, raw, ("ref",), ())
            return self._ref(place, raw["ref"], rule)
        if "of" in raw:
            self._names(place, raw, ("of", "share", "evidence", "source"), ("share",))
            grounds = {key: raw[key] for key in ("evidence", "source") if key in raw}
            share = raw.get("share")
            share = {**grounds, **share} if isinstance(share, dict) else share
            number = self._number((*place, "share"), share, "share")
            named = self._named(place, raw["of"])
            if not isinstance(number, Value) or named is None:
                return None
            for end in ("mode", "low", "high"):
                whole, part = getattr(named, end), getattr(number, end)
                figure = (named.mode if whole is None else whole) * (number.mode if part is None else part)
                if self._figure(place, figure, rule) is None:
                    return None
            self.parts.setdefault(raw["of"], []).append(number.mode)
            return PartOf(raw["of"], number)
        return self._value(place, raw, rule)

    def _value(self, place: Place, raw: dict[str, Any], rule: Rule | None) -> Value | None:
        point = "value" in raw
        figures = ("value",) if point else ("low", "mode", "high")
        before = len(self.faults)
        self._names(place, raw, (*figures, "evidence", "source"), figures)
        found = [self._figure((*place, name), raw.get(name), rule) for name in figures]
        source = raw.get("source", "")
        if not isinstance(source, str):
            self.fault((*place, "source"), source, "not_text")
        evidence = raw.get("evidence", "assumed")
        if evidence not in EVIDENCE:
            self._unknown((*place, "evidence"), evidence, EVIDENCE, "unknown_choice")
        if point and "evidence" not in raw:
            self.fault((*place, "evidence"), None, "missing_field", name="evidence")
        if len(self.faults) > before or None in found:
            return None
        if point:
            return Value(float(found[0] or 0), evidence=evidence, source=source)
        low, mode, high = (float(one or 0) for one in found)
        if not low <= mode <= high:
            self.fault(place, f"{low:g} / {mode:g} / {high:g}", "range_order")
            return None
        return Value(mode, low, high, evidence, source)

    def _figure(self, place: Place, raw: Any, rule: Rule | None) -> float | None:
        if raw is None:
            return None
        if isinstance(raw, str):
            reading = _norwegian_reading(raw)
            self.fault(
                place, raw, "number_as_text" if reading else "not_a_number", **({"reading": reading} if reading else {})
            )
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            self.fault(place, raw, "not_a_number")
            return None
        if not -1e15 < raw < 1e15:  # NaN fails both comparisons
            self.fault(place, raw, "not_finite")
            return None
        if raw and abs(raw) < SMALLEST:
            self.fault(place, raw, "too_small")
            return None
        broken = {
            None: False,
            "amount": raw < 0,
            "positive": raw <= 0,
            "share": not 0 <= raw <= 1,
            "change": raw <= -1,
        }[rule]
        if broken:
            self.fault(place, raw, f"rule_{rule}")
            return None
        return float(raw)

    def _ref(self, place: Place, name: Any, rule: Rule | None) -> Ref:
        """A named number; what it holds must fit where it is used."""
        named = self._named(place, name)
        if named is not None:
            for figure in (named.low, named.mode, named.high):
                if figure is not None and self._figure(place, figure, rule) is None:
                    break
        return Ref(str(name))

    def _named(self, place: Place, name: Any) -> Value | None:
        if not isinstance(name, str):
            self.fault(place, name, "not_text")
            return None
        if "numbers" in self.no_tables:
            return None
        if not self._table("numbers"):
            self.fault(place, name, "no_numbers")
        elif name not in self._table("numbers"):
            self._unknown(place, name, self._table("numbers"), "unknown_number")
        return self.numbers.get(name)

    def _mode(self, number: Number | None) -> float:
        """The number at its mode; not a number (which no comparison holds for) where it is missing or faulty."""
        if isinstance(number, Value):
            return number.mode
        if number is None:
            return math.nan
        named = self.numbers.get(number.name if isinstance(number, Ref) else number.total)
        share = number.share.mode if isinstance(number, PartOf) else 1.0
        return named.mode * share if named else math.nan


def as_date(value: Any) -> dt.date | None:
    """The day that ``value`` means: a date, midnight of one, or its text as 2025-02-26; else None."""
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def _norwegian_reading(text: str) -> str | None:
    """How a number typed as text would be read (``1 234,5`` → ``1234.5``), or None where it is no number."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(r"[+-]?\d+(,\d+)?", bare):
        return bare.replace(",", ".")
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", bare):
        return bare
    return None
