"""The field that chooses one case of a call, and the case that the address holds."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from app import asked
from app.text import plain
from app.visit import Visit
from fund.plans.portfolio import Case
from fund.review.call_portfolio import CallPortfolio


def chosen_case(
    visit: Visit, found: CallPortfolio, cases: Iterable[Case], name: str, key: str, label: str
) -> str | None:
    """The case that the address has under ``name``, with the field that changes it; None where none is chosen."""
    ids = [one.id for one in cases]
    chosen = asked.text(name) if asked.text(name) in ids else None
    asked.follow(key, chosen)
    st.selectbox(
        label,
        ids,
        index=None,
        format_func=lambda id: plain(found.titles.get(id, id)),
        key=key,
        placeholder=visit.say("portfolio_page.choose_case"),
        on_change=asked.keeping(name, key, lambda id: id or ""),
    )
    return chosen
