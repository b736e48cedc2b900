"""Parameters: what holds on a day, what is set by hand, and what is wrong with a faulty file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from conftest import Run

from data.dated import PARAMETERS, Parameters, read_parameters
from data.faults import Faults
from data.phrases import LANGUAGES
from data.value import EVIDENCE, Value

GOOD = 'unit = "share"\nnb = "Sats"\nen = "Rate"\n'
GROUNDS = 'evidence = "counted", source = "law"'


def folder(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "parameters"
    path.mkdir(exist_ok=True)
    (path / "vat.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(tmp_path: Path, text: str | bytes) -> list[tuple[str, str, str]]:
    read_parameters.cache_clear()
    with pytest.raises(Faults) as caught:
        read_parameters(folder(tmp_path, text))
    assert all(fault.line(lang) for fault in caught.value.faults for lang in LANGUAGES)
    return [(fault.file, fault.place, fault.code.removeprefix("parameter.")) for fault in caught.value.faults]


def test_the_latest_value_that_has_begun_holds(tmp_path: Path) -> None:
    values = [
        f"{{ from = {since}, value = {value}, {GROUNDS} }}"
        for since, value in (("2021-07-01", 0.12), ("2018-01-01", 0.10), ("2020-04-01", 0.06))
    ]
    path = folder(tmp_path, f"[food]\n{GOOD}values = [{', '.join(values)}]\n")
    known = read_parameters(path)
    parameter = known["vat.food"]
    assert [one.since.year for one in parameter.values] == [2018, 2020, 2021]  # whatever the order of the file
    assert (parameter.name("nb"), parameter.name("en")) == ("Sats", "Rate")
    for day, wanted in (
        ("2017-12-31", 0.10),  # before the first the oldest is used, and said
        ("2018-01-01", 0.10),
        ("2020-03-31", 0.10),
        ("2020-04-01", 0.06),
        ("2021-06-30", 0.06),
        ("2099-01-01", 0.12),
    ):
        on = Parameters(known, dt.date.fromisoformat(day))
        assert on.number("vat.food") == wanted, day
        assert on.before_first() == (["vat.food"] if day == "2017-12-31" else [])


def test_values_set_by_hand_stand_in_their_place() -> None:
    day = dt.date(2024, 6, 14)
    as_is = Parameters(read_parameters(), day)
    changed = Parameters(read_parameters(), day, {"flq.delta": 0.2})
    assert changed["flq.delta"].value == Value(0.2, 0.2, 0.2, "assumed", "set by hand")
    assert changed.changed == {"flq.delta": 0.2}
    assert {key for key in as_is if as_is[key] != changed[key]} == {"flq.delta"}
    assert changed.under("flq") == {"delta": 0.2}
    with pytest.raises(Faults) as caught:
        Parameters(read_parameters(), day, {"flq.delt": 0.2, "x": 1})
    assert [fault.place for fault in caught.value.faults] == ["flq.delt", "x"]
    assert "flq.delta" in caught.value.faults[0].expected("nb")


def test_a_parameter_may_be_a_point_or_a_range(tmp_path: Path) -> None:
    values = f"{{ from = 2018-01-01, low = 0.1, mode = 0.2, high = 0.4, {GROUNDS}, fixed = true }}"
    dated = read_parameters(folder(tmp_path, f"[food]\n{GOOD}values = [{values}]\n"))["vat.food"].values[0]
    assert (dated.value.low, dated.value.mode, dated.value.high, dated.fixed) == (0.1, 0.2, 0.4, True)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (f"from = 2018-01-01, value = '0.1', {GROUNDS}", "bad_figures"),
        (f"from = 2018-01-01, value = nan, {GROUNDS}", "bad_figures"),
        (f"from = 2018-01-01, value = true, {GROUNDS}", "bad_figures"),
        (f"from = 2018-01-01, low = 3, mode = 2, high = 4, {GROUNDS}", "bad_figures"),
        (f"from = 2018-01-01, low = 1, mode = 2, {GROUNDS}", "bad_figures"),
        (f"from = 2018-01-01, {GROUNDS}", "bad_figures"),
        (f"value = 1, {GROUNDS}", "no_date"),
        (f"from = '2018-01-01', value = 1, {GROUNDS}", "no_date"),
        ("from = 2018-01-01, value = 1, source = 'law'", "no_grounds"),
        ("from = 2018-01-01, value = 1, evidence = 'counted'", "no_grounds"),
        ("from = 2018-01-01, value = 1, evidence = 'guessed', source = 'law'", "no_grounds"),
    ],
)
def test_a_faulty_value_is_named(value: str, code: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, f"[food]\n{GOOD}values = [{{ {value} }}]\n") == [("vat.toml", "vat.food", code)]


def test_faults_of_a_file_are_all_listed(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "[food\n") == [("vat.toml", "", "broken_toml")]
    assert faults_of(tmp_path, b"[food]\nnb = '\xf8'\n") == [("vat.toml", "", "broken_toml")]
    found = faults_of(tmp_path, "rate = 1\n[food]\nvalues = []\n[rooms.deep]\nvalue = 3\n")
    assert found == [
        ("vat.toml", "vat.rate", "not_a_parameter"),
        *[("vat.toml", "vat.food", "missing")] * 4,
        ("vat.toml", "vat.rooms.deep.value", "not_a_parameter"),
    ]


@pytest.mark.parametrize("values", ["3", "[3]", '"x"', "{ from = 2018-01-01 }"])
def test_values_of_another_kind_are_faults(values: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, f"[food]\n{GOOD}values = {values}\n")


# -- what is shipped


def test_every_shipped_parameter_has_grounds_and_a_name_in_both_languages() -> None:
    known = read_parameters()
    assert known
    for key, parameter in known.items():
        assert parameter.nb.strip() and parameter.en.strip() and parameter.unit.strip(), key
        for dated in parameter.values:
            value = dated.value
            assert value.evidence in EVIDENCE and value.source.strip(), key
            assert value.low is None or value.low <= value.mode <= (value.high or 0), key
        assert len({dated.since for dated in parameter.values}) == len(parameter.values), key
    files = {path.stem for path in PARAMETERS.glob("*.toml")}
    assert {key.partition(".")[0] for key in known} == files


def test_an_assumed_value_says_so_in_its_source() -> None:
    """«antatt», and what it is assumed from, so that a reader never takes it for a finding."""
    for key, parameter in read_parameters().items():
        for dated in parameter.values:
            if dated.value.evidence == "assumed":
                assert dated.value.source.startswith("antatt"), key


def test_parts_of_a_whole_sum_to_one() -> None:
    on = Parameters(read_parameters(), dt.date(2024, 6, 14))
    assert sum(on.under("ordinary_guest.split").values()) == pytest.approx(1)
    for kind in ("service", "goods"):
        parts: dict[str, float] = {}
        for key, share in on.under(f"industries.{kind}").items():
            category = key.partition(".")[0]
            parts[category] = parts.get(category, 0.0) + share
        assert all(total == pytest.approx(1) for total in parts.values()), parts


# -- settings on the command line


def test_settings_that_are_no_parameter_or_no_number(event_dict, event_file, command) -> None:
    path = event_file(event_dict())
    given: Run = command("estimate", path, "--set", "flq.delta", "--set", "flq.delta=high", "--set", "flq.delta=nan")
    assert len(given.faults()) == 3
    [line] = command("estimate", path, "--set", "flq.delt=0.2", "--lang", "en").faults()
    assert "flq.delt" in line and "flq.delta" in line


@pytest.mark.parametrize(
    "setting",
    [
        *("vat.food_service=-1", "flq.delta=-5", "rooms.friction=7", "rooms.crowded_out=1", "evidence.assumed=-2"),
        *("ordinary_guest.per_room=-1", "trade.retail_share=40"),
    ],
)
def test_a_setting_outside_the_possible_is_refused(setting: str, event_dict, event_file, command) -> None:
    assert command("estimate", event_file(event_dict()), "--draws", 5, "--set", setting).faults()
