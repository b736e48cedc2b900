"""The public list of awards as open data: a 360Giving 1.4 package, and the same as CSV with the standard's titles.

    package(store)["grants"][0]["amountAwarded"]     # kroner, as many as the øre of the ledger
    awards_csv(store)

Names and types are those of ``data/open_data/360giving.json``, which says where they are from. ``amountAwarded`` is the
sum of ``commitmentTransaction``, ``amountDisbursed`` that of ``disbursementTransaction``: paid, less what came back.
The standard wants at least one grant in a package; a fund that has awarded nothing gives an empty list all the same.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data.clock import days
from data.files import csv_text
from data.phrases import Lang, say
from data.store import Store
from fund.public.published import Movement, PublishedAward, published_awards, published_payer
from fund.rulebook.schemes import word
from impact.reference import reference_in

FOLDER = Path(__file__).parents[2] / "data" / "open_data"
PREFIX = "RINGVIRK_360G_PREFIX"
"""The setting that holds the publisher's prefix, as 360Giving gave it."""
_LANG: Lang = "nb"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Grant = dict[str, Any]


def package(store: Store) -> dict[str, Any]:
    """The whole list as a 360Giving package, the newest award first. Public: it takes no actor."""
    awards, funder = published_awards(store), _funder(store)
    about = [say("open_data.about", _LANG)]
    if _is_placeholder():
        about.append(say("open_data.placeholder", _LANG, setting=PREFIX))
    moved = {"modified": max(one.moved_at for one in awards)} if awards else {}
    return {
        "version": _publisher()["version"],
        "title": say("open_data.title", _LANG, name=funder["name"]),
        "description": " ".join(about),
        **moved,
        "publisher": {"identifier": funder["id"], "name": funder["name"]},
        "grants": [_grant(one, funder) for one in awards],
    }


def awards_csv(store: Store) -> str:
    """The same list as CSV, a row for each award, with the standard's column titles. Public: it takes no actor.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    rows = [dict(_flat(grant)) for grant in package(store)["grants"]]
    columns = list(dict.fromkeys(name for row in rows for name in row)) or _required()
    return csv_text(columns, ([_cell(row.get(name, "")) for name in columns] for row in rows))


def schema() -> dict[str, Any]:
    """The part of the standard's schema that is written here."""
    return dict(_schema())


def kroner(ore: int) -> int | float:
    """Øre as a JSON number of kroner, exact as it is written: whole, or of at most 15 digits."""
    whole, rest = divmod(ore, 100)
    return ore / 100 if rest else whole


def _grant(one: PublishedAward, funder: Mapping[str, str]) -> Grant:
    recipient = _recipient(one)
    said = [name for name in ("first_day", "last_day") if getattr(one, name)]
    names = {"first_day": "startDate", "last_day": "endDate"}
    planned = {names[name]: getattr(one, name).isoformat() for name in said}
    programme = {"code": one.scheme, "title": one.call(_LANG)}
    if one.scheme_address.startswith(("http://", "https://")):
        programme["url"] = one.scheme_address
    return {
        "id": f"360G-{_prefix()}-{one.number}-{one.id}",
        "title": one.title,
        "description": _description(one),
        "currency": "NOK",
        "amountAppliedFor": kroner(one.asked),
        "amountAwarded": kroner(one.amount),
        "amountDisbursed": kroner(one.disbursed),
        "awardDate": one.decided.isoformat(),
        **({"plannedDates": [planned]} if planned else {}),
        "recipientOrganization": [recipient],
        **({"beneficiaryLocation": [_place(one.municipality)]} if one.municipality else {}),
        "fundingOrganization": [dict(funder)],
        "grantProgramme": [programme],
        "fromOpenCall": "Yes",
        "fundingType": [{"vocabulary": "Ringvirk", "code": one.form, "title": word("form", one.form, _LANG)}],
        "commitmentTransaction": [_transaction(each, funder["id"], recipient["id"]) for each in one.granted],
        "disbursementTransaction": [_transaction(each, funder["id"], recipient["id"]) for each in one.paid],
        "dateModified": one.moved_at,
    }


def _description(one: PublishedAward) -> str:
    """What was awarded, in a sentence of ours: what an applicant wrote may have persons in it."""
    form, when = word("form", one.form, _LANG), days(one.first_day, one.last_day, _LANG)
    text = say("open_data.description", _LANG, form=form, title=one.title, when=when)
    return text[:1].upper() + text[1:]


def _recipient(one: PublishedAward) -> dict[str, str]:
    """The organisation; a private person is a number of ours without a name."""
    if one.orgnr:
        return {"id": f"NO-BRC-{one.orgnr}", "name": one.recipient}
    return {"id": f"360G-{_prefix()}-person-{one.id}", "name": say("open_data.person", _LANG)}


def _place(code: str) -> dict[str, str]:
    name = reference_in().municipalities.get(code)
    return {**({"name": name} if name else {}), "countryCode": "NO", "geoCode": code}


def _transaction(one: Movement, funder: str, recipient: str) -> dict[str, Any]:
    """A movement of the ledger; what came back went the other way."""
    back = one.ore < 0
    return {
        "id": f"posting-{one.posting}",
        "transactionDate": one.day.isoformat(),
        "currency": "NOK",
        "value": kroner(one.ore),
        "provider": recipient if back else funder,
        "recipient": funder if back else recipient,
    }


def _funder(store: Store) -> dict[str, str]:
    held = published_payer(store)
    if held is None:
        return {"id": f"360G-{_prefix()}", "name": _publisher()["name"][_LANG]}
    return {"id": f"NO-BRC-{held[1]}", "name": held[0]}


def _flat(grant: Grant) -> Iterator[tuple[str, Any]]:
    """(column title, value): a part of a list by its number from the second on, a transaction by its path."""
    for name, value in grant.items():
        if not isinstance(value, list):
            yield _title(_properties("Grant")[name]), value
            continue
        for place, entry in enumerate(value):
            for part, held in entry.items():
                yield _column(name, place, part), held


def _column(name: str, place: int, part: str) -> str:
    held = _properties("Grant")[name]
    if "title" not in held:
        return f"{name}/{place}/{part}"
    number = f":{place}" if place else ""
    return f"{held['title']}{number}:{_title(_properties(_kind(held['items']))[part])}"


def _title(held: Mapping[str, Any]) -> str:
    if "$ref" in held:
        return _title(_schema()["definitions"][_kind(held)])
    return str(held["title"])


def _required() -> list[str]:
    """The titles of a list with nothing in it."""
    found = []
    for name in _schema()["definitions"]["Grant"]["required"]:
        held = _properties("Grant")[name]
        if "items" in held:
            parts = _schema()["definitions"][_kind(held["items"])]["required"]
            found += [_column(name, 0, part) for part in parts]
        else:
            found.append(_title(held))
    return found


def _kind(held: Mapping[str, str]) -> str:
    """The definition that a reference names."""
    return held["$ref"].rpartition("/")[2]


def _properties(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = _schema()["definitions"][kind]["properties"]
    return found


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _prefix() -> str:
    return os.environ.get(PREFIX, "").strip() or str(_publisher()["prefix"])


def _is_placeholder() -> bool:
    return _prefix() == str(_publisher()["prefix"])


@cache
def _publisher() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "publisher.toml").read_text(encoding="utf-8"))


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "360giving.json").read_text(encoding="utf-8"))
    return found
