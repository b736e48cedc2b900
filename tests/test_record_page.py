"""The forecast record on the screen: empty, filled, in both languages, and for no one whose it isn't."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from casework import Played, played
from pages import page_of, person, seen, signed_in
from recorded import Recorder

from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.review.organisers import organisers
from impact.reference import Reference

BAND = (6e6, 10e6, 13e6)
OFFICER = Actor("account:1", frozenset({"officer"}))


def read(name: str, lang: str = "nb", **query: str) -> str:
    page = page_of(name, lang=lang, **query).run()
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


@pytest.fixture
def recorder(store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]]) -> Recorder:
    return Recorder(store, reference, event_dict())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_outcomes_it_says_how_to_begin_and_what_is_assumed(store: Store, lang: str) -> None:
    with signed_in(store.folder, person(store, "officer")[1]):
        text = read("record", lang)
    wanted = {
        "nb": ("Ingen prognoser er målt", "Evaluering", "antatt"),
        "en": ("No forecast has been held", "Evaluation", "assumed"),
    }
    assert [word for word in (*wanted[lang], "/arrangementer") if word not in text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_record_stands_there(recorder: Recorder, lang: str) -> None:
    for number in range(4):
        recorder.evaluated(f"Uværsfestivalen {number}", BAND, 5e6)
    recorder.evaluated("Tapte", BAND, -1e6)
    recorder.estimate(recorder.event("Glemt <b>cup</b>"), BAND, "forecast")
    with signed_in(recorder.store.folder, person(recorder.store, "board")[1]):
        text = read("record", lang)
    wanted = {
        "nb": (
            "0 av 5 utfall lå innenfor", "trekk fra", "for smale", "Så langt evaluert: 5", "1 under null", "50 %",
            "Mangler utfall (1)", "Festival",
        ),
        "en": (
            "0 of 5 outcomes lay within", "take off", "too narrow", "Evaluated so far: 5", "1 below zero", "50%",
            "Outcome missing (1)", "Festival",
        ),
    }  # fmt: skip
    assert [word for word in wanted[lang] if word not in text] == []
    assert "<b>cup</b>" not in text and "/evaluering?id=" in text


@pytest.mark.parametrize("role", ["", "applicant"])
def test_the_wrong_role_is_refused(store: Store, role: str) -> None:
    with signed_in(store.folder, person(store, role)[1] if role else ""):
        text = seen(page_of("record").run())
    assert "REFUSED" in text and "Evaluering" not in text


# -- in a case


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield played(tmp_path_factory.mktemp("record-case"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_shows_it_behind_the_gate_only(fund: Played, lang: str) -> None:
    title = {"nb": "Prognosen i lys av tidligere", "en": "The forecast in the light of earlier ones"}[lang]
    none = {"nb": "Ingen prognoser er målt mot utfallet ennå", "en": "No forecast has been held against"}[lang]
    with signed_in(fund.folder, fund.token("chair")):
        text = read("case", lang, id=str(fund.case("festival")))
        assert title in text and none in text and "/treffsikkerhet" in text
    with signed_in(fund.folder, fund.token("board", 1)):
        assert title not in read("case", lang, id=str(fund.case("festival"))), "in doubt: closed"


def test_a_case_knows_the_organisers_own_outcomes(
    fund: Played, tmp_path: Path, reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    own = fund.copied(tmp_path / "own")
    with open_store(own.folder) as store:
        recorder = Recorder(store, reference, event_dict())
        found = organisers(store, OFFICER)
        forecast = int(own.one("SELECT estimate FROM application WHERE id = ?", own.case("festival")))
        event = int(own.one("SELECT event FROM estimate WHERE id = ?", forecast))
        assert found[event].startswith("organisation:")
        recorder.outcome(event, forecast, 1.0)  # what became of it must not tell of its own forecast
        for number in range(3):
            recorder.evaluated(f"Uværsfestivalen {number}", BAND, 5e6)
    with signed_in(own.folder, own.token("chair")):
        text = read("case", id=str(own.case("festival")))
    assert "Forslaget bygger på 3 andre" in text and "Trekk fra" in text and "Prognosen etter fradraget" in text
