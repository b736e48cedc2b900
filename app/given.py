"""What pages share between runs: the reference data, and estimates of what is being typed, kept by their content."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import streamlit as st

from data.audit import canonical
from data.connection import data_folder
from data.dated import Parameter
from data.store import Store
from impact.draws import Remembering, Sampler
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.parameter_values import known_parameters, stored_values
from impact.reference import DEFAULT_TABLE, Reference, reference_in
from impact.simulation import frame, simulate

RUNNING_DRAWS = 1_000
"""Draws of the estimate that moves as one types; a locked one has ten thousand."""
SEED = 1
Document = dict[str, Any]
Known = Mapping[str, Parameter]


def reference() -> Reference:
    """The reference data of this installation, read anew where an importer has changed the owner's own folder."""
    return _reference(str(data_folder()), _stamp())


def running_estimate(
    store: Store,
    document: Document,
    *,
    table_name: str = DEFAULT_TABLE,
    draws: int = RUNNING_DRAWS,
    by_place: bool = True,
) -> dict[str, Any]:
    """The estimate of a document as it stands, not locked, with today's parameters; who gets it never changes it.

    Without ``by_place`` it isn't shared out on municipalities, which takes time that a form hasn't got.
    Raises Faults with everything that is missing or wrong.
    """
    asked = (canonical(document), table_name, draws, by_place, _stamp(), repr(stored_values(store)))
    return _computed(*asked, document, known_parameters(store))


@lru_cache(maxsize=2)  # asked for in every row of every table: Streamlit's own cache takes a hundred times as long
def _reference(folder: str, stamp: int) -> Reference:
    return reference_in(folder)


@st.cache_resource(max_entries=300, show_spinner=False)
def _computed(
    content: str,
    table_name: str,
    draws: int,
    by_place: bool,
    stamp: int,
    stored: str,
    _document: Document,
    _known: Known,
) -> dict[str, Any]:
    event = read_event(_document, "", reference())
    setting = frame(reference(), event.first_day, table_name, known=_known)
    sampler = _remembering() if draws == RUNNING_DRAWS else Sampler(SEED, draws)
    return estimate(simulate(event, setting, sampler=sampler, by_place=by_place))


@cache
def _remembering() -> Remembering:
    """What was drawn for the last change stands for the next, but for the number that was typed."""
    return Remembering(SEED, RUNNING_DRAWS)


def _stamp() -> int:
    """When the owner's own reference files were last changed; 0 where there are none."""
    own = data_folder() / "reference"
    return max((path.stat().st_mtime_ns for path in own.rglob("*")), default=0) if own.is_dir() else 0
