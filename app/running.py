"""The running estimate beside the form: the sentence, the range, what decides, warnings; or what is lacking."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import layout
from app.evidence_step import address
from app.fields import Form, anchor
from app.form_faults import Lack
from app.given import running_estimate
from app.layout import Shown
from app.text import markup
from data.faults import Faults
from data.numbers import percent
from impact.report import Sections, swing_name

MOST = 6
"""Things that are lacking, and warnings, shown at once."""


def running(form: Form) -> None:
    """What the event gives as it stands, modelled; never a figure from what can't be read."""
    layout.section(form.words("running_title"))
    if form.lacks:
        lacking(form)
        return
    try:
        tree = running_estimate(form.visit.store, form.document, by_place=False)
    except Faults as found:
        layout.faults(form.visit, found.faults, heading=form.words("cannot_yet"))
        return
    sections = Sections(tree, form.lang, form.reference)
    with layout.together():
        _figures(form, sections, tree)
    _warnings(sections)
    layout.text(sections.modelled, small=True)


def _figures(form: Form, sections: Sections, tree: dict[str, Any]) -> None:
    """The sentence, the range, the organiser's own account, and what decides."""
    total = tree["areas"][sections.area]["effects"]["value_added"]["total"]
    layout.text(sections.sentence)
    ends = max(abs(total["p10"]), abs(total["p90"])) or 1.0
    low, middle, high = (
        (total[name] / ends + (1 if total["p10"] < 0 else 0)) / (2 if total["p10"] < 0 else 1.25)
        for name in ("p10", "p50", "p90")
    )
    written, _, span = sections.range(total).partition(" (")
    label = form.words("value_added", unit=sections.unit, area=form.visit.say(f"report.in_{sections.area}"))
    between = form.words("eight_of_ten", span=span.removesuffix(")")) if span else ""
    layout.figures(form.visit, [Shown(label, written, between, (low, high, middle) if span else None)])
    if sections.organiser:
        layout.text(sections.organiser, small=True)
    swings = tree["tornado"][:3]
    if swings:
        layout.text(form.words("decides"))
        layout.bullets(swing_name(one, form.lang, tree) for one in swings)
    if tree["assumed_share"] is not None:
        layout.text(form.words("assumed", share=percent(tree["assumed_share"], form.lang)), small=True)


def _warnings(sections: Sections) -> None:
    """Each warning with what to do about it."""
    heading, warnings = sections.warnings()
    if warnings:
        with st.expander(heading, icon=":material/warning:"):
            st.html(
                "".join(
                    f'<p class="rv-text"><b>{markup(sentence)}</b><br>{markup(advice)}</p>'
                    for sentence, advice in warnings
                )
            )


def lacking(form: Form) -> None:
    """What is lacking, in plain words, each leading to its field."""
    shown = form.lacks[:MOST]
    items = "".join(_item(form, lack) for lack in shown)
    more = form.words("more_lacking", count=len(form.lacks) - MOST) if len(form.lacks) > MOST else ""
    st.html(
        f'<p class="rv-text">{markup(form.words("cannot_yet"))}</p><ul class="rv-list">{items}</ul>'
        f'<p class="rv-small">{markup(more)}</p>'
    )


def _item(form: Form, lack: Lack) -> str:
    """One thing that is lacking; its field is on this step, or on another, which is opened anew from the draft."""
    to = f"#{anchor(lack.place)}" if lack.place in form.shown else address(form.drafting.event, lack.place, lack.step)
    return f'<li>{markup(lack.sentence)} <a href="{markup(to)}">{markup(form.words("go_there"))}</a></li>'
