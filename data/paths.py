"""What differs between two documents, by path: ``audience.Tilreisende.visits``.

A document is what JSON has: objects, lists, texts, numbers. A list of rows that each have a ``name`` (or a ``date``) of
their own is read by it, so that a row keeps its path wherever it stands. A number with its grounds (``value``, or
``low``, ``mode``, ``high``, with evidence and source; or a reference) is one value: its parts never stand alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Final

from data.audit import canonical

KEYS = ("name", "date")
"""What a row is known by."""
_FIGURES = ("value", "low", "mode", "high", "ref", "of")
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[^.]+')


class Nothing(Enum):
    """Where a path leads nowhere; another thing than null."""

    HERE = "nothing"


NOTHING: Final = Nothing.HERE
Path = tuple[str, ...]


def written(path: Sequence[str]) -> str:
    """A path as text; a part with a dot, a quote or nothing in it stands in quotes."""
    return ".".join(one if one and not set(one) & set('."') else json.dumps(one, ensure_ascii=False) for one in path)


def read_path(text: str) -> Path:
    """The path that :func:`written` wrote."""
    return tuple(json.loads(part) if part.startswith('"') else part for part in _PART.findall(text))


def parts(value: Any) -> dict[str, Any] | None:
    """What stands under a value by the next step of the path, or None where it is one value: no object, no rows."""
    if isinstance(value, dict):
        return None if any(name in value and not isinstance(value[name], dict) for name in _FIGURES) else value
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        for key in KEYS:
            names = [row.get(key) for row in value]
            if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
                return dict(zip(map(str, names), value, strict=True))
    return None


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 1 and true are not."""
    if one is NOTHING or other is NOTHING:
        return one is other
    return one is other or (one == other and canonical(one) == canonical(other))


def differing(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """(path, before, after) of everything that differs; ``NOTHING`` where there was or is nothing.

    Rows that only change places differ at the path of their list, by their names.
    """
    old, new = parts(before), parts(after)
    if old is None or new is None or type(before) is not type(after):
        if not same(before, after):
            yield path, before, after
        return
    for name in (*old, *(one for one in new if one not in old)):
        yield from differing(old.get(name, NOTHING), new.get(name, NOTHING), (*path, name))
    if isinstance(before, list):
        stayed = [[name for name in rows if name in old and name in new] for rows in (old, new)]
        if stayed[0] != stayed[1]:
            yield path, stayed[0], stayed[1]


def at(document: Any, path: Sequence[str]) -> Any:
    """The value at ``path``, or ``NOTHING``."""
    for name in path:
        document = (parts(document) or {}).get(name, NOTHING)
    return document


def changes(before: Any, after: Any, head: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs as two mappings from ``head`` and path: what was (only where there was something), and what is now,
    with None for what is gone."""
    found = list(differing(before, after, (head,)))
    was = {written(path): old for path, old, _ in found if old is not NOTHING}
    return was, {written(path): None if new is NOTHING else new for path, _, new in found}


def undone(document: Any, was: dict[str, Any], now: dict[str, Any], head: str) -> Any:
    """``document`` as it stood before :func:`changes`; the order of rows is not taken back."""
    document = json.loads(canonical(document))
    for text in now:
        path = read_path(text)
        ordered = is_order(was.get(text), now[text]) and parts(at(document, path[1:])) is not None
        if path[:1] != (head,) or ordered:
            continue
        document = put(document, path[1:], was.get(text, NOTHING))
    return document


def is_order(was: Any, now: Any) -> bool:
    """Whether a change is one of order only: the same names, otherwise placed."""
    lists = isinstance(was, list) and isinstance(now, list)
    return lists and all(isinstance(one, str) for one in (*was, *now)) and was != now and sorted(was) == sorted(now)


def put(document: Any, path: Sequence[str], value: Any) -> Any:
    """``document``, changed in place, with ``value`` at ``path``; ``NOTHING`` takes away what is there."""
    if not path:
        return {} if value is NOTHING else value
    *way, last = path
    place: Any = document
    for name in way:
        below = (parts(place) or {}).get(name)
        if below is None:
            if value is NOTHING:
                return document
            below = {}
            place[name] = below
        place = below
    if isinstance(place, list):
        number = next((i for i, name in enumerate(parts(place) or {}) if name == last), len(place))
        place[number : number + 1] = [] if value is NOTHING else [value]
    elif value is NOTHING:
        place.pop(last, None)
    else:
        place[last] = value
    return document
