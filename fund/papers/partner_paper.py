"""What stands in a partner's statement: what it brought, where that is now, and its share of each award."""

from __future__ import annotations

from data.clock import day as written_day
from data.clock import today
from data.numbers import kroner
from data.permission import Actor
from data.phrases import Lang, say
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.award.awards import award_at
from fund.books.accounts_plan import USED
from fund.books.statements import partner_statement
from fund.deadlines import clock
from fund.papers.fields import Values


def partner_values(store: Store, actor: Actor, partner: int, lang: Lang) -> Values:
    """Of a partner's statement as the ledger stands. Needs ``ledger.read``. Raises :class:`Faults` where none is."""
    said, moment = partner_statement(store, actor, partner), clock(None)
    fees = said.stands("fees")
    rows = []
    with store.read() as db:
        for number, share in said.awards.items():
            one = award_at(db, number, moment)
            who = organisation_at(db, one.organisation, moment).name
            rows.append({"number": one.number, "title": one.title, "organisation": who, "share": kroner(share, lang)})
    return {
        "letter.day": written_day(today(), lang),
        "partner.name": said.partner.name,
        "partner.kind": say(f"papers.partner.{said.partner.kind}", lang),
        "sums.received": kroner(said.received, lang),
        "sums.interest": kroner(said.interest, lang),
        "sums.fees": kroner(fees, lang),
        **{f"sums.{kind}": kroner(said.stands(kind), lang) for kind in USED},
        "awards": rows,
    }
