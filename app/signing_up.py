"""An applicant makes an account: a plain form that works without scripts, beside the one for signing in."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.html_page import field, form, language_of, link, page, paragraph
from app.posted import alike, posted, text_of
from app.session_cookie import source_of
from data.faults import Fault, Faults
from data.mail import mail_is_set_up
from data.phrases import Lang, say
from data.store import open_store
from fund.applicant.own_account import ask_account

ADDRESS = "/ny-konto"


async def show_new(
    request: Request, faults: tuple[Fault, ...] = (), email: str = "", name: str = "", number: str = ""
) -> Response:
    """The form, with what was typed and everything that is wrong with it."""
    lang = language_of(request)
    fields = [
        field("name", say("signing_up.name", lang), value=name, autocomplete="name"),
        field("email", say("signing.email", lang), kind="email", value=email, autocomplete="username"),
        field("number", say("signing_up.number", lang), value=number, hint=say("signing_up.number_hint", lang)),
    ]
    how = "signing_up.code_mailed" if mail_is_set_up() else "signing_up.code_handed"
    body = paragraph(say("signing_up.about", lang)) + paragraph(say(how, lang))
    body += form(f"{ADDRESS}?{urlencode({'lang': lang})}", fields, say("signing_up.make", lang))
    body += link(say("signing_up.have_account", lang), f"/logg-inn?{urlencode({'lang': lang})}")
    return page(request, say("signing_up.title", lang), body, faults=faults, status=400 if faults else 200)


async def make(request: Request, given: FormData) -> Response:
    """The same answer whether or not there is such an account."""
    lang = language_of(request)
    email, name, number = (text_of(given, one) for one in ("email", "name", "number"))
    try:
        await run_in_threadpool(_ask, email, name, number, lang, source_of(request))
    except Faults as refused:
        return await show_new(request, refused.faults, email, name, number)
    key = "signing_up.asked" if mail_is_set_up() else "signing_up.asked_handed"
    body = paragraph(say(key, lang, email=email.strip()))
    body += link(say("signing.have_code", lang), f"/kode?{urlencode({'lang': lang})}")
    return page(request, say("signing_up.title", lang), body)


ROUTES = [
    Route(ADDRESS, show_new, methods=["GET"]),
    Route(ADDRESS, posted(alike(make)), methods=["POST"]),
]


def _ask(email: str, name: str, number: str, lang: Lang, source: str) -> None:
    with open_store() as store:
        ask_account(store, email, name, number, lang, source)
