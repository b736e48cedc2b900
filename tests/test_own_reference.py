"""The owner's own statistics, brought in by screen: kept, audited, used by the engine; or refused whole."""

from __future__ import annotations

import pytest
from conftest import ROOT

from data.audit import history
from data.faults import Faults
from data.permission import Actor, Refused
from data.store import Store
from impact.own_reference import FOLDER, bring_in_statistics, bring_in_table
from impact.reference import reference_in

OFFICER = Actor("account:1", frozenset({"officer"}))
EXPORTS = ROOT / "tests" / "fixtures" / "ssb"


def test_an_export_is_kept_audited_and_used(store: Store) -> None:
    path = EXPORTS / "03014_tabs.csv"
    names, _ = bring_in_statistics(store, OFFICER, f"../../{path.name}", path.read_bytes())
    assert names and all((store.folder / FOLDER / name).exists() for name in names)
    with store.read() as db:
        (entry,) = history(db, "reference", names[0])
    assert (
        entry.actor == OFFICER.id and entry.after is not None and len(next(iter(entry.after["files"].values()))) == 64
    )
    assert reference_in(str(store.folder)).path(names[0]) == store.folder / FOLDER / names[0]


@pytest.mark.parametrize("content", [b"", b"not;a;table\n1;2;3\n", b"PK\x03\x04 no archive", b"\xff\xfe\x00"])
def test_what_is_no_export_is_refused_and_nothing_is_kept(store: Store, content: bytes) -> None:
    with pytest.raises(Faults):
        bring_in_statistics(store, OFFICER, "tabell.csv", content)
    with pytest.raises(Faults):
        bring_in_table(store, OFFICER, ("a.xlsx", content), ("b.xlsx", content))
    assert not (store.folder / FOLDER).exists()
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM audit WHERE kind = 'reference'").fetchone()[0] == 0


def test_only_case_officers_bring_in_figures(store: Store) -> None:
    for roles in ({"board"}, {"administrator"}, {"applicant"}, set()):
        with pytest.raises(Refused):
            bring_in_statistics(store, Actor("account:2", frozenset(roles)), "a.csv", b"")


def test_the_two_workbooks_of_a_year_become_a_table_once(store: Store) -> None:
    files = [(name, (EXPORTS / name).read_bytes()) for name in ("iot_1850_2019.xlsx", "iot_1950_2019.xlsx")]
    name, _ = bring_in_table(store, OFFICER, *files)
    assert name == "own-2019" and reference_in(str(store.folder)).table(name).year == 2019
    with pytest.raises(Faults) as again:
        bring_in_table(store, OFFICER, *files)
    assert again.value.faults[0].code == "table.already_there"
