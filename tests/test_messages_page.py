"""The outbox on the screen: what waits, failed and is unsure; sending, sending again and handing over, each once."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.mail import Letter
from data.permission import Actor, Refused
from data.phrases import LANGUAGES, say
from data.store import Conflict, Store
from fund.outbox import State, get_message, hand_over, letter_of, messages, send_again, send_now, send_waiting, tell

FIGURES = {"number": "2026-0001", "revision": 1, "day_sent": "2026-03-01", "sha": "ab12"}
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def put_out(store: Store, to: str, dedupe: str = "en") -> int:
    with store.write("system", "test.tell") as write:
        return tell(write, to, "outbox.submitted", FIGURES, dedupe, at=NOW)


def put(store: Store, state: State, tries: int = 1, *, to: str = "") -> int:
    """A message that has come so far."""
    id = put_out(store, to or person(store, "applicant", "Eksempel Søker")[0].id, f"{state}{tries}")
    with store.write("system", "test.set") as write:
        changes = {"state": state, "tries": tries, "not_before": NOW.isoformat()}
        write.update_row("outbox", id, 1, changes)
    return id


def shown(store: Store, token: str, lang: str = "nb", **query: str) -> AppTest:
    with signed_in(store.folder, token):
        page = page_of("messages", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def press(store: Store, token: str, page: AppTest, key: str) -> str:
    with signed_in(store.folder, token):
        page.button(key=key).click().run()
    assert not page.exception, page.exception
    return str(page.session_state["outcome"]) if "outcome" in page.session_state else ""


@pytest.fixture
def officer(store: Store) -> tuple[Actor, str]:
    return person(store, "officer")


@pytest.fixture
def with_mail(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """A mail server that takes everything, and what it took."""
    for name in ("SMTP_HOST", "SMTP_FROM", "URL"):
        monkeypatch.setenv(f"RINGVIRK_{name}", "https://eksempel.no")
    taken: list[Letter] = []

    def send(letter: Letter) -> bool:
        taken.append(letter)
        return True

    monkeypatch.setattr("fund.outbox.send", send)
    return taken


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_outbox(store: Store, officer: tuple[Actor, str], lang: str) -> None:
    text = seen(shown(store, officer[1], lang))
    assert say("messages_page.none", lang) in text and say("messages_page.no_server", lang) in text  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["applicant", "board", "treasurer", ""])
def test_others_are_refused(store: Store, role: str) -> None:
    token, id = person(store, role)[1] if role else "", put(store, "failed")
    for query in ({}, {"id": str(id)}):
        assert "REFUSED" in seen(shown(store, token, **query))


def test_an_auditor_reads_and_sends_nothing(store: Store) -> None:
    auditor, token = person(store, "auditor")
    id = put(store, "failed")
    page = shown(store, token, id=str(id))
    assert "2026-0001" in seen(page) and not page.button
    for act in (lambda: send_again(store, auditor, id, 2), lambda: hand_over(store, auditor, id, 2)):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused):
        send_now(store, auditor)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_server_the_whole_text_can_be_copied(store: Store, officer: tuple[Actor, str], lang: str) -> None:
    id = put_out(store, person(store, "applicant", "Eksempel Søker")[0].id)
    text = seen(shown(store, officer[1], lang))
    assert f"/meldinger?id={id}" in text and "Eksempel Søker" in text and "@" not in text
    page = shown(store, officer[1], lang, id=str(id))
    (code,) = page.code
    assert "SHA-256" in code.value and "ab12" in code.value and "2026-0001 er mottatt" in code.value
    assert "@" not in seen(page)


def test_what_was_handed_over_is_not_sent(
    store: Store, officer: tuple[Actor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    id = put_out(store, person(store, "applicant")[0].id)
    page, stale = (shown(store, officer[1], id=str(id)) for _ in range(2))
    assert "satt som levert" in press(store, officer[1], page, f"messages_{id}_hand_do")
    assert "not to be handed over" in press(store, officer[1], stale, f"messages_{id}_hand_do")
    taken: list[Letter] = []
    send_waiting(store, deliver=lambda letter: not taken.append(letter))  # type: ignore[func-returns-value]
    assert taken == [] and get_message(store, officer[0], id).state == "sent"


def test_what_waits_is_sent_once(store: Store, officer: tuple[Actor, str], with_mail: list[Letter]) -> None:
    put_out(store, person(store, "applicant")[0].id)
    page, other = (shown(store, officer[1]) for _ in range(2))
    assert "E-post er satt opp" in seen(page)
    assert "Sendt: 1" in press(store, officer[1], page, "messages_send_do")
    assert "Sendt: 0" in press(store, officer[1], other, "messages_send_do")
    assert len(with_mail) == 1
    assert "Sendt: 1." in seen(shown(store, officer[1]))


def test_a_failure_is_seen_and_sent_again_once(
    store: Store, officer: tuple[Actor, str], with_mail: list[Letter]
) -> None:
    id = put(store, "failed", 5)
    text = seen(shown(store, officer[1]))
    assert "Kom ikke fram eller usikkert: 1." in text and "kom ikke fram" in text
    page, stale = (shown(store, officer[1], id=str(id)) for _ in range(2))
    assert "venter på å bli sendt" in press(store, officer[1], page, f"messages_{id}_again_do")
    assert "not to be sent again" in press(store, officer[1], stale, f"messages_{id}_again_do")
    send_now(store, officer[0])
    send_now(store, officer[0])
    assert len(with_mail) == 1 and get_message(store, officer[0], id).state == "sent"


def test_what_nobody_can_tell_about_says_so_and_asks_first(store: Store, officer: tuple[Actor, str]) -> None:
    id = put(store, "sending")
    assert "usikkert" in seen(shown(store, officer[1]))
    page = shown(store, officer[1], id=str(id))
    assert "kan mottakeren få den to ganger" in seen(page)
    press(store, officer[1], page, f"messages_{id}_again_do")
    assert get_message(store, officer[0], id).state == "waiting"


def test_someone_who_was_first_is_told_of(store: Store, officer: tuple[Actor, str]) -> None:
    id = put_out(store, person(store, "applicant")[0].id)
    with store.write("system", "test.touch") as write:
        write.update_row("outbox", id, 1, {"tries": 1})
    with pytest.raises(Conflict):
        hand_over(store, officer[0], id, 1)


def test_a_letter_is_in_its_readers_language(store: Store, officer: tuple[Actor, str]) -> None:
    to, _ = person(store, "applicant")
    id = put_out(store, to.id)
    assert letter_of(store, officer[0], id, "en")[0] == "nb"
    with pytest.raises(LookupError):
        letter_of(store, officer[0], 99, "nb")


def test_no_address_is_logged(
    store: Store, officer: tuple[Actor, str], with_mail: list[Letter], caplog: pytest.LogCaptureFixture
) -> None:
    put_out(store, person(store, "applicant")[0].id)
    with caplog.at_level(logging.DEBUG):
        press(store, officer[1], shown(store, officer[1]), "messages_send_do")
    assert with_mail and with_mail[0].to not in caplog.text


@pytest.mark.parametrize("asked", ["99", "1;2", "-1"])
def test_what_is_not_there_is_gone(store: Store, officer: tuple[Actor, str], asked: str) -> None:
    assert "GONE" in seen(shown(store, officer[1], id=asked))


def test_a_long_outbox_says_how_much_is_shown(
    store: Store, officer: tuple[Actor, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.pages.messages._MOST", 2)
    to, _ = person(store, "applicant")
    for number in range(3):
        put_out(store, to.id, f"nr{number}")
    assert "De 2 nyeste av 3" in seen(shown(store, officer[1])) and len(messages(store, officer[0])) == 3
