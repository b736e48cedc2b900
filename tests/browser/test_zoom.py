"""Pages enlarged, spaced, in the system's own colours and on paper: nothing is cut, or told by colour alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from browser.conftest import Site, Visitor
from browser.test_pages import ACROSS

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]
PAGES = {
    "/naeringsliv?bransje=overnatting&kommune=5001&periode=2025": "",
    "/anmodning?id=1": "treasurer",
    "/skjema?id=1&steg=publikum": "officer",
}
ZOOMED = {"200 %": (640, 450), "400 %": (320, 256)}
"""What is left of a window of 1280 by 900, or by 1024, when it is enlarged (WCAG 1.4.4 and 1.4.10)."""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
CUT = """() => [...document.querySelectorAll("main :is(button, label, h1, h2, h3, p, a)")].filter(one => {
  if (!one.checkVisibility() || !one.innerText.trim() || one.closest(".rv-scroll, .rv-hidden")) return false;
  for (let box = one; box && box.tagName !== "MAIN"; box = box.parentElement) {
    const hides = getComputedStyle(box).textOverflow === "ellipsis" && getComputedStyle(box).overflowX !== "visible";
    if (hides && box.scrollWidth > box.clientWidth + 2) return true;
    if (box.tagName === "BUTTON") break;
  }
  return one.getBoundingClientRect().right > innerWidth + 1;
}).map(one => one.innerText.slice(0, 60))"""
"""What is cut off, or lies outside the window."""
HIDDEN = """() => [...document.querySelectorAll("[data-testid=stSidebar][data-collapsed=true] a")]
  .some(one => one.checkVisibility({ visibilityProperty: true }))"""


def amiss(page: Page, across: int) -> list[str]:
    """What doesn't fit the window."""
    wide = page.evaluate(ACROSS)
    found: list[str] = page.evaluate(CUT)
    return [*found, *([f"{wide} px wide"] if wide > across else [])]


def test_pages_can_be_enlarged_and_spaced(site: Site, visitor: Make) -> None:
    found = {}
    for path, role in PAGES.items():
        person = visitor(site, role=role)
        page = person.open(path)
        for name, (across, down) in ZOOMED.items():
            page.set_viewport_size({"width": across, "height": down})
            page.wait_for_timeout(500)
            found[path, name] = amiss(page, across)
            if page.evaluate(HIDDEN):
                found[path, name].append("the closed menu takes the focus")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.add_style_tag(content=SPACED)
        page.wait_for_timeout(300)
        found[path, "spaced"] = amiss(page, 1280)
        page.evaluate("() => { document.documentElement.style.fontSize = '32px'; }")
        page.wait_for_timeout(300)
        found[path, "double text"] = amiss(page, 1280)
    assert not any(found.values()), {place: one for place, one in found.items() if one}


def test_the_systems_own_colours_and_less_motion(site: Site, visitor: Make) -> None:
    person = visitor(site, role="officer")
    page = person.page
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    person.open("/anslag?id=1")
    page.keyboard.press("Tab")
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    kept = "() => getComputedStyle(document.querySelector('{}')).forcedColorAdjust"
    assert page.evaluate(kept.format("[data-testid=stVegaLiteChart]")) == "none"
    assert page.evaluate(kept.format(".rv-band")) == "none"
    chosen = page.locator("[data-testid=stButtonGroup] [aria-checked=true]").first
    assert chosen.evaluate("one => parseFloat(getComputedStyle(one).borderBottomWidth)") >= 3
    moving = "() => parseFloat(getComputedStyle(document.querySelector('main button')).transitionDuration)"
    assert page.evaluate(moving) < 0.001


def test_an_estimate_on_paper_is_what_is_read(site: Site, visitor: Make) -> None:
    person = visitor(site, role="officer", dark=True)
    page = person.open("/anslag?id=1")
    page.emulate_media(media="print")
    for gone in ("header", "main button"):
        assert not page.locator(gone).locator("visible=true").count(), gone
    black = "one => getComputedStyle(one).color"
    assert page.locator("h1").evaluate(black) == "rgb(0, 0, 0)"
    assert page.locator(".rv-table td").first.evaluate(black) == "rgb(0, 0, 0)"
    heads = "one => getComputedStyle(one).display"
    assert page.locator(".rv-table thead").first.evaluate(heads) == "table-header-group"
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
