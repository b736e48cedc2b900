"""The night register, for staff: rooms for let and rooms ordinarily sold, by municipality and span of nights."""

from __future__ import annotations

import streamlit as st

from app import choosing, doing, layout
from app.choosing import REGION, address
from app.doing import attempt
from app.given import reference
from app.night_row_form import night_form
from app.tables import Cell, Column, Link, table
from app.text import plain
from app.visit import Visit
from data.clock import days, today
from data.faults import Faults
from data.numbers import number, percent
from data.permission import require
from data.typed import read_amount
from impact.nights import NightRow, add_nights, list_nights, nights_from_statistics

STATISTICS = "region/accommodation-{}.csv"


def show(visit: Visit) -> None:
    """The rows of a municipality or all; one to change, by its address, or a new one; and months from statistics."""
    require(visit.actor, "event.read")
    rows = list_nights(visit.store)
    chosen = _asked(rows)
    layout.title(visit.say("page.title.nights"), visit.say("nights_page.lead"))
    doing.tell(visit)
    if chosen is not None and visit.may("nights.write"):
        _change(visit, chosen)
        return
    place = choosing.choose_place(visit, page="nights", everywhere=True, usual=REGION)
    _table(visit, [one for one in rows if place in (REGION, one.municipality)])
    if visit.may("nights.write"):
        layout.section(visit.say("nights_page.new"))
        night_form(visit, None, first_day=today())
        layout.section(visit.say("nights_page.statistics"))
        _statistics(visit)


def _asked(rows: list[NightRow]) -> NightRow | None:
    """The row that the address names; None where it names none. Raises LookupError where there is no such row."""
    asked = st.query_params.get("id")
    if asked is None:
        return None
    for one in rows:
        if str(one.id) == asked:
            return one
    raise LookupError(f"no nights {asked}")


def _change(visit: Visit, row: NightRow) -> None:
    place = reference().municipalities.get(row.municipality, row.municipality)
    layout.section(visit.say("nights_page.change", place=place, days=days(row.first_day, row.last_day, visit.lang)))
    _table(visit, [row])
    night_form(visit, row, first_day=row.first_day)
    st.html(f'<p><a href="/netter">{plain(visit.say("nights_page.all"))}</a></p>')


def _table(visit: Visit, rows: list[NightRow]) -> None:
    if not rows:
        layout.empty(visit, "nights_page.empty")
        return
    names = ("municipality", "span", "rooms", "sold", "occupancy", "evidence", "source")
    numbers = ("rooms", "sold", "occupancy")
    columns = [Column(visit.say(f"nights_page.column.{name}"), number=name in numbers) for name in names]
    table(visit.say("nights_page.caption"), columns, [_row(visit, one) for one in rows])
    layout.text(visit.say("nights_page.which"), small=True)


def _row(visit: Visit, one: NightRow) -> list[Cell]:
    lang, sold = visit.lang, one.sold
    written = number(sold.mode, lang)
    if sold.low is not None and sold.high is not None:
        span = visit.say("report.to", low=number(sold.low, lang), high=number(sold.high, lang))
        written = f"{written} ({span})"
    place = reference().municipalities.get(one.municipality, one.municipality)
    return [
        Link(place, address("/netter", id=str(one.id))) if visit.may("nights.write") else place,
        days(one.first_day, one.last_day, lang),
        number(one.rooms, lang),
        written,
        percent(sold.mode / one.rooms, lang),
        visit.say(f"workbook.evidence.{sold.evidence}"),
        sold.source,
    ]


def _statistics(visit: Visit) -> None:
    """Months of a municipality, from imported occupancy: what comes is shown before it is stored."""
    years = sorted(reference().years(STATISTICS), reverse=True)
    if not years:
        layout.text(visit.say("nights_page.no_statistics"))
        return
    layout.text(visit.say("nights_page.statistics_about"))
    places = reference().municipalities
    place_field, year_field, into_field, rooms_field = st.columns(4)
    with place_field:
        place = st.selectbox(
            visit.say("nights_page.municipality"),
            list(places),
            format_func=lambda code: places[code],
            key="nights_statistics_place",
        )
    with year_field:
        year = st.selectbox(visit.say("nights_page.statistics_year"), years, key="nights_statistics_year")
    with into_field:
        ahead = [today().year + number_ for number_ in range(3)]
        into = st.selectbox(
            visit.say("nights_page.statistics_into"),
            [*ahead, int(year)] if int(year) not in ahead else ahead,
            key="nights_statistics_into",
        )
    with rooms_field:
        rooms = st.text_input(visit.say("nights_page.rooms"), key="nights_statistics_rooms", max_chars=20)
    if not rooms:
        return
    try:
        found = nights_from_statistics(reference(), int(year), {str(place): float(read_amount(rooms))}, into=int(into))
    except Faults as trouble:
        layout.faults(visit, trouble.faults)
        return
    if not found:
        layout.empty(visit, "nights_page.statistics_nothing", place=places[str(place)], year=str(year))
        return
    _table_of_new(visit, found)
    st.button(
        visit.say("nights_page.statistics_add", count=len(found)),
        key="nights_statistics_add",
        on_click=_add,
        args=(found,),
    )


def _table_of_new(visit: Visit, rows: list[NightRow]) -> None:
    columns = [
        Column(visit.say(f"nights_page.column.{name}"), number=name == "sold") for name in ("span", "sold", "source")
    ]
    said = [
        [days(one.first_day, one.last_day, visit.lang), number(one.sold.mode, visit.lang), one.sold.source]
        for one in rows
    ]
    table(visit.say("nights_page.statistics_caption"), columns, said)


def _add(rows: list[NightRow]) -> None:
    """Store the months, all or none, once: the field of rooms is emptied, and with it what a second click would add."""
    if not st.session_state.get("nights_statistics_rooms"):
        return

    def act(visit: Visit) -> str:
        add_nights(visit.store, visit.actor, reference(), rows)
        return visit.say("nights_page.added", count=len(rows))

    if attempt(act):
        st.session_state["nights_statistics_rooms"] = ""
