"""Calls of a scheme: planned, open from a day to a day, closed, decided.

A call has the scheme's rules as they stood when it opened, so that a change of the scheme never changes a call that
people are applying to. It takes applications from 00:00:00 of its first day to 23:59:59 of its last in Norway, whether
or not someone has come to close it; extensions are rows of their own (:mod:`fund.extensions`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import canonical
from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.phrases import Lang
from data.store import Store
from fund.books.frames import frame_at
from fund.deadlines import clock, in_time, last_moment, oslo_day, stamp
from fund.extensions import Extension, due_day, extend, extensions
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.schemes import Scheme
from fund.workflow import Guard, may_do, step, workflows
from impact.register import plain

State = Literal["planned", "open", "closed", "decided", "cancelled"]
DEADLINE = "deadline"
_COLUMNS = "id, scheme, title_nb, title_en, year, opens, closes, frame, state, version"
_QUERY = f"SELECT {_COLUMNS} FROM call"


@dataclass(frozen=True)
class Call:
    """A call. ``closes`` is its last day as it was announced, ``due`` the one that holds with extensions."""

    id: int
    scheme: str
    title_nb: str
    title_en: str
    year: int
    opens: dt.date
    closes: dt.date
    frame: int | None
    state: State
    version: int
    due: dt.date

    def title(self, lang: Lang) -> str:
        return self.title_nb if lang == "nb" else self.title_en

    @property
    def deadline(self) -> dt.datetime:
        """The last second that an application is in time, UTC."""
        return last_moment(self.due)

    def takes(self, at: dt.datetime) -> bool:
        """Whether an application may be sent at that moment."""
        return self.state == "open" and self.opens <= oslo_day(at) <= self.due


def plan_call(
    store: Store,
    actor: Actor,
    scheme: Scheme,
    titles: tuple[str, str],
    year: int,
    opens: dt.date,
    closes: dt.date,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Plan a call of a scheme for a year's money; its number. ``titles`` in bokmål and English.

    A call that is planned already, the same in everything, is not planned again: a second click gives its number.
    Needs ``call.manage``. Raises :class:`Faults` for titles that are missing and days in the wrong order.
    """
    require(actor, "call.manage")
    row = _checked(scheme, titles, year, opens, closes)
    with store.write(actor.id, "call.plan") as write:
        same = {**row, "opens": opens.isoformat(), "closes": closes.isoformat(), "state": workflows()["call"].first}
        query = f"SELECT id FROM call WHERE {' AND '.join(f'{name} = ?' for name in same)}"
        if held := write.db.execute(query, list(same.values())).fetchone():
            return int(held[0])
        return int(write.insert("call", {**row, "state": workflows()["call"].first, "moved_at": stamp(clock(at))}))


def save_call(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    scheme: Scheme,
    titles: tuple[str, str],
    year: int,
    opens: dt.date,
    closes: dt.date,
) -> int:
    """Change a call that hasn't opened; its new version. As :func:`plan_call`; Conflict where someone changed it."""
    require(actor, "call.manage")
    row = _checked(scheme, titles, year, opens, closes)
    with store.write(actor.id, "call.save", audited=False) as write:
        _still_planned(write.db, id)
        return write.update_row("call", id, version, row)


def set_frame(store: Store, actor: Actor, id: int, version: int, frame: int) -> int:
    """Say which frame the call gives from: its year's own, or one of the call's own. The new version.

    Needs ``call.manage``. Raises :class:`Faults` for a frame that isn't there, of another year or of another call.
    """
    require(actor, "call.manage")
    with store.write(actor.id, "call.frame", audited=False) as write:
        call = _still_planned(write.db, id)
        if faults := _frame_faults(write.db, call, frame):
            raise Faults(faults)
        return write.update_row("call", id, version, {"frame": frame})


def open_call(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Open a call on its first day or later; its new version. Raises :class:`Faults` with all that is lacking."""
    return _move(store, actor, id, version, "open", clock(at))


def close_call(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Close a call whose deadline has passed; its new version."""
    return _move(store, actor, id, version, "close", clock(at))


def decide_call(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Set a call as decided when every application that was sent has come to an end; its new version."""
    return _move(store, actor, id, version, "decide", clock(at))


def cancel_call(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Cancel a call that nobody has sent anything to; its new version."""
    return _move(store, actor, id, version, "cancel", clock(at))


def what_hinders(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> dict[str, tuple[Fault, ...]]:
    """What the actor may try with a call as it stands, and what keeps each from being done now; () where nothing does.

    Raises LookupError where there is no such call.
    """
    with store.read() as db:
        call = call_at(db, id)
        guards, flow = _guards(db, call, clock(at)), workflows()["call"]
        return {
            action: tuple(fault for name in flow.transition(action).guards for fault in guards[name]())
            for action in may_do(actor, "call", {"state": call.state})
        }


def extend_call(
    store: Store, actor: Actor, id: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Give everyone until the end of a later day, before the call is closed; the extension's number.

    Needs ``call.manage``. Raises :class:`Faults` as :func:`fund.extensions.extend` does, and where it isn't open.
    """
    require(actor, "call.manage")
    with store.write(actor.id, "call.extend") as write:
        call = call_at(write.db, id)
        if call.state != "open":
            raise Faults([Fault("", "call", call.state, "application.call.not_open", {"day": str(call.due)})])
        return extend(write, actor, "call", id, DEADLINE, call.closes, until, reason, at=clock(at))


def get_call(store: Store, actor: Actor, id: int) -> Call:
    """A call: for everyone once it has opened, before that for the fund's people. Raises LookupError, Refused."""
    with store.read() as db:
        call = call_at(db, id)
    if not _seen_by(actor, call):
        require(actor, "call.manage")
    return call


def list_calls(store: Store, actor: Actor) -> list[Call]:
    """The calls that the actor sees, those with the latest deadline first."""
    with store.read() as db:
        found = [_call(db, row) for row in db.query(f"{_QUERY} ORDER BY closes DESC, id DESC")]
    return [one for one in found if _seen_by(actor, one)]


def due_calls(
    store: Store, actor: Actor, *, at: dt.datetime | None = None
) -> list[tuple[Call, Literal["open", "close"]]]:
    """The calls that are to be opened or closed by now: for the list of things to do. Needs ``call.run``."""
    require(actor, "call.run")
    moment, found = clock(at), []
    for one in list_calls(store, actor):
        if one.state == "planned" and oslo_day(moment) >= one.opens:
            found.append((one, "open"))
        elif one.state == "open" and not in_time(moment, one.due):
            found.append((one, "close"))
    return found  # type: ignore[return-value]


def sent_by_call(store: Store, actor: Actor) -> dict[int, int]:
    """How many applications were sent to each call, those that were withdrawn left out. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    query = "SELECT call, count(*) FROM application WHERE number IS NOT NULL AND state <> 'withdrawn' GROUP BY call"
    with store.read() as db:
        return dict(db.execute(query).fetchall())


def get_call_scheme(store: Store, actor: Actor, id: int) -> Scheme:
    """The rules of a call, as they stand in it. As :func:`get_call`, and :class:`Faults` where they can't be read."""
    get_call(store, actor, id)
    with store.read() as db:
        return call_scheme(db, id)


def call_extensions(store: Store, actor: Actor, id: int) -> list[Extension]:
    """Each time that the call's deadline was moved, oldest first, with the reason. As :func:`get_call`."""
    get_call(store, actor, id)
    with store.read() as db:
        return extensions(db, "call", id, DEADLINE)


def call_scheme(db: Database, id: int) -> Scheme:
    """The rules of a call, as they stand in it. Raises :class:`Faults` where they can't be read."""
    (document,) = db.execute("SELECT scheme_document FROM call WHERE id = ?", [id]).fetchone()
    return read_scheme(json.loads(document or "{}"))


def call_at(db: Database, id: int) -> Call:
    """A call, asking nobody's leave. Raises LookupError where there is none."""
    found = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if found is None:
        raise LookupError(f"no call {id}")
    return _call(db, found)


def _move(store: Store, actor: Actor, id: int, version: int, action: str, at: dt.datetime) -> int:
    with store.write(actor.id, f"call.{action}", audited=False) as write:  # a second click changes nothing
        call = call_at(write.db, id)
        return step(write, actor, "call", call, version, action, _guards(write.db, call, at), at=at)


def _guards(db: Database, call: Call, at: dt.datetime) -> Mapping[str, Guard]:
    """Every guard of a call's transitions, by its name in the workflow."""
    early = Fault("", "opens", str(call.opens), "application.call.too_early", {"day": str(call.opens)})
    late = Fault("", "closes", str(call.due), "application.call.not_passed", {"day": str(call.due)})
    return {
        "scheme_whole": lambda: _scheme_faults(db, call.id),
        "frame_set": lambda: _frame_faults(db, call, call.frame),
        "opening_reached": lambda: [] if oslo_day(at) >= call.opens else [early],
        "deadline_passed": lambda: [late] if in_time(at, call.due) else [],
        "every_case_decided": lambda: _undecided(db, call.id),
        "nothing_sent": lambda: _sent_to(db, call.id),
    }


def _undecided(db: Database, id: int) -> list[Fault]:
    """Applications that were sent and haven't come to an end."""
    ends = workflows()["application"].ends
    query = f"SELECT number FROM application WHERE call = ? AND number IS NOT NULL AND state NOT IN ({_marks(ends)})"
    left = [number for (number,) in db.execute(f"{query} ORDER BY number", [id, *ends]).fetchall()]
    figures = {"count": len(left), "numbers": ", ".join(left[:20])}
    return [Fault("", "call", str(id), "application.call.undecided", figures)] if left else []


def _sent_to(db: Database, id: int) -> list[Fault]:
    """A fault where someone has sent an application and not withdrawn it."""
    query = "SELECT count(*) FROM application WHERE call = ? AND number IS NOT NULL AND state <> 'withdrawn'"
    (count,) = db.execute(query, [id]).fetchone()
    return [Fault("", "call", str(id), "application.call.sent_to", {"count": count})] if count else []


def _checked(scheme: Scheme, titles: tuple[str, str], year: int, opens: dt.date, closes: dt.date) -> dict[str, Any]:
    """The columns of a call. Raises :class:`Faults`."""
    faults, most = [], limit("title_longest")
    for lang, title in zip(("nb", "en"), titles, strict=True):
        if not title.strip() or len(title) > most:
            faults.append(Fault("", f"title_{lang}", shown(title), "application.call.title", {"most": most}))
    if closes < opens:
        faults.append(Fault("", "closes", str(closes), "application.call.order", {"day": str(opens)}))
    if type(year) is not int or not 1000 <= year <= 9999:
        faults.append(Fault("", "year", shown(year), "ledger.year"))
    if faults:
        raise Faults(faults)
    return {
        "scheme": scheme.key,
        "scheme_document": canonical(plain(dict(scheme.document))),
        "title_nb": titles[0].strip(),
        "title_en": titles[1].strip(),
        "year": year,
        "opens": opens,
        "closes": closes,
    }


def _still_planned(db: Database, id: int) -> Call:
    call = call_at(db, id)
    if call.state != "planned":
        raise Faults([Fault("", "call", call.state, "application.call.opened")])
    return call


def _scheme_faults(db: Database, id: int) -> list[Fault]:
    """What keeps the scheme's rules from being read."""
    try:
        call_scheme(db, id)
    except Faults as wrong:
        return list(wrong.faults)
    return []


def _frame_faults(db: Database, call: Call, number: int | None) -> list[Fault]:
    """What keeps a frame from being the call's: none, not there, empty, of another year or call."""
    if number is None:
        return [Fault("", "frame", "", "application.call.no_frame")]
    try:
        frame = frame_at(db, number)
    except Faults as wrong:
        return list(wrong.faults)
    if frame.year != call.year:
        return [Fault("", "frame", str(number), "application.call.frame_year", {"year": frame.year, "own": call.year})]
    if frame.call not in (0, call.id):
        return [Fault("", "frame", str(number), "application.call.frame_call", {"call": frame.call})]
    return [] if frame.amount > 0 else [Fault("", "frame", str(number), "application.call.frame_empty")]


def _seen_by(actor: Actor, call: Call) -> bool:
    hidden = call.state in ("planned", "cancelled")
    return not hidden or bool(may(actor, "ledger.read") or may(actor, "call.run"))


def _call(db: Database, row: Mapping[str, Any]) -> Call:
    opens, closes = (dt.date.fromisoformat(row[name]) for name in ("opens", "closes"))
    due = due_day(db, "call", row["id"], DEADLINE, closes)
    return Call(**{**row, "opens": opens, "closes": closes}, due=due)


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))
