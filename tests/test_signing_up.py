"""An account of one's own: asked for on a plain page, the same answer for everyone, and never too many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import page_of, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import signing_in, signing_up
from data import mail
from data.accounts import account_at, add_account, list_accounts
from data.faults import Faults
from data.permission import OPERATOR
from data.phrases import LANGUAGES
from data.recovery import make_code, set_password
from data.sessions import open_session
from data.store import Store, open_store
from data.unsent import read_unsent
from fund.applicant import own_account
from fund.applicant.own_account import ask_account

HERE = "http://ringvirk.example"
OWN = {"origin": HERE, "sec-fetch-site": "same-origin"}
GIVEN = {"email": "kari@eksempel.no", "name": "Kari Eksempel", "number": "999 900 038"}
PASSWORD = "fire ord etter hverandre"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    with open_store(tmp_path) as opened:
        with opened.write("operator", "test.account") as write:
            at = dt.datetime.now(dt.UTC)
            add_account(write, "sjef@eksempel.no", "Eksempel Person", ("administrator",), "nb", at)
        yield opened


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A mail server that takes everything: the letters that it was given."""
    letters: list[Any] = []
    for name in ("SMTP_HOST", "SMTP_FROM", "URL"):
        monkeypatch.setenv(f"RINGVIRK_{name}", HERE)
    monkeypatch.setattr(own_account, "send_later", letters.append)
    assert mail.mail_is_set_up()
    return letters


@pytest.fixture
def client(store: Store) -> Callable[..., TestClient]:
    app = Starlette(routes=[*signing_in.ROUTES, *signing_up.ROUTES])
    return lambda host="203.0.113.7": TestClient(app, base_url=HERE, client=(host, 5000), follow_redirects=False)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_says_how_the_code_comes(client: Any, lang: str) -> None:
    text = client().get(f"/ny-konto?lang={lang}").text
    assert ("administrator" in text) and f'lang="{lang}"' in text
    assert f"/ny-konto?lang={lang}" in client().get(f"/logg-inn?lang={lang}").text


def test_an_account_waits_for_its_code(client: Any, store: Store, post: list[Any]) -> None:
    answer = client().post("/ny-konto", data=GIVEN, headers=OWN)
    assert answer.status_code == 200 and "kari@eksempel.no" in answer.text
    (letter,) = post
    assert letter.to == "kari@eksempel.no"
    account = account_at(store.db, GIVEN["email"])
    assert account is not None and account.roles == ("applicant",) and not account.can_sign_in
    code = letter.text.split("kode=")[1].split()[0]
    set_password(store, code, PASSWORD)
    token = _cookie(store, account.id)
    with signed_in(store.folder, token):
        page = page_of("mandates").run()
    assert not page.exception
    again = account_at(store.db, GIVEN["email"])
    assert again is not None and again.can_sign_in


def _cookie(store: Store, account: int) -> str:
    with store.write("operator", "test.session") as write:
        return open_session(write, account, "", dt.datetime.now(dt.UTC))


def test_the_number_waits_in_the_first_form(store: Store) -> None:
    ask_account(store, **GIVEN, language="nb", source="")
    account = account_at(store.db, GIVEN["email"])
    assert account is not None
    assert read_unsent(store, account.actor, own_account.REGISTER) == {"number": "999 900 038"}


def test_a_known_address_gets_the_same_answer_and_nothing_changes(client: Any, store: Store, post: list[Any]) -> None:
    new = client().post("/ny-konto", data=GIVEN, headers=OWN)
    known = client().post("/ny-konto", data={**GIVEN, "email": "sjef@eksempel.no", "name": "En Annen"}, headers=OWN)
    assert new.text.replace("kari@", "sjef@") == known.text and new.status_code == known.status_code
    account = account_at(store.db, "sjef@eksempel.no")
    assert account is not None and account.name == "Eksempel Person" and account.roles == ("administrator",)
    assert [letter.to for letter in post] == ["kari@eksempel.no", "sjef@eksempel.no"]


def test_without_mail_the_administrator_sees_it_and_hands_the_code_over(client: Any, store: Store) -> None:
    answer = client().post("/ny-konto", data=GIVEN, headers=OWN)
    assert "administrator" in answer.text and "engangskode" in answer.text
    (waiting,) = [one for one in list_accounts(store, OPERATOR) if not one.can_sign_in and one.roles == ("applicant",)]
    code = make_code(store, OPERATOR, waiting.id)
    assert set_password(store, code.code, PASSWORD).token


def test_everything_wrong_is_told_at_once_and_stays_typed(client: Any, store: Store) -> None:
    wrong = {"email": "ikke en adresse", "name": " ", "number": "999900037"}
    answer = client().post("/ny-konto", data=wrong, headers=OWN)
    assert answer.status_code == 400 and answer.text.count("<p><strong>") == 3
    assert "ikke en adresse" in answer.text and "999900037" in answer.text
    assert len(list_accounts(store, OPERATOR)) == 1
    assert client().post("/ny-konto", data=GIVEN, headers={"origin": "https://evil.example"}).status_code == 403


def test_a_flood_is_held_back(client: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        client().post("/ny-konto", data={**GIVEN, "email": f"nr{number}@eksempel.no"}, headers=OWN).status_code
        for number in range(7)
    ]
    assert answers[0] == 200 and answers[-1] == 400
    held_back = client().post("/ny-konto", data={**GIVEN, "email": "nr0@eksempel.no"}, headers=OWN)
    assert "Vent" in held_back.text and "feil" not in held_back.text.split("role=")[1].split("</div>")[0]
    assert client("203.0.113.8").post("/ny-konto", data=GIVEN, headers=OWN).status_code == 200, "others aren't"
    few = {"own_account_all": 3}
    monkeypatch.setattr(own_account, "limit", lambda name: few.get(name, 50))
    with pytest.raises(Faults) as refused:
        for number in range(5):
            ask_account(store, f"ny{number}@eksempel.no", "Eksempel Person", "999900038", "nb", f"203.0.113.{number}")
    assert refused.value.faults[0].code == "signing_up.wait"


def test_names_and_addresses_stay_out_of_the_trail(store: Store) -> None:
    ask_account(store, **GIVEN, language="nb", source="")
    trail = "\n".join(str(row) for row in store.db.execute("SELECT * FROM audit").fetchall())
    assert "kari@" not in trail and "Kari" not in trail
