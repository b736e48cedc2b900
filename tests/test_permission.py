"""Who may do what: every action, every role, every kind of row, written out as people agreed on it."""

from __future__ import annotations

import pytest

from data.permission import ANYONE, OPERATOR, RIGHTS, ROLES, Actor, Refused, may, require
from data.phrases import LANGUAGES

# a: every row; o: own rows; p: published rows; -: none
TABLE = """
                   anyone operator officer applicant board chair treasurer auditor administrator
account.manage     -      a        -       -         -     -     -         -       a
account.name       -      -        a       a         a     a     a         a       a
account.read       -      a        -       -         -     -     -         a       a
account.self       o      o        o       o         o     o     o         o       o
aid.declare        -      -        a       o         -     -     -         -       -
aid.read           -      -        a       -         a     a     a         a       a
aid.write          -      -        a       -         -     -     -         -       -
appeal.write       -      -        -       o         -     -     -         -       -
application.open   -      -        a       o         -     -     a         a       -
application.read   -      -        a       o         a     a     a         a       -
application.write  -      -        -       o         -     -     -         -       -
audit.read         -      -        -       -         -     -     -         a       -
award.accept       -      -        -       o         -     -     -         -       -
award.manage       -      -        a       -         -     -     -         -       -
award.read         -      -        a       o         a     a     a         a       -
award.settle       -      -        -       -         -     -     a         -       -
call.manage        -      -        a       -         -     -     -         -       -
call.run           -      a        a       -         -     -     -         -       -
case.decide        -      -        -       -         -     a     -         -       -
case.declare       -      -        a       -         a     a     -         -       -
case.handle        -      -        a       -         -     -     -         -       -
case.read          -      -        a       -         a     a     a         a       -
case.score         -      -        -       -         a     a     -         -       -
case.vote          -      -        -       -         a     a     -         -       -
claim.approve      -      -        -       -         -     -     a         -       -
claim.check        -      -        a       -         -     -     -         -       -
claim.write        -      -        -       o         -     -     -         -       -
contribution.write -      -        -       -         -     -     a         -       -
count.read         -      -        a       o         a     a     a         a       a
count.write        -      -        a       -         -     -     -         -       -
estimate.lock      -      a        a       o         -     -     -         -       -
estimate.publish   -      a        a       -         -     -     -         -       -
estimate.read      p      -        a       op        a     a     a         a       a
evaluation.read    -      -        a       o         a     a     a         a       a
evaluation.write   -      -        a       -         -     -     -         -       -
event.create       -      a        a       a         -     -     -         -       -
event.delete       -      -        a       -         -     -     -         -       -
event.import       -      -        a       -         -     -     -         -       -
event.read         -      -        a       o         a     a     a         a       a
event.write        -      -        a       o         -     -     -         -       -
feedback.read      -      -        a       -         -     -     -         a       -
feedback.write     a      a        a       a         a     a     a         a       a
frame.write        -      -        -       -         -     -     a         -       -
ledger.correct     -      -        -       -         -     -     a         -       -
ledger.read        -      -        a       -         a     a     a         a       a
lesson.read        -      -        a       a         a     a     a         a       a
lesson.write       -      -        a       -         -     -     -         -       -
mandate.ask        -      -        -       a         -     -     -         -       -
mandate.confirm    -      -        a       -         -     -     -         -       -
meeting.lead       -      -        -       -         -     a     -         -       -
meeting.prepare    -      -        a       -         -     -     -         -       -
meeting.sign       -      -        -       -         -     a     -         -       -
nights.write       -      -        a       -         -     -     -         -       -
operations.read    -      -        -       -         -     -     -         a       a
operations.run     -      -        -       -         -     -     -         -       a
organisation.read  -      -        a       o         a     a     a         a       a
organisation.register -   -        a       a         -     -     -         -       -
organisation.write -      -        a       o         -     -     -         -       -
outbox.read        -      -        a       -         -     -     -         a       a
outbox.send        -      a        a       -         -     -     -         -       a
parameter.read     -      -        a       a         a     a     a         a       a
parameter.write    -      -        a       -         -     -     -         -       -
partner.write      -      -        -       -         -     -     a         -       -
payee.ask          -      -        a       o         -     -     -         -       -
payee.confirm      -      -        a       -         -     -     a         -       -
payee.read         -      -        a       o         -     -     a         a       -
payment.make       -      -        -       -         -     -     a         -       -
payment.read       -      -        -       -         -     -     a         a       -
payment.reconcile  -      -        -       -         -     -     a         -       -
privacy.retain     -      a        -       -         -     -     -         -       a
record.read        -      -        a       -         a     a     a         a       a
reference.import   -      -        a       -         -     -     -         -       -
report.write       -      -        -       o         -     -     -         -       -
review.read        -      -        a       o         a     a     a         a       a
review.write       -      -        a       o         -     -     -         -       -
sample.load        -      a        -       -         -     -     -         -       -
sample.remove      -      -        a       -         -     -     -         -       a
scheme.read        a      a        a       a         a     a     a         a       a
scheme.write       -      -        a       -         -     -     -         -       a
seat.read          -      -        a       -         a     a     a         a       a
seat.write         -      -        -       -         -     -     -         -       a
survey.answer      a      a        a       a         a     a     a         a       a
survey.read        -      -        a       o         a     a     a         a       a
survey.write       -      -        a       -         -     -     -         -       -
template.read      -      -        a       -         -     -     -         a       a
template.write     -      -        a       -         -     -     -         -       a
years.read         -      -        a       -         a     a     a         a       a
"""
HEAD, *LINES = TABLE.strip().splitlines()
CELLS = [
    (action, role, cell)
    for action, *cells in map(str.split, LINES)
    for role, cell in zip(HEAD.split(), cells, strict=True)
]


def actor(role: str) -> Actor:
    return {"anyone": ANYONE, "operator": OPERATOR}.get(role, Actor("account:7", frozenset({role})))


def test_the_table_is_whole() -> None:
    assert {line.split()[0] for line in LINES} == set(RIGHTS)
    assert HEAD.split()[2:] == list(ROLES)


@pytest.mark.parametrize(("action", "role", "cell"), CELLS)
def test_a_role_may_what_the_table_says(action: str, role: str, cell: str) -> None:
    who = actor(role)
    rows = {
        "a": {"owner": "account:8", "published": False},
        "o": {"owner": who.id, "published": False},
        "p": {"owner": "account:8", "published": True},
    }
    # What everyone may is published to operators and applicants too; the table's op says so for applicants.
    granted = set(cell) | ({"p"} if action == "estimate.read" else set())
    for kind, row in rows.items():
        expected = "a" in granted or kind in granted
        verdict = may(who, action, row)
        assert bool(verdict) == expected, (kind, verdict)
        assert all(verdict.reason(lang) for lang in LANGUAGES)
        if not expected:
            with pytest.raises(Refused) as refused:
                require(who, action, row)
            assert refused.value.verdict == verdict
    assert bool(may(who, action)) == (granted != {"-"})


def test_reasons_say_what_to_do() -> None:
    assert may(ANYONE, "event.read").reason("nb").startswith("Du må logge inn.")
    assert "saksbehandler" in may(Actor("account:7", frozenset({"board"})), "event.write").reason("nb")
    other = {"owner": "account:8"}
    assert "tilhører noen andre" in may(Actor("account:7", frozenset({"applicant"})), "event.read", other).reason("nb")
    assert may(Actor("account:7"), "event.read").reason("en").endswith("should have it.")


def test_several_roles_have_the_rights_of_all() -> None:
    both = Actor("account:7", frozenset({"applicant", "auditor"}))
    assert may(both, "audit.read") and may(both, "event.create") and may(both, "event.read", {"owner": "account:8"})
    assert not may(both, "event.write", {"owner": "account:8"})


def test_a_mandate_makes_a_row_one_s_own() -> None:
    applicant = Actor("account:7", frozenset({"applicant"}))
    assert may(applicant, "application.write", {"owner": "account:8", "owners": ("account:7", "account:8")})
    assert not may(applicant, "application.write", {"owner": "account:8", "owners": ("account:8",)})


def test_an_action_that_is_not_in_the_table_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        may(OPERATOR, "event.burn")
