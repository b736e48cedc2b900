"""The method: what the program does in plain words, step by step, and the formulas behind, as the docs have them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit as st

from app import layout
from app.event_list import public_style
from app.going import ways
from app.tables import Link
from app.text import markup
from app.visit import Visit
from data.phrases import Lang
from impact import __version__

DOCS = Path(__file__).parents[2] / "docs"
FILES: dict[Lang, str] = {"nb": "method.md", "en": "method.en.md"}
_HEADING = re.compile(r"^## (?:(\d+)\. )?(.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(?:text)?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)[^)]+\)")


def show(visit: Visit) -> None:
    """Five steps in words, then every section with its plain summary, its formulas one click away."""
    public_style()
    layout.title(visit.say("method_page.title"), visit.say("method_page.lead"))
    steps = "".join(f"<li>{markup(visit.say(f'method_page.step.{step}'))}</li>" for step in STEPS)
    st.html(f'<ol class="rv-list rv-numbered">{steps}</ol>')
    layout.text(visit.say("method_page.never"))
    for number, heading, body in sections(visit.lang):
        layout.section(heading)
        if number is None:
            _shown(body, heading)
            continue
        layout.text(visit.say(f"method_page.section.{number}"))
        with st.expander(visit.say("method_page.formulas", heading=heading)):
            _shown(body, heading)
    layout.section(visit.say("method_page.more"))
    ways(
        [
            Link(visit.say("page.title.tables"), "/tabeller"),
            Link(visit.say("page.title.parameters"), "/satser"),
        ]
    )
    layout.text(visit.say("method_page.version", version=__version__), small=True)


def _shown(body: str, heading: str) -> None:
    """Markdown; its formulas in a box that is scrolled by keyboard too."""
    for number, part in enumerate(_FENCE.split(body)):
        if number % 2:
            around = f'class="rv-formula" tabindex="0" role="group" aria-label="{markup(heading)}"'
            st.html(f"<pre {around}>{markup(part)}</pre>")
        elif part.strip():
            st.markdown(part)


STEPS = ("people", "spending", "displaced", "made_here", "rounds", "range")


@cache
def sections(lang: Lang) -> tuple[tuple[str | None, str, str], ...]:
    """(number, heading, Markdown) of every section of the method; the number is None where it has none.

    Links between the docs lead nowhere within the program, and become their words.
    """
    text = (DOCS / FILES[lang]).read_text(encoding="utf-8")
    found = list(_HEADING.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return tuple(
        (one[1], one[2], _LINK.sub(r"\1", text[one.end() : end]).strip()) for one, end in zip(found, ends, strict=True)
    )
