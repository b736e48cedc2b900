"""A month as a table of weeks and days on a wide screen, and as a list of days on a narrow one."""

from __future__ import annotations

import datetime as dt
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from babel.dates import get_day_names

from app.text import markup
from data.clock import LOCALES, written
from data.phrases import Lang, say

STYLE = Path(__file__).parent / "month.css"
IN_A_DAY = 5
"""Events that a day shows at once; the others open below them."""
Clash = Literal["", "firm", "loose"]


@dataclass(frozen=True)
class Line:
    """One event on one day. ``tags`` are short words after its name; a ``clash`` is firm, or has a mere idea in it."""

    name: str
    address: str
    tags: tuple[str, ...] = ()
    clash: Clash = ""


def month_grid(month: dt.date, days: Mapping[dt.date, Sequence[Line]], lang: Lang, today: dt.date) -> None:
    """The month that ``month`` is the first day of; ``days`` has the events of each day."""
    st.html(STYLE)
    caption = month_name(month, lang)
    names = get_day_names("wide", locale=LOCALES[lang])
    heads = "".join(f'<th scope="col">{markup(names[day])}</th>' for day in range(7))
    rows = [_week(week, month, days, lang, today) for week in Calendar().monthdatescalendar(month.year, month.month)]
    table = (
        f'<table class="rv-month"><caption>{markup(caption)}</caption><thead><tr>'
        f'<th scope="col">{markup(say("calendar_page.week", lang))}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    shown = sorted(day for day, lines in days.items() if lines and (day.year, day.month) == (month.year, month.month))
    items = "".join(f"<li><h3>{markup(_long(day, lang))}</h3>{_lines(days[day], lang)}</li>" for day in shown)
    st.html(table + f'<ol class="rv-days">{items}</ol>')


def month_name(month: dt.date, lang: Lang) -> str:
    """A month and its year: «februar 2027», «February 2027»."""
    return written(month, "LLLL y", lang)


def _week(
    week: Sequence[dt.date], month: dt.date, days: Mapping[dt.date, Sequence[Line]], lang: Lang, today: dt.date
) -> str:
    cells = []
    for day in week:
        if day.month != month.month:
            cells.append("<td></td>")
            continue
        kind = ' class="rv-today"' if day == today else ""
        said = f' <span class="rv-small">{markup(say("calendar_page.today", lang))}</span>' if day == today else ""
        cells.append(f"<td{kind}><b>{day.day}</b>{said}{_lines(days.get(day, ()), lang)}</td>")
    return f'<tr><th scope="row">{week[0].isocalendar().week}</th>{"".join(cells)}</tr>'


def _lines(lines: Sequence[Line], lang: Lang) -> str:
    """The events of a day; where they are many, the rest open on demand."""
    if not lines:
        return ""
    first, rest = (_items(part, lang) for part in (lines[:IN_A_DAY], lines[IN_A_DAY:]))
    if not rest:
        return first
    more = markup(say("calendar_page.more", lang, count=len(lines) - IN_A_DAY))
    return f"{first}<details><summary>{more}</summary>{rest}</details>"


def _items(lines: Sequence[Line], lang: Lang) -> str:
    return f"<ul>{''.join(_item(one, lang) for one in lines)}</ul>" if lines else ""


def _item(one: Line, lang: Lang) -> str:
    kind = f' class="rv-clash rv-{one.clash}"' if one.clash else ""
    mark = f'<span class="rv-hidden">{markup(say("calendar_page.clashes", lang))}</span> ' if one.clash else ""
    tags = "".join(f' <span class="rv-small">{markup(tag)}</span>' for tag in one.tags)
    return f'<li{kind}>{mark}<a href="{markup(one.address)}">{markup(one.name)}</a>{tags}</li>'


def _long(day: dt.date, lang: Lang) -> str:
    return written(day, "EEEE d. MMMM" if lang == "nb" else "EEEE d MMMM", lang)
