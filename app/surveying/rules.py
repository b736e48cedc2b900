"""The form in which a survey's rules are chosen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.deed import Fields, deed, fields, text_field
from app.text import plain
from app.visit import Visit
from data.faults import Fault, Faults
from data.numbers import localised, number
from data.typed import read_amount
from impact.event import HOMES, ROLES
from impact.survey.kept import Surveyed, choose_rules
from impact.survey.treatment import GAPS, MET, OUTLIERS, Rules

KINDS: dict[str, tuple[str, ...]] = {"met": MET, "outliers": OUTLIERS, "gaps": GAPS}
GROUPS = {"home": HOMES, "role": ROLES}
SCALES = {"percentile": 100.0, "above": 1.0, "limit": 1.0}


def rules_form(visit: Visit, surveyed: Surveyed) -> None:
    """How people were met, outliers, gaps and known totals; chosen once, for everyone."""
    rules, say = surveyed.findings.rules, visit.say
    groups = _groups(surveyed)
    given = {
        **{kind: getattr(rules, kind) for kind in KINDS},
        **{name: localised(round(getattr(rules, name) * scale, 4), visit.lang) for name, scale in SCALES.items()},
        **{_field(margin, one): _total(visit, rules, margin, one) for margin, ones in groups.items() for one in ones},
        "source": rules.totals_source,
        "version": surveyed.version,  # of the rules that the fields were filled from, whatever is chosen meanwhile
    }
    form = fields(visit, f"surveys_{surveyed.survey}_rules", *given, given=given)
    for kind, names in KINDS.items():
        st.radio(
            plain(say(f"findings.ask.{kind}")),
            names,
            format_func=partial(_option, visit, kind),
            key=form.key(kind),
        )
    for name in ("percentile", "above"):
        text_field(form, name, say(f"findings.ask.{name}"), longest=20)
    layout.text(say("findings.ask.totals"))
    for margin, ones in groups.items():
        for one in ones:
            text_field(form, _field(margin, one), say(f"findings.{margin}_of.{one}"), longest=20)
    text_field(form, "source", say("findings.ask.source"))
    text_field(form, "limit", say("findings.ask.limit"), hint=say("findings.ask.limit_hint"), longest=20)
    deed(form, say("findings.store"), lambda visit: _choose(visit, surveyed, form, groups))


def _option(visit: Visit, kind: str, name: Any) -> str:
    return plain(visit.say(f"findings.option.{kind}.{name}"))


def _groups(surveyed: Surveyed) -> dict[str, list[str]]:
    """The homes and roles of those who answered."""
    met = surveyed.findings.audiences
    here = {"home": {one.home for one in met}, "role": {one.role for one in met}}
    return {margin: [one for one in known if one in here[margin]] for margin, known in GROUPS.items()}


def _field(margin: str, one: str) -> str:
    return f"{margin}_{one}"


def _total(visit: Visit, rules: Rules, margin: str, one: str) -> str:
    known = rules.totals.get(margin, {}).get(one)
    return "" if known is None else number(known, visit.lang)


def _choose(visit: Visit, surveyed: Surveyed, form: Fields, groups: dict[str, list[str]]) -> str:
    """Store what the form holds. Raises Faults with all that is wrong in it."""
    faults: list[Fault] = []

    def read(field: str, label: str) -> float | None:
        text = str(form[field] or "").strip()
        try:
            return float(read_amount(text, place=label)) if text else None
        except Faults as found:
            faults.extend(found.faults)
            return None

    figures = {name: read(name, visit.say(f"findings.ask.{name}")) for name in SCALES}
    totals = {
        margin: {one: read(_field(margin, one), visit.say(f"findings.{margin}_of.{one}")) for one in ones}
        for margin, ones in groups.items()
    }
    if faults:
        raise Faults(faults)
    changes: dict[str, Any] = {kind: form[kind] for kind in KINDS}
    changes |= {name: figure / SCALES[name] for name, figure in figures.items() if figure is not None}
    changes["totals"] = {m: {k: v for k, v in ones.items() if v is not None} for m, ones in totals.items()}
    changes["totals_source"] = str(form["source"] or "").strip()
    rules = replace(surveyed.findings.rules, **changes)
    choose_rules(visit.store, visit.actor, surveyed.survey, rules, int(form["version"]))
    return visit.say("findings.stored")
