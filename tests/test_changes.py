"""What is kept between runs: it holds while nothing that it was made of is changed, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import person
from schema_fixtures import FOLDER, load

from data.audit import head
from data.backup import make_backup
from data.changes import newest
from data.permission import OPERATOR, ROLES, Actor
from data.recovery import make_code
from data.restore import restore
from data.store import Store, open_store
from fund.public.effects import published_effects
from fund.public.published import MADE_OF as PUBLISHED
from fund.public.published import published_awards, published_partners
from fund.review.organisers import MADE_OF as ORGANISERS
from fund.review.organisers import organisers
from fund.years.over_years import MADE_OF as YEARS
from fund.years.over_years import over_years
from impact.record.record import MADE_OF as RECORD
from impact.record.record import read_record
from impact.reference import reference_in

ANYBODY = Actor("account:1", frozenset(ROLES))
OTHERWISE = {"leg": "posting", "ledger_account": "posting", "ledger_total": "posting"}
"""Tables whose rows are written with a posting only, and audited as one."""
NO_ROWS = {"json_each", "sqlite_schema"}
_READ = 20
"""SQLITE_READ of sqlite3_set_authorizer."""


def published(store: Store) -> None:
    published_awards(store), published_partners(store), published_effects(store)


MADE: tuple[tuple[Callable[[Store], object], tuple[str, ...]], ...] = (
    (published, PUBLISHED),
    (lambda store: over_years(store, ANYBODY, reference_in()), YEARS),
    (lambda store: read_record(store, ANYBODY, reference_in()), RECORD),
    (lambda store: organisers(store, ANYBODY), ORGANISERS),
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A fund with something of everything."""
    folder = tmp_path_factory.mktemp("lived") / "data"
    load(max(FOLDER.glob("*.sql")), folder)
    with open_store(folder) as opened:
        yield opened


@pytest.mark.parametrize(("make", "kinds"), MADE)
def test_what_is_kept_names_all_that_it_reads(
    lived: Store, make: Callable[[Store], object], kinds: tuple[str, ...]
) -> None:
    read: set[str] = set()

    def watch(action: int, table: str | None, *_: object) -> int:
        if action == _READ and table:
            read.add(OTHERWISE.get(table, table))
        return 0

    with lived.read() as db:
        connection = db.conn
    connection.set_authorizer(watch)
    try:
        make(lived)
    finally:
        connection.set_authorizer(None)
    assert read - NO_ROWS == set(kinds)


def test_a_number_changes_with_its_own_kinds_only(store: Store) -> None:
    def now(*kinds: str) -> int:
        with store.read() as db:
            return newest(db, kinds)

    account, value = now("account"), now("parameter_value", "account")
    assert now("account") == account
    kari, _ = person(store, "officer")
    assert now("account") > account and now("posting") == account
    value, account = now("parameter_value"), now("account")
    make_code(store, OPERATOR, int(kari.id.partition(":")[2]))
    assert now("account") > account and now("parameter_value") == value == now("posting")


def test_another_process_change_is_seen_and_an_older_reader_gets_its_own(store: Store, tmp_path: Path) -> None:
    with store.read() as db:
        before = newest(db, ["account"])
        with open_store(tmp_path) as other:
            person(other, "officer")
            with other.read() as ahead:
                after = newest(ahead, ["account"])
        assert newest(db, ["account"]) == before < after
    with store.read() as db:
        assert newest(db, ["account"]) == after


def test_a_database_that_was_put_back_tells_of_no_change_that_it_has_not(store: Store, tmp_path: Path) -> None:
    person(store, "officer")
    with store.read() as db:
        newest(db, ["account"])
    before = make_backup(tmp_path)
    person(store, "officer")
    with store.read() as db:
        gone = newest(db, ["account"])
    store.close()
    restore(tmp_path, before.path, force=True)
    with open_store(tmp_path) as put_back:
        with put_back.read() as db:
            assert newest(db, ["account"]) < gone
        for number in range(5):
            with put_back.write("operator", "test.note") as write:
                write.record("note", number, None, {"number": number})
        with put_back.read() as db:
            assert newest(db, ["account"]) < gone < head(db).seq
