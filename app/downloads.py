"""Files by address, checked for rights as everything else: the locked estimate, its Excel and its Word report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.given import reference
from app.html_page import language_of, link, page
from app.report import report
from app.tables import XLSX
from app.visit import SESSION_COOKIE
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import Lang, say
from data.sessions import whose
from data.store import Store, open_store
from impact.estimate_workbook import Locked, write_estimate
from impact.estimates import get_estimate, locked_bytes

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Made:
    """A file to be sent."""

    content: bytes
    name: str
    mime: str


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


KINDS: dict[str, Callable[[Store, Actor, int, Lang], Made]] = {"json": _lock, "xlsx": _excel, "docx": _word}


async def download(request: Request) -> Response:
    """``/last-ned/anslag/<id>.<kind>``: the file, or why not, on a page of its own."""
    lang = language_of(request)
    make = KINDS.get(request.path_params["kind"])
    if make is None:
        return page(request, say("page.gone", lang), "", status=404)
    token = request.cookies.get(SESSION_COOKIE, "")
    try:
        made = await run_in_threadpool(_made, make, token, request.path_params["id"], lang)
    except Refused as refused:
        body = link(say("page.title.sign_in", lang), "/logg-inn")
        return page(request, refused.verdict.reason(lang), body, status=403)
    except LookupError:
        return page(request, say("page.gone", lang), "", status=404)
    except Faults as found:
        return page(request, say("page.gone", lang), "", faults=found.faults, status=409)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(made.content, media_type=made.mime, headers=headers)


ROUTES = [Route("/last-ned/anslag/{id:int}.{kind:str}", download, methods=["GET"])]


def _made(make: Callable[[Store, Actor, int, Lang], Made], token: str, id: int, lang: Lang) -> Made:
    with open_store() as store:
        session = whose(store, token) if token else None
        return make(store, session.actor if session else ANYONE, id, lang)


def _name(lang: Lang, id: int, kind: str) -> str:
    return f"{say('page.file.estimate', lang)}-{id}.{kind}"
