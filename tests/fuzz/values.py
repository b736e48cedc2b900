"""Readers of what people type and of what stands in addresses: numbers, days, identifiers, texts, requests."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from fuzz.files import folder
from fuzz.mutations import ENCODINGS, TEXTS, changed, damaged
from fuzz.target import Target, none
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from app import answering, downloads, public_data, server, signing_in, signing_up
from app.awarding.typed_rows import typed, typed_amount
from data.addresses import address_key, tidy_name
from data.faults import Fault
from data.phrases import LANGUAGES
from data.store import open_store
from data.typed import read_amount, read_number
from fund.applicant.identifiers import bank_account, organisation_number
from fund.books.money import ore
from fund.intake.file_types import clean_name
from fund.payout.kid import is_kid, kid
from fund.rulebook import scheme_values
from fund.rulebook.periods import Period
from fund.rulebook.scheme_form import as_document, as_typed
from fund.rulebook.scheme_reading import presets, read_scheme
from impact.counts.reading import read_pasted as read_counts
from impact.counts.reading import read_period
from impact.register_reading import typed_date
from impact.survey.privacy import looks_personal

_SEEDS = (
    "1 234 567,50", "12,5", "62 %", "2,5 mill", "2–4", "2 / 3 / 4", "kr 500,-", "-1", "12.500", "2026-02-28", "28.2.2026", "uke 9 2025", "2025M02", "2025-W09",
    "940 155 223", "NO940155223MVA", "1813 64 45320", "12340000011", "100001928231", "kari@eksempel.no", "Kari Nordmann", "3 months", "2 weeks", "1/3", "12,5 %",
    "Leie av hall 180 000", "1.000.000", "1'000", "+5", "1e5", "10-20 mill", "0,62",
)  # fmt: skip
_SIGNS = "0123456789 .,-–+%/:;'|kKrR\t\u00a0\u202fmilNOMVA@æøå٣２²½\n\x00\ud800"


def text(rng: Random) -> str:
    """A text that somebody types: one that is right, changed; or one that is nothing."""
    if rng.random() < 0.15:
        return rng.choice(TEXTS)
    one = rng.choice(_SEEDS)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(one) + 1)
        one = (
            one[:at]
            + rng.choice((rng.choice(_SIGNS), rng.choice(_SIGNS), rng.choice(_SEEDS), ""))
            + one[at + rng.choice((0, 1, 1)) :]
        )
    return one


_READERS: tuple[Callable[[str], Any], ...] = (
    lambda one: [read_number(one, kind).written(lang, kind) for kind in ("amount", "share") for lang in LANGUAGES],
    read_amount,
    ore,
    typed_date,
    lambda one: [read_period(one, step) for step in ("day", "week", "month", "whole")],
    organisation_number,
    bank_account,
    kid,
    is_kid,
    address_key,
    tidy_name,
    clean_name,
    lambda one: looks_personal(one),
    typed,
    typed_amount,
    lambda one: read_counts(one, "tickets", "day", "nb"),
    lambda one: _valued(Period.read, one),
    *(
        lambda one, read=read: _valued(read, one)
        for read in (
            scheme_values.text,
            scheme_values.key,
            scheme_values.kroner,
            scheme_values.share,
            scheme_values.weight,
        )
    ),
    *(
        lambda one, read=read: _valued(read, one)
        for read in (scheme_values.count, scheme_values.year, scheme_values.yes, scheme_values.day)
    ),
)


def _valued(read: Callable[[str], Any], one: str) -> Any:
    """Readers of a scheme's values say BadValueError or ValueError, of which the scheme's reader makes a fault."""
    try:
        return read(one)
    except (scheme_values.BadValueError, ValueError):
        return None


def typed_text(rng: Random) -> tuple[int, str]:
    return rng.randrange(len(_READERS)), text(rng)


def read_typed(given: tuple[int, str]) -> tuple[Fault, ...]:
    return none(_READERS[given[0]](given[1]))


# -- a scheme that is typed in its form


def scheme_form(rng: Random) -> dict[str, Any]:
    made = as_typed(dict(rng.choice(list(presets().values())).document))
    for _ in range(rng.choice((1, 2, 4))):
        section = made[rng.choice(list(made))]
        row = section if isinstance(section, dict) else rng.choice(section) if section else None
        if row:
            name = rng.choice(list(row))
            row[name] = (
                not row[name]
                if isinstance(row[name], bool)
                else rng.choice((text(rng), text(rng), ""))
                if isinstance(row[name], str)
                else row[name]
            )
    return made


def read_form(made: dict[str, Any]) -> tuple[Fault, ...]:
    return none(read_scheme(as_document(made, "ordning")))


# -- requests


@cache
def browser() -> TestClient:
    """The routes beside the pages, on an empty database."""
    import os

    os.environ["RINGVIRK_DATA"] = str(folder())
    _kept.append(open_store(folder()))
    routes: list[Route] = [
        *server.ROUTES,
        *signing_in.ROUTES,
        *signing_up.ROUTES,
        *public_data.ROUTES,
        *downloads.ROUTES,
        *answering.ROUTES,
    ]
    return TestClient(
        Starlette(routes=routes),
        base_url="http://ringvirk.example",
        follow_redirects=False,
        raise_server_exceptions=True,
    )


_kept: list[Any] = []
_WAITING = ("/glemt-passord", "/ny-konto")
_PATHS = (
    "/last-ned/anslag/1.xlsx", "/last-ned/tilsagnsbrev/1.docx?lang=nb", "/last-ned/aarsrapport/2025.docx", "/last-ned/x/y.z", "/svar/ABCD", "/svar/ABCD/qr.svg", "/svar/ABCD?utskrift=1",
    "/logg-inn?next=/x", "/logg-ut", "/healthz", "/kalender.ics?kommune=5001", "/kalender.ics?lang=en", "/oppgaver.ics?nokkel=x", "/data/anslag.json", "/registrer", "/nytt-passord?kode=x",
)  # fmt: skip


def request(rng: Random) -> tuple[str, str, dict[str, str], bytes]:
    """Method, address, headers and body."""
    known = _PATHS + tuple(one.path.replace("{", "").replace("}", "") for one in browser().app.routes)  # type: ignore[attr-defined]
    path = rng.choice(known)
    if rng.random() < 0.7:
        parts = path.split(rng.choice("/?=."))
        parts[-1] = rng.choice(
            (text(rng), rng.choice(TEXTS), "%00", "%ff%fe", "%ed%a0%80", "..%2f..", "%25", "-1", "9" * 5000, "1" * 18)
        )[:3000]
        path = path[: len(path) - len(path.split("/")[-1])] + parts[-1]
    if rng.random() < 0.5:
        path += "?" + "&".join(
            f"{rng.choice(('lang', 'next', 'id', 'kommune', 'nokkel', 'kode', 'takk', ''))}={text(rng)}"
            for _ in range(rng.choice((1, 2, 30)))
        )
    plain = unicodedata.normalize("NFC", path).encode("utf-8", "replace").decode()
    plain = "".join(sign for sign in plain if sign.isprintable()) or "/"
    cookies = "; ".join(
        f"{rng.choice(('ringvirk', 'session', 'lang', 'ringvirk_session', 'x'))}={ascii(text(rng))[1:-1]}"
        for _ in range(2)
    )
    headers = {
        "cookie": cookies,
        "origin": "http://ringvirk.example",
        "sec-fetch-site": "same-origin",
        "content-type": rng.choice(_TYPES),
        "accept-language": rng.choice(TEXTS).encode().decode("latin-1"),
    }
    headers = {name: "".join(sign for sign in one if " " <= sign < "\x7f") for name, one in headers.items()}
    body = b""
    if rng.random() < 0.3:
        body = changed(
            rng, b"email=kari%40eksempel.no&password=x&code=ABCD&name=Kari&token=abc&role=spectator&days=2", (damaged,)
        )
        if rng.random() < 0.4:
            field = f'--x\r\nContent-Disposition: form-data; name="{rng.choice(("token", "email", "name", "role", "code"))}"\r\n\r\n'
            body = (
                field.encode()
                + rng.choice((b"+2AA-", b"\\ud800", b"\xff\xfe\x00\xd8", b"\xed\xa0\x80", b"x"))
                + b"\r\n--x--\r\n"
            )
            headers["content-type"] = (
                f"multipart/form-data; boundary=x; charset={rng.choice(('utf-7', 'unicode_escape', 'utf-16', 'zlib', 'idna', 'utf-8', 'x', ''))}"
            )
    if path.startswith(_WAITING) and rng.random() < 0.97:
        body = b""  # its answer waits on purpose, whatever was sent
    return ("POST" if body else "GET"), "/" + plain.lstrip("/"), headers, body


_TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=" + ENCODINGS[0],
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "application/json",
    "",
)


def answered(given: tuple[str, str, dict[str, str], bytes]) -> str:
    """No request is answered with the server's own fault."""
    method, path, headers, body = given
    answer = browser().request(method, path, headers=headers, content=body)
    browser().cookies.clear()
    assert answer.status_code < 500, f"{answer.status_code} for {method} {path[:100]!r}"
    return f"answered with {answer.status_code}"


TARGETS = (
    Target("typed", "data.typed, money, identifiers, kid, dates, scheme_values", typed_text, read_typed),
    Target("scheme_form", "fund.rulebook.scheme_form, scheme_reading", scheme_form, read_form),
    Target("requests", "app: routes, addresses, cookies, forms", request, answered, 5.0),
)
