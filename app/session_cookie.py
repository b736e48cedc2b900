"""The session's cookie, and where one goes once it is set: what every way of signing in ends with."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.visit import SESSION_COOKIE
from data.limits import span


def next_address(request: Request, given: str | None = None) -> str:
    """Where to go afterwards: a path within this site, else the first page. No other site can be given."""
    wanted = given if given is not None else request.query_params.get("next", "/")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    plain = all(sign.isprintable() for sign in wanted) and "\\" not in wanted
    own = ("/logg-inn", "/logg-ut")
    return wanted if inside and plain and len(wanted) < 500 and not wanted.startswith(own) else "/"


def with_session(request: Request, address: str, token: str) -> Response:
    """Go on to ``address``, signed in."""
    response = RedirectResponse(address, status_code=303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    age = int(span("session").total_seconds())
    response.set_cookie(SESSION_COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")
    return response


def without_session(response: Response) -> Response:
    """The answer, which takes the cookie away."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response
