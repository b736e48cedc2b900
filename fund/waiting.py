"""What waits in the fund, as queries: one for each kind of work, over all rows at once, never one row at a time.

Each gives (row, number, title in bokmål, title in English, due day or None, case or None, parent or None): the parent
is the award or application whose page has the row, where the row has none. It is given ``:who``, the
account that asks, and ``:today``, the day in Norway. Whose rows an applicant sees, and which steps a person is kept
from by having done the one before, stands in the query; who may ask for a kind at all, in :mod:`fund.tasks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fund.award.awards import ACCEPTANCE
from fund.award.reports import REPORT
from fund.intake.calls import DEADLINE
from fund.intake.handling import COMPLETING
from fund.workflow import workflows

Asked = Literal[
    "draft",
    "complete",
    "accept",
    "condition",
    "report",
    "claim_returned",
    "mandate",
    "payee",
    "take_up",
    "unanswered",
    "recommend",
    "resume",
    "put_on",
    "lock_agenda",
    "claim_first",
    "report_in",
    "report_late",
    "lapse",
    "plan",
    "condition_open",
    "appeal",
    "appeal_away",
    "chair_ruling",
    "ruling",
    "hold",
    "minutes",
    "claim_second",
    "payment_file",
    "payment_failed",
    "payment_answer",
]
"""The kinds of work that one query finds."""


def later(first: str, kind: str, resource: str, what: str) -> str:
    """SQL for the day that holds: the latest extension's, else ``first``. As :func:`fund.extensions.due_day`."""
    latest = (
        f"SELECT max(until) FROM extension WHERE kind = '{kind}' AND resource = {resource} AND what = '{what}'"
        f" AND until > {first}"
    )
    return f"coalesce(({latest}), {first})"


_MANDATES = "SELECT organisation FROM mandate WHERE account = :who AND state = 'confirmed' AND until >= :today"
_CALL_DUE = later("call.closes", "call", "call.id", DEADLINE)
_DRAFT_DUE = later(f"({_CALL_DUE})", "application", "a.id", DEADLINE)
_ASKED_DUE = later("r.due", "request", "r.id", COMPLETING)
_ACCEPT_DUE = later("w.accept_by", "award", "w.id", ACCEPTANCE)
_REPORT_DUE = later("r.due", "report", "r.id", REPORT)


def _about(row: str, due: str = "NULL", case: str = "NULL", parent: str = "NULL") -> str:
    """What every query on an application, or on something of one, begins with."""
    return f"SELECT {row}.id, a.number, a.title, a.title, {due}, {case}, {parent}"


_CASE = f"{_about('a', case='a.id')} FROM application a WHERE a.state"
_REQUESTED = (
    "FROM application a JOIN completion_request r ON r.application = a.id WHERE a.state = 'needs_completing'"
    " AND r.id = (SELECT max(id) FROM completion_request WHERE application = a.id)"
)
_AWARD = "FROM award w JOIN application a ON a.id = w.application"
_ENDED = ", ".join(f"'{state}'" for state in workflows()["award"].last)
_OFFERED = f"{_about('w', _ACCEPT_DUE)} {_AWARD} WHERE w.state = 'offered'"
_OPEN_CONDITIONS = (
    f"{_about('c', 'c.due', parent='w.id')} {_AWARD} JOIN award_condition c ON c.award = w.id"
    f" WHERE c.met_at IS NULL AND w.state NOT IN ('settled', {_ENDED})"
)
_REPORTS = (
    f"{_about('r', _REPORT_DUE, parent='w.id')} {_AWARD} JOIN report r ON r.award = w.id"
    f" WHERE w.state NOT IN ({_ENDED}) AND r.state"
)
_CLAIMS = (
    "SELECT c.id, a.number || ' / ' || c.number, a.title, a.title, NULL, NULL, NULL"
    f" {_AWARD} JOIN claim c ON c.award = w.id WHERE c.state"
)
_OWN, _OTHERS = f"w.organisation IN ({_MANDATES})", f"w.organisation NOT IN ({_MANDATES})"
_NOT_SENT_BY = f"c.submitted_by <> :who AND {_OTHERS}"
_MEETING = "SELECT id, '', title, title, day, NULL, NULL FROM meeting WHERE state"
_APPEALS = (
    f"{_about('p', case='a.id', parent='a.id')} FROM appeal p JOIN application a ON a.id = p.application WHERE p.state"
)
_DOUBTS = (
    f"{_about('a')} FROM application a"
    " WHERE a.state IN ('submitted', 'needs_completing', 'in_review', 'ready', 'deferred')"
    " AND EXISTS (SELECT 1 FROM declaration d WHERE d.application = a.id AND d.word = 'doubt' AND d.account <> :who"
    " AND d.id = (SELECT max(id) FROM declaration WHERE application = d.application AND account = d.account)"
    " AND NOT EXISTS (SELECT 1 FROM ruling WHERE application = d.application AND declaration = d.id){whose})"
)
_OF_A_CHAIR = (
    " AND EXISTS (SELECT 1 FROM account_role WHERE role = 'chair' AND 'account:' || account_role.account = d.account)"
)

QUERIES: Mapping[Asked, str] = {
    # A draft of who never had a mandate for its organisation is that person's alone (fund.intake.applications).
    "draft": (
        f"SELECT a.id, '', call.title_nb, call.title_en, {_DRAFT_DUE}, NULL, NULL FROM application a"
        " JOIN call ON call.id = a.call WHERE a.state = 'draft' AND call.state = 'open'"
        f" AND {_DRAFT_DUE} >= :today AND CASE WHEN EXISTS (SELECT 1 FROM mandate WHERE account = a.created_by"
        " AND organisation = a.organisation AND state IN ('confirmed', 'ended'))"
        f" THEN a.organisation IN ({_MANDATES}) ELSE a.created_by = :who END"
    ),
    "complete": f"{_about('a', _ASKED_DUE)} {_REQUESTED} AND a.organisation IN ({_MANDATES})",
    "accept": f"{_OFFERED} AND {_OWN}",
    "condition": f"{_OPEN_CONDITIONS} AND {_OWN}",
    "report": f"{_REPORTS} IN ('due', 'returned') AND {_OWN}",
    "claim_returned": f"{_CLAIMS} = 'returned' AND {_OWN}",
    "mandate": (
        "SELECT m.id, o.number, o.name, o.name, NULL, NULL, NULL"
        " FROM mandate m JOIN organisation o ON o.id = m.organisation WHERE m.state = 'asked' AND m.account <> :who"
    ),
    "payee": (
        "SELECT p.id, o.number, o.name, o.name, NULL, NULL, NULL FROM payee_account p"
        " JOIN organisation o ON o.id = p.organisation WHERE p.state = 'asked' AND p.asked_by <> :who"
        f" AND p.organisation NOT IN ({_MANDATES})"
    ),
    "take_up": f"{_CASE} = 'submitted'",
    "unanswered": f"{_about('a', _ASKED_DUE, 'a.id')} {_REQUESTED} AND {_ASKED_DUE} < :today",
    "recommend": (
        f"{_CASE} = 'in_review' AND (NOT EXISTS (SELECT 1 FROM assignment"
        " WHERE application = a.id AND part = 'officer' AND state = 'assigned') OR EXISTS (SELECT 1 FROM assignment"
        " WHERE application = a.id AND part = 'officer' AND state = 'assigned' AND account = :who))"
    ),
    "resume": f"{_CASE} = 'deferred'",
    "put_on": (
        f"{_CASE} = 'ready' AND NOT EXISTS (SELECT 1 FROM agenda_item i"
        " JOIN meeting m ON m.id = i.meeting WHERE i.application = a.id AND i.state = 'on'"
        " AND m.state IN ('planned', 'agenda_locked'))"
    ),
    "lock_agenda": f"{_MEETING} = 'planned'",
    "claim_first": f"{_CLAIMS} = 'submitted' AND {_NOT_SENT_BY}",
    "report_in": f"{_REPORTS} = 'submitted' AND r.submitted_by <> :who AND {_OTHERS}",
    "report_late": f"{_REPORTS} IN ('due', 'returned') AND {_REPORT_DUE} < :today",
    "lapse": f"{_OFFERED} AND {_ACCEPT_DUE} < :today",
    "plan": f"{_about('w')} {_AWARD} WHERE w.state = 'accepted'",
    "condition_open": f"{_OPEN_CONDITIONS} AND w.state <> 'offered' AND {_OTHERS}",
    "appeal": f"{_APPEALS} = 'received'",
    "appeal_away": f"{_APPEALS} = 'sent_on'",
    "chair_ruling": _DOUBTS.format(whose=_OF_A_CHAIR),
    "ruling": _DOUBTS.format(whose=""),
    "hold": f"{_MEETING} = 'agenda_locked' AND day <= :today",
    "minutes": (
        f"{_MEETING} = 'held' AND EXISTS (SELECT 1 FROM attendance WHERE meeting = meeting.id AND account = :who)"
    ),
    "claim_second": f"{_CLAIMS} = 'approved_first' AND c.first_by <> :who AND {_NOT_SENT_BY}",
    "payment_file": (
        f"{_CLAIMS} = 'approved_second' AND c.first_by <> :who AND c.second_by <> :who AND {_NOT_SENT_BY}"
    ),
    "payment_failed": f"{_CLAIMS} = 'failed'",
    "payment_answer": (
        "SELECT b.id, b.name, '', '', b.execution_day, NULL, NULL FROM payment_batch b WHERE b.made_by <> :who"
        " AND b.execution_day <= :today AND EXISTS"
        " (SELECT 1 FROM batch_payment l WHERE l.batch = b.id AND l.outcome = 'sent')"
    ),
}

CASES = (
    "SELECT a.id, a.number, a.title, a.call, (SELECT min(m.day) FROM agenda_item i JOIN meeting m ON m.id = i.meeting"
    " WHERE i.application = a.id AND i.state = 'on' AND m.state IN ('planned', 'agenda_locked'))"
    " FROM application a WHERE a.state IN ('in_review', 'ready')"
)
"""The cases that the board declares on and scores, with the day of the meeting that each is on, if any."""
MEETINGS = f"{_MEETING} IN ('planned', 'agenda_locked') AND day >= :today"
"""The meetings that are to come."""
SCORED = (
    "SELECT application, criterion FROM json_each(:cases) CROSS JOIN score ON application = json_each.value"
    " AND account = :who GROUP BY application, criterion"
)
"""What a person has scored of ``:cases``, a JSON list."""
SCORERS = "SELECT application, account FROM assignment WHERE part = 'scorer' AND state = 'assigned'"
"""Who was asked to score which case."""

REMINDED: Mapping[Asked, str] = {
    "complete": f"SELECT r.id, a.number, {_ASKED_DUE} AS last, a.organisation {_REQUESTED}",
    "accept": f"SELECT w.id, a.number, {_ACCEPT_DUE} AS last, w.organisation {_AWARD} WHERE w.state = 'offered'",
    "report": (
        f"SELECT r.id, a.number, {_REPORT_DUE} AS last, w.organisation {_AWARD} JOIN report r ON r.award = w.id"
        f" WHERE w.state NOT IN ({_ENDED}) AND r.state IN ('due', 'returned')"
    ),
}
"""What an organisation is reminded of before its last day: (row, number, last day, organisation)."""
