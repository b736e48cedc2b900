"""Which organisation an event counts for, through the applications that its forecasts were sent with."""

from __future__ import annotations

from collections.abc import Mapping

from data.permission import Actor, require
from data.store import Store

MADE_OF = ("application", "estimate")
"""The kinds of rows that tell it."""
_SENT = (
    "SELECT estimate.event, application.organisation FROM application"
    " JOIN estimate ON estimate.id = application.estimate"
    " WHERE application.number IS NOT NULL AND application.state NOT IN ('withdrawn', 'dismissed')"
    " ORDER BY application.id"
)


def organiser_key(organisation: int) -> str:
    """What an organisation is called where events are counted by organiser."""
    return f"organisation:{organisation}"


def organisers(store: Store, actor: Actor) -> Mapping[int, str]:
    """The :func:`organiser_key` of each event that money was asked for, by the last application.

    Needs ``record.read``.
    """
    require(actor, "record.read")
    with store.read() as db:
        return {int(event): organiser_key(int(one)) for event, one in db.execute(_SENT).fetchall()}
