"""Nothing that a process writes has a name, an address, a token, or where a request came from."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from conftest import ROOT
from pages import person
from serving import Served
from streamlit.proto.BackMsg_pb2 import BackMsg

from app.visit import SESSION_COOKIE
from data import logs
from data.__main__ import main as data_main
from data.accounts import create_account
from data.passwords import hashed, put_password
from data.permission import OPERATOR
from data.store import Store, open_store
from fund.__main__ import main as fund_main
from fund.outbox import tell

NAME, ADDRESS, PHONE = "Kåre Hemmeligmann", "kaare.hemmeligmann@eksempel.no", "900 00 123"
SOURCES = ("203.0.113.77", "2001:db8::77")
STARTED = """
import importlib
found = importlib.import_module
def import_module(name, package=None):
    module = found(name, package)
    if name == "app.pages.home":
        def show(visit):
            raise ValueError("{who}")
        module.show = show
    return module
importlib.import_module = import_module
"""


class Sink(socketserver.StreamRequestHandler):
    """A mail server that takes every letter, and one that refuses every recipient by address where it is told to."""

    letters: ClassVar[list[str]] = []
    refuses = False

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        inside = False
        while line := self.rfile.readline():
            said = line.decode("utf-8", "replace").rstrip("\r\n")
            if inside:
                Sink.letters.append(said)
                if said == ".":
                    inside = False
                    self.wfile.write(b"250 taken\r\n")
            elif said.upper().startswith("DATA"):
                inside = True
                self.wfile.write(b"354 go on\r\n")
            elif said.upper().startswith("RCPT") and Sink.refuses:
                self.wfile.write(f"550 no such person {said}\r\n".encode())
            else:
                self.wfile.write(b"221 bye\r\n" if said.upper().startswith("QUIT") else b"250 ok\r\n")


@pytest.fixture
def mail() -> Iterator[dict[str, str]]:
    """The variables with which letters go to a mail server of the test's own."""
    Sink.letters, Sink.refuses = [], False
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = str(server.server_address[1])
        base = {"RINGVIRK_SMTP_HOST": "127.0.0.1", "RINGVIRK_SMTP_PORT": port, "RINGVIRK_SMTP_SECURITY": "none"}
        yield {**base, "RINGVIRK_SMTP_FROM": "fondet@eksempel.no", "RINGVIRK_URL": "https://ringvirk.example"}
        server.shutdown()


def private(text: str, *more: str) -> list[str]:
    """What of the invented person stands in a text."""
    wanted = (NAME, "Hemmeligmann", "hemmeligmann", ADDRESS, PHONE, PHONE.replace(" ", ""), *SOURCES, *more)
    return [one for one in wanted if one and one in text]


def websocket(port: int, token: str, source: str) -> None:
    """A browser that opens the front page, as a proxy passes it on, and leaves once it was drawn."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as link:
        head = (
            f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: cmluZ3ZpcmtyaW5ndmlyaw==\r\nSec-WebSocket-Version: 13\r\nX-Forwarded-For: {source}\r\n"
            f"Sec-WebSocket-Protocol: streamlit\r\nCookie: {SESSION_COOKIE}={token}\r\n\r\n"
        )
        link.sendall(head.encode("ascii"))
        assert b" 101 " in link.recv(300)
        asked = BackMsg()
        asked.rerun_script.query_string = f"q={urlencode({'name': NAME})}"
        sent = asked.SerializeToString()
        link.sendall(bytes([0x82, 0x80 | len(sent), 0, 0, 0, 0]) + sent)
        link.settimeout(1)
        with suppress(TimeoutError):
            while link.recv(65536):  # until the page stands still
                pass


@pytest.mark.slow
def test_a_server_that_is_used_guessed_at_and_fails_logs_nobody(tmp_path: Path, mail: dict[str, str]) -> None:
    folder, around = tmp_path / "data", tmp_path / "around"
    around.mkdir()
    started = STARTED.format(who=f"{NAME} {ADDRESS} {PHONE} {SOURCES[0]}")
    (around / "sitecustomize.py").write_text(started, encoding="utf-8")
    with open_store(folder) as store:
        kari, token = person(store, "applicant", NAME)
        with store.write("operator", "test.password", audited=False) as write:
            account = int(kari.id.partition(":")[2])
            sql = "UPDATE account SET email = ?, email_key = ? WHERE id = ?"
            write.db.conn.execute(sql, (ADDRESS, ADDRESS, account))
            put_password(write, account, hashed("en lang setning om snø"), dt.datetime.now(dt.UTC))
        person(store, "administrator", "Sjef")
    path = f"{around}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    with Served(folder, around={**mail, "PYTHONPATH": path}) as served:
        address = f"http://127.0.0.1:{served.port}"
        for source in SOURCES[:1]:
            for way, given in (
                ("/logg-inn", {"email": ADDRESS, "password": "feil passord her"}),
                ("/logg-inn", {"email": ADDRESS, "password": "en lang setning om snø"}),
                ("/glemt-passord", {"email": ADDRESS}),
                ("/ny-konto", {"name": NAME, "email": ADDRESS, "number": PHONE}),
                (f"/kode?code={token}", {"code": token, "password": NAME}),
            ):
                ask(served.port, way, source, given, Origin=address)
            for way in (f"/arrangementer?q={token}", "/last-ned/betalingsfil/1.xml", f"/finnes-ikke/{token}", "/%00"):
                ask(served.port, way, source, None, Cookie=f"{SESSION_COOKIE}={token}")
            websocket(served.port, token, source)
        served.stop()
    log = served.told()
    assert "ValueError" in log and "in show" in log, f"the fault is told of, and where: {log[-3000:]}"
    assert private(log, token, "feil passord", "lang setning") == [], log[-4000:]
    assert not re.search(r"\d+\.\d+\.\d+\.\d+(?<!127\.0\.0\.1)\b", log.replace("0.0.0.0", "")), log
    assert Sink.letters, "the person was written to, and that isn't in the log either"


def ask(port: int, way: str, source: str, given: dict[str, str] | None, **headers: str) -> int:
    """One request as a proxy passes it on."""
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"X-Forwarded-For": source, "User-Agent": NAME.encode("ascii", "replace").decode(), **headers}
    if given is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    link.request("POST" if given is not None else "GET", way, urlencode(given) if given else None, sent)
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


def run(folder: Path, *command: str, around: dict[str, str] | None = None, code: int | None = 0) -> str:
    """What a command writes, to both streams."""
    env = {**os.environ, "RINGVIRK_DATA": str(folder), **(around or {})}
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=env, capture_output=True, timeout=120)
    assert code is None or done.returncode == code, done
    return (done.stdout + done.stderr).decode("utf-8")


def put_out(store: Store, account: int, number: int) -> None:
    """A message to somebody, which the next round sends."""
    figures: dict[str, str | int] = {
        "number": f"2026-000{number}",
        "day_sent": "2026-03-01",
        "revision": 1,
        "sha": "0" * 64,
    }
    with store.write("system", "test.tell") as write:
        tell(write, f"account:{account}", "outbox.submitted", figures, f"t:{number}")


def test_a_timers_commands_write_nobody(
    tmp_path: Path, mail: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    for name, value in mail.items():
        monkeypatch.setenv(name, value)
    with open_store(folder) as store:
        account, _ = create_account(store, OPERATOR, ADDRESS, NAME, ["officer"])
        put_out(store, account, 1)
    where = ["--data", str(folder)]
    assert fund_main(["due", *where]) == 0
    assert any(ADDRESS in one for one in Sink.letters)
    with open_store(folder) as store:
        put_out(store, account, 2)
    Sink.refuses = True
    fund_main(["due", *where])
    for run_it, command in (
        (data_main, "backup"),
        (data_main, "check"),
        (fund_main, "retention"),
        (fund_main, "verify"),
    ):
        run_it([command, *where])
    assert data_main(["account", "administrator", ADDRESS, *where]) == 0
    wrote = "".join(capfd.readouterr())
    assert "sendt: 1" in wrote and "Venter: 1" in wrote
    assert private(wrote + (folder / "heads.txt").read_text(encoding="utf-8")) == []


@pytest.mark.slow
def test_a_command_that_falls_tells_where_and_not_whom(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import fund.reminders\n"
        "def remind(*_, **__):\n    raise ValueError('Kåre Hemmeligmann kaare.hemmeligmann@eksempel.no')\n"
        "fund.reminders.remind = remind\n",
        encoding="utf-8",
    )
    folder = tmp_path / "data"
    open_store(folder).close()
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    wrote = run(folder, "fund", "due", around={"PYTHONPATH": path}, code=1)
    assert "ValueError" in wrote and "fund/due.py" in wrote and private(wrote) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('203.0.113.77:0 - "WebSocket /_stcore/stream" [accepted]', '•••:0 - "WebSocket /_stcore/stream" [accepted]'),
        ("2001:db8::77 closed", "••• closed"),
        (
            "running on http://127.0.0.1:8501 at 12:30:45, 1.67.0",
            "running on http://127.0.0.1:8501 at 12:30:45, 1.67.0",
        ),
        ("no letter to Kåre <kaare@eksempel.no>", "no letter to Kåre <•••>"),
        ("::1 and 0.0.0.0", "::1 and 0.0.0.0"),
        ("account:7 was refused /sak", "account:7 was refused /sak"),
    ],
)
def test_addresses_are_left_out_and_nothing_else(text: str, left: str) -> None:
    assert logs.scrubbed(text) == left


def test_a_fault_is_told_by_its_kind_place_and_cause() -> None:
    try:
        try:
            raise KeyError(ADDRESS)
        except KeyError as error:
            raise RuntimeError(NAME) from error
    except RuntimeError as error:
        said = logs.told(error)
        factory = logging.getLogRecordFactory()
        try:
            logging.setLogRecordFactory(logs._record)
            record = logging.getLogger("t").makeRecord("t", 40, "", 1, "%s", (ADDRESS,), (type(error), error, None))
        finally:
            logging.setLogRecordFactory(factory)
    assert said.count("test_privacy_logs.py") == 2 and "builtins.KeyError" in said and "builtins.RuntimeError" in said
    assert private(said) == [] and private(logging.Formatter("%(message)s").format(record)) == []
