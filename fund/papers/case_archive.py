"""A case whole, as one file for its owner's archive: what was sent and decided, its papers, and where it came from.

    made = case_archive(store, officer, 7)      # made.content is a ZIP file

In it are ``case.xml`` (every row about the case, and every file with its size and SHA-256), the same rows as CSV by
table, each revision and the locked forecast as they were sent, the papers as they were handed in, the letters that
follow from its decisions, and ``SHA256SUMS``, which ``sha256sum -c`` reads. Nothing of another case is in it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from sqlite_utils import Database

from data.audit import canonical, head
from data.files import csv_text
from data.permission import Actor, may, require
from data.phrases import LANGUAGES, say
from data.store import Store
from fund.intake.attachments import read_paper
from fund.papers.fields import paper_of
from fund.papers.made import Made, make
from fund.review.cases import CaseFile, open_case
from impact.estimates import locked_bytes

_ITEMS = "SELECT id FROM agenda_item WHERE application = :case"
_AWARDS = "SELECT id FROM award WHERE application = :case"
_CLAIMS = f"SELECT id FROM claim WHERE award IN ({_AWARDS})"
_REPORTS = f"SELECT id FROM report WHERE award IN ({_AWARDS})"
_POSTINGS = (
    "SELECT leg.posting FROM leg JOIN ledger_account ON ledger_account.id = leg.account"
    f" WHERE ledger_account.award IN ({_AWARDS})"
)
_OF = {"application": ":case", "award": _AWARDS, "claim": _CLAIMS, "report": _REPORTS}
_KINDS = " OR ".join(f"(kind = '{kind}' AND {{0}} IN ({rows}))" for kind, rows in _OF.items())
_PAPERS = f"SELECT id FROM attachment WHERE {_KINDS.format('resource')}"
PARTS: Mapping[str, str] = {
    "application": "id = :case",
    "application_revision": "application = :case",
    "application_ground": "application = :case",
    "completion_request": "application = :case",
    "assignment": "application = :case",
    "declaration": "application = :case",
    "ruling": "application = :case",
    "case_note": "application = :case",
    "aid_ground": "application = :case",
    "score": "application = :case",
    "recommendation": "application = :case",
    "agenda_item": "application = :case",
    "vote": f"item IN ({_ITEMS})",
    "decision": "application = :case",
    "appeal": "application = :case",
    "award": "application = :case",
    "award_condition": f"award IN ({_AWARDS})",
    "award_ground": f"award IN ({_AWARDS})",
    "plan_part": f"award IN ({_AWARDS})",
    "report": f"award IN ({_AWARDS})",
    "claim": f"award IN ({_AWARDS})",
    "settlement": f"award IN ({_AWARDS})",
    "batch_payment": f"claim IN ({_CLAIMS})",
    "ledger_account": f"award IN ({_AWARDS})",
    "posting": f"id IN ({_POSTINGS})",
    "leg": f"posting IN ({_POSTINGS})",
    "extension": _KINDS.format("resource"),
    "attachment": f"id IN ({_PAPERS})",
    "attachment_removal": f"attachment IN ({_PAPERS})",
}
"""Which rows of each table are about a case. With them go the audit rows of each."""
LEFT_OUT = {"application_draft": "not sent", "case_seen": "what someone has looked at"}
"""Tables that name a case and aren't part of it, and why."""
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")

Rows = dict[str, list[dict[str, Any]]]
Files = dict[str, bytes]


def case_archive(store: Store, actor: Actor, id: int) -> Made:
    """The ZIP file of a case that was sent, as it stands; the letters are made from the templates that hold now.

    Needs ``audit.read``, or ``case.handle`` and that one takes part in the case. Raises :class:`Faults` with why the
    reader doesn't, or where something stored is no longer what it was; LookupError where no such case was sent.
    """
    if not may(actor, "audit.read"):
        require(actor, "case.handle")
    case = open_case(store, actor, id)
    with store.read() as db:
        rows = {table: _rows(db, table, where, id) for table, where in PARTS.items()}
        rows["audit"] = _audit(db, rows)
        at = head(db)
        files = dict(_papers(db, store, rows))
    files.update(_sent(store, actor, case, rows))
    files.update(_letters(store, actor, rows))
    files.update({f"csv/{table}.csv": _csv(found) for table, found in rows.items() if found})
    about = {"number": str(case.application.number), "state": case.application.state}
    about |= {"audit_row": str(at.seq), "audit_hash": at.hash}
    files["case.xml"] = _xml(about, rows, files)
    files["SHA256SUMS"] = "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    name = f"{say('papers.case_archive', 'nb')}-{case.application.number}.zip"
    return Made(_packed(files), name)


def _rows(db: Database, table: str, where: str, id: int) -> list[dict[str, Any]]:
    return list(db.query(f"SELECT * FROM {table} WHERE {where} ORDER BY 1, 2", {"case": id}))


def _audit(db: Database, rows: Rows) -> list[dict[str, Any]]:
    """What was done to each of the rows, by whom and when."""
    things = [[table, str(one["id"])] for table, found in rows.items() for one in found if "id" in one]
    query = (
        "SELECT audit.* FROM json_each(?) AS thing JOIN audit ON audit.kind = thing.value ->> 0"
        " AND audit.resource = thing.value ->> 1 ORDER BY audit.seq"
    )
    return list(db.query(query, [canonical(things)]))


def _papers(db: Database, store: Store, rows: Rows) -> Iterator[tuple[str, bytes]]:
    """The papers as they were handed in, held against their hashes; those taken out again have no content."""
    gone = {one["attachment"] for one in rows["attachment_removal"]}
    for one in rows["attachment"]:
        if one["id"] not in gone:
            paper, content = read_paper(db, store.folder, one["id"])
            yield f"papers/{paper.id}-{paper.name}", content


def _sent(store: Store, actor: Actor, case: CaseFile, rows: Rows) -> Iterator[tuple[str, bytes]]:
    """Each revision, whose SHA-256 is that of the file, and the locked forecast."""
    for one in rows["application_revision"]:
        yield f"sent/{one['number']}.json", one["body"].encode()
    if case.application.estimate is not None:
        yield "sent/forecast.json", locked_bytes(store, actor, case.application.estimate)


def _letters(store: Store, actor: Actor, rows: Rows) -> Iterator[tuple[str, bytes]]:
    """The letters that follow from what was asked for, decided and awarded, in both languages."""
    given = {one["decision"]: one["id"] for one in rows["award"]}
    due = [("completion_request", one["id"]) for one in rows["completion_request"]]
    for one in rows["decision"]:
        due.append(("award_letter", given[one["id"]]) if one["id"] in given else ("decision_letter", one["id"]))
    for paper, id in due:
        for lang in LANGUAGES:
            yield f"letters/{id}-{paper_of(paper).files[lang]}.docx", make(store, actor, paper, id, lang).content


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """For a spreadsheet, which shall calculate nothing of it; ``case.xml`` has every value as it is."""
    return csv_text(list(rows[0]), ([_plain(value) for value in one.values()] for one in rows)).encode("utf-8-sig")


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_CALCULATED) else value


def _xml(about: Mapping[str, str], rows: Rows, files: Files) -> bytes:
    root = ElementTree.Element("case", dict(about))
    for name in sorted(files):
        held = {"name": name, "size": str(len(files[name])), "sha256": _sha256(files[name])}
        ElementTree.SubElement(root, "file", {key: _NO_XML.sub("\ufffd", value) for key, value in held.items()})
    for table, found in rows.items():
        for one in found:
            row = ElementTree.SubElement(root, "row", {"table": table})
            for column, value in one.items():
                if value is not None:
                    ElementTree.SubElement(row, column).text = _NO_XML.sub("\ufffd", str(value))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _packed(files: Files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            held = zipfile.ZipInfo(name, _NO_DATE)
            held.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(held, files[name])
    return stream.getvalue()
