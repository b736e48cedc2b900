"""The anatomy of a page: sentence, figures with ranges, notes, faults, and what to do where nothing is yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from app.text import markup, plain
from app.visit import Visit
from data.faults import Fault
from data.numbers import localised

_TOGETHER: ContextVar[list[str] | None] = ContextVar("_TOGETHER", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Text, lists and figures within it stand one below the other in one element: one message to the browser."""
    pieces: list[str] = []
    before = _TOGETHER.set(pieces)
    try:
        yield
    finally:
        _TOGETHER.reset(before)
    if pieces:
        st.html(f'<div class="rv-stack">{"".join(pieces)}</div>')


def _show(html: str) -> None:
    held = _TOGETHER.get()
    if held is None:
        st.html(html)
    else:
        held.append(html)


def title(text: str, lead: str = "") -> None:
    """The page's one main heading and, in a larger type, the sentence that matters most."""
    st.title(plain(text), anchor=False)
    if lead:
        sentence(lead)


def sentence(text: str) -> None:
    """The sentence that matters most, in a larger type."""
    st.html(f'<p class="rv-lead">{markup(text)}</p>')


def section(text: str) -> None:
    """A heading within the page."""
    st.header(plain(text), anchor=False)


def subsection(text: str) -> None:
    """A heading within a section."""
    st.subheader(plain(text), anchor=False)


def text(*paragraphs: str, small: bool = False) -> None:
    """Paragraphs of plain text, no wider than people read with ease; nothing where there are none."""
    if not paragraphs:
        return
    kind = "rv-text rv-small" if small else "rv-text"
    _show("".join(f'<p class="{kind}">{markup(one)}</p>' for one in paragraphs))


def bullets(lines: Iterable[str]) -> None:
    """A list of plain sentences."""
    _show(f'<ul class="rv-list">{"".join(f"<li>{markup(one)}</li>" for one in lines)}</ul>')


@dataclass(frozen=True)
class Shown:
    """One figure in front: what it is, its middle as written, its range as written, and the range on a scale.

    ``band`` is (from, to, middle) as shares from 0 to 1 of the scale that is drawn; None where no band is drawn.
    ``more`` is (words, address) of a link to where it comes from.
    """

    label: str
    middle: str
    span: str
    band: tuple[float, float, float] | None = None
    modelled: bool = True
    more: tuple[str, str] | None = None


def figures(visit: Visit, shown: Sequence[Shown]) -> None:
    """At most three figures side by side, each with its range: never one bare number."""
    _show(f'<dl class="rv-figures">{"".join(_figure(visit, one) for one in shown)}</dl>')


def _figure(visit: Visit, one: Shown) -> str:
    tag = f' <span class="rv-tag rv-modelled">{markup(visit.say("page.modelled"))}</span>' if one.modelled else ""
    return (
        f'<div class="rv-figure"><dt>{markup(one.label)}{tag}</dt>'
        f'<dd><span class="rv-middle">{markup(one.middle)}</span> {band(one)}'
        f'<span class="rv-small">{markup(one.span)}</span>{_more(one)}</dd></div>'
    )


def _more(one: Shown) -> str:
    """The link to where a figure comes from, named after the figure for who hears it alone."""
    if one.more is None:
        return ""
    words, address = one.more
    label = markup(f"{words} {one.label}")
    return f'<br><a class="rv-small" href="{markup(address)}" aria-label="{label}">{markup(words)}</a>'


def band(one: Shown) -> str:
    """The HTML of a figure's range: a pale band with a tick at its middle; "" where none is drawn."""
    if one.band is None:
        return ""
    start, end, middle = (100 * min(1.0, max(0.0, share)) for share in one.band)
    return (
        f'<div class="rv-band" aria-hidden="true"><i style="left:{start:.1f}%;right:{100 - end:.1f}%"></i>'
        f'<b style="left:{middle:.1f}%"></b></div>'
    )


def faults(visit: Visit, found: Iterable[Fault], *, heading: str = "") -> None:
    """Every fault at once: where, what stands there, what is wrong, what is expected."""
    found = list(found)
    head = heading or visit.say("page.faults", count=len(found))
    lines = [f"- {plain(without_file(one).line(visit.lang))}" for one in found]
    st.error("\n".join([f"**{plain(head)}**", "", *lines]), icon=":material/error:")


def without_file(fault: Fault) -> Fault:
    """A fault of the database without the file's place on the server, which is nobody's business but the operator's."""
    return replace(fault, file="") if fault.code.startswith("store.") else fault


def empty(visit: Visit, key: str, **figures: Any) -> None:
    """What stands where there is nothing yet: what to do first."""
    st.info(plain(visit.say(key, **figures)), icon=":material/info:")


def known(visit: Visit, value: Any) -> str:
    """A figure in words; what is not known stays visibly unknown."""
    return visit.say("page.unknown") if value is None or value == "" else localised(value, visit.lang)


def facts(pairs: Mapping[str, str]) -> None:
    """Names and values, one a line."""
    rows = "".join(
        f"<tr><th scope='row'>{markup(name)}</th><td>{markup(value)}</td></tr>" for name, value in pairs.items()
    )
    st.html(f'<table class="rv-table"><tbody>{rows}</tbody></table>')
