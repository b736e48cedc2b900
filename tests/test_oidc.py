"""Sign-in through a provider: a small OpenID Connect server runs in the test, and the exchange is a real one."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from serving import Served
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app import oidc, signing_in
from app.visit import SESSION_COOKIE
from data import accounts, sessions
from data.permission import OPERATOR
from data.store import Store, open_store

HERE = "http://ringvirk.example"
CLIENT = "ringvirk"


@dataclass
class Provider:
    """A provider with one person; what it says of them can be changed by the test."""

    port: int
    person: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    signed_by: RSAKey | None = None
    audience: str = CLIENT
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def about(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        given = dict(request.query_params)
        code = f"code-{len(self.asked)}"
        self.asked[code] = given
        return RedirectResponse(f"{given['redirect_uri']}?code={code}&state={given['state']}", 303)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.asked.pop(form.get("code", ""), None)
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + 60,
            "nonce": asked.get("nonce"),
            **self.person,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signed_by or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": signed})


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        provider = Provider(probe.getsockname()[1])
    routes = [
        Route("/.well-known/openid-configuration", provider.about),
        Route("/jwks", provider.keys),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=provider.port, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield provider
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def provider(server: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    server.person = {"sub": "person-1", "email": "person@eksempel.no", "email_verified": True}
    server.signed_by, server.audience = None, CLIENT
    given = {
        "name": "Prøvetilbyder",
        "client_id": CLIENT,
        "client_secret": "made up for this test",
        "server_metadata_url": f"{server.issuer}/.well-known/openid-configuration",
        "redirect_uri": f"{HERE}/oidc/tilbake",
    }
    monkeypatch.setattr(oidc, "settings", lambda: given)
    oidc._client.cache_clear()
    yield server
    oidc._client.cache_clear()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    with open_store(tmp_path) as opened:
        accounts.create_account(opened, OPERATOR, "person@eksempel.no", "Eksempel person", ["administrator"])
        yield opened


@pytest.fixture
def browser(store: Store) -> TestClient:
    middleware = [Middleware(SessionMiddleware, secret_key="made up for this test")]
    return TestClient(Starlette(routes=signing_in.ROUTES, middleware=middleware), base_url=HERE, follow_redirects=False)


def exchange(browser: TestClient, provider: Provider, start: str = "/oidc") -> Any:
    """From the link on the sign-in page to the provider and back; the answer of our own route."""
    import httpx2

    sent = browser.get(start)
    assert sent.status_code == 302 and sent.headers["location"].startswith(provider.issuer)
    answer = httpx2.get(sent.headers["location"])
    back = urlsplit(answer.headers["location"])
    return browser.get(f"{back.path}?{back.query}")


def test_the_sign_in_page_offers_the_provider(browser: TestClient, provider: Provider) -> None:
    assert "Logg inn med Prøvetilbyder" in browser.get("/logg-inn").text


def test_a_person_of_the_provider_gets_a_session_with_our_roles(
    browser: TestClient, provider: Provider, store: Store
) -> None:
    answer = exchange(browser, provider, "/oidc?next=/kontoer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/kontoer")
    found = sessions.whose(store, browser.cookies[SESSION_COOKIE])
    assert found is not None and found.roles == ("administrator",)
    # Bound to the person now: another address at the provider changes nothing.
    provider.person["email"] = "new@eksempel.no"
    assert exchange(browser, provider).status_code == 303


@pytest.mark.parametrize(
    "person",
    [
        {"email": "unknown@eksempel.no"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ""},
        {"email_verified": False, "xms_edov": True},
        {"email_verified": ..., "xms_edov": False},
        {"email_verified": ..., "xms_edov": "0"},
        {"email_verified": ...},
    ],
)
def test_who_has_no_account_or_no_verified_address_is_refused(
    browser: TestClient, provider: Provider, person: dict[str, Any]
) -> None:
    provider.person = {name: one for name, one in (provider.person | person).items() if one is not ...}
    answer = exchange(browser, provider)
    assert answer.status_code == 403 and SESSION_COOKIE not in browser.cookies


@pytest.mark.parametrize("said", [True, 1, "1", "true"])
def test_entra_says_in_its_own_claim_that_the_address_is_verified(
    browser: TestClient, provider: Provider, said: Any
) -> None:
    del provider.person["email_verified"]
    provider.person["xms_edov"] = said
    assert exchange(browser, provider).status_code == 303 and browser.cookies[SESSION_COOKIE]


def test_what_is_too_old_or_used_before_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.person["exp"] = int(time.time()) - 600
    assert exchange(browser, provider).status_code == 403
    del provider.person["exp"]
    import httpx2

    sent = browser.get("/oidc").headers["location"]
    back = urlsplit(httpx2.get(sent).headers["location"])
    assert browser.get(f"{back.path}?{back.query}").status_code == 303
    browser.cookies.delete(SESSION_COOKIE)
    assert browser.get(f"{back.path}?{back.query}").status_code == 403, "the same answer a second time"
    assert SESSION_COOKIE not in browser.cookies


def test_a_provider_that_is_away_is_told_of_and_a_password_still_works(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {**(oidc.settings() or {}), "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration"}
    monkeypatch.setattr(oidc, "settings", lambda: gone)
    oidc._client.cache_clear()
    answer = browser.get("/oidc")
    assert answer.status_code == 503 and "svarer ikke" in answer.text and "/logg-inn" in answer.text
    assert browser.get("/logg-inn").status_code == 200
    monkeypatch.setattr(oidc, "settings", lambda: {**gone, "server_metadata_url": f"{provider.issuer}/jwks/none"})
    oidc._client.cache_clear()
    assert browser.get("/oidc").status_code == 503, "an answer that is none"


def test_forged_answers_are_refused(browser: TestClient, provider: Provider) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "one"})
    assert exchange(browser, provider).status_code == 403
    provider.signed_by, provider.audience = None, "another program"
    assert exchange(browser, provider).status_code == 403
    provider.audience, provider.person["nonce"] = CLIENT, "replayed"
    assert exchange(browser, provider).status_code == 403
    del provider.person["nonce"]
    assert browser.get("/oidc/tilbake?code=x&state=never-asked").status_code == 403
    assert browser.get("/oidc/tilbake?error=access_denied").status_code == 403
    assert SESSION_COOKIE not in browser.cookies


def test_without_configuration_there_is_no_such_way_in(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "settings", lambda: None)
    for path in ("/oidc", "/oidc/tilbake?code=x&state=y"):
        assert browser.get(path).headers["location"] == "/logg-inn"


@pytest.mark.slow
def test_the_way_out_and_back_may_pass_two_processes(
    provider: Provider, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Real processes with the settings of ``secrets.toml``: one sends the browser out, the other takes it back."""
    import httpx2

    home = tmp_path / "home" / ".streamlit"
    home.mkdir(parents=True)
    given = {
        "client_id": CLIENT,
        "client_secret": "made up for this test",
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        "redirect_uri": f"{HERE}/oidc/tilbake",
    }
    secrets = "[auth]\n" + "".join(f'{name} = "{one}"\n' for name, one in given.items())
    (home / "secrets.toml").write_text(secrets, encoding="utf-8")
    around = {"HOME": str(home.parent), "STREAMLIT_SERVER_COOKIE_SECRET": "the same in both, for this test"}
    options = ("--secrets.files", str(home / "secrets.toml"))
    with Served(tmp_path, around, options) as out, Served(tmp_path, around, options) as home_again:
        with httpx2.Client() as client:
            sent = client.get(f"http://127.0.0.1:{out.port}/oidc?next=/kontoer")
            assert sent.status_code == 302, sent.text
            asked = parse_qs(urlsplit(sent.headers["location"]).query)
            assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"]
            back = urlsplit(httpx2.get(sent.headers["location"]).headers["location"])
            answer = client.get(f"http://127.0.0.1:{home_again.port}{back.path}?{back.query}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/kontoer")
        assert sessions.whose(store, answer.cookies[SESSION_COOKIE]) is not None
        told = out.told() + home_again.told()
        assert "made up" not in told and "person@" not in told and back.query not in told
