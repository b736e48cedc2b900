"""Reading in 50 000 survey answers of 60 columns against reading the file alone: ``benchmarks/survey_import.py``.

Prints ``name ratio limit`` for a workbook and for a text file, and exits 1 above a limit. Reading alone is the same
reader, calamine for the workbook and Python's csv for the text, from the same bytes in memory, every cell. The import:
the file checked and read, columns and values suggested, every answer validated, texts looked through for personal data,
and all stored in one transaction on disk. Processor time, the least of several repetitions, taken in turn.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from data.permission import Actor  # noqa: E402
from data.store import Store, open_store  # noqa: E402
from impact.register import create_event  # noqa: E402
from impact.survey.batch import personal_cells, read_batch  # noqa: E402
from impact.survey.mapping import find_table, suggest  # noqa: E402
from impact.survey.questions import Question, questionnaire  # noqa: E402
from impact.survey.reading import read_answer_file  # noqa: E402
from impact.survey.storing import digest, store_batch  # noqa: E402
from impact.survey.surveys import make_survey  # noqa: E402

ANSWERS, COLUMNS, REPETITIONS = 50_000, 60, 3
LIMIT = 3.0
OFFICER = Actor("account:1", frozenset({"officer"}))
VISITOR = questionnaire("visitor")
DAY = dt.date(2025, 3, 1)


def answer(question: Question, number: int, chance: random.Random) -> Any:
    """An invented answer as files have it: one in ten is blank, amounts are many, every text is its own."""
    if chance.random() < 0.1:
        return None
    if question.options:
        return chance.choice(question.options).words.nb
    if question.kind == "text":
        return f"Fint arrangement, men køen til bussen var lang på dag {number}"
    if question.kind == "amount":
        return chance.randint(0, 5_000)
    return chance.randint(int(question.low or 0), int(min(question.high or 10, 60)))


def rows() -> list[list[Any]]:
    """Headings, and as many answers as columns allow; columns beyond the questionnaire's are not read in."""
    chance = random.Random(7)
    rest = COLUMNS - len(VISITOR.questions)
    heads = [one.words.nb for one in VISITOR.questions] + [f"Kolonne {number}" for number in range(rest)]
    others = ["Svært enig", "Enig", "Uenig", 3, 17, 250, None, 4.5]
    return [heads] + [
        [answer(one, number, chance) for one in VISITOR.questions] + [chance.choice(others) for _ in range(rest)]
        for number in range(ANSWERS)
    ]


def files() -> dict[str, bytes]:
    made, book = rows(), openpyxl.Workbook(write_only=True)
    sheet, stream, text = book.create_sheet("Svar"), io.BytesIO(), io.StringIO(newline="")
    for row in made:
        sheet.append(row)
    book.save(stream)
    csv.writer(text, delimiter=";").writerows(made)
    return {"xlsx": stream.getvalue(), "csv": text.getvalue().encode("utf-8-sig")}


def read_workbook(content: bytes) -> int:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return len(book.get_sheet_by_index(0).to_python(skip_empty_area=False))


def read_text(content: bytes) -> int:
    return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")))


def imported(store: Store, survey: int, name: str, content: bytes) -> int:
    found = find_table(name, read_answer_file(name, content), VISITOR)
    batch = read_batch(found, suggest(found, VISITOR, "5001"), VISITOR)
    assert not batch.faults, batch.faults[0].line("en")
    assert not personal_cells(batch, VISITOR)
    store_batch(store, OFFICER, survey, digest(content), batch)
    return len(batch)


def seconds(act: Callable[[], int]) -> float:
    gc.collect()
    start = time.process_time()
    assert act() >= ANSWERS
    return time.process_time() - start


def main() -> int:
    over = 0
    alone = {"xlsx": read_workbook, "csv": read_text}
    for kind, content in files().items():
        ours, theirs = [], []
        for _ in range(REPETITIONS):
            with tempfile.TemporaryDirectory() as folder, open_store(folder) as store:
                event = create_event(store, OFFICER, {"event": {"name_nb": "Eksempelcup"}})
                survey = make_survey(store, OFFICER, event, "visitor", DAY, DAY)
                ours.append(seconds(lambda: imported(store, survey, f"svar.{kind}", content)))  # noqa: B023
            theirs.append(seconds(lambda: alone[kind](content)))  # noqa: B023
        ratio = min(ours) / min(theirs)
        print(f"# {kind}: {min(ours):.2f} s against {min(theirs):.2f} s", file=sys.stderr)
        print(f"survey_import_per_read_{kind} {ratio:.2f} {LIMIT:g}")
        over += ratio > LIMIT
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
