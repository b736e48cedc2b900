"""What businesses answer: from lists, without a name, not too often, and only for those who may read it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from business_store import APPLICANT, OFFICER, published, small

from data.faults import Faults
from data.permission import ANYONE, Refused
from impact.feedback import A_DAY, add_feedback, feedback_counts, list_feedback, sender_of

DAY = dt.date(2024, 6, 20)
SENDER = sender_of("192.0.2.7", DAY)


@pytest.fixture
def event(store, reference, event_dict) -> int:
    return published(store, reference, small(event_dict(), "been"), state="held")


def codes(raised) -> list[str]:
    return [fault.code.removeprefix("business.") for fault in raised.value.faults]


def test_an_answer_is_kept_and_read_by_officers_alone(store, reference, event):
    key = add_feedback(store, reference, event, "shop", "5001", "less", -30, sender=SENDER, day=DAY)
    add_feedback(store, reference, event, "shop", "5001", "more", sender=SENDER, day=DAY)
    newest, oldest = list_feedback(store, OFFICER)
    assert (oldest.id, oldest.answer, oldest.turnover_change, oldest.day) == (key, "less", -30, DAY)
    assert newest.turnover_change is None and newest.name_nb == "been"
    assert feedback_counts(store, OFFICER, event) == {"shop": {"more": 1, "as_expected": 0, "less": 1}}
    for actor in (ANYONE, APPLICANT):
        with pytest.raises(Refused):
            list_feedback(store, actor)


def test_nothing_says_who_answered(store, reference, event):
    add_feedback(store, reference, event, "shop", "5001", "less", -30, sender=SENDER, day=DAY)
    with store.read() as db:
        everything = [
            json.dumps([dict(row) for row in db.query(f"SELECT * FROM {table}")], default=str)
            for table in ("feedback", "audit")
        ]
    for text in everything:
        assert SENDER not in text and "192.0.2.7" not in text
    assert sender_of("192.0.2.7", DAY + dt.timedelta(days=1)) != SENDER


def test_every_fault_is_listed(store, reference, event):
    with pytest.raises(Faults) as raised:
        add_feedback(store, reference, 999, "ski", "0301", "great", 1e9, sender=SENDER, day=DAY)
    wanted = ["no_such_trade", "not_in_region", "no_such_answer", "no_such_change", "no_such_event"]
    assert codes(raised) == wanted
    assert all(fault.line(lang) for fault in raised.value.faults for lang in ("nb", "en"))
    for change in (float("nan"), float("inf"), -101):
        with pytest.raises(Faults):
            add_feedback(store, reference, event, "shop", "5001", "less", change, sender=SENDER, day=DAY)
    assert list_feedback(store, OFFICER) == []


def test_an_event_that_is_not_published_or_not_begun_takes_no_answers(store, reference, event_dict, event):
    hidden = published(store, reference, small(event_dict(), "hidden"), publish=False)
    for number, day in ((hidden, DAY), (event, dt.date(2024, 6, 13))):
        with pytest.raises(Faults) as raised:
            add_feedback(store, reference, number, "shop", "5001", "less", sender=SENDER, day=day)
        assert codes(raised) == ["no_such_event"]


def test_one_sender_can_not_fill_the_list(store, reference, event):
    def send(sender: str, day: dt.date = DAY) -> int:
        return add_feedback(store, reference, event, "shop", "5001", "more", sender=sender, day=day)

    for _ in range(A_DAY):
        send(SENDER)
    with pytest.raises(Faults) as raised:
        send(SENDER)
    assert codes(raised) == ["too_many_answers"]
    send("another")
    tomorrow = DAY + dt.timedelta(days=1)
    send(SENDER, tomorrow)
    assert len(list_feedback(store, OFFICER)) == A_DAY + 2
    with store.read() as db:  # yesterday's senders are forgotten
        assert {row["day"] for row in db.query("SELECT day FROM feedback_sender")} == {tomorrow.isoformat()}
