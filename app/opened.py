"""The estimate that an address names: a locked one by ``id``, or the running one of an event of the register.

Rights are asked at every run; the tree is kept by its content, so that it is read, verified or computed once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import streamlit as st

from app import asked
from app.given import running_estimate
from app.visit import Visit
from data.audit import canonical
from data.connection import data_folder
from data.permission import Actor
from data.store import Store
from impact.estimates import EstimateRow, get_estimate, get_row
from impact.event import AREAS, Area
from impact.register import EventRow, get_event
from impact.report import Tree
from impact.simulation import DRAWS

PAGE = "/anslag"
ID, EVENT, AREA, FIGURE, SCENARIO, CHANGED = "id", "arrangement", "omrade", "tall", "scenario", "endret"
"""The names in the address."""
KEPT = (AREA, SCENARIO, CHANGED)
"""What a link within the page takes along."""
AREA_WORDS: dict[Area, str] = {"municipality": "vertskommunen", "region": "regionen", "norway": "norge"}


@dataclass(frozen=True)
class Opened:
    """An estimate that the visitor may read. ``key`` changes with its content; ``row`` is None where it isn't locked.

    ``event`` is the number of the event in the register.
    """

    tree: Tree
    key: str
    event: int
    row: EstimateRow | None = None
    event_row: EventRow | None = None

    @property
    def sample(self) -> bool:
        one = self.row or self.event_row
        return one is not None and one.sample

    @property
    def own(self) -> tuple[str, str]:
        """Its name in the address."""
        return (ID, str(self.row.id)) if self.row else (EVENT, str(self.event))

    @property
    def field(self) -> str:
        """What keys of fields on the page begin with."""
        return "estimate_" + "_".join(self.own)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The study areas that its table serves."""
        return tuple(one for one in AREAS if self.tree["areas"][one] is not None)

    def address(self, **asked: str) -> str:
        """The address of the same estimate, with what is shown of it now; ``asked`` comes on top."""
        kept = [(name, value) for name, value in self._shown if name not in asked]
        return f"{PAGE}?{urlencode([self.own, *kept, *asked.items()])}"

    @cached_property
    def _shown(self) -> tuple[tuple[str, str], ...]:
        """What the address says of what is shown, read once a run: there are more than a hundred links."""
        return tuple((name, value) for name in KEPT for value in st.query_params.get_all(name))

    def why(self, figure: str) -> str:
        """The address of the chain behind a figure."""
        return self.address(**{FIGURE: figure})


def open_estimate(visit: Visit) -> Opened:
    """The estimate that the address names.

    Raises LookupError where it names none, Refused where the visitor may not read it, and Faults where an event lacks
    what an estimate needs, or a lock is no longer what was locked.
    """
    if EVENT in st.query_params:
        registered = get_event(visit.store, visit.actor, asked.the_row(EVENT))
        tree = running_estimate(visit.store, registered.document, draws=DRAWS)
        made_of = canonical([registered.document, tree["parameters"], tree["tables"], tree["program"]])
        key = hashlib.sha256(made_of.encode()).hexdigest()
        return Opened(tree, key, registered.row.id, event_row=registered.row)
    row = get_row(visit.store, visit.actor, asked.the_row(ID))
    tree = _tree(str(data_folder()), row.id, row.sha256, visit.store, visit.actor)
    return Opened(tree, row.sha256, row.event, row=row)


@st.cache_resource(max_entries=30, show_spinner=False)
def _tree(folder: str, id: int, sha256: str, _store: Store, _actor: Actor) -> Tree:
    return get_estimate(_store, _actor, id)[1]
