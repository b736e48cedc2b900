"""What those who hear a page or work by keyboard would miss of Streamlit's own pieces.

It says some of its words in English only, marks neither the page that one is at nor the field that a fault belongs to,
and loses the focus where a piece is drawn anew. ``heard.js`` mends that in the browser; without it all else works.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.html_page import language_of
from data.phrases import Lang, say

_SCRIPT = Path(__file__).parent / "heard.js"
_ADDRESS = "/hort.js"
WHOLE = {
    "Skip to main content": "skip",
    "App pages": "menu",
    "Sidebar": "menu",
    "Open": "open",
    "Choose date": "choose_date",
    "Clear all": "clear_all",
    "Clear value": "clear",
    "Selected values": "selected",
    "Copy to clipboard": "copy",
    "Show data": "show_data",
    "Show chart": "show_chart",
    "Download as PNG": "picture",
    "Copy Vega-Lite spec": "chart_code",
    "Fullscreen": "whole_screen",
    "Exit fullscreen": "part_screen",
    "Close fullscreen": "part_screen",
    "file upload": "file",
    "Upload": "upload",
    "Browse files": "upload",
    "Close": "close",
    "Expand sidebar": "open_menu",
    "Collapse sidebar": "close_menu",
}
"""Streamlit's words, by the last part of our phrase's key."""
BEGINS = {"Help for ": "help", "Remove ": "remove", "day, ": "day", "month, ": "month", "year, ": "year"}
"""The same of words that go on with a label of ours."""


def hear(lang: Lang) -> None:
    """Let the browser load the script, in the page's language."""
    st.html(f'<script src="{_ADDRESS}?lang={lang}"></script>', unsafe_allow_javascript=True)


async def script(request: Request) -> Response:
    """The script with its words."""
    content = _whole(language_of(request))
    return Response(content, media_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})


@cache
def _whole(lang: Lang) -> str:
    whole = {one: say(f"accessibility.heard.{key}", lang) for one, key in WHOLE.items()}
    begins = [[one, say(f"accessibility.heard.{key}", lang) + " "] for one, key in BEGINS.items()]
    words = json.dumps({"whole": whole, "begins": begins}, ensure_ascii=False)
    return f"(words => {{\n{_SCRIPT.read_text(encoding='utf-8')}}})({words});\n"


ROUTES = [Route(_ADDRESS, script, methods=["GET"])]
