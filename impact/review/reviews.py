"""Reviews: what each party writes of an event that is over, saved field by field, then handed in once and kept.

    draft = save_answer(store, organiser, 7, "organiser", "liquidity", "next", "Rapport hver måned", seen="")
    hand_in(store, organiser, 7, "organiser", draft.version)

An answer is read by theme (:mod:`impact.review.questions`); what wasn't answered isn't there. A draft is read by those
who may write it; what is handed in, by everyone who may read the event's review. Each handed-in answer that says what
to do next time becomes a lesson of the event in the same write, so that nothing is typed twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from data.audit import canonical, now
from data.clock import today
from data.faults import Fault, Faults, shown
from data.permission import Actor, may, require
from data.store import Store
from impact.lessons import TAGS, put_lesson
from impact.register import EventRow, get_event
from impact.review.questions import GRADES, PARTIES, TEXTS, Party, themes

LONGEST = 3_000
"""Signs of one text: about a page."""
OVER = ("held", "evaluated", "cancelled")
"""States of an event that has nothing more to come."""
Answers = Mapping[str, Mapping[str, Any]]
"""By theme: the texts, ``grade`` and ``tags``, those that were answered."""


@dataclass(frozen=True)
class Review:
    """What a party handed in, when (UTC) and by which account."""

    id: int
    event: int
    party: Party
    answers: Answers
    at: str
    actor: str


@dataclass(frozen=True)
class ReviewDraft:
    """What a party has written so far; ``version`` is 0 and ``saved_at`` empty where nothing is."""

    answers: Answers = field(default_factory=dict)
    saved_at: str = ""
    version: int = 0


def is_over(row: EventRow, day: dt.date | None = None) -> bool:
    """Whether an event can be reviewed: its last day is past, or its state says that it is over."""
    return row.state in OVER or (row.last_day is not None and row.last_day < (day or today()))


def writes(store: Store, actor: Actor, row: EventRow) -> tuple[Party, ...]:
    """The parties that the actor writes for: an organiser for its own event, an officer for fund and businesses.

    An officer writes the organiser's too where the event isn't an applicant's.
    """
    with store.read() as db:
        return tuple(party for party in PARTIES if _writes(db, actor, row, party))


def read_draft(store: Store, actor: Actor, event: int, party: Party) -> ReviewDraft:
    """What is written for a party and not handed in. Needs to be who writes it: raises Refused, LookupError."""
    row = get_event(store, actor, event).row
    with store.read() as db:
        _require(db, actor, row, party)
        return _draft(db, event, party)


def save_answer(
    store: Store, actor: Actor, event: int, party: Party, theme: str, name: str, value: Any, seen: Any = None
) -> ReviewDraft:
    """Keep one field of a theme (empty takes it away), and the draft as it then is.

    ``seen`` is what the field held when it was shown. Where another tab has changed the same text since, both stand
    there, one below the other; of a grade and of tags the last choice holds. Raises :class:`Faults` for a field that
    the party isn't asked, a text that is too long, an event that isn't over, and a review that was handed in.
    """
    row = get_event(store, actor, event).row
    with store.write(actor.id, "review.draft", audited=False) as write:
        _require(write.db, actor, row, party)
        faults = [*_closed(write.db, row, party), *_field_faults(party, theme, name, value)]
        if faults:
            raise Faults(faults)
        held = _draft(write.db, event, party)
        answers = {key: dict(one) for key, one in held.answers.items()}
        made = _both(name, answers.get(theme, {}).get(name), value, seen)
        if len(made or "") > LONGEST:
            raise Faults([_too_long(made)])
        answers.setdefault(theme, {})[name] = made
        kept = {key: some for key, one in answers.items() if (some := {n: v for n, v in one.items() if v})}
        draft = ReviewDraft(kept, now(), held.version + 1)
        write.db.conn.execute(
            "INSERT OR REPLACE INTO review_draft (event, party, answers, saved_at, saved_by, version)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [event, party, canonical(kept), draft.saved_at, actor.id, draft.version],
        )
    return draft


def hand_in(store: Store, actor: Actor, event: int, party: Party, version: int) -> int:
    """Hand in what is written, with its lessons; the review's number. A second click finds it handed in.

    ``version`` is the draft's as it was shown. Raises :class:`Faults` where someone wrote since, nothing is
    answered, or a theme is written of and not graded.
    """
    row = get_event(store, actor, event).row
    with store.write(actor.id, "review.hand_in") as write:
        _require(write.db, actor, row, party)
        query = "SELECT id, actor FROM review WHERE event = ? AND party = ?"
        if (held := write.db.execute(query, [event, party]).fetchone()) and held[1] == actor.id:
            return int(held[0])
        draft = _draft(write.db, event, party)
        faults = [*_closed(write.db, row, party), *_whole(party, draft.answers)]
        if draft.version != version:
            faults.append(Fault("", "", "", "review.changed"))
        if faults:
            raise Faults(faults)
        made = {"event": event, "party": party, "answers": canonical(draft.answers), "at": now(), "actor": actor.id}
        id = int(write.insert("review", made))
        for text, tags in _lessons(party, draft.answers):
            put_lesson(write, event, text, tags=tags, about=party)
        write.db.conn.execute("DELETE FROM review_draft WHERE event = ? AND party = ?", [event, party])
        return id


def list_reviews(store: Store, actor: Actor, event: int) -> dict[Party, Review]:
    """What was handed in of an event, by party. Needs ``review.read``. Raises Refused, LookupError."""
    row = get_event(store, actor, event).row
    require(actor, "review.read", row)
    with store.read() as db:
        found = db.query("SELECT * FROM review WHERE event = ?", [event])
        held = [Review(**{**one, "answers": json.loads(one["answers"])}) for one in found]
    return {party: one for party in PARTIES for one in held if one.party == party}


# -- who writes, and what


def _writes(db: Any, actor: Actor, row: EventRow, party: Party) -> bool:
    if actor.id == row.owner and party == "organiser":
        return bool(may(actor, "review.write", row))
    return bool(may(actor, "review.write", {})) and not (party == "organiser" and _applicant(db, row.owner))


def _require(db: Any, actor: Actor, row: EventRow, party: Party) -> None:
    if party not in PARTIES:
        raise LookupError(f"no party {party}")
    require(actor, "review.write", row if party == "organiser" else {})
    if not _writes(db, actor, row, party):
        raise Faults([Fault("", "", "", "review.organisers_own")])


def _applicant(db: Any, account: str) -> bool:
    number = account.removeprefix("account:")
    query = "SELECT 1 FROM account_role WHERE account = ? AND role = 'applicant'"
    return number.isdecimal() and db.execute(query, [int(number)]).fetchone() is not None


def _draft(db: Any, event: int, party: Party) -> ReviewDraft:
    query = "SELECT answers, saved_at, version FROM review_draft WHERE event = ? AND party = ?"
    found = db.execute(query, [event, party]).fetchone()
    return ReviewDraft() if found is None else ReviewDraft(json.loads(found[0]), found[1], found[2])


def _closed(db: Any, row: EventRow, party: Party) -> list[Fault]:
    """Why nothing can be written: the event isn't over, or the party has handed in."""
    if db.execute("SELECT 1 FROM review WHERE event = ? AND party = ?", [row.id, party]).fetchone():
        return [Fault("", "", "", "review.handed_in")]
    return [] if is_over(row) else [Fault("", "", "", "review.not_over")]


def _field_faults(party: Party, theme: str, name: str, value: Any) -> list[Fault]:
    if theme not in {one.id for one in themes(party)} or name not in (*TEXTS, "grade", "tags"):
        return [Fault("", "", "", "review.no_such_field", {"field": f"{theme} {name}"})]
    if not value:
        return []
    good = {"grade": value in GRADES, "tags": isinstance(value, list) and set(value) <= set(TAGS)}
    if not good.get(name, isinstance(value, str)):
        return [Fault("", "", shown(value), "review.no_such_field", {"field": f"{theme} {name}"})]
    return [_too_long(value)] if name in TEXTS and len(value) > LONGEST else []


def _too_long(text: Any) -> Fault:
    return Fault("", "", str(len(str(text))), "review.long", {"most": LONGEST})


def _both(name: str, held: Any, value: Any, seen: Any) -> Any:
    """What the field holds from now on; texts that two tabs changed stand one below the other."""
    made = value.strip() if isinstance(value, str) else value
    if name not in TEXTS or not held or not made or held in (seen, made):
        return made
    return f"{held}\n{made}"


def _whole(party: Party, answers: Answers) -> list[Fault]:
    """What keeps a draft from being handed in; themes that weren't touched may stay so."""
    if not answers:
        return [Fault("", "", "", "review.empty")]
    names = {one.id: one for one in themes(party)}
    return [
        Fault("", "", "", "review.no_grade", {"nb": names[key].nb, "en": names[key].en})
        for key, one in answers.items()
        if not one.get("grade")
    ]


def _lessons(party: Party, answers: Answers) -> Iterator[tuple[str, list[str]]]:
    """Text and tags of every answer that says what to do next time, what happened before it."""
    for theme in themes(party):
        said = answers.get(theme.id, {})
        if said.get("next"):
            text = "\n".join(filter(None, (said.get("happened"), said["next"])))
            yield text, said.get("tags") or list(theme.tags)
