"""What happens by itself when its moment has come: calls open and close, last days are reminded of, letters go out,
and once a day what is past its time is deleted.

    done = due(store, OPERATOR)

For a timer: it can be run as often as one likes, by several at once, and does each thing once. A call that lacks
something, or whose last day passed before it was opened, is left as it is and told of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from data.connection import StoreFault
from data.erasure import redo_erasures
from data.faults import Fault, Faults
from data.mail import Letter
from data.permission import Actor, may, require
from data.retention import Past, retain_daily
from data.running import note_due
from data.store import Conflict, Store
from fund.deadlines import clock, in_time
from fund.intake.attachments import sweep_all
from fund.intake.calls import Call, close_call, due_calls, open_call
from fund.outbox import Sending, send_waiting
from fund.reminders import remind
from fund.retention import RULES


@dataclass(frozen=True)
class Done:
    """What a round did: calls that were opened and closed, those that couldn't be and why, reminders and letters, what
    was past its time, how many persons were erased again after a restore, and files swept that no paper has."""

    opened: tuple[Call, ...]
    closed: tuple[Call, ...]
    left: tuple[tuple[Call, tuple[Fault, ...]], ...]
    reminded: int
    letters: Sending
    past: tuple[Past, ...] = ()
    erased_again: int = 0
    swept: int = 0


def due(
    store: Store,
    actor: Actor,
    *,
    at: dt.datetime | None = None,
    deliver: Callable[[Letter], bool] | None = None,
) -> Done:
    """Do everything whose moment has come. Needs ``call.run`` and ``outbox.send``.

    ``deliver`` is as in :func:`fund.outbox.send_waiting`. What one call lacks keeps nothing else from being done.
    """
    require(actor, "call.run")
    require(actor, "outbox.send")
    moment = clock(at)
    opened, closed, left = list[Call](), list[Call](), list[tuple[Call, tuple[Fault, ...]]]()
    for one, what in due_calls(store, actor, at=moment):
        step, done = (open_call, opened) if what == "open" else (close_call, closed)
        if what == "open" and not in_time(moment, one.due):
            left.append((one, (Fault("", "closes", str(one.due), "due.passed", {"day": str(one.due)}),)))
            continue
        try:
            step(store, actor, one.id, one.version, at=moment)
        except Conflict:  # someone was first, or changed it: the next round looks again
            continue
        except StoreFault:  # of the database, not of the call: the next would meet it too
            raise
        except Faults as found:
            left.append((one, tuple(found.faults)))
        else:
            done.append(one)
    reminded = remind(store, actor, at=moment)
    letters = send_waiting(store, at=moment, deliver=deliver)
    again, past = 0, list[Past]()
    if may(actor, "privacy.retain"):
        again, past = redo_erasures(store, actor), retain_daily(store, actor, RULES, at=moment)
    note_due(store, moment)
    return Done(tuple(opened), tuple(closed), tuple(left), reminded, letters, tuple(past), again, sweep_all(store))
