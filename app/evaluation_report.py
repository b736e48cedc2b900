"""The report of an evaluation as a Word document, one page in plain words: what was said, what came of it, and why.

Figures and sentences are those of the page (:mod:`app.evaluating`); nothing is computed here.
"""

from __future__ import annotations

from app.evaluating.chart import cause_rows, unit_of_split, waterfall
from app.evaluating.opened import Opened, opened
from app.evaluating.words import (
    between,
    cause_lines,
    cause_name,
    held,
    lacking,
    number_rows,
    range_of,
    sentence,
)
from app.report import PICTURE_WIDTH
from app.spans import kroner_middle, kroner_span
from app.word import WordDocument
from data.clock import days, moment
from data.permission import Actor
from data.phrases import Lang, say
from data.store import Store
from impact.evaluation.evaluations import Tree, get_evaluation
from impact.register import get_event


def evaluation_report(store: Store, actor: Actor, event: int, lang: Lang) -> bytes:
    """The document's bytes. Raises LookupError where no evaluation is begun, Refused where it isn't theirs to read."""
    row = get_event(store, actor, event).row
    evaluation = get_evaluation(store, actor, event)
    if evaluation is None:
        raise LookupError(f"no evaluation of event {event}")
    one = opened(store, actor, row, evaluation)
    title = say("evaluation_page.title", lang, event=row.name(lang))
    word = WordDocument(lang, title, say("evaluation_report.subject", lang))
    word.title(title)
    word.paragraph(say("evaluation_report.about", lang, days=days(row.first_day, row.last_day, lang)))
    if not evaluation.locked:
        word.paragraph(say("evaluation_report.preliminary", lang))
    word.lead(sentence(one, lang))
    if one.measured:
        word.paragraph(held(one, lang))
    _figures(word, one)
    if one.measured:
        _causes(word, one)
    word.heading(say("evaluation_report.unknown", lang))
    word.paragraph(lacking(one, lang))
    _measured(word, one)
    _method(word, one)
    return word.content()


def _figures(word: WordDocument, one: Opened) -> None:
    """Forecast and outcome with their ranges, and by today's table where that is another."""
    lang = word.lang
    trees = [("forecast", one.before), *([("outcome", one.after)] if one.measured else [])]
    trees += [("today", one.today[1])] if one.today else []
    rows = [(say(f"evaluation_page.{name}", lang), *_range(tree, lang)) for name, tree in trees]
    heads = [say(f"evaluation_report.head.{one}", lang) for one in ("figure", "middle", "range")]
    word.table(heads, rows, [2.0, 1.2, 1.6])
    area, year = say(f"report.in_{one.area}", lang), str(one.before["event"]["event"]["price_year"])
    word.paragraph(say("evaluation_page.what", lang, area=area, year=year), "After Table")


def _range(tree: Tree, lang: Lang) -> tuple[str, str]:
    found = range_of(tree)
    return kroner_middle(lang, found), kroner_span(lang, found)


def _causes(word: WordDocument, one: Opened) -> None:
    """The waterfall, one line a cause, and the table that sums."""
    lang = word.lang
    if one.splits is None or one.split is None:
        word.paragraph(say("evaluation_page.no_split", lang))
        return
    figure = waterfall(one.before, one.split, lang, "light")
    word.heading(figure.title)
    word.picture(figure.png(PICTURE_WIDTH), figure.alt, figure.note)
    unit = unit_of_split(one.before, one.split, lang)
    body, total, areas = cause_rows(one.splits, unit, one.area)
    did = {cause_name(cause, lang): why for cause, why in cause_lines(one.split, lang)}
    heads = [say("evaluation_page.cause", lang), f" {say('evaluation_report.did', lang)}"]
    heads += [say(f"evaluation_page.area.{area}", lang) for area in areas]
    lines = [(row[0], did.get(row[0], ""), *row[1:]) for row in (*body, total)]
    word.table(heads, lines, [2.1, 2.3, *[1.05] * len(areas)])
    word.paragraph(say("evaluation_page.causes_caption", lang, unit=unit.unit), "After Table")


def _measured(word: WordDocument, one: Opened) -> None:
    """Every number that was measured, with what it stands on."""
    if not one.measured:
        return
    lang = word.lang
    word.heading(say("evaluation_page.measured_caption", lang))
    heads = [say(f"evaluation_page.{name}", lang) for name in ("number", "forecast", "outcome", "evidence", "source")]
    word.table(
        [*heads[:3], f" {heads[3]}", f" {heads[4]}"], number_rows(one, one.measured, lang), [2.2, 1.3, 1.3, 1.0, 2.2]
    )


def _method(word: WordDocument, one: Opened) -> None:
    """How it was computed, and the hash of each estimate."""
    lang = word.lang
    word.heading(say("evaluation_report.method", lang))
    word.paragraph(say("evaluation_report.computed", lang, table=one.before["tables"]["table"]["name"]))
    if one.splits is not None:
        word.paragraph(say("evaluation_page.split_how", lang))
    if one.today:
        ends = {"by_today": between(one.today[1], lang), "today": one.today[1]["tables"]["table"]["name"]}
        word.paragraph(say("evaluation_report.today", lang, **ends))
    rows = [("forecast", one.forecast), ("outcome", one.outcome), ("today", one.today[0] if one.today else None)]
    for name, row in rows:
        if row is not None:
            figures = {"name": say(f"evaluation_page.{name}", lang), "id": str(row.id), "sha": row.sha256}
            word.paragraph(say("evaluation_report.hash", lang, at=moment(row.locked_at, lang), **figures))
