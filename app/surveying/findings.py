"""What a visitor survey says: the sentence, spending by category, audiences, and the rules with what each comes to."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.drawn import below, drawn_of, mode, show_chart
from app.surveying.findings_chart import spending_chart
from app.surveying.rules import rules_form
from app.tables import Cell, Column, Faint, download, table
from app.text import plain
from app.visit import Visit
from data.numbers import localised, number, percent
from impact.survey.entries import audience_name
from impact.survey.estimators import Estimate
from impact.survey.findings import LEAST, SHARES, AudienceFinding, Effect
from impact.survey.findings_workbook import findings_workbook
from impact.survey.kept import Surveyed, read_findings
from impact.survey.surveys import Survey

WHO = ("days_per_person", "casual_share", "time_switcher_share", "attribution")
STAY = ("nights_per_person", "commercial_share", "persons_per_room", "days_in_area")


def findings(visit: Visit, survey: Survey) -> None:
    """What a visitor survey's answers say, once there are any. Raises as :func:`impact.survey.kept.read_findings`."""
    if not survey.answers:
        return
    layout.subsection(visit.say("findings.title"))
    surveyed = _read(survey.id, survey.answers, visit.version, visit.actor.id, visit.role, visit)
    found = surveyed.findings
    if not found.shown(found.per_day.n):
        layout.empty(visit, "findings.too_few", n=found.n, told=found.per_day.n, fewest=found.fewest)
    else:
        layout.sentence(_sentence(visit, surveyed))
        layout.text(*_cautions(visit, surveyed))
        _spending(visit, surveyed)
    _audiences(visit, surveyed)
    if found.n:
        _rules(visit, surveyed)
    layout.text(visit.say("findings.how"), small=True)
    if found.shown(found.n):
        download(
            visit.say("findings.excel"),
            visit.say("findings.file", id=survey.id),
            partial(findings_workbook, surveyed, visit.lang),
            key=f"surveys_{survey.id}_findings_excel",
        )


@st.cache_resource(max_entries=20, show_spinner=False)
def _read(survey: int, answers: int, version: int, actor: str, role: str, _visit: Visit) -> Surveyed:
    """What the survey says, computed once for each change of answers, rules or parameters, and for who may see it."""
    return read_findings(_visit.store, _visit.actor, survey)


def _sentence(visit: Visit, surveyed: Surveyed) -> str:
    found = surveyed.findings
    whom = "outside" if found.outside else "all"
    ends = {name: number(max(0.0, end), visit.lang) for name, end in _ends(found.per_day).items()}
    return visit.say(f"findings.sentence.{whom}", **ends, n=found.per_day.n)


def _ends(one: Estimate) -> dict[str, float]:
    return {"low": one.low, "high": one.high}


def _cautions(visit: Visit, surveyed: Surveyed) -> list[str]:
    """What to bear in mind: few answers, a long tail, unequal weights, answers that don't count."""
    found, say = surveyed.findings, visit.say
    said = []
    if found.faint(found.per_day.n):
        said.append(say("findings.caution.few", n=found.per_day.n, few=found.few))
    if found.again is not None:
        low, high = (number(end, visit.lang) for end in found.again)
        skewness = number(found.per_day.skewness, visit.lang, 1)
        said.append(say("findings.caution.skew", skewness=skewness, n=found.per_day.n, low=low, high=high))
    if found.weighed < found.n:
        said.append(say("findings.caution.no_days", count=found.n - found.weighed))
    if found.effective < 0.9 * found.weighed:
        said.append(say("findings.caution.weights", n=found.weighed, effective=number(found.effective, visit.lang)))
    return said


def _spending(visit: Visit, surveyed: Surveyed) -> None:
    figure = spending_chart(surveyed.findings, visit.lang, mode())
    if figure is None:
        return
    drawn = drawn_of(figure)
    layout.subsection(drawn.title)
    show_chart(drawn, f"surveys_{surveyed.survey}_spending", heading=False)
    rows = [(label, *row) for label, row in zip(drawn.labels, drawn.rows, strict=True)]
    below(visit, drawn.title, (visit.say("findings.column.category"), *drawn.columns), rows)


def _audiences(visit: Visit, surveyed: Surveyed) -> None:
    """Who came, and what those did who came because of the event: a row an audience, few answers faintly."""
    found = surveyed.findings
    if not found.audiences:
        return
    layout.subsection(visit.say("findings.audiences"))
    heads: list[Column | str] = [visit.say("findings.column.audience"), Column(visit.say("findings.column.n"), True)]
    for caption, names, last in (("who", WHO, False), ("stay", STAY, True)):
        columns: list[Column | str] = [Column(visit.say(f"findings.short.{name}"), True) for name in names]
        columns += [Column(visit.say("findings.short.per_day"), True)] if last else []
        rows = [_row(visit, surveyed, one, names, last) for one in found.audiences]
        table(visit.say(f"findings.caption.{caption}"), [*heads, *columns], rows)
    layout.text(visit.say("findings.read"), visit.say("findings.faint", few=found.few, fewest=found.fewest), small=True)


def _row(visit: Visit, surveyed: Surveyed, one: AudienceFinding, names: tuple[str, ...], last: bool) -> list[Cell]:
    cells = [_cell(visit, surveyed, one.figures[name], name) for name in names]
    money = [_cell(visit, surveyed, one.per_day, "per_day")] if last else []
    return [audience_name(one.role, one.home, visit.lang), number(one.n, visit.lang), *cells, *money]


def _cell(visit: Visit, surveyed: Surveyed, one: Estimate, name: str) -> Cell:
    """A figure with its interval; faint where few answered, a word where nobody or too few did."""
    found = surveyed.findings
    if not found.shown(one.n):
        return Faint(visit.say("page.unknown" if one.n == 0 else "findings.hidden"))
    scale, decimals = (100, 0) if name in SHARES else (1, 0 if name == "per_day" else 1)
    ends = {"value": one.value, "low": max(LEAST.get(name, 0.0), one.low), "high": one.high}
    written = {end: number(scale * figure, visit.lang, decimals) for end, figure in ends.items()}
    text = visit.say("findings.share" if name in SHARES else "findings.cell", **written)
    return Faint(text) if found.faint(one.n) else text


def _rules(visit: Visit, surveyed: Surveyed) -> None:
    """The rules that were chosen, what spending would be under the others, and the form for who may choose."""
    found, say = surveyed.findings, visit.say
    layout.subsection(say("findings.rules"))
    if found.faults:
        layout.faults(visit, found.faults, heading=say("findings.totals_unused"))
    layout.bullets(_chosen(visit, surveyed))
    if found.shown(found.per_day.n):
        columns: list[Column | str] = [
            say("findings.column.rule"),
            Column(say("findings.column.spending"), True),
            Column(say("findings.column.change"), True),
        ]
        table(say("findings.caption.rules"), columns, [_effect(visit, surveyed, one) for one in found.effects])
    if visit.may("survey.write"):
        with st.expander(plain(say("findings.choose"))):
            rules_form(visit, surveyed)


def _effect(visit: Visit, surveyed: Surveyed, one: Effect) -> list[Cell]:
    name = visit.say(f"findings.effect.{one.kind}.{one.name}")
    spending, per_day = number(one.value, visit.lang), surveyed.findings.per_day.value
    if one.chosen:
        return [visit.say("findings.is_chosen", rule=name), spending, visit.say("findings.chosen")]
    change = one.value / per_day - 1 if per_day else 0.0
    sign = "+" if change > 0 else ""
    return [name, spending, f"{sign}{percent(change, visit.lang, 1)}"]


def _limits(visit: Visit, surveyed: Surveyed) -> dict[str, str]:
    rules = surveyed.findings.rules
    return {
        "percentile": localised(round(100 * rules.percentile, 2), visit.lang),
        "above": number(rules.above, visit.lang),
        "limit": localised(round(1 / rules.limit, 2), visit.lang),
    }


def _chosen(visit: Visit, surveyed: Surveyed) -> list[str]:
    found, limits = surveyed.findings, _limits(visit, surveyed)
    rules, raked = found.rules, found.weights.raked
    lines = [
        visit.say(f"findings.rule.{kind}.{name}", **limits)
        for kind, name in (("met", rules.met), ("outliers", rules.outliers), ("gaps", rules.gaps))
    ]
    if rules.outliers != "keep":
        lines.append(visit.say("findings.trimmed", count=found.trimmed))
    if raked is None:
        return lines
    key = "findings.raked" if raked.converged else "findings.raked_short"
    miss = percent(raked.miss, visit.lang, 1)
    return [*lines, visit.say(key, source=rules.totals_source, miss=miss, count=raked.limited, **limits)]
