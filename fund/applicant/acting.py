"""The organisations that a person acts for, or has asked to act for: with the mandate that says how far it has come.

What an organisation is called stands in the public register, and its number was typed by who asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.permission import Actor, require
from data.store import Store
from fund.applicant.mandates import Mandate, list_mandates
from fund.applicant.organisations import Organisation, organisations_at
from fund.deadlines import clock


@dataclass(frozen=True)
class Acting:
    """An organisation with the actor's latest mandate for it. ``holds``: it may act now."""

    organisation: Organisation
    mandate: Mandate
    holds: bool

    @property
    def waits(self) -> bool:
        """Whether someone is to look at the mandate."""
        return self.mandate.state == "asked"


def acting(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[Acting]:
    """The actor's own organisations, those that it acts for first, then by name. Needs ``mandate.ask``."""
    require(actor, "mandate.ask")
    moment, latest = clock(at), dict[int, Mandate]()
    for one in list_mandates(store, actor):
        if one.account == actor.id:
            latest.setdefault(one.organisation, one)
    with store.read() as db:
        found = [
            Acting(one, latest[one.id], latest[one.id].holds(moment)) for one in organisations_at(db, latest, moment)
        ]
    return sorted(found, key=lambda one: (not one.holds, one.organisation.name, one.organisation.id))
