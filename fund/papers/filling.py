"""Filling a template: named fields, and paragraphs and rows that repeat.

    {{ award.amount }}                              a field, anywhere in a text
    {{ for part in plan }} … {{ end }}              what stands between is repeated for each of a list
    {{ if appeal }} … {{ end }}                     … or left out where the field or list is empty

A mark stands alone in its paragraph, and holds for whole paragraphs and tables up to its ``{{ end }}``; or it begins
and ends one paragraph, or one row of a table, which is then repeated. Nothing is computed: a name is looked up among
the fields that the paper has, and nowhere else. What is filled in is text, and is never read as a field again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from data.faults import Fault, Faults
from data.limits import limit
from fund.papers.fields import Values
from impact.sheet_writing import without_clock

FIELD = re.compile(r"\{\{((?:(?!\{\{).)*?)\}\}", re.DOTALL)  # none within another: else brackets alone take long
FOR = re.compile(r"for\s+(\w+)\s+in\s+([\w.]+)\Z")
IF = re.compile(r"if\s+([\w.]+)\Z")
_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"
_UNSEEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Scope = Mapping[str, Any]
Kind = Literal["paragraph", "table", "row", "cell", "repeat", "when", "other"]


@dataclass
class Node:
    """A part of a template: an element as it stands, or what repeats or may be left out, with what is within.

    ``name`` is the list or field that a mark names, ``each`` what a row of the list is called, and ``inside`` whether
    the mark stands in its only paragraph or row, and has to be taken out of it.
    """

    kind: Kind
    element: Any = None
    within: list[Node] = field(default_factory=list)
    name: str = ""
    each: str = ""
    inside: bool = False


def written(words: str) -> str:
    """What stands in a field's brackets, with plain spaces."""
    return " ".join(words.split())


def own_texts(paragraph: Any) -> list[Any]:
    """The elements that hold a paragraph's text, those of text boxes within it left out."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p")), None) is paragraph]


def text_of(paragraph: Any) -> str:
    """A paragraph's own text, however Word has cut it up."""
    return "".join(one.text or "" for one in own_texts(paragraph))


def marks_in(text: str) -> list[str]:
    """The marks that repeat, leave out or end something, in a text."""
    return [
        word for found in FIELD.findall(text) if (word := written(found)) == "end" or FOR.match(word) or IF.match(word)
    ]


def parts(container: Any) -> list[Node]:
    """What stands in a body, a header or a cell, with its blocks put together. Unmatched marks raise ValueError."""
    stack: list[list[Node]] = [[]]
    for child in container:
        node = _part(child)
        mark = _mark_alone(child) if child.tag == qn("w:p") else ""
        if mark == "end":
            if len(stack) == 1:
                raise ValueError("an end without a beginning")
            stack.pop()
        elif mark:
            block = _block(mark)
            stack[-1].append(block)
            stack.append(block.within)
        else:
            stack[-1].append(node)
    if len(stack) > 1:
        raise ValueError("a beginning without an end")
    return stack[0]


def row_mark(row: Any) -> str:
    """The mark that a whole row of a table repeats by; "" where its marks, if any, close within their cells."""
    cells = [[mark for one in cell.iter(qn("w:p")) for mark in marks_in(text_of(one))] for cell in cells_of(row)]
    open_cells = [marks for marks in cells if sum(-1 if one == "end" else 1 for one in marks)]
    return open_cells[0][0] if open_cells else ""


def cells_of(row: Any) -> list[Any]:
    """The cells of a row, without those of tables within them."""
    return outermost(row, "w:tc") if row is not None else []


def outermost(element: Any, tag: str) -> list[Any]:
    """The elements of a kind below another, without those that one of them holds: who goes into each meets them once.

    Else a template of a few hundred tags, each within the other, is gone through twice for every level.
    """
    found: list[Any] = []
    left = list(reversed(element))
    while left:
        one = left.pop()
        if one.tag == qn(tag):
            found.append(one)
        else:
            left.extend(reversed(one))
    return found


def _mark_alone(paragraph: Any) -> str:
    text = text_of(paragraph).strip()
    marks = marks_in(text)
    return marks[0] if len(marks) == 1 and FIELD.fullmatch(text) else ""


def _block(mark: str, inside: Node | None = None) -> Node:
    within = [inside] if inside else []
    if found := FOR.match(mark):
        return Node("repeat", None, within, found[2], found[1], inside is not None)
    found = IF.match(mark)
    assert found is not None
    return Node("when", None, within, found[1], "", inside is not None)


def _part(element: Any) -> Node:
    if element.tag == qn("w:p"):
        node = Node("paragraph", element)
        marks = marks_in(text_of(element))
        return _block(marks[0], node) if len(marks) == 2 and marks[0] != "end" else node
    if element.tag == qn("w:tbl"):
        return Node("table", element, [_row(one) if one.tag == qn("w:tr") else Node("other", one) for one in element])
    return Node("other", element)


def _row(element: Any) -> Node:
    mark = row_mark(element)
    node = Node("row", element)
    return _block(mark, node) if mark and mark != "end" else node


# -- filling


def filled(document: Any, roots: list[Any], values: Values) -> bytes:
    """The document with ``values`` put in, as a file's bytes: the same for the same values.

    Raises :class:`Faults` where it grows beyond all bounds. The template has been checked: an unknown field raises
    KeyError. ``document`` itself is filled.
    """
    count = _Count(limit("paper_parts"))
    for root in roots:
        body = root.find(qn("w:body"))
        _fill_container(root if body is None else body, values, count)
    stream = io.BytesIO()
    document.save(stream)
    return without_clock(stream)


@dataclass
class _Count:
    """How many paragraphs and rows may still be written."""

    left: int

    def one(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Faults([Fault("", "", "", "papers.too_long", {"most": limit("paper_parts")})])


def _fill_container(container: Any, scope: Scope, count: _Count) -> None:
    nodes = parts(container)
    made = [one for node in nodes for one in _made(node, scope, count)]
    for child in list(container):
        container.remove(child)
    for one in made:
        container.append(one)
    if container.tag == qn("w:tc") and (len(container) == 0 or container[-1].tag != qn("w:p")):
        container.append(OxmlElement("w:p"))  # a cell ends with a paragraph


def _made(node: Node, scope: Scope, count: _Count, unmark: bool = False) -> Iterator[Any]:
    """The elements that a part becomes."""
    if node.kind in ("repeat", "when"):
        held = lookup(scope, node.name)
        scopes = [{**scope, node.each: row} for row in held] if node.kind == "repeat" else [scope] if held else []
        for inner in scopes:
            for one in node.within:
                yield from _made(one, inner, count, unmark=node.inside)
        return
    count.one()
    element = deepcopy(node.element)
    if node.kind == "paragraph":
        if _fill_paragraph(element, scope, count, unmark) or _must_stay(element):
            yield element
    elif node.kind == "table":
        for child in list(element):
            element.remove(child)
        rows = [one for each in node.within for one in _made(each, scope, count)]
        element.extend(rows)
        if any(one.tag == qn("w:tr") for one in rows):
            yield element
    elif node.kind == "row":
        if unmark:
            _unmark([one for cell in cells_of(element) for one in cell.iter(qn("w:p"))])
        for cell in cells_of(element):
            _fill_container(cell, scope, count)
        yield element
    else:
        for inner in outermost(element, "w:sdtContent"):
            _fill_container(inner, scope, count)
        yield element


def lookup(scope: Scope, name: str) -> Any:
    """What a name stands for: a field of the paper, a list, or a field of the row at hand. Raises KeyError."""
    if name in scope:
        return scope[name]
    of, _, rest = name.partition(".")
    row = scope[of]
    if not isinstance(row, Mapping):
        raise KeyError(name)
    return row[rest]


def _fill_paragraph(paragraph: Any, scope: Scope, count: _Count, unmark: bool) -> bool:
    """Put the fields of a paragraph in; whether anything is left to be read, or nothing was to be put in."""
    if unmark:
        _unmark([paragraph])
    had = bool(FIELD.search(text_of(paragraph)))
    _replace(paragraph, lambda word: str(lookup(scope, word)))
    for box in outermost(paragraph, "w:txbxContent"):
        _fill_container(box, scope, count)
    return not had or bool(text_of(paragraph).strip())


def _must_stay(paragraph: Any) -> bool:
    """Whether an empty paragraph holds something all the same: a picture, or the settings of a section."""
    return any(next(paragraph.iter(qn(tag)), None) is not None for tag in ("w:drawing", "w:pict", "w:sectPr"))


def _unmark(paragraphs: list[Any]) -> None:
    """Take the first mark and the last one out."""
    held = [one for one in paragraphs if marks_in(text_of(one))]
    _replace(held[0], lambda word: "", only="first")
    held = [one for one in paragraphs if marks_in(text_of(one))]
    _replace(held[-1], lambda word: "", only="last")


def _replace(paragraph: Any, write: Callable[[str], str], only: str = "") -> None:
    """Put what ``write`` makes of it in the place of each field, or of the first or last mark only.

    Word cuts a text up as it likes; what is put in looks as the field's first sign.
    """
    pieces = own_texts(paragraph)
    found = list(FIELD.finditer("".join(one.text or "" for one in pieces)))
    if only:
        found = [one for one in found if marks_in(one[0])]
        found = found[:1] if only == "first" else found[-1:]
    for one in reversed(found):
        _put(pieces, one.start(), one.end(), write(written(one[1])))
    for piece in pieces:
        piece.set(f"{_NAMESPACE}space", "preserve")
        _break_lines(piece)


def _put(pieces: list[Any], start: int, end: int, text: str) -> None:
    at, first = 0, True
    for piece in pieces:
        held = piece.text or ""
        low, high = max(start - at, 0), min(end - at, len(held))
        if low < high:
            piece.text = held[:low] + (_UNSEEN.sub("", text) if first else "") + held[high:]
            first = False
        at += len(held)


def _break_lines(piece: Any) -> None:
    """Lines of a text that was put in, each on its own."""
    lines = (piece.text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    piece.text = lines[0]
    last = piece
    for line in lines[1:]:
        for one in (OxmlElement("w:br"), OxmlElement("w:t")):
            last.addnext(one)
            last = one
        last.text = line
        last.set(f"{_NAMESPACE}space", "preserve")
