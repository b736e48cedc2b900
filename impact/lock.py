"""A locked estimate: everything it was computed from and gave, in one canonical form with its SHA-256.

Canonical form: JSON, UTF-8, keys sorted, no spaces; results are rounded to nine significant digits, what was entered is
kept as it is. The same event, seed, draws, tables, parameters and program version give the same bytes; there is no
clock in it (when it was locked is the register's to say). ``sha256`` is over the canonical form of everything else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.dated import DatedValue, Parameter, Parameters, read_parameters
from data.faults import Fault, Faults
from data.value import Value
from impact import __version__
from impact.estimate import estimate
from impact.event import Event
from impact.event_reading import read_event
from impact.reference import Reference, Years
from impact.simulation import MAX_DRAWS, Frame, frame, simulate

FORMAT = 1
DIGITS = 9
AGREES = 1e-9
NOISE = 1e-9
ENTERED = ("event", "parameters")
"""What was entered stays as it is: an estimate is computed again from it."""
MAX_BYTES = 20_000_000


def rounded(tree: Any) -> Any:
    """``tree`` with every float at nine significant digits; what is smaller than one billionth is 0."""
    if isinstance(tree, dict):
        return {str(key): rounded(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [rounded(value) for value in tree]
    if isinstance(tree, float):
        return 0.0 if abs(tree) < NOISE else float(f"{tree:.{DIGITS}g}")
    return tree


def canonical(tree: Any) -> bytes:
    """The canonical form. Raises ValueError for NaN or infinity: a locked figure is a number or None."""
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def lock(tree: dict[str, Any]) -> bytes:
    """The bytes of a locked estimate, from what :func:`impact.estimate.estimate` gives."""
    kept = {key: value if key in ENTERED else rounded(value) for key, value in tree.items()}
    body = {"format": FORMAT, "estimate": kept}
    locked = canonical({**body, "sha256": hashlib.sha256(canonical(body)).hexdigest()})
    if len(locked) > MAX_BYTES:
        raise Faults([Fault("", "", f"{len(locked)}", "lock.too_large")])
    return locked


def read_lock(path: Path | str) -> dict[str, Any]:
    """The estimate in a lock file, its hash verified.

    Raises :class:`Faults` where it can't be read, is of another format, or has been changed since it was locked.
    """
    path = Path(path)
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise Faults([Fault(path.name, "", f"{size}", "lock.too_large")])
        content = path.read_bytes()
    except OSError as error:
        raise Faults([Fault(path.name, "", "", "lock.missing", {"reason": error.strerror or str(error)})]) from None
    return read_locked(content, path.name)[0]


def read_locked(content: bytes, name: str) -> tuple[dict[str, Any], str]:
    """The estimate in the bytes of a lock, and its hash, verified; ``name`` is what faults call them.

    Raises :class:`Faults` where they are of another format, or have been changed since they were locked.
    """

    def refuse(code: str, value: str = "", **figures: Any) -> Faults:
        return Faults([Fault(name, "", value, f"lock.{code}", figures)])

    if len(content) > MAX_BYTES:
        raise refuse("too_large", f"{len(content)}")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise refuse("not_json") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT or not _shaped(document.get("estimate")):
        raise refuse("not_a_lock")
    body = {"format": FORMAT, "estimate": document["estimate"]}
    try:
        found = hashlib.sha256(canonical(body)).hexdigest()
    except ValueError:
        raise refuse("not_json") from None
    if found != document.get("sha256"):
        raise refuse("changed", str(document.get("sha256")), found=found)
    return document["estimate"], found


def _shaped(tree: Any) -> bool:
    """Whether ``tree`` has the parts that every estimate has."""
    parts = ("event", "tables", "parameters", "areas", "program")
    return (
        isinstance(tree, dict)
        and all(isinstance(tree.get(part), dict) for part in parts)
        and isinstance(tree["event"].get("event"), dict)
        and isinstance(tree["program"].get("version"), str)
        and all(isinstance(tree["event"]["event"].get(f"name_{lang}"), str) for lang in ("nb", "en"))
        and all(isinstance(tree.get(count), int) for count in ("seed", "draws"))
    )


def recompute(tree: dict[str, Any], reference: Reference) -> dict[str, Any]:
    """Compute a locked estimate again from its own inputs and parameters.

    Raises :class:`Faults` where a table, quotients or price conversion with the locked hash is no longer here, or the
    lock is whole but holds no estimate that can be computed.
    """
    try:
        return _recompute(tree, reference)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, AssertionError) as error:
        raise Faults([Fault("lock", "", type(error).__name__, "lock.not_a_lock")]) from error


def _recompute(tree: dict[str, Any], reference: Reference) -> dict[str, Any]:
    if not 1 <= tree["draws"] <= MAX_DRAWS:
        raise ValueError(tree["draws"])
    event, setting = locked_frame(tree, reference)
    return estimate(simulate(event, setting, tree["seed"], tree["draws"]))


def locked_frame(tree: dict[str, Any], reference: Reference) -> tuple[Event, Frame]:
    """The event of a lock, and what it was computed with. Raises as :func:`recompute`, but for what is no estimate."""
    tables = tree["tables"]
    jobs = tables["jobs"]
    until = Years(
        prices=tables["prices"]["last_year"],
        commuting=tables["places"]["commuting"],
        jobs=0 if jobs is None or jobs["assumed"] else jobs["year"],
    )
    reference = Reference(reference.folders, until)
    event = read_event(tree["event"], "lock", reference)
    setting = frame(reference, event.first_day, tables["table"]["id"])
    wanted = {
        "table": (tables["table"]["sha256"], setting.table.version),
        "quotients": (
            (tables["quotients"] or {}).get("sha256"),
            setting.quotients.version if setting.quotients else None,
        ),
        "conversion": (tables["conversion"]["sha256"], setting.conversion.version),
        "places": (tables["places"]["sha256"], reference.places_version),
    }
    moved = [(name, locked) for name, (locked, here) in wanted.items() if locked != here]
    if moved:
        raise Faults(Fault("lock", name, str(locked), "lock.other_data", {"name": name}) for name, locked in moved)
    travel = tree.get("beside", {}).get("travel") or {}
    setting = replace(setting, apart=_locked_parameters(travel.get("factors", {}), setting.parameters.date))
    return event, replace_parameters(setting, tree["parameters"])


def replace_parameters(setting: Frame, locked: dict[str, dict[str, Any]]) -> Frame:
    """``setting`` with the parameters that a lock keeps in place of today's."""
    return replace(setting, parameters=_locked_parameters(locked, setting.parameters.date))


def _locked_parameters(locked: dict[str, dict[str, Any]], date: dt.date) -> Parameters:
    known: dict[str, Parameter] = {}
    today = read_parameters()
    for key, entry in locked.items():
        point = "value" in entry
        value = Value(
            entry["value" if point else "mode"], entry.get("low"), entry.get("high"), entry["evidence"], entry["source"]
        )
        dated = DatedValue(dt.date.fromisoformat(entry["since"]), value, entry.get("fixed", False))
        nb, en = (today[key].nb, today[key].en) if key in today else (key, key)
        known[key] = Parameter(key, entry["unit"], nb, en, (dated,))
    return Parameters(known, date)


def differences(locked: Any, again: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, locked, computed again) of what does not agree to 1e-9, apart from the rounding of the locked form.

    The program's version and the warnings, whose texts and rules may grow, are not compared.
    """
    if path in ("/program", "/warnings"):
        return
    if isinstance(locked, dict) and isinstance(again, dict):
        for key in sorted(locked.keys() | again.keys()):
            yield from differences(locked.get(key), again.get(key), f"{path}/{key}")
    elif isinstance(locked, list) and isinstance(again, list) and len(locked) == len(again):
        for number, (one, other) in enumerate(zip(locked, again, strict=True)):
            yield from differences(one, other, f"{path}/{number}")
    elif isinstance(locked, float | int) and isinstance(again, float | int) and not isinstance(locked, bool):
        rounding = 0.5 * 10.0 ** (math.floor(math.log10(abs(again))) - DIGITS + 1) if again else 0.0
        if abs(locked - again) > rounding * (1 + 1e-6) + AGREES * abs(again) + NOISE:
            yield path, locked, again
    elif locked != again:
        yield path, locked, again


def made_by(tree: dict[str, Any]) -> tuple[str, str]:
    """(version that locked it, version of this program)."""
    return str(tree["program"]["version"]), __version__
