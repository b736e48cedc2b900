"""The questionnaires: the names that files and statistics rely on, both languages, and how an answer is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import Faults
from data.phrases import LANGUAGES
from impact.beside import MODES, indicator_list
from impact.event import CATEGORIES, HOMES, ROLES
from impact.reference import Reference
from impact.survey.questions import KINDS, QUESTION_KINDS, questionnaire, read_answers
from impact.trade_map import read_trades

VISITOR, RESIDENT, BUSINESS = (questionnaire(kind) for kind in KINDS)
LEAST = {"role": "media", "home": "abroad", "days": "3"}


def codes(given: dict[str, str], asked=VISITOR) -> dict[str, str]:
    """Question → what is wrong with its answer."""
    with pytest.raises(Faults) as raised:
        read_answers(asked, given, "nb")
    assert all(one.line(lang) for one in raised.value.faults for lang in LANGUAGES)
    return {one.figures["question"]: one.code.partition(".")[2] for one in raised.value.faults}


@pytest.mark.parametrize("asked", (VISITOR, RESIDENT, BUSINESS), ids=KINDS)
def test_every_question_is_asked_in_both_languages_and_stands_in_a_part(asked) -> None:
    assert len(set(asked.names)) == len(asked.names)
    assert [one for part in asked.parts for one in asked.of(part)] == list(asked.questions)
    for lang in LANGUAGES:
        assert asked.text(lang) and asked.lead(lang)
        for one in asked.questions:
            assert one.kind in QUESTION_KINDS and one.text(lang)
            assert bool(one.codes) == (one.kind in ("choice", "scale"))
            assert len({option.text(lang) for option in one.options}) == len(one.options) == len(set(one.options))
            assert all(option.text(lang) for option in one.options)
            assert one.kind != "scale" or all(words.text(lang) for words in one.ends)
            assert (one.kind in ("choice",)) or one.high is not None
            assert bool(one.hints.nb) == bool(one.hints.en)


def test_the_codes_are_those_of_events_trades_and_ways_to_travel(reference: Reference) -> None:
    of = VISITOR.by_name
    assert of["role"].codes == ROLES and of["home"].codes == HOMES
    assert set(of["travel_mode"].codes) == set(MODES)
    spent = {name.removeprefix("spend_") for name in VISITOR.names if name.startswith("spend_")}
    assert spent == set(CATEGORIES)
    assert RESIDENT.by_name["home"].codes == tuple(reference.municipalities)
    assert BUSINESS.by_name["trade"].codes == read_trades().codes
    assert RESIDENT.by_name["proud"].code in indicator_list()
    for name in reference.municipalities.values():
        assert all(name in of["home"].hint(lang) for lang in LANGUAGES)


def test_what_was_not_answered_is_not_there() -> None:
    read = read_answers(VISITOR, {**LEAST, "nights": "0", "spend_fuel": "  ", "comment": ""}, "nb")
    assert read == {"role": "media", "home": "abroad", "days": 3, "nights": 0}


def test_numbers_are_read_as_people_write_them() -> None:
    typed = {"spend_other": "1 200,50 kr", "spend_fuel": "1.200,50", "distance_km": "30 km", "party": "2,0"}
    read = read_answers(VISITOR, {**LEAST, **typed, "satisfaction": "10"}, "nb")
    assert (read["spend_other"], read["spend_fuel"], read["distance_km"]) == (1200.5, 1200.5, 30)
    assert read["party"] == 2 and isinstance(read["party"], int) and read["satisfaction"] == 10
    read = read_answers(BUSINESS, {"trade": "shop", "municipality": "5001", "turnover_change": "−20 %"}, "en")
    assert read["turnover_change"] == -20


def test_every_fault_is_listed_with_its_question() -> None:
    typed = {
        "role": "king", "days": "0", "nights": "1,5", "party": "2–4", "room_persons": "to", "spend_fuel": "12.500",
        "spend_other": "-3", "spend_culture": "9" * 20, "satisfaction": "11", "proud": "٣", "comment": "a" * 501,
        "x": "1",
    }  # fmt: skip
    wanted = {
        "role": "not_an_option", "home": "missing", "days": "too_low", "nights": "not_whole", "party": "no_range",
        "room_persons": "not_a_number", "spend_fuel": "ambiguous", "spend_other": "too_low",
        "spend_culture": "too_high", "satisfaction": "not_an_option", "proud": "not_an_option",
        "comment": "too_long", "x": "no_such_question",
    }  # fmt: skip
    assert codes(typed) == wanted


def test_a_text_keeps_its_lines_and_loses_what_a_workbook_can_not_hold() -> None:
    read = read_answers(VISITOR, {**LEAST, "comment": " Fint\r\nvær\x00\x1b <b>&amp;\u2028 "}, "nb")
    assert read["comment"] == "Fint\nvær   <b>&amp;"


@given(st.dictionaries(st.sampled_from(VISITOR.names), st.text(max_size=40) | st.sampled_from(("2", "0", "host"))))
def test_whatever_is_sent_is_read_or_refused_with_faults(typed: dict[str, str]) -> None:
    try:
        read = read_answers(VISITOR, typed, "nb")
    except Faults as found:
        assert all(one.figures["question"] in VISITOR.names and one.line("en") for one in found.faults)
    else:
        assert set(read) <= {name for name, text in typed.items() if text.strip()} and "days" in read


def test_there_is_no_other_questionnaire() -> None:
    with pytest.raises(LookupError):
        questionnaire("../limits")
