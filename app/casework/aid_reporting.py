"""Aid that must be reported to the state's register: what, by when, as a file, and a note that it was done."""

from __future__ import annotations

from functools import partial

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields, text_field
from app.tables import Column, download, table
from app.visit import Visit
from data.clock import short_day, today
from data.numbers import euros
from fund.applicant.identifiers import shown_organisation
from fund.rulebook.schemes import word
from fund.state_aid.aid_register import ToReport, note_reported, register_csv, to_report

CSV = "text/csv"


def aid_reporting(visit: Visit) -> None:
    """The rows that wait, the nearest day first; nothing where none do."""
    waiting = to_report(visit.store, visit.actor)
    if not waiting:
        return
    layout.section(visit.say("cases_page.aid.heading"))
    layout.text(visit.say("cases_page.aid.about", count=len(waiting)))
    heads = [visit.say(f"cases_page.aid.{name}") for name in ("organisation", "due", "euro", "given", "form")]
    columns = [Column(head, number=place == 2) for place, head in enumerate(heads)]
    table(visit.say("cases_page.aid.caption"), columns, [_row(visit, one) for one in waiting])
    make = partial(_file, waiting, visit)
    download(visit.say("cases_page.aid.csv"), visit.say("cases_page.aid.file"), make, key="cases_aid_csv", mime=CSV)
    if visit.may("aid.write"):
        _note(visit, waiting[0])


def _row(visit: Visit, one: ToReport) -> list[str]:
    aid = one.aid
    due = short_day(one.deadline, visit.lang)
    if one.overdue(today()):
        due = visit.say("cases_page.aid.overdue", day=due)
    cents = visit.say("page.unknown") if aid.cents is None else euros(round(aid.cents), visit.lang)
    given = short_day(aid.day, visit.lang)
    return [shown_organisation(aid.orgnr), due, cents, given, word("form", aid.form, visit.lang)]


def _file(waiting: list[ToReport], visit: Visit) -> bytes:
    return register_csv(waiting, visit.lang).encode("utf-8-sig")


def _note(visit: Visit, one: ToReport) -> None:
    """A note on the row that is due first: the others come up as it is done."""
    layout.subsection(visit.say("cases_page.aid.note", organisation=shown_organisation(one.aid.orgnr)))
    form = fields(visit, f"cases_aid_{one.aid.id}", "day", "receipt", given={"day": today()})
    day_field(form, "day", visit.say("cases_page.aid.day"))
    text_field(form, "receipt", visit.say("cases_page.aid.receipt"), hint=visit.say("cases_page.aid.receipt_hint"))
    deed(form, visit.say("cases_page.aid.do"), partial(_noted, one, form))


def _noted(one: ToReport, form: Fields, visit: Visit) -> str:
    day = day_of(form, "day", visit.say("cases_page.aid.day"))
    note_reported(visit.store, visit.actor, one.aid.id, day, str(form["receipt"] or ""))
    return visit.say("cases_page.aid.done")
