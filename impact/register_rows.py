"""One event of the register as one row of a sheet, and back: what of its document has a plain column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from data.phrases import LANGUAGES, say
from impact.register_fields import HOMES, ROLE

_ABOUT = ("id", "name_nb", "name_en", "kind", "municipality", "first_day", "last_day", "price_year")
_REGISTER: dict[str, Any] = {"state": "idea", "series": "", "edition": "", "venues": (), "crews": ()}
"""What the register keeps beside the document, and what it is where the cell is blank."""


def row_of(cells: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`impact.register.create_events` takes, from the values of a row by column; blank ones are None.

    Visits become a named number; with shares by home there is an audience for each, and one of those who live in the
    host municipality, who are the rest.
    """
    about = {key: value for key in _ABOUT if (value := cells[key]) is not None}
    if "first_day" in about:
        about["first_day"] = about["first_day"].isoformat()
        about["last_day"] = about["last_day"].isoformat() if "last_day" in about else about["first_day"]
    else:
        about.pop("last_day", None)
    document: dict[str, Any] = {"event": about}
    if cells["visits"] is not None:
        name = _names()[0]
        if cells["visits_low"] is None:
            figures = {"value": cells["visits"]}
        else:
            figures = {"low": cells["visits_low"], "mode": cells["visits"], "high": cells["visits_high"]}
        document["numbers"] = {name: {**figures, "evidence": cells["evidence"], "source": cells["source"] or ""}}
        if audiences := _audiences(name, cells):
            document["audience"] = audiences
    return {"document": document, **{key: cells[key] or blank for key, blank in _REGISTER.items()}}


def _audiences(total: str, cells: Mapping[str, Any]) -> list[dict[str, Any]]:
    shares = {home: share for key, home in HOMES.items() if (share := cells[key]) is not None}
    if not shares:
        return []
    evidence, source = cells["share_evidence"], cells["share_source"] or ""
    everyone = {"host": max(0.0, round(1 - sum(shares.values()), 9)), **shares}
    return [
        {
            "name": _audience(home),
            "role": ROLE,
            "home": home,
            "visits": {"of": total, "share": {"value": share, "evidence": evidence, "source": source}},
        }
        for home, share in everyone.items()
        if share
    ]


def cells_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row by column, from an event's document; what has no plain column is left out.

    Visits are shown where the event has one total of them: a named number that all audiences with visits are parts
    of, or the only number of visits there is. Nothing is added up here.
    """
    cells = {key: value for key, value in document.get("event", {}).items() if key in _ABOUT}
    audiences = [one for one in document.get("audience", []) if "visits" in one]
    total = _total(document, audiences)
    if total is None:
        return cells
    figures = total if isinstance(total, Mapping) else {"value": total, "evidence": "counted"}
    cells["visits"] = figures.get("value", figures.get("mode"))
    cells |= {f"visits_{end}": figures[end] for end in ("low", "high") if end in figures}
    cells |= {key: figures[key] for key in ("evidence", "source") if figures.get(key)}
    return cells | _shares(audiences)


def _total(document: Mapping[str, Any], audiences: list[Mapping[str, Any]]) -> Any:
    """The raw number of all visits, or None where there is no single one."""
    numbers = document.get("numbers", {})
    given = [one["visits"] for one in audiences]
    if not given:
        return next((numbers[name] for name in _names() if name in numbers), None)
    if len(given) == 1 and not (isinstance(given[0], Mapping) and given[0].keys() & {"of", "ref"}):
        return given[0]
    if len(given) == 1 and "ref" in given[0]:
        return numbers.get(given[0]["ref"])
    totals = {one.get("of") if isinstance(one, Mapping) else None for one in given}
    return numbers.get(totals.pop()) if len(totals) == 1 else None


@cache
def _names() -> list[str]:
    return [say("sheet.number.visits", lang) for lang in LANGUAGES]


@cache
def _audience(home: str) -> str:
    return say(f"sheet.audience.{home}", "nb")


def _shares(audiences: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Shares by home with their grounds, where each home has one audience and each share is a point."""
    homes = {one.get("home"): one["visits"] for one in audiences}
    if len(homes) != len(audiences) or not all(isinstance(one, Mapping) and "of" in one for one in homes.values()):
        return {}
    found: dict[str, Any] = {}
    for key, home in HOMES.items():
        share = homes.get(home, {}).get("share")
        if isinstance(share, Mapping) and "value" in share:
            found[key] = share["value"]
            found |= {f"share_{ground}": share[ground] for ground in ("evidence", "source") if share.get(ground)}
        elif share is not None:
            return {}
    return found
