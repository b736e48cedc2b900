"""For a municipality, about itself: its share of the events, its nights, its trades and its income tax. Public."""

from __future__ import annotations

import streamlit as st

from app import answers, choosing, layout
from app.answer_words import elsewhere, ends, kind_of, over
from app.choosing import PLACE, Period, address
from app.event_list import Item, event_list, item, public_style
from app.given import reference
from app.going import ways
from app.night_strip import night_strip
from app.spans import count_span, figure, kroner_span
from app.subscribing import subscribe
from app.tables import Cell, Column, Link, table
from app.text import plain
from app.visit import Visit
from data.numbers import percent
from impact.business_words import night_notes, tax_note
from impact.municipality_view import MunicipalAnswer, MunicipalLine
from impact.ranges import Range

PAGE = "/kommune"


def show(visit: Visit) -> None:
    """The choices, the answer in one sentence, and what stands behind it."""
    public_style()
    heading = st.container()
    one, two = st.columns(2)
    with one:
        code = choosing.choose_place(visit, page="municipality")
    with two:
        period = choosing.choose_period(visit, page="municipality")
    place = reference().municipalities[code]
    with heading:
        layout.title(visit.say("municipality_page.title", place=place))
    found = answers.municipal(visit, code, period.since, period.until)
    layout.sentence(sentence(visit, found, place, period))
    if found.events and all(one.sample for one in found.events):
        st.info(plain(visit.say("choosing.sample_only")), icon=":material/info:")
    certain = [one for one in found.events if one.certain]
    if certain:
        _figures(visit, found)
        layout.section(visit.say("municipality_page.nights"))
        night_strip(visit, place, found.nights)
    else:
        elsewhere(visit, PAGE, period)
    _events(visit, "municipality_page.events", certain)
    _events(visit, "municipality_page.events_uncertain", [one for one in found.events if not one.certain])
    _trades(visit, found)
    subscribe(visit, code)
    _method(visit, found, place)


def sentence(visit: Visit, found: MunicipalAnswer, place: str, period: Period) -> str:
    """The answer in one sentence. An event always gives the municipality something, or costs it."""
    tense, kind = (
        "been" if period.is_year else "ahead",
        kind_of(any(one.certain for one in found.events), found.value_added),
    )
    kind = "gain" if kind == "nothing" else kind
    words = {"over": over(visit, period), "place": place, **ends(visit, found.value_added)}
    return visit.say(f"municipality_page.{tense}.{kind}", **words)


def _figures(visit: Visit, found: MunicipalAnswer) -> None:
    layout.figures(
        visit,
        [
            figure(visit, visit.say("municipality_page.figure.value_added"), found.value_added, kroner=True),
            figure(visit, visit.say("municipality_page.figure.employment"), found.employment),
            figure(visit, visit.say("municipality_page.figure.tax"), found.tax, kroner=True),
        ],
    )
    layout.text(tax_note(visit.lang), small=True)


def _events(visit: Visit, heading: str, events: list[MunicipalLine]) -> None:
    if events:
        layout.section(visit.say(heading))
        event_list([_item(visit, one) for one in events], visit.lang)


def _item(visit: Visit, one: MunicipalLine) -> Item:
    lang = visit.lang
    if one.value_added is None:
        said = [visit.say("municipality_page.event.value_added_unknown")]
    else:
        said = [visit.say("municipality_page.event.value_added", kroner=kroner_span(lang, one.value_added))]
    if one.share is not None:
        said.append(_share(visit, one.share))
    if one.room_nights is not None and one.room_nights.p90 > 0:
        said.append(visit.say("municipality_page.event.rooms", span=count_span(lang, one.room_nights)))
    return item(visit, one, [" · ".join(said)])


def _share(visit: Visit, share: Range) -> str:
    low, high = (percent(end, visit.lang) for end in (share.p10, share.p90))
    if low == high:
        return visit.say("municipality_page.event.share_one", share=low)
    return visit.say("municipality_page.event.share", low=low.rstrip("% \N{NO-BREAK SPACE}"), high=high)


def _trades(visit: Visit, found: MunicipalAnswer) -> None:
    """Every trade, most first; what isn't known last."""
    known = sorted(found.trades, key=lambda one: -(one[1].p50 if one[1] else float("-inf")))
    if not any(worth for _, worth in known):
        return
    layout.section(visit.say("municipality_page.trades"))
    columns: list[Column | str] = [
        visit.say("municipality_page.column.trade"),
        Column(visit.say("municipality_page.column.span"), number=True),
    ]
    unknown = visit.say("page.unknown")
    rows: list[list[Cell]] = [
        [
            Link(
                trade.name(visit.lang),
                address("/naeringsliv", bransje=choosing.slug(trade), **{PLACE: found.municipality}),
            ),
            unknown if worth is None else kroner_span(visit.lang, worth),
        ]
        for trade, worth in known
    ]
    table(visit.say("municipality_page.trades_caption"), columns, rows)


def _method(visit: Visit, found: MunicipalAnswer, place: str) -> None:
    with st.expander(visit.say("municipality_page.method")):
        layout.bullets(
            [
                visit.say("municipality_page.note.kroner", year=str(found.price_year)),
                visit.say("municipality_page.note.place"),
                tax_note(visit.lang),
                visit.say("municipality_page.note.paid"),
                *night_notes(found.nights, place, visit.lang),
            ]
        )
    name = visit.say("municipality_page.business", place=place)
    ways(
        [
            Link(name, address("/naeringsliv", **{PLACE: found.municipality})),
            Link(visit.say("municipality_page.more"), "/metode"),
        ]
    )
