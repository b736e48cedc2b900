"""Counts and registers of an event: ``/tellinger?id=7``. What was counted, and how it differs from the ordinary."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import asked, doing, layout
from app.counting.against import show_series
from app.counting.giving import add_form, correct_form
from app.counting.words import amount, between, sentence, signed, span
from app.deed import deed, fields, text_field
from app.given import reference
from app.going import ways
from app.layout import Shown
from app.tables import Cell, Column, Link, download, table
from app.text import plain
from app.visit import Visit
from data.clock import moment, short_day
from data.permission import require
from impact.counts.baseline import Baseline, compare
from impact.counts.series import LONGEST, Series, choose_series, list_series, withdraw_series
from impact.counts.units import CHOSEN, Visits
from impact.counts.workbook import counts_workbook
from impact.register import EventRow, get_event


def show(visit: Visit) -> None:
    """The counts of the event that the address names."""
    require(visit.actor, "count.read")
    row = get_event(visit.store, visit.actor, asked.the_row()).row
    name = row.name(visit.lang) or visit.say("event_form_page.unnamed")
    every = list_series(visit.store, visit.actor, row.id)
    held = [one for one in every if one.holds]
    layout.title(visit.say("counts_page.title", name=name), _lead(visit, row, held))
    doing.tell(visit)
    ways([Link(visit.say("counts_page.to_event"), f"/arrangement?id={row.id}")])
    compared = {
        one.id: compare(visit.store, visit.actor, one, row, reference=reference()) for one in held if row.first_day
    }
    _figures(visit, row, held, compared)
    _to_do(visit, row, held)
    writes = visit.may("count.write", row)
    if every:
        layout.section(visit.say("counts_page.all"))
        _table(visit, row, every)
        label, file = visit.say("counts_page.excel"), f"{visit.say('counts_page.file_name')}-{row.id}.xlsx"
        download(
            label,
            file,
            lambda: counts_workbook(row, every, compared, reference(), visit.lang),
            key=f"counts_{row.id}_excel",
        )
        _one(visit, row, every, compared, writes)
    elif not writes:
        layout.empty(visit, "counts_page.none_to_read")
    if writes:
        _add(visit, row, first=not every)


def _lead(visit: Visit, row: EventRow, held: list[Series]) -> str:
    """What was counted, in one sentence: of the chosen visits, else of a count that is alone, else what lacks."""
    visits = [one for one in held if one.unit is Visits]
    chosen = [one for one in visits if one.chosen] or (held if len(held) == 1 else [])
    if chosen:
        return sentence(visit, chosen[0], row)
    return visit.say("counts_page.lead_choose" if visits else "counts_page.lead_some" if held else "counts_page.lead")


def _figures(visit: Visit, row: EventRow, held: list[Series], compared: dict[int, Baseline]) -> None:
    """The counts that were chosen, in front."""
    shown = []
    for one in (one for one in held if one.chosen):
        total, more = one.total(row), compared[one.id].difference if one.id in compared else None
        if one.unit is Visits and total is not None:
            evidence = visit.say(f"workbook.evidence.{one.evidence}")
            middle = amount(one, total.value, visit.lang)
            shown.append(Shown(visit.say("counts_page.figure.visits"), middle, evidence, modelled=False))
        elif more is not None:
            middle = f"{signed(more.mean, visit.lang)} {visit.say(f'counts.unit.{one.unit.unit}')}"
            ends = between(more, visit.lang, signs=True)
            ends = visit.say("counts_page.eight", ends=ends) if ends else visit.say("counts_page.no_range")
            shown.append(Shown(visit.say("counts_page.figure.room_nights"), middle, ends, modelled=False))
    if shown:
        layout.figures(visit, shown)


def _to_do(visit: Visit, row: EventRow, held: list[Series]) -> None:
    """What keeps the counts from being used, and what is never done with them."""
    say = visit.say
    lines = [] if row.first_day else [say("counts_page.no_days")]
    visits = [one for one in held if one.unit is Visits]
    if len(visits) > 1:
        names, own = "; ".join(one.name for one in visits), [one.name for one in visits if one.chosen]
        key = "counts_page.overlap_settled" if own else "counts_page.overlap"
        lines.append(say(key, count=len(visits), names=names, own="".join(own)))
    for unit in CHOSEN:
        some = [one for one in held if one.unit.unit == unit]
        chosen = [one for one in some if one.chosen]
        if some and not chosen:
            lines.append(say(f"counts_page.choose_{unit}"))
        lines += [say(f"counts_page.lacks_{unit}", name=one.name) for one in chosen if one.lacking(row)]
    if lines:
        mark = "- " if len(lines) > 1 else ""
        st.warning("\n".join(f"{mark}{plain(one)}" for one in lines), icon=":material/warning:")


def _table(visit: Visit, row: EventRow, every: list[Series]) -> None:
    say, names = visit.say, ("name", "total", "when", "evidence", "source", "taken")
    columns = [Column(say(f"counts_page.column.{name}"), number=name == "total") for name in names]
    table(say("counts_page.caption"), columns, [_line(visit, row, one) for one in every])
    layout.text(say("counts_page.never_added"), small=True)


def _line(visit: Visit, row: EventRow, one: Series) -> list[Cell]:
    say, total = visit.say, one.total(row)
    about = [say(f"counts.kind.{one.kind}")]
    about += [say("counts_page.chosen")] if one.chosen else []
    about += [] if one.holds else [say("counts_page.withdrawn", why=one.withdrawn_why or "")]
    evidence = say(f"workbook.evidence.{one.evidence}")
    grade = say(f"published.grade.{one.grade}") if one.grade else ""
    return [
        Link(f"{one.name} ({', '.join(about)})", f"/tellinger?id={row.id}&telling={one.id}"),
        say("page.unknown") if total is None else amount(one, total.value, visit.lang),
        span(one, row, visit.lang),
        ", ".join(part for part in (evidence, grade) if part),
        one.source,
        short_day(one.taken, visit.lang),
    ]


# -- one count


def _one(visit: Visit, row: EventRow, every: list[Series], compared: dict[int, Baseline], writes: bool) -> None:
    """The count that the address names, else one that was chosen, else the first that has a baseline."""
    held = [one for one in every if one.holds]
    number = asked.row("telling")
    named = [one for one in every if one.id == number]
    first = sorted(held, key=lambda one: (not one.chosen, one.id not in compared or not compared[one.id].compared))
    series = next(iter([*named, *first]), None)
    if series is None:
        return
    layout.section(visit.say("counts_page.one", name=series.name))
    if series.id in compared:
        show_series(visit, row, series, compared[series.id])
    layout.text(_stored(visit, series), small=True)
    if not writes or not series.holds:
        return
    if series.unit.unit in CHOSEN:
        form = fields(visit, f"counts_{row.id}_{series.id}_choose")
        label = visit.say("counts_page.unchoose" if series.chosen else f"counts_page.choose_this_{series.unit.unit}")
        deed(form, label, partial(_choose, series))
    key = f"counts_{row.id}_{series.id}_correct"
    with st.expander(visit.say("counts_page.correct"), key=key, on_change="rerun") as fold:
        if fold.open:
            correct_form(visit, row, series)
    with st.expander(visit.say("counts_page.withdraw")):
        form = fields(visit, f"counts_{row.id}_{series.id}_withdraw", "why")
        why = text_field(form, "why", visit.say("counts_page.why"), longest=LONGEST)
        sure = visit.say("counts_page.withdraw_sure", name=series.name)
        deed(form, visit.say("counts_page.withdraw_yes"), partial(_withdraw, series, why), sure=sure)


def _stored(visit: Visit, one: Series) -> str:
    place = reference().municipalities.get(one.place, one.place)
    said = visit.say("counts_page.stored_at", place=place, at=moment(one.stored_at, visit.lang), source=one.source)
    if one.withdrawn_at:
        at = moment(one.withdrawn_at, visit.lang)
        said += " " + visit.say("counts_page.withdrawn_at", at=at, why=one.withdrawn_why or "")
    return said


def _choose(series: Series, visit: Visit) -> str:
    choose_series(visit.store, visit.actor, series.id, series.version, chosen=not series.chosen)
    return visit.say("counts_page.now_unchosen" if series.chosen else "counts_page.now_chosen", name=series.name)


def _withdraw(series: Series, why: str, visit: Visit) -> str:
    withdraw_series(visit.store, visit.actor, series.id, series.version, why)
    return visit.say("counts_page.now_withdrawn", name=series.name)


# -- a new one


def _add(visit: Visit, row: EventRow, *, first: bool) -> None:
    """The form of a new count: open where there is none yet."""
    if first:
        layout.empty(visit, "counts_page.none")
        layout.section(visit.say("counts_page.add"))
        add_form(visit, row)
        return
    label = visit.say("counts_page.add")
    with st.expander(label, key=f"counts_{row.id}_add_fold", on_change="rerun", icon=":material/add:") as fold:
        if fold.open:
            add_form(visit, row)
