"""Workbooks by hand: a sheet's XML and a zip around it, fifty times as fast as a library, and as wrong as is wanted."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from fuzz.mutations import DAYS, NUMBERS, TEXTS, Sheets, packed, xml_changed, zip_changed

from data.xlsx import Uncalculated, cell_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_ORIGIN = dt.datetime(1899, 12, 30)
ERRORS = ("#VALUE!", "#N/A", "#REF!", "#DIV/0!", "#NAME?", "#tull")


def members_of_sheets(sheets: Sheets) -> dict[str, bytes]:
    """The members of an .xlsx file with these cells."""
    names = list(enumerate(sheets, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for at, _ in names
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_REL}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at, _ in names
    )
    listed = "".join(
        f'<sheet name={quoteattr(_clean(name)[:60])} sheetId="{at}" r:id="rId{at}"/>' for at, name in names
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}<Relationship Id="rIdS" Type="{_REL}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    for at, name in names:
        rows = "".join(_row(number, cells) for number, cells in enumerate(sheets[name], 1))
        members[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return {name: (_HEAD + text).encode("utf-8", "replace") for name, text in members.items()}


def workbook(sheets: Sheets) -> bytes:
    """An .xlsx file with these cells."""
    return packed(members_of_sheets(sheets))


def _row(number: int, cells: list[Any]) -> str:
    inner = "".join(_cell(cell_name(number, at), cell) for at, cell in enumerate(cells, 1) if cell is not None)
    return f'<row r="{number}">{inner}</row>'


def _cell(name: str, cell: Any) -> str:
    if isinstance(cell, Uncalculated):
        return f'<c r="{name}"><f>{escape(_clean(cell.formula.removeprefix("=")))}</f></c>'
    if isinstance(cell, bool):
        return f'<c r="{name}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{name}"><v>{cell!r}</v></c>' if abs(cell) < 10**300 else f'<c r="{name}"><v>1e400</v></c>'
    if isinstance(cell, dt.date):
        moment = cell if isinstance(cell, dt.datetime) else dt.datetime(cell.year, cell.month, cell.day)
        return f'<c r="{name}" s="1"><v>{(moment - _ORIGIN) / dt.timedelta(days=1)!r}</v></c>'
    if cell in ERRORS:
        return f'<c r="{name}" t="e"><v>{escape(cell)}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(_clean(str(cell)))}</t></is></c>'


def _clean(text: str) -> str:
    """Without signs that XML can't have; the few that are left in make a broken file, which is another test."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


# -- changes


def cell_changed(rng: Random, sheets: Sheets) -> Sheets:
    """A cell, a row, a column or a whole sheet changed. The rows that are changed are copies."""
    name = rng.choice(list(sheets))
    rows = list(sheets[name]) or [[]]
    at = rng.randrange(len(rows))
    row = list(rows[at]) or [None]
    place = rng.randrange(len(row))
    match rng.randrange(14):
        case 0:
            rows.insert(at, rows[rng.randrange(len(rows))])
        case 1:
            del rows[at]
        case 2:
            rows = [line[:place] + line[place + 1 :] for line in rows]
        case 3:
            rows = [[*line[:place], line[place] if place < len(line) else None, *line[place:]] for line in rows]
        case 4 if len(sheets) > 1:
            return {one: cells for one, cells in sheets.items() if one != name}
        case 5:
            return {(rng.choice(TEXTS) or "x") if one == name else one: cells for one, cells in sheets.items()}
        case 6:
            rows[at] = row + [None] * rng.choice((1, 30, 300)) + [rng.choice(TEXTS)]
        case 7:
            rows = rows[:at] + [[]] * rng.choice((1, 40)) + rows[at:]
        case _:
            row[place] = rng.choice(
                (
                    rng.choice(TEXTS),
                    rng.choice(TEXTS),
                    rng.choice(NUMBERS),
                    rng.choice(DAYS),
                    rng.choice(ERRORS),
                    Uncalculated("=A1"),
                )
            )
            rows[at] = row
    return {**sheets, name: rows}


def from_sheets(rng: Random, sheets: Sheets, write: Callable[[Sheets], dict[str, bytes]] = members_of_sheets) -> bytes:
    """A workbook of ``sheets``, changed in its cells, its XML or its zip: most often in its cells."""
    way = rng.random()
    if way < 0.65:
        for _ in range(rng.choice((1, 1, 2, 4))):
            sheets = cell_changed(rng, sheets)
    members = write(sheets)
    if 0.6 < way < 0.85:
        name = rng.choice([one for one in members if "sheet" in one] if rng.random() < 0.6 else list(members))
        members[name] = rng.choice((xml_changed, _sheet_changed))(rng, members[name])
    elif 0.85 < way < 0.88:
        del members[rng.choice(list(members))]
    content = packed(members, zipfile.ZIP_DEFLATED if rng.random() < 0.1 else zipfile.ZIP_STORED)
    return zip_changed(rng, content) if way > 0.86 else content


_ATTRIBUTES = (
    b'r="XFD1048576"', b'r="A1048577"', b'r="ZZZZ1"', b'r="A0"', b'r="1A"', b'r=""', b'r="a1"', b'r="$A$1"', b'r="A1:B2"', b'r="1048576"', b'r="-1"', b'r="1e3"',
    b't="s"', b't="e"', b't="d"', b't="str"', b't="b"', b't="n"', b't="x"', b's="1"', b's="99999"', b's="-1"', b'spans="1:16384"', b'hidden="1"',
)  # fmt: skip
_PARTS = (
    b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>', b'<dimension ref="A1:XFD1048576"/>', b"<c/>", b"<row/>", b"<c><v></v></c>",
    b'<c t="s"><v>7</v></c>', b'<c t="s"><v>-1</v></c>', b'<c t="d"><v>2025-02-30</v></c>', b'<c t="d"><v>2025-02-26T10:00</v></c>', b"<c><v>1e400</v></c>",
    b"<c><v>NaN</v></c>", b"<c><v>-INF</v></c>", b"<c><v> 5 </v></c>", b"<c><v>0x5</v></c>", b"<c><f>A1</f></c>", b'<c t="str"><f>A1</f><v></v></c>',
    b'<c><f t="shared" si="0" ref="A1:A9">B1</f></c>', b'<c><f t="array" ref="A1:B2">B1</f><v>1</v></c>', b'<c s="1"><v>1e10</v></c>', b'<c s="1"><v>-5</v></c>',
    b'<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', b'<c t="inlineStr"/>', b'<c t="b"><v>2</v></c>', b'<c t="e"><v>#NULL!</v></c>',
    b"<v>" + b"9" * 5000 + b"</v>", b"<c><v>" + b"9" * 5000 + b"</v></c>",
)  # fmt: skip


def _sheet_changed(rng: Random, content: bytes) -> bytes:
    """What a sheet says of a row, a cell or its own size changed."""
    cells = [at for at in range(len(content)) if content.startswith((b"<c ", b"<row "), at)][:4000]
    if not cells:
        return xml_changed(rng, content)
    at = rng.choice(cells)
    if rng.random() < 0.5:
        end = content.index(b" ", at) + 1
        return content[:end] + rng.choice(_ATTRIBUTES) + b" " + content[end:]
    return content[:at] + rng.choice(_PARTS) + content[at:]
