"""What a list is asked for, kept in its address, so that it can be sent: the address holds, and the fields follow it.

A value that the address has and the page doesn't know is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

LONGEST = 200
"""Signs of a text in an address that are read."""


def text(name: str) -> str:
    """The text that is asked for."""
    return st.query_params.get(name, "")[:LONGEST]


def number(name: str, usual: int = 1) -> int:
    """The whole number that is asked for, from 1."""
    asked = st.query_params.get(name, "")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else usual


def row(name: str = "id") -> int | None:
    """The number of the row that the address names; None where it names none. Raises LookupError where it is none."""
    found = numbers(name, 1)
    return found[0] if found else None


def the_row(name: str = "id") -> int:
    """The number of the row that the address names. Raises LookupError where it names none."""
    found = row(name)
    if found is None:
        raise LookupError(f"no {name} in the address")
    return found


def several(name: str, words: Mapping[str, str]) -> list[str]:
    """Those of ``words`` (what is asked for, by what the address calls it) that stand there, with commas between."""
    asked = st.query_params.get(name, "").split(",")
    return [words[one] for one in dict.fromkeys(asked) if one in words]


def numbers(name: str, most: int) -> list[int]:
    """The whole numbers of a name that may stand there more than once, each of them once. Raises LookupError."""
    asked = list(dict.fromkeys(st.query_params.get_all(name)))[:most]
    if wrong := [one for one in asked if not (one.isascii() and one.isdecimal() and len(one) < 16)]:
        raise LookupError(f"no {name} {wrong[0]}")
    return [int(one) for one in asked]


def follow(key: str, value: Any) -> None:
    """Let a field show what the address says."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def keep(name: str, value: str) -> None:
    """Write ``value`` into the address, or nothing where it is empty."""
    change({name: value})


def change(values: Mapping[str, str]) -> None:
    """Write several at once, so that the browser's way back is one step; what is empty is taken out."""
    held: dict[str, Any] = {name: st.query_params.get_all(name) for name in st.query_params}
    st.query_params.from_dict({name: one for name, one in {**held, **values}.items() if one})


def keeping(name: str, key: str, written: Callable[[Any], str], *dropped: str) -> Callable[[], None]:
    """A callback that writes a field's value into the address, and drops what only held for the earlier one."""

    return lambda: change({**dict.fromkeys(dropped, ""), name: written(st.session_state.get(key))})


def joined(words: Mapping[str, str]) -> Callable[[Iterable[str]], str]:
    """How the address writes several of what ``words`` names."""
    return lambda chosen: ",".join(words[one] for one in chosen or ())
