"""What the fund's pages cost against a bare Streamlit page, in one run: ``python benchmarks/fund_pages.py``.

Prints ``name ratio limit`` a line and exits 1 above a limit; details go to standard error. ``--folder FOLDER`` keeps
the filled fund there and takes it as it is the next time, since it takes minutes to fill; ``--only case ranking`` takes
those pages. The fund has 10 years, 5 000 applications and 200 000 postings (:mod:`fund_filling`). A page is run anew
from its address, by who has it in the menu, as in ``benchmarks/pages.py``: the lower quartile of several runs, taken in
turn with the bare page's. ``first`` is the first run of a page in a new server, on standard error alone: what nobody
else has asked for yet is worked out there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from browsing import Server, Tab  # noqa: E402
from fund_filling import Filled, fill  # noqa: E402
from pages import BARE, CLICKS, Click, told  # noqa: E402

from app.visit import SESSION_COOKIE  # noqa: E402

PAGE, CASE = 2.0, 3.0
KEPT = "filled.json"
PAGES = (
    Click("fund", "/fond", ""),
    Click("applications", "/soknader", "applicant"),
    Click("calls", "/utlysninger", "applicant"),
    Click("application", "/soknad?id={own}", "applicant"),
    Click("mandates", "/fullmakter"),
    Click("cases", "/saker"),
    Click("case", "/sak?id={case}", "chair", limit=CASE),
    Click("case_decided", "/sak?id={decided}", "chair", limit=CASE),
    Click("ranking", "/rangering?utlysning={call}", "chair"),
    Click("portfolio", "/portefolje?utlysning={call}", "chair"),
    Click("meetings", "/moter"),
    Click("meeting", "/mote?id={meeting}", "chair"),
    Click("award", "/tilsagn?id={award}"),
    Click("contributions", "/bidrag", "treasurer"),
    Click("claims", "/anmodninger", "treasurer"),
    Click("claim", "/anmodning?id={claim}", "treasurer"),
    Click("payouts", "/utbetalinger", "treasurer"),
    Click("books", "/regnskap", "treasurer"),
    Click("posting", "/postering?id={posting}", "treasurer"),
    Click("schemes", "/ordninger", "administrator"),
    Click("board", "/styret", "administrator"),
    Click("messages", "/meldinger", "administrator"),
    Click("templates", "/maler", "administrator"),
    Click("todo", "/oppgaver"),
    Click("todo_treasurer", "/oppgaver", "treasurer"),
    Click("trail", "/revisjonsspor", "auditor"),
    Click("checks", "/kontroll", "auditor"),
)


async def measured(folder: Path, filled: Filled, only: list[str]) -> list[tuple[str, float, float]]:
    """(name, ratio, limit) of each page; one that fails is told, and counts as endless."""
    bare = folder / "bare"
    shutil.copytree(ROOT / ".streamlit", bare / ".streamlit", dirs_exist_ok=True)
    shutil.copy(Path(__file__).parent / "bare_page.py", bare)
    found = []
    async with (
        Server(bare / "bare_page.py") as plain,
        Server(ROOT / "streamlit_app.py", {"RINGVIRK_DATA": str(folder / "data")}) as program,
    ):
        tab = await plain.tab(BARE.path)
        await tab.run()
        for click in [one for one in PAGES if not only or one.name in only]:
            try:
                found.append((click.name, await _page(program, tab, click, filled), click.limit))
            except (RuntimeError, TimeoutError) as failed:
                print(f"# {click.name}: {failed!r}", file=sys.stderr, flush=True)
                found.append((click.name, float("inf"), click.limit))
    return found


async def _page(program: Server, bare: Tab, click: Click, filled: Filled) -> float:
    cookies = {SESSION_COOKIE: filled.tokens[click.role]} if click.role else None
    tab = await program.tab(filled.put_in(click.path), cookies)
    first = await tab.run()
    print(f"# {click.name}, first: {first * 1e3:.0f} ms", file=sys.stderr, flush=True)
    await tab.run()
    pairs = []
    for turn in range(CLICKS):
        there = await bare.run(BARE.widget, BARE.value(turn))
        pairs.append((await tab.run(), there))
    await tab.close()
    return told(click.name, *zip(*pairs, strict=True)).ratio("quartile")


def _fund(folder: Path) -> Filled:
    """The fund in a folder: as it was kept there, or filled now."""
    kept = folder / KEPT
    if kept.exists():
        return Filled(**json.loads(kept.read_text(encoding="utf-8")))
    filled = fill(folder / "data")
    kept.write_text(json.dumps(asdict(filled)), encoding="utf-8")
    return filled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        found = asyncio.run(measured(folder, _fund(folder), options.only))
    for name, ratio, limit in found:
        print(f"{name}_per_bare {ratio:.3f} {limit:g}")
    return int(any(ratio > limit for _, ratio, limit in found))


if __name__ == "__main__":
    sys.exit(main())
