"""The colours of charts in light and dark, and what Vega must know of fonts, numbers and dates.

Colours mean the same everywhere: direct, indirect and induced are three steps of one fjord blue, money out is rust,
what is contingent is outlined ochre. Neighbouring steps lie under 3:1, so segments are outlined and labelled; the
outline and every other mark has 3:1 against the ground, and text 4.5:1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from babel.dates import get_day_names, get_month_names

from data.numbers import HARD_SPACE, MINUS
from data.phrases import Lang

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
TEXT_SIZE = 13


@dataclass(frozen=True)
class Palette:
    """The colours of one mode: what is written, what is drawn, and what merely helps (``grid``)."""

    ground: str
    ink: str
    muted: str
    grid: str
    outline: str
    direct: str
    indirect: str
    induced: str
    money_in: str
    money_out: str
    contingent: str
    band: str
    dot: str
    place: str
    chosen: str

    @property
    def parts(self) -> dict[str, str]:
        """The three steps by the part of an effect that they show."""
        return {"direct": self.direct, "indirect": self.indirect, "induced": self.induced}


PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        ground="#FFFFFF",
        ink="#16252C",
        muted="#55646C",
        grid="#D5DDE1",
        outline="#12303D",
        direct="#0A5A78",
        indirect="#4E9BB9",
        induced="#A9D0DF",
        money_in="#7F9099",
        money_out="#B3541E",
        contingent="#8A6D00",
        band="#A9D0DF",
        dot="#16252C",
        place="#CFE3EC",
        chosen="#0A5A78",
    ),
    "dark": Palette(
        ground="#10191D",
        ink="#EDF3F5",
        muted="#AEBCC4",
        grid="#34434B",
        outline="#FFFFFF",
        direct="#8CCDE6",
        indirect="#4E9BB9",
        induced="#2F718C",
        money_in="#72858E",
        money_out="#E08A52",
        contingent="#D1B04A",
        band="#2F718C",
        dot="#EDF3F5",
        place="#1F3F4D",
        chosen="#8CCDE6",
    ),
}


def vega_config(lang: Lang, mode: Mode) -> dict[str, Any]:
    """Fonts, colours and the language's way of writing numbers and dates, as Vega takes them."""
    colours = PALETTES[mode]
    axis = {
        "labelColor": colours.muted,
        "titleColor": colours.muted,
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "gridColor": colours.grid,
        "domainColor": colours.muted,
        "tickColor": colours.muted,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "mark": {"aria": False},  # the chart's own text says it all; groups of marks would be without names
        "axis": axis,
        "text": {"color": colours.ink, "fontSize": TEXT_SIZE},
        "locale": _locale(lang),
        "customFormatTypes": False,
    }


@cache
def _locale(lang: Lang) -> dict[str, Any]:
    """D3's number and time locale; names of months and days are those of Unicode's CLDR."""
    nb = lang == "nb"
    number = {
        "decimal": "," if nb else ".",
        "thousands": HARD_SPACE if nb else ",",
        "grouping": [3],
        "currency": ["", f"{HARD_SPACE}kr"] if nb else [f"NOK{HARD_SPACE}", ""],
        "percent": f"{HARD_SPACE}%" if nb else "%",
        "minus": MINUS,
    }
    locale = "nb_NO" if nb else "en_GB"
    months = {width: get_month_names(width, locale=locale) for width in ("wide", "abbreviated")}
    days = {width: get_day_names(width, locale=locale) for width in ("wide", "abbreviated")}
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    time = {
        "dateTime": "%A %-d. %B %Y %H.%M" if nb else "%A %-d %B %Y %H:%M",
        "date": "%d.%m.%Y" if nb else "%d/%m/%Y",
        "time": "%H.%M" if nb else "%H:%M",
        "periods": ["AM", "PM"],
        "days": [days["wide"][one] for one in sunday_first],
        "shortDays": [days["abbreviated"][one] for one in sunday_first],
        "months": [months["wide"][one] for one in range(1, 13)],
        "shortMonths": [months["abbreviated"][one] for one in range(1, 13)],
    }
    return {"number": number, "time": time}
