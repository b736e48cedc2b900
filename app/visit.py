"""Who is here, in which language, with the store open: what every page and callback begins with.

    with visiting() as visit:
        rows, total = list_events(visit.store, visit.actor, Search())

The cookie is read at the handshake and holds a token only; who it belongs to, and with which roles, is looked up in the
database on every run and in every callback, so a session that is revoked elsewhere ends here at the next click.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from data.audit import head
from data.changes import newest
from data.lending import lent_store
from data.permission import ANYONE, Actor, may
from data.phrases import LANGUAGES, Lang, say
from data.sessions import Session, whose
from data.store import Store

SESSION_COOKIE = "ringvirk_session"
LANGUAGE_COOKIE = "ringvirk_language"


@dataclass(frozen=True)
class Visit:
    """One run of a page: the open store, the session (None: not signed in) and the language."""

    store: Store
    session: Session | None
    lang: Lang

    @property
    def actor(self) -> Actor:
        return self.session.actor if self.session else ANYONE

    @property
    def role(self) -> str:
        """The role that the person works in now; ``anyone`` for who isn't signed in or has no role that is awake."""
        return self.session.role_in_use if self.session and self.session.roles else "anyone"

    def say(self, key: str, /, **figures: Any) -> str:
        """A phrase in the visitor's language."""
        return say(key, self.lang, **figures)

    def may(self, action: str, resource: Any = None) -> bool:
        """Whether to show what leads to ``action``; the domain asks again."""
        return bool(may(self.actor, action, resource))

    @cached_property
    def accounts(self) -> int:
        """The newest change of an account when this run first asked: names are read again and again."""
        return self.version_of(("account",))

    @property
    def version(self) -> int:
        """The number of the newest audited change: what results that are kept between runs are kept by."""
        with self.store.read() as db:
            return head(db).seq

    def version_of(self, kinds: Iterable[str]) -> int:
        """As :attr:`version`, of changes of these kinds only: for what is made of nothing else."""
        with self.store.read() as db:
            return newest(db, kinds)


@contextmanager
def visiting() -> Iterator[Visit]:
    """The visit of this run or callback, with a store that nobody else has meanwhile."""
    with lent_store() as store:
        token = st.context.cookies.get(SESSION_COOKIE, "")
        session = whose(store, token) if token else None
        yield Visit(store, session, language(session))


def language(session: Session | None) -> Lang:
    """The language chosen on the page, else in the address (``?lang=en``), the account's, the last one here; bokmål."""
    asked = (
        st.session_state.get("language"),
        st.query_params.get("lang"),
        session.language if session else None,
        st.context.cookies.get(LANGUAGE_COOKIE),
    )
    return next((lang for one in asked for lang in LANGUAGES if lang == one), LANGUAGES[0])
