"""What the fund has awarded, in public: a search that stands in the address, a table, a map, and the same in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app import asked, layout
from app.drawn import mode
from app.figure import Figure
from app.given import reference
from app.planning.award_map import award_map
from app.spans import kroner_middle, kroner_span
from app.tables import Cell, Column, Link, amount, download, table
from app.text import plain
from app.theme import Mode
from app.visit import Visit
from data.clock import short_day
from data.connection import data_folder
from data.numbers import HARD_SPACE
from data.phrases import Lang
from fund.public.awards_workbook import awards_workbook, person
from fund.public.effects import AwardEffects, PublishedEffect
from fund.public.published import PublishedAward, PublishedPartner
from fund.rulebook.schemes import word
from impact.ranges import Range

SHOWN = 100
"""The awards that the page lists; the files have them all."""
TEXT, YEAR, PLACE, FORM = "sok", "aar", "sted", "form"
Effects = Mapping[int, AwardEffects]


def awards_section(
    visit: Visit,
    version: int,
    awards: Sequence[PublishedAward],
    effects: Effects,
    partners: Sequence[PublishedPartner],
) -> None:
    """The search and what it finds; or that nothing is awarded yet. ``awards`` are those of the data's ``version``."""
    layout.section(visit.say("fund_page.awards"))
    if not awards:
        layout.text(visit.say("fund_page.nothing_awarded"))
        return
    found = _search(visit, version, awards)
    narrowed = bool(asked.text(TEXT)) or len(found.awards) < len(awards)
    layout.text(_sentence(visit, found, narrowed))
    if not found.awards:
        return
    _table(visit, found, effects)
    lang = visit.lang
    download(
        visit.say("fund_page.excel"),
        visit.say("fund_page.file"),
        lambda: awards_workbook(found.awards, partners, lang, effects),
        key="fund_excel",
    )
    _where(visit, found)


# -- the search


@dataclass(frozen=True)
class Found:
    """What a search finds, and its sums in øre; ``places`` has what was awarded and how often by municipality."""

    awards: list[PublishedAward]
    amount: int
    paid_out: int
    came_back: int
    places: Mapping[str, tuple[int, int]]


def _search(visit: Visit, version: int, awards: Sequence[PublishedAward]) -> Found:
    """The awards that the fields ask for; the fields follow the address."""
    asked.follow("fund_search", asked.text(TEXT))
    st.text_input(
        visit.say("fund_page.search"),
        key="fund_search",
        max_chars=100,
        on_change=asked.keeping(TEXT, "fund_search", _text),
    )
    names = reference().municipalities
    folder = str(data_folder())
    years, codes, forms = _choices(folder, version, awards)
    places = sorted(codes, key=lambda code: names.get(code, code))
    columns = st.columns(3)
    with columns[0]:
        year = _choice(visit, YEAR, {one: one for one in years})
    with columns[1]:
        place = _choice(visit, PLACE, {code: names.get(code, code) for code in places})
    with columns[2]:
        form = _choice(visit, FORM, {one: word("form", one, visit.lang) for one in forms})
    text = asked.text(TEXT).strip().casefold()
    return _found(folder, version, visit.lang, (text, year, place, form), visit, awards)


@st.cache_resource(max_entries=4, show_spinner=False)
def _choices(folder: str, version: int, _awards: Sequence[PublishedAward]) -> tuple[list[str], set[str], list[str]]:
    """The years, the newest first, the municipalities' codes and the forms that awards have."""
    years = sorted({one.decided.year for one in _awards}, reverse=True)
    return [*map(str, years)], {one.municipality for one in _awards} - {""}, sorted({one.form for one in _awards})


@st.cache_resource(max_entries=12, show_spinner=False)
def _found(
    folder: str,
    version: int,
    lang: Lang,
    wanted: tuple[str, str | None, str | None, str | None],
    _visit: Visit,
    _awards: Sequence[PublishedAward],
) -> Found:
    """What is asked for, a text in small letters, a year, a place and a form, kept with its sums for who turns back."""
    text, year, place, form = wanted
    found = [
        one
        for one in _awards
        if (not text or text in _searched(_visit, one))
        and year in (None, str(one.decided.year))
        and place in (None, one.municipality)
        and form in (None, one.form)
    ]
    places: dict[str, tuple[int, int]] = {}
    for one in found:
        so_far, count = places.get(one.municipality, (0, 0))
        places[one.municipality] = (so_far + one.amount, count + 1)
    given, paid_out, came_back = (
        sum(getattr(one, name) for one in found) for name in ("amount", "paid_out", "came_back")
    )
    return Found(found, given, paid_out, came_back, places)


def _choice(visit: Visit, name: str, words: Mapping[str, str]) -> str | None:
    """One of ``words`` or none, as the address says."""
    key = f"fund_{name}"
    chosen = asked.text(name) if asked.text(name) in words else None
    asked.follow(key, chosen)
    st.selectbox(
        visit.say(f"fund_page.choose.{name}"),
        list(words),
        index=None,
        format_func=lambda one: plain(words.get(one, one)),
        key=key,
        placeholder=visit.say("fund_page.choose.all"),
        on_change=asked.keeping(name, key, _text),
    )
    return chosen


def _text(value: object) -> str:
    return str(value or "").strip()


def _searched(visit: Visit, one: PublishedAward) -> str:
    """What a search looks in: what the row shows."""
    return " ".join([one.number, *_about(visit, one), one.call(visit.lang)]).casefold()


def _sentence(visit: Visit, found: Found, narrowed: bool) -> str:
    if not found.awards:
        text = asked.text(TEXT).strip()
        return visit.say("fund_page.none_found", asked=text) if text else visit.say("fund_page.none_chosen")
    sums = {"ore_awarded": found.amount, "ore_paid": found.paid_out - found.came_back}
    key, count = "found" if narrowed else "sum", len(found.awards)
    return visit.say(f"fund_page.{key}.{'one' if count == 1 else 'many'}", count=count, **sums)


# -- the table


def _table(visit: Visit, found: Found, effects: Effects) -> None:
    names = ("title", "amount", "forecast", "outcome", "paid_out", "came_back", "recipient", "place", "form", "decided")
    numbers = ("amount", "paid_out", "came_back")
    heads = [Column(visit.say(f"fund_page.column.{one}"), number=one in numbers) for one in names]
    rows = [_row(visit, one, effects.get(one.id, AwardEffects())) for one in found.awards[:SHOWN]]
    table(visit.say("fund_page.awards_caption"), heads, [*rows, _total(visit, found)], totals=1)
    if len(found.awards) > SHOWN:
        layout.text(visit.say("fund_page.shown", shown=SHOWN, count=len(found.awards)), small=True)
    layout.text(visit.say("fund_page.note.guarantee"), visit.say("fund_page.note.effects"), small=True)


def _row(visit: Visit, one: PublishedAward, effects: AwardEffects) -> list[Cell]:
    """The amounts stand next to the name, where a phone shows them without scrolling."""
    title, *about = _about(visit, one)
    given, paid, back = (amount(ore, visit.lang) for ore in (one.amount, one.paid_out, one.came_back))
    ranges = [_range(visit, effects.forecast), _range(visit, effects.outcome)]
    decided = short_day(one.decided, visit.lang).replace(" ", HARD_SPACE, 1)
    return [title, given, *ranges, paid, back, *about, decided]


def _range(visit: Visit, effect: PublishedEffect | None) -> Cell:
    """The middle and the range, which lead to the estimate; what isn't published says so."""
    if effect is None:
        return visit.say("fund_page.not_published")
    found = Range(effect.p10, effect.p50, effect.p90)
    middle, span = kroner_middle(visit.lang, found), kroner_span(visit.lang, found)
    return Link(visit.say("fund_page.range", middle=middle, span=span), f"/anslag?id={effect.estimate}")


def _about(visit: Visit, one: PublishedAward) -> list[str]:
    place = reference().municipalities.get(one.municipality, one.municipality)
    return [one.title, person(one, visit.lang), place, word("form", one.form, visit.lang)]


def _total(visit: Visit, found: Found) -> list[Cell]:
    given, paid, back = (amount(ore, visit.lang) for ore in (found.amount, found.paid_out, found.came_back))
    return [visit.say("fund_page.column.total"), given, "", "", paid, back, "", "", "", ""]


# -- where


def _where(visit: Visit, found: Found) -> None:
    """The map of what was found, and its table."""
    given = {code: ore for code, (ore, _) in found.places.items()}
    drawn = _drawn(tuple(sorted(given.items())), visit.lang, mode())
    layout.subsection(drawn[0].title if drawn else visit.say("fund_page.map.heading"))
    if drawn:
        st.vega_lite_chart(drawn[1], width="stretch", theme=None, key="fund_map")
        layout.text(drawn[0].note, small=True)
    names = reference().municipalities
    heads = [
        Column(visit.say("fund_page.column.place")),
        Column(visit.say("fund_page.column.amount"), number=True),
        Column(visit.say("fund_page.column.count"), number=True),
    ]
    rows = [
        [names.get(code, code or visit.say("page.unknown")), amount(ore, visit.lang), str(found.places[code][1])]
        for code, ore in sorted(given.items(), key=lambda each: -each[1])
    ]
    total = [visit.say("fund_page.column.total"), amount(found.amount, visit.lang), str(len(found.awards))]
    table(visit.say("fund_page.map.caption"), heads, [*rows, total], totals=1)


@st.cache_resource(max_entries=60, show_spinner=False)
def _drawn(given: tuple[tuple[str, int], ...], lang: Lang, mode: Mode) -> tuple[Figure, dict[str, Any]] | None:
    figure = award_map(dict(given), lang, mode)
    return None if figure is None else (figure, figure.spec())
