"""Kroner for a euro on a day that aid is counted on: the rate that is stored, or the form to enter it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields, text_field
from app.visit import Visit
from data.clock import short_day
from data.numbers import number
from fund.state_aid.euro import get_rate, set_rate, suggested_rate

_DECIMALS = 4
"""As rates are published; with three, a number can be read in two ways."""


def euro_rate(visit: Visit, day: dt.date) -> None:
    """The rate of a day; where there is none, the form for who enters it, and for others who that is."""
    say, lang = visit.say, visit.lang
    known = get_rate(visit.store, visit.actor, day)
    if known is not None:
        figures = {"kroner": number(float(known.kroner), lang, _DECIMALS), "source": known.source}
        layout.text(say("euro_rate.known", day=short_day(day, lang), **figures), small=True)
        return
    layout.subsection(say("euro_rate.title", day=short_day(day, lang)))
    if not visit.may("aid.write"):
        layout.text(say("euro_rate.ask"))
        return
    found = suggested_rate(day)
    given: dict[str, Any] = {}
    if found is not None:
        given = {
            "kroner": number(float(found.kroner), lang, _DECIMALS),
            "published": found.published,
            "source": found.source,
        }
    layout.text(say("euro_rate.suggested" if found else "euro_rate.none"))
    form = fields(visit, f"euro_rate_{day.isoformat()}", "kroner", "published", "source", given=given)
    text_field(form, "kroner", say("euro_rate.kroner"), hint=say("euro_rate.kroner_hint"))
    day_field(form, "published", say("euro_rate.published"))
    text_field(form, "source", say("euro_rate.source"))
    deed(form, say("euro_rate.do"), partial(_store, day, form))


def _store(day: dt.date, form: Fields, visit: Visit) -> str:
    published = day_of(form, "published", visit.say("euro_rate.published"))
    typed, source = str(form["kroner"] or ""), str(form["source"] or "")
    set_rate(visit.store, visit.actor, day, typed, published=published, source=source)
    return visit.say("euro_rate.done", day=short_day(day, visit.lang))
