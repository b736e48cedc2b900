"""Writing and sending a claim: what those who act for the organisation do.

    id = start_claim(store, actor, award, "part")
    version = save_claim(store, actor, id, 1, {"amount": 5_000_000})
    submit(store, actor, id, version)

A claim that was submitted is locked; one that was returned can be written again, and papers added. Papers that were
sent once stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from data.audit import Entry, history
from data.faults import Fault, Faults
from data.permission import Actor, may, require
from data.store import Store
from fund.applicant.payees import payee_of
from fund.award.awards import award_at
from fund.deadlines import clock, stamp
from fund.intake.attachments import Paper, add_paper, paper_at, papers, read_paper, sweep, take_out
from fund.intake.contents import stored
from fund.payout.claim_checks import (
    amount_faults,
    attested_faults,
    due_faults,
    final_faults,
    part_faults,
    payable_faults,
    sender_faults,
)
from fund.payout.claim_steps import ClaimCase, case_at, step, told
from fund.payout.claims import Claim, Part, claims_of
from fund.workflow import Guard, state_name, workflows

WRITABLE = ("draft", "returned")


def start_claim(store: Store, actor: Actor, award: int, part: Part = "part", *, at: dt.datetime | None = None) -> int:
    """Begin a claim on an award, or find the draft that is there; its number in the database. Needs ``claim.write``.

    Raises :class:`Faults` where nothing can be claimed of the award now, where another final claim stands, and for a
    part claim on a guarantee or a final one on a loan; LookupError where there is no such award.
    """
    moment = clock(at)
    with store.write(actor.id, "claim.start", audited=False) as write:
        held = award_at(write.db, award, moment)
        require(actor, "claim.write", held)
        others = claims_of(write.db, award)
        for one in others:
            if one.part == part and (one.state == "draft" or (part == "final" and one.state == "returned")):
                return one.id
        row = {
            "award": award,
            "number": max((one.number for one in others), default=0) + 1,
            "part": part,
            **{"amount": 0, "claimed": 0, "less_reason": "", "document": "{}", "account": "", "reason": ""},
            "state": workflows()["claim"].first,
            "moved_at": stamp(moment),
        }
        if faults := [*payable_faults(write.db, held), *part_faults(held, part, others)]:
            raise Faults(faults)
        return int(write.insert("claim", row))


def save_claim(
    store: Store, actor: Actor, id: int, version: int, document: Mapping[str, Any], *, at: dt.datetime | None = None
) -> int:
    """Keep what is typed in a draft or a returned claim; the new version. Faulty contents are kept, and told when sent.

    Needs ``claim.write``. Raises :class:`Faults` where it is locked or isn't JSON, Conflict where someone else saved.
    """
    with store.write(actor.id, "claim.save", audited=False) as write:
        _writable(write.db, actor, id, clock(at))
        return write.update_row("claim", id, version, {"document": stored(dict(document))})


def discard_claim(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> None:
    """Throw away a claim that was never submitted, with its papers. Raises :class:`Faults` where it was, Conflict."""
    moment = clock(at)
    with store.write(actor.id, "claim.discard") as write:
        case = _writable(write.db, actor, id, moment)
        if case.claim.submitted_by is not None:
            raise Faults([_locked(case.claim)])
        for one in case.papers:
            take_out(write, actor, one.id, moment)
        write.delete_row("claim", id, version)
    for one in case.papers:
        sweep(store, one.sha256)


def attach_to_claim(
    store: Store, actor: Actor, id: int, purpose: str, name: str, content: bytes, *, at: dt.datetime | None = None
) -> int:
    """Add a paper to a claim that can be written; its number. ``purpose``: accounts, attestation, or ``other``.

    Raises as :func:`fund.intake.attachments.add_paper`, and :class:`Faults` where the claim is locked.
    """
    moment = clock(at)
    with store.write(actor.id, "claim.attach", audited=False) as write:
        _writable(write.db, actor, id, moment)
        return add_paper(write, store.folder, actor, "claim", id, purpose, name, content, moment)


def detach_from_claim(store: Store, actor: Actor, paper: int, *, at: dt.datetime | None = None) -> None:
    """Take a paper out of a claim that was never submitted. Raises :class:`Faults` where it was."""
    moment = clock(at)
    with store.write(actor.id, "claim.detach", audited=False) as write:
        found = _paper(write.db, paper)
        case = _writable(write.db, actor, found.resource, moment)
        if case.claim.submitted_by is not None:
            raise Faults([_locked(case.claim)])
        take_out(write, actor, paper, moment)
    sweep(store, found.sha256)


def submit(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Send a claim and lock it; the new version. Needs ``claim.write``; a second click does it once.

    The bank account that is confirmed now is kept with it: another is paid only after it was sent anew. Raises
    :class:`Faults` with everything that is wrong, Conflict where someone changed it, LookupError.
    """
    moment = clock(at)

    def guards(case: ClaimCase) -> Mapping[str, Guard]:
        return {
            "mandate": lambda: sender_faults(store.db, case, actor),
            "within_award": lambda: amount_faults(store.db, case, case.asked),
            "plan": lambda: due_faults(store.db, case, case.asked),
            "attested": lambda: attested_faults(case),
            "one_final": lambda: final_faults(store.db, case),
        }

    def changes(case: ClaimCase) -> Mapping[str, Any]:
        payee = payee_of(store.db, case.award.organisation)
        said = {"amount": case.asked, "claimed": case.asked, "less_reason": "", "reason": ""}
        who = {"submitted_by": actor.id, "first_by": None, "second_by": None}
        return {**said, **who, "account": payee.number if payee else ""}

    with store.write(actor.id, "claim.submit", audited=False) as write:
        return step(
            write,
            actor,
            id,
            version,
            "submit",
            guards,
            lambda case: told(write, case, "submitted", f"submitted:{version}"),
            changes=changes,
            at=moment,
        )


def get_claim(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> ClaimCase:
    """A claim with what it says and what is wrong with that. Needs ``application.open``, as the whole case does."""
    with store.read() as db:
        found = case_at(db, id, clock(at))
    _require_open(actor, found.claim)
    return found


def list_claims(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[Claim]:
    """The claims on an award, first to last; drafts are seen by those who write them only."""
    with store.read() as db:
        require(actor, "application.open", award_at(db, award, clock(at)))
        found = [case_at(db, one.id, clock(at)).claim for one in claims_of(db, award)]
    return [one for one in found if one.submitted_by is not None or may(actor, "claim.write", one)]


def open_claim_paper(store: Store, actor: Actor, paper: int, *, at: dt.datetime | None = None) -> tuple[Paper, bytes]:
    """A paper of a claim and its content, held against its hash. Rights as :func:`get_claim`."""
    with store.read() as db:
        found = _paper(db, paper)
        _require_open(actor, case_at(db, found.resource, clock(at)).claim)
        return read_paper(db, store.folder, paper)


def claim_papers(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Paper]:
    """The papers of a claim. Rights as :func:`get_claim`."""
    with store.read() as db:
        _require_open(actor, case_at(db, id, clock(at)).claim)
        return papers(db, "claim", id)


def claim_history(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Entry]:
    """What was done to a claim, oldest first. Rights as :func:`get_claim`."""
    with store.read() as db:
        _require_open(actor, case_at(db, id, clock(at)).claim)
        return history(db, "claim", str(id))


def _require_open(actor: Actor, claim: Claim) -> None:
    require(actor, "claim.write" if claim.submitted_by is None else "application.open", claim)


def _writable(db: Database, actor: Actor, id: int, at: dt.datetime) -> ClaimCase:
    """The claim, if the actor may write it and it isn't locked."""
    found = case_at(db, id, at)
    require(actor, "claim.write", found.claim)
    if found.claim.state not in WRITABLE:
        raise Faults([_locked(found.claim)])
    return found


def _locked(claim: Claim) -> Fault:
    names = {f"state_{lang}": state_name("claim", claim.state, lang, public=True) for lang in ("nb", "en")}
    return Fault("", "claim", str(claim.number), "claims.locked", names)


def _paper(db: Database, id: int) -> Paper:
    found = paper_at(db, id)
    if found.kind != "claim":
        raise LookupError(f"attachment {id} is not of a claim")
    return found
