"""What tests of pages share: accounts with open sessions in a real store, and a page run as one of them.

A page is run as the program runs it, within a visit whose session is looked up by the cookie; only the browser is left
out. Two runs in one store are two tabs, or two people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import PropertyMock, patch

from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from app.visit import SESSION_COOKIE
from data.accounts import add_account
from data.permission import Actor
from data.sessions import open_session
from data.store import Store

WAIT = 20


def person(store: Store, role: str, name: str = "Eksempel Person") -> tuple[Actor, str]:
    """A new account with one role and an open session: who acts, and the token of the cookie."""
    at = dt.datetime.now(dt.UTC)
    with store.write("operator", "test.account") as write:
        (count,) = write.db.execute("SELECT count(*) FROM account").fetchone()
        account = add_account(write, f"{role}{count}@eksempel.no", name, [role], "nb", at)
        token = open_session(write, account, "", at)
    return Actor(f"account:{account}", frozenset({role})), token


def page_of(name: str, *, lang: str = "nb", **query: str) -> AppTest:
    """A page of the program that has not been run yet, at an address with ``query``."""

    def script(name: str) -> None:
        import importlib

        import streamlit as st

        from app.text import plain
        from app.visit import visiting
        from data.faults import Faults
        from data.permission import Refused

        with visiting() as visit:
            try:
                importlib.import_module(f"app.pages.{name}").show(visit)
            except Refused as refused:
                st.warning("REFUSED " + plain(refused.verdict.reason(visit.lang)))
            except Faults as found:
                st.error("FAULTS " + plain(str(found)))
            except LookupError as gone:
                st.warning(f"GONE {gone}")

    page = AppTest.from_function(script, default_timeout=WAIT, args=(name,))
    page.session_state["language"] = lang
    for key, value in query.items():
        page.query_params[key] = value
    return page


def admitted(name: str, *, lang: str = "nb", **query: str) -> AppTest:
    """A page at an address, behind the program's own door: the page, or the reason why not."""

    def script(name: str) -> None:
        from app.admitting import admit
        from app.navigation import entries
        from app.visit import visiting

        with visiting() as visit:
            admit(next(one for one in entries() if one.name == name), visit)

    page = AppTest.from_function(script, default_timeout=WAIT, args=(name,))
    page.session_state["language"] = lang
    for key, value in query.items():
        page.query_params[key] = value
    return page


@contextmanager
def signed_in(folder: Path, token: str) -> Iterator[None]:
    """While it lasts, runs of pages have this store and this session's cookie."""
    cookies = {SESSION_COOKIE: token} if token else {}
    with (
        patch.dict("os.environ", {"RINGVIRK_DATA": str(folder)}),
        patch.object(ContextProxy, "cookies", PropertyMock(return_value=cookies)),
    ):
        yield


def seen(page: AppTest) -> str:
    """Everything that a page says, in one text, without the marks that keep Markdown from being read."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info", "success")
    said = [one.value for kind in kinds for one in getattr(page, kind)]
    html = [one.proto.body for one in page.get("html")]
    labels = [
        one.label for kind in ("button", "text_input", "selectbox", "radio", "checkbox") for one in getattr(page, kind)
    ]
    return "\n".join(str(one) for one in (*said, *html, *labels)).replace("\\", "")
