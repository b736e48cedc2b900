"""Disks that are full, read-only or locked under every writer: told plainly, nothing half, and on it goes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fault_harness import Course, Limits, Nursery, Ran, cut_off
from fault_table import LONG, courses, nursery, tried
from fault_writers import WRITERS
from test_store_faults import posix, small_disk

from data.connection import FILE, connect
from data.copying import size
from data.store import open_store

__all__ = ["courses", "nursery", "tried"]
pytestmark = [posix, pytest.mark.slow]
SPARE = 8_000
"""Kilobytes of the disk beyond what the writer found there."""
POINTS = (0, 4, 12, 24, 40, 64, 100, 160, 240, 360, 520, 760, 1_100, 1_500, 2_000) if LONG else (0, 24, 100, 520)
"""Kilobytes that are left when a writer begins."""
NAMES = list(WRITERS) if LONG else list(WRITERS)[:-1:5]


@contextmanager
def disk_with(course: Course) -> Iterator[Path]:
    """A small disk that holds what the writer begins with."""
    held = size(path for path in course.folder.rglob("*") if path.is_file())
    with small_disk(2 * held // 1024 + SPARE) as disk:
        shutil.copytree(course.folder, disk / "var")
        yield disk


def fill_up(disk: Path, left: int) -> Path:
    """A file that leaves so many kilobytes."""
    filler = disk / "filler"
    filler.write_bytes(b"x" * max(0, shutil.disk_usage(disk).free - left * 1024))
    return filler


def tells(ran: Ran, code: str, word: str) -> None:
    assert ran.ended == f"store.{code}", ran
    assert word in ran.lines["en"] and ran.lines["nb"] != ran.lines["en"], ran


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_fills_under_a_writer_loses_nothing(
    courses: Callable[[str], Course], tmp_path: Path, nursery: Nursery, name: str, tried: Callable[..., None]
) -> None:
    course, full = courses(name), 0
    for left in POINTS:
        with disk_with(course) as disk:
            filler = fill_up(disk, left)
            ran = nursery.run(name, disk / "var")
            filler.unlink()
            if ran.ended != "done":
                assert ran.ended in ("store.full", "store.no_room"), ran
                assert "Free some room" in ran.lines["en"] and "Frigjør plass" in ran.lines["nb"], ran
                full += 1
            cut_off(WRITERS[name], course, disk / "var", ran)
        if ran.ended == "done":
            break
    assert full
    tried(f"full disk: {name}", "a small disk (tmpfs) with 0 kB left and upwards, until the work fits", full)


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_may_only_be_read_is_told(
    courses: Callable[[str], Course], tmp_path: Path, nursery: Nursery, name: str, tried: Callable[..., None]
) -> None:
    course = courses(name)
    with disk_with(course) as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        ran = nursery.run(name, disk / "var")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        tells(ran, "read_only", "read-only")
        assert ran.acknowledged == 0
        cut_off(WRITERS[name], course, disk / "var", ran)
    tried(f"read-only disk: {name}", "the disk mounted again as read-only")


@pytest.mark.parametrize("name", [one for one in NAMES if one not in ("a backup",)])
def test_a_database_that_someone_else_holds_is_told(
    courses: Callable[[str], Course], tmp_path: Path, nursery: Nursery, name: str, tried: Callable[..., None]
) -> None:
    """A backup only reads, and goes on beside a writer."""
    course = courses(name)
    folder = tmp_path / "locked"
    shutil.copytree(course.folder, folder)
    with closing(connect(folder / FILE)) as held:
        held.execute("PRAGMA query_only = OFF")
        held.execute("BEGIN IMMEDIATE")
        ran = nursery.run(name, folder, limits=Limits(busy=0.05))
    assert ran.ended in ("store.busy", "store.in_use"), ran
    assert "try again" in ran.lines["en"].lower(), ran
    cut_off(WRITERS[name], course, folder, ran)
    tried(f"locked file: {name}", "another connection holds the write lock")


def test_a_backup_is_made_beside_a_writer(courses: Callable[[str], Course], tmp_path: Path, nursery: Nursery) -> None:
    folder = tmp_path / "beside"
    shutil.copytree(courses("a backup").folder, folder)
    with open_store(folder) as store, store.write("account:1", "slow"):
        assert nursery.run("a backup", folder, limits=Limits(busy=0.05)).ended == "done"
