"""The kinds of money as an address calls them, and as a sentence does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from app.visit import Visit
from data.phrases import has
from fund.books.accounts_plan import Kind

KIND_WORDS: Mapping[Kind, str] = {
    "contributed": "mottatt",
    "interest": "renter",
    "fees": "gebyr",
    "available": "tilgjengelig",
    "reserved": "reservert",
    "committed": "bundet",
    "guaranteed": "garantert",
    "lent": "utlant",
    "paid": "utbetalt",
    "written_off": "avskrevet",
    "bank": "bank",
    "clawback_due": "tilbakekrevd",
    "advance": "forskudd",
    "pledge": "lofter",
    "in_kind": "naturalier",
    "frame_set": "ramme",
    "frame_room": "rest-av-ramme",
    "exposure_set": "garantigrense",
    "exposure_room": "rest-av-garantigrense",
    "contra": "motkonto",
}
"""What an address calls each kind of money."""
KINDS_BY_WORD: Mapping[str, Kind] = {word: kind for kind, word in KIND_WORDS.items()}


def kind_name(visit: Visit, kind: str) -> str:
    """A kind of money in words."""
    return visit.say(f"books_page.kind.{kind}")


def what_name(visit: Visit, what: str) -> str:
    """What a posting is of, in words; a word that we have none for stands as it is."""
    return visit.say(f"books_page.what.{what}") if has(f"books_page.what.{what}") else what


def postings_of(kind: Kind, *, partner: int = 0, year: int = 0, frame: int = 0) -> str:
    """The address of the postings behind a sum."""
    parts = {"konto": KIND_WORDS[kind], "partner": partner, "ar": year, "ramme": frame}
    return f"/regnskap?{urlencode({name: value for name, value in parts.items() if value})}"


def posting_address(
    kind: Kind, *, what: str = "", first: dt.date | None = None, last: dt.date | None = None, partner: int = 0
) -> str:
    """The address of the postings of certain days: on a kind of account, of something that happened, of a partner."""
    parts = {"konto": KIND_WORDS[kind], "hva": what, "partner": partner, "fra": first, "til": last}
    return f"/regnskap?{urlencode({name: value for name, value in parts.items() if value})}"
