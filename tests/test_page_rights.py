"""Every page for every role, by address: it is shown, or the reason is and nothing of the content.

What is expected is written out by hand, as people agreed on it: the program's own table of rights is not asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from conftest import number
from pages import admitted, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from app.navigation import ENTRIES
from data.sessions import open_session
from data.store import Store, open_store
from fund.demo import Story
from fund.demo_year import play
from impact.estimates import lock_estimate
from impact.lessons import add_lesson
from impact.reference import reference_in
from impact.register import create_event
from impact.samples import load_samples
from impact.survey.surveys import make_survey

# a: shown, with what is another's; o: shown, without what is another's; -: not shown, and why. «stranger» is an
# applicant who acts for nobody. Lessons are for everyone who is signed in, so that an applicant's own event shows what
# was learnt from others of its kind.
PAGES = """
                           anyone officer applicant stranger board chair treasurer auditor administrator
/                          o      o       o         o        o     o     o         o       o
/naeringsliv               o      o       o         o        o     o     o         o       o
/kommune                   o      o       o         o        o     o     o         o       o
/fond                      o      o       o         o        o     o     o         o       o
/metode                    o      o       o         o        o     o     o         o       o
/tabeller                  o      o       o         o        o     o     o         o       o
/satser                    o      o       o         o        o     o     o         o       o
/satser?sats=vat.accommodation o  o       o         o        o     o     o         o       o
/anslag?id={published}     o      o       o         o        o     o     o         o       o
/anslag?id={secret}        -      a       -         -        a     a     a         a       a
/anslag?id={secret}&omrade=norge -  a  -      -     a     a     a         a       a
/anslag?id={own}           -      o       o         -        o     o     o         o       o
/anslag?arrangement={event} -     a       -         -        a     a     a         a       a
/arrangementer             -      a       o         o        a     a     a         a       a
/arrangementer?q=hemmelig  -      a       o         o        a     a     a         a       a
/arrangement?id={event}    -      a       -         -        a     a     a         a       a
/arrangement?id={mine}     -      a       a         -        a     a     a         a       a
/skjema                    -      o       o         o        -     -     -         -       -
/skjema?id={event}         -      a       -         -        -     -     -         -       -
/skjema?id={mine}          -      o       o         -        -     -     -         -       -
/kalender?maaned=2031-06   -      a       o         o        a     a     a         a       a
/sammenlign                -      o       o         o        o     o     o         o       o
/sammenlign?id={secret}    -      a       -         -        a     a     a         a       a
/importer                  -      o       -         -        -     -     -         -       -
/undersokelser?id={event}  -      a       -         -        a     a     a         a       a
/undersokelser?id={mine}   -      o       o         -        o     o     o         o       o
/svar-inn?id={survey}      -      a       -         -        -     -     -         -       -
/tellinger?id={event}      -      a       -         -        a     a     a         a       a
/tellinger?id={mine}       -      o       o         -        o     o     o         o       o
/evaluering?id={event}     -      a       -         -        a     a     a         a       a
/evaluering?id={mine}      -      o       o         -        o     o     o         o       o
/gjennomgang?id={event}    -      a       -         -        a     a     a         a       a
/gjennomgang?id={mine}     -      o       o         -        o     o     o         o       o
/treffsikkerhet            -      o       -         -        o     o     o         o       o
/over-aar                  -      o       -         -        o     o     o         o       o
/netter                    -      o       o         o        o     o     o         o       o
/erfaringer                -      a       a         a        a     a     a         a       a
/oppgaver                  -      a       o         o        o     o     o         o       o
/soknader                  -      -       o         o        -     -     -         -       -
/utlysninger               o      o       o         o        o     o     o         o       o
/soknad?id={case}          -      o       o         -        o     o     o         o       -
/fullmakter                -      o       o         o        o     o     o         o       o
/saker                     -      o       -         -        o     o     o         o       -
/sak?id={case}             -      a       -         -        a     a     a         a       -
/rangering?utlysning=1     -      o       -         -        o     o     o         o       -
/portefolje?utlysning=1    -      o       -         -        o     o     o         o       -
/moter                     -      o       -         -        o     o     o         o       -
/mote?id=1                 -      o       -         -        o     o     o         o       -
/tilsagn?id=1              -      o       o         -        o     o     o         o       -
/bidrag                    -      o       -         -        o     o     o         o       o
/anmodninger               -      o       -         -        -     -     o         o       -
/anmodning?id=1            -      o       o         -        -     -     o         o       -
/utbetalinger              -      -       -         -        -     -     o         o       -
/utbetalinger?id=1         -      -       -         -        -     -     o         o       -
/regnskap                  -      o       -         -        o     o     o         o       o
/postering?id=1            -      o       -         -        o     o     o         o       o
/ordninger                 -      o       -         -        o     o     o         o       o
/ordninger?utlysning=1     -      o       -         -        o     o     o         o       o
/styret                    -      o       -         -        o     o     o         o       o
/meldinger                 -      o       -         -        -     -     -         o       o
/maler                     -      o       -         -        -     -     -         o       o
/revisjonsspor             -      -       -         -        -     -     -         a       -
/kontoer                   -      -       -         -        -     -     -         o       o
/kontoer?id=1              -      -       -         -        -     -     -         o       o
/kontroll                  -      -       -         -        -     -     -         o       o
/konto                     -      o       o         o        o     o     o         o       o
"""
SECRET = "Hemmelig"
"""Stands in everything of the officer's that isn't published."""
OWN_ACCOUNT = "Logg inn for å se kontoen din"
FIELDS = ("text_input", "text_area", "selectbox", "radio", "number_input", "button")
REFUSED = (
    "Dette kan ",
    "Du må logge inn",
    "Dette tilhører noen andre",
    "Dette finnes ikke",
    "Logg inn for å se kontoen din",
)


def expected(text: str) -> list[tuple[str, str, str]]:
    """(role, address, cell) of a table."""
    head, *lines = text.strip().splitlines()
    return [
        (role, address, cell)
        for address, *cells in map(str.split, lines)
        for role, cell in zip(head.split(), cells, strict=True)
    ]


ODD = ("abc", "99999999999999999999", "0", "1 OR 1=1", "٣")
BY_NUMBER = {
    "officer": (
        "svar-inn",
        "undersokelser",
        "tellinger",
        "evaluering",
        "gjennomgang",
        "anslag",
        "arrangement",
        "skjema",
        "netter",
        "sammenlign",
        "erfaringer",
        "sak",
        "mote",
        "meldinger",
    ),
    "administrator": ("kontoer",),
    "treasurer": ("tilsagn", "anmodning", "utbetalinger", "postering"),
    "applicant": ("soknad", "tilsagn"),
}
"""Pages that show the row of a number, for a role that may see such rows."""
CELLS = expected(PAGES)


def document(name: str) -> dict[str, Any]:
    """An event of 2031 that can be computed, whose name is in every word of its own."""
    about = {"id": name.lower().replace(" ", "-"), "name_nb": name, "name_en": name, "kind": "festival"}
    days = {"municipality": "5001", "first_day": "2031-06-14", "last_day": "2031-06-14", "price_year": 2024}
    audience = {"name": f"{name}-gjester", "role": "guest", "home": "abroad", "visits": number(100)}
    return {"event": {**about, **days}, "audience": [{**audience, "days_per_person": number(1)}]}


House = tuple[Path, dict[str, str], dict[str, int]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The folder of a fund after its year, a session's token for each role, and the numbers of rows.

    The officer has a secret event with a locked estimate and a lesson; the applicant an event of its own.
    """
    folder, reference = tmp_path_factory.mktemp("rights"), reference_in()
    with open_store(folder) as store:
        load_samples(store, reference)
        story = play(store)
        tokens = {role: _token(store, story, role) for role in dict.fromkeys(role for role, _, _ in CELLS)}
        officer, applicant = story.who("officer"), story.who("applicant")
        event = create_event(store, officer, document(f"{SECRET}fest"), state="confirmed")
        mine = create_event(store, applicant, document("Egenfest"), state="confirmed")
        add_lesson(store, officer, event, f"{SECRET} lærdom")
        survey = make_survey(store, officer, event, "visitor", dt.date(2031, 6, 14), dt.date(2031, 6, 30))
        secret, own = (
            lock_estimate(store, actor, one, reference, draws=200)
            for actor, one in ((officer, event), (applicant, mine))
        )
    numbers = {
        "event": event,
        "mine": mine,
        "secret": secret,
        "own": own,
        "published": 1,
        "case": story.applications["cup"],
        "survey": survey,
    }
    yield folder, tokens, numbers


def _token(store: Store, story: Story, role: str) -> str:
    """An open session of the role's person in the story; of a new one where the story has none."""
    if role == "anyone":
        return ""
    if role == "stranger":
        return person(store, "applicant")[1]
    account = int(story.who(role).id.removeprefix("account:"))
    with store.write("operator", "test.session") as write:
        return open_session(write, account, "", dt.datetime.now(dt.UTC))


def faults(page: AppTest, address: str, cell: str) -> Iterator[str]:
    """What is not as expected of a page that was run."""
    if page.exception:
        yield f"an exception: {page.exception[0].value}"
    text = seen(page)
    refused = any(one.value.replace("\\", "").startswith(REFUSED) for one in (*page.warning, *page.info)) or (
        OWN_ACCOUNT in text
    )
    if refused != (cell == "-"):
        yield f"shown although {cell}" if not refused else f"refused although {cell}"
    found = SECRET in text
    if cell == "a" and not found:
        yield "lacks what it should show"
    if cell != "a" and found:
        yield "shows what is another's"
    if cell == "-" and ("<table" in text or any(getattr(page, kind) for kind in FIELDS)):
        yield "parts of the page beside the reason"


def test_the_table_is_whole() -> None:
    paths = {address.partition("?")[0].strip("/") for _, address, _ in CELLS}
    assert paths == {entry.path for entry in ENTRIES if entry.name != "sign_in"}


@pytest.mark.parametrize("role", list(dict.fromkeys(role for role, _, _ in CELLS)))
def test_every_address_shows_the_page_or_the_reason(house: House, role: str) -> None:
    folder, tokens, numbers = house
    names = {entry.path: entry.name for entry in ENTRIES}
    found = {}
    with signed_in(folder, tokens[role]):
        for _, address, cell in (one for one in CELLS if one[0] == role):
            path, _, query = address.format(**numbers).strip("/").partition("?")
            page = admitted(names[path], **dict(parse_qsl(query))).run()
            if wrong := list(faults(page, address, cell)):
                found[address] = wrong
    assert not found


@pytest.mark.parametrize("role", BY_NUMBER)
def test_a_number_that_nobody_would_write_is_told(house: House, role: str) -> None:
    folder, tokens, _ = house
    names = {entry.path: entry.name for entry in ENTRIES}
    found = {}
    with signed_in(folder, tokens[role]):
        for path, odd in product(BY_NUMBER[role], ODD):
            page = admitted(names[path], id=odd).run()
            if page.exception or len(page.title) != 1 or "Dette finnes ikke" not in seen(page):
                found[path, odd] = seen(page)[:200]
    assert not found
