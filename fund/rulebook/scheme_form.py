"""A scheme as people type it, and back: the same document, with every value as the text that stands in a field.

    typed = as_typed(scheme.document)
    typed["withheld"]["share"] = "20 %"
    save_scheme(store, actor, as_document(typed, "own"), day, seen=seen)

What can't be read is passed on as it was typed, so that :func:`fund.rulebook.scheme_reading.read_scheme` names every
fault with its place. A field that is left empty isn't part of the document, and neither is one that a rule of its kind
isn't given by.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from data.faults import Faults
from fund.books.money import ore
from fund.rulebook import schemes
from fund.rulebook.periods import Period
from fund.rulebook.scheme_reading import GIVEN_BY, NEEDS

Kind = Literal["line", "text", "kroner", "number", "period", "date", "day", "yes", "choice", "choices"]
Typed = dict[str, Any]
"""A table for a section that stands once (``there``: whether it does), a list of tables for one that may repeat."""
_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?\Z", re.ASCII)
_NO_KEY = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_KEY_LENGTH = 40
_ORE = 100


@dataclass(frozen=True)
class Field:
    """One field of a section: its name in the document, how it is typed, and what can be chosen."""

    name: str
    kind: Kind = "line"
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section of the form. ``many``: it may hold several rules."""

    name: str
    fields: tuple[Field, ...]
    many: bool = False


_SOURCE = Field("source")
_WORDS = (Field("nb", "text"), Field("en", "text"))
_TERM = (Field("period", "period"), _SOURCE)
_ASKED = (*_WORDS, Field("key"), _SOURCE)
_STATEMENT = (*_WORDS, _SOURCE)
_FORM = Field("form", "choice", ("", *schemes.FORMS))

ABOUT = Section("about", (Field("name_nb"), Field("name_en"), Field("owner"), Field("address")))
PARTS = Section("parts", (Field("when", "choice", schemes.PAYOUT_WHEN), Field("share")), many=True)
SECTIONS = (
    Section("purpose", _STATEMENT),
    Section(
        "applicants",
        (
            Field("kinds", "choices", schemes.APPLICANT_KINDS),
            Field("case_by_case", "choices", schemes.APPLICANT_KINDS),
            _SOURCE,
        ),
    ),
    Section("forms", (Field("allowed", "choices", schemes.FORMS), _SOURCE)),
    Section("frame", (Field("nok", "kroner"), Field("year", "number"), _SOURCE)),
    Section(
        "caps",
        (
            Field("kind", "choice", schemes.CAP_KINDS),
            Field("share"),
            Field("nok", "kroner"),
            _FORM,
            Field("budget_below_nok", "kroner"),
            _SOURCE,
        ),
        many=True,
    ),
    Section(
        "deadlines",
        (
            Field("kind", "choice", schemes.DEADLINE_KINDS),
            Field("period", "period"),
            Field("day", "date"),
            Field("on", "day"),
            Field("first", "date"),
            Field("last", "date"),
            _SOURCE,
        ),
        many=True,
    ),
    Section("attachments", _ASKED, many=True),
    Section("fields", _ASKED, many=True),
    Section("conditions", _ASKED, many=True),
    Section("strategy", (Field("least", "number"), _SOURCE)),
    Section("criteria", (*_WORDS, Field("weight", "number"), Field("key"), _SOURCE), many=True),
    Section("acceptance", _TERM),
    Section("payout", (Field("pro_rata", "yes"), _SOURCE)),
    Section("withheld", (Field("share"), _SOURCE)),
    Section(
        "attestation",
        (
            Field("by", "choice", schemes.ATTESTERS),
            Field("from_nok", "kroner"),
            Field("above_nok", "kroner"),
            _SOURCE,
        ),
        many=True,
    ),
    Section("report", _TERM),
    Section("lapse", _STATEMENT),
    Section("clawback", _STATEMENT),
    Section("appeal", _TERM),
    Section("left_out", _WORDS, many=True),
)
"""What a scheme may hold, in the order in which people read it, ``about`` and the payout's ``parts`` apart."""


def as_typed(document: Mapping[str, Any]) -> Typed:
    """The document as it stands in the fields of a form: every section is there, with every field."""
    name = document.get("name", {})
    about = {"name_nb": name.get("nb"), "name_en": name.get("en"), **document}
    typed: Typed = {"about": _row(ABOUT, about)}
    for section in SECTIONS:
        held = document.get(section.name)
        if section.many:
            typed[section.name] = [_row(section, one) for one in held or []]
        else:
            typed[section.name] = {"there": held is not None, **_row(section, held or {})}
    typed["parts"] = [_row(PARTS, one) for one in document.get("payout", {}).get("parts", [])]
    return typed


def as_document(typed: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The document of the scheme ``key`` that was typed."""
    about = _read(ABOUT, typed["about"])
    name = {lang: about.pop(f"name_{lang}") for lang in ("nb", "en") if f"name_{lang}" in about}
    found: dict[str, Any] = {"key": key, **about, "name": name}
    for section in SECTIONS:
        held = typed[section.name]
        if section.many and held:
            found[section.name] = _keyed(section, [_of_its_kind(_read(section, one)) for one in held])
        elif not section.many and held["there"]:
            found[section.name] = _read(section, held)
    if "payout" in found and typed["parts"]:
        found["payout"]["parts"] = [_read(PARTS, one) for one in typed["parts"]]
    return found


def empty_row(section: Section) -> Typed:
    """A rule of a section with nothing typed in it; of what can be chosen, the first."""
    return _row(section, {one.name: one.known[0] for one in section.fields if one.kind == "choice"})


def shows(row: Mapping[str, Any], field: Field) -> bool:
    """Whether a rule of the kind that is chosen has the field."""
    kind = row.get("kind")
    if field.name in ("first", "last"):
        return kind == "yearly"
    return kind not in NEEDS or field.name not in GIVEN_BY or field.name in NEEDS[str(kind)]


def _keyed(section: Section, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each without a key of its own with one made of its text in bokmål."""
    if not any(one.name == "key" for one in section.fields):
        return rows
    taken = {str(one["key"]) for one in rows if "key" in one}
    for row in rows:
        bare = unicodedata.normalize("NFKD", str(row.get("nb", "")).casefold().translate(_LETTERS))
        made = _NO_KEY.sub("_", bare.encode("ascii", "ignore").decode()).strip("_")[:_KEY_LENGTH].strip("_")
        if "key" not in row and made[:1].isalpha():
            row["key"] = next(one for one in (made, *(f"{made}_{n}" for n in range(2, 1_000))) if one not in taken)
            taken.add(row["key"])
    return rows


def _of_its_kind(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what a rule of its kind isn't given by."""
    return {name: one for name, one in row.items() if shows(row, Field(name))}


# -- one row


def _row(section: Section, held: Mapping[str, Any]) -> Typed:
    row: Typed = {}
    for field in section.fields:
        value = held.get(field.name)
        if field.kind == "period":
            count, _, unit = str(value or "").partition(" ")
            row |= {field.name: count, f"{field.name}_unit": _unit(unit)}
        else:
            row[field.name] = _text(field.kind, value)
    return row


def _unit(written: str) -> str:
    """The unit of a period as it is chosen: ``weeks`` for ``week`` too."""
    return f"{written.removesuffix('s')}s" if written else "weeks"


def _text(kind: Kind, value: Any) -> Any:
    match kind:
        case "yes":
            return value is True
        case "choices":
            return list(value or [])
        case "date" if value:
            month, _, day = str(value).partition("-")
            return f"{int(day)}.{int(month)}." if day.isdecimal() and month.isdecimal() else str(value)
        case "day" if value:
            day_ = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
            return f"{day_.day}.{day_.month}.{day_.year}"
        case "kroner" if type(value) is int:
            return f"{value:,}".replace(",", " ")
    return "" if value is None else str(value)


def _read(section: Section, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row that hold something, as a document has them."""
    found: dict[str, Any] = {}
    for field in section.fields:
        held = row.get(field.name)
        text = held.strip() if isinstance(held, str) else held
        if text in (None, "", [], False):
            continue
        found[field.name] = _value(field.kind, text, str(row.get(f"{field.name}_unit", "")))
    return found


def _value(kind: Kind, text: Any, unit: str) -> Any:
    match kind:
        case "period":
            return _period(str(text), unit)
        case "number" if str(text).isascii() and str(text).isdecimal() and len(str(text)) < 10:
            return int(text)
        case "kroner":
            return _whole_kroner(str(text))
        case "date" | "day" if found := _DATE.match(str(text)):
            day, month, year = found.groups()
            start = f"{year}-" if kind == "day" and year else ""
            return f"{start}{int(month):02}-{int(day):02}"
        case "choices":
            return list(text)
    return text


def _period(count: str, unit: str) -> str:
    """``3 weeks``; for what is none, what was typed."""
    try:
        return str(Period.read(f"{count} {unit}"))
    except ValueError:
        return f"{count} {unit}"


def _whole_kroner(text: str) -> int | str:
    """Whole kroner; for what are none, what was typed."""
    try:
        read = ore(text)
    except Faults:
        return text
    return text if read % _ORE else read // _ORE
