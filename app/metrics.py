"""``GET /metrics``: how the program runs, as Prometheus reads it; for who has the token only, and never about persons.

The format is a name and a number on a line (text format 0.0.4), so no library is needed for it.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data.connection import StoreFault
from data.running import state
from data.store import open_store

TOKEN = "RINGVIRK_METRICS_TOKEN"
_HELP = {
    "due_age": ("due_age_seconds", "Since fund due ran to its end."),
    "backup_age": ("backup_age_seconds", "Since the newest backup was made."),
    "waiting": ("letters_waiting", "Letters that wait to be sent."),
    "given_up": ("letters_given_up", "Letters that could not be sent."),
    "late_calls": ("calls_late", "Calls that should have opened or closed before today."),
    "database": ("database_bytes", "Size of the database."),
    "log": ("write_ahead_log_bytes", "Size of the write-ahead log."),
    "free": ("disk_free_bytes", "Room on the disk of the data folder."),
}


async def metrics(request: Request) -> Response:
    """The figures; 404 as any unknown page where no token is set or another one is given, 503 without a database."""
    token, given = os.environ.get(TOKEN, ""), request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return PlainTextResponse("", 404)
    try:
        told = await run_in_threadpool(_told)
    except StoreFault:
        return PlainTextResponse("ringvirk_up 0\n", 503)
    return PlainTextResponse(told, headers={"Content-Type": "text/plain; version=0.0.4", "Cache-Control": "no-store"})


def _told() -> str:
    with open_store() as store, store.read() as db:
        now = asdict(state(db, store.folder))
    lines = ["ringvirk_up 1"]
    for key, (name, words) in _HELP.items():
        if now[key] is not None:
            name = f"ringvirk_{name}"
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {now[key]}"]
    return "\n".join([*lines, ""])


ROUTES = [Route("/metrics", metrics, methods=["GET"])]
