"""The review's page, and where lessons meet an application: what is typed is kept, handed in once, and read by all."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from applied import APPLICANT, OFFICER, version
from own_call import drafted, opened
from pages import page_of, person, seen, signed_in
from reviewed import board, set_state
from ski_plan import SKI
from streamlit.testing.v1 import AppTest

from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store
from fund.intake.revisions import submit
from fund.review.conflicts import declare
from fund.rulebook.scheme_reading import presets
from impact.estimates import lock_estimate
from impact.lessons import add_lesson, list_lessons
from impact.reference import Reference
from impact.register import create_event
from impact.review.reviews import hand_in, list_reviews, save_answer

SAMPLE = Path(__file__).parent.parent / "data" / "samples" / "ski-vm-2025.toml"


def event(store: Store, owner: Actor, day: str = "2026-03-01") -> int:
    about = {"name_nb": "Eksempelcupen", "name_en": "The example cup", "kind": "festival"}
    days = {"first_day": dt.date.fromisoformat(day), "last_day": dt.date.fromisoformat(day)}
    return create_event(store, owner, {"event": {**about, **days}})


def run(id: int, lang: str = "nb") -> AppTest:
    page = page_of("review", lang=lang, id=str(id)).run()
    assert not page.exception, page.exception
    return page


def key(event: int, field: str, party: str = "fund", theme: str = "liquidity", turn: int = 0) -> str:
    return f"review_{event}_{party}_{theme}_{field}_{turn}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_officer_writes_hands_in_once_and_everyone_reads(store: Store, tmp_path: Path, lang: str) -> None:
    officer, token = person(store, "officer")
    applicant, theirs = person(store, "applicant")
    id = event(store, applicant)
    with signed_in(tmp_path, token):
        page = run(id, lang)
        page.text_area(key=key(id, "next")).set_value("Rapport hver måned").run()
        page.radio(key=key(id, "grade")).set_value("not").run()
        again = run(id, lang)  # F5
        assert again.text_area(key=key(id, "next")).value == "Rapport hver måned"
        assert again.multiselect(key=key(id, "tags")).value == ["budget"]
        hand = f"review_{id}_fund_hand_in_do"
        page.button(key=hand).click().run()
        assert (not page.exception and "handed in" in str(page.session_state["outcome"])) or lang == "nb"
        assert "fund" in list_reviews(store, officer, id)
        again.button(key=hand).click().run()  # the other tab
        assert not again.exception and len(list_lessons(store, officer)) == 1
    with signed_in(tmp_path, theirs):
        text = seen(run(id, lang))
        assert "Rapport hver måned" in text and ("<td>Nei</td>" if lang == "nb" else "<td>No</td>") in text
        assert "review_page" not in text and "account:" not in text


def test_a_tab_that_is_behind_is_told_before_it_hands_in(store: Store, tmp_path: Path) -> None:
    officer, token = person(store, "officer")
    id = event(store, officer)
    save_answer(store, officer, id, "fund", "liquidity", "grade", "held")
    with signed_in(tmp_path, token):
        page = run(id)
        save_answer(store, officer, id, "fund", "liquidity", "next", "Fra en annen fane", "")
        page.button(key=f"review_{id}_fund_hand_in_do").click().run()
        assert list_reviews(store, officer, id) == {} and "changed" in str(page.session_state["outcome"].faults[0].code)
        assert page.text_area(key=key(id, "next", turn=1)).value == "Fra en annen fane"
        page.button(key=f"review_{id}_fund_hand_in_do").click().run()
        assert "fund" in list_reviews(store, officer, id)


def test_the_same_field_in_two_tabs_keeps_both_texts(store: Store, tmp_path: Path) -> None:
    officer, token = person(store, "officer")
    id = event(store, officer)
    with signed_in(tmp_path, token):
        one, other = run(id), run(id)
        one.text_area(key=key(id, "next")).set_value("Den ene").run()
        other.text_area(key=key(id, "next")).set_value("Den andre").run()
        assert other.text_area(key=key(id, "next", turn=1)).value == "Den ene\nDen andre"


def test_who_may_not_write_is_shown_no_field(store: Store, tmp_path: Path) -> None:
    owner, _ = person(store, "applicant")
    id = event(store, owner)
    hand_in(
        store, owner, id, "organiser", save_answer(store, owner, id, "organiser", "safety", "grade", "held").version
    )
    for role in ("board", "auditor", "treasurer"):
        with signed_in(tmp_path, person(store, role)[1]):
            page = run(id)
            assert not page.text_area and "Sikkerhet" in seen(page)
    with signed_in(tmp_path, person(store, "applicant")[1]):
        assert "REFUSED" in seen(page_of("review", id=str(id)).run())
    with signed_in(tmp_path, person(store, "board")[1]):
        assert "GONE" in seen(page_of("review", id="999").run())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_event_to_come_has_nothing_to_write(store: Store, tmp_path: Path, lang: str) -> None:
    officer, token = person(store, "officer")
    id = event(store, officer, "2999-01-01")
    with signed_in(tmp_path, token):
        page = run(id, lang)
        assert not page.text_area and "2999" in seen(page)


# -- where lessons meet an application


@pytest.fixture
def ski(store: Store, tmp_path: Path, reference: Reference) -> tuple[int, dict[str, str]]:
    """A made-up application like the ski championships', typed; and cookies."""
    made = opened(store, tmp_path, presets()["arendal"])
    document = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    estimate = lock_estimate(store, APPLICANT, create_event(store, APPLICANT, document), reference, draws=50)
    return drafted(store, made, **SKI, estimate=estimate), made.cookies


def test_the_applicant_is_advised_and_can_send(store: Store, tmp_path: Path, ski: tuple[int, dict[str, str]]) -> None:
    id, cookies = ski
    with signed_in(tmp_path, cookies[APPLICANT.id]):
        page = page_of("application", id=str(id), steg="send").run()
        assert not page.exception, page.exception
        text = seen(page).replace(HARD_SPACE, " ")
        assert "Verdt å tenke på" in text and "ingen post for det uforutsette" in text and "185 000 000" in text
        assert "Legg ved en plan for dårlig vær" in text
    submit(store, APPLICANT, id, version(store, id))  # advice stops nothing


def test_the_officer_takes_a_lesson_into_the_conditions(
    store: Store, tmp_path: Path, ski: tuple[int, dict[str, str]]
) -> None:
    id, cookies = ski
    submit(store, APPLICANT, id, version(store, id))
    add_lesson(store, OFFICER, event(store, OFFICER), "Krev regnskapet før", tags=["budget"])
    board(store)
    set_state(store, id, "in_review")
    declare(store, OFFICER, id, "none")
    with signed_in(tmp_path, cookies[OFFICER.id]):
        page = page_of("case", id=str(id)).run()
        assert not page.exception, page.exception
        text = seen(page).replace(HARD_SPACE, " ")
        assert "Krev regnskapet før" in text, "of another event, about the same as what fires"
        assert "Det vi har lært" in text and "Billetter er 32 % av finansieringen" in text
        for _ in range(2):  # a double click
            page.button(key=f"case_{id}_propose_reserve").click().run()
        page.selectbox(key=f"case_{id}_recommend_outcome").set_value("guaranteed").run()
        assert page.text_area(key=f"case_{id}_recommend_conditions").value.count("reserve") == 1
        english = seen(page_of("case", lang="en", id=str(id)).run())
        assert "What we have learnt" in english and "dagsavisen.no" in english
