"""Three steps of an event's form: what it is, who comes, and the organiser's economy."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.drafting import Drafting, change
from app.entries import Place, at, put
from app.fields import Form, choice_field, date_field, number_field, text_field, told, yes_field
from app.rows import chosen_row
from impact.entry_reading import as_date
from impact.event import AREAS, CATEGORIES, HOMES, ROLES
from impact.reference import DEFAULT_TABLE
from impact.register_fields import KINDS

_COMMON_SPEND = ("accommodation", "food_service")
_WHY = ("casual_share", "time_switcher_share", "attribution")


def about(form: Form) -> None:
    """Names, kind, place, days and the year of the kroner."""
    visit = form.visit
    for name in ("name_nb", "name_en"):
        text_field(form, ("event", name))
    first, second = st.columns(2)
    with first:
        kinds = {kind: visit.say(f"sheet.kind.{kind}") for kind in KINDS}
        choice_field(
            form, ("event", "kind"), KINDS, lambda one: kinds.get(one, one), own=True, hint=form.words("kind_hint")
        )
    with second:
        names = form.reference.municipalities
        choice_field(
            form,
            ("event", "municipality"),
            tuple(names),
            lambda code: f"{names[code]} ({code})" if code in names else code,
            label=form.words("municipality"),
        )
    first, second = st.columns(2)
    with first:
        date_field(form, ("event", "first_day"))
    with second:
        date_field(form, ("event", "last_day"))
    _price_year(form)
    with st.expander(form.words("about_more"), expanded=bool(form.lacking(("event", "id")))):
        text_field(form, ("event", "id"))


def _price_year(form: Form) -> None:
    """The year that amounts are in kroner of; beyond the price index its change is asked for."""
    first, last = form.reference.price_years
    day = as_date(at(form.document, ("event", "first_day")))
    given = at(form.document, ("event", "price_year"))
    years = sorted({*range(last - 4, last + 1), *([day.year] if day and day.year >= first else []), last + 1})
    years += [given] if isinstance(given, int) and given not in years else []
    name = form.key(("event", "price_year"))
    st.selectbox(
        form.words("price_year"),
        sorted(years, reverse=True),
        index=sorted(years, reverse=True).index(given) if given in years else None,
        format_func=str,
        key=name,
        placeholder=form.words("choose"),
        help=form.words("price_year_hint", last=str(last)),
        on_change=_keep_year,
        args=(form.drafting.event, name),
    )
    told(form, ("event", "price_year"))
    change_given = at(form.document, ("event", "price_index_change")) is not None
    if change_given or (isinstance(given, int) and given > last):
        number_field(form, ("event", "price_index_change"), label=form.words("index_change", last=str(last)))


def _keep_year(event: int, name: str) -> None:
    year = st.session_state.get(name)
    change(event, ("event", "price_year"), lambda drafting, place: put(drafting.document, place, year), str(year or ""))


# -- who comes


def audience(form: Form) -> None:
    """One group of people at a time: what is asked most first, the rest below."""
    number = chosen_row(form, ("audience",), "audience")
    if number is None:
        return
    place: Place = ("audience", number)
    visit = form.visit
    text_field(
        form, (*place, "name"), label=form.words("audience_name"), hint=form.words("audience_name_hint"), renames=True
    )
    first, second = st.columns(2)
    with first:
        choice_field(
            form, (*place, "role"), ROLES, lambda one: visit.say(f"workbook.role.{one}") if one in ROLES else one
        )
    with second:
        choice_field(
            form, (*place, "home"), HOMES, lambda one: visit.say(f"workbook.home.{one}") if one in HOMES else one
        )
    _how_many(form, place)
    for name in ("days_per_person", "nights_per_person", "commercial_share"):
        number_field(form, (*place, name))
    layout.text(form.words("spend_lead"))
    for category in _COMMON_SPEND:
        number_field(form, (*place, "spend", category))
    _more_spending(form, place)
    _more_people(form, place)


def _how_many(form: Form, place: Place) -> None:
    """Visits or persons, never both: the one that is chosen takes what was typed along."""
    row = at(form.document, place)
    persons = "persons" in row or f"{'/'.join(map(str, place))}/persons" in form.drafting.texts
    both = "persons" in row and "visits" in row
    name = form.key(place, "counted_as")
    state_key = form.key(place, "counting")
    chosen = st.session_state.get(state_key, "persons" if persons else "visits")
    st.radio(
        form.words("counted_as"),
        ("visits", "persons"),
        index=int(chosen == "persons"),
        format_func=lambda one: form.words(f"count_{one}"),
        horizontal=True,
        key=name,
        on_change=_count_as,
        args=(form.drafting.event, place, name, state_key),
    )
    number_field(form, (*place, chosen), label=form.words(f"how_many_{chosen}"))
    if both:
        other = "visits" if chosen == "persons" else "persons"
        number_field(form, (*place, other))
    elif chosen == "persons":
        told(form, (*place, "visits"))


def _count_as(event: int, place: Place, name: str, state_key: str) -> None:
    """Move the number that was typed to the other way of counting."""
    to = st.session_state.get(name)
    if to is None:  # the browser knows it by its name in another language
        return
    st.session_state[state_key] = to

    def move(drafting: Drafting, place: Place) -> None:
        here = "/".join(map(str, place))
        other = "visits" if to == "persons" else "persons"
        if at(drafting.document, (*place, to)) is None:
            if (moved := at(drafting.document, (*place, other))) is not None:
                put(drafting.document, (*place, to), moved)
            if (text := drafting.texts.pop(f"{here}/{other}", None)) is not None:
                drafting.texts[f"{here}/{to}"] = text
        put(drafting.document, (*place, other), None)

    change(event, place, move, renewed=True)


def _more_spending(form: Form, place: Place) -> None:
    rest = [category for category in CATEGORIES if category not in _COMMON_SPEND]
    given = [one for one in rest if _used(form, (*place, "spend", one))]
    _folded(form, place, "more_spending", [(*place, "spend", one) for one in rest], len(given))


def _more_people(form: Form, place: Place) -> None:
    names = (*_WHY, "persons_per_room", "days_in_area", "retained_share")
    given = [one for one in names if _used(form, (*place, one))]
    _folded(form, place, "more_people", [(*place, one) for one in names], len(given))


def _used(form: Form, place: Place) -> bool:
    return (
        at(form.document, place) is not None or form.drafting.entry_text(place) is not None or bool(form.lacking(place))
    )


def _folded(form: Form, place: Place, phrase: str, places: list[Place], given: int) -> None:
    """Fields that few need, made only when they are unfolded."""
    faulty = any(form.lacking(one) for one in places)
    fold = st.expander(form.words(phrase, count=given), expanded=faulty, key=form.key(place, phrase), on_change="rerun")
    if fold.open:
        with fold:
            for one in places:
                number_field(form, one)


# -- the organiser's economy


def economy(form: Form) -> None:
    """What the organiser pays and is paid, and its deficit; costs or incomes at a time."""
    layout.text(form.words("economy_lead"))
    part = st.segmented_control(
        form.words("economy_part"),
        ("organiser_cost", "organiser_income", "organiser"),
        default="organiser_cost",
        required=True,
        wrap=True,
        format_func=lambda one: form.words(f"part.{one}"),
        key=f"event_form_{form.drafting.event}_economy",
    )
    if part == "organiser":
        number_field(form, ("organiser", "deficit"))
    elif part == "organiser_income":
        _income(form)
    else:
        _cost(form)


def _cost(form: Form) -> None:
    number = chosen_row(form, ("organiser_cost",), "cost")
    if number is None:
        return
    place: Place = ("organiser_cost", number)
    text_field(form, (*place, "name"), label=form.words("cost_name"))
    number_field(form, (*place, "amount"))
    names = industry_names(form)
    choice_field(
        form,
        (*place, "industry"),
        tuple(names),
        lambda code: f"{names[code]} ({code})" if code in names else code,
        label=form.words("industry"),
        hint=form.words("industry_hint"),
    )
    share_by_area(form, (*place, "local_share"))
    _folded(form, place, "more_cost", [(*place, "vat_rate")], int(_used(form, (*place, "vat_rate"))))


def _income(form: Form) -> None:
    number = chosen_row(form, ("organiser_income",), "income")
    if number is None:
        return
    place: Place = ("organiser_income", number)
    text_field(form, (*place, "name"), label=form.words("income_name"))
    number_field(form, (*place, "amount"))
    yes_field(form, (*place, "public"), form.words("public"))
    share_by_area(form, (*place, "inside_share"))


def industry_names(form: Form) -> dict[str, str]:
    """The industries of the table, by code, in the language of the page."""
    return _industries(form.reference, form.lang)


@st.cache_data(show_spinner=False, hash_funcs={"impact.reference.Reference": id})
def _industries(_reference: Any, lang: str) -> dict[str, str]:
    table = _reference.table(DEFAULT_TABLE)
    return {code: table.name(code, lang) for code in _reference.industries}


def share_by_area(form: Form, place: Place) -> None:
    """A share that may differ between the three areas: one number, or one for each."""
    raw = at(form.document, place)
    apart = isinstance(raw, dict) and not raw.keys() & {"value", "low", "mode", "high", "ref", "of"}
    texts = [text for text in form.drafting.texts if text.startswith("/".join(map(str, place)) + "/")]
    if apart or texts:
        for area in AREAS:
            number_field(form, (*place, area))
    else:
        number_field(form, place)
    st.button(
        form.words("one_share" if apart else "three_shares"),
        key=form.key(place, "by_area"),
        type="tertiary",
        on_click=partial(_by_area, form.drafting.event, place, not apart),
    )


def _by_area(event: int, place: Place, apart: bool) -> None:
    """One number for each area, equal to begin with; or the region's for all."""

    def turn(drafting: Drafting, place: Place) -> None:
        raw = at(drafting.document, place)
        if apart:
            put(
                drafting.document,
                place,
                {area: raw for area in AREAS} if raw is not None else {area: {} for area in AREAS},
            )
        else:
            put(drafting.document, place, (raw or {}).get("region") or None)
            head = "/".join(map(str, place)) + "/"
            drafting.texts = {text: one for text, one in drafting.texts.items() if not text.startswith(head)}

    change(event, place, turn, renewed=True)
