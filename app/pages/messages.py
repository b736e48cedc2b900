"""The outbox: what waits, what was sent, what failed and what nobody can tell; one message with ``?id=``."""

from __future__ import annotations

from collections.abc import Sequence

from app import asked, layout
from app.deed import deed, fields
from app.settings.message import MESSAGE, organisations, show_message, state_of, subject_of, to_whom
from app.tables import Link, table
from app.visit import Visit
from data.clock import moment
from data.mail import mail_is_set_up
from fund.outbox import Message, message_counts, messages, send_now

_MOST = 100
"""Messages of a section that are shown, the newest."""


def show(visit: Visit) -> None:
    """What needs someone first; then what waits, and what is done."""
    if (id := asked.row()) is not None:
        show_message(visit, id)
        return
    store, actor, there = visit.store, visit.actor, message_counts(visit.store, visit.actor)
    sending = messages(store, actor, "sending")
    unsure = [one for one in sending if one.unsure]
    lost = _newest([*messages(store, actor, "failed", most=_MOST), *unsure])
    still = [one for one in sending if not one.unsure]
    waiting = _newest([*messages(store, actor, "waiting", most=_MOST), *still])
    done = _newest(messages(store, actor, "sent", "passed_on", most=_MOST))
    counts = {
        "lost": there["failed"] + len(unsure),
        "waiting": there["waiting"] + len(still),
        "done": there["sent"] + there["passed_on"],
    }
    lead = {"waiting": counts["waiting"], "lost": counts["lost"], "sent": there["sent"]}
    layout.title(visit.say("page.title.messages"), visit.say("messages_page.lead.all", **lead))
    _set_up(visit, counts["waiting"])
    for name, rows in (("lost", lost), ("waiting", waiting), ("done", done)):
        _section(visit, name, rows, counts[name])


def _newest(found: list[Message]) -> list[Message]:
    return sorted(found, key=lambda one: -one.id)[:_MOST]


def _set_up(visit: Visit, waiting: int) -> None:
    """Whether letters are sent at all, and the button that sends what waits."""
    if not mail_is_set_up():
        layout.empty(visit, "messages_page.no_server")
        return
    layout.text(visit.say("messages_page.server"))
    if waiting and visit.may("outbox.send"):
        deed(fields(visit, "messages_send"), visit.say("messages_page.send"), _send, first=True)


def _send(visit: Visit) -> str:
    done = send_now(visit.store, visit.actor)
    return visit.say("messages_page.sent_now", sent=done.sent, failed=done.failed, waiting=done.waiting)


def _section(visit: Visit, name: str, rows: Sequence[Message], count: int) -> None:
    layout.section(visit.say(f"messages_page.section.{name}"))
    if not rows:
        layout.text(visit.say("messages_page.none"))
        return
    heads = [visit.say(f"messages_page.{head}") for head in ("subject", "to", "state_head", "at")]
    names = organisations(visit, (one.recipient for one in rows))
    cells = [
        (
            Link(subject_of(visit, one), MESSAGE.format(one.id)),
            to_whom(visit, one.recipient, names),
            state_of(visit, one),
            moment(one.at, visit.lang),
        )
        for one in rows
    ]
    key = "shown" if count > _MOST else "count"
    table(visit.say(f"messages_page.{key}", most=_MOST, count=count), heads, cells)
