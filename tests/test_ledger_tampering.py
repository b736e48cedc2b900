"""Whoever changes the database behind the program's back is found out: what, and where."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from funded import KR, amiss, booked, copied, funded, tampered

from data.backup import make_backup
from data.connection import FILE, StoreFault
from data.store import Store, open_store
from fund.__main__ import main
from fund.books.frames import commit, guarantee, reserve
from fund.books.ledger import bodies, hash_of, head, reverse
from fund.books.payments import pay, settle

GUARDS = ("posting_no_update", "posting_no_delete", "leg_no_update", "leg_no_delete", "leg_before_posting")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small fund with an award that is paid in part, a settled guarantee, a reversal: postings 5 to 10."""
    with open_store(tmp_path / "var") as opened:
        funded(opened)
        booked(opened, commit, "g", 1, 8, 100 * KR)
        booked(opened, pay, "p", 8, 60 * KR)
        booked(opened, guarantee, "h", 1, 9, 50 * KR)
        booked(opened, settle, "s", 9, 20 * KR)
        row = booked(opened, reserve, "r", 1, 3, 10 * KR)
        booked(opened, reverse, "t", row.id, "feil")
        assert amiss(opened) == []
        yield opened


def pot(kind: str, award: int) -> str:
    return f"(SELECT min(id) FROM ledger_account WHERE kind = '{kind}' AND award = {award})"


CHANGES: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "one letter of a posting": (
        "UPDATE posting SET actor = 'account:2' WHERE id = 6",
        {("posting 6", "changed")},
    ),
    "its day": ("UPDATE posting SET day = '2020-01-01' WHERE id = 6", {("posting 6", "changed")}),
    "its request": (
        "UPDATE posting SET request = replace(request, '6000', '6001') WHERE id = 6",
        {("posting 6", "changed")},
    ),
    "its hash": (
        "UPDATE posting SET hash = 'x' WHERE id = 6",
        {("posting 6", "changed"), ("posting 7", "changed"), ("posting 6", "not_audited")},
    ),
    "a leg's øre": (
        f"UPDATE leg SET amount = amount + 1 WHERE posting = 6 AND account = {pot('paid', 8)}",
        {
            ("posting 6", "changed"),
            ("posting 6", "unbalanced"),
            ("posting 6", "book"),
            ("paid:partner=1:year=2026:award=8:frame=1", "balance"),
            ("partner 1, paid, -, 2026", "balance"),
        },
    ),
    "a leg moved to another account": (
        f"UPDATE leg SET account = {pot('paid', 9)} WHERE posting = 6 AND account = {pot('paid', 8)}",
        {
            ("posting 6", "changed"),
            ("paid:partner=1:year=2026:award=8:frame=1", "balance"),
            ("paid:partner=1:year=2026:award=9:frame=1", "balance"),
        },
    ),
    "a posting deleted": (
        "DELETE FROM posting WHERE id = 6",
        {("posting 6", "gap"), ("posting 6", "loose_legs"), ("posting 6", "gone")},
    ),
    "the last posting deleted": (
        "DELETE FROM posting WHERE id = 10",
        {("posting 10", "loose_legs"), ("posting 10", "gone")},
    ),
    "a balance": (
        f"UPDATE ledger_account SET balance = balance + 500 WHERE id = {pot('committed', 8)}",
        {("committed:partner=1:year=2026:award=8:frame=1", "balance"), ("frame 1", "frame")},
    ),
    "a total": (
        "UPDATE ledger_total SET balance = balance - 1 WHERE partner = 2 AND kind = 'available'",
        {("partner 2, available, -, 2026", "balance")},
    ),
    "room in the frame": (
        "UPDATE ledger_account SET balance = balance + 5 WHERE kind = 'exposure_room'",
        {("exposure_room:frame=1", "balance"), ("frame 1", "exposure")},
    ),
    "a reversal of something else": (
        "UPDATE posting SET reverses = 5 WHERE id = 10",
        {("posting 10", "changed"), ("posting 10", "reversal")},
    ),
    "a settlement above the approved deficit": (
        "UPDATE posting SET request = replace(request, '2000', '1000') WHERE id = 8",
        {("posting 8", "changed"), ("posting 8", "settled")},
    ),
    "an audit row's contents": (
        "UPDATE audit SET after = replace(after, 'paid', 'lent') WHERE kind = 'posting' AND resource = '6'",
        {("audit", "audit_content")},
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_found_with_its_place(store: Store, what: str) -> None:
    sql, expected = CHANGES[what]
    tampered(store, sql, without=(*GUARDS, "audit_no_update"))
    found = {(place.split(" ")[0] if place.startswith("audit") else place, code) for place, code in amiss(store)}
    assert found == expected


@pytest.mark.parametrize("trigger", ["posting_no_update", "leg_no_delete", "posting_moves_balances"])
def test_a_dropped_trigger_is_found_and_the_store_does_not_open(store: Store, trigger: str) -> None:
    store.db.execute("PRAGMA query_only = OFF")
    store.db.execute(f"DROP TRIGGER {trigger}")
    assert amiss(store) == [(trigger, "store.trigger_missing")]
    with pytest.raises(StoreFault, match="trigger"):
        open_store(store.folder)


def test_a_posting_rewritten_with_all_hashes_after_it_is_given_away_by_the_audit(store: Store) -> None:
    """Whoever can write the database can make the chain anew; not the audit's, whose head lies outside."""
    tampered(store, "UPDATE posting SET actor = 'account:2' WHERE id = 6", without=GUARDS)
    for number in range(6, 11):
        rows = {one: (body, digest) for one, body, digest in bodies(store.db)}
        digest = hash_of(rows[number - 1][1], rows[number][0])
        tampered(store, "UPDATE posting SET hash = ? WHERE id = ?", (digest, number), without=GUARDS)
    assert amiss(store) == [(f"posting {number}", "not_audited") for number in range(6, 11)]


def test_an_old_copy_put_back_is_found_by_the_heads_and_by_the_head_in_the_minutes(store: Store) -> None:
    folder = store.folder
    store.close()
    copied(folder, folder.parent / "old")
    with open_store(folder) as again:
        booked(again, pay, "late", 8, 5 * KR)
        _, minuted = head(again.db)
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    for path in (folder.parent / "old").iterdir():
        shutil.copy(path, folder / path.name)
    with pytest.raises(StoreFault) as refused:
        open_store(folder)
    assert refused.value.code == "behind"
    assert main(["verify", "--data", str(folder)]) == 1
    (folder / "heads.txt").unlink()  # and even that file gone with it
    assert main(["verify", "--data", str(folder)]) == 0
    assert main(["verify", "--data", str(folder), "--head", minuted]) == 1


def test_a_backup_is_whole(store: Store) -> None:
    backup = make_backup(store.folder)
    found = shutil.copytree(backup.path, store.folder.parent / "put back")
    assert main(["verify", "--data", str(found)]) == 0


@pytest.mark.parametrize("text", [b'"amount":6000,', b"paid", b"account:1", b"5fa"])
def test_a_byte_of_the_file_that_was_changed_is_found(
    store: Store, text: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    row = store.db.execute("SELECT request, key, hash FROM posting WHERE id = 6").fetchone()
    wanted = row[2][:6].encode() if text == b"5fa" else text
    folder = store.folder
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    path = folder / FILE
    content = bytearray(path.read_bytes())
    # Within the row of posting 6: its request, or what stands just before or after it in the same row.
    at = content.index(row[0].encode())
    place = content.index(wanted, at) if text in (b'"amount":6000,', b"5fa") else content.rindex(wanted, 0, at)
    content[place + 1] = content[place + 1] ^ 0x80 if text == b"paid" else content[place + 1] ^ 1
    path.write_bytes(bytes(content))
    assert main(["verify", "--data", str(folder), "--lang", "en"]) == 1
    assert "posting 6" in capsys.readouterr().out
