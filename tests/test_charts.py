"""Charts: what they say, room for it on a narrow screen, colours that can be told apart, numbers in the language."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from app.charts import bridge, effects, ranges, tornado
from app.event_charts import EventFigure, NightLoad, comparison, nights, scenarios
from app.figure import Figure
from app.map_chart import municipality_map
from app.share_charts import industries, places
from app.theme import MODES, PALETTES, TEXT_SIZE, Palette
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES, Lang
from impact.estimate import estimate
from impact.event_reading import read_event, read_event_file
from impact.reference import Reference
from impact.simulation import frame, simulate

Tree = dict[str, Any]
SKI = Path(__file__).parent.parent / "data" / "samples" / "ski-vm-2025.toml"
NARROW = 320
WIDE_LETTER = 7
"""Pixels that a letter of 13 pixels takes on average, generously."""


@pytest.fixture(scope="module")
def tree(reference: Reference) -> Tree:
    event = read_event_file(SKI, reference)
    return estimate(simulate(event, frame(reference, event.first_day), 1, 400))


@pytest.fixture(scope="module")
def small(reference: Reference) -> Callable[[dict[str, Any]], Tree]:
    def make(raw: dict[str, Any], table: str | None = None) -> Tree:
        event = read_event(raw, "event", reference)
        setting = frame(reference, event.first_day, table) if table else frame(reference, event.first_day)
        return estimate(simulate(event, setting, 1, 200))

    return make


def strip(count: int, full: int) -> list[NightLoad]:
    first = dt.date(2025, 2, 26)
    return [NightLoad(first + dt.timedelta(i), 900 if i < full else 100, 800, 1500.0) for i in range(count)]


def every(tree: Tree, reference: Reference, lang: Lang, mode: Any) -> list[Figure]:
    known = {"p10": 900.0, "p50": 1200.0, "p90": 1600.0}
    found = [
        bridge(tree, lang, mode),
        ranges(tree, lang, mode, published={"region": 1.1e8}),
        ranges(tree, lang, mode, "employment"),
        effects(tree, lang, mode),
        industries(tree, reference, lang, mode),
        tornado(tree, lang, mode),
        places(tree, reference, lang, mode),
        places(tree, reference, lang, mode, quantity="pay_by_residence"),
        municipality_map(tree, reference, lang, mode),
        nights(strip(12, 3), lang, mode),
        comparison([EventFigure("A", known), EventFigure("B", None)], "visitor", lang, mode),
        scenarios(tree, tree, ("62 %", "46 %"), lang, mode),
    ]
    return [one for one in found if one is not None]


# -- colours


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_marks_and_words_stand_out_from_the_ground(mode: Any) -> None:
    own: Palette = PALETTES[mode]
    for name in ("ink", "muted"):
        assert contrast(getattr(own, name), own.ground) >= 4.5, name
    for name in ("outline", "direct", "indirect", "money_in", "money_out", "contingent", "dot", "chosen"):
        assert contrast(getattr(own, name), own.ground) >= 3, name
    assert contrast(own.direct, own.band) >= 3 or mode == "dark"
    assert contrast(own.ink, own.place) >= 4.5  # names on the map
    assert contrast(own.ground, own.chosen) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_neighbouring_segments_are_parted_by_a_line_that_stands_out(mode: Any) -> None:
    """Neighbours lie under 3:1, so of each two at least one must stand 3:1 from the line between them."""
    own = PALETTES[mode]
    for one, other in pairwise((own.direct, own.indirect, own.induced)):
        assert max(contrast(one, own.outline), contrast(other, own.outline)) >= 3


def blind(colour: str, kind: str) -> tuple[float, float, float]:
    """``colour`` as it looks without one kind of cone, linear RGB (Machado, Oliveira, Fernandes 2009)."""
    matrix = {
        "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    }[kind]
    rgb = [(int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5)]
    red, green, blue = (max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))) for row in matrix)
    return red, green, blue


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["protan", "deutan", "tritan"])
def test_money_out_is_never_taken_for_what_stays(mode: Any, kind: str) -> None:
    own = PALETTES[mode]
    for other in (own.direct, own.indirect, own.induced):
        apart = sum((a - b) ** 2 for a, b in zip(blind(own.money_out, kind), blind(other, kind), strict=True)) ** 0.5
        assert apart > 0.1, other


# -- what a chart says


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_has_title_table_and_text(tree: Tree, reference: Reference, lang: Lang) -> None:
    for figure in every(tree, reference, lang, "light"):
        spec = figure.chart.to_dict()
        assert figure.title and figure.note and figure.alt
        assert spec["description"] == figure.alt
        assert spec["width"] == "container"
        assert len(figure.table) == len(figure.shown()) > 0
        assert spec["config"]["locale"]["number"]["decimal"] == ("," if lang == "nb" else ".")


def test_titles_say_what_one_sees(tree: Tree, reference: Reference) -> None:
    assert industries(tree, reference, "nb", "light").title == "Mest til overnatting og servering"
    assert industries(tree, reference, "en", "light").title == "Most to accommodation and food services"
    assert tornado(tree, "nb", "light").title.startswith("Mest usikkert: Arrangørens kostnader")
    assert "Trondheim" in places(tree, reference, "nb", "light").title
    assert "millioner kroner" in ranges(tree, "nb", "light").title
    assert nights(strip(12, 3), "nb", "light").title == "Fullt 3 av 12 netter"
    assert nights(strip(12, 0), "en", "light").title == "Free rooms every night"
    untold = [NightLoad(dt.date(2025, 2, 26), 900, None)]
    assert nights(untold, "en", "light").title == "Free rooms are not known for every night"
    assert nights(untold, "en", "light").table.iloc[0, -1] == "not known"
    assert "endrer ikke" in scenarios(tree, tree, ("a", "b"), "nb", "light").title


def test_the_bridge_ends_at_final_demand_and_its_bars_start_where_the_last_ended(tree: Tree) -> None:
    figure = bridge(tree, "nb", "light")
    column = figure.table.iloc[:, 0]
    assert column.iloc[:5].sum() == pytest.approx(column.iloc[5])
    assert column.iloc[6:].sum() == pytest.approx(
        tree["areas"]["region"]["effects"]["value_added"]["total"]["mode"] / 1e6
    )
    marks = next(one for one in layers(figure) if mark_of(one) == "rect")["data"]["values"]
    assert marks[0]["x"] == marks[5]["x"] == marks[6]["x"] == 0
    assert all(one["x2"] == other["x"] for one, other in pairwise(marks[:5]))
    colours = PALETTES["light"]
    assert [one["fill"] for one in marks[6:]] == [colours.direct, colours.indirect, colours.induced]
    assert marks[1]["fill"] == colours.money_out and marks[0]["fill"] == colours.money_in


def test_industries_and_the_rest_are_all_there_is(tree: Tree, reference: Reference) -> None:
    figure = industries(tree, reference, "nb", "light", top=3)
    assert len(figure.table) == 4
    whole = tree["areas"]["region"]["effects"]["value_added"]["total"]["mode"] / 1e6
    assert figure.table.iloc[:, -1].sum() == pytest.approx(whole)


def test_assumed_inputs_are_hollow_and_known_ones_solid(tree: Tree) -> None:
    solid, hollow = [one for one in layers(tornado(tree, "nb", "light")) if mark_of(one) == "rect"]
    assert hollow["mark"]["strokeDash"] and hollow["mark"]["fill"] == PALETTES["light"].ground
    assert "strokeDash" not in solid["mark"]
    assert all(one["assumed"] for one in hollow["data"]["values"])
    assert not any(one["assumed"] for one in solid["data"]["values"])
    assert all("antatt" in one["label"] for one in hollow["data"]["values"])


def test_the_chosen_municipality_is_dark_and_the_others_one_hue(tree: Tree, reference: Reference) -> None:
    figure = municipality_map(tree, reference, "nb", "light", chosen="5035")
    assert figure is not None
    fills = {one["name"]: one["fill"] for one in layers(figure)[0]["data"]["values"]}
    assert len(fills) == 8
    assert fills.pop("Stjørdal") == PALETTES["light"].chosen
    assert set(fills.values()) == {PALETTES["light"].place}


def test_what_is_not_known_is_said_and_not_drawn(
    small: Callable[..., Tree], event_dict: Callable[..., Any], reference: Reference
) -> None:
    tree = small(event_dict(), "norway-2020")
    figure = ranges(tree, "nb", "light", "employment")
    assert figure.title.endswith("ikke kjent") and "ikke kjent" in figure.alt
    assert places(tree, reference, "nb", "light") is None
    assert municipality_map(tree, reference, "nb", "light") is None
    assert effects(tree, "nb", "light", "employment").chart.to_dict()
    nothing = comparison([], "guest_night", "nb", "light")
    assert nothing.title == "Ingen tall ennå: kroner per gjestedøgn"


def test_a_loss_is_drawn_to_the_left_of_zero(
    small: Callable[..., Tree], event_dict: Callable[..., Any], reference: Reference
) -> None:
    raw = event_dict(audience=[event_dict()["audience"][0]], night=[])
    raw.pop("night")
    raw["organiser_cost"][0]["local_share"]["value"] = 0.05
    raw["organiser_income"][0]["inside_share"]["value"] = 1.0
    tree = small(raw)
    assert tree["areas"]["region"]["effects"]["value_added"]["total"]["mode"] < 0
    figure = bridge(tree, "nb", "light")
    domain = layers(figure)[0]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] < 0 <= domain[1]
    for one in (figure, ranges(tree, "nb", "light"), effects(tree, "nb", "light"), tornado(tree, "nb", "light")):
        assert one.png(NARROW, 1.0)
    assert industries(tree, reference, "nb", "light").title == "Ingen næring får mer enn den mister"


# -- what a chart looks like


def layers(figure: Figure) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = figure.chart.to_dict()["layer"]
    return found


def mark_of(layer: dict[str, Any]) -> str:
    return str(layer["mark"]["type"])


def test_words_find_room_on_a_narrow_screen(tree: Tree, reference: Reference) -> None:
    """Words and value of a row share a line, and no line is longer than what 320 pixels hold."""
    for lang in LANGUAGES:
        for figure in every(tree, reference, lang, "light"):
            for one in layers(figure):
                if mark_of(one) == "text":
                    assert one["mark"].get("fontSize", TEXT_SIZE) >= 12
                    for row in one["data"]["values"]:
                        long = max(len(line) for line in str(row.get("label", "")).split("\n"))
                        assert long + len(str(row.get("value", ""))) <= NARROW // WIDE_LETTER, (figure.key, row)
            assert "limit" not in json.dumps(figure.chart.to_dict())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_drawn_text_stays_inside_the_picture(tree: Tree, lang: Lang, reference: Reference) -> None:
    """Measured with the font that is drawn: the ink ends before the picture's edge."""
    image = pytest.importorskip("PIL.Image")
    for figure in every(tree, reference, lang, "light"):
        picture = image.open(io.BytesIO(figure.png(NARROW, 1.0))).convert("RGB")
        assert picture.width <= NARROW + 1
        ground = (255, 255, 255)
        for x in (0, picture.width - 1):
            edge = picture.crop((x, 0, x + 1, picture.height))
            inked = edge.height - dict((colour, n) for n, colour in edge.getcolors(10_000)).get(ground, 0)
            assert inked <= 40, (figure.key, x)


def test_numbers_and_dates_are_written_as_the_language_does(tree: Tree) -> None:
    figure = comparison([EventFigure("A", {"p10": 1500.0, "p50": 2200.0, "p90": 3900.0})], "visitor", "nb", "light")
    assert f"2{HARD_SPACE}200 (1{HARD_SPACE}500–3{HARD_SPACE}900)" in figure.alt
    svg = svg_of(figure)
    assert f"1{HARD_SPACE}000" in svg or f"2{HARD_SPACE}000" in svg
    english = svg_of(
        comparison([EventFigure("A", {"p10": 1500.0, "p50": 2200.0, "p90": 3900.0})], "visitor", "en", "dark")
    )
    assert "2,200 (1,500–3,900)" in english
    assert "26.2." in svg_of(nights(strip(12, 3), "nb", "light"))
    assert "26 Feb" in svg_of(nights(strip(12, 3), "en", "light"))


def svg_of(figure: Figure) -> str:
    spec = figure.chart.properties(width=NARROW).to_dict()
    locale = spec["config"]["locale"]
    return str(vl_convert.vegalite_to_svg(spec, format_locale=locale["number"], time_format_locale=locale["time"]))


def test_a_chart_holds_only_what_it_draws_and_nothing_from_outside(tree: Tree, reference: Reference) -> None:
    source = next(iter(tree["tables"].values()))["source"]
    for figure in every(tree, reference, "nb", "light"):
        text = json.dumps({**figure.chart.to_dict(), "$schema": ""}, ensure_ascii=False)
        assert source not in text and "http" not in text and '"url"' not in text
        assert len(text) < (30_000 if figure.key == "map" else 16_000), figure.key


def test_light_and_dark_draw_the_same_in_their_own_colours(tree: Tree, reference: Reference) -> None:
    for light, dark in zip(*(every(tree, reference, "nb", mode) for mode in MODES), strict=True):
        assert light.alt == dark.alt and light.title == dark.title
        other = set(vars(PALETTES["light"]).values()) - set(vars(PALETTES["dark"]).values())
        found = set(re.findall(r"#[0-9A-F]{6}", json.dumps(dark.chart.to_dict())))
        assert not found & other, dark.key
