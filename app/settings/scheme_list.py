"""The schemes, and the two ways that one comes in: from a ready one, and from a file."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from app import layout
from app.deed import Fields, day_field, deed, fields, text_field
from app.inputs import source_links
from app.settings.scheme_form import show_changes
from app.tables import Cell, Column, Link, table
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, short_day, today
from data.faults import Faults
from fund.rulebook.scheme_changes import scheme_changes
from fund.rulebook.scheme_reading import presets, read_scheme_bytes
from fund.rulebook.scheme_rows import SavedScheme, adopt_preset, save_scheme, scheme_revisions, schemes_on
from fund.rulebook.schemes import Scheme

SCHEME = "/ordninger?ordning={}"
_UPLOADS = "schemes_uploads"
"""How many files were saved: the next one has a field of its own, which is empty."""


def show_schemes(visit: Visit) -> None:
    """Every scheme, with the revision that holds and one to come; and for who may, adding one."""
    layout.section(visit.say("schemes_page.list.heading"))
    known = schemes_on(visit.store, visit.actor, dt.date.max)
    if known:
        _list(visit, known)
    else:
        layout.empty(visit, "schemes_page.list.none")
    if visit.may("scheme.write"):
        _adopt(visit)
        _upload(visit)


def _list(visit: Visit, known: list[SavedScheme]) -> None:
    now = {one.key: one for one in schemes_on(visit.store, visit.actor, today())}
    names = ("name", "since", "revision", "coming", "missing", "owner")
    heads = [Column(visit.say(f"schemes_page.list.{one}"), number=one in ("revision", "missing")) for one in names]
    rows: list[list[Cell]] = []
    for last in known:
        held = now.get(last.key)
        shown = held or last
        rows.append(
            [
                Link(shown.scheme.name(visit.lang), SCHEME.format(last.key)),
                short_day(held.since if held else None, visit.lang),
                str(shown.revision),
                short_day(last.since, visit.lang) if last.since > today() else "–",
                str(len(shown.scheme.not_found)),
                shown.scheme.owner,
            ]
        )
    table(visit.say("schemes_page.list.caption", count=len(known)), heads, rows)


# -- from a ready one


def _adopt(visit: Visit) -> None:
    with st.expander(plain(visit.say("schemes_page.adopt.heading"))):
        layout.text(visit.say("schemes_page.adopt.text"))
        ready = presets()
        form = fields(visit, "schemes_adopt", "preset", "key", "since", given={"since": today()})
        st.selectbox(
            visit.say("schemes_page.adopt.preset"),
            list(ready),
            format_func=lambda key: f"{ready[key].owner}: {ready[key].name(visit.lang)}" if key in ready else key,
            key=form.key("preset"),
        )
        chosen = ready.get(str(form["preset"]))
        if chosen:
            label = markup(visit.say("schemes_page.adopt.source"))
            st.html(f'<p class="rv-text rv-small">{label}: {source_links(chosen.address)}</p>')
        text_field(
            form, "key", visit.say("schemes_page.adopt.key"), hint=visit.say("schemes_page.adopt.key_hint"), longest=60
        )
        _since(visit, form)
        deed(form, visit.say("schemes_page.adopt.do"), partial(_adopted, form))


def _since(visit: Visit, form: Fields) -> None:
    label, hint = visit.say("schemes_page.since"), visit.say("schemes_page.since_hint")
    day_field(form, "since", label, hint=hint)


def _adopted(form: Fields, visit: Visit) -> str:
    key = str(form["key"] or "").strip()
    made = adopt_preset(visit.store, visit.actor, str(form["preset"]), form["since"], key=key)
    shown = day(made.since, visit.lang)
    return visit.say("schemes_page.adopt.done", name=made.scheme.name(visit.lang), day=shown)


# -- from a file


def _upload(visit: Visit) -> None:
    with st.expander(plain(visit.say("schemes_page.upload.heading"))):
        layout.text(visit.say("schemes_page.upload.text"))
        number = st.session_state.get(_UPLOADS, 0)
        given = st.file_uploader(visit.say("schemes_page.upload.file"), type="toml", key=f"schemes_upload_{number}")
        if given is None:
            return
        try:
            scheme = read_scheme_bytes(given.getvalue(), given.name)
        except Faults as found:
            layout.faults(visit, found.faults, heading=visit.say("schemes_page.upload.broken"))
            return
        held = scheme_revisions(visit.store, visit.actor, scheme.key)
        _told(visit, scheme, held)
        form = fields(visit, "schemes_upload", "since", given={"since": today()})
        _since(visit, form)
        seen = held[-1].id if held else 0
        deed(form, visit.say("schemes_page.upload.do"), partial(_uploaded, scheme, form, seen))


def _told(visit: Visit, scheme: Scheme, held: list[SavedScheme]) -> None:
    """What saving the file would do."""
    if not held:
        layout.text(visit.say("schemes_page.upload.new", name=scheme.name(visit.lang)))
        return
    last = held[-1]
    if changed := scheme_changes(last.scheme, scheme, visit.lang):
        show_changes(visit, visit.say("schemes_page.upload.changes", revision=last.revision), changed)
    else:
        layout.text(visit.say("schemes_page.upload.same", revision=last.revision))


def _uploaded(scheme: Scheme, form: Fields, seen: int, visit: Visit) -> str:
    made = save_scheme(visit.store, visit.actor, scheme.document, form["since"], seen=seen)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    figures = {"name": made.scheme.name(visit.lang), "revision": made.revision, "day": day(made.since, visit.lang)}
    return visit.say("schemes_page.upload.done", **figures)
