"""The pages: their addresses, who finds them in the menu, and what one must be allowed to open them.

Menus are flat, at most seven entries a role. Every page has an address that can be sent to a colleague; whoever may not
open it is told why, and a page that a menu doesn't list opens all the same for who may.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from app.visit import Visit


@dataclass(frozen=True)
class Entry:
    """A page: ``app/pages/<name>.py``, its address, its right (None: public) and the roles whose menu lists it."""

    name: str
    path: str
    right: str | None = None
    menu: tuple[str, ...] = ()
    wide: bool = False

    @property
    def title(self) -> str:
        """The key of its name in the menu."""
        return f"page.title.{self.name}"

    @property
    def show(self) -> Callable[[Visit], None]:
        shown: Callable[[Visit], None] = importlib.import_module(f"app.pages.{self.name}").show
        return shown


_STAFF = ("officer", "board", "chair", "treasurer", "auditor", "administrator", "applicant")
_READERS = ("officer", "board", "chair", "treasurer", "auditor", "applicant")

ENTRIES = (
    Entry("home", "", menu=("anyone", *_STAFF), wide=True),
    Entry("business", "naeringsliv", menu=("anyone",), wide=True),
    Entry("municipality", "kommune", wide=True),
    Entry("fund", "fond", menu=("anyone",), wide=True),
    Entry("events", "arrangementer", "event.read", _READERS, wide=True),
    Entry("event", "arrangement", "event.read", wide=True),
    Entry("event_form", "skjema", "event.write", wide=True),
    Entry("estimate", "anslag", wide=True),
    Entry("calendar", "kalender", "event.read", ("officer",), wide=True),
    Entry("comparison", "sammenlign", "event.read", ("officer", "board", "chair"), wide=True),
    Entry("event_import", "importer", "event.import", wide=True),
    Entry("tables", "tabeller", menu=("officer",), wide=True),
    Entry("parameters", "satser", wide=True),
    Entry("nights", "netter", "event.read", wide=True),
    Entry("lessons", "erfaringer", "lesson.read", ("officer", "board", "chair"), wide=True),
    Entry("todo", "oppgaver", "event.read", _STAFF),
    Entry("method", "metode", menu=("anyone",)),
    Entry("trail", "revisjonsspor", "audit.read", ("auditor",), wide=True),
    Entry("accounts", "kontoer", "account.read", ("administrator",), wide=True),
    Entry("checks", "kontroll", "operations.read", ("auditor", "administrator")),
    Entry("account", "konto"),
    Entry("sign_in", "logg-inn", menu=("anyone",)),
)


@cache
def entries() -> tuple[Entry, ...]:
    """Every page, its module loaded."""
    for entry in ENTRIES:
        importlib.import_module(f"app.pages.{entry.name}")
    return ENTRIES
