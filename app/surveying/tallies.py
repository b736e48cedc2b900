"""What residents and businesses answered, on the page of surveys: a small table a question, texts left out."""

from __future__ import annotations

from app import layout
from app.tables import Cell, Column, table
from app.visit import Visit
from data.numbers import HARD_SPACE, number, percent
from impact.survey.questions import Question
from impact.survey.surveys import Survey
from impact.survey.tallies import Tally, read_tallies


def tallies(visit: Visit, survey: Survey) -> None:
    """Every question with its answers, and what keeps them from being figures for everyone."""
    found = read_tallies(visit.store, visit.actor, survey.id)
    layout.subsection(visit.say("surveys_page.tally.title"))
    if found.proud_absent:
        share = found.proud_absent
        said = {name: percent(getattr(share, name), visit.lang) for name in ("share", "low", "high")}
        layout.sentence(visit.say("surveys_page.tally.proud_absent", n=share.n, **said))
    for one in found.questions:
        _one(visit, one, found.fewest)
    layout.text(visit.say("surveys_page.tally.how"), small=True)


def _one(visit: Visit, tally: Tally, fewest: int) -> None:
    say, lang, question = visit.say, visit.lang, tally.question.text(visit.lang)
    if tally.shares:
        names = ("count", "share", "range")
        columns: list[Column | str] = [
            say("surveys_page.tally.answer"),
            *(Column(say(f"surveys_page.tally.{one}"), number=True) for one in names),
        ]
        body: list[list[Cell]] = [
            [
                _option(visit, tally.question, code),
                number(share.count, lang),
                percent(share.share, lang),
                f"{number(100 * share.low, lang)}–{percent(share.high, lang)}",
            ]
            for code, share in tally.shares.items()
        ]
        table(say("surveys_page.tally.caption", question=question, n=tally.n), columns, body)
    elif tally.quartiles:
        low, middle, high = (_figure(visit, tally.question, one) for one in tally.quartiles)
        layout.text(say("surveys_page.tally.numbers", question=question, low=low, middle=middle, high=high, n=tally.n))
    else:
        layout.text(say("surveys_page.tally.few", question=question, n=tally.n, fewest=fewest), small=True)


def _option(visit: Visit, question: Question, code: str) -> str:
    """The words of a code; the steps at the ends of a scale with theirs."""
    ends = {question.codes[0]: question.ends[0], question.codes[-1]: question.ends[1]}
    if question.kind == "scale" and code in ends:
        return visit.say("surveys_page.tally.step", step=code, words=ends[code].text(visit.lang))
    return question.option(code, visit.lang)


def _figure(visit: Visit, question: Question, value: float) -> str:
    written = number(value, visit.lang, 0 if value == int(value) else 1)
    return f"{written}{HARD_SPACE}{question.unit}".strip()
