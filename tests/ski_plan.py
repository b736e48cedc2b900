"""A made-up application that repeats the plan of the ski championships in 2025, and the same one with its lessons."""

from __future__ import annotations

from typing import Any

from applied import KR

MILLION = 1_000_000 * KR
SKI: dict[str, Any] = {
    "title": "Eksempel-VM på ski",
    "summary": "Et oppdiktet mesterskap i langrenn, med inntil 300 000 mennesker ute ved løypene.",
    "form": "guarantee",
    "asked": 17 * MILLION,
    "least": 10 * MILLION,
    "cost": [
        {"name": "Drift av anlegg og løyper", "amount": 173 * MILLION, "eligible": True, "running": True},
        {"name": "Hotell for akkrediterte", "amount": 12 * MILLION, "eligible": True, "running": True},
    ],
    "income": [
        {"name": "Billetter", "amount": 60 * MILLION},
        {"name": "VIP og hospitality", "amount": 25 * MILLION},
        {"name": "Forbundet", "amount": 80 * MILLION},
    ],
    "support": [{"name": "Eksempel kommune", "amount": 20 * MILLION, "state": "applied", "public": True}],
}
"""Sums are invented, but for the cost and the guarantee, which are the size of what was reported of 2025."""
MENDED: dict[str, Any] = {
    "summary": "Oppdiktet mesterskap ute. Likviditetsplan, plan for dårlig vær og frister for å frigi rom er med.",
    "cost": [
        {"name": "Drift av anlegg og løyper", "amount": 170 * MILLION, "eligible": True, "running": True},
        {"name": "Uforutsett", "amount": 15 * MILLION, "eligible": True, "running": True},
    ],
    "income": [{"name": "Billetter", "amount": 50 * MILLION}, {"name": "Forbundet", "amount": 115 * MILLION}],
    "support": [{"name": "Eksempel kommune", "amount": 20 * MILLION, "state": "granted", "public": True}],
}
