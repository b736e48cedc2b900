"""What every answer carries: which scripts may run, who may frame it, what may be kept; and whom a WebSocket is for.

Scripts run from this server's own files, and the few lines of :mod:`app.inline` by the digest of their text: what
someone managed to put into a page would not run. Styles within a page are let through, since Streamlit writes them so.

Over TLS the session's cookie has a name that browsers take from this very host only (``__Host-``), so that no
neighbour under the same domain can plant one; inside the program it has its plain name always.
"""

from __future__ import annotations

import logging
from collections import Counter
from urllib.parse import urlsplit

from starlette.datastructures import Headers as Given
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.inline import digests
from app.visit import SESSION_COOKIE
from data.limits import limit

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PAGE = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' {' '.join(digests())}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""For Streamlit's pages. Charts need no ``unsafe-eval``: its Vega reads expressions instead of compiling them."""
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TLS_ONLY = f"max-age={limit('tls_only') * 24 * 3600}; includeSubDomains"
_SHUT = ("/_stcore/metrics", "/_stcore/agent", "/auth/", "/oauth2callback")
"""What Streamlit offers to anyone and nobody here uses: its figures, programs' way in, and signing in beside ours."""
_HOSTS_OWN = f"__Host-{SESSION_COOKIE}"
_LOCAL = frozenset({"", "127.0.0.1", "::1"})


class Headers:
    """Adds the headers to every answer that doesn't set its own, and guards the door of the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        tls = over_tls(scope)
        headers = [_without_host(one) for one in scope["headers"]] if tls else scope["headers"]
        scope = {**scope, "headers": headers, "client": _client(scope)}
        if scope["type"] == "websocket":
            return await self._page(scope, receive, send)
        return await self._answer(scope, receive, send, tls)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page's WebSocket, for a page of this host and port, and not too many for one visitor.

        Streamlit itself lets in any port of ``localhost``, and asks an outside service for this machine's address
        before it refuses anyone else.
        """
        source = scope["client"][0]
        if not _from_here(Given(scope=scope)) or self._open[source] >= limit("pages_source"):
            logging.getLogger("ringvirk").warning("a page's connection was refused")
            await receive()
            return await send({"type": "websocket.close", "code": 1008, "reason": ""})
        self._open[source] += source not in _LOCAL
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[source] -= source not in _LOCAL
            self._open += Counter()  # forgets who has none left

    async def _answer(self, scope: Scope, receive: Receive, send: Send, tls: bool) -> None:
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if message["status"] != 304:  # says no kind; the browser would put our policy over the page it has
                    _complete(MutableHeaders(scope=message), scope["path"], tls)
            await send(message)

        try:
            if scope["path"].startswith(_SHUT):
                return await PlainTextResponse("Not Found", 404)(scope, receive, with_headers)
            await self.app(scope, receive, with_headers)
        except Exception:
            if begun:
                raise
            logging.getLogger("ringvirk").exception("an answer failed")
            await PlainTextResponse("Internal Server Error", 500)(scope, receive, with_headers)


def over_tls(scope: Scope) -> bool:
    """Whether the visitor came over TLS, as the server or the proxy before it says."""
    return scope["scheme"] in ("https", "wss") or Given(scope=scope).get("x-forwarded-proto") == "https"


def _client(scope: Scope) -> tuple[str, int]:
    """Who asks: as the proxy on this machine says, where there is one, else the other end of the line.

    Where the server listens for both kinds of addresses, the proxy is ``::ffff:127.0.0.1``, which the server's own
    reading of ``X-Forwarded-For`` doesn't know for this machine: all visitors would be one.
    """
    host, port = scope.get("client") or ("", 0)
    host = host.removeprefix("::ffff:")
    told = Given(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
    return (told, 0) if told and host in _LOCAL else (host, port)


def _complete(headers: MutableHeaders, path: str, tls: bool) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    kind = headers.get("content-type", "").partition(";")[0]
    headers.setdefault("Content-Security-Policy", _PAGE if kind.endswith(("/html", "/javascript")) else _NO_PAGE)
    if path.startswith("/media/"):  # files made for one visitor; Streamlit says nothing of how long they may be kept
        headers["Cache-Control"] = "private, no-store"
    headers.setdefault("Cache-Control", "no-store")
    if tls:
        headers.setdefault("Strict-Transport-Security", _TLS_ONLY)
        headers.raw[:] = [_with_host(one) for one in headers.raw]


def _from_here(headers: Given) -> bool:
    """Whether the page that opens a WebSocket is of this host and port; a program that is no browser names none."""
    origin = headers.get("origin")
    return origin is None or (urlsplit(origin).netloc or "-") == headers.get("host")


def _without_host(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Of the cookies that came over TLS, the session's is taken under the host's own name only."""
    name, value = header
    if name != b"cookie":
        return header
    plain, own = (f"{one}=".encode() for one in (SESSION_COOKIE, _HOSTS_OWN))
    kept = [one for one in (part.strip() for part in value.split(b";")) if not one.startswith(plain)]
    return name, b"; ".join(plain + one[len(own) :] if one.startswith(own) else one for one in kept)


def _with_host(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A cookie that is set over TLS travels over TLS only; the session's has the host's own name."""
    name, value = header
    if name != b"set-cookie":
        return header
    if value.startswith(f"{SESSION_COOKIE}=".encode()):
        value = b"__Host-" + value
    return name, value if b"; secure" in value.lower() else value + b"; Secure"
