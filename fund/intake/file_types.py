"""What a file is, by its content and never by its name: PDF, Word, Excel, PNG, JPEG or plain text.

A file whose name says something else than its content is refused, and so are files with macros, files behind a
password, and archives that unpack to more than any paper has. Nothing in a file is run or followed.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal

from data.faults import Fault, Faults, shown
from data.limits import limit

FileType = Literal["pdf", "docx", "xlsx", "png", "jpeg", "text"]
ENDINGS: Mapping[FileType, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "docx": (".docx",),
    "xlsx": (".xlsx",),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
    "text": (".txt", ".csv"),
}
MEDIA: Mapping[FileType, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "text": "text/plain; charset=utf-8",
}
_MEGABYTE = 1_000_000
_TAIL = 2048
_TYPES = "[Content_Types].xml"
_OFFICE: Mapping[bytes, tuple[FileType, str]] = {
    b"wordprocessingml.document.main+xml": ("docx", "word/document.xml"),
    b"spreadsheetml.sheet.main+xml": ("xlsx", "xl/workbook.xml"),
}
_CODE = re.compile(r"\s*(<\?|<!|#!|<(html|head|body|script|svg|table|iframe|xml)\b)", re.IGNORECASE)
_CONTROLS = frozenset(map(chr, (*range(9), 11, *range(14, 32), 127)))


def checked_type(name: str, content: bytes) -> FileType:
    """The type of a file. Raises :class:`Faults` for one that is empty, too large, unknown, or has a lying name."""
    most = limit("attachment_largest")
    if not content:
        raise _refused("empty", name)
    if len(content) > most * _MEGABYTE:
        raise _refused("too_large", name, megabytes=-(-len(content) // _MEGABYTE), most=most)
    found = _found(name, content)
    ending = PurePosixPath(clean_name(name)).suffix.casefold()
    if ending not in ENDINGS[found]:
        raise _refused("lies", name, ending=ending or "–", expected=ENDINGS[found][0])
    return found


def clean_name(name: str) -> str:
    """A file's name as it is shown: without folders, without signs that can't be seen. Raises :class:`Faults`."""
    base = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", base) if unicodedata.category(sign)[0] != "C")
    seen, most = seen.strip().lstrip("."), limit("attachment_name")
    if not seen or len(seen) > most:
        raise _refused("name", name, most=most)
    return seen


def _found(name: str, content: bytes) -> FileType:
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-_TAIL:]:
            raise _refused("cut_off", name)
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        if content[12:16] != b"IHDR" or b"IEND" not in content[-_TAIL:]:
            raise _refused("cut_off", name)
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        if b"\xff\xd9" not in content:
            raise _refused("cut_off", name)
        return "jpeg"
    if content.startswith(b"PK\x03\x04"):
        return _office(name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # Office's old files, and its new ones behind a password
        raise _refused("old_office", name)
    if _is_text(content):
        return "text"
    raise _refused("unknown", name)


def _office(name: str, content: bytes) -> FileType:
    """Word or Excel. Only the list of members and the list of types is read."""
    most = limit("attachment_unpacked")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            if sum(one.file_size for one in members) > most * _MEGABYTE:
                raise _refused("unpacks", name, most=most)
            if any(one.flag_bits & 0x1 for one in members):
                raise _refused("old_office", name)
            names = {one.filename for one in members}
            if package.getinfo(_TYPES).file_size > _MEGABYTE:
                raise _refused("unpacks", name, most=most)
            types = package.read(_TYPES)
    except (zipfile.BadZipFile, zlib.error, LookupError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _refused("unknown" if isinstance(error, LookupError) else "cut_off", name) from error
    if b"macro" in types.lower() or any(one.casefold().endswith(("vbaproject.bin", ".exe", ".dll")) for one in names):
        raise _refused("macros", name)
    for mark, (found, main) in _OFFICE.items():
        if mark in types and main in names:
            return found
    raise _refused("unknown", name)


def _is_text(content: bytes) -> bool:
    """Whether it is text that a person reads: UTF-8, without control signs, and no code by its first signs."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _CONTROLS & set(text) and not _CODE.match(text)


def _refused(code: str, name: str, **figures: object) -> Faults:
    return Faults([Fault("", "attachment", shown(name), f"application.file.{code}", figures)])
