"""The draft of an event while it is typed: read from the database at every run, stored at every change.

A change is made to the newest draft there is, and only at its own place, so that two tabs of one person don't undo each
other's work. Where the other tab changed the very same field, what was typed last is kept aside and shown, never stored
over the other. Text that can't be read as a number stays as it was typed, under a key of the draft that the register's
document never gets.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app.entries import Document, Entry, Place, at, put, relocated, target, written
from app.visit import Visit, visiting
from data.faults import Faults
from data.permission import Refused, require
from data.typed import Kind
from impact.drafts import drop_draft, read_draft, save_draft
from impact.register import EventRow, get_event

ASIDE = "typed"
"""The key of a draft's document for what is not the event's: texts as typed, a night's grounds, another tab's."""


@dataclass
class Drafting:
    """An event's document as it is typed. ``row`` is None where someone deleted the event meanwhile.

    ``texts`` are entries that can't be read yet, by place; ``grounds`` those of a column of nights; ``elsewhere`` what
    was typed in a tab that had an older draft. ``stamp`` is another one with every change of what
    the form shows: of the draft, or where there is none of the register.
    """

    event: int
    row: EventRow | None
    document: Document
    base: int
    saved_at: str = ""
    changed: bool = False
    texts: dict[str, Entry] = field(default_factory=dict)
    grounds: dict[str, Entry] = field(default_factory=dict)
    elsewhere: list[dict[str, str]] = field(default_factory=list)

    @property
    def stamp(self) -> tuple[str, int]:
        return self.saved_at, 0 if self.saved_at or self.row is None else self.row.version

    def entry_text(self, place: Place) -> Entry | None:
        """What was typed at a place and can't be read, or None."""
        return self.texts.get(written(place))

    def keep_number(self, place: Place, kind: Kind, entry: Entry) -> None:
        """Put what was typed for the number at a place where it belongs; a text that can't be read stays a text."""
        where, manner = target(self.document, place)
        if manner == "part":
            kind = "share"
        self.texts.pop(written(where), None)
        try:
            number = entry.number(kind) if entry.text.strip() else None
        except Faults:
            self.texts[written(where)] = entry
            return
        if number is None and (manner != "own" or not entry.empty):
            self.texts[written(where)] = entry
        if number is not None or manner == "own":
            put(self.document, where, number)

    def whole(self) -> Document:
        """What the draft's row keeps: the document, and what isn't the event's beside it."""
        aside: dict[str, Any] = {
            "texts": {key: vars(entry) for key, entry in self.texts.items()},
            "grounds": {key: vars(entry) for key, entry in self.grounds.items()},
            "elsewhere": self.elsewhere,
        }
        aside = {name: value for name, value in aside.items() if value}
        return {**self.document, **({ASIDE: aside} if aside else {})}


def open_drafting(visit: Visit, event: int) -> Drafting:
    """The newest draft of the visitor's, or the register's document where there is none.

    Raises LookupError where there is neither, and Refused where the event is another's.
    """
    draft = read_draft(visit.store, visit.actor, event)
    row, held = None, {}
    try:
        registered = get_event(visit.store, visit.actor, event)
    except LookupError:
        if draft is None:
            raise
    else:
        row, held = registered.row, registered.document
        require(visit.actor, "event.write", row)
    if draft is None:
        assert row is not None
        return Drafting(event, row, copy.deepcopy(held), row.version)
    document = dict(draft.document)
    aside = document.pop(ASIDE, {})
    texts, grounds = ({key: Entry(**one) for key, one in aside.get(name, {}).items()} for name in ("texts", "grounds"))
    changed = draft.document != draft.base
    elsewhere = aside.get("elsewhere", [])
    return Drafting(event, row, document, draft.base_version, draft.saved_at, changed, texts, grounds, elsewhere)


def store_drafting(visit: Visit, drafting: Drafting) -> None:
    """Keep the draft as it stands."""
    drafting.saved_at = save_draft(visit.store, visit.actor, drafting.event, drafting.whole(), drafting.base)


# -- what a tab has seen


def key(event: int, name: str) -> str:
    """The key of something that the form keeps for an event while the page is open."""
    return f"event_form_{event}_{name}"


def generation(event: int) -> int:
    """A number in every field's key: a new one makes all fields read the draft anew."""
    return int(st.session_state.get(key(event, "generation"), 0))


def renew(event: int) -> None:
    """Let every field read the draft anew."""
    st.session_state[key(event, "generation")] = generation(event) + 1


def resume(visit: Visit, drafting: Drafting) -> bool:
    """Whether the browser's fields come from a session that is gone (the server was started anew) and still show this
    very draft: then what was typed in between is in them, and nowhere else.

    The browser holds the draft's stamp and the fields' generation in an input that is not shown, and sends it with the
    fields. Where the draft is a newer one by now, its fields are read anew, and never stored over it. A run that was
    cut off before it had drawn the fields leaves this to the next one (see ``drawn``).
    """
    event, name = drafting.event, key(drafting.event, "mark")
    first = key(event, "drawn") not in st.session_state
    mark, stamp = _mark(drafting), _stamp(drafting)
    with st.container(key="event_form_mark"):
        if not first:
            st.session_state[name] = mark
            st.text_input(visit.say("event_form_page.mark"), key=name)
            return False
        sent = st.text_input(visit.say("event_form_page.mark"), mark, key=name)
    held = str(st.session_state.get(key(event, "noted")) or sent or mark)
    number, _, shown = held.partition("|")
    number = number if number.isdecimal() and len(number) < 9 else "0"
    st.session_state[key(event, "generation")] = int(number) + (shown != stamp)
    return shown == stamp


def drawn(event: int) -> None:
    """The fields have been drawn: from now on the session knows them itself."""
    st.session_state[key(event, "drawn")] = True


def _stamp(drafting: Drafting) -> str:
    return "|".join(map(str, drafting.stamp))


def _mark(drafting: Drafting) -> str:
    return f"{generation(drafting.event)}|{_stamp(drafting)}"


def tell(event: int, phrase: str, **figures: Any) -> None:
    """Say something on the next run: a key of ``event_form_page.told``."""
    st.session_state.setdefault(key(event, "told"), []).append((phrase, figures))


def look(drafting: Drafting) -> None:
    """Note what this tab shows from now on; where another tab has written since, its fields are read anew."""
    seen: Drafting | None = st.session_state.get(key(drafting.event, "seen"))
    if seen is not None and seen.stamp != drafting.stamp:
        renew(drafting.event)
        tell(drafting.event, "other_tab")
    st.session_state[key(drafting.event, "seen")] = copy.deepcopy(drafting)


def change(
    event: int, place: Place, edit: Callable[[Drafting, Place], None], said: str = "", *, renewed: bool = False
) -> bool:
    """Make one change to the newest draft and store it; whether it was made.

    ``place`` is what the change is about and ``said`` what was typed, to be kept aside where another tab changed the
    same. ``renewed``: the fields are read anew afterwards, since rows came, went or moved.
    """
    with visiting() as visit:
        try:
            now = open_drafting(visit, event)
        except (Refused, LookupError):
            return False  # signed out elsewhere, or the event is gone: the run that follows tells
        seen: Drafting | None = st.session_state.get(key(event, "seen"))
        made = True
        if seen is not None and seen.stamp != now.stamp:
            found = relocated(seen.document, now.document, place)
            made = found is not None and _stands(seen, place) == _stands(now, found)
            place = found or place
            renew(event)
            tell(event, "other_tab")
        if made:
            edit(now, place)
        else:
            now.elsewhere.append({"place": written(place), "said": said})
        if renewed:
            renew(event)
        store_drafting(visit, now)
        note(visit, event)
    return made


def note(visit: Visit, event: int) -> None:
    """This tab knows the draft as it stands now, and its fields are marked as that draft's."""
    now = open_drafting(visit, event)
    st.session_state[key(event, "seen")] = now
    st.session_state[key(event, "noted")] = _mark(now)


def _stands(drafting: Drafting, place: Place) -> Any:
    where, _ = target(drafting.document, place)
    return at(drafting.document, where), drafting.entry_text(where)


def forget(event: int) -> None:
    """Throw the draft away; the register's document is shown again."""
    with visiting() as visit, suppress(Refused):  # signed out elsewhere: the run that follows tells
        drop_draft(visit.store, visit.actor, event)
        restart(event, "dropped")


def restart(event: int, phrase: str, **figures: Any) -> None:
    """Begin anew from what is stored, and say why."""
    st.session_state.pop(key(event, "seen"), None)
    renew(event)
    tell(event, phrase, **figures)
