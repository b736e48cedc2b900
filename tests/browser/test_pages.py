"""Every page, in both languages, wide and on a phone: it opens, is accessible, and stays on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from meeting_mode import opened, reviewed_fund

from app.applying.form import STEPS
from app.navigation import ENTRIES, Entry
from browser.conftest import Site, Visitor, new_site
from data.clock import today
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from fund.demo_year import renewed
from fund.intake.applications import start_application

pytestmark = pytest.mark.browser

STREAMLITS_OWN: dict[str, str] = {}
"""Rules of axe that Streamlit's own parts break, each with the reason why it is left out."""
ACROSS = (
    "Math.max(...[document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]"
    ".map(one => one.scrollWidth))"
)
"""How wide the page is: Streamlit scrolls within its own main part, not the document."""
QUERY = {
    "business": "?bransje=overnatting&kommune=5001&periode=2025",
    "municipality": "?kommune=5001&periode=2025",
    "event": "?id=1",
    "estimate": "?id=1",
    "event_form": "?id=1&steg=publikum",
    "surveys": "?id=2",
    "survey_import": "?id=1",
    "counts": "?id=2",
    "evaluation": "?id=2",
    "review": "?id=2",
    "calendar": "?maaned=2025-03",
    "comparison": "?id=1",
    "application": "?id=1",
    "case": "?id=1",
    "ranking": "?utlysning=1",
    "portfolio": "?utlysning=1",
    "meeting": "?id=1",
    "award": "?id=1",
    "claim": "?id=1",
    "payouts": "?id=1",
    "posting": "?id=1",
}
"""What is shown of a page: the samples, and the invented fund after its year."""
READER = {"application": "applicant", "board": "administrator", "posting": "auditor"}
"""The role that a page is made for, where no menu lists it and it isn't the officer's."""


def reader(entry: Entry) -> str:
    """The role that the page is made for; "" for anyone."""
    if entry.right is None:
        return ""
    return entry.menu[0] if entry.menu else READER.get(entry.name, "officer")


READERS = sorted({reader(one) for one in ENTRIES})


def serious(visitor: Visitor) -> Iterator[str]:
    """What axe finds that is serious or worse, with where."""
    for one in Axe().run(visitor.page).response["violations"]:
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN:
            yield f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:3]}"


def wrong(visitor: Visitor, title: str) -> Iterator[str]:
    """Everything that is wrong with the page as it stands; ``title`` is the key of its title."""
    page, size = visitor.page, visitor.page.viewport_size
    assert size is not None
    if page.evaluate("document.documentElement.lang") != visitor.lang:
        yield "the document's language"
    if page.title() != f"{say(title, visitor.lang)} – Ringvirk":
        yield f"the title is {page.title()!r}"
    if (heads := page.locator("h1").count()) != 1:
        yield f"{heads} main headings"
    if page.locator("[data-testid=stException]").count():
        yield "an exception"
    if (across := page.evaluate(ACROSS)) > size["width"]:
        yield f"{across} px wide"
    yield from serious(visitor)
    yield from visitor.outside


@pytest.mark.parametrize(("lang", "width"), [("nb", "wide"), ("en", "phone")])
@pytest.mark.parametrize("role", READERS, ids=lambda role: role or "anyone")
def test_every_page_opens_and_everyone_can_read_it(
    site: Site, visitor: Callable[..., Visitor], role: str, lang: Lang, width: str
) -> None:
    person = visitor(site, role=role, lang=lang, width=width)
    found = {}
    for entry in ENTRIES:
        if reader(entry) == role and entry.name != "sign_in":
            person.open(f"/{entry.path}{QUERY.get(entry.name, '')}")
            found[entry.path or "/"] = list(wrong(person, entry.title))
    assert found and not any(found.values()), {path: faults for path, faults in found.items() if faults}


UNDER_WAY = {
    "officer": ("/saker", "/sak?id=1", "/rangering?utlysning=1", "/portefolje?utlysning=1", "/mote?id=1"),
    "board": ("/saker", "/sak?id=3", "/portefolje?utlysning=1", "/mote?id=1", "/mote?id=1&vis=stor"),
    "applicant": (
        "/soknader",
        "/utlysninger",
        "/soknad?id=1",
        *(f"/soknad?id=6&steg={step}" for step in STEPS.values()),
    ),
}
"""Pages of a fund whose board is about to decide, and of an organiser who is about to apply."""


def about_to_decide(store: Store) -> None:
    """The invented fund in the midst of its meeting, and a draft for the next call."""
    story = reviewed_fund(store)
    opened(story, store.folder)
    start_application(store, story.who("applicant"), renewed(story, today()), 1)


@pytest.mark.parametrize(("lang", "width"), [("nb", "phone"), ("en", "wide")])
def test_what_is_under_way_can_be_read(tmp_path: Path, visitor: Callable[..., Visitor], lang: Lang, width: str) -> None:
    site = new_site(tmp_path / "data", about_to_decide)
    names = {entry.path: entry for entry in ENTRIES}
    found = {}
    try:
        for role, paths in UNDER_WAY.items():
            person = visitor(site, role=role, lang=lang, width=width)
            for path in paths:
                person.open(path)
                found[path] = list(wrong(person, names[path[1:].partition("?")[0]].title))
    finally:
        site.stop()
    assert not any(found.values()), {path: faults for path, faults in found.items() if faults}


DARK = (
    "/anslag?id=1&scenario=belegg-lavt",
    "/anslag?id=1&tall=region.effects.value_added.total",
    "/skjema?id=1&steg=publikum",
    "/skjema?id=1&steg=netter",
    "/skjema?id=1&steg=dokumentasjon",
    "/arrangementer",
    "/kalender?maaned=2025-03",
    "/naeringsliv?bransje=overnatting&kommune=5001&periode=2025",
)


def test_pages_can_be_read_in_the_dark(site: Site, visitor: Callable[..., Visitor]) -> None:
    person = visitor(site, role="officer", dark=True)
    found = {}
    for path in DARK:
        name = next(one for one in ENTRIES if one.path == path[1:].partition("?")[0])
        person.open(path)
        found[path] = list(wrong(person, name.title))
    assert not any(found.values()), {path: faults for path, faults in found.items() if faults}


def test_public_pages_fit_the_narrowest_screen(site: Site, visitor: Callable[..., Visitor]) -> None:
    person = visitor(site, width="narrow")
    found = {}
    for entry in ENTRIES:
        if entry.right is None and entry.name != "sign_in":
            person.open(f"/{entry.path}{QUERY.get(entry.name, '')}")
            found[entry.path] = list(wrong(person, entry.title))
    assert not any(found.values()), {path: faults for path, faults in found.items() if faults}


PLAIN = {
    "/logg-inn": "signing.title",
    "/kode": "signing.code_title",
    "/glemt-passord": "signing.forgotten",
    "/logg-ut": "signing.sign_out",
    "/last-ned/anslag/99999.json": "page.gone",
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_plain_pages_are_like_the_others(
    site: Site, visitor: Callable[..., Visitor], lang: Lang, dark: bool
) -> None:
    person = visitor(site, lang=lang, width="narrow", dark=dark)
    found = {}
    for path, title in PLAIN.items():
        person.open(path)
        found[path] = list(wrong(person, title))
    assert not any(found.values()), {path: faults for path, faults in found.items() if faults}
