"""A meeting on its page: prepared, voted in by several people at once, read out once, ended and signed."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from meeting_mode import Room, opened, planned, reviewed_fund
from pages import admitted, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.clock import today
from data.faults import Faults
from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Conflict, open_store
from fund.demo import Story
from fund.meeting.agenda import item_at, items_of, put_on, take_off
from fund.meeting.attendance import leave
from fund.meeting.decisions import decisions_of
from fund.meeting.floor import floor
from fund.meeting.meetings import get_meeting, lock_agenda, plan_meeting
from fund.meeting.votes import cast, votes_at
from fund.review.conflicts import declare
from fund.verify import verify


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Story]]:
    folder = tmp_path_factory.mktemp("fund")
    with open_store(folder) as store:
        story = reviewed_fund(store)
    yield folder, story


@pytest.fixture
def story(told: tuple[Path, Story], tmp_path: Path) -> Iterator[Story]:
    """The story in a store of the test's own."""
    shutil.copytree(told[0], tmp_path / "copy")
    with open_store(tmp_path / "copy") as store:
        yield replace(told[1], store=store)


@pytest.fixture
def plan(story: Story, tmp_path: Path) -> Room:
    return planned(story, tmp_path / "copy")


@pytest.fixture
def room(story: Story, tmp_path: Path) -> Room:
    return opened(story, tmp_path / "copy")


def board(room: Room) -> tuple[Actor, Actor, Actor, Actor]:
    """The chair, two members, and the deputy of the last one."""
    return (room.story.who("chair"), *room.story.people["board"])  # type: ignore[return-value]


def text_of(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ")


def keys(page: AppTest) -> set[str]:
    return {str(one.key) for one in page.button}


def outcome(page: AppTest) -> object:
    return page.session_state["outcome"]


def vote(room: Room, who: Actor, case: str, word: str = "for") -> AppTest:
    page = room.at_table(who, case)
    return room.press(page, who, f"meeting_item_{room.items[case]}_vote_{word}")


# -- preparing


def test_the_officer_orders_the_agenda_and_takes_a_case_off(plan: Room) -> None:
    officer, asked = plan.story.who("officer"), {"id": str(plan.meeting)}
    page = plan.page("meeting", officer, **asked)
    text = text_of(page)
    assert "1. Eksempelcupen (2026-0001)" in text and "Innstilt fra rammen for 2026" in text
    plan.press(page, officer, f"meeting_{plan.items['cup']}_down")
    first = items_of(plan.store.db, plan.meeting)[0]
    assert first.id == plan.items["festival"]
    page.text_input(key=f"meeting_off_{plan.items['cup']}_reason").set_value("Søkeren vil vente.")
    plan.run(page, officer)
    plan.press(page, officer, f"meeting_off_{plan.items['cup']}_do")
    assert plan.items["cup"] not in [one.id for one in items_of(plan.store.db, plan.meeting)]
    page = plan.page("meeting", officer, **asked)
    plan.press(page, officer, f"meeting_{plan.meeting}_put_{plan.story.applications['cup']}")
    assert items_of(plan.store.db, plan.meeting)[-1].application == plan.story.applications["cup"]


def test_a_case_taken_off_needs_a_reason(plan: Room) -> None:
    officer = plan.story.who("officer")
    page = plan.page("meeting", officer, id=str(plan.meeting))
    plan.press(page, officer, f"meeting_off_{plan.items['cup']}_do")
    told = outcome(page)
    assert isinstance(told, Faults) and told.faults[0].code == "meetings.no_reason"


def test_two_tabs_lock_the_agenda_once(plan: Room) -> None:
    officer = plan.story.who("officer")
    tabs = [plan.page("meeting", officer, id=str(plan.meeting)) for _ in range(2)]
    assert "settes av fra rammen" in text_of(tabs[0])
    for page in tabs:
        plan.press(page, officer, f"meeting_{plan.meeting}_lock_do")
        assert outcome(page) == "Saklisten er låst. Møtet kan begynne."
    (count,) = plan.store.db.execute("SELECT count(*) FROM posting WHERE key LIKE 'item:%:reserved'").fetchone()
    assert count == 4


def test_an_agenda_without_cases_says_what_hinders(plan: Room) -> None:
    officer = plan.story.who("officer")
    for one in items_of(plan.store.db, plan.meeting):
        take_off(plan.store, officer, one.id, one.version, "Venter.")
    page = plan.page("meeting", officer, id=str(plan.meeting))
    assert "Det er ingen saker på saklisten." in text_of(page) and f"meeting_{plan.meeting}_lock_do" not in keys(page)


def test_a_board_member_reads_the_agenda_and_changes_nothing(plan: Room) -> None:
    page = plan.page("meeting", board(plan)[2], id=str(plan.meeting))
    text = text_of(page)
    assert not page.button and "innvilget på vilkår: 300 000 kroner" in text and "du deltar ikke i saken" in text


# -- the case on the table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_is_shown_with_its_motion(room: Room, lang: str) -> None:
    page = room.at_table(board(room)[1], "cup", lang)
    text = text_of(page)
    wanted = {"nb": ("300 000 kroner", "Stem for", "ikke stemt", "Habilitet", "Ledig i rammen")}
    wanted["en"] = ("NOK 300,000", "Vote for", "not voted", "Conflicts of interest", "Free in the frame")
    for word in (*wanted[lang], "Anna Eksempel", "Leder Eksempel", "2026-0001"):
        assert word in text, word
    assert "account:" not in text


def test_a_vote_given_twice_is_one_and_a_new_one_replaces_it(room: Room) -> None:
    member = board(room)[1]
    tabs = [room.at_table(member, "cup") for _ in range(2)]
    for page in tabs:
        room.press(page, member, f"meeting_item_{room.items['cup']}_vote_for")
    assert len(votes_at(room.store.db, room.items["cup"])) == 1
    assert "Du har stemt for" in text_of(tabs[1])
    room.press(tabs[0], member, f"meeting_item_{room.items['cup']}_vote_against")  # the way back, and another vote
    assert [one.word for one in votes_at(room.store.db, room.items["cup"])] == ["for", "against"]
    text = text_of(room.at_table(board(room)[0], "cup"))
    assert "0 for, 1 mot" in text


def test_a_disqualified_member_neither_sees_nor_votes(room: Room) -> None:
    _, member, other, deputy = board(room)
    page = room.at_table(other, "festival")
    text = text_of(page)
    assert "Du deltar ikke i denne saken" in text and "500 000" not in text
    assert not [key for key in keys(page) if "_vote_" in key or "_read" in key or "motion" in key]
    before = room.at_table(other, "cup")  # a page of another case, whose button is turned on this one
    with pytest.raises(KeyError):
        room.press(before, other, f"meeting_item_{room.items['festival']}_vote_for")
    deputy_page = room.at_table(deputy, "festival")
    assert "Sett fram et forslag" in [one.label for one in deputy_page.expander]
    assert "har ikke stemme" not in text_of(room.at_table(member, "festival"))


def test_a_deputy_who_is_not_called_in_is_told_so(room: Room) -> None:
    text = text_of(room.at_table(board(room)[3], "cup"))
    assert "Cato Eksempel er varamedlem og er ikke kalt inn i denne saken" in text and "Stem for" not in text


def test_the_deputy_steps_in_when_the_member_leaves(room: Room) -> None:
    chair, _, other, deputy = board(room)
    leave(room.store, other, room.meeting, other.id)
    page = vote(room, deputy, "cup")
    assert "Du har stemt for" in text_of(page)
    assert "Bjørn Eksempel har forlatt møtet." in text_of(room.at_table(chair, "cup"))


def test_what_hinders_stands_until_enough_have_voted(room: Room) -> None:
    chair, member, *_ = board(room)
    page = vote(room, chair, "cup")
    assert "Før vedtaket kan leses opp" in text_of(page) and "1 av 3 som teller" in text_of(page)
    assert f"meeting_item_{room.items['cup']}_read_do" not in keys(page)
    vote(room, member, "cup")
    room.run(page, chair)
    assert f"meeting_item_{room.items['cup']}_read_do" in keys(page)


def test_a_decision_read_out_twice_happens_once(room: Room) -> None:
    chair, member, *_ = board(room)
    for one in (chair, member):
        vote(room, one, "cup")
    tabs = [room.at_table(chair, "cup") for _ in range(2)]
    for page in tabs:
        room.press(page, chair, f"meeting_item_{room.items['cup']}_read_do")
        assert outcome(page) == "Vedtaket i sak 2026-0001 er lest opp."
    assert len(decisions_of(room.store.db, room.story.applications["cup"])) == 1
    assert "Vedtaksbrevet som Word-fil" in text_of(tabs[0]) and tabs[0].query_params["sak"] in (
        str(room.items["cup"]),
        [str(room.items["cup"])],
    )


def test_a_vote_after_the_decision_is_refused(room: Room) -> None:
    chair, member, other, _ = board(room)
    late = room.at_table(other, "cup")
    for one in (chair, member):
        vote(room, one, "cup")
    room.press(room.at_table(chair, "cup"), chair, f"meeting_item_{room.items['cup']}_read_do")
    room.press(late, other, f"meeting_item_{room.items['cup']}_vote_against")
    told = outcome(late)
    assert isinstance(told, Faults) and told.faults[0].code == "votes.decided"
    assert len(votes_at(room.store.db, room.items["cup"])) == 2


def test_only_the_chair_reads_out(room: Room) -> None:
    for one in board(room)[:3]:
        vote(room, one, "cup")
    for one in (board(room)[1], room.story.who("officer")):
        assert not [key for key in keys(room.at_table(one, "cup")) if "_read" in key]


def test_another_motion_is_put_forward_and_everyone_sees_it(room: Room) -> None:
    chair, member, *_ = board(room)
    form = f"meeting_motion_{room.items['cup']}"
    page = room.at_table(chair, "cup")
    page.selectbox(key=f"{form}_outcome").set_value("granted_in_part")
    page.text_input(key=f"{form}_amount").set_value("200 000")
    page.text_area(key=f"{form}_conditions").set_value("")
    room.run(page, chair)
    assert room.at_table(chair, "cup").text_input(key=f"{form}_amount").value == "200 000"  # F5
    room.press(page, chair, f"{form}_do")
    put = floor(room.store, member, room.items["cup"]).motions
    assert [one.proposal.outcome for one in put] == ["granted_on_conditions", "granted_in_part"]
    assert put[1].proposal.amount == 200_000_00 and put[1].tally.votes_for == (chair.id,)
    text = text_of(room.at_table(member, "cup"))
    assert "innvilget delvis: 200 000 kroner" in text and "1 for, 0 mot" in text


def test_a_guarantee_states_its_six_and_is_decided(room: Room) -> None:
    chair, member, *_ = board(room)
    form = f"meeting_motion_{room.items['festival']}"
    page = room.at_table(chair, "festival")
    assert page.text_input(key=f"{form}_steps_down").value == "trappes ikke ned"
    page.date_input(key=f"{form}_first").set_value(today())
    page.date_input(key=f"{form}_last").set_value(today() + dt.timedelta(300))
    room.run(page, chair)
    room.press(page, chair, f"{form}_do")
    assert outcome(page) == "Forslaget er satt fram, og du har stemt for det."
    text = text_of(vote(room, member, "festival"))
    assert "Garanti for Eksempelfestivalen" in text and "Åpne garantier: 0 kroner av høyst 1 000 000 kroner" in text
    room.press(room.at_table(chair, "festival"), chair, f"meeting_item_{room.items['festival']}_read_do")
    (made,) = decisions_of(room.store.db, room.story.applications["festival"])
    assert made.outcome == "guaranteed" and made.amount == 500_000_00


def test_a_guarantee_without_its_days_is_hindered(room: Room) -> None:
    chair, *_ = board(room)
    page = room.at_table(chair, "festival")
    room.press(page, chair, f"meeting_motion_{room.items['festival']}_do")
    assert "når den gjelder fra og til" in text_of(page)


def test_a_loan_states_its_terms_and_is_decided(room: Room) -> None:
    chair, member, *_ = board(room)
    form = f"meeting_motion_{room.items['meet']}"
    page = room.at_table(chair, "meet")
    room.press(page, chair, f"{form}_do")
    told = outcome(page)
    assert isinstance(told, Faults) and told.faults[0].code == "proposals.no_terms"
    page.text_area(key=f"{form}_terms").set_value("Rentefritt, betales tilbake innen 31. oktober (eksempel).")
    room.run(page, chair)
    room.press(page, chair, f"{form}_do")
    assert "Lånevilkår: Rentefritt" in text_of(vote(room, member, "meet"))
    room.press(room.at_table(chair, "meet"), chair, f"meeting_item_{room.items['meet']}_read_do")
    assert decisions_of(room.store.db, room.story.applications["meet"])[0].outcome == "lent"


def test_a_case_that_was_changed_meanwhile_is_not_read_out(room: Room) -> None:
    chair, member, *_ = board(room)
    for one in (chair, member):
        vote(room, one, "cup")
    page = room.at_table(chair, "cup")
    with room.store.write("operator", "test.changed") as write:
        id = room.story.applications["cup"]
        write.update_row("application", id, room.story.version("application", id), {"title": "Eksempelcupen 2"})
    room.press(page, chair, f"meeting_item_{room.items['cup']}_read_do")
    assert isinstance(outcome(page), Conflict) and not decisions_of(room.store.db, id)


def test_between_meetings_everyone_takes_part_remotely(story: Story, tmp_path: Path) -> None:
    officer, chair = story.who("officer"), story.who("chair")
    meeting = plan_meeting(story.store, officer, "Hastesak", today(), "between")
    item = put_on(story.store, officer, meeting, story.applications["cup"])
    lock_agenda(story.store, officer, meeting, 1)
    room = Room(story, tmp_path / "copy", meeting, {"cup": item}, {})
    page = room.at_table(chair)
    assert not [key for key in keys(page) if key.endswith("_room")]
    room.press(page, chair, f"meeting_{meeting}_own_{story.seats[0]}_remote")
    assert "for, på nett" in text_of(vote(room, chair, "cup"))


def test_a_conflict_that_nobody_has_ruled_on_hinders(room: Room) -> None:
    chair, member, other, _ = board(room)
    for one in (chair, other):
        vote(room, one, "cup")
    declare(room.store, member, room.story.applications["cup"], "doubt", "En fetter spiller i cupen (eksempel).")
    text = text_of(room.at_table(chair, "cup"))
    assert "Anna Eksempel har meldt tvil om egen habilitet" in text and "fetter" in text


# -- who is there


def test_a_member_says_that_it_takes_part_remotely_and_leaves(room: Room) -> None:
    member = board(room)[1]
    seat = room.story.seats[1]
    page = room.at_table(member)
    room.press(page, member, f"meeting_{room.meeting}_own_{seat}_remote")
    assert "Du er ført opp på nett." in text_of(page)
    room.press(page, member, f"meeting_{room.meeting}_own_{seat}_left")
    text = text_of(page)
    assert "Du er ført opp som gått" in text and "Stem for" not in text


def test_the_officer_enters_someone(room: Room) -> None:
    officer, seat = room.story.who("officer"), room.story.seats[2]
    page = room.at_table(officer)
    room.press(page, officer, f"meeting_{room.meeting}_of_{seat}_left")
    assert "Til stede nå: 3 av 4" in " ".join(one.label for one in page.expander).replace("\\", "")


# -- large type, following, restart


def test_the_large_view_follows_the_case_that_is_voted_on(room: Room) -> None:
    officer = room.story.who("officer")
    page = room.page("meeting", officer, id=str(room.meeting), vis="stor")
    text = text_of(page)
    assert 'class="rv-large"' in text and "Eksempelcupen</h2>" in text
    vote(room, board(room)[1], "concert")
    room.run(page, officer)
    assert "Eksempelkonserten</h2>" in text_of(page)


def test_next_and_previous_stand_in_the_address(room: Room) -> None:
    chair = board(room)[0]
    page = room.page("meeting", chair, id=str(room.meeting))
    room.press(page, chair, f"meeting_{room.meeting}_case_next")
    assert "Eksempelfestivalen 2026</h2>" in text_of(page)
    again = room.page("meeting", chair, id=str(room.meeting), sak=str(room.items["festival"]))  # F5
    assert "Eksempelfestivalen 2026</h2>" in text_of(again)
    room.press(page, chair, f"meeting_{room.meeting}_case_previous")
    assert "Eksempelcupen</h2>" in text_of(page) and "sak" not in page.query_params


def test_the_short_keys_can_be_turned_off(room: Room) -> None:
    chair = board(room)[0]
    page = room.page("meeting", chair, id=str(room.meeting))
    assert {"1", "2", "N"} <= {one.proto.shortcut.upper() for one in page.button} and "taster=av" in text_of(page)
    page = room.page("meeting", chair, id=str(room.meeting), taster="av", sak=str(room.items["festival"]))
    assert {one.proto.shortcut for one in page.button} == {""}
    assert f'/mote?id={room.meeting}&amp;sak={room.items["festival"]}"' in text_of(page)  # on again, at the same case


def test_a_restart_loses_no_vote(room: Room, tmp_path: Path) -> None:
    chair, member, *_ = board(room)
    vote(room, chair, "cup")
    room.store.close()
    with open_store(tmp_path / "copy") as store:
        again = Room(replace(room.story, store=store), room.folder, room.meeting, room.items, room.tokens)
        vote(again, member, "cup")
        page = again.at_table(chair, "cup")
        again.press(page, chair, f"meeting_item_{room.items['cup']}_read_do")
        assert len(decisions_of(store.db, room.story.applications["cup"])) == 1


# -- after


def finish(room: Room) -> None:
    """Every case but the cup and the concert is taken off, and these two are decided."""
    chair, member, *_ = board(room)
    officer = room.story.who("officer")
    page = room.at_table(officer, "festival")
    page.text_input(key=f"meeting_off_{room.items['festival']}_reason").set_value("Venter på svar.")
    room.run(page, officer)
    room.press(page, officer, f"meeting_off_{room.items['festival']}_do")
    for key in ("meet", "bid"):
        take_off(room.store, officer, room.items[key], item_at(room.store.db, room.items[key]).version, "Venter.")
    for key in ("cup", "concert"):
        put = floor(room.store, chair, room.items[key]).motions[0].proposal
        for one in (chair, member):
            cast(room.store, one, room.items[key], "for", put)
        room.press(room.at_table(chair, key), chair, f"meeting_item_{room.items[key]}_read_do")


def test_a_meeting_with_undecided_cases_does_not_end(room: Room) -> None:
    chair = board(room)[0]
    page = room.page("meeting", chair, id=str(room.meeting))
    room.press(page, chair, f"meeting_{room.meeting}_hold_do")
    told = outcome(page)
    assert isinstance(told, Faults) and told.faults[0].code == "meetings.unsettled"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_meeting_ends_and_is_signed_once(room: Room, lang: str) -> None:
    chair = board(room)[0]
    finish(room)
    page = room.page("meeting", chair, lang, id=str(room.meeting))
    room.press(page, chair, f"meeting_{room.meeting}_hold_do")
    tabs = [room.page("meeting", chair, lang, id=str(room.meeting)) for _ in range(2)]
    for tab in tabs:
        room.press(tab, chair, f"meeting_{room.meeting}_sign_do")
    held = get_meeting(room.store, chair, room.meeting)
    assert held.state == "minutes_signed" and not verify(room.store.db, room.folder)
    text = text_of(room.page("meeting", room.story.who("auditor"), lang, id=str(room.meeting)))
    wanted = {"nb": ("Signert av Leder Eksempel", "tatt av: Venter på svar.", "2 for, 0 mot", "avslått")}
    wanted["en"] = ("Signed by Leder Eksempel", "taken off: Venter på svar.", "2 for, 0 against", "rejected")
    for word in (*wanted[lang], str(held.minutes_sha256)[:16], f"/last-ned/protokoll/{room.meeting}.docx"):
        assert word in text, word


def test_who_may_not_is_told_why(room: Room) -> None:
    applicant = room.story.who("applicant")
    with signed_in(room.folder, room.token(applicant)):
        text = seen(admitted("meeting", id=str(room.meeting)).run())
    assert "Eksempelcupen" not in text and "styremedlem" in text
    text = seen(room.page("meeting", room.story.who("chair"), id="999"))
    assert "GONE" in text


def test_a_meeting_whose_day_has_no_euro_rate_asks_the_officer_for_it(room: Room) -> None:
    form, officer = f"euro_rate_{today().isoformat()}", room.story.who("officer")
    assert f"{form}_do" not in keys(room.at_table(officer)), "the day has one"
    with room.story.store.write("operator", "test.rate", audited=False) as write:
        write.db.execute("DELETE FROM euro_rate WHERE day = ?", [today().isoformat()])
    assert "En saksbehandler legger den inn" in seen(room.at_table(room.story.who("chair")))
    page = room.at_table(officer)
    page.text_input(key=f"{form}_kroner").set_value("11,5")
    page.date_input(key=f"{form}_published").set_value(today())
    page.text_input(key=f"{form}_source").set_value("Norges Bank (eksempel)")
    page = room.press(room.run(page, officer), officer, f"{form}_do")
    assert f"{form}_do" not in keys(page)
    with room.story.store.read() as db:
        assert db.execute("SELECT rate FROM euro_rate WHERE day = ?", [today().isoformat()]).fetchone() == ("11.5",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_motion_begins_with_an_amount_that_can_be_read_in_either_language(room: Room, lang: str) -> None:
    """«500,000» is five hundred thousand or five hundred, and is refused."""
    page = room.at_table(room.story.who("chair"), "festival", lang)
    assert page.text_input(key=f"meeting_motion_{room.items['festival']}_amount").value == "500 000"
