"""Small inputs that unfold to much, or take long: each through the reader that people reach. One input each."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from fuzz.files import (
    PLAIN,
    _word,
    read_aid,
    read_answers,
    read_attachment,
    read_bank,
    read_budget,
    read_count_file,
    read_event_book,
    read_register,
    read_scheme,
    read_ssb,
    read_statbank,
    read_toml,
    read_word,
)
from fuzz.mutations import packed
from fuzz.target import Target
from fuzz.values import _READERS
from fuzz.workbooks import members_of_sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 11))
    + b"]>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY % b SYSTEM "http://127.0.0.1:9/x">%b;]>'
HARMLESS = ("far_cell", "wide_claim", "shared_strings", "regex")
"""Bombs by the start of their names that may be read, as long as they take neither time nor memory."""


def deflated(members: dict[str, bytes]) -> bytes:
    return packed(members, zipfile.ZIP_DEFLATED)


def with_member(name: str, content: bytes, of: dict[str, bytes] | None = None) -> bytes:
    return deflated({**(members_of_sheets(PLAIN) if of is None else of), name: content})


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    return with_member(
        SHEET, b'<worksheet xmlns="%s">%s<sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), before, rows)
    )


def nested_zip() -> bytes:
    inner = deflated({"x": b"\x00" * 900_000})
    for _ in range(4):
        inner = deflated({f"{at}.zip": inner for at in range(10)})
    return with_member("xl/embeddings/more.zip", inner)


def same_bytes_again(count: int) -> bytes:
    """Members that all are the same packed bytes, after Fifield's overlapping files: each is listed, one is there."""
    packed_once = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b"<a/>" * 240_000
    body = packed_once.compress(content) + packed_once.flush()
    name = b"xl/media/x.png"
    crc = zlib.crc32(content)
    head = (
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(body), len(content), len(name), 0)
        + name
        + body
    )
    stream = io.BytesIO(deflated(members_of_sheets(PLAIN)))
    with zipfile.ZipFile(stream) as there:
        start = there.start_dir
        number = len(there.namelist())
    whole = stream.getvalue()
    directory = whole[start : whole.rindex(b"PK\x05\x06")]
    row = (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            crc,
            len(body),
            len(content),
            len(name),
            0,
            0,
            0,
            0,
            0,
            start,
        )
        + name
    )
    listed = directory + row * count
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, number + count, number + count, len(listed), start + len(head), 0
    )
    return whole[:start] + head + listed + end


def claims_more(content: bytes) -> bytes:
    """The sizes that the zip declares made four gigabytes."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 24] + b"\xfe\xff\xff\xff" + content[at + 28 :]


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "ratio": lambda: with_member("xl/media/x.bin", b"\x00" * 59_000_000),
    "sheet_of_zeros": lambda: sheet(b"<row/>" * 8_000_000),
    "nested_zip": nested_zip,
    "overlapping": partial(same_bytes_again, 1_500),
    "overlapping_within_the_size": partial(same_bytes_again, 55),
    "members": lambda: deflated({**members_of_sheets(PLAIN), **{f"xl/x{at}": b"" for at in range(60_000)}}),
    "claims_more": lambda: claims_more(deflated(members_of_sheets(PLAIN))),
    "laughs": lambda: with_member(SHEET, LAUGHS + b"<worksheet>&a10;</worksheet>"),
    "laughs_in_strings": lambda: with_member("xl/sharedStrings.xml", LAUGHS + b"<sst>&a10;</sst>"),
    "laughs_in_types": lambda: with_member("[Content_Types].xml", LAUGHS + b"<Types>&a10;</Types>"),
    "outside": lambda: with_member(SHEET, OUTSIDE + b"<worksheet>&a;</worksheet>"),
    "deep_sheet": lambda: sheet(b"<x>" * 1_000_000 + b"</x>" * 1_000_000),
    "deep_styles": lambda: with_member(
        "xl/styles.xml",
        b'<styleSheet xmlns="%s">' % MAIN.encode() + b"<x>" * 400_000 + b"</x>" * 400_000 + b"</styleSheet>",
    ),
    "tags_in_styles": lambda: with_member(
        "xl/styles.xml",
        b'<styleSheet xmlns="%s"><cellXfs>%s</cellXfs></styleSheet>' % (MAIN.encode(), b"<xf/>" * 1_900_000),
    ),
    "attributes": lambda: sheet(b'<row r="1" ' + b" ".join(b'a%d="1"' % at for at in range(500_000)) + b"/>"),
    "shared_strings": lambda: with_member(
        "xl/sharedStrings.xml",
        b'<sst xmlns="%s">%s</sst>' % (MAIN.encode(), b"".join(b"<si><t>%d</t></si>" % at for at in range(900_000))),
    ),
    "wide_claim": lambda: sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<dimension ref="A1:XFD1048576"/>'),
    "far_cell": lambda: sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "far_cell_with_formula": lambda: sheet(b'<row r="1048576"><c r="XFD1048576"><f>A1</f></c></row>'),
    "far_cells": lambda: sheet(
        b"".join(b'<row r="%d"><c r="IV%d"><v>1</v></c></row>' % (at, at) for at in range(1, 20_000))
    ),
    "many_sheets": lambda: deflated(members_of_sheets({f"a{at}": [["x"]] for at in range(990)})),
    "merged": lambda: with_member(
        SHEET,
        b'<worksheet xmlns="%s"><sheetData/><mergeCells>%s</mergeCells></worksheet>'
        % (MAIN.encode(), b'<mergeCell ref="A1:XFD1048576"/>' * 400_000),
    ),
    "formulas": lambda: sheet(b"<row>" + b"<c><f>A1</f></c>" * 900_000 + b"</row>"),
    "long_text": lambda: sheet(b'<row><c t="inlineStr"><is><t>' + b"9" * 40_000_000 + b"</t></is></c></row>"),
    "one_number": lambda: sheet(b"<row><c><v>" + b"9" * 10_000_000 + b"</v></c></row>"),
}
_SENT: dict[str, Callable[[bytes], Any]] = {
    "register": read_register,
    "event": read_event_book,
    "budget": read_budget,
    "answers": lambda content: read_answers(("visitor", content)),
    "counts": lambda content: read_count_file((content, "tickets", "day")),
    "aid": read_aid,
    "ssb": lambda content: read_ssb((content, b"x")),
    "paper": lambda content: read_attachment(("a.xlsx", content)),
}
_TEXTS: dict[str, tuple[Callable[[bytes], Any], Callable[[], bytes]]] = {
    "csv_one_line:answers": (_SENT["answers"], lambda: b"a;b\n" + b"x" * 50_000_000),
    "csv_one_line:aid": (read_aid, lambda: b"a;b\n" + b"x" * 50_000_000),
    "csv_one_line:counts": (_SENT["counts"], lambda: b"26.02.2025;" + b"x" * 50_000_000),
    "csv_digits:counts": (_SENT["counts"], lambda: b"26.02.2025 " + b"1 " * 5_000_000),
    "csv_quote:answers": (_SENT["answers"], lambda: b'"' + b"x;y\n" * 2_000_000),
    "csv_columns:answers": (_SENT["answers"], lambda: b";".join([b"x"] * 100_000) + b"\n" + b";".join([b"1"] * 100_000)),
    "csv_columns:aid": (read_aid, lambda: b";".join([b"x"] * 100_000) + b"\n1"),
    "csv_columns:counts": (_SENT["counts"], lambda: b";".join([b"x"] * 100_000) + b"\n" + b";".join([b"1"] * 100_000)),
    "csv_lines:aid": (read_aid, lambda: b"orgnr;day\n" + b"1;2\n" * 2_000_000),
    "csv_lines:statbank": (lambda content: read_statbank((content, "jobs")), lambda: b'"a";"b"\n' + b'"x";1\n' * 3_000_000),
    "json_deep:statbank": (lambda content: read_statbank((content, "jobs")), lambda: b"[" * 5_000_000),
    "json_sizes:statbank": (lambda content: read_statbank((content, "jobs")), lambda: b'{"class":"dataset","id":["a","b"],"size":[2000000000,2000000000],"dimension":{},"value":[]}'),
    "json_long_number:statbank": (lambda content: read_statbank((content, "jobs")), lambda: b'{"value":' + b"9" * 10_000_000 + b"}"),
    "toml_deep:event": (read_toml, lambda: b"a = " + b"[" * 2_000_000),
    "toml_tables:event": (read_toml, lambda: b"[" + b"a." * 5_000 + b"a]\n"),
    "toml_rows:event": (read_toml, lambda: b"[[audience]]\nname = 'x'\n" * 200_000),
    "toml_deep:scheme": (read_scheme, lambda: b"a = " + b"{a=" * 1_000_000),
    "toml_number:scheme": (read_scheme, lambda: b"a = " + b"9" * 4_000_000),
    "xml_laughs:bank": (read_bank, lambda: LAUGHS + b"<x>&a10;</x>"),
    "xml_outside:bank": (read_bank, lambda: OUTSIDE + b"<x>&a;</x>"),
    "xml_deep:bank": (read_bank, lambda: b"<x>" * 600_000 + b"</x>" * 600_000),
    "xml_tags:bank": (read_bank, lambda: b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">' + b"<a/>" * 1_200_000 + b"</Document>"),
    "xml_large:bank": (read_bank, lambda: b"<x>" + b" " * 60_000_000 + b"</x>"),
    "paper_png": (lambda content: read_attachment(("a.png", content)), lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\x06" + b"\x00" * 40),
    "word_laughs": (read_word, lambda: with_member("word/document.xml", LAUGHS + b"<w>&a10;</w>", _word())),
    "word_nested_boxes": (read_word, lambda: _in_word(b"<w:sdt><w:sdtContent>" * 110 + b"<w:p><w:r><w:t>{{ x }}</w:t></w:r></w:p>" + b"</w:sdtContent></w:sdt>" * 110)),
    "word_nested_tables": (read_word, lambda: _in_word(b"<w:tbl><w:tr><w:tc>" * 75 + b"<w:p><w:r><w:t>{{ x }}</w:t></w:r></w:p>" + b"</w:tc></w:tr></w:tbl>" * 75)),
    "word_fields": (read_word, lambda: _in_word(b"<w:p><w:r><w:t>{{ award.nummer }}</w:t></w:r></w:p>" * 20_000)),
    "word_brackets": (read_word, lambda: _in_word(b"<w:p><w:r><w:t>" + b"{{" * 500_000 + b"</w:t></w:r></w:p>")),
    "word_picture": (read_word, lambda: with_member("word/media/a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x00" * 30_000_000, _word())),
    "word_members": (read_word, lambda: deflated({**_word(), **{f"word/x{at}": b"" for at in range(60_000)}})),
}  # fmt: skip
_REGEX = (
    "1 " * 30_000,
    " " * 60_000,
    "9" * 60_000,
    "a" * 60_000,
    "1." * 30_000,
    "(" * 60_000,
    "a@" * 30_000,
    "x-" * 30_000,
    "kr " * 20_000,
    "\t" * 60_000,
    "- " * 30_000,
)


def _in_word(part: bytes) -> bytes:
    members = _word()
    body = members["word/document.xml"]
    return deflated({**members, "word/document.xml": body.replace(b"<w:body>", b"<w:body>" + part, 1)})


def _bomb(name: str, read: Callable[[Any], Any], make: Callable[[], Any]) -> Target:
    return Target(name, "", lambda rng: make(), read, 6.0)


def _typed(text: str) -> tuple[()]:
    for read in _READERS:
        try:
            read(text)
        except Exception:  # what it says is for the fuzzing of typed texts; here its time counts
            continue
    return ()


BOMBS = (
    *(
        _bomb(f"{name}:{to}", read, make)
        for name, make in WORKBOOKS.items()
        for to, read in _SENT.items()
        if to in ("register", "answers") or name in ("laughs", "overlapping", "ratio", "outside")
    ),
    *(_bomb(name, read, make) for name, (read, make) in _TEXTS.items()),
    *(_bomb(f"regex:{at}", _typed, lambda text=text: text) for at, text in enumerate(_REGEX)),
)
