"""What stands beside the form at every step: both sums, and how each rule of the scheme comes out so far."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.applying.form import Form
from app.applying.rows import sums
from app.inputs import source_links
from app.text import markup
from data.phrases import Lang
from fund.rulebook.rules import RuleCheck

_OWN_DAYS = ("deadlines.yearly", "deadlines.on", "deadlines.window", "deadlines.rolling")
"""The scheme's own days: the call's day holds in their place."""


def beside(form: Form, step: str) -> None:
    """The sums, then the rules that don't hold, those that can't be told yet, and those that hold.

    The step of the budget has the sums on top of its rows.
    """
    with st.container(border=True, key=form.key("beside")):
        if step != "budget":
            layout.subsection(form.words("sums.title"))
            sums(form)
        layout.subsection(form.words("rules.title"))
        checks = [one for one in form.standing.checks if one.rule not in (*_OWN_DAYS, "balance")]
        if not checks:
            layout.text(form.words("rules.none"), small=True)
            return
        html = "".join(_line(form, one, form.visit.lang) for one in sorted(checks, key=_order))
        st.html(f'<ul class="rv-list">{html}</ul>')


def _order(one: RuleCheck) -> int:
    return (False, None, True).index(one.holds)


def verdict(form: Form, one: RuleCheck) -> str:
    """Yes, no, or not yet."""
    return form.words(f"rules.{'yes' if one.holds else 'no' if one.holds is False else 'open'}")


def _line(form: Form, one: RuleCheck, lang: Lang) -> str:
    source = f' <span class="rv-small">({source_links(one.source)})</span>' if one.source else ""
    tag = f'<span class="rv-tag">{markup(verdict(form, one))}</span>'
    return f"<li>{tag} {markup(one.sentence(lang))}{source}</li>"
