"""Organisations that apply: known by their number, which stays, and by a name and a kind, which may change.

Who may act for one is :mod:`fund.applicant.mandates`; which account it is paid to, :mod:`fund.applicant.payees`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store
from fund.applicant.identifiers import organisation_number, shown_organisation
from fund.applicant.owners import acts_for, owners, owners_of_all
from fund.deadlines import clock, stamp
from fund.rulebook.schemes import APPLICANT_KINDS, ApplicantKind

_QUERY = "SELECT id, number, name, kind, version FROM organisation"


@dataclass(frozen=True)
class Organisation:
    """An organisation; ``owners`` are the accounts that may act for it today."""

    id: int
    number: str
    name: str
    kind: ApplicantKind
    version: int
    owners: tuple[str, ...] = ()

    @property
    def shown_number(self) -> str:
        return shown_organisation(self.number)


def register_organisation(
    store: Store, actor: Actor, number: str, name: str, kind: str, *, at: dt.datetime | None = None
) -> int:
    """The organisation with this number, added where it isn't there; its number in the register.

    Where it is there it keeps its name and kind: they are changed by :func:`save_organisation`. Needs
    ``organisation.register``. Raises :class:`Faults` for a number that isn't one, and a name or kind that is missing.
    """
    require(actor, "organisation.register")
    digits, faults = "", _faults(name, kind)
    try:
        digits = organisation_number(number, place="number")
    except Faults as wrong:
        faults = [*wrong.faults, *faults]
    if faults:
        raise Faults(faults)
    with store.write(actor.id, "organisation.register") as write:
        if held := write.db.execute("SELECT id FROM organisation WHERE number = ?", [digits]).fetchone():
            return int(held[0])
        row = {"number": digits, "name": name.strip(), "kind": kind}
        when = {"registered_at": stamp(clock(at)), "registered_by": actor.id}
        return int(write.insert("organisation", {**row, **when}))


def save_organisation(store: Store, actor: Actor, seen: Organisation, name: str, kind: str) -> int:
    """Change the name and the kind; the new version. Needs ``organisation.write``. Raises Conflict where it changed."""
    with store.write(actor.id, "organisation.save", audited=False) as write:
        require(actor, "organisation.write", organisation_at(write.db, seen.id))
        if faults := _faults(name, kind):
            raise Faults(faults)
        return write.update_row("organisation", seen.id, seen.version, {"name": name.strip(), "kind": kind})


def get_organisation(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Organisation:
    """One organisation. Needs ``organisation.read``. Raises LookupError where there is none."""
    with store.read() as db:
        found = organisation_at(db, id, at)
    require(actor, "organisation.read", found)
    return found


def list_organisations(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[Organisation]:
    """The organisations that the actor sees, by name: its own by mandate, or all. Needs ``organisation.read``."""
    require(actor, "organisation.read")
    with store.read() as db:
        found = organisations_at(db, None, clock(at))
    return [one for one in found if may(actor, "organisation.read", one)]


def organisation_names(
    store: Store, actor: Actor, ids: Iterable[int], *, at: dt.datetime | None = None
) -> Mapping[int, str]:
    """The names of these organisations, by number; of those that the actor sees. Needs ``organisation.read``."""
    require(actor, "organisation.read")
    query = "SELECT id, name FROM organisation WHERE id IN (SELECT value FROM json_each(?))"
    with store.read() as db:
        mine = acts_for(db, actor.id, clock(at))
        rows = db.execute(query, [json.dumps(sorted(set(ids)))]).fetchall()
    whose = {True: {"owners": (actor.id,)}, False: {}}
    return {id: name for id, name in rows if may(actor, "organisation.read", whose[id in mine])}


def organisation_at(db: Database, id: int, at: dt.datetime | None = None) -> Organisation:
    """One organisation, asking nobody's leave, with those who act for it at ``at``. Raises LookupError."""
    row: Mapping[str, Any] | None = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no organisation {id}")
    return Organisation(**row, owners=owners(db, id, clock(at)))


def organisations_at(db: Database, ids: Iterable[int] | None, at: dt.datetime) -> list[Organisation]:
    """These organisations (None: all) by name, as :func:`organisation_at` gives each, in one query."""
    acting = owners_of_all(db, at)
    wanted = "" if ids is None else "WHERE id IN (SELECT value FROM json_each(?))"
    values = [] if ids is None else [json.dumps(list(ids))]
    rows = list(db.query(f"{_QUERY} {wanted} ORDER BY name, id", values))
    return [Organisation(**row, owners=acting.get(row["id"], ())) for row in rows]


def _faults(name: str, kind: str) -> list[Fault]:
    found = []
    if not name.strip() or len(name) > limit("title_longest"):
        most = limit("title_longest")
        found.append(Fault("", "name", shown(name), "application.organisation.name", {"most": most}))
    if kind not in APPLICANT_KINDS:
        found.append(Fault("", "kind", shown(kind), "application.organisation.kind"))
    return found
