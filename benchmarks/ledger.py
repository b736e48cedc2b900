"""The ledger against bare SQLite and bare hashing: ``python benchmarks/ledger.py [--folder FOLDER] [--postings N]``.

Prints ``name ratio limit`` and exits 1 where a ratio is on the wrong side of its limit, 2 on tmpfs: a disk that keeps
nothing says nothing about commits. Both sides of a ratio are taken in turn, in one run.

``postings``: payouts with all checks, balances moved, audit row and chain, each in one write, per second; against bare
sqlite3 (the same library and version) that inserts the same rows of posting, legs and audit into tables that have their
primary keys and nothing else, one transaction a posting: both on disk, with a write-ahead log and synchronous=FULL.
``postings_twin``: the same against bare sqlite3 that writes all that a posting writes, balances too, into the ledger's
own tables and indexes, without triggers. What lies between the two is the price of indexes and balances.
The slower the disk, the higher both: each side waits for it once. So the ratios of the fastest twentieth stand beside.
``award_balance`` and ``partner_balance``: seconds in a ledger of N postings over those in one of 10 000.
``chain``: bytes verified per second, each body built again from its rows, against hashing the same bytes alone.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sqlite_utils import Database  # noqa: E402

from data.connection import sqlite3  # noqa: E402
from data.permission import Actor  # noqa: E402
from data.store import Store, open_store  # noqa: E402
from fund.books.frames import commit, open_frame  # noqa: E402
from fund.books.ledger import award_balances, bodies  # noqa: E402
from fund.books.partners import add_partner, contribute  # noqa: E402
from fund.books.payments import pay  # noqa: E402
from fund.books.statements import partner_sums  # noqa: E402
from fund.verify import chain_faults, verify  # noqa: E402

Row = tuple[Any, ...]
TREASURER = Actor("account:1", frozenset({"treasurer"}))
YEAR, GRANT, PART = 2026, 10_000_00, 12_34
SMALL, LARGE, PER_AWARD = 10_000, 1_000_000, 20
TIMED, ROUNDS = 2_000, 7
AT_LEAST = {"postings": 0.5, "postings_twin": 0.5, "chain": 0.05}
AT_MOST = {"award_balance": 2.0, "partner_balance": 2.0}


def founded(store: Store, awards: int) -> int:
    """Two partners with money for so many awards; the frame's number."""
    for name, kind in (("Eksempel kommune", "public"), ("Eksempel bank", "private")):
        partner = add_partner(store, TREASURER, name, kind)  # type: ignore[arg-type]
        contribute(store, TREASURER, f"in:{partner}", partner, YEAR, GRANT * awards)
    return open_frame(store, TREASURER, "frame", YEAR, GRANT * awards, 0).id


def filled(store: Store, postings: int) -> None:
    """A ledger of so many postings: awards, each paid out in parts. Many a write, since only its size is wanted."""
    awards = postings // PER_AWARD
    frame = founded(store, awards)
    for first in range(0, awards, 50):
        with store.write(TREASURER.id, "benchmark.fill") as write:
            for award in range(first + 1, min(first + 50, awards) + 1):
                commit(write, f"grant:{award}", frame, award, GRANT)
                for part in range(PER_AWARD - 1):
                    pay(write, f"pay:{award}:{part}", award, PART)


def seconds(call: Callable[[], object], times: int = 1) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


# -- postings


@dataclass(frozen=True)
class Rows:
    """What one posting left in the database: its legs, itself, its audit row, and the balances that it moved."""

    legs: list[Row]
    posting: Row
    audit: Row
    accounts: list[Row]
    totals: list[Row]

    @classmethod
    def of_last(cls, db: Database) -> Rows:
        posting = db.execute("SELECT * FROM posting ORDER BY id DESC LIMIT 1").fetchone()
        legs = db.execute("SELECT posting, account, amount FROM leg WHERE posting = ?", posting[:1]).fetchall()
        audit = db.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        moved = "FROM leg JOIN ledger_account AS a ON a.id = account WHERE posting = ?"
        accounts = db.execute(f"SELECT a.balance, a.id {moved}", posting[:1]).fetchall()
        totals = db.execute(
            "SELECT t.balance, t.partner, t.kind, t.earmark, t.year FROM ledger_total AS t "
            f"WHERE (t.partner, t.kind, t.earmark, t.year) IN (SELECT a.partner, a.kind, a.earmark, a.year {moved})",
            posting[:1],
        ).fetchall()
        return cls(legs, posting, audit, accounts, totals)


def bare_file(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")
    return connection


class Bare:
    """Legs, posting and audit row in tables that have their primary keys and nothing else."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.connection = bare_file(folder / "bare.sqlite")
        for table, key in (("posting", "id"), ("audit", "seq"), ("leg", "")):
            columns = [name for (name,) in store.db.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            listed = ", ".join(f"{name} INTEGER PRIMARY KEY" if name == key else name for name in columns)
            end = ")" if key else ", PRIMARY KEY (posting, account)) WITHOUT ROWID"
            self.connection.execute(f"CREATE TABLE {table} ({listed}{end}")

    def took(self, rows: Rows) -> float:
        """Seconds to put in the rows of a posting, in one transaction."""
        start = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.put(rows)
        self.connection.execute("COMMIT")
        return time.perf_counter() - start

    def put(self, rows: Rows) -> None:
        self.connection.executemany("INSERT INTO leg VALUES (?, ?, ?)", rows.legs)
        self.connection.execute("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows.posting)
        self.connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows.audit)


class Twin(Bare):
    """Everything that a posting writes, balances too, in the ledger's own tables and indexes, without its triggers."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.connection = bare_file(folder / "twin.sqlite")
        names = ("posting", "leg", "audit", "ledger_account", "ledger_total")
        query = "SELECT sql FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL AND tbl_name IN (?, ?, ?, ?, ?)"
        for kind in ("table", "index"):
            for (sql,) in store.db.execute(query, (kind, *names)).fetchall():
                self.connection.execute(sql)
        self.connection.execute("ATTACH ? AS ours", (str(store.path),))
        self.connection.execute("INSERT INTO ledger_total SELECT * FROM ours.ledger_total")
        columns = "id, kind, partner, earmark, year, meeting, award, frame, balance"  # the key follows from these
        self.connection.execute(f"INSERT INTO ledger_account ({columns}) SELECT {columns} FROM ours.ledger_account")
        self.connection.execute("DETACH ours")

    def put(self, rows: Rows) -> None:
        super().put(rows)
        self.connection.executemany("UPDATE ledger_account SET balance = ? WHERE id = ?", rows.accounts)
        of_total = "partner = ? AND kind = ? AND earmark = ? AND year = ?"
        self.connection.executemany(f"UPDATE ledger_total SET balance = ? WHERE {of_total}", rows.totals)


def fast(times: list[float]) -> float:
    """What a twentieth of the times are below: the disk was hardly waited for."""
    return sorted(times)[len(times) // 20]


def posting_ratios(folder: Path) -> dict[str, float]:
    """Postings per second over those of the two bare sides: the median of each, taken in turn, posting by posting."""
    ours: list[float] = []
    theirs: dict[str, list[float]] = {"postings": [], "postings_twin": []}
    with open_store(folder / "timed") as store:
        frame = founded(store, 100)
        with store.write(TREASURER.id, "benchmark.fill") as write:
            for award in range(1, 101):
                commit(write, f"grant:{award}", frame, award, GRANT)
                pay(write, f"first:{award}", award, PART)  # each account is there before the twin takes them over
        sides = {"postings": Bare(store, folder), "postings_twin": Twin(store, folder)}
        for number in range(TIMED):
            start = time.perf_counter()
            with store.write(TREASURER.id, "claim.pay") as write:
                pay(write, f"timed:{number}", number % 100 + 1, PART)
            ours.append(time.perf_counter() - start)
            rows = Rows.of_last(store.db)
            for name, side in sides.items():
                theirs[name].append(side.took(rows))
        assert verify(store.db, store.folder) == []
    found = {}
    for what, of in (("fastest twentieth", fast), ("median", statistics.median)):
        middle, bare, twin = (of(times) for times in (ours, *theirs.values()))
        print(f"  # {what}: {1 / middle:,.0f} postings a second, bare {1 / bare:,.0f}, twin {1 / twin:,.0f}", end="; ")
        found = {"postings": bare / middle, "postings_twin": twin / middle}
        print(" ".join(f"{name} {ratio:.3f}" for name, ratio in found.items()))
    return found


# -- balances and the chain


def balance_seconds(store: Store) -> tuple[float, float]:
    """Seconds to read an award's and a partner's balances."""
    (awards,) = store.db.execute("SELECT max(award) FROM ledger_account").fetchone()
    with store.read() as db:
        award = min(seconds(lambda: award_balances(db, awards // 2), 500) for _ in range(ROUNDS))
        partner = min(seconds(lambda: partner_sums(db, 1), 500) for _ in range(ROUNDS))
    return award, partner


def chain_ratio(store: Store) -> float:
    """Bytes verified per second over bytes hashed per second."""
    hashed, previous = [], ""
    for _, body, digest in bodies(store.db):
        hashed.append(f"{previous}\n{body}".encode())
        previous = digest
    hashing, checking = [], []
    for _ in range(ROUNDS):
        hashing.append(seconds(lambda: [hashlib.sha256(body).hexdigest() for body in hashed]))
        checking.append(seconds(lambda: chain_faults(store.db)))
    mean = sum(map(len, hashed)) / len(hashed)
    print(f"  # {mean:.0f} bytes a body; {len(hashed) / min(checking):,.0f} verified a second")
    return min(hashing) / min(checking)


def on_tmpfs(folder: Path) -> bool:
    """Whether a folder lies in memory; only Linux tells."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    found = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    inside = [(place, kind) for place, kind in found if folder.resolve().is_relative_to(place)]
    return max(inside, key=lambda one: len(one[0]), default=("", ""))[1] in ("tmpfs", "ramfs")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the ledger beside bare SQLite and bare hashing.")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="a folder on a real disk")
    parser.add_argument("--postings", type=int, default=LARGE, help=f"size of the large ledger (default {LARGE})")
    options = parser.parse_args()
    if on_tmpfs(options.folder):
        print(f"{options.folder} lies in memory: name a folder on a disk with --folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        ratios = posting_ratios(folder)
        times = {}
        for size in (SMALL, options.postings):
            with open_store(folder / str(size)) as store:
                store.db.execute("PRAGMA synchronous = OFF")  # only filled here, not timed
                filled(store, size)
                store.db.execute("PRAGMA synchronous = FULL")
                times[size] = balance_seconds(store)
                if size == SMALL:
                    ratios["chain"] = chain_ratio(store)
        for place, what in enumerate(("award_balance", "partner_balance")):
            ratios[what] = times[options.postings][place] / times[SMALL][place]
    for what, ratio in ratios.items():
        print(f"{what} {ratio:.3f} {'>=' if what in AT_LEAST else '<='} {AT_LEAST.get(what) or AT_MOST[what]}")
    well = all(ratios[what] >= least for what, least in AT_LEAST.items())
    return 0 if well and all(ratios[what] <= most for what, most in AT_MOST.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
