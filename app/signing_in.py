"""Sign-in, sign-out and passwords, as real pages that set and clear the session's cookie.

The cookie is HttpOnly and SameSite=Lax, and holds a token that is new at each sign-in. A posted form must come from
this site: the browser's own word on that (Sec-Fetch-Site, else Origin) is asked for, so no other site can sign anyone
in or out.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app import oidc
from app.html_page import field, form, language_of, link, page, paragraph
from app.posted import alike, posted, text_of
from app.session_cookie import leave, next_address, source_of, with_session, without_session
from app.text import markup
from data import accounts, recovery, second_step, sessions
from data.faults import Fault, Faults
from data.phrases import Lang, say
from data.sessions import Signed
from data.store import open_store

STEP = "/logg-inn/kode"


async def show_sign_in(request: Request, faults: tuple[Fault, ...] = (), email: str = "") -> Response:
    """The sign-in form; on a program without an administrator, the form for the first one."""
    lang = language_of(request)
    if await run_in_threadpool(_nobody_yet):
        return RedirectResponse(f"/forste-administrator?{urlencode({'lang': lang})}", status_code=303)
    address = next_address(request)
    fields = [
        field("email", say("signing.email", lang), kind="email", value=email, autocomplete="username"),
        field("password", say("signing.password", lang), kind="password", autocomplete="current-password"),
        f'<input type="hidden" name="next" value="{markup(address)}">',
    ]
    body = form(_with_lang("/logg-inn", lang), fields, say("signing.sign_in", lang))
    body += link(say("signing.forgotten", lang), _with_lang("/glemt-passord", lang))
    body += link(say("signing.have_code", lang), _with_lang("/kode", lang))
    body += link(say("signing.new_account", lang), _with_lang("/ny-konto", lang))
    if oidc.configured():
        target = f"/oidc?{urlencode({'next': address})}"
        body = link(say("signing.oidc", lang, name=oidc.provider_name()), target) + body
    return page(request, say("signing.title", lang), body, faults=faults, status=400 if faults else 200)


async def sign_in(request: Request, given: FormData) -> Response:
    email, password = text_of(given, "email"), text_of(given, "password")
    try:
        signed = await run_in_threadpool(_sign_in, email, password, source_of(request))
    except Faults as refused:
        return await show_sign_in(request, refused.faults, email)
    return await _let_in(request, next_address(request, text_of(given, "next")), signed)


async def _let_in(request: Request, address: str, signed: Signed) -> Response:
    """Go on signed in; or to the second step, where the account has one."""
    if signed.token:
        return await with_session(request, address, signed.token)
    return _show_step(request, signed.halfway, address)


def _show_step(request: Request, halfway: str, address: str, faults: tuple[Fault, ...] = ()) -> Response:
    """The form of the second step. What opens it stands in the form, never in an address."""
    lang = language_of(request)
    hint = say("signing.step_hint", lang)
    fields = [
        field("code", say("signing.step_code", lang), hint=hint, autocomplete="one-time-code"),
        f'<input type="hidden" name="halfway" value="{markup(halfway)}">',
        f'<input type="hidden" name="next" value="{markup(address)}">',
    ]
    body = form(_with_lang(STEP, lang), fields, say("signing.sign_in", lang))
    body += paragraph(say("signing.step_lost", lang))
    body += link(say("signing.step_again", lang), _with_lang("/logg-inn", lang))
    return page(request, say("signing.step_title", lang), body, faults=faults, status=400 if faults else 200)


async def give_step(request: Request, given: FormData) -> Response:
    halfway, address = text_of(given, "halfway"), next_address(request, text_of(given, "next"))
    try:
        signed = await run_in_threadpool(_finish, halfway, text_of(given, "code"))
    except Faults as refused:
        return _show_step(request, halfway, address, refused.faults)
    return await with_session(request, address, signed.token)


async def ask_first(request: Request) -> Response:
    """The second step without the first: its address was kept or typed."""
    return RedirectResponse(_with_lang("/logg-inn", language_of(request)), status_code=303)


async def show_sign_out(request: Request) -> Response:
    lang = language_of(request)
    if "ferdig" in request.query_params:
        body = paragraph(say("signing.signed_out_text", lang)) + link(say("signing.sign_in", lang), "/logg-inn")
        return without_session(page(request, say("signing.signed_out", lang), body))
    return page(request, say("signing.sign_out", lang), form("/logg-ut", [], say("signing.sign_out", lang)))


async def sign_out(request: Request, given: FormData) -> Response:
    await leave(request)
    return without_session(RedirectResponse(_with_lang("/logg-ut?ferdig=1", language_of(request)), status_code=303))


async def show_code(request: Request, faults: tuple[Fault, ...] = ()) -> Response:
    """The form where a one-time code is turned into a password of one's own."""
    lang = language_of(request)
    fields = [_code_field(lang, request.query_params.get("kode", "")), _new_password(lang)]
    body = form(_with_lang("/kode", lang), fields, say("signing.set_password", lang))
    return page(request, say("signing.code_title", lang), body, faults=faults, status=400 if faults else 200)


async def use_code(request: Request, given: FormData) -> Response:
    try:
        signed = await run_in_threadpool(
            _use_code, text_of(given, "code"), text_of(given, "password"), source_of(request)
        )
    except Faults as refused:
        return await show_code(request, refused.faults)
    return await _let_in(request, "/", signed)


async def show_forgotten(request: Request) -> Response:
    lang = language_of(request)
    fields = [field("email", say("signing.email", lang), kind="email", autocomplete="username")]
    body = paragraph(say("signing.forgotten_text", lang))
    body += form(_with_lang("/glemt-passord", lang), fields, say("signing.ask", lang))
    return page(request, say("signing.forgotten", lang), body)


async def forgotten(request: Request, given: FormData) -> Response:
    """The same answer whether or not there is such an account."""
    lang = language_of(request)
    await run_in_threadpool(_ask_reset, text_of(given, "email"), source_of(request))
    body = paragraph(say("signing.asked", lang)) + link(say("signing.have_code", lang), _with_lang("/kode", lang))
    return page(request, say("signing.forgotten", lang), body)


async def show_first(request: Request, faults: tuple[Fault, ...] = (), email: str = "", name: str = "") -> Response:
    """The form for the first administrator, who has the code that was printed when the program started."""
    lang = language_of(request)
    if not await run_in_threadpool(_nobody_yet):
        return RedirectResponse(_with_lang("/logg-inn", lang), status_code=303)
    fields = [
        _code_field(lang, "", hint=say("signing.first_code_hint", lang)),
        field("name", say("signing.name", lang), value=name, autocomplete="name"),
        field("email", say("signing.email", lang), kind="email", value=email, autocomplete="username"),
        _new_password(lang),
    ]
    body = paragraph(say("signing.first_text", lang))
    body += form(_with_lang("/forste-administrator", lang), fields, say("signing.create", lang))
    return page(request, say("signing.first_title", lang), body, faults=faults, status=400 if faults else 200)


async def create_first(request: Request, given: FormData) -> Response:
    email, name = text_of(given, "email"), text_of(given, "name")
    password, code = text_of(given, "password"), text_of(given, "code")
    lang, source = language_of(request), source_of(request)
    try:
        token = await run_in_threadpool(_create_first, code, email, name, password, lang, source)
    except Faults as refused:
        return await show_first(request, refused.faults, email, name)
    return await with_session(request, "/", token)


ROUTES = [
    Route("/logg-inn", show_sign_in, methods=["GET"]),
    Route("/logg-inn", posted(sign_in), methods=["POST"]),
    Route(STEP, ask_first, methods=["GET"]),
    Route(STEP, posted(give_step), methods=["POST"]),
    Route("/logg-ut", show_sign_out, methods=["GET"]),
    Route("/logg-ut", posted(sign_out), methods=["POST"]),
    Route("/kode", show_code, methods=["GET"]),
    Route("/kode", posted(use_code), methods=["POST"]),
    Route("/glemt-passord", show_forgotten, methods=["GET"]),
    Route("/glemt-passord", posted(alike(forgotten)), methods=["POST"]),
    Route("/forste-administrator", show_first, methods=["GET"]),
    Route("/forste-administrator", posted(create_first), methods=["POST"]),
    *oidc.ROUTES,
]


def _nobody_yet() -> bool:
    with open_store() as store:
        return not accounts.has_administrator(store)


def _sign_in(email: str, password: str, source: str) -> Signed:
    with open_store() as store:
        return sessions.sign_in(store, email, password, source=source)


def _finish(halfway: str, code: str) -> Signed:
    with open_store() as store:
        return second_step.finish(store, halfway, code)


def _use_code(code: str, password: str, source: str) -> Signed:
    with open_store() as store:
        return recovery.set_password(store, code, password, source=source)


def _ask_reset(email: str, source: str) -> None:
    with open_store() as store:
        recovery.ask_reset(store, email, source)


def _create_first(code: str, email: str, name: str, password: str, lang: Lang, source: str) -> str:
    with open_store() as store:
        accounts.create_first(store, code, email, name, password, lang)
        return sessions.sign_in(store, email, password, source=source).token


def _code_field(lang: Lang, value: str, hint: str = "") -> str:
    return field("code", say("signing.code", lang), value=value, hint=hint or say("signing.code_hint", lang))


def _new_password(lang: Lang) -> str:
    label, hint = say("signing.new_password", lang), say("signing.password_hint", lang)
    return field("password", label, kind="password", hint=hint, autocomplete="new-password")


def _with_lang(address: str, lang: Lang) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': lang})}"
