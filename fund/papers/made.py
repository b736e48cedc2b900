"""A paper of the fund as a Word file: its values asked for as the reader, put into the template that holds.

made = make(store, applicant, "award_letter", 3, "nb")       # made.name is «tilsagnsbrev-3.docx»
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from fund.applicant.identifiers import shown_organisation
from fund.meeting.agenda import meeting_at
from fund.papers.fields import Values, paper_of
from fund.papers.letters import award_values, closing_values, decision_values, payment_values, request_values
from fund.papers.meeting_papers import agenda_values, minutes_values
from fund.papers.partner_paper import partner_values
from fund.papers.templates import paper_from

_VALUES: Mapping[str, Callable[[Store, Actor, int, Lang], Values]] = {
    "award_letter": award_values,
    "decision_letter": decision_values,
    "completion_request": request_values,
    "agenda": agenda_values,
    "minutes": minutes_values,
    "payment_advice": payment_values,
    "closing_letter": closing_values,
    "partner_statement": partner_values,
}
_ZIP_DAY = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Made:
    """A paper that was made: its file's content and name."""

    content: bytes
    name: str


def values_of(store: Store, actor: Actor, paper: str, id: int, lang: Lang) -> Values:
    """What stands in a paper, by the fields of its templates. Refused as the domain refuses the reader."""
    paper_of(paper)
    values = _VALUES[paper](store, actor, id, lang)
    with store.read() as db:
        return {**_fund(db, lang), **values}


def make(store: Store, actor: Actor, paper: str, id: int, lang: Lang) -> Made:
    """The Word file of a paper about the row ``id``, in ``lang``, from the template that holds now.

    Raises Refused, LookupError and :class:`Faults` as the domain does where the reader may not have it, there is none,
    or it isn't due yet.
    """
    values = values_of(store, actor, paper, id, lang)
    with store.read() as db:
        content = paper_from(db, paper, lang, values)
    return Made(content, f"{paper_of(paper).files[lang]}-{id}.docx")


def letters_of_meeting(store: Store, actor: Actor, meeting: int) -> Made:
    """Every letter that follows from a meeting's decisions, in both languages, in one archive. Needs ``case.handle``.

    An award's letter for what is given, a decision letter for the rest. Raises :class:`Faults` where there is none.
    """
    require(actor, "case.handle")
    with store.read() as db:
        held = meeting_at(db, meeting)
        query = (
            "SELECT application.number, decision.id, award.id FROM decision"
            " JOIN agenda_item ON agenda_item.id = decision.item"
            " JOIN application ON application.id = decision.application LEFT JOIN award ON award.decision = decision.id"
            " WHERE agenda_item.meeting = ? ORDER BY agenda_item.position"
        )
        rows = db.execute(query, [meeting]).fetchall()
    if not rows:
        raise Faults([Fault("", "", held.title, "papers.nothing_decided")])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, decision, award in rows:
            paper, id = ("decision_letter", decision) if award is None else ("award_letter", award)
            for lang in LANGUAGES:
                made = make(store, actor, paper, id, lang)
                name = f"{number}-{paper_of(paper).files[lang]}.docx"
                archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), made.content)
    return Made(stream.getvalue(), f"{say('papers.all_letters', 'nb')}-{meeting}.zip")


def _fund(db: Database, lang: Lang) -> Values:
    """The fund's name and number: those of the account that it pays from; that none is set is said."""
    row = db.execute("SELECT name, orgnr FROM payer_account ORDER BY id DESC LIMIT 1").fetchone()
    name, number = row or (say("papers.no_fund", lang), "")
    return {"fund.name": name, "fund.number": shown_organisation(number) if number else "–"}
