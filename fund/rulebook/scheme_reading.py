"""Reading a scheme from a TOML file or from what a form made: every fault with its place, or a whole scheme.

The presets are the files of ``data/schemes``. Fields that no scheme has are faults, and so is a rule without a source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data.faults import Fault, Faults, shown
from fund.rulebook import schemes
from fund.rulebook.scheme_values import (
    BadValueError,
    choice,
    choices,
    count,
    day,
    key,
    kroner,
    period,
    share,
    text,
    weight,
    year,
    year_day,
    yes,
)
from fund.rulebook.schemes import Scheme, Words
from impact.beside import strategy_areas

MAX_BYTES = 500_000
"""Of a scheme's file, looked at before it is parsed; those that are shipped have some thousands."""
PRESETS = Path(__file__).parents[2] / "data" / "schemes"
Parser = Callable[[Any], Any]
Spec = Mapping[str, Parser]
"""What a table may hold: the name of a field, with ``!`` where it must be there, and how it is read."""

_WORDS: Spec = {"nb!": text, "en!": text}
_ASKED: Spec = {"key!": key, **_WORDS, "source!": text}
_TERM: Spec = {"period!": period, "source!": text}
_TABLES: Mapping[str, Spec] = {
    "name": _WORDS,
    "purpose": {**_WORDS, "source!": text},
    "applicants": {
        "kinds!": choices(schemes.APPLICANT_KINDS),
        "case_by_case": choices(schemes.APPLICANT_KINDS),
        "source!": text,
    },
    "forms": {"allowed!": choices(schemes.FORMS), "source!": text},
    "frame": {"nok!": kroner, "year": year, "source!": text},
    "strategy": {"least!": count, "source!": text},
    "acceptance": _TERM,
    "payout": {"pro_rata": yes, "source!": text},
    "withheld": {"share!": share, "source!": text},
    "report": _TERM,
    "lapse": {**_WORDS, "source!": text},
    "clawback": {**_WORDS, "source!": text},
    "appeal": _TERM,
}
_LISTS: Mapping[str, Spec] = {
    "caps": {
        "kind!": choice(schemes.CAP_KINDS),
        "share": share,
        "nok": kroner,
        "form": choice(schemes.FORMS),
        "budget_below_nok": kroner,
        "source!": text,
    },
    "deadlines": {
        "kind!": choice(schemes.DEADLINE_KINDS),
        "period": period,
        "day": year_day,
        "on": day,
        "first": year_day,
        "last": year_day,
        "source!": text,
    },
    "attachments": _ASKED,
    "fields": _ASKED,
    "conditions": _ASKED,
    "criteria": {**_ASKED, "weight": weight},
    "attestation": {"by!": choice(schemes.ATTESTERS), "from_nok": kroner, "above_nok": kroner, "source!": text},
    "left_out": _WORDS,
}
_PLAIN: Spec = {"key!": key, "owner!": text, "address!": text}
_PART: Spec = {"when!": choice(schemes.PAYOUT_WHEN), "share!": share}
NEEDS = {
    "share": ("share",),
    "running_share": ("share",),
    "amount": ("nok",),
    "organiser_year": ("nok",),
    "rolling": (),
    "before": ("period",),
    "yearly": ("day",),
    "on": ("on",),
}
"""What a cap or a deadline of each kind is given by, and by nothing else of these."""
GIVEN_BY = ("share", "nok", "period", "day", "on")


class _Reading:
    """One scheme while it is read: what was found, and what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, place: str, value: Any, code: str, **figures: Any) -> None:
        self.faults.append(Fault(self.file, shown(place), shown(value), f"scheme.{code}", figures))

    def table(self, place: str, raw: Any, spec: Spec) -> dict[str, Any] | None:
        """The fields of a table, read; None where one of them is faulty."""
        if not isinstance(raw, Mapping):
            self.fault(place, raw, "not_a_table", known=", ".join(name.rstrip("!") for name in spec))
            return None
        before = len(self.faults)
        named = {name.rstrip("!"): (name.endswith("!"), read) for name, read in spec.items()}
        for name in raw:
            if name not in named:
                self.fault(_below(place, name), raw[name], "unknown", known=", ".join(named))
        found: dict[str, Any] = {}
        for name, (needed, read) in named.items():
            if name in raw:
                try:
                    found[name] = read(raw[name])
                except BadValueError as bad:
                    self.fault(_below(place, name), raw[name], bad.code, **bad.figures)
            elif needed:
                self.fault(_below(place, name), "", "missing", name=name)
        return found if len(self.faults) == before else None

    def rows(self, place: str, raw: Any, spec: Spec) -> Iterator[tuple[str, dict[str, Any]]]:
        """(place, fields) of each table of a list that is without faults."""
        if not isinstance(raw, list):
            self.fault(place, raw, "not_a_list")
            return
        for number, one in enumerate(raw, 1):
            here = f"{place}[{number}]"
            if (found := self.table(here, one, spec)) is not None:
                yield here, found

    def given_rightly(self, place: str, row: Mapping[str, Any]) -> bool:
        """Whether a cap or a deadline has what its kind is given by, and nothing of another kind."""
        wanted = NEEDS[row["kind"]]
        lacking = [name for name in wanted if name not in row]
        strange = [name for name in GIVEN_BY if name in row and name not in wanted]
        for name in lacking:
            self.fault(_below(place, name), "", "missing", name=name)
        for name in strange:
            self.fault(_below(place, name), row[name], "not_of_this_kind", kind=row["kind"])
        if ("first" in row) != ("last" in row) or ("first" in row and row["kind"] != "yearly"):
            self.fault(place, "", "event_window")
            return False
        return not lacking and not strange

    def once(self, place: str, keys: list[str]) -> None:
        """A fault for each key that stands twice."""
        for one in sorted({one for one in keys if keys.count(one) > 1}):
            self.fault(place, one, "twice")


def read_scheme(raw: Mapping[str, Any], file: str = "") -> Scheme:
    """The scheme that ``raw`` holds. Raises :class:`Faults` with every fault found."""
    reading = _Reading(file)
    known = (*(name.rstrip("!") for name in _PLAIN), *_TABLES, *_LISTS)
    for name in raw:
        if name not in known:
            reading.fault(name, raw[name], "unknown", known=", ".join(known))
    plain = reading.table("", {name: one for name, one in raw.items() if name in ("key", "owner", "address")}, _PLAIN)
    if "name" not in raw:
        reading.fault("name", "", "missing", name="name")
    tables: dict[str, Any] = {name: _table(reading, name, raw[name]) for name in _TABLES if name in raw}
    lists: dict[str, Any] = {name: tuple(_list(reading, name, raw[name])) for name in _LISTS if name in raw}
    if reading.faults or plain is None:
        raise Faults(reading.faults)
    return Scheme(**plain, **tables, **lists, document=raw)


def read_scheme_file(path: Path) -> Scheme:
    """The scheme in a TOML file. Raises :class:`Faults` as :func:`read_scheme` does, and where it is no TOML."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Faults([Fault(path.name, "", "", "scheme.broken_toml", {"reason": str(error)})]) from None
    return read_scheme_bytes(content, path.name)


def read_scheme_bytes(content: bytes, name: str) -> Scheme:
    """The scheme in the content of a TOML file called ``name``. Raises :class:`Faults` as :func:`read_scheme_file`."""
    if len(content) > MAX_BYTES:
        reason = f"{len(content)} > {MAX_BYTES} bytes"
        raise Faults([Fault(name, "", "", "scheme.broken_toml", {"reason": reason})])
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Faults([Fault(name, "", "", "scheme.broken_toml", {"reason": str(error)})]) from None
    return read_scheme(raw, name)


@cache
def presets(folder: Path = PRESETS) -> Mapping[str, Scheme]:
    """The schemes that are shipped, by key. Raises :class:`Faults` with every fault of every file."""
    faults: list[Fault] = []
    found: dict[str, Scheme] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            scheme = read_scheme_file(path)
        except Faults as error:
            faults += error.faults
            continue
        if scheme.key != path.stem:
            faults.append(Fault(path.name, "key", scheme.key, "scheme.key_and_file", {"name": path.stem}))
        found[scheme.key] = scheme
    if faults:
        raise Faults(faults)
    return found


def _table(reading: _Reading, name: str, raw: Any) -> Any:
    """A section that stands once, or None where it is faulty."""
    parts = None
    if name == "payout" and isinstance(raw, Mapping):
        parts = _parts(reading, raw.get("parts", []))
        raw = {one: value for one, value in raw.items() if one != "parts"}
    row = reading.table(name, raw, _TABLES[name])
    if row is None:
        return None
    match name:
        case "name" | "purpose":
            return Words(row["nb"], row["en"])
        case "applicants":
            return schemes.Applicants(row["kinds"], row.get("case_by_case", ()), row["source"])
        case "forms":
            return schemes.Forms(row["allowed"], row["source"])
        case "frame":
            return schemes.FrameRule(row["nok"], row.get("year"), row["source"])
        case "strategy":
            if row["least"] > len(strategy_areas()):
                reading.fault("strategy.least", row["least"], "too_many_areas", count=len(strategy_areas()))
            return schemes.StrategyRule(row["least"], row["source"])
        case "payout":
            return None if parts is None else schemes.Payout(parts, row.get("pro_rata", False), row["source"])
        case "withheld":
            return schemes.Withheld(row["share"], row["source"])
        case "lapse" | "clawback":
            return schemes.Statement(Words(row["nb"], row["en"]), row["source"])
        case _:
            return schemes.Term(row["period"], row["source"])


def _parts(reading: _Reading, raw: Any) -> tuple[Any, ...] | None:
    """The parts of the payout, whose shares sum to 1 where there are any."""
    before = len(reading.faults)
    parts = tuple((row["when"], row["share"]) for _, row in reading.rows("payout.parts", raw, _PART))
    if parts and len(reading.faults) == before and sum(part for _, part in parts) != 1:
        reading.fault("payout.parts", " + ".join(str(part) for _, part in parts), "parts")
    return parts if len(reading.faults) == before else None


def _list(reading: _Reading, name: str, raw: Any) -> Iterator[Any]:
    """The rows of a section that may stand several times."""
    rows = list(reading.rows(name, raw, _LISTS[name]))
    if "key!" in _LISTS[name]:
        reading.once(name, [row["key"] for _, row in rows])
    for place, row in rows:
        match name:
            case "caps" if reading.given_rightly(place, row):
                figures = (row.get("share"), row.get("nok"), row.get("form"), row.get("budget_below_nok"))
                yield schemes.Cap(row["kind"], row["source"], *figures)
            case "deadlines" if reading.given_rightly(place, row):
                given = (row.get(one) for one in ("period", "day", "on", "first", "last"))
                yield schemes.Deadline(row["kind"], row["source"], *given)
            case "attachments" | "fields" | "conditions":
                yield schemes.Asked(row["key"], Words(row["nb"], row["en"]), row["source"])
            case "criteria":
                words = Words(row["nb"], row["en"])
                yield schemes.Criterion(row["key"], words, row["source"], row.get("weight"))
            case "attestation":
                if ("from_nok" in row) == ("above_nok" in row):
                    reading.fault(place, "", "tier")
                else:
                    above = "above_nok" in row
                    yield schemes.Tier(row["by"], row["above_nok" if above else "from_nok"], above, row["source"])
            case "left_out":
                yield Words(row["nb"], row["en"])


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
