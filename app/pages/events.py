"""The register of events: found by words, state, kind, place and year, 50 a page; the search is kept in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from app import asked, layout
from app.event_list import public_style
from app.given import reference
from app.going import go, ways
from app.spans import kroner_span
from app.tables import Cell, Column, Link, download, table
from app.visit import Visit
from data.clock import days
from data.connection import data_folder
from data.permission import Actor
from data.phrases import Lang
from data.store import Store, open_store
from impact.estimates import EstimateRow, published_for
from impact.event_choices import EventChoices, event_choices
from impact.ranges import Range
from impact.register import STATES, EventRow, Search, list_events, sees_all, state_name
from impact.register_fields import word
from impact.register_workbook import export_events, write_template

STYLE = Path(__file__).parent.parent / "lists.css"
PAGE = 50
STATE_WORDS = dict(zip(("ide", "sokt", "bekreftet", "gjennomfort", "evaluert", "avlyst"), STATES, strict=True))
"""States by what the address calls them."""
ORDER_WORDS = {
    "nyeste": "first_day",
    "eldste": "first_day_rising",
    "endret": "changed_at",
    "navn": "name",
    "tilstand": "state",
}
"""Orders by what the address calls them; the first is the usual one."""
FILTERS = ("tilstand", "slag", "kommune", "aar")


def show(visit: Visit) -> None:
    """What was searched for, in a table; and a new event, import and export."""
    public_style()
    st.html(STYLE)
    everyone = sees_all(visit.actor)
    choices = _choices(str(data_folder()), visit.version, "" if everyone else visit.actor.id, visit.actor, visit.store)
    layout.title(visit.say("page.title.events"))
    layout.text(visit.say(f"events_page.{'lead' if everyone else 'lead_own'}", count=choices.count))
    if visit.may("event.create"):
        go(Link(visit.say("events_page.new"), "/skjema?ny=1"))
    if not choices.count:
        layout.empty(visit, "events_page.none" if visit.may("event.create") else "events_page.none_to_read")
        _excel(visit, Search(), 0)
        return
    search = _search(visit, choices)
    total = _found(visit, search)
    _excel(visit, search, total)


@st.cache_resource(max_entries=50, show_spinner=False)
def _choices(folder: str, version: int, owner: str, _actor: Actor, _store: Store) -> EventChoices:
    """What there is to choose from; ``owner`` is who sees only its own."""
    return event_choices(_store, _actor)


# -- the search


def _search(visit: Visit, choices: EventChoices) -> Search:
    """The fields of the search; what they say stands in the address, and the address fills them."""
    text, order = st.columns([3, 1])
    with text:
        asked.follow("events_text", asked.text("q"))
        st.text_input(
            visit.say("events_page.text"),
            key="events_text",
            type="search",
            placeholder=visit.say("events_page.text_where"),
            help=visit.say("events_page.text_hint"),
            on_change=asked.keeping("q", "events_text", lambda one: str(one or "").strip(), "side"),
        )
    with order:
        asked.follow("events_order", _order())
        st.selectbox(
            visit.say("events_page.order"),
            list(ORDER_WORDS),
            format_func=lambda one: visit.say(f"events_page.order_by.{ORDER_WORDS.get(one, one)}"),
            key="events_order",
            on_change=asked.keeping("sorter", "events_order", str, "side"),
        )
    narrowed = _filtered(choices)
    count = sum(map(bool, narrowed.values()))
    label = visit.say("events_page.filters_on", count=count) if count else visit.say("events_page.filters")
    with st.expander(label, expanded=bool(count)):
        _filters(visit, choices, narrowed)
    year = int(next(iter(narrowed["aar"]), 0))
    return Search(
        text=asked.text("q"),
        states=narrowed["tilstand"],
        kinds=narrowed["slag"],
        municipalities=narrowed["kommune"],
        since=dt.date(year, 1, 1) if year else None,
        until=dt.date(year, 12, 31) if year else None,
    )


def _filtered(choices: EventChoices) -> dict[str, list[str]]:
    """What the address narrows the list by."""
    return {
        "tilstand": asked.several("tilstand", STATE_WORDS),
        "slag": asked.several("slag", _own(choices.kinds)),
        "kommune": asked.several("kommune", _own(choices.municipalities)),
        "aar": asked.several("aar", _own(tuple(map(str, choices.years))))[:1],
    }


def _order() -> str:
    found = asked.text("sorter")
    return found if found in ORDER_WORDS else next(iter(ORDER_WORDS))


def _filters(visit: Visit, choices: EventChoices, narrowed: Mapping[str, list[str]]) -> None:
    places, lang = reference().municipalities, visit.lang
    one, two = st.columns(2)
    with one:
        _several(visit, "tilstand", narrowed, STATE_WORDS, {state: state_name(state, lang) for state in STATES})
        kinds = {kind: word("kind", kind, lang) for kind in choices.kinds}
        _several(visit, "slag", narrowed, _own(choices.kinds), kinds)
    with two:
        named = {code: places.get(code, code) for code in choices.municipalities}
        _several(visit, "kommune", narrowed, _own(choices.municipalities), named)
        asked.follow("events_aar", next(iter(narrowed["aar"]), ""))
        st.selectbox(
            visit.say("events_page.filter.aar"),
            ["", *map(str, reversed(choices.years))],
            format_func=lambda year: year or visit.say("events_page.any"),
            key="events_aar",
            on_change=asked.keeping("aar", "events_aar", str, "side"),
        )
    st.button(visit.say("events_page.clear"), key="events_clear", on_click=_clear)


def _own(values: tuple[str, ...]) -> dict[str, str]:
    return {one: one for one in values if "," not in one}


def _several(
    visit: Visit, name: str, narrowed: Mapping[str, list[str]], words: Mapping[str, str], named: Mapping[str, str]
) -> None:
    """A field in which several may be chosen; none is all of them."""
    key, back = f"events_{name}", {value: written for written, value in words.items()}
    asked.follow(key, narrowed[name])
    st.multiselect(
        visit.say(f"events_page.filter.{name}"),
        list(back),
        format_func=lambda one: named.get(one, one),
        key=key,
        placeholder=visit.say("events_page.any"),
        on_change=asked.keeping(name, key, asked.joined(back), "side"),
        select_all=False,
    )


def _clear() -> None:
    asked.change(dict.fromkeys(("q", *FILTERS, "side"), ""))


# -- what was found


def _found(visit: Visit, search: Search) -> int:
    """The table's page that the address names, and the ways to the next; how many were found in all."""
    page = asked.number("side")
    order = ORDER_WORDS[_order()]
    order = f"name_{visit.lang}" if order == "name" else order
    rows, total = list_events(visit.store, visit.actor, search, limit=PAGE, offset=(page - 1) * PAGE, order=order)
    pages = max(1, -(-total // PAGE))
    if not total:
        layout.empty(visit, "events_page.nothing_found")
        return 0
    if not rows:
        layout.empty(visit, "events_page.beyond", pages=pages)
    else:
        first = (page - 1) * PAGE + 1
        spans = {"first": first, "last": first + len(rows) - 1}
        caption = visit.say("events_page.caption", count=total, **spans)
        published = published_for(visit.store, [one.id for one in rows])
        places = reference().municipalities
        table(caption, _heads(visit), [_cells(visit, one, places, published.get(one.id)) for one in rows])
        if any(one.id in published for one in rows):
            layout.text(visit.say("events_page.modelled"), small=True)
    if pages > 1:
        _turning(visit, min(page, pages + 1), pages)
    return total


def _turning(visit: Visit, page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        back, on = visit.say("events_page.previous"), visit.say("events_page.next")
        st.button(back, key="events_previous", disabled=page <= 1, on_click=_turn, args=(page - 1,))
        st.button(on, key="events_next", disabled=page >= pages, on_click=_turn, args=(page + 1,))
        layout.text(visit.say("events_page.page", page=page, pages=pages), small=True)


def _turn(page: int) -> None:
    asked.keep("side", str(page) if page > 1 else "")


def _heads(visit: Visit) -> list[Column | str]:
    names = ("name", "days", "place", "kind", "state", "series", "value_added")
    return [Column(visit.say(f"events_page.head.{one}"), number=one == "value_added") for one in names]


def _cells(visit: Visit, one: EventRow, places: Mapping[str, str], estimate: EstimateRow | None) -> list[Cell]:
    lang = visit.lang
    name = one.name(lang) or visit.say("events_page.unnamed")
    series = " ".join(part for part in (one.series, one.edition) if part)
    return [
        Link(visit.say("events_page.sample", name=name) if one.sample else name, f"/arrangement?id={one.id}"),
        days(one.first_day, one.last_day, lang),
        places.get(one.municipality, one.municipality) or "–",
        word("kind", one.kind, lang) or "–",
        state_name(one.state, lang),
        series or "–",
        _value_added(lang, estimate),
    ]


def _value_added(lang: Lang, estimate: EstimateRow | None) -> Cell:
    if estimate is None or estimate.value_added is None:
        return "–"
    return Link(kroner_span(lang, Range(*estimate.value_added)), f"/anslag?id={estimate.id}")


# -- Excel


def _excel(visit: Visit, search: Search, total: int) -> None:
    """What was found as a workbook, the empty list, and the way to the import."""
    layout.section(visit.say("events_page.excel"))
    lang, folder, actor = visit.lang, visit.store.folder, visit.actor
    with st.container(horizontal=True):
        if total:
            label = visit.say("events_page.export", count=total)
            made = f"{visit.say('events_page.file')}.xlsx"
            download(label, made, lambda: _export(folder, actor, lang, search), key="events_export")
        if visit.may("event.import"):
            label, made = visit.say("events_page.template"), f"{visit.say('events_page.template_file')}.xlsx"
            download(label, made, lambda: write_template(reference(), lang), key="events_template")
    links = [Link(visit.say("events_page.import"), "/importer")] if visit.may("event.import") else []
    ways([*links, Link(visit.say("events_page.calendar"), "/kalender")])


def _export(folder: Path, actor: Actor, lang: Lang, search: Search) -> bytes:
    with open_store(folder) as store, store.read():
        rows, _ = list_events(store, actor, search, limit=-1)
        valued: dict[int, Any] = dict(published_for(store, [one.id for one in rows]))
        return export_events(store, actor, reference(), lang, search, valued)
