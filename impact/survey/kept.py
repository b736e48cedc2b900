"""A survey's answers and its chosen rules, as they are stored."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import Any

from data.audit import canonical, now
from data.clock import today
from data.dated import Parameters
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from impact.parameter_values import known_parameters
from impact.register import EventRow, get_event
from impact.survey.findings import Findings, find
from impact.survey.sample import Sample, sample_of
from impact.survey.treatment import GAPS, MET, OUTLIERS, Rules, as_json, from_json, weigh

TABLE = "survey_treatment"


@dataclass(frozen=True, eq=False)
class Surveyed:
    """What a visitor survey of ``event`` says, and the version of its rules (0: nobody chose any)."""

    survey: int
    event: EventRow
    opens: dt.date
    closes: dt.date
    findings: Findings
    version: int


def read_findings(store: Store, actor: Actor, survey: int) -> Surveyed:
    """What a survey says of visitors. Raises LookupError where there is no such visitor survey, and Refused."""
    found, row = _survey(store, actor, survey)
    parameters = _parameters(store, row)
    rules, version = _rules(store, survey, usual_rules(parameters))
    opens, closes = (dt.date.fromisoformat(found[name]) for name in ("opens", "closes"))
    return Surveyed(survey, row, opens, closes, find(_sample(store, survey), rules, parameters), version)


def usual_rules(parameters: Parameters) -> Rules:
    """The rules that hold until someone chooses others."""
    winsorise, above, limit = (
        parameters.number(f"survey.{name}") for name in ("winsorise", "drop_above", "raking_limit")
    )
    return Rules(winsorise, above, limit)


def choose_rules(store: Store, actor: Actor, survey: int, rules: Rules, version: int) -> int:
    """Store the rules for a survey, and their new version; ``version`` is that of the rules they replace (0: none yet).

    Raises :class:`Faults` with everything that is wrong with them, LookupError, Refused, and
    :class:`data.store.Conflict` where someone chose others meanwhile.
    """
    require(actor, "survey.write")
    _survey(store, actor, survey)
    _check(rules)
    weigh(_sample(store, survey), rules)
    row = {"rules": canonical(as_json(rules)), "at": now(), "actor": actor.id}
    with store.write(actor.id, "survey.treat") as write:
        held = write.db.execute(f"SELECT rules, version FROM {TABLE} WHERE survey = ?", [survey]).fetchone()
        if held and held[0] == row["rules"]:
            return int(held[1])  # a second click
        if held is None and version == 0:
            write.insert(TABLE, {"survey": survey, **row})
            return 1
        return write.update_row(TABLE, survey, version, row)


def visitor_survey(store: Store, event: int) -> int | None:
    """The number of an event's visitor survey."""
    with store.read() as db:
        found = db.execute("SELECT id FROM survey WHERE event = ? AND kind = 'visitor'", [event]).fetchone()
    return int(found[0]) if found else None


def _survey(store: Store, actor: Actor, survey: int) -> tuple[dict[str, Any], EventRow]:
    with store.read() as db:
        found = next(iter(db.query("SELECT * FROM survey WHERE id = ? AND kind = 'visitor'", [survey])), None)
    if found is None:
        require(actor, "survey.read")
        raise LookupError(f"no visitor survey {survey}")
    row = get_event(store, actor, found["event"]).row
    require(actor, "survey.read", row)
    return found, row


def _sample(store: Store, survey: int) -> Sample:
    with store.read() as db:
        rows = db.execute("SELECT answers, day FROM survey_answer WHERE survey = ? ORDER BY id", [survey]).fetchall()
    return sample_of((json.loads(answers) for answers, _ in rows), (day for _, day in rows))


def _parameters(store: Store, row: EventRow) -> Parameters:
    """As they hold on the event's last day."""
    return Parameters(known_parameters(store), row.last_day or today())


def _rules(store: Store, survey: int, usual: Rules) -> tuple[Rules, int]:
    with store.read() as db:
        found = db.execute(f"SELECT rules, version FROM {TABLE} WHERE survey = ?", [survey]).fetchone()
    return (from_json(usual, json.loads(found[0])), int(found[1])) if found else (usual, 0)


def _check(rules: Rules) -> None:
    if rules.met not in MET or rules.outliers not in OUTLIERS or rules.gaps not in GAPS:
        raise ValueError(f"no such rule: {rules}")
    bounds = {"percentile": (0.5, 1.0), "above": (1.0, 1e9), "limit": (0.01, 1.0)}
    faults = [
        Fault("", "", f"{figure:g}", f"findings.bad_{name}")
        for name, (low, high) in bounds.items()
        if not (math.isfinite(figure := getattr(rules, name)) and low <= figure <= high)
    ]
    if any(rules.totals.values()) and not rules.totals_source.strip():
        faults.append(Fault("", "", "", "findings.no_totals_source"))
    if faults:
        raise Faults(faults)
