"""What residents and businesses answered, question by question: how many chose what, with the range of each share.

Those who answered aren't drawn by lot, and no answer is weighed: a share is of those who answered. Its range is
Wilson's score interval at 95 % (Wilson 1927, Journal of the American Statistical Association 22), which holds for few
answers too. Where fewer than ``survey.fewest_answers`` answered, nothing is told: it could tell about single persons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import pandas as pd

from data.dated import Parameters
from data.permission import Actor
from data.store import Store
from impact.parameter_values import known_parameters
from impact.survey.answers import answer_frame
from impact.survey.questions import Question
from impact.survey.surveys import get_survey

_Z = NormalDist().inv_cdf(0.975)
AGREE = 4.0
"""From this step on the scale from 1 to 5 on, people agree."""


@dataclass(frozen=True)
class Share:
    """How many of ``n`` it was, and the ends of the share's range."""

    count: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.n


@dataclass(frozen=True)
class Tally:
    """The answers to one question. ``shares`` by code; ``quartiles`` are of numbers: (25 %, 50 %, 75 %).

    Both are empty where fewer than ``fewest`` answered.
    """

    question: Question
    n: int
    shares: dict[str, Share]
    quartiles: tuple[float, ...] = ()


@dataclass(frozen=True)
class Tallies:
    """A survey's answers, question by question, texts left out.

    ``proud_absent`` is the share of residents who weren't there and are proud (SO-CE2.2); None where it isn't asked or
    too few said.
    """

    fewest: int
    questions: tuple[Tally, ...]
    proud_absent: Share | None


def read_tallies(store: Store, actor: Actor, id: int) -> Tallies:
    """The tallies of a survey. Raises LookupError and Refused as :func:`impact.survey.surveys.get_survey` does."""
    survey = get_survey(store, actor, id)
    frame = answer_frame(store, survey)
    fewest = int(Parameters(known_parameters(store), survey.closes).number("survey.fewest_answers"))
    asked = [one for one in survey.questionnaire.questions if one.kind != "text"]
    counted = tuple(_tally(one, frame[one.name], fewest) for one in asked)
    absent = None
    if {"attended", "proud"} <= set(frame.columns):
        proud = frame.loc[frame["attended"] == "no", "proud"].dropna()
        absent = share_of(int((proud >= AGREE).sum()), len(proud)) if len(proud) >= fewest else None
    return Tallies(fewest, counted, absent)


def share_of(count: int, n: int) -> Share:
    """A share with Wilson's score interval at 95 %."""
    p, z2 = count / n, _Z**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n**2))
    return Share(count, n, max(0.0, middle - half), min(1.0, middle + half))


def _tally(question: Question, answers: pd.Series, fewest: int) -> Tally:
    told = answers.dropna()
    if len(told) < fewest:
        return Tally(question, len(told), {})
    if not question.codes:
        return Tally(question, len(told), {}, tuple(float(one) for one in told.quantile([0.25, 0.5, 0.75])))
    given = told.map(lambda one: str(int(one)) if question.kind == "scale" else one)
    shares = {code: share_of(int((given == code).sum()), len(told)) for code in question.codes}
    return Tally(question, len(told), shares)
