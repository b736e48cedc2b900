"""Forms that are posted to the plain pages: from this site only, no larger than a form is, and within its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.html_page import language_of, page
from data.faults import Fault
from data.limits import limit
from data.phrases import say

MAX_FORM = 20_000
Handler = Callable[[Request], Awaitable[Response]]


def same_site(request: Request) -> bool:
    """Whether a posted form came from this site, by what the browser says."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def posted(handler: Callable[[Request, FormData], Awaitable[Response]]) -> Handler:
    """A handler of posted forms: from this site only, and no larger than a form is."""

    async def guarded(request: Request) -> Response:
        lang = language_of(request)
        length = request.headers.get("content-length", "")
        if not same_site(request) or not length.isdecimal() or int(length) > MAX_FORM:
            fault = Fault("", "", "", "signing.other_site")
            return page(request, say("signing.title", lang), "", faults=[fault], status=403)
        given = await typed_in(request, 20)
        return await handler(request, given) if given is not None else Response(status_code=408)

    return guarded


def alike(handler: Callable[[Request, FormData], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """The handler, whose answer comes no sooner than ``alike`` milliseconds: how much there was to do isn't seen."""

    async def slowed(request: Request, given: FormData) -> Response:
        answer, _ = await asyncio.gather(handler(request, given), asyncio.sleep(limit("alike") / 1000))
        return answer

    return slowed


async def typed_in(request: Request, fields: int) -> FormData | None:
    """The form's fields; None where they don't come within the time that a form takes (``form_wait``)."""
    try:
        async with asyncio.timeout(limit("form_wait")):
            return await request.form(max_files=0, max_fields=fields)
    except TimeoutError:
        return None


def text_of(given: FormData, name: str) -> str:
    """A field's text; "" where it is missing. Half signs, which a form in an odd encoding can hold, become «?»."""
    value = given.get(name, "")
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""
