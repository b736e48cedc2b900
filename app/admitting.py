"""The page that was asked for, or in plain words why not."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

import streamlit as st

from app import layout
from app.navigation import Entry
from app.text import markup, plain
from app.visit import Visit
from data.connection import StoreFault, no_memory
from data.faults import Faults
from data.permission import Refused, may


def admit(entry: Entry, visit: Visit) -> None:
    """Show the page to who may see it. Who may not is told the reason, and shown nothing of it."""
    if entry.right is not None and not (verdict := may(visit.actor, entry.right)):
        _refuse(visit, entry, verdict.reason(visit.lang))
        return
    try:
        entry.show(visit)
    except Refused as refused:
        _refuse(visit, entry, refused.verdict.reason(visit.lang))
    except StoreFault as found:
        logging.getLogger("ringvirk").error("%s", found)
        layout.faults(visit, found.faults)
    except Faults as found:
        layout.faults(visit, found.faults)
    except MemoryError as error:
        layout.faults(visit, no_memory(error).faults)
    except LookupError:
        logging.getLogger("ringvirk").warning("nothing at %s", entry.path, exc_info=True)
        layout.title(visit.say(entry.title))
        layout.empty(visit, "page.gone")


def _refuse(visit: Visit, entry: Entry, reason: str) -> None:
    logging.getLogger("ringvirk").warning("%s was refused /%s", visit.actor.id, entry.path)
    layout.title(visit.say(entry.title))
    st.warning(plain(reason), icon=":material/lock:")
    if visit.session is None:
        st.html(f'<a href="/logg-inn?{_next()}">{markup(visit.say("page.title.sign_in"))}</a>')


def _next() -> str:
    """Where to come back to after signing in."""
    parts = urlsplit(st.context.url or "/")
    asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in st.query_params.items())
    return "next=" + quote(f"{parts.path}?{asked}" if asked else parts.path, safe="")
