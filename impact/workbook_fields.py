"""What the Excel workbook of an event consists of: its sheets, columns and fields, and the words for them.

A section is a table of the event's TOML file and has one sheet. A field's key is its path in that section, as
``spend.food_service``; its label, unit and hint stand in ``data/text/workbook.toml`` under ``field.<section>.<key>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from data.phrases import LANGUAGES, Lang, say
from data.value import EVIDENCE
from impact.beside import MEDIA_RULES, MODES, VOLUNTEER_RULES, WAYS, WHO, indicator_list, strategy_areas, strategy_name
from impact.event import AREAS, CATEGORIES, HOMES, ROLES

Section = Literal[
    "event", "numbers", "audience", "organiser_cost", "organiser_income", "night", "beside", "travel", "indicator"
]
Kind = Literal[
    "text", "code", "date", "year", "whole", "number", "role", "home", "public", "mode", "ways", "who", "indicator"
]

SECTIONS: tuple[Section, ...] = get_args(Section)
ROWS: tuple[Section, ...] = ("audience", "organiser_cost", "organiser_income", "night")
BESIDE: tuple[Section, ...] = ("beside", "travel", "indicator")
"""The sheets of what stands beside the money: a workbook may lack them."""
CHOICES = ("role", "home", "mode", "ways", "who", "indicator")
"""Kinds of fields that hold a word of a list."""
IGNORED = ("guide", "lists")
FIGURES = ("low", "mode", "high")
LODGING = "accommodation_by_municipality"
_LAST = ("field", "value", *FIGURES, "evidence", "source")


@dataclass(frozen=True)
class Field:
    """One field of a sheet: its key, what it holds and the Excel format of its numbers."""

    section: Section
    key: str
    kind: Kind = "number"
    format: str = "#,##0"

    def text(self, part: Literal["label", "unit", "hint"], lang: Lang) -> str:
        key, figures = self.key, {}
        if key.startswith(f"{LODGING}."):
            key = LODGING
        elif key.startswith("strategy."):
            _, area, last = key.split(".")
            key, figures = f"strategy.{last}", {"area": strategy_name(area, lang)}
        return say(f"workbook.field.{self.section}.{key}.{part}", lang, **figures)


_SHARE, _DAYS = "0.0%", "0.0"
_FORMATS = {
    "price_index_change": _SHARE,
    LODGING: _SHARE,
    "days_per_person": _DAYS,
    "nights_per_person": _DAYS,
    "days_in_area": _DAYS,
    "persons_per_room": _DAYS,
    "number": "General",
    "attribution": _SHARE,
    "vat_rate": _SHARE,
    "share": _SHARE,
    "media.would_return": _SHARE,
    "media.would_recommend": _SHARE,
    "occupancy": _DAYS,
    "trips": _DAYS,
    "factor": _DAYS,
}


def _number(section: Section, key: str) -> Field:
    share = key.partition(".")[0].endswith("_share")
    return Field(section, key, "number", _FORMATS.get(key, _SHARE if share else "#,##0"))


def _numbers(section: Section, *keys: str) -> tuple[Field, ...]:
    return tuple(_number(section, key) for key in keys)


def _by_area(key: str) -> tuple[str, ...]:
    return (key, *(f"{key}.{area}" for area in AREAS))


FIELDS: dict[Section, tuple[Field, ...]] = {
    "event": (
        *(Field("event", key, "text") for key in ("id", "name_nb", "name_en", "kind")),
        Field("event", "municipality", "code"),
        Field("event", "first_day", "date"),
        Field("event", "last_day", "date"),
        Field("event", "price_year", "year"),
        *_numbers("event", "price_index_change", LODGING, "deficit"),
    ),
    "numbers": _numbers("numbers", "number"),
    "audience": (
        Field("audience", "role", "role"),
        Field("audience", "home", "home"),
        *_numbers("audience", "visits", "persons", "days_per_person", "casual_share", "time_switcher_share"),
        *_numbers("audience", "attribution", "retained_share", "nights_per_person", "commercial_share"),
        *_numbers("audience", "persons_per_room", "days_in_area"),
        *_numbers("audience", *(f"spend.{category}" for category in CATEGORIES)),
    ),
    "organiser_cost": (
        *_numbers("organiser_cost", "amount"),
        Field("organiser_cost", "industry", "text"),
        *_numbers("organiser_cost", *_by_area("local_share"), "vat_rate"),
    ),
    "organiser_income": (
        *_numbers("organiser_income", "amount", *_by_area("inside_share")),
        Field("organiser_income", "public", "public"),
    ),
    "night": _numbers("night", "rooms", "baseline_sold", "event_demand", "sold"),
    "beside": (
        *_numbers("beside", *(f"volunteers.{name}" for name in VOLUNTEER_RULES)),
        *_numbers("beside", *(f"media.{name}" for name in MEDIA_RULES)),
        *(
            Field("beside", f"strategy.{area}.{last}", "whole" if last == "degree" else "text")
            for area in strategy_areas()
            for last in ("degree", "ground")
        ),
    ),
    "travel": (
        Field("travel", "audience", "text"),
        *_numbers("travel", "persons", "share"),
        Field("travel", "mode", "mode"),
        *_numbers("travel", "distance_km"),
        Field("travel", "ways", "ways"),
        *_numbers("travel", "trips", "occupancy", "factor"),
    ),
    "indicator": (
        Field("indicator", "code", "indicator"),
        Field("indicator", "who", "who"),
        Field("indicator", "value", "number", "General"),
        Field("indicator", "n", "whole"),
    ),
}


def columns(section: Section) -> tuple[str, ...]:
    """The keys of a sheet's columns from A on; a sheet of one form has neither names nor references."""
    if section in ("event", "beside"):
        return _LAST
    return ("date" if section == "night" else "name", *_LAST, "ref", "of")


def sheet_title(section: str, lang: Lang) -> str:
    """The title of a sheet."""
    return say(f"workbook.sheet.{section}", lang)


def heading(key: str, lang: Lang) -> str:
    """The heading of a column."""
    return say(f"workbook.heading.{key}", lang)


def words(kind: str) -> tuple[str, ...]:
    """The keys of a list of words: evidence, public (yes, no), or one of ``CHOICES``."""
    if kind == "indicator":
        return tuple(indicator_list())
    known = {"evidence": EVIDENCE, "role": ROLES, "home": HOMES, "public": ("yes", "no")}
    return (known | {"mode": MODES, "ways": WAYS, "who": WHO})[kind]


def word(kind: str, key: str, lang: Lang) -> str:
    """A word of a list in ``lang``."""
    if kind == "indicator":
        return indicator_list()[key].label(lang)
    return say(f"{'beside' if kind in ('mode', 'ways', 'who') else 'workbook'}.{kind}.{key}", lang)


def folded(text: str) -> str:
    """``text`` as it is compared: case and runs of white space, hard spaces too, don't count."""
    return " ".join(text.split()).casefold()


@cache
def word_keys(kind: str) -> dict[str, str]:
    """The key of each word of a list, by the key itself and by its label in every language, folded."""
    return {folded(text): key for key in words(kind) for text in (key, *_labels(kind, key))}


@cache
def field_keys(section: Section) -> dict[str, Field]:
    """The fields of a sheet by key and by label in every language, folded."""
    return {folded(text): one for one in FIELDS[section] for text in (one.key, *_field_labels(one))}


def find_field(section: Section, text: str) -> Field | None:
    """The field that ``text`` names by key or label; the lodging field carries a municipality's number after it."""
    wanted = folded(text)
    if section == "event":
        lodging = next(one for one in FIELDS["event"] if one.key == LODGING)
        for start in (f"{LODGING}.", *(f"{folded(label)} " for label in _field_labels(lodging))):
            if wanted.startswith(start) and len(wanted) > len(start):
                return Field("event", f"{LODGING}.{wanted.removeprefix(start)}", "number", lodging.format)
        if field_keys(section).get(wanted) is lodging:
            return None
    return field_keys(section).get(wanted)


def _labels(kind: str, key: str) -> Iterable[str]:
    return (word(kind, key, lang) for lang in LANGUAGES)


def _field_labels(field: Field) -> tuple[str, ...]:
    return tuple(field.text("label", lang) for lang in LANGUAGES)


def field_label(field: Field, lang: Lang) -> str:
    """The label as a cell of the field column holds it."""
    code = field.key.removeprefix(LODGING).removeprefix(".") if field.key.startswith(LODGING) else ""
    return f"{field.text('label', lang)} {code}".strip()
