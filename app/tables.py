"""Tables that everyone can read: real table elements with a caption and headings, and the same rows in Excel.

A cell is text, a :class:`Link`, a :class:`Source` or :class:`Faint`. All is escaped here; a page gives plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.inputs import source_links
from app.text import markup, plain
from data.numbers import number
from data.phrases import Lang

LONGEST_WORD = 30
"""Signs of a word, as an address or a hash, beyond which a cell may break it anywhere."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere within the program: ``address`` as ``/anslag?id=3``."""

    text: str
    address: str


@dataclass(frozen=True)
class Source:
    """A cell that says where something is from: its web addresses become links by their site."""

    text: str


@dataclass(frozen=True)
class Faint:
    """A cell of little weight, as a figure from few answers: it stands there, and faintly."""

    text: str


@dataclass(frozen=True)
class Column:
    """A heading; ``number`` columns are set to the right."""

    heading: str
    number: bool = False


Cell = str | Link | Source | Faint


def table(
    caption: str, columns: Sequence[Column | str], rows: Iterable[Sequence[Cell]], *, totals: int = 0, wide: bool = True
) -> None:
    """Show a table; the first cell of a row is its heading. The last ``totals`` rows are sums.

    A ``wide`` table scrolls sideways by itself where the screen is too narrow, by keyboard too.
    """
    heads = [one if isinstance(one, Column) else Column(one) for one in columns]
    body = list(rows)
    first_total = len(body) - totals
    lines = [_row(heads, row, total=number >= first_total) for number, row in enumerate(body)]
    titles = "".join(f'<th scope="col"{_right(one)}>{markup(one.heading)}</th>' for one in heads)
    whole = (
        f'<table class="rv-table"><caption>{markup(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    around = f'<div class="rv-scroll" role="region" tabindex="0" aria-label="{markup(caption)}">{whole}</div>'
    st.html(around if wide else whole)


def _row(heads: list[Column], row: Sequence[Cell], *, total: bool) -> str:
    cells = [
        f'<th scope="row"{_right(head)}>{_cell(cell)}</th>' if place == 0 else f"<td{_right(head)}>{_cell(cell)}</td>"
        for place, (head, cell) in enumerate(zip(heads, row, strict=True))
    ]
    kind = ' class="rv-total"' if total else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _right(column: Column) -> str:
    return ' class="rv-number"' if column.number else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, Source):
        return source_links(cell.text)
    if isinstance(cell, Link):
        return f'<a href="{markup(cell.address)}">{markup(cell.text)}</a>'
    if isinstance(cell, Faint):
        return f'<i class="rv-faint">{markup(cell.text)}</i>'
    long = any(len(word) > LONGEST_WORD for word in cell.split())
    return f'<span class="rv-source">{markup(cell)}</span>' if long else markup(cell)


def amount(ore: int | None, lang: Lang) -> str:
    """Øre as kroner without the word, for a column whose heading says kroner; with øre where there are any."""
    return "" if ore is None else number(ore / 100, lang, 2 if ore % 100 else 0)


def download(label: str, name: str, make: Callable[[], bytes], *, key: str, mime: str = XLSX) -> None:
    """A button that makes the file when it is asked for."""
    st.download_button(plain(label), make, file_name=name, mime=mime, key=key, on_click="ignore")
