"""The board: who sits on it, from when, for which partner, and with which deputies; the administrator changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from app import layout
from app.deed import Act, Fields, day_field, deed, fields
from app.going import ways
from app.tables import Column, Link, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.accounts import Account, list_accounts
from data.clock import short_day, today
from fund.books.partners import partners
from fund.review.board import BOARD_ROLES, Seat, add_seat, end_seat, list_seats, needed

_HEADS = ("name", "seat", "partner", "since", "until")


def show(visit: Visit) -> None:
    """Today's board, those who sat before or come later, and for the administrator the ways to change it."""
    day = today()
    found = list_seats(visit.store, visit.actor)
    now = list_seats(visit.store, visit.actor, day=day)
    layout.title(visit.say("page.title.board"), _lead(visit, now, day))
    names = {one.id: one.name for one in partners(visit.store, visit.actor)}
    if now:
        table(visit.say("board_page.caption"), _columns(visit), [_row(visit, found, one, names) for one in now])
    others = [one for one in found if one not in now]
    if others:
        with st.expander(plain(visit.say("board_page.others", count=len(others)))):
            caption = visit.say("board_page.others_caption")
            table(caption, _columns(visit), [_row(visit, found, one, names) for one in others])
    ways([Link(visit.say("page.title.meetings"), "/moter")] if visit.may("case.read") else [_accounts(visit)])
    if visit.may("seat.write"):
        _new(visit, found, names, day)
        _ending(visit, [one for one in found if one.until is None or one.until >= day])


def _accounts(visit: Visit) -> Link:
    return Link(visit.say("page.title.accounts"), "/kontoer")


def _lead(visit: Visit, now: list[Seat], day: dt.date) -> str:
    members = sum(one.member for one in now)
    if not members:
        return visit.say("board_page.nobody")
    least = needed(visit.store, visit.actor, day)
    return visit.say("board_page.lead", members=members, deputies=len(now) - members, least=least)


def _columns(visit: Visit) -> list[Column]:
    return [Column(visit.say(f"board_page.head.{one}")) for one in _HEADS]


def _row(visit: Visit, found: list[Seat], one: Seat, names: Mapping[int, str]) -> tuple[str, ...]:
    return (
        named(visit, one.account),
        _place(visit, found, one),
        names.get(one.partner or 0, "–"),
        short_day(one.since, visit.lang),
        short_day(one.until, visit.lang),
    )


def _place(visit: Visit, found: list[Seat], one: Seat) -> str:
    member = next((seat for seat in found if seat.id == one.deputy_for), None)
    if member is None:
        return visit.say("board_page.member")
    return visit.say("board_page.deputy", name=named(visit, member.account))


def _new(visit: Visit, found: list[Seat], names: Mapping[int, str], day: dt.date) -> None:
    """The form of a new seat."""
    layout.section(visit.say("board_page.new"))
    people = _people(visit)
    if not people:
        layout.empty(visit, "board_page.no_people")
        return
    form = fields(visit, "seat_new", "account", "deputy_for", "partner", "since", "until", given={"since": day})
    st.selectbox(
        plain(visit.say("board_page.who")),
        list(people),
        index=None,
        format_func=lambda one: plain(people[one].name),
        placeholder=visit.say("board_page.choose"),
        key=form.key("account"),
    )
    members = {one.id: one for one in found if one.member and (one.until is None or one.until >= day)}
    st.selectbox(
        plain(visit.say("board_page.stands_for")),
        list(members),
        index=None,
        format_func=lambda one: plain(named(visit, members[one].account)),
        placeholder=visit.say("board_page.own_seat"),
        key=form.key("deputy_for"),
    )
    st.selectbox(
        plain(visit.say("board_page.head.partner")),
        list(names),
        index=None,
        format_func=lambda one: plain(names[one]),
        placeholder=visit.say("board_page.no_partner"),
        key=form.key("partner"),
    )
    day_field(form, "since", visit.say("board_page.head.since"))
    day_field(form, "until", visit.say("board_page.last"))
    deed(form, visit.say("board_page.add"), lambda visit: _add(visit, form), first=True)


def _people(visit: Visit) -> dict[str, Account]:
    """The open accounts that can have a seat, by what they act as."""
    found = [one for one in list_accounts(visit.store, visit.actor) if one.active and BOARD_ROLES & set(one.roles)]
    return {f"account:{one.id}": one for one in found}


def _add(visit: Visit, form: Fields) -> str:
    account = str(form["account"] or "")
    add_seat(
        visit.store,
        visit.actor,
        account,
        form["since"] or today(),
        deputy_for=form["deputy_for"],
        partner=form["partner"],
        until=form["until"],
    )
    return visit.say("board_page.added", name=named(visit, account))


def _ending(visit: Visit, found: list[Seat]) -> None:
    """For each seat a way to let it end: what the board was is never changed."""
    if not found:
        return
    layout.section(visit.say("board_page.end"))
    layout.text(visit.say("board_page.end_about"))
    for one in found:
        name = named(visit, one.account)
        with st.expander(plain(visit.say("board_page.end_of", name=name))):
            form = fields(visit, f"seat_{one.id}_end", "until", given={"until": one.until or today()})
            day_field(form, "until", visit.say("board_page.last"))
            sure = visit.say("board_page.end_sure", name=name)
            deed(form, visit.say("board_page.let_end"), _end(one, form), sure=sure)


def _end(one: Seat, form: Fields) -> Act:
    def act(visit: Visit) -> str:
        until = form["until"] or today()
        end_seat(visit.store, visit.actor, one.id, one.version, until)
        return visit.say("board_page.ended", name=named(visit, one.account), day=short_day(until, visit.lang))

    return act
