"""The outbox: told in the same write, once, without names; sent at most once, also when a run is cut off."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from applied import (
    APPLICANT,
    AUDITOR,
    BOARD,
    NOON,
    OFFICER,
    SECOND,
    STRANGER,
    acting,
    club,
    open_for_all,
    people,
    refused,
    sent,
    typed,
)

from data.limits import limit, span
from data.mail import Letter
from data.permission import Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store, open_store
from fund.intake.revisions import submit
from fund.outbox import messages, send_again, send_waiting, tell, written

FIGURES = {"number": "2026-0001"}


class Post:
    """A mail server in memory: what it took, and whether it takes anything."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.up = True

    def __call__(self, letter: Letter) -> bool:
        if self.up:
            self.letters.append(letter)
        return self.up


def told(store: Store, to: str, dedupe: str, message: str = "outbox.taken_up") -> int:
    with store.write("account:4", "test.tell", audited=False) as write:
        return tell(write, to, message, FIGURES, dedupe, at=NOON)


def states(store: Store) -> list[str]:
    return [state for (state,) in store.db.execute("SELECT state FROM outbox ORDER BY id").fetchall()]


def test_what_is_told_is_told_once(store: Store) -> None:
    first = told(store, "account:2", "a")
    assert told(store, "account:2", "a") == first
    for to, message in (("account:3", "outbox.taken_up"), ("account:2", "outbox.withdrawn")):
        with pytest.raises(ValueError, match="something else"):
            told(store, to, "a", message)
    assert states(store) == ["waiting"]


@pytest.mark.parametrize(
    ("to", "message", "figures", "error"),
    [
        ("kari@eksempel.no", "outbox.taken_up", FIGURES, ValueError),
        ("account:0", "outbox.taken_up", FIGURES, ValueError),
        ("account:2\n", "outbox.taken_up", FIGURES, ValueError),
        ("account:2", "outbox.taken_up", {"number": "kari@eksempel.no"}, ValueError),
        ("account:2", "outbox.taken_up", {}, KeyError),
        ("account:2", "outbox.nothing", FIGURES, KeyError),
        ("account:2", "outbox.asked", {**FIGURES, "day_due": "i morgen"}, ValueError),
    ],
)
def test_a_mistake_in_telling_undoes_the_whole_write(
    store: Store, to: str, message: str, figures: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), store.write("account:4", "test.tell") as write:
        write.insert("organisation", {"number": "940155223", "name": "E", "kind": "company"} | _WHEN)
        tell(write, to, message, figures, "a")
    assert states(store) == [] and store.db.execute("SELECT count(*) FROM organisation").fetchone() == (0,)


_WHEN = {"registered_at": "2026-11-02", "registered_by": "account:4"}


def test_a_refused_step_tells_nothing(store: Store) -> None:
    id = typed(store, open_for_all(store), club(store), asked=None)
    before = states(store)
    refused(store, submit, APPLICANT, id, 1, at=NOON)
    assert states(store) == before


def test_every_letter_is_whole_in_both_languages() -> None:
    figures = {"number": "2026-0001", "revision": 1, "day_sent": "2026-12-01", "day_due": "2026-12-01", "sha": "abc"}
    names = ("submitted", "asked", "extended", "taken_up", "dismissed", "withdrawn", "mandate_confirmed")
    names += ("mandate_refused", "mandate_ended", "payee_asked", "payee_confirmed", "payee_refused")
    for name in names:
        for lang in LANGUAGES:
            subject, text = written(f"outbox.{name}", figures, lang)
            assert subject and len(text) > 40 and "{" not in text
    assert "1. desember 2026" in written("outbox.asked", figures, "nb")[1]


def test_a_row_has_nobodys_name_or_address(store: Store) -> None:
    sent(store)
    rows = list(store.db.query("SELECT * FROM outbox"))
    assert rows and all("@" not in json.dumps(row) and "Person" not in json.dumps(row) for row in rows)
    trail = store.db.execute("SELECT group_concat(after) FROM audit WHERE kind = 'outbox'").fetchone()[0]
    assert "@" not in trail


def test_it_goes_to_everyone_who_acts_for_the_organisation_when_it_is_sent(store: Store) -> None:
    people(store)
    who, post = club(store), Post()
    acting(store, who, SECOND)
    send_waiting(store, at=NOON, deliver=post)  # what confirming the mandates told
    told(store, f"organisation:{who}", "a")
    post.letters.clear()
    assert send_waiting(store, at=NOON, deliver=post).sent == 2
    assert sorted(one.to for one in post.letters) == ["account-2@eksempel.no", "account-3@eksempel.no"]
    assert all("2026-0001" in one.subject for one in post.letters)
    assert send_waiting(store, at=NOON, deliver=post).sent == 0
    (row,) = [one for one in messages(store, OFFICER) if one.recipient.startswith("organisation")]
    assert row.state == "passed_on" and row.subject("en").endswith("in review")


def test_it_waits_while_nobody_acts_for_the_organisation(store: Store) -> None:
    people(store)
    with store.write("t", "t.t") as write:
        write.insert("organisation", {"number": "940155223", "name": "E", "kind": "company"} | _WHEN)
    told(store, "organisation:1", "a")
    post = Post()
    assert send_waiting(store, at=NOON, deliver=post).waiting == 1
    acting(store, 1)
    assert send_waiting(store, at=NOON, deliver=post).sent == 2  # this one, and that the mandate is confirmed


def test_without_a_mail_server_everything_waits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_HOST", "SMTP_FROM", "URL"):
        monkeypatch.delenv(f"RINGVIRK_{name}", raising=False)
    people(store)
    told(store, "account:2", "a")
    assert send_waiting(store, at=NOON).waiting == 1 and states(store) == ["waiting"]


def test_what_the_server_does_not_take_is_tried_again_and_then_given_up(store: Store) -> None:
    people(store)
    post, at = Post(), NOON
    post.up = False
    told(store, "account:2", "a")
    for _ in range(limit("letter_tries") - 1):
        assert send_waiting(store, at=at, deliver=post).waiting == 1
        assert send_waiting(store, at=at + span("letter_wait") / 2, deliver=post).waiting == 1  # too early
        at += span("letter_wait")
    assert send_waiting(store, at=at, deliver=post).failed == 1
    (row,) = messages(store, OFFICER, "failed")
    assert row.tries == limit("letter_tries")
    assert send_waiting(store, at=at, deliver=post).waiting == 0
    for actor in (APPLICANT, BOARD, STRANGER):
        for call in (lambda actor=actor: messages(store, actor), lambda actor=actor: send_again(store, actor, 1, 1)):
            with pytest.raises(Refused):
                call()
    assert messages(store, AUDITOR, "failed")
    version = send_again(store, OFFICER, row.id, row.version)
    with pytest.raises(LookupError):
        send_again(store, OFFICER, row.id, version)
    post.up = True
    assert send_waiting(store, at=at, deliver=post).sent == 1 and states(store) == ["sent"]
    with pytest.raises(LookupError):
        send_again(store, OFFICER, row.id, version)


def test_nobody_can_get_it_where_the_account_is_closed(store: Store) -> None:
    people(store)
    store.db.execute("PRAGMA query_only = OFF")
    store.db.execute("UPDATE account SET active = 0 WHERE id = 2")
    store.db.execute("PRAGMA query_only = ON")
    told(store, "account:2", "a")
    told(store, "account:99", "b")
    post = Post()
    assert send_waiting(store, at=NOON, deliver=post).failed == 2 and post.letters == []


def test_a_text_that_is_gone_stops_nothing_else(store: Store) -> None:
    people(store)
    with store.write("t", "t.t") as write:
        row = {"recipient": "account:2", "message": "outbox.gone", "figures": "{}", "dedupe": "old", "at": "2020"}
        write.insert("outbox", {**row, "state": "waiting", "tries": 0})
    told(store, "account:3", "a")
    done = send_waiting(store, at=NOON, deliver=Post())
    assert (done.sent, done.failed) == (1, 1)


def test_a_run_that_is_cut_off_sends_nothing_twice_and_is_seen(store: Store) -> None:
    people(store)
    told(store, "account:2", "a")

    def cut(letter: Letter) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_waiting(store, at=NOON, deliver=cut)
    post = Post()
    assert send_waiting(store, at=NOON + dt.timedelta(days=1), deliver=post).sent == 0 and post.letters == []
    (row,) = messages(store, OFFICER, "sending", at=NOON)
    assert not row.unsure
    with pytest.raises(LookupError):
        send_again(store, OFFICER, row.id, row.version, at=NOON)
    later = NOON + span("letter_unsure")
    (row,) = messages(store, OFFICER, "sending", at=later)
    assert row.unsure
    with pytest.raises(Conflict):
        send_again(store, OFFICER, row.id, row.version - 1, at=later)
    send_again(store, OFFICER, row.id, row.version, at=later)
    assert send_waiting(store, at=later, deliver=post).sent == 1


def test_four_who_send_at_once_send_each_letter_once(store: Store) -> None:
    people(store)
    for number in range(12):
        told(store, f"account:{number % 4 + 2}", str(number))
    post, folder, failures = Post(), store.folder, []

    def work() -> None:
        try:
            with open_store(folder) as own:
                send_waiting(own, at=NOON, deliver=post)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == [] and len(post.letters) == 12 and set(states(store)) == {"sent"}


def test_what_was_told_stays(store: Store) -> None:
    told(store, "account:2", "a")
    for sql in ("DELETE FROM outbox", "UPDATE outbox SET recipient = 'account:7'", "UPDATE outbox SET figures = '{}'"):
        with pytest.raises(Exception, match="never"), store.write("t", "t.t", audited=False) as write:
            write.db.execute(sql)
