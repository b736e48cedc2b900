"""A callback isn't stopped by the next press; the run after it is."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.safe_session_state import SafeSessionState

from app.whole import let_callbacks_end


class Pressed(SessionState):
    """A session whose callback is interrupted: the browser asks for another run in the middle of it."""

    def __init__(self, runner: Any) -> None:
        super().__init__()
        self.runner, self.saved = runner, False

    def on_script_will_rerun(self, *args: Any, **named: Any) -> None:
        self.runner._requests.request_rerun(RerunData())
        _ = "anything" in self.runner._session_state  # where Streamlit stops a run
        self.saved = True


def runner_of() -> Any:
    """A script runner without a thread, in the middle of a run."""
    runner: Any = SimpleNamespace(_requests=ScriptRequests(), _execing=True, _is_in_script_thread=lambda: True)
    check = ScriptRunner._maybe_handle_execution_control_request.__get__(runner)
    runner._session_state = SafeSessionState(Pressed(runner), check)
    return runner


def test_what_is_typed_is_saved_though_the_next_press_is_there() -> None:
    let_callbacks_end()
    let_callbacks_end()
    runner = runner_of()
    runner._session_state.on_script_will_rerun(None)
    assert runner._session_state._state.saved and runner._execing
    with pytest.raises(RerunException):
        _ = "anything" in runner._session_state


def test_without_it_streamlit_stops_in_the_middle() -> None:
    """The reason why it is there; once this fails, it may go."""
    let_callbacks_end()
    runner = runner_of()
    with pytest.raises(RerunException):
        SafeSessionState.on_script_will_rerun.__wrapped__(runner._session_state, None)  # type: ignore[attr-defined]
    assert not runner._session_state._state.saved


def test_presses_of_one_session_wait_for_each_other() -> None:
    """Streamlit's default starts a thread for each press: two saves of one draft then run side by side."""
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["runner"]["fastReruns"] is False
