"""The pages of accounts, one's own account, operations and the trail: what they do, and for whom."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pages import page_of, person, seen, signed_in

from app.pages import accounts as accounts_page
from data.accounts import list_accounts
from data.passwords import hashed, put_password
from data.permission import OPERATOR, ROLES
from data.store import Store
from impact.samples import has_samples, load_samples


def test_an_account_is_made_once_and_its_code_shown_once(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "administrator")
    with signed_in(tmp_path, token):
        page = page_of("accounts").run()
        page.text_input(key="accounts_new_name").set_value("Eksempel **saksbehandler**").run()
        page.text_input(key="accounts_new_email").set_value("ikke en adresse").run()
        page.button(key="accounts_create").click().run()
        assert len(list_accounts(store, OPERATOR)) == 1
        assert page.text_input(key="accounts_new_name").value == "Eksempel **saksbehandler**"
        page.text_input(key="accounts_new_email").set_value("sak@eksempel.no").run()
        page.button_group(key="accounts_new_roles").set_value(["officer"]).run()
        page.button(key="accounts_create").click().run()
        assert not page.exception and page.code and "Engangskode" in page.code[0].value
        page.button(key="accounts_create").click().run()
        assert not page.code
    made = {one.email: one for one in list_accounts(store, OPERATOR)}
    assert len(made) == 2 and made["sak@eksempel.no"].roles == ("officer",)


def test_two_administrators_at_one_account_and_the_last_one(store: Store, tmp_path: Path) -> None:
    actor, token = person(store, "administrator")
    number = actor.id.removeprefix("account:")
    with store.write("operator", "test.password", audited=False) as write:
        put_password(write, int(number), hashed("en lang setning om snø"), dt.datetime.now(dt.UTC))
    with signed_in(tmp_path, token):
        first, second = page_of("accounts", id=number).run(), page_of("accounts", id=number).run()
        first.text_input(key=f"accounts_{number}_name").set_value("Eksempel En").run()
        first.button(key=f"accounts_{number}_save").click().run()
        second.text_input(key=f"accounts_{number}_name").set_value("Eksempel To").run()
        (one,) = list_accounts(store, OPERATOR)
        assert one.name == "Eksempel En"
        second.button(key=f"accounts_{number}_save").click().run()
        assert list_accounts(store, OPERATOR)[0].name == "Eksempel En", "nothing is overwritten silently"
        assert second.text_input(key=f"accounts_{number}_name").value == "Eksempel To"
        second.button(key=f"accounts_{number}_save").click().run()
        assert list_accounts(store, OPERATOR)[0].name == "Eksempel To", "on purpose, having been told"
        first.button(key=f"accounts_{number}_toggle").click().run()
        assert list_accounts(store, OPERATOR)[0].active, "the last administrator can't be closed"


def test_many_accounts_are_searched_and_the_first_of_them_listed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = person(store, "administrator")
    for number in range(25):
        person(store, "officer", f"Eksempel Nummer{number:02}")
    monkeypatch.setattr(accounts_page, "LISTED", 10)
    with signed_in(tmp_path, token):
        page = page_of("accounts").run()
        assert "De 10 første av 26" in seen(page) and "Nummer08" in seen(page) and "Nummer24" not in seen(page)
        page.text_input(key="accounts_search").set_value("NUMMER24 eksempel.no").run()
        assert "Nummer24" in seen(page) and "Nummer08" not in seen(page)
        assert page.query_params["q"] == "NUMMER24 eksempel.no"
        assert "Nummer24" in seen(page_of("accounts", q="nummer24").run())


@pytest.mark.parametrize("page", ["accounts", "checks", "trail"])
@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_gets_in(store: Store, tmp_path: Path, page: str, role: str) -> None:
    token = person(store, role)[1] if role else ""
    welcome = {
        "accounts": {"administrator", "auditor"},
        "checks": {"administrator", "auditor"},
        "trail": {"auditor"},
    }[page]
    for lang in ("nb", "en"):
        with signed_in(tmp_path, token):
            shown = page_of(page, lang=lang).run()
        assert not shown.exception
        assert ("REFUSED" in seen(shown)) == (role not in welcome), (page, role)


@pytest.mark.parametrize("id", ["999", "abc", "-1", "99999999999999999999999"])
def test_an_account_that_is_not_there_is_told(store: Store, tmp_path: Path, id: str) -> None:
    _, token = person(store, "administrator")
    with signed_in(tmp_path, token):
        assert "GONE" in seen(page_of("accounts", id=id).run())


def test_samples_go_and_backups_come_from_the_page(store: Store, tmp_path: Path, reference: object) -> None:
    load_samples(store, reference)  # type: ignore[arg-type]
    _, token = person(store, "administrator")
    with signed_in(tmp_path, token):
        page = page_of("checks").run()
        page.button(key="checks_backup").click().run()
        assert len(list((tmp_path / "backups").iterdir())) == 1
        assert page.button(key="checks_remove").disabled
        page.checkbox(key="checks_sure").check().run()
        page.button(key="checks_remove").click().run()
        assert not page.exception
    assert not has_samples(store)


def test_one_changes_one_s_own_password_and_ends_sessions(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("account").run()
        page.text_input(key="account_old").set_value("feil").run()
        page.text_input(key="account_new").set_value("nye ord om havet i nord").run()
        page.button(key="account_change").click().run()
        assert not page.exception and page.text_input(key="account_new").value == ""
        assert "REFUSED" not in seen(page)
    with signed_in(tmp_path, ""):
        assert not page_of("account").run().text_input
