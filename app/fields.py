"""Input fields of an event's form: each stores the draft by itself, and shows how it was read or what is wrong with it.

A number is typed as text beside what it stands on (counted, surveyed, reported, assumed: never chosen for anyone) and
its source. Every field has an anchor, so that a list of what is lacking can lead to it. Labels are our own words and
not escaped, since a screen reader is given them as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from app.dates import DATES
from app.drafting import Drafting, change, key
from app.entries import Entry, Place, at, by_name, detach, entry_at, put, target, uses, written
from app.form_faults import Lack, field_label, field_place, kind_at
from app.text import markup, plain
from app.visit import Visit
from data.faults import Faults
from data.phrases import Lang, has
from data.typed import Kind, read_number
from data.value import EVIDENCE
from impact.entry_reading import as_date
from impact.reference import Reference
from impact.wording import input_name


@dataclass
class Form:
    """One run of the form: who types, the draft, what is lacking by place, and the number in every field's key.

    ``resumed``: the fields may hold what was typed while there was no server, and ``kept`` says that some did.
    """

    visit: Visit
    drafting: Drafting
    reference: Reference
    generation: int
    lacks: list[Lack]
    resumed: bool = False
    shown: set[Place] = field(default_factory=set)
    kept: bool = False

    @property
    def lang(self) -> Lang:
        return self.visit.lang

    @property
    def document(self) -> dict[str, Any]:
        return self.drafting.document

    def key(self, place: Place, part: str = "") -> str:
        """The key of a field, new with every generation."""
        return field_key(self.drafting.event, self.generation, place, part)

    def words(self, phrase: str, **figures: Any) -> str:
        """A phrase of the form's own file."""
        return self.visit.say(f"event_form_page.{phrase}", **figures)

    def catch(self, differs: bool, keep: Callable[[], None]) -> None:
        """Keep what a field holds that the draft doesn't, where it was typed while there was no server."""
        if self.resumed and differs:
            keep()
            self.kept = True

    def lacking(self, *places: Place) -> list[Lack]:
        """What is wrong at a field, or at the shared number it uses."""
        return [lack for lack in self.lacks if lack.place in places]


def field_key(event: int, generation: int, place: Place, part: str = "") -> str:
    """The key of a field of an event's form."""
    return f"{key(event, str(generation))}_{written(place)}_{part}".rstrip("_")


def anchor(place: Place) -> str:
    """The name of a field's anchor in the page's address."""
    return "felt-" + "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in written(place))


# -- one number


def number_field(form: Form, place: Place, *, label: str = "", hint: str = "", loosens: bool = True) -> None:
    """A number with evidence and source in the same breath; a shared one can be loosened from the others here."""
    where, manner = target(form.document, place)
    kind = kind_at(form.document, place)
    entry = form.drafting.entry_text(where) or entry_at(form.document, place, kind, form.lang)
    label = label or labelled(form, place, unit=True)
    event, keep = form.drafting.event, partial(_keep_number, form.drafting.event, place, kind, form.key(place))
    if place in form.shown:
        return
    form.shown |= {place, where}
    first, second, third = st.columns([4, 3, 5], vertical_alignment="bottom")
    help_text = plain(hint or hinted(form, place)) or None
    text = first.text_input(label, entry.text, key=form.key(place, "text"), help=help_text, on_change=keep)
    evidence = evidence_field(form, second, form.key(place, "evidence"), entry.evidence, keep)
    source = third.text_input(form.words("source"), entry.source, key=form.key(place, "source"), on_change=keep)
    form.catch(not alike(Entry(str(text or ""), evidence, str(source or "")), entry, kind), keep)
    _below(form, place, where, manner, str(text or ""), kind)
    if manner == "shared" and loosens:
        st.button(
            form.words("detach"),
            key=form.key(place, "detach"),
            type="tertiary",
            icon=":material/link_off:",
            on_click=_detach,
            args=(event, place),
        )


def evidence_field(form: Form, column: Any, name: str, chosen: str, keep: Callable[[], None]) -> str:
    """What a number stands on; nothing is chosen beforehand."""
    return str(
        column.selectbox(
            form.words("evidence"),
            EVIDENCE,
            index=EVIDENCE.index(chosen) if chosen in EVIDENCE else None,
            format_func=lambda one: form.visit.say(f"workbook.evidence.{one}"),
            key=name,
            placeholder=form.words("choose"),
            on_change=keep,
        )
        or ""
    )


def alike(one: Entry, other: Entry, kind: Kind) -> bool:
    """Whether two entries mean the same: «2–4» and «2 / 3 / 4»."""
    if one == other:
        return True
    try:
        return one.number(kind) == other.number(kind)
    except Faults:
        return False


def _below(form: Form, place: Place, where: Place, manner: str, text: str, kind: Kind) -> None:
    """The line below a number: the anchor, how it was read, with whom it is shared, and what is wrong."""
    lines = [f'<span id="{anchor(place)}"></span>']
    wrong = form.lacking(place, where, field_place(form.document, where))
    for lack in wrong:
        lines.append(f'<p class="rv-fault">{markup(lack.sentence)}</p>')
    if text.strip() and (reading := read_as(text, "share" if manner == "part" else kind, form.lang)):
        lines.append(f'<p class="rv-read">{markup(form.words("read_as", reading=reading))}</p>')
    if manner == "shared":
        lines.append(f'<p class="rv-read">{markup(shared_with(form, str(where[1]), place))}</p>')
    elif manner == "part":
        total = str(at(form.document, place)["of"])
        whole = entry_at(form.document, ("numbers", total), "amount", form.lang).text
        lines.append(f'<p class="rv-read">{markup(form.words("part_of", total=total, value=whole))}</p>')
    st.html("".join(lines))


def read_as(text: str, kind: Kind, lang: Lang) -> str:
    """How a text was read; "" where it can't be."""
    try:
        return read_number(text, kind).written(lang, kind)
    except Faults:
        return ""


def shared_with(form: Form, name: str, but: Place = ()) -> str:
    """Which other fields use a shared number, in one sentence."""
    others = [one for one in uses({**form.document, "numbers": {}}, name) if one != but]
    if not others:
        return form.words("shared_alone", name=name)
    listed = [input_name(by_name(form.document, one), form.lang) for one in others]
    shown = "; ".join(dict.fromkeys(listed[:4]))
    if len(listed) > 4:
        return form.words("shared_many", name=name, fields=shown, count=len(listed) - 4)
    return form.words("shared", name=name, fields=shown)


def labelled(form: Form, place: Place, *, unit: bool = False) -> str:
    """A field's label, with its unit where that says more: «Besøk (persondager)»."""
    label = field_label(place, form.lang)
    unit_key = _workbook_key(place, "unit") if unit and kind_at(form.document, place) == "amount" else ""
    text = f"{label} ({form.visit.say(unit_key)})" if unit_key else label
    return text[:1].upper() + text[1:]


def hinted(form: Form, place: Place) -> str:
    """A field's hint, where it has one."""
    hint = _workbook_key(place, "hint")
    return form.visit.say(hint) if hint else ""


def _workbook_key(place: Place, part: str) -> str:
    """The key of a field's unit or hint among the workbook's words; "" where it has none."""
    section = "event" if place[0] == "organiser" else str(place[0])
    path = ".".join(str(step) for step in place[1:] if not isinstance(step, int))
    path = "accommodation_by_municipality" if path.startswith("accommodation_by_municipality") else path
    key = f"workbook.field.{section}.{path}.{part}"
    return key if has(key) else ""


def _keep_number(event: int, place: Place, kind: Kind, name: str) -> None:
    state = st.session_state
    entry = Entry(
        str(state.get(f"{name}_text") or ""),
        str(state.get(f"{name}_evidence") or ""),
        str(state.get(f"{name}_source") or ""),
    )

    def keep(drafting: Drafting, place: Place) -> None:
        drafting.keep_number(place, kind, entry)

    change(event, place, keep, ", ".join(part for part in (entry.text, entry.source) if part))


def _detach(event: int, place: Place) -> None:
    change(event, place, lambda drafting, place: detach(drafting.document, place), renewed=True)


# -- texts, choices, dates


def text_field(form: Form, place: Place, *, label: str = "", hint: str = "", renames: bool = False) -> None:
    """A line of text. ``renames``: it is a row's name, by which other parts of the document know it."""
    name, given = form.key(place), str(at(form.document, place) or "")
    keep = partial(_keep_text, form.drafting.event, place, name, renames)
    text = st.text_input(
        label or labelled(form, place),
        given,
        key=name,
        help=plain(hint or hinted(form, place)) or None,
        max_chars=200,
        on_change=keep,
    )
    form.catch(str(text or "").strip() != given.strip(), keep)
    told(form, place)


def choice_field(
    form: Form,
    place: Place,
    options: Sequence[str],
    words: Callable[[str], str],
    *,
    label: str = "",
    hint: str = "",
    own: bool = False,
) -> None:
    """One of a list, nothing chosen beforehand; with ``own``, a word of one's own too."""
    name, given = form.key(place), at(form.document, place)
    listed = [*options, *([given] if isinstance(given, str) and given and given not in options else [])]
    keep = partial(_keep_choice, form.drafting.event, place, name)
    chosen = st.selectbox(
        label or labelled(form, place),
        listed,
        index=listed.index(given) if given in listed else None,
        format_func=words,
        key=name,
        placeholder=form.words("choose"),
        accept_new_options=own,
        help=plain(hint or hinted(form, place)) or None,
        on_change=keep,
    )
    form.catch((chosen or None) != (given or None), keep)
    told(form, place)


def date_field(form: Form, place: Place, *, label: str = "") -> None:
    """A day."""
    name, given = form.key(place), as_date(at(form.document, place))
    keep = partial(_keep_choice, form.drafting.event, place, name)
    day = st.date_input(
        label or labelled(form, place),
        given,
        min_value=dt.date(1950, 1, 1),
        max_value=dt.date(2150, 12, 31),
        key=name,
        format=DATES[form.lang],
        on_change=keep,
    )
    form.catch(day != given, keep)
    told(form, place)


def yes_field(form: Form, place: Place, label: str) -> None:
    """Yes or no; no is what stands where nothing does."""
    name, given = form.key(place), bool(at(form.document, place))
    keep = partial(_keep_choice, form.drafting.event, place, name)
    form.catch(st.checkbox(label, given, key=name, on_change=keep) != given, keep)


def told(form: Form, place: Place) -> None:
    """A field's anchor, and what is wrong with it."""
    form.shown.add(place)
    wrong = "".join(f'<p class="rv-fault">{markup(lack.sentence)}</p>' for lack in form.lacking(place))
    if wrong:
        st.html(f'<span id="{anchor(place)}"></span>{wrong}')


def _keep_text(event: int, place: Place, name: str, renames: bool) -> None:
    text = str(st.session_state.get(name) or "").strip()

    def keep(drafting: Drafting, place: Place) -> None:
        earlier = at(drafting.document, place)
        put(drafting.document, place, text or None)
        if renames and earlier and text:
            _rename_in_travel(drafting.document, str(earlier), text)

    change(event, place, keep, text)


def _rename_in_travel(document: dict[str, Any], earlier: str, name: str) -> None:
    """Ways of travelling speak of an audience by its name."""
    travel = at(document, ("beside", "travel"))
    for row in travel if isinstance(travel, list) else []:
        if row.get("audience") == earlier:
            row["audience"] = name


def _keep_choice(event: int, place: Place, name: str) -> None:
    value = st.session_state.get(name)
    value = value.isoformat() if isinstance(value, dt.date) else value
    value = None if value is False or value == "" else value
    change(event, place, lambda drafting, place: put(drafting.document, place, value), str(value or ""))
