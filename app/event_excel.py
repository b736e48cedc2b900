"""An event as its own Excel workbook: downloaded as it stands, and read back as a draft, with faults by their cells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from app import layout
from app.drafting import open_drafting, restart, store_drafting
from app.tables import download
from app.text import markup
from app.visit import Visit, visiting
from data.faults import Faults
from data.permission import Refused
from data.phrases import Lang
from impact.register import Registered
from impact.workbook import read_workbook_in, write_workbook


def excel(visit: Visit, registered: Registered) -> None:
    """The workbook of the register's document, and reading one back."""
    say, row = visit.say, registered.row
    key = f"event_{row.id}_excel"
    layout.section(say("event_page.excel"))
    layout.text(say("event_page.excel_lead"))
    document, lang = registered.document, visit.lang
    name = f"{document.get('event', {}).get('id') or row.id}.xlsx"
    download(say("event_page.excel_download"), name, lambda: workbook(document, lang), key=f"{key}_download")
    if not visit.may("event.write", row):
        return
    st.file_uploader(say("event_page.excel_upload"), "xlsx", key=f"{key}_file")
    st.button(say("event_page.excel_read"), key=f"{key}_read", on_click=_read, args=(row.id, f"{key}_file"))
    if found_faults := st.session_state.get(f"{key}_faults"):
        layout.faults(visit, found_faults)
    if st.session_state.pop(f"{key}_done", False):
        text, link = say("event_form_page.told.uploaded"), say("event_page.to_form")
        st.success(text, icon=":material/check:")
        st.html(f'<a href="/skjema?id={row.id}">{markup(link)}</a>')


def workbook(document: dict[str, Any], lang: Lang) -> bytes:
    """The bytes of the event's workbook. Raises Faults where the document holds what the workbook has no field for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "event.xlsx"
        write_workbook(document, path, lang)
        return path.read_bytes()


def _read(event: int, name: str) -> None:
    """Make what the workbook has the visitor's draft; nothing of it is taken where there is a fault."""
    key = f"event_{event}_excel"
    st.session_state.pop(f"{key}_faults", None)
    file = st.session_state.get(name)
    if file is None:
        return
    with visiting() as visit:
        try:
            raw, _ = read_workbook_in(file.getvalue(), file.name)
            drafting = open_drafting(visit, event)
            drafting.document = raw
            drafting.texts, drafting.grounds = {}, {}
            store_drafting(visit, drafting)
        except Faults as found:
            st.session_state[f"{key}_faults"] = found.faults
            return
        except (Refused, LookupError):
            return  # the run that follows tells
    restart(event, "uploaded")
    st.session_state[f"{key}_done"] = True
