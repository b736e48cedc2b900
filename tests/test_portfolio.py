"""Plans within the frame: limits kept to the øre, the best one proven, and every case told why."""

from __future__ import annotations

import datetime as dt
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import TERMS, case, many, portfolios

from data.dated import read_parameters
from data.faults import Faults
from data.phrases import LANGUAGES
from fund.plans.best_plan import AIMS, Aim, best_plan, worth, worth_of
from fund.plans.equal_shares import equal_shares
from fund.plans.plan_words import about, between, caveats, last, limits, status, takes, takes_in_shares, why
from fund.plans.portfolio import (
    Amounts,
    Caps,
    Case,
    Group,
    Partner,
    ValueAdded,
    differences,
    exposure_group,
    hindrances,
    levels,
    mean_score,
    organiser_groups,
    overruns,
    shared,
    sums,
    terms_on,
    value_added,
)
from fund.plans.three_plans import PLANS, last_krone, make_plan, three_plans
from fund.plans.what_it_takes import what_it_takes, what_it_takes_in_shares

aims = st.sampled_from(AIMS)
Portfolio = tuple[list[Case], list[Partner], Caps]


def kept(rows: list[Case], caps: Caps, amounts: Amounts) -> bool:
    """Whether a plan keeps every limit: counted here once more, case by case, apart from the program's own count."""
    known = {one.id: one for one in rows}
    for name, amount in amounts.items():
        one = known[name]
        if amount not in (one.least, one.asked) or amount == 0:
            return False
        if caps.amount is not None and amount > caps.amount:
            return False
        if caps.share is not None and amount > caps.share * one.cost:
            return False
    totals = [sum(amounts.get(member, 0) for member in group.members) <= group.room for group in caps.groups]
    return all(totals) and sum(amounts.values()) <= caps.frame


def oracle(aim: Aim, rows: list[Case], caps: Caps) -> Fraction:
    """The most that any plan is worth: every reachable set of sums, case by case, in whole øre and fractions."""
    start = (0, *(0 for _ in caps.groups))
    reached: dict[tuple[int, ...], Fraction] = {start: Fraction(0)}
    for one in rows:
        own = [group for group in (None, *caps.groups)]
        for sums_now, before in list(reached.items()):
            for amount in {one.least, one.asked} - {0}:
                alone = (caps.amount is None or amount <= caps.amount) and (
                    caps.share is None or amount <= caps.share * one.cost
                )
                after = tuple(
                    total + (amount if group is None or one.id in group.members else 0)
                    for total, group in zip(sums_now, own, strict=True)
                )
                rooms = (caps.frame, *(group.room for group in caps.groups))
                if not alone or any(total > room for total, room in zip(after, rooms, strict=True)):
                    continue
                gain = Fraction(0)
                if aim == "score" and one.score is not None:
                    gain = one.score * amount
                elif aim == "value" and one.value_added is not None:
                    gain = Fraction(100 * one.value_added.p50 - amount)
                if before + gain > reached.get(after, Fraction(-(10**18))):
                    reached[after] = before + gain
    return max(reached.values())


# -- the best plan


@settings(max_examples=100)
@given(portfolios(), aims)
def test_no_plan_is_better_than_the_best(portfolio: Portfolio, aim: Aim) -> None:
    rows, _, caps = portfolio
    plan = best_plan(aim, rows, caps, TERMS)
    assert plan.worth == worth_of(aim, rows, plan.amounts) == oracle(aim, rows, caps)
    assert plan.proven and plan.gap is not None
    assert kept(rows, caps, plan.amounts)


@settings(max_examples=40)
@given(portfolios(), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(portfolio: Portfolio, chance: random.Random) -> None:
    rows, partners, caps = portfolio
    turned, others = list(rows), list(partners)
    chance.shuffle(turned)
    chance.shuffle(others)
    for name in PLANS:
        plan = make_plan(name, rows, partners, caps, TERMS)
        assert make_plan(name, turned, others, caps, TERMS) == plan
        assert kept(rows, caps, plan.amounts) and not overruns(rows, caps, plan.amounts)


@settings(max_examples=40)
@given(portfolios(), st.sampled_from((3, 1_000, 9_999_991)))
def test_a_plan_is_the_same_in_another_unit(portfolio: Portfolio, times: int) -> None:
    rows, partners, caps = portfolio
    larger = [
        replace(
            one,
            asked=one.asked * times,
            least=one.least * times,
            cost=one.cost * times,
            value_added=one.value_added
            and ValueAdded(
                *(times * figure for figure in (one.value_added.p10, one.value_added.p50, one.value_added.p90))
            ),
        )
        for one in rows
    ]
    limits_too = replace(
        caps,
        frame=caps.frame * times,
        amount=None if caps.amount is None else caps.amount * times,
        groups=tuple(replace(group, room=group.room * times) for group in caps.groups),
    )
    payers = [replace(one, contributed=one.contributed * times) for one in partners]
    for name in PLANS:
        plan, other = (
            make_plan(name, rows, partners, caps, TERMS),
            make_plan(name, larger, payers, limits_too, TERMS),
        )
        assert other.amounts == {one: amount * times for one, amount in plan.amounts.items()}


def test_among_equals_the_lower_id_goes_first() -> None:
    rows = [case(name, 100, 60, value=5_000) for name in "dbca"]
    for aim in AIMS:
        assert best_plan(aim, rows, Caps(12_500), TERMS).amounts == {"a": 6_000, "b": 6_000}
    assert best_plan("score", rows, Caps(16_000), TERMS).amounts == {"a": 10_000, "b": 6_000}


def test_what_the_aims_count() -> None:
    small, large = case("small", 100, score=2), case("large", 900, score=3)
    assert best_plan("score", [small, large], Caps(90_000), TERMS).amounts == {"large": 90_000}
    halves = [replace(large, id=f"half {part}", asked=45_000, least=45_000) for part in (1, 2)]
    split, whole = (best_plan("score", [small, *part], Caps(95_000), TERMS) for part in (halves, [large]))
    assert split.worth == whole.worth == 3 * 90_000  # nothing is gained by splitting
    brings, barely = case("brings", 100, 40, value=41), case("barely", 100, 40, value=40)
    plan = best_plan("value", [brings, barely, case("unknown", 10), case("loses", 10, value=-5)], Caps(10**6), TERMS)
    assert plan.amounts == {"brings": 4_000} and plan.worth == 100  # its least, and one krone beyond the support


@pytest.mark.parametrize("over", [1, 2, 1_000])
def test_a_limit_smaller_than_the_solver_can_see_is_kept(over: int) -> None:
    """One øre over a frame of 3 × 10^15 is below any tolerance of floating point."""
    sizes = [3 * 10**14 + 10**12 * number + 7**number for number in range(10)]
    rows = [replace(case(f"S{place}", 1), asked=size, least=size, cost=size) for place, size in enumerate(sizes)]
    frame = sum(sizes) - over
    plan = best_plan("score", rows, Caps(frame), TERMS)
    assert sum(plan.amounts.values()) == max(sum(sizes) - size for size in sizes if size >= over) <= frame
    assert plan.proven


def test_what_is_fixed_stays() -> None:
    rows = [case("a", 100, score=5), case("b", 100, score=1), case("c", 100, score=3)]
    caps = Caps(20_000)
    assert set(best_plan("score", rows, caps, TERMS, {"a": 0}).amounts) == {"b", "c"}
    assert set(best_plan("score", rows, caps, TERMS, {"b": 10_000}).amounts) == {"a", "b"}
    assert best_plan("score", rows, caps, TERMS, {"b": 10_000}).worth == 60_000
    for impossible in ({"a": 5_000}, {"d": 10_000}, {"a": 10_000, "b": 10_000, "c": 10_000}):
        with pytest.raises(ValueError, match=r"øre|limits"):
            best_plan("score", rows, caps, TERMS, impossible)


def test_a_search_that_is_cut_short_never_says_proven() -> None:
    rows, _, caps = many(300, 1)
    for seconds in (0.0, 0.02, 0.05):
        hurried = replace(TERMS, time_limit=seconds)
        plan = best_plan("score", rows, caps, hurried)
        assert kept(rows, caps, plan.amounts)
        if seconds == 0 or plan.gap is None or plan.gap > 100 * TERMS.top_score:
            assert not plan.proven
            assert all(
                status(plan, hurried, lang) != status(replace(plan, proven=True), hurried, lang) for lang in LANGUAGES
            )
    assert best_plan("score", rows[:5], caps, TERMS).proven


@pytest.mark.parametrize("aim", AIMS)
def test_300_cases_are_proven_within_seconds(aim: Aim) -> None:
    rows, _, caps = many(300, 2)
    started = time.perf_counter()
    plan = best_plan(aim, rows, caps, TERMS)
    print(f"{aim}: 300 cases in {time.perf_counter() - started:.2f} s")
    assert plan.proven and kept(rows, caps, plan.amounts)
    assert plan == best_plan(aim, rows, caps, TERMS)


def test_two_sessions_may_ask_at_once() -> None:
    rows, _, caps = many(60, 3)
    alone = [best_plan(aim, rows, caps, TERMS) for aim in AIMS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda aim: best_plan(aim, rows, caps, TERMS), AIMS * 4))
    assert together == alone * 4


# -- limits


def test_every_limit_in_the_way_is_told_with_its_figures() -> None:
    one = case("a", 100, 60, organiser="Eksempel idrettslag", form="guarantee")
    rows = [one, case("b", 50, organiser="Eksempel idrettslag"), case("c", 10, form="guarantee")]
    aid = Group("undertaking", "999 999 999", frozenset({"a", "b"}), 9_000)
    groups = (*organiser_groups(rows, 10_000, {"Eksempel idrettslag": 1_000}), exposure_group(rows, 9_500), aid)
    caps = Caps(12_000, 8_000, Fraction(1, 4), groups)
    found = {
        barred.kind: (barred.room, barred.short) for barred in hindrances(one, 10_000, caps, {"b": 5_000, "c": 1_000})
    }
    assert found == {
        "frame": (6_000, 4_000),
        "amount": (8_000, 2_000),
        "share": (7_500, 2_500),
        "organiser": (4_000, 6_000),
        "undertaking": (4_000, 6_000),
        "exposure": (8_500, 1_500),
    }
    assert levels(one, caps) == (6_000,)
    assert hindrances(one, 6_000, caps, {"a": 10_000}) == []  # its own amount is what is being replaced
    plan = {"a": 6_000, "b": 5_000, "c": 1_000}
    assert [barred.kind for barred in overruns(rows, replace(caps, share=None), plan)] == ["organiser", "undertaking"]
    for lang in LANGUAGES:
        for barred in hindrances(one, 10_000, caps, plan):
            assert "kroner" in limits([barred], lang) or "NOK" in limits([barred], lang)


def test_what_an_organiser_has_had_may_be_more_than_it_can_get() -> None:
    rows = [case("a", 10, organiser="x"), case("b", 10, organiser="y")]
    assert [group.room for group in organiser_groups(rows, 500, {"x": 900})] == [0, 500]
    assert levels(rows[0], Caps(10_000, groups=organiser_groups(rows, 500, {"x": 900}))) == ()


def test_a_case_that_runs_without_support_gets_all_or_nothing() -> None:
    assert levels(case("a", 100, 0), Caps(10_000)) == (10_000,)
    assert levels(case("a", 100, 0), Caps(9_999)) == ()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    rows = [
        case("a", 100),
        case("a", 100),
        replace(case("b", 1), asked=1.5, least=True, cost="3"),  # type: ignore[arg-type]
        replace(case("c", 1), asked=-1),
        replace(case("d", 1), asked=2**53 + 1),
        replace(case("e", 100), least=10_001),
        replace(case("f", 1), asked=0, least=0),
        case("g", 1, score=6),
        replace(case("h", 1), score=3.5),  # type: ignore[arg-type]
        replace(case("i", 1), partner_scores={"P1": Fraction(-1)}),
        replace(case("j", 1), value_added=ValueAdded(3, 2, 1)),
        replace(case("k", 1), value_added=ValueAdded(1, 2.0, 3)),  # type: ignore[arg-type]
    ]
    caps = Caps(-1, 10.0, Fraction(3, 2), (Group("organiser", "x", frozenset(), -5),))  # type: ignore[arg-type]
    partners = [Partner("P1", 1), Partner("P1", -1)]
    with pytest.raises(Faults) as raised:
        equal_shares(rows, partners, caps, TERMS)
    found = [(fault.place, fault.code.removeprefix("portfolio.")) for fault in raised.value.faults]
    assert found == [
        ("a", "twice"),
        ("P1", "partner_twice"),
        ("b: asked", "not_ore"),
        ("b: least", "not_ore"),
        ("b: cost", "not_ore"),
        ("c: asked", "not_ore"),
        ("d: asked", "not_ore"),
        ("e: least", "least_above_asked"),
        ("f: least", "least_above_asked"),
        ("g: score", "not_a_score"),
        ("h: score", "not_a_score"),
        ("i: P1", "not_a_score"),
        ("j: value_added", "not_a_band"),
        ("k: value_added", "not_a_band"),
        ("frame", "not_ore"),
        ("organiser x", "not_ore"),
        ("amount", "not_ore"),
        ("P1", "not_ore"),
        ("share", "not_a_share"),
    ]
    for fault in raised.value.faults:
        assert all(fault.line(lang) for lang in LANGUAGES)


def test_terms_are_dated_and_exact() -> None:
    assert (TERMS.approval, TERMS.raise_by, TERMS.step) == (3, Fraction(1, 100), 10_000_000)
    known = dict(read_parameters())
    held = known["portfolio.approval"]
    later = replace(held.values[0], since=dt.date(2027, 1, 1), value=replace(held.values[0].value, mode=3.3))
    known["portfolio.approval"] = replace(held, values=(*held.values, later))
    assert terms_on(dt.date(2026, 12, 31), known).approval == 3
    assert terms_on(dt.date(2027, 1, 1), known).approval == Fraction(33, 10)


# -- plans beside each other


def test_plans_are_told_apart() -> None:
    one, other = {"a": 100, "b": 50}, {"a": 100, "b": 20, "c": 30}
    rows = differences({"score": one, "shares": other})
    assert [(row.case, dict(row.amounts)) for row in rows] == [
        ("b", {"score": 50, "shares": 20}),
        ("c", {"score": 0, "shares": 30}),
    ]
    assert shared(one, other) == shared(other, one) == 120
    cases = [case("a", 1, organiser="x", score=4, value=10), case("b", 1, organiser="x", score=1)]
    assert sums(cases, one, "organiser") == {"x": 150}
    assert sums(cases, one, "form") == {"grant": 150}
    assert mean_score(cases, one) == 3 and mean_score([], one) is None
    assert value_added(cases, one) == 10 and value_added(cases, {"b": 50}) is None
    assert between(("score", one), ("value", one), "en").endswith("are the same plan.")
    assert "Best poeng og Like andeler" in between(("score", one), ("shares", other), "nb")


def test_the_last_krone_is_found_by_moving_the_frame() -> None:
    rows = [case(name, 100_000, score=mark) for name, mark in (("a", 5), ("b", 4), ("c", 2))]
    caps = Caps(20_000_000)
    plan = best_plan("score", rows, caps, TERMS)
    krone = last_krone("score", rows, [], caps, TERMS, plan)
    assert (krone.step, set(krone.less), set(krone.more)) == (10_000_000, {"a"}, {"a", "b", "c"})
    assert krone.price == 4 and krone.gained == 2 * 10_000_000 and krone.proven
    words = last("score", krone, plan.amounts, TERMS, "nb", lambda name: f"«{name}»")
    assert "gir 4 poeng per krone" in words[0] and words[1].endswith("«b».") and words[2].endswith("«c».")
    poor = replace(caps, frame=4_000_000)
    nothing = last_krone("score", rows, [], poor, TERMS, best_plan("score", rows, poor, TERMS))
    assert (nothing.step, nothing.price, set(nothing.more)) == (4_000_000, 0, {"a"})
    assert "mister ingen sak noe" in last("score", nothing, {}, TERMS, "nb")[1]
    none = Caps(0)
    assert last_krone("value", rows, [], none, TERMS, best_plan("value", rows, none, TERMS)).price is None


@settings(max_examples=80)
@given(portfolios(7, fewest=3), aims, st.integers(0, 2))
def test_above_its_figure_a_case_is_in_and_below_it_out(portfolio: Portfolio, aim: Aim, place: int) -> None:
    rows, _, caps = portfolio
    one = rows[place]
    plan = best_plan(aim, rows, caps, TERMS)
    needed = what_it_takes(aim, rows, caps, TERMS, plan, one.id)
    assert needed.proven
    if needed.alone:
        assert not levels(one, caps) and one.id not in plan.amounts
        return
    assert needed.instead is not None and one.id in needed.instead and kept(rows, caps, needed.instead)
    assert (needed.loss == 0) or one.id not in plan.amounts

    def plan_with(figure: Fraction) -> Amounts:
        if aim == "score":
            other = replace(one, score=figure)
        else:
            other = replace(one, value_added=ValueAdded(int(figure) - 1, int(figure), int(figure) + 1))
        return best_plan(aim, [other if row is one else row for row in rows], caps, TERMS).amounts

    step = Fraction(1, 10**6) if aim == "score" else Fraction(1)
    if needed.figure is None:
        assert one.id not in plan_with(TERMS.top_score)
        return
    if aim == "value" or needed.figure + step <= TERMS.top_score:
        assert one.id in plan_with(needed.figure + step)
    if aim == "value" or needed.figure - step >= 0:
        assert one.id not in plan_with(needed.figure - step)


def test_what_keeps_a_case_in() -> None:
    rows = [case("a", 100, 60, score=4), case("b", 100, score=3), case("c", 60, score=2)]
    caps = Caps(10_000)
    plan = best_plan("score", rows, caps, TERMS)
    needed = what_it_takes("score", rows, caps, TERMS, plan, "a")
    assert (needed.figure, needed.loss, needed.instead) == (3, 0, {"a": 10_000})  # b takes its place from 3 on
    values = [case("a", 100, 60, value=900), case("b", 100, value=500), case("c", 60, value=200)]
    best = best_plan("value", values, caps, TERMS)
    assert what_it_takes("value", values, caps, TERMS, best, "a").figure == 460  # 500 − 100 and its own 60


def test_how_much_more_the_frame_would_need() -> None:
    rows = [case("a", 100, score=5), case("b", 100, 60, score=1), case("c", 100, score=1, organiser="full")]
    caps = Caps(13_000, groups=(Group("organiser", "full", frozenset({"c"}), 10_000),))
    plan = best_plan("score", rows, caps, TERMS)
    needed = what_it_takes("score", rows, caps, TERMS, plan, "b")
    assert needed.more == 3_000 and needed.figure is not None
    assert set(best_plan("score", rows, replace(caps, frame=16_000), TERMS).amounts) == {"a", "b"}
    both = (replace(caps, groups=(Group("organiser", "full", frozenset({"a", "c"}), 10_000),)), 20_000)
    hindered = what_it_takes("score", rows, both[0], TERMS, best_plan("score", rows, both[0], TERMS), "c")
    assert hindered.more is None and {one.kind for one in hindered.beside} == {"frame", "organiser"}
    with pytest.raises(KeyError):
        what_it_takes("score", rows, caps, TERMS, plan, "nobody")


# -- words

WORDED = [
    case("alone", 100, 90),
    case("asked", 40, score=5, value=900),
    case("beside", 30, score=1, value=31),
    case("least", 40, 10, score=3, value=500),
    case("loses", 10, score=2, value=5),
    case("unknown", 10, score=None),
    case("zero", 10, score=0, value=2),
]


def test_every_case_is_told_why() -> None:
    rows = [replace(one, partner_scores={"P1": Fraction(4)} if one.id in ("asked", "least") else {}) for one in WORDED]
    caps = Caps(5_000, 8_000)
    plans = three_plans(rows, [Partner("P1", 5_000)], caps, TERMS)
    found = {
        name: {one.id: why(name, plan, one, caps, TERMS, "en", lambda who: f"«{who}»").split(":")[0] for one in rows}
        for name, plan in (("score", plans.score), ("value", plans.value), ("shares", plans.shares))
    }
    asked, least = (
        "In with all that is asked, NOK 40.",
        "In with the least that it can run on, NOK 10. For all that is asked",
    )
    assert found["score"] == {
        "alone": "Out, and would be if it were alone",
        "asked": asked,
        "beside": "Out. Beside the cases that are in",
        "least": least,
        "loses": "Out. Beside the cases that are in",
        "unknown": "Out",
        "zero": "Out",
    }
    assert found["value"]["least"].startswith("In with the least that it can run on, NOK 10. The estimate is the same")
    assert found["value"]["asked"] == asked
    words = {one.id: why("value", plans.value, one, caps, TERMS, "nb") for one in rows}
    assert (
        "ikke noe låst anslag" in words["unknown"] and "5 kroner, er ikke mer enn støtten, 10 kroner" in words["loses"]
    )
    assert why("score", plans.score, rows[5], caps, TERMS, "nb") == "Ute: ingen har gitt saken poeng ennå."
    assert found["shares"]["asked"] == f"{asked} Paid by «P1»."
    assert "minst 3 poeng" in why("shares", plans.shares, rows[4], caps, TERMS, "nb")


@settings(max_examples=40)
@given(portfolios(8), st.sampled_from(LANGUAGES))
def test_nothing_is_left_without_words(portfolio: Portfolio, lang: str) -> None:
    rows, partners, caps = portfolio
    for name in PLANS:
        plan = make_plan(name, rows, partners, caps, TERMS)
        assert about(name, TERMS, lang) and caveats(name, lang)  # type: ignore[arg-type]
        for one in rows:
            said = why(name, plan, one, caps, TERMS, lang)  # type: ignore[arg-type]
            unfinished = "wasn't finished" if lang == "en" else "ikke ferdig"
            assert said and unfinished not in said  # a proven plan always has a limit to point at


def test_what_it_takes_is_said() -> None:
    caps = Caps(5_000, 8_000)
    plan = best_plan("score", WORDED, caps, TERMS)

    def said(name: str) -> list[str]:
        one = next(row for row in WORDED if row.id == name)
        needed = what_it_takes("score", WORDED, caps, TERMS, plan, name)
        return takes("score", needed, plan, one, TERMS, "nb")

    assert said("alone")[0].startswith("Ute, og ville vært det om den var alene: Rammen har 50 kroner igjen")
    assert said("asked")[0].startswith("Saken er inne så lenge den har over")
    assert said("loses")[0] == "Over 3 poeng ville saken vært inne. Den har 2."
    assert said("loses")[1] == "Med 10 kroner mer i rammen får saken det minste uten at noen annen får mindre."
    assert said("loses")[2] == "Tas saken inn likevel, faller disse ut eller får mindre: least."
    assert said("unknown")[0].endswith("Ingen har gitt den poeng ennå.")
    best = best_plan("value", WORDED, caps, TERMS)
    for one in WORDED:
        needed = what_it_takes("value", WORDED, caps, TERMS, best, one.id)
        assert all(takes("value", needed, best, one, TERMS, lang) for lang in LANGUAGES)


def test_what_it_takes_in_equal_shares() -> None:
    scored = {"P1": Fraction(4), "P2": Fraction(0), "P3": Fraction(0)}
    rows = [
        case("a", 30, partner_scores=scored),
        case("b", 30, score=1, partner_scores={"P2": Fraction(4)}),
        case("c", 40, score=1),
        case("d", 200),
    ]
    partners = [Partner(name, contributed) for name, contributed in (("P1", 4_000), ("P2", 3_000), ("P3", 1_000))]
    caps = Caps(8_000)
    plan = equal_shares(rows, partners, caps, TERMS)
    assert set(plan.amounts) == {"a", "b"}
    needed = what_it_takes_in_shares(rows, partners, caps, TERMS, plan, "c")
    assert (needed.each, needed.together, needed.more) == ((), True, 2_000)
    assert "kommer den inn" in takes_in_shares(needed, "nb")[0]
    assert what_it_takes_in_shares(rows, partners, caps, TERMS, plan, "d").alone
    more = replace(caps, frame=10_000)
    rich = what_it_takes_in_shares(rows, partners, more, TERMS, equal_shares(rows, partners, more, TERMS), "c")
    assert rich.each == ("P1", "P2", "P3") and rich.more == 0
    assert takes_in_shares(rich, "en")[0].endswith("P1, P2, P3.")


def test_worth_is_nothing_where_it_is_unknown() -> None:
    assert worth("score", case("a", 1, score=None), 100) == worth("value", case("a", 1), 100) == 0
