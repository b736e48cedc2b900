"""What pages cost against a bare Streamlit page, side by side in one run: ``python benchmarks/pages.py``.

Prints ``name ratio limit`` a line and exits 1 above a limit; details go to standard error. Both sides are real servers
under the same configuration, asked over a WebSocket as a browser asks. The register has 2 000 events and 5 000 locked
estimates. A rerun is a click from the request to the end of the script, the lower quartile of several, taken in turn
with the bare page's: it leaves out what a busy machine adds, and keeps what every other click costs. The first page is
from the start of the process to the end of the first run, the least of several.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from browsing import Server, Tab  # noqa: E402
from filling import FULL, fill  # noqa: E402

from app.visit import SESSION_COOKIE  # noqa: E402
from data.phrases import say  # noqa: E402
from impact.reference import reference_in  # noqa: E402

CLICKS, STARTS = 25, 5
SESSIONS, SECONDS, ROUNDS, EVERY = 25, 10, 4, 1.0
RERUN, ESTIMATE, FIRST, BUSY = 2.0, 3.0, 2.0, 2.0
EVENT = 1 + FULL * 250
"""An event with the sample's whole document and a published estimate."""
PLACES = list(reference_in().municipalities.values())
AREAS = [say(f"figure.{area}", "nb") for area in ("municipality", "region", "norway")]
Values = Callable[[int], str | tuple[str, ...] | None]


@dataclass(frozen=True)
class Click:
    """A page, who has it open ("" is nobody), and the click that is timed: a widget and its value by turn.

    Without a widget the script is run again as it stands. None is a button's value. ``{event}`` stands for the event
    that is open, and for its published estimate, which has the same number.
    """

    name: str
    path: str
    role: str = "officer"
    widget: str = ""
    value: Values = lambda turn: None
    limit: float = RERUN

    def on(self, event: int) -> Click:
        """The same on a certain event."""
        return replace(self, path=self.path.format(event=event), widget=self.widget.format(event=event))


def typed(turn: int) -> str:
    return f"Arrangement {turn}"


def number(turn: int) -> str:
    return str(1_000 + turn)


def percent(turn: int) -> str:
    return f"{40 + turn % 9},{turn % 10} %"


def place(turn: int) -> str:
    return PLACES[turn % len(PLACES)]


def area(turn: int) -> tuple[str, ...]:
    return (AREAS[turn % len(AREAS)],)


FORM, FIELD = "/skjema?id={event}&steg=", "event_form_{event}_0_"
CLICKS_TIMED = (
    Click("home", "/", "", "home_place", place),
    Click("business", "/naeringsliv", "", "business_address_kommune", place),
    Click("municipality", "/kommune", "", "municipality_address_kommune", place),
    Click("events", "/arrangementer", widget="events_next"),
    Click("event", "/arrangement?id={event}", widget="event_{event}_series", value=typed),
    Click("form_about", FORM + "om", widget=FIELD + "event/name_nb", value=typed),
    Click("form_audience", FORM + "publikum", widget=FIELD + "audience/0/visits_text", value=percent),
    Click("form_economy", FORM + "okonomi", widget=FIELD + "organiser_cost/0/amount_text", value=number),
    Click("form_nights", FORM + "netter", widget=FIELD + "night/0/rooms_text", value=number),
    Click("form_beside", FORM + "ved-siden"),
    Click("form_evidence", FORM + "dokumentasjon"),
    Click("estimate", "/anslag?id={event}", widget="estimate_id_{event}_area", value=area, limit=ESTIMATE),
    Click("estimate_running", "/anslag?arrangement={event}", limit=ESTIMATE),
    Click("calendar", "/kalender", widget="calendar_after"),
    Click("comparison", "/sammenlign?id=1001&id=1005&id=1009", widget="comparison_text", value=typed),
    Click("tables", "/tabeller"),
    Click("parameters", "/satser", widget="parameters_text", value=lambda turn: "mva" if turn % 2 else ""),
    Click("nights", "/netter", widget="nights_0_rooms", value=number),
    Click("lessons", "/erfaringer", widget="lessons_older"),
    Click("todo", "/oppgaver"),
    Click("method", "/metode", ""),
    Click("trail", "/revisjonsspor", "auditor", "trail_older"),
    Click("accounts", "/kontoer", "administrator", "accounts_new_name", typed),
    Click("account", "/konto", widget="account_old", value=typed),
)
BARE = Click("bare", "/", "", "name", typed)


class Times(NamedTuple):
    """Seconds."""

    least: float
    quartile: float
    median: float


class Sides(NamedTuple):
    """The program's times and the bare page's."""

    here: Times
    there: Times

    def ratio(self, which: str) -> float:
        return float(getattr(self.here, which) / getattr(self.there, which))


class Sites:
    """How to start both sides: the program on the filled folder, and the bare page beside a copy of its settings."""

    def __init__(self, folder: Path) -> None:
        self.data, self.bare = folder / "data", folder / "bare"
        shutil.copytree(ROOT / ".streamlit", self.bare / ".streamlit")
        shutil.copy(Path(__file__).parent / "bare_page.py", self.bare)
        self.tokens = fill(self.data)

    def plain(self) -> Server:
        return Server(self.bare / "bare_page.py")

    def program(self) -> Server:
        return Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(self.data)})

    async def tab(self, server: Server, click: Click) -> Tab:
        """A tab of who clicks, its page not yet run."""
        return await server.tab(click.path, {SESSION_COOKIE: self.tokens[click.role]} if click.role else None)


async def reruns(sites: Sites, clicks: Iterable[Click]) -> dict[str, float]:
    """Each page's click over the bare page's, taken in turn."""
    ratios = {}
    async with sites.plain() as plain, sites.program() as program:
        bare = await opened(sites, plain, BARE)
        for click in (one.on(EVENT + FULL * place) for place, one in enumerate(clicks)):
            tab, turns, pairs = await opened(sites, program, click), count(1), []
            used = program.cpu(), plain.cpu()
            for turn, _ in zip(turns, range(CLICKS), strict=False):
                there = await bare.run(BARE.widget, BARE.value(turn))
                pairs.append((await tab.run(click.widget, click.value(turn)), there))
            cpu = tuple((now.cpu() - before) / CLICKS for now, before in zip((program, plain), used, strict=True))
            ratios[click.name] = told(f"{click.name}, a click", *zip(*pairs, strict=True), cpu=cpu).ratio("quartile")
            await tab.close()
    return ratios


async def opened(sites: Sites, server: Server, click: Click) -> Tab:
    """A tab whose page has been run and clicked once, so that what is made once is made."""
    tab = await sites.tab(server, click)
    await tab.run()
    await tab.run(click.widget, click.value(0))
    return tab


async def first_pages(sites: Sites) -> float:
    """From the start of the process to the end of the first run, over the bare page's."""
    front, pairs = Click("home", "/", ""), []
    for _ in range(STARTS):
        pair = []
        for start, click in ((sites.program, front), (sites.plain, BARE)):
            begun = time.perf_counter()
            async with start() as server:
                tab = await sites.tab(server, click)
                await tab.run()
                pair.append(time.perf_counter() - begun)
                await tab.close()
        pairs.append(pair)
    here, there = zip(*pairs, strict=True)
    return told("first page of a cold server", here, there).ratio("least")


async def busy(sites: Sites, clicks: tuple[Click, ...]) -> float:
    """The median click of 25 sessions that each click once a second, spread over all pages, over the bare page's.

    Each side's is the least of several rounds, taken in turn: where all wait for all, a busy machine decides the rest.
    """
    rounds = []
    async with sites.plain() as plain, sites.program() as program:
        shared = [clicks[number % len(clicks)].on(EVENT + FULL * number) for number in range(SESSIONS)]
        tabs = [await opened(sites, program, click) for click in shared]
        bare = [await opened(sites, plain, BARE) for _ in shared]
        for _ in range(ROUNDS):
            there = statistics.median(await everybody(bare, [BARE] * SESSIONS))
            rounds.append((statistics.median(await everybody(tabs, shared)), there))
    return told(f"{SESSIONS} sessions, the median click of a round", *zip(*rounds, strict=True)).ratio("least")


async def everybody(tabs: list[Tab], clicks: list[Click]) -> list[float]:
    """What each click took while all click once a second; nobody clicks before the last click is answered."""

    async def one(place: int, tab: Tab, click: Click) -> list[float]:
        begun, took = time.perf_counter() + EVERY * place / len(tabs), []
        for turn in range(SECONDS):
            await asyncio.sleep(max(0.0, begun + turn * EVERY - time.perf_counter()))
            took.append(await tab.run(click.widget, click.value(turn + 1)))
        return took

    made = await asyncio.gather(*(one(*each) for each in zip(range(len(tabs)), tabs, clicks, strict=True)))
    return [took for taken in made for took in taken]


def told(what: str, here: Iterable[float], there: Iterable[float], cpu: tuple[float, ...] = ()) -> Sides:
    """Both sides' least, lower quartile and median, said on standard error."""
    sides = Sides(*(Times(min(one), *statistics.quantiles(one, n=4)[:2]) for one in map(list, (here, there))))
    used = f"; processor {cpu[0] * 1e3:.0f} against {cpu[1] * 1e3:.0f} ms" if cpu else ""
    parts = (
        f"{name} {ours * 1e3:.1f} against {theirs * 1e3:.1f} ms"
        for name, ours, theirs in zip(Times._fields, *sides, strict=True)
    )
    print(f"# {what}: {', '.join(parts)}{used}", file=sys.stderr, flush=True)
    return sides


async def measured(sites: Sites) -> list[tuple[str, float, float]]:
    """(name, ratio, limit) of everything."""
    again = await reruns(sites, CLICKS_TIMED)
    found = [(f"{click.name}_per_bare", again[click.name], click.limit) for click in CLICKS_TIMED]
    found.append(("first_page_per_bare", await first_pages(sites), FIRST))
    return [*found, ("busy_median_per_bare", await busy(sites, CLICKS_TIMED), BUSY)]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(Sites(Path(folder))))
    for name, ratio, limit in found:
        print(f"{name} {ratio:.3f} {limit:g}")
    return int(any(ratio > limit for _, ratio, limit in found))


if __name__ == "__main__":
    sys.exit(main())
