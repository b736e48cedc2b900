"""Applications: who may see and write them, and what is typed before it is sent.

A draft is saved at every field, without a trail; there is one an application, and who types beside it, in another tab
or as a colleague, is merged with or told of what both changed. What is sent is :mod:`fund.intake.revisions`; what the
fund does with it, :mod:`fund.intake.handling`.

An application belongs to the accounts that may act for its organisation. A draft of someone who never had a mandate is
that person's alone until there is one. Before it is sent, nobody else sees it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from data.audit import Entry, history
from data.faults import Fault, Faults
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.applicant.owners import acts_for, has_left, owners
from fund.deadlines import clock, stamp
from fund.intake.attachments import Paper, add_paper, paper_at, papers, read_paper, sweep, take_out
from fund.intake.calls import call_at
from fund.intake.contents import COPIED, Document, stored
from fund.workflow import state_name, workflows
from impact.drafts import Clashes, merge

WRITABLE = ("draft", "needs_completing")
"""The states in which what is typed can become what is sent."""
_COLUMNS = (
    "id, call, organisation, created_by, created_at, number, submitted_at, title, form, asked, least, estimate, state,"
    " moved_at, version"
)
_QUERY = f"SELECT {_COLUMNS} FROM application"


@dataclass(frozen=True)
class Application:
    """An application as a line of a list. Title, form, amounts (øre) and forecast are of what was sent last.

    ``number`` and ``submitted_at`` (UTC) are None until it is sent. ``owners`` are the accounts that it belongs to.
    Board members are given no ``least`` and ``estimate``: they read a case once they have declared.
    """

    id: int
    call: int
    organisation: int | None
    created_by: str
    created_at: str
    number: str | None
    submitted_at: str | None
    title: str
    form: str
    asked: int | None
    least: int | None
    estimate: int | None
    state: str
    moved_at: str
    version: int
    owners: tuple[str, ...] = field(default=())

    @property
    def sent(self) -> bool:
        return self.number is not None


@dataclass(frozen=True)
class Draft:
    """What is typed: the document, and when (UTC) and by which account it was last saved."""

    document: Document
    saved_at: str
    saved_by: str


def start_application(
    store: Store, actor: Actor, call: int, organisation: int | None = None, *, at: dt.datetime | None = None
) -> int:
    """Begin a draft for a call, or find the one that the actor has for it and the organisation; its number.

    Needs ``application.write``. Raises :class:`Faults` where the call takes no applications now, LookupError where it
    or the organisation isn't there.
    """
    require(actor, "application.write")
    moment = clock(at)
    with store.write(actor.id, "application.start", audited=False) as write:
        return _start(write, actor, call, organisation, {}, moment)


def copy_application(store: Store, actor: Actor, id: int, call: int, *, at: dt.datetime | None = None) -> int:
    """Begin a draft for a call from an earlier application, such as last year's; its number.

    Texts, budget, incomes and bank account go along. What must be said anew doesn't: amounts asked for, days, forecast,
    support from elsewhere, confirmations, papers. Raises as :func:`start_application`, and Refused for another's.
    """
    moment = clock(at)
    with store.write(actor.id, "application.copy", audited=False) as write:
        earlier = application_at(write.db, id, moment)
        require(actor, "application.write", earlier)
        held = _document(write.db, earlier)
        document = {name: held[name] for name in COPIED if name in held}
        return _start(write, actor, call, earlier.organisation, document, moment)


def choose_organisation(
    store: Store, actor: Actor, id: int, version: int, organisation: int, *, at: dt.datetime | None = None
) -> int:
    """Say who applies, in a draft; the new version. Raises :class:`Faults` where it was sent, LookupError, Conflict."""
    moment = clock(at)
    with store.write(actor.id, "application.organisation", audited=False) as write:
        held = _writable(write.db, actor, id, moment)
        if held.sent:
            raise Faults([_sealed(held)])
        _known_organisation(write.db, organisation)
        return write.update_row("application", id, version, {"organisation": organisation})


def save_draft(
    store: Store, actor: Actor, id: int, document: Document, seen: Document, *, at: dt.datetime | None = None
) -> Draft:
    """Keep what is typed so far, and the draft as it now is.

    ``seen`` is the draft's document as the form last read it: where another tab or a colleague has saved since, both
    are merged path by path, and :class:`impact.drafts.Clashes` raised where both changed the same. Raises
    :class:`Faults` where it can't be written now or isn't JSON; nothing is stored then.
    """
    moment = clock(at)
    with store.write(actor.id, "application.draft", audited=False) as write:
        _writable(write.db, actor, id, moment)
        stored(document)
        held = draft_at(write.db, id)
        made = merge(seen, document, held.document)
        if made.clashes:
            raise Clashes(tuple(replace(one, who=held.saved_by, at=held.saved_at) for one in made.clashes))
        draft = Draft(made.document, stamp(moment), actor.id)
        changes = [stored(draft.document), draft.saved_at, draft.saved_by, id]
        write.db.execute(
            "UPDATE application_draft SET document = ?, saved_at = ?, saved_by = ? WHERE application = ?", changes
        )
    return draft


def read_draft(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Draft:
    """What is typed in an application of one's own. Needs ``application.write``. Raises LookupError."""
    with store.read() as db:
        require(actor, "application.write", application_at(db, id, clock(at)))
        return draft_at(db, id)


def discard_draft(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> None:
    """Throw a draft away that was never sent, with its papers. Raises :class:`Faults` where it was sent, Conflict."""
    moment = clock(at)
    with store.write(actor.id, "application.discard") as write:
        held = application_at(write.db, id, moment)
        require(actor, "application.write", held)
        if held.sent:
            raise Faults([_sealed(held)])
        gone = throw_away(write, actor, id, version, moment)
    for one in gone:
        sweep(store, one.sha256)


def throw_away(write: Write, actor: Actor, id: int, version: int, at: dt.datetime) -> list[Paper]:
    """Delete a draft that was never sent within a write; its papers, whose files the caller sweeps afterwards."""
    gone = papers(write.db, "application", id)
    for one in gone:
        take_out(write, actor, one.id, at)
    write.db.execute("DELETE FROM application_draft WHERE application = ?", [id])
    write.delete_row("application", id, version)
    return gone


def attach(
    store: Store,
    actor: Actor,
    id: int,
    purpose: str,
    name: str,
    content: bytes,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Add a paper to an application of one's own while it can be written; the paper's number.

    ``purpose`` is the key of what the scheme asks for, or ``other``. Raises as
    :func:`fund.intake.attachments.add_paper`.
    """
    moment = clock(at)
    with store.write(actor.id, "application.attach", audited=False) as write:
        _writable(write.db, actor, id, moment)
        return add_paper(write, store.folder, actor, "application", id, purpose, name, content, moment)


def detach(store: Store, actor: Actor, paper: int, *, at: dt.datetime | None = None) -> None:
    """Take a paper out of an application while it can be written. What was sent keeps it."""
    moment = clock(at)
    with store.write(actor.id, "application.detach", audited=False) as write:
        found = _paper(write.db, paper)
        _writable(write.db, actor, found.resource, moment)
        take_out(write, actor, paper, moment)
    sweep(store, found.sha256)


def open_paper(store: Store, actor: Actor, paper: int, *, at: dt.datetime | None = None) -> tuple[Paper, bytes]:
    """A paper of an application and its content. Needs ``application.open``; one's own while it isn't sent."""
    with store.read() as db:
        found = _paper(db, paper)
        require_open(actor, application_at(db, found.resource, clock(at)))
        return read_paper(db, store.folder, paper)


def list_papers(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Paper]:
    """The papers of an application as it is typed. Rights as :func:`open_paper`."""
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        return papers(db, "application", id)


def get_application(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Application:
    """An application as a line. Needs ``application.read``; one's own while it isn't sent. Raises LookupError."""
    with store.read() as db:
        found = application_at(db, id, clock(at))
    require(actor, "application.read" if found.sent else "application.write", found)
    return _as_seen(actor, found)


def list_applications(
    store: Store,
    actor: Actor,
    *,
    call: int | None = None,
    states: Iterable[str] = (),
    mine: bool = False,
    at: dt.datetime | None = None,
) -> list[Application]:
    """The applications that the actor sees, newest first; of a call, in some states, or all.

    ``mine``: only of organisations that the actor acts for, and what it began itself.
    """
    require(actor, "application.read")
    wanted, moment = tuple(states), clock(at)
    where = "1" if call is None else "call = ?"
    values: list[str | int] = [] if call is None else [call]
    with store.read() as db:
        if mine:
            # UNION, not OR: each side has its index; what was begun and not sent has no number
            where += " AND id IN (SELECT id FROM application WHERE organisation IN (SELECT value FROM json_each(?))"
            where += " UNION SELECT id FROM application WHERE created_by = ? AND number IS NULL)"
            values += [json.dumps(sorted(acts_for(db, actor.id, moment))), actor.id]
        rows = list(
            db.query(f"{_QUERY} WHERE {where} ORDER BY coalesce(submitted_at, created_at) DESC, id DESC", values)
        )
        found = [_application(db, row, moment) for row in rows if not wanted or row["state"] in wanted]
    seen = [one for one in found if may(actor, "application.read" if one.sent else "application.write", one)]
    return [_as_seen(actor, one) for one in seen]


def application_history(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Entry]:
    """What was done to an application, oldest first. Rights as :func:`open_paper`."""
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        return history(db, "application", str(id))


def require_open(actor: Actor, found: Application) -> None:
    """Raise Refused unless the actor may read all of it: its own, or what was sent by who handles it.

    Board members read a case through their declaration, not here.
    """
    require(actor, "application.open" if found.sent else "application.write", found)


def application_at(db: Database, id: int, at: dt.datetime) -> Application:
    """An application, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no application {id}")
    return _application(db, row, at)


def draft_at(db: Database, id: int) -> Draft:
    """What is typed in an application, asking nobody's leave. Raises LookupError where there is none."""
    query = "SELECT document, saved_at, saved_by FROM application_draft WHERE application = ?"
    row = db.execute(query, [id]).fetchone()
    if row is None:
        raise LookupError(f"no draft of application {id}")
    return Draft(json.loads(row[0]), row[1], row[2])


def _as_seen(actor: Actor, found: Application) -> Application:
    """The line without what isn't public, for who reads a case only through its declaration: members of the board."""
    return found if may(actor, "application.open", found) else replace(found, least=None, estimate=None)


def _start(write: Write, actor: Actor, call: int, organisation: int | None, document: Document, at: dt.datetime) -> int:
    opened = call_at(write.db, call)
    if not opened.takes(at):
        raise Faults([Fault("", "call", opened.state, "application.call.not_open", {"day": str(opened.due)})])
    if organisation is not None:
        _known_organisation(write.db, organisation)
    query = f"{_QUERY} WHERE call = ? AND organisation IS ? AND state = 'draft' ORDER BY id"
    for held in [_application(write.db, row, at) for row in write.db.query(query, [call, organisation])]:
        same = not document or draft_at(write.db, held.id).document == document
        if same and may(actor, "application.write", held):  # a second click
            return held.id
    row = {
        "call": call,
        "organisation": organisation,
        "created_by": actor.id,
        "created_at": stamp(at),
        "title": "",
        "form": "",
        "state": workflows()["application"].first,
        "moved_at": stamp(at),
    }
    id = int(write.insert("application", row))
    draft = (id, stored(document), stamp(at), actor.id)
    write.db.execute(
        "INSERT INTO application_draft (application, document, saved_at, saved_by) VALUES (?, ?, ?, ?)", draft
    )
    return id


def _document(db: Database, found: Application) -> Document:
    """What was sent last, or what is typed where nothing was."""
    query = "SELECT body FROM application_revision WHERE application = ? ORDER BY number DESC LIMIT 1"
    row = db.execute(query, [found.id]).fetchone()
    document: Document = json.loads(row[0])["document"] if row else draft_at(db, found.id).document
    return document


def _writable(db: Database, actor: Actor, id: int, at: dt.datetime) -> Application:
    """The application, if the actor may write it and it is in a state to be written."""
    found = application_at(db, id, at)
    require(actor, "application.write", found)
    if found.state not in WRITABLE:
        raise Faults([_sealed(found)])
    return found


def _sealed(found: Application) -> Fault:
    names = {f"state_{lang}": state_name("application", found.state, lang, public=True) for lang in ("nb", "en")}
    return Fault("", "application", found.number or "", "application.sealed", names)


def _paper(db: Database, id: int) -> Paper:
    found = paper_at(db, id)
    if found.kind != "application":
        raise LookupError(f"attachment {id} is not of an application")
    return found


def _known_organisation(db: Database, id: int) -> None:
    if not db.execute("SELECT 1 FROM organisation WHERE id = ?", [id]).fetchone():
        raise LookupError(f"no organisation {id}")


def _application(db: Database, row: Mapping[str, Any], at: dt.datetime) -> Application:
    whose, began = owners(db, row["organisation"], at), row["created_by"]
    never_acted = began not in whose and not has_left(db, row["organisation"], began, at)
    if (
        row["number"] is None and never_acted
    ):  # anyone can name an organisation: its people aren't drawn into that draft
        whose = (began,)
    return Application(**row, owners=whose)
