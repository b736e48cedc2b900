"""A fault of the database while a page is drawn or a button works: told in plain words, and what was typed stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from business_store import OFFICER
from conftest import ROOT
from fault_table import tried
from pages import page_of, person, signed_in
from streamlit.testing.v1 import AppTest

from data import lending
from data.connection import FILE
from data.phrases import say
from data.store import Store
from impact.lessons import list_lessons
from impact.register import create_event

__all__ = ["tried"]
TEXT = "Bestill strøm tidlig. " * 200


def limited(pages: int) -> None:
    """Let the stores that pages are lent grow no further than so many pages; 0 is no limit."""
    for one in lending._free:
        one.store.db.execute(f"PRAGMA max_page_count = {pages or 1_000_000_000}")


def test_what_is_typed_stays_while_the_database_is_full(
    store: Store, tmp_path: Path, tried: Callable[..., None]
) -> None:
    event = create_event(store, OFFICER, {"event": {"name_nb": "Vinterfest"}})
    _, token = person(store, "officer")
    key = f"lessons_{event}_0"
    with signed_in(tmp_path, token):
        page = page_of("lessons", id=str(event)).run()
        limited(1)
        page.text_area(key=f"{key}_text").set_value(TEXT).run()
        told = " ".join(one.value for one in page.error).replace("\\", "")
        assert not page.exception and say("page.not_kept", "nb") in told
        assert say("store.full.expected", "nb") in told and str(tmp_path) not in told
        page.button(key=f"{key}_store").click().run()
        assert not page.exception and page.text_area(key=f"{key}_text").value == TEXT
        assert list_lessons(store, OFFICER) == []
        limited(0)
        page.button(key=f"{key}_store").click().run()
    assert [one.text for one in list_lessons(store, OFFICER)] == [TEXT.strip()]
    tried("full disk under a page", "the database may not grow while a form is typed and sent")


def everything() -> None:
    import runpy

    runpy.run_path("app/main.py")


def test_a_damaged_database_is_told_on_the_page(store: Store, tmp_path: Path, tried: Callable[..., None]) -> None:
    store.close()
    lending.close_all()
    with (tmp_path / FILE).open("rb+") as stream:
        stream.write(b"\x00garbage" * 500)
    with signed_in(tmp_path, ""):
        page = AppTest.from_function(everything, default_timeout=20).run()
    told = " ".join(one.value for one in page.error).replace("\\", "")
    assert not page.exception and "restore latest" in told and str(tmp_path) not in told
    tried("damaged database under a page", "the file's beginning overwritten")


PAGE = """
import streamlit as st
from app import doing
from app.visit import visiting
from test_survey_reading import CSV
from impact.survey.reading import read_answer_file

def read(rows):
    heading = CSV.splitlines(keepends=True)[0]
    lines = (";".join(f"{row}-{column}" for column in range(8)) for row in range(rows))
    content = (heading + chr(10).join(lines)).encode()
    files = 12 if rows > 10 else 1  # several at once, as several people bring them
    doing.attempt(lambda visit: str(len([list(read_answer_file("svar.csv", content).values()) for _ in range(files)])))

with visiting() as visit:
    doing.tell(visit)
st.button("large", on_click=read, args=(69_000,))
st.button("small", on_click=read, args=(10,))
"""
STARVED = """
import resource, sys
from pathlib import Path
sys.path[:0] = [".", "tests"]
from pages import signed_in
from streamlit.testing.v1 import AppTest
with signed_in(Path(sys.argv[1]), ""):
    page = AppTest.from_string(sys.argv[2], default_timeout=60).run()
    page.button[1].click().run()
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + 60_000_000, resource.RLIM_INFINITY))
    for number in (0, 1):
        page.button[number].click().run()
        said = " ".join(one.value for one in (*page.error, *page.success))
        print("said", bool(page.exception), said.replace(chr(10), " ").replace(chr(92), ""))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems count memory otherwise")
def test_an_import_without_memory_is_told_and_the_next_one_works(
    store: Store, tmp_path: Path, tried: Callable[..., None]
) -> None:
    command = [sys.executable, "-c", STARVED, str(tmp_path), PAGE]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    large, small = [line for line in run.stdout.splitlines() if line.startswith("said")]
    assert large.startswith("said False") and "ikke nok minne" in large and "gi maskinen mer minne" in large, run
    assert small == "said False 1", run
    tried("out of memory: twelve imports of 69 000 answers at once", "RLIMIT_AS 60 MB above what the server has")
