"""Each page and job of a generated Norway against the region's: ``python benchmarks/norway.py --folder FOLDER``.

Prints a table line a page and job: the median at each size, times the region's, and how it grows; exits 1 where a page
takes more than ``LIMIT`` times its time with the region's data. The data are :mod:`norway_filling`'s, kept in FOLDER/8,
FOLDER/36, …, made where they aren't there. Pages are run anew from their address over a WebSocket against a real server
(:mod:`browsing`), the servers of all sizes in turn, so that a busy machine touches all sides alike; ``first`` is a
page's first run in its server, when what is kept until a change is made. ``--pages`` and ``--jobs`` take a part;
``--only`` takes those by name.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from browsing import Server, Tab  # noqa: E402
from fund_filling import Filled  # noqa: E402
from fund_pages import PAGES  # noqa: E402
from norway_filling import fill  # noqa: E402
from pages import Click  # noqa: E402

from app.visit import SESSION_COOKIE  # noqa: E402
from data.connection import FILE, connect  # noqa: E402
from fund.verify import chain_faults  # noqa: E402

SIZES = (8, 36, 100)
RUNS, LIMIT = 5, 3.0
JOB_SECONDS = 900
SAME = 1.5
"""A time that differs by less than this factor over all sizes is constant: machines that others use differ by more."""
MORE = (
    Click("home", "/", ""),
    Click("business", "/naeringsliv", ""),
    Click("municipality", "/kommune", ""),
    Click("events", "/arrangementer"),
    Click("events_last", "/arrangementer?sorter=navn&side=15"),
    Click("events_found", "/arrangementer?q=arrangement"),
    Click("event", "/arrangement?id={event}"),
    Click("event_form", "/skjema?id={event}"),
    Click("estimate", "/anslag?id={estimate}"),
    Click("calendar", "/kalender"),
    Click("comparison", "/sammenlign?id={event}"),
    Click("surveys", "/undersokelser?id={event}"),
    Click("counts", "/tellinger?id={event}"),
    Click("evaluation", "/evaluering?id={event}"),
    Click("review", "/gjennomgang?id={event}"),
    Click("record", "/treffsikkerhet"),
    Click("years", "/over-aar"),
    Click("cases_decided", "/saker?tilstand=innvilget,vilkar"),
    Click("cases_board", "/saker", "board"),
    Click("todo_board", "/oppgaver", "board"),
    Click("todo_applicant", "/oppgaver", "applicant"),
    Click("tables", "/tabeller"),
    Click("parameters", "/satser"),
    Click("nights", "/netter"),
    Click("lessons", "/erfaringer"),
    Click("lessons_found", "/erfaringer?q=betalt"),
    Click("method", "/metode", ""),
    Click("accounts", "/kontoer", "administrator"),
    Click("account", "/konto"),
)


class Kept(NamedTuple):
    """The filled data of one size, and the numbers that addresses name."""

    size: int
    folder: Path
    filled: Filled
    numbers: Mapping[str, int]


class Times(NamedTuple):
    """Seconds of one page or job at each size: the first run's and the median of the others."""

    first: list[float]
    median: list[float]


def kept(folder: Path, size: int) -> Kept:
    """The data of a size, made where they aren't there."""
    place = folder / str(size)
    told = place / "filled.json"
    if not told.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        begun = time.monotonic()
        filled = fill(place / "data", size)
        told.write_text(json.dumps(asdict(filled)), encoding="utf-8")
        print(f"# {size} municipalities: filled in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    filled = Filled(**json.loads(told.read_text(encoding="utf-8")))
    with closing(connect(place / "data" / FILE)) as db:
        (event, estimate) = db.execute(
            "SELECT event.id, estimate.id FROM event JOIN estimate ON estimate.event = event.id"
            " WHERE event.state = 'evaluated' AND estimate.purpose = 'forecast' ORDER BY event.id DESC LIMIT 1"
        ).fetchone()
    numbers = {name: one for name, one in vars(filled).items() if isinstance(one, int)}
    return Kept(size, place / "data", filled, {**numbers, "event": event, "estimate": estimate})


# -- pages


async def pages(found: Sequence[Kept], only: Sequence[str]) -> dict[str, Times]:
    """Every page at every size."""
    times = {}
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(one.folder)}))
            for one in found
        ]
        for click in [one for one in (*PAGES, *MORE) if not only or one.name in only]:
            tabs = [await _tab(server, click, one) for server, one in zip(servers, found, strict=True)]
            first = [await _run(tab, click) for tab in tabs]
            runs: list[list[float]] = [[] for _ in tabs]
            if all(map(math.isfinite, first)):
                for _ in range(RUNS):
                    for tab, taken in zip(tabs, runs, strict=True):
                        taken.append(await _run(tab, click))
            for tab in tabs:
                await tab.close()
            times[click.name] = Times(first, [statistics.median(one) if one else math.inf for one in runs])
            _told(click.name, times[click.name])
    return times


async def _tab(server: Server, click: Click, one: Kept) -> Tab:
    cookies = {SESSION_COOKIE: one.filled.tokens[click.role]} if click.role else None
    return await server.tab(click.path.format(**one.numbers), cookies)


async def _run(tab: Tab, click: Click) -> float:
    """Seconds of a run; endless where it fails."""
    try:
        return await tab.run()
    except (RuntimeError, TimeoutError) as failed:
        print(f"# {click.name}: {failed!r}", file=sys.stderr, flush=True)
        return math.inf


# -- jobs


def jobs(found: Sequence[Kept], only: Sequence[str]) -> dict[str, Times]:
    """Every job at every size, once each."""
    named: dict[str, Callable[[Kept], float | None]] = {
        "ledger_chain": _chain,
        "verify": lambda one: _command(one, "fund", "verify"),
        "check": lambda one: _command(one, "data", "check"),
        "backup": lambda one: _command(one, "data", "backup"),
        "restore_dry_run": _restored,
        "due": lambda one: _command(one, "fund", "due"),
        "awards_json": lambda one: _get(one, "/api/tildelinger.json"),
        "estimates_json": lambda one: _get(one, "/api/publiserte-anslag.json"),
        "calendar_ics": lambda one: _get(one, "/kalender.ics"),
        "annual_report": lambda one: _get(one, "/last-ned/aarsrapport/2026.docx", "officer"),
    }
    times = {}
    for name, job in named.items():
        if not only or name in only:
            taken = []
            for one in found:
                begun = time.perf_counter()
                said = job(one)
                taken.append(time.perf_counter() - begun if said is None else said)
            times[name] = Times(taken, taken)
            _told(name, times[name])
    return times


def _chain(one: Kept) -> None:
    with closing(connect(one.folder / FILE)) as db:
        assert chain_faults(db) == []


def _command(one: Kept, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments, "--data", str(one.folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(f"# {one.size} {module} {arguments}: {done.stdout[-300:]}{done.stderr[-300:]}", file=sys.stderr)


def _restored(one: Kept) -> None:
    newest = max((one.folder / "backups").iterdir(), key=lambda path: path.stat().st_mtime)
    _command(one, "data", "restore", "--dry-run", str(newest))


def _get(one: Kept, path: str, role: str = "") -> float:
    """Seconds of a download from a server that has just started."""

    async def taken() -> float:
        async with Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(one.folder)}) as server:
            said = {"Cookie": f"{SESSION_COOKIE}={one.filled.tokens[role]}"} if role else {}
            request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=said)
            begun = time.perf_counter()
            await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=JOB_SECONDS).read())
            return time.perf_counter() - begun

    return asyncio.run(taken())


# -- how it grows


def growth(sizes: Sequence[float], seconds: Sequence[float]) -> str:
    """How a time grows with the size: the simplest of constant, log, linear and worse that fits.

    Each but constant is a + b·f(size) with a and b at least 0, by least squares of relative errors.
    """
    if not all(map(math.isfinite, seconds)):
        return "fails"
    if max(seconds) < SAME * min(seconds):
        return "constant"
    shapes = {"log": np.log, "linear": lambda n: n, "worse": lambda n: n**2}
    at, took = np.array(sizes, float), np.array(seconds)
    return min(shapes, key=lambda name: _left(shapes[name](at), took))


def _left(shape: np.ndarray, took: np.ndarray) -> float:
    """The relative error that is left by the best a + b·shape with neither below 0."""
    weighted = np.stack([np.ones_like(shape), shape], axis=1) / took[:, None]
    best = np.inf
    for columns in ([0, 1], [1], [0]):
        part = weighted[:, columns]
        given, *_ = np.linalg.lstsq(part, np.ones_like(took), rcond=None)
        if (given >= 0).all():
            best = min(best, float(((part @ given - 1) ** 2).sum()))
    return best


def _told(name: str, times: Times) -> None:
    shown = [", ".join(f"{one * 1e3:.0f}" for one in taken) for taken in times]
    print(f"# {name}: first {shown[0]} ms; median {shown[1]} ms", file=sys.stderr, flush=True)


def printed(kind: str, sizes: Sequence[int], times: Mapping[str, Times]) -> bool:
    """The table; whether every page is within its limit."""
    well = True
    print(f"| {kind} | {' | '.join(f'{size} ms' for size in sizes)} | times the region's | growth | first, times |")
    print(f"|---|{'---|' * (len(sizes) + 3)}")
    for name, one in times.items():
        ratio, first = one.median[-1] / one.median[0], one.first[-1] / one.first[0]
        figures = " | ".join(f"{taken * 1e3:.0f}" for taken in one.median)
        above = kind == "page" and not ratio <= LIMIT
        well = well and not above
        mark = " **above**" if above else ""
        print(f"| `{name}` | {figures} | {ratio:.2f}{mark} | {growth(sizes, one.median)} | {first:.1f} |")
    return well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--jobs", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        found = [kept(options.folder or Path(passing), size) for size in options.sizes]
        well, both = True, options.pages == options.jobs
        for one in found:
            used = os.stat(one.folder / FILE).st_size
            print(f"# {one.size} municipalities: {used / 1e6:.0f} MB", flush=True)
        if both or options.pages:
            well = printed("page", options.sizes, asyncio.run(pages(found, options.only)))
        if both or options.jobs:
            printed("job", options.sizes, jobs(found, options.only))
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
