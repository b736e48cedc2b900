"""Changing a scheme on the screen: one section at a time, what is wrong, what would change, and saving from a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from functools import partial

import streamlit as st

from app import layout
from app.asked import keep as keep_asked
from app.deed import Fields, day_field, deed, fields
from app.settings.scheme_draft import ALL, Draft, change_rows, drop_draft, open_draft, take_in, widget_key
from app.tables import table
from app.text import plain
from app.visit import Visit
from data.clock import day, today
from data.faults import Fault, Faults
from data.phrases import has
from fund.rulebook.periods import UNITS
from fund.rulebook.scheme_changes import SchemeChange, scheme_changes
from fund.rulebook.scheme_form import PARTS, Field, Section, Typed, empty_row, shows
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.scheme_rows import SavedScheme, save_scheme, scheme_revisions
from fund.rulebook.schemes import Scheme, word

PART = "del"
_PLACE = re.compile(r"(?P<section>[a-z_]+(?:\.parts)?)(?:\[(?P<number>\d+)\])?(?:\.(?P<field>[a-z_]+))?\Z")
_WORDED = {"kinds": "applicant", "case_by_case": "applicant", "allowed": "form", "form": "form", "by": "attester"}
"""The fields whose choices have names of their own."""


def show_form(visit: Visit, saved: SavedScheme) -> Scheme:
    """The form, and the scheme as it is typed; the saved one where it can't be read."""
    draft = open_draft(visit, saved)
    layout.text(visit.say("schemes_page.edit.text"))
    if draft.seen != saved.id:
        _newer(visit, draft, saved)
    section = _chosen(visit, saved.key)
    if section is not None:
        _section(visit, draft, section)
    layout.section(visit.say("schemes_page.edit.save_heading"))
    if not draft.touched:
        layout.text(visit.say("schemes_page.edit.untouched"))
        return saved.scheme
    try:
        scheme = read_scheme(draft.document)
    except Faults as found:
        layout.faults(visit, [in_words(visit, one) for one in found.faults])
        layout.text(visit.say("schemes_page.edit.tried_saved"), small=True)
        _discard(visit, draft)
        return saved.scheme
    changed = scheme_changes(saved.scheme, scheme, visit.lang)
    if changed:
        show_changes(visit, visit.say("schemes_page.edit.changes"), changed)
    else:
        layout.text(visit.say("schemes_page.edit.same"))
    form = fields(visit, f"schemes_{saved.key}_save", "since", given={"since": max(today(), saved.since)})
    label, hint = visit.say("schemes_page.since"), visit.say("schemes_page.since_hint")
    day_field(form, "since", label, hint=hint)
    _overtaken(visit, saved.key, form["since"])
    deed(form, visit.say("schemes_page.edit.save"), partial(_saved, saved, form), first=True)
    _discard(visit, draft)
    return scheme


def _overtaken(visit: Visit, key: str, since: dt.date | None) -> None:
    """Say where a revision that is saved already begins later, and so takes over from the one that is being saved."""
    later = [one for one in scheme_revisions(visit.store, visit.actor, key) if since and one.since > since]
    if later:
        one = max(later, key=lambda each: (each.since, each.revision))
        figures = {"revision": one.revision, "day": day(one.since, visit.lang)}
        layout.text(visit.say("schemes_page.edit.overtaken", **figures))


def _newer(visit: Visit, draft: Draft, saved: SavedScheme) -> None:
    """Somebody saved the scheme after the draft was begun: say so, and offer to bring that in."""
    layout.empty(visit, "schemes_page.edit.newer", revision=saved.revision)
    known = scheme_revisions(visit.store, visit.actor, saved.key)
    base = next((one for one in known if one.id == draft.seen), saved)
    form = fields(visit, f"schemes_{saved.key}_newer")
    deed(form, visit.say("schemes_page.edit.take_in"), partial(_taken_in, base, saved))


def _taken_in(base: SavedScheme, newest: SavedScheme, visit: Visit) -> str:
    take_in(visit, base, newest)
    return visit.say("schemes_page.edit.taken_in")


def _chosen(visit: Visit, key: str) -> Section | None:
    """The section that is shown; the address names it."""
    names = {one.name: one for one in ALL}
    place = f"schemes_{key}_section"
    if place not in st.session_state and st.query_params.get(PART) in names:
        st.session_state[place] = st.query_params[PART]
    chosen = st.selectbox(
        visit.say("schemes_page.edit.section"),
        list(names),
        index=None,
        placeholder=visit.say("schemes_page.edit.choose"),
        format_func=lambda name: section_name(visit, name),
        key=place,
    )
    keep_asked(PART, chosen or "")
    return names.get(chosen or "")


def section_name(visit: Visit, name: str) -> str:
    return visit.say(f"scheme.part.{name}") if has(f"scheme.part.{name}") else word("rule", name, visit.lang)


def _section(visit: Visit, draft: Draft, section: Section) -> None:
    layout.subsection(section_name(visit, section.name))
    if has(f"schemes_page.about.{section.name}"):
        layout.text(visit.say(f"schemes_page.about.{section.name}"), small=True)
    held = draft.typed[section.name]
    if section.many:
        _rows(visit, draft, section)
    elif "there" not in held or _there(visit, draft, section, held):
        _fields(visit, draft, section, 0, held)
        if section.name == "payout":
            layout.subsection(section_name(visit, PARTS.name))
            _rows(visit, draft, PARTS)


def _there(visit: Visit, draft: Draft, section: Section, held: Typed) -> bool:
    """Whether the scheme has a rule of this section at all."""
    key = widget_key(draft.key, section, 0, "there")
    st.session_state.setdefault(key, held["there"])
    held["there"] = st.checkbox(plain(visit.say("schemes_page.edit.there")), key=key)
    return bool(held["there"])


def _rows(visit: Visit, draft: Draft, section: Section) -> None:
    rows = draft.typed[section.name]
    if not rows:
        layout.text(visit.say("schemes_page.edit.no_rows"))
    for number, row in enumerate(rows):
        with st.container(border=True):
            _fields(visit, draft, section, number, row)
            st.button(
                plain(visit.say("schemes_page.edit.remove", number=number + 1)),
                key=widget_key(draft.key, section, number, "remove"),
                on_click=_remove,
                args=(draft, section, number),
            )
    st.button(
        plain(visit.say("schemes_page.edit.add")),
        key=widget_key(draft.key, section, len(rows), "add"),
        on_click=lambda: change_rows(draft, section, [*draft.typed[section.name], empty_row(section)]),
    )


def _remove(draft: Draft, section: Section, number: int) -> None:
    rows = draft.typed[section.name]
    change_rows(draft, section, [*rows[:number], *rows[number + 1 :]])


def _fields(visit: Visit, draft: Draft, section: Section, number: int, row: Typed) -> None:
    for field in section.fields:
        if not shows(row, field):
            continue
        key = widget_key(draft.key, section, number, field.name)
        st.session_state.setdefault(key, row[field.name])
        row[field.name] = _field(visit, field, key, row)
        if field.kind == "period":
            _unit(visit, draft, section, number, row, field)


def _field(visit: Visit, field: Field, key: str, row: Typed) -> str | bool | list[str]:
    label = plain(visit.say(_label(field.name)))
    hint = f"schemes_page.hint.{field.name}"
    help = plain(visit.say(hint)) if has(hint) else None
    match field.kind:
        case "yes":
            return st.checkbox(label, key=key, help=help)
        case "choice":
            return str(
                st.selectbox(label, field.known, format_func=partial(_choice, visit, field, row), key=key, help=help)
            )
        case "choices":
            return list(
                st.pills(
                    label,
                    field.known,
                    selection_mode="multi",
                    format_func=lambda value: plain(_choice(visit, field, row, value)),
                    key=key,
                    help=help,
                )
            )
        case "text":
            return st.text_area(label, key=key, help=help, max_chars=4_000, height=84)
    return st.text_input(label, key=key, help=help, max_chars=500)


def _label(field: str) -> str:
    """The key of what a field is called."""
    return f"schemes_page.field.text_{field}" if field in ("nb", "en") else f"schemes_page.field.{field}"


def _choice(visit: Visit, field: Field, row: Typed, value: str) -> str:
    if not value:
        return visit.say("schemes_page.any_form")
    if field.name == "kind":
        kind = "deadline" if "on" in row else "cap"
        return visit.say(f"schemes_page.{kind}_kind.{value}")
    return word(_WORDED.get(field.name, "when"), value, visit.lang)  # type: ignore[arg-type]


def _unit(visit: Visit, draft: Draft, section: Section, number: int, row: Typed, field: Field) -> None:
    name = f"{field.name}_unit"
    key = widget_key(draft.key, section, number, name)
    st.session_state.setdefault(key, row[name])
    label = plain(visit.say("schemes_page.field.unit"))
    row[name] = st.selectbox(label, UNITS, format_func=lambda unit: visit.say(f"schemes_page.unit.{unit}"), key=key)


# -- what is wrong, what would change, and saving


def in_words(visit: Visit, fault: Fault) -> Fault:
    """The fault with its place as the form calls it: «Frister 2, Kilde» for ``deadlines[2].source``."""
    found = _PLACE.match(fault.place)
    if found is None:
        return fault
    section, field = found["section"].removeprefix("payout."), found["field"] or ""
    if section in ("owner", "address", "name"):
        section, field = "about", f"name_{field}" if section == "name" else section
    if not has(f"scheme.part.{section}") and not has(f"scheme.rule.{section}"):
        return fault
    name = section_name(visit, section)
    numbered = f"{name} {found['number']}" if found["number"] else name
    known = has(_label(field))
    where = ", ".join([numbered, visit.say(_label(field))] if known else [numbered])
    figures = {**fault.figures, "name": visit.say(_label(field))} if known else fault.figures
    return dataclasses.replace(fault, place=where, figures=dict(figures))


def show_changes(visit: Visit, caption: str, changed: list[SchemeChange]) -> None:
    """What changed, section by section, before and after."""
    heads = [visit.say(f"schemes_page.change.{name}") for name in ("section", "was", "now")]
    nothing = visit.say("schemes_page.change.nothing")
    rows = [(one.section, " ".join(one.was) or nothing, " ".join(one.now) or nothing) for one in changed]
    table(caption, heads, rows)


def _saved(saved: SavedScheme, form: Fields, visit: Visit) -> str:
    """Save the draft as the next revision; its faults by the form's own names."""
    draft = open_draft(visit, saved)
    since: dt.date = form["since"]
    try:
        made = save_scheme(visit.store, visit.actor, draft.document, since, seen=draft.seen)
    except Faults as found:
        raise Faults([in_words(visit, one) for one in found.faults]) from None
    drop_draft(visit, saved.key)
    return visit.say("schemes_page.edit.saved", revision=made.revision, day=day(since, visit.lang))


def _discard(visit: Visit, draft: Draft) -> None:
    form = fields(visit, f"schemes_{draft.key}_discard")
    sure = visit.say("schemes_page.edit.discard_sure")
    deed(form, visit.say("schemes_page.edit.discard"), partial(_discarded, draft.key), sure=sure)


def _discarded(key: str, visit: Visit) -> str:
    drop_draft(visit, key)
    return visit.say("schemes_page.edit.discarded")
