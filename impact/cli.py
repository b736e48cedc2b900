"""The command line: estimates, multipliers, regional tables, importers, locks.

Exit codes: 0 done, 1 a lock does not hold, 2 something given is faulty (every fault on its own line on standard
error, nothing written). Figures go to standard output, progress and faults to standard error.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from data.faults import Fault, Faults
from data.files import write_whole
from data.numbers import significant
from data.phrases import LANGUAGES, Lang, say
from impact import __version__
from impact.event import AREAS, Event
from impact.reference import DEFAULT_TABLE, Reference, reference_in
from impact.table import IOTable

SLOW_DRAWS = 20_000
"""From this many draws on a terminal shows that work is going on."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Reference], int] = options.command
    try:
        return command(options, reference_in())
    except Faults as found:
        for fault in found.faults:
            print(fault.line(options.lang), file=sys.stderr)
        print(say("cli.faults", options.lang, count=len(found.faults)), file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        fault = Fault(str(error.filename or ""), "", "", "cli.not_written", {"reason": error.strerror or str(error)})
        print(fault.line(options.lang), file=sys.stderr)
        return 2


# -- commands


def _estimate(options: argparse.Namespace, reference: Reference) -> int:
    from impact.estimate import estimate
    from impact.lock import lock
    from impact.simulation import frame, simulate

    event = _event(options.event, reference)
    setting = frame(reference, event.first_day, options.table, _settings(options.set))
    if options.area and options.area not in setting.areas:
        raise Faults([Fault(options.table, "--area", options.area, "cli.area_not_served")])
    with _progress(options.draws, options.lang):
        tree = estimate(simulate(event, setting, options.seed, options.draws))
    if options.lock:
        write_whole(options.lock, lock(tree))
    if options.json:
        json.dump(tree, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        print()
    else:
        _report(tree, options, reference, options.area)
    return 0


def _report(tree: dict[str, Any], options: argparse.Namespace, reference: Reference, area: str | None = None) -> None:
    from impact.report import Report, console

    Report(tree, console(), options.lang, reference, area).write()


def _multipliers(options: argparse.Namespace, reference: Reference) -> int:
    from data.dated import read_parameters
    from impact.multipliers import multipliers

    table = _table(options, reference)
    kappa = None
    if options.type == 2:
        mode = read_parameters()["households.kappa"].values[-1].value.mode
        kappa = 1.0 if "household_income_total" in table.about else mode
    both = multipliers(table, kappa)
    result = both.type_1 if both.type_2 is None else both.type_2
    if options.csv:
        result.to_csv(sys.stdout, lineterminator="\n")
        return 0
    from rich.table import Table

    from impact.report import console

    out = console()
    shown = Table(box=None, padding=(0, 1), header_style="dim")
    for place, heading in enumerate(["industry", *result.columns]):
        title = say(f"cli.multipliers.{heading}", options.lang)
        shown.add_column(title, justify="left" if place == 0 else "right", overflow="fold")
    for code, row in result.iterrows():
        cells = ["" if math.isnan(value) else significant(value, options.lang, 4) for value in row]
        shown.add_row(f"{code} {table.name(str(code), options.lang)}", *cells)
    out.print(
        f"{table.about['name']}. " + say(f"cli.multipliers_{options.type}", options.lang, unit=table.about["unit"])
    )
    out.print(shown)
    out.print(f"{table.about['source']}. {table.about['licence']}.")
    return 0


def _regionalise(options: argparse.Namespace, reference: Reference) -> int:
    from impact.regional import read_quotients, regionalise
    from impact.table import table_faults, write_table

    faults = []
    if not 0 < options.size <= 1:
        faults.append(
            Fault("", "--size", f"{options.size:g}", "table.bad_option", {"option": "--size", "wanted": "0 < size ≤ 1"})
        )
    if not 0 <= options.delta < 1:
        faults.append(
            Fault(
                "",
                "--delta",
                f"{options.delta:g}",
                "table.bad_option",
                {"option": "--delta", "wanted": "0 ≤ delta < 1"},
            )
        )
    if faults:
        raise Faults(faults)
    table = reference.table(options.table)
    regional = regionalise(table, read_quotients(options.quotients, table), options.size, options.delta)
    if faults := table_faults(regional):
        raise Faults(faults)
    write_table(regional, options.out)
    print(say("cli.written", options.lang, path=options.out))
    return 0


def _tables(options: argparse.Namespace, reference: Reference) -> int:
    from rich.padding import Padding

    from impact.report import console

    out = console()
    for name in reference.table_names():
        about = reference.table_about(name)
        serves = "cli.serves_all" if reference.quotients(int(about["year"])) else "cli.serves_nation"
        out.print(f"{name}: {about['name']}, {about['geography']}, {about['price_basis']}, {about['unit']}")
        lines = [
            say("cli.valid", options.lang, first=about.get("valid_from", ""), last=about.get("valid_to", "")),
            say("cli.serves", options.lang, areas=say(serves, options.lang)),
            about.get("note", ""),
            f"{about['source']}. {about['licence']}. {about['retrieved']}.",
        ]
        for line in filter(None, lines):
            out.print(Padding(line, (0, 0, 0, 2)))
    return 0


def _import_ssb(options: argparse.Namespace, reference: Reference) -> int:
    from impact.ssb_workbook import read_ssb_workbooks
    from impact.table import write_table

    table, notes = read_ssb_workbooks(Path(options.domestic), Path(options.imports))
    for note in notes:
        print(note.line(options.lang), file=sys.stderr)
    write_table(table, options.out)
    print(say("cli.written", options.lang, path=options.out))
    return 0


def _import_statbank(options: argparse.Namespace, reference: Reference) -> int:
    from impact.statbank import import_export

    written, notes = import_export(Path(options.file), options.kind, Path(options.out))
    for note in notes:
        print(note.line(options.lang), file=sys.stderr)
    for path in written:
        print(say("cli.written", options.lang, path=str(path)))
    return 0


def _template(options: argparse.Namespace, reference: Reference) -> int:
    from impact.event import event_as_dict
    from impact.workbook import write_workbook

    raw = event_as_dict(_event(options.event, reference)) if options.event else {}
    write_workbook(raw, Path(options.file), options.lang)
    print(say("cli.written", options.lang, path=options.file))
    return 0


def _verify(options: argparse.Namespace, reference: Reference) -> int:
    from impact.lock import differences, made_by, read_lock, recompute

    tree = read_lock(options.lock)
    print(say("cli.whole", options.lang, event=tree["event"]["event"][f"name_{options.lang}"]))
    locked_by, version = made_by(tree)
    with _progress(tree["draws"], options.lang):
        differing = list(differences(tree, recompute(tree, reference)))
    for path, locked, again in differing[:20]:
        print(f"{path}: {locked} ≠ {again}")
    key = "cli.differs" if differing else "cli.agrees"
    print(say(key, options.lang, count=len(differing), locked_by=locked_by, version=version))
    return 1 if differing else 0


def _explain(options: argparse.Namespace, reference: Reference) -> int:
    from impact.lock import read_lock
    from impact.provenance import explain

    chain = explain(read_lock(options.lock), options.figure)
    if options.json:
        json.dump(chain.as_dict(), sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    seen: set[str] = set()
    skip = None
    for depth, step in chain.walk():
        if skip is not None and depth > skip:
            continue
        again = bool(step.below) and step.key in seen
        skip = depth if again else None
        seen.add(step.key)
        value = "" if step.value is None else f" = {_shown(step.value, options.lang)}"
        grounds = say(f"workbook.evidence.{step.evidence}", options.lang) if step.evidence else ""
        notes = [one for one in (step.formula(options.lang), grounds, step.source) if one]
        tail = say("cli.as_above", options.lang) if again else "; ".join(notes)
        print("  " * depth + step.name(options.lang) + value + (f"  [{tail}]" if tail else ""))
    return 0


def _shown(value: Any, lang: Lang) -> str:
    return significant(value, lang, 9) if isinstance(value, float) else str(value)


def _published(options: argparse.Namespace, reference: Reference) -> int:
    from rich.table import Table

    from impact.published import headings, published_ids, published_path, published_text, read_published
    from impact.report import console

    out = console()
    if not options.id:
        for name in published_ids():
            out.print(f"{name}: {getattr(read_published(published_path(name)), f'name_{options.lang}')}")
        return 0
    published = read_published(published_path(options.id))
    titles = headings(options.lang)
    shown = Table(box=None, padding=(0, 1), header_style="dim")
    for title in titles.values():
        shown.add_column(title, overflow="fold")
    for row in published_text(published, options.lang):
        shown.add_row(*(row[key] for key in titles))
    out.print(shown)
    return 0


# -- what commands share


def _table(options: argparse.Namespace, reference: Reference) -> IOTable:
    """The table that was asked for; regionalised at the mode of δ for ``--area`` of the region."""
    from impact.regional import regionalise
    from impact.simulation import frame

    if options.area in (None, "norway"):
        return reference.table(options.table)
    if options.municipality not in reference.municipalities:
        known = ", ".join(reference.municipalities)
        raise Faults(
            [Fault("", "--municipality", options.municipality, "event.unknown_municipality_far", {"known": known})]
        )
    setting = frame(reference, dt.date.today(), options.table)
    if options.area not in setting.areas:
        raise Faults([Fault(options.table, "--area", options.area, "cli.area_not_served")])
    here = setting.economy(options.area, options.municipality)
    assert here.slq is not None and here.size is not None
    return regionalise(setting.table, here.slq, here.size, setting.delta[1])


def _event(path: str, reference: Reference) -> Event:
    from impact.event_reading import read_event_file

    return read_event_file(path, reference)


def _settings(given: Sequence[str]) -> dict[str, float]:
    """``flq.delta=0.15`` → {"flq.delta": 0.15}; :class:`Faults` where one is not a key and a number."""
    settings, faults = {}, []
    for entry in given:
        key, _, text = entry.partition("=")
        try:
            figure = float(text)
        except ValueError:
            figure = math.nan
        if not math.isfinite(figure):
            faults.append(Fault("", "--set", entry, "parameter.bad_setting"))
        settings[key] = figure
    if faults:
        raise Faults(faults)
    return settings


def _progress(draws: int, lang: Lang) -> AbstractContextManager[Any]:
    if draws < SLOW_DRAWS or not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(say("cli.working", lang, draws=draws))


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


def _parser() -> argparse.ArgumentParser:
    from impact.simulation import DRAWS, MAX_DRAWS

    parser = argparse.ArgumentParser(
        prog="python -m impact",
        description="Estimate an event's spillovers, as ranges with their sources.",
        epilog="example: python -m impact estimate data/samples/ski-vm-2025.toml --area municipality --lang en",
    )
    parser.add_argument("--version", action="version", version=f"Ringvirk {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default="nb", help="bokmål (default) or English")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, does: Callable[..., int], text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name, parents=[common], help=text, description=text, epilog=f"example: python -m impact {name} {example}"
        )
        sub.set_defaults(command=does)
        return sub

    sample = "data/samples/ski-vm-2025.toml"
    sub = command(
        "estimate", _estimate, "estimate an event from a TOML file or the Excel template", f"{sample} --lock vm.json"
    )
    sub.add_argument("event", metavar="EVENT", help="a .toml or .xlsx file")
    sub.add_argument(
        "--draws", type=_whole(1, MAX_DRAWS), default=DRAWS, help=f"draws of the unknowns (default {DRAWS})"
    )
    sub.add_argument("--seed", type=_whole(0, 2**63 - 1), default=1, help="seed of the draws (default 1)")
    sub.add_argument(
        "--table", default=DEFAULT_TABLE, help=f"a table of the registry, or a folder (default {DEFAULT_TABLE})"
    )
    sub.add_argument("--area", choices=AREAS, help="the study area to show in front")
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="set a parameter by hand")
    sub.add_argument("--json", action="store_true", help="all figures as JSON")
    sub.add_argument("--lock", metavar="FILE", help="also write the locked estimate")

    sub = command("multipliers", _multipliers, "multipliers of a table, per industry", "norway-2019 --type 2 --csv")
    sub.add_argument("table", metavar="TABLE", help="a folder in the table format, or a table of the registry")
    sub.add_argument("--type", type=int, choices=(1, 2), default=1, help="1: suppliers; 2: households too")
    sub.add_argument("--csv", action="store_true", help="CSV in full precision")
    sub.add_argument("--area", choices=AREAS, help="regionalise a national table of the registry for a study area")
    sub.add_argument("--municipality", default="5001", metavar="NUMBER", help="the host (default 5001, Trondheim)")

    example = "norway-2019 --quotients slq.csv --size 0.06 --delta 0.25 --out region"
    sub = command("regionalise", _regionalise, "a regional table by Flegg's location quotient", example)
    sub.add_argument("table", metavar="TABLE")
    sub.add_argument("--quotients", required=True, metavar="FILE", help="CSV with industry,slq")
    sub.add_argument(
        "--size", required=True, type=float, metavar="SHARE", help="employed persons of the area / of the nation"
    )
    sub.add_argument("--delta", required=True, type=float, metavar="D", help="exponent, 0 ≤ D < 1")
    sub.add_argument("--out", required=True, metavar="FOLDER")

    command("tables", _tables, "the tables of the registry", "--lang en")

    sub = command(
        "import-ssb", _import_ssb, "SSB's workbooks to a table", "iot_1850_2019.xlsx iot_1950_2019.xlsx --out my-2019"
    )
    sub.add_argument("domestic", metavar="DOMESTIC.xlsx", help="questionnaire 1850")
    sub.add_argument("imports", metavar="IMPORTS.xlsx", help="questionnaire 1950")
    sub.add_argument("--out", required=True, metavar="FOLDER")

    sub = command("import-statbank", _import_statbank, "an export of SSB's statbank", "13470.csv --out var/reference")
    sub.add_argument("file", metavar="FILE", help="CSV or JSON-stat 2")
    sub.add_argument(
        "--kind", choices=("jobs", "commuting", "prices", "accommodation"), help="what it is, where it does not say"
    )
    sub.add_argument("--out", required=True, metavar="FOLDER", help="reference folder of your own")

    sub = command("template", _template, "the Excel template, empty or with an event in it", "event.xlsx")
    sub.add_argument("file", metavar="FILE.xlsx")
    sub.add_argument("event", nargs="?", metavar="EVENT")

    sub = command("verify", _verify, "whether a locked estimate is whole and comes out the same", "vm.json")
    sub.add_argument("lock", metavar="LOCK")

    sub = command(
        "explain",
        _explain,
        "where a figure of a locked estimate comes from",
        "vm.json region.effects.value_added.total",
    )
    sub.add_argument("lock", metavar="LOCK")
    sub.add_argument("figure", metavar="FIGURE")
    sub.add_argument("--json", action="store_true", help="the chain as JSON")

    sub = command("published", _published, "published figures on events, to compare with", "ski-vm-2025")
    sub.add_argument("id", nargs="?", metavar="ID")
    return parser
