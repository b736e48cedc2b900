"""A server and those who browse it, over the same WebSocket as a browser uses: what is timed is what a click costs.

A tab opens a page, keeps what the server has sent it, and changes a field or presses a button; each is timed from the
message that asks for a run until the one that says that the script has finished.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

START_SECONDS, RUN_SECONDS = 60, 60
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Server:
    """``streamlit run`` of a script in its folder, whose ``.streamlit/config.toml`` it takes."""

    def __init__(self, script: Path, around: Mapping[str, str] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=script.parent, env={**os.environ, **(around or {})}, stdout=subprocess.DEVNULL
        )

    async def __aenter__(self) -> Server:
        """Wait until it listens."""
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return self
        raise RuntimeError("the server did not start")

    async def __aexit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cpu(self) -> float:
        """Seconds of processor time that it has used, all threads, those that are over too."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def tab(self, path: str = "/", cookies: Mapping[str, str] | None = None) -> Tab:
        """A new tab at ``path``, its page not yet run."""
        said = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        wire = await websockets.connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers={"Cookie": said} if said else None,
            max_size=None,
            open_timeout=START_SECONDS,
        )
        return Tab(wire, f"http://127.0.0.1:{self.port}", path)


class Tab:
    """One open page. ``widgets`` are what it shows that can be clicked or typed in: their ids by key."""

    def __init__(self, wire: Any, address: str, path: str) -> None:
        page, _, self.query = path.partition("?")
        self.wire, self.address, self.page = wire, address, page.strip("/")
        self.script = ""
        self.widgets: dict[str, str] = {}
        self.seen: set[str] = set()

    async def close(self) -> None:
        await self.wire.close()

    async def run(self, key: str = "", value: Any = None) -> float:
        """Seconds that a run takes, with the widget ``key`` pressed (None) or changed to ``value``.

        Raises RuntimeError where the script fails, KeyError where the page has no such widget.
        """
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self.script
        state.cached_message_hashes.extend(self.seen)
        state.context_info.url = f"{self.address}/{self.page}"
        state.context_info.timezone, state.context_info.locale = "Europe/Oslo", "nb-NO"
        state.context_info.color_scheme = "light"
        if key:
            state.widget_states.widgets.append(_changed(self.widgets[key], value))
        start = time.perf_counter()
        await self.wire.send(asked.SerializeToString())
        async with asyncio.timeout(RUN_SECONDS):
            got = [await self._next()]
            while not self._over(got[-1]):
                got.append(await self._next())
        took = time.perf_counter() - start
        self._keep(got)
        return took

    async def _next(self) -> bytes:
        """The next message.

        What came is acknowledged at once: else the kernel waits 40 ms now and then, and with it the server, which
        sends small messages one by one.
        """
        self.wire.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return bytes(await self.wire.recv())

    @staticmethod
    def _over(packed: bytes) -> bool:
        """Whether this message is the last one of the run; only short ones are looked at."""
        if len(packed) > 200:
            return False
        message = ForwardMsg.FromString(packed)
        if message.WhichOneof("type") != "script_finished":
            return False
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if message.script_finished not in DONE:
            raise RuntimeError("the script failed")
        return True

    def _keep(self, got: list[bytes]) -> None:
        """Take note of the widgets, the address and what need not be sent again."""
        for message in map(ForwardMsg.FromString, got):
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self.seen.add(message.hash)
            if kind == "new_session":
                self.script = message.new_session.page_script_hash
            elif kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                sort = element.WhichOneof("type")
                if sort == "exception":
                    raise RuntimeError(f"{self.page}: {element.exception.message}")
                shown = getattr(element, sort) if sort else None
                id = getattr(shown, "id", "") if shown is not None and not isinstance(shown, str) else ""
                if id:
                    self.widgets[id.split("-", 2)[2]] = id


def _changed(id: str, value: Any) -> WidgetState:
    state = WidgetState(id=id)
    if value is None:
        state.trigger_value = True
    elif isinstance(value, tuple):
        state.string_array_value.data.extend(value)
    else:
        state.string_value = value
    return state
