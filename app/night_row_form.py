"""The form of one row of the night register: rooms, ordinary sales as a number or a range, evidence and source.

What was typed stays in its fields until it is stored: through a fault, another's change, F5 or a restart.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, cast

import streamlit as st

from app import layout
from app.dates import DATES
from app.doing import attempt
from app.given import reference
from app.kept import keep, sent
from app.text import plain
from app.visit import Visit
from data.faults import Fault, Faults
from data.numbers import number
from data.store import Conflict
from data.typed import Typed, read_amount, read_number
from data.value import EVIDENCE, Evidence, Value
from impact.nights import SOURCE_LENGTH, NightRow, add_nights, delete_nights, save_nights

NEW = 0
"""The number of a row that isn't stored yet."""
FIELDS = ("municipality", "first_day", "last_day", "rooms", "sold", "evidence", "source")


def night_form(visit: Visit, row: NightRow | None, *, first_day: dt.date) -> None:
    """The fields of a stored row, or of a new one."""
    id = NEW if row is None else row.id
    given = _given(row, first_day)
    keep(visit, _form(id), _fields(id), given=given, along="version")
    for field, value in given.items():
        st.session_state.setdefault(_key(id, field), value)
    places = reference().municipalities
    say = visit.say
    one, two, three = st.columns(3)
    with one:
        st.selectbox(
            say("nights_page.municipality"),
            list(places),
            format_func=lambda code: places[code],
            key=_key(id, "municipality"),
        )
    with two:
        st.date_input(say("nights_page.first_day"), format=DATES[visit.lang], key=_key(id, "first_day"))
    with three:
        st.date_input(say("nights_page.last_day"), format=DATES[visit.lang], key=_key(id, "last_day"))
    left, right = st.columns(2)
    with left:
        _number(visit, id, "rooms")
    with right:
        _number(visit, id, "sold")
    st.selectbox(
        say("nights_page.evidence"),
        EVIDENCE,
        index=None,
        placeholder=say("nights_page.choose"),
        format_func=lambda code: say(f"workbook.evidence.{code}"),
        key=_key(id, "evidence"),
    )
    st.text_input(say("nights_page.source"), key=_key(id, "source"), max_chars=SOURCE_LENGTH)
    layout.text(say("nights_page.source_hint"), small=True)
    label = say("nights_page.add" if row is None else "nights_page.save")
    with st.container(horizontal=True):
        st.button(label, key=_key(id, "store"), type="primary", on_click=_store, args=(id,))
        if row is not None:
            _deleting(visit, row)


def _number(visit: Visit, id: int, field: str) -> None:
    """A number as people type it, and how it was read."""
    typed = st.text_input(visit.say(f"nights_page.{field}"), key=_key(id, field), max_chars=60)
    said = visit.say(f"nights_page.{field}_hint")
    if typed:
        try:
            read = read_number(typed).written(visit.lang)
            said = visit.say("nights_page.read_as", read=read)
        except Faults as found:
            said = " ".join(f"{one.problem(visit.lang)} {one.expected(visit.lang)}" for one in found.faults)
    layout.text(said, small=True)


def _deleting(visit: Visit, row: NightRow) -> None:
    with st.popover(visit.say("nights_page.delete"), icon=":material/delete:"):
        st.write(plain(visit.say("nights_page.delete_sure")))
        st.button(visit.say("nights_page.delete_yes"), key=_key(row.id, "delete"), on_click=_delete, args=(row.id,))


def _given(row: NightRow | None, first_day: dt.date) -> dict[str, Any]:
    """What stands in the fields at first: the row as it is stored, or nothing but the days."""
    if row is None:
        days = {"first_day": first_day, "last_day": first_day}
        return {**days, "rooms": "", "sold": "", "source": "", "version": 0}
    return {
        "municipality": row.municipality,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "rooms": _typed(row.rooms),
        "sold": _range(row.sold),
        "evidence": row.sold.evidence,
        "source": row.sold.source,
        "version": row.version,
    }


def _form(id: int) -> str:
    return f"night:{id}"


def _fields(id: int) -> dict[str, str]:
    return {field: _key(id, field) for field in (*FIELDS, "version")}


def _store(id: int) -> None:
    """Store what stands in the fields, once; where others changed the row meanwhile, what was typed stays."""
    version = int(st.session_state[_key(id, "version")])

    def act(visit: Visit) -> str:
        row = _read(id)
        if id == NEW:
            add_nights(visit.store, visit.actor, reference(), [row])
            sent(visit, _form(id), _fields(id).values())
            return visit.say("nights_page.added", count=1)
        try:
            save_nights(visit.store, visit.actor, reference(), id, version, row)
        except Conflict as trouble:
            if trouble.now is not None:
                st.session_state[_key(id, "version")] = trouble.now["version"]
            raise
        sent(visit, _form(id), _fields(id).values())
        return visit.say("nights_page.saved")

    if attempt(act):
        st.query_params.pop("id", None)


def _delete(id: int) -> None:
    version = int(st.session_state[_key(id, "version")])

    def act(visit: Visit) -> str:
        delete_nights(visit.store, visit.actor, id, version)
        sent(visit, _form(id), _fields(id).values())
        return visit.say("nights_page.deleted")

    if attempt(act):
        st.query_params.pop("id", None)


def _read(id: int) -> NightRow:
    """The row as it was typed. Raises :class:`Faults` with everything that can't be read."""
    held = {field: st.session_state.get(_key(id, field)) for field in FIELDS}
    faults: list[Fault] = []
    rooms, sold = Decimal(0), Typed(Decimal(0))
    try:
        rooms = read_amount(str(held["rooms"] or ""), place="rooms")
    except Faults as found:
        faults += found.faults
    try:
        sold = read_number(str(held["sold"] or ""), place="sold")
    except Faults as found:
        faults += found.faults
    first, last = held["first_day"], held["last_day"]
    faults += [Fault("", field, "", "nights_page.no_day") for field in ("first_day", "last_day") if not held[field]]
    if faults or first is None or last is None:
        raise Faults(faults)
    low, high = (None if end is None else float(end) for end in (sold.low, sold.high))
    evidence = cast(Evidence, str(held["evidence"] or ""))
    value = Value(float(sold.mode), low, high, evidence, str(held["source"] or ""))
    return NightRow(str(held["municipality"]), first, last, float(rooms), value)


def _typed(value: float) -> str:
    """A number with spaces and a decimal comma: the one way of writing that is read alike in both languages."""
    return number(value, "nb", 0 if value == int(value) else 1)


def _range(sold: Value) -> str:
    ends = (sold.mode,) if sold.low is None or sold.high is None else (sold.low, sold.mode, sold.high)
    return " / ".join(map(_typed, ends))


def _key(id: int, field: str) -> str:
    return f"nights_{id}_{field}"
