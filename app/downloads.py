"""Files by address, checked for rights as everything else: ``/last-ned/<sort>/<id>.<kind>``.

The locked estimate with its Excel and its Word report, the papers of an application or a claim as they were handed in,
the fund's own papers from its templates, and payment files. What is refused is logged by account and address only.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.annual_report import annual_report
from app.evaluation_report import evaluation_report
from app.given import reference
from app.html_page import language_of, link, page
from app.own_data_file import own_data_file
from app.report import report
from app.tables import XLSX
from app.visit import SESSION_COOKIE
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused, may
from data.phrases import Lang, say
from data.sessions import whose
from data.store import Store, open_store
from fund.intake.applications import application_at, open_paper
from fund.intake.attachments import Paper, paper_at
from fund.papers.case_archive import case_archive
from fund.papers.made import letters_of_meeting, make
from fund.payout.batches import batch_file
from fund.payout.claiming import open_claim_paper
from fund.review.cases import open_case_paper
from impact.estimate_workbook import Locked, write_estimate
from impact.estimates import get_estimate, locked_bytes
from impact.survey.answer_workbook import answer_workbook
from impact.survey.answers import answers_of
from impact.survey.surveys import get_survey

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALIEN = "default-src 'none'; sandbox"
"""What strangers' files may do, should a browser show one after all: nothing."""


@dataclass(frozen=True)
class Made:
    """A file to be sent."""

    content: bytes
    name: str
    mime: str


Make = Callable[[Store, Actor, int, Lang], Made]


def _lock(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    return Made(locked_bytes(store, actor, id), _name(lang, id, "json"), "application/json")


def _excel(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    row, tree = get_estimate(store, actor, id)
    content = write_estimate(tree, reference(), lang, Locked(row.sha256, row.locked_at))
    return Made(content, _name(lang, id, "xlsx"), XLSX)


def _word(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    row, tree = get_estimate(store, actor, id)
    content = report(tree, lang, sha256=row.sha256, reference=reference())
    return Made(content, _name(lang, id, "docx"), DOCX)


def _annual_report(store: Store, actor: Actor, year: int, lang: Lang) -> Made:
    name = say("annual_report.file", lang, year=str(year))
    return Made(annual_report(store, actor, year, reference(), lang), f"{name}.docx", DOCX)


def _evaluation(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    content = evaluation_report(store, actor, id, lang)
    return Made(content, f"{say('evaluation_report.file', lang)}-{id}.docx", DOCX)


def _answers(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    frame = answers_of(store, actor, id)
    content = answer_workbook(get_survey(store, actor, id), frame, lang)
    return Made(content, f"{say('surveys_page.file_name', lang)}-{id}.xlsx", XLSX)


def _application_paper(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    """A paper of an application. The board's people open it through the case, where conflicts are asked for.

    One who has another role besides doesn't get round that; their own organisation's papers are theirs all the same.
    """
    if may(actor, "case.score"):
        with store.read() as db:
            held = paper_at(db, id)
            if held.kind != "application":
                raise LookupError(f"attachment {id} is not of an application")
            own = actor.id in application_at(db, held.resource, dt.datetime.now(dt.UTC)).owners
        if not own:
            return _handed_in(*open_case_paper(store, actor, held.resource, id))
    return _handed_in(*open_paper(store, actor, id))


def _claim_paper(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    return _handed_in(*open_claim_paper(store, actor, id))


def _handed_in(paper: Paper, content: bytes) -> Made:
    return Made(content, paper.name, paper.media)


def _payment_file(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    found = batch_file(store, actor, id)
    return Made(found.content, found.name, "application/xml")


def _letters(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    made = letters_of_meeting(store, actor, id)
    return Made(made.content, made.name, "application/zip")


def _case(store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    made = case_archive(store, actor, id)
    return Made(made.content, made.name, "application/zip")


def _own_data(store: Store, actor: Actor, account: int, lang: Lang) -> Made:
    return Made(own_data_file(store, actor, account, lang), f"{say('personal_data.file', lang)}.zip", "application/zip")


def _paper(paper: str, store: Store, actor: Actor, id: int, lang: Lang) -> Made:
    made = make(store, actor, paper, id, lang)
    return Made(made.content, made.name, DOCX)


KINDS: Mapping[tuple[str, str], Make] = {
    ("anslag", "json"): _lock,
    ("anslag", "xlsx"): _excel,
    ("anslag", "docx"): _word,
    ("evaluering", "docx"): _evaluation,
    ("svar", "xlsx"): _answers,
    ("vedlegg", "fil"): _application_paper,
    ("bilag", "fil"): _claim_paper,
    ("betalingsfil", "xml"): _payment_file,
    ("vedtaksbrev-alle", "zip"): _letters,
    ("sak", "zip"): _case,
    ("mine-opplysninger", "zip"): _own_data,
    ("tilsagnsbrev", "docx"): partial(_paper, "award_letter"),
    ("vedtaksbrev", "docx"): partial(_paper, "decision_letter"),
    ("mangelbrev", "docx"): partial(_paper, "completion_request"),
    ("sakliste", "docx"): partial(_paper, "agenda"),
    ("protokoll", "docx"): partial(_paper, "minutes"),
    ("utbetalingsvarsel", "docx"): partial(_paper, "payment_advice"),
    ("sluttbrev", "docx"): partial(_paper, "closing_letter"),
    ("bidragsoversikt", "docx"): partial(_paper, "partner_statement"),
    ("aarsrapport", "docx"): _annual_report,
}
"""What makes each file, by the sort of thing and the file's kind, as they stand in its address."""


async def download(request: Request) -> Response:
    """``/last-ned/<sort>/<id>.<kind>``: the file, or why not, on a page of its own."""
    lang, path = language_of(request), request.path_params
    make_it = KINDS.get((path["sort"], path["kind"]))
    if make_it is None:
        return page(request, say("page.gone", lang), "", status=404)
    token = request.cookies.get(SESSION_COOKIE, "")
    try:
        made = await run_in_threadpool(_made, make_it, token, path["id"], lang)
    except Refused as refused:
        _log(refused.actor.id, request)
        body = link(say("page.title.sign_in", lang), "/logg-inn")
        return page(request, refused.verdict.reason(lang), body, status=403)
    except LookupError:
        return page(request, say("page.gone", lang), "", status=404)
    except Faults as found:
        conflict = any(one.code.startswith("conflicts.") for one in found.faults)
        if conflict:
            _log("conflict", request)
        status = 403 if conflict else 409
        return page(request, say("papers.not_fetched", lang), "", faults=found.faults, status=status)
    headers = {
        "Content-Disposition": _as_attachment(made.name),
        "Content-Security-Policy": _ALIEN,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(made.content, media_type=made.mime, headers=headers)


ROUTES = [Route("/last-ned/{sort:str}/{id:int}.{kind:str}", download, methods=["GET"])]


def _made(make_it: Make, token: str, id: int, lang: Lang) -> Made:
    with open_store() as store:
        session = whose(store, token) if token else None
        return make_it(store, session.actor if session else ANYONE, id, lang)


def _log(who: str, request: Request) -> None:
    path = request.path_params
    logging.getLogger("ringvirk").warning("%s was refused /last-ned/%s/%d", who, path["sort"], path["id"])


def _as_attachment(name: str) -> str:
    """The header that names a file: plain signs for old browsers, then the name as it is (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " ._-()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _name(lang: Lang, id: int, kind: str) -> str:
    return f"{say('page.file.estimate', lang)}-{id}.{kind}"
