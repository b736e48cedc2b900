"""Files that people bring in together: lists of events and whole events, told apart, checked and put into one preview.

What the register has already is set apart, so that a list that has grown can be brought in again: only what is new in
it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.faults import Fault
from impact.reference import Reference
from impact.register_reading import Held, same_event
from impact.register_workbook import ImportPreview, read_event_workbooks, read_events_workbook

NO_LIST = "sheet.no_sheet"
"""The fault of a workbook that is no list of events: it may be a whole event."""


@dataclass(frozen=True)
class Brought:
    """``new`` is what an import would store; ``held`` the names of the events that the register has already."""

    new: ImportPreview
    held: tuple[str, ...] = ()


def read_files(files: Iterable[tuple[str, bytes]], reference: Reference) -> ImportPreview:
    """The events of several workbooks, (name, content) of each; with every fault of every file, no rows.

    Events that stand in two files are faults too.
    """
    lists: list[tuple[str, ImportPreview]] = []
    whole: list[tuple[str, bytes]] = []
    for name, content in files:
        found = read_events_workbook(content, reference, file=name)
        if any(fault.code == NO_LIST for fault in found.faults):
            whole.append((name, content))
        else:
            lists.append((name, found))
    several = len(lists) + len(whole) > 1
    parts = [_placed(name, found) if several else found for name, found in lists]
    if whole:
        parts.append(read_event_workbooks(whole, reference))
    made = ImportPreview(
        rows=tuple(row for part in parts for row in part.rows),
        faults=tuple(fault for part in parts for fault in part.faults),
        places=tuple(place for part in parts for place in part.places),
        examples=sum(part.examples for part in parts),
    )
    faults = (*made.faults, *(_twice(made) if several else ()))
    return replace(made, rows=(), places=(), faults=faults) if faults else made


def apart(preview: ImportPreview, held: Iterable[Held]) -> Brought:
    """What of a preview is new, and what is among ``held``: of the same name, first day and municipality."""
    there = {same_event(one.name_nb, one.first_day, one.municipality) for one in held}
    if not there or not preview.rows:
        return Brought(preview)
    known = [_same(row) in there for row in preview.rows]
    names = [_about(row).get("name_nb", "") for row in preview.rows]
    return Brought(
        replace(preview, rows=_left(preview.rows, known), places=_left(preview.places, known)),
        tuple(name for name, is_held in zip(names, known, strict=True) if is_held),
    )


def _placed(name: str, found: ImportPreview) -> ImportPreview:
    return replace(found, places=tuple(f"{name}: {place}" for place in found.places))


def _twice(preview: ImportPreview) -> list[Fault]:
    """Faults of events that another row before them is."""
    seen: dict[tuple[str, str, str], str] = {}
    return [
        Fault("", place, _about(row).get("name_nb", ""), "sheet.file_twice", {"other": first})
        for place, row in zip(preview.places, preview.rows, strict=True)
        if (first := seen.setdefault(_same(row), place)) != place
    ]


def _left(rows: Sequence[Any], known: Sequence[bool]) -> tuple[Any, ...]:
    return tuple(row for row, is_held in zip(rows, known, strict=True) if not is_held)


def _same(row: dict[str, Any]) -> tuple[str, str, str]:
    about = _about(row)
    return same_event(about.get("name_nb", ""), about.get("first_day"), about.get("municipality", ""))


def _about(row: dict[str, Any]) -> dict[str, str]:
    document = row["document"]
    assert isinstance(document, dict)
    about: dict[str, str] = document["event"]
    return about
