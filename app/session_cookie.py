"""The session's cookie, and where one goes once it is set: what every way of signing in ends with."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.headers import over_tls
from app.visit import SESSION_COOKIE
from data.limits import span
from data.sessions import sign_out
from data.store import open_store


def source_of(request: Request) -> str:
    """The address that a request comes from, to slow guessing; it is only kept as a salted digest."""
    return request.client.host if request.client else ""


def next_address(request: Request, given: str | None = None) -> str:
    """Where to go afterwards: a path within this site, else the first page. No other site can be given."""
    wanted = given if given is not None else request.query_params.get("next", "/")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    plain = all(sign.isprintable() for sign in wanted) and "\\" not in wanted
    own = ("/logg-inn", "/logg-ut")
    return wanted if inside and plain and len(wanted) < 500 and not wanted.startswith(own) else "/"


async def with_session(request: Request, address: str, token: str) -> Response:
    """Go on to ``address``, signed in. The session that the browser had before ends."""
    await leave(request)
    response = RedirectResponse(address, status_code=303)
    age, secure = int(span("session").total_seconds()), over_tls(request.scope)
    response.set_cookie(SESSION_COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")
    return response


async def leave(request: Request) -> None:
    """End the session that the browser has, if any."""
    if token := request.cookies.get(SESSION_COOKIE, ""):
        await run_in_threadpool(_end, token)


def without_session(response: Response) -> Response:
    """The answer, which takes the cookie away."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


def _end(token: str) -> None:
    with open_store() as store:
        sign_out(store, token)
