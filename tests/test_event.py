"""Reading an event: what is whole is read, what is faulty is refused with every fault named, in both languages."""

from __future__ import annotations

import copy
import datetime as dt
import math
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Run, number, spread, toml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.faults import Faults
from data.phrases import LANGUAGES
from data.value import EVIDENCE, Value
from impact.estimate import estimate
from impact.event import AREAS, CATEGORIES, HOMES, ROLES, ByArea, Event, PartOf, Ref, event_as_dict
from impact.event_reading import SECTIONS, read_event, read_event_file
from impact.lock import canonical
from impact.reference import Reference
from impact.simulation import frame, simulate

RESIDENTS, VISITORS = "[[audience]] «Residents»", "[[audience]] «Visitors»"
STAGE, SPONSORS = "[[organiser_cost]] «Stage»", "[[organiser_income]] «Sponsors»"
FIRST = "[[night]] «2024-06-14»"
GONE = object()
HUGE = 16**5000
"""More digits than Python writes out in decimals; a file can hold it in hexadecimals."""

Path = tuple[str | int, ...]


def changed(raw: dict[str, Any], changes: dict[Path, Any]) -> dict[str, Any]:
    """A copy of ``raw`` with other values at some paths, or none where the value is ``GONE``."""
    raw = copy.deepcopy(raw)
    for path, value in changes.items():
        *parents, last = path
        at: Any = raw
        for step in parents:
            at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
        if value is GONE:
            del at[last]
        elif isinstance(at, list) and last == len(at):
            at.append(value)
        else:
            at[last] = value
    return raw


def faults_of(raw: dict[str, Any], reference: Reference) -> list[tuple[str, str, str]]:
    """(place, value, code) of every fault; each can be said in both languages."""
    with pytest.raises(Faults) as caught:
        read_event(raw, "event.toml", reference)
    for fault in caught.value.faults:
        assert fault.file == "event.toml"
        for lang in LANGUAGES:
            assert fault.problem(lang) and fault.expected(lang)
    return [(fault.place, fault.value, fault.code.removeprefix("event.")) for fault in caught.value.faults]


# -- one fault each: what is changed in the valid event; where it is found, what stands there, what is said

VISITS, PERSONS, DAYS = ("audience", 0, "visits"), ("audience", 1, "persons"), ("audience", 1, "days_per_person")
CASES: dict[str, tuple[dict[Path, Any], str, str, str]] = {
    # fields
    "missing text": ({("event", "kind"): GONE}, "[event], kind", "", "missing_field"),
    "missing municipality": ({("event", "municipality"): GONE}, "[event], municipality", "", "missing_field"),
    "missing year": ({("event", "price_year"): GONE}, "[event], price_year", "", "missing_field"),
    "missing date": ({("event", "last_day"): GONE}, "[event], last_day", "", "missing_field"),
    "missing home": ({("audience", 1, "home"): GONE}, f"{VISITORS}, home", "", "missing_field"),
    "missing amount": ({("organiser_cost", 0, "amount"): GONE}, f"{STAGE}, amount", "", "missing_field"),
    "missing industry": ({("organiser_cost", 0, "industry"): GONE}, f"{STAGE}, industry", "", "missing_field"),
    "missing rooms": ({("night", 0, "rooms"): GONE}, f"{FIRST}, rooms", "", "missing_field"),
    "missing name": ({("audience", 1, "name"): GONE}, "[[audience]] 2, name", "", "missing_field"),
    "unknown section": ({("audiences",): {}}, "audiences", "audiences", "unknown_field_near"),
    "unknown field": ({("audience", 1, "visit"): 3}, f"{VISITORS}, visit", "visit", "unknown_field_near"),
    "unknown far": ({("event", "zzzz"): 3}, "[event], zzzz", "zzzz", "unknown_field_far"),
    "unknown price": (
        {("audience", 1, "spend", "food"): 3},
        f"{VISITORS}, spend.food",
        "food",
        "unknown_field_near",
    ),
    "unknown area": (
        {("organiser_cost", 0, "local_share"): {"municipality": 1, "region": 1, "norway": 1, "county": 1}},
        f"{STAGE}, local_share.county",
        "county",
        "unknown_field_far",
    ),
    "area missing": (
        {("organiser_cost", 0, "local_share"): {"municipality": 1, "region": 1}},
        f"{STAGE}, local_share.norway",
        "",
        "missing_field",
    ),
    "deficit elsewhere": ({("organiser", "surplus"): 3}, "[organiser], surplus", "surplus", "unknown_field_far"),
    # what stands for what
    "both counts": ({("audience", 1, "visits"): number(9)}, f"{VISITORS}, visits", "", "both_visits_and_persons"),
    "neither count": ({PERSONS: GONE}, f"{VISITORS}, visits", "", "neither_visits_nor_persons"),
    "same name": (
        {("audience", 1, "name"): "Residents"},
        f"{RESIDENTS}, name",
        "Residents",
        "name_twice",
    ),
    "same night": ({("night", 1, "date"): "2024-06-14"}, f"{FIRST}, date", "2024-06-14", "name_twice"),
    "same cost": (
        {("organiser_cost", 1): {"name": "Stage", "amount": number(5), "industry": "R77"}},
        f"{STAGE}, name",
        "Stage",
        "name_twice",
    ),
    "nothing in it": (
        {("audience",): [], ("organiser_cost",): [], ("organiser_income",): []},
        "",
        "",
        "empty",
    ),
    "spend is a number": ({("audience", 1, "spend"): 5}, f"{VISITORS}, spend", "5", "not_a_table"),
    "lodging is a number": (
        {("event", "accommodation_by_municipality"): 1},
        "[event], accommodation_by_municipality",
        "1",
        "not_a_table",
    ),
    # text, choices, codes
    "name is a number": ({("audience", 1, "name"): 5}, "[[audience]] «5», name", "5", "not_text"),
    "name is blank": ({("event", "name_nb"): "  "}, "[event], name_nb", "  ", "not_text"),
    "identifier": ({("event", "id"): "ski vm/2025"}, "[event], id", "ski vm/2025", "bad_identifier"),
    "municipality": (
        {("event", "municipality"): "Trondheim"},
        "[event], municipality",
        "Trondheim",
        "unknown_municipality",
    ),
    "municipality is a number": ({("event", "municipality"): 5001}, "[event], municipality", "5001", "not_text"),
    "lodging elsewhere": (
        {("event", "accommodation_by_municipality"): {"9999": 1}},
        "[event], accommodation_by_municipality.9999",
        "9999",
        "unknown_municipality",
    ),
    "industry near": (
        {("organiser_cost", 0, "industry"): "R7"},
        f"{STAGE}, industry",
        "R7",
        "unknown_industry_near",
    ),
    "industry far": (
        {("organiser_cost", 0, "industry"): "scaffolding"},
        f"{STAGE}, industry",
        "scaffolding",
        "unknown_industry_far",
    ),
    "role": ({("audience", 1, "role"): "spectators"}, f"{VISITORS}, role", "spectators", "unknown_choice_near"),
    "home": ({("audience", 1, "home"): "mars"}, f"{VISITORS}, home", "mars", "unknown_choice_far"),
    "evidence": (
        {(*PERSONS, "evidence"): "xyz"},
        f"{VISITORS}, persons.evidence",
        "xyz",
        "unknown_choice_far",
    ),
    "evidence missing": (
        {PERSONS: {"value": 5}},
        f"{VISITORS}, persons.evidence",
        "",
        "missing_field",
    ),
    "source is a number": ({(*PERSONS, "source"): 5}, f"{VISITORS}, persons.source", "5", "not_text"),
    "public is text": (
        {("organiser_income", 0, "public"): "ja"},
        f"{SPONSORS}, public",
        "ja",
        "not_yes_or_no",
    ),
    # dates and years
    "end before start": (
        {("event", "last_day"): "2024-06-13"},
        "[event], last_day",
        "2024-06-13",
        "end_before_start",
    ),
    "Norwegian date": ({("event", "last_day"): "15.06.2024"}, "[event], last_day", "15.06.2024", "not_a_date"),
    "date in words": ({("event", "last_day"): "15. juni"}, "[event], last_day", "15. juni", "not_a_date"),
    "no such day": ({("event", "last_day"): "2024-06-31"}, "[event], last_day", "2024-06-31", "not_a_date"),
    "date as number": ({("event", "last_day"): 20240615}, "[event], last_day", "20240615", "not_a_date"),
    "date with time": (
        {("event", "last_day"): dt.datetime(2024, 6, 15, 12)},
        "[event], last_day",
        "2024-06-15 12:00:00",
        "not_a_date",
    ),
    "time alone": ({("event", "last_day"): dt.time(12)}, "[event], last_day", "12:00:00", "not_a_date"),
    "year as text": ({("event", "price_year"): "2024"}, "[event], price_year", "2024", "bad_year"),
    "year with decimals": ({("event", "price_year"): 2024.0}, "[event], price_year", "2024.0", "bad_year"),
    "year of two digits": ({("event", "price_year"): 24}, "[event], price_year", "24", "bad_year"),
    "year is true": ({("event", "price_year"): True}, "[event], price_year", "True", "bad_year"),
    "year too early": ({("event", "price_year"): 1901}, "[event], price_year", "1901", "price_year_early"),
    "year beyond the index": ({("event", "price_year"): 2099}, "[event], price_year", "2099", "price_year_late"),
    # numbers
    "not a number": ({(*VISITS, "value"): "many"}, f"{RESIDENTS}, visits.value", "many", "not_a_number"),
    "Norwegian number": ({VISITS: "1 234,5"}, f"{RESIDENTS}, visits", "1 234,5", "number_as_text"),
    "number with hard spaces": (
        {VISITS: "1\N{NO-BREAK SPACE}234"},
        f"{RESIDENTS}, visits",
        "1\N{NO-BREAK SPACE}234",
        "number_as_text",
    ),
    "number in quotes": ({VISITS: "1234.5"}, f"{RESIDENTS}, visits", "1234.5", "number_as_text"),
    "NaN": ({(*VISITS, "value"): math.nan}, f"{RESIDENTS}, visits.value", "nan", "not_finite"),
    "infinity": ({(*VISITS, "value"): math.inf}, f"{RESIDENTS}, visits.value", "inf", "not_finite"),
    "minus infinity": ({VISITS: -math.inf}, f"{RESIDENTS}, visits", "-inf", "not_finite"),
    "forty digits": ({VISITS: 10**39}, f"{RESIDENTS}, visits", "1" + "0" * 39, "not_finite"),
    "four hundred digits": ({VISITS: 10**399}, f"{RESIDENTS}, visits", "1" + "0" * 76 + "…", "not_finite"),
    "true": ({(*VISITS, "value"): True}, f"{RESIDENTS}, visits.value", "True", "not_a_number"),
    "false": ({("audience", 1, "casual_share"): False}, f"{VISITORS}, casual_share", "False", "not_a_number"),
    "list": ({VISITS: [1, 2]}, f"{RESIDENTS}, visits", "[1, 2]", "not_a_number"),
    "date for a number": (
        {(*VISITS, "value"): dt.date(2024, 6, 14)},
        f"{RESIDENTS}, visits.value",
        "2024-06-14",
        "not_a_number",
    ),
    "range turned": ({PERSONS: spread(9, 5, 7)}, f"{VISITORS}, persons", "9 / 5 / 7", "range_order"),
    "mode above high": ({PERSONS: spread(1, 8, 7)}, f"{VISITORS}, persons", "1 / 8 / 7", "range_order"),
    "value and range": (
        {PERSONS: {**number(5), "low": 3}},
        f"{VISITORS}, persons.low",
        "low",
        "unknown_field_far",
    ),
    "half a range": (
        {PERSONS: {"low": 1, "mode": 2, "evidence": "counted"}},
        f"{VISITORS}, persons.high",
        "",
        "missing_field",
    ),
    # what numbers may be
    "share above one": (
        {("audience", 1, "attribution"): 1.2},
        f"{VISITORS}, attribution",
        "1.2",
        "rule_share",
    ),
    "share as percent": (
        {("organiser_cost", 0, "local_share"): number(80)},
        f"{STAGE}, local_share.value",
        "80",
        "rule_share",
    ),
    "share below zero": ({("audience", 1, "casual_share"): -0.1}, f"{VISITORS}, casual_share", "-0.1", "rule_share"),
    "negative spending": (
        {("audience", 1, "spend", "food_service"): number(-400)},
        f"{VISITORS}, spend.food_service.value",
        "-400",
        "rule_amount",
    ),
    "negative amount": ({("organiser_cost", 0, "amount"): -1}, f"{STAGE}, amount", "-1", "rule_amount"),
    "no days": ({DAYS: number(0)}, f"{VISITORS}, days_per_person.value", "0", "rule_positive"),
    "range from no days": ({DAYS: spread(0, 1, 2)}, f"{VISITORS}, days_per_person.low", "0", "rule_positive"),
    "nobody in a room": (
        {("audience", 1, "persons_per_room"): 0},
        f"{VISITORS}, persons_per_room",
        "0",
        "rule_positive",
    ),
    "prices fall by all": (
        {("event", "price_index_change"): number(-1)},
        "[event], price_index_change.value",
        "-1",
        "rule_change",
    ),
    "casual and switchers": (
        {("audience", 1, "casual_share"): 0.7, ("audience", 1, "time_switcher_share"): 0.4},
        f"{VISITORS}, casual_share",
        "1.1",
        "casual_and_switchers",
    ),
    "lodging shares": (
        {("event", "accommodation_by_municipality"): {"5001": 0.5, "5035": 0.4}},
        "[event], accommodation_by_municipality",
        "0.9",
        "lodging_sum",
    ),
    "sold above rooms": (
        {("night", 0, "sold"): 5000, ("night", 1, "sold"): 10},
        f"{FIRST}, sold",
        "5000.0",
        "more_than_rooms",
    ),
    "baseline above rooms": (
        {("night", 0, "baseline_sold"): number(4001)},
        f"{FIRST}, baseline_sold",
        "4001.0",
        "more_than_rooms",
    ),
    "sold on one night": ({("night", 0, "sold"): 10}, "night", "2024-06-15", "sold_on_some_nights"),
    # named numbers
    "unknown number": (
        {("numbers",): {"tickets": 5}, PERSONS: {"ref": "ticket"}},
        f"{VISITORS}, persons",
        "ticket",
        "unknown_number_near",
    ),
    "unknown total": (
        {("numbers",): {"tickets": 5}, PERSONS: {"of": "zzz", "share": 1}},
        f"{VISITORS}, persons",
        "zzz",
        "unknown_number_far",
    ),
    "reference is a number": ({PERSONS: {"ref": 5}}, f"{VISITORS}, persons", "5", "not_text"),
    "reference with more": (
        {("numbers",): {"tickets": 5}, PERSONS: {"ref": "tickets", "value": 3}},
        f"{VISITORS}, persons.value",
        "value",
        "unknown_field_far",
    ),
    "number refers": (
        {("numbers",): {"a": 5, "b": {"ref": "a"}}},
        "[numbers], b",
        "{'ref': 'a'}",
        "named_number_refers",
    ),
    "reference breaks a rule": (
        {("numbers",): {"tickets": 5}, ("audience", 1, "attribution"): {"ref": "tickets"}},
        f"{VISITORS}, attribution",
        "5.0",
        "rule_share",
    ),
    "low of a reference breaks a rule": (
        {("numbers",): {"days": spread(0, 1, 2)}, DAYS: {"ref": "days"}},
        f"{VISITORS}, days_per_person",
        "0.0",
        "rule_positive",
    ),
    "shares of a total": (
        {
            ("numbers",): {"tickets": 5},
            VISITS: {"of": "tickets", "share": 0.5},
            PERSONS: {"of": "tickets", "share": 0.4},
        },
        "[numbers], tickets",
        "0.9",
        "shares_sum",
    ),
    "part without share": (
        {("numbers",): {"tickets": 5}, PERSONS: {"of": "tickets"}},
        f"{VISITORS}, persons.share",
        "",
        "missing_field",
    ),
    "share of a part above one": (
        {("numbers",): {"tickets": 5}, PERSONS: {"of": "tickets", "share": 2}},
        f"{VISITORS}, persons.share",
        "2",
        "rule_share",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_says_where_what_and_why(
    case: str, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    changes, place, value, code = CASES[case]
    assert faults_of(changed(event_dict(), changes), reference) == [(place, value, code)]


@pytest.mark.parametrize("case", CASES)
def test_the_command_line_lists_it_in_both_languages(
    case: str,
    event_dict: Callable[..., dict[str, Any]],
    event_file: Callable[..., Any],
    command: Callable[..., Run],
) -> None:
    changes, place, value, _ = CASES[case]
    path = event_file(changed(event_dict(), changes))
    said = {}
    for lang in LANGUAGES:
        [line] = command("estimate", path, "--lang", lang).faults()
        assert line.startswith(": ".join(part for part in ("event.toml", place) if part))
        assert value in line
        assert "{" not in line.removeprefix("event.toml").replace(value, "") or "{low=" in line or "{value=" in line
        said[lang] = line
    assert said["nb"] != said["en"]


def test_the_nearest_name_is_offered(event_dict, reference):
    for path, value, nearest in (
        (("audience", 1, "visit"), 5, "visits"),
        (("event", "name"), "x", "name_nb"),
        (("organiser_cost", 0, "industry"), "R10-12", "R10_12"),
    ):
        with pytest.raises(Faults) as caught:
            read_event(changed(event_dict(), {path: value}), "event.toml", reference)
        [fault] = caught.value.faults
        assert all(nearest in fault.expected(lang) for lang in LANGUAGES), fault


def test_a_number_written_in_norwegian_is_read_back_to_the_reader(event_dict, reference):
    with pytest.raises(Faults) as caught:
        read_event(changed(event_dict(), {VISITS: "1 234,5"}), "event.toml", reference)
    assert "1234.5" in caught.value.faults[0].expected("nb")


def test_all_faults_are_listed_at_once(event_dict, event_file, command):
    changes = [CASES[case][0] for case in ("missing text", "no days", "share above one", "municipality")]
    changes += [CASES[case][0] for case in ("industry near", "baseline above rooms", "not a number")]
    path = event_file(changed(event_dict(), {path: value for change in changes for path, value in change.items()}))
    lines = command("estimate", path).faults()
    assert len(lines) == 7
    for part in ("kind", "days_per_person", "attribution", "Trondheim", "R7", "baseline_sold", "many"):
        assert sum(part in line for line in lines) == 1, part


# -- files that are no event

FILES: dict[str, tuple[bytes, str]] = {
    "broken": (b"[event\nid = 3", "TOML"),
    "twice": (b"[event]\nid = 'a'\nid = 'b'\n", "TOML"),
    "latin": ("[event]\nname_nb = 'Lørdag'\n".encode("latin-1"), "byte 20"),
    "utf16": ("[event]\n".encode("utf-16"), "byte 0"),
    "binary": (bytes(range(256)), "byte"),
    "deep": (b"x = " + b"[" * 5000 + b"]" * 5000, ""),
    "digits": (b"x = " + b"9" * 5000, ""),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_event_is_refused_in_one_line(name, event_file, command):
    content, part = FILES[name]
    path = event_file(content, f"{name}.toml")
    for lang in LANGUAGES:
        [line] = command("estimate", path, "--lang", lang).faults()
        assert line.startswith(f"{name}.toml") and part in line


def test_an_empty_file_lacks_everything(event_file, command):
    lines = command("estimate", event_file("")).faults()
    for field in ("id", "name_nb", "name_en", "kind", "municipality", "first_day", "last_day", "price_year"):
        assert sum(f"«{field}»" in line for line in lines) == 1, field


def test_files_that_can_not_be_opened(tmp_path, command):
    folder = tmp_path / "event.toml"
    folder.mkdir()
    for path, part in ((folder, "Is a directory"), (tmp_path / "none.toml", "No such file")):
        [line] = command("estimate", path, "--lang", "en").faults()
        assert path.name in line and part in line


@pytest.mark.parametrize("name", ["event.txt", "event.csv", "event", "event.json", "event.toml.bak", "event.docx"])
def test_another_kind_of_file_is_refused(name, event_file, command):
    [line] = command("estimate", event_file("[event]", name), "--lang", "en").faults()
    assert name in line and ".toml" in line and ".xlsx" in line


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(event_dict, event_file, reference):
    text = toml(event_dict())
    plain = read_event_file(event_file(text), reference)
    assert read_event_file(event_file(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()), reference) == plain


# -- faults that the program doesn't find, or says badly


@pytest.mark.parametrize("path", [VISITS, ("event", "price_year"), ("audience", 1, "name"), ("event", "last_day")])
def test_a_number_of_five_thousand_digits_is_a_fault(path, event_dict, event_file, command):
    assert command("estimate", event_file(changed(event_dict(), {path: HUGE}))).faults()


@pytest.mark.parametrize(
    "change",
    [
        {("audience",): {}},
        {("audience", 1): 5},
        {("organiser",): 3},
        {("night",): 3},
        {("night",): [{"date": "2024-06-14"}] * 3000},
        {("numbers",): 3},
    ],
)
def test_a_fault_is_listed_once(change, event_dict, reference):
    more = {PERSONS: {"ref": "tickets"}, DAYS: {"ref": "days"}} if ("numbers",) in change else {}
    faults = faults_of(changed(event_dict(), {**change, **more}), reference)
    assert faults
    assert len(faults) == len(set(faults))


def test_names_that_differ_in_blanks_are_one_name(event_dict, reference):
    faults = faults_of(changed(event_dict(), {("audience", 1, "name"): " Residents "}), reference)
    assert [code for _, _, code in faults] == ["name_twice"]


@pytest.mark.parametrize("date", ["20240614", dt.datetime(2024, 6, 14)])
def test_a_date_in_another_form_is_the_same_night(date, event_dict, reference):
    faults = faults_of(changed(event_dict(), {("night", 1, "date"): date}), reference)
    assert [code for _, _, code in faults] == ["name_twice"]


@pytest.mark.parametrize(
    ("total", "share", "path", "code"),
    [
        (5, 0, DAYS, "rule_positive"),
        (-5, 1, PERSONS, "rule_amount"),
        (5, 1, ("audience", 1, "commercial_share"), "rule_share"),
        (-5, 1, ("audience", 1, "spend", "food_service"), "rule_amount"),
    ],
)
def test_a_part_of_a_total_keeps_the_rule_of_its_field(total, share, path, code, event_dict, reference):
    changes = {("numbers",): {"total": total}, path: {"of": "total", "share": share}}
    if not share:
        changes[("audience", 1, "days_in_area")] = {"of": "total", "share": 1}
    assert code in [found for _, _, found in faults_of(changed(event_dict(), changes), reference)]


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\x1b[2Jb", "a\x85b"])
def test_a_fault_is_one_line_of_plain_signs(text, event_dict, reference):
    raw = changed(event_dict(), {("event", text): 1, ("audience", 1, "role"): text, ("audience", 0, "name"): text})
    with pytest.raises(Faults) as caught:
        read_event(raw, "event.toml", reference)
    for fault in caught.value.faults:
        assert fault.line("nb").replace("\N{NO-BREAK SPACE}", " ").isprintable()


def test_where_no_number_is_named_the_fault_says_so(event_dict, reference):
    with pytest.raises(Faults) as caught:
        read_event(changed(event_dict(), {PERSONS: {"ref": "tickets"}}), "event.toml", reference)
    [fault] = caught.value.faults
    assert " ." not in fault.line("nb") and " ." not in fault.line("en")


@pytest.mark.parametrize(
    "changes",
    [
        {("night", 0, "sold"): "ten", ("night", 1, "sold"): 10},
        {("event", "price_year"): 2099, ("event", "price_index_change"): "three"},
    ],
)
def test_a_faulty_figure_is_not_called_missing(changes, event_dict, reference):
    assert [code for _, _, code in faults_of(changed(event_dict(), changes), reference)] == ["not_a_number"]


@pytest.mark.parametrize("code", ["0301", "5002"])
def test_an_unknown_municipality_gets_all_eight(code, event_dict, reference):
    with pytest.raises(Faults) as caught:
        read_event(changed(event_dict(), {("event", "municipality"): code}), "event.toml", reference)
    assert all(known in caught.value.faults[0].line("nb") for known in reference.municipalities)


@pytest.mark.parametrize("name", ["deep", "digits"])
def test_a_refusal_is_about_the_file(name, event_file, command):
    [line] = command("estimate", event_file(FILES[name][0], f"{name}.toml")).faults()
    assert "recursion" not in line and "sys." not in line


@pytest.mark.parametrize(
    "path", [("audience", 0, "days_per_person"), ("audience", 1, "persons_per_room"), ("organiser_cost", 0, "amount")]
)
def test_figures_too_small_to_divide_by_are_refused(path, event_dict, event_file, command):
    raw = changed(event_dict(), {path: 1e-308, ("audience", 0, "home"): "abroad"})
    assert command("estimate", event_file(raw), "--draws", 5, "--json").faults()


# -- what is whole


def test_every_form_of_a_number_is_read(event_dict, reference):
    raw = event_dict(numbers={"tickets": number(500, "reported"), "days": spread(1, 1.5, 2)})
    raw["audience"][1] |= {
        "persons": {"of": "tickets", "share": spread(0.9, 1, 1)},
        "days_per_person": {"ref": "days"},
        "nights_per_person": 2,
    }
    event = read_event(raw, "event.toml", reference)
    visitors = event.audiences[1]
    assert visitors.persons == PartOf("tickets", Value(1.0, 0.9, 1.0, "surveyed", "made up"))
    assert visitors.days_per_person == Ref("days")
    assert visitors.nights_per_person == Value(2.0, plain=True)
    assert event.numbers["tickets"] == Value(500.0, evidence="reported", source="made up")


def test_a_share_is_one_number_or_one_for_each_area(event_dict, reference):
    raw = event_dict()
    one = read_event(raw, "event.toml", reference).costs[0].local_share
    assert isinstance(one, ByArea) and one.single
    raw["organiser_cost"][0]["local_share"] = {area: 0.5 for area in AREAS}
    three = read_event(raw, "event.toml", reference).costs[0].local_share
    assert isinstance(three, ByArea) and not three.single


def test_dates_may_be_dates_or_text(event_dict, reference):
    wanted = read_event(event_dict(), "event.toml", reference)
    raw = changed(
        event_dict(), {("event", "first_day"): dt.date(2024, 6, 14), ("night", 0, "date"): dt.date(2024, 6, 14)}
    )
    assert read_event(raw, "event.toml", reference) == wanted
    assert wanted.days == 2


def test_an_event_as_plain_data_reads_back_the_same(event_dict, reference):
    raw = event_dict(numbers={"tickets": number(500), "days": spread(1, 1.5, 2)})
    raw["audience"][1] |= {"persons": {"of": "tickets", "share": 1}, "days_per_person": {"ref": "days"}}
    raw["event"] |= {"accommodation_by_municipality": {"5001": 0.7, "5035": 0.3}}
    raw["organiser_income"][0]["public"] = True
    event = read_event(raw, "event.toml", reference)
    again = read_event(event_as_dict(event), "lock", reference)
    assert event_as_dict(again) == event_as_dict(event)


def test_shares_of_a_total_may_be_off_by_two_in_a_hundred(event_dict, reference):
    raw = event_dict(numbers={"tickets": number(500)})
    for row, share in zip(raw["audience"], (0.5, 0.515), strict=True):
        row.pop("persons", None)
        row["visits"] = {"of": "tickets", "share": share}
    assert len(read_event(raw, "event.toml", reference).audiences) == 2


def test_a_price_year_beyond_the_index_needs_the_change_since(event_dict, reference):
    last = reference.price_years[1]
    read_event(changed(event_dict(), {("event", "price_year"): last}), "event.toml", reference)
    late = changed(event_dict(), {("event", "price_year"): last + 1})
    assert faults_of(late, reference) == [("[event], price_year", str(last + 1), "price_year_late")]
    late["event"]["price_index_change"] = spread(0.02, 0.03, 0.05, "assumed")
    assert read_event(late, "event.toml", reference).price_year == last + 1


# -- anything at all gives an event or faults

WORDS = st.sampled_from(
    [
        *(*SECTIONS, *EVIDENCE, *ROLES, *HOMES, *AREAS, *CATEGORIES),
        *("name", "ref", "of", "share", "value", "low", "mode", "high", "evidence", "source", "spend"),
        *("visits", "persons", "date", "rooms", "sold", "5001", "R77", "id"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**400), 10**400),
    st.integers(-3, 3),
    st.floats(),
    st.text(max_size=8),
    WORDS,
    st.dates(),
    st.times(),
    st.datetimes(),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def event_or_faults(raw: dict[str, Any], reference: Reference) -> Event | None:
    try:
        return read_event(raw, "event.toml", reference)
    except Faults as found:
        assert found.faults
        assert all(fault.line(lang) for fault in found.faults for lang in LANGUAGES)
        return None


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(raw=st.dictionaries(WORDS | st.text(max_size=4), TREES, max_size=6))
def test_a_random_structure_gives_faults(raw, reference):
    assert event_or_faults(raw, reference) is None


def paths(value: Any, at: Path = ()) -> list[Path]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([at] if at else []), *(path for key, one in below for path in paths(one, (*at, key)))]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_valid_event_with_something_odd_in_it_gives_an_event_or_faults(data, event_dict, reference):
    raw = event_dict(numbers={"tickets": number(500), "share": spread(0.1, 0.2, 0.3)})
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(raw)))
        raw = changed(raw, {path: data.draw(TREES)})
    event_or_faults(raw, reference)


PLAUSIBLE = st.one_of(
    st.sampled_from([0, 0.0, 1, 0.5, 1000, {"ref": "tickets"}, {"ref": "share"}, {"ref": "days"}, GONE]),
    st.floats(1e-3, 1),
    st.floats(1e-3, 1e6),
    st.builds(
        lambda figures, evidence: spread(*sorted(figures), evidence=evidence),
        st.lists(st.just(0) | st.floats(1e-3, 1) | st.floats(1e-3, 1e6), min_size=3, max_size=3),
        st.sampled_from(EVIDENCE),
    ),
    st.builds(number, st.floats(1e-3, 1) | st.floats(1e-3, 1e6), st.sampled_from(EVIDENCE)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_read_can_be_estimated(data, event_dict, reference):
    """An event that exists is whole: its estimate is made of finite numbers and of gaps that are meant."""
    raw = event_dict(numbers={"tickets": number(500), "share": spread(0.1, 0.2, 0.3), "days": spread(1, 2, 3)})
    numbers = [path for path in paths(raw) if path[0] in ("audience", "organiser_cost", "organiser_income", "night")]
    numbers = [path for path in numbers if len(path) > 2 and isinstance(_at(raw, path), dict) and path[-1] != "spend"]
    for path in data.draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=4, unique=True)):
        raw = changed(raw, {path: data.draw(PLAUSIBLE)})
    if (event := event_or_faults(raw, reference)) is not None:
        canonical(estimate(simulate(event, frame(reference, event.first_day), draws=4)))


def _at(raw: Any, path: Path) -> Any:
    for step in path:
        raw = raw[step]
    return raw


def test_the_helper_writes_what_it_is_given(event_dict):
    assert tomllib.loads(toml(event_dict())) == event_dict()
