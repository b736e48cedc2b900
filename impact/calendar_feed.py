"""The calendar of published events as iCalendar text, to subscribe to. Open to anyone.

An event keeps its UID for as long as it is in the register; a cancelled one stays, marked as cancelled, so that it goes
away in the calendars that have it. Guests per night are modelled, and say so.
"""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar
from icalendar import Event as Entry

from data.numbers import number
from data.phrases import Lang, say
from data.store import Store
from impact.coming import Listed, guests_of, listed_events
from impact.ranges import Range

DOMAIN = "ringvirk"
ROUNDED = -1
"""Guests are told in tens: the model knows no better."""
KEPT_DAYS = 90
"""Events that have been stay in the calendar for so long."""
AHEAD_DAYS = 730


def calendar_feed(
    store: Store, lang: Lang, municipality: str | None = None, *, today: dt.date, place: str = ""
) -> bytes:
    """The published events from :data:`KEPT_DAYS` ago, of those that sleep or are held in ``municipality`` if given.

    ``place`` is the municipality's name, for the calendar's own.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Ringvirk//{DOMAIN}//{lang}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("business.calendar.place", lang, place=place) if place else _title(lang))
    since, until = today - dt.timedelta(days=KEPT_DAYS), today + dt.timedelta(days=AHEAD_DAYS)
    events = listed_events(store, since, until)
    for event, guests in zip(events, guests_of(store, events, municipality), strict=True):
        if municipality in (None, event.municipality) or guests is not None:
            calendar.add_component(_entry(event, lang, guests))
    return bytes(calendar.to_ical())


def _title(lang: Lang) -> str:
    return say("business.calendar.title", lang)


def _entry(event: Listed, lang: Lang, guests: Range | None) -> Entry:
    """All-day, its end the day after the last, as the format wants it."""
    entry = Entry()
    entry.add("uid", f"event-{event.event}@{DOMAIN}")
    entry.add("dtstamp", dt.datetime.fromisoformat(event.changed_at))
    entry.add("dtstart", event.first_day)
    entry.add("dtend", event.last_day + dt.timedelta(days=1))
    entry.add("summary", event.name(lang))
    entry.add("status", "CANCELLED" if event.state == "cancelled" else "CONFIRMED" if event.certain else "TENTATIVE")
    entry.add("transp", "TRANSPARENT")
    entry.add("description", _description(event, lang, guests))
    return entry


def _description(event: Listed, lang: Lang, guests: Range | None) -> str:
    lines = [say("business.calendar.sample", lang)] if event.sample else []
    if event.state == "cancelled":
        lines.append(say("business.calendar.cancelled", lang))
    elif guests is None or guests.p90 <= 0:
        lines.append(say("business.calendar.no_guests", lang))
    else:
        low, high = (number(one, lang, ROUNDED) for one in (guests.p10, guests.p90))
        lines.append(say("business.calendar.guests", lang, low=low, high=high))
    return "\n".join(lines)
