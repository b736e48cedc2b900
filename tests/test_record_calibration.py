"""How often ranges held: the counts, the exact interval, and what may be said of 80 %."""

from __future__ import annotations

import pytest

from impact.record.calibration import Standing, calibration, exact


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(8, 10, 0.4439, 0.9748), (0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (81, 263, 0.2527, 0.3676), (0, 0, 0.0, 1.0)],
)
def test_the_exact_interval(hits: int, tries: int, low: float, high: float) -> None:
    """81 of 263 is Newcombe's (1998) example, by his fifth method; of all or none of ten it is 0.025 ** (1 / 10)."""
    assert exact(hits, tries) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_counts_and_verdict() -> None:
    def found(below: int, within: int, above: int) -> list[Standing]:
        return ["below"] * below + ["within"] * within + ["above"] * above

    one = calibration(found(2, 7, 1))
    assert (one.below, one.within, one.above, one.events, one.verdict) == (2, 7, 1, 10, "holds")
    assert calibration(found(6, 3, 1)).verdict == "narrow"
    assert calibration(found(0, 40, 0)).verdict == "wide"
    assert calibration([]).verdict == "none"
    assert [calibration(found(count, 0, 0)).verdict for count in (1, 2, 3)] == ["holds", "holds", "narrow"]
