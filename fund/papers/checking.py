"""What is wrong with a template, told by place: which paragraph or cell, which field, what is expected.

faults_in(document, paper_of("award_letter"), "nb")
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from data.faults import Fault, shown
from data.phrases import Lang, say
from fund.papers.fields import Paper
from fund.papers.filling import FIELD, FOR, IF, cells_of, marks_in, outermost, row_mark, text_of, written
from fund.papers.template_file import roots

MOST_FAULTS = 200
_NEAR = 40
"""Signs of a paragraph that its place shows, so that a person finds it."""
Known = Mapping[str, str]
"""The rows at hand: what each is called, and its list."""


def faults_in(document: Any, paper: Paper, lang: Lang, file: str = "") -> list[Fault]:
    """Everything that is wrong with a template of ``paper``; the places are in ``lang``."""
    check = _Check(paper, lang, shown(file))
    with suppress(_EnoughError):
        check.roots(document)
    return check.found


class _EnoughError(Exception):
    """There are as many faults as anyone mends at once."""


@dataclass
class _Check:
    """One look through a template. ``found`` are the faults so far."""

    paper: Paper
    lang: Lang
    file: str

    def __post_init__(self) -> None:
        self.found: list[Fault] = []

    def roots(self, document: Any) -> None:
        """The body, then every header and footer."""
        for root in roots(document):
            body = root.find(qn("w:body"))
            if body is not None:
                self.container(body, "", {})
            else:
                where = "header" if root.tag == qn("w:hdr") else "footer"
                self.container(root, say(f"papers.place.{where}", self.lang), {})

    def container(self, container: Any, where: str, known: Known) -> None:
        """A body, a header or a cell: its paragraphs and tables in order, with the blocks that are open."""
        blocks: list[tuple[str, str, Known]] = []
        numbers = {"paragraph": 0, "table": 0}
        for child in container:
            if child.tag == qn("w:p"):
                numbers["paragraph"] += 1
                place = self._place(where, "paragraph", number=numbers["paragraph"])
                known = self._paragraph(child, place, known, blocks)
            elif child.tag == qn("w:tbl"):
                numbers["table"] += 1
                for number, row in enumerate(child.iterchildren(qn("w:tr")), 1):
                    self._row(row, where, numbers["table"], number, known)
            else:
                for inner in outermost(child, "w:sdtContent"):
                    self.container(inner, where, known)
        for mark, place, _ in blocks:
            self._fault(place, f"{{{{ {mark} }}}}", "no_end")

    def _paragraph(
        self, paragraph: Any, place: str, known: Known, blocks: list[tuple[str, str, Known]], skip: Sequence[str] = ()
    ) -> Known:
        """One paragraph, and the rows that are at hand after it. ``skip`` are marks that belong to its row."""
        text = text_of(paragraph)
        place = f"{place} («{text.strip()[:_NEAR]}»)" if text.strip() else place
        marks = list(marks_in(text))
        for one in skip:
            marks.remove(one)
        within = known
        if len(marks) == 1 and FIELD.fullmatch(text.strip()):
            if marks[0] != "end":
                blocks.append((marks[0], place, known))
                within = known = self._begun(marks[0], place, known)
            elif blocks:
                known = blocks.pop()[2]
            else:
                self._fault(place, "{{ end }}", "no_beginning")
        elif len(marks) == 2 and marks[0] != "end" and marks[1] == "end":
            within = self._begun(marks[0], place, known)
        elif marks:
            self._fault(place, f"{{{{ {marks[0]} }}}}", "mark_place")
        for name in self._names(text, place):
            self._field(name, place, within)
        for box in outermost(paragraph, "w:txbxContent"):
            self.container(box, place, within)
        return known

    def _row(self, row: Any, where: str, table: int, number: int, known: Known) -> None:
        mark, cells = row_mark(row), cells_of(row)
        places = [
            self._place(where, "cell", table=table, row=number, column=column) for column in range(1, len(cells) + 1)
        ]
        if not mark:
            for cell, place in zip(cells, places, strict=True):
                self.container(cell, place, known)
            return
        marks = [one for cell in cells for inner in cell.iter(qn("w:p")) for one in marks_in(text_of(inner))]
        if mark == "end" or marks != [mark, "end"]:
            self._fault(places[0], f"{{{{ {mark} }}}}", "row_marks")
            return
        known = self._begun(mark, places[0], known)
        for cell, place in zip(cells, places, strict=True):
            for inner in cell.iter(qn("w:p")):
                self._paragraph(inner, place, known, [], skip=marks_in(text_of(inner)))

    def _begun(self, mark: str, place: str, known: Known) -> Known:
        """The rows at hand within a block that a mark begins."""
        if found := IF.match(mark):
            self._field(found[1], place, known, lists=True)
            return known
        found = FOR.match(mark)
        assert found is not None
        each, of = found[1], found[2]
        if of not in self.paper.lists:
            figures = {"known": ", ".join(self.paper.lists) or "–"}
            self._fault(place, of, "no_list", **figures)
        if any(name == each or name.startswith(f"{each}.") for name in self.paper.texts):
            self._fault(place, each, "taken")
        return {**known, each: of}

    def _names(self, text: str, place: str) -> Iterator[str]:
        """The fields in a text, marks left out; brackets that don't close are faults."""
        for found in FIELD.findall(text):
            name = written(found)
            if not (name == "end" or FOR.match(name) or IF.match(name)):
                yield name
        rest = FIELD.sub("", text)
        if "{{" in rest or "}}" in rest:
            self._fault(place, shown(rest.strip()), "brackets")

    def _field(self, name: str, place: str, known: Known, *, lists: bool = False) -> None:
        there = [*self.paper.texts]
        for each, of in known.items():
            there += [f"{each}.{one}" for one in self.paper.lists.get(of, ())]
            if of not in self.paper.lists and name.startswith(f"{each}."):
                return  # the list is told of already
        if name in there or (lists and name in self.paper.lists):
            return
        if name in self.paper.lists:
            self._fault(place, name, "is_list")
            return
        nearest = difflib.get_close_matches(name, there, n=3, cutoff=0.4) or there[:3]
        self._fault(place, name, "unknown", nearest=", ".join(nearest), known=", ".join(there))

    def _place(self, where: str, kind: str, **figures: int) -> str:
        here = say(f"papers.place.{kind}", self.lang, **figures)
        return f"{where}, {here}" if where else here

    def _fault(self, place: str, value: str, code: str, **figures: Any) -> None:
        self.found.append(Fault(self.file, place, shown(value), f"papers.template.{code}", figures))
        if len(self.found) >= MOST_FAULTS:
            raise _EnoughError
