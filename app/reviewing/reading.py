"""What was handed in after an event, side by side and in full, and what businesses answered."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app import layout
from app.tables import Cell, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.numbers import number
from impact.lessons import tag_name
from impact.review.businesses import BusinessSums
from impact.review.questions import PARTIES, TEXTS, Party, grade_name, party_name, themes
from impact.review.reviews import Review


def standing(visit: Visit, held: Mapping[Party, Review]) -> None:
    """Who has handed in, and when."""
    heads = [visit.say(f"review_page.column.{name}") for name in ("party", "state")]
    rows: list[list[Cell]] = []
    for party in PARTIES:
        one = held.get(party)
        said = visit.say("review_page.not_yet")
        if one is not None:
            said = visit.say("review_page.by", who=named(visit, one.actor), at=moment(one.at, visit.lang))
        rows.append([party_name(party, visit.lang), said])
    table(visit.say("review_page.standing"), heads, rows, wide=False)


def grades(visit: Visit, held: Mapping[Party, Review]) -> None:
    """Every theme with what each party says of it; what a party wasn't asked or didn't answer is told apart."""
    lang = visit.lang
    layout.section(visit.say("review_page.side_by_side"))
    heads = [visit.say("review_page.column.theme"), *(party_name(party, lang) for party in held)]
    rows: list[list[Cell]] = []
    for theme in themes():
        said: list[Cell] = []
        for party, one in held.items():
            grade = one.answers.get(theme.id, {}).get("grade")
            none = visit.say("review_page.unanswered") if party in theme.parties else ""
            said.append(grade_name(grade, lang) if grade else none)
        rows.append([theme.name(lang), *said])
    table(visit.say("review_page.side_by_side_caption"), heads, rows)
    layout.text(visit.say("review_page.legend"), small=True)


def whole(visit: Visit, held: Mapping[Party, Review]) -> None:
    """What each party wrote, theme by theme."""
    lang = visit.lang
    for party, one in held.items():
        with st.expander(plain(visit.say("review_page.whole", party=party_name(party, lang)))):
            for theme in themes(party):
                if said := one.answers.get(theme.id):
                    layout.subsection(theme.name(lang))
                    given = {name: said[name] for name in TEXTS if said.get(name)}
                    facts = {visit.say(f"review_page.field.{name}"): text for name, text in given.items()}
                    facts |= {visit.say("review_page.field.grade"): grade_name(said["grade"], lang)}
                    if said.get("tags"):
                        tags = ", ".join(tag_name(tag, lang) for tag in said["tags"])
                        facts |= {visit.say("review_page.field.tags"): tags}
                    layout.facts(facts)


def businesses(visit: Visit, sums: BusinessSums) -> None:
    """What businesses answered, summed; how many they were stands with each figure."""
    layout.section(visit.say("review_page.businesses"))
    if not sums.count:
        layout.empty(visit, "review_page.no_business")
        return
    lang = visit.lang
    facts = {
        visit.say(f"review_page.held.{answer}"): visit.say("review_page.answers", count=count)
        for answer, count in sums.held.items()
    }
    facts |= {visit.say("review_page.forms"): visit.say("review_page.answers", count=sums.forms)}
    if sums.turnover is not None:
        low, middle, high = (number(one, lang) for one in sums.turnover)
        turnover = visit.say("review_page.turnover_of", low=low, middle=middle, high=high, count=sums.told)
        facts |= {visit.say("review_page.turnover"): turnover}
    layout.facts(facts)
    layout.text(visit.say("review_page.businesses_note"), small=True)
    if sums.lessons:
        with st.expander(plain(visit.say("review_page.business_lessons", count=len(sums.lessons)))):
            layout.bullets(sums.lessons)
