"""An estimate to read in a terminal: rich text where somebody sits at one, plain with the same words in a pipe."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from data.phrases import Lang
from impact.reference import Reference
from impact.report import Section, Sections, Tree
from impact.terminal import print_table


class Report:
    """Writes one estimate to a console, in ``lang``, with ``area`` in front (default: the area that decides)."""

    def __init__(self, tree: Tree, out: Console, lang: Lang, reference: Reference, area: str | None = None) -> None:
        self.out, self.parts = out, Sections(tree, lang, reference, area)

    def write(self) -> None:
        """The whole report."""
        parts, out = self.parts, self.out
        out.print(Text(parts.title, style="bold"))
        out.print(Text(parts.sentence, style="bold dark_cyan"))
        out.print(parts.modelled)
        if parts.organiser is not None:
            out.print(parts.organiser)
        for section in (parts.ranges(), parts.bridge(), parts.industries(), parts.places(), parts.tornado()):
            if section is not None:
                self._section(section)
        self._warnings()
        sources = parts.sources()
        self._heading(sources.heading)
        for line in sources.notes:
            out.print(Padding(line, (0, 0, 0, 2)))

    def _heading(self, text: str) -> None:
        self.out.print()
        self.out.print(Text(text, style="bold"))

    def _section(self, section: Section) -> None:
        self._heading(section.heading)
        print_table(self.out, section.headings, section.rows)
        for note in section.notes:
            self.out.print(note)

    def _warnings(self) -> None:
        heading, found = self.parts.warnings()
        if not found:
            return
        self._heading(heading)
        for sentence, advice in found:
            line = Text(f"{sentence} ", style="dark_orange3" if self.out.is_terminal else "")
            self.out.print(Padding(line.append(advice, style="default"), (0, 0, 0, 2)))
