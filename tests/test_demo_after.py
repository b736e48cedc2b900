"""The invented fund a while later: what was counted and answered is what the evaluation stands on."""

from __future__ import annotations

from pathlib import Path

from pytest import approx

from data.store import open_store
from fund.demo_after import play_on
from impact.counts.outcome import chosen_visits
from impact.estimates import get_estimate
from impact.evaluation.evaluations import get_evaluation, splits
from impact.lessons import LessonSearch, list_lessons
from impact.reference import reference_in
from impact.survey.kept import read_findings, visitor_survey


def test_an_event_is_counted_surveyed_evaluated_and_learnt_from(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        story = play_on(store)
        officer, told = story.who("officer"), story.told["after"]
        (event,) = store.db.execute("SELECT event FROM evaluation").fetchone()
        visits, survey = chosen_visits(store, officer, event), visitor_survey(store, event)
        assert visits is not None and visits.mode == sum(told["scans"].values()) == story.case(told["case"])["came"]
        assert survey is not None and read_findings(store, officer, survey).findings.n == 180
        held = get_evaluation(store, officer, event)
        assert held is not None and held.outcome is not None
        forecast, outcome = (get_estimate(store, officer, one)[1] for one in (held.forecast, held.outcome))
        assert {one["home"] for one in outcome["event"]["audience"]} == {"host", "norway", "abroad"}
        for split in splits(forecast, outcome, reference_in()).values():
            assert sum(split.parts.values()) == approx(split.difference, abs=0.5)
        learnt = [one.text for one in list_lessons(store, officer, LessonSearch(event=event))]
        assert any("naboklubbene" in one for one in learnt) and any("lagslisten" in one for one in learnt)
