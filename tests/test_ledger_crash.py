"""Writers of the ledger that are killed: whatever they acknowledged is there, whole, chained, and there once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from fault_table import tried
from funded import amiss, funded
from test_store_faults import killed, posix

from data.store import open_store

__all__ = ["tried"]
WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [".", "tests"]
from data.store import open_store
from fund.books.frames import commit
from fund.books.payments import pay
folder, name, award, first = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open_store(folder, busy_seconds=60) as store:
    for number in range(first, 1_000_000):
        with store.write("account:1", "test.step") as write:
            commit(write, f"{name}:{number}:grant", 1, award, 7)
            pay(write, f"{name}:{number}:pay", award, 5)
            write.insert("setting", {"key": f"{name}:{number}", "value": "1"}) if number >= 0 and not write.db.execute(
                "SELECT 1 FROM setting WHERE key = ?", (f"{name}:{number}",)).fetchone() else None
        print(number, flush=True)
"""
"""One step is two postings and a row, whole or not at all. What was perhaps stored before is asked for again."""


def writer(folder: Path, name: str, award: int, first: int) -> subprocess.Popen[str]:
    """A writer that goes on from step ``first``."""
    command = [sys.executable, "-c", WRITER, str(folder), name, str(award), str(first)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@posix
@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.long])])
def test_what_killed_writers_acknowledged_is_there_whole_and_once(
    tmp_path: Path, kills: int, tried: Callable[..., None]
) -> None:
    """Three write at once; one after the other is killed, and goes on where its last acknowledgement was."""
    chance = random.Random(kills)
    with open_store(tmp_path) as store:
        funded(store)
    last = {name: 0 for name in "abc"}
    running = {name: writer(tmp_path, name, place, 0) for place, name in enumerate(last, 1)}
    for kill in range(kills):
        name = "abc"[kill % 3]
        process = running.pop(name)
        assert process.stdout is not None
        begun = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        acknowledged = [int(line) for line in [begun.strip(), *killed(process)]]
        assert acknowledged == list(range(last[name], acknowledged[-1] + 1))
        last[name] = acknowledged[-1]
        running[name] = writer(tmp_path, name, "abc".index(name) + 1, last[name])  # the last one again: it counts once
    for name, process in running.items():
        assert process.stdout is not None
        begun = process.stdout.readline()
        last[name] = int([begun.strip(), *killed(process)][-1])
    with open_store(tmp_path) as store:
        assert amiss(store) == []
        for place, name in enumerate(last, 1):
            steps = {}
            for what in ("grant", "pay"):
                query = "SELECT key FROM posting WHERE key LIKE ?"
                rows = store.db.execute(query, (f"{name}:%:{what}",)).fetchall()
                steps[what] = sorted(int(key.split(":")[1]) for (key,) in rows)
            rows = store.db.execute("SELECT key FROM setting WHERE key LIKE ?", (f"{name}:%",)).fetchall()
            assert steps["grant"] == steps["pay"] == sorted(int(key.split(":")[1]) for (key,) in rows)
            assert steps["grant"] == list(range(len(steps["grant"])))
            assert last[name] + 1 <= len(steps["grant"]) <= last[name] + 2  # at most the step that was under way
            paid = "SELECT sum(balance) FROM ledger_account WHERE award > 0 AND award = ? AND kind = 'paid'"
            assert store.db.execute(paid, (place,)).fetchone()[0] == 5 * len(steps["pay"])
    tried("kill −9: three writers of the ledger at once", "SIGKILL at a random moment", kills)
