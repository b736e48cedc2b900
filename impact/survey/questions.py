"""What is asked after an event: the questionnaires of ``data/questionnaires``, and how an answer is read.

    asked = questionnaire("visitor")
    answers = read_answers(asked, {"role": "spectator", "home": "norway", "days": "2"}, "nb")

An answer is kept by the question's name: a code (choice), a whole number (whole, scale), a number (number, kroner for
amount) or text. What wasn't answered isn't there: missing is not zero.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from data.faults import Fault, Faults, shown
from data.phrases import Lang
from data.typed import read_amount
from impact.reference import reference_in
from impact.trade_map import read_trades

FOLDER = Path(__file__).parents[2] / "data" / "questionnaires"
SurveyKind = Literal["visitor", "resident", "business"]
KINDS: tuple[SurveyKind, ...] = get_args(SurveyKind)
QuestionKind = Literal["choice", "whole", "number", "amount", "scale", "text"]
QUESTION_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
Answer = str | int | float
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    nb: str = ""
    en: str = ""

    def text(self, lang: Lang) -> str:
        return self.nb if lang == "nb" else self.en


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from: its code and its words."""

    value: str
    words: Words

    def text(self, lang: Lang) -> str:
        return self.words.text(lang)


@dataclass(frozen=True)
class Part:
    """Questions that stand together under a heading."""

    name: str
    words: Words
    hints: Words

    def text(self, lang: Lang) -> str:
        return self.words.text(lang)

    def hint(self, lang: Lang) -> str:
        return self.hints.text(lang)


@dataclass(frozen=True)
class Question:
    """One question. ``low`` and ``high`` bound a number, and ``high`` the signs of a text; ``unit`` is kr, % or km.

    ``ends`` are the words at the two ends of a scale. ``code`` is the OECD's or ASOIF's of the indicator that is made
    from it, "" where none applies.
    """

    name: str
    part: str
    kind: QuestionKind
    words: Words
    hints: Words
    required: bool
    low: float | None
    high: float | None
    unit: str
    code: str
    options: tuple[Option, ...]
    ends: tuple[Words, Words]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """What may be chosen: the codes of a choice, the steps of a scale; () for what is typed."""
        if self.kind == "scale" and self.low is not None and self.high is not None:
            return tuple(str(step) for step in range(int(self.low), int(self.high) + 1))
        return tuple(one.value for one in self.options)

    def text(self, lang: Lang) -> str:
        return self.words.text(lang)

    def hint(self, lang: Lang) -> str:
        return self.hints.text(lang)

    def option(self, value: str, lang: Lang) -> str:
        """The words of a code; the code itself where it is none of the options."""
        return next((one.text(lang) for one in self.options if one.value == value), value)


@dataclass(frozen=True)
class Questionnaire:
    """The questions to one kind of people, in the order in which they are asked.

    ``open_days`` is for how many days after an event they are asked unless others are chosen.
    """

    kind: SurveyKind
    open_days: int
    titles: Words
    leads: Words
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_name(self) -> dict[str, Question]:
        return {one.name: one for one in self.questions}

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.questions)

    def text(self, lang: Lang) -> str:
        return self.titles.text(lang)

    def lead(self, lang: Lang) -> str:
        return self.leads.text(lang)

    def of(self, part: Part) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.part == part.name)


@cache
def questionnaire(kind: str) -> Questionnaire:
    """The questionnaire of ``data/questionnaires``. Raises LookupError for a kind that isn't there."""
    if kind not in KINDS:
        raise LookupError(f"no questionnaire {kind}")
    with (FOLDER / f"{kind}.toml").open("rb") as stream:
        written = tomllib.load(stream)
    return Questionnaire(
        kind=written["kind"],
        open_days=written["open_days"],
        titles=Words(**written["title"]),
        leads=Words(**written["lead"]),
        parts=tuple(Part(one["name"], _words(one), _words(one, "hint_")) for one in written["part"]),
        questions=tuple(_question(one) for one in written["question"]),
    )


def read_answers(asked: Questionnaire, given: Mapping[str, str], lang: Lang) -> Answers:
    """The answers as they are kept, from what was typed or chosen (codes), by question; blank is not answered.

    Raises :class:`Faults` with every fault, each placed by the question's words in ``lang`` and with its name among the
    figures as ``question``. Names that are no question's are faults as well.
    """
    answers: Answers = {}
    faults = [
        Fault("", shown(name), "", "survey.no_such_question", {"question": name}) for name in given.keys() - asked.names
    ]
    for question in asked.questions:
        text = given.get(question.name, "").strip()
        try:
            if text:
                answers[question.name] = read_answer(question, text, lang)
            elif question.required:
                raise _fault(question, "", "missing", lang)
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    return answers


def read_answer(question: Question, text: str, lang: Lang) -> Answer:
    """One answer as it is kept. Raises :class:`Faults`; see :func:`read_answers`."""
    if question.kind == "text":
        text = _cleaned(text)
        if question.high is not None and len(text) > question.high:
            raise _fault(question, text, "too_long", lang, limit=int(question.high), signs=len(text))
        return text
    if question.codes:
        if text not in question.codes:
            raise _fault(question, text, "not_an_option", lang)
        return int(text) if question.kind == "scale" else text
    return _number(question, text, lang)


def _number(question: Question, text: str, lang: Lang) -> int | float:
    try:
        typed = read_amount(text.removesuffix(question.unit))
    except Faults as found:
        if found.faults[0].code == "typed.not_a_number":  # which would say that a range may be typed
            raise _fault(question, text, "not_a_number", lang) from None
        figures = {**found.faults[0].figures, "question": question.name}
        raise Faults([Fault("", question.text(lang), shown(text), found.faults[0].code, figures)]) from None
    value = int(typed) if typed == int(typed) else float(typed)
    if question.kind == "whole" and not isinstance(value, int):
        raise _fault(question, text, "not_whole", lang)
    if question.low is not None and value < question.low:
        raise _fault(question, text, "too_low", lang, low=question.low)
    if question.high is not None and value > question.high:
        raise _fault(question, text, "too_high", lang, high=question.high)
    return value


def _cleaned(text: str) -> str:
    """``text`` with plain line breaks, and without signs that a workbook can't hold."""
    if text.isprintable():
        return text
    return "\n".join("".join(sign if sign.isprintable() else " " for sign in line) for line in text.splitlines())


def _fault(question: Question, text: str, code: str, lang: Lang, **figures: Any) -> Faults:
    figures["question"] = question.name
    return Faults([Fault("", question.text(lang), shown(text), f"survey.{code}", figures)])


def _words(row: Mapping[str, Any], prefix: str = "") -> Words:
    return Words(row.get(f"{prefix}nb", ""), row.get(f"{prefix}en", ""))


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        name=row["name"],
        part=row["part"],
        kind=row["kind"],
        words=_words(row),
        hints=_words(row, "hint_"),
        required=row.get("required", False),
        low=row.get("low"),
        high=row.get("high"),
        unit=row.get("unit", ""),
        code=row.get("code", ""),
        options=_options(row),
        ends=(_words(row, "low_"), _words(row, "high_")),
    )


def _options(row: Mapping[str, Any]) -> tuple[Option, ...]:
    """The options as they are written, or the municipalities of the region or the trades."""
    match row.get("from"):
        case "municipalities":
            return tuple(Option(code, Words(name, name)) for code, name in reference_in().municipalities.items())
        case "trades":
            return tuple(Option(one.code, Words(one.nb, one.en)) for one in read_trades().every)
    return tuple(Option(one["value"], _words(one)) for one in row.get("options", ()))
