"""The days of one's own list of things to do as a calendar, to subscribe to by an address with a secret key.

    key = make_feed(store, actor)       # shown once; a new one ends the one before
    ical = task_feed(store, key)        # None where the key is nobody's, or the account is closed

What always holds: the database has the SHA-256 of the key, never the key; what the calendar tells is what the account
would see on its list at that moment, roles, conflicts and all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from icalendar import Calendar
from icalendar import Event as Entry

from data.accounts import account_in, number_of
from data.permission import Actor
from data.phrases import Lang, say
from data.store import Store
from fund.deadlines import clock, stamp
from fund.tasks import FundTask, fund_tasks

DOMAIN = "ringvirk"
_BYTES = 32
_LONGEST = 100


def make_feed(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> str:
    """A new key to the actor's own calendar, to be shown once; any earlier one opens nothing from now on.

    Needs ``account.self``.
    """
    account, key = number_of(actor), secrets.token_urlsafe(_BYTES)
    made = stamp(clock(at))
    with store.write(actor.id, "feed.make") as write:
        sql = "INSERT OR REPLACE INTO task_feed (account, digest, made_at) VALUES (?, ?, ?)"
        write.db.conn.execute(sql, (account, _digest(key), made))
        write.record("task_feed", account, None, {"made_at": made})
    return key


def revoke_feed(store: Store, actor: Actor) -> None:
    """Let the actor's key open nothing any more; no fault where there is none. Needs ``account.self``."""
    account = number_of(actor)
    with store.write(actor.id, "feed.revoke") as write:
        held = write.db.execute("SELECT made_at FROM task_feed WHERE account = ?", [account]).fetchone()
        if held:
            write.db.conn.execute("DELETE FROM task_feed WHERE account = ?", (account,))
            write.record("task_feed", account, {"made_at": held[0]}, None)


def feed_made(store: Store, actor: Actor) -> str | None:
    """When the actor's key was made (UTC); None where there is none. Needs ``account.self``."""
    account = number_of(actor)
    with store.read() as db:
        held = db.execute("SELECT made_at FROM task_feed WHERE account = ?", [account]).fetchone()
    return held[0] if held else None


def task_feed(store: Store, key: str, *, at: dt.datetime | None = None) -> bytes | None:
    """The calendar that the key opens, in its account's language; None where it opens none."""
    if not key or len(key) > _LONGEST:
        return None
    with store.read() as db:
        held = db.execute("SELECT account FROM task_feed WHERE digest = ?", [_digest(key)]).fetchone()
        account = account_in(db, held[0]) if held else None
    if account is None or not account.active:
        return None
    moment, lang = clock(at), account.language
    calendar = Calendar()
    calendar.add("prodid", f"-//Ringvirk//{DOMAIN}//{lang}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("todo_page.feed.name", lang))
    for one in fund_tasks(store, account.actor, at=moment):
        if one.due is not None:
            calendar.add_component(_entry(one, one.due, lang, moment))
    return bytes(calendar.to_ical())


def _entry(one: FundTask, due: dt.date, lang: Lang, at: dt.datetime) -> Entry:
    """All-day, on the last day to do it."""
    entry = Entry()
    entry.add("uid", f"{one.kind}-{one.resource}@{DOMAIN}")
    entry.add("dtstamp", at)
    entry.add("dtstart", due)
    entry.add("dtend", due + dt.timedelta(days=1))
    about = " ".join(part for part in (one.number, one.title(lang)) if part)
    entry.add("summary", ": ".join(part for part in (say(f"todo_page.fund.kind.{one.kind}", lang), about) if part))
    entry.add("description", say(f"todo_page.fund.why.{one.kind}", lang))
    entry.add("transp", "TRANSPARENT")
    return entry


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
