"""Text and tables for a terminal: rich where somebody sits at one, plain and of a fixed width in a pipe.

No figure is ever cut: a table that is wider than the terminal is written row by row instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

WIDTH = 100
INDENT, GAP = 2, 2
LABEL = 24
"""The least width of a table's first column."""


class Terminal(Console):
    """A console whose reader may leave early: a closed pipe ends the run without a fault."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def terminal(stream: Any = None) -> Terminal:
    """A console for standard output, or ``stream``."""
    at_terminal = Terminal(file=stream).is_terminal
    return Terminal(file=stream, highlight=False, width=None if at_terminal else WIDTH, emoji=False, markup=False)


def print_table(out: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table, figures to the right; the first column holds words and may be folded.

    A heading may have several lines, with a hyphen where a word is divided. Where the figures don't fit beside words
    of a readable width, every row is a paragraph with its headings.
    """
    widths = [
        max(len(line) for cell in column for line in cell.split("\n")) for column in zip(headings, *rows, strict=True)
    ]
    needed = min(widths[0], LABEL) + sum(widths[1:]) + INDENT
    if needed + GAP * len(widths) > out.width:
        _paragraphs(out, headings, rows)
        return
    ruled = out.is_terminal and needed + (GAP + 1) * len(widths) <= out.width
    style = box.SIMPLE_HEAD if ruled else None
    table = Table(box=style, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    for place, heading in enumerate(headings):
        if place == 0:
            table.add_column(heading, min_width=min(widths[0], LABEL), overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    out.print(Padding(table, (0, 0, 0, INDENT), expand=False))


def _paragraphs(out: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for label, *cells in rows:
        out.print(Padding(label, (0, 0, 0, INDENT), expand=False))
        for heading, cell in zip(headings[1:], cells, strict=True):
            if cell:
                heading = heading.replace("-\n", "").replace("\n", " ")
                out.print(Padding(f"{heading}: {cell}" if heading else cell, (0, 0, 0, 6), expand=False))
