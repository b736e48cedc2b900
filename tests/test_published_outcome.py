"""The ski-VM carried through: each figure with source and grade, units kept apart, what is unknown said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.numbers import HARD_SPACE, number
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store
from impact.published import Figure
from impact.record.published_outcome import LINES, OutcomeLine, read_published_outcome
from impact.register import create_event

LINE = """[[line]]
event = "ski-vm-2025"
about_nb = "Alt"
about_en = "All"
said_nb = "Feil."
said_en = "Wrong."
before = []
after = {after}
difference = {difference}
"""


def lines() -> dict[str, OutcomeLine]:
    found = read_published_outcome("ski-vm-2025")
    assert found is not None
    return {one.about_en: one for one in found.lines}


def values(figures: tuple[Figure, ...]) -> list[tuple[float | None, str, str]]:
    return [(one.value, one.unit, one.qualifier) for one in figures]


def test_what_was_forecast_and_what_came_of_it() -> None:
    one = lines()
    assert values(one["Tickets"].before)[1] == (220_000, "tickets", "")
    assert values(one["Tickets"].after) == [(229_000, "tickets", "")]
    assert values(one["Tickets"].difference) == [(9_000, "tickets", "")]
    claimed = values(one["People who came"].before)
    assert (300_000, "visits", "above") in claimed and not one["People who came"].after
    assert values(one["Hotel rooms"].after)[0] == (79, "percent", "")
    result = one["The organiser's result"]
    assert sorted(one.value or 0 for one in result.before) == [15, 20, 22]
    assert values(result.after) == [(37, "nok_million", "")]
    assert [one.value for one in result.difference] == [52, 59]


def test_every_figure_has_a_source_and_a_grade() -> None:
    for one in lines().values():
        for figure in (*one.before, *one.after):
            assert figure.grade in "OPS" and figure.source.startswith("http"), figure.key
        for figure in one.difference:
            assert figure.grade == "D" and figure.formula


def test_units_differ_and_no_difference_mixes_them(tmp_path: Path) -> None:
    units = {figure.unit for one in lines().values() for figure in one.after if figure.unit}
    assert {"tickets", "visits", "percent", "rooms", "nok_million"} <= units
    for key, why in (("room_nights_sold", "mixes"), ("tickets", "not derived"), ("nothing", "nothing")):
        path = tmp_path / f"{key}.toml"
        path.write_text(LINE.format(after='["tickets"]', difference=f'["{key}"]'), encoding="utf-8")
        with pytest.raises((ValueError, KeyError), match=why):
            read_published_outcome("ski-vm-2025", path)


def test_an_event_without_lines_has_none() -> None:
    assert read_published_outcome("oslo-2011") is None and read_published_outcome("") is None
    assert LINES.exists()


def shown(store: Store, id: str, lang: str) -> str:
    """The section on a page of its own, of an event with this id in its document."""
    event = create_event(store, Actor("account:1", frozenset({"officer"})), {"event": {"id": id, "name_nb": "VM"}})

    def script(event: int) -> None:
        from app.recording.published_outcome import published_outcome
        from app.visit import visiting
        from data.permission import Actor
        from impact.register import get_event

        with visiting() as visit:
            row = get_event(visit.store, Actor("account:1", frozenset({"officer"})), event).row
            published_outcome(visit, row)

    page = AppTest.from_function(script, default_timeout=20, args=(event,))
    page.session_state["language"] = lang
    with signed_in(store.folder, person(store, "officer")[1]):
        page.run()
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_stands_on_the_screen_and_nothing_is_added(store: Store, lang: str) -> None:
    text = shown(store, "ski-vm-2025", lang)
    wanted = {
        "nb": ("229 000 billetter", "over 300 000 besøk", "79 %", "37 millioner kroner", "Aldri talt", "presse",
               "ikke funnet"),
        "en": ("229,000 tickets", "above 300,000 visits", "79%", "37 million kroner", "Never counted", "press",
               "not found"),
    }  # fmt: skip
    assert [word for word in wanted[lang] if word not in text] == []
    counts = [229_000, 170_000, 200_000, 220_000, 300_000]
    sums = {a + b for a in counts for b in counts if a != b} | {sum(counts[:3])}
    written = {number(one, lang).replace(HARD_SPACE, " ") for one in sums - set(counts)}
    assert [one for one in written if re.search(rf"(?<!\d){re.escape(one)}(?!\d)", text)] == []


def test_other_events_have_no_such_section(store: Store) -> None:
    assert shown(store, "liten-festival", "nb").strip() == ""
