"""A fund's whole year, from the partners' first contribution to the closing: what stands where after each chapter.

The steps are the domain's own functions, as :mod:`fund.demo` and :mod:`fund.demo_year` call them; the figures here were
worked out by hand from what is told in ``data/samples/fund/story.toml``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from applied import refused
from funded import KR, of_award, sums

from data.clock import today
from data.permission import Actor, Refused
from data.store import Store, open_store
from fund.award.awards import list_awards
from fund.books.statements import partner_statement
from fund.demo import Story, announce, apply, at, begin, endow, meet, review
from fund.demo_year import accepted, appealed, ended, held, paid_back, play, renewed
from fund.intake.calls import get_call
from fund.meeting.appeals import list_appeals
from fund.meeting.meetings import get_meeting
from fund.meeting.minutes import minutes_data
from fund.public.published import published_calls
from fund.review.cases import open_case
from fund.review.ranking import rank
from fund.verify import verify

AUDITOR = Actor("account:99", frozenset({"auditor"}))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Story]]:
    """The story up to a chapter: it goes on where the test before left it."""
    with open_store(tmp_path_factory.mktemp("story")) as store:
        story, done = begin(store), list[Callable[[Story], None]]()

        def until(*chapters: Callable[[Story], None]) -> Story:
            for one in chapters:
                if one not in done:
                    one(story)
                    done.append(one)
            return story

        yield until


BEFORE_MEETING = (endow, announce, apply, review)
BEFORE_PAYMENT = (*BEFORE_MEETING, meet)
BEFORE_CLOSING = (*BEFORE_PAYMENT, accepted, held, paid_back)


def kroner(story: Story) -> dict[str, int]:
    """What stands on each kind that money is in, in kroner."""
    names = ("contributed", "available", "reserved", "committed", "guaranteed", "lent", "paid", "written_off", "bank")
    found = sums(story.store)
    return {name: found[name] // KR for name in names if name in found}


def states(story: Story) -> dict[str, str]:
    rows = dict(story.store.db.execute("SELECT id, state FROM application").fetchall())
    return {key: rows[id] for key, id in story.applications.items()}


def award_states(story: Story) -> dict[str, str]:
    by_id = {one.id: one.state for one in list_awards(story.store, AUDITOR)}
    return {key: by_id[id] for key, id in story.awards.items()}


def test_the_partners_pay_in_by_their_covenant(told: Callable[..., Story]) -> None:
    story = told(endow)
    assert kroner(story) == {"contributed": -6_200_000, "available": 6_200_000, "bank": 6_200_000}


def test_applications_come_in_until_the_last_second(told: Callable[..., Story]) -> None:
    story = told(endow, announce, apply)
    assert set(states(story).values()) == {"submitted"}
    assert get_call(story.store, AUDITOR, story.call).state == "closed"
    assert kroner(story)["available"] == 6_200_000  # nothing is anyone's before the board has met


def test_the_board_scores_what_it_may_read(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_MEETING)
    assert set(states(story).values()) == {"ready"}
    in_doubt = story.who("board", 1)
    with pytest.raises(Exception) as shut:
        open_case(story.store, in_doubt, story.applications["festival"], at=at("2026-03-10"))
    assert not isinstance(shut.value, Refused)  # a right it has, and a conflict that says why not this case
    assert open_case(story.store, in_doubt, story.applications["cup"], at=at("2026-03-10")).recommendation
    ranked = {one.application: one for one in rank(story.store, story.who("officer"), story.call)}
    assert ranked[story.applications["concert"]].place == len(ranked)
    assert ranked[story.applications["cup"]].scorers == 3


def test_the_meeting_decides_and_freezes(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_PAYMENT)
    assert states(story) == {
        "cup": "granted_on_conditions",
        "festival": "guaranteed",
        "meet": "lent",
        "bid": "granted",
        "concert": "rejected",
    }
    assert kroner(story) == {
        "contributed": -6_200_000,
        "available": 4_920_000,
        "committed": 780_000,  # 300 000 to the cup, 400 000 to the meet, 80 000 to the bid
        "guaranteed": 500_000,
        "bank": 6_200_000,
    }
    assert get_meeting(story.store, AUDITOR, story.meeting).state == "minutes_signed"
    written = minutes_data(story.store, AUDITOR, story.meeting)
    assert "Søsteren arbeider for festivalen" in str(written)  # the doubt was read out, with its reason
    assert written["heads"]


def test_money_is_paid_by_three_people(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_PAYMENT, accepted)
    assert kroner(story)["paid"] == 150_000 and kroner(story)["lent"] == 200_000
    for submitted, first, second in story.store.db.execute("SELECT submitted_by, first_by, second_by FROM claim"):
        assert len({submitted, first, second}) == 3
    made = {who for (who,) in story.store.db.execute("SELECT made_by FROM payment_batch")}
    settled = {who for (who,) in story.store.db.execute("SELECT settled_by FROM batch_payment")}
    assert made.isdisjoint(settled)


def test_what_was_held_is_settled_on_its_accounts(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_PAYMENT, accepted, held)
    # The cup cost 900 000 of 1 000 000 that support may go to: 90 % of 300 000, of which 30 000 goes back.
    assert of_award(story.store, story.awards["cup"]) == {"paid": 270_000 * KR}
    # The festival lacked 400 000, of which 320 000 was approved; 180 000 of the cap goes back.
    assert of_award(story.store, story.awards["festival"]) == {"paid": 320_000 * KR}
    assert of_award(story.store, story.awards["meet"]) == {"lent": 400_000 * KR}
    assert of_award(story.store, story.awards["bid"]) == {"paid": 80_000 * KR}
    assert kroner(story)["available"] == 4_920_000 + 30_000 + 180_000


def test_what_is_owed_comes_back(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_CLOSING)
    assert of_award(story.store, story.awards["cup"]) == {"paid": 230_000 * KR}
    assert of_award(story.store, story.awards["meet"]) == {"written_off": 50_000 * KR}
    assert award_states(story) == {"cup": "clawed_back", "festival": "closed", "meet": "closed", "bid": "closed"}


def test_three_weeks_across_the_change_of_clocks_end_at_their_last_second(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_CLOSING, appealed)
    (appeal,) = list_appeals(story.store, AUDITOR, story.applications["concert"])
    assert appeal.due == dt.date(2026, 4, 16) and appeal.state == "decided" and appeal.in_favour is False


def test_the_year_ends_and_every_krone_is_found_again(told: Callable[..., Story]) -> None:
    story = told(*BEFORE_CLOSING, appealed, ended)
    # 6 200 000 paid in, 18 000 interest, 1 200 fees; 630 000 paid net of what came back, 50 000 lost.
    assert kroner(story) == {
        "contributed": -6_200_000,
        "available": 5_536_800,
        "paid": 630_000,
        "written_off": 50_000,
        "bank": 5_536_800,
    }
    assert verify(story.store.db, story.store.folder) == []
    parts = [partner_statement(story.store, AUDITOR, one) for one in story.partners]
    assert sum(one.sums["paid"] for one in parts) == 630_000 * KR
    assert get_call(story.store, AUDITOR, story.call).state == "decided"


def test_the_demonstration_is_for_a_store_without_a_fund(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        play(store)
        found = refused(store, play)
        assert [one.code for one in found] == ["demo.not_empty"]


def test_the_next_call_is_open_to_who_tries_the_program(store: Store) -> None:
    story, day = play(store), today()
    one = get_call(store, story.who("officer"), renewed(story, day))
    assert (one.state, one.opens, (one.due - day).days) == ("open", day, 42)
    assert {each.call.id: each.when for each in published_calls(store)} == {story.call: "over", one.id: "open"}
    assert verify(store.db, store.folder) == []


def test_only_who_manages_accounts_plays_it(store: Store) -> None:
    with pytest.raises(Refused):
        play(store, AUDITOR)
