"""«Where does this figure come from?»: the steps behind one figure, down to inputs with their evidence and source.

Each shown figure links to ``/anslag?id=3&tall=region.effects.value_added.total``. Steps are nested lists that open and
close by keyboard; a step that has been shown is not shown again.
"""

from __future__ import annotations

import streamlit as st

from app import layout
from app.going import ways
from app.inputs import source_links
from app.opened import Opened
from app.tables import Link
from app.text import markup
from app.visit import Visit
from data.numbers import localised
from data.phrases import Lang, say
from impact.event import AREAS
from impact.provenance import explain
from impact.step import Step

OPEN = 2
"""Levels that stand open at first."""


def explaining(visit: Visit, opened: Opened, figure: str) -> None:
    """The chain of ``figure``, and the way back. Raises Faults where the estimate has no such figure."""
    lang = visit.lang
    layout.section(visit.say("estimate_page.why.title"))
    ways([Link(visit.say("estimate_page.why.back"), opened.address())])
    step, html = _chain(opened.key, figure, lang, opened)
    if step.value is None:
        layout.text(visit.say("estimate_page.why.unknown", name=step.name(lang)))
    else:
        layout.sentence(visit.say("estimate_page.why.value", name=step.name(lang), value=_value(step, lang)))
    layout.text(visit.say("estimate_page.why.how"))
    st.html(html)
    ways([Link(visit.say("estimate_page.why.back"), opened.address())])


@st.cache_resource(max_entries=60, show_spinner=False)
def _chain(key: str, figure: str, lang: Lang, _opened: Opened) -> tuple[Step, str]:
    step = explain(_opened.tree, figure)
    return step, f'<ul class="rv-steps">{_item(step, lang, 0, set())}</ul>'


def _item(step: Step, lang: Lang, depth: int, seen: set[str]) -> str:
    """A step as a list item, with those below it; a step that has been shown says so instead."""
    head = _head(step, lang)
    grounds = _grounds(step, lang)
    if not step.below:
        return f"<li>{head}{grounds}</li>"
    if step.key in seen:
        again = markup(say("estimate_page.why.above", lang))
        return f'<li>{head}{grounds}<p class="rv-small">{again}</p></li>'
    seen.add(step.key)
    below = "".join(_item(one, lang, depth + 1, seen) for one in step.below)
    state = " open" if depth < OPEN else ""
    return f"<li><details{state}><summary>{head}</summary>{grounds}<ul>{below}</ul></details></li>"


def _head(step: Step, lang: Lang) -> str:
    """The step's name, its value, and on what it stands where that is known."""
    value = f": <b>{markup(_value(step, lang))}</b>" if step.value is not None else ""
    tag = ""
    if step.evidence:
        tag = f' <span class="rv-tag">{markup(say(f"workbook.evidence.{step.evidence}", lang))}</span>'
    return f"{markup(step.name(lang))}{value}{tag}"


def _value(step: Step, lang: Lang) -> str:
    """The value with its unit where that is known; a table's is its year."""
    if step.key.startswith("tables."):
        return str(step.value)
    unit = _unit(step.key)
    value = localised(step.value, lang)
    return say(f"estimate_page.unit.{unit}", lang, value=value) if unit else value


def _unit(key: str) -> str:
    """What a figure of an estimate counts; "" for inputs and parameters, whose names say it."""
    head, *path = key.split(".")
    if head == "rooms":
        return "room_nights"
    if head not in (*AREAS, "municipalities", "organiser_result"):
        return ""
    if "employment" in path or path[-1] == "eligible_persons":
        return "persons"
    if path[-1].endswith("room_nights"):
        return "room_nights"
    return "guest_nights" if path[-1] == "guest_nights" else "kroner"


def _grounds(step: Step, lang: Lang) -> str:
    """The formula and the source."""
    formula = step.formula(lang)
    lines = [markup(formula)] if formula else []
    lines += [source_links(step.source)] if step.source else []
    return "".join(f'<p class="rv-small rv-grounds">{line}</p>' for line in lines)
