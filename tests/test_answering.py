"""The public pages of a survey, as anyone's phone gets them: small, whole without scripts, and hard to spoil."""

from __future__ import annotations

import datetime as dt
import html.parser
import re
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from survey_store import DAY, OFFICER, VISITOR, event_of, survey_of

from app import answering, server
from data.phrases import LANGUAGES
from impact.survey.answers import answers_of
from impact.survey.questions import KINDS
from impact.survey.surveys import Survey, get_survey

HERE = "http://ringvirk.example"
LARGEST = 20_000
"""Bytes of a page that a weak network carries."""
_VOID = {"meta", "input", "br", "path"}


class Page(html.parser.HTMLParser):
    """A page's elements: what it refers to, what its fields are called, and whether every element is ended."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def token(self) -> str:
        return next(one["value"] for one in self.all("input") if one.get("name") == "token")


@pytest.fixture
def event(store, event_dict, monkeypatch) -> int:
    monkeypatch.setenv("RINGVIRK_DATA", str(store.folder))
    monkeypatch.delenv("RINGVIRK_URL", raising=False)
    monkeypatch.setattr(answering, "today", lambda: DAY)
    return event_of(store, event_dict())


@pytest.fixture
def survey(store, event) -> Survey:
    return survey_of(store, event)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=answering.ROUTES), base_url=HERE, follow_redirects=False)


@pytest.fixture
def send(client, survey) -> Callable[..., object]:
    """Post an answer in a form of its own."""

    def post(lang: str = "nb", code: str = survey.code, token: str = "", **given: str):
        token = token or Page(client.get(f"/svar/{survey.code}").text).token
        return client.post(f"/svar/{code}?lang={lang}", data={"token": token, **VISITOR, **given})

    return post


def stored(store, survey) -> int:
    return get_survey(store, OFFICER, survey.id).answers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_is_small_whole_and_labelled(store, event, client, kind, lang) -> None:
    survey = survey_of(store, event, kind)
    found = client.get(f"/svar/{survey.code}?lang={lang}")
    assert found.status_code == 200 and len(found.content) < LARGEST
    page = Page(found.text)
    assert (
        not page.all("script", "img", "link", "iframe")
        and "default-src 'none'" in found.headers["content-security-policy"]
    )
    assert page.elements[0][1]["lang"] == lang and survey.name(lang) in found.text
    fields = [one for one in page.all("input", "select", "textarea") if one.get("type") != "hidden"]
    assert {one["name"] for one in fields} == set(survey.questionnaire.names)
    labelled = {one.get("for") for one in page.all("label")}
    assert all(one.get("type") == "radio" or one["id"] in labelled for one in fields)
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(set(ids)) == len(ids)
    described = " ".join(one["aria-describedby"] for _, one in page.elements if "aria-describedby" in one).split()
    assert set(described) <= set(ids)
    assert len(page.all("fieldset")) == len(page.all("legend")) >= 2


def test_an_answer_is_stored_once_and_led_on(store, survey, client, send) -> None:
    token = Page(client.get(f"/svar/{survey.code}").text).token
    for _ in range(3):  # a double click, and F5
        answer = send("en", token=token, comment="Fint <script>alert(1)</script>")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/svar/{survey.code}?lang=en&takk=1")
        assert "set-cookie" not in answer.headers
    assert stored(store, survey) == 1
    thanks = client.get(answer.headers["location"])
    assert thanks.status_code == 200 and "Thank you" in thanks.text
    assert answers_of(store, OFFICER, survey.id)["comment"].iloc[0] == "Fint <script>alert(1)</script>"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_faults_stand_on_top_and_at_the_field_and_what_was_typed_stays(store, survey, send, lang) -> None:
    typed = {"days": "2–4", "home": "", "spend_fuel": "mye", "lodging": "other", "travel_mode": "rail"}
    typed["spend_other"] = '"><b onclick=x>'
    comment = '"> <b>Fint</b>\nher'
    answer = send(lang, **typed, comment=comment)
    page = Page(answer.text)
    assert answer.status_code == 400 and stored(store, survey) == 0
    targets = [one["href"][1:] for one in page.all("a") if one["href"].startswith("#")]
    assert targets == ["q-home", "q-days", "q-spend_fuel", "q-spend_other"]
    assert set(targets) <= {one.get("id") for _, one in page.elements}
    by_id = {one["id"]: one for _, one in page.elements if "id" in one}
    assert by_id["q-days"]["value"] == "2–4" and by_id["q-days"]["aria-invalid"] == "true"
    assert "q-days-bad" in by_id["q-days"]["aria-describedby"] and "q-days-bad" in by_id
    chosen = {one["value"] for one in page.all("input", "option") if "checked" in one or "selected" in one}
    assert chosen == {"spectator", "other", "rail"}
    assert by_id["q-spend_other"]["value"] == '"><b onclick=x>' and not page.all("b")
    assert "<b>Fint" not in answer.text and "&quot;&gt; &lt;b&gt;Fint&lt;/b&gt;\nher" in answer.text
    assert send(lang, token=page.token).status_code == 303 and stored(store, survey) == 1


def test_hostile_posts_store_nothing_and_break_nothing(store, survey, client, send) -> None:
    post = f"/svar/{survey.code}"
    token = Page(client.get(post).text).token
    assert send(comment="x" * 10_000).status_code == 400
    assert send(comment="x" * 70_000).status_code == 413
    assert client.post(post).status_code == 400  # nothing at all
    assert client.post(post, data={"token": token}).status_code == 400
    assert client.post(post, data=VISITOR).status_code == 400  # no token
    assert client.post(post, data={"token": token, **VISITOR, "role": ["a", "b"]}).status_code == 400
    assert client.post(post, files={"role": ("a.txt", b"x")}, data={"token": token}).status_code == 400
    assert client.post(post, data={"token": token, **{f"f{n}": "1" for n in range(200)}}).status_code == 400
    assert client.post(post, content=b"\xff\xfe&%00=%ff", headers={"content-type": "text/plain"}).status_code == 400
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(post, content=b"%ff=%fe&role=%00&days=\xff", headers=urlencoded).status_code == 400
    assert client.post(post, content=iter([b"role=spectator"])).status_code == 413  # of unknown length
    assert client.put(post).status_code == 405
    assert stored(store, survey) == 0
    assert send(own="1", comment="x" * 500).status_code == 303  # a field that isn't asked for is left where it is
    assert stored(store, survey) == 1


@pytest.mark.parametrize("code", ("finnesikke", "%27%20OR%201", "a" * 3_000, "%00", "æøå", "🙂"))
def test_a_code_that_is_not_there_is_told_kindly(client, survey, code) -> None:
    for answer in (client.get(f"/svar/{code}"), client.post(f"/svar/{code}", data=VISITOR)):
        assert answer.status_code == 404 and "finner ikke" in answer.text
    assert client.get(f"/svar/{code}/qr.svg").status_code == 404


def test_before_and_after_its_days_there_is_no_form(store, survey, client, send, monkeypatch) -> None:
    token = Page(client.get(f"/svar/{survey.code}").text).token
    day = dt.timedelta(days=1)
    for outside, status, word in ((survey.opens - day, 200, "14. juni 2024"), (survey.closes + day, 410, "lukket")):
        monkeypatch.setattr(answering, "today", lambda outside=outside: outside)
        for answer in (client.get(f"/svar/{survey.code}"), send(token=token)):
            assert answer.status_code == status and word in answer.text and "<form" not in answer.text
    assert stored(store, survey) == 0


def test_too_many_from_one_sender_are_told_to_wait(store, survey, send, monkeypatch) -> None:
    monkeypatch.setattr("impact.survey.answers.limit", {"survey_sender": 3, "survey_all": 9}.__getitem__)
    statuses = [send(comment="Fint").status_code for _ in range(5)]
    assert statuses == [303, 303, 303, 429, 429] and stored(store, survey) == 3
    assert "Fint" in send(comment="Fint").text  # nothing typed is lost


def test_what_tells_who_somebody_is_is_refused_with_a_word(store, survey, send) -> None:
    answer = send(comment="Ring Kari Eksempel på 922 33 444")
    assert answer.status_code == 400 and 'href="#q-comment"' in answer.text and "Ingenting er lagret" in answer.text
    assert stored(store, survey) == 0


def test_the_qr_code_leads_to_the_form(survey, client, monkeypatch) -> None:
    def read() -> str:
        found = client.get(f"/svar/{survey.code}/qr.svg")
        assert found.status_code == 200 and found.headers["content-type"] == "image/svg+xml"
        assert found.text.startswith("<svg") and "script" not in found.text
        return found.text

    here = read()
    monkeypatch.setenv("RINGVIRK_URL", "https://et.annet.sted.example/")
    assert read() != here
    assert f"https://et.annet.sted.example/svar/{survey.code}" in client.get(f"/svar/{survey.code}?utskrift=1").text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_questionnaire_prints(store, event, client, kind, lang) -> None:
    survey = survey_of(store, event, kind)
    found = client.get(f"/svar/{survey.code}?utskrift=1&lang={lang}")
    text, asked = found.text, survey.questionnaire
    assert found.status_code == 200 and "@page" in text and "<svg" in text and f"{HERE}/svar/{survey.code}" in text
    assert text.count('class="box"') == sum(len(one.codes) for one in asked.questions)
    assert len(re.findall(r'class="q( beside)?"', text)) == len(asked.questions) and "<form" not in text
    assert not re.search(r"<(input|textarea|select)", text)


def test_the_program_serves_it() -> None:
    import streamlit_app

    assert streamlit_app.app is not None and server.ROUTES
    assert {route.path for route in answering.ROUTES} <= {
        getattr(route, "path", "") for route in streamlit_app.app._user_routes
    }
