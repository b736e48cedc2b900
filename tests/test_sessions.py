"""Sessions and sign-in: who is let in and how long, how guessing is slowed, and what forged tokens do."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from conftest import ROOT
from test_accounts import GOOD, NOON, OTHER, refused

from data import attempts, passwords, sessions
from data.accounts import create_account, deactivate_account, get_account, set_roles
from data.attempts import Wait, installation_secret, source_key, wait
from data.connection import connect
from data.faults import Faults
from data.limits import limit, span
from data.passwords import verified
from data.permission import ANYONE, OPERATOR, Actor, Refused
from data.recovery import ask_reset, change_password, make_code, set_password
from data.sessions import (
    LIFETIME,
    list_sessions,
    sign_in,
    sign_in_oidc,
    sign_out,
    sign_out_everywhere,
    sign_out_session,
    whose,
)
from data.store import Store, open_store

EMAIL = "kari@eksempel.no"
HOME, OFFICE, STRANGER = "192.0.2.1", "192.0.2.2", "203.0.113.9"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its lowest costs: what is tested here is around it."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for name in ("SMTP_HOST", "SMTP_PORT", "SMTP_FROM", "SMTP_SECURITY", "URL"):
        monkeypatch.delenv(f"RINGVIRK_{name}", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def kari(store: Store) -> Actor:
    """An account with a password, which has never signed in from anywhere known."""
    account, code = create_account(store, OPERATOR, EMAIL, "Kari Navnesen", ["officer"])
    set_password(store, code.code, GOOD)
    return get_account(store, OPERATOR, account).actor


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.read() as db:
        return list(db.execute(sql).fetchall())


def guess(store: Store, times: int, at: dt.datetime, email: str = EMAIL, source: str = STRANGER) -> int:
    """So many wrong guesses at one moment; how many were heard."""
    heard = 0
    for number in range(times):
        with pytest.raises(Faults) as caught:
            sign_in(store, email, f"galt passord {number}", source=source, at=at)
        heard += not isinstance(caught.value, Wait)
    return heard


# -- sessions


def test_a_session_says_who_acts(store: Store, kari: Actor) -> None:
    signed = sign_in(store, EMAIL, GOOD, source=HOME)
    session = whose(store, signed.token)
    assert session and session.actor == kari == signed.account.actor
    assert (session.name, session.email, session.language, session.roles) == (
        "Kari Navnesen",
        EMAIL,
        "nb",
        ("officer",),
    )
    assert "Kari" not in repr(session) and signed.token not in repr(signed)
    assert len(signed.token) * 6 >= 256


def test_each_sign_in_has_a_token_of_its_own_and_the_database_has_none(store: Store, kari: Actor) -> None:
    tokens = {sign_in(store, EMAIL, GOOD, source=HOME).token for _ in range(3)}
    assert len(tokens) == 3
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = store.path.read_bytes()
    assert all(token.encode() not in content for token in tokens)
    digests = [digest for (digest,) in rows(store, "SELECT digest FROM session")]
    assert not any(whose(store, digest) for digest in digests)


def test_forged_tokens_are_nobodys(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME).token
    for forged in (
        "",
        "x",
        token[:-1],
        token + "A",
        token.swapcase(),
        " " + token,
        token + "\0",
        "%",
        "\ud800",
        token * 50,
    ):
        assert whose(store, forged) is None
        sign_out(store, forged)
    assert whose(store, token)


def test_sessions_end_when_idle_and_when_old(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=NOON).token
    assert whose(store, token, at=NOON + span("idle") - SECOND)
    assert whose(store, token, at=NOON + 2 * span("idle") - 2 * SECOND)  # it was seen in between
    assert whose(store, token, at=NOON + 3 * span("idle")) is None
    at = NOON
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=NOON).token
    while at < NOON + LIFETIME:
        assert whose(store, token, at=at)
        at += span("idle") / 2
    assert whose(store, token, at=NOON + LIFETIME) is None


def test_a_closed_accounts_session_is_nobodys_even_unrevoked(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME).token
    with store.write("operator", "account.close", audited=False) as write:
        write.db.conn.execute("UPDATE account SET active = 0")
    assert whose(store, token) is None


def test_being_seen_is_noted_now_and_then_and_not_audited(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=NOON).token
    (audited,) = rows(store, "SELECT count(*) FROM audit")
    seen = "SELECT max(seen_at) FROM session WHERE created_at < '2026-03-02'"
    first = rows(store, seen)
    whose(store, token, at=NOON + span("seen_every"))
    assert rows(store, seen) == first
    whose(store, token, at=NOON + span("seen_every") + SECOND)
    assert rows(store, seen) > first
    assert rows(store, "SELECT count(*) FROM audit") == [audited]
    with store.read():  # inside a read nothing can be written, and nothing need be
        assert whose(store, token, at=NOON + span("idle") - SECOND)


def test_a_session_is_read_while_someone_else_writes(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=NOON).token
    with open_store(store.folder, busy_seconds=0.05) as other, store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": "1"})
        assert whose(other, token, at=NOON + span("seen_every") + SECOND)


def test_signing_out(store: Store, kari: Actor) -> None:
    first, second, third = (sign_in(store, EMAIL, GOOD, source=HOME).token for _ in range(3))
    with open_store(store.folder) as other_tab:
        assert whose(other_tab, first)
        sign_out(store, first)
        assert whose(other_tab, first) is None and whose(other_tab, second)
    sign_out(store, first)
    found = list_sessions(store, kari, token=third)
    assert [one.current for one in found].count(True) == 1 and len(found) == 3  # the password's own is one of them
    sign_out_session(store, kari, next(one.id for one in found if one.current))
    assert whose(store, third) is None
    third = sign_in(store, EMAIL, GOOD, source=HOME).token
    assert sign_out_everywhere(store, kari, keep=third) == 2
    assert whose(store, third) and whose(store, second) is None
    assert sign_out_everywhere(store, OPERATOR, int(kari.id.split(":")[1])) == 1
    assert whose(store, third) is None
    sign_out_session(store, kari, 10**6)


def test_other_peoples_sessions_are_theirs(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME).token
    other = Actor("account:99", frozenset({"officer", "treasurer", "auditor"}))
    number, session = int(kari.id.split(":")[1]), list_sessions(store, kari)[0].id
    for call in (
        lambda: sign_out_everywhere(store, other, number),
        lambda: sign_out_session(store, other, session),
        lambda: sign_out_everywhere(store, ANYONE),
        lambda: list_sessions(store, ANYONE, number),
    ):
        with pytest.raises(Refused):
            call()
    assert whose(store, token) and list_sessions(store, other, number)  # an auditor reads


def test_old_sessions_are_not_kept(store: Store, kari: Actor) -> None:
    sign_in(store, EMAIL, GOOD, source=HOME, at=NOON)
    sign_in(store, EMAIL, GOOD, source=HOME, at=NOON + span("sessions_kept") + SECOND)
    assert rows(store, "SELECT count(*) FROM session WHERE created_at < '2026-03-02'") == [(0,)]


# -- signing in


def test_the_answer_is_the_same_whatever_is_wrong(store: Store, kari: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    create_account(store, OPERATOR, "venter@eksempel.no", "Venter", ["board"])
    closed, code = create_account(store, OPERATOR, "stengt@eksempel.no", "Stengt", ["board"])
    set_password(store, code.code, GOOD)
    deactivate_account(store, OPERATOR, closed, 1)
    work: list[str | None] = []
    monkeypatch.setattr(sessions, "verified", lambda kept, given: work.append(kept) or verified(kept, given))
    tried = [(EMAIL, OTHER), ("ukjent@eksempel.no", GOOD), ("venter@eksempel.no", GOOD), ("stengt@eksempel.no", GOOD)]
    tried += [("", GOOD), ("' OR 1=1 --", GOOD), ("\ud800", GOOD), (EMAIL, "")]
    said = set()
    for email, password in tried:
        with pytest.raises(Faults) as caught:
            sign_in(store, email, password, source="")
        said.add(str(caught.value))
    assert len(said) == 1 and len(work) == len(tried)
    reasons = rows(store, "SELECT after FROM audit WHERE action = 'session.refuse' ORDER BY seq")
    for reason, (found,) in zip(("password", "unknown", "no_password", "closed"), reasons, strict=False):
        assert f'"reason":"{reason}"' in found
    with pytest.raises(Faults) as caught:
        sign_in(store, EMAIL, "x" * 1_000_000, source="")
    assert str(caught.value) in said and len(work) == len(tried)  # no work is done for it


def test_guesses_wait_longer_and_longer_but_never_for_ever(store: Store, kari: Actor) -> None:
    assert [wait(number, 5) for number in range(1, 12)] == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert wait(10**9, 5) == limit("longest_wait")
    assert guess(store, 20, NOON) == limit("address_free")
    with pytest.raises(Wait) as caught:  # the right password isn't heard either, nor is it counted
        sign_in(store, EMAIL, GOOD, source=STRANGER, at=NOON + 29 * SECOND)
    assert caught.value.seconds == 1
    assert sign_in(store, EMAIL, GOOD, source=STRANGER, at=NOON + 30 * SECOND)
    at, heard = NOON, 0
    for _ in range(24 * 12):  # a day of guesses every five minutes, three at a time
        at += dt.timedelta(minutes=5)
        heard += guess(store, 3, at, email="ukjent@eksempel.no")
    assert heard <= 24 * 4 + 10
    assert sign_in(store, EMAIL, GOOD, source=HOME, at=at)


def test_unknown_addresses_wait_as_known_ones_do(store: Store, kari: Actor) -> None:
    assert guess(store, 9, NOON) == guess(store, 9, NOON, email="ukjent@eksempel.no", source=HOME) == 5
    assert guess(store, 9, NOON, email=" KARI@eksempel.no", source=OFFICE) == 0  # the same address


def test_parallel_guesses_cant_beat_the_limit(store: Store, kari: Actor) -> None:
    heard: list[bool] = []
    ready = threading.Barrier(12)

    def run(number: int) -> None:
        with open_store(store.folder) as own:
            ready.wait()
            for turn in range(4):
                try:
                    sign_in(own, EMAIL, f"galt passord {number} {turn}", source=f"198.51.100.{number}", at=NOON)
                except Wait:
                    heard.append(False)
                except Faults:
                    heard.append(True)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(heard) == 48 and sum(heard) == limit("address_free")


def test_one_source_cant_try_every_address(store: Store) -> None:
    heard = sum(guess(store, 1, NOON, email=f"nr{number}@eksempel.no") for number in range(60))
    assert heard == limit("source_free")
    assert guess(store, 1, NOON, email="ny@eksempel.no", source=HOME) == 1
    assert source_key(store, "2001:db8::1") == source_key(store, "2001:db8::ffff:2") != source_key(store, "2001:db9::1")
    assert source_key(store, "::ffff:192.0.2.1") == source_key(store, "192.0.2.1") != source_key(store, "192.0.2.2")
    assert source_key(store, "") == "" and source_key(store, "ikke en adresse\ud800")


def test_ones_own_password_earns_no_guesses_at_anothers(store: Store, kari: Actor) -> None:
    _, code = create_account(store, OPERATOR, "ond@eksempel.no", "Ond", ["applicant"])
    set_password(store, code.code, OTHER)
    heard = 0
    for number in range(2 * limit("source_free")):
        sign_in(store, "ond@eksempel.no", OTHER, source=STRANGER, at=NOON)
        heard += guess(store, 1, NOON, email=f"nr{number}@eksempel.no")
    assert heard == limit("source_free")


def test_new_accounts_of_ones_own_earn_none_either(store: Store, kari: Actor) -> None:
    heard = 0
    for number in range(4):
        _, code = create_account(store, OPERATOR, f"ond{number}@eksempel.no", "Ond", ["applicant"])
        set_password(store, code.code, OTHER)
        heard += sum(guess(store, 1, NOON, email=f"nr{number}-{turn}@eksempel.no") for turn in range(4))
        sign_in(store, f"ond{number}@eksempel.no", OTHER, source=STRANGER, at=NOON)
    heard += sum(guess(store, 1, NOON, email=f"flere{number}@eksempel.no") for number in range(20))
    assert heard == limit("source_free")


def test_strangers_dont_keep_the_owner_out(store: Store, kari: Actor) -> None:
    sign_in(store, EMAIL, GOOD, source=HOME, at=NOON)
    at = NOON + dt.timedelta(days=1)
    for number in range(30):
        guess(store, 2, at, source=f"198.51.100.{number}")
        guess(store, 2, at, email=f"nr{number}@eksempel.no", source=HOME)  # nor those who share her network
    assert sign_in(store, EMAIL, GOOD, source=HOME, at=at)
    assert guess(store, 20, at, source=HOME) == limit("address_free")  # there too, guesses are counted
    with pytest.raises(Wait):
        sign_in(store, EMAIL, GOOD, source=HOME, at=at)


def test_a_clock_that_was_set_back_locks_nobody_out(store: Store, kari: Actor) -> None:
    guess(store, 9, NOON + dt.timedelta(days=400))
    assert sign_in(store, EMAIL, GOOD, source=STRANGER, at=NOON)


def test_refused_unheard_leaves_no_trace_that_could_fill_the_disk(store: Store, kari: Actor) -> None:
    guess(store, 20, NOON)
    (audited,) = rows(store, "SELECT count(*) FROM audit")
    guess(store, 20, NOON)
    assert rows(store, "SELECT count(*) FROM audit") == [audited]
    guess(store, 1, NOON + 2 * span("failures_kept"), email="ny@eksempel.no", source="")
    assert rows(store, "SELECT count(*) FROM attempt") == [(1,)]  # old counts are gone


def test_a_password_changed_while_it_was_being_compared_doesnt_open(
    store: Store, kari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(kept: str | None, password: str) -> bool:
        answer = verified(kept, password)
        with open_store(store.folder) as other:
            set_password(other, make_code(other, OPERATOR, int(kari.id.split(":")[1])).code, OTHER)
        return answer

    monkeypatch.setattr(sessions, "verified", slow)
    assert refused(lambda: sign_in(store, EMAIL, GOOD, source=HOME)) == ["wrong"]


def test_a_hash_of_other_costs_is_made_anew_at_sign_in(
    store: Store, kari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(store, "SELECT hash FROM password")
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sign_in(store, EMAIL, GOOD, source=HOME)
    assert (
        rows(store, "SELECT hash FROM password") != before
        and "m=16,t=2" in rows(store, "SELECT hash FROM password")[0][0]
    )
    sign_in(store, EMAIL, GOOD, source=HOME)


# -- OpenID Connect

ISSUER = "https://id.eksempel.no"


def test_openid_connect_finds_the_account_and_binds_it(store: Store, kari: Actor) -> None:
    assert sign_in_oidc(store, ISSUER, "s-1", "KARI@eksempel.no", True).account.actor == kari
    token = sign_in_oidc(store, ISSUER, "s-1", "nytt.navn@annet.no", False).token  # bound: the address may change
    session = whose(store, token)
    assert session and session.actor == kari
    set_roles(store, OPERATOR, session.account, session.version, ["board"])
    assert sign_in_oidc(store, ISSUER, "s-1", EMAIL, True).account.roles == ("board",)
    assert get_account(store, OPERATOR, session.account).bound


def test_openid_connect_lets_nobody_else_in(store: Store, kari: Actor) -> None:
    closed, _ = create_account(store, OPERATOR, "stengt@eksempel.no", "Stengt", ["administrator"])
    deactivate_account(store, OPERATOR, closed, 1)
    sign_in_oidc(store, ISSUER, "s-1", EMAIL, True)
    for issuer, subject, email, verified_there in (
        (ISSUER, "s-2", EMAIL, True),  # another person got the address at the same provider
        ("https://annen.eksempel.no", "s-1", EMAIL, False),  # another provider, which hasn't verified it
        ("https://annen.eksempel.no", "s-1", EMAIL, "false"),
        (ISSUER, "s-3", "ukjent@eksempel.no", True),
        (ISSUER, "s-4", "stengt@eksempel.no", True),
        (ISSUER, "s-5", "\u212aari@eksempel.no", True),
        (ISSUER, "", EMAIL, True),
        (ISSUER, "s" * 256, EMAIL, True),
        (ISSUER, "s-6", "", True),
    ):
        call = lambda i=issuer, s=subject, e=email, v=verified_there: sign_in_oidc(store, i, s, e, v)  # noqa: E731
        assert refused(call) == ["oidc_refused"]
    assert rows(store, "SELECT count(*) FROM identity") == [(1,)]
    assert rows(store, "SELECT count(*) FROM account") == [(2,)]
    (said,) = rows(store, "SELECT group_concat(after) FROM audit WHERE action = 'session.oidc'")[0]
    assert "eksempel.no" not in said and "s-2" not in said


# -- new passwords


def test_changing_the_password_ends_every_other_session(store: Store, kari: Actor) -> None:
    here, there = (sign_in(store, EMAIL, GOOD, source=HOME).token for _ in range(2))
    assert refused(lambda: change_password(store, here, "feil passord her", OTHER)) == ["old_password"]
    assert refused(lambda: change_password(store, here, GOOD, "navnesen for alltid")) == ["password_context"]
    assert refused(lambda: change_password(store, "tull", GOOD, OTHER)) == ["signed_out"]
    assert whose(store, there)
    pending = make_code(store, OPERATOR, int(kari.id.split(":")[1]))
    change_password(store, here, GOOD, OTHER)
    assert whose(store, here) and whose(store, there) is None
    assert refused(lambda: sign_in(store, EMAIL, GOOD, source=HOME)) == ["wrong"]
    assert sign_in(store, EMAIL, OTHER, source=HOME)
    assert refused(lambda: set_password(store, pending.code, GOOD)) == ["code"]


def test_an_open_session_gives_no_free_guesses_at_the_password(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME).token
    said = [refused(lambda: change_password(store, token, "feil passord", OTHER)) for _ in range(8)]
    assert said == [["old_password"]] * 5 + [["wait"]] * 3
    assert refused(lambda: change_password(store, token, GOOD, OTHER)) == ["wait"]


def test_codes_end_are_replaced_and_taken_once(store: Store, kari: Actor) -> None:
    number = int(kari.id.split(":")[1])
    old = make_code(store, OPERATOR, number, at=NOON)
    new = make_code(store, OPERATOR, number, at=NOON)
    assert refused(lambda: set_password(store, old.code, OTHER, at=NOON)) == ["code"]
    assert refused(lambda: set_password(store, new.code, OTHER, at=new.ends_at)) == ["code"]
    new = make_code(store, OPERATOR, number, at=NOON)
    session = sign_in(store, EMAIL, GOOD, source=HOME).token
    assert refused(lambda: set_password(store, new.code, "kort", at=NOON)) == ["password_short"]
    assert refused(lambda: set_password(store, new.code, "navnesen for alltid", at=NOON)) == ["password_context"]
    assert refused(lambda: set_password(store, new.code, "x" * 1_000_000, at=NOON)) == ["password_long"]
    assert whose(store, session)  # all that used nothing up
    typed = new.code.lower().replace("-", " ").replace("o", "0").replace("b", "8")
    assert set_password(store, typed, OTHER, at=NOON).account.id == number
    assert whose(store, session) is None
    for wrong in (new.code, "", "-", "\ud800", "A" * 10**6, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ"):
        assert refused(lambda wrong=wrong: set_password(store, wrong, GOOD, at=NOON)) == ["code"]


def test_a_code_is_taken_by_one_of_many(store: Store, kari: Actor) -> None:
    code, taken = make_code(store, OPERATOR, int(kari.id.split(":")[1])).code, []

    def run(number: int) -> None:
        with open_store(store.folder) as own:
            try:
                set_password(own, code, f"passord nummer {number} av mange ord")
                taken.append(number)
            except Faults:
                pass

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(taken) == 1


class _Post(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"RCPT":
                self.server.to.append(line.decode().strip())  # type: ignore[attr-defined]
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.letters.append(message_from_bytes(body, policy=policy.default))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A mail server that keeps what it gets."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Post) as server:
        server.letters, server.to = [], []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        given = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.server_address[1]), "SMTP_SECURITY": "none"}
        for name, value in {
            **given,
            "SMTP_FROM": "ringvirk@eksempel.no",
            "URL": "https://ringvirk.eksempel.no/",
        }.items():
            monkeypatch.setenv(f"RINGVIRK_{name}", value)
        yield server
        server.shutdown()


def wait_for_letters() -> None:
    for thread in threading.enumerate():
        if thread.name == "letter":
            thread.join(10)


def test_a_forgotten_password_comes_by_mail(store: Store, kari: Actor, post: Any) -> None:
    ask_reset(store, " KARI@eksempel.no", HOME)
    ask_reset(store, "ukjent@eksempel.no", HOME)
    wait_for_letters()
    (letter,) = post.letters
    assert letter["To"] == EMAIL and [one.partition(":")[2] for one in post.to] == [f"<{EMAIL}>"]
    link = next(line for line in letter.get_content().splitlines() if line.startswith("https://"))
    assert link.startswith("https://ringvirk.eksempel.no/kode?kode=")
    assert set_password(store, link.partition("=")[2], OTHER).account.actor == kari


def test_nobodys_mailbox_is_filled(store: Store, kari: Actor, post: Any) -> None:
    for number in range(10):
        ask_reset(store, EMAIL, f"198.51.100.{number}")
    wait_for_letters()
    assert len(post.letters) == limit("reset_free")


def test_without_mail_nothing_is_sent_and_the_code_is_handed_over(store: Store, kari: Actor) -> None:
    ask_reset(store, EMAIL, HOME)
    assert rows(store, "SELECT count(*) FROM one_time_code") == [(0,)]
    administrator = Actor("account:50", frozenset({"administrator"}))
    code = make_code(store, administrator, int(kari.id.split(":")[1]))
    assert not code.mailed and code.code in code.text


def test_with_mail_the_administrator_never_sees_the_code(
    store: Store, kari: Actor, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = Actor("account:50", frozenset({"administrator"}))
    _, code = create_account(store, administrator, "ny@eksempel.no", "Ny", ["board"], "en")
    assert code.mailed and code.code == code.text == ""
    assert "One-time code" in post.letters[0].get_content()
    assert make_code(store, OPERATOR, int(kari.id.split(":")[1])).code  # the operator's terminal does
    monkeypatch.setenv("RINGVIRK_SMTP_PORT", "1")
    assert make_code(store, administrator, int(kari.id.split(":")[1])).code  # and so where the server is away


def test_this_installations_secret_is_one(store: Store, kari: Actor) -> None:
    found = installation_secret(store, "test")
    assert len(found) == 32 and found == installation_secret(store, "test") != installation_secret(store, "annet")
    assert found.hex() not in str(rows(store, "SELECT * FROM audit"))
    with open_store(store.folder.parent / "another") as another:
        assert source_key(another, HOME) != source_key(store, HOME)
    db = connect(store.path)
    assert HOME not in str(db.execute("SELECT * FROM attempt").fetchall())
    db.close()


def test_nothing_here_logs_what_is_personal() -> None:
    for module in (attempts, sessions, passwords):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert "print(" not in text and "logging" not in text
    assert (ROOT / "data" / "mail.py").read_text(encoding="utf-8").count("_LOG.") == 1
