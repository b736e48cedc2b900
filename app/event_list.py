"""Events as a strip of days: date, name, place, what each may mean, and its nights as small bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.choosing import address
from app.given import reference
from app.text import markup
from app.visit import Visit
from data.clock import days, written
from data.phrases import Lang
from impact.coming import Listed

STYLE = Path(__file__).parent / "public.css"


@dataclass(frozen=True)
class Item:
    """One event. ``facts`` are short lines of what it may mean; ``bars`` one height a night, all items in one unit."""

    name: str
    address: str
    first_day: dt.date
    last_day: dt.date
    place: str
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    bars: tuple[float, ...] = ()


def item(visit: Visit, one: Listed, facts: Sequence[str], bars: Sequence[float] = ()) -> Item:
    """What is public of an event, with what it may mean; a sample and what isn't certain are marked."""
    marks = {"choosing.sample": one.sample, "choosing.uncertain": not one.certain}
    return Item(
        name=one.name(visit.lang),
        address=address("/anslag", id=str(one.estimate)),
        first_day=one.first_day,
        last_day=one.last_day,
        place=reference().municipalities.get(one.municipality, one.municipality),
        tags=tuple(visit.say(key) for key, holds in marks.items() if holds),
        facts=tuple(facts),
        bars=tuple(bars),
    )


def public_style() -> None:
    """The public pages' own pieces of style."""
    st.html(STYLE)


def event_list(items: Sequence[Item], lang: Lang) -> None:
    """The events in the order they are given, each a link to its estimate."""
    top = max((height for one in items for height in one.bars), default=0.0)
    st.html(f'<ol class="rv-events">{"".join(_item(one, top, lang) for one in items)}</ol>')


def headed(text: str, tag: str, *, modelled: bool = False) -> None:
    """A heading within the page, with a word on what stands under it."""
    kind = "rv-tag rv-modelled" if modelled else "rv-tag"
    st.html(f'<h2 class="rv-head">{markup(text)} <span class="{kind}">{markup(tag)}</span></h2>')


def _item(one: Item, top: float, lang: Lang) -> str:
    month = written(one.first_day, "MMM", lang)
    tags = "".join(f' <span class="rv-tag">{markup(tag)}</span>' for tag in one.tags)
    where = " · ".join((days(one.first_day, one.last_day, lang), one.place))
    facts = "".join(f"<p>{markup(fact)}</p>" for fact in one.facts)
    return (
        f'<li><div class="rv-leaf" aria-hidden="true"><b>{one.first_day.day}</b>{markup(month)}</div>'
        f'<div class="rv-what"><a href="{markup(one.address)}">{markup(one.name)}</a>{tags}'
        f'<p class="rv-small">{markup(where)}</p>{facts}</div>{_bars(one.bars, top)}</li>'
    )


def _bars(heights: Sequence[float], top: float) -> str:
    """The nights in outline, to one scale for the whole list; the words beside them say what they show."""
    if top <= 0 or not heights:
        return ""
    drawn = "".join(f'<i style="height:{max(4.0, 100 * one / top):.0f}%"></i>' for one in heights)
    return f'<div class="rv-nights" aria-hidden="true">{drawn}</div>'
