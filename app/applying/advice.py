"""What earlier events taught, as advice on the last step of an application; it stops nothing."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.applying.form import Form
from app.inputs import source_links
from app.text import markup, plain
from fund.review.lesson_checks import own_lesson_checks


def advice(form: Form) -> None:
    """Each lesson that fires: what was seen, and what to do. Nothing stands there where none does."""
    visit = form.visit
    fired = [one for one in own_lesson_checks(visit.store, visit.actor, form.one.id) if one.fires]
    if not fired:
        return
    layout.subsection(visit.say("lesson_checks.page.advice", count=len(fired)))
    layout.text(visit.say("lesson_checks.page.advice_text"))
    layout.bullets([f"{one.sentence(visit.lang)} {one.to_do(visit.lang)}" for one in fired])
    with st.expander(plain(visit.say("lesson_checks.page.why"))):
        for one in fired:
            why = f"{markup(one.lesson.text(visit.lang))} {source_links(one.lesson.source_line(visit.lang))}"
            st.html(f'<p class="rv-text">{why}</p>')
