"""The page of the night register: who may write, faults told in words, nothing lost, and two people at one row."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from business_store import OFFICER, register_row
from pages import page_of, person, seen, signed_in

from data.clock import today
from data.store import Store
from impact.nights import add_nights, list_nights
from impact.reference import Reference


def test_who_may_read_and_who_may_write(store: Store, tmp_path: Path, reference: Reference) -> None:
    add_nights(store, OFFICER, reference, [register_row("2026-01-01", "2026-01-31", 700, 400, "5035")])
    with signed_in(tmp_path, ""):
        assert "REFUSED" in seen(page_of("nights").run())
    for role, writes in (("officer", True), ("auditor", False), ("board", False)):
        _, token = person(store, role)
        with signed_in(tmp_path, token):
            text = seen(page_of("nights").run())
            assert "Stjørdal" in text and ("/netter?id=" in text) == writes == ("Legg inn" in text), role
            one = page_of("nights", id="1").run()
            assert any(button.key == "nights_1_store" for button in one.button) == writes, role


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_row_is_entered_with_its_faults_told_first(store: Store, tmp_path: Path, lang: str) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("nights", lang=lang).run()
        assert not page.exception
        page.text_input(key="nights_0_rooms").set_value("4.600").run()
        page.text_input(key="nights_0_sold").set_value("2 000 / 2 400 / 2 900").run()
        page.button(key="nights_0_store").click().run()
        assert re.search("4.600", seen(page)) and page.text_input(key="nights_0_rooms").value == "4.600"
        page.text_input(key="nights_0_rooms").set_value("4 600").run()
        page.button(key="nights_0_store").click().run()
        assert list_nights(store) == [] and page.text_input(key="nights_0_sold").value == "2 000 / 2 400 / 2 900"
        page.selectbox(key="nights_0_evidence").set_value("assumed").run()
        page.text_input(key="nights_0_source").set_value("oppdiktet").run()
        page.button(key="nights_0_store").click().run()
        page.button(key="nights_0_store").click().run()  # a second click finds empty fields
        assert not page.exception
    (row,) = list_nights(store)
    assert (row.rooms, row.sold.low, row.sold.mode, row.sold.high) == (4600, 2000, 2400, 2900)
    assert (row.municipality, row.first_day, row.sold.evidence) == ("5001", today(), "assumed")


def test_of_two_people_the_second_is_told_and_keeps_what_was_typed(
    store: Store, tmp_path: Path, reference: Reference
) -> None:
    (id,) = add_nights(store, OFFICER, reference, [register_row("2026-01-01", "2026-01-31", 700, 400, "5035")])
    _, one = person(store, "officer")
    _, two = person(store, "officer")
    with signed_in(tmp_path, two):
        mine = page_of("nights", id=str(id)).run()
        mine.text_input(key=f"nights_{id}_rooms").set_value("720").run()
    with signed_in(tmp_path, one):
        theirs = page_of("nights", id=str(id)).run()
        theirs.text_input(key=f"nights_{id}_source").set_value("talt på nytt").run()
        theirs.button(key=f"nights_{id}_store").click().run()
    with signed_in(tmp_path, two):
        mine.button(key=f"nights_{id}_store").click().run()
        assert "Ingenting er overskrevet" in seen(mine) and "talt på nytt" in seen(mine)
        assert mine.text_input(key=f"nights_{id}_rooms").value == "720"
        assert list_nights(store)[0].rooms == 700
        mine.button(key=f"nights_{id}_store").click().run()
        assert "Endringen er lagret" in seen(mine)
    assert list_nights(store)[0].rooms == 720


def test_a_row_that_is_not_there_and_one_that_is_deleted(store: Store, tmp_path: Path, reference: Reference) -> None:
    (id,) = add_nights(store, OFFICER, reference, [register_row("2026-01-01", "2026-01-31", 700, 400)])
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        for asked in ("abc", "999", "1 OR 1"):
            assert "GONE" in seen(page_of("nights", id=asked).run())
        page = page_of("nights", id=str(id)).run()
        page.button(key=f"nights_{id}_delete").click().run()
        assert "Raden er slettet" in seen(page) and list_nights(store) == []


def test_months_come_from_imported_statistics(store: Store, tmp_path: Path) -> None:
    region = tmp_path / "reference" / "region"
    region.mkdir(parents=True)
    (region / "accommodation-2025.csv").write_text(
        "area,month,measure,value\n5001,2025M03,Kapasitetsutnytting av rom (prosent),58.4\n", encoding="utf-8"
    )
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("nights").run()
        page.text_input(key="nights_statistics_rooms").set_value("4 600").run()
        assert not page.exception and "58.4 %" in seen(page)
        page.button(key="nights_statistics_add").click().run()
        assert not page.exception
    (row,) = list_nights(store)
    assert row.first_day == dt.date(today().year, 3, 1) and row.sold.evidence == "assumed"
    assert row.sold.mode == pytest.approx(4600 * 0.584)
