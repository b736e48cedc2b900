"""Which template each paper is made from: the one that comes with the program, or one that the fund has sent.

    id = keep_template(store, officer, "award_letter", "nb", "Tilsagn.docx", content)   # it holds nothing yet
    put_in_force(store, officer, "award_letter", "nb", id, seen=in_force(…).use)
    put_in_force(store, officer, "award_letter", "nb", None, seen=…)                      # back to the shipped one

A file that was sent is never changed; which template held when stays as rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import LANGUAGES, Lang
from data.store import Store
from fund.deadlines import clock, stamp
from fund.intake.file_types import clean_name
from fund.papers.checking import faults_in
from fund.papers.fields import Values, paper_of, papers
from fund.papers.filling import filled
from fund.papers.shipped import LOCALES, PROGRAM, shipped_file
from fund.papers.template_file import opened, roots

_COLUMNS = "id, paper, lang, name, sha256, at, actor"


@dataclass(frozen=True)
class Template:
    """A template that the fund has sent, by whom and when (UTC)."""

    id: int
    paper: str
    lang: Lang
    name: str
    sha256: str
    at: str
    actor: str


@dataclass(frozen=True)
class InForce:
    """Which template a paper is made from: the fund's own, None for the shipped one; since when (UTC) and by whom.

    ``use`` numbers the row that says so; 0 where nothing was ever put in force.
    """

    paper: str
    lang: Lang
    use: int
    template: Template | None
    at: str | None
    actor: str | None


def list_in_force(store: Store, actor: Actor) -> list[InForce]:
    """What each paper is made from, in each language. Needs ``template.read``."""
    require(actor, "template.read")
    with store.read() as db:
        return [in_force_at(db, paper, lang) for paper in papers() for lang in LANGUAGES]


def history_of(store: Store, actor: Actor, paper: str, lang: Lang) -> list[InForce]:
    """Every template that was put in force for a paper, newest first. Needs ``template.read``."""
    require(actor, "template.read")
    paper_of(paper)
    with store.read() as db:
        query = "SELECT id FROM template_use WHERE paper = ? AND lang = ? ORDER BY id DESC"
        return [_use(db, number) for (number,) in db.execute(query, [paper, lang]).fetchall()]


def list_templates(store: Store, actor: Actor, paper: str, lang: Lang) -> list[Template]:
    """The templates that were sent for a paper, newest first. Needs ``template.read``."""
    require(actor, "template.read")
    with store.read() as db:
        query = f"SELECT {_COLUMNS} FROM template WHERE paper = ? AND lang = ? ORDER BY id DESC"
        return [Template(**row) for row in db.query(query, [paper, lang])]


def keep_template(
    store: Store,
    actor: Actor,
    paper: str,
    lang: Lang,
    name: str,
    content: bytes,
    *,
    told: Lang = "nb",
    at: dt.datetime | None = None,
) -> int:
    """Check a template and keep it; its number. It holds nothing before it is put in force. Needs ``template.write``.

    The same file again is the one that is there. Raises :class:`Faults` with everything that is wrong, each with its
    place in the language ``told``; LookupError for a paper that there isn't.
    """
    require(actor, "template.write")
    document, shown_name = opened(name, content), clean_name(name)
    if faults := faults_in(document, paper_of(paper), told):
        raise Faults(faults)
    filled(document, roots(document), paper_of(paper).trial(lang))
    digest = hashlib.sha256(content).hexdigest()
    with store.write(actor.id, "template.send", audited=False) as write:  # the same file again changes nothing
        query = "SELECT id FROM template WHERE paper = ? AND lang = ? AND sha256 = ?"
        if held := write.db.execute(query, [paper, lang, digest]).fetchone():
            return int(held[0])
        row = {"paper": paper, "lang": lang, "name": shown_name, "sha256": digest, "at": stamp(clock(at))}
        return int(write.insert("template", {**row, "actor": actor.id, "content": content}, derived=("content",)))


def put_in_force(
    store: Store,
    actor: Actor,
    paper: str,
    lang: Lang,
    template: int | None,
    *,
    seen: int,
    at: dt.datetime | None = None,
) -> int:
    """Let a paper be made from a template from now on, None for the shipped one; the row that says so.

    ``seen`` is the row that held when it was decided. A second click changes nothing. Needs ``template.write``. Raises
    :class:`Faults` where another was put in force meanwhile, LookupError for a template that isn't this paper's.
    """
    require(actor, "template.write")
    with store.write(actor.id, "template.use", audited=False) as write:  # a second click changes nothing
        held = in_force_at(write.db, paper, lang)
        if template is not None:
            found = template_at(write.db, template)
            if (found.paper, found.lang) != (paper, lang):
                raise LookupError(f"template {template} is not of {paper} in {lang}")
        if (held.template.id if held.template else None) == template:
            return held.use
        if held.use != seen:
            raise Faults([Fault("", "", "", "papers.other_in_force", {"actor": held.actor or "–"})])
        row = {"paper": paper, "lang": lang, "template": template, "at": stamp(clock(at)), "actor": actor.id}
        return int(write.insert("template_use", row))


def template_content(store: Store, actor: Actor, template: int) -> tuple[Template, bytes]:
    """A template that was sent, and its file. Needs ``template.read``. Raises LookupError where there is none."""
    require(actor, "template.read")
    with store.read() as db:
        return template_at(db, template), _content(db, template)


def shipped_content(store: Store, actor: Actor, paper: str, lang: Lang) -> bytes:
    """The template of a paper that comes with the program. Needs ``template.read``."""
    require(actor, "template.read")
    return shipped_file(paper_of(paper).key, lang).read_bytes()


def trial(store: Store, actor: Actor, template: int) -> tuple[Template, bytes]:
    """A paper made from a template with invented values, in force or not. Needs ``template.read``."""
    found, content = template_content(store, actor, template)
    return found, _made(content, found.paper, found.lang, paper_of(found.paper).trial(found.lang))


def trial_of_held(store: Store, actor: Actor, paper: str, lang: Lang) -> bytes:
    """A paper with invented values, from the template that holds. Needs ``template.read``."""
    require(actor, "template.read")
    with store.read() as db:
        return paper_from(db, paper, lang, paper_of(paper).trial(lang))


def paper_from(db: Database, paper: str, lang: Lang, values: Values) -> bytes:
    """The Word file of a paper with ``values``, from the template that holds now. Asks nobody's leave."""
    held = in_force_at(db, paper, lang)
    content = shipped_file(paper, lang).read_bytes() if held.template is None else _content(db, held.template.id)
    return _made(content, paper, lang, values)


def in_force_at(db: Database, paper: str, lang: Lang) -> InForce:
    """What a paper is made from now, asking nobody's leave. Raises LookupError for a paper that there isn't."""
    paper_of(paper)
    query = "SELECT id FROM template_use WHERE paper = ? AND lang = ? ORDER BY id DESC LIMIT 1"
    row = db.execute(query, [paper, lang]).fetchone()
    return InForce(paper, lang, 0, None, None, None) if row is None else _use(db, row[0])


def template_at(db: Database, id: int) -> Template:
    """A template without its file, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"SELECT {_COLUMNS} FROM template WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no template {id}")
    return Template(**row)


def _use(db: Database, id: int) -> InForce:
    query = "SELECT paper, lang, template, at, actor FROM template_use WHERE id = ?"
    paper, lang, template, at, actor = db.execute(query, [id]).fetchone()
    return InForce(paper, lang, id, None if template is None else template_at(db, template), at, actor)


def _content(db: Database, id: int) -> bytes:
    return bytes(db.execute("SELECT content FROM template WHERE id = ?", [id]).fetchone()[0])


def _made(content: bytes, paper: str, lang: Lang, values: Values) -> bytes:
    """The document, with nothing of who made the template in its properties."""
    document = opened(f"{paper}.docx", content)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = paper_of(paper).names[lang], PROGRAM, PROGRAM
    core.comments, core.language = "", LOCALES[lang]
    core.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return filled(document, roots(document), values)
