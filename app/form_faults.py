"""What a draft still lacks, in plain words: where in the form, what is wrong, and how to write it."""

from __future__ import annotations

from dataclasses import dataclass

from app.drafting import Drafting
from app.entries import Document, Entry, Place, at, read_place, row_name, uses
from data.faults import Fault, Faults
from data.phrases import Lang, has, say
from data.typed import Kind, read_number
from impact.beside import indicator_list
from impact.event import AREAS, AUDIENCE_RULES, COST_RULES, INCOME_RULES, NIGHT_RULES, Rule
from impact.event_reading import read_event
from impact.reference import Reference

STEPS = ("about", "audience", "economy", "nights", "beside", "evidence")
_STEP = {
    "event": "about",
    "audience": "audience",
    "organiser": "economy",
    "organiser_cost": "economy",
    "organiser_income": "economy",
    "night": "nights",
    "beside": "beside",
    "numbers": "evidence",
}
_PARTS = ("value", "low", "mode", "high", "evidence", "source", "share", "ref", "of", *AREAS)
RULES: dict[str, Rule] = {**NIGHT_RULES, **INCOME_RULES, **COST_RULES, **AUDIENCE_RULES}


@dataclass(frozen=True)
class Lack:
    """One thing to mend: the field's place, what it is called, what is wrong and what to do."""

    place: Place
    name: str
    problem: str
    advice: str

    @property
    def step(self) -> str:
        return step_of(self.place)

    @property
    def sentence(self) -> str:
        return f"{self.problem} {self.advice}"


def lacks(drafting: Drafting, reference: Reference, lang: Lang) -> list[Lack]:
    """Everything that keeps the draft from being computed, in the order of the steps."""
    found = [_unread(drafting.document, key, entry, lang) for key, entry in drafting.texts.items()]
    told = {lack.place for lack in found}
    for place, fault in faults_of(drafting.document, reference):
        lack = plain_words(drafting.document, place, fault, lang)
        if lack.place not in told:
            found.append(lack)
    return sorted(found, key=lambda lack: STEPS.index(lack.step))


def faults_of(document: Document, reference: Reference) -> list[tuple[Place, Fault]]:
    """Every fault that the reader of events finds, with its place."""
    places: list[Place] = []

    def where(place: Place) -> str:
        places.append(place)
        return str(len(places) - 1)

    try:
        read_event(document, "", reference, where)
    except Faults as refused:
        return [(places[int(fault.place)], fault) for fault in refused.faults]
    return []


def plain_words(document: Document, path: Place, fault: Fault, lang: Lang) -> Lack:
    """A fault of the reader of events as people who fill in a form should meet it."""
    place = field_place(document, path)
    code = fault.code.partition(".")[2]
    if path and path[-1] == "evidence":
        code = "no_evidence"
    elif code == "missing_field" and path and path[-1] == "name":
        code = "no_name"
    name = field_name(document, place, lang)
    key = f"event_form_page.fault.{code}"
    if not has(f"{key}.problem"):
        return Lack(place, name, f"{name}: {fault.problem(lang)}", fault.expected(lang))
    figures = {**fault.figures, "value": fault.value, "row": row_name(document, place) or nameless(lang), "field": name}
    # A field in one of many rows is told with its row's name: «besøk for Gjester fra utlandet».
    return Lack(place, name, _upper(say(f"{key}.problem", lang, **figures)), say(f"{key}.expected", lang, **figures))


def _unread(document: Document, key: str, entry: Entry, lang: Lang) -> Lack:
    place = field_place(document, read_place(key))
    name = field_name(document, place, lang)
    try:
        read_number(entry.text, kind_at(document, place))
    except Faults as refused:
        if entry.text.strip():
            fault = refused.faults[0]
            return Lack(place, name, f"{name}: {fault.problem(lang)}", fault.expected(lang))
    problem = say("event_form_page.fault.no_figure.problem", lang, field=name)
    return Lack(place, name, _upper(problem), say("event_form_page.fault.no_figure.expected", lang))


def field_place(document: Document, place: Place) -> Place:
    """The place of the field that a fault is shown at: a number's parts are one field."""
    if place[:1] == ("numbers",):
        return place[:2]
    while len(place) > 2 and place[-1] in _PARTS and not isinstance(place[-2], int) and not _by_area(document, place):
        place = place[:-1]
    return place


def _by_area(document: Document, place: Place) -> bool:
    """Whether the place is that of one of three areas that have a number each."""
    shares = at(document, place[:-1])
    return place[-1] in AREAS and isinstance(shares, dict) and bool(shares.keys() & set(AREAS))


def step_of(place: Place) -> str:
    """The step of the form where a place is."""
    if place[:2] == ("event", "accommodation_by_municipality"):
        return "nights"
    return _STEP.get(str(place[0]), "audience") if place else "audience"


def rule_at(document: Document, place: Place) -> Rule:
    """The rule of the number at a place; a shared number has that of where it is used."""
    if place[:1] == ("numbers",):
        used = uses({key: one for key, one in document.items() if key != "numbers"}, str(place[1]))
        return rule_at(document, used[0]) if used else "amount"
    if place[:2] == ("event", "accommodation_by_municipality"):
        return "share"
    last = str(place[-2] if place[-1] in AREAS else place[-1])
    if last == "price_index_change":
        return "change"
    if place[:2] == ("beside", "indicator"):
        code = at(document, (*place[:3], "code"))
        return indicator_list()[code].rule if code in indicator_list() else "amount"
    if last == "share" or (place[0] == "beside" and last in ("would_return", "would_recommend")):
        return "share"
    return RULES.get(last, "amount")


def kind_at(document: Document, place: Place) -> Kind:
    """How the number at a place is typed; a part of a shared number is a share."""
    raw = at(document, place)
    part = isinstance(raw, dict) and "of" in raw
    return "share" if part or rule_at(document, place) in ("share", "change") else "amount"


def field_label(place: Place, lang: Lang) -> str:
    """What a field is called, without its row: «besøk»."""
    if not place or isinstance(place[-1], int):
        return ""
    if place[0] == "numbers":
        return str(place[1])
    if place[0] == "beside":
        return _beside_label(place, lang)
    steps = [str(step) for step in place[1:] if not isinstance(step, int)]
    section = "event" if place[0] == "organiser" else str(place[0])
    if steps[:1] == ["accommodation_by_municipality"]:
        label = say("workbook.field.event.accommodation_by_municipality.label", lang)
        return " ".join([label, *steps[1:]])
    for known in (
        f"event_form_page.label.{section}.{'.'.join(steps)}",
        f"workbook.field.{section}.{'.'.join(steps)}.label",
    ):
        if has(known):
            return say(known, lang)
    return ", ".join(steps)


def _beside_label(place: Place, lang: Lang) -> str:
    """The names of what stands beside the money."""
    group, last = str(place[1]), str(place[-1])
    for key in (f"event_form_page.beside.{group}.{last}", f"event_form_page.beside.{last}"):
        if has(key):
            return say(key, lang)
    return last


def field_name(document: Document, place: Place, lang: Lang) -> str:
    """What a field is called with its row: «besøk for Gjester fra utlandet»."""
    label, row = field_label(place, lang), row_name(document, place)
    if any(isinstance(step, int) for step in place):
        row = row or nameless(lang)
        return say("event_form_page.field_of", lang, field=label, row=row) if label else row
    return label or str(place[-1] if place else "")


def nameless(lang: Lang) -> str:
    """What a row is called that has no name yet."""
    return say("event_form_page.nameless", lang)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
