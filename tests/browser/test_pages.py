"""Every page, in both languages, on a wide screen and on a phone: it opens, is accessible, and stays on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import Site, Visitor

from app.navigation import ENTRIES, Entry
from data.phrases import LANGUAGES, Lang, say

pytestmark = pytest.mark.browser

STREAMLITS_OWN: dict[str, str] = {}
"""Rules of axe that Streamlit's own parts break, each with the reason why it is left out."""
QUERY = {"event": "?id=1", "estimate": "?id=1", "event_form": "?id=1"}


def reader(entry: Entry) -> str:
    """The role that the page is made for; "" for anyone."""
    if entry.right is None:
        return ""
    return entry.menu[0] if entry.menu else "officer"


READERS = sorted({reader(one) for one in ENTRIES})


def serious(visitor: Visitor) -> Iterator[str]:
    """What axe finds that is serious or worse, with where."""
    for one in Axe().run(visitor.page).response["violations"]:
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLITS_OWN:
            yield f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:3]}"


def wrong(visitor: Visitor, entry: Entry) -> Iterator[str]:
    """Everything that is wrong with the page as it stands."""
    page, size = visitor.page, visitor.page.viewport_size
    assert size is not None
    if page.evaluate("document.documentElement.lang") != visitor.lang:
        yield "the document's language"
    if page.title() != f"{say(entry.title, visitor.lang)} – Ringvirk":
        yield f"the title is {page.title()!r}"
    if (heads := page.locator("h1").count()) != 1:
        yield f"{heads} main headings"
    if page.locator("[data-testid=stException]").count():
        yield "an exception"
    if (across := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
        yield f"{across} px wide"
    yield from serious(visitor)
    yield from visitor.outside


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", READERS, ids=lambda role: role or "anyone")
def test_every_page_opens_and_everyone_can_read_it(
    site: Site, visitor: Callable[..., Visitor], role: str, lang: Lang, width: str
) -> None:
    person = visitor(site, role=role, lang=lang, width=width)
    found = {}
    for entry in ENTRIES:
        if reader(entry) == role and entry.name != "sign_in":
            person.open(f"/{entry.path}{QUERY.get(entry.name, '')}")
            found[entry.path or "/"] = list(wrong(person, entry))
    assert found and not any(found.values()), {path: faults for path, faults in found.items() if faults}
