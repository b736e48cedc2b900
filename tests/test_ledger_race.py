"""Many at once: the last krone is granted once, a double click books once, and everyone gets a clear answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from funded import KR, TREASURER, YEAR, amiss, booked, funded, of_award, refused, sums

from data.faults import Faults
from data.store import Store, open_store
from fund.books.frames import change_frame, commit, frame_at, guarantee, reserve
from fund.books.ledger import reverse
from fund.books.partners import contribute
from fund.books.payments import pay, release

THREADS = 8


def at_once(folder: Path, work: Callable[[Store, int], Any]) -> tuple[list[Any], list[BaseException]]:
    """``work(store, number)`` in eight threads that begin together, each with a store of its own; answers, errors."""
    answers: list[Any] = []
    errors: list[BaseException] = []
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        try:
            with open_store(folder, busy_seconds=60) as store:
                barrier.wait()
                answers.append(work(store, number))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, errors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small fund, its frame and its exposure limit lowered to 100 kroner."""
    with open_store(tmp_path) as store:
        funded(store)
        change_frame(store, TREASURER, "low", frame_at(store.db, 1), amount=100 * KR, exposure_limit=100 * KR)
    return tmp_path


@pytest.mark.parametrize("function", [commit, guarantee, reserve])
def test_eight_threads_for_the_last_krone_give_exactly_the_frame(folder: Path, function: Callable[..., Any]) -> None:
    def until_refused(store: Store, number: int) -> int:
        for given in range(34):  # more than there is room for
            try:
                booked(store, function, f"{number}:{given}", 1, number + 1, 3 * KR)
            except Faults as refused:
                (full,) = (fault for fault in refused.faults if fault.code == "ledger.frame_full")
                assert full.figures["ore_room"] == 1 * KR  # the last krone, of 33 times 3
                return given
        raise AssertionError("beyond the frame")

    answers, errors = at_once(folder, until_refused)
    assert errors == []
    assert sum(answers) == 33
    with open_store(folder) as store:
        assert frame_at(store.db, 1).room == 1 * KR
        booked(store, function, "last", 1, 9, 1 * KR)
        assert frame_at(store.db, 1).room == 0 and amiss(store) == []


def test_eight_threads_with_one_key_book_once_and_get_the_same_answer(folder: Path) -> None:
    answers, errors = at_once(folder, lambda store, number: booked(store, commit, "g", 1, 7, 5 * KR))
    assert errors == []
    assert Counter(row.repeated for row in answers) == {False: 1, True: THREADS - 1}
    assert len({row.hash for row in answers}) == 1
    paid, errors = at_once(folder, lambda store, number: booked(store, pay, "p", 7, 5 * KR))
    assert errors == [] and len({row.id for row in paid}) == 1
    got, errors = at_once(folder, lambda store, number: contribute(store, TREASURER, "c", 1, YEAR, 5))
    assert errors == [] and len({row.id for row in got}) == 1
    with open_store(folder) as store:
        assert of_award(store, 7) == {"paid": 5 * KR} and amiss(store) == []


def test_what_can_happen_once_happens_once_whatever_the_keys(folder: Path) -> None:
    with open_store(folder) as store:
        row = booked(store, commit, "g", 1, 7, 5 * KR)
    for way in (
        lambda store, number: booked(store, reverse, f"r{number}", row.id, "feil"),
        lambda store, number: booked(store, commit, f"c{number}", 1, 8, 100 * KR),
        lambda store, number: booked(store, pay, f"p{number}", 8, 100 * KR),
    ):
        answers, errors = at_once(folder, way)
        assert len(answers) == 1 and len(errors) == THREADS - 1
        assert all(isinstance(error, Faults) for error in errors)
    with open_store(folder) as store:
        assert refused(store, booked, store, release, "l", 8) and sums(store)["paid"] == 100 * KR
        assert amiss(store) == []


def test_a_posting_and_a_lowered_frame_at_once_leave_the_frame_above_what_is_used(folder: Path) -> None:
    with open_store(folder) as store:
        seen = frame_at(store.db, 1)

    def both(store: Store, number: int) -> None:
        if number % 2:
            booked(store, commit, f"g{number}", 1, number, 20 * KR)
        else:
            change_frame(store, TREASURER, f"f{number}", seen, amount=(50 + number) * KR, exposure_limit=0)

    _, errors = at_once(folder, both)
    assert all(isinstance(error, Faults) for error in errors)
    with open_store(folder) as store:
        assert frame_at(store.db, 1).room >= 0 and amiss(store) == []
