"""The answers of the business view: sums over draws, what is not known, the calendar and the workbook."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pytest
from business_store import OFFICER, published, register_row, small, with_demand
from conftest import number
from icalendar import Calendar
from openpyxl import load_workbook

from data.numbers import HARD_SPACE
from impact.business import answer
from impact.business_words import notes, sentence, tax_note
from impact.business_workbook import business_workbook
from impact.calendar_feed import calendar_feed
from impact.coming import coming_events
from impact.estimates import list_estimates, withdraw_estimate
from impact.municipality_view import municipality_answer
from impact.nights import add_nights
from impact.outcomes import outcomes_for, read_outcomes
from impact.register import get_event, save_event
from impact.trade_map import read_trades

SPAN = dt.date(2024, 6, 1), dt.date(2024, 8, 29)


def test_the_total_is_the_sum_over_draws_and_not_of_percentiles(store, reference, event_dict):
    for id in ("one", "two", "three"):
        published(store, reference, small(event_dict(), id))
    found = answer(store, reference, "lodging", "5001", *SPAN)
    draws = [one.draws.output_of("lodging", "5001") for one in coming_events(store, *SPAN)]
    factor = reference.price_factor(2024, found.price_year)
    summed = np.sum(draws, axis=0) * factor
    assert found.kroner is not None
    ends = (found.kroner.p10, found.kroner.p50, found.kroner.p90)
    assert ends == pytest.approx(np.quantile(summed, [0.1, 0.5, 0.9]), rel=1e-6)
    # Independent inputs even out: the total's low end is above the sum of the events' low ends, its high end below.
    assert found.kroner.p10 > sum(one.kroner.p10 for one in found.events if one.kroner) * 1.05
    assert found.kroner.p90 < sum(one.kroner.p90 for one in found.events if one.kroner) * 0.97


def test_municipalities_and_trades_sum_to_the_region(store, reference, event_dict):
    published(store, reference, small(event_dict(), "one"))
    whole = answer(store, reference, "shop", None, *SPAN)
    (event,) = coming_events(store, *SPAN)
    shop = event.draws.trades.index("shop")
    summed = event.draws.output[:, shop].sum(axis=0) * reference.price_factor(2024, whole.price_year)
    assert whole.kroner is not None and whole.kroner.p50 == pytest.approx(float(np.median(summed)), rel=1e-6)
    assert whole.nights == () and whole.municipality is None


def test_what_counts_and_what_is_only_shown(store, reference, event_dict):
    bid = published(store, reference, small(event_dict(), "bid"), state="bid")
    found = answer(store, reference, "lodging", "5001", *SPAN)
    assert [one.event for one in found.uncertain] == [bid] and found.kroner is None
    assert "bekreftet" in sentence(found, reference, "nb")
    published(store, reference, small(event_dict(), "off"), state="cancelled")
    published(store, reference, small(event_dict(), "later", "2024-10-01", "2024-10-02"))
    published(store, reference, small(event_dict(), "secret"), publish=False)
    assert [one.event for one in answer(store, reference, "lodging", "5001", *SPAN).events] == [bid]
    sure = published(store, reference, small(event_dict(), "sure"))
    found = answer(store, reference, "lodging", "5001", *SPAN)
    assert [one.event for one in found.certain] == [sure]
    assert found.certain[0].kroner == found.kroner and found.shifts is not None


def test_a_withdrawn_estimate_is_gone(store, reference, event_dict):
    published(store, reference, small(event_dict(), "one"))
    (row,) = list_estimates(store, OFFICER)
    withdraw_estimate(store, OFFICER, row.id, row.version, "wrong figures")
    assert answer(store, reference, "lodging", "5001", *SPAN).events == ()


def test_shifts_are_kroner_times_jobs_times_hours(store, reference, event_dict):
    published(store, reference, small(event_dict(), "one"))
    found = answer(store, reference, "lodging", "5001", *SPAN, changed={"shift.hours_per_year": 1500})
    (event,) = coming_events(store, *SPAN)
    kroner = event.draws.output_of("lodging", "5001")
    assert kroner is not None and found.shifts is not None
    persons = np.median(kroner) * event.draws.jobs_per_krone[event.draws.trades.index("lodging")]
    assert found.shifts.p50 == pytest.approx(persons * 1500 / 7.5, rel=1e-6)
    assert "1 500,0 timer" in " ".join(notes(found, reference, "nb")).replace(HARD_SPACE, " ")
    plain = answer(store, reference, "lodging", "5001", *SPAN)
    assert all(one.source.startswith("antatt") for one in plain.assumptions)
    # The hours are uncertain too: the range is wider than that of kroner alone.
    assert plain.shifts is not None and plain.kroner is not None
    assert plain.shifts.p90 / plain.shifts.p10 > plain.kroner.p90 / plain.kroner.p10


def test_a_place_trade_or_span_that_is_not_there(store, reference):
    with pytest.raises(LookupError):
        answer(store, reference, "ski", "5001", *SPAN)
    with pytest.raises(LookupError):
        answer(store, reference, "lodging", "0301", *SPAN)
    for since, until in (SPAN[::-1], (SPAN[0], dt.date(2030, 1, 1))):
        with pytest.raises(ValueError, match="days"):
            answer(store, reference, "lodging", "5001", since, until)


def test_the_sentence_is_honest(store, reference, event_dict):
    published(store, reference, small(event_dict(), "one"))
    gain = answer(store, reference, "lodging", "5001", *SPAN)
    assert gain.kroner is not None and gain.kroner.p10 > 0
    text = sentence(gain, reference, "nb")
    assert text.startswith("Fra 1.6.2024 til 29.8.2024 kan arrangementer gi overnatting i Trondheim mellom ")
    assert "modellberegnet" in text and f"{HARD_SPACE}" in text
    # An event whose guests push out better-paying ones costs the trade money, and the sentence says so.
    raw = with_demand(small(event_dict(), "loss"), "2024-06-14", 2000, 1000, 990)
    raw["audience"][1]["spend"] = {"accommodation": number(1)}
    published(store, reference, raw)
    loss = answer(store, reference, "lodging", "5001", *SPAN)
    assert loss.kroner is not None and loss.kroner.p90 < 0
    assert "kan arrangementer koste overnatting" in sentence(loss, reference, "nb")
    assert "may cost accommodation" in sentence(loss, reference, "en")
    for lang in ("nb", "en"):
        assert all(notes(loss, reference, lang)) and tax_note(lang)


def test_full_nights_are_listed(store, reference, event_dict):
    add_nights(store, OFFICER, reference, [register_row("2024-06-01", "2024-06-30", 500, 300)])
    published(store, reference, with_demand(small(event_dict(), "big"), "2024-06-14", 400))
    assert answer(store, reference, "lodging", "5001", *SPAN).full_nights == (dt.date(2024, 6, 14),)


def test_a_municipality_about_itself(store, reference, event_dict):
    for id in ("one", "two"):
        published(store, reference, small(event_dict(), id))
    events = coming_events(store, *SPAN)
    pages = {code: municipality_answer(store, reference, code, *SPAN) for code in reference.municipalities}
    factor = reference.price_factor(2024, pages["5001"].price_year)
    for quantity, by in (("value_added", factor), ("tax", factor), ("employment", 1.0)):
        at = events[0].draws.codes.index("5035")
        summed = np.sum([getattr(one.draws, quantity)[at] for one in events], axis=0) * by
        shown = getattr(pages["5035"], quantity)
        assert (shown.p10, shown.p90) == pytest.approx(np.quantile(summed, [0.1, 0.9]), rel=1e-5)
    host = pages["5001"].events[0]
    assert host.share is not None and 0.5 < host.share.p50 < 1
    assert pages["5035"].events[0].room_nights is None
    assert [trade.code for trade, _ in pages["5001"].trades] == list(read_trades().codes)
    # By trade and municipality it is the business answer.
    trades = {trade.code: figure for trade, figure in pages["5028"].trades}
    assert trades["shop"] == answer(store, reference, "shop", "5028", *SPAN).kroner


def test_who_lost_is_told_with_its_source():
    lodging = outcomes_for("lodging")
    assert ("ski-vm-2025", "rooms_never_sold", "lost") in {(o.event.id, o.figure.key, o.effect) for o in lodging}
    shop = {(one.event.id, one.figure.key): one.effect for one in outcomes_for("shop")}
    assert shop["bergen-2017", "centre_shops"] == "lost" and shop["bergen-2017", "malls"] == "gained"
    assert ("ski-vm-2025", "rooms_never_sold") not in shop
    assert all(one.figure.source.startswith("http") for one in read_outcomes())
    for trade in read_trades().codes:
        assert any(one.effect == "lost" for one in outcomes_for(trade)), trade


# -- the calendar


def feed(store, lang="nb", municipality=None, **given):
    calendar = Calendar.from_ical(calendar_feed(store, lang, municipality, today=SPAN[0], **given))
    return {str(one["uid"]): one for one in calendar.walk("VEVENT")}


def test_the_calendar(store, reference, event_dict):
    event = published(store, reference, small(event_dict(), "fest"))
    row = get_event(store, OFFICER, event)
    row.document["event"] |= {"name_nb": "Fest, med; tegn\r\nX-EVIL:1", "name_en": "Feast"}
    save_event(store, OFFICER, event, row.row.version, document=row.document)
    published(store, reference, small(event_dict(), "secret"), publish=False)
    entries = feed(store)
    assert list(entries) == [f"event-{event}@ringvirk"]
    entry = entries[f"event-{event}@ringvirk"]
    assert entry["dtstart"].dt == dt.date(2024, 6, 14) and entry["dtend"].dt == dt.date(2024, 6, 16)
    assert entry["status"] == "CONFIRMED" and "modellberegnet" in entry["description"] and "x-evil" not in entry
    assert feed(store, "en")[f"event-{event}@ringvirk"]["summary"] == "Feast"
    assert "modelled" in feed(store, "en")[f"event-{event}@ringvirk"]["description"]
    assert feed(store, municipality="5035") == {}
    # Cancelled, it stays under the same name and is marked.
    save_event(store, OFFICER, event, get_event(store, OFFICER, event).row.version, state="cancelled")
    entry = feed(store)[f"event-{event}@ringvirk"]
    assert entry["status"] == "CANCELLED" and "Avlyst" in entry["description"]


def test_a_bid_is_tentative(store, reference, event_dict):
    published(store, reference, small(event_dict(), "bid"), state="bid")
    (entry,) = feed(store, place="Trondheim").values()
    assert entry["status"] == "TENTATIVE"


# -- the workbook


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_workbook(store, reference, event_dict, lang):
    add_nights(store, OFFICER, reference, [register_row("2024-06-01", "2024-06-30", 500, 300)])
    published(store, reference, small(event_dict(), "one", name_nb='=cmd|" /C calc"!A0', name_en="@SUM(A1)"))
    found = answer(store, reference, "lodging", "5001", *SPAN)
    book = load_workbook(io.BytesIO(business_workbook(found, reference, lang)))
    assert len(book.sheetnames) == 4
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    events, nights = book.worksheets[:2]
    assert events["A2"].value == ('=cmd|" /C calc"!A0' if lang == "nb" else "@SUM(A1)") and events["A2"].quotePrefix
    assert found.kroner is not None
    assert events["F3"].value == pytest.approx(found.kroner.p50) and events["F3"].number_format == "#,##0"
    assert events["B2"].value.date() == dt.date(2024, 6, 14)
    assert nights.max_row == 91 and nights["E2"].value == 500
    assert nights["E91"].value is None  # not known, and not nought
    said = [row[0].value for row in book.worksheets[3].iter_rows(min_row=2)]
    assert said[0] == sentence(found, reference, lang)
    assert any("satellittregnskap" in one for one in said)
