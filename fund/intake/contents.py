"""What an application says: its document, as it is typed and saved field by field, read into what the rules ask about.

A draft may hold anything; reading it lists every fault and leaves the faulty parts out. What is sent is the document
with the fields of :data:`FIELDS` only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.audit import canonical
from data.faults import Fault, Faults, shown
from data.limits import limit
from fund.applicant.identifiers import bank_account
from fund.books.money import checked
from fund.intake.budget import Plan, read_plan
from fund.rulebook.schemes import FORMS, Form
from impact.beside import strategy_areas

Document = dict[str, Any]
FIELDS = (
    "title",
    "summary",
    "municipality",
    "first_day",
    "last_day",
    "form",
    "asked",
    "least",
    "account",
    "estimate",
    "cost",
    "income",
    "support",
    "no_support",
    "answers",
    "confirmed",
    "strategy",
)
COPIED = ("title", "summary", "municipality", "form", "account", "cost", "income", "answers", "strategy")
"""What goes along when an earlier application is copied: not what is asked, days, forecast, support, confirmations."""
_KILOBYTE = 1_000
_MUNICIPALITY = re.compile(r"\d{4}\Z", re.ASCII)


@dataclass(frozen=True)
class Contents:
    """An application as far as it can be read. Amounts are øre; ``least`` is what the event can least run on.

    ``account`` is the bank account (eleven digits), ``estimate`` the number of the locked forecast, ``answers`` the
    texts by the scheme's fields, ``confirmed`` the answers to its conditions, ``strategy`` the degree of fit by area.
    """

    title: str = ""
    summary: str = ""
    municipality: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    form: Form | None = None
    asked: int | None = None
    least: int | None = None
    account: str = ""
    estimate: int | None = None
    plan: Plan = field(default_factory=Plan)
    no_support: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, bool] = field(default_factory=dict)
    strategy: Mapping[str, int] | None = None


def stored(document: Any) -> str:
    """A document as JSON. Raises :class:`Faults` for one that JSON doesn't have, or that is too large."""
    most = limit("draft_largest")
    try:
        text = canonical(document) if isinstance(document, dict) else ""
        size = len(text.encode())
    except (ValueError, TypeError, RecursionError):
        text, size = "", 0
    if not text:
        raise Faults([Fault("", "document", "", "application.not_json")])
    if size > most * _KILOBYTE:
        raise Faults(
            [Fault("", "document", "", "application.too_large", {"size": -(-size // _KILOBYTE), "most": most})]
        )
    return text


def read_contents(document: Mapping[str, Any]) -> tuple[Contents, list[Fault]]:
    """What a document says, and everything that is wrong or missing in it, with what to do."""
    reading = _Reading(document)
    form = reading.choice("form", FORMS)
    asked, least = reading.amount("asked"), reading.amount("least")
    if asked is not None and least is not None and least > asked:
        figures = {"ore_least": least, "ore_asked": asked}
        reading.faults.append(Fault("", "least", "", "application.least_above_asked", figures))
    first, last = reading.day("first_day"), reading.day("last_day")
    if first and last and last < first:
        reading.fault("last_day", last, "days_order", day=first.isoformat())
    plan, wrong = read_plan(document, form, asked or 0)  # type: ignore[arg-type]
    reading.faults += wrong
    if not plan.costs and not any(one.place.startswith("cost") for one in wrong):
        reading.fault("cost", "", "no_costs")
    no_support = document.get("no_support") is True
    if no_support == bool(document.get("support")):
        reading.fault("support", "", "support_both" if no_support else "support_unsaid")
    contents = Contents(
        title=reading.text("title", limit("title_longest")),
        summary=reading.text("summary", limit("answer_longest")),
        municipality=reading.municipality(),
        first_day=first,
        last_day=last,
        form=form,  # type: ignore[arg-type]
        asked=asked,
        least=least,
        account=reading.account(),
        estimate=reading.estimate(),
        plan=plan,
        no_support=no_support,
        answers=reading.answers(),
        confirmed=reading.by_key("confirmed", bool),
        strategy=reading.strategy(),
    )
    for name in document:
        if name not in FIELDS:
            reading.fault(str(name), name, "unknown_field")
    return contents, reading.faults


def kept(document: Mapping[str, Any]) -> Document:
    """The document as it is sent: the known fields that are filled in."""
    return {name: document[name] for name in FIELDS if name in document and document[name] not in (None, "", [], {})}


class _Reading:
    """One document while it is read; it collects what is wrong."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.faults: list[Fault] = []

    def fault(self, place: str, value: Any, code: str, **figures: Any) -> None:
        self.faults.append(Fault("", place, shown(value), f"application.{code}", figures))

    def text(self, name: str, most: int) -> str:
        value = self.document.get(name)
        if isinstance(value, str) and value.strip() and len(value) <= most:
            return value.strip()
        if isinstance(value, str) and len(value) > most:
            self.fault(name, f"{len(value)}", "text_long", count=len(value), most=most)
        else:
            self.fault(name, "", f"missing_{name}")
        return ""

    def choice(self, name: str, known: tuple[str, ...]) -> str | None:
        value = self.document.get(name)
        if value in known:
            return str(value)
        self.fault(name, value, f"missing_{name}")
        return None

    def amount(self, name: str) -> int | None:
        value = self.document.get(name)
        if value is None or value == "":
            self.fault(name, "", f"missing_{name}")
            return None
        try:
            return checked(value, name)
        except Faults as wrong:
            self.faults += wrong.faults
            return None

    def day(self, name: str) -> dt.date | None:
        value = self.document.get(name)
        try:
            return dt.date.fromisoformat(str(value or ""))
        except ValueError:
            self.fault(name, value, f"missing_{name}")
            return None

    def municipality(self) -> str:
        value = self.document.get("municipality")
        if isinstance(value, str) and _MUNICIPALITY.match(value):
            return value
        self.fault("municipality", value, "missing_municipality")
        return ""

    def account(self) -> str:
        value = self.document.get("account")
        if not isinstance(value, str) or not value.strip():
            self.fault("account", value, "missing_account")
            return ""
        try:
            return bank_account(value, place="account")
        except Faults as wrong:
            self.faults += wrong.faults
            return ""

    def estimate(self) -> int | None:
        value = self.document.get("estimate")
        if value is None or (type(value) is int and value > 0):
            return value
        self.fault("estimate", value, "forecast.none")
        return None

    def by_key(self, name: str, kind: type) -> dict[str, Any]:
        value = self.document.get(name) or {}
        if not isinstance(value, dict):
            self.fault(name, value, "wrong_kind")
            return {}
        for key, one in value.items():
            if type(one) is not kind:
                self.fault(f"{name} {key}", one, "wrong_kind")
        return {key: one for key, one in value.items() if type(one) is kind}

    def answers(self) -> dict[str, str]:
        found, most = self.by_key("answers", str), limit("answer_longest")
        for key, one in found.items():
            if len(one) > most:
                self.fault(f"answers {key}", f"{len(one)}", "text_long", count=len(one), most=most)
        return {key: one.strip() for key, one in found.items() if one.strip()}

    def strategy(self) -> dict[str, int] | None:
        found = self.by_key("strategy", int)
        for key in set(found) - set(strategy_areas()):
            self.fault(f"strategy {key}", key, "wrong_kind")
        return found or None
