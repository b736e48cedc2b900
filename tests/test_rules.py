"""The rule engine: each rule told with its figures, shares held to the øre, deadlines to the day."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import Faults
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from fund.rulebook.rules import Facts, RuleCheck, check, failing, highest, undecided
from fund.rulebook.scheme_reading import presets, read_scheme
from fund.rulebook.schemes import Scheme

SOURCE = "Fondets vedtekter"
ORE = st.integers(0, 10**12)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def scheme(**sections: Any) -> Scheme:
    name = {"nb": "Eksempelordning", "en": "Example scheme"}
    given = {"key": "eksempel", "owner": "Eksempelfondet", "address": "https://eksempel.no", "name": name}
    return read_scheme({**given, **sections})


def cap(kind: str, **given: Any) -> dict[str, Any]:
    return {"kind": kind, "source": SOURCE, **given}


def one(found: list[RuleCheck], rule: str) -> RuleCheck:
    (check,) = [each for each in found if each.rule == rule]
    return check


def plain(text: str) -> str:
    return text.replace(HARD_SPACE, " ")


def test_the_sentence_has_the_figures_in_both_languages() -> None:
    facts = Facts(asked=420_000_00, costs=1_000_000_00)
    found = one(check(scheme(caps=[cap("share", share="1/3")]), facts), "caps.share")
    assert found.holds is False and found.source == SOURCE
    assert plain(found.sentence("nb")) == (
        "Du søker om 42 % av kostnadene på 1 000 000 kroner; ordningen gir høyst 33 %, her 333 333,33 kroner: "
        "86 666,67 kroner for mye."
    )
    assert found.sentence("en") == (
        "You ask for 42% of the costs of NOK 1,000,000; the scheme gives at most 33%, here NOK 333,333.33: "
        "NOK 86,666.67 too much."
    )


def test_shares_that_round_alike_are_told_apart() -> None:
    facts = Facts(asked=333_334_00, costs=1_000_000_00)
    found = one(check(scheme(caps=[cap("share", share="1/3")]), facts), "caps.share")
    assert found.holds is False
    assert "33,3334 %" in plain(found.sentence("nb")) and "33,3333 %" in plain(found.sentence("nb"))


@given(ORE.filter(bool), st.fractions(Fraction(1, 1000), 1, max_denominator=1000))
def test_a_share_is_held_to_exactly(costs: int, share: Fraction) -> None:
    rules = scheme(caps=[cap("share", share=f"{share.numerator}/{share.denominator}")])
    most = highest(rules, Facts(costs=costs))
    assert most is not None and Fraction(most, costs) <= share < Fraction(most + 1, costs)
    assert one(check(rules, Facts(asked=most, costs=costs)), "caps.share").holds
    over = one(check(rules, Facts(asked=most + 1, costs=costs)), "caps.share")
    assert over.holds is False and over.figures["ore_over"] == 1
    assert all(over.sentence(lang) for lang in LANGUAGES)


def test_one_ore_above_a_third_is_too_much() -> None:
    rules = scheme(caps=[cap("share", share="1/3")])
    for asked, holds in ((33_33, True), (33_34, False)):
        assert one(check(rules, Facts(asked=asked, costs=100_00)), "caps.share").holds is holds
    assert one(check(rules, Facts(asked=100, costs=300)), "caps.share").holds is True


def test_the_lowest_of_several_caps_is_the_highest_amount() -> None:
    rules = presets()["trondheim-idrettsarrangement"]
    facts = Facts(form="grant", costs=2_000_000_00, running_costs=900_000_00)
    assert highest(rules, facts) == 90_000_00
    assert highest(rules, replace(facts, running_costs=1_500_000_00)) == 100_000_00
    assert highest(rules, replace(facts, costs=49_999_99, running_costs=49_999_99)) == 4_999_99
    assert highest(rules, Facts()) == 100_000_00
    assert highest(scheme(), Facts()) is None
    small = check(rules, Facts(asked=5_000_01, costs=49_999_99, running_costs=49_999_99))
    assert "under 50 000 kroner" in plain(one(small, "caps.small_budget").sentence("nb"))
    assert not [each for each in check(rules, facts) if each.rule == "caps.small_budget"]
    assert one(check(rules, Facts()), "caps.small_budget").holds is None


def test_a_cap_of_one_form_bears_on_that_form_only() -> None:
    rules = scheme(caps=[cap("amount", nok=10_000, form="guarantee")])
    facts = Facts(asked=10_000_01, form="guarantee")
    assert one(check(rules, facts), "caps.amount").holds is False
    assert not [each for each in check(rules, replace(facts, form="grant")) if each.rule == "caps.amount"]
    assert one(check(rules, replace(facts, form=None)), "caps.amount").holds is None


def test_what_an_organiser_has_had_this_year_counts() -> None:
    rules = scheme(caps=[cap("organiser_year", nok=75_000)])
    for before, asked, holds in ((60_000_00, 15_000_00, True), (60_000_00, 15_000_01, False), (80_000_00, 1, False)):
        found = one(check(rules, Facts(asked=asked, granted_this_year=before)), "caps.organiser_year")
        assert found.holds is holds
    assert highest(rules, Facts(granted_this_year=80_000_00)) == 0
    assert one(check(rules, Facts(asked=1)), "caps.organiser_year").holds is None
    assert "75 000 kroner i året" in plain(one(check(rules, Facts(asked=1)), "caps.organiser_year").sentence("nb"))


@pytest.mark.parametrize(
    ("sent", "event", "holds"),
    [("2027-02-15", "2027-06-15", True), ("2027-02-16", "2027-06-15", False), ("2027-02-28", "2027-06-30", True)],
)
def test_months_before_the_event(sent: str, event: str, holds: bool) -> None:
    rules = presets()["trondelag-nasjonale-arrangement"]
    found = one(check(rules, Facts(sent=day(sent), event_first=day(event))), "deadlines.before")
    assert found.holds is holds
    if not holds:
        assert found.sentence("nb") == (
            "Sendt 16. februar 2027, 1 dag for sent: fristen er 4 måneder før arrangementet, 15. februar 2027."
        )


@pytest.mark.parametrize(
    ("sent", "event", "holds", "last"),
    [
        ("2026-12-01", "2027-03-15", True, "2026-12-01"),
        ("2026-12-02", "2027-03-15", False, "2026-12-01"),
        ("2027-06-01", "2027-08-20", True, "2027-06-01"),
        ("2027-06-02", "2027-07-01", False, "2027-06-01"),
        ("2026-12-02", "2027-06-30", False, "2026-12-01"),
    ],
)
def test_a_yearly_date_for_part_of_the_year(sent: str, event: str, holds: bool, last: str) -> None:
    rules = presets()["trondheim-idrettsarrangement"]
    found = one(check(rules, Facts(sent=day(sent), event_first=day(event))), "deadlines.window")
    assert (found.holds, found.figures["last_day"]) == (holds, day(last))


def test_rounds_a_call_and_days_that_are_not_known_yet() -> None:
    rounds = presets()["bodo2024"]
    for sent, holds, last in (("2023-08-01", True, "2023-08-01"), ("2023-08-02", True, "2023-12-01")):
        found = one(check(rounds, Facts(sent=day(sent))), "deadlines.on")
        assert (found.holds, found.figures["last_day"]) == (holds, day(last))
    assert one(check(rounds, Facts(sent=day("2023-12-02"))), "deadlines.on").holds is False
    assert one(check(presets()["ostfold"], Facts()), "deadlines.rolling").holds is True
    assert one(check(presets()["trondheim-festivaler"], Facts()), "deadlines.yearly").holds is None
    assert one(check(presets()["arendal"], Facts(sent=day("2026-01-01"))), "deadlines.before").holds is None
    assert one(check(presets()["arendal"], Facts(event_first=day("2026-05-31"))), "deadlines.last_day").holds is None
    for sent, holds in (("2026-03-01", True), ("2026-03-02", False)):
        found = one(check(rounds, Facts(sent=day(sent), closes=day("2026-03-01"))), "deadlines.call")
        assert found.holds is holds
    assert not [each for each in check(rounds, Facts(closes=day("2026-03-01"))) if each.rule == "deadlines.on"]


def test_who_applies_and_for_what() -> None:
    rules = presets()["ostfold"]
    assert one(check(rules, Facts(applicant="sports_club")), "applicants").holds is True
    found = one(check(rules, Facts(applicant="voluntary")), "applicants")
    assert found.sentence("nb") == "Ordningen er for idrettslag, kommune, og du søker som frivillig organisasjon."
    assert one(check(rules, Facts(applicant="company")), "case_by_case").holds is None
    risor = presets()["risor"]
    assert one(check(risor, Facts(form="guarantee")), "forms").holds is True
    found = one(check(risor, Facts(form="loan")), "forms")
    assert found.sentence("nb") == "Du søker om lån, og ordningen gir bare underskuddsgaranti."
    assert one(check(risor, Facts()), "forms").holds is None


def test_papers_fields_and_conditions() -> None:
    rules = presets()["trondelag-internasjonale-mesterskap"]
    facts = Facts(attachments=frozenset({"statutes"}), confirmed={"no_dividend": True, "sport": False})
    told = {each.sentence("nb"): each.holds for each in check(rules, facts)}
    assert told["Vedlagt: Vedtekter som viser at overskudd ikke deles ut."] is True
    assert told["Vedlegget mangler: Budsjett."] is False
    assert told["Bekreftet: Overskudd deles ikke ut til private eiere."] is True
    assert told["Svar på vilkåret: Verdens antidopingkode følges."] is None
    assert [each for each in failing(check(rules, facts)) if each.rule == "conditions"]
    fields = check(presets()["ostfold"], Facts(filled=frozenset({"name"})))
    assert [each.holds for each in fields if each.rule == "fields"] == [True, False, False]


def test_frame_strategy_and_balance() -> None:
    rules = scheme(frame={"nok": 100, "source": SOURCE}, strategy={"least": 2, "source": SOURCE})
    facts = Facts(asked=100_01, costs=500, financed=499, strategy={"area_1": 1, "area_2": 0})
    found = check(rules, facts)
    assert [each.rule for each in failing(found)] == ["frame", "strategy", "balance"]
    assert "0,01 kroner skiller" in one(found, "balance").sentence("nb")
    good = replace(facts, asked=100_00, financed=500, strategy={"area_1": 1, "area_2": 3})
    assert not failing(check(rules, good)) and not undecided(check(rules, good))
    assert {each.rule for each in undecided(check(rules, Facts()))} == {"frame", "strategy", "balance"}
    assert one(check(scheme(caps=[cap("share", share="1/3")]), Facts(asked=1, costs=0)), "caps.no_costs").holds is False


@pytest.mark.parametrize("value", [1.0, "1", True, -1, 2**53 + 1])
def test_amounts_are_whole_ore(value: Any) -> None:
    with pytest.raises(Faults):
        Facts(asked=value)


FACTS = st.builds(
    Facts,
    applicant=st.sampled_from([None, "sports_club", "company", "person"]),
    form=st.sampled_from([None, "grant", "guarantee", "loan", "purchase"]),
    asked=st.none() | ORE,
    costs=st.none() | ORE,
    running_costs=st.none() | ORE,
    financed=st.none() | ORE,
    granted_this_year=st.none() | ORE,
    event_first=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)),
    sent=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)),
    closes=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)),
    strategy=st.none() | st.dictionaries(st.sampled_from(["area_1", "area_2"]), st.integers(0, 3)),
)


@given(st.sampled_from(sorted(presets())), FACTS)
def test_every_rule_has_a_sentence_whatever_is_said(key: str, facts: Facts) -> None:
    rules = presets()[key]
    found = check(rules, facts)
    for each in found:
        for lang in LANGUAGES:
            assert each.sentence(lang).endswith(".") and "None" not in each.sentence(lang)
    most = highest(rules, facts)
    if most is not None and facts.asked is not None:
        capped = [each.holds for each in found if each.rule.startswith("caps.")]
        assert (False in capped) == (facts.asked > most)


# -- every rule in words


WHOLE = {
    "applicants": {"kinds": ["sports_club"], "case_by_case": ["company"], "source": "a"},
    "forms": {"allowed": ["grant", "guarantee"], "source": "b"},
    "frame": {"nok": 5_000, "source": "c"},
    "caps": [
        {"kind": "share", "share": "1/3", "source": "d"},
        {"kind": "running_share", "share": "1/4", "source": "e"},
        {"kind": "amount", "nok": 1_000, "source": "f"},
        {"kind": "organiser_year", "nok": 2_000, "source": "g"},
        {"kind": "amount", "nok": 500, "budget_below_nok": 4_000, "source": "h"},
    ],
    "deadlines": [
        {"kind": "before", "period": "2 months", "source": "i"},
        {"kind": "yearly", "day": "12-01", "first": "01-01", "last": "06-30", "source": "j"},
    ],
    "strategy": {"least": 2, "source": "k"},
}
"""A scheme with every kind of rule that has figures, each with a source of its own."""
GOOD = Facts(
    applicant="sports_club",
    form="grant",
    asked=999_00,
    costs=3_000_00,
    running_costs=4_000_00,
    financed=3_000_00,
    granted_this_year=0,
    event_first=day("2027-06-15"),
    sent=day("2026-12-01"),
    strategy={"area_1": 1, "area_2": 2},
)
BAD = replace(
    GOOD,
    applicant="voluntary",
    form="loan",
    asked=6_000_00,
    financed=2_999_99,
    granted_this_year=1_990_00,
    sent=day("2027-04-20"),
    strategy={"area_1": 1, "area_2": 0},
)
TOLD = tomllib.loads((Path(__file__).parent / "fixtures" / "rules_told.toml").read_text(encoding="utf-8"))
"""What each rule says where nothing is filled in, of the good application, and of the bad one."""


@pytest.mark.parametrize(("place", "facts"), list(enumerate((Facts(), GOOD, BAD))))
def test_each_rule_says_its_own_figures_and_where_it_was_found(place: int, facts: Facts) -> None:
    found = check(scheme(**WHOLE), facts)
    assert {each.rule: plain(each.sentence("nb")) for each in found} == {
        rule: said[place] for rule, said in TOLD.items()
    }
    assert "".join(each.source for each in found) == "abcdefghijk"  # a balance is in every scheme
    small_budget, stands = place == 1, (None, True, False)[place]
    assert [each.holds for each in found if not (small_budget and each.rule == "caps.small_budget")] == [stands] * (
        len(found) - small_budget
    )
    assert all(re.findall(r"\d", each.sentence("en")) for each in found if re.search(r"\d", each.sentence("nb")))


def test_rules_that_hang_on_the_applicant_the_costs_or_the_call() -> None:
    rules = scheme(**WHOLE)
    company = one(check(rules, replace(GOOD, applicant="company")), "case_by_case")
    assert (company.source, company.sentence("nb")) == ("a", "Om aksjeselskap kan få støtte, avgjøres i hver sak.")
    assert company.sentence("en") == "Whether a company can be supported is decided case by case."
    free = one(check(rules, replace(GOOD, costs=0)), "caps.no_costs")
    assert (free.source, free.holds, free.figures["ore_over"]) == ("d", False, 999_00)
    before, window = (each for each in check(rules, replace(GOOD, sent=None)) if each.rule == "deadlines.last_day")
    assert [(each.source, each.sentence("nb")) for each in (before, window)] == [
        ("i", "Siste dag for å søke er 15. april 2027."),
        ("j", "Siste dag for å søke er 1. desember 2026."),
    ]
    called = one(check(rules, replace(BAD, closes=day("2027-04-19"))), "deadlines.call")
    assert (called.source, called.figures["late"].words("en")) == ("", "1 day")
    window = one(check(rules, replace(BAD, sent=day("2026-12-02"))), "deadlines.window")
    assert "1 January to 30 June" in window.sentence("en") and "1 December 2026" in window.sentence("en")
