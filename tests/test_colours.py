"""The colours of charts, and how people with red or green blindness see them.

What is told by colour is told by a label or an outline too; the colours still have to differ. Contrast is WCAG 2.1's
(relative luminance, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio); the simulation is that of Machado, Oliveira and
Fernandes (2009), «A Physiologically-based Model for Simulation of Color Vision Deficiency», IEEE TVCG 15(6), full.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from app.theme import MODES, PALETTES, Mode

SEEN = {
    "everyone": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
MARKS = ("direct", "money_in", "money_out", "contingent", "dot", "outline", "chosen")
"""What is drawn on the ground without an outline around it, or is the outline: 3:1 (WCAG 1.4.11)."""
TEXTS = ("ink", "muted")
NEIGHBOURS = (("direct", "indirect"), ("indirect", "induced"), ("place", "chosen"))
"""What lies side by side, outlined: its lightness differs for everyone."""
LIGHTER = 1.5
"""How many times the luminance of neighbours differs at least: chosen, since the outline and label tell them apart."""


def linear(colour: str) -> npt.NDArray[np.float64]:
    """Linear red, green and blue of a colour as ``#RRGGBB``."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str, seen: str) -> float:
    """The contrast of two colours as somebody sees them."""
    low, high = sorted(
        float(np.clip(SEEN[seen] @ linear(colour), 0, 1) @ [0.2126, 0.7152, 0.0722]) + 0.05 for colour in (one, other)
    )
    return high / low


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("mode", MODES)
def test_charts_can_be_read_with_the_common_kinds_of_colour_blindness(mode: Mode, seen: str) -> None:
    palette = PALETTES[mode]
    found = {name: contrast(getattr(palette, name), palette.ground, seen) for name in (*MARKS, *TEXTS)}
    faint = {name: round(one, 2) for name, one in found.items() if one < (4.5 if name in TEXTS else 3)}
    alike = {
        pair: round(one, 2)
        for pair in NEIGHBOURS
        if (one := contrast(getattr(palette, pair[0]), getattr(palette, pair[1]), seen)) < LIGHTER
    }
    assert not faint and not alike


def test_the_measure_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#FFFFFF", "everyone") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF", "everyone") == pytest.approx(4.48, abs=0.01)
    red, green = linear("#C00000"), linear("#008000")
    far, near = (float(np.linalg.norm(SEEN[one] @ red - SEEN[one] @ green)) for one in ("everyone", "deuteranopia"))
    assert near < far / 2
