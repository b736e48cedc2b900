"""The program's writers, for the tests that kill them and take their disk away: what each does, deed by deed.

A writer is a generator over a data folder that was set up for it. It does what isn't done yet, as a person does who
looks at the page anew, and yields after each deed that it was told is stored. Begun again it goes on to the same end.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from applied import APPLICANT, AUDITOR, KR, NOON, OFFICER, club, open_for_all, people, scheme, typed, version
from awarded import DECIDED, offered, running
from claimed import CASHIER, CHECKER, PAYDAY, PAYER, PDF, approved, booked_by_bank, seen, submitted
from claimed import state as claim_state
from claimed import version as claim_version
from funded import TREASURER, YEAR
from met import ALL as GRANT
from met import CHAIR, GROUNDS, MEMBER, MET, OTHER, called, meeting_version, ready, under_way
from test_register_workbook import book
from test_survey_reading import CSV, batch

from data.backup import FOLDER, backups, make_backup, verify_backup
from data.connection import FILE, connect
from data.mail import Letter
from data.migration import applied, migrations
from data.permission import OPERATOR
from data.restore import restore
from data.store import Store, open_store
from fund.deadlines import first_moment, last_moment
from fund.demo_year import play
from fund.due import due
from fund.intake.applications import attach, detach, discard_draft
from fund.intake.attachments import papers
from fund.intake.calls import plan_call, set_frame
from fund.meeting.agenda import item_at
from fund.meeting.decisions import decisions_of, read_out
from fund.meeting.meetings import get_meeting, hold
from fund.meeting.minutes import sign
from fund.meeting.proposals import Proposal
from fund.meeting.votes import cast
from fund.outbox import send_waiting, tell
from fund.papers.made import make
from fund.papers.templates import keep_template, list_in_force, list_templates, put_in_force, shipped_content
from fund.payout.batches import list_payments, make_batch, set_payer
from fund.payout.claim_approval import approve_deficit, approve_first, approve_second
from fund.payout.claiming import save_claim, start_claim
from fund.payout.claiming import submit as submit_claim
from fund.payout.reconciling import read_bank_answer
from impact.importing import apart, read_files
from impact.reference import Reference, reference_in
from impact.register import create_event
from impact.register_workbook import held_events, import_events
from impact.survey.storing import batches, delete_batch, digest, store_batch
from impact.survey.surveys import make_survey

DONE = Iterator[None]
BANK_DAY = dt.datetime(2026, 12, 8, 11, 0, tzinfo=dt.UTC)
SMALL, LARGE = "small", "large"
MAIL = "mail.txt"
"""Where the letters are that the mail server of these tests took, a number a line."""


@dataclass(frozen=True)
class Writer:
    """``set_up`` makes what there is to work on; ``write`` does it; ``holds`` is what more must be so, after how many
    acknowledged deeds. ``steady``: at any time the rows are as at some time of a run that nothing stopped. ``again``:
    it can be begun again, and with ``same_end`` ends as if it had never been cut off."""

    name: str
    set_up: Callable[[Path], None]
    write: Callable[[Path], DONE]
    holds: Callable[[Path, int], None] = field(default=lambda folder, acknowledged: None)
    steady: bool = True
    again: bool = True
    same_end: bool = True


def in_store(make: Callable[[Store], object]) -> Callable[[Path], None]:
    """A set-up in a new store."""

    def set_up(folder: Path) -> None:
        with open_store(folder) as store:
            make(store)

    return set_up


def warm() -> None:
    """Read what a server that runs has read long ago, before writers are forked off."""
    reference(), workbooks(), scheme()
    with tempfile.TemporaryDirectory() as folder, open_store(folder):
        make_backup(Path(folder))


# -- imports


@cache
def reference() -> Reference:
    return reference_in()


@cache
def workbooks() -> tuple[bytes, ...]:
    """Three lists of twenty events each, of which the second has grown out of the first."""
    rows = [
        {
            "name_nb": f"Eksempel {n}",
            "kind": "festival",
            "municipality": "5001",
            "first_day": dt.date(2026, 6, 1 + n % 28),
        }
        for n in range(50)
    ]
    return book(rows[:20]), book(rows[:35]), book(rows[30:])


def import_lists(folder: Path) -> DONE:
    with open_store(folder) as store:
        for number, content in enumerate(workbooks()):
            found = read_files([(f"liste-{number}.xlsx", content)], reference())
            brought = apart(found, held_events(store, OFFICER))
            if brought.new.rows:
                import_events(store, OFFICER, brought.new)
            yield


def surveyed(store: Store) -> None:
    event = create_event(store, OFFICER, {"event": {"id": "lop", "name_nb": "Løpet", "municipality": "5001"}})
    make_survey(store, OFFICER, event, "visitor", dt.date(2025, 3, 1), dt.date(2025, 3, 20))


def answer_files() -> list[str]:
    heading, *answers = CSV.splitlines(keepends=True)
    return [heading + "".join(answers[:3]) * (40 + number) for number in range(4)]


def import_answers(folder: Path) -> DONE:
    with open_store(folder) as store:
        for text in answer_files():
            sha256 = digest(text.encode())
            if not any(one.sha256 == sha256 for one in batches(store, OFFICER, 1)):
                store_batch(store, OFFICER, 1, sha256, batch(text))
            yield


# -- money


def all_claims(store: Store) -> list[int]:
    return [id for (id,) in store.db.execute("SELECT id FROM claim ORDER BY id").fetchall()]


def approve_claims(folder: Path) -> DONE:
    with open_store(folder) as store:
        for number in range(3):
            if len(all_claims(store)) == number:
                start_claim(store, APPLICANT, 1, "part", at=DECIDED)
            claim = all_claims(store)[number]
            if not seen(store, claim).claim.amount:
                amount = {"amount": (1_000 + number) * KR}
                save_claim(store, APPLICANT, claim, claim_version(store, claim), amount, at=DECIDED)
            yield
            if claim_state(store, claim) == "draft":
                submit_claim(store, APPLICANT, claim, claim_version(store, claim), at=DECIDED)
            yield
            if claim_state(store, claim) == "submitted":
                approve_first(store, OFFICER, claim, claim_version(store, claim), at=DECIDED)
            yield
            if claim_state(store, claim) == "approved_first":
                approve_second(store, TREASURER, claim, claim_version(store, claim), at=DECIDED)
            yield


def claims_approved(store: Store) -> None:
    award = running(store)
    for number in range(6):
        approved(store, submitted(store, award, amount=(1_000 + number) * KR))
    set_payer(store, CASHIER, PAYER, at=DECIDED)


def make_files(folder: Path) -> DONE:
    """Three payment files of two claims each."""
    with open_store(folder) as store:
        claims = all_claims(store)
        for pair in (claims[:2], claims[2:4], claims[4:]):
            left = [(one, claim_version(store, one)) for one in pair if claim_state(store, one) == "approved_second"]
            if left:
                make_batch(store, CASHIER, left, PAYDAY, at=DECIDED)
            yield


def files_made(store: Store) -> None:
    claims_approved(store)
    for claim in all_claims(store)[:4]:
        make_batch(store, CASHIER, [(claim, claim_version(store, claim))], PAYDAY, at=DECIDED)


def read_answers(folder: Path) -> DONE:
    """The bank's answers, one a payment file; the last payment comes back."""
    with open_store(folder) as store:
        lines = list_payments(store, AUDITOR)
        for number, line in enumerate(lines):
            content = booked_by_bank((line.end_to_end, line.amount, "DBIT"), message=f"M-{number}")
            read_bank_answer(store, CHECKER, content, at=BANK_DAY)
            yield
        content = booked_by_bank((lines[-1].end_to_end, lines[-1].amount, "CRDT"), message="M-back")
        read_bank_answer(store, CHECKER, content, at=BANK_DAY)
        yield


def guarantee_claimed(store: Store) -> None:
    from test_settlements import CAP, guaranteed

    guaranteed(store, CAP)
    set_payer(store, CASHIER, PAYER, at=DECIDED)


def settle_guarantee(folder: Path) -> DONE:
    with open_store(folder) as store:
        (claim,) = all_claims(store)
        if claim_state(store, claim) == "submitted":
            deficit = 12_000 * KR
            approve_deficit(store, OFFICER, claim, claim_version(store, claim), deficit, "Premier.", at=DECIDED)
        yield
        if claim_state(store, claim) == "approved_first":
            approve_second(store, TREASURER, claim, claim_version(store, claim), at=DECIDED)
        yield
        if claim_state(store, claim) == "approved_second":
            make_batch(store, CASHIER, [(claim, claim_version(store, claim))], PAYDAY, at=DECIDED)
        yield
        (line,) = list_payments(store, AUDITOR)
        read_bank_answer(store, CHECKER, booked_by_bank((line.end_to_end, line.amount, "DBIT")), at=BANK_DAY)
        yield
        posting = store.db.execute("SELECT id FROM posting WHERE what = 'settled'").fetchone()
        assert posting is not None


# -- papers and letters


def offers_made(store: Store) -> None:
    offered(store)


def make_letters(folder: Path) -> DONE:
    """A template of one's own is kept and put in force, and the letter is made from it."""
    with open_store(folder) as store:
        for lang in ("nb", "en"):
            content = shipped_content(store, OFFICER, "award_letter", lang)
            if not list_templates(store, OFFICER, "award_letter", lang):
                keep_template(store, OFFICER, "award_letter", lang, f"brev-{lang}.docx", content, at=DECIDED)
            yield
            (held,) = list_templates(store, OFFICER, "award_letter", lang)
            (now,) = [one for one in list_in_force(store, OFFICER) if (one.paper, one.lang) == ("award_letter", lang)]
            put_in_force(store, OFFICER, "award_letter", lang, held.id, seen=now.use, at=DECIDED)
            yield
            assert make(store, OFFICER, "award_letter", 1, lang).content.startswith(b"PK")
            yield


def letters_waiting(store: Store) -> None:
    people(store)
    with store.write("account:4", "test.tell") as write:
        for number in range(8):
            figures = {"number": f"2026-{number:04}"}
            tell(write, f"account:{2 + number % 2}", "outbox.taken_up", figures, f"test:{number}", at=NOON)


def send_letters(folder: Path) -> DONE:
    """Sent one after the other to a mail server that keeps what it took where no kill reaches it."""
    with open_store(folder) as store:
        done = send_waiting(store, at=NOON, deliver=lambda letter: delivered(folder, letter))
        assert done.waiting == 0
        yield


def delivered(folder: Path, letter: Letter) -> bool:
    (number,) = [word.strip(".,:«»") for word in letter.text.split() if word.startswith("2026-")][:1]
    with (folder / MAIL).open("a") as stream:
        stream.write(f"{number}\n")
    return True


def sent_once_or_known_as_unknown(folder: Path, acknowledged: int) -> None:
    """No letter was sent twice; what is told to be sent was; where nobody can tell, the row says so and waits."""
    place = folder / MAIL
    took = [f"2026-{line[-4:]}" for line in place.read_text().split()] if place.exists() else []
    assert len(took) == len(set(took)), "a letter went out twice"
    with open_store(folder) as store:
        rows = store.db.execute("SELECT json_extract(figures, '$.number'), state FROM outbox").fetchall()
    states = dict(rows)
    assert {number for number, state in rows if state == "sent"} <= set(took)
    assert {states[number] for number in took} <= {"sent", "sending"}
    assert len([one for one in states.values() if one == "sending"]) <= 1 + (folder / "killed").exists() * 2


# -- what happens by itself


OPENS, CLOSES = dt.date(YEAR, 10, 1), dt.date(YEAR, 12, 1)


def calls_planned(store: Store) -> None:
    offered(store)
    for number in range(3):
        call = plan_call(store, OFFICER, scheme(), (f"Høst {number}", f"Autumn {number}"), YEAR, OPENS, CLOSES, at=NOON)
        set_frame(store, OFFICER, call, 1, 1)


def turn(folder: Path) -> DONE:
    """The timer's rounds: calls open, last days are reminded of, calls close."""
    with open_store(folder) as store:
        for at in (first_moment(OPENS), DECIDED + dt.timedelta(18), last_moment(CLOSES) + dt.timedelta(days=30)):
            due(store, OPERATOR, at=at)
            yield


# -- applications


def draft_typed(store: Store) -> None:
    call = open_for_all(store)
    organisation = club(store)
    typed(store, call, organisation)


def paper(number: int) -> bytes:
    """A document of its own of a hundred kilobytes."""
    return PDF.replace(b"1 0 obj", b"%" + str(number).encode() * 100_000 + b"\n1 0 obj")


def attach_papers(folder: Path) -> DONE:
    with open_store(folder) as store:
        for number in range(4):
            if store.db.execute("SELECT 1 FROM attachment WHERE name = ?", [f"plan-{number}.pdf"]).fetchone() is None:
                attach(store, APPLICANT, 1, "other", f"plan-{number}.pdf", paper(number), at=NOON)
            yield
        for one in papers(store.db, "application", 1)[:1]:
            if one.name == "plan-0.pdf":
                detach(store, APPLICANT, one.id, at=NOON)
        yield


# -- meetings

YES = Proposal("granted", GRANT, GROUNDS)


def meeting_begun(store: Store) -> None:
    under_way(store, ready(store, called(store)))


def decide(folder: Path) -> DONE:
    """Three votes, the decision with its money and award, the meeting's end, and the minutes signed."""
    with open_store(folder) as store:
        application = item_at(store.db, 1).application
        for one in (CHAIR, MEMBER, OTHER):
            if not decisions_of(store.db, application):
                cast(store, one, 1, "for", YES, at=MET)
            yield
        if not decisions_of(store.db, application):
            read_out(store, CHAIR, 1, version(store, application), YES, at=MET)
        yield
        if get_meeting(store, OFFICER, 1).state == "agenda_locked":
            hold(store, CHAIR, 1, meeting_version(store, 1), at=MET)
        yield
        if get_meeting(store, OFFICER, 1).state == "held":
            sign(store, CHAIR, 1, meeting_version(store, 1), at=MET)
        yield


# -- taking away


def there_to_go(store: Store) -> None:
    surveyed(store)
    for text in answer_files():
        store_batch(store, OFFICER, 1, digest(text.encode()), batch(text))
    draft_typed(store)
    for number in range(2):
        attach(store, APPLICANT, 1, "other", f"{number}.pdf", paper(number), at=NOON)


def take_away(folder: Path) -> DONE:
    with open_store(folder) as store:
        for one in range(1, 5):
            if any(held.id == one for held in batches(store, OFFICER, 1)):
                delete_batch(store, OFFICER, one)
            yield
        if store.db.execute("SELECT 1 FROM application").fetchone():
            discard_draft(store, APPLICANT, 1, version(store, 1), at=NOON)
        yield


# -- the operator's

OLD = 6
"""So many steps of the schema had the first version that had data; the rest of them come with the upgrade."""


def older(folder: Path) -> None:
    with open_store(folder, known=migrations()[:OLD]) as store:
        rows = ({"key": f"k{number}", "value": f'"{"x" * 300}"'} for number in range(2_000))
        with store.write("account:1", "import") as write:
            write.insert_rows("setting", rows)


def upgrade(folder: Path) -> DONE:
    with open_store(folder):
        yield


def upgraded_or_as_before(folder: Path, acknowledged: int) -> None:
    for one in backups(folder):
        verify_backup(one)
    with closing(connect(folder / FILE)) as db:
        names = [one.name for one in migrations()]
        done = list(applied(db))
        assert done == names[: len(done)] and len(done) >= (len(names) if acknowledged else OLD)
        assert db.execute("SELECT count(*) FROM setting").fetchone()[0] == 2_000
        assert backups(folder) or len(done) == OLD  # nothing is changed before the old one is kept


def back_up(folder: Path) -> DONE:
    for _ in range(3):
        make_backup(folder)
        yield


def backups_are_whole(folder: Path, acknowledged: int) -> None:
    there = backups(folder)
    assert len(there) >= acknowledged
    for one in there:
        verify_backup(one)


def two_backups(folder: Path) -> None:
    with open_store(folder) as store:
        draft_typed(store)
        attach(store, APPLICANT, 1, "other", "plan.pdf", paper(0), at=NOON)
        os.rename(make_backup(folder).path, folder / FOLDER / "20260101T000000Z")
        rows = ({"key": f"k{number}", "value": f'"{"x" * 300}"'} for number in range(1_000))
        with store.write("account:1", "import") as write:
            write.insert_rows("setting", rows)
    os.rename(make_backup(folder).path, folder / FOLDER / "20260102T000000Z")


def put_back(folder: Path) -> DONE:
    """The smaller one, and the larger one again, as the command does it."""
    for name in ("20260101T000000Z", "20260102T000000Z"):
        done = restore(folder, folder / FOLDER / name, force=True)
        with open_store(folder) as store, store.write("operator", "store.restore") as write:
            write.record("store", "backup", None, {"name": done.backup.path.name})
        yield


def one_of_the_two(folder: Path, acknowledged: int) -> None:
    for one in backups(folder):
        verify_backup(one)
    with closing(connect(folder / FILE)) as db:  # until it is restored again, opening it says that something is gone
        assert db.execute("SELECT count(*) FROM setting").fetchone()[0] in (0, 1_000)
        assert db.execute("SELECT count(*) FROM application").fetchone()[0] == 1


# -- everything


def a_year(folder: Path) -> DONE:
    """An invented year of the fund from the first contribution to the closing, through all of its functions."""
    with open_store(folder) as store:
        play(store)
        yield


WRITERS = {
    one.name: one
    for one in (
        Writer("events from Excel", in_store(lambda store: None), import_lists),
        Writer("survey answers from a file", in_store(surveyed), import_answers),
        Writer("claims approved", in_store(running), approve_claims),
        Writer("payment files", in_store(claims_approved), make_files),
        Writer("the bank's answers", in_store(files_made), read_answers),
        Writer("a guarantee settled", in_store(guarantee_claimed), settle_guarantee),
        Writer("templates and letters", in_store(offers_made), make_letters),
        Writer(
            "letters sent",
            in_store(letters_waiting),
            send_letters,
            sent_once_or_known_as_unknown,
            same_end=False,
            steady=False,
        ),
        Writer("the timer's round", in_store(calls_planned), turn),
        Writer("attachments", in_store(draft_typed), attach_papers),
        Writer("votes, decision, minutes", in_store(meeting_begun), decide),
        Writer("answers and drafts deleted", in_store(there_to_go), take_away),
        Writer("an upgrade", older, upgrade, upgraded_or_as_before, steady=False),
        Writer("a backup", two_backups, back_up, backups_are_whole),
        Writer("a restore", two_backups, put_back, one_of_the_two, same_end=False, steady=False),
        Writer("a whole year of the fund", in_store(lambda store: None), a_year, again=False),
    )
}
