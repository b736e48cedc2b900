"""For anyone: published estimates as JSON, calendars that a phone subscribes to, and the fund's list of awards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.html_page import language_of
from data.clock import today
from data.phrases import Lang
from data.store import open_store
from fund.public.open_data import awards_csv, package
from fund.task_feed import task_feed
from impact.calendar_feed import calendar_feed
from impact.estimates import PublishedRow, published_estimates
from impact.reference import reference_in

_KEPT = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
_PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


async def estimates(request: Request) -> Response:
    """Every published estimate: event, days, place, and the modelled ranges in kroner of their price year."""
    return JSONResponse(await run_in_threadpool(_estimates), headers=_KEPT)


async def calendar(request: Request) -> Response:
    """The coming published events as iCalendar; ``?kommune=5001`` for one municipality, ``?lang=en`` in English."""
    lang = language_of(request)
    code = request.query_params.get("kommune")
    known = reference_in().municipalities
    content = await run_in_threadpool(_calendar, lang, code if code in known else None)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=_KEPT)


async def tasks(request: Request) -> Response:
    """The days of one person's list of things to do, by the secret key in ``?nokkel=``; 404 for any other key."""
    content = await run_in_threadpool(_tasks, request.query_params.get("nokkel", ""))
    if content is None:
        return Response(status_code=404, headers=_PRIVATE)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=_PRIVATE)


async def awards(request: Request) -> Response:
    """Every award that was decided, as a 360Giving package."""
    return JSONResponse(await run_in_threadpool(_awards), headers=_KEPT)


async def awards_table(request: Request) -> Response:
    """The same as CSV, with the standard's column titles."""
    content = await run_in_threadpool(_awards_table)
    headers = {**_KEPT, "Content-Disposition": 'attachment; filename="tildelinger.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


ROUTES = [
    Route("/api/publiserte-anslag.json", estimates, methods=["GET"]),
    Route("/api/tildelinger.json", awards, methods=["GET"]),
    Route("/api/tildelinger.csv", awards_table, methods=["GET"]),
    Route("/kalender.ics", calendar, methods=["GET"]),
    Route("/oppgaver.ics", tasks, methods=["GET"]),
]


def _estimates() -> dict[str, Any]:
    with open_store() as store:
        return {
            "modelled": True,
            "unit": "NOK, in kroner of price_year; employed persons; commercial guest-nights; persons",
            "percentiles": ["p10", "p50", "p90"],
            "estimates": [_public(one) for one in published_estimates(store)],
        }


def _tasks(key: str) -> bytes | None:
    with open_store() as store:
        return task_feed(store, key)


def _awards() -> dict[str, Any]:
    with open_store() as store:
        return package(store)


def _awards_table() -> str:
    with open_store() as store:
        return awards_csv(store)


def _public(one: PublishedRow) -> dict[str, Any]:
    row, event = one.estimate, one.event
    return {
        "id": row.id,
        "event": {"nb": event.name_nb, "en": event.name_en},
        "sample": event.sample,
        "kind": event.kind,
        "state": event.state,
        "municipality": event.municipality,
        "first_day": _iso(event.first_day),
        "last_day": _iso(event.last_day),
        "purpose": row.purpose,
        "price_year": row.price_year,
        "value_added": row.value_added,
        "employment": row.employment,
        "guest_nights_p50": row.guest_nights_p50,
        "additional_visitors_p50": row.eligible_p50,
        "assumed_share": row.assumed_share,
        "table": row.table_name,
        "published_at": row.published_at,
        "sha256": row.sha256,
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _calendar(lang: Lang, municipality: str | None) -> bytes:
    place = reference_in().municipalities[municipality] if municipality else ""
    with open_store() as store:
        return calendar_feed(store, lang, municipality, today=today(), place=place)
