"""Equal shares between the partners: the method against pabutools, and what it promises who pays in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
from pabutools.rules import BudgetAllocation
from pabutools.rules.mes.mes_rule import MESProject, MESVoter, mes_inner_algo, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule
from portfolios import TERMS, case, many, portfolios

from fund.plans.equal_shares import SharedPlan, approvals, equal_payment, equal_shares
from fund.plans.portfolio import Amounts, Caps, Case, Partner

BARE = replace(TERMS, raise_at_most=Fraction(0))
"""No budget is raised: the method itself, and the greedy completion after it."""
Portfolio = tuple[list[Case], list[Partner], Caps]


def bought(plan: SharedPlan) -> dict[str, int]:
    """What was bought by equal shares, the greedy completion left out."""
    rest = {name: amount - plan.completed.get(name, 0) for name, amount in plan.amounts.items()}
    return {name: amount for name, amount in rest.items() if amount}


# -- against pabutools


@st.composite
def elections(draw: st.DrawFn, even: bool) -> tuple[list[Case], list[Partner], Caps]:
    """Cases at one amount each, so that the election is the same for both; ``even`` partners pay in the same."""
    names = [f"P{number}" for number in range(draw(st.integers(1, 5)))]
    same = draw(st.integers(1, 40)) * 1_000
    partners = [Partner(name, same if even else draw(st.integers(1, 40)) * 1_000) for name in names]
    rows = []
    for number in range(draw(st.integers(1, 9))):
        approving = {name: Fraction(draw(st.sampled_from((0, 3)))) for name in names}
        units = draw(st.integers(1, 30))
        rows.append(case(f"S{number}", 10 * units, score=draw(st.integers(0, 3)), partner_scores=approving))
    return rows, partners, Caps(sum(one.contributed for one in partners))


def peer(rows: list[Case], partners: list[Partner]) -> tuple[Instance, ApprovalProfile, TieBreakingRule]:
    """The same election as pabutools has it, with our order among ties."""
    known = {one.id: one for one in rows}
    projects = {one.id: Project(one.id, one.asked) for one in rows}
    instance = Instance(projects.values(), budget_limit=sum(one.contributed for one in partners))
    approved = approvals(rows, partners, BARE)
    profile = ApprovalProfile(
        ApprovalBallot(projects[name] for name, who in approved.items() if partner.id in who) for partner in partners
    )
    order = TieBreakingRule(lambda _, __, one: (-known[one.name].score, one.cost, one.name))
    return instance, profile, order


@settings(max_examples=120)
@given(elections(even=True), st.booleans())
def test_even_partners_get_what_pabutools_gives_them(election: Portfolio, raising: bool) -> None:
    rows, partners, caps = election
    instance, profile, order = peer(rows, partners)
    step = Fraction(1, 10) * partners[0].contributed if raising else None
    terms = replace(TERMS, raise_by=Fraction(1, 10), raise_at_most=Fraction(50 if raising else 0))
    wanted = method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, tie_breaking=order, voter_budget_increment=step
    )
    plan = equal_shares(rows, partners, caps, terms)
    assert set(bought(plan)) == {one.name for one in wanted}


@settings(max_examples=120)
@given(elections(even=False))
def test_uneven_partners_get_what_pabutools_gives_them(election: Portfolio) -> None:
    rows, partners, caps = election
    instance, profile, order = peer(rows, partners)
    satisfied = profile.as_sat_profile(sat_class=Cost_Sat)
    voters = [
        MESVoter(place, one.ballot, one, partner.contributed, 1)
        for place, (one, partner) in enumerate(zip(satisfied, partners, strict=True))
    ]
    projects = set()
    for project in instance:
        own = MESProject(project)
        own.supporter_indices = [voter.index for voter in voters if voter.sat.sat_project(project) > 0]
        if own.supporter_indices:
            own.unique_sat_supporter = project.cost
            own.total_sat = project.cost * len(own.supporter_indices)
            own.affordability = own.initial_affordability = Fraction(1, len(own.supporter_indices))
            projects.add(own)
    wanted: list[BudgetAllocation] = []
    mes_inner_algo(instance, profile, voters, projects, order, BudgetAllocation(), wanted, True)
    plan = equal_shares(rows, partners, caps, BARE)
    assert set(bought(plan)) == {one.name for one in wanted[0]}


# -- the method itself


def test_an_example_by_hand() -> None:
    """Two of three approve a and b, the third c alone: each third of the money goes where its partner wants it."""
    both, alone = {"P1": Fraction(3), "P2": Fraction(5)}, {"P3": Fraction(3)}
    rows = [
        case("a", 40, score=2, partner_scores=both),
        case("b", 30, score=3, partner_scores={**both, "P3": Fraction(29, 10)}),
        case("c", 30, score=1, partner_scores=alone),
        case("d", 20, score=5, partner_scores=alone),
    ]
    partners = [Partner(name, 3_000) for name in ("P1", "P2", "P3")]
    plan = equal_shares(rows, partners, Caps(9_000), BARE)
    # b is borne by two and scores higher than a; then P1 and P2 have 15 left each, too little for a.
    assert plan.payments["b"] == {"P1": 1_500, "P2": 1_500}
    assert plan.payments["d"] == {"P3": 2_000}
    assert plan.amounts == {"a": 4_000, "b": 3_000, "d": 2_000}
    assert plan.completed == {"a": 4_000} and plan.budgets == dict.fromkeys(("P1", "P2", "P3"), 3_000)


def test_who_has_too_little_pays_what_it_has() -> None:
    assert equal_payment(100, [Fraction(10), Fraction(80), Fraction(30)]) == 60
    assert equal_payment(90, [Fraction(30)] * 3) == 30
    assert equal_payment(91, [Fraction(30)] * 3) is None
    assert equal_payment(1, []) is None
    small, large = Partner("small", 100_000), Partner("large", 900_000)
    marks = {"small": Fraction(4), "large": Fraction(4)}
    plan = equal_shares([case("a", 6_000, partner_scores=marks)], [small, large], Caps(1_000_000), BARE)
    assert plan.payments["a"] == {"small": 100_000, "large": 500_000}


def test_the_least_comes_first_and_then_the_rest() -> None:
    marks = {"P1": Fraction(4)}
    rows = [case("a", 60, 40, score=5, partner_scores=marks), case("b", 50, 30, score=1, partner_scores=marks)]
    partners = [Partner("P1", 9_500)]
    plan = equal_shares(rows, partners, Caps(9_500), BARE)
    assert plan.amounts == {"a": 6_000, "b": 3_000}
    assert plan.payments == {"a": {"P1": 6_000}, "b": {"P1": 3_000}}


def test_budgets_are_the_frame_in_proportion() -> None:
    partners = [Partner("P1", 100), Partner("P2", 200), Partner("P3", 0)]
    plan = equal_shares([], partners, Caps(1_000), TERMS)
    assert plan.budgets == {"P1": Fraction(1_000, 3), "P2": Fraction(2_000, 3)}
    nobody = equal_shares([case("a", 1, partner_scores={"P3": Fraction(5)})], partners[2:], Caps(1_000), TERMS)
    assert (nobody.budgets, nobody.amounts, nobody.approvals) == ({}, {}, {"a": frozenset()})


def test_a_partner_approves_from_the_parameter_on() -> None:
    rows = [case("a", 1, partner_scores={"P1": Fraction(3), "P2": Fraction(299, 100), "P3": Fraction(5)})]
    partners = [Partner("P1", 1), Partner("P2", 1)]
    assert approvals(rows, partners, TERMS) == {"a": frozenset({"P1"})}
    assert approvals(rows, partners, replace(TERMS, approval=Fraction(2))) == {"a": frozenset({"P1", "P2"})}


def test_raised_budgets_reach_what_one_partner_alone_cannot() -> None:
    rows = [
        case("a", 110, partner_scores={"P1": Fraction(4)}),
        case("b", 70, partner_scores={"P2": Fraction(4)}),
        case("c", 90, partner_scores={"P1": Fraction(1)}),
    ]
    partners = [Partner("P1", 10_000), Partner("P2", 10_000)]
    plan = equal_shares(rows, partners, Caps(20_000), TERMS)
    assert (plan.raised, plan.completed) == (Fraction(1, 10), {})
    assert plan.amounts == {"a": 11_000, "b": 7_000}  # nobody approves c, whatever is left
    bare = equal_shares(rows, partners, Caps(20_000), BARE)
    assert (bare.raised, bare.completed, bare.amounts) == (0, {"a": 11_000}, plan.amounts)


def test_the_greedy_completion_asks_who_approves_most() -> None:
    two, one = {"P1": Fraction(4), "P2": Fraction(4)}, {"P1": Fraction(4)}
    rows = [case("a", 150, score=5, partner_scores=one), case("b", 190, score=1, partner_scores=two)]
    partners = [Partner("P1", 4_000), Partner("P2", 4_000), Partner("P3", 12_000)]
    plan = equal_shares(rows, partners, Caps(20_000), BARE)
    assert plan.amounts == plan.completed == {"b": 19_000}


@settings(max_examples=60)
@given(portfolios())
def test_payments_add_up_and_nobody_pays_more_than_its_budget(portfolio: Portfolio) -> None:
    rows, partners, caps = portfolio
    plan = equal_shares(rows, partners, caps, TERMS)
    own = bought(plan)
    assert {name: sum(parts.values()) for name, parts in plan.payments.items()} == own
    assert set(plan.amounts) <= {name for name, who in plan.approvals.items() if who}
    for name, budget in plan.budgets.items():
        assert sum(parts.get(name, Fraction(0)) for parts in plan.payments.values()) <= budget * (1 + plan.raised)
    for name, parts in plan.payments.items():
        assert set(parts) <= plan.approvals[name]
    assert sum(plan.budgets.values()) in (0, caps.frame)


@settings(max_examples=60)
@given(portfolios())
def test_the_frame_is_filled(portfolio: Portfolio) -> None:
    """Nothing that a partner approves still fits: the plan is exhaustive."""
    rows, partners, caps = portfolio
    amounts: Amounts = equal_shares(rows, partners, caps, TERMS).amounts
    approved = approvals(rows, partners, TERMS)
    for one in rows:
        for amount in (one.least, one.asked):
            if approved[one.id] and amount > amounts.get(one.id, 0):
                after = {**amounts, one.id: amount}
                over = sum(after.values()) > caps.frame or (caps.amount is not None and amount > caps.amount)
                over |= caps.share is not None and amount > caps.share * one.cost
                over |= any(sum(after.get(name, 0) for name in group.members) > group.room for group in caps.groups)
                assert over


@settings(max_examples=60)
@given(portfolios(8), st.integers(1, 20))
def test_a_partner_whose_cases_it_can_pay_gets_them(portfolio: Portfolio, units: int) -> None:
    """What a partner alone approves, and can pay for out of its own budget, is always in: nobody can outvote it."""
    rows, partners, caps = portfolio
    caps = replace(caps, frame=caps.frame + 12_345 * units, groups=(), amount=None, share=None)
    partners = [replace(partners[0], contributed=partners[0].contributed + 1), *partners[1:]]
    whole = sum(one.contributed for one in partners)
    budget = Fraction(caps.frame * partners[0].contributed, whole)
    wish = case("wish", 1, partner_scores={"P1": Fraction(5)})
    wish = replace(wish, asked=max(1, int(budget)), least=max(1, int(budget)), score=Fraction(0))
    others = [replace(one, partner_scores={**one.partner_scores, "P1": Fraction(0)}) for one in rows]
    if budget >= 1:
        assert "wish" in bought(equal_shares([*others, wish], partners, caps, BARE))


def test_300_cases_and_ten_partners_are_exact() -> None:
    rows, partners, caps = many(300, 4)
    plan = equal_shares(rows, partners, caps, TERMS)
    assert sum(sum(parts.values()) for parts in plan.payments.values()) == sum(bought(plan).values())
    assert sum(plan.budgets.values()) == caps.frame >= sum(plan.amounts.values())
