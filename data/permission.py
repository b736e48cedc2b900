"""Who may do what, and why: one question, asked by the domain on every call.

    require(actor, "event.write", event)      # raises Refused, with the reason that people see
    if may(actor, "estimate.publish"): …      # a page hides what would be refused; that alone protects nothing

A right is given to a role, for every row or for some: ``own`` rows are those whose ``owner`` is the actor, or whose
``owners`` (by mandate) include it; ``published`` rows those that are published. An actor may hold several roles, and
has the rights of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from data.phrases import Lang, say

Role = Literal["officer", "applicant", "board", "chair", "treasurer", "auditor", "administrator"]
ROLES: tuple[Role, ...] = ("officer", "applicant", "board", "chair", "treasurer", "auditor", "administrator")
Which = Literal["all", "own", "published"]
Right = Mapping[str, Which]


@dataclass(frozen=True)
class Actor:
    """Who acts: ``account:7``, ``anyone`` (not signed in), or ``operator`` (at the server's terminal)."""

    id: str
    roles: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.id.startswith("account:")


ANYONE = Actor("anyone", frozenset({"anyone"}))
OPERATOR = Actor("operator", frozenset({"operator"}))

_OFFICER: Right = {"officer": "all"}
_READERS: Right = {
    "officer": "all",
    "board": "all",
    "chair": "all",
    "treasurer": "all",
    "auditor": "all",
    "administrator": "all",
    "applicant": "own",
}
_WRITERS: Right = {"officer": "all", "applicant": "own"}
_FUND: Right = {role: "all" for role in ("officer", "board", "chair", "treasurer", "auditor", "administrator")}
_TREASURER: Right = {"treasurer": "all"}
_BOARD: Right = {"board": "all", "chair": "all"}
_CASE_READERS: Right = {**_BOARD, **_TREASURER, "officer": "all", "auditor": "all", "applicant": "own"}
_SETTERS: Right = {"officer": "all", "administrator": "all"}
_ADMINISTRATOR: Right = {"administrator": "all", "operator": "all"}

RIGHTS: Mapping[str, Right] = {
    "account.manage": _ADMINISTRATOR,
    "account.name": {role: "all" for role in ROLES},
    "account.read": {**_ADMINISTRATOR, "auditor": "all"},
    "account.self": {role: "own" for role in ("anyone", *ROLES)},
    "aid.declare": {"officer": "all", "applicant": "own"},
    "aid.read": _FUND,
    "aid.write": _OFFICER,
    "appeal.write": {"applicant": "own"},
    "application.open": {**_TREASURER, "officer": "all", "auditor": "all", "applicant": "own"},
    "application.read": _CASE_READERS,
    "application.write": {"applicant": "own"},
    "audit.read": {"auditor": "all"},
    "award.accept": {"applicant": "own"},
    "award.manage": _OFFICER,
    "award.read": _CASE_READERS,
    "award.settle": _TREASURER,
    "call.manage": _OFFICER,
    "call.run": {**_OFFICER, "operator": "all"},
    "case.decide": {"chair": "all"},
    "case.declare": {"officer": "all", "board": "all", "chair": "all"},
    "case.handle": _OFFICER,
    "case.read": {**_BOARD, **_TREASURER, "officer": "all", "auditor": "all"},
    "case.score": _BOARD,
    "case.vote": _BOARD,
    "claim.approve": _TREASURER,
    "claim.check": _OFFICER,
    "claim.write": {"applicant": "own"},
    "contribution.write": _TREASURER,
    "count.read": _READERS,
    "count.write": _OFFICER,
    "estimate.lock": {**_WRITERS, "operator": "all"},
    "estimate.publish": {**_OFFICER, "operator": "all"},
    "estimate.read": {**_READERS, "anyone": "published"},
    "evaluation.read": _READERS,
    "evaluation.write": _OFFICER,
    "event.create": {"officer": "all", "applicant": "all", "operator": "all"},
    "event.delete": _OFFICER,
    "event.import": _OFFICER,
    "event.read": _READERS,
    "event.write": _WRITERS,
    "feedback.read": {"officer": "all", "auditor": "all"},
    "feedback.write": {"anyone": "all"},
    "frame.write": _TREASURER,
    "ledger.correct": _TREASURER,
    "ledger.read": _FUND,
    "lesson.read": {role: "all" for role in ROLES},
    "lesson.write": _OFFICER,
    "mandate.ask": {"applicant": "all"},
    "mandate.confirm": _OFFICER,
    "meeting.lead": {"chair": "all"},
    "meeting.prepare": _OFFICER,
    "meeting.sign": {"chair": "all"},
    "nights.write": _OFFICER,
    "operations.read": {"administrator": "all", "auditor": "all"},
    "operations.run": {"administrator": "all"},
    "organisation.read": {**_FUND, "applicant": "own"},
    "organisation.register": {"officer": "all", "applicant": "all"},
    "organisation.write": _WRITERS,
    "outbox.read": {"officer": "all", "auditor": "all", "administrator": "all"},
    "outbox.send": {**_ADMINISTRATOR, "officer": "all"},
    "parameter.read": {role: "all" for role in ROLES},
    "parameter.write": _OFFICER,
    "partner.write": _TREASURER,
    "payee.ask": _WRITERS,
    "payee.confirm": {"officer": "all", "treasurer": "all"},
    "payee.read": {**_TREASURER, "officer": "all", "auditor": "all", "applicant": "own"},
    "payment.make": _TREASURER,
    "payment.read": {**_TREASURER, "auditor": "all"},
    "payment.reconcile": _TREASURER,
    "privacy.retain": _ADMINISTRATOR,
    "record.read": _FUND,
    "reference.import": _OFFICER,
    "report.write": {"applicant": "own"},
    "review.read": _READERS,
    "review.write": _WRITERS,
    "sample.load": {"operator": "all"},
    "sample.remove": {"officer": "all", "administrator": "all"},
    "scheme.read": {role: "all" for role in ("anyone", *ROLES)},
    "scheme.write": _SETTERS,
    "seat.read": _FUND,
    "seat.write": {"administrator": "all"},
    "survey.answer": {role: "all" for role in ("anyone", *ROLES)},
    "survey.read": _READERS,
    "survey.write": _OFFICER,
    "template.read": {**_SETTERS, "auditor": "all"},
    "template.write": _SETTERS,
    "years.read": _FUND,
}


@dataclass(frozen=True)
class Verdict:
    """Whether it is allowed, and the phrase that says why. True where it is."""

    allowed: bool
    phrase: str
    figures: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.allowed

    def reason(self, lang: Lang) -> str:
        """The reason in one sentence. Names of roles are put in by their own phrases."""
        words = {
            name: ", ".join(say(f"permission.role.{role}", lang) for role in value)
            if isinstance(value, tuple)
            else value
            for name, value in self.figures.items()
        }
        return say(f"permission.{self.phrase}", lang, **words)


class Refused(Exception):
    """The actor may not do this; ``verdict`` has the reason. Nothing was done."""

    def __init__(self, actor: Actor, action: str, verdict: Verdict) -> None:
        self.actor, self.action, self.verdict = actor, action, verdict
        super().__init__(f"{actor.id} may not {action}: {verdict.reason('en')}")


def may(actor: Actor, action: str, resource: Any = None) -> Verdict:
    """Whether ``actor`` may do ``action``, with ``resource`` where rows differ: an object or mapping with ``owner``.

    Without a resource the question is whether there is any row at all for which it is allowed: what a menu asks. Raises
    KeyError for an action that isn't in the table.
    """
    right = RIGHTS[action]
    granted = {right[role] for role in (*actor.roles, "anyone") if role in right}
    if "all" in granted or (granted and resource is None):
        return Verdict(True, "allowed", {"roles": _known(actor.roles & right.keys())})
    if "own" in granted and actor.id in (_part(resource, "owner"), *(_part(resource, "owners") or ())):
        return Verdict(True, "own")
    if "published" in granted and _part(resource, "published"):
        return Verdict(True, "published")
    if not actor.signed_in and actor != OPERATOR:
        return Verdict(False, "sign_in", {"roles": _known(right)})
    if "own" in granted:
        return Verdict(False, "not_own", {"roles": _known(right)})
    return Verdict(False, "other_role", {"roles": _known(right), "yours": _known(actor.roles)})


def require(actor: Actor, action: str, resource: Any = None) -> None:
    """Raise :class:`Refused` unless ``actor`` may do ``action``; see :func:`may`."""
    verdict = may(actor, action, resource)
    if not verdict:
        raise Refused(actor, action, verdict)


def _known(roles: Any) -> tuple[str, ...]:
    """Roles in the order in which people read them; never empty."""
    return tuple(role for role in (*ROLES, "operator") if role in roles) or ("nobody",)


def _part(resource: Any, name: str) -> Any:
    return resource.get(name) if isinstance(resource, Mapping) else getattr(resource, name, None)
