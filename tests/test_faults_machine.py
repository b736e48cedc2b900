"""The machine under the program: files it may not open, half-written attachments, and a clock that jumps."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from applied import APPLICANT, NOON
from fault_harness import Course, Limits, Nursery, all_is_well, cut_off
from fault_table import courses, nursery, tried
from fault_writers import OFFICER, WRITERS, letters_waiting, paper
from test_store_faults import posix

from data.backup import make_backup
from data.check import check
from data.limits import span
from data.restore import restore
from data.store import Store, open_store
from fund.intake.applications import attach, open_paper
from fund.intake.attachments import file_of, paper_at, sweep_all
from fund.outbox import messages, send_waiting

__all__ = ["courses", "nursery", "tried"]


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", ["payment files", "attachments", "a backup"])
def test_too_many_open_files_are_told(
    courses: Callable[[str], Course], tmp_path: Path, nursery: Nursery, name: str, tried: Callable[..., None]
) -> None:
    told = 0
    for files in range(5, 14):
        folder = tmp_path / str(files)
        shutil.copytree(courses(name).folder, folder)
        ran = nursery.run(name, folder, limits=Limits(files=files))
        if ran.ended != "done":
            assert ran.ended == "store.too_many_files", ran
            assert "LimitNOFILE" in ran.lines["nb"] and "LimitNOFILE" in ran.lines["en"], ran
            told += 1
        cut_off(WRITERS[name], courses(name), folder, ran)
    assert told
    tried(f"too many open files: {name}", "RLIMIT_NOFILE from 5 upwards", told)


def test_a_half_written_attachment_is_swept_and_never_served(
    store: Store, draft: int, tried: Callable[..., None]
) -> None:
    number = attach(store, APPLICANT, draft, "other", "plan.pdf", paper(0), at=NOON)
    place = file_of(store.folder, paper_at(store.db, number).sha256)
    half = place.with_name(f".{place.name}.4711.part")
    half.write_bytes(paper(0)[:5_000])
    alone = file_of(store.folder, "ab" * 32)
    alone.parent.mkdir(exist_ok=True)
    alone.write_bytes(b"a file whose row was never stored")
    assert sweep_all(store) == 2 and sweep_all(store) == 0
    assert not half.exists() and not alone.exists()
    assert open_paper(store, APPLICANT, number, at=NOON)[1] == paper(0)
    tried("half-written attachment", "a part of a file, and a file without its row, laid in the folder", 2)


def test_a_paper_that_was_damaged_is_whole_when_it_is_handed_in_again(
    store: Store, draft: int, tried: Callable[..., None]
) -> None:
    number = attach(store, APPLICANT, draft, "other", "plan.pdf", paper(0), at=NOON)
    place = file_of(store.folder, paper_at(store.db, number).sha256)
    place.write_bytes(b"\0" * place.stat().st_size)  # as a power cut leaves it: the size, and nothing in it
    again = attach(store, APPLICANT, draft, "other", "the same.pdf", paper(0), at=NOON)
    assert open_paper(store, APPLICANT, again, at=NOON)[1] == paper(0)
    all_is_well(store.folder)
    tried("damaged attachment", "its bytes overwritten with zeros; the same paper handed in again")


def test_the_newer_backup_put_back_after_the_older_one_leaves_nothing_to_complain_of(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(5):
            with store.write("account:1", "setting.save") as write:
                write.insert("setting", {"key": f"{number}", "value": "1"})
            if number == 1:
                old = make_backup(tmp_path).path
    new = make_backup(tmp_path).path
    restore(tmp_path, old, force=True)
    with open_store(tmp_path) as store, store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "meanwhile", "value": "1"})
    restore(tmp_path, new, force=True)
    assert [one.line("en") for one in check(tmp_path) if one.level == "trouble" and "lost" in one.line("en")] == []
    with open_store(tmp_path) as store:
        assert store.is_whole()


def test_a_letter_that_waits_does_not_wait_until_a_clock_that_was_wrong(
    store: Store, tried: Callable[..., None]
) -> None:
    """The server answers no while the clock is years ahead; set right again, the letter goes out."""
    letters_waiting(store)
    ahead = NOON + dt.timedelta(days=3_650)
    assert send_waiting(store, at=ahead, deliver=lambda letter: False).sent == 0
    sent = send_waiting(store, at=NOON + span("letter_wait"), deliver=lambda letter: True)
    assert (sent.sent, sent.waiting) == (8, 0)
    assert {one.state for one in messages(store, OFFICER)} == {"sent"}
    tried("clock ten years ahead and back: letters", "the moment that the timer's round is given")
