"""The frames: what may be granted in a year, how much of it is used, and what is carried over at its end."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.deed import Fields, amount_field, amount_of, deed, fields
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.treasury.typed import year_field
from app.treasury.words import KIND_WORDS
from app.visit import Visit
from data.clock import today
from data.numbers import kroner
from fund.books.frames import Frame, carry_over, change_frame, frames, open_frame
from fund.books.statements import year_statement

COLUMNS = ("frame", "amount", "used", "room", "limit", "exposed")


def frames_of(visit: Visit, year: int | None) -> None:
    """The frames of a year or all, and what can be done with them."""
    layout.section(visit.say("contributions_page.frames"))
    held = frames(visit.store, visit.actor, year)
    if held:
        _table(visit, held)
    else:
        layout.empty(visit, "contributions_page.no_frame")
    if not visit.may("frame.write"):
        return
    with st.expander(plain(visit.say("contributions_page.frame_open"))):
        _open(visit)
    if held:
        with st.expander(plain(visit.say("contributions_page.frame_change"))):
            _change(visit, held)
    with st.expander(plain(visit.say("contributions_page.carry"))):
        _carry(visit)


def frame_name(visit: Visit, one: Frame) -> str:
    """A frame in words: a year's own, or a call's."""
    key = "frame_call" if one.call else "frame_year"
    return visit.say(f"contributions_page.{key}", year=str(one.year), call=one.call)


def _table(visit: Visit, held: Sequence[Frame]) -> None:
    heads = [visit.say(f"contributions_page.frame_column.{name}") for name in COLUMNS]
    rows: list[list[Cell]] = []
    for one in held:
        address = f"/regnskap?konto={KIND_WORDS['frame_room']}&ramme={one.id}"
        money = [one.amount, one.used, one.room, one.exposure_limit, one.exposure_limit - one.exposure_room]
        rows.append([Link(frame_name(visit, one), address), *(amount(sum_, visit.lang) for sum_ in money)])
    columns = [Column(heads[0]), *(Column(head, number=True) for head in heads[1:])]
    table(visit.say("contributions_page.frames_caption"), columns, rows)


def _open(visit: Visit) -> None:
    form = fields(visit, "contributions_frame", "year", "amount", "limit")
    year_field(form, "year", visit.say("contributions_page.frame_for"))
    _amounts(visit, form)
    once = form.once

    def act(here: Visit) -> str:
        year, frame, limit = int(form["year"]), *_read(here, form)
        open_frame(here.store, here.actor, once, year, frame, limit)
        return here.say("contributions_page.frame_opened", year=str(year), amount=kroner(frame, here.lang))

    deed(form, visit.say("contributions_page.frame_do_open"), act)


def _change(visit: Visit, held: Sequence[Frame]) -> None:
    names = {one.id: frame_name(visit, one) for one in held}
    chosen = held[0].id
    if len(held) > 1:
        chosen = st.selectbox(
            plain(visit.say("contributions_page.frame_column.frame")),
            list(names),
            key="contributions_frame_chosen",
            format_func=lambda one: names[one],
        )
    seen = next(one for one in held if one.id == chosen)
    given = {"amount": _typed(visit, seen.amount), "limit": _typed(visit, seen.exposure_limit)}
    name = f"contributions_frame_{seen.id}_{seen.amount}_{seen.exposure_limit}"  # as it was seen: new with every change
    form = fields(visit, name, "amount", "limit", given=given)
    _amounts(visit, form)
    once = form.once

    def act(here: Visit) -> str:
        frame, limit = _read(here, form)
        change_frame(here.store, here.actor, once, seen, amount=frame, exposure_limit=limit)
        return here.say("contributions_page.frame_changed", name=names[seen.id], amount=kroner(frame, here.lang))

    deed(form, visit.say("contributions_page.frame_do_change"), act)


def _typed(visit: Visit, ore: int) -> str:
    """An amount as one would type it."""
    return amount(ore, visit.lang)


def _amounts(visit: Visit, form: Fields) -> None:
    first, second = st.columns(2)
    with first:
        amount_field(form, "amount", visit.say("contributions_page.frame_column.amount"))
    with second:
        amount_field(
            form,
            "limit",
            visit.say("contributions_page.frame_column.limit"),
            hint=visit.say("contributions_page.limit_hint"),
        )


def _read(visit: Visit, form: Fields) -> tuple[int, int]:
    frame = amount_of(form, "amount", visit.say("contributions_page.frame_column.amount"))
    return frame, amount_of(form, "limit", visit.say("contributions_page.frame_column.limit"), least=0)


def _carry(visit: Visit) -> None:
    """What a year's pots still have goes on to the next year."""
    form = fields(visit, "contributions_carry", "year")
    year_field(form, "year", visit.say("contributions_page.carry_from"))
    year = int(form["year"] or today().year)
    left = year_statement(visit.store, visit.actor, year).sums.get("available", 0)
    layout.text(visit.say("contributions_page.carry_left", year=str(year), next=str(year + 1), ore_left=left))
    if left <= 0:
        return
    once = form.once
    sure = visit.say("contributions_page.carry_sure", year=str(year), next=str(year + 1), ore_left=left)

    def act(here: Visit) -> str:
        carry_over(here.store, here.actor, once, year)
        return here.say("contributions_page.carried", year=str(year), next=str(year + 1))

    deed(form, visit.say("contributions_page.carry_do"), act, sure=sure)
