"""A case's forecast in the light of earlier ones: the organiser's record, the haircut, and the forecast after it."""

from __future__ import annotations

from app import layout
from app.casework.opened import Opened
from app.given import reference
from app.going import ways
from app.layout import Shown
from app.recording.wording import haircut_words, the_record
from app.spans import kroner_middle, kroner_words
from app.tables import Link
from data.numbers import number, percent
from fund.review.organisers import organiser_key
from impact.ranges import Range
from impact.record.bias import Haircut, after
from impact.record.calibration import calibration
from impact.record.record import Record
from impact.register import get_event


def in_light_of_earlier(one: Opened) -> None:
    """The suggestion with its grounds; nothing where the case has no forecast. The event itself tells nothing of it."""
    forecast, visit = one.case.forecast, one.visit
    if forecast is None or forecast.value_added is None or not visit.may("record.read"):
        return
    layout.section(one.say("forecast_record.case.title"))
    event = get_event(visit.store, visit.actor, forecast.event).row
    record = the_record(visit).without(event.id)
    organiser = organiser_key(one.case.revision.body["organisation"]["id"])
    cut = record.haircut(event, forecast, organiser, reference())
    _figures(one, cut, Range(*forecast.value_added), str(forecast.price_year))
    layout.text(*_grounds(one, record, organiser, cut))
    layout.text(
        one.say("forecast_record.case.advice", spread=percent(record.bias.event_spread, visit.lang)), small=True
    )
    ways([Link(one.say("forecast_record.case.link"), "/treffsikkerhet")])


def _figures(one: Opened, cut: Haircut, band: Range, year: str) -> None:
    """What is suggested, and what is left of the forecast; no figure where nothing is known."""
    lang, words = one.visit.lang, haircut_words(cut, one.visit.lang)
    interval = one.say("forecast_record.case.interval", low=number(100 * cut.low, lang), high=percent(cut.high, lang))
    shown = [Shown(one.say("forecast_record.case.haircut"), words[:1].upper() + words[1:], interval)]
    if left := after(band, cut):
        span = one.say("forecast_record.case.span", ends=kroner_words(lang, left.p10, left.p90), year=year)
        top = max(left.p90, band.p90)
        place = (left.p10 / top, left.p90 / top, left.p50 / top) if left.p10 >= 0 else None
        shown.append(Shown(one.say("forecast_record.case.after"), kroner_middle(lang, left), span, place))
    else:
        layout.text(one.say("forecast_record.case.not_above_zero"))
    layout.figures(one.visit, shown)


def _grounds(one: Opened, record: Record, organiser: str, cut: Haircut) -> list[str]:
    """What the suggestion stands on, in sentences."""
    if not record.calibration.events:
        return [one.say("forecast_record.case.none")]
    own = [line for line in record.lines if line.organiser == organiser and line.standing]
    held = calibration(line.standing for line in own if line.standing)
    if own:
        counts = {"below": held.below, "within": held.within, "above": held.above}
        said = [one.say("forecast_record.case.own", count=len(own), **counts)]
    else:
        said = [one.say("forecast_record.case.others", count=record.calibration.events)]
    if cut.held:
        said.append(one.say("forecast_record.case.held", least=number(record.terms.least_above, one.visit.lang)))
    if record.drained:
        said.append(one.say("forecast_record.case.drained", count=record.drained))
    return said
