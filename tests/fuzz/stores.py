"""Readers that store: nothing of a refused input is kept, and the audit's chain holds after every one."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fuzz.files import aid, answers, attachment, folder, reference, register_book, word
from fuzz.mutations import changed, leaf, tree_changed, xml_changed
from fuzz.target import Target
from fuzz.values import text

from data.audit import broken
from data.faults import Fault, Faults
from data.permission import Actor
from data.store import Store, open_store

OFFICER = Actor("account:4", frozenset({"officer"}))
EVERY = 100
"""Inputs between looks at the whole chain: a look reads all of it."""
FRESH = 500
"""Inputs that one database gets, so that the last is as quick as the first."""
SENT = b"UTB-2026-1"
_COUNTING = ("survey_sender", "survey_form", "sqlite_sequence")
"""Tables that count who tried, and aren't of what was tried."""


class Kept:
    """A database that is made once and copied anew, and how many inputs it got."""

    def __init__(self, name: str, make: Callable[[Store], Any]) -> None:
        self.first, self.at = folder() / f"{name}-first", folder() / name
        with open_store(self.first) as made:
            self.about = make(made)
        self.inputs = 0
        self.anew()

    def anew(self) -> None:
        if self.inputs:
            self.store.close()
        shutil.rmtree(self.at, ignore_errors=True)
        shutil.copytree(self.first, self.at)
        self.store = open_store(self.at)
        found = self.store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = [name for (name,) in found if name not in _COUNTING]
        self.sql = " UNION ALL ".join(f'SELECT count(*) FROM "{name}"' for name in tables)

    def rows(self) -> list[int]:
        return [count for (count,) in self.store.db.execute(self.sql).fetchall()]

    def try_out(self, act: Callable[[Store], object]) -> tuple[Fault, ...]:
        """Do it; what is refused leaves every table, and every file, as it was."""
        self.inputs += 1
        if self.inputs % FRESH == 0:
            self.anew()
        before, files = self.rows(), _files(self.at)
        try:
            act(self.store)
        except (Faults, LookupError) as refused:
            assert self.rows() == before, f"rows of something refused: {refused}"
            assert _files(self.at) == files, "a file of something refused"
            assert isinstance(refused, Faults), f"{type(refused).__name__}: {refused}"
            raise
        finally:
            if self.inputs % EVERY == 0:
                assert broken(self.store.db) is None, "the chain"
        return ()


def _files(at: Path) -> int:
    there = at / "attachments"
    return sum(1 for path in there.rglob("*") if path.is_file()) if there.is_dir() else 0


# -- the register of events


@cache
def _register() -> Kept:
    return Kept("register", lambda store: None)


def import_register(content: bytes) -> tuple[Fault, ...]:
    from impact.importing import read_files
    from impact.register_workbook import import_events

    preview = read_files([("liste.xlsx", content)], reference())
    return _register().try_out(lambda store: import_events(store, OFFICER, preview))


# -- the register of aid


@cache
def _aid() -> Kept:
    return Kept("aid", lambda store: None)


def import_aid(content: bytes) -> tuple[Fault, ...]:
    from fund.state_aid.aid_import import import_register_rows, read_register_rows

    return _aid().try_out(lambda store: import_register_rows(store, OFFICER, read_register_rows(content, "register")))


# -- surveys


DAY = dt.date(2024, 6, 16)


@cache
def _survey() -> Kept:
    from survey_store import event_of, survey_of

    return Kept("survey", lambda store: survey_of(store, event_of(store, {"event": {"municipality": "5001"}})))


def import_answers(given: tuple[str, bytes]) -> tuple[Fault, ...]:
    from impact.survey.batch import read_batch
    from impact.survey.mapping import find_table, suggest
    from impact.survey.questions import questionnaire
    from impact.survey.reading import read_answer_file
    from impact.survey.storing import digest, store_batch

    asked = questionnaire("visitor")
    table = find_table("svar", read_answer_file("svar", given[1]), asked)
    batch = read_batch(table, suggest(table, asked, "5001"), asked)
    kept = _survey()
    return kept.try_out(lambda store: store_batch(store, OFFICER, kept.about.id, digest(given[1]), batch))


def survey_form(rng: Random) -> dict[str, Any]:
    from impact.survey.questions import questionnaire

    given = {"role": "spectator", "home": "norway", "days": "2"}
    names = [*questionnaire("visitor").names, "", "x" * 200, "role\x00"]
    for _ in range(rng.choice((0, 1, 1, 3))):
        given[rng.choice(names)] = _whole(text(rng))
    return {
        "given": given,
        "token": rng.choice(("", _whole(text(rng)), *(f"{rng.getrandbits(192):048x}" for _ in range(5)))),
        "sender": f"{rng.random()}",
        "lang": rng.choice(("nb", "en")),
    }


def _whole(one: str) -> str:
    """Without half signs: a form's fields come without them (:func:`app.posted.text_of`)."""
    return one.encode("utf-8", "replace").decode()


def send_form(made: dict[str, Any]) -> tuple[Fault, ...]:
    from impact.survey.answers import add_answer

    kept = _survey()
    named = {name: made[name] for name in ("token", "sender")}
    return kept.try_out(lambda store: add_answer(store, kept.about.code, made["given"], made["lang"], day=DAY, **named))


# -- the bank's answers


@cache
def _bank() -> Kept:
    from claimed import sent
    from test_reconciling import line

    def make(store: Store) -> str:
        _, payment = sent(store)
        return line(store, payment).end_to_end

    return Kept("bank", make)


def bank_file(rng: Random) -> bytes:
    from claimed import booked_by_bank, rejected_by_bank
    from test_reconciling import ORE

    name, message = _bank().about, f"M-{rng.randrange(10**6)}"
    new = (
        booked_by_bank((name, ORE, rng.choice(("DBIT", "CRDT"))), message=message)
        if rng.random() < 0.5
        else rejected_by_bank(SENT.decode(), name, ORE, message=message)
    )
    return new if rng.random() < 0.1 else changed(rng, new, (xml_changed,))


def import_bank(content: bytes) -> tuple[Fault, ...]:
    from claimed import CHECKER
    from test_reconciling import BANK_DAY

    from fund.payout.reconciling import read_bank_answer

    return _bank().try_out(lambda store: read_bank_answer(store, CHECKER, content, file="svar.xml", at=BANK_DAY))


# -- templates, papers, drafts


@cache
def _fund() -> Kept:
    from applied import club, open_for_all, typed

    return Kept("fund", lambda store: typed(store, open_for_all(store), club(store)))


def send_template(content: bytes) -> tuple[Fault, ...]:
    from fund.papers.templates import keep_template

    return _fund().try_out(lambda store: keep_template(store, OFFICER, "award_letter", "nb", "Mal.docx", content))


def send_paper(given: tuple[str, bytes]) -> tuple[Fault, ...]:
    from applied import APPLICANT, NOON

    from fund.intake.applications import attach

    kept = _fund()
    return kept.try_out(lambda store: attach(store, APPLICANT, kept.about, "other", *given, at=NOON))


def draft(rng: Random) -> dict[str, Any]:
    from applied import document

    made: Any = document()
    for _ in range(rng.choice((1, 1, 3))):
        made = tree_changed(rng, made)
    if rng.random() < 0.02:
        made = {"title": json.loads("[" * 400 + "]" * 400), "x": leaf(rng)}
    return made if isinstance(made, dict) else {"title": made}


def save(made: dict[str, Any]) -> tuple[Fault, ...]:
    """A draft takes anything that is JSON, and what it lacks to be sent is told."""
    from applied import APPLICANT, NOON

    from fund.intake.applications import draft_at, save_draft
    from fund.intake.completeness import missing

    kept = _fund()

    def act(store: Store) -> None:
        seen = draft_at(store.db, kept.about).document
        save_draft(store, APPLICANT, kept.about, made, seen, at=NOON)

    kept.try_out(act)
    return tuple(missing(kept.store, APPLICANT, kept.about, at=NOON))


TARGETS = (
    Target("register_stored", "impact.register_workbook.import_events", register_book, import_register),
    Target("aid_stored", "fund.state_aid.aid_import.import_register_rows", aid, import_aid),
    Target("answers_stored", "impact.survey.storing.store_batch", answers, import_answers),
    Target("survey_form", "impact.survey.answers.add_answer", survey_form, send_form),
    Target("bank_stored", "fund.payout.reconciling.read_bank_answer", bank_file, import_bank),
    Target("template_stored", "fund.papers.templates.keep_template", word, send_template),
    Target("paper_stored", "fund.intake.applications.attach", attachment, send_paper),
    Target("draft_stored", "fund.intake.applications.save_draft", draft, save),
)
