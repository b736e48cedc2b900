"""Surveys of an event: at most one to visitors, one to residents and one to businesses, each with a public address.

The address has a code that can be typed from a poster. A survey is open from its first day to its last, both counted,
in Norway. Who may see the event may see how many have answered; its answers are for those who may write surveys.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from data.audit import now
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import Lang
from data.store import Store
from impact.register import get_event
from impact.survey.questions import KINDS, Questionnaire, SurveyKind, questionnaire

State = Literal["not_yet", "open", "closed"]
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No signs that look like others on a poster."""
_CODE = 8
_SELECT = """
    SELECT survey.id, survey.version, survey.event, survey.kind, survey.code, survey.opens, survey.closes,
        event.name_nb, event.name_en, event.municipality,
        (SELECT count(*) FROM survey_answer WHERE survey_answer.survey = survey.id) AS answers
    FROM survey JOIN event ON event.id = survey.event"""


@dataclass(frozen=True)
class Survey:
    """A survey, the names of its event, and how many have answered."""

    id: int
    version: int
    event: int
    kind: SurveyKind
    code: str
    opens: dt.date
    closes: dt.date
    name_nb: str
    name_en: str
    municipality: str
    answers: int

    @property
    def questionnaire(self) -> Questionnaire:
        return questionnaire(self.kind)

    def name(self, lang: Lang) -> str:
        """The event's name, in the other language where it has none in this one."""
        names = (self.name_nb, self.name_en) if lang == "nb" else (self.name_en, self.name_nb)
        return names[0] or names[1]

    def state(self, day: dt.date) -> State:
        if day < self.opens:
            return "not_yet"
        return "open" if day <= self.closes else "closed"


def make_survey(store: Store, actor: Actor, event: int, kind: str, opens: dt.date, closes: dt.date) -> int:
    """Make a survey of an event; its number. Where there is the same one already, that one's.

    Raises :class:`Faults` where it closes before it opens or there is one with other days, LookupError where there is
    no such event or kind.
    """
    require(actor, "survey.write", get_event(store, actor, event).row)
    if kind not in KINDS:
        raise LookupError(f"no survey of {kind}")
    _check(opens, closes)
    with store.write(actor.id, "survey.make") as write:
        for held in write.db.query("SELECT id, opens, closes FROM survey WHERE event = ? AND kind = ?", [event, kind]):
            if (held["opens"], held["closes"]) == (opens.isoformat(), closes.isoformat()):
                return int(held["id"])  # a second click
            raise Faults([Fault("", "", "", "survey.exists")])
        row = {
            "event": event,
            "kind": kind,
            "code": "".join(secrets.choice(_SIGNS) for _ in range(_CODE)),
            "opens": opens.isoformat(),
            "closes": closes.isoformat(),
            "made_at": now(),
            "made_by": actor.id,
        }
        return int(write.insert("survey", row))


def change_days(store: Store, actor: Actor, id: int, version: int, opens: dt.date, closes: dt.date) -> int:
    """Open or close a survey on other days; its new version. Raises as :meth:`data.store.Write.update_row` does."""
    require(actor, "survey.write", get_event(store, actor, get_survey(store, actor, id).event).row)
    _check(opens, closes)
    with store.write(actor.id, "survey.days") as write:
        return write.update_row("survey", id, version, {"opens": opens.isoformat(), "closes": closes.isoformat()})


def list_surveys(store: Store, actor: Actor, event: int) -> list[Survey]:
    """The surveys of an event, visitors' first. Raises Refused and LookupError as :func:`get_event` does."""
    require(actor, "survey.read", get_event(store, actor, event).row)
    with store.read() as db:
        found = [_as_survey(row) for row in db.query(f"{_SELECT} WHERE survey.event = ?", [event])]
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def get_survey(store: Store, actor: Actor, id: int) -> Survey:
    """A survey by its number. Raises LookupError where there is none, Refused where its event is another's."""
    found = _one(store, "survey.id = ?", id)
    if found is None:
        require(actor, "survey.read")
        raise LookupError(f"no survey {id}")
    require(actor, "survey.read", get_event(store, actor, found.event).row)
    return found


def survey_by_code(store: Store, code: str) -> Survey:
    """A survey by the code of its address, for anyone. Raises LookupError where there is none."""
    found = _one(store, "survey.code = ?", code)
    if found is None:
        raise LookupError("no such survey")
    return found


def answers_by_day(store: Store, actor: Actor, id: int) -> dict[dt.date, tuple[int, int]]:
    """How many answered on each day, in order: (on the public page, in files that were read in)."""
    get_survey(store, actor, id)
    sql = """SELECT day, sum(batch IS NULL) AS here, sum(batch IS NOT NULL) AS filed FROM survey_answer
        WHERE survey = ? GROUP BY day ORDER BY day"""
    with store.read() as db:
        return {dt.date.fromisoformat(one["day"]): (one["here"], one["filed"]) for one in db.query(sql, [id])}


def _check(opens: dt.date, closes: dt.date) -> None:
    if closes < opens:
        raise Faults([Fault("", "", closes.isoformat(), "survey.closes_first", {"opens": opens.isoformat()})])


def _one(store: Store, condition: str, value: Any) -> Survey | None:
    with store.read() as db:
        return next((_as_survey(row) for row in db.query(f"{_SELECT} WHERE {condition}", [value])), None)


def _as_survey(row: dict[str, Any]) -> Survey:
    days = {name: dt.date.fromisoformat(row[name]) for name in ("opens", "closes")}
    return Survey(**{**row, **days})
