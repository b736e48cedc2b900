"""Lessons learnt: what an event taught organiser, fund or businesses, found again when the next like it is planned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from data.audit import canonical, now
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store, Write
from impact.register import EventRow
from impact.searching import clause, searchable

About = Literal["organiser", "fund", "business"]
ABOUT: tuple[About, ...] = get_args(About)
TAGS = (
    "accessibility", "budget", "catering", "cooperation", "environment", "hotels", "media", "neighbours", "programme",
    "safety", "staffing", "suppliers", "tickets", "transport", "venue", "volunteers", "weather",
)  # fmt: skip
"""The tags that have a name in both languages; people may add their own."""
WHY = ("series", "venue", "kind", "tag")
"""How a lesson's event may be like another, the strongest first."""
MAX_SIGNS = 10_000
"""Of one lesson: about four pages."""
_COLUMNS = "lesson.id, lesson.version, lesson.event, about, text, tags, written_at, written_by"
_OF = "event.series, event.kind, event.name_nb, event.name_en, event.venues"
_SELECT = f"SELECT {_COLUMNS}, {_OF} FROM lesson JOIN event ON event.id = lesson.event"
_RANKED = f"""WITH alike AS MATERIALIZED (
    SELECT id, series = :series AND series <> '' AS same_series,
        coalesce((SELECT value FROM json_each(:halls) hall WHERE hall.key = venues), 0) AS halls,
        kind IN (SELECT value FROM json_each(:kinds)) AS same_kind
    FROM event WHERE id <> :event)
SELECT {_COLUMNS}, {_OF}, (SELECT count(*) FROM json_each(:tags) tag WHERE instr(tags, tag.value)) AS tagged
FROM lesson JOIN alike ON alike.id = lesson.event JOIN event ON event.id = lesson.event
WHERE same_series OR halls OR same_kind OR tagged
ORDER BY same_series DESC, halls DESC, same_kind DESC, tagged DESC, written_at DESC, lesson.id DESC LIMIT :limit"""
_NEWEST = "ORDER BY written_at DESC, lesson.id DESC"


@dataclass(frozen=True)
class Lesson:
    """One lesson, and the event that taught it: its number and its names."""

    id: int
    version: int
    event: int
    about: About
    text: str
    tags: tuple[str, ...]
    written_at: str
    written_by: str
    name_nb: str
    name_en: str

    def name(self, lang: Lang) -> str:
        """The event's name, in the other language where it has none in this one."""
        names = (self.name_nb, self.name_en) if lang == "nb" else (self.name_en, self.name_nb)
        return names[0] or names[1]


@dataclass(frozen=True)
class LessonSearch:
    """What a list shows; empty parts don't narrow it. A lesson is found that has any of the tags."""

    text: str = ""
    tags: Sequence[str] = ()
    about: Sequence[str] = ()
    event: int | None = None


@dataclass(frozen=True)
class Similar:
    """A lesson from an event like the one that is planned; ``why`` pairs what they share (``WHY``) with its name."""

    lesson: Lesson
    why: tuple[tuple[str, str], ...]


def add_lesson(
    store: Store, actor: Actor, event_id: int, text: str, *, tags: Iterable[str] = (), about: About = "organiser"
) -> int:
    """Write down a lesson from an event; its number.

    Raises :class:`Faults` where there is no text or far too much, LookupError where there is no such event.
    """
    require(actor, "lesson.write")
    with store.write(actor.id, "lesson.write") as write:
        return put_lesson(write, event_id, text, tags=tags, about=about)


def put_lesson(write: Write, event_id: int, text: str, *, tags: Iterable[str] = (), about: About = "organiser") -> int:
    """As :func:`add_lesson` within a write, asking nobody's leave: for a review that is handed in."""
    text, kept = text.strip(), sorted({" ".join(tag.split()) for tag in tags} - {""})
    if about not in ABOUT:
        raise ValueError(f"a lesson is not about {about}")
    if not text:
        raise Faults([Fault("", "", "", "register.lesson_empty")])
    if len(text) > MAX_SIGNS:
        raise Faults([Fault("", "", str(len(text)), "register.lesson_long", {"limit": MAX_SIGNS})])
    if not write.db.execute("SELECT 1 FROM event WHERE id = ?", [event_id]).fetchone():
        raise LookupError(f"no event {event_id}")
    row = {
        "event": event_id,
        "about": about,
        "text": text,
        "tags": canonical(kept),
        "written_at": now(),
        "written_by": write.actor,
        "found": searchable([text, *kept]),
    }
    return int(write.insert("lesson", row, derived=("found",)))


def list_lessons(
    store: Store, actor: Actor, search: LessonSearch | None = None, *, skip: int = 0, limit: int = -1
) -> list[Lesson]:
    """The lessons that ``search`` finds, newest first: at most ``limit`` of them (-1: all) after the first ``skip``."""
    require(actor, "lesson.read")
    where, given = _where(search or LessonSearch())
    with store.read() as db:
        found = db.query(f"{_SELECT} WHERE {where} {_NEWEST} LIMIT ? OFFSET ?", [*given, limit, skip])
        return [_as_lesson(one) for one in found]


def count_lessons(store: Store, actor: Actor, search: LessonSearch | None = None) -> int:
    """How many lessons ``search`` finds."""
    require(actor, "lesson.read")
    where, given = _where(search or LessonSearch())
    with store.read() as db:
        (count,) = db.execute(f"SELECT count(*) FROM lesson WHERE {where}", given).fetchone()
    return int(count)


def used_tags(store: Store, actor: Actor) -> set[str]:
    """Every tag that a lesson has."""
    require(actor, "lesson.read")
    with store.read() as db:
        rows = db.execute("SELECT DISTINCT tags FROM lesson").fetchall()
    return {tag for (tags,) in rows for tag in json.loads(tags)}


def _where(search: LessonSearch) -> tuple[str, list[Any]]:
    """The condition of a search, and its values."""
    condition, values = clause("lesson.found", search.text)
    conditions: list[str] = [condition]
    given: list[Any] = [*values]
    if search.about:
        conditions.append(f"about IN ({', '.join('?' * len(search.about))})")
        given += search.about
    if search.event is not None:
        conditions.append("lesson.event = ?")
        given.append(search.event)
    if search.tags:
        conditions.append(
            f"EXISTS (SELECT 1 FROM json_each(lesson.tags) WHERE value IN ({', '.join('?' * len(search.tags))}))"
        )
        given += search.tags
    return " AND ".join(conditions), given


def similar_lessons(
    store: Store, actor: Actor, row: EventRow, *, tags: Iterable[str] = (), limit: int = 10
) -> list[Similar]:
    """Lessons from other events of the same series, in the same hall, of the same kind or with one of ``tags``.

    Best first: the series counts before the hall, the hall before the kind, the kind before tags; among equals the
    newest.
    """
    require(actor, "lesson.read")
    wanted, halls = set(tags), {one.casefold() for one in row.venues}
    with store.read() as db:
        kinds = db.execute("SELECT DISTINCT kind, venues FROM event").fetchall()
        shared = {text: sum(one.casefold() in halls for one in json.loads(text)) for _, text in kinds}
        given = {
            "event": row.id,
            "series": row.series,
            "halls": canonical({text: count for text, count in shared.items() if count}),
            "kinds": canonical(sorted({kind for kind, _ in kinds if kind and kind.casefold() == row.kind.casefold()})),
            "tags": canonical([canonical(one) for one in sorted(wanted)]),  # as they stand in a lesson's list
            "limit": limit,
        }
        rows = list(db.query(_RANKED, given))
    found = [(one, _as_lesson(one)) for one in rows]
    return [Similar(lesson, _why(one, lesson, row, wanted)) for one, lesson in found]


def delete_lesson(store: Store, actor: Actor, id: int, version: int) -> None:
    """Delete a lesson; the audit keeps it. Raises as :meth:`data.store.Write.delete_row`."""
    require(actor, "lesson.write")
    with store.write(actor.id, "lesson.delete") as write:
        write.delete_row("lesson", id, version)


def tag_name(tag: str, lang: Lang) -> str:
    """A tag as people read it; one that they made themselves is as it was written."""
    return say(f"register.tag.{tag}", lang) if tag in TAGS else tag


def about_name(about: str, lang: Lang) -> str:
    """What a lesson is about, as people read it."""
    return say(f"register.about.{about}", lang)


def why_name(why: tuple[str, str], lang: Lang) -> str:
    """Why a lesson was found: «samme hall: Granåsen»."""
    what, name = why
    return say(f"register.why.{what}", lang, name=tag_name(name, lang) if what == "tag" else name)


def _why(found: Mapping[str, Any], lesson: Lesson, row: EventRow, tags: set[str]) -> tuple[tuple[str, str], ...]:
    """What the lesson's event shares with ``row``."""
    halls = {one.casefold() for one in row.venues}
    shared = [("series", row.series)] if row.series and found["series"] == row.series else []
    shared += [("venue", one) for one in json.loads(found["venues"]) if one.casefold() in halls]
    shared += [("kind", row.kind)] if row.kind and found["kind"].casefold() == row.kind.casefold() else []
    return (*shared, *(("tag", one) for one in lesson.tags if one in tags))


def _as_lesson(found: Mapping[str, Any]) -> Lesson:
    row = {name: found[name] for name in Lesson.__dataclass_fields__}
    return Lesson(**{**row, "tags": tuple(json.loads(row["tags"]))})
