"""``python -m fund verify [--head HASH]``: whether the ledger is what was booked. ``… demo``: an invented fund.

``… due``: what happens by itself when its moment has come, for a timer; it says what it did, and nothing twice.
``… retention [--dry-run]``: what is past its time goes, or only what would go is said; ``due`` does it once a day.

Exit codes: 0 all is well, 1 trouble was found, 2 something given is faulty, and nothing was looked at or done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing

from data import logs
from data.clock import today
from data.connection import FILE, StoreFault, connect, data_folder, told
from data.erasure import redo_erasures
from data.faults import Faults
from data.mail import mail_is_set_up
from data.permission import OPERATOR
from data.phrases import LANGUAGES, Lang, say
from data.retention import Past, retain
from data.store import open_store
from fund.demo_after import play_on
from fund.demo_year import renewed
from fund.due import due
from fund.retention import RULES
from fund.verify import counted, verify
from impact.reference import reference_in
from impact.samples import load_samples


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Faults as found:
        for fault in found.faults:
            print(fault.line(options.lang), file=sys.stderr)
        return 1 if any(fault.code == "store.corrupt" for fault in found.faults) else 2


def _verify(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    path = folder / FILE
    if not path.exists():
        raise StoreFault.of("nothing_here", path)
    with closing(connect(path)) as db, told(path):
        if "posting" not in db.table_names():
            raise StoreFault.of("nothing_here", path)
        faults = verify(db, folder, head=options.head)
        for fault in faults:
            print(fault.line(options.lang))
        if faults:
            print(say("ledger.verify.trouble", options.lang, count=len(faults)))
            return 1
        print(say("ledger.verify.all_well", options.lang, **counted(db)))
        return 0


def _demo(options: argparse.Namespace) -> int:
    with open_store(options.data) as store:
        load_samples(store, reference_in())
        story = play_on(store)
        renewed(story, today())
    counts = {name: len(getattr(story, name)) for name in ("partners", "applications", "awards")}
    print(say("demo.told", options.lang, **counts))
    return 0


def _due(options: argparse.Namespace) -> int:
    path = data_folder(options.data) / FILE
    if not path.exists():  # a timer that looks in the wrong folder must not begin a fund there
        raise StoreFault.of("nothing_here", path)
    with open_store(options.data) as store:
        done = due(store, OPERATOR)
    for one in done.opened:
        print(say("due.opened", options.lang, id=one.id, title=one.title(options.lang)))
    for one in done.closed:
        print(say("due.closed", options.lang, id=one.id, title=one.title(options.lang)))
    for one, faults in done.left:
        print(say("due.left", options.lang, id=one.id, title=one.title(options.lang)))
        for fault in faults:
            print(f"  {fault.line(options.lang)}")
    if done.reminded:
        print(say("due.reminded", options.lang, count=done.reminded))
    _tell_gone(done.erased_again, done.past, options.lang)
    if done.swept:
        print(say("due.swept", options.lang, count=done.swept))
    letters = done.letters
    print(say("due.letters", options.lang, sent=letters.sent, failed=letters.failed, waiting=letters.waiting))
    if letters.waiting and not mail_is_set_up():
        print(say("due.no_mail", options.lang))
    return 1 if done.left or letters.failed else 0


def _retention(options: argparse.Namespace) -> int:
    path = data_folder(options.data) / FILE
    if not path.exists():
        raise StoreFault.of("nothing_here", path)
    with open_store(options.data) as store:
        again = 0 if options.dry_run else redo_erasures(store, OPERATOR)
        past = retain(store, OPERATOR, RULES, dry_run=options.dry_run)
    _tell_gone(again, past, options.lang)
    if not past:
        print(say("personal_data.nothing_past", options.lang))
    elif options.dry_run:
        print(say("personal_data.dry_run", options.lang))
    return 0


def _tell_gone(again: int, past: Iterable[Past], lang: Lang) -> None:
    if again:
        print(say("personal_data.erased_again", lang, count=again))
    for one in past:
        print(say("personal_data.past", lang, what=say(f"personal_data.kind.{one.key}", lang), count=one.count))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fund", description="The fund: verify, do what is due, invent.")
    commands = parser.add_subparsers(required=True, metavar="command")
    verifying = commands.add_parser("verify", help="whether the ledger is what was booked; exit code 1 if not")
    verifying.add_argument(
        "--head", default="", metavar="HASH", help="a head of the ledger from minutes: it must be there"
    )
    verifying.set_defaults(run=_verify)
    inventing = commands.add_parser("demo", help="put an invented fund, a whole year of it, into an empty data folder")
    inventing.set_defaults(run=_demo)
    turning = commands.add_parser("due", help="open and close calls by their days and send waiting messages: a timer's")
    turning.set_defaults(run=_due)
    keeping = commands.add_parser("retention", help="delete what is past its time, as data/privacy.toml says")
    keeping.add_argument("--dry-run", action="store_true", help="only say what would go")
    keeping.set_defaults(run=_retention)
    for one in (verifying, inventing, turning, keeping):
        one.add_argument("--data", metavar="FOLDER", help="the data folder (default $RINGVIRK_DATA, else var)")
        one.add_argument("--lang", choices=LANGUAGES, default="nb", help="language (default nb)")
    return parser


if __name__ == "__main__":
    logs.keep_personal_out()
    raise SystemExit(main())
