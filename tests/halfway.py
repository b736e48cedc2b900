"""An invented fund in the midst of everything: something to do for each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meeting_mode import opened

from data.clock import today
from data.store import Store
from fund.award.award_conditions import list_conditions
from fund.award.award_conditions import meet as meet_condition
from fund.award.award_plans import proposed_plan, set_plan
from fund.award.award_steps import accept, activate
from fund.award.awards import get_award
from fund.demo import Story, _recommended, _scored, announce, apply, at, begin, endow, meet, ore, review
from fund.demo_year import renewed
from fund.intake.applications import save_draft, start_application
from fund.intake.handling import take_up
from fund.payout.claim_approval import approve_first
from fund.payout.claiming import save_claim, start_claim, submit
from fund.review.conflicts import declare
from fund.state_aid.euro import set_rate
from impact.survey.surveys import make_survey


@dataclass
class Halfway:
    """Numbers of what waits for somebody, and the code of a survey that is open."""

    case: int = 0
    claim: int = 0
    draft: int = 0
    meeting: int = 0
    survey: str = ""

    def make(self, store: Store) -> None:
        """Two cases are not decided: one is on the table, and of the other nobody has said anything."""
        story = begin(store)
        for step in (endow, announce, apply):
            step(story)
        ready, new = (story.applications.pop(key) for key in ("bid", "concert"))
        review(story)
        meet(story)
        self.claim = _claimed(story)
        _reviewed(story, ready)
        set_rate(store, story.who("officer"), today(), "11", published=today(), source="Eksempel")
        decided, story.applications = story.applications, {"bid": ready}
        self.meeting = opened(story, store.folder).meeting
        story.applications = decided
        take_up(store, story.who("officer"), new, story.version("application", new))
        self.case = new
        self.draft = _drafted(story)
        event = store.db.execute("SELECT event FROM estimate ORDER BY id DESC LIMIT 1").fetchone()[0]
        survey = make_survey(store, story.who("officer"), event, "business", today(), today())
        self.survey = store.db.execute("SELECT code FROM survey WHERE id = ?", [survey]).fetchone()[0]


def _claimed(story: Story) -> int:
    """A claim of the cup that the officer has approved: the treasurer's turn."""
    store, applicant, officer, award = story.store, story.who("applicant"), story.who("officer"), story.awards["cup"]
    accept(store, applicant, award, story.version("award", award), at=at("2026-04-10"))
    plan = proposed_plan(get_award(store, officer, award, at=at("2026-04-17")))
    set_plan(store, officer, award, [], plan, at=at("2026-04-17"))
    activate(store, officer, award, story.version("award", award), at=at("2026-04-17"))
    for one in list_conditions(store, officer, award):
        meet_condition(store, officer, one.id, one.version, "Avtalen er lest (eksempel).", at=at("2026-04-20"))
    claim = start_claim(store, applicant, award, "part")
    save_claim(store, applicant, claim, story.version("claim", claim), {"amount": ore(150_000)})
    submit(store, applicant, claim, story.version("claim", claim))
    approve_first(store, officer, claim, story.version("claim", claim))
    return claim


def _reviewed(story: Story, id: int) -> None:
    """Everyone has declared, scored and been advised."""
    store, officer = story.store, story.who("officer")
    members = (story.who("chair"), *story.people["board"])
    take_up(store, officer, id, story.version("application", id), at=at("2026-03-03"))
    for one in (officer, *members):
        declare(store, one, id, "none", at=at("2026-03-04"))
    _scored(story, "bid", id, members[:3])
    _recommended(story, "bid", id)


def _drafted(story: Story) -> int:
    """An application for the next year's call that lacks a name, and a paper."""
    store, applicant = story.store, story.who("applicant")
    told: Mapping[str, Any] = story.case("cup")
    sql = "SELECT organisation, estimate FROM application WHERE id = ?"
    organisation, forecast = store.db.execute(sql, [story.applications["cup"]]).fetchone()
    id = start_application(store, applicant, renewed(story, today()), organisation)
    said = {key: one for key, one in ore(dict(told["document"])).items() if key != "title"}
    for name in ("first_day", "last_day"):
        said[name] = f"{today().year + 1}{said[name][4:]}"
    save_draft(store, applicant, id, {**said, "account": told["account"], "estimate": forecast}, {})
    return id
