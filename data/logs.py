"""A log without personal data: what goes wrong is told by kind and place, never by what somebody typed.

    keep_personal_out()    # once, when a process starts

Texts of unexpected faults may hold anything that a person entered, and servers write where requests come from. So a
traceback has places and the fault's kind only, and addresses in a message are left out; :mod:`data.audit` says who.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from data.connection import sqlite3

HIDDEN = "•••"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*")
_SOURCE = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}")
_STANDARD = logging.getLogRecordFactory()


def keep_personal_out() -> None:
    """From now on nothing that tells of a person is logged in this process, nor told when it fails."""
    logging.setLogRecordFactory(_record)
    sys.excepthook = _fell
    threading.excepthook = _thread_fell


def told(error: BaseException) -> str:
    """A fault with the places that it came through and what caused it, without its text."""
    lines = []
    one: BaseException | None = error
    while one is not None:
        frames = traceback.extract_tb(one.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        lines.append(_kind(one))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(lines)


def scrubbed(text: str) -> str:
    """A message without mail addresses and without where something came from; this machine's own address stays."""
    return _SOURCE.sub(_source, _MAIL.sub(HIDDEN, text))


def _kind(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, sqlite3.Error):  # names tables and columns, never values
        return f"{name}: {error}"
    return f"{name}: {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def _source(found: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:  # a time of day, a version
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else HIDDEN


def _record(*given: Any, **named: Any) -> logging.LogRecord:
    record = _STANDARD(*given, **named)
    try:
        record.msg, record.args = scrubbed(record.getMessage()), None
    except Exception:  # a message whose figures don't fit it: logging tells of that itself
        record.args = None
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = told(record.exc_info[1])
        record.exc_info = None
    return record


def _fell(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    print(told(error), file=sys.stderr)


def _thread_fell(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
        print(told(given.exc_value), file=sys.stderr)
