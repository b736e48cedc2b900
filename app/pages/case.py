"""A case: its public facts and the question of conflicts first; the whole of it once that is answered."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import asked, layout
from app.casework.appealing import appeals
from app.casework.archiving import archive
from app.casework.assigning import people
from app.casework.before_board import budget, figures, forecast, organiser, papers, strategy
from app.casework.conflicts import said
from app.casework.decided import decisions
from app.casework.declaring import gate, sentence
from app.casework.grounds import aid, rules
from app.casework.handling import steps
from app.casework.learnt import learnt
from app.casework.noting import notes
from app.casework.opened import Opened
from app.casework.recommending import recommendation
from app.casework.scoring import scores
from app.casework.what_is_new import history, tell
from app.recording.in_case import in_light_of_earlier
from app.visit import Visit
from fund.review.cases import open_case, public_facts
from fund.review.conflicts import TAKES_PART, own_standing

_PARTS: tuple[tuple[Callable[[Opened], None], ...], ...] = (
    (tell,),
    (figures,),
    (steps,),
    (decisions,),
    (forecast,),
    (in_light_of_earlier,),
    (rules, aid),
    (learnt,),
    (organiser, strategy),
    (budget,),
    (scores,),
    (recommendation,),
    (papers,),
    (said,),
    (people,),
    (appeals,),
    (notes,),
    (history,),
    (archive,),
)
"""The case from top to bottom; what stands in one line is side by side where there is room."""


def show(visit: Visit) -> None:
    """What everyone may know and, for who is to take part and hasn't answered, the question; else the case."""
    id = asked.the_row()
    facts = public_facts(visit.store, visit.actor, id)
    word = own_standing(visit.store, visit.actor, id)
    layout.title(f"{facts.number} {facts.title}", sentence(visit, facts))
    if visit.may("case.declare") and word not in TAKES_PART:
        gate(visit, facts, word)
        return
    _whole(Opened(visit, open_case(visit.store, visit.actor, id)))


def _whole(one: Opened) -> None:
    """From the question to what it rests on: what is asked, what may come of it, what is to be done, the papers."""
    for beside in _PARTS:
        columns = st.columns(len(beside)) if len(beside) > 1 else [st.container()]
        for part, column in zip(beside, columns, strict=True):
            with column:
                part(one)
