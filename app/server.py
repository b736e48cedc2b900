"""The server around the pages: start-up and health."""

from __future__ import annotations

import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn import Server

from data import accounts, logs
from data.connection import StoreFault
from data.erasure import redo_erasures
from data.lending import close_all
from data.limits import limit
from data.permission import OPERATOR
from data.phrases import say
from data.sealing import sweep
from data.sessions import roles_in_two_steps
from data.store import open_store
from impact import __version__
from impact.reference import reference_in
from impact.samples import load_samples


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Make and migrate the database, load the samples into an empty register, and warm up what the first visitor needs.

    One store stays open as long as the server lives, so that the write-ahead log is not folded at every visit's end.
    At the end it is: what people had begun is let to its end, for a while, and every store is closed.
    """
    logs.keep_personal_out()
    _end_in_time()
    roles_in_two_steps()
    with open_store() as store:
        sweep(store.folder)
        load_samples(store, reference_in())
        redo_erasures(store, OPERATOR)
        code = accounts.first_code(store)
        if code is not None:
            print(_told(code), flush=True)
        _warm_up()
        yield {"version": __version__}
        await run_in_threadpool(close_all, limit("last_runs"))


def _end_in_time() -> None:
    """Let the server end although a visitor is never heard of again.

    uvicorn waits without end for requests under way when it is told to stop, and Streamlit gives no setting for it: a
    form sent halfway, or a phone that was put away, kept the process until it was killed. uvicorn's server is whose
    handler the signal has.
    """
    if (server := _server()) is not None:
        server.config.timeout_graceful_shutdown = limit("last_answers")


def ending() -> bool:
    """Whether the server was told to stop."""
    server = _server()
    return server is not None and server.should_exit


def _server() -> Server | None:
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return server if isinstance(server, Server) else None


def _told(code: str) -> str:
    return "\n".join(["", *(say("page.first_code", lang, code=code) for lang in ("nb", "en")), ""])


def _warm_up() -> None:
    """Import what is slow to import, so that no visitor waits for it."""
    import altair
    import pandas
    from streamlit.runtime.pages_manager import PagesManager

    from app import navigation
    from app.media import hide_addresses
    from app.whole import let_callbacks_end

    # Streamlit takes a folder called ``pages`` for a menu of its own until the first page has run, and tells the first
    # visitor of any other address than the front page's that it isn't there.
    PagesManager.uses_pages_directory = False
    let_callbacks_end()
    hide_addresses()

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
