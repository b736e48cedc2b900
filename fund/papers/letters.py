"""What stands in the letters to an organisation: award, decision, request to complete, payment advice, closing.

Each is asked for by its number and the reader, and refused as the domain refuses: an organisation gets its own letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from data.clock import day as written_day
from data.faults import Fault, Faults
from data.numbers import kroner
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.applicant.identifiers import shown_account, shown_organisation
from fund.applicant.organisations import organisation_at
from fund.award.awards import award_at
from fund.award.letters import award_letter, decision_letter
from fund.books.accounts_plan import Kind
from fund.books.ledger import award_balances
from fund.deadlines import clock, oslo_day
from fund.intake.applications import application_at
from fund.intake.handling import requests
from fund.papers.fields import Values
from fund.payout.claiming import get_claim
from fund.rulebook.schemes import word
from fund.workflow import state_name

_ENDED = ("settled", "closed", "clawed_back")


def award_values(store: Store, actor: Actor, award: int, lang: Lang) -> Values:
    """Of an award letter. Needs ``award.read``."""
    letter = award_letter(store, actor, award)
    said, parts = letter["sentences"][lang], letter["plan"]
    return {
        **_base(letter, lang),
        "award.number": letter["number"],
        "award.title": letter["title"],
        "award.form": word("form", letter["form"], lang),
        "award.amount": kroner(letter["amount"], lang),
        "award.asked": _kroner(letter["asked"], lang),
        "offer": said["offer"],
        "grounds": letter["grounds"],
        "accept_by": _day(letter["accept_by"], lang),
        "accept_sentence": said["accept_by"],
        "conditions": [
            {"text": one["text"], "sentence": sentence}
            for one, sentence in zip(letter["conditions"], said["conditions"], strict=True)
        ],
        "plan_sentence": said["plan"],
        "plan": [
            {
                "amount": kroner(one["amount"], lang),
                "when": word("when", one["moment"], lang),
                "day": _day(one["due"], lang),
            }
            for one in parts
        ],
        "terms": [{"text": one} for one in said["terms"]],
        "appeal": said["appeal"],
        "appeal_by": _day(letter["appeal_by"], lang),
        "de_minimis": said["de_minimis"],
        **_rests_on(letter),
    }


def decision_values(store: Store, actor: Actor, decision: int, lang: Lang) -> Values:
    """Of the letter of any decision. Needs ``application.open``."""
    letter = decision_letter(store, actor, decision)
    said = letter["sentences"][lang]
    return {
        **_base(letter, lang),
        "decision.number": letter["number"],
        "decision.title": letter["title"],
        "decision.asked": _kroner(letter["asked"], lang),
        "decision.outcome": state_name("application", letter["outcome"], lang, public=True),
        "decision.sentence": said["decision"],
        "decision.amount": _kroner(letter["amount"], lang),
        "grounds": letter["grounds"],
        "conditions": [{"text": one} for one in letter["conditions"]],
        "appeal": said["appeal"],
        "appeal_by": _day(letter["appeal_by"], lang) if said["appeal"] else "",
        **_rests_on(letter),
    }


def request_values(store: Store, actor: Actor, request: int, lang: Lang) -> Values:
    """Of a request to complete an application. Needs ``application.open``. Raises LookupError where there is none."""
    with store.read() as db:
        row = db.execute("SELECT application FROM completion_request WHERE id = ?", [request]).fetchone()
        if row is None:
            raise LookupError(f"no request {request}")
        (held,) = [one for one in requests(store, actor, row[0]) if one.id == request]
        one = application_at(db, row[0], clock(None))
        assert one.organisation is not None
        return {
            **_organisation(db, one.organisation),
            "letter.day": written_day(oslo_day(dt.datetime.fromisoformat(held.at)), lang),
            "request.number": str(one.number),
            "request.title": one.title,
            "request.text": held.text,
            "request.due": written_day(held.holds, lang),
            "request.extended": written_day(held.due, lang) if held.holds != held.due else "",
        }


def payment_values(store: Store, actor: Actor, claim: int, lang: Lang) -> Values:
    """Of the advice of a claim that the bank has paid. Rights as for the claim. Raises :class:`Faults` before that."""
    case = get_claim(store, actor, claim)
    with store.read() as db:
        query = "SELECT end_to_end, day, account FROM batch_payment WHERE claim = ? AND outcome = 'paid'"
        paid = db.execute(query, [claim]).fetchone()
        if paid is None:
            raise Faults([Fault("", "", "", "papers.not_paid")])
        reference, day, account = paid
        return {
            **_organisation(db, case.award.organisation),
            "letter.day": _day(day, lang),
            "award.number": case.award.number,
            "award.title": case.award.title,
            "award.amount": kroner(case.award.amount, lang),
            "award.paid": kroner(_paid_until(db, case.award.id, claim), lang),
            "claim.number": str(case.claim.number),
            "claim.part": say(f"papers.part.{case.claim.part}", lang),
            "claim.claimed": kroner(case.claim.claimed, lang),
            "claim.less_reason": case.claim.less_reason,
            "payment.amount": kroner(case.claim.amount, lang),
            "payment.day": _day(day, lang),
            "payment.account": shown_account(account),
            "payment.reference": reference,
        }


def closing_values(store: Store, actor: Actor, award: int, lang: Lang) -> Values:
    """Of the letter that ends an award: its money, as the ledger has it. Needs ``award.read``.

    Raises :class:`Faults` where it isn't settled yet.
    """
    moment = clock(None)
    with store.read() as db:
        one = award_at(db, award, moment)
        require(actor, "award.read", one)
        if one.state not in _ENDED:
            raise Faults([Fault("", "", "", "papers.not_settled")])
        loan = one.form == "loan"
        out, back = _moved(db, award, "lent" if loan else "paid")
        lost = _held(db, award, "written_off")
        back -= lost
        state = state_name("award", one.state, lang, public=True)
        figures = {"state": state, "ore_paid": out, "ore_kept": out - back, "ore_back": back, "ore_lost": lost}
        return {
            **_organisation(db, one.organisation),
            "letter.day": written_day(oslo_day(dt.datetime.fromisoformat(one.moved_at)), lang),
            "award.number": one.number,
            "award.title": one.title,
            "award.form": word("form", one.form, lang),
            "award.amount": kroner(one.amount, lang),
            "award.offered": written_day(one.offered_on, lang),
            "closing.state": state,
            "closing.sentence": say("papers.closed_loan" if loan else "papers.closed", lang, **figures),
            "closing.paid": kroner(out, lang),
            "closing.back": kroner(back, lang) if back else "",
            "closing.written_off": kroner(lost, lang) if lost else "",
            "closing.kept": kroner(out - back, lang),
            "closing.unused": kroner(one.amount - out, lang) if one.amount > out else "",
        }


def _base(letter: Mapping[str, Any], lang: Lang) -> Values:
    who = letter["organisation"]
    return {
        "organisation.name": who["name"],
        "organisation.number": shown_organisation(who["number"]),
        "letter.day": _day(letter["day"], lang),
    }


def _organisation(db: Database, id: int) -> Values:
    who = organisation_at(db, id, clock(None))
    return {"organisation.name": who.name, "organisation.number": who.shown_number}


def _rests_on(letter: Mapping[str, Any]) -> Values:
    return {"case.revision": str(letter["revision"]), "case.sha256": letter["revision_sha256"]}


def _held(db: Database, award: int, *kinds: Kind) -> int:
    """What stands on the award's accounts of these kinds, in øre."""
    return sum(sum(award_balances(db, award, kind).values()) for kind in kinds)


def _paid_until(db: Database, award: int, claim: int) -> int:
    """What the bank had paid of an award when it had paid a claim, in øre."""
    query = (
        "SELECT sum(payment.amount) FROM batch_payment AS payment JOIN claim ON claim.id = payment.claim"
        " WHERE claim.award = ? AND outcome = 'paid' AND (day, payment.id) <= "
        "(SELECT day, id FROM batch_payment WHERE claim = ? AND outcome = 'paid')"
    )
    return int(db.execute(query, [award, claim]).fetchone()[0])


def _moved(db: Database, award: int, kind: Kind) -> tuple[int, int]:
    """What went onto the award's accounts of a kind and what came off again, in øre; what was reversed left out."""
    query = (
        "SELECT coalesce(sum(max(sum, 0)), 0), coalesce(sum(max(-sum, 0)), 0) FROM (SELECT sum(leg.amount) AS sum"
        " FROM leg JOIN ledger_account ON ledger_account.id = account JOIN posting ON posting.id = leg.posting"
        " WHERE award > 0 AND award = ? AND kind = ? AND reverses IS NULL"
        " AND posting.id NOT IN (SELECT reverses FROM posting WHERE reverses IS NOT NULL) GROUP BY leg.posting)"
    )
    out, back = db.execute(query, [award, kind]).fetchone()
    return int(out), int(back)


def _kroner(ore: int | None, lang: Lang) -> str:
    return "" if ore is None else kroner(ore, lang)


def _day(day: str | None, lang: Lang) -> str:
    return written_day(dt.date.fromisoformat(day), lang) if day else ""
