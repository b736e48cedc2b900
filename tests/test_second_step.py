"""The second step at sign-in: who gets in with the password alone (nobody), codes once, guesses slowed, ways back."""

from __future__ import annotations

import argparse
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from conftest import ROOT
from pages import page_of, person, seen, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from test_accounts import GOOD
from test_sessions import EMAIL, HOME, OFFICE, rows

from app import signing_in
from app.visit import SESSION_COOKIE
from data import passwords
from data.account_commands import add_commands
from data.accounts import create_account, get_account, set_roles
from data.attempts import Wait
from data.check import check
from data.codes import new_code
from data.connection import StoreFault
from data.erasure import ask_erasure, erase, open_erasures
from data.faults import Faults
from data.limits import limit, span
from data.passwords import hashed, put_password
from data.permission import OPERATOR, Actor, Refused
from data.recovery import change_password, make_code, set_password
from data.second_step import Standing, begin, confirm, finish, renew_spare, standing, take_off, turn_off
from data.sessions import list_sessions, sign_in, whose
from data.store import Store, open_store

HALF_MINUTE = dt.timedelta(seconds=30)
NEW = "helt nye ord om havet"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its lowest costs: what is tested here is around it."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def kari(store: Store) -> Actor:
    """An account with a password, and no second step yet."""
    account, code = create_account(store, OPERATOR, EMAIL, "Kari Navnesen", ["officer"])
    set_password(store, code.code, GOOD)
    return get_account(store, OPERATOR, account).actor


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def number(actor: Actor) -> int:
    return int(actor.id.removeprefix("account:"))


def refused(code: str, act: object, *given: object, **named: object) -> None:
    assert callable(act)
    with pytest.raises(Faults) as caught:
        act(*given, **named)
    assert [one.code for one in caught.value.faults] == [code]


def turned_on(store: Store, at: dt.datetime) -> tuple[pyotp.TOTP, str, list[str]]:
    """The account with the step on: its app, the session that did it, and the spare codes."""
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=at).token
    app = pyotp.TOTP(begin(store, token, GOOD, at=at).key)
    return app, token, confirm(store, token, app.at(at), at=at)


def test_the_password_alone_opens_nothing(store: Store, kari: Actor) -> None:
    at = now()
    app, _, spare = turned_on(store, at)
    signed = sign_in(store, EMAIL, GOOD, source=HOME, at=at)
    assert signed.token == "" and whose(store, signed.halfway, at=at) is None
    code = make_code(store, OPERATOR, number(kari), at=at).code
    before = signed.halfway
    signed = set_password(store, code, NEW, at=at)
    assert signed.token == "", "a new password is no way around the second step"
    for wrong in ("000000", "12345", app.secret, signed.halfway, new_code()):
        refused("account.step_code", finish, store, signed.halfway, wrong, at=at)
    later = at + HALF_MINUTE
    refused("account.halfway_ended", finish, store, before, app.at(later), at=later)  # by the old password
    opened = finish(store, signed.halfway, app.at(later), at=later)
    session = whose(store, opened.token, at=later)
    assert session is not None and session.actor == kari and len(spare) == limit("spare_codes")


def test_what_the_first_step_gives_ends_and_opens_once(store: Store, kari: Actor) -> None:
    at = now()
    app, _, _ = turned_on(store, at)
    early, late = (sign_in(store, EMAIL, GOOD, source=HOME, at=at) for _ in range(2))
    refused("account.halfway_ended", finish, store, late.halfway, app.at(at), at=at + span("halfway"))
    refused("account.halfway_ended", finish, store, "noe annet", app.at(at), at=at)
    later = at + HALF_MINUTE
    assert finish(store, early.halfway, app.at(later), at=later).token
    refused("account.halfway_ended", finish, store, late.halfway, app.at(later), at=later)
    assert rows(store, "SELECT count(*) FROM halfway") == [(0,)]


def test_a_code_is_taken_by_one_of_many(store: Store, kari: Actor) -> None:
    at = now()
    app, _, spare = turned_on(store, at)
    halfway = sign_in(store, EMAIL, GOOD, source=HOME, at=at).halfway
    refused("account.step_code", finish, store, halfway, app.at(at), at=at)  # it turned the step on
    for code, later in ((app.at(at + HALF_MINUTE), at + HALF_MINUTE), (spare[0], at + 2 * HALF_MINUTE)):
        waiting = [sign_in(store, EMAIL, GOOD, source=HOME, at=later).halfway for _ in range(3)]

        def tries(halfway: str, code: str = code, later: dt.datetime = later) -> bool:
            with open_store(store.folder) as own:
                try:
                    return bool(finish(own, halfway, code, at=later).token)
                except Faults:
                    return False

        with ThreadPoolExecutor(3) as three:
            assert sum(three.map(tries, waiting)) == 1
    assert standing(store, kari, number(kari)) == Standing(True, limit("spare_codes") - 1)


def test_a_clock_that_is_half_a_minute_wrong_gets_in_and_one_minute_does_not(store: Store, kari: Actor) -> None:
    at = now()
    app, _, _ = turned_on(store, at)
    for off, gets_in in ((2, False), (-2, False), (1, True)):
        at += span("longest_wait")
        halfway = sign_in(store, EMAIL, GOOD, source=HOME, at=at).halfway
        code = app.at(at + off * HALF_MINUTE)
        if gets_in:
            assert finish(store, halfway, f" {code[:3]} {code[3:]} ", at=at).token
        else:
            refused("account.step_code", finish, store, halfway, code, at=at)


def test_guesses_are_few_even_in_parallel_and_across_first_steps(store: Store, kari: Actor) -> None:
    at = now()
    app, _, _ = turned_on(store, at)
    at += 2 * HALF_MINUTE
    waiting = [sign_in(store, EMAIL, GOOD, source=source, at=at).halfway for source in (HOME, OFFICE)]

    def guess(turn: int) -> bool:
        with open_store(store.folder) as own, pytest.raises(Faults) as caught:
            finish(own, waiting[turn % len(waiting)], f"{turn:06d}", at=at)
        return not isinstance(caught.value, Wait)

    with ThreadPoolExecutor(6) as six:
        assert sum(six.map(guess, range(24))) == limit("address_free")
    with pytest.raises(Wait):
        finish(store, waiting[0], app.at(at), at=at)
    later = at + span("longest_wait")
    right = sign_in(store, EMAIL, GOOD, source=HOME, at=later).halfway
    assert finish(store, right, app.at(later), at=later).token


def test_turning_on_and_off_asks_for_the_password_and_ends_other_sessions(store: Store, kari: Actor) -> None:
    at = now()
    other = sign_in(store, EMAIL, GOOD, source=OFFICE, at=at).token
    refused("account.old_password", begin, store, other, "et helt annet passord", at=at)
    refused("account.signed_out", begin, store, "ingen", GOOD, at=at)
    refused("account.step_code", confirm, store, other, "123456", at=at)
    _, token, spare = turned_on(store, at)
    assert whose(store, other, at=at) is None and whose(store, token, at=at) is not None
    refused("account.step_on", begin, store, token, GOOD, at=at)
    refused("account.old_password", turn_off, store, token, "et helt annet passord", at=at)
    again = renew_spare(store, token, GOOD, at=at)
    halfway = sign_in(store, EMAIL, GOOD, source=HOME, at=at).halfway
    refused("account.step_code", finish, store, halfway, spare[0], at=at)
    assert finish(store, halfway, again[0].lower().replace("-", " "), at=at).token
    turn_off(store, token, GOOD, at=at)
    assert sign_in(store, EMAIL, GOOD, source=HOME, at=at).token and not rows(store, "SELECT * FROM spare_code")
    refused("account.step_off", turn_off, store, token, GOOD, at=at)
    refused("account.step_off", renew_spare, store, token, GOOD, at=at)


def test_begun_and_broken_off_asks_for_no_code(store: Store, kari: Actor) -> None:
    token = sign_in(store, EMAIL, GOOD, source=HOME).token
    first, second = begin(store, token, GOOD), begin(store, token, GOOD)
    assert sign_in(store, EMAIL, GOOD, source=HOME).token and first.key != second.key
    refused("account.step_code", confirm, store, token, pyotp.TOTP(first.key).now())
    assert second.address.startswith("otpauth://totp/Ringvirk:") and second.key in second.address


def test_an_administrator_takes_it_off_and_nobody_else(store: Store, kari: Actor) -> None:
    at = now()
    _, token, _ = turned_on(store, at)
    for role in ("officer", "auditor"):
        with pytest.raises(Refused):
            take_off(store, Actor("account:99", frozenset({role})), number(kari))
    with pytest.raises(Refused):
        standing(store, Actor("account:99", frozenset({"officer"})), number(kari))
    with pytest.raises(Refused):
        take_off(store, kari, number(kari))
    take_off(store, Actor("account:98", frozenset({"administrator"})), number(kari))
    assert whose(store, token, at=at) is None and sign_in(store, EMAIL, GOOD, source=HOME, at=at).token
    with pytest.raises(LookupError):
        take_off(store, OPERATOR, 4711)


def test_the_operators_command(store: Store, kari: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    turned_on(store, now())
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path)
    common.add_argument("--lang", default="nb")
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(), common)
    options = parser.parse_args(["account", "one-step", EMAIL, "--data", str(store.folder)])
    assert options.command(options) == 0 and "passordet alene" in capsys.readouterr().out
    assert sign_in(store, EMAIL, GOOD, source=HOME).token


def test_neither_keys_nor_codes_stand_in_the_trail_and_erasure_takes_them(store: Store, kari: Actor) -> None:
    at = now()
    app, _, spare = turned_on(store, at)
    halfway = sign_in(store, EMAIL, GOOD, source=HOME, at=at).halfway
    with store.read() as db:
        trail = str(list(db.query("SELECT * FROM audit")))
        kept = str([list(db[one].rows) for one in ("second_step", "spare_code", "halfway", "session")])
    assert not [one for one in (app.secret, halfway, *spare) if one in trail]
    assert not [one for one in (halfway, *spare) if one in kept] and '"second_step":"on"' in trail.replace(" ", "")
    ask_erasure(store, kari, number(kari))
    administrator, _ = person(store, "administrator")
    erase(store, administrator, open_erasures(store, administrator)[0].id, 1)
    for table in ("second_step", "spare_code", "halfway"):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)]
    assert not [one for one in check(store.folder) if one.level == "trouble"]


def test_roles_sleep_until_the_step_is_on(store: Store, kari: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGVIRK_TWO_STEPS", "treasurer, officer")
    set_roles(store, OPERATOR, number(kari), 1, ["officer", "auditor"])
    at = now()
    token = sign_in(store, EMAIL, GOOD, source=HOME, at=at).token
    session = whose(store, token, at=at)
    assert session is not None and (session.actor.roles, session.asleep) == (frozenset({"auditor"}), ("officer",))
    assert session.role_in_use == "auditor"
    confirm(store, token, pyotp.TOTP(begin(store, token, GOOD, at=at).key).at(at), at=at)
    session = whose(store, token, at=at)
    assert session is not None and session.actor.roles == {"officer", "auditor"} and not session.asleep
    turn_off(store, token, GOOD, at=at)
    set_roles(store, OPERATOR, number(kari), get_account(store, OPERATOR, number(kari)).version, ["officer"])
    with signed_in(store.folder, token):
        page = AppTest.from_file(str(ROOT / "app" / "main.py")).run()
    assert not page.exception and "saksbehandler" in seen(page) and "/konto" in seen(page)
    monkeypatch.setenv("RINGVIRK_TWO_STEPS", "treasurer kasserer")
    with pytest.raises(StoreFault, match="kasserer"):
        whose(store, token, at=at)


OWN = {"Sec-Fetch-Site": "same-origin"}


def test_the_page_asks_for_the_code_and_only_then_gives_a_cookie(
    store: Store, kari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(store.folder))
    _, _, spare = turned_on(store, now() - HALF_MINUTE)
    browser = TestClient(Starlette(routes=signing_in.ROUTES), follow_redirects=False)
    first = browser.post("/logg-inn?lang=en", data={"email": EMAIL, "password": GOOD, "next": "/saker"}, headers=OWN)
    assert first.status_code == 200 and "The code from your telephone" in first.text
    assert SESSION_COOKIE not in browser.cookies
    halfway = first.text.split('name="halfway" value="')[1].split('"')[0]
    given = {"halfway": halfway, "next": "/saker"}
    wrong = browser.post("/logg-inn/kode", data={**given, "code": "000000"}, headers=OWN)
    assert wrong.status_code == 400 and halfway in wrong.text and SESSION_COOKIE not in browser.cookies
    given |= {"code": spare[0], "next": "https://ond.eksempel"}
    elsewhere = browser.post("/logg-inn/kode", data=given, headers=OWN)
    assert elsewhere.headers["location"] == "/" and SESSION_COOKIE in browser.cookies
    assert browser.get("/logg-inn/kode").headers["location"].startswith("/logg-inn?")


def test_on_ones_own_account(store: Store) -> None:
    actor, token = person(store, "treasurer")
    with store.write("operator", "test.password", audited=False) as write:
        put_password(write, number(actor), hashed(GOOD), dt.datetime.now(dt.UTC))
    with signed_in(store.folder, token):
        page = page_of("account").run()
        page.text_input(key="second_step_password").set_value("feil").run()
        page.button(key="second_step_begin").click().run()
        assert not page.code and not standing(store, actor, number(actor)).on
        page.text_input(key="second_step_password").set_value(GOOD).run()
        page.button(key="second_step_begin").click().run()
        app = pyotp.TOTP(page.code[0].value.replace(" ", ""))
        page.text_input(key="second_step_code").set_value(app.now()).run()
        page.button(key="second_step_confirm").click().run()
        codes = page.code[0].value.splitlines()
        assert len(codes) == limit("spare_codes") and standing(store, actor, number(actor)).on
        page.run()
        assert not page.code, "shown once"
        page.text_input(key="second_step_password").set_value(GOOD).run()
        page.button(key="second_step_turn_off").click().run()
        assert not page.exception and not standing(store, actor, number(actor)).on
    change_password(store, token, GOOD, NEW)
    assert len(list_sessions(store, actor, token=token)) == 1
