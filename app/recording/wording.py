"""The forecast record in words: shares of the forecast, haircuts, and whom events count for."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

import streamlit as st

from app.given import reference
from app.visit import Visit
from app.who import named
from data.clock import today
from data.connection import data_folder
from data.numbers import number, percent
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.applicant.organisations import organisation_names
from fund.review.organisers import MADE_OF as ORGANISERS
from fund.review.organisers import organisers
from impact.record.bias import Haircut
from impact.record.record import MADE_OF, Line, Record, read_record


def the_record(visit: Visit) -> Record:
    """The record as it stands, with the organisation that asked for money as organiser where there is one."""
    require(visit.actor, "record.read")
    return _kept(str(data_folder()), visit.version_of((*MADE_OF, *ORGANISERS)), today(), visit.store, visit.actor)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(folder: str, version: int, day: dt.date, _store: Store, _actor: Actor) -> Record:
    """The record by the data's version and the day, whose parameters hold: who may read it reads the same."""
    return read_record(_store, _actor, reference(), organisers=organisers(_store, _actor))


def haircut_words(cut: Haircut, lang: Lang) -> str:
    """«trekk fra 12 %», «ingen: for lite å bygge på»."""
    change = abs(1 - cut.factor)
    if cut.held or cut.assumed:
        return say(f"forecast_record.haircut.{'held' if cut.held else 'assumed'}", lang)
    if round(change, 2) == 0:
        return say("forecast_record.haircut.none", lang)
    return say(f"forecast_record.haircut.{'minus' if cut.factor < 1 else 'plus'}", lang, percent=percent(change, lang))


def expected_words(cut: Haircut, lang: Lang) -> str:
    """«88 % (74–103 %)»: what outcomes are expected at, of the forecast."""
    share, high = percent(math.exp(cut.belief.mean), lang), percent(cut.high, lang)
    return say("forecast_record.outcome_of_forecast", lang, share=share, low=number(100 * cut.low, lang), high=high)


def standing_words(one: Line, lang: Lang) -> str:
    """Where an outcome lay by its forecast's range."""
    return say(f"forecast_record.standing.{one.standing or 'unknown'}", lang)


def organiser_names(visit: Visit, keys: Iterable[str], *, persons: bool = True) -> Mapping[str, str]:
    """What each organiser is called; a person by number alone where ``persons`` are not to be named."""
    found = set(keys)
    numbers = {key: int(key.partition(":")[2]) for key in found if key.startswith("organisation:")}
    names = organisation_names(visit.store, visit.actor, numbers.values()) if numbers else {}
    return {
        key: names.get(numbers[key], key) if key in numbers else _account(visit, key, persons=persons)
        for key in sorted(found)
    }


def _account(visit: Visit, key: str, *, persons: bool) -> str:
    kind, _, number = key.partition(":")
    if persons or kind != "account":
        return named(visit, key)
    return visit.say("event_page.who.account", number=number)
