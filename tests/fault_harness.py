"""Writers in processes of their own: started, killed, starved; and whether what they leave is whole.

One process imports everything once, and each writer is forked off it: a kill costs a few hundredths of a second. A
writer acknowledges each deed in a file that no kill reaches. What stands after each commit of a run that nothing
stopped is noted first; whatever a killed writer leaves must be one of these states, not before what it acknowledged
and not beyond what it had begun.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.check import check
from data.connection import ATTACHMENTS
from data.faults import Faults
from data.store import Store, open_store
from fund.intake.attachments import sweep_all
from fund.verify import verify

HERE = Path(__file__).parent
ROOT = HERE.parent
State = dict[str, str]
"""A digest of each table's rows, what differs from run to run left out."""
VOLATILE = re.compile(r"at|\w+_at|hash|previous|told|body|\w*sha256|minutes|lock|trade_draws")
"""Columns that hold the moment, or what follows from it. The chains that they stand in are verified by themselves."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)")
IN_USE = """SELECT sha256 FROM attachment WHERE id NOT IN (SELECT attachment FROM attachment_removal)
    OR EXISTS (SELECT 1 FROM application_revision WHERE instr(body, attachment.sha256) > 0)"""
OF_THE_TESTS = ("store.little_room", "store.calls_late")
"""What a check tells of the small disks of these tests, and of their calls of other years."""
_ACKNOWLEDGED, _TOLD = "acknowledged", "told.json"


# -- what stands in a store


def state_of(store: Store) -> State:
    """The rows of every table. Of the audit: who did what to which row."""
    found: State = {}
    with store.read() as db:
        for table in sorted(db.table_names()):
            names = [one.name for one in db[table].columns if not VOLATILE.fullmatch(one.name)]
            if table == "audit":
                names = ["seq", "actor", "action", "kind", "resource"]
            if table in ("migration", "secret") or table.startswith("sqlite_"):
                continue
            listed = ", ".join(f'"{name}"' for name in names)
            rows = db.execute(f'SELECT {listed} FROM "{table}"').fetchall()
            found[table] = hashlib.sha256(_MOMENT.sub("", repr(sorted(map(repr, rows)))).encode()).hexdigest()[:16]
    return found


def state_in(folder: Path) -> State:
    with open_store(folder) as store:
        return state_of(store)


def differing(one: State, other: State) -> set[str]:
    """The tables in which two states differ."""
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


@dataclass(frozen=True)
class Course:
    """A run that nothing stopped: its states, after which of them each deed was acknowledged, and how long it took."""

    folder: Path
    states: tuple[State, ...]
    acknowledged: tuple[int, ...]
    seconds: float
    statements: int


def course_of(writer: Any, folder: Path, nursery: Nursery) -> Course:
    """Set a writer up in ``folder``, and watch it do its work in a copy."""
    writer.set_up(folder)
    copy = folder.with_name(f"{folder.name}-whole")
    shutil.copytree(folder, copy)
    states, acknowledged = [state_in(copy)], []
    held = Store.write

    @contextmanager
    def noted(self: Store, *args: Any, **named: Any) -> Iterator[Any]:
        with held(self, *args, **named) as write:
            yield write
        if (now := state_of(self)) != states[-1]:
            states.append(now)

    Store.write = noted  # type: ignore[method-assign]
    try:
        for _ in writer.write(copy):
            acknowledged.append(len(states) - 1)
    finally:
        Store.write = held  # type: ignore[method-assign]
    writer.holds(copy, len(acknowledged))
    all_is_well(copy)
    timed = folder.with_name(f"{folder.name}-timed")
    shutil.copytree(folder, timed)
    begun = time.monotonic()
    done = nursery.run(writer.name, timed)
    seconds = time.monotonic() - begun
    assert done.ended == "done", done
    for one in (copy, timed):
        shutil.rmtree(one)
    return Course(folder, tuple(states), tuple(acknowledged), seconds, done.statements)


def all_is_well(folder: Path) -> None:
    """The audit's chain, the ledger, votes, decisions, papers and payment files; files and rows agree."""
    with open_store(folder) as store:
        assert [one.line("en") for one in verify(store.db, store.folder)] == []
        sweep_all(store)  # as the timer's next round does
        rows = {sha for (sha,) in store.db.execute(IN_USE).fetchall()}
    trouble = [one.line("en") for one in check(folder) if one.fault and one.fault.code not in OF_THE_TESTS]
    assert trouble == [], trouble
    assert {path.name for path in (folder / ATTACHMENTS).rglob("*") if path.is_file()} == rows


# -- writers in processes of their own


@dataclass(frozen=True)
class Limits:
    """What a writer may have: bytes of address space beyond what it has, open files, and whose rights."""

    memory: int = 0
    files: int = 0
    user: int = 0
    busy: float = 0


@dataclass(frozen=True)
class Ran:
    """How a writer ended: ``done``, ``killed``, or the code of a fault with its lines in both languages."""

    ended: str
    acknowledged: int
    lines: Mapping[str, str] = field(default_factory=dict)
    statements: int = 0


class Nursery:
    """The process that writers are forked off."""

    def __enter__(self) -> Nursery:
        command = [sys.executable, str(HERE / "fault_harness.py")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def run(
        self,
        name: str,
        folder: Path,
        *,
        kill_after: float | None = None,
        kill_at: int = 0,
        limits: Limits | None = None,
    ) -> Ran:
        """Run a writer over a folder to its end, or kill it ``kill_after`` seconds or ``kill_at`` its nth statement."""
        notes = Path(tempfile.mkdtemp())  # not on the writer's disk, which may be full
        asked = {"name": name, "folder": str(folder), "notes": str(notes), "kill_at": kill_at}
        self._say({**asked, "limits": vars(limits or Limits())})
        process = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(process, signal.SIGKILL)  # it isn't reaped before we ask: no other process has its number
        self._say({})
        status = int(self._line())
        acknowledged = (notes / _ACKNOWLEDGED).read_bytes().count(b"\n") if (notes / _ACKNOWLEDGED).exists() else 0
        text = (notes / _TOLD).read_text() if (notes / _TOLD).exists() else ""
        shutil.rmtree(notes)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL, status
            return Ran("killed", acknowledged)
        assert text, f"{name} ended with {status} and told nothing"
        told = json.loads(text)
        return Ran(told["ended"], acknowledged, told.get("lines", {}), told.get("statements", 0))

    def _say(self, asked: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def nurse() -> None:
    """Fork a writer for each line that asks for one, tell its number, and what became of it when asked again."""
    import fault_writers

    fault_writers.warm()
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            _child(fault_writers.WRITERS[asked["name"]], asked)
        print(process, flush=True)
        sys.stdin.readline()
        print(os.waitpid(process, 0)[1], flush=True)


def _child(writer: Any, asked: Mapping[str, Any]) -> None:
    """Do a writer's work, and note what was done. Never comes back."""
    folder, notes, limits = Path(asked["folder"]), Path(asked["notes"]), Limits(**asked["limits"])
    told: dict[str, Any] = {"ended": "done"}
    acknowledged = os.open(notes / _ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    out = os.open(notes / _TOLD, os.O_WRONLY | os.O_CREAT)
    counted = [0]
    try:
        counted = _counting(asked["kill_at"])
        _limited(limits)
        for _ in writer.write(folder):
            os.write(acknowledged, b"done\n")
    except Faults as fault:
        told = {"ended": fault.faults[0].code, "lines": {lang: fault.faults[0].line(lang) for lang in ("nb", "en")}}
    except BaseException:
        told = {"ended": traceback.format_exc()}
    os.write(out, json.dumps({**told, "statements": counted[0]}).encode())
    os._exit(0)


def _counting(kill_at: int) -> list[int]:
    """Count the changes that are asked of the database and of the file system, and die at the nth."""
    counted = [0]

    def step(sql: str = "") -> None:
        if sql.lstrip().startswith(("SELECT", "PRAGMA", "--")):  # what only reads; a kill there is one before the next
            return
        counted[0] += 1
        if counted[0] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.remove", "os.mkdir", "os.chmod", "os.rmdir") or (
            event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            step()

    sys.addaudithook(hook)
    opened = Store.__init__

    def traced(self: Store, folder: Path, db: Any) -> None:
        opened(self, folder, db)
        db.conn.set_trace_callback(step)

    Store.__init__ = traced  # type: ignore[method-assign]
    return counted


def _limited(limits: Limits) -> None:
    if limits.memory:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + limits.memory, resource.RLIM_INFINITY))
    if limits.files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits.files, limits.files))
    if limits.user:
        os.seteuid(limits.user)
    if limits.busy:
        import data.store

        data.store.open_store.__kwdefaults__["busy_seconds"] = limits.busy


# -- the thought: cut off anywhere, it is whole, and goes on to the same end


def cut_off(writer: Any, course: Course, folder: Path, ran: Ran) -> None:
    """Hold what a writer left against its course, and let it do the rest."""
    assert ran.ended == "killed" or ran.ended == "done" or ran.ended.startswith("store."), ran.ended
    writer.holds(folder, ran.acknowledged)
    if writer.steady:
        found = state_in(folder)
        first = ([0, *course.acknowledged])[ran.acknowledged]
        last = (*course.acknowledged, len(course.states) - 1)[ran.acknowledged]
        near = min((differing(found, one) for one in course.states[first : last + 1]), key=len)
        assert not near, f"{writer.name}: after {ran.acknowledged} deeds these tables are as at no time: {near}"
    if writer.again:
        for _ in writer.write(folder):
            pass
        writer.holds(folder, len(course.acknowledged))
    if writer.again and writer.same_end:
        differs = differing(state_in(folder), course.states[-1])
        assert not differs, f"{writer.name}: begun again it ends otherwise in these tables: {differs}"
    all_is_well(folder)


def killed_often(writer: Any, course: Course, nursery: Nursery, kills: int, chance: random.Random) -> int:
    """Kill a writer so many times, half of them at a moment and half at a statement; how many kills came in time."""
    came = 0
    for number in range(10 * kills):
        folder = course.folder.with_name(f"{course.folder.name}-{number}")
        shutil.copytree(course.folder, folder)
        after = chance.uniform(0, course.seconds) if number % 2 else None
        ran = nursery.run(
            writer.name, folder, kill_after=after, kill_at=0 if number % 2 else chance.randint(1, course.statements)
        )
        cut_off(writer, course, folder, ran)
        shutil.rmtree(folder)
        came += ran.ended == "killed"
        if came == kills:
            break
    return came


if __name__ == "__main__":
    nurse()
