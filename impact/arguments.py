"""What the command line takes: one parser a command, each with an example."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from data.phrases import LANGUAGES
from impact import __version__
from impact.event import AREAS
from impact.reference import DEFAULT_TABLE
from impact.simulation import DRAWS, MAX_DRAWS

Command = Callable[..., int]
SAMPLE = "data/samples/ski-vm-2025.toml"
_HELP = {
    "estimate": ("estimate an event from a TOML file or the Excel template", f"{SAMPLE} --lock vm.json"),
    "multipliers": ("multipliers of a table, per industry", "norway-2019 --type 2 --csv"),
    "regionalise": (
        "a regional table by Flegg's location quotient",
        "norway-2019 --quotients slq.csv --size 0.06 --delta 0.25 --out region",
    ),
    "tables": ("the tables of the registry", "--lang en"),
    "import-ssb": ("SSB's workbooks to a table", "iot_1850_2019.xlsx iot_1950_2019.xlsx --out my-2019"),
    "import-statbank": ("an export of SSB's statbank", "13470.csv --out var/reference"),
    "template": ("the Excel template, empty or with an event in it", "event.xlsx"),
    "verify": ("whether a locked estimate is whole and comes out the same", "vm.json"),
    "explain": ("where a figure of a locked estimate comes from", "vm.json region.effects.value_added.total"),
    "published": ("published figures on events, to compare with", "ski-vm-2025"),
}


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of ``python -m impact``; ``commands`` are what runs, by name."""
    top = argparse.ArgumentParser(
        prog="python -m impact",
        description="Estimate an event's spillovers, as ranges with their sources.",
        epilog=f"example: python -m impact estimate {SAMPLE} --area municipality --lang en",
    )
    top.add_argument("--version", action="version", version=f"Ringvirk {__version__}")
    subparsers = top.add_subparsers(required=True, metavar="COMMAND")
    for name, does in commands.items():
        text, example = _HELP[name]
        sub = subparsers.add_parser(
            name, help=text, description=text, epilog=f"example: python -m impact {name} {example}"
        )
        sub.set_defaults(command=does)
        sub.add_argument("--lang", choices=LANGUAGES, default="nb", help="bokmål (default) or English")
        _ADD[name](sub)
    return top


def _estimate(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("event", metavar="EVENT", help="a .toml or .xlsx file")
    sub.add_argument("--draws", type=_whole(1, MAX_DRAWS), default=DRAWS, help=f"default {DRAWS}")
    sub.add_argument("--seed", type=_whole(0, 2**63 - 1), default=1, help="seed of the draws (default 1)")
    sub.add_argument("--table", default=DEFAULT_TABLE, help=f"of the registry, or a folder (default {DEFAULT_TABLE})")
    sub.add_argument("--area", choices=AREAS, help="the study area to show in front")
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="set a parameter by hand")
    sub.add_argument("--json", action="store_true", help="all figures as JSON")
    sub.add_argument("--lock", metavar="FILE", help="also write the locked estimate")
    _force(sub)


def _multipliers(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("table", metavar="TABLE", help="a folder in the table format, or a table of the registry")
    sub.add_argument("--type", type=int, choices=(1, 2), default=1, help="1: suppliers; 2: households too")
    sub.add_argument("--csv", action="store_true", help="CSV in full precision")
    sub.add_argument("--area", choices=AREAS, help="regionalise a national table of the registry for a study area")
    sub.add_argument("--municipality", default="5001", metavar="NUMBER", help="the host (default 5001, Trondheim)")


def _regionalise(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("table", metavar="TABLE")
    sub.add_argument("--quotients", required=True, metavar="FILE", help="CSV with industry,slq")
    sub.add_argument("--size", required=True, type=float, metavar="SHARE", help="employed of the area / of the nation")
    sub.add_argument("--delta", required=True, type=float, metavar="D", help="exponent, 0 ≤ D < 1")
    sub.add_argument("--out", required=True, metavar="FOLDER")
    _force(sub)


def _import_ssb(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("domestic", metavar="DOMESTIC.xlsx", help="questionnaire 1850")
    sub.add_argument("imports", metavar="IMPORTS.xlsx", help="questionnaire 1950")
    sub.add_argument("--out", required=True, metavar="FOLDER")
    _force(sub)


def _import_statbank(sub: argparse.ArgumentParser) -> None:
    kinds = ("jobs", "commuting", "prices", "accommodation")
    sub.add_argument("file", metavar="FILE", help="CSV or JSON-stat 2")
    sub.add_argument("--kind", choices=kinds, help="what it is, where it does not say")
    sub.add_argument("--out", required=True, metavar="FOLDER", help="reference folder of your own; years are replaced")


def _template(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("file", metavar="FILE.xlsx")
    sub.add_argument("event", nargs="?", metavar="EVENT")
    _force(sub)


def _explain(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("lock", metavar="LOCK")
    sub.add_argument("figure", metavar="FIGURE", help="a path in the estimate, as region.vat")
    sub.add_argument("--json", action="store_true", help="the chain as JSON")


_ADD: dict[str, Callable[[argparse.ArgumentParser], object]] = {
    "estimate": _estimate,
    "multipliers": _multipliers,
    "regionalise": _regionalise,
    "tables": lambda sub: None,
    "import-ssb": _import_ssb,
    "import-statbank": _import_statbank,
    "template": _template,
    "verify": lambda sub: sub.add_argument("lock", metavar="LOCK"),
    "explain": _explain,
    "published": lambda sub: sub.add_argument("id", nargs="?", metavar="ID"),
}


def _force(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--force", action="store_true", help="write over what is there")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return read
