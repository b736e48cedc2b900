"""Plans for 300 cases within a frame: ``python benchmarks/portfolio.py``.

Prints ``name seconds limit`` and exits 1 above a limit: the slowest of several invented portfolios with sums to the
øre, a cap for each organiser and an exposure limit. The seconds are the processor's, since everything runs on one
thread and a busy machine would else decide the figure. Every best plan must be proven.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from portfolios import TERMS, many  # noqa: E402

from fund.plans.best_plan import BestPlan, best_plan  # noqa: E402
from fund.plans.equal_shares import equal_shares  # noqa: E402
from fund.plans.three_plans import last_krone  # noqa: E402
from fund.plans.what_it_takes import what_it_takes  # noqa: E402

CASES, SEEDS = 300, 5
LIMITS = {"best_score": 5.0, "most_value": 5.0, "equal_shares": 5.0, "last_krone": 10.0, "what_it_takes": 15.0}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def proven(plan: BestPlan) -> BestPlan:
    if not plan.proven:
        raise SystemExit(f"{plan.aim}: not proven, gap {plan.gap}")
    return plan


def measured(seed: int) -> dict[str, float]:
    """Seconds by name for one portfolio."""
    cases, partners, caps = many(CASES, seed)
    plan = proven(best_plan("score", cases, caps, TERMS))
    out = next(one.id for one in cases if one.id not in plan.amounts)
    return {
        "best_score": seconds(lambda: proven(best_plan("score", cases, caps, TERMS))),
        "most_value": seconds(lambda: proven(best_plan("value", cases, caps, TERMS))),
        "equal_shares": seconds(lambda: equal_shares(cases, partners, caps, TERMS)),
        "last_krone": seconds(lambda: last_krone("score", cases, partners, caps, TERMS, plan)),
        "what_it_takes": seconds(lambda: what_it_takes("score", cases, caps, TERMS, plan, out)),
    }


def main() -> int:
    runs = [measured(seed) for seed in range(SEEDS)]
    worst = {name: max(run[name] for run in runs) for name in LIMITS}
    for name, figure in worst.items():
        print(f"{name} {figure:.3f} {LIMITS[name]:g}")
    return int(any(figure > LIMITS[name] for name, figure in worst.items()))


if __name__ == "__main__":
    sys.exit(main())
