"""Events brought in from Excel: what would be stored is shown first, and nothing is while there is a fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app import layout
from app.doing import attempt
from app.event_excel import workbook
from app.event_list import public_style
from app.given import reference
from app.going import ways
from app.tables import Cell, Column, Link, download, table
from app.visit import Visit
from data.clock import days
from data.faults import Fault
from data.permission import require
from impact.entry_reading import as_date
from impact.fault_workbook import fault_workbook, sheet_and_cell
from impact.importing import Brought, apart, read_files
from impact.register import State, state_name
from impact.register_fields import word
from impact.register_workbook import ImportPreview, held_events, import_events, write_template

SHOWN = 10
"""Rows of the preview, and links to what was stored."""
FAULTS = 50
"""Faults that the page shows; the list in Excel has them all."""
TURN, READ, STORED = "event_import_turn", "event_import_read", "event_import_stored"


def show(visit: Visit) -> None:
    """The templates, the files, what they hold, and one button that stores it."""
    require(visit.actor, "event.import")
    public_style()
    layout.title(visit.say("page.title.event_import"), visit.say("import_page.lead"))
    _stored(visit)
    layout.section(visit.say("import_page.template"))
    layout.text(visit.say("import_page.template_text"))
    _templates(visit)
    layout.section(visit.say("import_page.upload"))
    turn = st.session_state.get(TURN, 0)
    files = st.file_uploader(
        visit.say("import_page.files"), "xlsx", accept_multiple_files=True, key=f"event_import_files_{turn}"
    )
    layout.text(visit.say("import_page.files_hint"), small=True)
    if not files:
        st.session_state.pop(READ, None)
        return
    st.session_state.pop(STORED, None)
    preview = _read(visit, files)
    if preview.faults:
        _faults(visit, preview.faults)
    else:
        _preview(visit, apart(preview, held_events(visit.store, visit.actor)), preview.examples)


def _templates(visit: Visit) -> None:
    lang = visit.lang
    with st.container(horizontal=True):
        label, name = visit.say("import_page.list_template"), f"{visit.say('import_page.list_file')}.xlsx"
        download(label, name, lambda: write_template(reference(), lang), key="event_import_list")
        label, name = visit.say("import_page.event_template"), f"{visit.say('import_page.event_file')}.xlsx"
        download(label, name, lambda: workbook({}, lang), key="event_import_event")


def _read(visit: Visit, files: Sequence[Any]) -> ImportPreview:
    """What the files hold, read once for each set of them; how far it has come is shown."""
    asked = tuple(one.file_id for one in files)
    held: tuple[Any, ImportPreview] | None = st.session_state.get(READ)
    if held is None or held[0] != asked:
        size = sum(one.size for one in files) / 1_000_000
        with st.spinner(visit.say("import_page.reading", count=len(files), size=round(size, 1)), show_time=True):
            preview = read_files([(one.name, one.getvalue()) for one in files], reference())
        held = st.session_state[READ] = (asked, preview)
    return held[1]


# -- what is wrong


def _faults(visit: Visit, faults: Sequence[Fault]) -> None:
    """Every fault by file, sheet and cell; nothing can be stored."""
    st.error(visit.say("import_page.faulty", count=len(faults)), icon=":material/error:")
    lang = visit.lang
    download(
        visit.say("import_page.faults_download", count=len(faults)),
        f"{visit.say('import_page.faults_file')}.xlsx",
        lambda: fault_workbook(faults, lang),
        key="event_import_faults",
    )
    names = ("where", "value", "wrong", "right")
    shown = faults[:FAULTS]
    several = len({one.file for one in faults}) > 1
    caption = visit.say("import_page.faults_caption", shown=len(shown), count=len(faults))
    heads = [visit.say(f"import_page.fault_head.{one}") for one in names]
    table(caption, heads, [_fault(visit, one, several) for one in shown])


def _fault(visit: Visit, one: Fault, several: bool) -> list[Cell]:
    sheet, cell = sheet_and_cell(one)
    place = " ".join(part for part in (one.file if several else "", sheet, cell) if part)
    return [place or one.file or "–", one.value or "–", one.problem(visit.lang), one.expected(visit.lang)]


# -- what would be stored


def _preview(visit: Visit, brought: Brought, examples: int) -> None:
    """How many are new, how many are there already, the first rows, and the button."""
    rows = brought.new.rows
    layout.section(visit.say("import_page.preview"))
    said = [visit.say("import_page.new", count=len(rows))]
    if brought.held:
        some = ", ".join(brought.held[:SHOWN]) + (" …" if len(brought.held) > SHOWN else "")
        said.append(visit.say("import_page.held", count=len(brought.held), names=some))
    if examples:
        said.append(visit.say("import_page.examples", count=examples))
    layout.text(*said)
    if not rows:
        layout.empty(visit, "import_page.nothing_new" if brought.held else "import_page.nothing")
        return
    names = ("name", "days", "municipality", "kind", "state", "place")
    shown = list(zip(rows, brought.new.places, strict=True))[:SHOWN]
    caption = visit.say("import_page.caption", shown=len(shown), count=len(rows))
    columns = [Column(visit.say(f"import_page.head.{one}")) for one in names]
    table(caption, columns, [_row(visit, row, place) for row, place in shown])
    st.button(
        visit.say(f"import_page.store.{'one' if len(rows) == 1 else 'many'}", count=len(rows)),
        key=f"event_import_store_{st.session_state.get(TURN, 0)}",
        type="primary",
        on_click=_store,
        args=(brought.new, st.session_state.get(TURN, 0)),
    )


def _row(visit: Visit, row: dict[str, Any], place: str) -> list[Cell]:
    about, state = row["document"]["event"], row["state"]
    first, last = (as_date(about.get(name)) for name in ("first_day", "last_day"))
    code = str(about.get("municipality") or "")
    return [
        str(about.get("name_nb") or about.get("name_en") or ""),
        days(first, last, visit.lang),
        reference().municipalities.get(code, code) or "–",
        word("kind", str(about.get("kind") or ""), visit.lang) or "–",
        state_name(state, visit.lang),
        _place(visit, place),
    ]


def _place(visit: Visit, place: str) -> str:
    """Where an event stands: its sheet and row, or the file that is all of it."""
    sheet, _, row = place.rpartition("!")
    return visit.say("import_page.row", sheet=sheet, row=row) if sheet and row.isdecimal() else place


def _store(preview: ImportPreview, turn: int) -> None:
    """Store all of it, once: what was stored takes the files away, and a second click finds another turn."""
    if st.session_state.get(TURN, 0) != turn:
        return

    def act(visit: Visit) -> str:
        made = import_events(visit.store, visit.actor, preview)
        st.session_state[STORED] = [
            (id, row["document"]["event"].get("name_nb", ""), row["state"])
            for id, row in zip(made, preview.rows, strict=True)
        ]
        return visit.say("import_page.stored", count=len(made))

    if attempt(act):
        st.session_state[TURN] = turn + 1
        st.session_state.pop(READ, None)


def _stored(visit: Visit) -> None:
    """Links to what was just stored."""
    made: list[tuple[int, str, State]] = st.session_state.get(STORED, [])
    if not made:
        return
    layout.section(visit.say("import_page.done"))
    heads = [visit.say(f"import_page.head.{one}") for one in ("name", "state")]
    rows: list[list[Cell]] = [
        [Link(name, f"/arrangement?id={id}"), state_name(state, visit.lang)] for id, name, state in made[:SHOWN]
    ]
    table(visit.say("import_page.done_caption", shown=len(rows), count=len(made)), heads, rows, wide=False)
    ways([Link(visit.say("import_page.all"), "/arrangementer?sorter=endret")])
