"""The page of payouts: a file made once, by whom, of what is ready; the bank's answer; and what came back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import AMISS, click, keys, session_of, text_of, token_of, waiting
from claimed import PAYER, booked_by_bank, rejected_by_bank
from pages import page_of, signed_in

from data.clock import today
from data.permission import ROLES
from data.phrases import LANGUAGES
from data.store import open_store
from fund.award.award_steps import suspend
from fund.demo import Story
from fund.payout.batches import list_batches, list_payments, make_batch
from fund.payout.payable import payable_claims


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The folder of a fund with two claims that wait for a file, and its people; never written to."""
    folder = tmp_path_factory.mktemp("payouts")
    with open_store(folder) as store:
        story = waiting(store)
    return folder, {"people": story.people, "awards": story.awards}


@pytest.fixture()
def story(played: tuple[Path, dict[str, object]], tmp_path: Path) -> Iterator[Story]:
    """A fund of one's own, as the one played."""
    folder, made = played
    here = tmp_path / "fund"
    shutil.copytree(folder, here)
    with open_store(here) as store:
        yield Story(store, {}, people=made["people"], awards=made["awards"])  # type: ignore[arg-type]


def open_as(story: Story, number: int) -> tuple[Path, str]:
    """The store's folder, and the cookie of one of the two treasurers: 0 approved the claims, 1 did nothing yet."""
    return story.store.folder, session_of(story.store, story.who("treasurer", number))


def with_payer(story: Story) -> None:
    """The cashier sets the account on the page."""
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts").run()
        assert "konto er ikke satt" in text_of(page) and "payouts_make_do" not in keys(page)
        for part, value in (("name", PAYER.name), ("orgnr", "111 111 111"), ("account", "1234.56.78904")):
            page.text_input(key=f"payouts_payer_{part}").set_value(value).run()
        assert "12345678904" in click(page, "payouts_payer_do"), "the check digit is wrong"
        page.text_input(key="payouts_payer_account").set_value("1234.56.78903").run()
        assert "1234 56 78903" in click(page, "payouts_payer_do")


def made(story: Story) -> int:
    """A payment file of both claims, made on the page: its number."""
    with_payer(story)
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts").run()
        assert "2 betalinger på til sammen 350 000 kroner" in text_of(page)
        said = click(page, "payouts_make_do")
    (batch,) = list_batches(story.store, story.who("treasurer"))
    assert batch.sha256 in said and "350 000 kroner" in said
    return batch.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole(story: Story, lang: str) -> None:
    with signed_in(*open_as(story, 1)):
        text = text_of(page_of("payouts", lang=lang).run())
    assert "Eksempel idrettslag" in text and "/anmodning?id=1" in text
    assert not [word for word in AMISS if word in text]


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_gets_in(played: tuple[Path, dict[str, object]], tmp_path: Path, role: str) -> None:
    folder = tmp_path / "fund"
    shutil.copytree(played[0], folder)
    with signed_in(folder, token_of(folder, role)):
        page = page_of("payouts").run()
        assert ("REFUSED" in text_of(page)) == (role not in ("treasurer", "auditor")), role
        assert ("payouts_payer_do" in keys(page)) == (role == "treasurer")


def test_who_approved_can_not_make_the_file_and_is_told_before(story: Story) -> None:
    with_payer(story)
    with signed_in(*open_as(story, 0)):
        page = page_of("payouts").run()
        text = text_of(page)
    assert "Ingen av dem kan gå i en fil som du lager nå" in text and "payouts_make_do" not in keys(page)


def test_a_file_is_made_once(story: Story) -> None:
    with_payer(story)
    with signed_in(*open_as(story, 1)):
        first, second = page_of("payouts").run(), page_of("payouts").run()
        click(first, "payouts_make_do")
        said = click(second, "payouts_make_do")
    (batch,) = list_batches(story.store, story.who("treasurer"))
    assert batch.name in said, "another tab gets the file that is there"
    assert (batch.count, batch.amount, batch.execution_day) == (2, 35_000_000, today().isoformat())


def test_only_what_is_chosen_goes_and_f5_keeps_the_choice(story: Story) -> None:
    with_payer(story)
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts").run()
        page.multiselect(key="payouts_make_chosen").set_value([1]).run()
        page.date_input(key="payouts_make_day").set_value(today() + dt.timedelta(days=3)).run()
        again = page_of("payouts").run()
        assert again.multiselect(key="payouts_make_chosen").value == [1]
        assert "150 000 kroner" in click(again, "payouts_make_do")
    assert [one.claim for one in list_payments(story.store, story.who("treasurer"))] == [1]
    assert [one.claim.id for one in payable_claims(story.store, story.who("treasurer"))] == [2]


def test_what_hinders_is_told(story: Story) -> None:
    award = story.awards["cup"]
    suspend(story.store, story.who("officer"), award, story.version("award", award), "Venter på rapport (eksempel).")
    with_payer(story)
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts").run()
    text = text_of(page)
    assert "Én anmodning på 200 000 kroner er klar" in text and page.multiselect[0].value == [2]


def test_a_claim_that_changed_meanwhile_makes_no_file(story: Story) -> None:
    with_payer(story)
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts").run()
        with story.store.write("operator", "test.touch") as write:
            write.update_row("claim", 1, story.version("claim", 1), {"reason": "endret (eksempel)"})
        assert click(page, "payouts_make_do")
    assert not list_batches(story.store, story.who("treasurer"))


def test_the_maker_does_not_reconcile_and_is_told_before(story: Story) -> None:
    batch = made(story)
    with signed_in(*open_as(story, 1)):
        page = page_of("payouts", id=str(batch)).run()
    assert "Du har laget denne filen selv" in text_of(page)
    assert not [key for key in keys(page) if key.startswith("payouts_line") or key == "payouts_read"]


def test_the_banks_answer_is_read_whole_or_not_at_all(story: Story) -> None:
    batch = made(story)
    lines = list_payments(story.store, story.who("treasurer"), batch)
    names = [(one.end_to_end, one.amount, "DBIT") for one in lines]
    with signed_in(*open_as(story, 0)):
        page = page_of("payouts", id=str(batch)).run()
        wrong = booked_by_bank(names[0], (names[1][0], names[1][1] + 1, "DBIT"))
        page.file_uploader[0].set_value(("bank.xml", wrong, "text/xml")).run()
        assert "bank.xml" in click(page, "payouts_read")
        assert {one.outcome for one in list_payments(story.store, story.who("treasurer"))} == {"sent"}
        again = page_of("payouts", id=str(batch)).run()
        again.file_uploader[0].set_value(("bank.xml", booked_by_bank(*names), "text/xml")).run()
        assert "2 betalt, 0 feilet" in click(again, "payouts_read")
        once_more = page_of("payouts").run()
        once_more.file_uploader[0].set_value(("bank.xml", booked_by_bank(*names), "text/xml")).run()
        assert "lest før" in click(once_more, "payouts_read")
        assert "2 betalt" in text_of(page_of("payouts").run())


def test_a_rejected_payment_is_tried_again(story: Story) -> None:
    batch = made(story)
    line = list_payments(story.store, story.who("treasurer"), batch)[0]
    name = list_batches(story.store, story.who("treasurer"))[0].name
    with signed_in(*open_as(story, 0)):
        page = page_of("payouts").run()
        content = rejected_by_bank(name, line.end_to_end, line.amount)
        page.file_uploader[0].set_value(("svar.xml", content, "text/xml")).run()
        assert "1 feilet" in click(page, "payouts_read")
        page = page_of("payouts").run()
        assert "Ukjent konto" in text_of(page)
        (retry,) = [key for key in keys(page) if key.startswith("payouts_retry")]
        assert "venter på en ny betalingsfil" in click(page, retry)
    assert [one.claim.id for one in payable_claims(story.store, story.who("treasurer"))] == [line.claim]


def test_a_payment_is_settled_by_hand_once(story: Story) -> None:
    batch = made(story)
    line = list_payments(story.store, story.who("treasurer"), batch)[0]
    form = f"payouts_line_{line.id}_{line.version}"
    with signed_in(*open_as(story, 0)):
        page, other = (page_of("payouts", id=str(batch)).run() for _ in range(2))
        assert "Dagen mangler" in click(page, f"{form}_do")
        for tab in (page, other):
            tab.date_input(key=f"{form}_day").set_value(today()).run()
            tab.text_input(key=f"{form}_reason").set_value("kontoutskrift (eksempel)").run()
        assert "bokført som betalt" in click(page, f"{form}_do")
        other.radio(key=f"{form}_outcome").set_value("failed").run()
    held = list_payments(story.store, story.who("treasurer"), batch)[0]
    assert (held.outcome, held.reason) == ("paid", "kontoutskrift (eksempel)")


@pytest.mark.parametrize("id", ["99", "abc", "-1", ""])
def test_a_file_that_is_not_there(story: Story, id: str) -> None:
    with signed_in(*open_as(story, 1)):
        assert "GONE" in text_of(page_of("payouts", id=id).run())


def test_a_file_that_another_made_can_be_fetched(story: Story) -> None:
    with_payer(story)
    claims = [(one.claim.id, one.claim.version) for one in payable_claims(story.store, story.who("treasurer"))]
    made_ = make_batch(story.store, story.who("treasurer", 1), claims, today())
    with signed_in(*open_as(story, 0)):
        assert f"/last-ned/betalingsfil/{made_.batch}.xml" in text_of(page_of("payouts").run())
