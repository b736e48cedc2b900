"""Letters to people: by SMTP where the environment names a server, else as text that someone hands over.

| variable | what it is |
|---|---|
| ``RINGVIRK_SMTP_HOST`` | the mail server; without it nothing is ever sent |
| ``RINGVIRK_SMTP_PORT`` | its port (587 for starttls, 465 for tls, 25 for none) |
| ``RINGVIRK_SMTP_SECURITY`` | ``starttls`` (default), ``tls`` or ``none`` |
| ``RINGVIRK_SMTP_USER``, ``RINGVIRK_SMTP_PASSWORD`` | where the server wants them |
| ``RINGVIRK_SMTP_FROM`` | the sender's address |
| ``RINGVIRK_URL`` | where people reach the program, as ``https://ringvirk.example.no``; links are made from it |

The address for links comes from here only, never from a request: else a forged host would get the codes.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage

from data.clock import moment
from data.codes import OneTime
from data.phrases import Lang, say

CODE_PATH = "/kode?kode="
"""The page where a person sets a password with a code; the code is added."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECONDS = 10.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """One letter: to which address, its subject and its text. Neither text nor address is shown by repr."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def mail_is_set_up() -> bool:
    """Whether letters can be sent: there is a server, a sender and an address for links."""
    return all(os.environ.get(f"RINGVIRK_{name}") for name in ("SMTP_HOST", "SMTP_FROM", "URL"))


def code_letter(email: str, lang: Lang, code: OneTime) -> Letter:
    """The letter with a one-time code: a link where the program's address is known, and the code itself."""
    place = os.environ.get("RINGVIRK_URL", "").rstrip("/")
    ends = moment(code.ends_at.isoformat(), lang)
    what = "link" if place else "code"
    text = say(f"account.letter.{what}", lang, link=f"{place}{CODE_PATH}{code.code}", code=code.code, ends=ends)
    return Letter(email, say("account.letter.subject", lang), text)


def send(letter: Letter) -> bool:
    """Send the letter now; whether the server took it. What went wrong is logged without the address."""
    if not mail_is_set_up():
        return False
    message = EmailMessage()
    message["To"], message["From"] = letter.to, os.environ["RINGVIRK_SMTP_FROM"]
    message["Subject"], message["Auto-Submitted"] = letter.subject, "auto-generated"
    message.set_content(letter.text)
    try:
        with _server() as server:
            if user := os.environ.get("RINGVIRK_SMTP_USER"):
                server.login(user, os.environ.get("RINGVIRK_SMTP_PASSWORD", ""))
            server.send_message(message)
        return True
    except (OSError, smtplib.SMTPException, ValueError, KeyError) as error:
        _LOG.error("a letter could not be sent: %s", type(error).__name__)  # its text may hold the address
        return False


def send_later(letter: Letter) -> threading.Thread:
    """Send the letter in a thread of its own, so that nobody reads off the time whether there was one to send."""
    thread = threading.Thread(target=send, args=(letter,), name="letter")
    thread.start()
    return thread


def _server() -> smtplib.SMTP:
    """The server, connected. Its certificate must be right. Raises OSError, SMTPException, or KeyError and ValueError
    where the environment is wrong."""
    host, security = os.environ["RINGVIRK_SMTP_HOST"], os.environ.get("RINGVIRK_SMTP_SECURITY", "starttls")
    port = int(os.environ.get("RINGVIRK_SMTP_PORT") or _PORTS[security])
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=_SECONDS)
    if security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
