"""An evaluation that is begun, with everything that its page and its report show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app.given import reference
from data.audit import canonical
from data.faults import Faults
from data.permission import Actor
from data.store import Store
from impact.estimates import EstimateRow, get_estimate
from impact.evaluation.causes import Split
from impact.evaluation.evaluations import Evaluation, Tree, outcome_tree, splits
from impact.evaluation.outcome import Field, compared_numbers
from impact.event import Area
from impact.register import Document, EventRow

RUNNING_DRAWS = 2_000
"""Draws of an outcome that isn't locked yet."""


@dataclass(frozen=True)
class Opened:
    """A forecast and the outcome, locked or as it stands: ``before`` and ``after`` are their trees.

    ``outcome`` is None until it is locked, ``today`` where no other table is in use. ``splits`` is None where the
    forecast's tables are no longer here.
    """

    row: EventRow
    evaluation: Evaluation
    forecast: EstimateRow
    before: Tree
    after: Tree
    outcome: EstimateRow | None
    today: tuple[EstimateRow, Tree] | None
    fields: tuple[Field, ...]
    splits: Mapping[Area, Split] | None

    @property
    def area(self) -> Area:
        """The study area that decides."""
        found: Area = self.before["deciding_area"]
        return found

    @property
    def split(self) -> Split | None:
        return None if self.splits is None else self.splits.get(self.area)

    @property
    def measured(self) -> list[Field]:
        return [one for one in self.fields if one.measured]


def opened(store: Store, actor: Actor, row: EventRow, evaluation: Evaluation) -> Opened:
    """What is shown of an evaluation. Raises Faults where a running outcome can't be computed, or as
    :func:`impact.estimates.get_estimate`."""
    forecast, before = get_estimate(store, actor, evaluation.forecast)
    outcome = today = None
    if evaluation.outcome is not None:
        outcome, after = get_estimate(store, actor, evaluation.outcome)
    else:
        after = _running(forecast.sha256, canonical(evaluation.document), before, evaluation.document)
    if evaluation.today is not None:
        today = get_estimate(store, actor, evaluation.today)
    key = outcome.sha256 if outcome else canonical(evaluation.document)
    fields = tuple(compared_numbers(before["event"], after["event"]))
    found = _splits(forecast.sha256, key, before, after)
    return Opened(row, evaluation, forecast, before, after, outcome, today, fields, found)


@st.cache_resource(max_entries=100, show_spinner=False)
def _running(forecast: str, content: str, _before: Tree, _document: Document) -> Tree:
    return outcome_tree(_document, _before, reference(), draws=RUNNING_DRAWS)


@st.cache_resource(max_entries=100, show_spinner=False)
def _splits(forecast: str, outcome: str, _before: Tree, _after: Tree) -> dict[Area, Split] | None:
    try:
        return splits(_before, _after, reference())
    except Faults:  # the tables of the forecast have been replaced since it was locked
        return None
