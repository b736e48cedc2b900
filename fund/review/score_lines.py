"""What each scorer gave each case on each criterion, with the reason: the whole of a call's scoring, line by line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.permission import Actor, require
from data.phrases import Lang
from data.store import Store
from fund.deadlines import clock
from fund.intake.calls import call_at, call_scheme
from fund.review.ranking import shut_because, undecided
from fund.review.scores import scores_at


@dataclass(frozen=True)
class ScoreLine:
    """One person's points on one criterion of a case; None for not applicable. ``weight`` is percent of the whole."""

    application: int
    number: str
    title: str
    account: str
    criterion: tuple[str, str]
    weight: float
    points: int | None
    reason: str

    def criterion_name(self, lang: Lang) -> str:
        return self.criterion[0 if lang == "nb" else 1]


def score_lines(store: Store, actor: Actor, call: int, *, at: dt.datetime | None = None) -> list[ScoreLine]:
    """Every score that counts in a call's undecided cases, by case, person, and criterion in the scheme's order.

    Needs ``case.read``. The cases that :func:`fund.review.ranking.rank` hides from who asks are left out, and so are
    others' scores of a case that the asker is still to score. Raises LookupError where there is no such call.
    """
    require(actor, "case.read")
    moment = clock(at)
    with store.read() as db:
        call_at(db, call)
        scheme = call_scheme(db, call)
        names = {one.key: (one.words.nb, one.words.en) for one in scheme.criteria}
        order = list(names)
        found = []
        for one in undecided(db, call, moment):
            if shut_because(db, actor, one, scheme):
                continue
            for score in sorted(scores_at(db, one.id), key=lambda each: (each.account, order.index(each.criterion))):
                weight = float(100 * scheme.weights[score.criterion])
                about = one.id, str(one.number), one.title, score.account, names[score.criterion]
                found.append(ScoreLine(*about, weight, score.points, score.reason))
        return found
