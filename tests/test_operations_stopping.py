"""The server stops when it is told to: whoever is connected, with what was begun done, and every store closed."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import Served, asks, silent_visitor

from data import lending
from data.accounts import has_administrator
from data.connection import FILE, connect
from data.lending import close_all, lent_store
from data.limits import limit
from data.store import open_store

HELD_SECONDS = 2.0
KILLED_AFTER = 30
"""systemd's TimeoutStopSec in docs/deploy/ringvirk@.service."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path / "data") as one:
        yield one


def half_a_form(port: int) -> socket.socket:
    """Who sent half a form and went into a tunnel."""
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST /logg-inn HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    link.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\nemail=".encode())
    return link


def first_administrator(served: Served, answers: list[int]) -> None:
    """Make the first administrator with the code that the start told; the answer's status."""
    code = re.search(r"engangskoden: ([A-Z0-9-]+)", served.told())
    assert code is not None
    given = {"code": code[1], "name": "Eksempel", "email": "leder@eksempel.no", "password": "en lang setning om snø"}
    link = HTTPConnection("127.0.0.1", served.port, timeout=20)
    with closing(link), suppress(OSError):
        head = {"Origin": f"http://127.0.0.1:{served.port}", "Content-Type": "application/x-www-form-urlencoded"}
        link.request("POST", "/forste-administrator", urlencode(given), head)
        answers.append(link.getresponse().status)


@pytest.mark.slow
def test_it_stops_in_time_whoever_is_connected_and_does_what_was_begun(served: Served) -> None:
    away = [silent_visitor(served.port), half_a_form(served.port)]
    asks(away[0])
    answers: list[int] = []
    writing = threading.Thread(target=first_administrator, args=(served, answers))
    with closing(connect(served.folder / FILE)) as other:
        other.execute("PRAGMA query_only = OFF")
        other.execute("BEGIN IMMEDIATE")  # whoever writes now waits for this
        writing.start()
        time.sleep(1)
        assert served.process is not None
        served.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        time.sleep(HELD_SECONDS)
        other.rollback()
    writing.join()
    try:
        code = served.process.wait(timeout=KILLED_AFTER)
    except subprocess.TimeoutExpired:
        pytest.fail(f"still there after {KILLED_AFTER} s: {served.told()[-1000:]}")
    assert time.monotonic() - told < limit("last_answers") + 4
    assert code in (0, -signal.SIGTERM), "what systemd takes for a clean end"
    assert answers == [303]
    assert not served.folder.joinpath(f"{FILE}-wal").exists(), "the log is folded: every store was closed"
    with open_store(served.folder) as store:
        assert has_administrator(store)
    for link in away:
        link.close()


def test_what_waits_at_the_end_is_shorter_than_what_kills_the_server() -> None:
    unit = Path(__file__).parents[1].joinpath("docs", "deploy", "ringvirk@.service").read_text(encoding="utf-8")
    assert f"TimeoutStopSec={KILLED_AFTER}" in unit
    assert limit("last_answers") + limit("last_runs") < KILLED_AFTER


def test_stores_that_are_lent_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    begun, written = threading.Event(), threading.Event()

    def run() -> None:
        with lent_store() as store:
            begun.set()
            time.sleep(0.5)
            with store.write("test", "test.note") as write:
                write.insert("setting", {"key": "late", "value": "1"})
            written.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(10)
    close_all(10)
    assert written.is_set() and not lending._free and not (tmp_path / f"{FILE}-wal").exists()
    thread.join()


def test_a_store_that_is_never_given_back_is_waited_for_no_longer_than_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    with lent_store():
        before = time.monotonic()
        close_all(0.2)
        assert 0.2 <= time.monotonic() - before < 2
