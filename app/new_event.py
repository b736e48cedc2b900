"""A new event: the few fields that it needs to exist; and an event made of a draft whose own was deleted."""

from __future__ import annotations

import copy
import datetime as dt
import re
import unicodedata
from contextlib import suppress
from typing import Any

import streamlit as st

from app import layout
from app.dates import DATES
from app.drafting import Drafting, forget, open_drafting, tell
from app.given import reference
from app.text import plain
from app.visit import Visit, visiting
from data.faults import Fault, Faults
from data.permission import Refused, require
from impact.drafts import drop_draft
from impact.register import create_event
from impact.register_fields import KINDS

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_FIELDS = ("name_nb", "name_en", "kind", "municipality", "first_day", "last_day")


def new_event(visit: Visit) -> None:
    """Name, kind, place and days; then the form opens on the rest."""
    require(visit.actor, "event.create")
    if (made := st.session_state.pop("event_form_new_made", None)) is not None:
        st.session_state.pop("event_form_new_faults", None)
        st.query_params.clear()
        st.query_params.update({"id": str(made), "steg": "publikum"})
        st.rerun()  # before a field is drawn: the second of two clicks brings along what the browser still shows in it
    layout.title(visit.say("event_form_page.new_title"))
    layout.text(visit.say("event_form_page.new_lead"))
    fields(visit)


def fields(visit: Visit) -> None:
    """The fields of a new event and the button that makes it; for this page, or a dialog on another."""
    say = visit.say
    if found := st.session_state.get("event_form_new_faults"):
        layout.faults(visit, found)
    names = reference().municipalities
    st.text_input(say("event_form_page.name_nb"), key="event_form_new_name_nb", max_chars=200)
    st.text_input(
        say("event_form_page.name_en"),
        key="event_form_new_name_en",
        max_chars=200,
        help=say("event_form_page.name_en_hint"),
    )
    st.selectbox(
        say("event_form_page.kind"),
        KINDS,
        index=None,
        format_func=lambda kind: say(f"sheet.kind.{kind}") if kind in KINDS else kind,
        key="event_form_new_kind",
        placeholder=say("event_form_page.choose"),
        accept_new_options=True,
        help=say("event_form_page.kind_hint"),
    )
    st.selectbox(
        say("event_form_page.municipality"),
        list(names),
        index=None,
        format_func=lambda code: f"{names[code]} ({code})",
        key="event_form_new_municipality",
        placeholder=say("event_form_page.choose"),
    )
    first, last = st.columns(2)
    form = DATES[visit.lang]
    first.date_input(say("event_form_page.first_day"), None, key="event_form_new_first_day", format=form)
    last.date_input(
        say("event_form_page.last_day"),
        None,
        key="event_form_new_last_day",
        format=form,
        help=say("event_form_page.last_day_hint"),
    )
    st.button(say("event_form_page.create"), key="event_form_new_create", type="primary", on_click=_create)


def _create() -> None:
    """Make the event once; a second click finds the fields empty."""
    given = {name: st.session_state.get(f"event_form_new_{name}") for name in _FIELDS}
    if given["name_nb"] is None:
        return
    about = about_of(given)
    faults = []
    if not about.get("name_nb") and not about.get("name_en"):
        faults.append(Fault("", "", "", "event_form_page.new_no_name"))
    if about.get("last_day", "9999") < about.get("first_day", ""):
        faults.append(Fault("", "", "", "event_form_page.fault.end_before_start", {}))
    if faults:
        st.session_state["event_form_new_faults"] = faults
        return
    with visiting() as visit:
        try:
            made = create_event(visit.store, visit.actor, {"event": about})
        except Faults as found:
            st.session_state["event_form_new_faults"] = found.faults
            return
        except Refused:
            return  # signed out elsewhere: the run that follows tells
    for name in _FIELDS:
        st.session_state.pop(f"event_form_new_{name}", None)
    st.session_state["event_form_new_made"] = made
    tell(made, "created")


def about_of(given: dict[str, Any]) -> dict[str, Any]:
    """The event's own table from what was filled in; the id is made of the name, the price year is one of the index."""
    about = {name: value.strip() if isinstance(value, str) else value for name, value in given.items() if value}
    first, last = given["first_day"], given["last_day"] or given["first_day"]
    if first or last:
        about["first_day"], about["last_day"] = (first or last).isoformat(), last.isoformat()
    for name, other in (("name_nb", "name_en"), ("name_en", "name_nb")):
        if name not in about and other in about:
            about[name] = about[other]
    if "name_nb" in about:
        about["id"] = identifier(about["name_nb"], first)
    about["price_year"] = reference().price_years[1]
    return about


def identifier(name: str, day: dt.date | None) -> str:
    """An id as a file has it, of the name and the year: ``vinterfest-2027``."""
    plain_name = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain_name).strip("-") or "x"
    return words if day is None or str(day.year) in words else f"{words}-{day.year}"


def rescue(visit: Visit, drafting: Drafting) -> None:
    """The event was deleted while the visitor had a draft of it: what was typed can become a new one."""
    say = visit.say
    layout.title(say("event_form_page.deleted_title"))
    st.warning(plain(say("event_form_page.deleted")), icon=":material/warning:")
    key = f"event_form_{drafting.event}"
    st.button(
        say("event_form_page.deleted_make"),
        key=f"{key}_rescue",
        type="primary",
        on_click=_rescue,
        args=(drafting.event,),
    )
    with st.popover(say("event_form_page.drop"), key=f"{key}_rescue_drop"):
        layout.text(say("event_form_page.drop_sure"))
        st.button(
            say("event_form_page.drop_yes"), key=f"{key}_rescue_drop_yes", on_click=forget, args=(drafting.event,)
        )


def _rescue(event: int) -> None:
    with visiting() as visit, suppress(Refused):  # signed out elsewhere: the run that follows tells
        drafting = open_drafting(visit, event)
        made = create_event(visit.store, visit.actor, copy.deepcopy(drafting.document))
        drop_draft(visit.store, visit.actor, event)
        tell(made, "created")
        st.query_params["id"] = str(made)
