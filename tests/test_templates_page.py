"""The page of templates: what holds, one's own sent, tried and put in force, and faults told by place."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pages import page_of, person, seen, signed_in

from app.pages import templates as page_of_templates
from data.store import Store
from fund.papers.templates import keep_template, put_in_force


def own(text: str = "Fra {{ fund.name }}") -> bytes:
    document = Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def shown(folder: Path, token: str, lang: str = "nb", **query: str) -> Any:
    page = page_of("templates", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def test_the_list_says_what_each_paper_is_made_from(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        text = seen(shown(tmp_path, token))
        assert text.count("Malen som følger med") == 16 and "Tilsagnsbrev, bokmål" in text
        english = seen(shown(tmp_path, token, "en"))
        assert "Award letter, Norwegian (bokmål)" in english and "Word files" in english


@pytest.mark.parametrize("role", ["applicant", "board", "chair", "treasurer"])
def test_others_are_refused(store: Store, tmp_path: Path, role: str) -> None:
    _, token = person(store, role)
    with signed_in(tmp_path, token):
        assert "REFUSED" in seen(shown(tmp_path, token))


def test_an_auditor_reads_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    officer, _ = person(store, "officer")
    keep_template(store, officer, "award_letter", "nb", "Egen.docx", own())
    _, token = person(store, "auditor")
    with signed_in(tmp_path, token):
        page = shown(tmp_path, token, brev="award_letter", sprak="nb")
        assert "Egen.docx" in seen(page) and [one.label for one in page.button] == []


def test_a_template_is_put_in_force_once_and_taken_back(store: Store, tmp_path: Path) -> None:
    officer, token = person(store, "officer", "Eksempel Saksbehandler")
    kept = keep_template(store, officer, "award_letter", "nb", "Egen.docx", own())
    with signed_in(tmp_path, token):
        page = shown(tmp_path, token, brev="award_letter", sprak="nb")
        other = shown(tmp_path, token, brev="award_letter", sprak="nb")  # another tab
        page.button(key=f"templates_use_{kept}_do").click().run()
        assert "lages av den valgte malen" in seen_with_told(page)
        other.button(key=f"templates_use_{kept}_do").click().run()  # a second click
        assert len(uses(store)) == 1
        again = shown(tmp_path, token, brev="award_letter", sprak="nb")  # F5
        assert "Egen.docx" in seen(again) and "I bruk nå" in seen(again)
        again.button(key="templates_award_letter_nb_back_do").click().run()
        assert len(uses(store)) == 2
        assert "«Malen som følger med»" in seen(shown(tmp_path, token, brev="award_letter", sprak="nb"))


def test_what_another_put_in_force_meanwhile_is_told(store: Store, tmp_path: Path) -> None:
    officer, token = person(store, "officer")
    first = keep_template(store, officer, "minutes", "en", "A.docx", own("{{ fund.name }}"))
    second = keep_template(store, officer, "minutes", "en", "B.docx", own("{{ fund.number }}"))
    with signed_in(tmp_path, token):
        page = shown(tmp_path, token, brev="minutes", sprak="en")
        put_in_force(store, officer, "minutes", "en", first, seen=0)
        page.button(key=f"templates_use_{second}_do").click().run()
        assert "En annen mal er satt i kraft" in seen_with_told(page)
        assert len(uses(store)) == 1


def test_a_faulty_file_is_told_by_place_and_not_kept(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page_of_templates._keep(  # what the button calls; a test has no field to put a file into
            page_of_templates.papers()["award_letter"], "nb", "Feil.docx", own("{{ award.amout }}"), "count"
        )
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM template").fetchone()[0] == 0


def test_the_fields_are_listed_with_examples(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "administrator")
    with signed_in(tmp_path, token):
        text = seen(shown(tmp_path, token, "en", brev="minutes", sprak="en"))
        assert "{{ ledger.hash }}" in text and "{{ for x in cases }} {{ x.votes }} {{ end }}" in text


@pytest.mark.parametrize("query", [{"brev": "../../etc"}, {"brev": "minutes", "sprak": "se"}])
def test_an_address_of_nothing_is_gone(store: Store, tmp_path: Path, query: dict[str, str]) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        assert "GONE" in seen(shown(tmp_path, token, **query))


def seen_with_told(page: Any) -> str:
    """What the page says after a button, what came of it included."""
    told = page.session_state.get("outcome", "")
    return f"{seen(page)}\n{told.faults[0].problem('nb') if hasattr(told, 'faults') else told}"


def uses(store: Store) -> list[Any]:
    with store.read() as db:
        return db.execute("SELECT id FROM template_use").fetchall()
