"""The templates that come with the program, made from their texts: ``python -m fund.papers.shipped``.

A text in ``data/templates/source`` has one paragraph a line: ``#`` a title, ``##`` a heading, ``!`` the sentence that
leads, ``*`` a list's item, ``>`` small print, ``|`` a row of a table. A table's first row is its head, where
``Amount*3>`` is a column three times as wide as one without a number, and set to the right.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from data.phrases import LANGUAGES, Lang
from fund.papers.fields import TEMPLATES, papers

LOCALES: dict[Lang, str] = {"nb": "nb-NO", "en": "en-GB"}
PROGRAM = "Ringvirk"
_STYLES = {"# ": "Title", "## ": "Heading 1", "! ": "Lead", "* ": "List Bullet", "> ": "Small"}
_FONT, _INK, _BLUE, _GREY = "Arial", RGBColor(0x16, 0x25, 0x2C), RGBColor(0x0A, 0x5A, 0x78), RGBColor(0x4A, 0x5B, 0x63)
_WIDTH = Cm(16.6)
_MADE = dt.datetime(2026, 1, 1)
_HEAD = re.compile(r"(.*?)(?:\*(\d+))?(>?)\Z")


def shipped_file(paper: str, lang: Lang, folder: Path = TEMPLATES) -> Path:
    """Where the template lies that comes with the program."""
    return folder / f"{paper}.{lang}.docx"


def template_of(paper: str, lang: Lang) -> bytes:
    """A template as it is made from its text."""
    lines = (TEMPLATES / "source" / f"{paper}.{lang}.txt").read_text(encoding="utf-8").splitlines()
    document = Document()
    _look(document, lang)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = papers()[paper].names[lang], PROGRAM, PROGRAM
    core.comments, core.language, core.created, core.modified = "", LOCALES[lang], _MADE, _MADE
    table: list[list[str]] = []
    after = False
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if table:
            _table(document, table)
            table, after = [], True
        mark = next((one for one in _STYLES if line.startswith(one)), "")
        if line:
            usual = "After Table" if after else "Normal"
            document.add_paragraph(line.removeprefix(mark), style=_STYLES.get(mark, usual))
            after = after and line.startswith(("{{ if", "{{ end"))  # what may be left out
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_shipped(folder: Path = TEMPLATES) -> list[Path]:
    """Write every template; where they lie."""
    made = []
    for paper in papers():
        for lang in LANGUAGES:
            place = shipped_file(paper, lang, folder)
            place.write_bytes(template_of(paper, lang))
            made.append(place)
    return made


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    """A table whose head is repeated on each page; thin lines between its rows."""
    heads = [found for cell in rows[0] if (found := _HEAD.match(cell))]
    widths = [int(head[2] or 1) for head in heads]
    table = document.add_table(rows=0, cols=len(heads), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = int(_WIDTH * width / sum(widths))
    for number, cells in enumerate([[head[1] for head in heads], *rows[1:]]):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, head, width in zip(row.cells, cells, heads, widths, strict=True):
            cell.width = int(_WIDTH * width / sum(widths))
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table Head" if number == 0 else "Table Text"
            paragraph.add_run(text)
            if head[3]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "single" if edge in ("top", "bottom", "insideH") else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), "C3CDD2")
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _look(document: Any, lang: Lang) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    styles = document.styles
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    spoken = defaults.find(qn("w:lang"))
    for one in ("w:val", "w:eastAsia"):
        spoken.set(qn(one), LOCALES[lang])
    own = [("Lead", 12.5, True, 8), ("Small", 9.5, False, 8), ("Table Text", 10, False, 2), ("Table Head", 10, True, 2)]
    for name, size, bold, after in own:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _type(style, size, after, bold=bold, colour=_GREY if name == "Small" else _INK)
    for name in ("Table Text", "Table Head"):
        styles[name].paragraph_format.space_before = Pt(2)
    _type(styles["Normal"], 11, 6)
    styles.add_style("After Table", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _type(styles["After Table"], 11, 6, before=10)
    _type(styles["List Bullet"], 11, 4)
    _type(styles["Title"], 20, 6, before=10, bold=True, colour=_BLUE)
    _type(styles["Heading 1"], 13, 4, before=14, bold=True, colour=_BLUE)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _page_numbers(section)


def _type(style: Any, size: float, after: float, *, before: float = 0, bold: bool = False, colour: Any = _INK) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic, font.color.rgb = _FONT, Pt(size), bold, False, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), _FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _page_numbers(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for number, name in enumerate(("PAGE", "NUMPAGES")):
        if number:
            paragraph.add_run(" / ")
        simple = OxmlElement("w:fldSimple")
        simple.set(qn("w:instr"), name)
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "1"
        run.append(text)
        simple.append(run)
        paragraph._p.append(simple)


if __name__ == "__main__":
    make_shipped()
