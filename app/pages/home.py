"""The front page: what the events give the region, before any menu; on a new installation, what the sample shows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import answers, layout
from app.choosing import PLACE, TRADE, address, trades
from app.event_list import Item, event_list, headed, item, public_style
from app.given import reference
from app.going import go, ways
from app.inputs import Input, inputs
from app.spans import count_span, figure, kroner_between, kroner_span, kroner_words
from app.subscribing import subscribe_button
from app.tables import Link
from app.text import markup
from app.visit import Visit
from data.numbers import percent
from impact.ahead import Ahead, YearTotal
from impact.estimates import PublishedRow
from impact.published import published_ids, published_path, read_published
from impact.ranges import Range
from impact.report import Tree, sentence

EVENTS = 6
PUBLISHED = ("tickets", "room_occupancy", "hotel_rooms", "athletes", "deficit")
"""Keys of the published figures that the sample begins with; those that the event doesn't have are left out."""
MODELLED = ("guest_nights", "audience_spending", "displaced_spending", "final_demand")
NIGHTS = ("guest_nights",)


def show(visit: Visit) -> None:
    """The year in one sentence and the next events, or the sample; and what it means for who reads."""
    public_style()
    rows = answers.published(visit)
    samples = [one for one in rows if one.event.sample]
    own = len(rows) > len(samples)
    year = answers.year(visit)
    layout.title(visit.say("home_page.title"), _answer(visit, year) if own else visit.say("home_page.about"))
    left, right = st.columns([2, 1], gap="large")
    with left:
        if own:
            _year(visit, year)
            _next(visit, answers.ahead(visit, EVENTS))
        elif samples:
            _sample(visit, samples[0])
            _inputs(visit, samples[0])
        else:
            layout.empty(visit, "home_page.nothing")
    with right:
        _you(visit, primary=own)
        _own_event(visit, primary=not own)
        _more(visit, samples[0] if own and samples else None)


def _answer(visit: Visit, year: YearTotal) -> str:
    """The year in one sentence."""
    found, lang, name = year.value_added, visit.lang, str(year.year)
    if found is None:
        return visit.say("home_page.year.none", year=name)
    if found.p10 < 0 < found.p90:
        ends = {"low": kroner_words(lang, -found.p10), "high": kroner_words(lang, found.p90)}
        return visit.say("home_page.year.both", year=name, **ends)
    key = "home_page.year.gain" if found.p90 > 0 else "home_page.year.loss"
    return visit.say(key, year=name, between=kroner_between(lang, found))


def _year(visit: Visit, year: YearTotal) -> None:
    if year.value_added is None:
        return
    shown = [figure(visit, visit.say("home_page.year.value_added", year=str(year.year)), year.value_added, kroner=True)]
    shown.append(figure(visit, visit.say("home_page.year.employment"), year.employment))
    layout.figures(visit, shown)
    said = [visit.say("home_page.year.grounds", events=year.events, prices=str(year.price_year))]
    if year.left_out:
        said.append(visit.say("home_page.year.left_out", count=year.left_out))
    layout.text(*said, small=True)


def _next(visit: Visit, events: list[Ahead]) -> None:
    layout.section(visit.say("home_page.next.title"))
    if not events:
        layout.text(visit.say("home_page.next.none"))
        return
    event_list([_item(visit, one) for one in events], visit.lang)
    st.html(f'<p class="rv-text rv-small rv-nights-note">{markup(visit.say("home_page.next.bars"))}</p>')
    subscribe_button(visit)


def _item(visit: Visit, one: Ahead) -> Item:
    guests = one.busiest
    said = (
        visit.say("home_page.next.guests", span=count_span(visit.lang, guests))
        if guests
        else visit.say("home_page.next.no_guests")
    )
    return item(visit, one.event, [said], [night.p50 for _, night in one.nights] if guests else [])


def _you(visit: Visit, *, primary: bool) -> None:
    """«What does it mean for you?»: two choices, and the way to the answer."""
    with st.container(border=True):
        layout.section(visit.say("home_page.you.title"))
        layout.text(visit.say("home_page.you.text"))
        known, places = trades(), reference().municipalities
        trade = st.selectbox(
            visit.say("choosing.trade"), known, format_func=lambda one: known[one].name(visit.lang), key="home_trade"
        )
        place = st.selectbox(
            visit.say("choosing.place"), places, format_func=lambda code: places[code], key="home_place"
        )
        link = Link(visit.say("home_page.you.go"), address("/naeringsliv", **{TRADE: str(trade), PLACE: str(place)}))
        go(link, first=primary)
        here = visit.say("home_page.you.municipality", place=places[str(place)])
        ways([Link(here, address("/kommune", **{PLACE: str(place)}))])


def _own_event(visit: Visit, *, primary: bool) -> None:
    """The way to an event of one's own, for who may have one, and for who isn't signed in."""
    if visit.session is not None and not visit.may("event.create"):
        return
    layout.section(visit.say("home_page.own.title"))
    layout.text(visit.say("home_page.own.text"))
    if visit.session is None:
        link = Link(visit.say("home_page.own.sign_in"), f"/logg-inn?next=%2Fskjema&lang={visit.lang}")
    else:
        link = Link(visit.say("home_page.own.enter"), "/skjema")
    go(link, first=primary)


def _more(visit: Visit, sample: PublishedRow | None) -> None:
    """What a signed-in person's menu doesn't list, and the sample once there are events of one's own."""
    links = [Link(visit.say("home_page.method"), "/metode")]
    if visit.session is not None:
        links = [Link(visit.say("page.title.business"), "/naeringsliv"), *links]
    if sample is not None:
        name = visit.say("home_page.sample.modest", name=sample.event.name(visit.lang))
        links.append(Link(name, address("/anslag", id=str(sample.estimate.id))))
    layout.section(visit.say("home_page.more"))
    ways(links)


def _sample(visit: Visit, one: PublishedRow) -> None:
    """What the program does, shown on an event that has been: sentence, three figures, the organiser's own result."""
    tree = answers.tree(visit, one.estimate.id)
    area = tree["areas"][tree["deciding_area"]]
    headed(one.event.name(visit.lang), visit.say("choosing.sample"))
    layout.text(visit.say("home_page.sample.lead"))
    layout.sentence(sentence(tree, visit.lang, tree["deciding_area"]))
    effects = area["effects"]
    layout.figures(
        visit,
        [
            figure(
                visit, visit.say("home_page.sample.value_added"), _range(effects["value_added"]["total"]), kroner=True
            ),
            figure(visit, visit.say("home_page.sample.employment"), _range(effects["employment"]["total"])),
            figure(visit, visit.say("home_page.sample.eligible"), _range(area["eligible_persons"])),
        ],
    )
    deficit = tree["organiser_result"]["deficit"]
    if deficit is not None and deficit["mode"] > 0:
        layout.text(visit.say("home_page.sample.deficit", deficit=kroner_words(visit.lang, deficit["mode"])))
    ways([Link(visit.say("home_page.sample.estimate"), address("/anslag", id=str(one.estimate.id)))])


def _inputs(visit: Visit, one: PublishedRow) -> None:
    """Published inputs with their sources, beside what was modelled of them."""
    tree = answers.tree(visit, one.estimate.id)
    known, worked_out = st.columns(2, gap="large")
    with known:
        headed(visit.say("home_page.sample.published"), visit.say("home_page.sample.sources"))
        inputs(_published(visit, tree))
    with worked_out:
        headed(visit.say("home_page.sample.modelled"), visit.say("page.modelled"), modelled=True)
        area = tree["areas"][tree["deciding_area"]]
        inputs([_modelled(visit, name, _range(area[name])) for name in MODELLED])
        if tree["assumed_share"] is not None:
            share = percent(tree["assumed_share"], visit.lang)
            layout.text(visit.say("home_page.sample.assumed", share=share), small=True)


def _published(visit: Visit, tree: Tree) -> list[Input]:
    event, lang = tree["event"]["event"]["id"], visit.lang
    if event not in published_ids():
        return []
    figures = {one.key: one for one in read_published(published_path(event)).figures}
    found = [figures[key] for key in PUBLISHED if key in figures]
    return [Input(one.name_nb if lang == "nb" else one.name_en, one.shown(lang), source=one.source) for one in found]


def _modelled(visit: Visit, name: str, found: Range | None) -> Input:
    shown = figure(visit, visit.say(f"figure.{name}"), found, kroner=name not in NIGHTS)
    span = count_span if name in NIGHTS else kroner_span
    return Input(shown.label, visit.say("page.unknown") if found is None else span(visit.lang, found), shown=shown)


def _range(found: dict[str, Any] | None) -> Range | None:
    return None if found is None else Range(found["p10"], found["p50"], found["p90"])
