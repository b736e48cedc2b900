"""Conflicts of interest: what each person says of a case before seeing it, and what the body decides of that.

    declare(store, member, 7, "doubt", "Jeg var trener i klubben til i fjor")
    rule_on(store, chair, 7, member.id, False, "Vervet er avsluttet …", {"account:8": False, "account:9": False})
    takes_part(db, 7, member.id)            # True: the body has cleared them

What always holds: nobody takes part in a case before having said «none» or been cleared by the body. What was said is
never changed; a later word stands instead, and needs a ruling of its own. Who has said «conflict» or «doubt», or was
found to be disqualified, can't take that back alone: the body decides (forvaltningsloven § 8).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlite_utils import Database

from data.audit import canonical
from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import Application, application_at
from fund.review.board import has_role, quorum, seats_on

Word = Literal["none", "conflict", "doubt"]
WORDS: tuple[Word, ...] = get_args(Word)
Standing = Literal["undeclared", "none", "conflict", "doubt", "disqualified", "cleared"]
TAKES_PART: tuple[Standing, ...] = ("none", "cleared")


@dataclass(frozen=True)
class Declaration:
    """What a person said of a case, and why; ``at`` in UTC."""

    id: int
    application: int
    account: str
    word: Word
    reason: str
    at: str


@dataclass(frozen=True)
class Ruling:
    """What the body decided of a ``declaration``: whether the person is disqualified, why, and who voted for that.

    ``votes`` are by account, True for «disqualified». ``meeting`` is None where it was decided before the meeting.
    """

    id: int
    application: int
    account: str
    declaration: int
    disqualified: bool
    reason: str
    votes: Mapping[str, bool]
    meeting: int | None
    at: str
    actor: str


def declare(
    store: Store, actor: Actor, application: int, word: Word, reason: str = "", *, at: dt.datetime | None = None
) -> int:
    """Say of a case that was sent whether one has a conflict of interest in it; the declaration's number.

    The same again is the declaration that is there. A conflict takes its person off the case. Needs ``case.declare``.
    Raises :class:`Faults` for a conflict or doubt without a reason, where «none» would take back what only the body
    can, and where one acts for the applicant; LookupError for a case that wasn't sent.
    """
    require(actor, "case.declare")
    row = {"application": application, "account": actor.id, "word": word, "reason": reason.strip()}
    with store.write(actor.id, "case.declare", audited=False) as write:
        one = sent_case(write.db, application, clock(at))
        held, ruled = _last_words(write.db, application, actor.id)
        if held is not None and ruled is None and (held.word, held.reason) == (word, row["reason"]):  # a second click
            return held.id
        faults = [] if word in WORDS else [Fault("", "word", shown(word), "conflicts.word")]
        if word in ("conflict", "doubt") and not row["reason"]:
            faults.append(Fault("", "reason", "", "conflicts.no_reason"))
        if word == "none" and _standing(held, ruled) in ("conflict", "doubt", "disqualified"):
            faults.append(Fault("", "word", "", "conflicts.taken_back", {"number": str(one.number)}))
        if word == "none" and actor.id in one.owners:
            faults.append(Fault("", "word", "", "conflicts.party", {"number": str(one.number)}))
        if faults:
            raise Faults(faults)
        made = int(write.insert("declaration", {**row, "at": stamp(clock(at))}))
        if word == "conflict":
            _off_the_case(write, application, actor.id)
        return made


def rule_on(
    store: Store,
    actor: Actor,
    application: int,
    account: str,
    disqualified: bool,
    reason: str,
    votes: Mapping[str, bool],
    meeting: int | None = None,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Record what the body decided of a person's last word on a case; the ruling's number. The same again is the one.

    ``votes`` are by account, True for «disqualified»; those of :func:`who_rules` count, at least a quorum of them, the
    majority decides, and at a tie the vote of who leads: the recording chair, else the only chair who voted. Needs
    ``case.decide``; where the person is a chair, the officer who prepares the meeting may record too, and nobody
    records what is about themselves. Raises :class:`Faults` with everything that is lacking, LookupError.
    """
    moment = clock(at)
    with store.write(actor.id, "case.rule", audited=False) as write:
        _require_recording(write.db, actor, account)
        one = sent_case(write.db, application, moment)
        held, ruled = _last_words(write.db, application, account)
        if held is None:
            raise Faults([Fault("", "account", shown(account), "conflicts.not_declared", {"number": str(one.number)})])
        row = {
            "application": application,
            "account": account,
            "declaration": held.id,
            "disqualified": disqualified,
            "reason": reason.strip(),
            "votes": canonical(dict(votes)),
            "meeting": meeting,
        }
        if ruled is not None and ruled.actor == actor.id and _row(ruled) == row:  # a second click
            return ruled.id
        faults = _ruling_faults(write.db, actor, row, votes, oslo_day(moment))
        if not disqualified and account in one.owners:
            faults.append(Fault("", "disqualified", "", "conflicts.party", {"number": str(one.number)}))
        if faults:
            raise Faults(faults)
        made = int(write.insert("ruling", {**row, "at": stamp(moment), "actor": actor.id}))
        if disqualified:
            _off_the_case(write, application, account)
        return made


def conflicts_of(
    store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None
) -> tuple[list[Declaration], list[Ruling]]:
    """Everything that was said and decided of conflicts in a case, first to last. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        sent_case(db, application, clock(at))
        return declarations(db, application), rulings(db, application)


def own_standing(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> Standing:
    """How the actor stands to a case. Needs ``case.read``. Raises LookupError for a case that wasn't sent."""
    require(actor, "case.read")
    with store.read() as db:
        sent_case(db, application, clock(at))
        return standing(db, application, actor.id)


def doubts(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> list[Declaration]:
    """The doubts in a case that wait for the body's ruling and that the actor may record it of, oldest first.

    Needs ``case.read``; empty for who may record none.
    """
    require(actor, "case.read")
    with store.read() as db:
        sent_case(db, application, clock(at))
        last = {one.account: one for one in declarations(db, application)}
        ruled = {one.declaration for one in rulings(db, application)}
        open_ = [one for one in last.values() if one.word == "doubt" and one.id not in ruled]
        return [one for one in open_ if one.account != actor.id and _records(db, actor, one.account)]


def declarations(db: Database, application: int) -> list[Declaration]:
    """What was said of a case, first to last, asking nobody's leave."""
    return [Declaration(**row) for row in db.query(f"{_DECLARED} WHERE application = ? ORDER BY id", [application])]


def rulings(db: Database, application: int) -> list[Ruling]:
    """What the body decided of conflicts in a case, first to last, asking nobody's leave."""
    return [_ruling(row) for row in db.query(f"{_RULED} WHERE application = ? ORDER BY id", [application])]


def standing(db: Database, application: int, account: str) -> Standing:
    """How a person stands to a case: the last word, or what the body decided of that word."""
    return _standing(*_last_words(db, application, account))


def standings_of(db: Database, account: str, among: Collection[int] | None = None) -> dict[int, Standing]:
    """How a person stands to each case (of these) that they said something of, by application, in one query."""
    ruled = "SELECT disqualified FROM ruling WHERE application = d.application AND declaration = d.id"
    query = (
        f"SELECT d.application, d.word, ({ruled} ORDER BY id DESC LIMIT 1) FROM declaration d WHERE d.account = ?"
        " AND d.id = (SELECT max(id) FROM declaration WHERE application = d.application AND account = d.account)"
    )
    wanted = "" if among is None else " AND d.application IN (SELECT value FROM json_each(?))"
    values = [account] if among is None else [account, canonical(list(among))]
    found = db.execute(query + wanted, values).fetchall()
    words: dict[int | None, Standing] = {0: "cleared", 1: "disqualified"}
    return {case: words.get(disqualified, word) for case, word, disqualified in found}


def takes_part(db: Database, application: int, account: str) -> bool:
    """Whether a person may read, score and vote on a case: said «none», or cleared by the body."""
    return standing(db, application, account) in TAKES_PART


def part_faults(db: Database, application: int, account: str) -> list[Fault]:
    """Why a person doesn't take part in a case, and what to do; empty for who does."""
    found = standing(db, application, account)
    if found in TAKES_PART:
        return []
    (number,) = db.execute("SELECT number FROM application WHERE id = ?", [application]).fetchone()
    return [Fault("", "application", str(number), f"conflicts.part.{found}")]


def reading_faults(db: Database, actor: Actor, application: int) -> list[Fault]:
    """What keeps the actor from reading more of a case than everyone sees; empty where nothing does.

    The board's people read it once they take part in it. Others with ``case.read`` do unless they are in conflict or
    doubt. Raises Refused for all the rest, applicants included: theirs are other pages.
    """
    require(actor, "case.read")
    if may(actor, "case.score") or standing(db, application, actor.id) != "undeclared":
        return part_faults(db, application, actor.id)
    return []


def who_sits(db: Database, application: int, day: dt.date, present: Collection[str]) -> tuple[str, ...]:
    """Those who count for a case of all that are ``present``: each member who takes part in it, and for each who is
    absent or doesn't, the first deputy who is there and does."""
    return _sitting(db, day, present, lambda account: takes_part(db, application, account))


def who_rules(db: Database, application: int, account: str, day: dt.date, present: Collection[str]) -> tuple[str, ...]:
    """Those who count when the body decides whether a person is disqualified: who sits in the case, without the person.

    Others in doubt about the same case are left out too, unless those whom nobody doubts are fewer than a quorum of the
    whole board: then all who are in doubt take part, the person included (forvaltningsloven § 8, second paragraph).
    """
    stands = {one.account: standing(db, application, one.account) for one in seats_on(db, day)}
    able = [one for one, word in stands.items() if one != account and word in (*TAKES_PART, "undeclared")]
    if len(_sitting(db, day, able, lambda _: True)) >= quorum(db, day):
        return who_sits(db, application, day, [one for one in present if one != account])
    in_question = {account, *(one for one, word in stands.items() if word == "doubt")}
    return _sitting(db, day, present, lambda one: one in in_question or takes_part(db, application, one))


def sent_case(db: Database, application: int, at: dt.datetime) -> Application:
    """An application that was sent. Raises LookupError for any other: nobody but its owners knows of a draft."""
    found = application_at(db, application, at)
    if not found.sent:
        raise LookupError(f"no application {application} was sent")
    return found


_DECLARED = "SELECT id, application, account, word, reason, at FROM declaration"
_RULED = "SELECT id, application, account, declaration, disqualified, reason, votes, meeting, at, actor FROM ruling"


def _require_recording(db: Database, actor: Actor, account: str) -> None:
    """Raise unless the actor may record what the body decided of this person."""
    if not _records(db, actor, account):
        require(actor, "case.decide")


def _records(db: Database, actor: Actor, account: str) -> bool:
    """Whether the actor may record a ruling on this person: who leads, and of a chair who prepares the meeting too."""
    return bool(may(actor, "case.decide")) or bool(has_role(db, account, "chair") and may(actor, "meeting.prepare"))


def _ruling_faults(
    db: Database, actor: Actor, row: Mapping[str, Any], votes: Mapping[str, bool], day: dt.date
) -> list[Fault]:
    """What keeps a ruling from being the body's."""
    least = limit("note_shortest")
    faults = []
    if row["account"] == actor.id:
        faults.append(Fault("", "account", actor.id, "conflicts.own"))
    if len(row["reason"]) < least:
        faults.append(Fault("", "reason", shown(row["reason"]), "conflicts.short_reason", {"least": least}))
    meeting = row["meeting"]
    if meeting is not None and not db.execute("SELECT 1 FROM meeting WHERE id = ?", [meeting]).fetchone():
        faults.append(Fault("", "meeting", shown(meeting), "conflicts.no_meeting"))
    wrong = [name for name, vote in votes.items() if type(vote) is not bool]
    faults += [Fault("", f"votes {name}", shown(votes[name]), "conflicts.no_vote") for name in wrong]
    count = who_rules(db, row["application"], row["account"], day, votes)
    faults += [Fault("", "votes", name, "conflicts.not_counted") for name in votes if name not in count]
    needed = quorum(db, day)
    if len(count) < needed:
        faults.append(Fault("", "votes", "", "conflicts.quorum", {"count": len(count), "needed": needed}))
    if not faults:
        faults += _majority_faults(db, actor, bool(row["disqualified"]), votes)
    return faults


def _majority_faults(db: Database, actor: Actor, disqualified: bool, votes: Mapping[str, bool]) -> list[Fault]:
    """What keeps the outcome from being what the votes say."""
    yes = sum(votes.values())
    no = len(votes) - yes
    decided = yes > no
    if yes == no:
        chairs = [name for name in votes if has_role(db, name, "chair")]
        leading = actor.id if actor.id in chairs else chairs[0] if len(chairs) == 1 else None
        if leading is None:
            return [Fault("", "votes", "", "conflicts.tie", {"yes": yes})]
        decided = votes[leading]
    if decided == disqualified:
        return []
    return [Fault("", "disqualified", "", "conflicts.majority", {"yes": yes, "no": no})]


def _sitting(db: Database, day: dt.date, present: Collection[str], counts: Callable[[str], bool]) -> tuple[str, ...]:
    here = {account for account in present if counts(account)}
    held = seats_on(db, day)
    found: list[str] = []
    for member in (one for one in held if one.member):
        places = [member, *(one for one in held if one.deputy_for == member.id)]
        found += [one.account for one in places if one.account in here][:1]
    return tuple(found)


def _last_words(db: Database, application: int, account: str) -> tuple[Declaration | None, Ruling | None]:
    """A person's last declaration, and the last ruling on that very one."""
    query = f"{_DECLARED} WHERE application = ? AND account = ? ORDER BY id DESC LIMIT 1"
    said = next(iter(db.query(query, [application, account])), None)
    if said is None:
        return None, None
    ruled = next(iter(db.query(f"{_RULED} WHERE declaration = ? ORDER BY id DESC LIMIT 1", [said["id"]])), None)
    return Declaration(**said), None if ruled is None else _ruling(ruled)


def _standing(held: Declaration | None, ruled: Ruling | None) -> Standing:
    if ruled is not None:
        return "disqualified" if ruled.disqualified else "cleared"
    return "undeclared" if held is None else held.word


def _off_the_case(write: Write, application: int, account: str) -> None:
    """Take a person off what they were assigned to in a case."""
    query = "SELECT id, version FROM assignment WHERE application = ? AND account = ? AND state = 'assigned'"
    for id, version in write.db.execute(query, [application, account]).fetchall():
        write.update_row("assignment", id, version, {"state": "taken_off"})


def _ruling(row: Mapping[str, Any]) -> Ruling:
    return Ruling(**{**row, "disqualified": bool(row["disqualified"]), "votes": json.loads(row["votes"])})


def _row(ruled: Ruling) -> dict[str, Any]:
    """The columns of a ruling that say what was decided."""
    names = ("application", "account", "declaration", "disqualified", "reason", "meeting")
    return {**{name: getattr(ruled, name) for name in names}, "votes": canonical(dict(ruled.votes))}
