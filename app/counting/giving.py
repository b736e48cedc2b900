"""The form of a count: what it is of, and its figures typed, pasted or from a file; what was read is shown first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from app import layout
from app.counting.words import period
from app.deed import Fields, day_field, deed, fields, text_area, text_field
from app.given import reference
from app.kept import keep
from app.text import plain
from app.visit import Visit
from data.clock import days
from data.faults import Fault, Faults
from data.numbers import localised
from data.store import Conflict
from data.value import EVIDENCE, Evidence
from impact.counts.reading import Read, read_file, read_pasted
from impact.counts.series import LONGEST, NAME_LENGTH, Given, Series, add_series, save_series
from impact.counts.units import KINDS, STEPS, UNITS, Kind, Step, last_day, periods
from impact.published import GRADES
from impact.register import EventRow
from impact.trade_map import read_trades

WAYS = ("typed", "pasted", "file")
MOST_TYPED = 31
"""Days that are typed in fields of their own; more are pasted."""
LONGEST_TEXT = 90_000
ABOUT = ("kind", "name", "place", "step", "trade", "taken", "evidence", "grade", "source", "way", "text")


@dataclass(frozen=True)
class Giving:
    """A form that is being filled: the event, the count that is corrected (None: a new one), and the fields."""

    form: Fields
    row: EventRow
    held: Series | None

    @property
    def kind(self) -> Kind | None:
        return self.held.kind if self.held else cast(Kind | None, self.form["kind"])

    @property
    def step(self) -> Step:
        """Rooms are given by night; otherwise as chosen."""
        return "day" if self.kind == "rooms" else cast(Step, self.form["step"] or "day")

    @property
    def ways(self) -> tuple[str, ...]:
        """How figures can be given: one figure is typed, and what is corrected stands as text."""
        if self.step == "whole":
            return ("typed",)
        few = bool(self.periods) and len(self.periods) <= MOST_TYPED
        return WAYS if few and not self.held else WAYS[1:]

    @property
    def way(self) -> str:
        return self.form["way"] if self.form["way"] in self.ways else self.ways[0]

    @property
    def periods(self) -> list[dt.date]:
        """The event's own days, weeks or months; none where its days aren't known."""
        row = self.row
        return periods(self.step, row.first_day, row.last_day) if row.first_day and row.last_day else []

    @property
    def file_key(self) -> str:
        return f"{self.form.name}_file{self.form.turn}"


def add_form(visit: Visit, row: EventRow) -> None:
    """The form of a new count."""
    usual = {"place": row.municipality, "step": "day", "way": WAYS[0]}
    names = (*ABOUT, *(_typed_field(step, one) for step, one in _typeable(row)))
    form = fields(visit, f"counts_{row.id}_add", *names, given=usual)
    turn = form.turn
    giving = Giving(form, row, None)

    def store(visit: Visit) -> str:
        if form.turn == turn:  # else this is a second click
            add_series(visit.store, visit.actor, reference(), row.id, given(giving), once=form.once)
        return visit.say("counts_page.stored")

    _draw(visit, giving, store, visit.say("counts_page.store"))


def correct_form(visit: Visit, row: EventRow, held: Series) -> None:
    """The form of a count that is corrected, filled with what it says now."""
    usual = _held(held)
    form = Fields(visit, f"counts_{row.id}_{held.id}_save", (*ABOUT, "version"))
    keep(visit, form.name, {one: form.key(one) for one in form.names}, given=usual, along="version")
    for one, value in usual.items():
        st.session_state.setdefault(form.key(one), value)
    version, turn = int(form["version"]), form.turn
    giving = Giving(form, row, held)

    def store(visit: Visit) -> str:
        if form.turn == turn:
            try:
                save_series(visit.store, visit.actor, reference(), held.id, version, given(giving))
            except Conflict as trouble:
                if trouble.now is not None:
                    st.session_state[form.key("version")] = trouble.now["version"]
                raise
        return visit.say("counts_page.corrected")

    _draw(visit, giving, store, visit.say("counts_page.correct_store"))


def given(giving: Giving) -> Given:
    """The count as the form has it now. Raises :class:`Faults` with everything that can't be read."""
    form, kind = giving.form, giving.kind
    if kind is None:
        raise Faults([Fault("", form.visit.say("counts_page.kind"), "", "counts_page.no_kind")])
    found = read(giving)
    return Given(
        kind=kind,
        name=str(form["name"] or ""),
        place=str(form["place"] or ""),
        step=giving.step,
        figures=found.figures,
        taken=form["taken"],
        evidence=cast(Evidence, form["evidence"] or ""),
        source=str(form["source"] or ""),
        rooms=found.rooms,
        trade=str(form["trade"] or "") if kind == "cards" else "",
        grade=str(form["grade"] or ""),
    )


def read(giving: Giving) -> Read:
    """The figures of the form, in the way that was chosen. Raises :class:`Faults`."""
    form, kind = giving.form, giving.kind or "others"
    lang = form.visit.lang
    if giving.way == "typed":
        return _read_typed(giving, kind)
    if giving.way == "pasted":
        return read_pasted(str(form["text"] or ""), kind, giving.step, lang)
    sent: Any = st.session_state.get(giving.file_key)
    if sent is None:
        raise Faults([Fault("", "", "", "counts.no_figures")])
    return read_file(sent.getvalue(), sent.name, kind, giving.step, str(form["place"] or ""), lang)


def _read_typed(giving: Giving, kind: Kind) -> Read:
    """Each field by itself, its faults named by its day."""
    figures, rooms, faults, lang = dict[dt.date, float](), dict[dt.date, float](), list[Fault](), giving.form.visit.lang
    for one in giving.periods:
        text = str(giving.form[_typed_field(giving.step, one)] or "").strip()
        if not text:
            continue
        try:
            found = read_pasted(f"{one.isoformat()} {text}", kind, "day", lang)
            figures, rooms = figures | found.figures, rooms | found.rooms
        except Faults as trouble:
            place = _label(giving, one)
            faults += [Fault("", place, text, fault.code, fault.figures) for fault in trouble.faults]
    if faults or not figures:
        raise Faults(faults or [Fault("", "", "", "counts.no_figures")])
    return Read(figures, rooms)


# -- the fields


def _draw(visit: Visit, giving: Giving, store: Callable[[Visit], str], label: str) -> None:
    form, say = giving.form, visit.say
    if giving.held is None:
        _choice(form, "kind", say("counts_page.kind"), KINDS, lambda one: say(f"counts.kind.{one}"), unset=True)
    if giving.kind is None:
        return
    layout.text(say(f"counts_page.about.{giving.kind}"), small=True)
    left, right = st.columns(2)
    with left:
        text_field(form, "name", say("counts_page.name"), hint=say("counts_page.name_hint"), longest=NAME_LENGTH)
        if giving.kind != "rooms":
            _choice(form, "step", say("counts_page.step"), STEPS, lambda one: say(f"counts.step.{one}"))
        _choice(form, "evidence", say("counts_page.evidence"), EVIDENCE, _evidence(visit), unset=True)
        day_field(form, "taken", say("counts_page.taken"), hint=say("counts_page.taken_hint"))
    with right:
        places = reference().municipalities
        _choice(form, "place", say("counts_page.place"), list(places), lambda one: places[one], unset=True)
        if giving.kind == "cards":
            trades = {one.code: one.name(visit.lang) for one in read_trades().every}
            _choice(form, "trade", say("counts_page.trade"), list(trades), lambda one: trades[one], unset=True)
        text_field(form, "source", say("counts_page.source"), hint=say("counts_page.source_hint"), longest=LONGEST)
        _choice(form, "grade", say("counts_page.grade"), GRADES, lambda one: say(f"published.grade.{one}"), unset=True)
    _figures(visit, giving)
    deed(form, label, store, first=giving.held is None)


def _figures(visit: Visit, giving: Giving) -> None:
    """The figures in the way that is chosen, and how they were read."""
    form, say = giving.form, visit.say
    if len(giving.ways) > 1:
        if st.session_state.get(form.key("way")) not in giving.ways:
            st.session_state[form.key("way")] = giving.ways[0]
        st.radio(
            plain(say("counts_page.way")),
            giving.ways,
            format_func=lambda one: say(f"counts_page.ways.{one}"),
            key=form.key("way"),
            horizontal=True,
        )
    rooms = giving.kind == "rooms"
    if giving.way == "typed":
        _typed(visit, giving)
    elif giving.way == "pasted":
        hint = say("counts_page.paste_rooms" if rooms else f"counts_page.paste_{giving.step}")
        layout.text(hint, small=True)
        text_area(form, "text", say("counts_page.paste"), longest=LONGEST_TEXT, lines=8)
    else:
        layout.text(say("counts_page.file_rooms" if rooms else f"counts_page.file_{giving.step}"), small=True)
        st.file_uploader(plain(say("counts_page.file")), ["xlsx", "csv", "txt", "json"], key=giving.file_key)
    _preview(visit, giving)


def _typed(visit: Visit, giving: Giving) -> None:
    """A field a day."""
    if not giving.periods:
        layout.empty(visit, "counts_page.no_days")
        return
    if giving.kind == "rooms":
        layout.text(visit.say("counts_page.typed_rooms"), small=True)
    for start in range(0, len(giving.periods), 3):  # row by row, so that a phone has them in their order
        for column, one in zip(st.columns(3), giving.periods[start : start + 3], strict=False):
            with column:
                text_field(giving.form, _typed_field(giving.step, one), _label(giving, one), longest=60)


def _preview(visit: Visit, giving: Giving) -> None:
    """How the figures were read, or what is wrong with them; nothing before anything is given."""
    form = giving.form
    if giving.way == "file" and st.session_state.get(giving.file_key) is None:
        return
    if giving.way == "pasted" and not str(form["text"] or "").strip():
        return
    if giving.way == "typed" and not any(form[_typed_field(giving.step, one)] for one in giving.periods):
        return
    try:
        found = read(giving)
    except Faults as trouble:
        layout.faults(visit, trouble.faults)
        return
    own = sum(one in found.figures for one in giving.periods)
    first, last = min(found.figures), last_day(giving.step, max(found.figures))
    said = visit.say(
        "counts_page.read",
        count=len(found.figures),
        span=days(first, last, visit.lang),
        own=own,
        every=len(giving.periods),
    )
    if UNITS[giving.kind or "others"].adds:
        sum_of = sum(found.figures[one] for one in giving.periods if one in found.figures)
        said += " " + visit.say("counts_page.read_sum", total=localised(sum_of, visit.lang))
    if found.blank:
        said += " " + visit.say("counts_page.read_blank", count=found.blank)
    layout.text(said)
    if found.source:
        layout.text(found.source, small=True)


def _choice(
    form: Fields, field: str, label: str, options: Sequence[str], words: Callable[[str], str], *, unset: bool = False
) -> None:
    """A list to choose from; ``unset`` begins with nothing chosen."""
    if form[field] not in options:
        st.session_state[form.key(field)] = None if unset else options[0]
    placeholder = form.visit.say("counts_page.choose")
    st.selectbox(plain(label), options, format_func=words, key=form.key(field), placeholder=placeholder)


def _evidence(visit: Visit) -> Callable[[str], str]:
    return lambda one: visit.say(f"workbook.evidence.{one}")


def _typeable(row: EventRow) -> list[tuple[Step, dt.date]]:
    """Every field that a day, a week or a month of the event may be typed in."""
    if not (row.first_day and row.last_day):
        return []
    first, last = row.first_day, row.last_day
    return [(step, one) for step in STEPS if len(found := periods(step, first, last)) <= MOST_TYPED for one in found]


def _typed_field(step: Step, one: dt.date) -> str:
    return f"{step}_{one.isoformat()}"


def _label(giving: Giving, one: dt.date) -> str:
    if giving.step == "whole":
        return giving.form.visit.say("counts_page.whole")
    return period(giving.step, one, giving.form.visit.lang)


def _held(held: Series) -> dict[str, Any]:
    """What the form of a count that is corrected has at first; its figures as lines."""
    lines = []
    for date, figure in sorted(held.figures.items()):
        cells = [date.isoformat(), *([f"{held.rooms[date]:g}"] if date in held.rooms else []), _plain(figure)]
        lines.append("\t".join(cells))
    about = {name: getattr(held, name) for name in ABOUT if hasattr(held, name)}
    return {**about, "way": "pasted", "text": "\n".join(lines), "version": held.version}


def _plain(figure: float) -> str:
    """A figure as the reader takes it back: to the last digit, with a decimal comma."""
    return str(int(figure)) if figure == int(figure) else f"{figure!r}".replace(".", ",")
