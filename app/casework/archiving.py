"""The whole case as one file, for who keeps the fund's archive."""

from __future__ import annotations

from app import layout
from app.casework.opened import Opened
from app.going import ways
from app.tables import Link


def archive(one: Opened) -> None:
    """What leads to the file, for who may have it."""
    if not one.officer and not one.visit.may("audit.read"):
        return
    layout.section(one.say("case_page.archive"))
    layout.text(one.say("case_page.archive_about"), small=True)
    ways([Link(one.say("case_page.archive_file"), f"/last-ned/sak/{one.id}.zip")])
