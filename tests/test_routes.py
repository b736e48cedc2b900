"""The routes beside the pages, through real requests: sign-in and out, health, public data, downloads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app import downloads, headers, public_data, server, signing_in
from app.visit import SESSION_COOKIE
from data import accounts, sessions
from data.connection import sqlite3
from data.demo import ADDRESSES, invent_accounts
from data.permission import OPERATOR, ROLES
from data.store import Store, open_store
from impact.estimates import get_estimate, lock_estimate, publish_estimate
from impact.reference import Reference
from impact.register import create_event

HERE = "http://ringvirk.example"
OWN = {"origin": HERE, "sec-fetch-site": "same-origin"}
ELSEWHERE = [
    {"origin": "https://evil.example"},
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": HERE, "sec-fetch-site": "same-site"},
    {"origin": "null"},
]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with an account for each role, made once, and the passwords: hashing them is slow on purpose."""
    folder = tmp_path_factory.mktemp("invented")
    with open_store(folder) as opened:
        return folder / "ringvirk.sqlite", {one.role: one.password for one in invent_accounts(opened, OPERATOR)}


@pytest.fixture
def passwords(store: Store, invented: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """The accounts of :func:`invented` in this test's database."""
    with closing(sqlite3.connect(invented[0])) as source:
        source.backup(store.db.conn)
    return invented[1]


@pytest.fixture
def client(store: Store) -> Callable[[], TestClient]:
    """Makes a browser without cookies; redirects are looked at, not followed."""
    routes = [*server.ROUTES, *signing_in.ROUTES, *public_data.ROUTES, *downloads.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(headers.Headers)])
    return lambda: TestClient(app, base_url=HERE, follow_redirects=False)


def signed_in(browser: TestClient, passwords: dict[str, str], role: str, **more: str) -> Any:
    given = {"email": ADDRESSES[role], "password": passwords[role], **more}  # type: ignore[index]
    return browser.post("/logg-inn", data=given, headers=OWN)


def token(browser: TestClient) -> str:
    return browser.cookies.get(SESSION_COOKIE, "")


def test_the_first_administrator_needs_the_code_from_the_terminal(
    client: Callable[[], TestClient], store: Store
) -> None:
    browser, code = client(), accounts.first_code(store)
    assert browser.get("/logg-inn").headers["location"].startswith("/forste-administrator")
    given = {"code": "AAAA", "name": "Eksempel", "email": "leder@eksempel.no", "password": "en lang setning om snø"}
    refused = browser.post("/forste-administrator", data=given, headers=OWN)
    assert refused.status_code == 400 and 'role="alert"' in refused.text and "leder@eksempel.no" in refused.text
    assert "en lang setning" not in refused.text
    made = browser.post("/forste-administrator", data={**given, "code": str(code)}, headers=OWN)
    assert made.status_code == 303 and sessions.whose(store, token(browser)) is not None
    assert browser.get("/forste-administrator").headers["location"].startswith("/logg-inn")


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_do_not_get(
    client: Callable[[], TestClient], passwords: dict[str, str], store: Store
) -> None:
    browser = client()
    answer = signed_in(browser, passwords, "officer", next="/arrangementer?side=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/arrangementer?side=2")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    found = sessions.whose(store, token(browser))
    assert found is not None and found.roles == ("officer",)
    assert token(browser) not in (store.folder / "ringvirk.sqlite").read_bytes().decode("latin-1")
    behind_tls = client().post(
        "/logg-inn",
        data={"email": ADDRESSES["board"], "password": passwords["board"]},
        headers={**OWN, "x-forwarded-proto": "https"},
    )
    assert "secure" in behind_tls.headers["set-cookie"].lower()


def test_a_token_brought_along_is_never_taken_over(
    client: Callable[[], TestClient], passwords: dict[str, str], store: Store
) -> None:
    browser = client()
    browser.cookies.set(SESSION_COOKIE, "a-token-that-someone-planted", domain="ringvirk.example")
    signed_in(browser, passwords, "officer")
    first = token(browser)
    assert first != "a-token-that-someone-planted"
    assert sessions.whose(store, "a-token-that-someone-planted") is None
    signed_in(browser, passwords, "officer")
    assert token(browser) != first
    assert sessions.whose(store, first) is None, "the session before is ended"


def test_wrong_address_and_wrong_password_are_told_alike(
    client: Callable[[], TestClient], passwords: dict[str, str]
) -> None:
    answers = [
        client().post("/logg-inn?lang=en", data={"email": email, "password": "ikke det rette her"}, headers=OWN)
        for email in (ADDRESSES["officer"], "ingen@eksempel.no")
    ]
    alerts = [answer.text.partition('role="alert">')[2].partition("</div>")[0] for answer in answers]
    assert alerts[0] == alerts[1] != "" and {answer.status_code for answer in answers} == {400}
    assert all(
        "set-cookie" not in answer.headers or SESSION_COOKIE not in answer.headers["set-cookie"] for answer in answers
    )


@pytest.mark.parametrize(
    "path", ["/logg-inn", "/logg-inn/kode", "/logg-ut", "/kode", "/glemt-passord", "/forste-administrator"]
)
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_forms_from_other_sites_are_refused(
    client: Callable[[], TestClient], passwords: dict[str, str], path: str, headers: dict[str, str]
) -> None:
    browser = client()
    signed_in(browser, passwords, "officer")
    before = token(browser)
    given = {"email": ADDRESSES["officer"], "password": passwords["officer"], "code": "A", "name": "B"}
    assert browser.post(path, data=given, headers=headers).status_code == 403
    assert token(browser) == before


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nx: y",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "/logg-ut",
        "/" + "a" * 600,
        "",
    ],
)
def test_nobody_is_sent_to_another_site(
    client: Callable[[], TestClient], passwords: dict[str, str], wanted: str
) -> None:
    answer = signed_in(client(), passwords, "officer", next=wanted)
    assert answer.headers["location"] in ("/", "/%250d%250aSet-Cookie:x=1") and "x" not in answer.headers


def test_signing_out_ends_the_session_and_clears_the_cookie(
    client: Callable[[], TestClient], passwords: dict[str, str], store: Store
) -> None:
    browser = client()
    signed_in(browser, passwords, "officer")
    held = token(browser)
    assert browser.get("/logg-ut").status_code == 200 and sessions.whose(store, held) is not None
    answer = browser.post("/logg-ut", headers=OWN)
    assert answer.status_code == 303 and token(browser) == ""
    assert sessions.whose(store, held) is None
    assert "logget ut" in browser.get("/logg-ut?ferdig=1").text


def test_a_code_sets_a_password_and_signs_in(
    client: Callable[[], TestClient], passwords: dict[str, str], store: Store
) -> None:
    from data.recovery import make_code

    code = make_code(store, OPERATOR, 1).code
    browser = client()
    assert code in browser.get(f"/kode?kode={code}").text
    short = browser.post("/kode", data={"code": code, "password": "kort"}, headers=OWN)
    assert short.status_code == 400 and SESSION_COOKIE not in short.headers.get("set-cookie", "")
    answer = browser.post("/kode", data={"code": code, "password": "helt nye ord om havet"}, headers=OWN)
    assert answer.status_code == 303 and sessions.whose(store, token(browser)) is not None
    again = client().post("/kode", data={"code": code, "password": "andre ord om fjellet"}, headers=OWN)
    assert again.status_code == 400


def test_who_signs_in_with_a_code_ends_the_session_that_the_browser_had(
    client: Callable[[], TestClient], passwords: dict[str, str], store: Store
) -> None:
    from data.recovery import make_code

    browser = client()
    signed_in(browser, passwords, "officer")
    held = token(browser)
    officer = sessions.whose(store, held)
    assert officer is not None
    other = next(one.id for one in accounts.list_accounts(store, OPERATOR) if one.id != officer.account)
    code = make_code(store, OPERATOR, other).code
    browser.post("/kode", data={"code": code, "password": "helt nye ord om havet"}, headers=OWN)
    assert token(browser) != held and sessions.whose(store, held) is None


def test_who_has_forgotten_learns_nothing_about_accounts(
    client: Callable[[], TestClient], passwords: dict[str, str]
) -> None:
    answers = [
        client().post("/glemt-passord", data={"email": email}, headers=OWN)
        for email in (ADDRESSES["officer"], "ingen@eksempel.no", "<script>alert(1)</script>")
    ]
    assert len({answer.text for answer in answers}) == 1 and {answer.status_code for answer in answers} == {200}


def test_what_people_type_is_shown_as_text(client: Callable[[], TestClient], passwords: dict[str, str]) -> None:
    evil = '"><script>alert(1)</script>'
    page = client().post("/logg-inn", data={"email": evil, "password": "x", "next": evil}, headers=OWN).text
    page += (
        client().get("/kode", params={"kode": evil}).text + client().get("/logg-inn", params={"next": f"/{evil}"}).text
    )
    assert "<script>" not in page and "&lt;script&gt;" in page
    huge = client().post("/logg-inn", data={"email": "a" * 30_000, "password": "x"}, headers=OWN)
    assert huge.status_code == 403


def test_every_answer_has_its_headers(client: Callable[[], TestClient], passwords: dict[str, str]) -> None:
    for path in ("/healthz", "/logg-inn", "/api/publiserte-anslag.json", "/last-ned/anslag/9.xlsx"):
        headers = client().get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
    assert "default-src 'none'" in client().get("/logg-inn").headers["content-security-policy"]
    assert client().get("/logg-inn").headers["cache-control"] == "no-store"


def test_health_says_when_the_database_is_ill(client: Callable[[], TestClient], store: Store) -> None:
    assert client().get("/healthz").json()["status"] == "ok"
    store.close()
    (store.folder / "ringvirk.sqlite").write_bytes(b"not a database" * 1000)
    for name in ("ringvirk.sqlite-wal", "ringvirk.sqlite-shm"):
        (store.folder / name).unlink(missing_ok=True)
    answer = client().get("/healthz")
    assert answer.status_code == 503 and str(store.folder) not in answer.text


@pytest.fixture
def locked(
    store: Store, passwords: dict[str, str], reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> dict[str, int]:
    """Two locked estimates of the officer's, one of them published, and one of the applicant's own."""
    people = {one.email: one.actor for one in accounts.list_accounts(store, OPERATOR)}
    made = {}
    for name, role in (("hidden", "officer"), ("shown", "officer"), ("own", "applicant")):
        actor = people[ADDRESSES[role]]  # type: ignore[index]
        event = create_event(store, actor, event_dict(), state="confirmed")
        made[name] = lock_estimate(store, actor, event, reference, draws=20)
    row, _ = get_estimate(store, people[ADDRESSES["officer"]], made["shown"])
    publish_estimate(store, people[ADDRESSES["officer"]], row.id, row.version, reference)
    return made


@pytest.mark.parametrize("role", ["", *ROLES])
def test_downloads_ask_for_rights(
    client: Callable[[], TestClient], passwords: dict[str, str], locked: dict[str, int], role: str
) -> None:
    browser = client()
    if role:
        signed_in(browser, passwords, role)
    allowed = {"shown"} | ({"own"} if role == "applicant" else {"hidden", "own"} if role else set())
    kinds = ("json", "xlsx", "docx") if role in ("", "applicant") else ("json",)  # the two documents take seconds
    for name, number in locked.items():
        for kind in kinds:
            answer = browser.get(f"/last-ned/anslag/{number}.{kind}")
            assert answer.status_code == (200 if name in allowed else 403), (name, kind)
            if name in allowed:
                assert answer.headers["content-disposition"].startswith("attachment; filename=")
                assert answer.content[:2] == (b'{"' if kind == "json" else b"PK")


@pytest.mark.parametrize(
    "path",
    ["999.xlsx", "1.exe", "1.xlsx/..", "..%2f..%2fetc%2fpasswd", "-1.json", "1e9.json", "99999999999999999999.json"],
)
def test_other_downloads_are_not_found(client: Callable[[], TestClient], locked: dict[str, int], path: str) -> None:
    assert client().get(f"/last-ned/anslag/{path}").status_code in (404, 405)


def test_public_data_holds_what_is_published_and_nobody(
    client: Callable[[], TestClient], locked: dict[str, int], store: Store
) -> None:
    answer = client().get("/api/publiserte-anslag.json")
    (one,) = answer.json()["estimates"]
    assert one["id"] == locked["shown"] and len(one["value_added"]) == 3
    assert "account" not in answer.text and "@" not in answer.text and "owner" not in answer.text
    calendar = client().get("/kalender.ics", params={"kommune": "5001", "lang": "en"})
    assert calendar.headers["content-type"].startswith("text/calendar") and b"BEGIN:VCALENDAR" in calendar.content
    assert client().get("/kalender.ics", params={"kommune": "../../etc"}).status_code == 200
    assert json.loads(answer.text)["modelled"] is True and dt.date.fromisoformat(one["first_day"])
