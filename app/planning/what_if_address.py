"""What is tried out in the portfolio, as the address writes it: stored nowhere, and there again after F5.

``ramme=3000000&sum=2026-0003:300000&minst=2026-0003:200000&hold=2026-0004:ute``; amounts are kroner, a point before
øre. What the address has and the page doesn't know is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import streamlit as st

from app import asked
from fund.plans.portfolio import ORE_MOST
from fund.plans.what_if import Hold, WhatIf

FRAME, ASKED, LEAST, HELD, CHANGED = "ramme", "sum", "minst", "hold", "endre"
HOLD_WORDS: Mapping[str, Hold] = {"alt": "asked", "minst": "least", "ute": "out"}
_AMOUNT = re.compile(r"\d{1,14}(\.\d\d)?")
_LONGEST = 6000


def read_what_if(known: Collection[str] | None = None) -> WhatIf:
    """What the address says, of the cases that are ``known``; of all that stand there without."""
    frame = _ore(st.query_params.get(FRAME, ""))
    amounts = {
        name: {case: ore for case, text in _pairs(name, known) if (ore := _ore(text)) is not None}
        for name in (ASKED, LEAST)
    }
    held = {case: HOLD_WORDS[text] for case, text in _pairs(HELD, known) if text in HOLD_WORDS}
    return WhatIf(frame, amounts[ASKED], amounts[LEAST], held)


def write_what_if(put: WhatIf) -> None:
    """Write into the address what is tried out, and nothing else of it."""
    words = {hold: word for word, hold in HOLD_WORDS.items()}
    asked.change(
        {
            FRAME: "" if put.frame is None else _written(put.frame),
            ASKED: _joined({case: _written(ore) for case, ore in put.asked.items()}),
            LEAST: _joined({case: _written(ore) for case, ore in put.least.items()}),
            HELD: _joined({case: words[hold] for case, hold in put.held.items()}),
        }
    )


def _pairs(name: str, known: Collection[str] | None) -> list[tuple[str, str]]:
    parts = [one.partition(":") for one in st.query_params.get(name, "")[:_LONGEST].split(",")]
    return [(case, text) for case, _, text in parts if case and (known is None or case in known)]


def _joined(found: Mapping[str, str]) -> str:
    return ",".join(f"{case}:{text}" for case, text in sorted(found.items()))


def _ore(text: str) -> int | None:
    if not text.isascii() or not _AMOUNT.fullmatch(text):
        return None
    whole, _, rest = text.partition(".")
    ore = 100 * int(whole) + int(rest or 0)
    return ore if ore <= ORE_MOST else None


def _written(ore: int) -> str:
    return f"{ore // 100}.{ore % 100:02d}" if ore % 100 else str(ore // 100)
