"""The pages that anyone may open: what they say of a year, a trade and a municipality, and nothing beyond it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from business_store import OFFICER, published, register_row, small
from pages import page_of, person, seen, signed_in

from app.choosing import slug, trades
from app.event_charts import loads_of
from app.pages import method
from app.spans import count_span, kroner_between, kroner_span
from data.clock import today
from data.numbers import HARD_SPACE
from data.permission import ANYONE
from data.phrases import LANGUAGES, has
from data.store import Store, open_store
from impact.ahead import next_events, public_stamp, year_total
from impact.business import answer
from impact.coming import coming_events
from impact.estimates import list_estimates, withdraw_estimate
from impact.feedback import list_feedback
from impact.nights import add_nights
from impact.ranges import Range
from impact.reference import Reference
from impact.register import get_event, save_event
from impact.samples import load_samples

PUBLIC = ("home", "business", "municipality", "fund", "method")
Document = Callable[[], dict[str, Any]]


def day(ahead: int) -> str:
    return (today() + dt.timedelta(ahead)).isoformat()


def shown(folder: Path, name: str, lang: str = "nb", token: str = "", **query: str) -> str:
    """Everything that a page says, run until it stands."""
    with signed_in(folder, token):
        page = page_of(name, lang=lang, **query).run()
    assert not page.exception, page.exception
    return seen(page)


# -- words for ranges


def test_a_range_has_no_more_digits_than_it_deserves() -> None:
    assert kroner_between("nb", Range(1_130_000, 1_800_000, 2_610_000)) == "1,1 og 2,6 millioner kroner"
    assert kroner_between("nb", Range(67e6, 94e6, 124e6)) == "67 og 124 millioner kroner"
    assert kroner_between("nb", Range(-9e6, -7e6, -5e6)) == "5,0 og 9,0 millioner kroner"
    assert kroner_span("nb", Range(241_300, 300_000, 614_900)) == f"240{HARD_SPACE}000–610{HARD_SPACE}000 kr"
    assert kroner_span("en", Range(67e6, 94e6, 124e6)) == "NOK 67–124m"
    assert count_span("nb", Range(312, 400, 644)) == "310–640"
    assert count_span("en", Range(0, 0, 0)) == "0"
    assert count_span("nb", Range(0, 4, 7.6)) == "0–8"


def test_trades_have_addresses_of_their_own() -> None:
    known = trades()
    assert len(known) == 10 and known["overnatting"].code == "lodging" and known["drosje-og-buss"].code == "taxi_bus"
    assert all(re.fullmatch(r"[a-z-]+", slug(one)) for one in known.values())


# -- what lies ahead


def test_a_year_is_a_sum_over_draws_of_what_is_certain_and_no_sample(
    store: Store, reference: Reference, event_dict: Document
) -> None:
    load_samples(store, reference)
    for name, first, state in (
        ("one", "2024-06-14", "confirmed"),
        ("two", "2024-09-01", "held"),
        ("bid", "2024-10-01", "bid"),
        ("off", "2024-10-05", "cancelled"),
        ("before", "2023-12-31", "held"),
    ):
        last = (dt.date.fromisoformat(first) + dt.timedelta(1)).isoformat()
        published(store, reference, small(event_dict(), name, first, last), state=state)
    found = year_total(store, reference, 2024)
    certain = coming_events(store, dt.date(2024, 6, 1), dt.date(2024, 9, 30))
    draws = [one.draws.value_added.sum(axis=0) * reference.price_factor(2024, found.price_year) for one in certain]
    assert found.events == 2 and found.left_out == 0 and found.value_added is not None
    expected = np.quantile(np.sum(draws, axis=0), [0.1, 0.5, 0.9])
    ends = (found.value_added.p10, found.value_added.p50, found.value_added.p90)
    assert ends == pytest.approx(expected, rel=1e-5)
    assert found.value_added.p10 > sum(np.quantile(one, 0.1) for one in draws)
    sample = year_total(store, reference, 2025)
    assert sample.events == 0 and sample.value_added is None


def test_the_next_events_come_in_order_with_their_nights(
    store: Store, reference: Reference, event_dict: Document
) -> None:
    for name, ahead, state in (("late", 40, "confirmed"), ("soon", 3, "bid"), ("gone", -9, "held"), ("on", -1, "held")):
        published(store, reference, small(event_dict(), name, day(ahead), day(ahead + 1)), state=state)
    found = next_events(store, today(), 2)
    assert [one.event.name("nb") for one in found] == ["on", "soon"]
    assert found[0].busiest is not None and found[0].busiest.p10 < found[0].busiest.p90
    assert len(found[0].nights) == 1


# -- every public page, whoever looks


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_stands_on_an_empty_database_and_on_the_sample(
    tmp_path: Path, reference: Reference, name: str, lang: str
) -> None:
    with open_store(tmp_path) as store:
        assert len(shown(tmp_path, name, lang)) > 100
        load_samples(store, reference)
    text = shown(tmp_path, name, lang)
    assert "REFUSED" not in text and "GONE" not in text and "FAULTS" not in text


def test_names_are_shown_as_they_stand(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    evil = "<script>alert(1)</script>"
    made = small(event_dict(), "evil", day(2), day(3), name_nb=evil, name_en=evil)
    made["event"]["id"] = "evil"
    published(store, reference, made)
    for name in ("home", "business", "municipality"):
        text = shown(tmp_path, name)
        assert "&lt;script&gt;alert(1)" in text and "<script>alert" not in text, name


def test_what_is_not_published_or_withdrawn_is_nowhere(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    published(store, reference, small(event_dict(), "hemmelig", day(5), day(6)), publish=False)
    published(store, reference, small(event_dict(), "trukket", day(5), day(6)))
    row = next(one for one in list_estimates(store, OFFICER) if one.published)
    before = shown(tmp_path, "home")
    withdraw_estimate(store, OFFICER, row.id, row.version, "feil tall")
    for name in ("home", "business", "municipality"):
        assert "hemmelig" not in shown(tmp_path, name) and "trukket" not in shown(tmp_path, name), name
    assert "trukket" in before


# -- the front page


def test_the_sample_stands_in_front_until_there_is_an_event(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    load_samples(store, reference)
    text = shown(tmp_path, "home")
    for wanted in ("eksempel", "8 av 10 beregninger", "modellberegnet", "kommunikasjon.ntb.no", "underskudd"):
        assert wanted in text, wanted
    assert re.search(r'href="/anslag\?id=\d+"', text) and 'href="/logg-inn?next=%2Fskjema' in text
    assert text.count('"rv-go rv-first"') == 1
    published(store, reference, small(event_dict(), "Eksempelturen", day(10), day(11)))
    text = shown(tmp_path, "home")
    assert f"Arrangementene i {today().year}" in text or f"i {today().year} har" in text
    assert "Eksempelturen" in text and text.count('"rv-go rv-first"') == 1


def test_who_is_signed_in_finds_what_the_menu_does_not_list(store: Store, tmp_path: Path, reference: Reference) -> None:
    load_samples(store, reference)
    _, officer = person(store, "officer")
    _, auditor = person(store, "auditor")
    text = shown(tmp_path, "home", token=officer)
    assert 'href="/naeringsliv"' in text and 'href="/metode"' in text and 'href="/skjema"' in text
    text = shown(tmp_path, "home", token=auditor)
    assert 'href="/skjema"' not in text and "logg-inn" not in text


# -- for business


def test_the_address_says_what_is_shown_and_choosing_changes_it(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    published(store, reference, small(event_dict(), "Eksempelmessen", day(5), day(6)))
    with signed_in(tmp_path, ""):
        page = page_of("business", bransje="servering", kommune="5035").run()
        assert "serveringssteder i Stjørdal" in seen(page)
        page.selectbox(key="business_address_kommune").set_value("5001").run()
        assert page.query_params["kommune"] == "5001" and "serveringssteder i Trondheim" in seen(page)
        page.selectbox(key="business_address_bransje").set_value("overnatting").run()
        assert page.query_params["bransje"] == "overnatting" and "overnattingssteder i Trondheim" in seen(page)
        assert not page.exception


def test_an_address_that_is_wrong_is_told(store: Store, tmp_path: Path, reference: Reference) -> None:
    text = shown(tmp_path, "business", bransje="<b>", kommune="9999", periode="1066")
    assert "&lt;b&gt;" in text and "«9999»" in text and "«1066»" in text


def test_nights_without_rooms_are_not_known_and_full_nights_are_told(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    published(store, reference, small(event_dict(), "Eksempelcupen", day(5), day(6)))
    assert "ikke kjent for disse nettene" in shown(tmp_path, "business", kommune="5001")
    add_nights(store, OFFICER, reference, [register_row(day(0), day(30), 100, 99)])
    text = shown(tmp_path, "business", kommune="5001")
    assert "fullt i Trondheim" in text and "ikke kjent for disse nettene" not in text
    assert "ingen romdøgn her" in shown(tmp_path, "business", kommune="5059")


def test_nothing_coming_leads_to_what_has_been(store: Store, tmp_path: Path, reference: Reference) -> None:
    load_samples(store, reference)
    text = shown(tmp_path, "business", bransje="overnatting")
    assert "ingen bekreftede arrangementer" in text and "periode=2025" in text and "bransje=overnatting" in text
    assert "aldri ble solgt" in text and "horecanytt.no" in text
    text = shown(tmp_path, "business", periode="2025")
    assert "kan arrangementer ha gitt" in text and "et eksempel som følger med programmet" in text


def test_the_sample_fills_no_night_that_the_hotels_say_had_room(store: Store, reference: Reference) -> None:
    """79 per cent of the rooms were sold: the view must not call the nights full beside that."""
    load_samples(store, reference)
    (sample,) = coming_events(store, dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    nights = np.median(sample.draws.room_nights, axis=1)
    sold, rooms = 3634, 4600
    usual = np.median(sample.draws.baseline, axis=1)
    assert len(nights) == 12 and (nights > 0).all()
    assert (usual + nights < rooms).all() and (usual + 0.7 * nights < sold).all()


def test_an_answer_is_sent_once_and_without_a_name(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    event = published(store, reference, small(event_dict(), "Eksempelkonserten", day(-3), day(-2)), state="held")
    key = f"held_lodging_5001_{event}"
    with signed_in(tmp_path, ""):
        page = page_of("business").run()
        page.button(key=f"{key}_send").click().run()
        assert "Velg mer enn ventet" in seen(page)
        page.radio(key=f"{key}_holds").set_value("less").run()
        page.text_input(key=f"{key}_change").set_value("mye").run()
        page.button(key=f"{key}_send").click().run()
        assert "kan ikke leses som et tall" in seen(page) and page.text_input(key=f"{key}_change").value == "mye"
        page.text_input(key=f"{key}_change").set_value("−12,5 %").run()
        page.button(key=f"{key}_send").click().run()
        assert "Svaret om Eksempelkonserten er sendt" in re.sub(r"\\", "", seen(page))
        page.run()
    found = list_feedback(store, OFFICER)
    assert [(one.event, one.answer, one.turnover_change, one.trade) for one in found] == [
        (event, "less", -12.5, "lodging")
    ]
    with store.read() as db:
        trail = [row["actor"] for row in db.query("SELECT actor FROM audit WHERE action = 'feedback.write'")]
    assert set(trail) == {ANYONE.id}


# -- for a municipality, and the method


def test_a_municipality_sees_its_share_and_that_tax_is_gross(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    published(store, reference, small(event_dict(), "Eksempelcupen", day(5), day(6)))
    text = shown(tmp_path, "municipality", kommune="5035")
    for wanted in ("Stjørdal", "% av regionens", "brutto", "Utjevningen", 'href="/naeringsliv?kommune=5035"'):
        assert wanted in text, wanted


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_section_of_the_method_has_its_words(lang: str) -> None:
    found = method.sections(lang)  # type: ignore[arg-type]
    numbers = [number for number, _, _ in found if number]
    assert numbers == [str(one) for one in range(1, len(numbers) + 1)] and len(numbers) >= 11
    assert all(has(f"method_page.section.{number}") for number in numbers)
    assert not has(f"method_page.section.{len(numbers) + 1}")
    assert not re.search(r"\]\((?!https?://)", "".join(body for *_, body in found))
    assert {len(method.sections(one)) for one in LANGUAGES} == {len(found)}


# -- kept answers


def test_kept_answers_are_new_once_something_they_are_made_of_has_changed(
    store: Store, tmp_path: Path, reference: Reference, event_dict: Document
) -> None:
    stamps = [public_stamp(store)]
    event = published(store, reference, small(event_dict(), "Eksempelcupen", day(5), day(6)))
    stamps.append(public_stamp(store))
    assert "Eksempelcupen" in shown(tmp_path, "home")
    published(store, reference, small(event_dict(), "Hemmelig", day(5), day(6)), publish=False)
    assert public_stamp(store) == stamps[-1]
    row = get_event(store, OFFICER, event).row
    save_event(store, OFFICER, event, row.version, state="cancelled")
    stamps.append(public_stamp(store))
    assert "Eksempelcupen" not in shown(tmp_path, "home")
    add_nights(store, OFFICER, reference, [register_row(day(0), day(30), 100, 99)])
    stamps.append(public_stamp(store))
    assert len(set(stamps)) == len(stamps)


def test_the_chart_and_the_words_agree_on_which_nights_are_full(
    store: Store, reference: Reference, event_dict: Document
) -> None:
    published(store, reference, small(event_dict(), "Eksempelcupen", day(5), day(9)))
    held: list[bool] = []
    for rooms, sold in ((4000, 100), (700, 500), (100, 99)):
        add_nights(store, OFFICER, reference, [register_row(day(0), day(20), rooms, sold)])
        found = answer(store, reference, "lodging", "5001", today(), today() + dt.timedelta(20))
        wanted = [one for one in found.nights if one.demand.p50 > 0]
        assert [one.full for one in loads_of(wanted)] == [one.full for one in wanted]
        assert all((one.rooms_free or 0) <= rooms - sold for one in loads_of(wanted))
        held += [one.full for one in wanted]
    assert any(held) and not all(held)
