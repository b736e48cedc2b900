"""Many at once against one server, and memory over time: ``python benchmarks/sessions.py`` or ``… soak --minutes 30``.

Load: 1, 10, 25 and 50 WebSocket sessions of the fund's roles, each turning to the pages of its menu and pressing once
every ``THINK`` seconds, against as many of a bare Streamlit page under the same settings, in turn, in one run: p50 and
p95 of a run as ratios to the bare page's, errors, and memory a session. ``--servers 2`` spreads the sessions over two
processes that share the data, as a proxy with sticky sessions does.

Soak: ten sessions for so many minutes: memory at the start, after warm-up and at the end, its slope in a minute with a
95 % interval, open files, threads and the size of the write-ahead log; exits 1 where memory grows beyond ``GROWTH``.
All of it is on this machine alone, and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from browsing import Server, Tab  # noqa: E402
from norway import Kept, kept  # noqa: E402
from pages import BARE  # noqa: E402

from app.navigation import ENTRIES  # noqa: E402
from app.visit import SESSION_COOKIE  # noqa: E402
from data.connection import FILE  # noqa: E402

SESSIONS = (1, 10, 25, 50)
MIX = ("", "", "applicant", "applicant", "officer", "officer", "board", "chair", "treasurer", "auditor")
"""Who the sessions are, in turn; "" is nobody."""
THINK, TURNS, SEED = 1.0, 8, 1
SOAKED = 10
GROWTH = 1.0
"""MiB a minute that memory may grow by, the low end of the interval, before it counts as a leak."""
MIB = 2**20


@dataclass
class Seen:
    """What sessions saw: seconds of each run, and how many failed."""

    took: list[float] = field(default_factory=list)
    errors: int = 0

    def at(self, share: float) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(share * len(self.took)))] if self.took else math.inf


class State(NamedTuple):
    """A server's memory in bytes, its open files and its threads."""

    memory: int
    files: int
    threads: int


def state(server: Server) -> State:
    place = Path(f"/proc/{server.process.pid}")
    told = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    return State(int(told["VmRSS"].split()[0]) * 1024, len(list((place / "fd").iterdir())), int(told["Threads"]))


def paths_of(role: str) -> list[str]:
    """The pages in a role's menu."""
    return [f"/{one.path}" for one in ENTRIES if (role or "anyone") in one.menu and one.name != "sign_in"]


async def session(server: Server, one: Kept, number: int, ends: float, turns: int, seen: Seen) -> None:
    """One person: a new page of the menu each time, until it is over."""
    role = MIX[number % len(MIX)]
    drawn, cookies = random.Random(SEED + number), {SESSION_COOKIE: one.filled.tokens[role]} if role else None
    paths = paths_of(role)
    await asyncio.sleep(THINK * drawn.random())
    while turns and time.monotonic() < ends:
        turns -= 1
        begun = time.perf_counter()
        try:
            tab = await server.tab(drawn.choice(paths), cookies)
            seen.took.append(await tab.run())
            await tab.close()
        except (OSError, RuntimeError, TimeoutError) as failed:
            seen.errors += 1
            print(f"# {role or 'anyone'}: {failed!r}", file=sys.stderr, flush=True)
        await asyncio.sleep(max(0.0, THINK - (time.perf_counter() - begun)))


async def bare_session(tab: Tab, number: int, seen: Seen) -> None:
    """One person at the bare page, as often."""
    await asyncio.sleep(THINK * random.Random(SEED + number).random())
    for turn in range(TURNS):
        begun = time.perf_counter()
        seen.took.append(await tab.run(BARE.widget, BARE.value(turn)))
        await asyncio.sleep(max(0.0, THINK - (time.perf_counter() - begun)))


async def load(one: Kept, folder: Path, count: int, counts: Sequence[int]) -> int:
    """Both sides at each number of sessions; how many runs failed."""
    bare, errors = folder / "bare", 0
    shutil.copytree(ROOT / ".streamlit", bare / ".streamlit", dirs_exist_ok=True)
    shutil.copy(Path(__file__).parent / "bare_page.py", bare)
    print("| sessions | processes | runs | p50, ms | p50 per bare | p95 per bare | errors | MiB a session |")
    print("|---|---|---|---|---|---|---|---|")
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(Server(bare / "bare_page.py"))
        servers = [
            await stack.enter_async_context(Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(one.folder)}))
            for _ in range(count)
        ]
        for server in servers:  # what is made once is made
            for number in range(len(MIX)):
                await session(server, one, number, math.inf, len(paths_of(MIX[number])), Seen())
        for sessions in counts:
            before = sum(state(server).memory for server in servers)
            here, there = Seen(), Seen()
            tabs = [await plain.tab(BARE.path) for _ in range(sessions)]
            for tab in tabs:
                await tab.run()
            await asyncio.gather(*(bare_session(tab, number, there) for number, tab in enumerate(tabs)))
            for tab in tabs:
                await tab.close()
            await asyncio.gather(*(session(servers[n % count], one, n, math.inf, TURNS, here) for n in range(sessions)))
            each = (sum(state(server).memory for server in servers) - before) / sessions / MIB
            ratios = [here.at(share) / there.at(share) for share in (0.5, 0.95)]
            figures = f"{here.at(0.5) * 1e3:.0f} | {ratios[0]:.2f} | {ratios[1]:.2f}"
            print(f"| {sessions} | {count} | {len(here.took)} | {figures} | {here.errors} | {each:.2f} |", flush=True)
            errors += here.errors
    return errors


async def soak(one: Kept, minutes: float) -> int:
    """Ten sessions for so long; 1 where memory grows."""
    async with Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(one.folder)}) as server:
        begun, seen, points = time.monotonic(), Seen(), [(0.0, state(server))]
        ends = begun + 60 * minutes
        people = [asyncio.create_task(session(server, one, n, ends, -1, seen)) for n in range(SOAKED)]
        while time.monotonic() < ends:
            await asyncio.sleep(min(10.0, max(0.1, ends - time.monotonic())))
            points.append(((time.monotonic() - begun) / 60, state(server)))
        await asyncio.gather(*people)
        log = one.folder / f"{FILE}-wal"
        wal = log.stat().st_size if log.exists() else 0
    warm = [point for point in points if point[0] >= minutes / 3]
    slope, half = line(warm)
    (_, first), (_, after), (_, last) = points[0], warm[0], points[-1]
    print(f"soak: {minutes:g} minutes, {SOAKED} sessions, {len(seen.took)} runs, {seen.errors} errors")
    print(
        f"memory, MiB: {first.memory / MIB:.0f} at the start, {after.memory / MIB:.0f} after warm-up, "
        f"{last.memory / MIB:.0f} at the end; slope {slope:.2f} ± {half:.2f} a minute"
    )
    print(f"open files {after.files} → {last.files}, threads {after.threads} → {last.threads}, log {wal / MIB:.1f} MiB")
    return int(slope - half > GROWTH or seen.errors > 0)


def line(points: Sequence[tuple[float, State]]) -> tuple[float, float]:
    """The slope of memory in MiB a minute, and half of its 95 % interval, as if points were independent."""
    at, held = [one for one, _ in points], [one.memory / MIB for _, one in points]
    if len(at) < 3:
        return math.nan, math.inf
    slope, start = statistics.linear_regression(at, held)
    left = sum((y - start - slope * x) ** 2 for x, y in zip(at, held, strict=True)) / (len(at) - 2)
    middle = statistics.mean(at)
    return slope, 1.96 * math.sqrt(left / sum((x - middle) ** 2 for x in at))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("load", "soak"), nargs="?", default="load")
    parser.add_argument("--folder", type=Path, help="where generated data are kept (benchmarks/norway.py)")
    parser.add_argument("--size", type=int, default=8, help="municipalities of the data")
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--sessions", type=int, nargs="*", default=list(SESSIONS))
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        one = kept(options.folder or Path(passing), options.size)
        if options.what == "soak":
            return asyncio.run(soak(one, options.minutes))
        return int(asyncio.run(load(one, Path(passing), options.servers, options.sessions)) > 0)


if __name__ == "__main__":
    sys.exit(main())
