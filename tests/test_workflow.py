"""The ways through the fund, every cell: transition × role × state, as people agreed on it and wrote it down here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from data.faults import Fault, Faults
from data.migration import Migration, migrations
from data.permission import ANYONE, OPERATOR, ROLES, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store, open_store
from fund.rows import row_at
from fund.workflow import _contradictions, _workflow, action_name, may_do, move, state_name, workflows

# o: own rows only. The states that an action leads from, the one it leads to, who may, and what must hold.
TABLE = """
call        open                 planned -> open                                  officer,operator  scheme_whole frame_set opening_reached
call        close                open -> closed                                   officer,operator  deadline_passed
call        decide               closed -> decided                                officer  every_case_decided
call        cancel               planned,open -> cancelled                        officer  nothing_sent
application submit               draft -> submitted                               applicant:o  complete balanced before_deadline not_duplicate mandate
application ask                  submitted -> needs_completing                    officer  says_what
application complete             needs_completing -> submitted                    applicant:o  complete balanced mandate
application take_up              submitted -> in_review                           officer  forecast_locked
application recommend            in_review -> ready                               officer  recommendation aid_assessed
application take_back            ready -> in_review                               officer  off_agenda
application grant                ready -> granted                                 chair  decision money
application grant_in_part        ready -> granted_in_part                         chair  decision money
application grant_on_conditions  ready -> granted_on_conditions                   chair  decision money
application guarantee            ready -> guaranteed                              chair  decision money
application lend                 ready -> lent                                    chair  decision money
application reject               ready -> rejected                                chair  decision
application defer                ready -> deferred                                chair  decision
application resume               deferred -> ready                                officer
application dismiss              submitted,needs_completing -> dismissed          officer  grounds
application reopen               rejected,granted_in_part,granted_on_conditions -> in_review  officer  appeal_upheld
application receive_again        dismissed -> submitted                           officer  appeal_upheld
application withdraw             draft,submitted,needs_completing,in_review,ready,deferred -> withdrawn  applicant:o  mandate off_agenda
appeal      uphold               received -> upheld                               chair  decision
appeal      send_on              received -> sent_on                              officer  statement
appeal      decide               sent_on -> decided                               officer  decision
appeal      find_too_late        received -> too_late                             officer  after_period
meeting     lock_agenda          planned -> agenda_locked                         officer  cases_ready money
meeting     hold                 agenda_locked -> held                            chair  quorum cases_settled
meeting     sign                 held -> minutes_signed                           chair  minutes
meeting     cancel               planned,agenda_locked -> cancelled               officer  nothing_decided
award       accept               offered -> accepted                              applicant:o  before_lapse mandate account_checked
award       lapse                offered,accepted -> lapsed                       officer  lapse_grounds nothing_paid
award       activate             accepted -> active                               officer  plan_sums
award       report               active -> final_report_in                        officer  final_report
award       settle               final_report_in -> settled                       treasurer  final_claim_done money
award       close                settled -> closed                                officer  nothing_open
award       suspend              accepted,active,final_report_in -> suspended     officer  grounds
award       resume               suspended -> active                              officer  grounds
award       claw_back            active,final_report_in,settled,suspended -> clawed_back  treasurer  grounds decision money
claim       submit               draft,returned -> submitted                      applicant:o  mandate within_award plan attested one_final
claim       approve_first        submitted -> approved_first                      officer  other_person conditions_met
claim       approve_second       approved_first -> approved_second                treasurer  other_person within_award
claim       approve_nothing      approved_first -> paid                           treasurer  other_person within_award nothing_to_pay
claim       put_in_file          approved_second -> in_payment_file               treasurer  other_person account_confirmed
claim       pay                  in_payment_file -> paid                          treasurer  other_person money
claim       fail                 in_payment_file -> failed                        treasurer  other_person bank_reason
claim       send_back            paid -> failed                                   treasurer  other_person bank_reason money
claim       retry                failed -> approved_second                        treasurer  account_confirmed
claim       return               submitted,approved_first,approved_second,failed -> returned  officer  grounds
claim       decline              submitted,approved_first,returned,failed -> declined  treasurer  grounds
report      submit               due,returned -> submitted                        applicant:o  mandate complete
report      approve              submitted -> approved                            officer  other_person
report      return               submitted -> returned                            officer  grounds
"""  # noqa: E501
AT = dt.datetime(2026, 11, 2, 11, tzinfo=dt.UTC)
WHO = {
    **{role: Actor(f"account:{number}", frozenset({role})) for number, role in enumerate(ROLES, 10)},
    "anyone": ANYONE,
    "operator": OPERATOR,
}


@dataclass(frozen=True)
class Cell:
    """One line of the table."""

    kind: str
    action: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    own: bool
    guards: tuple[str, ...]


def cell(line: str) -> Cell:
    kind, action, sources, _, target, who, *guards = line.split()
    roles, _, own = who.partition(":")
    return Cell(kind, action, tuple(sources.split(",")), target, tuple(roles.split(",")), own == "o", tuple(guards))


CELLS = [cell(line) for line in TABLE.strip().splitlines()]
KINDS = tuple(dict.fromkeys(one.kind for one in CELLS))
_TABLES = "".join(
    f'CREATE TABLE "{kind}" (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, state TEXT NOT NULL,'
    " moved_at TEXT NOT NULL, note TEXT NOT NULL, version INTEGER NOT NULL) STRICT;"
    for kind in KINDS
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with nothing but the trail and a bare table for each kind of row."""
    known = (migrations()[0], Migration("0002-workflow", _TABLES))
    with open_store(tmp_path_factory.mktemp("ways"), known=known) as opened:
        yield opened


def put(store: Store, kind: str, state: str, owner: str = "account:99") -> dict[str, Any]:
    """A row in a state, and what was read of it."""
    row = {"owner": owner, "state": state, "moved_at": "", "note": ""}
    with store.write("test", "test.put") as write:
        return row_at(write.db, kind, int(write.insert(kind, row)), 1)


def moved(store: Store, actor: Actor, kind: str, row: Any, action: str, guards: Any = None, **more: Any) -> int:
    with store.write(actor.id, f"{kind}.{action}", audited=False) as write:
        return move(write, actor, kind, row, action, guards=guards, at=AT, **more)


def holding(one: Cell) -> dict[str, Any]:
    return {name: lambda: [] for name in one.guards}


def trail(store: Store) -> int:
    return int(store.db.execute("SELECT max(seq) FROM audit").fetchone()[0])


def names(one: Cell) -> str:
    return f"{one.kind}-{one.action}"


def states(kind: str) -> set[str]:
    return {state for one in CELLS if one.kind == kind for state in (*one.sources, one.target)}


# -- the table


def test_the_table_is_whole() -> None:
    found = {
        (kind, one.action): (one.sources, one.target, one.guards)
        for kind, flow in workflows().items()
        for one in flow.transitions
    }
    assert found == {(one.kind, one.action): (one.sources, one.target, one.guards) for one in CELLS}
    assert {kind: set(flow.states) for kind, flow in workflows().items()} == {kind: states(kind) for kind in KINDS}


def test_first_and_last_states_are_as_agreed() -> None:
    assert {kind: (flow.first, set(flow.last)) for kind, flow in workflows().items()} == {
        "call": ("planned", {"decided", "cancelled"}),
        "application": ("draft", {"granted", "guaranteed", "lent", "withdrawn"}),
        "appeal": ("received", {"upheld", "decided", "too_late"}),
        "meeting": ("planned", {"minutes_signed", "cancelled"}),
        "award": ("offered", {"lapsed", "closed", "clawed_back"}),
        "claim": ("draft", {"declined"}),
        "report": ("due", {"approved"}),
    }
    for kind, flow in workflows().items():
        assert {one for one in flow.states if not flow.actions(one)} == set(flow.last), kind


def test_a_row_may_rest_where_little_leads_on() -> None:
    """An application that is decided, until an appeal is upheld; a claim that is paid, until the bank sends it back."""
    decided = dict.fromkeys(("granted_in_part", "granted_on_conditions", "rejected"), "reopen")
    more = {"application": {**decided, "dismissed": "receive_again"}, "claim": {"paid": "send_back"}}
    for kind, flow in workflows().items():
        resting = more.get(kind, {})
        assert set(flow.ends) == set(flow.last) | set(resting), kind
        assert all(flow.actions(state) == (action,) for state, action in resting.items()), kind


def test_a_table_whose_ends_are_at_odds_is_refused() -> None:
    entry = {
        "first": "a",
        "last": ["c"],
        "transition": [{"action": "go", "from": ["a"], "to": "c", "right": "case.vote"}],
    }
    assert list(_contradictions(_workflow("call", entry))) == []
    for ends in ([], ["a", "c"], ["c", "nowhere"]):
        assert list(_contradictions(_workflow("call", {**entry, "ends": ends}))), ends


def test_every_state_and_action_has_its_names() -> None:
    for one in CELLS:
        for lang in LANGUAGES:
            assert action_name(one.kind, one.action, lang)
            for state in (*one.sources, one.target):
                assert state_name(one.kind, state, lang) and state_name(one.kind, state, lang, public=True)


# -- every transition × role × state


@pytest.mark.parametrize("one", CELLS, ids=names)
def test_a_role_in_a_state_may_what_the_table_says(store: Store, one: Cell) -> None:
    for state in sorted(states(one.kind)):
        stored = put(store, one.kind, state)
        for role, actor in WHO.items():
            for row in (stored, {**stored, "owners": (actor.id,)}):
                before, allowed = trail(store), role in one.roles and ("owners" in row or not one.own)
                offered = one.action in may_do(actor, one.kind, row)
                assert offered == (allowed and state in one.sources), (role, state)
                if not allowed:
                    with pytest.raises(Refused) as refused:
                        moved(store, actor, one.kind, row, one.action, holding(one))
                    assert all(refused.value.verdict.reason(lang) for lang in LANGUAGES)
                elif state not in one.sources:
                    with pytest.raises(Faults) as raised:
                        moved(store, actor, one.kind, row, one.action, holding(one))
                    (fault,) = raised.value.faults
                    assert fault.code == "workflow.not_possible" and fault.value == state
                    assert state_name(one.kind, state, "nb") in fault.line("nb")
                else:
                    mine = {**put(store, one.kind, state), **({"owners": (actor.id,)} if "owners" in row else {})}
                    assert moved(store, actor, one.kind, mine, one.action, holding(one)) == 2
                    assert row_now(store, one.kind, mine)["state"] == one.target
                    assert trail(store) == before + 2  # put there, and moved
                    continue
                assert row_now(store, one.kind, row) == stored and trail(store) == before


def row_now(store: Store, kind: str, row: Any) -> dict[str, Any]:
    return next(iter(store.db.query(f'SELECT * FROM "{kind}" WHERE id = ?', [row["id"]])))


def one_who_may(one: Cell) -> Actor:
    return WHO[one.roles[0]]


@pytest.mark.parametrize("one", CELLS, ids=names)
def test_a_double_click_moves_once(store: Store, one: Cell) -> None:
    """The same actor with the row as it was read: once. Another actor, or an older row: told who did what."""
    actor = one_who_may(one)
    row = put(store, one.kind, one.sources[0], actor.id)
    first = moved(store, actor, one.kind, row, one.action, holding(one))
    before = trail(store)
    assert moved(store, actor, one.kind, row, one.action, {name: _never for name in one.guards}) == first == 2
    assert trail(store) == before and row_now(store, one.kind, row)["version"] == 2
    other = Actor("account:77", actor.roles)
    with pytest.raises(Refused if one.own else Conflict):
        moved(store, other, one.kind, row, one.action, holding(one))
    assert trail(store) == before


def _never() -> list[Fault]:
    raise AssertionError("a guard was asked for what is done")


@pytest.mark.parametrize("one", [one for one in CELLS if one.guards], ids=names)
def test_each_guard_must_be_given_and_each_can_stop_it(store: Store, one: Cell) -> None:
    actor = one_who_may(one)
    row = put(store, one.kind, one.sources[-1], actor.id)
    before = trail(store)
    for name in one.guards:
        given = {key: check for key, check in holding(one).items() if key != name}
        with pytest.raises(KeyError):
            moved(store, actor, one.kind, row, one.action, given)
        with pytest.raises(Faults) as raised:
            moved(store, actor, one.kind, row, one.action, {**given, name: lambda name=name: [found(name)]})
        assert [fault.place for fault in raised.value.faults] == [name]
    with pytest.raises(KeyError):
        moved(store, actor, one.kind, row, one.action)
    with pytest.raises(Faults) as raised:  # everything at once
        moved(store, actor, one.kind, row, one.action, {n: lambda n=n: [found(n)] for n in one.guards})
    assert [fault.place for fault in raised.value.faults] == list(one.guards)
    assert trail(store) == before and row_now(store, one.kind, row) == row


def found(name: str) -> Fault:
    return Fault("", name, "", "application.no_reason")


def test_other_columns_change_with_the_state_and_the_time_is_written(store: Store) -> None:
    row = put(store, "meeting", "held", "account:1")
    moved(store, WHO["chair"], "meeting", row, "sign", {"minutes": lambda: []}, changes={"note": "lest opp"})
    now = row_now(store, "meeting", row)
    assert (now["note"], now["moved_at"]) == ("lest opp", "2026-11-02T11:00:00+00:00")


def test_what_someone_else_changed_is_a_conflict_not_a_move(store: Store) -> None:
    row = put(store, "meeting", "held")
    with store.write("account:5", "meeting.note") as write:
        write.update_row("meeting", row["id"], 1, {"note": "rettet"})
    with pytest.raises(Conflict) as raised:
        moved(store, WHO["chair"], "meeting", row, "sign", {"minutes": lambda: []})
    assert raised.value.theirs == {"note": "rettet"} and row_now(store, "meeting", row)["state"] == "held"


def test_who_comes_late_is_told_of_the_other_before_anything_else(store: Store) -> None:
    row = put(store, "meeting", "planned")
    with store.write("account:8", "meeting.note") as write:
        write.update_row("meeting", row["id"], row["version"], {"note": "endret"})
    stop = [Fault("", "", "", "application.no_reason")]
    with pytest.raises(Conflict):
        moved(
            store, WHO["officer"], "meeting", row, "lock_agenda", {"cases_ready": lambda: stop, "money": lambda: stop}
        )


def test_a_deleted_or_invented_row_or_action_is_never_moved(store: Store) -> None:
    row = {"id": 10**6, "version": 1, "state": "held", "owner": ""}
    with pytest.raises(LookupError):
        moved(store, WHO["chair"], "meeting", row, "sign", {"minutes": lambda: []})
    with pytest.raises(KeyError):
        moved(store, WHO["chair"], "meeting", put(store, "meeting", "held"), "burn")
    with pytest.raises(LookupError):
        row_at(store.db, "meeting", 1, 99)


def test_a_row_is_given_as_it_stood(store: Store) -> None:
    row = put(store, "meeting", "planned")
    moved(store, WHO["officer"], "meeting", row, "lock_agenda", {"cases_ready": lambda: [], "money": lambda: []})
    with store.write("account:5", "meeting.note") as write:
        write.update_row("meeting", row["id"], 2, {"note": "x"})
    assert [row_at(store.db, "meeting", row["id"], one)["state"] for one in (1, 2, 3)] == [
        "planned",
        "agenda_locked",
        "agenda_locked",
    ]
