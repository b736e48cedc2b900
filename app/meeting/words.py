"""Outcomes, motions and faults of a meeting in words, with people by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from app import asked
from app.doing import attempt
from app.visit import Visit
from app.who import named
from data.faults import Fault, Faults
from fund.books.money import kroner
from fund.meeting.proposals import Proposal
from fund.workflow import state_name


def outcome(visit: Visit, word: str, amount: int | None) -> str:
    """What is given, or not: «innvilget delvis: 150 000 kroner»; "" where there is no outcome."""
    if not word:
        return ""
    name = state_name("application", word, visit.lang)
    if amount is None:
        return name
    return visit.say("meeting_page.outcome", outcome=name, amount=kroner(amount, visit.lang))


def motion(visit: Visit, proposal: Proposal) -> str:
    """A motion in short, as a list names it."""
    return outcome(visit, proposal.outcome, proposal.amount)


def with_names(visit: Visit, faults: Iterable[Fault]) -> list[Fault]:
    """Faults that are about an account, with the name that people know it by."""
    return [replace(one, value=named(visit, one.value)) if one.value.startswith("account:") else one for one in faults]


def hindrance(visit: Visit, one: Fault) -> str:
    """A fault as something that is still lacking: what, and what to do, without where it was found."""
    return f"{one.problem(visit.lang)} {one.expected(visit.lang)}"


def short_keys() -> bool:
    """Whether keys of one sign vote and turn the pages: who steers the machine by voice can do without them."""
    return asked.text("taster") != "av"


def naming(act: Callable[[Visit], str | None]) -> Callable[[Visit], str | None]:
    """``act`` as it is, its faults with people's names."""

    def done(visit: Visit) -> str | None:
        try:
            return act(visit)
        except Faults as found:
            raise Faults(with_names(visit, found.faults)) from None

    return done


def clicked(act: Callable[[Visit], str | None]) -> Callable[[], None]:
    """The callback of a button that does ``act``."""

    def callback() -> None:
        attempt(naming(act))

    return callback
