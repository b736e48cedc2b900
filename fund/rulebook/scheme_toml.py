"""A scheme as a TOML file, as the presets are: what a person takes away, changes, and reads in again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

_DELETE = "\x7f"
"""The one control sign that JSON leaves as it is and TOML refuses."""


def scheme_toml(document: Mapping[str, Any]) -> str:
    """The document as TOML; what is read from it is the same scheme."""
    plain = {name: one for name, one in document.items() if name == "name" or not isinstance(one, dict | list)}
    blocks = [_lines(plain)]
    for name, one in document.items():
        if name in plain:
            continue
        if isinstance(one, list):
            blocks += [f"[[{name}]]\n{_lines(row)}" for row in one]
        else:
            blocks.append(f"[{name}]\n{_lines(one)}")
    return "\n\n".join(blocks) + "\n"


def _lines(row: Mapping[str, Any]) -> str:
    return "\n".join(f"{name} = {_value(one)}" for name, one in row.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return f"{value:_}" if abs(value) >= 10_000 else str(value)
        case dt.date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(_value(one) for one in value)}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {_value(one)}' for name, one in value.items())} }}"
    return json.dumps(str(value), ensure_ascii=False).replace(_DELETE, "\\u007f")
