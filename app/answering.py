"""A survey's public pages, for anyone: the form, its QR code, the questionnaire for printing. All without scripts.

No session, no cookie and no picture is needed, and a page is small enough for a weak network. A form that is sent twice
counts once, and what was typed stays until everything in it can be stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.html_page import language_of, link, page, paragraph
from app.posted import text_of, typed_in
from app.session_cookie import source_of
from app.surveying.form import STYLE, fault_list, form_body
from app.surveying.print_out import PRINT_STYLE, print_body
from app.surveying.qr import answer_address, qr_svg
from app.text import markup
from data.clock import today, written
from data.faults import Fault, Faults
from data.phrases import Lang, say
from data.store import open_store
from impact.feedback import sender_of
from impact.survey.answers import add_answer, new_token
from impact.survey.surveys import Survey, survey_by_code

MAX_FORM = 64_000
_FIELDS = 80
_KEPT = {"Cache-Control": "public, max-age=3600"}


async def show(request: Request) -> Response:
    """The form; the thanks with ``?takk=1``; the questionnaire for printing with ``?utskrift=1``."""
    lang = language_of(request)
    survey = await _survey(request)
    if survey is None:
        return _gone(request, lang)
    if "utskrift" in request.query_params:
        address = answer_address(str(request.base_url), survey.code)
        return page(request, survey.questionnaire.text(lang), print_body(survey, lang, address), style=PRINT_STYLE)
    if "takk" in request.query_params:
        body = paragraph(say("answering.thanks.text", lang))
        body += link(say("answering.thanks.another", lang), _address(survey, lang))
        return page(request, say("answering.thanks.title", lang), body)
    if survey.state(today()) != "open":
        return _not_open(request, survey, lang)
    return _form(request, survey, lang, {}, (), new_token())


async def receive(request: Request) -> Response:
    """Take an answer, and lead on to the thanks; with faults the form again, as it was filled in."""
    lang = language_of(request)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MAX_FORM:
        text = paragraph(say("answering.large.text", lang))
        return page(request, say("answering.large.title", lang), text, status=413)
    survey = await _survey(request)
    if survey is None:
        return _gone(request, lang)
    form = await typed_in(request, _FIELDS)
    if form is None:
        return Response(status_code=408)
    given, token = _given(survey, form), text_of(form, "token")
    try:
        await run_in_threadpool(_add, survey.code, given, lang, token, source_of(request))
    except Faults as found:
        if survey.state(today()) != "open":
            return _not_open(request, survey, lang)
        many = any(one.code == "survey.too_many" for one in found.faults)
        whole = all(one.code != "survey.no_token" for one in found.faults)
        status = 429 if many else 400
        return _form(request, survey, lang, given, found.faults, token if whole else new_token(), status)
    except LookupError:  # taken away meanwhile
        return _gone(request, lang)
    return RedirectResponse(f"{_address(survey, lang)}&takk=1", status_code=303)


async def qr(request: Request) -> Response:
    """The QR code of the form's address, as SVG."""
    survey = await _survey(request)
    if survey is None:
        return _gone(request, language_of(request))
    svg = qr_svg(answer_address(str(request.base_url), survey.code))
    return Response(svg, media_type="image/svg+xml", headers=_KEPT)


ROUTES = [
    Route("/svar/{code:str}", show, methods=["GET"]),
    Route("/svar/{code:str}", receive, methods=["POST"]),
    Route("/svar/{code:str}/qr.svg", qr, methods=["GET"]),
]


def _form(
    request: Request,
    survey: Survey,
    lang: Lang,
    given: Mapping[str, str],
    faults: tuple[Fault, ...],
    token: str,
    status: int = 200,
) -> Response:
    asked = survey.questionnaire
    until = say("answering.form.until", lang, closes=written(survey.closes, "long", lang))
    body = fault_list(faults, lang)
    body += f'<p class="event">{markup(survey.name(lang))}</p>'
    body += "".join(paragraph(one) for one in (f"{asked.lead(lang)} {until}", say("answering.about.what", lang)))
    body += paragraph(say("answering.about.who", lang))
    body += form_body(asked, lang, given, faults, _address(survey, lang), token)
    return page(request, asked.text(lang), body, style=STYLE, status=status)


def _not_open(request: Request, survey: Survey, lang: Lang) -> Response:
    """Told kindly that it opens later, or that it is closed."""
    state = survey.state(today())
    days = {"opens": written(survey.opens, "long", lang), "closes": written(survey.closes, "long", lang)}
    fault = Fault("", "", "", f"survey.{state}", days)
    text = paragraph(survey.name(lang)) + paragraph(fault.expected(lang))
    return page(request, fault.problem(lang), text, status=410 if state == "closed" else 200)


def _gone(request: Request, lang: Lang) -> Response:
    return page(request, say("answering.gone.title", lang), paragraph(say("answering.gone.text", lang)), status=404)


def _address(survey: Survey, lang: Lang) -> str:
    return f"/svar/{survey.code}?{urlencode({'lang': lang})}"


async def _survey(request: Request) -> Survey | None:
    return await run_in_threadpool(_found, request.path_params["code"])


def _found(code: str) -> Survey | None:
    with open_store() as store:
        try:
            return survey_by_code(store, code)
        except LookupError:
            return None


def _add(code: str, given: Mapping[str, str], lang: Lang, token: str, source: str) -> None:
    day = today()
    with open_store() as store:
        add_answer(store, code, given, lang, token=token, sender=sender_of(f"svar {source}", day), day=day)


def _given(survey: Survey, form: FormData) -> dict[str, str]:
    """What was typed or chosen, by question; fields that are no question's are left where they are."""
    return {name: text_of(form, name) for name in survey.questionnaire.names}
