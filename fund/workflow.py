"""The ways through the fund, read from ``data/workflows.toml``: states, transitions, who may, and what must hold.

    moved = move(write, actor, "application", row, "submit", guards={"complete": …, …}, at=now)

What always holds: a row changes its state here and nowhere else; only along a transition of the table; only by who has
its right; and only where every guard that the table names has been looked at and found nothing. The caller adds the
postings and messages to the same write, so that all of it happens or none.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from data.audit import history
from data.faults import Fault, Faults
from data.permission import RIGHTS, Actor, may, require
from data.phrases import Lang, say
from data.store import Write
from fund.rows import row_at

FILE = Path(__file__).parent.parent / "data" / "workflows.toml"
Guard = Callable[[], Iterable[Fault]]


@dataclass(frozen=True)
class Transition:
    """One step: ``action`` leads from any of ``sources`` to ``target``, with a right and the guards that must hold."""

    kind: str
    action: str
    sources: tuple[str, ...]
    target: str
    right: str
    guards: tuple[str, ...]


@dataclass(frozen=True)
class Workflow:
    """The states of a kind of row, its first and its last ones, and the transitions between them.

    ``ends`` are the states in which a row may rest: the last ones, and those that little but an appeal leads out of.
    """

    kind: str
    first: str
    last: tuple[str, ...]
    ends: tuple[str, ...]
    transitions: tuple[Transition, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the table comes to them."""
        named = [self.first, *(state for one in self.transitions for state in (*one.sources, one.target))]
        return tuple(dict.fromkeys(named))

    def transition(self, action: str) -> Transition:
        """The transition of that name. Raises KeyError where there is none."""
        found = [one for one in self.transitions if one.action == action]
        if not found:
            raise KeyError(f"{self.kind} has no action {action}")
        return found[0]

    def actions(self, state: str) -> tuple[str, ...]:
        """What can be done in a state, by anyone."""
        return tuple(one.action for one in self.transitions if state in one.sources)


class Versioned(Protocol):
    """What was read of a row: its number, and its version now."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


@cache
def workflows() -> Mapping[str, Workflow]:
    """Every workflow by its kind. Raises ValueError where the table contradicts itself."""
    with FILE.open("rb") as stream:
        raw = tomllib.load(stream)
    made = {kind: _workflow(kind, entry) for kind, entry in raw.items()}
    if wrong := [line for one in made.values() for line in _contradictions(one)]:
        raise ValueError("; ".join(wrong))
    return made


def may_do(actor: Actor, kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """What the actor may try with a row as it stands; its guards are looked at when it is done."""
    flow = workflows()[kind]
    return tuple(one for one in flow.actions(row["state"]) if may(actor, flow.transition(one).right, row))


def move(
    write: Write,
    actor: Actor,
    kind: str,
    row: Mapping[str, Any],
    action: str,
    *,
    guards: Mapping[str, Guard] | None = None,
    changes: Mapping[str, Any] | None = None,
    at: dt.datetime,
) -> int:
    """Move a row, as it was read with its version, along a transition; its new version.

    ``guards`` gives a check for every guard of the transition, by name: what they find is raised together, and nothing
    is done. ``changes`` are other columns that change with the state. A row that this actor has just moved in this way
    is left as it is: a double click does it once. Raises Refused, :class:`Faults`, and Conflict where someone else
    changed the row; KeyError where a guard isn't given, since an unlooked-at condition is a mistake in the program.
    """
    step = workflows()[kind].transition(action)
    require(actor, step.right, row)
    now = next(iter(write.db.query(f'SELECT * FROM "{kind}" WHERE id = ?', [row["id"]])), None)
    if now is not None and _done_already(write, actor, step, row, now):
        return int(now["version"])
    checks = [(guards or {})[name] for name in step.guards]
    moved = {"state": step.target, "moved_at": at.astimezone(dt.UTC).isoformat(timespec="seconds"), **(changes or {})}
    if now is not None and now["version"] == row["version"]:  # else someone was first: the write below says who
        if now["state"] not in step.sources:
            raise Faults([_not_possible(kind, now["state"], action)])
        if faults := [fault for check in checks for fault in check()]:
            raise Faults(faults)
    return write.update_row(kind, row["id"], row["version"], moved)


def step(
    write: Write,
    actor: Actor,
    kind: str,
    one: Versioned,
    version: int,
    action: str,
    guards: Mapping[str, Guard],
    done: Callable[[], object] | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    at: dt.datetime,
) -> int:
    """Move ``one``, as it stands, from the ``version`` that a page showed, and do what follows; its new version.

    ``done`` follows in the same write, and once: not where a second click finds the row moved already. It belongs to
    ``one.owners``, where it has some. Raises as :func:`move`, and LookupError where it never had that version.
    """
    row = {**row_at(write.db, kind, one.id, version), "owners": getattr(one, "owners", ())}
    moved = move(write, actor, kind, row, action, guards=guards, changes=changes, at=at)
    if done is not None and one.version == version:
        done()
    return moved


def state_name(kind: str, state: str, lang: Lang, *, public: bool = False) -> str:
    """A state as the fund's people read it, or as the applicant and the public do."""
    return say(f"workflow.{kind}.{state}.public" if public else f"workflow.{kind}.{state}.state", lang)


def action_name(kind: str, action: str, lang: Lang) -> str:
    """What is done, as a button says it."""
    return say(f"workflow.{kind}_action.{action}", lang)


def _not_possible(kind: str, state: str, action: str) -> Fault:
    figures = {
        f"{what}_{lang}": name
        for lang in ("nb", "en")
        for what, name in (("state", state_name(kind, state, lang)), ("action", action_name(kind, action, lang)))
    }
    return Fault("", kind, state, "workflow.not_possible", figures)


def _done_already(write: Write, actor: Actor, step: Transition, row: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the row is where the step leads since this actor took it there, from the version that was read."""
    if now["state"] != step.target or now["version"] != row["version"] + 1 or row["state"] not in step.sources:
        return False
    last = history(write.db, step.kind, str(row["id"]))[-1]
    return last.actor == actor.id and (last.after or {}).get("state") == step.target


def _workflow(kind: str, entry: Mapping[str, Any]) -> Workflow:
    steps = tuple(
        Transition(kind, one["action"], tuple(one["from"]), one["to"], one["right"], tuple(one.get("guards", ())))
        for one in entry["transition"]
    )
    return Workflow(kind, entry["first"], tuple(entry["last"]), tuple(entry.get("ends", entry["last"])), steps)


def _contradictions(flow: Workflow) -> Iterable[str]:
    """What is wrong with a table: rights that aren't there, actions twice, states that nothing leads to or out of."""
    actions = [one.action for one in flow.transitions]
    reached, left = {one.target for one in flow.transitions}, {s for one in flow.transitions for s in one.sources}
    yield from (f"{flow.kind}: {name} stands twice" for name in set(actions) if actions.count(name) > 1)
    yield from (f"{flow.kind}: no right {one.right}" for one in flow.transitions if one.right not in RIGHTS)
    yield from (f"{flow.kind}: nothing leads to {s}" for s in flow.states if s != flow.first and s not in reached)
    yield from (f"{flow.kind}: nothing leads out of {s}" for s in flow.states if s not in left and s not in flow.last)
    yield from (f"{flow.kind}: {s} is no last state" for s in flow.last if s in left or s not in reached)
    yield from (f"{flow.kind}: {s} is a last state and no end" for s in flow.last if s not in flow.ends)
    yield from (f"{flow.kind}: no state {s} to end in" for s in flow.ends if s not in reached)
