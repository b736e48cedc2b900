"""What is said about the plans: why a case is in or out, what it would take, how plans differ, the last krone's price.

Every sentence comes from ``data/text/portfolio.toml``. Cases and partners are named as the caller calls them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from data.phrases import Lang, say
from fund.plans.best_plan import BestPlan
from fund.plans.equal_shares import SharedPlan
from fund.plans.portfolio import Amounts, Caps, Case, Hindrance, Terms, hindrances, levels, shared
from fund.plans.three_plans import LastKrone, Plan, PlanName
from fund.plans.what_it_takes import Needed, NeededShares

Named = Callable[[str], str]
"""What a case or a partner is called, by its id."""


def kroner(amount: int) -> int:
    """Øre as whole kroner for a sentence, halves up; tables show the øre."""
    return (amount + 50) // 100


def about(name: PlanName, terms: Terms, lang: Lang) -> str:
    """What a plan maximises, or how it is made."""
    if name == "shares":
        return say("portfolio.plan.shares.aim", lang, approval=float(terms.approval))
    return say(f"portfolio.plan.{name}.aim", lang)


def status(plan: BestPlan, terms: Terms, lang: Lang) -> str:
    """Whether the plan is proven best, or how far from it the search stopped."""
    if plan.proven:
        return say("portfolio.status.proven", lang)
    if plan.gap is None or not plan.worth:
        return say("portfolio.status.cut_short_unknown", lang, seconds=terms.time_limit)
    percent = float(100 * plan.gap / plan.worth)
    return say("portfolio.status.cut_short", lang, seconds=terms.time_limit, percent=percent)


def why(name: PlanName, plan: Plan, case: Case, caps: Caps, terms: Terms, lang: Lang, called: Named = str) -> str:
    """Why ``case`` is in the plan, with which amount, or why it is out."""
    amount = plan.amounts.get(case.id, 0)
    if not amount:
        return _out(name, plan, case, caps, terms, lang)
    first = _in(name, case, amount, hindrances(case, case.asked, caps, plan.amounts), lang)
    return " ".join([first, *(_paid(plan, case, lang, called) if isinstance(plan, SharedPlan) else ())])


def _in(name: PlanName, case: Case, amount: int, barred: list[Hindrance], lang: Lang) -> str:
    if amount == case.asked:
        return say("portfolio.why.asked", lang, nok_amount=kroner(amount))
    if name == "value":
        return say("portfolio.why.least_is_enough", lang, nok_amount=kroner(amount))
    return say("portfolio.why.least", lang, nok_amount=kroner(amount), limit=limits(barred, lang))


def _out(name: PlanName, plan: Plan, case: Case, caps: Caps, terms: Terms, lang: Lang) -> str:
    wanted = levels(case, caps)
    least = wanted[0] if wanted else case.least or case.asked
    if not wanted:
        return say("portfolio.why.alone", lang, limit=limits(hindrances(case, least, caps, {}), lang))
    if isinstance(plan, SharedPlan):
        if not plan.approvals[case.id]:
            return say("portfolio.why.not_approved", lang, approval=float(terms.approval))
    elif name == "score" and not case.score:
        return say("portfolio.why.not_scored" if case.score is None else "portfolio.why.no_points", lang)
    elif name == "value" and case.value_added is None:
        return say("portfolio.why.no_estimate", lang)
    elif name == "value" and case.value_added and 100 * case.value_added.p50 <= least:
        return say("portfolio.why.no_gain", lang, nok_value=case.value_added.p50, nok_amount=kroner(least))
    barred = hindrances(case, least, caps, plan.amounts)
    return say("portfolio.why.beside", lang, limit=limits(barred, lang))


def _paid(plan: SharedPlan, case: Case, lang: Lang, called: Named) -> list[str]:
    """Who pays for a case in the plan of equal shares."""
    payers, completed = plan.payments.get(case.id, {}), plan.completed.get(case.id, 0)
    found = [say("portfolio.paid.by_partners", lang, partners=_listed(payers, called))] if payers else []
    return found + ([say("portfolio.paid.completed", lang, nok_amount=kroner(completed))] if completed else [])


def limits(barred: Iterable[Hindrance], lang: Lang) -> str:
    """The limits that are in the way, a sentence each; where none is, the search for the plan wasn't finished."""
    found = [
        say(
            f"portfolio.limit.{one.kind}",
            lang,
            name=one.name,
            nok_room=kroner(one.room),
            nok_needed=kroner(one.needed),
        )
        for one in barred
    ]
    return " ".join(found or [say("portfolio.limit.unfinished", lang)])


def takes(
    name: PlanName, needed: Needed, plan: BestPlan, case: Case, terms: Terms, lang: Lang, called: Named = str
) -> list[str]:
    """What it would take for ``case`` in a best plan, a sentence each."""
    if needed.alone:
        return [say("portfolio.why.alone", lang, limit=limits(needed.alone, lang))]
    inside = case.id in plan.amounts
    found = [(_score if name == "score" else _value)(needed, case, terms, lang, inside)]
    if not inside:
        found += _room(needed, lang)
        if needed.instead is not None and (out := _lowered(plan.amounts, needed.instead)):
            found.append(say("portfolio.needed.instead", lang, cases=_listed(out, called)))
    return found + ([] if needed.proven else [say("portfolio.needed.not_proven", lang)])


def _score(needed: Needed, case: Case, terms: Terms, lang: Lang, inside: bool) -> str:
    if needed.figure is None:
        return say("portfolio.needed.score_never", lang, top=float(terms.top_score))
    figure = math.ceil(100 * needed.figure) / 100  # a score just under it would not do
    if inside:
        return say("portfolio.needed.score_in", lang, figure=figure)
    if case.score is None:
        return say("portfolio.needed.score_unknown", lang, figure=figure)
    return say("portfolio.needed.score_out", lang, figure=figure, has=float(case.score))


def _value(needed: Needed, case: Case, _: Terms, lang: Lang, inside: bool) -> str:
    figure = math.ceil(needed.figure or 0)
    if inside:
        return say("portfolio.needed.value_in", lang, nok_figure=figure)
    if case.value_added is None:
        return say("portfolio.needed.value_unknown", lang, nok_figure=figure)
    return say("portfolio.needed.value_out", lang, nok_figure=figure, nok_has=case.value_added.p50)


def takes_in_shares(needed: NeededShares, lang: Lang, called: Named = str) -> list[str]:
    """What it would take for a case that equal shares left out, a sentence each."""
    if needed.alone:
        return [say("portfolio.why.alone", lang, limit=limits(needed.alone, lang))]
    if needed.each:
        first = say("portfolio.needed.each", lang, partners=_listed(needed.each, called))
    else:
        first = say("portfolio.needed.together" if needed.together else "portfolio.needed.not_together", lang)
    return [first, *_room(needed, lang)]


def _room(needed: Needed | NeededShares, lang: Lang) -> list[str]:
    if needed.more is None:
        return [limits((one for one in needed.beside if one.kind != "frame"), lang)]
    if not needed.more:
        return [say("portfolio.needed.room", lang)]
    return [say("portfolio.needed.more", lang, nok_more=kroner(needed.more))]


def last(name: PlanName, krone: LastKrone, here: Amounts, terms: Terms, lang: Lang, called: Named = str) -> list[str]:
    """What the last kroner of the frame buy, and what as many more would, a sentence each."""
    found = []
    if krone.price is not None:
        key = "portfolio.last.score" if name == "score" else "portfolio.last.value"
        found.append(say(key, lang, nok_step=kroner(krone.step), price=float(round(krone.price, 2))))
    below, above = _lowered(here, krone.less), _lowered(krone.more, here)
    key = "portfolio.last.lost" if below else "portfolio.last.lost_nothing"
    found.append(say(key, lang, nok_step=kroner(krone.step), cases=_listed(below, called)))
    key = "portfolio.last.gained" if above else "portfolio.last.gained_nothing"
    found.append(say(key, lang, nok_step=kroner(terms.step), cases=_listed(above, called)))
    return found + ([] if krone.proven else [say("portfolio.needed.not_proven", lang)])


def between(one: tuple[PlanName, Amounts], other: tuple[PlanName, Amounts], lang: Lang) -> str:
    """How much two plans have in common."""
    names = {"one": say(f"portfolio.plan.{one[0]}.name", lang), "other": say(f"portfolio.plan.{other[0]}.name", lang)}
    if dict(one[1]) == dict(other[1]):
        return say("portfolio.difference.equal", lang, **names)
    return say(
        "portfolio.difference.same",
        lang,
        nok_shared=kroner(shared(one[1], other[1])),
        nok_one=kroner(sum(one[1].values())),
        nok_other=kroner(sum(other[1].values())),
        **names,
    )


def caveats(name: PlanName, lang: Lang) -> list[str]:
    """What must stand beside a plan."""
    found = [say("portfolio.caveat.decision", lang)]
    if name == "value":
        found += [say("portfolio.caveat.sum_of_medians", lang), say("portfolio.caveat.not_a_return", lang)]
    return found


def _lowered(before: Amounts, after: Amounts) -> list[str]:
    """The cases that get less after than before."""
    return [name for name, amount in before.items() if after.get(name, 0) < amount]


def _listed(names: Iterable[str], called: Named) -> str:
    return ", ".join(called(name) for name in names)
