"""The few lines of script that pages hold; each is one text, whose digest the browser is told to let run.

Nothing of a visit is written into them: what differs stands in the page, where they read it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit as st

from app.html_page import named
from app.text import markup
from app.visit import LANGUAGE_COOKIE
from data.phrases import LANGUAGES, Lang

_TELL = {
    lang: f"document.documentElement.lang = '{lang}';"
    f"document.cookie = '{LANGUAGE_COOKIE}={lang};path=/;samesite=lax;max-age=31536000'"
    " + (location.protocol === 'https:' ? ';secure' : '');"
    for lang in LANGUAGES
}
_LEAVE = "window.location.replace('/logg-ut?ferdig=1')"
_FOLLOW = "window.location.assign(document.querySelector('a.rv-follow').getAttribute('href'))"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def tell_browser(lang: Lang) -> None:
    """The document's language, for screen readers and hyphens; and the choice, for the next visit."""
    _run(_TELL[lang])


def show_signed_out() -> None:
    """Go to the page that says so and takes the cookie away."""
    _run(_LEAVE)


def follow(text: str, address: str, kind: str = "") -> None:
    """A link that is followed at once; it stands there for a browser that runs no script. Once a page."""
    _run(_FOLLOW, before=f'<a class="rv-follow {kind}" href="{markup(address)}">{markup(text)}</a>')


@cache
def digests() -> tuple[str, ...]:
    """Every script within a page, ours and those of Streamlit's own first page, as a policy names them."""
    first_page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = [*_TELL.values(), _LEAVE, _FOLLOW, *_SCRIPT.findall(first_page)]
    return tuple(map(named, scripts))


def _run(script: str, before: str = "") -> None:
    st.html(f"{before}<script>{script}</script>", unsafe_allow_javascript=True)
