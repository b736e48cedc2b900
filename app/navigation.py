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


_FUND = ("officer", "board", "chair", "treasurer", "auditor")
_STAFF = (*_FUND, "administrator", "applicant")
_BOARD = ("board", "chair")

ENTRIES = (
    Entry("home", "", menu=("anyone", *_STAFF), wide=True),
    Entry("business", "naeringsliv", menu=("anyone",), wide=True),
    Entry("municipality", "kommune", wide=True),
    Entry("fund", "fond", menu=("anyone",), wide=True),
    Entry(
        "events", "arrangementer", "event.read", ("officer", "applicant", *_BOARD, "treasurer", "auditor"), wide=True
    ),
    Entry("event", "arrangement", "event.read", wide=True),
    Entry("event_form", "skjema", "event.write", wide=True),
    Entry("estimate", "anslag", wide=True),
    Entry("calendar", "kalender", "event.read", wide=True),
    Entry("comparison", "sammenlign", "event.read", wide=True),
    Entry("event_import", "importer", "event.import", wide=True),
    Entry("surveys", "undersokelser", "survey.read", wide=True),
    Entry("survey_import", "svar-inn", "survey.write", wide=True),
    Entry("counts", "tellinger", "count.read", wide=True),
    Entry("evaluation", "evaluering", "evaluation.read", wide=True),
    Entry("review", "gjennomgang", "review.read", wide=True),
    Entry("record", "treffsikkerhet", "record.read", wide=True),
    Entry("years", "over-aar", "years.read", wide=True),
    Entry("applications", "soknader", "application.write", ("applicant",), wide=True),
    Entry("calls", "utlysninger", menu=("applicant",)),
    Entry("application", "soknad", "application.read", wide=True),
    Entry("mandates", "fullmakter", "organisation.read"),
    Entry("cases", "saker", "case.read", ("officer", *_BOARD, "auditor"), wide=True),
    Entry("case", "sak", "case.read", wide=True),
    Entry("ranking", "rangering", "case.read", wide=True),
    Entry("portfolio", "portefolje", "case.read", _BOARD, wide=True),
    Entry("meetings", "moter", "case.read", ("officer", *_BOARD), wide=True),
    Entry("meeting", "mote", "case.read", wide=True),
    Entry("award", "tilsagn", "award.read", wide=True),
    Entry("contributions", "bidrag", "ledger.read", ("treasurer",), wide=True),
    Entry("claims", "anmodninger", "case.read", ("treasurer",), wide=True),
    Entry("claim", "anmodning", "award.read", wide=True),
    Entry("payouts", "utbetalinger", "payment.read", ("treasurer",), wide=True),
    Entry("books", "regnskap", "ledger.read", ("treasurer", "auditor"), wide=True),
    Entry("posting", "postering", "ledger.read", wide=True),
    Entry("tables", "tabeller", menu=("officer",), wide=True),
    Entry("parameters", "satser", wide=True),
    Entry("nights", "netter", "event.read", wide=True),
    Entry("lessons", "erfaringer", "lesson.read", ("officer", *_BOARD), wide=True),
    Entry("todo", "oppgaver", "event.read", _STAFF),
    Entry("method", "metode", menu=("anyone",)),
    Entry("trail", "revisjonsspor", "audit.read", ("auditor",), wide=True),
    Entry("accounts", "kontoer", "account.read", ("administrator",), wide=True),
    Entry("schemes", "ordninger", "scheme.read", ("administrator",), wide=True),
    Entry("board", "styret", "seat.read", wide=True),
    Entry("messages", "meldinger", "outbox.read", ("administrator",), wide=True),
    Entry("templates", "maler", "template.read", ("administrator",)),
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
