"""The bank's answer to a payment file, read whole or not at all."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import layout
from app.doing import attempt
from app.text import plain
from app.visit import Visit
from fund.payout.reconciling import read_bank_answer

TURN = "payouts_answer_turn"


def bank_answer(visit: Visit) -> None:
    """The file to upload, and the button that reads it; a file that was read makes room for the next."""
    layout.section(visit.say("payouts_page.answer"))
    layout.text(visit.say("payouts_page.answer_about"))
    turn = st.session_state.get(TURN, 0)
    file: Any = st.file_uploader(plain(visit.say("payouts_page.answer_file")), "xml", key=f"payouts_answer_{turn}")
    if file is not None:
        st.button(plain(visit.say("payouts_page.answer_read")), key="payouts_read", on_click=_read, args=(file,))


def _read(file: Any) -> None:
    def act(visit: Visit) -> str:
        done = read_bank_answer(visit.store, visit.actor, file.getvalue(), file=file.name)
        if done.repeated:
            return visit.say("payouts_page.answer_before")
        counts = {name: getattr(done, name) for name in ("paid", "failed", "returned", "waiting")}
        said = visit.say("payouts_page.answer_done", **counts)
        return f"{said} {visit.say('payouts_page.answer_others', count=done.others)}" if done.others else said

    if attempt(act):
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
