"""A server process of the program, as an operator starts it, and how tests talk to it without a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from conftest import ROOT
from streamlit.proto.BackMsg_pb2 import BackMsg

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """One process on a data folder. ``around`` are variables of its environment, ``options`` are Streamlit's."""

    folder: Path
    around: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    home: Path = ROOT
    log: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.log = self.folder.parent / f"server-{self.port}.log"

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, *, wait: bool = True) -> None:
        """Start it, and unless told otherwise wait until it is well."""
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1", *self.options]
        around = {**os.environ, "RINGVIRK_DATA": str(self.folder), **self.around}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.home, env=around, stdout=log, stderr=log)
        if wait:
            self.wait()

    def wait(self) -> None:
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends and self.process is not None and self.process.poll() is None:
            with suppress(OSError, HTTPException):
                link = HTTPConnection("127.0.0.1", self.port, timeout=2)
                link.request("GET", "/healthz")
                if link.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.told()[-2000:]}")

    def stop(self, how: int = signal.SIGTERM, seconds: float = 20) -> int:
        """Signal it and wait; the exit code. Raises TimeoutExpired where it goes on."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def silent_visitor(port: int) -> socket.socket:
    """A browser that opens a page's connection and is never heard of again, as a phone that was put away."""
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    link.sendall(
        f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: cmluZ3ZpcmtyaW5ndmlyaw==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: streamlit\r\n\r\n".encode("ascii")
    )
    answer = link.recv(200)
    assert b" 101 " in answer, answer
    return link


def asks(link: socket.socket) -> None:
    """Let a visitor's connection ask for a run of the page, as the browser does; the answer isn't read."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    sent = asked.SerializeToString()
    link.sendall(bytes([0x82, 0x80 | len(sent), 0, 0, 0, 0]) + sent)
