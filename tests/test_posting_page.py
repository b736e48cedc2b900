"""The page of a posting: the line back to what was sent, its hash, and a correction that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from bookkeeping import AMISS, click, keys, text_of, token_of
from pages import page_of, person, signed_in

from data.permission import ROLES, Actor
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.books.ledger import correct
from fund.books.partners import add_partner, contribute
from fund.books.posting_list import get_posting
from fund.demo_year import play
from fund.payout.trace import trace

TREASURER = Actor("account:1", frozenset({"treasurer"}))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the invented fund after its year."""
    folder = tmp_path_factory.mktemp("posting")
    with open_store(folder) as store:
        play(store)
    return folder


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_posting_of_the_year_opens(year: Path, lang: str) -> None:
    with signed_in(year, token_of(year, "auditor")):
        for number in (1, 5, 12, 14, 18, 22, 23, 25, 27, 30, 32):
            text = text_of(page_of("posting", lang=lang, id=str(number)).run())
            assert not [word for word in AMISS if word in text], number


def test_the_line_goes_back_from_the_bank_to_what_was_sent(year: Path) -> None:
    with signed_in(year, token_of(year, "auditor")):
        text = text_of(page_of("posting", id="22").run())
    for word in (
        "UTB-2026-2",
        "/utbetalinger?id=2",
        "/anmodning?id=4",
        "/tilsagn?id=2",
        "/sak?id=2",
        "/last-ned/vedtaksbrev/2.docx",
        "/soknad?id=2",
        "/last-ned/bilag/",
        "Stemmene i saken",
        "først godkjent av",
    ):
        assert word in text, word


def test_what_is_behind_follows_the_rows(year: Path) -> None:
    with open_store(year) as store:
        paid, accounted, interest = (trace(store, TREASURER, number) for number in (20, 21, 30))
        assert paid.claim is not None and accounted.claim is not None and paid.claim == accounted.claim
        assert paid.payment is not None and paid.payment.amount == paid.claim.amount
        assert paid.decision is not None and paid.revision is not None
        assert paid.decision.revision_sha256 == paid.revision.sha256
        assert interest.award is None and interest.votes == () and len(interest.partners) == 4


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_sees_what(year: Path, role: str) -> None:
    with signed_in(year, token_of(year, role)):
        page = page_of("posting", id="1").run()
        assert ("REFUSED" in text_of(page)) == (role in ("", "applicant")), role
        assert ("posting_1_correct_do" in keys(page)) == (role == "treasurer")
        behind = text_of(page_of("posting", id="22").run())
        assert ("/sak?id=2" in behind) == (role not in ("", "applicant", "administrator")), role


@pytest.mark.parametrize("id", ["0", "33", "abc", "-1", ""])
def test_a_posting_that_is_not_there(year: Path, id: str) -> None:
    with signed_in(year, token_of(year, "auditor")):
        assert "GONE" in text_of(page_of("posting", id=id).run())


def test_what_follows_from_a_case_is_put_right_there(year: Path) -> None:
    with signed_in(year, token_of(year, "treasurer")):
        page = page_of("posting", id="22").run()
        assert "rettes der" in text_of(page) and not [key for key in keys(page) if "correct" in key]


def test_a_correction_is_made_once(store: Store, tmp_path: Path) -> None:
    actor, token = person(store, "treasurer")
    partner = add_partner(store, actor, "Eksempel kommune", "public")
    contribute(store, actor, "in", partner, 2026, 100_000, note="linje 4")
    with signed_in(tmp_path, token):
        page, other = (page_of("posting", id="1").run() for _ in range(2))
        assert "linje 4" in text_of(page)
        assert "mangler en grunn" in click(page, "posting_1_correct_do") and get_posting(store, actor, 1)[2] is None
        page.text_area(key="posting_1_correct_reason").set_value("Feil partner (eksempel)").run()
        assert page_of("posting", id="1").run().text_area(key="posting_1_correct_reason").value, "outlives F5"
        assert "tatt tilbake av postering 2" in click(page, "posting_1_correct_do")
        other.text_area(key="posting_1_correct_reason").set_value("Feil beløp (eksempel)")
        said = click(other, "posting_1_correct_do") if "posting_1_correct_do" in keys(other) else ""
        assert "tatt tilbake av postering 3" not in said
        assert "tatt tilbake av postering 2" in text_of(page_of("posting", id="1").run())
        back = text_of(page_of("posting", id="2").run())
        assert "tar tilbake postering 1" in back and "Feil partner (eksempel)" in back
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM posting").fetchone() == (2,)


def test_a_posting_reversed_by_another_way_says_so(store: Store, tmp_path: Path) -> None:
    actor, token = person(store, "treasurer")
    contribute(store, actor, "in", add_partner(store, actor, "Eksempel", "public"), 2026, 100_000)
    correct(store, actor, "back", 1, "feil (eksempel)")
    with signed_in(tmp_path, token):
        page = page_of("posting", id="1").run()
        assert "posting_1_correct_do" not in keys(page)
