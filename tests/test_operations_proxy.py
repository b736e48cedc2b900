"""nginx with TLS before two processes on one data folder, by the very file that operators copy."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import ROOT
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from serving import Served, free_port
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from app.visit import SESSION_COOKIE
from data.demo import ADDRESSES, invent_accounts
from data.permission import OPERATOR
from data.store import open_store

NAME = "ringvirk.example.no"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed (Debian: nginx-light)"),
]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that signs itself, for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    paths = folder / "proxy.pem", folder / "proxy.key"
    paths[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return paths


@dataclass
class Proxy:
    """nginx before the processes; ``log`` is its access log."""

    folder: Path
    served: list[Served]
    passwords: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "access.log"

    def start(self) -> None:
        pem, key = certificate(self.folder)
        text = ROOT.joinpath("docs", "deploy", "nginx.conf").read_text(encoding="utf-8")
        changed = {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/ssl/certs/ringvirk.pem": str(pem),
            "/etc/ssl/private/ringvirk.key": str(key),
            "/var/log/nginx/ringvirk.log": str(self.log),
            "127.0.0.1:8501": f"127.0.0.1:{self.served[0].port}",
            "127.0.0.1:8502": f"127.0.0.1:{self.served[1].port}",
        }
        for old, new in changed.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (self.folder / "site.conf").write_text(text, encoding="utf-8")
        places = " ".join(
            f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        main = (
            f"{user} daemon off; worker_processes 1; pid {self.folder}/nginx.pid; events {{ worker_connections 256; }}"
        )
        main += f" http {{ {places} include {self.folder}/site.conf; }}"
        (self.folder / "nginx.conf").write_text(main, encoding="utf-8")
        command = [NGINX, "-p", str(self.folder), "-e", str(self.folder / "error.log"), "-c"]
        command.append(str(self.folder / "nginx.conf"))
        self.process = subprocess.Popen(command)
        for _ in range(100):
            with suppress(OSError):
                Browser(self).get("/healthz")
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "error.log").read_text())

    def upstreams(self) -> list[str]:
        """Which process answered each request so far."""
        time.sleep(0.1)
        return [line.split()[-1] for line in self.log.read_text(encoding="utf-8").splitlines()]


@dataclass
class Browser:
    """A browser at the proxy: keeps its cookies, speaks TLS, and trusts the certificate of the test only."""

    proxy: Proxy
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=str(self.proxy.folder / "proxy.pem"))
        link = HTTPSConnection("127.0.0.1", self.proxy.port, timeout=20, context=context)
        context.check_hostname = False
        sent = {"Host": NAME, "Cookie": self.cookie, **{name.replace("_", "-"): one for name, one in headers.items()}}
        link.request(method, path, body, sent)
        answer = link.getresponse()
        content = answer.read()
        self.headers = answer.headers
        self.set_cookies = answer.headers.get_all("Set-Cookie") or []
        for one in self.set_cookies:
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(one).items()}
        link.close()
        return answer.status, content

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def session(self) -> dict[str, str]:
        return {name: value for name, value in self.cookies.items() if name.endswith(SESSION_COOKIE)}

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def post(self, path: str, given: dict[str, str], **headers: str) -> int:
        form = {"Origin": f"https://{NAME}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(given).encode(), **form, **headers)[0]

    def sign_in(self, role: str = "officer", password: str = "", **headers: str) -> int:
        given = {"email": ADDRESSES[role], "password": password or self.proxy.passwords[role]}  # type: ignore[index]
        return self.post("/logg-inn", given, **headers)

    def page(self) -> ClientConnection:
        """The page's own connection, as the browser opens it after the first answer."""
        context = ssl.create_default_context(cafile=str(self.proxy.folder / "proxy.pem"))
        return connect(
            f"wss://{NAME}:{self.proxy.port}/_stcore/stream",
            ssl=context,
            server_hostname=NAME,
            address=("127.0.0.1", self.proxy.port),
            origin=f"https://{NAME}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            subprotocols=["streamlit", self.cookies.get("_streamlit_xsrf", "none")],  # type: ignore[list-item]
            max_size=None,
        )


def until(link: ClientConnection, wanted: str) -> tuple[ForwardMsg, bytes]:
    """The first message of the kind ``wanted``, and all that came until then."""
    came = b""
    while True:
        told = ForwardMsg()
        raw = link.recv(timeout=30)
        assert isinstance(raw, bytes)
        came += raw
        told.ParseFromString(raw)
        if told.WhichOneof("type") == wanted:
            return told, came


def begin(link: ClientConnection, *, signed_in: bool = True) -> str:
    """Let the page run to its end, as someone who is signed in; the session's number."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    link.send(asked.SerializeToString())
    told, _ = until(link, "new_session")
    assert (b"sign_out" in until(link, "script_finished")[1]) is signed_in
    return str(told.new_session.initialize.session_id)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("behind-nginx")
    data = folder / "data"
    around = {"STREAMLIT_SERVER_ALLOWED_HOSTS": NAME}
    served = [Served(data, around), Served(data, around)]
    made = Proxy(folder, served, {})
    try:
        for one in served:  # both at once, in an empty folder
            one.start(wait=False)
        for one in served:
            one.wait()
        with open_store(data) as store:
            made.passwords |= {one.role: one.password for one in invent_accounts(store, OPERATOR)}
        made.start()
        yield made
    finally:
        for one in served:
            one.__exit__()
        if made.process is not None:
            made.process.terminate()
            made.process.wait(timeout=10)


def test_a_browser_stays_with_one_process_and_a_whole_office_does_not(proxy: Proxy) -> None:
    before = len(proxy.upstreams())
    for _ in range(20):
        browser = Browser(proxy)
        for _ in range(3):
            assert browser.get("/healthz")[0] == 200
    used = proxy.upstreams()[before:]
    assert all(len(set(used[at : at + 3])) == 1 for at in range(0, 60, 3)), "each browser stayed"
    assert len(set(used)) == 2, "browsers of one address are spread"


def test_sign_in_through_tls_is_secure_and_holds_in_every_process(proxy: Proxy) -> None:
    browser = Browser(proxy)
    assert browser.sign_in() == 303
    (cookie,) = (one for one in browser.set_cookies if SESSION_COOKIE in one)
    assert "secure" in cookie.lower() and "httponly" in cookie.lower()
    assert all("secure" in one.lower() for one in browser.set_cookies)
    assert "max-age" in browser.headers.get("Strict-Transport-Security", "max-age")
    for one in "abcd":
        browser.cookies["ringvirk_process"] = one  # whichever process that leads to
        assert browser.get("/logg-ut")[0] == 200
        with browser.page() as link:
            begin(link)
    status, told = browser.get("/metrics")
    assert status == 404 and b"ringvirk" not in told


def test_the_source_that_slows_guessing_is_the_real_one(proxy: Proxy) -> None:
    with open_store(proxy.served[0].folder) as store, store.read() as db:
        before = {key for (key,) in db.execute("SELECT key FROM attempt")}
    for number, role in enumerate(("board", "applicant"), 1):
        browser = Browser(proxy)
        forged = f"203.0.113.{number}"
        assert browser.sign_in(role, "ikke det rette", X_Forwarded_For=forged, Forwarded=f"for={forged}") == 400
    with open_store(proxy.served[0].folder) as store, store.read() as db:
        added = {key for (key,) in db.execute("SELECT key FROM attempt")} - before
    assert len(added) in (2, 3), "one for each address, and one source at most: forged ones would make two more"


def test_ten_megabytes_are_uploaded_through_the_proxy(proxy: Proxy) -> None:
    browser = Browser(proxy)
    assert browser.sign_in() == 303
    browser.get("/_stcore/health")
    with browser.page() as link:
        session = begin(link)
        asked = BackMsg()
        asked.file_urls_request.request_id = "one"
        asked.file_urls_request.file_names.append("stor.bin")
        asked.file_urls_request.session_id = session
        link.send(asked.SerializeToString())
        told, _ = until(link, "file_urls_response")
        address = told.file_urls_response.file_urls[0].upload_url
        sent = b'--x\r\nContent-Disposition: form-data; name="file"; filename="stor.bin"\r\n\r\n'
        sent += bytes(10_000_000) + b"\r\n--x--\r\n"
        head = {"Content_Type": "multipart/form-data; boundary=x"}
        head["X_Xsrftoken"] = browser.cookies.get("_streamlit_xsrf", "")
        status, answer = browser.ask("PUT", address, sent, **head, Origin=f"https://{NAME}")
        assert status == 204, (status, answer[:200])


def test_one_that_is_killed_takes_nobody_along_and_a_restart_one_by_one_is_not_seen(proxy: Proxy) -> None:
    browsers = [Browser(proxy) for _ in range(8)]
    assert browsers[0].sign_in() == 303
    for one in browsers:
        one.get("/healthz")
        one.cookies |= browsers[0].session
    killed, other = proxy.served
    killed.stop(signal.SIGKILL)
    assert [one.get("/healthz")[0] for one in browsers] == [200] * 8
    for one in browsers[:3]:
        with one.page() as link:
            begin(link)
    killed.start()
    other.stop()
    assert [one.get("/healthz")[0] for one in browsers] == [200] * 8
    other.start()
    assert [one.get("/healthz")[0] for one in browsers] == [200] * 8
    with open_store(killed.folder) as store:
        assert store.is_whole()


def test_the_proxy_logs_no_address_and_no_query(proxy: Proxy) -> None:
    assert Browser(proxy).get("/kode?kode=HEMMELIG")[0] == 200
    time.sleep(0.2)
    told = proxy.log.read_text(encoding="utf-8")
    assert "/kode" in told and "HEMMELIG" not in told
    assert all(line.split()[0].startswith("20") for line in told.splitlines()), "the moment comes first, no address"
