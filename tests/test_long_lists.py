"""What is read narrowly, or for all rows at once, says the same as what is read row by row, on the invented year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import text_of, token_of
from pages import page_of, signed_in

from app.treasury import verifying
from data.permission import OPERATOR, Actor, Refused
from data.store import Store, open_store
from fund.applicant.organisations import list_organisations, organisation_at, organisation_names, organisations_at
from fund.applicant.owners import acts_for, owners, owners_of_all
from fund.award.record import record_at
from fund.books.brought import booked_years, brought
from fund.books.vouchers import voucher_sums, voucher_years, vouchers
from fund.deadlines import clock
from fund.demo import announce, apply, at, begin, endow
from fund.demo_year import play
from fund.intake.applications import list_applications, start_application
from fund.meeting.agenda import frame_of, item_at
from fund.meeting.decisions import decision_at
from fund.meeting.minutes import _FramesLeft, minutes_data
from fund.payout.claim_list import ended_claims, list_ended_claims, list_every_claim, list_open_claims
from fund.review.queue import case_lines, cases_known, ended_lines, open_lines

OFFICER, TREASURER = (
    Actor(f"account:{90 + one}", frozenset({role})) for one, role in enumerate(("officer", "treasurer"))
)
STRANGER = Actor("account:99", frozenset({"applicant"}))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The invented fund after its year; never written to but for sessions."""
    with open_store(tmp_path_factory.mktemp("year")) as store:
        play(store)
        yield store


def applicants(store: Store) -> list[Actor]:
    rows = store.db.execute("SELECT DISTINCT account FROM mandate").fetchall()
    return [Actor(account, frozenset({"applicant"})) for (account,) in rows]


def test_who_acts_for_whom(year: Store) -> None:
    at, db = clock(None), year.db
    ids = [id for (id,) in db.execute("SELECT id FROM organisation").fetchall()]
    one_by_one = {id: owners(db, id, at) for id in ids}
    assert {id: who for id, who in one_by_one.items() if who} == owners_of_all(db, at) != {}
    for one in applicants(year):
        assert acts_for(db, one.id, at) == {id for id, who in one_by_one.items() if one.id in who} != set()
    found = organisations_at(db, ids, at)
    assert sorted(found, key=lambda one: one.id) == [organisation_at(db, id, at) for id in sorted(ids)]


def test_names_are_of_those_that_one_sees(year: Store) -> None:
    every = {one.id: one.name for one in list_organisations(year, OFFICER)}
    assert organisation_names(year, OFFICER, every) == every != {}
    assert organisation_names(year, OFFICER, []) == {} == organisation_names(year, STRANGER, every)
    for one in applicants(year):
        assert organisation_names(year, one, every) == {its.id: its.name for its in list_organisations(year, one)}


def test_ones_own_applications(year: Store) -> None:
    for one in [*applicants(year), STRANGER]:
        theirs = [line for line in list_applications(year, one) if one.id in line.owners]
        assert list_applications(year, one, mine=True) == theirs
        assert bool(theirs) is (one != STRANGER)


def test_claims(year: Store) -> None:
    every = list_every_claim(year, OFFICER)
    ended = ended_claims(year, OFFICER)
    still, done = ([one for one in every if (one.state in ended) is wanted] for wanted in (False, True))
    assert list_open_claims(year, OFFICER) == still
    newest = sorted(done, key=lambda one: (one.moved_at, one.id), reverse=True)
    assert list_ended_claims(year, OFFICER, 1000) == newest and list_ended_claims(year, OFFICER, 1) == newest[:1] != []
    for state, (count, ore) in ended.items():
        amounts = [one.amount for one in done if one.state == state]
        assert (count, ore) == (len(amounts), sum(amounts))
    for ask in (lambda: ended_claims(year, STRANGER), lambda: list_ended_claims(year, STRANGER, 1)):
        with pytest.raises(Refused):
            ask()


def test_cases(year: Store) -> None:
    every, known = case_lines(year, OFFICER), cases_known(year, OFFICER)
    assert known.states == {one.state for one in every} and set(known.calls) == {one.call for one in every} != set()
    assert all(known.calls[one.call] == {"nb": one.call_nb, "en": one.call_en} for one in every)
    assert open_lines(year, OFFICER) == [one for one in every if one.open]
    for states in ([], ["granted"], sorted(known.states)):
        assert case_lines(year, OFFICER, states) == [one for one in every if one.state in states]
    with pytest.raises(Refused):
        cases_known(year, STRANGER)


def test_cases_under_way_and_a_draft(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        story = begin(store, OPERATOR)
        endow(story)
        announce(story)
        begun = start_application(store, STRANGER, 1, at=at("2026-02-01"))
        apply(story)
        every = case_lines(store, OFFICER)
        assert open_lines(store, OFFICER) == [one for one in every if one.open] != []
        (draft,) = list_applications(store, STRANGER, mine=True)
        assert draft.id == begun and list_applications(store, STRANGER) == [draft]


def test_sums_of_vouchers(year: Store) -> None:
    for number in [*voucher_years(year, TREASURER), 1999]:
        lines = vouchers(year, TREASURER, number)
        assert voucher_sums(year, TREASURER, number) == (len(lines), sum(one.debit for one in lines))
    with pytest.raises(Refused):
        voucher_sums(year, STRANGER, 2026)


def test_what_was_pledged(year: Store) -> None:
    query = (
        "SELECT a.partner, sum(amount) FROM leg JOIN ledger_account AS a ON a.id = account"
        " JOIN posting AS p ON p.id = leg.posting LEFT JOIN posting AS first ON first.id = p.reverses"
        " WHERE a.kind = 'pledge' AND coalesce(first.what, p.what) = 'pledge' AND (? IS NULL OR a.year = ?)"
        " GROUP BY a.partner"
    )
    for number in (None, *booked_years(year, TREASURER)):
        pledged = dict(year.db.execute(query, (number, number)).fetchall())
        assert {one.partner.id: one.pledged for one in brought(year, TREASURER, number) if one.pledged} == pledged


def test_a_record_has_every_booking(year: Store) -> None:
    query = (
        "SELECT what, posting.id FROM leg JOIN posting ON posting.id = leg.posting"
        " JOIN ledger_account AS a ON a.id = leg.account WHERE a.kind IN ('clawback_due', 'written_off')"
        " AND a.award IN (SELECT id FROM award WHERE organisation = ?)"
        " AND what IN ('clawback_demanded', 'clawback_received', 'clawback_dropped', 'written_off')"
        " AND posting.id NOT IN (SELECT reverses FROM posting WHERE reverses IS NOT NULL) GROUP BY posting.id"
    )
    for (id,) in year.db.execute("SELECT id FROM organisation").fetchall():
        facts = record_at(year.db, id, clock(None))
        booked = {(one.kind, int(one.source.split(":")[1])) for one in facts if one.source.startswith("posting:")}
        assert booked == set(year.db.execute(query, [id]).fetchall())


def test_what_frames_had_left(year: Store) -> None:
    """Folded from every leg up to the posting that followed last from the decision."""
    query = (
        "SELECT coalesce(sum(amount), 0) FROM leg JOIN ledger_account ON ledger_account.id = account"
        " WHERE kind = 'frame_room' AND frame = ? AND posting <= ?"
    )
    keys = (
        "SELECT coalesce(max(posting.id), 0) FROM posting LEFT JOIN award ON award.decision = ?"
        " WHERE key IN (?, 'award:' || award.id || ':committed', 'award:' || award.id || ':guaranteed')"
    )
    told = []
    for (meeting,) in year.db.execute("SELECT id FROM meeting").fetchall():
        for item in minutes_data(year, OFFICER, meeting)["items"]:
            if (decision := item["decision"]) is None:
                continue
            (last,) = year.db.execute(keys, [decision["id"], f"item:{item['item']}:released"]).fetchone()
            if not last:
                by_then = "SELECT coalesce(max(id), 0) FROM posting WHERE at <= ?"
                (last,) = year.db.execute(by_then, [decision["at"]]).fetchone()
            (left,) = year.db.execute(query, [frame_of(year.db, item["application"]), last]).fetchone()
            told.append((decision["frame_left"], left))
    assert told and all(one == other for one, other in told)


def test_what_a_frame_had_left_after_each_posting(year: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    query = (
        "SELECT coalesce(sum(amount), 0) FROM leg JOIN ledger_account ON ledger_account.id = account"
        " WHERE kind = 'frame_room' AND frame = ? AND posting <= ?"
    )
    decision = decision_at(year.db, 1)
    item = item_at(year.db, year.db.execute("SELECT item FROM decision WHERE id = 1").fetchone()[0])
    frame, left, seen = frame_of(year.db, item.application), _FramesLeft(year.db), set()
    (newest,) = year.db.execute("SELECT max(id) FROM posting").fetchone()
    for last in range(newest + 1):
        monkeypatch.setattr(left, "_last", lambda item, decision, last=last: last)
        (folded,) = year.db.execute(query, [frame, last]).fetchone()
        assert left.after(item, decision) == folded
        seen.add(folded)
    assert len(seen) > 2


def test_a_large_store_is_verified_when_one_asks(year: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "limit", lambda name: 0)
    verifying._asked.clear()
    token = token_of(year.folder, "auditor")
    with signed_in(year.folder, token):
        page = page_of("checks").run()
        text = text_of(page)
        assert "gjøres når du ber om det" in text and "Ubrutt per" not in text and "Alt er i orden" not in text
        page.button(key="checks_verify").click().run()
        text = text_of(page)
        assert "Ubrutt per" in text and "Alt er i orden" in text and "Siden da" not in text
        assert "Ubrutt per" in text_of(page_of("checks").run()), "kept for who comes after"
        token_of(year.folder, "auditor")
        text = text_of(page_of("checks").run())
        assert "Ubrutt per" in text and "Siden da er" in text, "the last look stands, with what was done since"
    verifying._asked.clear()


def test_the_newest_cases_that_are_done(year: Store) -> None:
    every = [one for one in case_lines(year, OFFICER) if not one.open]
    assert ended_lines(year, OFFICER, 1000) == every != [] and ended_lines(year, OFFICER, 1) == every[:1]
