"""Where two people changed the same: what was there, mine and theirs side by side, chosen one by one, then stored."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.drafting import key, note, open_drafting, restart, store_drafting, tell
from app.entries import FIGURES, as_typed
from app.fields import Form
from app.form_faults import field_label
from app.text import markup, plain
from app.visit import Visit, visiting
from app.who import named
from data.clock import moment
from data.faults import Faults
from data.paths import NOTHING, Path, differing, parts, read_path
from data.permission import Refused
from data.phrases import Lang, say
from data.value import EVIDENCE
from impact.drafts import Clash, Clashes, keep_draft

_ROWS = ("audience", "organiser_cost", "organiser_income", "night")


def keep(event: int, choices: dict[str, Any] | None = None) -> None:
    """Store the draft in the register; where others changed the same, the clashes wait to be chosen between."""
    with visiting() as visit:
        try:
            drafting = open_drafting(visit, event)
            if drafting.texts:
                tell(event, "not_stored", count=len(drafting.texts))
                return
            if not drafting.saved_at:
                tell(event, "nothing_to_store")
                return
            drafting.grounds, drafting.elsewhere = {}, []
            store_drafting(visit, drafting)  # the register gets the event's own part only
            note(visit, event)
            version = keep_draft(visit.store, visit.actor, event, choices)
        except Clashes as found:
            st.session_state[key(event, "clashes")] = found.clashes
            return
        except Faults as found:
            st.session_state[key(event, "faults")] = found.faults
            return
        except (Refused, LookupError):
            return  # the run that follows tells
    st.session_state.pop(key(event, "clashes"), None)
    restart(event, "stored", version=version)


def merging(form: Form, clashes: tuple[Clash, ...]) -> None:
    """One choice a clash; nothing is chosen beforehand, and nothing stored until all are."""
    event = form.drafting.event
    layout.section(form.words("merge_title", count=len(clashes)))
    layout.text(form.words("merge_lead"))
    chosen: dict[str, Any] = {}
    for number, clash in enumerate(clashes):
        with st.container(border=True):
            st.subheader(plain(path_name(read_path(clash.path), form.lang)), anchor=False)
            _who(form, clash)
            st.html(f'<p class="rv-small">{markup(form.words("merge_was", value=_stood(clash, form.lang)))}</p>')
            chosen[clash.path] = st.radio(
                form.words("merge_choose"),
                ("mine", "theirs"),
                index=None,
                format_func=partial(_side, form, clash),
                key=f"{key(event, 'clash')}_{number}_{clash.path}",
            )
    left = sum(choice is None for choice in chosen.values())
    with st.container(horizontal=True):
        st.button(
            form.words("merge_keep"),
            key=key(event, "merge_keep"),
            type="primary",
            disabled=bool(left),
            on_click=keep,
            args=(event, chosen),
        )
        st.button(form.words("merge_back"), key=key(event, "merge_back"), on_click=_back, args=(event,))
    if left:
        layout.text(form.words("merge_left", count=left), small=True)


def _side(form: Form, clash: Clash, side: str) -> str:
    value = clash.mine if side == "mine" else clash.theirs
    text = _row(clash, value, form.lang) if _is_row(clash) else shown(value, form.lang)
    return plain(form.words(f"merge_{side}", value=text))


def _is_row(clash: Clash) -> bool:
    """Whether whole rows clash: one was taken away, or both added one of the same name."""
    return any(isinstance(one, dict) and parts(one) is not None for one in (clash.base, clash.mine, clash.theirs))


def _stood(clash: Clash, lang: Lang) -> str:
    if _is_row(clash) and clash.base is not NOTHING:
        return say("event_form_page.row_stood", lang)
    return shown(clash.base, lang)


def _row(clash: Clash, row: Any, lang: Lang) -> str:
    """A row by what differs in it from what stood there."""
    if row is NOTHING:
        return say("event_form_page.row_gone", lang)
    head = read_path(clash.path)
    before = {} if clash.base is NOTHING else clash.base
    found = [
        f"{path_name((*head, *path), lang).rpartition(': ')[2]}: {shown(new, lang)}"
        for path, _, new in differing(before, row)
        if path not in (("name",), ("date",))
    ]
    return "; ".join(found) or say("event_form_page.row_stood", lang)


def _who(form: Form, clash: Clash) -> None:
    if clash.who:
        who = named(form.visit, clash.who)
        layout.text(form.words("merge_who", who=who, at=moment(clash.at, form.lang)), small=True)


def _back(event: int) -> None:
    st.session_state.pop(key(event, "clashes"), None)


def path_name(path: Path, lang: Lang) -> str:
    """A path of the document in words: «Gjester fra utlandet: besøk»."""
    if not path:
        return ""
    section, *rest = path
    if section in _ROWS and rest:
        name, *fields = rest
        label = field_label((section, 0, *fields), lang) if fields else say(f"event_form_page.section.{section}", lang)
        return f"{name}: {label}"
    if section == "beside" and len(rest) > 2:
        return f"{rest[1]}: {field_label(('beside', rest[0], 0, *rest[2:]), lang)}"
    if not rest:
        return say(f"event_form_page.section.{section}", lang) if section in _SECTIONS else section
    return field_label(tuple(path), lang)


_SECTIONS = ("event", "numbers", "organiser", *_ROWS, "beside")


def shown(value: Any, lang: Lang) -> str:
    """What stands at a path, in words: a number with its evidence and source, a row with its fields, or nothing."""
    if value is NOTHING or value is None or value == "":
        return say("event_form_page.nothing", lang)
    if isinstance(value, bool):
        return say(f"workbook.public.{'yes' if value else 'no'}", lang)
    if isinstance(value, list):
        return ", ".join(
            str(one.get("name") or one.get("date")) if isinstance(one, dict) else str(one) for one in value
        )
    if not isinstance(value, dict):
        return _figure(value, lang)
    if "ref" in value:
        return say("event_form_page.same_as", lang, name=value["ref"])
    if "of" in value:
        return say("event_form_page.part_of_shared", lang, name=value["of"], share=shown(value.get("share"), lang))
    figures = " / ".join(_figure(value[name], lang) for name in FIGURES if name in value)
    if figures:
        chosen = value.get("evidence")
        grounds = say(f"workbook.evidence.{chosen}", lang) if chosen in EVIDENCE else ""
        return ", ".join(part for part in (figures, grounds, str(value.get("source") or "")) if part)
    return "; ".join(f"{field_label(('event', name), lang)}: {shown(one, lang)}" for name, one in value.items())


def _figure(value: Any, lang: Lang) -> str:
    return as_typed(value, "amount", lang) if isinstance(value, int | float) else str(value)


def event_name(visit: Visit, document: dict[str, Any]) -> str:
    """What the event is called in the visitor's language, as the draft has it."""
    about = document.get("event", {})
    order = ("name_nb", "name_en") if visit.lang == "nb" else ("name_en", "name_nb")
    return next((str(about[name]) for name in order if about.get(name)), say("event_form_page.unnamed", visit.lang))
