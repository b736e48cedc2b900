"""Files that ask their reader to fetch something from elsewhere; each is read by what reads it, refused or not."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fuzz.bombs import _SENT, OUTSIDE, deflated, with_member
from fuzz.files import PLAIN, _word, read_bank, read_statbank, read_toml, read_word
from fuzz.workbooks import members_of_sheets

from data.faults import Faults

AWAY = b"http://127.0.0.1:9/x"
_RELATION = b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" TargetMode="External"/></Relationships>'


def related(members: dict[str, bytes], name: str, kind: bytes) -> bytes:
    """A package with one more relation, to somewhere else."""
    return deflated({**members, name: members[name].replace(b"</Relationships>", _RELATION % (kind, AWAY))})


def _tried(read: Callable[[bytes], Any], make: Callable[[], bytes]) -> None:
    with suppress(Faults):
        read(make())


_BOOK, _RELS = "xl/_rels/workbook.xml.rels", "word/_rels/document.xml.rels"
_MADE: dict[str, tuple[Callable[[bytes], Any], Callable[[], bytes]]] = {
    **{
        f"{kind}:{to}": (read, lambda kind=kind: related(members_of_sheets(PLAIN), _BOOK, kind.encode()))
        for kind in ("externalLink", "image", "worksheet", "sharedStrings", "styles", "theme")
        for to, read in _SENT.items()
        if to in ("register", "event", "answers", "budget", "aid", "counts")
    },
    **{
        f"entity:{to}": (read, lambda: with_member("xl/worksheets/sheet1.xml", OUTSIDE + b"<worksheet>&a;</worksheet>"))
        for to, read in _SENT.items()
    },
    **{
        f"word_{kind}": (read_word, lambda kind=kind: related(_word(), _RELS, kind.encode()))
        for kind in ("attachedTemplate", "image", "hyperlink", "styles", "header", "subDocument", "oleObject")
    },
    "word_entity": (read_word, lambda: with_member("word/document.xml", OUTSIDE + b"<w>&a;</w>", _word())),
    "bank_entity": (read_bank, lambda: OUTSIDE + b"<x>&a;</x>"),
    "bank_schema": (
        read_bank,
        lambda: b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02" schemaLocation="x %s"/>' % AWAY,
    ),
    "statbank_link": (
        lambda content: read_statbank((content, "jobs")),
        lambda: b'{"class":"collection","link":{"item":[{"class":"dataset","href":"%s"}]}}' % AWAY,
    ),
    "toml_address": (read_toml, lambda: b'[event]\nid = "%s"\n' % AWAY),
}
HOSTILE: dict[str, Callable[[], None]] = {
    name: (lambda read=read, make=make: _tried(read, make)) for name, (read, make) in _MADE.items()
}
