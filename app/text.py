"""Text that people gave, made safe to show: never read as Markdown or HTML."""

from __future__ import annotations

import html
import re

_MARKDOWN = re.compile(r"[\\`*_\[\]<>$~&|]|[:.](?=\S)|-(?=-)|(?<![\s\S])[#+=-]")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s)")
"""What Markdown would read: signs that mark up anywhere, those within an address, and those that begin a line.

Ordinary sentences have next to none of them: what is escaped is read aloud as it stands where it becomes a label.
"""
_PICTURE = re.compile(r":(?=[A-Za-z_+-][\w+/-]*:)")
"""What Streamlit makes an icon or an emoji of, escaped or not; a joiner that takes no room keeps it a word."""
_JOINER = "\u2060"


def plain(text: object) -> str:
    """``text`` for a label, a heading or a message that is read as Markdown: shown as it stands."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", _PICTURE.sub(f":{_JOINER}", " ".join(str(text).split())))
    return _NUMBERED.sub(r"\1\\\2", escaped)


def markup(text: object) -> str:
    """``text`` for HTML, inside an element or an attribute."""
    return html.escape(str(text), quote=True)
