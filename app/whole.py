"""What is pressed or typed is done to its end, also where the next press comes while it is.

Streamlit stops a run as soon as the browser asks for another, at any use of its session state, and takes callbacks for
a part of the run: who typed in two fields faster than the server answered lost the first, or had it saved while the
page believed that another tab did. With ``runner.fastReruns`` off the presses of one session wait for each other, and
here the callbacks of a run are left alone until the last of them is done; the run that follows them may be stopped as
before.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState


def let_callbacks_end() -> None:
    """Do so for every session of this process. A second time changes nothing."""
    held = SafeSessionState.on_script_will_rerun
    if hasattr(held, "__wrapped__"):
        return

    @wraps(held)
    def whole(self: Any, *args: Any, **named: Any) -> None:
        runner = self._yield_callback.__self__
        running, runner._execing = runner._execing, False
        try:
            held(self, *args, **named)
        finally:
            runner._execing = running

    SafeSessionState.on_script_will_rerun = whole  # type: ignore[method-assign]
