"""The auditor's random sample: drawn from a seed that stands in the address, shown, and taken along with its papers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from app import asked, layout
from app.tables import Cell, Column, Link, amount, download, table
from app.text import plain
from app.treasury.words import what_name
from app.visit import Visit
from app.who import named
from data.clock import short_day
from data.faults import Faults
from data.permission import Actor
from data.phrases import Lang
from data.store import open_store
from fund.books.posting_list import Among, PostingLine, postings_at
from fund.books.sample import AMONG, LONGEST_SEED, METHODS, Draw, Method, Sample, draw_sample
from fund.payout.sample_files import said, sample_workbook, sample_zip

METHOD_WORDS: Mapping[str, Method] = dict(zip(("alle-likt", "hver-slags", "hver-krone"), METHODS, strict=True))
AMONG_WORDS: Mapping[str, Among] = dict(zip(("banken", "alle"), AMONG, strict=True))
USUAL = 25
COLUMNS = ("number", "amount", "what", "day", "who")
ZIP = "application/zip"


def sampling(visit: Visit) -> None:
    """What is drawn, how; and once drawn, the postings."""
    layout.section(visit.say("checks_page.sample"))
    layout.text(visit.say("checks_page.sample_about"))
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    state = st.session_state
    with first:
        state.setdefault("checks_seed", asked.text("fro"))
        st.text_input(
            plain(visit.say("checks_page.seed")),
            key="checks_seed",
            max_chars=LONGEST_SEED,
            help=plain(visit.say("checks_page.seed_hint")),
        )
    with second:
        state.setdefault("checks_count", str(asked.number("antall", USUAL)))
        st.text_input(plain(visit.say("checks_page.count")), key="checks_count", max_chars=6)
    first, second = st.columns(2, vertical_alignment="bottom")
    with first:
        state.setdefault("checks_among", next(iter(asked.several("blant", AMONG_WORDS)), AMONG[0]))
        st.selectbox(
            plain(visit.say("checks_page.among")),
            AMONG,
            key="checks_among",
            format_func=lambda one: visit.say(f"checks_page.among_name.{one}"),
        )
    with second:
        state.setdefault("checks_method", next(iter(asked.several("metode", METHOD_WORDS)), METHODS[0]))
        st.selectbox(
            plain(visit.say("checks_page.method")),
            METHODS,
            key="checks_method",
            format_func=lambda one: visit.say(f"checks_page.method_name.{one}"),
        )
    layout.text(visit.say(f"checks_page.method_about.{state['checks_method']}"), small=True)
    with st.container(horizontal=True):
        st.button(plain(visit.say("checks_page.draw")), key="checks_draw", type="primary", on_click=_draw)
        st.button(plain(visit.say("checks_page.suggest")), key="checks_suggest", on_click=_suggest)
    if "fro" in st.query_params:
        _drawn(visit)


def _draw() -> None:
    """Write what is asked for into the address, where it can be sent, and drawn again."""
    words = {method: word for word, method in METHOD_WORDS.items()}
    state = st.session_state
    asked.change(
        {
            "fro": str(state["checks_seed"]).strip() or " ",
            "antall": str(state["checks_count"]).strip(),
            "metode": words[state["checks_method"]],
            "blant": next(word for word, among in AMONG_WORDS.items() if among == state["checks_among"]),
            "til": "",
        }
    )


def _suggest() -> None:
    st.session_state["checks_seed"] = secrets.token_hex(4)


def _drawn(visit: Visit) -> None:
    count = asked.text("antall").replace(" ", "")
    words = asked.several("metode", METHOD_WORDS)
    method: Method = next((one for one in METHODS if one in words), METHODS[0])
    wanted = int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else 0
    among: Among = "all" if "all" in asked.several("blant", AMONG_WORDS) else "bank"
    draw = Draw(wanted, asked.text("fro"), method, asked.number("til", 0), among)
    try:
        sample = draw_sample(visit.store, visit.actor, draw)
    except Faults as found:
        layout.faults(visit, found.faults)
        return
    if asked.number("til", 0) != sample.draw.upto:
        asked.keep("til", str(sample.draw.upto))  # what is booked later doesn't change the sample of this address
    layout.bullets(said(sample, visit.lang))
    _table(visit, postings_at(visit.store, visit.actor, sample.postings))
    _files(visit, sample)


def _table(visit: Visit, lines: list[PostingLine]) -> None:
    columns = [Column(visit.say(f"checks_page.column.{one}"), number=one in ("number", "amount")) for one in COLUMNS]
    rows: list[list[Cell]] = [
        [
            Link(str(one.id), f"/postering?id={one.id}"),
            amount(one.moved, visit.lang),
            what_name(visit, one.what),
            short_day(one.day, visit.lang),
            named(visit, one.actor),
        ]
        for one in lines
    ]
    table(visit.say("checks_page.sample_caption"), columns, rows)


def _files(visit: Visit, sample: Sample) -> None:
    name, folder, actor, lang = visit.say("checks_page.file"), visit.store.folder, visit.actor, visit.lang
    with st.container(horizontal=True):
        excel = partial(_excel, folder, actor, sample, lang)
        download(visit.say("checks_page.sample_excel"), f"{name}.xlsx", excel, key="checks_sample_excel")
        packed = partial(_zip, folder, actor, sample, lang)
        download(visit.say("checks_page.sample_zip"), f"{name}.zip", packed, key="checks_sample_zip", mime=ZIP)


def _excel(folder: Path, actor: Actor, sample: Sample, lang: Lang) -> bytes:
    """The file, when it is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        return sample_workbook(store, actor, sample, lang)


def _zip(folder: Path, actor: Actor, sample: Sample, lang: Lang) -> bytes:
    with open_store(folder) as store:
        return sample_zip(store, actor, sample, lang)
