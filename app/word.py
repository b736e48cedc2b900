"""A Word document that a screen reader can read: real headings, repeated table heads, described pictures, a language.

No paragraph is empty, spacing is in the styles, and nothing is fetched from anywhere.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.theme import PALETTES
from data.phrases import Lang

LOCALES: dict[Lang, str] = {"nb": "nb-NO", "en": "en-GB"}
FONT = "Arial"
A4 = (Cm(21.0), Cm(29.7))
MARGIN = Cm(2.2)
TEXT_WIDTH = Cm(16.6)
INK = RGBColor.from_string(PALETTES["light"].ink[1:])
BLUE = RGBColor.from_string(PALETTES["light"].direct[1:])
OWN_STYLES = (
    ("Lead", 13.0, True),
    ("Table Text", 9.0, False),
    ("Table Head", 9.0, True),
    ("Picture", 10.0, False),
    ("After Table", 10.5, False),
)
HEADINGS = {"Title": 24, "Heading 1": 15, "Heading 2": 12}


class WordDocument:
    """Writes one document from top to bottom; ``content`` gives its bytes."""

    def __init__(self, lang: Lang, title: str, subject: str) -> None:
        self.document, self.lang = Document(), lang
        self._styles(lang)
        section = self.document.sections[0]
        section.page_width, section.page_height = A4
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        self._page_numbers(section)
        core = self.document.core_properties
        core.title, core.subject, core.language, core.author = title, subject, LOCALES[lang], "Ringvirk"
        core.comments = ""
        core.created = core.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        core.last_modified_by = "Ringvirk"

    def content(self) -> bytes:
        """The document as a file's bytes."""
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    # -- parts

    def title(self, text: str) -> None:
        self.document.add_paragraph(text, style="Title")

    def heading(self, text: str, level: int = 1) -> None:
        self.document.add_heading(text, level)

    def paragraph(self, text: str, style: str = "Normal") -> None:
        """A paragraph; nothing where there is no text."""
        if text.strip():
            self.document.add_paragraph(text, style=style)

    def lead(self, text: str) -> None:
        """The sentence that the document leads with."""
        self.paragraph(text, "Lead")

    def point(self, strong: str, text: str) -> None:
        """A list item whose first sentence stands out."""
        paragraph = self.document.add_paragraph(style="List Bullet")
        paragraph.add_run(strong).bold = True
        paragraph.add_run(f" {text}")

    def picture(self, png: bytes, description: str, caption: str) -> None:
        """A picture as wide as the text, with its caption below and a description for those who don't see it."""
        paragraph = self.document.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=TEXT_WIDTH)
        properties = shape._inline.docPr
        properties.set("descr", description)
        properties.set("title", caption)
        self.document.add_paragraph(caption, style="Caption")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A table whose head is repeated on each page; ``widths`` are shares of the text's width, the first is words.

        Columns after the first are figures, set to the right, unless their head begins with a space.
        """
        table = self.document.add_table(rows=0, cols=len(headings), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        for column, share in zip(table.columns, widths, strict=True):
            column.width = int(TEXT_WIDTH * share / sum(widths))
        left = [place == 0 or head.startswith(" ") for place, head in enumerate(headings)]
        head, model = (_row(table, style, widths, left) for style in ("Table Head", "Table Text"))
        _mark(head.get_or_add_trPr(), "w:tblHeader")
        _fill(head, headings)
        table._tbl.remove(model)
        for cells in rows:  # copied: looking a style up for each cell takes most of a long document's time
            row = deepcopy(model)
            _fill(row, cells)
            table._tbl.append(row)
        _edges(table._tbl.tblPr)

    # -- looks

    def _styles(self, lang: Lang) -> None:
        styles = self.document.styles
        for language in ("w:val", "w:eastAsia"):
            _language(styles.element).set(qn(language), LOCALES[lang])
        _look(styles["Normal"], 10.5, after=6)
        for name, size in HEADINGS.items():
            _look(styles[name], size, before=14 if name != "Title" else 0, after=4, bold=True, colour=BLUE)
            for border in styles[name].element.findall(f".//{qn('w:pBdr')}"):
                border.getparent().remove(border)
        _look(styles["Caption"], 9, after=10)
        _look(styles["List Bullet"], 10.5, after=4)
        for name, points, bold in OWN_STYLES:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            _look(style, points, after=8 if name == "Lead" else 1, bold=bold)
        styles["Picture"].paragraph_format.keep_with_next = True
        _look(styles["After Table"], 10.5, before=6, after=6)

    def _page_numbers(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for place, field in enumerate(("PAGE", "NUMPAGES")):
            if place:
                paragraph.add_run(" / ")
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            simple.append(OxmlElement("w:r"))
            text = OxmlElement("w:t")
            text.text = "1"
            simple[0].append(text)
            paragraph._p.append(simple)


def _row(table: Any, style: str, widths: Sequence[float], left: Sequence[bool]) -> Any:
    """A new row of a table without text: its cells' widths, style and sides."""
    row = table.add_row()
    _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
    for cell, share, to_left in zip(row.cells, widths, left, strict=True):
        cell.width = int(TEXT_WIDTH * share / sum(widths))
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        if not to_left:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return row._tr


def _fill(row: Any, cells: Sequence[str]) -> None:
    """Write the texts into a row."""
    for cell, text in zip(row.tc_lst, cells, strict=True):
        cell.p_lst[0].add_r().text = text.strip()


def _look(
    style: Any, size: float, *, before: float = 0, after: float = 0, bold: bool = False, colour: RGBColor = INK
) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic, font.color.rgb = FONT, Pt(size), bold, False, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _language(styles: Any) -> Any:
    """The language of all text that names no other."""
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    found = defaults.find(qn("w:lang"))
    if found is None:
        found = OxmlElement("w:lang")
        defaults.append(found)
    return found


def _mark(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


def _edges(properties: Any) -> None:
    """Thin lines between rows, none between columns."""
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        drawn = edge in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if drawn else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), PALETTES["light"].muted[1:])
        borders.append(line)
    properties.append(borders)
