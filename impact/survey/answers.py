"""Answers to a survey: taken from anyone while it is open, and given to those who may write surveys.

Nothing tells who answered or when within the day: an answer has a number that is drawn, the audit says only that the
survey got one more, and what keeps a form from counting twice or a sender from filling a survey is kept apart from the
answers and forgotten after a day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.audit import canonical
from data.clock import written
from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import ANYONE, Actor, require
from data.phrases import Lang
from data.store import Store
from impact.feedback import count_sent
from impact.register import get_event
from impact.survey.privacy import looks_personal
from impact.survey.questions import Answers, Questionnaire, read_answers
from impact.survey.surveys import Survey, get_survey, survey_by_code

_TOKEN = 16
_DRAWN = 2**52
"""Numbers of answers are drawn below this, which spreadsheets too hold exactly."""


def new_token() -> str:
    """What stands hidden in a form, so that it counts once however often it is sent."""
    return secrets.token_urlsafe(_TOKEN)


def add_answer(
    store: Store,
    code: str,
    given: Mapping[str, str],
    lang: Lang,
    *,
    token: str,
    sender: str,
    day: dt.date,
    actor: Actor = ANYONE,
) -> bool:
    """Store an answer that was typed on the public page; False where this form had been stored already.

    ``given`` is by question, ``token`` a :func:`new_token`, ``sender`` an :func:`impact.feedback.sender_of` of ``day``.
    Raises LookupError where there is no survey with the ``code``, and :class:`Faults` with every fault: among them that
    it isn't open, that a text tells who somebody is, and that too many were sent.
    """
    require(actor, "survey.answer")
    survey = survey_by_code(store, code)
    if _sent(store, token):
        return False
    answers = _checked(survey, given, lang, token, day)
    with store.write(actor.id, "survey.answer", audited=False) as write:
        write.db.conn.execute("DELETE FROM survey_form WHERE day < ?", [f"{day - dt.timedelta(days=1)}"])
        own, everyone = count_sent(write.db, "survey_sender", sender, day)
        if own > limit("survey_sender") or everyone > limit("survey_all"):
            raise Faults([Fault("", "", "", "survey.too_many")])
    with store.write(actor.id, "survey.answer") as write:
        run = write.db.conn.execute
        if not run("INSERT OR IGNORE INTO survey_form VALUES (?, ?)", [_digest(token), f"{day}"]).rowcount:
            return False  # sent twice at once
        row = [secrets.randbelow(_DRAWN), survey.id, f"{day}", canonical(answers)]
        run("INSERT INTO survey_answer (id, survey, day, answers) VALUES (?, ?, ?, ?)", row)
        write.record("survey", survey.id, None, {"answered": f"{day}"})
    return True


def answers_of(store: Store, actor: Actor, id: int) -> pd.DataFrame:
    """The answers to a survey as they were given, for who may write surveys; see :func:`answer_frame`."""
    survey = get_survey(store, actor, id)
    require(actor, "survey.write", get_event(store, actor, survey.event).row)
    return answer_frame(store, survey)


def answer_frame(store: Store, survey: Survey) -> pd.DataFrame:
    """One row a respondent: a column per question, ``day`` (ISO), ``batch`` (NA: the public page); index: the number.

    Numbers and scales are floats, NaN where not answered; codes and texts are text, None where not answered. For what
    gives out sums and means only: rights are asked there.
    """
    sql = "SELECT id, batch, day, answers FROM survey_answer WHERE survey = ? ORDER BY id"
    with store.read() as db:
        rows = db.execute(sql, [survey.id]).fetchall()
    asked = survey.questionnaire
    held = [json.loads(row[3]) for row in rows]
    columns: dict[str, Any] = {name: pd.Series([one.get(name) for one in held], dtype=object) for name in asked.names}
    for question in asked.questions:
        if question.kind not in ("choice", "text"):
            columns[question.name] = columns[question.name].astype(float)
    frame = pd.DataFrame(columns)
    frame.insert(0, "day", pd.Series([row[2] for row in rows], dtype=object))
    frame.insert(1, "batch", pd.Series([row[1] for row in rows], dtype="Int64"))
    frame.index = pd.Index([row[0] for row in rows], name="id", dtype="int64")
    return frame


def personal_faults(asked: Questionnaire, given: Mapping[str, str], lang: Lang) -> list[Fault]:
    """The texts that look as if they tell who somebody is."""
    return [
        Fault("", one.text(lang), shown(given[one.name]), "survey.personal", {"question": one.name})
        for one in asked.questions
        if one.kind == "text" and looks_personal(given.get(one.name, "")[: int(one.high or 0)])
    ]


def _checked(survey: Survey, given: Mapping[str, str], lang: Lang, token: str, day: dt.date) -> Answers:
    """The answers, if the survey is open and all of them are sound."""
    state = survey.state(day)
    if state != "open":
        opens, closes = (written(one, "long", lang) for one in (survey.opens, survey.closes))
        raise Faults([Fault("", "", "", f"survey.{state}", {"opens": opens, "closes": closes})])
    faults = personal_faults(survey.questionnaire, given, lang)
    if not 16 <= len(token) <= 100:
        faults.append(Fault("", "", "", "survey.no_token"))
    try:
        answers = read_answers(survey.questionnaire, given, lang)
    except Faults as found:
        faults = [*found.faults, *faults]
    if faults:
        raise Faults(faults)
    return answers


def _sent(store: Store, token: str) -> bool:
    with store.read() as db:
        return db.execute("SELECT 1 FROM survey_form WHERE token = ?", [_digest(token)]).fetchone() is not None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
