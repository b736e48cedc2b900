"""``python -m data check|backup|restore|migrate|account|demo``: the operator's commands.

Exit codes: 0 all is well, 1 trouble was found, 2 something given is faulty or refused, and nothing was changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from data import account_commands, audit, heads, logs
from data.backup import FOLDER, backups, labelled, make_backup, prune, verify_backup
from data.check import check
from data.connection import FILE, StoreFault, connect, data_folder
from data.erasure import redo_erasures
from data.faults import Faults
from data.migration import applied, migrations, put_back_triggers
from data.permission import OPERATOR
from data.phrases import LANGUAGES, say
from data.restore import restore
from data.sealing import is_sealed
from data.store import open_store

_LAST = ("well", "note", "trouble")
_TROUBLE = frozenset({"backup_damaged", "backup_changed", "backup_lacks", "backup_rows", "chain_broken", "corrupt"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Faults as found:
        for fault in found.faults:
            print(fault.line(options.lang), file=sys.stderr)
        return 1 if any(fault.code.removeprefix("store.") in _TROUBLE for fault in found.faults) else 2


def _check(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    if options.accept:
        _accept(folder)
    findings = check(folder, options.head)
    for finding in sorted(findings, key=lambda one: _LAST.index(one.level)):  # what is to be done stands at the end
        print(finding.line(options.lang))
    trouble = sum(finding.level == "trouble" for finding in findings)
    print(say("store.check.trouble" if trouble else "store.check.all_well", options.lang, count=trouble))
    return 1 if trouble else 0


def _accept(folder: Path) -> None:
    """Take the database as it stands although something that was stored is gone, and say so in the audit."""
    if not (folder / FILE).exists():
        raise StoreFault.of("nothing_here", folder / FILE)
    with closing(connect(folder / FILE)) as db:
        lost, head = list(heads.lost(db, folder)), audit.head(db)
    if lost:
        heads.note(folder, head, "accepted")
        gone = {"lost": len(lost), "first": lost[0].seq, "last": lost[-1].seq}
        with open_store(folder) as store, store.write("operator", "store.accept") as write:
            write.record("store", "head", gone, {"last": head.seq})


def _backup(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    if options.list:
        for path in backups(folder):
            print(path.name)
        return 0
    backup = make_backup(folder)
    figures = {"rows": backup.manifest.count, "attachments": len(backup.attachments)}
    print(
        say("store.sealed" if is_sealed(backup.path) else "store.made", options.lang, path=str(backup.path), **figures)
    )
    gone = prune(folder, backup, daily=options.daily, weekly=options.weekly, monthly=options.monthly)
    if gone:
        print(say("store.pruned", options.lang, names=", ".join(path.name for path in gone)))
    return 0


def _restore(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    path = _chosen(options, folder)
    done = restore(folder, path, identity=options.identity, force=options.force, dry_run=options.dry_run)
    manifest = done.backup.manifest
    print(say("store.whole", options.lang, name=done.backup.path.name, rows=manifest.count, seq=manifest.seq))
    for table, (before, after) in done.rows.items():
        print(say("store.differs", options.lang, table=table, before=before, after=after))
    if done.lost_seq > manifest.seq:
        print(say("store.gives_up", options.lang, first=manifest.seq + 1, last=done.lost_seq))
    if options.dry_run:
        print(say("store.would_restore", options.lang))
        return 0
    if done.before:
        print(say("store.kept_before", options.lang, path=str(done.before)))
    with open_store(folder) as store:
        with store.write("operator", "store.restore") as write:
            now = {"name": done.backup.path.name, "last": manifest.seq}
            write.record("store", "backup", {"last": done.lost_seq}, now)
        if again := redo_erasures(store, OPERATOR):
            print(say("personal_data.erased_again", options.lang, count=again))
    print(say("store.restored", options.lang))
    return 0


def _chosen(options: argparse.Namespace, folder: Path) -> Path:
    """A backup by its name, by its path, or the newest that is whole; those made before a restore don't count."""
    if options.backup != "latest":
        inside = folder / FOLDER / options.backup
        return inside if inside.exists() else Path(options.backup)
    for path in backups(folder):
        if not labelled(path):
            if is_sealed(path):  # never an older one instead: with its key it is opened, without that is said
                return path
            try:
                return verify_backup(path).path
            except StoreFault as passed_over:
                for fault in passed_over.faults:
                    print(fault.line(options.lang), file=sys.stderr)
    raise StoreFault.of("no_backups", folder)


def _migrate(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    path, known = folder / FILE, migrations()
    before: set[str] = set()
    if path.exists():
        with closing(connect(path)) as db:
            before = set(applied(db))
            for name in put_back_triggers(db, path, known[: len(before)]):
                print(say("store.put_back", options.lang, name=name))
    with open_store(folder):
        pass
    for step in known:
        if step.name not in before:
            print(say("store.migrated", options.lang, name=step.name))
    print(say("store.newest", options.lang, name=known[-1].name))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="Check, back up, restore and upgrade the data.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="FOLDER", help="the data folder (default $RINGVIRK_DATA, else var)")
    common.add_argument("--lang", choices=LANGUAGES, default="nb", help="language (default nb)")
    commands = parser.add_subparsers(required=True, metavar="command")

    one = commands.add_parser("check", parents=[common], help="whether all is well; exit code 1 if not")
    one.add_argument("--head", default="", metavar="HASH", help="a head of the chain from minutes: it must be there")
    one.add_argument("--accept", action="store_true", help="take the database as it stands although something is lost")
    one.set_defaults(command=_check)

    one = commands.add_parser("backup", parents=[common], help="make and verify a backup while the program runs")
    for period, most in (("daily", 7), ("weekly", 5), ("monthly", 12)):
        one.add_argument(f"--{period}", type=int, default=most, metavar="N", help=f"{period} backups to keep ({most})")
    one.add_argument("--list", action="store_true", help="only list the backups there are, newest first")
    one.set_defaults(command=_backup)

    one = commands.add_parser("restore", parents=[common], help="put a backup back; the program must be stopped")
    one.add_argument("backup", help="its name, its folder or file, or latest")
    one.add_argument("--identity", type=Path, metavar="FILE", help="the private key that a sealed backup needs")
    one.add_argument("--dry-run", action="store_true", help="verify it and say what would change")
    one.add_argument("--force", action="store_true", help="replace the database that is there, after backing it up")
    one.set_defaults(command=_restore)

    one = commands.add_parser("migrate", parents=[common], help="make or upgrade the database; put triggers back")
    one.set_defaults(command=_migrate)

    account_commands.add_commands(commands, common)
    return parser


if __name__ == "__main__":
    logs.keep_personal_out()
    sys.exit(main())
