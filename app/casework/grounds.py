"""What the case is held against: the scheme's rules, and the rules for state aid with the room that is left."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.casework.euro_rate import euro_rate
from app.casework.opened import Opened
from app.deed import Fields, deed, text_area, text_field
from app.tables import amount, table
from app.text import plain
from app.visit import Visit
from data.clock import short_day, today
from data.numbers import euros
from fund.rulebook.rules import failing, undecided
from fund.state_aid.aid import BASES, caveats
from fund.state_aid.aid_grounds import CONDITIONS, GROUND_KINDS, AidGround, condition_name, ground_name, set_aid_ground

_SETTABLE = ("submitted", "needs_completing", "in_review", "ready", "deferred")


def rules(one: Opened) -> None:
    """Every rule with its figures, those that don't hold first."""
    layout.section(one.say("case_page.rules"))
    checks = one.case.checks
    wrong, open_ = failing(checks), undecided(checks)
    key = "rules_fail" if wrong else "rules_open" if open_ else "rules_hold"
    layout.text(one.say(f"case_page.{key}", count=len(wrong or open_ or checks)))
    order = sorted(checks, key=lambda held: (held.holds is not False, held.holds is not None))
    names = {True: one.say("case_page.holds"), False: one.say("case_page.fails"), None: one.say("case_page.open")}
    rows = [[names[held.holds], held.sentence(one.visit.lang)] for held in order]
    if rows:
        heads = [one.say("case_page.column.answer"), one.say("case_page.column.rule")]
        table(one.say("case_page.rules_caption", count=len(rows)), heads, rows)
    if one.case.lacking and one.officer:
        with st.expander(plain(one.say("case_page.lacking", count=len(one.case.lacking)))):
            layout.bullets(held.problem(one.visit.lang) for held in one.case.lacking)


def aid(one: Opened) -> None:
    """The ground for state aid, what is known of aid before, and what is left under the ceiling."""
    layout.section(one.say("case_page.aid"))
    lang, ground, room = one.visit.lang, one.case.ground, one.case.aid.room
    if ground is None:
        layout.text(one.say("case_page.no_ground"))
    else:
        layout.text(one.say("case_page.ground", kind=ground_name(ground.kind, lang), ground=ground.ground))
        unmet = [condition_name(name, lang) for name, met in ground.conditions.items() if not met]
        if unmet:
            layout.text(one.say("case_page.unmet", conditions="; ".join(unmet)))
    facts = {
        "used": euros(int(-(-room.used // 1)), lang),
        "left": euros(int(max(0, room.left // 1)), lang),
        "ceiling": euros(room.rules.ceiling, lang),
        "since": short_day(room.first_day, lang),
        "declared": short_day(one.case.aid.declared, lang),
    }
    layout.facts({one.say(f"case_page.room.{name}"): value for name, value in facts.items()})
    if room.unknown or one.case.aid.doubles:
        layout.text(one.say("case_page.aid_unsure", unknown=len(room.unknown), doubles=len(one.case.aid.doubles)))
    with st.expander(plain(one.say("case_page.known_aid", count=len(room.counted)))):
        heads = [one.say(f"aid.column.{name}") for name in ("grantor", "amount", "day")]
        rows = [[held.grantor, amount(held.amount, lang), short_day(held.day, lang)] for held in room.counted]
        if rows:
            table(one.say("case_page.counted"), heads, rows)
        layout.text(*caveats(lang), small=True)
    if ground is not None and ground.kind in BASES and one.state in _SETTABLE:
        euro_rate(one.visit, today())
    if one.visit.may("aid.write") and one.state in _SETTABLE:
        with st.expander(plain(one.say("case_page.set_ground")), expanded=ground is None and one.state == "in_review"):
            _form(one)


def _form(one: Opened) -> None:
    ground, lang = one.case.ground, one.visit.lang
    given: dict[str, Any] = {}
    if ground is not None:
        given = {"kind": ground.kind, "ground": ground.ground, "article": ground.article, **ground.conditions}
    form = one.form("aid", "kind", "ground", "article", *CONDITIONS, given=given)
    kind = st.selectbox(
        plain(one.say("case_page.ground_kind")),
        GROUND_KINDS,
        index=None,
        format_func=lambda name: ground_name(name, lang),
        key=form.key("kind"),
        placeholder=one.say("case_page.choose"),
    )
    if kind == "no_aid":
        layout.text(one.say("case_page.six"))
        for name in CONDITIONS:
            st.radio(
                plain(condition_name(name, lang)),
                [True, False],
                index=None,
                horizontal=True,
                format_func=lambda met: one.say(f"case_page.{'yes' if met else 'no'}"),
                key=form.key(name),
            )
    if kind == "block_exemption":
        text_field(form, "article", one.say("case_page.article"))
    text_area(form, "ground", one.say("case_page.ground_why"), lines=3)
    version = ground.version if ground is not None else 0
    deed(form, one.say("case_page.save_ground"), partial(_set, one.id, form, version))


def _set(application: int, form: Fields, version: int, visit: Visit) -> str:
    kind: Any = form["kind"] or ""
    six = {name: form[name] for name in CONDITIONS if form[name] is not None} if kind == "no_aid" else {}
    article = str(form["article"] or "") if kind == "block_exemption" else ""
    ground = AidGround(kind, str(form["ground"] or ""), article, six, version)
    set_aid_ground(visit.store, visit.actor, application, ground)
    return visit.say("case_page.ground_saved")
