"""Published figures: read whole or refused with every fault; what is derived is worked out again here."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.faults import Faults
from impact.published import (
    COLUMNS,
    PUBLISHED,
    Published,
    evaluate,
    headings,
    published_ids,
    published_path,
    published_text,
    read_published,
)

HEAD = """[event]
id = "one"
name_nb = "Én"
name_en = "One"
year = 2025
place = "Her"
note_nb = "Ingen."
note_en = "None."
"""
ROOMS = """[[figure]]
key = "rooms"
name_nb = "Rom"
name_en = "Rooms"
value = 100
unit = "rooms"
year = 2025
grade = "P"
evidence = "reported"
source = "https://example.org/rooms"
"""
HALF = """[[figure]]
key = "half"
name_nb = "Halvparten"
name_en = "Half"
value = 50
unit = "rooms"
year = 2025
grade = "D"
evidence = "assumed"
formula = "rooms / 2"
"""


def published(event_id: str) -> Published:
    return read_published(published_path(event_id))


def value(event: Published, key: str) -> float:
    found = event.figure(key).value
    assert found is not None
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "one.toml"
    path.write_text(text, encoding="utf-8")
    return path


def codes(path: Path) -> set[str]:
    with pytest.raises(Faults) as caught:
        read_published(path)
    for fault in caught.value.faults:
        assert fault.line("nb") and fault.line("en")
    return {fault.code.removeprefix("published.") for fault in caught.value.faults}


def test_ids() -> None:
    assert published_ids() == ("bergen-2017", "oslo-2011", "ski-vm-2025", "trondheim-festivals-2024")


@pytest.mark.parametrize("event_id", published_ids())
def test_shipped_files_are_whole(event_id: str) -> None:
    event = published(event_id)
    assert event.id == event_id
    keys = [figure.key for figure in event.figures]
    assert len(keys) == len(set(keys))
    for figure in event.figures:
        assert figure.source or figure.formula


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("event_id", published_ids())
def test_rows_for_a_table(event_id: str, lang: str) -> None:
    event = published(event_id)
    rows = published_text(event, lang)  # type: ignore[arg-type]
    assert len(rows) == len(event.figures) + len(event.unknowns)
    assert all(tuple(row) == COLUMNS and row["name"] and row["value"] for row in rows)
    assert tuple(headings(lang)) == COLUMNS  # type: ignore[arg-type]


def test_a_figure_as_it_is_shown() -> None:
    event = published("ski-vm-2025")
    assert event.figure("hotel_rooms").shown("nb") == "om lag 4\u00a0600\u00a0rom"
    assert event.figure("hotel_rooms").shown("en") == "about 4,600\u00a0rooms"
    assert event.figure("room_occupancy").shown("nb") == "79\u00a0%"
    assert event.figure("room_occupancy").shown("en") == "79%"
    assert event.figure("fis_income").shown("nb") == "13,3\u00a0millioner sveitsiske franc"


def test_ski_vm_derived_rooms() -> None:
    event = published("ski-vm-2025")
    assert value(event, "extra_rooms_62") == pytest.approx(4600 * (0.79 - 0.62)) == pytest.approx(782)
    assert value(event, "extra_room_nights_62") == pytest.approx(4600 * (0.79 - 0.62) * 12)
    assert value(event, "extra_room_nights_46") == pytest.approx(4600 * (0.79 - 0.46) * 12)
    assert value(event, "extra_guest_nights_62") == pytest.approx(4600 * (0.79 - 0.62) * 12 * 1.3)
    assert value(event, "room_nights_sold") == pytest.approx(4600 * 0.79 * 12)
    assert value(event, "hours_per_volunteer") == pytest.approx(398_000 / 2400)


def test_bergen_derived() -> None:
    assert value(published("bergen-2017"), "consumption_per_night") == pytest.approx(73e6 / 40_000)


def test_oslo_derived() -> None:
    event = published("oslo-2011")
    assert value(event, "employment_per_million") == pytest.approx(330 / 420)
    assert value(event, "revenue_share") == pytest.approx(100 * 45 / 420)
    found = [value(event, f"{what}_{who}_2024") for what in ("lodging", "food") for who in ("foreign", "norwegian")]
    parts = (2164 * 0.35, 2543 * 0.42, 2164 * 0.23, 2543 * 0.15)
    assert found == pytest.approx([part * 1.433 for part in parts], abs=0.01)


def test_festivals_derived_and_published_agree() -> None:
    event = published("trondheim-festivals-2024")
    assert value(event, "extra_guests_2016") == 12_500 * 1.3 == 16_250
    assert value(event, "extra_spending_low_2016") == value(event, "leisure_total_2016") == 16_250 * 1280 / 1e6
    assert value(event, "extra_spending_high_2016") == value(event, "conference_total_2016") == 16_250 * 3600 / 1e6


def test_contradicting_figures_both_stand_with_a_note() -> None:
    event = published("ski-vm-2025")
    assert value(event, "deficit") == 37 and value(event, "debt_94") == 94
    assert "not the deficit" in event.figure("debt_94").note_en
    for key in ("tickets", "forest_visits", "square_visits"):
        assert "never be added" in event.figure(key).note_en


def test_the_sample_page_tells_both_baselines() -> None:
    page = (PUBLISHED.parents[2] / "docs" / "sample-ski-vm.md").read_text(encoding="utf-8")
    event = published("ski-vm-2025")
    for key in ("extra_room_nights_62", "extra_room_nights_46"):
        assert f"{value(event, key):,.0f}".replace(",", "\u00a0") in page


def test_a_small_file(tmp_path: Path) -> None:
    event = read_published(written(tmp_path, HEAD + ROOMS + HALF))
    assert [figure.key for figure in event.figures] == ["rooms", "half"]
    assert event.unknowns == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('grade = "P"', 'grade = "Q"', "not_one_of"),
        ('grade = "P"', "", "missing"),
        ('evidence = "reported"', 'evidence = "assumed"', "evidence_of_grade"),
        ('evidence = "reported"', 'evidence = "guessed"', "not_one_of"),
        ('unit = "rooms"\nyear = 2025\ngrade = "P"', 'year = 2025\ngrade = "P"', "unit_unknown"),
        ("value = 100", "value = true", "wrong_kind_float"),
        ("value = 100", "value = inf", "wrong_kind_float"),
        ("value = 100", "", "value_or_text"),
        ("value = 100", 'value = 100\ntext_nb = "hundre"\ntext_en = "a hundred"', "value_or_text"),
        ("value = 100", 'text_nb = "hundre"', "value_or_text"),
        ("value = 100", "value = 100\ncolour = 1", "unknown_field"),
        ("value = 100", 'value = 100\nqualifier = "roughly"', "not_one_of"),
        ("value = 100", 'value = 100\nnote_nb = "Bare her."', "both_languages"),
        ("value = 100", "value = 120", "derived"),
        ("year = 2025\ngrade", "year = 2025.5\ngrade", "wrong_kind_int"),
        ('source = "https://example.org/rooms"', "", "address"),
        ('source = "https://example.org/rooms"', 'source = "the press"', "address"),
        ('source = "https://example.org/rooms"', 'source = ""', "wrong_kind_str"),
        ('key = "half"', 'key = "rooms"', "key_twice"),
        ('formula = "rooms / 2"', "", "formula_of_grade"),
        ('formula = "rooms / 2"', 'formula = "beds / 2"', "formula"),
        ('formula = "rooms / 2"', 'formula = "rooms / 0"', "formula"),
        ('formula = "rooms / 2"', 'formula = "half"', "formula"),
        ('formula = "rooms / 2"', "formula = \"open('x')\"", "formula"),
        ('formula = "rooms / 2"', 'formula = "rooms /"', "formula"),
        ('place = "Her"', "", "missing"),
        ("[event]", "[extra]\n[event]", "unknown_field"),
        ("[[figure]]", "[figure]", "broken_toml"),
        (HEAD, 'figure = "none"\n' + HEAD, "broken_toml"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = HEAD + ROOMS + HALF
    assert old in text
    assert code in codes(written(tmp_path, text.replace(old, new, 1)))


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = (HEAD + ROOMS + HALF).replace('grade = "P"', 'grade = "Q"').replace('name_en = "One"\n', "")
    assert codes(written(tmp_path, text)) >= {"not_one_of", "missing"}


def test_rows_of_another_kind(tmp_path: Path) -> None:
    assert codes(written(tmp_path, 'figure = "none"\nunknown = [1]\n' + HEAD)) == {"not_rows"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert codes(tmp_path / "missing.toml") == {"file_missing"}
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe")
    assert codes(broken) == {"not_utf8"}
    with pytest.raises(Faults, match="no-such"):
        published_path("no-such")


def test_evaluate_takes_arithmetic_only() -> None:
    assert evaluate("-(a + 2) * 3 - a / 4", {"a": 2.0}) == -12.5
    for formula in ("a ** 2", "a if a else 1", "a.real", "'a'", "True", "a; a", "", "(" * 5000):
        with pytest.raises(ValueError):
            evaluate(formula, {"a": 2.0})
