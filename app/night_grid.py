"""The step of the nights: a table of all, and a column at a time to be filled: typed, pasted, or from the register."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.drafting import Drafting, change, generation, key, tell
from app.entries import Entry, Place, at, detach, entry_at, put, target
from app.fields import Form, alike, anchor, evidence_field, field_key, number_field, read_as
from app.form_faults import field_label
from app.tables import Column, table
from app.text import markup, plain
from app.visit import visiting
from data.clock import short_day
from data.numbers import HARD_SPACE
from impact.entry_reading import as_date
from impact.event import NIGHT_RULES
from impact.nights import list_nights, night_row
from impact.register_reading import typed_date

COLUMNS = tuple(NIGHT_RULES)


def nights(form: Form) -> None:
    """All nights in a table, then one column of it, then where guests sleep."""
    layout.text(form.words("nights_lead"))
    rows = at(form.document, ("night",)) or []
    if not rows:
        st.info(plain(form.words("no_nights")), icon=":material/info:")
    _make_buttons(form, rows)
    if rows:
        column = st.segmented_control(
            form.words("night_column"),
            COLUMNS,
            default=COLUMNS[0],
            required=True,
            wrap=True,
            format_func=lambda one: _heading(form, one),
            key=key(form.drafting.event, "night_column"),
        )
        _column(form, rows, str(column))
        _overview(form, rows)
    _lodging(form)


def _heading(form: Form, column: str) -> str:
    label = field_label(("night", 0, column), form.lang)
    return label[:1].upper() + label[1:]


def _overview(form: Form, rows: list[Any]) -> None:
    """Every night with its four numbers, as they were typed."""
    body = []
    for number, row in enumerate(rows):
        cells = []
        for column in COLUMNS:
            place: Place = ("night", number, column)
            text = form.drafting.entry_text(place)
            cells.append((text or entry_at(form.document, place, "amount", form.lang)).text)
        body.append((_day(form, row), *cells))
    headings: list[Column | str] = [form.words("night"), *(Column(_heading(form, one), number=True) for one in COLUMNS)]
    table(form.words("nights_caption"), headings, body)


def _day(form: Form, row: Any) -> str:
    """The night's day, with hard spaces: «26. feb.» would else begin a list."""
    return short_day(as_date(row.get("date")), form.lang).replace(" ", HARD_SPACE)


# -- which nights


def _make_buttons(form: Form, rows: list[Any]) -> None:
    first, last = (as_date(at(form.document, ("event", name))) for name in ("first_day", "last_day"))
    event = form.drafting.event
    with st.container(horizontal=True):
        if first and not rows:
            st.button(
                form.words("make_nights"),
                key=form.key(("night",), "make"),
                on_click=_make,
                args=(event, first, last or first),
            )
        if rows and (known := [day for row in rows if (day := as_date(row.get("date")))]):
            one = dt.timedelta(days=1)
            for name, date in (("before", min(known) - one), ("after", max(known) + one)):
                label = form.words(f"night_{name}", day=short_day(date, form.lang))
                st.button(label, key=form.key(("night",), name), on_click=_make, args=(event, date, date))
            with st.popover(form.words("remove_night"), key=form.key(("night",), "remove")):
                for number, row in enumerate(rows):
                    st.button(
                        _day(form, row),
                        key=form.key(("night", number), "remove"),
                        on_click=_remove,
                        args=(event, number),
                    )
        if rows and form.document.get("event", {}).get("municipality"):
            st.button(
                form.words("from_register"),
                key=form.key(("night",), "register"),
                on_click=_from_register,
                args=(event,),
            )


def _make(event: int, first: dt.date, last: dt.date) -> None:
    """Add the nights from the first day to the last that aren't there yet, at most a year of them."""

    def add(drafting: Drafting, place: Place) -> None:
        rows = list(at(drafting.document, ("night",)) or [])
        held = {str(row.get("date")) for row in rows}
        days = [(first + dt.timedelta(days=n)).isoformat() for n in range(min((last - first).days + 1, 366))]
        rows += [{"date": day} for day in days if day not in held]
        order = sorted(range(len(rows)), key=lambda n: str(rows[n].get("date")))
        _reorder(drafting, rows, order)

    change(event, ("night",), add, renewed=True)


def _reorder(drafting: Drafting, rows: list[Any], order: list[int]) -> None:
    """Put the nights in order; texts follow their rows, those of rows left out go."""
    put(drafting.document, ("night",), [rows[number] for number in order] or None)
    new = {str(old): str(number) for number, old in enumerate(order)}
    moved = {}
    for text, entry in drafting.texts.items():
        steps = text.split("/")
        if steps[0] == "night":
            if steps[1] not in new:
                continue
            text = "/".join(["night", new[steps[1]], *steps[2:]])
        moved[text] = entry
    drafting.texts = moved


def _remove(event: int, number: int) -> None:
    def away(drafting: Drafting, place: Place) -> None:
        rows = at(drafting.document, ("night",))
        _reorder(drafting, rows, [n for n in range(len(rows)) if n != place[1]])

    change(event, ("night", number), away, renewed=True)


def _from_register(event: int) -> None:
    """Fill what is empty of rooms and ordinary sales from the area's night register, with its evidence and source."""
    with visiting() as visit:
        found = list_nights(visit.store)
    filled = missing = 0

    def fill(drafting: Drafting, place: Place) -> None:
        nonlocal filled, missing
        code = str(at(drafting.document, ("event", "municipality")))
        for number, row in enumerate(at(drafting.document, ("night",)) or []):
            date = as_date(row.get("date"))
            held = night_row(found, code, date) if date else None
            if held is None:
                missing += 1
                continue
            rooms = {"value": held.rooms, "evidence": held.sold.evidence, "source": held.sold.source}
            for column, raw in (("rooms", rooms), ("baseline_sold", held.sold.as_dict())):
                if column not in row and f"night/{number}/{column}" not in drafting.texts:
                    row[column] = raw
                    filled += 1

    change(event, ("night",), fill, renewed=True)
    tell(event, "from_register", filled=filled, missing=missing)


# -- one column


def _column(form: Form, rows: list[Any], column: str) -> None:
    """Evidence and source of the column, a field for pasting, and a number a night."""
    layout.text(form.visit.say(f"workbook.field.night.{column}.hint"))
    shared = {str(row[column]["ref"]) for row in rows if isinstance(row.get(column), dict) and "ref" in row[column]}
    if len(shared) == 1 and all(isinstance(row.get(column), dict) and "ref" in row[column] for row in rows):
        number_field(
            form, ("night", 0, column), label=form.words("every_night", field=_heading(form, column)), loosens=False
        )
        _detach_button(form, column)
        return
    if shared:
        layout.text(form.words("some_shared"))
        _detach_button(form, column)
    grounds, mixed = _grounds(form, rows, column)
    event, name = form.drafting.event, form.key(("night", 0), f"{column}_grounds")
    first, second = st.columns([3, 5])
    keep = partial(_keep_grounds, event, column, name)
    evidence_field(form, first, f"{name}_evidence", grounds.evidence, keep)
    second.text_input(form.words("source"), grounds.source, key=f"{name}_source", on_change=keep)
    layout.text(form.words("grounds_mixed" if mixed else "grounds_same"), small=True)
    with st.expander(form.words("paste")):
        st.text_area(
            form.words("paste_label", count=len(rows)),
            key=form.key(("night", 0), f"{column}_paste"),
            help=form.words("paste_hint"),
            on_change=_paste,
            args=(event, column, form.key(("night", 0), f"{column}_paste")),
        )
    columns = st.columns(3)
    for number, row in enumerate(rows):
        with columns[number % 3]:
            _cell(form, number, row, column)


def _cell(form: Form, number: int, row: Any, column: str) -> None:
    place: Place = ("night", number, column)
    where, manner = target(form.document, place)
    entry = form.drafting.entry_text(where) or entry_at(form.document, place, "amount", form.lang)
    name = form.key(place, "text")
    keep = partial(_keep_cell, form.drafting.event, place, name)
    text = st.text_input(_day(form, row), entry.text, key=name, disabled=manner != "own", on_change=keep)
    form.catch(not alike(Entry(str(text or "")), Entry(entry.text), "amount"), keep)
    lines = [f'<span id="{anchor(place)}"></span>']
    lines += [f'<p class="rv-fault">{markup(lack.sentence)}</p>' for lack in form.lacking(place)]
    if " " in entry.text and (reading := read_as(entry.text, "amount", form.lang)) and entry.text != reading:
        lines.append(f'<p class="rv-read">{markup(form.words("read_as", reading=reading))}</p>')
    st.html("".join(lines))


def _grounds(form: Form, rows: list[Any], column: str) -> tuple[Entry, bool]:
    """Evidence and source of a column, and whether nights differ in them."""
    given = {
        (str(raw.get("evidence") or ""), str(raw.get("source") or ""))
        for row in rows
        if isinstance(raw := row.get(column), dict) and "ref" not in raw
    }
    if len(given) == 1:
        return Entry("", *given.pop()), False
    return (Entry() if given else form.drafting.grounds.get(column, Entry())), len(given) > 1


def _keep_grounds(event: int, column: str, name: str) -> None:
    """Evidence and source for every number of the column, and for those still to come."""
    chosen = Entry(
        "", str(st.session_state.get(f"{name}_evidence") or ""), str(st.session_state.get(f"{name}_source") or "")
    )

    def keep(drafting: Drafting, place: Place) -> None:
        drafting.grounds[column] = chosen
        for number, row in enumerate(at(drafting.document, ("night",)) or []):
            raw = row.get(column)
            if isinstance(raw, dict) and not raw.keys() & {"ref", "of"}:
                row[column] = {**raw, "evidence": chosen.evidence, "source": chosen.source}
            elif isinstance(raw, int | float):
                row[column] = {"value": raw, "evidence": chosen.evidence, "source": chosen.source}
            text = drafting.texts.get(f"night/{number}/{column}")
            if text is not None:
                drafting.texts[f"night/{number}/{column}"] = Entry(text.text, chosen.evidence, chosen.source)

    change(event, ("night",), keep, chosen.source)


def _keep_cell(event: int, place: Place, name: str) -> None:
    text = str(st.session_state.get(name) or "")
    change(event, place, partial(_put_cell, text), text)


def _put_cell(text: str, drafting: Drafting, place: Place) -> None:
    """A night's number, with the grounds it had, else the column's."""
    held = at(drafting.document, place)
    grounds = drafting.grounds.get(str(place[2]), Entry())
    if isinstance(held, dict):
        grounds = Entry("", str(held.get("evidence") or ""), str(held.get("source") or ""))
    elif not drafting.grounds.get(str(place[2])):
        grounds = _neighbour(drafting, str(place[2]))
    entry = Entry(text, grounds.evidence, grounds.source) if text.strip() else Entry()
    drafting.keep_number(place, "amount", entry)


def _neighbour(drafting: Drafting, column: str) -> Entry:
    """The grounds that all other nights of the column have; none where they differ."""
    rows = at(drafting.document, ("night",)) or []
    raws = [row[column] for row in rows if isinstance(row.get(column), dict) and "ref" not in row[column]]
    given = {(str(raw.get("evidence") or ""), str(raw.get("source") or "")) for raw in raws}
    return Entry("", *given.pop()) if len(given) == 1 else Entry()


def _paste(event: int, column: str, name: str) -> None:
    """A column as Excel gives it: a number a line, or a date and a number. What has no night stays in the field."""
    lines = str(st.session_state.get(name) or "").splitlines()
    rest: list[str] = []
    taken = 0

    def spread(drafting: Drafting, place: Place) -> None:
        nonlocal taken
        rows = at(drafting.document, ("night",)) or []
        by_date = {str(row.get("date")): number for number, row in enumerate(rows)}
        for number, line in enumerate(lines):
            head, tab, tail = line.partition("\t")
            date = typed_date(head.strip()) if tab else None
            row = by_date.get(date.isoformat()) if date else number
            text = (tail if date else line).strip()
            if not text:
                continue
            if row is None or row >= len(rows):
                rest.append(line)
                continue
            _put_cell(text, drafting, ("night", row, column))
            taken += 1

    change(event, ("night",), spread, "\n".join(lines), renewed=True)
    tell(event, "pasted", count=taken, rest=len(rest))
    if rest:
        st.session_state[field_key(event, generation(event), ("night", 0), f"{column}_paste")] = "\n".join(rest)


def _detach_button(form: Form, column: str) -> None:
    st.button(
        form.words("detach_nights"),
        key=form.key(("night", 0), f"{column}_detach"),
        type="tertiary",
        icon=":material/link_off:",
        on_click=_detach_column,
        args=(form.drafting.event, column),
    )


def _detach_column(event: int, column: str) -> None:
    def loose(drafting: Drafting, place: Place) -> None:
        for number in range(len(at(drafting.document, ("night",)) or [])):
            detach(drafting.document, ("night", number, column))

    change(event, ("night",), loose, renewed=True)


# -- where guests sleep


def _lodging(form: Form) -> None:
    """The split of the accommodation spending between municipalities; its sum must be the whole."""
    head: Place = ("event", "accommodation_by_municipality")
    given = at(form.document, head) or {}
    wrong = [lack for lack in form.lacks if lack.place[:2] == head]
    fold = st.expander(
        form.words("lodging", count=len(given)), expanded=bool(wrong), key=form.key(head), on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        layout.text(form.words("lodging_lead"))
        for lack in form.lacking(head):
            st.html(f'<span id="{anchor(head)}"></span><p class="rv-fault">{markup(lack.sentence)}</p>')
        for code, name in form.reference.municipalities.items():
            number_field(form, (*head, code), label=form.words("lodging_in", name=name))
