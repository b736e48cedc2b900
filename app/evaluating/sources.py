"""What was measured elsewhere, taken in after one has seen what it changes: the survey, counted visits, hotels' nights;
and any number by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import streamlit as st

from app import layout
from app.deed import Fields, deed, fields, text_field
from app.entries import Entry
from app.evaluating.opened import Opened
from app.evaluating.words import grounds, kind_of, name_of, number_words
from app.given import reference
from app.going import ways
from app.tables import Column, Link, table
from app.text import plain
from app.visit import Visit
from data.faults import Fault, Faults
from data.paths import at
from data.value import EVIDENCE
from impact.counts.outcome import chosen_visits, sold_by_night
from impact.evaluation.evaluations import save_outcome
from impact.evaluation.outcome import Field, differing_numbers, with_nights, with_number, with_survey, with_visits
from impact.register import Document
from impact.survey.entries import survey_entries

WAYS = {"survey": "/undersokelser", "visits": "/tellinger", "nights": "/tellinger"}
"""Where each source is filled."""


@dataclass(frozen=True)
class Source:
    """A source that has something: what it makes of the outcome's document."""

    name: str
    make: Callable[[], Document]


def take_in(visit: Visit, one: Opened) -> None:
    """Each source that has something with what it would change, and the way to those that have nothing."""
    layout.section(visit.say("evaluation_page.take.title"))
    found = list(sources(visit, one))
    for source in found:
        _source(visit, one, source)
    lacking = [name for name in WAYS if name not in {source.name for source in found}]
    if found and found[0].name == "survey":
        lacking = [name for name in lacking if name != "visits"]  # the survey shares them out
    if lacking:
        layout.text(visit.say("evaluation_page.take.lacking"), small=True)
        to = {name: Link(visit.say(f"evaluation_page.way.{name}"), f"{WAYS[name]}?id={one.row.id}") for name in lacking}
        ways(list(to.values()))
    by_hand(visit, one)


def sources(visit: Visit, one: Opened) -> Iterator[Source]:
    """The sources that have something to take in; counted visits go through the survey where there is one."""
    store, actor, event, document = visit.store, visit.actor, one.row.id, one.evaluation.document
    visits = chosen_visits(store, actor, event)
    measured = survey_entries(store, actor, event, visits)
    if measured:
        yield Source("survey", lambda: with_survey(document, measured))
    elif visits is not None:
        yield Source("visits", lambda: with_visits(document, visits))
    if nights := sold_by_night(store, actor, event):
        yield Source("nights", lambda: with_nights(document, nights))


def _source(visit: Visit, one: Opened, source: Source) -> None:
    """What a source would change, in a table, and the button that takes it in."""
    try:
        made = source.make()
    except Faults as found:
        layout.faults(visit, found.faults, heading=visit.say(f"evaluation_page.take.{source.name}_cannot"))
        return
    changed = differing_numbers(one.evaluation.document, made)
    if not changed:
        layout.text(visit.say(f"evaluation_page.take.{source.name}_done"))
        return
    with st.expander(plain(visit.say(f"evaluation_page.take.{source.name}", count=len(changed)))):
        _preview(visit, one, changed, made)
        form = fields(visit, f"evaluation_{one.row.id}_{source.name}")
        deed(form, visit.say("evaluation_page.take.do"), _saving(one, made))


def _preview(visit: Visit, one: Opened, changed: list[Field], made: Document) -> None:
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [
        say("evaluation_page.number"),
        Column(say("evaluation_page.take.now"), number=True),
        Column(say("evaluation_page.take.then"), number=True),
        say("evaluation_page.evidence"),
    ]
    body = []
    for field in changed:
        kind = kind_of(made if field.outcome is not None else one.evaluation.document, field.path)
        now, then = (number_words(raw, kind, lang) for raw in (field.forecast, field.outcome))
        evidence = grounds(field.outcome, lang)[0] if field.outcome is not None else "–"
        body.append((name_of(field, one, lang), now, then, evidence))
    table(say("evaluation_page.take.caption"), heads, body)


def _saving(one: Opened, made: Document) -> Callable[[Visit], str]:
    """Saves a document over the version that the page was drawn from."""

    def act(visit: Visit) -> str:
        save_outcome(visit.store, visit.actor, one.row.id, one.evaluation.version, made, reference())
        return visit.say("evaluation_page.taken_in")

    return act


# -- by hand


def by_hand(visit: Visit, one: Opened) -> None:
    """One number, typed, with its evidence and its source."""
    say = visit.say
    form = fields(visit, f"evaluation_{one.row.id}_number", "field", "figure", "evidence", "source")
    known = {field.name: field for field in one.fields if field.outcome is not None}
    with st.expander(plain(say("evaluation_page.hand.title")), expanded=bool(form["field"])):
        layout.text(say("evaluation_page.hand.text"))
        if form["field"] not in known:
            st.session_state.pop(form.key("field"), None)
        st.selectbox(
            say("evaluation_page.number"),
            list(known),
            index=None,
            format_func=lambda name: plain(name_of(known[name], one, visit.lang)),
            key=form.key("field"),
            placeholder=say("evaluation_page.hand.choose"),
        )
        if (chosen := known.get(str(form["field"] or ""))) is not None:
            _as_it_is(visit, one, chosen)
        text_field(form, "figure", say("evaluation_page.hand.figure"), hint=say("evaluation_page.hand.hint"))
        st.selectbox(
            say("evaluation_page.evidence"),
            EVIDENCE,
            index=None,
            format_func=lambda one: visit.say(f"workbook.evidence.{one}"),
            key=form.key("evidence"),
            placeholder=say("evaluation_page.hand.choose_evidence"),
        )
        text_field(form, "source", say("evaluation_page.source"), hint=say("evaluation_page.hand.source_hint"))
        deed(form, say("evaluation_page.hand.do"), lambda visit: _take_number(visit, one, form))


def _as_it_is(visit: Visit, one: Opened, field: Field) -> None:
    kind = kind_of(one.evaluation.document, field.path)
    figures = {
        "forecast": number_words(field.forecast, kind, visit.lang),
        "now": number_words(field.outcome, kind, visit.lang),
    }
    layout.text(visit.say("evaluation_page.hand.as_it_is", **figures), small=True)


def _take_number(visit: Visit, one: Opened, form: Fields) -> str:
    """Put the typed number in. Raises Faults with everything that is lacking."""
    name, document = str(form["field"] or ""), one.evaluation.document
    path = next((field.path for field in one.fields if field.name == name and field.outcome is not None), None)
    evidence, source = str(form["evidence"] or ""), str(form["source"] or "").strip()
    faults = [
        Fault("", visit.say(f"evaluation_page.{label}"), "", f"evaluation_page.hand.no_{key}")
        for key, label, given in (
            ("number", "number", path),
            ("evidence", "evidence", evidence in EVIDENCE),
            ("source", "source", source),
        )
        if not given
    ]
    number = None
    try:
        kind = "amount" if path is None else kind_of(document, path)
        if path is not None and "of" in (raw if isinstance(raw := at(document, path), dict) else {}):
            kind = "amount"  # what is measured of a part is a number of its own
        number = Entry(str(form["figure"] or ""), evidence, source).number(kind)
    except Faults as found:
        faults += found.faults
    if faults or path is None:
        raise Faults(faults)
    made = with_number(document, path, number)
    save_outcome(visit.store, visit.actor, one.row.id, one.evaluation.version, made, reference())
    return visit.say("evaluation_page.taken_in")
