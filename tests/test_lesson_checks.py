"""What earlier events taught, looked for in applications: a plan like the ski championships', and a modest one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, KR, NOON, OFFICER, STRANGER, club, open_for_all, retyped, typed, version
from reviewed import CHAIR, board, set_state
from ski_plan import MENDED, MILLION, SKI

from data.dated import read_parameters
from data.faults import Faults
from data.permission import Refused
from data.phrases import LANGUAGES
from data.store import Store
from fund.intake.budget import Income
from fund.intake.completeness import read_case
from fund.intake.revisions import submit
from fund.review.conflicts import declare
from fund.review.lesson_checks import (
    LessonCheck,
    check_lessons,
    lesson_checks,
    lessons_looked_for,
    own_lesson_checks,
    parameters_at,
)
from fund.rulebook.scheme_reading import presets
from impact.estimates import lock_estimate
from impact.reference import Reference
from impact.register import create_event

SAMPLE = Path(__file__).parent.parent / "data" / "samples" / "ski-vm-2025.toml"
TICKETS = Income("Billetter", 0)


def found(checks: tuple[LessonCheck, ...]) -> dict[str, str]:
    return {one.lesson.key: one.outcome for one in checks}


def forecast(store: Store, reference: Reference, **event: Any) -> int:
    made = tomllib.loads(SAMPLE.read_text(encoding="utf-8")) | event
    return lock_estimate(store, APPLICANT, create_event(store, APPLICANT, made), reference, draws=50)


@pytest.fixture
def plan(store: Store) -> int:
    return typed(store, open_for_all(store, rules=presets()["arendal"]), club(store))


def test_a_plan_like_the_ski_championships_is_told_all_that_they_taught(
    store: Store, plan: int, reference: Reference
) -> None:
    retyped(store, plan, **SKI, estimate=forecast(store, reference))
    checks = own_lesson_checks(store, APPLICANT, plan, at=NOON)
    fired = {one.lesson.key: one.figures for one in checks if one.fires}
    assert set(fired) == {one.key for one in lessons_looked_for()} - {"visits_as_persons"}
    assert checks[-1].lesson.key == "visits_as_persons" and checks[-1].outcome == "below"
    assert fired["liquidity"]["ore_costs"] == fired["reserve"]["ore_costs"] == 185 * MILLION
    assert fired["ticket_weather"]["share"] == Fraction(60, 185) and fired["ticket_weather"]["most"] == Fraction(1, 4)
    assert fired["hospitality"]["share"] == Fraction(25, 185)
    assert fired["suppliers"]["ore_late"] == (60 + 25 + 20) * MILLION
    assert fired["accredited_hotels"]["ore_rows"] == 12 * MILLION
    assert fired["accredited_hotels"]["audience"] == "Lag, dommere, presse og gjester, Utøvere"
    rooms = fired["rooms_short"]
    assert rooms["asked"] - rooms["housed"] == rooms["over"] > 0 and fired["room_release"]["nights"] == rooms["asked"]
    assert fired["uncounted_audience"]["visits"] == 229_000 + 4_250 + 1_000 * 10  # athletes: persons times days
    assert fired["uncounted_audience"]["share"] == 1  # the organiser's own figure: reported, and never counted
    assert "185 000 000" in next(one for one in checks if one.lesson.key == "reserve").sentence("nb").replace(
        "\xa0", " "
    )


def test_the_same_plan_with_the_lessons_learnt_is_left_in_peace_about_them(
    store: Store, plan: int, reference: Reference
) -> None:
    retyped(store, plan, **{**SKI, **MENDED}, estimate=forecast(store, reference))
    now = found(own_lesson_checks(store, APPLICANT, plan, at=NOON))
    said = {"liquidity", "ticket_weather", "reserve", "room_release"}
    assert {key for key, outcome in now.items() if outcome == "said"} == said
    assert {key for key, outcome in now.items() if outcome == "fires"} == {"rooms_short", "uncounted_audience"}
    assert now["hospitality"] == now["suppliers"] == now["accredited_hotels"] == "below"


def test_a_modest_application_hears_nothing(store: Store, plan: int, event_dict: Any, reference: Reference) -> None:
    modest = event_dict()
    for one in modest["audience"]:
        for name in ("visits", "persons"):
            if name in one:
                one[name] = {"value": 900, "evidence": "counted", "source": "telt i fjor (eksempel)"}
        one["days_per_person"] = {"value": 2, "evidence": "surveyed", "source": "spurt i fjor (eksempel)"}
    estimate = lock_estimate(store, APPLICANT, create_event(store, APPLICANT, modest), reference, draws=50)
    retyped(store, plan, estimate=estimate)
    checks = own_lesson_checks(store, APPLICANT, plan, at=NOON)
    assert not any(one.fires for one in checks), found(checks)
    assert {"liquidity", "reserve", "suppliers"} & set(found(checks)) == set()  # too small to be asked
    assert found(checks)["ticket_weather"] == "said"  # three quarters are tickets, and it is in a hall


def test_without_a_forecast_what_hangs_on_it_is_unknown(store: Store, plan: int) -> None:
    now = found(own_lesson_checks(store, APPLICANT, plan, at=NOON))
    unknown = {"room_release", "rooms_short", "uncounted_audience", "visits_as_persons"}
    assert {key for key, outcome in now.items() if outcome == "unknown"} == unknown
    retyped(store, plan, income=[], support=[])
    assert found(own_lesson_checks(store, APPLICANT, plan, at=NOON))["hospitality"] == "below"
    retyped(store, plan, income=[], support=[], form="guarantee")
    assert found(own_lesson_checks(store, APPLICANT, plan, at=NOON))["hospitality"] == "unknown"


def test_an_outdoor_ticket_share_at_the_limit_is_let_be_and_an_ore_above_is_not(store: Store, plan: int) -> None:
    limits = parameters_at(store.db, NOON)
    case = read_case(store.db, plan, NOON)
    for tickets, outcome in ((50 * KR, "below"), (50 * KR + 1, "fires")):
        plan = replace(case.contents.plan, form="guarantee", support=(), incomes=())
        rows = [replace(TICKETS, amount=tickets), replace(TICKETS, name="Lag", amount=200 * KR - tickets)]
        outdoors = replace(case.contents, plan=replace(plan, incomes=tuple(rows)), summary="Et renn ute i marka")
        assert found(check_lessons(replace(case, contents=outdoors), None, limits))["ticket_weather"] == outcome


def test_visits_taken_for_persons_are_seen_in_the_forecast(
    store: Store, plan: int, event_dict: Any, reference: Reference
) -> None:
    event = event_dict()
    for one in event["audience"]:
        one.pop("days_per_person", None)
    estimate = lock_estimate(store, APPLICANT, create_event(store, APPLICANT, event), reference, draws=50)
    retyped(store, plan, estimate=estimate)
    (one,) = [
        one for one in own_lesson_checks(store, APPLICANT, plan, at=NOON) if one.lesson.key == "visits_as_persons"
    ]
    assert one.fires and one.figures["audience"] in one.sentence("en")


def test_who_may_see_the_checks_is_who_may_see_the_application(store: Store, plan: int) -> None:
    with pytest.raises(Refused):
        own_lesson_checks(store, STRANGER, plan, at=NOON)
    with pytest.raises(LookupError):
        lesson_checks(store, OFFICER, plan, at=NOON)  # not sent yet
    board(store)
    retyped(store, plan, **SKI)
    submit(store, APPLICANT, plan, version(store, plan), at=NOON)
    set_state(store, plan, "in_review")
    assert found(lesson_checks(store, AUDITOR, plan, at=NOON))["liquidity"] == "fires"
    with pytest.raises(Refused):
        lesson_checks(store, APPLICANT, plan, at=NOON)
    with pytest.raises(Faults):
        lesson_checks(store, CHAIR, plan, at=NOON)  # has not declared
    declare(store, CHAIR, plan, "none", at=NOON)
    assert found(lesson_checks(store, CHAIR, plan, at=NOON))["reserve"] == "fires"


def test_every_lesson_has_its_source_its_words_and_a_known_limit() -> None:
    known = read_parameters()
    for one in lessons_looked_for():
        assert one.grade in ("O", "P") and one.source.startswith("https://")
        assert not one.above or one.above in known
        assert not one.costs_from or one.costs_from in known
        for pattern in (one.words, one.outdoors, one.indoors, one.unless):
            re.compile(pattern)
        for lang in LANGUAGES:
            assert all((one.text(lang), one.source_line(lang)))
            fired = LessonCheck(one, "fires")
            assert fired.to_do(lang) and fired.condition(lang)


@pytest.mark.parametrize(
    ("pattern", "said", "unsaid"),
    [
        ("outdoors", ("skirenn", "Ute i parken", "open-air stage"), ("kurset utenfor", "bursdagsfest", "utstilling")),
        ("indoors", ("Leie av hall", "idrettshallen"), ("we shall", "marshal")),
        ("unless", ("Værplan.pdf", "ved dårlig vær"), ("dessverre", "å være med")),
    ],
)
def test_words_are_found_and_what_only_looks_like_them_is_not(
    pattern: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    (one,) = [one for one in lessons_looked_for() if one.key == "ticket_weather"]
    words = re.compile(getattr(one, pattern), re.IGNORECASE)
    assert [text for text in said if not words.search(text)] == []
    assert [text for text in unsaid if words.search(text)] == []
