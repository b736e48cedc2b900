"""The menu's way to the sign-in form, which is a page of its own that can set a cookie."""

from __future__ import annotations

from app import layout
from app.inline import follow
from app.visit import Visit


def show(visit: Visit) -> None:
    """Go to the form; a link stands here for who isn't taken there."""
    layout.title(visit.say("page.title.sign_in"))
    follow(visit.say("page.to_sign_in"), f"/logg-inn?lang={visit.lang}")
