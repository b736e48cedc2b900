"""The invented fund a while later: an event that was counted, surveyed, evaluated, and learnt from.

Goes on where :mod:`fund.demo_year` ends, with a file of invented answers that is read as any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.clock import today
from data.store import Store
from fund.demo import SAMPLES, Story
from fund.demo_year import play
from impact.counts.outcome import chosen_visits
from impact.counts.series import Given, add_series, choose_series, get_series
from impact.evaluation.evaluations import begin, get_evaluation, lock_outcome, save_outcome
from impact.evaluation.outcome import with_survey
from impact.reference import reference_in
from impact.review.reviews import hand_in, save_answer
from impact.survey.batch import read_batch
from impact.survey.entries import survey_entries
from impact.survey.mapping import find_table, suggest
from impact.survey.questions import questionnaire
from impact.survey.reading import read_answer_file
from impact.survey.storing import digest, store_batch
from impact.survey.surveys import make_survey

INVENTED = "oppdiktet til eksempelet"


def play_on(store: Store) -> Story:
    """The whole story, and what came after it."""
    story = play(store)
    looked_back(story)
    return story


def looked_back(story: Story) -> None:
    """Everything of it, for the event of the case that is told of."""
    told = story.told["after"]
    sql = "SELECT event, estimate.id FROM estimate JOIN application ON application.estimate = estimate.id"
    asked = [story.applications[told["case"]]]
    event, forecast = story.store.db.execute(f"{sql} WHERE application.id = ?", asked).fetchone()
    _counted(story, event, told["scans"])
    _surveyed(story, event, told)
    _evaluated(story, event, forecast)
    _reviewed(story, event, told["review"])


def _host(story: Story) -> str:
    """The municipality that the event was in."""
    return str(story.case(story.told["after"]["case"])["document"]["municipality"])


def _counted(story: Story, event: int, scans: Mapping[str, float]) -> None:
    """Tickets as they were scanned, which are the event's visits."""
    store, officer = story.store, story.who("officer")
    figures = {dt.date.fromisoformat(day): float(count) for day, count in scans.items()}
    place, name = (
        str(story.case(story.told["after"]["case"])["document"]["municipality"]),
        "Skannede billetter (eksempel)",
    )
    given = Given("scans", name, place, "day", figures, max(figures), "counted", INVENTED, {})
    one = add_series(store, officer, reference_in(), event, given)
    choose_series(store, officer, one, get_series(store, officer, one).version)


def _surveyed(story: Story, event: int, told: Mapping[str, Any]) -> None:
    """The visitors' answers, read from their file; the other two surveys are made and still open."""
    store, officer, asked = story.store, story.who("officer"), questionnaire("visitor")
    visitors = make_survey(store, officer, event, "visitor", told["opens"], told["closes"])
    for kind in ("resident", "business"):
        make_survey(store, officer, event, kind, told["opens"], max(told["closes"], today()))
    content = (SAMPLES / told["answers"]).read_bytes()
    table = find_table(told["answers"], read_answer_file(told["answers"], content), asked)
    mapping = suggest(table, asked, _host(story))
    store_batch(store, officer, visitors, digest(content), read_batch(table, mapping, asked))


def _evaluated(story: Story, event: int, forecast: int) -> None:
    """The outcome by the counts and the answers, locked beside the forecast."""
    store, officer, reference = story.store, story.who("officer"), reference_in()
    version = begin(store, officer, event, forecast)
    held = get_evaluation(store, officer, event)
    assert held is not None
    measured = survey_entries(store, officer, event, chosen_visits(store, officer, event))
    version = save_outcome(store, officer, event, version, with_survey(held.document, measured), reference)
    lock_outcome(store, officer, event, version, reference)


def _reviewed(story: Story, event: int, told: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    """What two parties wrote of it, handed in: their advice for next time are lessons now."""
    who = {"organiser": story.who("applicant"), "fund": story.who("officer")}
    for party, themes in told.items():
        version = 0
        for theme, answers in themes.items():
            for name, value in answers.items():
                version = save_answer(story.store, who[party], event, party, theme, name, value).version  # type: ignore[arg-type]
        hand_in(story.store, who[party], event, party, version)  # type: ignore[arg-type]
