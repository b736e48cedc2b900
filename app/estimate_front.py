"""The first screen of an estimate: sentence, three figures with their bands, and the organiser's own result."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import streamlit as st

from app import layout
from app.drawn import Words
from app.given import reference
from app.inputs import source_links
from app.layout import Shown
from app.opened import AREA, AREA_WORDS, Opened
from app.spans import figure, kroner_words
from app.text import markup, plain
from app.visit import Visit
from data.clock import days, moment
from data.numbers import number
from impact.event import Area
from impact.ranges import Range
from impact.report import MILLION, decimals

FRONT = ("value_added", "employment", "eligible")


def about(visit: Visit, opened: Opened) -> None:
    """When and where, and whether it is a sample, locked, published or withdrawn."""
    event = opened.tree["event"]["event"]
    first, last = (dt.date.fromisoformat(event[name]) for name in ("first_day", "last_day"))
    place = reference().municipalities.get(event["municipality"], event["municipality"])
    tags = [f'<span class="rv-tag rv-modelled">{markup(visit.say("page.modelled"))}</span>']
    tags += [f'<span class="rv-tag">{markup(one)}</span>' for one in _tags(visit, opened)]
    where = markup(f"{days(first, last, visit.lang)} · {place}")
    st.html(f'<p class="rv-text">{where} {" ".join(tags)}</p>')
    row = opened.row
    if row is not None and row.withdrawn_at:
        at = moment(row.withdrawn_at, visit.lang)
        st.warning(plain(visit.say("estimate_page.withdrawn", at=at, why=row.withdrawn_why or "")))


def _tags(visit: Visit, opened: Opened) -> list[str]:
    row = opened.row
    tags = [visit.say("estimate_page.tag.sample")] if opened.sample else []
    if row is None:
        return [*tags, visit.say("estimate_page.tag.running")]
    tags.append(visit.say(f"estimate_page.tag.{row.purpose}"))
    if row.name:
        tags.append(row.name)
    state = "withdrawn" if row.withdrawn_at else "published" if row.published else "locked"
    return [*tags, visit.say(f"estimate_page.tag.{state}")]


def choose_area(visit: Visit, opened: Opened) -> Area:
    """The study area in front, one of those that the table serves; it stands in the address."""
    usual: Area = opened.tree["deciding_area"]
    areas = opened.areas
    if len(areas) < 2:
        return usual
    key = f"{opened.field}_area"
    if st.session_state.get(key) not in areas:
        asked = {word: area for area, word in AREA_WORDS.items()}.get(st.query_params.get(AREA, ""), usual)
        st.session_state[key] = asked if asked in areas else usual
    st.segmented_control(
        visit.say("estimate_page.area"),
        areas,
        required=True,
        format_func=lambda area: visit.say(f"figure.{area}"),
        key=key,
        on_change=_area_to_address,
        args=(key,),
    )
    area: Area = st.session_state[key]
    return area


def _area_to_address(key: str) -> None:
    area = st.session_state.get(key)
    if area is not None:  # None: the browser knows it by its name in the other language
        st.query_params[AREA] = AREA_WORDS[area]


def front(visit: Visit, opened: Opened, said: Words, area: Area) -> None:
    """The sentence, the organiser's own result, and three figures with ranges, each with the way to its grounds."""
    layout.sentence(said.sentence)
    st.html(f'<p class="rv-text">{_organiser(visit, opened, said)}</p>')
    here = opened.tree["areas"][area]
    found = {
        "value_added": (here["effects"]["value_added"]["total"], f"{area}.effects.value_added.total"),
        "employment": (here["effects"]["employment"]["total"], f"{area}.effects.employment.total"),
        "eligible": (here["eligible_persons"], f"{area}.eligible_persons"),
    }
    shown = []
    for name in FRONT:
        value, path = found[name]
        span = None if value is None else Range(value["p10"], value["p50"], value["p90"])
        one = figure(visit, visit.say(f"estimate_page.front.{name}"), span, kroner=name == "value_added")
        if span is not None and name == "value_added":
            one = _as_in_the_sentence(visit, one, span)
        shown.append(replace(one, more=(visit.say("estimate_page.why.title"), opened.why(path)), modelled=False))
    layout.figures(visit, shown)
    layout.text(said.modelled, small=True)


def _as_in_the_sentence(visit: Visit, one: Shown, found: Range) -> Shown:
    """The figure rounded as the sentence above it is: to three digits of the larger end."""
    largest = max(abs(found.p10), abs(found.p90))
    scale = MILLION if largest >= MILLION else 1.0
    unit = "choosing.millions" if scale == MILLION else "choosing.kroner"
    places = decimals(largest / scale, -9)
    low, middle, high = (number(value / scale, visit.lang, places) for value in (found.p10, found.p50, found.p90))
    ends = low if low == high else visit.say("report.to", low=low, high=high)
    words = visit.say("choosing.span", span=visit.say(unit, figure=ends))
    return replace(one, middle=visit.say(unit, figure=middle), span=words)


def _organiser(visit: Visit, opened: Opened, said: Words) -> str:
    """HTML of the organiser's own result, beside the spillovers and never in them; or that it is not known.

    A result that was given has a dot, as published figures have; one that is only assumed has none.
    """
    event, deficit = opened.tree["event"], opened.tree["organiser_result"]["deficit"]
    if deficit is None:
        return markup(said.organiser or visit.say("estimate_page.organiser.unknown"))
    kind = "deficit" if deficit["mode"] > 0 else "surplus" if deficit["mode"] < 0 else "even"
    result = visit.say(f"estimate_page.organiser.{kind}", amount=kroner_words(visit.lang, abs(deficit["mode"])))
    given = event["organiser"]["deficit"]
    given = event.get("numbers", {}).get(given.get("ref"), given) if isinstance(given, dict) else {}
    evidence, source = given.get("evidence", ""), source_links(given.get("source", ""))
    if evidence:
        result = f"{result} ({visit.say(f'workbook.evidence.{evidence}')})"
    dot = "" if evidence in ("", "assumed") else ' class="rv-dot"'
    words, to = visit.say("estimate_page.why.title"), opened.why("organiser_result.deficit")
    why = f'<a href="{markup(to)}" aria-label="{markup(f"{words} {result}")}">{markup(words)}</a>'
    grounds = " · ".join(one for one in (source, why) if one)
    return f'<span{dot}><b>{markup(result)}</b></span><br><span class="rv-small">{grounds}</span>'
