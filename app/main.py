"""Every run begins here: who is here, in which language and role, which page, and what they may open."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

import streamlit as st

from app import doing, heard, inline, layout
from app.admitting import admit
from app.going import ways
from app.html_page import about_links
from app.navigation import Entry, entries
from app.tables import Link
from app.text import markup, plain
from app.visit import SESSION_COOKIE, Visit, language, visiting
from data import accounts, sessions
from data.connection import StoreFault
from data.phrases import LANGUAGES

HERE = Path(__file__).parent


def main() -> None:
    """One run of the program for one visitor; where the database can't be had, what the operator can do."""
    try:
        _run()
    except StoreFault as found:
        logging.getLogger("ringvirk").error("%s", found)
        lang = language(None)
        st.error(plain(" ".join(layout.without_file(one).line(lang) for one in found.faults)), icon=":material/error:")


def _run() -> None:
    with visiting() as visit:
        pages = {entry: _page(entry, visit) for entry in entries()}
        chosen = st.navigation(list(pages.values()), position="top")
        entry = next(entry for entry, page in pages.items() if page == chosen)
        st.set_page_config(
            page_title=f"{visit.say(entry.title)} – Ringvirk",
            page_icon=str(HERE / "icon.png"),
            layout="wide" if entry.wide else "centered",
        )
        st.html(_style())
        _top(visit)
        with st.container(key="told"):  # always there: as it came and went, a day half typed beneath would be lost
            told = doing.tell(visit)
        chosen.run()
        doing.forget(told)
        st.html(about_links(visit.lang))
        inline.tell_browser(visit.lang)
        heard.hear(visit.lang)


@cache
def _style() -> str:
    """The program's own style, read once."""
    return f"<style>{(HERE / 'style.css').read_text(encoding='utf-8')}</style>"


def _page(entry: Entry, visit: Visit) -> st.Page:
    listed = visit.role in entry.menu and (entry.right is None or visit.may(entry.right))
    return st.Page(
        partial(admit, entry, visit),
        title=visit.say(entry.title),
        url_path=entry.path,
        default=entry.path == "",
        visibility="visible" if listed else "hidden",
    )


def _top(visit: Visit) -> None:
    """The language and, for who is signed in, the account menu."""
    other = next(one for one in LANGUAGES if one != visit.lang)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.button(
            visit.say(f"page.speak_{other}"), key="change_language", type="tertiary", on_click=_speak, args=(other,)
        )
        if visit.session is not None:
            _account_menu(visit)
    if visit.session is not None and visit.session.asleep:
        _asleep(visit, visit.session.asleep)
    if st.session_state.pop("signed_out", False):
        inline.show_signed_out()


def _asleep(visit: Visit, roles: Iterable[str]) -> None:
    """Say which roles wait for the second step, and where it is turned on."""
    names = ", ".join(visit.say(f"permission.role.{role}") for role in roles)
    with st.container(border=True):
        layout.text(visit.say("second_step.asleep", roles=names))
        ways([Link(visit.say("second_step.turn_on"), "/konto")])


def _account_menu(visit: Visit) -> None:
    session = visit.session
    assert session is not None
    with st.popover(plain(session.name), icon=":material/account_circle:", key="account_menu"):
        if len(session.roles) > 1:
            roles = sorted(session.roles)
            st.radio(
                visit.say("page.role"),
                roles,
                index=roles.index(session.role_in_use) if session.role_in_use in roles else 0,
                format_func=lambda role: visit.say(f"permission.role.{role}"),
                key="role_in_use",
                on_change=_take_role,
            )
        elif session.roles:
            layout.text(visit.say("page.your_role", role=visit.say(f"permission.role.{next(iter(session.roles))}")))
        st.html(f'<a href="/konto">{markup(visit.say("page.title.account"))}</a>')
        st.button(visit.say("page.sign_out"), key="sign_out", on_click=_sign_out)


def _speak(lang: str) -> None:
    """Switch the language at once, and keep it for the account."""
    st.session_state["language"] = lang
    _keep_chosen()
    if "lang" in st.query_params:
        del st.query_params["lang"]
    with visiting() as visit:
        if visit.session is not None:
            accounts.set_language(visit.store, visit.actor, language(None))


def _keep_chosen() -> None:
    """Keep what is chosen in every list of the page.

    The browser knows an option by what it is called. Once it is called otherwise, what is chosen must be told to the
    browser, else it is lost, or taken for a word of the visitor's own.
    """
    for key, value in st.session_state.items():
        chosen = value if isinstance(value, list) else [value]
        if chosen and all(isinstance(one, str | int) and not isinstance(one, bool) for one in chosen):
            st.session_state[key] = value


def _take_role() -> None:
    role = st.session_state.get("role_in_use")
    with visiting() as visit:
        if visit.session is not None and role is not None:  # None: the browser knows it by its name in another language
            accounts.set_role_in_use(visit.store, visit.actor, str(role))


def _sign_out() -> None:
    with visiting() as visit:
        sessions.sign_out(visit.store, st.context.cookies.get(SESSION_COOKIE, ""))
    st.session_state["signed_out"] = True


main()
