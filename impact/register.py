"""The register of events: from the first idea to the evaluation, with their documents, states, series and history.

A document is an event as its file has it (:func:`impact.event_reading.read_event`), but may be incomplete: what is
missing is asked for when an estimate is locked. What lists need (names, kind, municipality, days) is taken from the
document at every save. Who is only an applicant finds its own events and no others.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from data.audit import Entry, canonical, history, now
from data.faults import Fault, Faults
from data.paths import read_path
from data.permission import Actor, may, require
from data.phrases import Lang, say
from data.store import Store, Write
from impact.entry_reading import as_date
from impact.searching import clause, searchable

State = Literal["idea", "bid", "confirmed", "held", "evaluated", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
MAX_BYTES = 2_000_000
"""Of one document: an event has a few thousand."""

Document = dict[str, Any]
_LISTED = (
    "id, version, state, series, edition, name_nb, name_en, kind, municipality, first_day, last_day, venues, crews,"
    " owner, sample, changed_at"
)
DERIVED = ("name_nb", "name_en", "kind", "municipality", "first_day", "last_day", "changed_at", "found")
"""Columns that follow from the others."""
_COLUMNS = ("state", "series", "edition", "venues", "crews")
"""What may be saved beside the document."""
_AS_JSON = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
    default=lambda day: day.isoformat(),
)
"""As the audit's canonical form, and it takes dates."""
ORDERS = {
    "first_day": "first_day DESC NULLS LAST, id DESC",
    "first_day_rising": "first_day ASC NULLS LAST, id",
    "changed_at": "changed_at DESC, id DESC",
    "name_nb": "name_nb, id",
    "name_en": "name_en, id",
    "state": "state, first_day DESC NULLS LAST, id DESC",
}


@dataclass(frozen=True)
class EventRow:
    """An event as a line of a list. ``venues`` are halls and grounds, ``crews`` who must be there to hold it."""

    id: int
    version: int
    state: State
    series: str
    edition: str
    name_nb: str
    name_en: str
    kind: str
    municipality: str
    first_day: dt.date | None
    last_day: dt.date | None
    venues: tuple[str, ...]
    crews: tuple[str, ...]
    owner: str
    sample: bool
    changed_at: str

    def name(self, lang: Lang) -> str:
        """Its name, in the other language where it has none in this one."""
        names = (self.name_nb, self.name_en) if lang == "nb" else (self.name_en, self.name_nb)
        return names[0] or names[1]

    @property
    def days(self) -> int | None:
        """Number of days from the first to the last, both counted; None where they aren't known."""
        return (self.last_day - self.first_day).days + 1 if self.first_day and self.last_day else None


@dataclass(frozen=True)
class Registered:
    """An event of the register: its row, and its document."""

    row: EventRow
    document: Document


@dataclass(frozen=True)
class FieldChange:
    """One change of the history: ``("document", "audience", "Tilreisende", "visits")``; None for what isn't there."""

    path: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True)
class Search:
    """What a list shows. Empty parts don't narrow it; events count as within ``since`` and ``until`` by any one day.

    ``text`` is sought in names, series, kind and venues, each word by itself, capitals or not.
    """

    text: str = ""
    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    municipalities: Sequence[str] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    series: str = ""
    samples: bool = True


def create_event(
    store: Store,
    actor: Actor,
    document: Document,
    *,
    state: str = "idea",
    series: str = "",
    edition: str = "",
    venues: Iterable[str] = (),
    crews: Iterable[str] = (),
) -> int:
    """Add an event that ``actor`` owns; its number. Raises :class:`Faults` where the document is far too large."""
    require(actor, "event.create")
    row = new_row(actor, document, state=state, series=series, edition=edition, venues=venues, crews=crews)
    with store.write(actor.id, "event.create") as write:
        return int(write.insert("event", row, derived=DERIVED))


def create_events(store: Store, actor: Actor, rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """Add many events at once, all or none; their numbers in order. Each row has :func:`create_event`'s arguments."""
    require(actor, "event.import")
    at = now()
    made = [new_row(actor, **row, at=at) for row in rows]
    with store.write(actor.id, "event.import") as write:
        return [int(key) for key in write.insert_rows("event", made, derived=DERIVED)]


def get_event(store: Store, actor: Actor, id: int) -> Registered:
    """An event by its number. Raises LookupError where there is none, and Refused where it is another's."""
    with store.read() as db:
        found = next(iter(db.query(f"SELECT {_LISTED}, document FROM event WHERE id = ?", [id])), None)
    if found is None:
        require(actor, "event.read")
        raise LookupError(f"no event {id}")
    document = json.loads(found.pop("document"))
    row = as_row(found)
    require(actor, "event.read", row)
    return Registered(row, document)


def save_event(
    store: Store, actor: Actor, id: int, version: int, *, document: Document | None = None, **columns: Any
) -> int:
    """Save a document, or any of ``state``, ``series``, ``edition``, ``venues`` and ``crews``; the new version.

    Raises :class:`data.store.Conflict` where someone saved it since ``version`` or deleted it, LookupError where it
    never was. The sample flag and the owner stay.
    """
    if unknown := set(columns) - set(_COLUMNS):
        raise TypeError(f"an event has no {', '.join(sorted(unknown))} to save")
    with store.write(actor.id, "event.save") as write:
        changes = _changes(columns, document)
        found = list(write.db.query("SELECT * FROM event WHERE id = ?", [id]))
        require(actor, "event.write", found[0] if found else None)
        return write.update_row("event", id, version, changes, derived=_derived_anew(found, changes, document))


def delete_event(store: Store, actor: Actor, id: int, version: int) -> None:
    """Delete an event that no estimate is locked on; drafts of it stay with those who wrote them.

    Raises :class:`Faults` where something is locked on it or was counted or asked of it, and as :func:`save_event`.
    """
    with store.write(actor.id, "event.delete") as write:
        found = list(write.db.query("SELECT owner, name_nb FROM event WHERE id = ?", [id]))
        require(actor, "event.delete", found[0] if found else None)
        for table in ("estimate", "count_series", "survey"):
            if count := write.db.execute(f"SELECT count(*) FROM {table} WHERE event = ?", [id]).fetchone()[0]:
                raise Faults([Fault("", found[0]["name_nb"], "", f"register.kept.{table}", {"count": count})])
        for key, held in write.db.execute("SELECT id, version FROM lesson WHERE event = ?", [id]).fetchall():
            write.delete_row("lesson", key, held)
        write.delete_row("event", id, version)


def list_events(
    store: Store,
    actor: Actor,
    search: Search | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    order: str = "first_day",
) -> tuple[list[EventRow], int]:
    """A page of the events that ``search`` finds, and how many there are in all; ``order`` is a key of ``ORDERS``."""
    where, values = _where(search or Search(), actor)
    with store.read() as db:
        (count,) = db.execute(f"SELECT count(*) FROM event WHERE {where}", values).fetchone()
        page = f"SELECT id FROM event WHERE {where} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?"
        # The page is found in the index alone, and only its rows are read.
        query = f"SELECT {_LISTED} FROM event WHERE id IN ({page}) ORDER BY {ORDERS[order]}"
        rows = [as_row(one) for one in db.query(query, [*values, limit, offset])]
    return rows, count


def copy_event(store: Store, actor: Actor, id: int, first_day: dt.date) -> int:
    """A new edition of an event that begins on ``first_day``, as an idea that ``actor`` owns; its number.

    Days and nights are shifted by as many days as the first day is; every number keeps its grounds, which say whence
    they were copied. What hotels sold during the earlier one is left out, since it tells nothing of the next.
    """
    require(actor, "event.create")
    earlier = get_event(store, actor, id)
    row = earlier.row
    mark = say("register.copied", "nb", event=f"{row.name('nb')} ({row.id})")
    return create_event(
        store,
        actor,
        _marked(_shifted(earlier.document, row.first_day, first_day), mark),
        series=row.series,
        edition=str(first_day.year),
        venues=row.venues,
        crews=row.crews,
    )


def state_name(state: str, lang: Lang) -> str:
    """A state as people read it."""
    return say(f"register.state.{state}", lang)


def editions(store: Store, actor: Actor, row: EventRow) -> list[EventRow]:
    """The other editions of the same series, newest first."""
    if not row.series:
        return []
    found, _ = list_events(store, actor, Search(series=row.series), limit=-1)
    return [one for one in found if one.id != row.id]


def event_history(store: Store, actor: Actor, id: int) -> list[Entry]:
    """Everything that was done to an event, oldest first; :func:`fields_changed` says what.

    Raises LookupError where there never was such an event.
    """
    with store.read() as db:
        found = next(iter(db.query("SELECT owner FROM event WHERE id = ?", [id])), None)
        entries = history(db, "event", str(id))
    if not found and not entries:
        raise LookupError(f"no event {id}")
    require(actor, "event.read", found or entries[-1].before or {})
    return entries


def fields_changed(entry: Entry) -> list[FieldChange]:
    """What one entry of the history changed, by path; nothing for an event that was made or deleted."""
    if entry.before is None or entry.after is None:
        return []
    before = {**dict.fromkeys(entry.after), **entry.before}
    found = {name: (before[name], value) for name, value in entry.after.items() if name != "version"}
    for name in found.keys() & {"venues", "crews"}:
        found[name] = (json.loads(found[name][0]), json.loads(found[name][1]))
    return [FieldChange(read_path(name), *both) for name, both in found.items()]


# -- what other modules of the register share


def new_row(
    actor: Actor,
    document: Document,
    *,
    state: str = "idea",
    series: str = "",
    edition: str = "",
    venues: Iterable[str] = (),
    crews: Iterable[str] = (),
    sample: bool = False,
    at: str | None = None,
) -> dict[str, Any]:
    """The columns of a new event, made ``at`` a moment (now, where none is given)."""
    venues = _stripped(venues)
    changes = _changes(
        {"state": state, "series": series, "edition": edition, "venues": venues, "crews": crews}, document
    )
    row = {"owner": actor.id, "sample": sample, **changes}
    return row | _derived(row, document, venues, at or now())


def as_row(found: Mapping[str, Any]) -> EventRow:
    """A row of the table as the domain talks about it."""
    days = {name: dt.date.fromisoformat(found[name]) if found[name] else None for name in ("first_day", "last_day")}
    lists = {name: tuple(json.loads(found[name])) for name in ("venues", "crews")}
    return EventRow(**{**found, **days, **lists, "sample": bool(found["sample"])})


def save_document(write: Write, id: int, version: int, document: Document | None, **columns: Any) -> int:
    """As :func:`save_event`, within a write that has asked for the right to."""
    changes = _changes(columns, document)
    found = list(write.db.query("SELECT * FROM event WHERE id = ?", [id]))
    return write.update_row("event", id, version, changes, derived=_derived_anew(found, changes, document))


class Known(NamedTuple):
    """What tells whether an event of a file is in the register already; the day as ISO text."""

    name_nb: str
    first_day: str | None
    municipality: str


def known_events(store: Store, actor: Actor) -> list[Known]:
    """All events that ``actor`` may see."""
    where, values = _where(Search(), actor)
    with store.read() as db:
        return list(map(Known._make, db.execute(f"SELECT {', '.join(Known._fields)} FROM event WHERE {where}", values)))


def sees_all(actor: Actor) -> bool:
    """Whether ``actor`` may read every event, or (having the right at all) only its own."""
    require(actor, "event.read")
    return bool(may(actor, "event.read", {}))


def plain(value: Any) -> Any:
    """A document as JSON has it: dates as ISO text, and nothing instead of null."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value if one is not None]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _changes(columns: Mapping[str, Any], document: Document | None) -> dict[str, Any]:
    """The columns to store."""
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in columns.items()}
    if changes.get("state", STATES[0]) not in STATES:
        raise ValueError(f"no state {changes['state']}")
    for name in ("venues", "crews"):
        if name in changes:
            changes[name] = canonical(_stripped(changes[name]))
    if document is not None:
        text = _AS_JSON.encode(document)
        changes["document"] = canonical(plain(document)) if "null" in text else text
        if (size := len(text.encode())) > MAX_BYTES:
            raise Faults([Fault("", "", str(size), "register.too_large", {"limit": MAX_BYTES})])
    return changes


def _stripped(names: Iterable[str]) -> list[str]:
    return [name for one in names if (name := one.strip())]


def _derived_anew(found: list[dict[str, Any]], changes: Mapping[str, Any], document: Document | None) -> dict[str, Any]:
    """What follows from the row that was found when it is changed; nothing where it is gone."""
    if not found:
        return {}
    row = {**found[0], **changes}
    document = json.loads(row["document"]) if document is None else document
    return _derived(row, document, json.loads(row["venues"]), now())


def _derived(row: Mapping[str, Any], document: Document, venues: Iterable[str], at: str) -> dict[str, Any]:
    """What follows from an event's columns, its document and its venues, for lists."""
    about = found if isinstance(found := document.get("event"), dict) else {}
    nb, en, kind, municipality = [str(about.get(name) or "") for name in ("name_nb", "name_en", "kind", "municipality")]
    first = as_date(about.get("first_day"))
    last = as_date(about.get("last_day")) or first
    return {
        "name_nb": nb,
        "name_en": en,
        "kind": kind,
        "municipality": municipality,
        "first_day": first.isoformat() if first else None,
        "last_day": last.isoformat() if last else None,
        "changed_at": at,
        "found": searchable((nb, en, row["series"], row["edition"], kind, *venues)),
    }


def _where(search: Search, actor: Actor) -> tuple[str, list[Any]]:
    """The condition that finds what ``search`` asks for and ``actor`` may see, and its values."""
    parts: list[tuple[str, list[Any]]] = [clause("found", search.text)]
    for column, wanted in (
        ("state", search.states),
        ("kind", search.kinds),
        ("municipality", search.municipalities),
        ("series", [search.series] if search.series else ()),
    ):
        if wanted:
            parts.append((f"{column} IN ({', '.join('?' * len(wanted))})", list(wanted)))
    if search.since:
        parts.append(("last_day >= ?", [search.since.isoformat()]))
    if search.until:
        parts.append(("first_day <= ?", [search.until.isoformat()]))
    if not search.samples:
        parts.append(("sample = 0", []))
    if not sees_all(actor):
        parts.append(("owner = ?", [actor.id]))
    return " AND ".join(part for part, _ in parts), [value for _, values in parts for value in values]


def _shifted(document: Document, earlier: dt.date | None, first_day: dt.date) -> Document:
    """The document with its days moved, and the year where its names have it; nights are left out where it had no day.

    Money stays in the kroner of its price year.
    """
    document = copy.deepcopy(document)
    about = document.setdefault("event", {})
    nights = document.pop("night", [])
    last_day = as_date(about.pop("last_day", None))
    about["first_day"] = first_day.isoformat()
    if earlier is None:
        return document
    days = first_day - earlier
    if last_day:
        about["last_day"] = (last_day + days).isoformat()
    for name in ("id", "name_nb", "name_en"):
        if name in about:
            about[name] = re.sub(rf"\b{earlier.year}\b", str(first_day.year), str(about[name]))
    dated = [(row, as_date(row.get("date"))) for row in nights if isinstance(row, dict)]
    kept = [{**row, "date": (date + days).isoformat()} for row, date in dated if date]
    if kept:
        document["night"] = [{name: one for name, one in row.items() if name != "sold"} for row in kept]
    return document


def _marked(value: Any, mark: str) -> Any:
    """``value`` with ``mark`` after every source in it, but for those that say already where they were copied from."""
    if isinstance(value, list):
        return [_marked(one, mark) for one in value]
    if not isinstance(value, dict):
        return value
    inside = {name: _marked(one, mark) for name, one in value.items()}
    source = value.get("source", "")
    if "evidence" in value and isinstance(source, str) and mark.partition(" ")[0] not in source:
        inside["source"] = "; ".join(part for part in (source, mark) if part)
    return inside
