"""Opening a Word file that a person sends as a template: what it really is first, then its text.

Invariant: nothing is parsed before the file has been found to be a whole, unencrypted .docx without macros, within the
limits. Refused is what could run, fetch or follow something on the reader's machine: embedded programs, parts and
pictures from elsewhere, fields other than those of :data:`CALM`; and what would go along unseen: tracked changes and
comments.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from docx import Document
from docx.oxml.ns import qn

from data.faults import Fault, Faults, shown
from data.limits import limit
from fund.intake.file_types import checked_type

CALM = frozenset(
    ("PAGE", "NUMPAGES", "SECTIONPAGES", "HYPERLINK", "DATE", "TITLE", "STYLEREF", "REF", "PAGEREF", "TOC", "SEQ")
)
"""Word's own fields that a template may have: they number, date and point, and fetch nothing."""
_MEGABYTE = 1_000_000
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_HARMFUL = ("oleobject", "package", "control", "attachedtemplate", "subdocument", "afchunk", "frame", "vbaproject")
_BROKEN = (zipfile.BadZipFile, zlib.error, LookupError, EOFError, OSError, ValueError, RuntimeError, AttributeError)
_TRACKED = ("w:ins", "w:del", "w:moveFrom", "w:moveTo")


def opened(name: str, content: bytes) -> Any:
    """The document of a template. Raises :class:`Faults` for a file that isn't one, or has what a letter mustn't."""
    if len(content) > limit("template_largest") * _MEGABYTE:
        raise refused(name, "too_large", megabytes=-(-len(content) // _MEGABYTE), most=limit("template_largest"))
    if checked_type(name, content) != "docx":
        raise refused(name, "not_word")
    _check_members(name, content)
    try:
        document = Document(io.BytesIO(content))
    except Exception as error:  # python-docx raises what it meets in a package that isn't whole
        raise refused(name, "broken") from error
    if found := [fault for root in roots(document) for fault in _unseen(name, root)]:
        raise Faults({(one.code, one.value): one for one in found}.values())
    return document


def roots(document: Any) -> list[Any]:
    """The elements that hold text: the body, then every header and footer."""
    kinds = (".document.main+xml", ".header+xml", ".footer+xml")
    parts = [one for one in document.part.package.iter_parts() if str(one.content_type).endswith(kinds)]
    found = [one.element for one in parts if hasattr(one, "element")]
    return sorted(found, key=lambda root: kinds.index(f".{_kind(root)}+xml"))


def refused(name: str, code: str, **figures: Any) -> Faults:
    """That a file can't be a template, and why."""
    return Faults([Fault(shown(name), "", "", f"papers.file.{code}", figures)])


def _kind(root: Any) -> str:
    return {qn("w:document"): "document.main", qn("w:hdr"): "header"}.get(root.tag, "footer")


def _check_members(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            if sum(one.file_size for one in members) > limit("template_unpacked") * _MEGABYTE:
                raise refused(name, "unpacks", most=limit("template_unpacked"))
            tags = 0
            for one in members:
                if not one.filename.casefold().endswith((".xml", ".rels")):
                    continue
                text = package.read(one)
                tags += text.count(b"<")
                if _DECLARED.search(text) or tags > limit("template_tags"):
                    raise refused(name, "broken")
                if one.filename.casefold().endswith(".rels"):
                    _check_relations(name, text)
    except _BROKEN as error:
        raise refused(name, "broken") from error


def _check_relations(name: str, text: bytes) -> None:
    try:
        tree = fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise refused(name, "broken") from error
    for one in tree:
        kind = str(one.get("Type", "")).rpartition("/")[2].casefold()
        outside = str(one.get("TargetMode", "")).casefold() == "external"
        if kind in _HARMFUL or (outside and kind != "hyperlink"):
            raise refused(name, "reaches_out", what=kind)


def _unseen(name: str, root: Any) -> list[Fault]:
    """What would go along in a letter without being seen, and fields that fetch or run something."""
    found = []
    if any(next(root.iter(qn(tag)), None) is not None for tag in _TRACKED):
        found.append(Fault(shown(name), "", "", "papers.file.tracked"))
    if next(root.iter(qn("w:commentReference")), None) is not None:
        found.append(Fault(shown(name), "", "", "papers.file.comments"))
    for word in sorted(set(_field_words(root)) - CALM):
        figures = {"known": ", ".join(sorted(CALM))}
        found.append(Fault(shown(name), "", shown(word), "papers.file.word_field", figures))
    return found


def _field_words(root: Any) -> list[str]:
    """The first word of each of Word's own fields, whichever way it is written."""
    codes = [one.get(qn("w:instr"), "") for one in root.iter(qn("w:fldSimple"))]
    open_code: list[str] | None = None
    for one in root.iter(qn("w:fldChar"), qn("w:instrText")):
        if one.tag == qn("w:instrText"):
            if open_code is None:
                codes.append(one.text or "")
            else:
                open_code.append(one.text or "")
            continue
        if open_code is not None:
            codes.append("".join(open_code))
        open_code = [] if one.get(qn("w:fldCharType")) == "begin" else None
    if open_code:
        codes.append("".join(open_code))
    return [(code.split() or ["?"])[0].upper() for code in codes]
