"""For business: what the events mean for one trade in one municipality. Public, and made for a phone."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import answers, choosing, layout
from app.answer_words import elsewhere, ends, kind_of, over
from app.choosing import PLACE, REGION, Period, address
from app.event_list import Item, event_list, item, public_style
from app.given import reference
from app.going import ways
from app.held import did_it_hold
from app.inputs import Input, inputs
from app.night_strip import night_strip
from app.spans import count_span, figure, kroner_span
from app.subscribing import subscribe
from app.tables import Link, download
from app.text import plain
from app.visit import Visit
from data.clock import day_of_year
from data.phrases import Lang
from impact.business import Answer, EventLine
from impact.business_words import notes
from impact.business_workbook import business_workbook
from impact.outcomes import Outcome

PAGE = "/naeringsliv"


def show(visit: Visit) -> None:
    """The choices, the answer in one sentence, and what stands behind it."""
    public_style()
    layout.title(visit.say("business_page.title"))
    one, two, three = st.columns(3)
    with one:
        trade = choosing.choose_trade(visit, page="business")
    with two:
        place = choosing.choose_place(visit, page="business", everywhere=True)
    with three:
        period = choosing.choose_period(visit, page="business")
    municipality = None if place == REGION else place
    layout.text(trade.hint(visit.lang), small=True)
    found = answers.business(visit, trade.code, municipality, period.since, period.until)
    layout.sentence(sentence(visit, found, period))
    if found.events and all(one.sample for one in found.events):
        st.info(plain(visit.say("choosing.sample_only")), icon=":material/info:")
    if not found.certain:
        elsewhere(visit, PAGE, period)
    _figures(visit, found)
    _nights(visit, found)
    _events(visit, found)
    _outcomes(visit, found.outcomes)
    _take_along(visit, found, municipality)
    did_it_hold(visit, trade, municipality)
    _method(visit, found, municipality)


def sentence(visit: Visit, found: Answer, period: Period) -> str:
    """The answer in one sentence: gained, lost, either, nothing, not known, or no events."""
    tense, kind = "been" if period.is_year else "ahead", kind_of(bool(found.certain), found.kroner)
    return visit.say(
        f"business_page.{tense}.{kind}",
        over=over(visit, period),
        who=found.trade.whom(visit.lang),
        where=choosing.where(visit, found.municipality),
        **ends(visit, found.kroner),
    )


def _figures(visit: Visit, found: Answer) -> None:
    if found.kroner is None or found.kroner.p10 == found.kroner.p90 == 0:
        return
    layout.figures(
        visit,
        [
            figure(visit, visit.say("business_page.figure.kroner"), found.kroner, kroner=True),
            figure(visit, visit.say("business_page.figure.direct"), found.direct, kroner=True),
            figure(visit, visit.say("business_page.figure.shifts"), found.shifts),
        ],
    )


def _nights(visit: Visit, found: Answer) -> None:
    if not found.certain:
        return
    layout.section(visit.say("business_page.nights"))
    if found.municipality is None:
        layout.text(visit.say("business_page.nights_by_place"))
        return
    night_strip(visit, reference().municipalities[found.municipality], found.nights)


def _events(visit: Visit, found: Answer) -> None:
    if found.certain:
        layout.section(visit.say("business_page.events"))
        event_list([_item(visit, found, one) for one in found.certain], visit.lang)
    if found.uncertain:
        layout.section(visit.say("business_page.events_uncertain"))
        event_list([_item(visit, found, one) for one in found.uncertain], visit.lang)


def _item(visit: Visit, found: Answer, one: EventLine) -> Item:
    """An event with its kroner, its room-nights and the nights on which it finds the town full."""
    lang, places = visit.lang, reference().municipalities
    kroner = (
        visit.say("business_page.event.kroner_unknown")
        if one.kroner is None
        else visit.say("business_page.event.kroner", kroner=kroner_span(lang, one.kroner))
    )
    rooms = (
        visit.say("business_page.event.no_rooms")
        if one.room_nights is None or one.room_nights.p90 <= 0
        else visit.say("business_page.event.rooms", span=count_span(lang, one.room_nights))
    )
    facts = [f"{kroner} · {rooms}"]
    full = [night.date for night in found.nights if night.full and one.event in night.events]
    if full and found.municipality is not None:
        where = places[found.municipality]
        facts.append(visit.say("business_page.event.full", place=where, days=_spans(full, lang)))
    return item(visit, one, facts)


def _spans(nights: list[dt.date], lang: Lang) -> str:
    """Nights in words, those that follow each other as one span: «26. feb.–9. mars»."""
    runs: list[list[dt.date]] = []
    for one in nights:
        if runs and one - runs[-1][-1] == dt.timedelta(1):
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join("–".join(dict.fromkeys(day_of_year(end, lang) for end in (run[0], run[-1]))) for run in runs)


def _outcomes(visit: Visit, found: tuple[Outcome, ...]) -> None:
    """What earlier events really gave, and who lost."""
    layout.section(visit.say("business_page.earlier"))
    if not found:
        layout.text(visit.say("business_page.earlier_none"))
        return
    layout.text(visit.say("business_page.earlier_about"))
    inputs([_outcome(visit, one) for one in found])


def _outcome(visit: Visit, one: Outcome) -> Input:
    lang = visit.lang
    return Input(
        label=one.figure.name_nb if lang == "nb" else one.figure.name_en,
        value=one.figure.shown(lang),
        tag="" if one.effect == "fact" else visit.say(f"business.effect.{one.effect}"),
        before=one.event.name(lang),
        source=one.figure.source or one.figure.formula,
    )


def _take_along(visit: Visit, found: Answer, municipality: str | None) -> None:
    """The calendar to subscribe to, and everything on the page in Excel."""
    subscribe(visit, municipality)
    download(
        visit.say("business_page.excel"),
        f"{visit.say('business_page.file')}-{choosing.slug(found.trade)}-{municipality or REGION}.xlsx",
        lambda: business_workbook(found, reference(), visit.lang),
        key="business_excel",
    )


def _method(visit: Visit, found: Answer, municipality: str | None) -> None:
    with st.expander(visit.say("business_page.method")):
        layout.bullets(notes(found, reference(), visit.lang))
        layout.text(visit.say("business_page.trade_is"))
        layout.bullets(dict.fromkeys(one.source for one in found.grounds))
        layout.bullets(one.source for one in found.assumptions)
    links = [Link(visit.say("business_page.more"), "/metode")]
    if municipality is not None:
        name = visit.say("business_page.municipality", place=reference().municipalities[municipality])
        links.append(Link(name, address("/kommune", **{PLACE: municipality})))
    ways(links)
