"""Cases: the officer's list of work, the board's own cases, and for who only reads, all of them."""

from __future__ import annotations

from app import layout
from app.casework.aid_reporting import aid_reporting
from app.casework.own_cases import own_cases
from app.casework.work_list import work_list
from app.going import ways
from app.tables import Link
from app.visit import Visit
from fund.review.queue import cases_known


def show(visit: Visit) -> None:
    """What waits for who is here; or that nothing has been sent yet."""
    known = cases_known(visit.store, visit.actor)
    if not known.states:
        layout.title(visit.say("page.title.cases"))
        layout.empty(visit, "cases_page.empty" if visit.may("case.handle") else "cases_page.empty_reader")
    elif visit.may("case.score") and not visit.may("case.handle"):
        own_cases(visit)
    else:
        work_list(visit, known)
        if visit.may("case.handle"):
            aid_reporting(visit)
            ways([Link(visit.say("years_page.link"), "/over-aar")])
