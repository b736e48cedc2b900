"""What a visitor survey says: weights, rules and their effects, and the entries of an event that follow from it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from answered import OFFICER, crowd, surveyed_event
from openpyxl import load_workbook

from data.audit import history
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store
from data.value import Value
from impact.event_reading import read_event
from impact.reference import Reference
from impact.register import get_event
from impact.survey.entries import survey_entries
from impact.survey.findings import Findings
from impact.survey.findings_workbook import findings_workbook
from impact.survey.kept import choose_rules, read_findings
from impact.survey.sample import sample_of
from impact.survey.treatment import Rules, treat, weigh

READER = Actor("account:7", frozenset({"board"}))
APPLICANT = Actor("account:9", frozenset({"applicant"}))
RULES = Rules(0.99, 10_000, 0.2)


def effects(found: Findings) -> dict[str, float]:
    return {f"{one.kind}.{one.name}": one.value for one in found.effects}


def test_persons_met_on_a_random_day_weigh_one_over_days() -> None:
    sample = sample_of([{"days": 1}, {"days": 4}, {}])
    at_event, from_list = weigh(sample, RULES), weigh(sample, replace(RULES, met="list"))
    assert at_event.persons.tolist() == [1, 0.25, 0] and at_event.visits.tolist() == [1, 1, 0]
    assert from_list.persons.tolist() == [1, 1, 0] and from_list.visits.tolist() == [1, 4, 0]


def test_known_visits_are_fitted_before_persons_are_counted() -> None:
    sample = sample_of([{"home": "norway", "days": 1}, {"home": "norway", "days": 2}, {"home": "abroad", "days": 2}])
    found = weigh(sample, replace(RULES, totals={"home": {"norway": 300.0, "abroad": 300.0}}))
    assert found.raked is not None and found.raked.converged
    assert found.visits.tolist() == pytest.approx([150, 150, 300])
    assert found.persons.tolist() == pytest.approx([150, 75, 150])


def test_outliers_and_gaps_are_treated_as_chosen() -> None:
    rows: list[dict[str, Any]] = [{"days_in_area": 1, "party": 1, "spend_shopping": 100} for _ in range(98)]
    rows += [{"days_in_area": 2, "party": 2, "spend_shopping": 100_000}, {"days_in_area": 1, "party": 1}]
    sample, w = sample_of(rows), np.ones(100)

    def last_two(**rules: Any) -> list[float]:
        found: list[float] = treat(sample, replace(RULES, **rules), w).spent["shopping"][-2:].tolist()
        return found

    assert last_two(outliers="keep") == pytest.approx([50_000, np.nan], nan_ok=True)
    assert last_two(outliers="winsorise", percentile=0.95) == pytest.approx([200, np.nan], nan_ok=True)
    assert last_two(outliers="drop") == pytest.approx([np.nan, np.nan], nan_ok=True)
    assert last_two(outliers="keep", gaps="zero") == [50_000, 0]


def test_who_was_there_anyway_and_who_would_have_come_another_time() -> None:
    asked = [
        ("only", "stayed_home"),
        ("only", "another_time"),
        ("other", "another_time"),
        ("only", "same_time"),
        ("", ""),
    ]
    sample = sample_of({"reason": reason, "otherwise": otherwise} for reason, otherwise in asked)
    assert sample.casual.tolist() == pytest.approx([0, 0, 1, 1, np.nan], nan_ok=True)
    assert sample.switcher.tolist() == pytest.approx([0, 1, 0, 0, np.nan], nan_ok=True)
    assert sample.came.tolist() == [True, False, False, False, True]


def test_a_survey_says_what_every_rule_comes_to(store: Store) -> None:
    _, survey = surveyed_event(store, [*crowd(), {"role": "spectator", "home": "norway"}])
    surveyed = read_findings(store, READER, survey)
    found = surveyed.findings
    assert (found.n, found.weighed, surveyed.version) == (201, 200, 0)
    under = effects(found)
    assert under["outliers.winsorise"] == under["gaps.leave_out"] == under["met.event"] == found.per_day.value
    assert under["gaps.zero"] < 0.9 * found.per_day.value  # a third of the meals weren't told of
    assert under["outliers.keep"] >= found.per_day.value
    norway, abroad = found.audiences
    assert (norway.home, norway.n, abroad.home, abroad.n) == ("norway", 180, "abroad", 20)
    assert [found.faint(n) for n in (29, 30)] == [True, False] and [found.shown(n) for n in (4, 5)] == [False, True]
    assert norway.figures["persons_per_room"].value == 2
    unweighted = np.mean([one["days"] for one in crowd()])
    assert norway.figures["days_per_person"].high < unweighted


def test_rules_are_chosen_once_by_who_may(store: Store) -> None:
    _, survey = surveyed_event(store, crowd())
    first = read_findings(store, OFFICER, survey).findings
    rules = replace(first.rules, outliers="keep", totals={"home": {"norway": 4000.0, "abroad": 2000.0}})
    for actor in (READER, ANYONE):
        with pytest.raises(Refused):
            choose_rules(store, actor, survey, rules, 0)
    with pytest.raises(Faults) as refused:
        choose_rules(store, OFFICER, survey, replace(rules, percentile=9.0, limit=0.0), 0)
    codes = [one.code for one in refused.value.faults]
    assert codes == ["findings.bad_percentile", "findings.bad_limit", "findings.no_totals_source"]
    assert all(one.line(lang) for one in refused.value.faults for lang in LANGUAGES)
    rules = replace(rules, totals_source="billettsystemet")
    assert choose_rules(store, OFFICER, survey, rules, 0) == 1
    with pytest.raises(Conflict):
        choose_rules(store, OFFICER, survey, replace(rules, gaps="zero"), 0)
    assert choose_rules(store, OFFICER, survey, rules, 1) == 1  # a double click changes nothing
    kept = read_findings(store, OFFICER, survey)
    assert (kept.findings.rules, kept.version) == (rules, 1)
    raked = kept.findings.weights.raked
    assert raked is not None and raked.converged and raked.limited == 0
    assert {"totals.limited", "totals.free", "totals.none"} <= set(effects(kept.findings))
    with store.read() as db:
        assert [one.action for one in history(db, "survey_treatment", str(survey))] == ["survey.treat"]


def test_totals_without_answers_are_refused_and_told_if_answers_go(store: Store) -> None:
    _, survey = surveyed_event(store, crowd(20))
    usual = read_findings(store, OFFICER, survey).findings.rules
    wrong = replace(usual, totals={"home": {"norway": 10.0, "host": 10.0}}, totals_source="telt")
    with pytest.raises(Faults):
        choose_rules(store, OFFICER, survey, wrong, 0)
    good = replace(usual, totals={"home": {"norway": 10.0, "abroad": 10.0}}, totals_source="telt")
    choose_rules(store, OFFICER, survey, good, 0)
    with store.write("operator", "test.delete", audited=False) as write:
        write.db.conn.execute("DELETE FROM survey_answer WHERE answers LIKE '%abroad%'")
    found = read_findings(store, OFFICER, survey).findings
    assert [one.code for one in found.faults] == ["findings.total_without_answers"]
    assert found.weights.raked is None and found.n == 18


def test_rights_are_asked_of_the_event(store: Store) -> None:
    event, survey = surveyed_event(store, crowd(30))
    assert survey_entries(store, READER, event)
    for actor in (ANYONE, APPLICANT):  # another's event
        with pytest.raises(Refused):
            read_findings(store, actor, survey)
        with pytest.raises(Refused):
            survey_entries(store, actor, event)
    with pytest.raises(LookupError):
        read_findings(store, OFFICER, survey + 1)


def test_entries_are_what_an_event_can_be_read_with(store: Store, reference: Reference) -> None:
    event, _ = surveyed_event(store, [*crowd(300), *[{"role": "media", "home": "abroad", "days": 3}] * 3])
    total = Value(9_000, 8_100, 9_900, "counted", "billettsystemet")
    entries = survey_entries(store, OFFICER, event, total)
    assert [(one["role"], one["home"], one["name"]) for one in entries] == [
        ("spectator", "norway", "Tilskuere fra Norge ellers"),
        ("spectator", "abroad", "Tilskuere fra utlandet"),
    ]  # three of the press are too few
    norway = entries[0]
    assert norway["visits"]["mode"] == pytest.approx(9_000 * 270 / 303)
    assert norway["visits"]["low"] <= norway["visits"]["mode"] * 0.9 and "billettsystemet" in norway["visits"]["source"]
    assert norway["days_per_person"]["evidence"] == "surveyed" and "n = 270" in norway["days_per_person"]["source"]
    assert norway["attribution"]["evidence"] == "assumed"
    assert set(norway["spend"]) == {"accommodation", "food_service", "other_lodging"}
    for one in (norway, entries[1]):
        for value in [
            *(one[name] for name in one if name not in ("name", "role", "home", "spend")),
            *one["spend"].values(),
        ]:
            assert 0 <= value["low"] <= value["mode"] <= value["high"]
    document = get_event(store, OFFICER, event).document
    read = read_event({**document, "audience": entries}, "outcome", reference)
    assert [one.name for one in read.audiences] == [one["name"] for one in entries]


def test_no_answers_are_no_findings(store: Store) -> None:
    event, survey = surveyed_event(store, [])
    found = read_findings(store, OFFICER, survey).findings
    assert (found.n, found.audiences, found.per_day.n) == (0, (), 0)
    assert survey_entries(store, OFFICER, event) == []
    with pytest.raises(LookupError):
        survey_entries(store, OFFICER, event + 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_leaves_out_what_too_few_answered(store: Store, lang: Any) -> None:
    _, survey = surveyed_event(store, [*crowd(60), {"role": "media", "home": "abroad", "days": 3}])
    book = load_workbook(io.BytesIO(findings_workbook(read_findings(store, OFFICER, survey), lang)))
    assert len(book.worksheets) == 3
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    press = [row for row in rows if row[2] == 1]
    assert press and all(row[3:6] == [None, None, None] for row in press)
    assert any(row[3] and row[4] < row[3] < row[5] for row in rows)


def test_who_slept_elsewhere_spent_nothing_on_hotels() -> None:
    lodgings = [("commercial", 2), ("other", 2), ("none", None), ("", None), ("", 0)]
    rows = [{"lodging": lodging, "nights": nights, "party": 1, "days": 1} for lodging, nights in lodgings]
    found = sample_of(rows)
    assert found.spent["accommodation"].tolist() == pytest.approx([np.nan, 0, 0, np.nan, 0], nan_ok=True)
    assert found.spent["other_lodging"].tolist() == pytest.approx([0, np.nan, 0, np.nan, 0], nan_ok=True)
    assert found.spent["food_service"].tolist() == pytest.approx([np.nan] * 5, nan_ok=True)
