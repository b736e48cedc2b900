"""The engine's cost against its peers, side by side in one run: ``python benchmarks/engine.py``.

Prints one line a figure, ``name ratio limit``, and exits 1 when one is above its limit. Times are the least of several
repetitions taken in turn, so that a busy machine disturbs both sides alike; figures behind the ratios go to standard
error. Every estimate uses a seed of its own: nothing is drawn beforehand.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
SAMPLE = ROOT / "data" / "samples" / "ski-vm-2025.toml"
DRAWS, BETAS, INDUSTRIES, BATCH = 10_000, 60, 62, 1_000
LIMITS = {
    "multipliers_per_pymrio": 0.6,
    "estimate_per_floor": 3.0,
    "first_estimate_per_floor": 6.0,
    "batch_event_per_single": 1.0,
    "peak_memory_mb_per_300": 1.0,
}


def floor() -> None:
    """60 × 10 000 Betas and one 62 × 62 by 62 × 10 000 product: what no estimate can do without."""
    stream = np.random.default_rng(1)
    alphas = 1 + 4 * stream.random(BETAS)
    draws = np.array([stream.beta(alpha, 6 - alpha, DRAWS) for alpha in alphas])
    inverse = np.ones((INDUSTRIES, INDUSTRIES))
    demand = np.ones((INDUSTRIES, DRAWS))
    demand[:BETAS] = draws
    inverse @ demand


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def least(repetitions: int, *works: Callable[[], object]) -> list[float]:
    """The least time of each, taken in turn."""
    times = [[seconds(work) for work in works] for _ in range(repetitions)]
    return [min(column) for column in zip(*times, strict=True)]


def multipliers() -> float:
    import pandas as pd
    import pymrio

    from data.dated import read_parameters
    from impact.multipliers import multipliers as ours
    from impact.reference import reference_in
    from impact.table import read_table

    shipped = reference_in().path("tables/norway-2019")
    assert shipped is not None
    table = read_table(shipped)
    kappa = read_parameters()["households.kappa"].values[-1].value.mode
    codes = pd.Index(table.codes)
    flows, output = pd.DataFrame(table.flows, codes, codes), pd.DataFrame(table.output, codes, ["output"])
    extension = pd.DataFrame([table.value_added], ["value_added"], codes)

    def peer() -> None:
        a = pymrio.calc_A(flows, output)
        inverse = pymrio.calc_L(a)
        pymrio.calc_M(pymrio.calc_S(extension, output), inverse)

    def own() -> None:
        vars(table).pop("coefficients", None)  # A is part of the work, as it is for the peer
        ours(table, kappa)

    here, there = least(200, own, peer)
    say("multipliers", here, there)
    return here / there


def estimates() -> tuple[float, float]:
    """(an estimate over the floor, an event of a batch over a single estimate), tables warm."""
    from dataclasses import replace

    from impact.draws import Sampler
    from impact.estimate import estimate
    from impact.event_reading import read_event_file
    from impact.reference import reference_in
    from impact.simulation import frame, simulate

    reference = reference_in()
    event = read_event_file(SAMPLE, reference)
    setting = frame(reference, event.first_day)
    seeds = iter(range(1_000_000))

    def single() -> None:
        estimate(simulate(event, setting, next(seeds), DRAWS))

    single()
    here, bare = least(30, single, floor)
    say("estimate", here, bare)
    sampler = Sampler(next(seeds), DRAWS)
    several = [replace(event, id=f"{event.id}-{number}") for number in range(BATCH)]
    alone = []

    def batch(events: list[object]) -> None:
        for one in events:
            estimate(simulate(one, setting, sampler=sampler))  # type: ignore[arg-type]

    took = 0.0
    for start in range(0, BATCH, 50):
        took += seconds(lambda start=start: batch(several[start : start + 50]))  # type: ignore[misc]
        alone += [seconds(single) for _ in range(3)]
    each, usual = took / BATCH, sum(alone) / len(alone)
    say("batch, per event", each, usual)
    return here / bare, each / usual


FIRST = """
import sys, time
sys.path[:0] = [{root!r}, {here!r}]
from engine import floor, SAMPLE
from impact.estimate import estimate
from impact.event_reading import read_event_file
from impact.reference import reference_in
from impact.simulation import frame, simulate
bare = min((lambda s: (floor(), time.perf_counter() - s)[1])(time.perf_counter()) for _ in range(5))
start = time.perf_counter()
reference = reference_in()
event = read_event_file(SAMPLE, reference)
estimate(simulate(event, frame(reference, event.first_day), 1, 10_000))
print(time.perf_counter() - start, bare)
"""


def first() -> float:
    """The first estimate of a process, its files read and its inverses made, over the floor in the same process."""
    program = FIRST.format(root=str(ROOT), here=str(Path(__file__).parent))
    pairs = []
    for _ in range(7):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        pairs.append(tuple(map(float, done.stdout.split())))
    here, bare = (min(column) for column in zip(*pairs, strict=True))
    say("first estimate", here, bare)
    return here / bare


def memory() -> float:
    """Peak memory of a process that makes one estimate with 10 000 draws from the command line, over 300 MB."""
    command = [sys.executable, "-m", "impact", "estimate", str(SAMPLE), "--draws", str(DRAWS), "--json"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"# peak memory {peak:.0f} MB", file=sys.stderr)
    return peak / 300


def say(name: str, here: float, there: float) -> None:
    print(f"# {name}: {here * 1e3:.3f} ms against {there * 1e3:.3f} ms", file=sys.stderr)


def main() -> int:
    gc.disable()
    ratios = {"peak_memory_mb_per_300": memory(), "first_estimate_per_floor": first()}
    ratios["multipliers_per_pymrio"] = multipliers()
    ratios["estimate_per_floor"], ratios["batch_event_per_single"] = estimates()
    for name, limit in LIMITS.items():
        print(f"{name} {ratios[name]:.3f} {limit:g}")
    return int(any(ratios[name] > limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
