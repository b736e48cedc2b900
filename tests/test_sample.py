"""The auditor's sample: the same seed gives the same postings, each method as it says, and the papers come with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest
from funded import TREASURER, refused

from data.permission import ROLES, Actor, Refused
from data.store import Store, open_store
from fund.books.ledger import head
from fund.books.partners import add_partner, book_interest, pledge
from fund.books.posting_list import sizes
from fund.books.sample import METHODS, Draw, draw_sample
from fund.demo_year import play
from fund.payout.trace import trace, trace_papers

AUDITOR = Actor("account:50", frozenset({"auditor"}))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("sample")) as store:
        play(store)
        yield store


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [1, 7, 16, 31, 32])
def test_as_many_as_asked_for_each_once_and_the_same_again(year: Store, method: str, count: int) -> None:
    draw = Draw(count, "kontroll 2026", method)  # type: ignore[arg-type]
    first = draw_sample(year, AUDITOR, draw)
    assert len(set(first.postings)) == count == len(first.postings)
    assert draw_sample(year, AUDITOR, draw) == first
    assert (first.population, first.hash) == head(year.db)


def test_another_seed_draws_others(year: Store) -> None:
    drawn = {draw_sample(year, AUDITOR, Draw(5, f"frø {one}", "plain")).postings for one in range(20)}
    assert len(drawn) > 15


def test_a_plain_sample_can_be_drawn_with_any_tool_that_hashes(year: Store) -> None:
    row = sorted(range(1, 33), key=lambda one: hashlib.sha256(f"x\n{one}".encode()).hexdigest())
    assert draw_sample(year, AUDITOR, Draw(6, "x", "plain")).postings == tuple(sorted(row[:6]))


def test_by_kind_has_one_of_each_and_the_rest_in_proportion(year: Store) -> None:
    whats = dict(year.db.execute("SELECT id, what FROM posting").fetchall())
    kinds = len(set(whats.values()))
    drawn = draw_sample(year, AUDITOR, Draw(kinds, "x", "kinds"))
    assert Counter(whats[one] for one in drawn.postings) == dict.fromkeys(whats.values(), 1)


def chances(amounts: dict[int, int], count: int) -> dict[int, float]:
    """How often each is to be drawn: for certain where it is as large as the interval of those that are left."""
    certain: set[int] = set()
    while True:
        rest = {number: ore for number, ore in amounts.items() if number not in certain}
        left, whole = count - len(certain), sum(rest.values())
        found = {number: left * ore / whole for number, ore in rest.items()}
        if not (large := {number for number, chance in found.items() if chance >= 1}):
            return {**dict.fromkeys(certain, 1.0), **found}
        certain |= large


@pytest.mark.parametrize("count", [4, 12, 20])
def test_by_amount_each_is_drawn_as_often_as_its_amount_says(year: Store, count: int) -> None:
    """Over many seeds, in proportion to size; what is larger than the interval every time."""
    runs = 300
    drawn = Counter(
        one for seed in range(runs) for one in draw_sample(year, AUDITOR, Draw(count, str(seed), "amount")).postings
    )
    for number, expected in chances(sizes(year.db), count).items():
        assert abs(drawn[number] / runs - expected) <= 4 * (expected * (1 - expected) / runs) ** 0.5 + 0.01, number


def test_among_what_moved_money_in_the_bank(year: Store) -> None:
    moved = sizes(year.db, "bank")
    every = draw_sample(year, AUDITOR, Draw(len(moved), "x", "plain", among="bank"))
    assert set(every.postings) == set(moved) and every.amount == sum(moved.values())
    whats = dict(year.db.execute("SELECT id, what FROM posting").fetchall())
    assert not {whats[one] for one in moved} & {"pledge", "frame_set", "reserved", "committed", "carried_over"}


def test_what_is_larger_than_the_interval_is_always_drawn(year: Store) -> None:
    largest = max(sizes(year.db).items(), key=lambda one: one[1])[0]
    for seed in range(20):
        assert largest in draw_sample(year, AUDITOR, Draw(12, str(seed), "amount")).postings


def test_an_old_sample_can_be_drawn_after_more_was_booked(store: Store) -> None:
    play(store)
    before = draw_sample(store, AUDITOR, Draw(8, "x", "amount"))
    partner = add_partner(store, TREASURER, "Eksempel ny", "private")
    pledge(store, TREASURER, "later", partner, 2027, 500_000)
    book_interest(store, TREASURER, "interest", 2027, 7_000)
    again = draw_sample(store, AUDITOR, before.draw)
    assert again == before and draw_sample(store, AUDITOR, Draw(8, "x", "amount")) != before


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        (Draw(0, "x", "plain"), "count"),
        (Draw(33, "x", "plain"), "count"),
        (Draw(3, " ", "plain"), "seed"),
        (Draw(3, "x" * 101, "plain"), "seed"),
        (Draw(3, "x", "tilfeldig"), "method"),  # type: ignore[arg-type]
    ],
)
def test_what_can_not_be_drawn(year: Store, draw: Draw, code: str) -> None:
    (fault,) = refused(year, draw_sample, year, AUDITOR, draw)
    assert fault.code == f"ledger.sample.{code}"


def test_the_papers_behind_a_sample_come_whole_and_once(year: Store) -> None:
    found = trace_papers(year, AUDITOR, range(1, 33))
    assert len({paper.id for _, paper, _ in found}) == len(found) > 3
    for number, paper, content in found:
        assert hashlib.sha256(content).hexdigest() == paper.sha256
        assert paper in trace(year, AUDITOR, number).papers


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_who_may(year: Store, role: str) -> None:
    actor = Actor("account:99", frozenset({role}))
    if role == "auditor":
        assert draw_sample(year, actor, Draw(3, "x", "plain")).postings
        return
    with pytest.raises(Refused):
        draw_sample(year, actor, Draw(3, "x", "plain"))
    if role in ("anyone", "applicant", "administrator", "board", "chair"):
        with pytest.raises(Refused):
            trace_papers(year, actor, [1])
