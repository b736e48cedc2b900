"""Links that lead on within the program, in a row, or as the one that does the page's main thing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.tables import Link
from app.text import markup


def go(link: Link, *, first: bool = True) -> None:
    """A way on that looks like a button; ``first`` is the page's one main way."""
    kind = "rv-go rv-first" if first else "rv-go"
    st.html(f'<a class="{kind}" href="{markup(link.address)}">{markup(link.text)}</a>')


def ways(links: Sequence[Link]) -> None:
    """Other ways on, side by side."""
    items = "".join(f'<li><a href="{markup(one.address)}">{markup(one.text)}</a></li>' for one in links)
    st.html(f'<ul class="rv-links">{items}</ul>')
