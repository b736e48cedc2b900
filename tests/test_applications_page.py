"""One's own applications: whose turn it is, by when, the award, and last year's copied into an open call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from applied import APPLICANT, OFFICER, STRANGER
from own_call import TODAY, Open, drafted, opened, sent, version
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.numbers import HARD_SPACE
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.sessions import open_session
from data.store import open_store
from fund.demo import announce, apply, begin, endow, meet, review
from fund.intake.applications import list_applications
from fund.intake.handling import ask_for_more, withdraw
from fund.intake.own import own_applications
from fund.meeting.told import told_of
from fund.outbox import messages_to

STRANGER_HERE = Actor("account:999", frozenset({"applicant"}))


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Open]:
    with open_store(tmp_path) as held:
        yield opened(held, tmp_path)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The invented fund after its meeting, and the applicant's cookie."""
    folder = tmp_path_factory.mktemp("decided")
    with open_store(folder) as held:
        story = begin(held)
        for step in (endow, announce, apply, review, meet):
            step(story)
        account = int(story.who("applicant").id.partition(":")[2])
        with held.write("operator", "test.session") as write:
            token = open_session(write, account, "", dt.datetime.now(dt.UTC))
    return folder, token


def shown(folder: Path, token: str, name: str = "applications", lang: str = "nb", **query: str) -> AppTest:
    made = page_of(name, lang=lang, **query)
    with signed_in(folder, token):
        made.run()
    assert not made.exception, made.exception
    return made


def said(made: AppTest) -> str:
    return seen(made).replace(HARD_SPACE, " ")


def test_nobody_s_list_says_where_to_begin(there: Open) -> None:
    text = said(shown(there.folder, there.cookies[STRANGER.id]))
    assert "Du har ingen søknader ennå" in text and "/utlysninger" in text
    assert "REFUSED" in said(shown(there.folder, there.cookies[OFFICER.id]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_waits_stands_first_with_its_day(there: Open, lang: str) -> None:
    with open_store(there.folder) as held:
        first = sent(held, there)
        drafted(held, there, form="guarantee")
        ask_for_more(held, OFFICER, first, version(held, first), "Send mer.", TODAY + dt.timedelta(5))
        own = own_applications(held, APPLICANT)
        assert [one.due for one in own] != [None, None] and {one.title for one in own} == {"Eksempelcupen"}
        assert own_applications(held, STRANGER) == []
    text = said(shown(there.folder, there.cookies[APPLICANT.id], lang=lang))
    send, more = (
        ("fyll ut og send", "send det som mangler") if lang == "nb" else ("fill in and send", "send what is missing")
    )
    assert 0 < text.index(more) < text.index(send), "the nearest day first"
    assert f"/soknad?id={first}" in text


def test_an_earlier_application_is_copied_once(there: Open) -> None:
    with open_store(there.folder) as held:
        first = sent(held, there)
        withdraw(held, APPLICANT, first, version(held, first))
    made = shown(there.folder, there.cookies[APPLICANT.id])
    for _ in range(2):
        made.button(key="applications_copy_do").click()
        with signed_in(there.folder, there.cookies[APPLICANT.id]):
            made.run()
    assert "Åpne den nye søknaden" in said(made)
    with open_store(there.folder) as held:
        assert len(list_applications(held, APPLICANT)) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_decided_is_told_and_leads_to_the_award(decided: tuple[Path, str], lang: str) -> None:
    folder, token = decided
    text = said(shown(folder, token, lang=lang))
    assert "/tilsagn?id=" in text and ("svar på tilsagnet" if lang == "nb" else "answer the award") in text
    with open_store(folder) as held:
        rows = held.db.execute("SELECT id, state FROM application ORDER BY id").fetchall()
    for id, state in rows:
        page = shown(folder, token, "application", lang, id=str(id))
        told = said(page)
        assert ("Vedtak" if lang == "nb" else "Decision") in told and "Oppdiktet til eksempelet." in told
        assert "/last-ned/vedtaksbrev/" in told and "account:" not in told, state
        assert f"application_{id}_appeal" in " ".join(str(one.key) for one in page.button)
    granted = said(shown(folder, token, "application", lang, id=str(rows[0][0])))
    assert (
        ("300 000 kroner" if lang == "nb" else "NOK 300,000") in granted
        and "/tilsagn?id=" in granted
        and "Avtalen om hallen" in granted
    )


def test_only_who_acts_reads_what_was_told(decided: tuple[Path, str]) -> None:
    with open_store(decided[0]) as held:
        id, organisation, who = held.db.execute(
            "SELECT id, organisation, created_by FROM application ORDER BY id"
        ).fetchone()
        own = Actor(who, frozenset({"applicant"}))
        (one,) = told_of(held, own, id)
        assert one.outcome == "granted_on_conditions" and one.appeal_by == dt.date(2026, 4, 16)
        assert {each.recipient for each in messages_to(held, own, organisation)} == {f"organisation:{organisation}"}
        for refused in (
            lambda: told_of(held, STRANGER_HERE, id),
            lambda: messages_to(held, STRANGER_HERE, organisation),
        ):
            with pytest.raises(Refused):
                refused()
