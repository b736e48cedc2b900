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
import re
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from rich.padding import Padding

from data.faults import Fault, Faults
from data.files import write_whole
from data.numbers import number
from data.phrases import Lang, say
from impact.arguments import Command, parser
from impact.event import Event
from impact.reference import Reference, reference_in
from impact.table import IOTable
from impact.terminal import print_table, terminal

SLOW_DRAWS = 20_000
"""From this many draws on a terminal shows that work is going on."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    if sys.stdout is None or sys.stderr is None:  # started with a closed stream: nobody is listening there
        nowhere = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = parser(COMMANDS).parse_args(arguments)
    try:
        done: int = options.command(options, reference_in())
        sys.stdout.flush()
        return done
    except Faults as found:
        faults = found.faults
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        reason = error.strerror or str(error)
        faults = (Fault(str(error.filename or ""), "", "", "cli.not_written", {"reason": reason}),)
    except MemoryError:
        faults = (Fault("", "", "", "cli.no_memory"),)
    for fault in faults:
        print(fault.line(options.lang), file=sys.stderr)
    print(say("cli.faults", options.lang, count=len(faults)), file=sys.stderr)
    return 2


# -- commands


def _estimate(options: argparse.Namespace, reference: Reference) -> int:
    from impact.estimate import estimate
    from impact.lock import lock
    from impact.simulation import frame, simulate
    from impact.terminal_report import Report

    if options.lock is not None:
        _new(options.lock, options.force)
    event = _event(options.event, reference)
    setting = frame(reference, event.first_day, options.table, _settings(options.set))
    if options.area and options.area not in setting.areas:
        raise Faults([Fault(options.table, "--area", options.area, "cli.area_not_served")])
    with _progress(options.draws, options.lang):
        tree = estimate(simulate(event, setting, options.seed, options.draws))
    if options.lock is not None:
        write_whole(options.lock, lock(tree))
    if options.json:
        json.dump(tree, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        print()
    else:
        Report(tree, terminal(), options.lang, reference, options.area).write()
    return 0


def _multipliers(options: argparse.Namespace, reference: Reference) -> int:
    from data.dated import read_parameters
    from impact.multipliers import multipliers

    table = _table(options, reference)
    kappa = read_parameters()["households.kappa"].values[-1].value.mode
    both = multipliers(table, kappa if options.type == 2 else None)
    result = both.type_1 if both.type_2 is None else both.type_2
    if options.csv:
        result.to_csv(sys.stdout, lineterminator="\n")
        return 0
    out = terminal()
    headings = [say(f"cli.multipliers.{heading}", options.lang) for heading in ("industry", *result.columns)]
    rows = [
        [
            f"{code} {table.name(str(code), options.lang)}",
            *("" if math.isnan(value) else number(value, options.lang, 3) for value in row),
        ]
        for code, row in result.iterrows()
    ]
    out.print(
        f"{table.about['name']}. " + say(f"cli.multipliers_{options.type}", options.lang, unit=table.about["unit"])
    )
    print_table(out, headings, rows)
    out.print(f"{table.about['source']}. {table.about['licence']}.")
    return 0


def _regionalise(options: argparse.Namespace, reference: Reference) -> int:
    from impact.regional import Region, read_quotients, regionalise
    from impact.table import table_faults, write_table

    _new(Path(options.out) / "table.toml", options.force)
    ranges = [
        ("--size", options.size, 0 < options.size <= 1, "0 < size ≤ 1"),
        ("--delta", options.delta, 0 <= options.delta < 1, "0 ≤ delta < 1"),
    ]
    faults = [
        Fault("", name, f"{value:g}", "table.bad_option", {"option": name, "wanted": wanted})
        for name, value, good, wanted in ranges
        if not good
    ]
    if faults:
        raise Faults(faults)
    table = reference.table(options.table)
    region = Region(options.size, tuple(read_quotients(options.quotients, table).tolist()))
    regional = regionalise(table, region, options.delta)
    if faults := table_faults(regional):
        raise Faults(faults)
    write_table(regional, options.out)
    print(say("cli.written", options.lang, path=options.out))
    return 0


def _tables(options: argparse.Namespace, reference: Reference) -> int:
    out = terminal()
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
            out.print(Padding(line, (0, 0, 0, 2), expand=False))
    return 0


def _import_ssb(options: argparse.Namespace, reference: Reference) -> int:
    from impact.ssb_workbook import read_ssb_workbooks
    from impact.table import write_table

    _new(Path(options.out) / "table.toml", options.force)
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

    _new(options.file, options.force)
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
    from impact.provenance import chain_lines, explain

    chain = explain(read_lock(options.lock), options.figure)
    if options.json:
        json.dump(chain.as_dict(), sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    print(say("cli.explained", options.lang))
    for depth, line in chain_lines(chain, options.lang):
        print("  " * depth + line)
    return 0


def _published(options: argparse.Namespace, reference: Reference) -> int:
    from impact.published import headings, published_ids, published_path, published_text, read_published

    out = terminal()
    if not options.id:
        for name in published_ids():
            out.print(f"{name}: {getattr(read_published(published_path(name)), f'name_{options.lang}')}")
        return 0
    titles = headings(options.lang)
    for row in published_text(read_published(published_path(options.id)), options.lang):
        name, value, *rest = titles
        out.print(f"{row[name]}: {row[value]}")
        for key in rest:
            if row[key]:
                out.print(Padding(f"{titles[key]}: {row[key]}", (0, 0, 0, 4), expand=False))
    return 0


COMMANDS: dict[str, Command] = {
    "estimate": _estimate,
    "multipliers": _multipliers,
    "regionalise": _regionalise,
    "tables": _tables,
    "import-ssb": _import_ssb,
    "import-statbank": _import_statbank,
    "template": _template,
    "verify": _verify,
    "explain": _explain,
    "published": _published,
}


# -- what commands share


def _new(path: Path | str, force: bool) -> None:
    """Refuse to write over what is there. Raises :class:`Faults` unless ``force`` says to."""
    if not str(path):
        raise Faults([Fault("", "", "", "cli.no_name")])
    if Path(path).exists() and not force:
        raise Faults([Fault(str(path), "", "", "cli.exists")])


def _table(options: argparse.Namespace, reference: Reference) -> IOTable:
    """The table that was asked for; regionalised at the mode of δ for ``--area`` of the region."""
    from impact.regional import regionalise
    from impact.simulation import frame

    if options.area in (None, "norway"):
        return reference.table(options.table)
    if options.municipality not in reference.municipalities:
        known = ", ".join(f"{code} {name}" for code, name in reference.municipalities.items())
        code = "event.unknown_municipality"
        raise Faults([Fault("", "--municipality", options.municipality, code, {"known": known})])
    setting = frame(reference, dt.date.today(), options.table)
    if options.area not in setting.areas:
        raise Faults([Fault(options.table, "--area", options.area, "cli.area_not_served")])
    region = setting.region(options.area, options.municipality)
    assert region is not None
    return regionalise(setting.table, region, setting.delta[1])


def _event(path: str, reference: Reference) -> Event:
    from impact.event_reading import read_event_file

    return read_event_file(path, reference)


def _settings(given: Sequence[str]) -> dict[str, float]:
    """``flq.delta=0.15`` → {"flq.delta": 0.15}; :class:`Faults` where one is not a key and a number."""
    split = [entry.partition("=") for entry in given]
    figures = {key: float(text) for key, _, text in split if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text.strip())}
    if len(figures) < len({key for key, _, _ in split}):
        wrong = [entry for entry, (key, _, _) in zip(given, split, strict=True) if key not in figures]
        raise Faults(Fault("", "--set", entry, "parameter.bad_setting") for entry in wrong)
    return figures


def _progress(draws: int, lang: Lang) -> AbstractContextManager[Any]:
    if draws < SLOW_DRAWS or not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(say("cli.working", lang, draws=draws))
