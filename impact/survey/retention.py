"""Free text in answers goes when its time has come; what was chosen and counted stays."""

from __future__ import annotations

from functools import cache
from typing import Any

from data.retention import Rule
from data.store import Write
from impact.survey.questions import KINDS, questionnaire


def _count(db: Any, before: str) -> int:
    found = 0
    for kind, where, _ in _texts():
        found += db.execute(f"SELECT count(*) FROM survey_answer WHERE {where}", [before, kind]).fetchone()[0]
    return found


def _empty(write: Write, before: str) -> None:
    for kind, where, paths in _texts():
        sql = f"UPDATE survey_answer SET answers = json_remove(answers, {paths}) WHERE {where}"
        write.db.conn.execute(sql, (before, kind))


@cache
def _texts() -> tuple[tuple[str, str, str], ...]:
    """For each kind of survey with free text: the kind, which answers hold any, and the paths of the texts."""
    found = []
    for kind in KINDS:
        paths = [f"'$.{one.name}'" for one in questionnaire(kind).questions if one.kind == "text"]
        if paths:
            held = " OR ".join(f"json_type(answers, {path}) IS NOT NULL" for path in paths)
            where = f"day < ? AND survey IN (SELECT id FROM survey WHERE kind = ?) AND ({held})"
            found.append((kind, where, ", ".join(paths)))
    return tuple(found)


SURVEY_TEXT = Rule("survey_text", "survey_text_kept", _count, _empty)
