"""Figures in a list: what is published with a dot and its source, what is modelled with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from app import layout
from app.layout import Shown
from app.text import markup


@dataclass(frozen=True)
class Input:
    """One figure. ``shown`` has its band, where it is modelled; ``source`` one web address or more, or words."""

    label: str
    value: str
    tag: str = ""
    before: str = ""
    source: str = ""
    shown: Shown | None = None


def inputs(found: Sequence[Input]) -> None:
    """The figures, one a line."""
    st.html(f'<ul class="rv-inputs">{"".join(map(_line, found))}</ul>')


def source_links(source: str) -> str:
    """HTML of a source: its web addresses as links by their site, its words as words."""
    return " ".join(map(_word, source.split()))


def _line(one: Input) -> str:
    dot = "" if one.shown else ' class="rv-dot"'
    tag = f' <span class="rv-tag">{markup(one.tag)}</span>' if one.tag else ""
    under = " · ".join(part for part in (markup(one.before), source_links(one.source)) if part)
    return (
        f'<li><span{dot}>{markup(one.label)}{tag}</span><span class="rv-value">{markup(one.value)}</span>'
        + (layout.band(one.shown) if one.shown else "")
        + (f'<span class="rv-under">{under}</span>' if under else "")
        + "</li>"
    )


def _word(word: str) -> str:
    """A word of a source, a web address as a link."""
    parts = urlsplit(word)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return markup(word)
    site = parts.netloc.removeprefix("www.").rstrip(".")
    return f'<a href="{markup(word)}" rel="noopener noreferrer">{markup(site)}</a>'
