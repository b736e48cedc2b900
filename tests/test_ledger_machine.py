"""Random steps of the ledger beside a model of plain dictionaries: every invariant is held after every step.

``RINGVIRK_MACHINE=RUNS`` runs longer: so many runs of a hundred steps each (the slow test has 100: 10 000 steps).
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from funded import KR, TREASURER, YEAR, amiss, booked
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from data.faults import Faults
from data.store import Store, open_store
from fund.books import frames, payments
from fund.books.accounts_plan import Account, Kind
from fund.books.ledger import PostingRow, reverse
from fund.books.partners import add_partner, book_fee, book_interest, contribute
from fund.books.statements import kind_sums, off_balance

Pot = tuple[int, str, int]
"""Partner, earmark and year."""
POTS: tuple[tuple[int, str], ...] = ((1, ""), (2, ""), (2, "ungdom"), (3, "idrett"))
AMOUNTS = st.one_of(st.integers(1, 300 * KR), st.sampled_from([1, 2, 3, 100 * KR, 100 * KR + 1]))
AWARDS, MEETINGS = st.integers(1, 4), st.integers(1, 2)
FITS = st.sampled_from([(), ("ungdom",), ("ungdom", "idrett")])
FRAME, EXPOSURE = 700 * KR, 300 * KR


class Model:
    """The fund in plain dictionaries: no accounts, no legs, and no code shared with the ledger."""

    def __init__(self) -> None:
        self.pots: dict[str, dict[Any, int]] = {
            name: defaultdict(int)
            for name in ("available", "reserved", "committed", "guaranteed", "lent", "paid", "written_off", "fees")
        }
        self.received: dict[int, int] = defaultdict(int)
        self.interest: dict[int, int] = defaultdict(int)
        self.due: dict[int, int] = defaultdict(int)
        self.bank, self.room, self.exposure = 0, FRAME, EXPOSURE
        self.granted: dict[int, int] = defaultdict(int)
        """What was ever granted to an award less what was released: nothing above it is paid."""

    def copy(self) -> dict[str, Any]:
        plain = {name: {of: ore for of, ore in held.items() if ore} for name, held in self.pots.items()}
        others = {name: dict(getattr(self, name)) for name in ("received", "interest", "due", "granted")}
        return {**plain, **others, "bank": self.bank, "room": self.room, "exposure": self.exposure}

    def of(self, kind: str, owner: int) -> dict[Pot, int]:
        """What stands for a meeting or award, by pot."""
        return {of[:3]: ore for of, ore in self.pots[kind].items() if of[3] == owner and ore}

    def fits(self, kind: str, earmarks: tuple[str, ...], owner: int | None = None) -> dict[Pot, int]:
        held = {of: ore for of, ore in self.pots[kind].items() if ore} if owner is None else self.of(kind, owner)
        return {of: ore for of, ore in held.items() if (not of[1] or of[1] in earmarks) and of[2] == YEAR}

    def has(self, kind: str) -> bool:
        return any(self.pots[kind].values())

    def this_year(self) -> dict[Pot, int]:
        return {of: ore for of, ore in self.pots["available"].items() if of[2] == YEAR and ore}

    def move(self, kind: str, to: str, parts: dict[Pot, int], owner: int | None, goal: int | None) -> None:
        for pot, ore in parts.items():
            self.pots[kind][pot if owner is None else (*pot, owner)] -= ore
            self.pots[to][pot if goal is None else (*pot, goal)] += ore


def in_proportion(amount: int, held: dict[Pot, int]) -> dict[Pot, int]:
    """Hamilton's shares by exact fractions, pots in the order of their accounts' keys."""
    pots = sorted(held, key=lambda pot: Account("available", *pot).key)
    exact = {pot: Fraction(amount * held[pot], sum(held.values())) for pot in pots}
    parts = {pot: int(share) for pot, share in exact.items()}
    for pot in sorted(pots, key=lambda pot: parts[pot] - exact[pot])[: amount - sum(parts.values())]:
        parts[pot] += 1
    return parts


def from_tiers(amount: int, held: dict[Pot, int]) -> dict[Pot, int]:
    """Earmarked pots first, then the others."""
    parts: dict[Pot, int] = {}
    for earmarked in (True, False):
        tier = {pot: ore for pot, ore in held.items() if bool(pot[1]) == earmarked}
        part = min(amount - sum(parts.values()), sum(tier.values()))
        parts |= in_proportion(part, tier) if part else {}
    return parts


class Ledger(RuleBasedStateMachine):
    """Every posting function, in any order, with any amount."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store: Store = open_store(Path(self.folder.name))
        self.store.db.execute("PRAGMA synchronous = OFF")  # nothing is killed here
        self.model = Model()
        self.keys = 0
        self.done: list[tuple[PostingRow, dict[str, Any], Callable[[], PostingRow]]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def found(self) -> None:
        for name, kind in (
            ("Eksempel kommune", "public"),
            ("Eksempel bank", "private"),
            ("Eksempel hotell", "private"),
        ):
            add_partner(self.store, TREASURER, name, kind)  # type: ignore[arg-type]
        self.frame = frames.open_frame(self.store, TREASURER, "frame", YEAR, FRAME, EXPOSURE).id
        for number, (partner, earmark) in enumerate(POTS, 2):
            self.paid_in(partner, earmark, number * 101 * KR + number)

    def step(self, allowed: bool, call: Callable[[str], PostingRow]) -> bool:
        """Ask for it: it happens where the model says that it may, and is refused where not."""
        self.keys += 1
        key = f"k{self.keys}"
        before = self.model.copy()
        try:
            row = call(key)
        except Faults as refused:
            assert not allowed, refused
            return False
        assert allowed, "it should have been refused"
        self.done.append((row, before, lambda: call(key)))
        return True

    def write(self, function: Callable[..., PostingRow], *given: Any, **named: Any) -> Callable[[str], PostingRow]:
        return lambda key: booked(self.store, function, key, *given, **named)

    def near(self, data: Any, held: int) -> int:
        """An amount: any, or just within what is held, all of it, or just beyond it."""
        return data.draw(st.one_of(st.sampled_from([held + 1, held or 1]), st.integers(1, max(held, 1)), AMOUNTS))

    def owner(self, data: Any, kind: str) -> int:
        """A meeting or award that has something of this kind."""
        return data.draw(st.sampled_from(sorted({of[3] for of, ore in self.model.pots[kind].items() if ore})))

    # -- money in

    @rule(pot=st.sampled_from(POTS), amount=AMOUNTS)
    def contribute(self, pot: tuple[int, str], amount: int) -> None:
        self.paid_in(*pot, amount)

    def paid_in(self, partner: int, earmark: str, amount: int) -> None:
        given = (partner, YEAR, amount)
        if self.step(True, lambda key: contribute(self.store, TREASURER, key, *given, earmark=earmark)):
            self.model.pots["available"][partner, earmark, YEAR] += amount
            self.model.received[partner] += amount
            self.model.bank += amount

    @rule(amount=st.integers(1, 500))
    def interest(self, amount: int) -> None:
        held: dict[int, int] = defaultdict(int)
        for kind in ("available", "reserved", "committed", "guaranteed"):
            for of, ore in self.model.pots[kind].items():
                held[of[0]] += ore if of[2] == YEAR else 0
        weights = {(partner, "", YEAR): ore for partner, ore in held.items() if ore}
        if self.step(bool(weights), lambda key: book_interest(self.store, TREASURER, key, YEAR, amount)):
            for pot, ore in in_proportion(amount, weights).items():
                self.model.pots["available"][pot] += ore
                self.model.interest[pot[0]] += ore
            self.model.bank += amount

    @rule(amount=st.integers(1, 500))
    def fee(self, amount: int) -> None:
        held = self.model.this_year()
        if self.step(sum(held.values()) >= amount, lambda key: book_fee(self.store, TREASURER, key, YEAR, amount)):
            self.model.move("available", "fees", in_proportion(amount, held), None, None)
            self.model.bank -= amount

    @precondition(lambda self: self.keys % 40 == 39)
    @rule()
    def carry_over(self) -> None:
        held = self.model.this_year()
        if self.step(bool(held), lambda key: frames.carry_over(self.store, TREASURER, key, YEAR)):
            for pot, ore in held.items():
                self.model.pots["available"][pot] -= ore
                self.model.pots["available"][(*pot[:2], YEAR + 1)] += ore

    # -- decided

    @rule(meeting=MEETINGS, fits=FITS, data=st.data())
    def reserve(self, meeting: int, fits: tuple[str, ...], data: Any) -> None:
        held = self.model.fits("available", fits)
        most = min(sum(held.values()), self.model.room)
        amount = self.near(data, data.draw(st.sampled_from([most, most // 3])))
        if self.step(amount <= most, self.write(frames.reserve, self.frame, meeting, amount, earmarks=fits)):
            self.model.move("available", "reserved", from_tiers(amount, held), None, meeting)
            self.model.room -= amount

    @precondition(lambda self: self.model.has("reserved"))
    @rule(data=st.data(), whole=st.booleans())
    def release_reserved(self, data: Any, whole: bool) -> None:
        meeting = self.owner(data, "reserved")
        held = self.model.of("reserved", meeting)
        part = None if whole else self.near(data, sum(held.values()))
        amount = part or sum(held.values())
        call = self.write(frames.release_reserved, self.frame, meeting, part)
        if self.step(amount <= sum(held.values()), call):
            self.model.move("reserved", "available", in_proportion(amount, held), meeting, None)
            self.model.room += amount

    @rule(award=AWARDS, meeting=st.just(0) | MEETINGS, fits=FITS, guaranteed=st.booleans(), data=st.data())
    def decide(self, award: int, meeting: int, fits: tuple[str, ...], guaranteed: bool, data: Any) -> None:
        reserved = self.model.fits("reserved", fits, meeting) if meeting else {}
        held = self.model.fits("available", fits)
        most = sum(reserved.values()) + min(sum(held.values()), self.model.room)
        most = min(most, self.model.exposure) if guaranteed else most
        amount = self.near(data, data.draw(st.sampled_from([most, most // 3])))
        function, kind = (frames.guarantee, "guaranteed") if guaranteed else (frames.commit, "committed")
        call = self.write(function, self.frame, award, amount, meeting=meeting, earmarks=fits)
        if self.step(amount <= most, call):
            first = min(amount, sum(reserved.values()))
            self.model.move("reserved", kind, from_tiers(first, reserved), meeting, award)
            self.model.move("available", kind, from_tiers(amount - first, held), None, award)
            self.model.room -= amount - first
            self.model.exposure -= amount if guaranteed else 0
            self.model.granted[award] += amount

    @precondition(lambda self: self.model.has("committed") or self.model.has("guaranteed"))
    @rule(data=st.data(), whole=st.booleans())
    def release(self, data: Any, whole: bool) -> None:
        of: Kind = data.draw(st.sampled_from([kind for kind in ("committed", "guaranteed") if self.model.has(kind)]))
        award = self.owner(data, of)
        held = self.model.of(of, award)
        part = None if whole else self.near(data, sum(held.values()))
        amount = part or sum(held.values())
        if self.step(amount <= sum(held.values()), self.write(payments.release, award, part, of=of)):
            self.model.move(of, "available", in_proportion(amount, held), award, None)
            self.model.room += amount
            self.model.exposure += amount if of == "guaranteed" else 0
            self.model.granted[award] -= amount

    # -- paid

    def moved(self, data: Any, kind: str, to: str, cash: int, function: Callable[..., PostingRow]) -> None:
        """A step that moves some of an award's money from one kind to another."""
        award = self.owner(data, kind)
        held = self.model.of(kind, award)
        amount = self.near(data, sum(held.values()))
        if self.step(amount <= sum(held.values()), self.write(function, award, amount)):
            self.model.move(kind, to, in_proportion(amount, held), award, None if to == "available" else award)
            self.model.bank += cash * amount

    @precondition(lambda self: self.model.has("committed"))
    @rule(data=st.data())
    def pay(self, data: Any) -> None:
        self.moved(data, "committed", "paid", -1, payments.pay)

    @precondition(lambda self: self.model.has("committed"))
    @rule(data=st.data())
    def lend(self, data: Any) -> None:
        self.moved(data, "committed", "lent", -1, payments.lend)

    @precondition(lambda self: self.model.has("lent"))
    @rule(data=st.data())
    def repay(self, data: Any) -> None:
        self.moved(data, "lent", "available", 1, payments.repay)

    @precondition(lambda self: self.model.has("lent"))
    @rule(data=st.data())
    def write_off(self, data: Any) -> None:
        self.moved(data, "lent", "written_off", 0, payments.write_off)

    @precondition(lambda self: self.model.has("guaranteed"))
    @rule(data=st.data(), nothing=st.booleans())
    def settle(self, data: Any, nothing: bool) -> None:
        award = self.owner(data, "guaranteed")
        held = self.model.of("guaranteed", award)
        cap = sum(held.values())
        deficit = 0 if nothing else self.near(data, cap)
        if self.step(True, self.write(payments.settle, award, deficit)):
            paid = in_proportion(min(cap, deficit), held)
            rest = {pot: held[pot] - paid[pot] for pot in held}
            self.model.move("guaranteed", "paid", paid, award, award)
            self.model.move("guaranteed", "available", rest, award, None)
            self.model.bank -= min(cap, deficit)
            self.model.room += sum(rest.values())
            self.model.exposure += cap
            self.model.granted[award] -= sum(rest.values())

    @precondition(lambda self: self.model.has("paid"))
    @rule(data=st.data(), way=st.sampled_from(["demand", "drop_demand", "receive_clawback"]))
    def claw_back(self, data: Any, way: str) -> None:
        award = self.owner(data, "paid")
        held, due = self.model.of("paid", award), self.model.due[award]
        most = sum(held.values()) - due if way == "demand" else due
        amount = self.near(data, most)
        if self.step(amount <= most, self.write(getattr(payments, way), award, amount)):
            self.model.due[award] += amount if way == "demand" else -amount
            if way == "receive_clawback":
                self.model.move("paid", "available", in_proportion(amount, held), award, None)
                self.model.bank += amount

    @rule(way=st.sampled_from(["pay", "lend", "repay", "demand", "drop_demand", "receive_clawback", "account_for"]))
    def nothing_is_moved_of_an_award_that_has_nothing(self, way: str) -> None:
        self.step(False, self.write(getattr(payments, way), 9, 1))

    # -- again, and back

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def ask_again(self, data: Any) -> None:
        row, _, call = data.draw(st.sampled_from(self.done))
        again = call()
        assert again == row and again.repeated

    @precondition(lambda self: len(self.done) > len(POTS))
    @rule()
    def take_back_the_last(self) -> None:
        row, before, _ = self.done.pop()
        booked(self.store, reverse, f"back:{row.id}", row.id, "feil")
        for name, value in before.items():
            if name in self.model.pots:
                self.model.pots[name] = defaultdict(int, value)
            else:
                setattr(self.model, name, defaultdict(int, value) if isinstance(value, dict) else value)
        with pytest.raises(Faults):
            booked(self.store, reverse, f"twice:{row.id}", row.id, "feil")

    # -- what must hold

    @invariant()
    def the_ledger_is_the_model(self) -> None:
        query = (
            "SELECT kind, partner, earmark, year, meeting, award, balance FROM ledger_account "
            "WHERE partner <> 0 AND balance <> 0"
        )
        found: dict[str, dict[Any, int]] = defaultdict(dict)
        for kind, *pot, meeting, award, ore in self.store.db.execute(query):
            found[kind][(*pot, meeting or award) if meeting or award else tuple(pot)] = ore
        for kind, held in self.model.pots.items():
            assert found[kind] == {of: ore for of, ore in held.items() if ore}, kind
        rest = kind_sums(self.store.db)
        assert rest["bank"] == self.model.bank
        assert rest["frame_room"] == self.model.room
        assert rest["exposure_room"] == self.model.exposure
        assert rest["clawback_due"] == sum(self.model.due.values())
        assert -rest["contributed"] == sum(self.model.received.values())
        assert -rest["interest"] == sum(self.model.interest.values())

    @invariant()
    def money_is_where_it_came_from(self) -> None:
        """Invariant 5, as the ledger says it and as the model counts it."""
        model = self.model
        assert off_balance(kind_sums(self.store.db)) == {}
        stands = {kind: sum(held.values()) for kind, held in model.pots.items()}
        came = sum(model.received.values()) + sum(model.interest.values()) - stands.pop("fees")
        assert came == sum(stands.values())
        assert model.bank == sum(stands[kind] for kind in ("available", "reserved", "committed", "guaranteed"))

    @invariant()
    def nothing_is_below_zero_or_beyond_its_limit(self) -> None:
        for held in self.model.pots.values():
            assert all(ore >= 0 for ore in held.values())
        assert 0 <= self.model.room <= FRAME and 0 <= self.model.exposure <= EXPOSURE
        for award, granted in self.model.granted.items():
            assert sum(self.model.of("paid", award).values()) <= granted

    @invariant()
    def the_verifier_finds_nothing(self) -> None:
        assert amiss(self.store) == []


def run(runs: int, steps: int) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_some_hundred_random_steps() -> None:
    run(12, 40)


@pytest.mark.slow
def test_ten_thousand_random_steps() -> None:
    run(int(os.environ.get("RINGVIRK_MACHINE", "100")), 100)
