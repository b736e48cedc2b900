"""The server around the pages: start-up, headers, health."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data import accounts
from data.connection import StoreFault
from data.phrases import say
from data.store import open_store
from impact import __version__
from impact.reference import reference_in
from impact.samples import load_samples

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Headers:
    """Adds the security headers to every answer that doesn't set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Make and migrate the database, load the samples into an empty register, and warm up what the first visitor needs.

    One store stays open as long as the server lives, so that the write-ahead log is not folded at every visit's end.
    """
    with open_store() as store:
        load_samples(store, reference_in())
        code = accounts.first_code(store)
        if code is not None:
            print(_told(code), flush=True)
        _warm_up()
        yield {"version": __version__}


def _told(code: str) -> str:
    return "\n".join(["", *(say("page.first_code", lang, code=code) for lang in ("nb", "en")), ""])


def _warm_up() -> None:
    """Import what is slow to import, so that no visitor waits for it."""
    import altair
    import pandas
    from streamlit.runtime.pages_manager import PagesManager

    from app import navigation
    from app.whole import let_callbacks_end

    # Streamlit takes a folder called ``pages`` for a menu of its own until the first page has run, and tells the first
    # visitor of any other address than the front page's that it isn't there.
    PagesManager.uses_pages_directory = False
    let_callbacks_end()

    logging.getLogger("ringvirk").info(
        "ready: %s, pandas %s, altair %s", __version__, pandas.__version__, altair.__version__
    )
    navigation.entries()


async def health(request: Request) -> Response:
    """Whether the database can be read: 200 or 503, without any detail about the installation."""
    try:
        with open_store() as store, store.read() as db:
            db.execute("SELECT 1 FROM audit LIMIT 1").fetchone()
    except StoreFault as fault:
        return JSONResponse({"status": "fault", "code": fault.code}, 503, {"Cache-Control": "no-store"})
    return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/healthz", health, methods=["GET"])]
