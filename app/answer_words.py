"""What the public pages' leading sentences have in common: when, and whether it is a gain, a loss, or not known."""

from __future__ import annotations

import streamlit as st

from app import answers
from app.choosing import PERIOD, PLACE, TRADE, Period, address
from app.going import ways
from app.spans import kroner_between, kroner_words
from app.tables import Link
from app.visit import Visit
from data.clock import today
from impact.ranges import Range


def over(visit: Visit, period: Period) -> str:
    """The span in a sentence: «I de neste 90 dagene», «I 2025»."""
    if period.is_year:
        return visit.say("answer_words.over.year", year=period.code)
    return visit.say(f"answer_words.over.{period.code}")


def kind_of(certain: bool, kroner: Range | None) -> str:
    """Which sentence it is: ``none``, ``unknown``, ``nothing``, ``both``, ``gain`` or ``loss``."""
    if not certain:
        return "none"
    if kroner is None:
        return "unknown"
    if kroner.p10 == kroner.p90 == 0:
        return "nothing"
    if kroner.p10 < 0 < kroner.p90:
        return "both"
    return "gain" if kroner.p90 > 0 else "loss"


def ends(visit: Visit, kroner: Range | None) -> dict[str, str]:
    """The figures that a sentence may put in."""
    if kroner is None:
        return {"low": "", "high": "", "between": ""}
    return {
        "low": kroner_words(visit.lang, abs(kroner.p10)),
        "high": kroner_words(visit.lang, abs(kroner.p90)),
        "between": kroner_between(visit.lang, kroner),
    }


def elsewhere(visit: Visit, page: str, period: Period) -> None:
    """Where nothing is certain in the period: the next year, if something comes in it, and the last event that was."""
    asked = {name: st.query_params[name] for name in (TRADE, PLACE) if name in st.query_params}
    rows = [one for one in answers.published(visit) if one.event.first_day and one.event.state != "cancelled"]
    links = []
    longer = [one for one in rows if one.event.first_day and one.event.first_day > period.until]
    if longer and not period.is_year and period.code != "365":
        links.append(Link(visit.say("answer_words.look_longer"), address(page, **asked, **{PERIOD: "365"})))
    for one in reversed(rows):
        if one.event.first_day and one.event.first_day < today():
            year = str(one.event.first_day.year)
            name = visit.say("answer_words.look_back", year=year, name=one.event.name(visit.lang))
            links.append(Link(name, address(page, **asked, **{PERIOD: year})))
            break
    ways(links)
