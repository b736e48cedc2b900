"""Sign-in through the organisation's own provider (OpenID Connect), when ``secrets.toml`` has ``[auth]``.

    [auth]
    name = "Entra ID"                     # what the link says
    client_id = "…"
    client_secret = "…"
    server_metadata_url = "https://…/.well-known/openid-configuration"
    redirect_uri = "https://ringvirk.example/oidc/tilbake"

The provider says who someone is; what they may do comes from our database, as for everyone. Afterwards the session is
of the same kind as with a password. Authlib does the exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx2
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.html_page import language_of, link, page
from app.session_cookie import next_address, source_of, with_session
from data import sessions
from data.faults import Fault, Faults
from data.phrases import say
from data.store import open_store

_AWAY = (httpx2.HTTPError, httpx2.InvalidURL, ValueError)
"""No answer from the provider, one that is no answer of a provider, or none in time."""


def settings() -> dict[str, Any] | None:
    """The ``[auth]`` table of the secrets; None where there is none."""
    try:
        return dict(st.secrets["auth"])
    except (KeyError, FileNotFoundError, st.errors.StreamlitSecretNotFoundError):
        return None


def configured() -> bool:
    return settings() is not None


def provider_name() -> str:
    return str((settings() or {}).get("name", "OpenID Connect"))


@cache
def _client() -> Any:
    from authlib.integrations.starlette_client import OAuth

    given = settings() or {}
    oauth = OAuth()
    oauth.register(
        "provider",
        client_id=given["client_id"],
        client_secret=given.get("client_secret"),
        server_metadata_url=given["server_metadata_url"],
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
    )
    return oauth.provider


async def begin(request: Request) -> Response:
    """Send the browser to the provider; where to go afterwards waits in the signed cookie of the exchange."""
    if not configured():
        return RedirectResponse("/logg-inn", status_code=303)
    request.session["next"] = next_address(request)
    back = (settings() or {}).get("redirect_uri") or str(request.url_for("oidc_back"))
    try:
        answer: Response = await _client().authorize_redirect(request, back)
    except _AWAY:
        return _refused(request, (Fault("", "", "", "signing.provider_away"),), 503)
    return answer


async def back(request: Request) -> Response:
    """What the provider answered: sign in, or say why not."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError

    if not configured():
        return RedirectResponse("/logg-inn", status_code=303)
    try:
        token = await _client().authorize_access_token(request)
        about = token.get("userinfo") or {}
        signed = await run_in_threadpool(
            _sign_in,
            str(about.get("iss", "")),
            str(about.get("sub", "")),
            str(about.get("email", "")),
            _verified(about),
            source_of(request),
        )
    except (OAuthError, JoseError):
        return _refused(request, (Fault("", "", "", "signing.provider_refused"),))
    except _AWAY:
        return _refused(request, (Fault("", "", "", "signing.provider_away"),), 503)
    except Faults as refused:
        return _refused(request, refused.faults)
    return await with_session(request, next_address(request, str(request.session.pop("next", "/"))), signed)


def _verified(about: Mapping[str, Any]) -> bool:
    """Whether the provider says that the address is the person's own.

    Entra ID has no ``email_verified``; where its optional claim ``xms_edov`` is asked for, it says that the owner of
    the address's domain is verified, as true or 1. It is heard only where ``email_verified`` isn't there at all.
    """
    if "email_verified" in about:
        return about["email_verified"] is True
    return about.get("xms_edov") in (True, "1", "true")  # 1 == True


def _sign_in(issuer: str, subject: str, email: str, verified: bool, source: str) -> str:
    with open_store() as store:
        return sessions.sign_in_oidc(store, issuer, subject, email, verified, source=source).token


def _refused(request: Request, faults: tuple[Fault, ...], status: int = 403) -> Response:
    lang = language_of(request)
    body = link(say("signing.sign_in", lang), "/logg-inn")
    return page(request, say("signing.title", lang), body, faults=faults, status=status)


ROUTES = [Route("/oidc", begin, methods=["GET"]), Route("/oidc/tilbake", back, methods=["GET"], name="oidc_back")]
