"""Accounts, roles and passwords: who may, what is refused, what never enters the audit, and the operator's way back."""

from __future__ import annotations

import datetime as dt
import json
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from data import passwords
from data.__main__ import main
from data.accounts import (
    Account,
    account_names,
    activate_account,
    create_account,
    create_first,
    deactivate_account,
    first_code,
    get_account,
    has_administrator,
    list_accounts,
    rename_account,
    set_language,
    set_role_in_use,
    set_roles,
)
from data.addresses import address_key, tidy_name
from data.demo import invent_accounts
from data.faults import Faults
from data.limits import LIMITS, limit, span
from data.passwords import commonest, hashed, outdated, password_faults, verified
from data.permission import ANYONE, OPERATOR, ROLES, Actor, Refused
from data.phrases import LANGUAGES
from data.recovery import make_code, set_password
from data.sessions import sign_in, whose
from data.store import Conflict, Store, open_store

GOOD = "fire våte elger danser"
OTHER = "tolv grønne sykler synger"
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its lowest costs: what is tested here is around it."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for name in ("SMTP_HOST", "SMTP_FROM", "URL"):
        monkeypatch.delenv(f"RINGVIRK_{name}", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def chief(store: Store) -> Account:
    """The first administrator, with a password."""
    account = create_first(store, first_code(store) or "", "sjef@eksempel.no", "Eksempel Sjef", GOOD)
    return get_account(store, OPERATOR, account)


def codes(caught: pytest.ExceptionInfo[Faults]) -> list[str]:
    for fault in caught.value.faults:
        assert all(fault.line(lang) for lang in LANGUAGES)
    return [fault.code.removeprefix("account.") for fault in caught.value.faults]


def refused(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(Faults) as caught:
        call()
    return codes(caught)


def everything_audited(store: Store) -> str:
    with store.read() as db:
        return json.dumps(list(db.query("SELECT * FROM audit WHERE kind <> 'migration'")), ensure_ascii=False)


# -- the first administrator


def test_the_first_administrator_comes_with_the_newest_code_only(store: Store) -> None:
    old, new = first_code(store), first_code(store)
    assert old and new and old != new and not has_administrator(store)
    given = ("sjef@eksempel.no", "Eksempel Sjef", GOOD)
    assert refused(lambda: create_first(store, old, *given)) == ["first_code"]
    said = refused(lambda: create_first(store, new, "sjef", "", "kort"))
    assert said == ["password_short", "address", "name"]  # the code is right, and isn't held against them
    account = create_first(store, f" {new.lower().replace('-', ' ')} ", *given)  # what was refused used nothing up
    made = get_account(store, OPERATOR, account)
    assert made.roles == ("administrator",) and made.can_sign_in and has_administrator(store)
    assert first_code(store) is None
    assert refused(lambda: create_first(store, new, "to@eksempel.no", "To", OTHER)) == ["first_code"]


def test_the_first_code_ends_and_is_kept_as_a_digest(store: Store) -> None:
    code = first_code(store, at=NOON) or ""
    late = NOON + span("code_first")
    assert refused(lambda: create_first(store, code, "a@eksempel.no", "A", GOOD, at=late)) == ["first_code"]
    assert len(code.replace("-", "")) * 5 >= 128
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert code.encode() not in store.path.read_bytes()
    assert code not in everything_audited(store)
    create_first(store, code, "a@eksempel.no", "A", GOOD, at=late - dt.timedelta(seconds=1))


def test_only_one_first_administrator_in_a_race(store: Store) -> None:
    code, made, said = first_code(store) or "", [], []

    def run(number: int) -> None:
        with open_store(store.folder) as own:
            try:
                made.append(create_first(own, code, f"nr{number}@eksempel.no", "Eksempel", GOOD))
            except Faults as fault:
                said.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 1 and len(said) == 5


# -- making and changing accounts


def test_an_account_is_made_with_a_code_for_its_owner(store: Store, chief: Account) -> None:
    account, code = create_account(store, chief.actor, "Kari@Eksempel.no", "Kari  Eksempel", ["board", "officer"], "en")
    made = get_account(store, chief.actor, account)
    assert (made.email, made.name, made.language) == ("Kari@Eksempel.no", "Kari Eksempel", "en")
    assert made.roles == ("officer", "board") and made.role_in_use == "officer"
    assert not made.can_sign_in and not code.mailed and code.code in code.text
    assert code.code not in repr(code) and "Kari" not in repr(made)
    signed = set_password(store, code.code, OTHER)
    session = whose(store, signed.token)
    assert session and session.actor == Actor(f"account:{account}", frozenset({"officer", "board"}))
    assert refused(lambda: set_password(store, code.code, GOOD)) == ["code"]  # once only
    assert sign_in(store, "KARI@eksempel.NO ", OTHER, source="").account.id == account


def test_everything_that_is_wrong_is_said_at_once_and_nothing_stored(store: Store, chief: Account) -> None:
    before = len(list_accounts(store, chief.actor))
    wrong = lambda: create_account(store, chief.actor, "SJEF@eksempel.no", " ", ["king"], "se")  # type: ignore[arg-type]  # noqa: E731
    assert refused(wrong) == ["taken", "name", "roles", "language"]
    assert refused(lambda: create_account(store, chief.actor, "ny@eksempel.no", "Ny", [])) == ["roles"]
    assert len(list_accounts(store, chief.actor)) == before


@pytest.mark.parametrize(
    "email",
    [
        *("", "a", "a@b", "a b@eksempel.no", "a@eksempel.no\nBcc: b@eksempel.no", "<a@eksempel.no>", "a@@eksempel.no"),
        *("a@eksempel.no,b@eksempel.no", "a" * 300 + "@eksempel.no", "\u212aari@eksempel.no", "a\ud800@eksempel.no"),
    ],
)
def test_what_is_no_address_is_refused(email: str, store: Store, chief: Account) -> None:
    assert refused(lambda: create_account(store, chief.actor, email, "Navn", ["board"])) == ["address"]


def test_addresses_are_one_whatever_their_case_and_composition(store: Store, chief: Account) -> None:
    assert address_key("ÅSE@Eksempel.NO ") == address_key("A\u030aSE@eksempel.no") == "åse@eksempel.no"
    create_account(store, chief.actor, "Åse@eksempel.no", "Åse", ["board"])
    again = lambda: create_account(store, chief.actor, "a\u030ase@EKSEMPEL.no", "Åse", ["board"])  # noqa: E731
    assert refused(again) == ["taken"]
    assert address_key("\u212aari@eksempel.no") == ""  # the Kelvin sign is no k
    assert address_key("\u017fjef@eksempel.no") != address_key("sjef@eksempel.no")  # nor the long s an s
    assert tidy_name("Bjo\u0308rn\n <b>") == "Björn <b>" and tidy_name("a\u202eb") == "" and tidy_name("x" * 121) == ""


def test_rights(store: Store, chief: Account) -> None:
    account, _ = create_account(store, chief.actor, "kari@eksempel.no", "Kari", ["officer"])
    for actor in (ANYONE, Actor("account:99", frozenset(ROLES) - {"administrator"})):
        for call in (
            lambda actor: create_account(store, actor, "x@eksempel.no", "X", ["administrator"]),
            lambda actor: set_roles(store, actor, account, 1, ["administrator"]),
            lambda actor: deactivate_account(store, actor, account, 1),
            lambda actor: activate_account(store, actor, account, 1),
            lambda actor: rename_account(store, actor, account, 1, email="x@eksempel.no", name="X"),
            lambda actor: make_code(store, actor, account),
        ):
            with pytest.raises(Refused):
                call(actor)
    with pytest.raises(Refused):
        list_accounts(store, Actor("account:99", frozenset({"officer"})))
    with pytest.raises(Refused):
        account_names(store, ANYONE, "nb")
    own = Actor(f"account:{account}", frozenset({"officer"}))
    assert get_account(store, own, account).name == "Kari"
    assert account_names(store, own, "nb")[own.id] == "Kari"
    with pytest.raises(Refused):
        get_account(store, own, chief.id)
    with pytest.raises(LookupError):
        get_account(store, chief.actor, 99)


def test_roles_hold_from_the_next_click_and_are_versioned(store: Store, chief: Account) -> None:
    account, code = create_account(store, chief.actor, "kari@eksempel.no", "Kari", ["officer", "board"])
    token = set_password(store, code.code, OTHER).token
    version = set_roles(store, chief.actor, account, 1, ["board", "auditor"])
    session = whose(store, token)
    assert session and session.roles == ("board", "auditor") and session.role_in_use == "board"
    with pytest.raises(Conflict) as late:
        set_roles(store, chief.actor, account, 1, ["officer"])
    assert late.value.since[-1].actor == chief.owner
    assert refused(lambda: set_role_in_use(store, session.actor, "officer")) == ["role_not_held"]
    set_role_in_use(store, session.actor, "auditor")
    set_language(store, session.actor, "en")
    session = whose(store, token)
    assert session and (session.role_in_use, session.language) == ("auditor", "en")
    assert set_roles(store, chief.actor, account, session.version, ["auditor", "board"]) == session.version > version
    for call in (lambda: set_language(store, ANYONE, "en"), lambda: set_role_in_use(store, OPERATOR, "officer")):
        with pytest.raises(Refused):
            call()


def test_a_closed_account_is_out_at_once_and_can_come_back(store: Store, chief: Account) -> None:
    account, code = create_account(store, chief.actor, "kari@eksempel.no", "Kari", ["officer"])
    token = set_password(store, code.code, OTHER).token
    pending = make_code(store, chief.actor, account)
    version = deactivate_account(store, chief.actor, account, get_account(store, chief.actor, account).version)
    assert whose(store, token) is None
    assert refused(lambda: sign_in(store, "kari@eksempel.no", OTHER, source="")) == ["wrong"]
    assert refused(lambda: set_password(store, pending.code, OTHER)) == ["code"]
    assert refused(lambda: make_code(store, chief.actor, account)) == ["closed"]
    activate_account(store, chief.actor, account, version)
    assert whose(store, token) is None  # its sessions don't rise again
    assert sign_in(store, "kari@eksempel.no", OTHER, source="")


def test_the_last_administrator_stays(store: Store, chief: Account) -> None:
    waiting, code = create_account(store, chief.actor, "ny@eksempel.no", "Ny", ["administrator"])
    for call in (  # the other one has no password yet, and would leave nobody who gets in
        lambda: deactivate_account(store, chief.actor, chief.id, chief.version),
        lambda: set_roles(store, chief.actor, chief.id, chief.version, ["officer"]),
    ):
        assert refused(call) == ["last_administrator"]
    assert get_account(store, OPERATOR, chief.id) == chief
    set_password(store, code.code, OTHER)
    deactivate_account(store, chief.actor, chief.id, chief.version)
    assert refused(lambda: set_roles(store, OPERATOR, waiting, 1, ["board"])) == ["last_administrator"]


def test_two_administrators_who_remove_each_other_leave_one(store: Store, chief: Account) -> None:
    other, code = create_account(store, chief.actor, "ny@eksempel.no", "Ny", ["administrator"])
    set_password(store, code.code, OTHER)
    said: list[BaseException] = []

    def remove(whom: int) -> None:
        with open_store(store.folder) as own:
            try:
                deactivate_account(own, chief.actor, whom, 1)
            except Faults as fault:
                said.append(fault)

    threads = [threading.Thread(target=remove, args=(whom,)) for whom in (chief.id, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(said) == 1 and sum(one.active for one in list_accounts(store, OPERATOR)) == 1


def test_a_new_address_voids_codes_that_went_to_the_old_one(store: Store, chief: Account) -> None:
    account, code = create_account(store, chief.actor, "feil@eksempel.no", "Kari", ["officer"])
    assert refused(lambda: rename_account(store, chief.actor, account, 1, email=chief.email, name="K")) == ["taken"]
    rename_account(store, chief.actor, account, 1, email="Feil@eksempel.no", name="Kari N")
    set_password(store, code.code, OTHER)
    code = make_code(store, chief.actor, account)
    rename_account(store, chief.actor, account, 2, email="rett@eksempel.no", name="Kari N")
    assert refused(lambda: set_password(store, code.code, GOOD)) == ["code"]
    with pytest.raises(LookupError):
        rename_account(store, chief.actor, 99, 1, email="z@eksempel.no", name="Z")


def test_nothing_personal_and_nothing_secret_is_audited(store: Store, chief: Account) -> None:
    account, code = create_account(store, chief.actor, "kari@eksempel.no", "Kari Navnesen", ["officer"])
    token = set_password(store, code.code, OTHER, source="192.0.2.7").token
    rename_account(store, chief.actor, account, 1, email="ola@eksempel.no", name="Ola Navnesen")
    for email in ("ola@eksempel.no", "ukjent@eksempel.no"):
        refused(lambda email=email: sign_in(store, email, "feil passord her", source="192.0.2.7"))
    said = everything_audited(store)
    for secret in ("eksempel.no", "Navnesen", "argon2", code.code, token, OTHER, "192.0.2.7", "feil passord"):
        assert secret not in said
    with store.read() as db:
        (kept,) = db.execute("SELECT hash FROM password WHERE account = ?", [account]).fetchone()
        rows = db.execute("SELECT digest, source FROM session").fetchall()
    assert kept.startswith("$argon2id$") and kept not in said
    assert all(token not in str(row) and "192.0.2.7" not in str(row) for row in rows)
    actions = {row["action"] for row in json.loads(said)}
    assert {"account.create", "account.rename", "password.set", "session.refuse", "account.first"} <= actions


# -- passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("elleve tegn", "password_short"),
        ("x" * 201, "password_long"),
        ("x" * 1_000_000, "password_long"),
        ("fire våte elger \ud800", "password_signs"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("1234567890123", "password_common"),
        ("abcdefghijklmnop", "password_common"),
        ("Passord12345!", "password_common"),
        ("***Hemmelig2026***", "password_common"),
        ("kaffekaffekaffe", "password_common"),
        ("qwertyuiop1234", "password_common"),
        ("Sonyericsson", "password_common"),
        ("min ringvirk-konto nå", "password_context"),
        ("hei på deg KARI igjen", "password_context"),
        ("alle navnesen er her", "password_context"),
        ("konto hos Eksempel as", "password_context"),
    ],
)
def test_weak_passwords_are_refused_without_being_shown(password: str, code: str) -> None:
    faults = password_faults(password, email="kari@eksempel.no", name="Kari Navnesen")
    assert [fault.code for fault in faults] == [f"account.{code}"]
    for lang in LANGUAGES:
        line = faults[0].line(lang)
        assert faults[0].expected(lang) in line and (not password or password not in line)


@pytest.mark.parametrize(
    "password", [GOOD, OTHER, "9081726354019", "blåbærsyltetøy", " ".join(map(str, range(70))), "д" * 3 + "русский мир"]
)
def test_long_passwords_of_any_signs_are_taken(password: str) -> None:
    assert password_faults(password, email="kari@eksempel.no", name="Kari Navnesen") == []


def test_passwords_are_the_same_however_they_are_composed() -> None:
    kept = hashed("blåbærsyltetøy på brød")
    assert verified(kept, "bla\u030abærsyltetøy pa\u030a brød")
    assert not verified(kept, "blabærsyltetøy pa brød") and not verified(None, GOOD) and not verified("tull", GOOD)
    assert not verified(kept, "x" * 1_000_000) and not verified(kept, "\ud800" * 12)
    with pytest.raises(ValueError):
        hashed("x" * 201)


def test_the_costs_are_those_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = hashed(GOOD)
    monkeypatch.undo()
    kept = hashed(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert verified(kept, GOOD) and not verified(kept, OTHER)
    assert outdated(cheap) and not outdated(kept)


def test_every_limit_has_its_unit_and_its_source() -> None:
    for name, entry in tomllib.loads(LIMITS.read_text(encoding="utf-8")).items():
        assert entry.keys() == {"value", "unit", "source"} and entry["source"] and limit(name) > 0
    with pytest.raises(ValueError):
        span("password_shortest")
    assert len(commonest()) > 1000 and all(len(one) >= 5 for one in commonest())


# -- the operator's terminal


def test_the_operator_brings_a_lost_administrator_back(
    store: Store, chief: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account, _ = create_account(store, chief.actor, "kari@eksempel.no", "Kari", ["officer"])
    data = ["--data", str(store.folder)]
    assert main(["account", "reset", "SJEF@eksempel.no", *data]) == 0
    code = capsys.readouterr().out.splitlines()[0].rpartition(" ")[2]
    set_password(store, code, OTHER)
    assert sign_in(store, chief.email, OTHER, source="")
    deactivate_account(store, OPERATOR, account, 1)
    assert main(["account", "administrator", "kari@eksempel.no", *data]) == 0
    assert get_account(store, OPERATOR, account).roles == ("officer", "administrator")
    assert get_account(store, OPERATOR, account).active
    assert main(["account", "administrator", "kari@eksempel.no", *data]) == 0  # again: nothing changes
    capsys.readouterr()
    assert main(["account", "list", "--lang", "en", *data]) == 0
    assert "case officer, administrator" in capsys.readouterr().out
    assert main(["account", "reset", "ingen@eksempel.no", *data]) == 2
    assert main(["account", "list", "--data", str(store.folder / "feil")]) == 2
    assert not (store.folder / "feil").exists()


def test_the_demonstration_only_enters_a_database_without_real_accounts(store: Store) -> None:
    made = invent_accounts(store, OPERATOR)
    assert [one.role for one in made] == list(ROLES)
    token = sign_in(store, made[0].email, made[0].password, source="").token
    again = invent_accounts(store, OPERATOR)
    assert whose(store, token) is None and len(list_accounts(store, OPERATOR)) == len(ROLES)
    assert refused(lambda: sign_in(store, made[0].email, made[0].password, source="")) == ["wrong"]
    for one in again:
        assert password_faults(one.password) == []
        assert sign_in(store, one.email, one.password, source="").account.roles == (one.role,)
    assert all(one.name.startswith("Eksempel ") for one in list_accounts(store, OPERATOR))
    create_account(store, OPERATOR, "ekte@example.org", "Ekte", ["officer"])
    assert refused(lambda: invent_accounts(store, OPERATOR)) == ["not_empty"]
    with pytest.raises(Refused):
        invent_accounts(store, ANYONE)
