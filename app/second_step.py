"""Two steps at sign-in, on one's own account: turned on with a picture for the telephone, turned off, spare codes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import layout
from app.doing import attempt
from app.surveying.qr import qr_svg
from app.text import plain
from app.visit import Visit
from data import second_step
from data.sessions import Session

_PASSWORD, _CODE, _BEGUN, _CODES = (f"second_step_{one}" for one in ("password", "code", "begun", "codes"))
Act = Callable[[Visit, str], None]
"""What a button does, with what was typed above it."""


def show(visit: Visit, session: Session, token: str) -> None:
    """How it stands, and what one can do. The key and the spare codes are shown once, to this browser alone."""
    layout.section(visit.say("second_step.title"))
    standing = second_step.standing(visit.store, visit.actor, session.account)
    if codes := st.session_state.get(_CODES):
        layout.text(visit.say("second_step.codes"))
        st.code("\n".join(codes), language=None)
    if standing.on:
        layout.text(visit.say("second_step.on", spare=standing.spare))
        _password(visit)
        with st.container(horizontal=True):
            _button(visit, "renew", _PASSWORD, lambda now, given: _renew(now, token, given))
            _button(visit, "turn_off", _PASSWORD, lambda now, given: second_step.turn_off(now.store, token, given))
    elif _BEGUN in st.session_state:
        _confirm(visit, st.session_state[_BEGUN], token)
    else:
        layout.text(visit.say("second_step.off"))
        _password(visit)
        _button(visit, "begin", _PASSWORD, lambda now, given: _begin(now, token, given))


def forget() -> None:
    """Don't show the spare codes again: at the end of the page, so that a run that is cut off loses none."""
    st.session_state.pop(_CODES, None)


def _confirm(visit: Visit, begun: second_step.Begun, token: str) -> None:
    layout.text(visit.say("second_step.scan"))
    st.image(qr_svg(begun.address), caption=plain(visit.say("second_step.picture")), width=220)
    layout.text(visit.say("second_step.typed"))
    st.code(" ".join(begun.key[at : at + 4] for at in range(0, len(begun.key), 4)), language=None, wrap_lines=True)
    st.text_input(visit.say("signing.step_code"), key=_CODE, autocomplete="one-time-code")
    with st.container(horizontal=True):
        _button(visit, "confirm", _CODE, lambda now, given: _on(now, token, given))
        st.button(visit.say("second_step.break_off"), key="second_step_break_off", on_click=_break_off)


def _password(visit: Visit) -> None:
    st.text_input(visit.say("account_page.old"), type="password", key=_PASSWORD, autocomplete="current-password")


def _button(visit: Visit, name: str, field: str, act: Act) -> None:
    """A button that does ``act`` with the field, which it empties."""

    def done(now: Visit) -> str:
        act(now, str(st.session_state[field]))
        return now.say(f"second_step.done.{name}")

    def clicked() -> None:
        attempt(done)
        st.session_state[field] = ""

    st.button(visit.say(f"second_step.do.{name}"), key=f"second_step_{name}", on_click=clicked)


def _begin(visit: Visit, token: str, password: str) -> None:
    st.session_state[_BEGUN] = second_step.begin(visit.store, token, password)


def _renew(visit: Visit, token: str, password: str) -> None:
    _keep(second_step.renew_spare(visit.store, token, password))


def _on(visit: Visit, token: str, code: str) -> None:
    _keep(second_step.confirm(visit.store, token, code))
    _break_off()


def _keep(codes: list[str]) -> None:
    st.session_state[_CODES] = codes


def _break_off() -> None:
    st.session_state.pop(_BEGUN, None)
