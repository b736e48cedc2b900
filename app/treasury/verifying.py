"""The verifier's result in plain words, with its moment: looked at anew with every change, and when one asks.

Where there is so much that looking takes long, only when one asks: until then the last look stands, and how much was
done since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from app import layout
from app.text import plain
from app.visit import Visit, visiting
from data.check import Finding
from data.clock import moment
from data.connection import data_folder
from data.limits import limit
from data.numbers import number
from data.operations import findings
from fund.verify import Verified, verified


@dataclass(frozen=True)
class Looked:
    """What was found by looking at everything: the fund's verifier, and the check of the database."""

    fund: Verified
    store: Sequence[Finding]


@dataclass
class _Asked:
    """The newest change when one last asked for a look, and what was found by then."""

    version: int = -1
    last: list[Looked] = field(default_factory=list)


def looked(visit: Visit) -> Looked | None:
    """The look at how it stands, or where that takes long and nobody asked, the last one, if any."""
    folder, version = str(data_folder()), visit.version
    asked = _asked(folder)
    if version > limit("verified_unasked") and version != asked.version:
        return asked.last[-1] if asked.last else None
    with st.spinner(plain(visit.say("checks_page.verifying"))):
        asked.last[:] = [_verified(folder, version, visit)]
    return asked.last[-1]


def verifier(visit: Visit, found: Looked | None) -> None:
    """Unbroken until when, and how much was looked at; else each finding, and what to do."""
    layout.section(visit.say("checks_page.verifier"))
    if found is None:
        layout.text(visit.say("checks_page.verify_asked", rows=number(visit.version, visit.lang)))
    else:
        _told(visit, found.fund)
    layout.text(visit.say("checks_page.verifier_about"), small=True)
    if found is not None:
        layout.bullets([visit.say("checks_page.head", hash=found.fund.head)])
    again = "verify_now" if found is None else "verify_again"
    st.button(plain(visit.say(f"checks_page.{again}")), key="checks_verify", on_click=_again)


def _told(visit: Visit, found: Verified) -> None:
    words = {
        "at": moment(found.at.isoformat(), visit.lang),
        "postings": number(found.postings, visit.lang),
        "rows": number(found.rows, visit.lang),
        "count": len(found.faults),
    }
    if found.faults:
        st.error(plain(visit.say("checks_page.not_whole", **words)), icon=":material/error:")
        layout.bullets(f"{one.place}: {one.problem(visit.lang)} {one.expected(visit.lang)}" for one in found.faults)
    else:
        key = "whole" if found.postings else "whole_empty"
        st.success(plain(visit.say(f"checks_page.{key}", **words)), icon=":material/verified:")
    if since := visit.version - found.rows:
        layout.text(visit.say("checks_page.verified_since", rows=number(since, visit.lang)))


def _again() -> None:
    with visiting() as visit:
        _asked(str(data_folder())).version = visit.version
    _verified.clear()


@st.cache_resource(max_entries=8, show_spinner=False)
def _asked(folder: str) -> _Asked:
    return _Asked()


@st.cache_resource(max_entries=2, show_spinner=False)
def _verified(folder: str, version: int, _visit: Visit) -> Looked:
    return Looked(verified(_visit.store, _visit.actor), findings(_visit.store, _visit.actor))
