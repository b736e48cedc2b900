"""What someone has typed and not yet kept: one draft an event and account, and how it is merged with others' work.

    save_draft(store, actor, event, document, base=3)     # at every pause; no audit, no version
    version = keep_draft(store, actor, event)             # into the register; raises Clashes

Both sides are compared with the document that the draft began from, path by path: what only one changed is taken, what
both changed to different values is asked about. Nothing typed is lost: a draft stays until it is kept or dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from data.audit import Entry, canonical, history, now
from data.faults import Fault, Faults
from data.paths import NOTHING, Path, is_order, parts, read_path, same, undone, written
from data.permission import Actor, require
from data.store import Store, Write
from impact.register import Document, plain, save_document

Choice = Literal["mine", "theirs"]
_EVENT = "SELECT id, version, owner, name_nb, document FROM event WHERE id = ?"
_DRAFT = "SELECT document, base_version, saved_at, base, event FROM draft WHERE event = ? AND account = ?"


@dataclass(frozen=True)
class Draft:
    """A draft: the document as it was typed, the version and the document of the event that it began from."""

    document: Document
    base_version: int
    saved_at: str
    base: Document
    event: int


@dataclass(frozen=True)
class Clash:
    """A path that both changed, to different values; ``NOTHING`` where one has no such thing (or there was none).

    ``who`` (an account's id) and ``at`` (UTC) say who changed it last in the register; "" where that is not known.
    """

    path: str
    base: Any
    mine: Any
    theirs: Any
    who: str = ""
    at: str = ""


@dataclass(frozen=True)
class Merge:
    """Both sides' work in one document; where they clash it has mine."""

    document: Document
    clashes: tuple[Clash, ...]


class Clashes(Exception):
    """Both changed the same, to different values. Nothing was stored; ``clashes`` are to be chosen between."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        super().__init__(", ".join(one.path for one in clashes))


def save_draft(
    store: Store, actor: Actor, event_id: int, document: Document, base: int, *, seen: Document | None = None
) -> str:
    """Keep what is typed so far, with the event's version that it began from; when it was saved (UTC).

    ``seen`` is the draft's document as the form last read it: where another tab has saved since, both are merged, and
    :class:`Clashes` raised where they changed the same. Raises LookupError where there never was such an event,
    :class:`Faults` where it was deleted (and there is no draft of it yet), ValueError for a version that it never had.
    """
    with store.write(actor.id, "draft.save", audited=False) as write:
        found = next(iter(write.db.query(_EVENT, [event_id])), None)
        draft = _draft(write, actor, event_id)
        if found is None and draft is None:
            raise _gone(write, event_id)
        require(actor, "event.write", found)
        if draft is not None and draft.base_version == base:
            start = draft.base
        elif found is not None:
            start = document_at(write, found, base)
        else:
            raise _gone(write, event_id)
        document = plain(document)
        if seen is not None and draft is not None and draft.base_version == base:
            made = merge(seen, document, draft.document)
            if made.clashes:
                raise Clashes(tuple(replace(one, who=actor.id, at=draft.saved_at) for one in made.clashes))
            document = made.document
        at = now()
        write.db.execute(
            "INSERT INTO draft (event, account, base_version, base, document, saved_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (event, account) DO UPDATE SET base_version = excluded.base_version, base = excluded.base,"
            " document = excluded.document, saved_at = excluded.saved_at",
            (event_id, actor.id, base, canonical(start), canonical(document), at),
        )
    return at


def read_draft(store: Store, actor: Actor, event_id: int) -> Draft | None:
    """The actor's own draft of an event, also of one that someone deleted; None where there is none."""
    require(actor, "event.write")
    with store.read() as db:
        return _read(next(iter(db.query(_DRAFT, [event_id, actor.id])), None))


def list_drafts(store: Store, actor: Actor) -> list[Draft]:
    """All drafts of the actor, newest first: what was left unfinished."""
    require(actor, "event.write")
    with store.read() as db:
        query = (
            "SELECT document, base_version, saved_at, base, event FROM draft WHERE account = ? ORDER BY saved_at DESC"
        )
        return [draft for one in db.query(query, [actor.id]) if (draft := _read(one))]


def drop_draft(store: Store, actor: Actor, event_id: int) -> None:
    """Throw away the actor's own draft of an event; nothing happens where there is none."""
    require(actor, "event.write")
    with store.write(actor.id, "draft.drop", audited=False) as write:
        _drop(write, actor, event_id)


def keep_draft(store: Store, actor: Actor, event_id: int, choices: Mapping[str, Choice] | None = None) -> int:
    """Put the draft into the register, merged with what others did since it began; the event's new version.

    ``choices`` says for a clash's path whose is to stand. Reading, merging and writing are one transaction. Raises
    :class:`Clashes` where there are some without a choice, LookupError where there is no draft, and :class:`Faults`
    where the event was deleted: the draft stays in all three.
    """
    with store.write(actor.id, "event.save", audited=False) as write:  # a draft that changes nothing leaves no trail
        draft = _draft(write, actor, event_id)
        found = next(iter(write.db.query(_EVENT, [event_id])), None)
        if draft is None:
            require(actor, "event.write", found)
            raise LookupError(f"no draft of event {event_id}")
        if found is None:
            raise _gone(write, event_id)
        require(actor, "event.write", found)
        made = merge(draft.base, draft.document, json.loads(found["document"]), choices)
        if made.clashes:
            since = [one for one in history(write.db, "event", str(event_id)) if _version(one) > draft.base_version]
            raise Clashes(tuple(_told(clash, since) for clash in made.clashes))
        version = save_document(write, event_id, found["version"], made.document)
        _drop(write, actor, event_id)
    return version


def merge(base: Document, mine: Document, theirs: Document, choices: Mapping[str, Choice] | None = None) -> Merge:
    """Both sides' changes to ``base`` in one document. Rows are matched by name, nights by date.

    A row that one deleted and the other changed is a clash; a row that was renamed counts as one deleted and one added.
    A number is one value with its grounds. Clashes that ``choices`` settle (by path) are none.
    """
    merging = _Merging(choices or {})
    document = merging.value((), plain(base), plain(mine), plain(theirs))
    return Merge(document, tuple(merging.clashes))


def document_at(write: Write, found: Mapping[str, Any], version: int) -> Document:
    """The document of an event as it stood at a version, from the audit. Raises ValueError for one it never had."""
    document: Document = json.loads(found["document"])
    if not 1 <= version <= found["version"]:
        raise ValueError(f"event {found['id']} never had version {version}")
    for entry in reversed(history(write.db, "event", str(found["id"]))):
        if _version(entry) <= version:
            break
        document = undone(document, entry.before or {}, entry.after or {}, "document")
    return document


class _Merging:
    """One merge, value by value from the top; it collects the clashes."""

    def __init__(self, choices: Mapping[str, Choice]) -> None:
        self.choices = choices
        self.clashes: list[Clash] = []

    def value(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """What stands at ``path`` when both have had their say."""
        if same(mine, theirs) or same(theirs, base):
            return mine
        if same(mine, base):
            return theirs
        sides = parts(mine), parts(theirs)
        if type(mine) is type(theirs) and sides[0] is not None and sides[1] is not None:
            return self._parts(path, base, mine, theirs)
        choice = self.choices.get(written(path))
        if choice is None:
            self.clashes.append(Clash(written(path), base, mine, theirs))
        return theirs if choice == "theirs" else mine

    def _parts(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        old, own, other = (parts(one) or {} for one in (base, mine, theirs))
        merged = {
            name: self.value((*path, name), old.get(name, NOTHING), own.get(name, NOTHING), other.get(name, NOTHING))
            for name in (*own, *(one for one in other if one not in own))
        }
        merged = {name: value for name, value in merged.items() if value is not NOTHING}
        return list(merged.values()) if isinstance(mine, list) else merged


def _told(clash: Clash, since: list[Entry]) -> Clash:
    """The clash with who changed that path last, and when: at it, above it or below it."""
    place = ("document", *read_path(clash.path))
    for entry in reversed(since):
        for text in entry.after or {}:
            path = read_path(text)
            shared = min(len(path), len(place))
            if path[:shared] == place[:shared] and not is_order(
                (entry.before or {}).get(text), (entry.after or {})[text]
            ):
                return replace(clash, who=entry.actor, at=entry.at)
    return clash


def _version(entry: Entry) -> int:
    return int((entry.after or {}).get("version", 0))


def _draft(write: Write, actor: Actor, event_id: int) -> Draft | None:
    return _read(next(iter(write.db.query(_DRAFT, [event_id, actor.id])), None))


def _read(found: Mapping[str, Any] | None) -> Draft | None:
    if found is None:
        return None
    return Draft(**{**found, "document": json.loads(found["document"]), "base": json.loads(found["base"])})


def _drop(write: Write, actor: Actor, event_id: int) -> None:
    write.db.execute("DELETE FROM draft WHERE event = ? AND account = ?", [event_id, actor.id])


def _gone(write: Write, event_id: int) -> Exception:
    """What is raised where an event is no longer there: who deleted it and when; LookupError where it never was."""
    past = history(write.db, "event", str(event_id))
    if not past:
        return LookupError(f"no event {event_id}")
    last = past[-1]
    name = str((last.before or {}).get("name_nb", ""))
    figures = {"actor": last.actor, "at": last.at[:16].replace("T", " ")}
    return Faults([Fault("", name, "", "register.deleted", figures)])
