"""A file's answers, read by its mapping: what would be stored, with every fault by its cell.

A column's different values are few: each is read once, and the column follows. A value that can't be read is a fault
until a person says what it means, or that it is left out.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from data.audit import canonical
from data.faults import Fault, Faults
from data.xlsx import Uncalculated
from impact.register_reading import typed_date
from impact.survey.mapping import DAY, LEFT_OUT, ColumnMapping, blank_words, said, usual_words
from impact.survey.privacy import looks_personal
from impact.survey.questions import Answer, Question, Questionnaire, read_answer
from impact.survey.reading import Table
from impact.workbook_cells import ERRORS, shown_cell
from impact.workbook_fields import folded

MAX_FAULTS = 500
_MOMENT = re.compile(r"\s*(?:kl\.?|T|,)?\s*\d{1,2}[.:]\d{2}(?:[.:]\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?\Z")
"""A time of day after a date."""


@dataclass(frozen=True)
class Batch:
    """What a file's answers are, by question: one value a respondent, None where nothing was answered.

    ``days`` has the day of each answer where the file says it, else it is empty. ``rows`` are their rows in the table.
    ``unread`` are the values of each question that could not be read, folded, with how many have them; ``blank`` counts
    respondents who answered nothing, who are left out.
    """

    table: Table
    mapping: ColumnMapping
    answers: Mapping[str, Sequence[Answer | None]]
    days: Sequence[dt.date | None]
    rows: Sequence[int]
    faults: tuple[Fault, ...] = ()
    blank: int = 0
    unread: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def without(self, name: str) -> Batch:
        """The same with a question left out, and respondents who answered nothing else."""
        return _answered(replace(self, answers={one: values for one, values in self.answers.items() if one != name}))

    def documents(self) -> Iterator[str]:
        """The answers of each respondent as they are stored: JSON by question, what wasn't answered left out."""
        written = cache(canonical)
        columns = (_members(name, self.answers[name], written) for name in sorted(self.answers))
        return (f"{{{one[1:]}}}" for one in map("".join, zip(*columns, strict=True)))


@dataclass(frozen=True)
class PersonalCell:
    """A text that looks as if it tells who someone is: where it stands, and what was found in it."""

    name: str
    row: int
    place: str
    text: str
    kinds: tuple[str, ...]


def read_batch(table: Table, mapping: ColumnMapping, questionnaire: Questionnaire) -> Batch:
    """Every answer of the table as it is kept, with every fault by its cell (at most :data:`MAX_FAULTS`)."""
    reading = _Reading(table)
    answers: dict[str, Sequence[Answer | None]] = {
        one.name: reading.column(one.name, at, partial(reading.answer, one, mapping.values.get(one.name, {})))
        for one in questionnaire.questions
        if (at := mapping.columns.get(one.name)) is not None
    }
    days: Sequence[dt.date | None] = (
        reading.column(DAY, at, _day) if (at := mapping.columns.get(DAY)) is not None else ()
    )
    if not answers:
        reading.faults.append((0, 0, Fault(table.file, table.sheet, "", "survey_reading.no_columns")))
    batch = _answered(Batch(table, mapping, answers, days, range(len(table.rows)), unread=reading.unread))
    if answers and not len(batch) and not reading.faults:
        reading.faults.append((0, 0, Fault(table.file, table.sheet, "", "survey_reading.nothing_answered")))
    faults = tuple(fault for _, _, fault in sorted(reading.faults, key=lambda one: one[:2])[:MAX_FAULTS])
    return replace(batch, faults=faults)


def _answered(batch: Batch) -> Batch:
    """The same without respondents who answered nothing, who are counted."""
    silent: Collection[int] = range(len(batch))
    for values in batch.answers.values():
        silent = [row for row in silent if values[row] is None]
    if not silent:
        return batch
    left_out = frozenset(silent)
    kept = [row for row in range(len(batch)) if row not in left_out]
    return replace(
        batch,
        answers={name: [values[row] for row in kept] for name, values in batch.answers.items()},
        days=[batch.days[row] for row in kept] if batch.days else (),
        rows=[batch.rows[row] for row in kept],
        blank=batch.blank + len(left_out),
    )


def personal_cells(batch: Batch, questionnaire: Questionnaire) -> list[PersonalCell]:
    """The texts that look as if they tell who someone is, in the order of the file."""
    found = []
    for question in questionnaire.questions:
        if question.kind != "text" or question.name not in batch.answers:
            continue
        texts = batch.answers[question.name]
        kinds = {text: looks_personal(str(text)) for text in set(texts) - {None}}
        at = batch.mapping.columns[question.name]
        for row, text in enumerate(texts):
            if text is not None and kinds[text]:
                place = batch.table.place(batch.rows[row], at)
                found.append(PersonalCell(question.name, row, place, str(text), kinds[text]))
    return found


def leave_out(batch: Batch, cells: Sequence[PersonalCell]) -> Batch:
    """The same without those texts; all else that their respondents answered stays, and who has nothing else goes."""
    answers = {name: list(values) for name, values in batch.answers.items()}
    for one in cells:
        answers[one.name][one.row] = None
    return _answered(replace(batch, answers=answers))


class _Reading:
    """One reading of one table. ``faults`` have their row and column."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.read: dict[Any, Answer] = {}
        self.faults: list[tuple[int, int, Fault]] = []
        self.unread: dict[str, list[tuple[str, int]]] = {}

    def column(self, name: str, at: int, read: Callable[[Any], Any]) -> list[Any]:
        """A column read value by value: each different one once."""
        cells, rows = self.table.different(at)
        values: list[Any] = []
        wrong: dict[int, tuple[Fault, ...]] = {}
        for number, cell in enumerate(cells):
            try:
                values.append(read(cell))
            except Faults as found:
                values.append(None)
                wrong[number] = found.faults
        if wrong:
            self._wrong(name, at, cells, rows, wrong)
        return list(map(values.__getitem__, rows))

    def answer(self, question: Question, given: Mapping[str, str], cell: Any) -> Answer | None:
        """What a cell answers; a number is read once for all questions bounded alike. Raises :class:`Faults`."""
        alike = (question.kind, question.low, question.high, question.unit, cell)
        if not given and (before := self.read.get(alike)) is not None:
            return before
        text = cell.strip() if type(cell) is str else said(cell)
        if not text:
            return None
        _whole(cell)
        free = question.kind == "text"
        if given or not free:
            key = folded(text)
            if (meant := given.get(key)) is not None:
                return None if meant == LEFT_OUT else read_answer(question, meant, "nb")
            if not free and key in blank_words():
                return None
        if free:
            return read_answer(question, text, "nb")
        if question.codes:
            raise _fault(cell, "not_mapped")
        if isinstance(cell, dt.date | dt.time | dt.timedelta | bool):
            raise _fault(cell, "not_a_number")
        found = self.read[alike] = read_answer(question, _bare(text) if isinstance(cell, str) else text, "nb")
        return found

    def _wrong(
        self, name: str, at: int, cells: list[Any], rows: list[int], wrong: Mapping[int, tuple[Fault, ...]]
    ) -> None:
        places = [(row, number) for row, number in enumerate(rows) if number in wrong]
        self.unread[name] = Counter(folded(said(cells[number])) for _, number in places).most_common()
        for row, number in places[:MAX_FAULTS]:
            place = self.table.place(row, at)
            self.faults += [(row, at, replace(one, file=self.table.file, place=place)) for one in wrong[number]]


def _bare(text: str) -> str:
    """A number without the unit after it, and without words before it that say that it is roughly so."""
    if text.isdecimal():
        return text
    about, unit = _around()
    return unit.sub("", about.sub("", text))


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    about, units = (
        "|".join(sorted(map(re.escape, usual_words()[name]), key=len, reverse=True)) for name in ("about", "units")
    )
    return (
        re.compile(rf"\A(?:{about})\.?\s*(?=\d)", re.IGNORECASE),
        re.compile(rf"(?<=[\d\s])\s*(?:{units})\.?\Z", re.IGNORECASE),
    )


def _whole(cell: Any) -> None:
    """Raise where a cell has no content of its own."""
    if isinstance(cell, Uncalculated):
        raise _fault(cell, "uncalculated")
    if isinstance(cell, str) and cell in ERRORS:
        raise _fault(cell, "error_cell")


def _day(cell: Any) -> dt.date | None:
    """The day that a cell says, without its time of day, which could tell who. Raises :class:`Faults`."""
    _whole(cell)
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = said(cell)
    if not text or folded(text) in blank_words():
        return None
    if (day := typed_date(_MOMENT.sub("", text))) is None:
        raise _fault(cell, "not_a_day")
    return day


def _fault(cell: Any, code: str, **figures: Any) -> Faults:
    return Faults([Fault("", "", shown_cell(cell), f"survey_reading.{code}", figures)])


def _members(name: str, values: Sequence[Answer | None], written: Callable[[Any], str]) -> list[str]:
    """Each value of a question as a member of a JSON object with a comma before it, "" where there is none."""
    key = json.dumps(name)
    text = {one: "" if one is None else f",{key}:{written(one)}" for one in set(values)}
    return list(map(text.__getitem__, values))
