"""The events of a month, day by day: which get in each other's way, on which nights, and what there is room for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app import asked, layout
from app.event_list import public_style
from app.given import reference
from app.going import ways
from app.month_grid import Line, month_grid, month_name
from app.spans import count_span
from app.subscribing import subscribe
from app.tables import Link
from app.text import markup
from app.visit import Visit
from data.clock import days, short_day, today
from data.connection import data_folder
from data.permission import Actor
from data.store import Store
from impact.area_nights import NightView
from impact.collisions import Collision, collision_name, collisions
from impact.event_choices import event_choices
from impact.register import EventRow, Search, list_events, sees_all, state_name
from impact.shortfall import Rooms, area_nights, rooms_on

MONTH = "maaned"
SHOWN = 20
"""Collisions that are explained; a month with more of them has its count."""
NAMES = 6
"""Events that a sentence names."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
_DAY = dt.timedelta(1)


@dataclass(frozen=True)
class Month:
    """A month's events and the collisions among them, as one who may see them does."""

    first: dt.date
    rows: tuple[EventRow, ...]
    found: tuple[Collision, ...]
    months: tuple[str, ...]

    @property
    def last(self) -> dt.date:
        return _after(self.first) - _DAY


def show(visit: Visit) -> None:
    """The month that the address names, else this one."""
    public_style()
    first = _asked()
    owner = "" if sees_all(visit.actor) else visit.actor.id
    month = _month(str(data_folder()), visit.version, owner, first, visit.actor, visit.store)
    name = month_name(first, visit.lang)
    firm = sum(one.firm for one in month.found)
    key = "none" if not month.rows else "clash" if month.found else "calm"
    counts = {"count": len(month.rows), "collisions": len(month.found), "firm": firm}
    layout.title(visit.say("page.title.calendar"), visit.say(f"calendar_page.lead.{key}", month=name, **counts))
    if owner:
        layout.text(visit.say("calendar_page.own"))
    _turning(visit, month)
    month_grid(first, _days(visit, month), visit.lang, today())
    if month.found:
        keys = "".join(
            f'<span class="rv-key rv-clash rv-{kind}">{markup(visit.say(f"calendar_page.key.{kind}"))}</span>'
            for kind in ("firm", "loose")
        )
        st.html(f'<p class="rv-small">{keys}</p>')
    elif not month.rows:
        layout.empty(visit, "calendar_page.empty")
    _collisions(visit, month)
    subscribe(visit, None)


def _asked() -> dt.date:
    """The first day of the month that is asked for. Raises LookupError where the address has no month."""
    text = asked.text(MONTH)
    if not text:
        return today().replace(day=1)
    found = _MONTH.match(text)
    if not found or not 1900 <= int(found[1]) <= 2200:
        raise LookupError(f"no month {text}")
    return dt.date(int(found[1]), int(found[2]), 1)


def _after(first: dt.date) -> dt.date:
    return (first + 31 * _DAY).replace(day=1)


@st.cache_resource(max_entries=60, show_spinner=False)
def _month(folder: str, version: int, owner: str, first: dt.date, _actor: Actor, _store: Store) -> Month:
    """A month as ``owner`` sees it, or as one who sees every event does."""
    last = _after(first) - _DAY
    rows, _ = list_events(_store, _actor, Search(since=first, until=last), limit=-1, order="first_day_rising")
    found = [one for one in collisions(rows) if one.days[0] <= last and one.days[1] >= first]
    return Month(first, tuple(rows), tuple(found), event_choices(_store, _actor).months)


@st.cache_resource(max_entries=60, show_spinner=False)
def _nights(
    folder: str, version: int, codes: tuple[str, ...], first: dt.date, last: dt.date, _store: Store
) -> dict[str, list[NightView]]:
    return area_nights(_store, codes, first, last)


def _turning(visit: Visit, month: Month) -> None:
    """The months before and after, this one, and those that have events."""
    before = (month.first - _DAY).replace(day=1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, first in (("before", before), ("now", today().replace(day=1)), ("after", _after(month.first))):
            label = visit.say("calendar_page.now") if name == "now" else month_name(first, visit.lang)
            icon = {"before": ":material/chevron_left:", "after": ":material/chevron_right:"}.get(name)
            st.button(label, key=f"calendar_{name}", icon=icon, on_click=asked.keep, args=(MONTH, _written(first)))
        asked.follow("calendar_month", _written(month.first))
        st.selectbox(
            visit.say("calendar_page.go"),
            sorted({*month.months, _written(month.first)}),
            format_func=lambda one: month_name(dt.date.fromisoformat(f"{one}-01"), visit.lang),
            key="calendar_month",
            on_change=asked.keeping(MONTH, "calendar_month", str),
            width=220,
        )


def _written(first: dt.date) -> str:
    return f"{first:%Y-%m}"


def _days(visit: Visit, month: Month) -> dict[dt.date, list[Line]]:
    """Every day's events; those that collide are marked, with what they collide in."""
    lines: dict[dt.date, list[Line]] = {}
    for row in month.rows:
        if row.first_day is None or row.last_day is None:
            continue
        state = (state_name(row.state, visit.lang),) if row.state in ("cancelled", "idea", "bid") else ()
        sample = (visit.say("choosing.sample"),) if row.sample else ()
        name = row.name(visit.lang) or visit.say("events_page.unnamed")
        own = [one for one in month.found if row.id in one.events]
        plain_line = Line(name, f"/arrangement?id={row.id}", (*state, *sample))
        for day in _between(max(row.first_day, month.first), min(row.last_day, month.last)):
            lines.setdefault(day, []).append(_marked(visit, plain_line, [one for one in own if _on(one, day)]))
    return lines


def _marked(visit: Visit, line: Line, own: Sequence[Collision]) -> Line:
    if not own:
        return line
    kinds = dict.fromkeys(one.kind for one in own if one.kind != "nights")
    tags = (*line.tags, *(visit.say(f"calendar_page.tag.{kind}") for kind in kinds))
    return replace(line, tags=tags, clash="firm" if any(one.firm for one in own) else "loose")


def _on(one: Collision, day: dt.date) -> bool:
    return one.days[0] <= day <= one.days[1]


def _between(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + number * _DAY for number in range((last - first).days + 1))


# -- the collisions in words


def _collisions(visit: Visit, month: Month) -> None:
    if not month.found:
        return
    layout.section(visit.say("calendar_page.collisions"))
    rows = {one.id: one for one in month.rows}
    nights = _nights_of(visit, [one for one in month.found[:SHOWN] if one.kind == "nights"], rows)
    shown = "".join(_collision(visit, one, rows, nights) for one in month.found[:SHOWN])
    st.html(f"<div>{shown}</div>")
    if len(month.found) > SHOWN:
        layout.text(visit.say("calendar_page.not_shown", count=len(month.found) - SHOWN))
    ways([Link(visit.say("calendar_page.nights"), "/netter")])


def _nights_of(visit: Visit, found: Sequence[Collision], rows: Mapping[int, EventRow]) -> Mapping[str, list[NightView]]:
    """The nights that the shown collisions of beds are about, by municipality."""
    if not found:
        return {}
    places = reference().municipalities
    codes = tuple(sorted({rows[id].municipality for one in found for id in one.events} & places.keys()))
    since, until = (end(one.days[place] for one in found) for place, end in ((0, min), (1, max)))
    return _nights(str(data_folder()), visit.version, codes, since, until, visit.store)


def _collision(
    visit: Visit, one: Collision, rows: Mapping[int, EventRow], nights: Mapping[str, list[NightView]]
) -> str:
    """What collides, when, which events, and for nights what there is room for."""
    names = [_link(visit, rows[id]) for id in one.events[:NAMES]]
    if len(one.events) > NAMES:
        names.append(markup(visit.say("calendar_page.more", count=len(one.events) - NAMES)))
    what = collision_name(one, visit.lang, reference().municipalities)
    when = days(*one.days, visit.lang)
    head = f"<b>{markup(what[:1].upper() + what[1:])}</b>, {markup(when)}: {', '.join(names)}."
    said = [] if one.firm else [visit.say("calendar_page.not_firm")]
    if one.kind == "nights":
        codes = dict.fromkeys(rows[id].municipality for id in one.events)
        found = [rooms_on(nights[code], *one.days) for code in codes if code in nights]
        said += [_rooms(visit, each) for each in found if each is not None]
    return f'<div class="rv-collision">{head}{"".join(f"<p>{markup(text)}</p>" for text in said)}</div>'


def _link(visit: Visit, row: EventRow) -> str:
    name = row.name(visit.lang) or visit.say("events_page.unnamed")
    return f'<a href="/arrangement?id={row.id}">{markup(name)}</a>'


def _rooms(visit: Visit, one: Rooms) -> str:
    """Whether there are rooms enough, in a sentence."""
    place, lang = reference().municipalities[one.municipality], visit.lang
    if one.worst is None:
        return visit.say("calendar_page.rooms.not_computed", place=place)
    worst = one.worst
    figures = {"place": place, "night": short_day(worst.date, lang), "demand": count_span(lang, worst.demand)}
    if worst.free is None or worst.displaced is None or worst.unhoused is None:
        return visit.say("calendar_page.rooms.rooms_unknown", **figures)
    if one.state != "short":
        return visit.say(f"calendar_page.rooms.{one.state}", free=count_span(lang, worst.free), **figures)
    short = {"displaced": count_span(lang, worst.displaced), "unhoused": count_span(lang, worst.unhoused)}
    return visit.say("calendar_page.rooms.short", nights=len(one.short), **short, **figures)
