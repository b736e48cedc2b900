"""What a public page is asked for: trade, municipality and period, read from its address and written back to it.

Addresses are Norwegian and stable: ``/naeringsliv?bransje=overnatting&kommune=5035&periode=90``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from app import answers, layout
from app.given import reference
from app.visit import Visit
from data.clock import today
from impact.trade_map import Trade, read_trades

TRADE, PLACE, PERIOD = "bransje", "kommune", "periode"
"""The names in the address."""
REGION = "alle"
"""The municipality of who asks for all of them."""
DAYS = (30, 90, 180, 365)
USUAL_DAYS = "90"
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "(": "", ")": ""})


@dataclass(frozen=True)
class Period:
    """A span of days: ``code`` is its name in the address, a number of days ahead or a year that has been."""

    code: str
    since: dt.date
    until: dt.date

    @property
    def is_year(self) -> bool:
        return self.code not in map(str, DAYS)


def slug(trade: Trade) -> str:
    """A trade's name in an address: ``drosje-og-buss``."""
    return "-".join(trade.nb.lower().translate(_LETTERS).split())


def trades() -> dict[str, Trade]:
    """Every trade by its name in addresses."""
    return {slug(one): one for one in read_trades().every}


def periods(today: dt.date, years: Sequence[int]) -> dict[str, Period]:
    """The spans to choose from: the coming days, and ``years`` that have been, by their code."""
    ahead = [Period(str(days), today, today + dt.timedelta(days - 1)) for days in DAYS]
    been = [Period(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in years]
    return {one.code: one for one in (*ahead, *been)}


def address(page: str, **asked: str) -> str:
    """The address of a page with what it is asked for: ``address("/kommune", kommune="5035")``."""
    return f"{page}?{urlencode(asked)}" if asked else page


def choose(
    visit: Visit,
    name: str,
    label: str,
    options: Sequence[str],
    words: Callable[[str], str],
    *,
    page: str,
    usual: str = "",
) -> str:
    """A select that stands at what the address says, and changes it. What the address says wrongly is told."""
    key = f"{page}_address_{name}"
    asked = st.query_params.get(name, "")
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else usual or options[0]
    chosen = st.selectbox(label, options, format_func=words, key=key, on_change=_to_address, args=(name, key))
    if asked and asked not in options:
        layout.text(visit.say("choosing.unknown", asked=asked[:40], shown=words(str(chosen))))
    return str(chosen)


def choose_trade(visit: Visit, *, page: str) -> Trade:
    """The trade, in people's words."""
    known = trades()
    label = visit.say("choosing.trade")
    return known[choose(visit, TRADE, label, list(known), lambda code: known[code].name(visit.lang), page=page)]


def choose_place(visit: Visit, *, page: str, everywhere: bool = False, usual: str = "") -> str:
    """The municipality's code; :data:`REGION` for all of them, where a page can show that."""
    places = reference().municipalities
    names = {**places, **({REGION: visit.say("choosing.everywhere")} if everywhere else {})}
    label = visit.say("choosing.place")
    return choose(visit, PLACE, label, list(names), lambda code: names[code], usual=usual, page=page)


def choose_period(visit: Visit, *, page: str) -> Period:
    """The coming days, or a year that has been and has a published event."""
    day = today()
    been = [one for one in answers.published(visit) if one.event.first_day and one.event.first_day < day]
    own = {one.event.first_day.year for one in been if one.event.first_day and not one.event.sample}
    every = {one.event.first_day.year for one in been if one.event.first_day}
    known = periods(day, sorted(every, reverse=True))

    def words(code: str) -> str:
        if not known[code].is_year:
            return visit.say(f"choosing.days.{code}")
        key = "choosing.been" if int(code) in own else "choosing.been_sample"
        return visit.say(key, year=code)

    label = visit.say("choosing.period")
    return known[choose(visit, PERIOD, label, list(known), words, usual=USUAL_DAYS, page=page)]


def where(visit: Visit, municipality: str | None) -> str:
    """The place in a sentence: «i Stjørdal», «i Trondheimsregionen»."""
    if municipality is None:
        return visit.say("choosing.in_region")
    return visit.say("choosing.in_place", place=reference().municipalities[municipality])


def _to_address(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]
