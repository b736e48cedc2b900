"""Scores: one's own on each criterion, saved as they are given; then everyone's, and how far apart they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields
from app.doing import attempt
from app.tables import Column, table
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import moment, today
from data.limits import limit
from data.numbers import number, percent
from fund.review.board import list_seats
from fund.review.scores import SCORED_IN, Score, score, scores_of, weighted_mean
from fund.rulebook.schemes import Criterion

POINTS = ("0", "1", "2", "3", "4", "5", "none")
"""What a criterion can be given; ``none`` where it isn't applicable."""


def scores(one: Opened) -> None:
    """The form for who scores; then everyone's, for who has scored or only reads."""
    criteria = one.case.scheme.criteria
    if not criteria:
        return
    given = scores_of(one.visit.store, one.visit.actor, one.id)
    own = {held.criterion: held for held in given if held.account == one.visit.actor.id}
    layout.section(one.say("case_page.scores"))
    mine = one.visit.may("case.score")
    if mine and one.state in SCORED_IN and _seated(one.visit):
        _form(one, criteria, own)
    if mine and len(own) < len(criteria):
        layout.text(one.say("case_page.others_after"), small=True)
        return
    _everyone(one, criteria, given)


def _seated(visit: Visit) -> bool:
    return any(seat.account == visit.actor.id for seat in list_seats(visit.store, visit.actor, day=today()))


# -- one's own


def _form(one: Opened, criteria: Sequence[Criterion], own: dict[str, Score]) -> None:
    names = [f"{part}_{held.key}" for held in criteria for part in ("points", "reason")]
    stored: dict[str, str] = {}
    for key, held in own.items():
        stored[f"points_{key}"] = "none" if held.points is None else str(held.points)
        stored[f"reason_{key}"] = held.reason
    form = one.form("score", *names, given=stored)
    layout.text(one.say("case_page.scores_text", said=len(own), count=len(criteria)))
    layout.text(one.case.scheme.weights_note(one.visit.lang), small=True)
    for criterion in criteria:
        with st.container(border=True, key=form.key(f"box_{criterion.key}")):
            _criterion(one, form, criterion, own.get(criterion.key))


def _criterion(one: Opened, form: Fields, criterion: Criterion, stored: Score | None) -> None:
    weight = percent(float(one.case.scheme.weights[criterion.key]), one.visit.lang)
    save = partial(_save, one.id, form, criterion.key)
    st.segmented_control(
        plain(one.say("case_page.criterion", name=criterion.words(one.visit.lang), weight=weight)),
        POINTS,
        format_func=lambda points: one.say("case_page.not_applicable") if points == "none" else points,
        key=form.key(f"points_{criterion.key}"),
        on_change=save,
        wrap=True,
    )
    st.text_area(
        plain(one.say("case_page.score_reason", least=limit("note_shortest"))),
        key=form.key(f"reason_{criterion.key}"),
        on_change=save,
        max_chars=limit("answer_longest"),
        height=84,
    )
    st.html(f'<p class="rv-read">{markup(_status(one, form, criterion.key, stored))}</p>')


def _status(one: Opened, form: Fields, key: str, stored: Score | None) -> str:
    points, reason = form[f"points_{key}"], str(form[f"reason_{key}"] or "").strip()
    if stored is not None and (_points(points), reason) == (stored.points, stored.reason) and points is not None:
        return one.say("case_page.score_saved", at=moment(stored.at, one.visit.lang))
    if points is None:
        return one.say("case_page.choose_points" if reason else "case_page.not_scored")
    lacking = limit("note_shortest") - len(reason)
    return one.say("case_page.reason_lacking", count=lacking) if lacking > 0 else one.say("case_page.not_saved")


def _save(application: int, form: Fields, criterion: str) -> None:
    """Keep a score once it has points and a reason; until then what is typed waits."""
    points, reason = form[f"points_{criterion}"], str(form[f"reason_{criterion}"] or "")
    if points is None or len(reason.strip()) < limit("note_shortest"):
        return

    def act(visit: Visit) -> None:
        score(visit.store, visit.actor, application, criterion, _points(points), reason)

    attempt(act)


def _points(chosen: str | None) -> int | None:
    return None if chosen in (None, "none") else int(chosen)


# -- everyone's


def _everyone(one: Opened, criteria: Sequence[Criterion], given: Sequence[Score]) -> None:
    people = list(dict.fromkeys([*([one.visit.actor.id] if given else []), *(held.account for held in given)]))
    people = [who for who in people if any(held.account == who for held in given)]
    if not people:
        layout.text(one.say("case_page.nobody_scored"))
        return
    lang, by = one.visit.lang, {(held.account, held.criterion): held for held in given}
    weights = one.case.scheme.weights
    means = {
        who: weighted_mean({key: by[who, key].points for key in weights if (who, key) in by}, weights) for who in people
    }
    known = [float(mean) for mean in means.values() if mean is not None]
    if known:
        figures = {
            "mean": number(sum(known) / len(known), lang, 2),
            "low": number(min(known), lang, 2),
            "high": number(max(known), lang, 2),
        }
        layout.text(one.say("case_page.spread", count=len(known), **figures))
    heads = [
        Column(one.say("case_page.column.criterion")),
        *(Column(named(one.visit, who), number=True) for who in people),
    ]
    rows = [[held.words(lang), *(_shown(one, by.get((who, held.key))) for who in people)] for held in criteria]
    ends = [number(float(mean), lang, 2) if (mean := means[who]) is not None else "" for who in people]
    table(one.say("case_page.scores_caption"), heads, [*rows, [one.say("case_page.mean"), *ends]], totals=1)
    with st.expander(plain(one.say("case_page.reasons"))):
        for held in given:
            words = next((each.words(lang) for each in criteria if each.key == held.criterion), held.criterion)
            layout.text(f"{named(one.visit, held.account)}, {words}: {held.reason}")


def _shown(one: Opened, held: Score | None) -> str:
    if held is None:
        return "–"
    return one.say("case_page.not_applicable") if held.points is None else str(held.points)
