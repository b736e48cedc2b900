"""Which column of a file answers which question, and what each value in it means: suggested, for a person to look over.

Nothing is guessed in silence: what a heading or a value is taken for is shown before anything is read by it, and what
can't be told stays open.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from data.audit import canonical
from data.faults import Fault, Faults
from impact.reference import reference_in
from impact.survey.privacy import looks_personal
from impact.survey.questions import Question, Questionnaire
from impact.survey.reading import HEAD_ROWS, Rows, Table, table_of
from impact.workbook_cells import cell_text
from impact.workbook_fields import folded

WORDS = Path(__file__).parents[2] / "data" / "survey_words.toml"
DAY = "day"
"""What a column is for that says on which day someone answered."""
LEFT_OUT = ""
"""What a value means that counts as not answered."""
SHEETS = 20
"""Sheets that are looked through for answers."""
LONGEST = 200
"""Signs of a value that is kept for the next file of the same make."""
ENOUGH = 5
"""Headings that are known; a row with so many is looked no further for."""
MOST_VALUES = 100
"""Different values of a question with options; more, and the column is another question's."""
_NUMBERED = re.compile(r"\A(?:[qs]?\d{1,3}[a-z]?\s*[.:)\-–]\s*)+|[\s*:?]+\Z", re.IGNORECASE)
"""The number before a question and the signs after it, as survey programs write them."""
_ANYHOW = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class ColumnMapping:
    """How one make of file is read.

    ``columns`` is the column (from 0) by question, :data:`DAY` among them. ``values`` says by question what a value
    means, as it stands in the file, case and spaces aside: a code, a number as people type it, or :data:`LEFT_OUT`.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def stored(self) -> str:
        """As JSON in one form, without values that are long or look as if they tell who someone is."""
        values = {
            name: {text: code for text, code in one.items() if len(text) <= LONGEST and not looks_personal(text)}
            for name, one in self.values.items()
            if name in self.columns
        }
        return canonical({"columns": dict(self.columns), "values": values})


def mapping_of(stored: str, questionnaire: Questionnaire, table: Table) -> ColumnMapping:
    """A stored mapping, without what this questionnaire or this table doesn't have."""
    held = json.loads(stored)
    names = {*questionnaire.names, DAY}
    return ColumnMapping(
        {name: at for name, at in held["columns"].items() if name in names and 0 <= at < len(table.headings)},
        {name: dict(one) for name, one in held["values"].items() if name in questionnaire.names},
    )


# -- suggestions


def find_table(name: str, sheets: Mapping[str, Rows], questionnaire: Questionnaire) -> Table:
    """The sheet and the row of headings that look most like the questionnaire; else the first sheet's first wide row.

    Raises :class:`Faults` where no sheet has answers below headings.
    """
    best: tuple[int, int, int, str, int] | None = None
    for place, (sheet, rows) in enumerate(islice(sheets.items(), SHEETS)):
        for head, row in enumerate(rows[:HEAD_ROWS], 1):
            texts = [cell_text(one) for one in row]
            filled = sum(map(bool, texts))
            if not filled or head == len(rows):
                continue
            known = len(suggest_columns(texts, questionnaire))
            found = (known, min(filled, 2), -place * HEAD_ROWS - head, sheet, head)
            best = found if best is None or found[:3] > best[:3] else best
            if known >= ENOUGH:
                break
    if best is None:
        raise Faults([Fault(name, "", "", "survey_reading.no_answers", {"head": 1})])
    return table_of(name, best[3], sheets[best[3]], best[4])


def suggest_columns(headings: Sequence[str], questionnaire: Questionnaire) -> dict[str, int]:
    """The column of each question whose name, words or usual headings one has; the surest first, no column twice."""
    plain = [_plain(one) for one in headings]
    scored = [
        (score, -at, name)
        for at, heading in enumerate(plain)
        if heading and not heading.isdecimal()
        for name, wholes, parts in _asked(questionnaire)
        if (score := _likeness(heading, wholes, parts))
    ]
    found: dict[str, int] = {}
    for _, minus, name in sorted(scored, reverse=True):
        if name not in found and -minus not in found.values():
            found[name] = -minus
    return found


def suggest(table: Table, questionnaire: Questionnaire, host: str = "") -> ColumnMapping:
    """The columns and the values as far as they can be told; ``host`` is the code of the event's municipality."""
    columns = suggest_columns(table.headings, questionnaire)
    return with_values(table, ColumnMapping(columns), questionnaire, host)


def with_values(table: Table, mapping: ColumnMapping, questionnaire: Questionnaire, host: str = "") -> ColumnMapping:
    """``mapping`` with suggestions for values that it says nothing of. ``host`` as in :func:`suggest`."""
    places = _homes(host)
    values = {name: dict(one) for name, one in mapping.values.items()}
    for question in questionnaire.questions:
        if not question.codes or question.name not in mapping.columns:
            continue
        own = values.setdefault(question.name, {})
        for text, _ in different(table, mapping.columns[question.name])[:MOST_VALUES]:
            if text in own:
                continue
            code = places.get(text, _code(question, text)) if question.name == "home" else _code(question, text)
            if code in (*question.codes, LEFT_OUT):
                own[text] = str(code)
    return ColumnMapping(mapping.columns, values)


def different(table: Table, column: int) -> list[tuple[str, int]]:
    """A column's different values, folded, and how many have each, the most usual first; blank ones left out."""
    count: Counter[str] = Counter()
    cells, rows = table.different(column)
    for at, number in Counter(rows).items():
        if text := folded(said(cells[at])):
            count[text] += number
    return count.most_common()


def said(cell: Any) -> str:
    """A cell as text; a number as it is typed so that it reads as itself: 1.234 is ``1,2340``, not 1 234."""
    if isinstance(cell, float) and not cell.is_integer():
        whole, _, decimals = f"{cell:.6f}".rstrip("0").partition(".")
        return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return cell_text(cell)


@cache
def usual_words() -> dict[str, Any]:
    """What files of answers call things: ``data/survey_words.toml``."""
    with WORDS.open("rb") as stream:
        return tomllib.load(stream)


@cache
def blank_words() -> frozenset[str]:
    """Values that mean that nothing was answered, folded."""
    return frozenset(usual_words()["blank"])


@cache
def _homes(host: str) -> dict[str, str]:
    """What the name of a municipality of the region is as a home: the event's own, or another of the region."""
    names = reference_in().municipalities if host else {}
    return {folded(name): "host" if code == host else "region" for code, name in names.items()}


def _plain(text: str) -> str:
    return " ".join(_ANYHOW.sub(" ", _NUMBERED.sub("", text)).casefold().split())


_Asked = tuple[str, frozenset[str], tuple[str, ...]]


@cache
def _asked(questionnaire: Questionnaire) -> tuple[_Asked, ...]:
    """By question: what a heading is as a whole, and what it may hold."""
    usual = usual_words()["headings"]
    asked: list[_Asked] = []
    for one in questionnaire.questions:
        parts = tuple(map(_plain, usual.get(one.name, ())))
        asked.append(
            (one.name, frozenset({_plain(one.name), _plain(one.words.nb), _plain(one.words.en), *parts}), parts)
        )
    days = tuple(map(_plain, usual[DAY]))
    return (*asked, (DAY, frozenset(days), days))


def _likeness(heading: str, wholes: frozenset[str], parts: tuple[str, ...]) -> int:
    """How sure it is that a heading is a question's: 0 not at all, 1 000 where it is the question as it stands."""
    if heading in wholes:
        return 1000
    if len(heading) >= 12 and any(
        one.startswith(heading) or heading.startswith(one) for one in wholes if len(one) >= 12
    ):
        return 900
    within = f" {heading} "
    return max((len(one) for one in parts if f" {one} " in within), default=0)


def _code(question: Question, text: str) -> str | None:
    """The option that a value is, as far as it can be told; None where it can't."""
    if text in blank_words() and text not in question.codes:
        return LEFT_OUT
    whole = {folded(words): one.value for one in question.options for words in (one.value, one.words.nb, one.words.en)}
    if text in whole:
        return whole[text]
    if question.kind == "scale":
        return _step(question, text)
    usual: Mapping[str, list[str]] = usual_words()["options"].get(question.name, {})
    found = [
        (len(word), code)
        for code, words in usual.items()
        for word in words
        if code in question.codes and (text == word or re.match(rf"{re.escape(word)}\b", text))
    ]
    return max(found)[1] if found else None


def _step(question: Question, text: str) -> str | None:
    """The step of a scale: its number, or a number with words after it as «5 – helt enig», or the words of an end."""
    if (number := re.match(r"(\d{1,2})(?:\.0+)?(?:\s*[-–=:.)(]\s*\D.*)?\Z", text)) and number[1] in question.codes:
        return number[1]
    ends = dict(zip(question.ends, (question.codes[0], question.codes[-1]), strict=True))
    return next((code for words, code in ends.items() if text in (folded(words.nb), folded(words.en)) and text), None)
