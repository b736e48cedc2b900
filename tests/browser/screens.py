"""Pictures of every page for ``docs/screens``, both languages, wide and phone: ``make screens``.

``python tests/browser/screens.py fund todo`` takes those pages only. The site has the invented fund.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from app.navigation import ENTRIES  # noqa: E402
from browser.conftest import FLAGS, Site, Visitor, chromium, new_site  # noqa: E402
from browser.test_pages import QUERY, READERS, reader  # noqa: E402
from data.phrases import LANGUAGES, Lang  # noqa: E402
from fund.demo_after import play_on  # noqa: E402

FOLDER = ROOT / "docs" / "screens"
ACROSS = {"wide": 1280, "phone": 390}
TALLEST = 5000
COLOURS = 128


def main() -> int:
    """Start a server with invented accounts, take the pictures, and write those that changed."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = new_site(Path(folder) / "data", play_on)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            for role in READERS:
                for lang in LANGUAGES:
                    for width, across in ACROSS.items():
                        _role(site, browser, role, lang, width, across)
        finally:
            browser.close()
            site.stop()
    return 0


def _role(site: Site, browser: Browser, role: str, lang: Lang, width: str, across: int) -> None:
    context = browser.new_context(viewport={"width": across, "height": 900}, locale="nb-NO", timezone_id="Europe/Oslo")
    context.add_cookies([{"name": "ringvirk_language", "value": lang, "url": site.address}])
    visitor = Visitor(site, context, context.new_page(), [], lang)
    if role:
        visitor.carry(site.token(role, lang=lang))
    for entry in ENTRIES:
        if reader(entry) == role and entry.name != "sign_in" and entry.name in (sys.argv[1:] or [entry.name]):
            visitor.page.set_viewport_size({"width": across, "height": 900})  # as the page before left it taller
            page = visitor.open(f"/{entry.path}{QUERY.get(entry.name, '')}")
            _save(page, across, FOLDER / f"{entry.name}-{lang}-{width}.png")
            print(entry.name, lang, width, flush=True)
    context.close()


def _save(page: Page, across: int, path: Path) -> None:
    """The whole page in few colours; Streamlit scrolls within, so the window is made as tall as its content."""
    tall = "Math.max(...[...document.querySelectorAll('*')].map(one => one.scrollHeight))"
    page.set_viewport_size({"width": across, "height": min(TALLEST, max(900, page.evaluate(tall)))})
    page.wait_for_timeout(1500)
    page.set_viewport_size({"width": across, "height": min(TALLEST, max(900, page.evaluate(tall)))})
    page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    picture.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
