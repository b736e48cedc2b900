"""Plain HTML pages beside the program's own: sign-in and what belongs to it. They work without scripts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.text import markup
from app.visit import LANGUAGE_COOKIE
from data.faults import Fault
from data.phrases import LANGUAGES, Lang, say

_STYLE = """
:root { color-scheme: light dark; --ink: #16252c; --paper: #fff; --edge: #7b8c94; --blue: #0a5a78; --on: #fff;
  --bad: #8c2f0b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edf3f5; --paper: #10191d; --edge: #72858e; --blue: #8ccde6; --on: #10191d; --bad: #f0a987; } }
body { font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif;
  color: var(--ink); background: var(--paper); margin: 0; }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
header { display: flex; justify-content: space-between; max-width: 30rem; margin: 0 auto; padding: 1rem; }
footer { max-width: 30rem; margin: 0 auto; padding: 0 1rem 2rem; }
.rv-links { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; list-style: none; margin: 0; padding: 0; }
.rv-links a { display: inline-block; padding: .25rem 0; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 1rem; }
a { color: var(--blue); } a, button, input { outline-offset: 2px; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid #4e9bb9; }
label { display: block; font-weight: 600; margin-top: 1rem; }
.hint { margin: 0 0 .25rem; font-size: .95rem; }
input { font: inherit; color: inherit; background: transparent; width: 100%; box-sizing: border-box;
  padding: .6rem; border: 1px solid var(--edge); border-radius: .35rem; }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .7rem 1.4rem; border: 0; border-radius: .35rem;
  background: var(--blue); color: var(--on); cursor: pointer; }
[role=alert] { border: 2px solid var(--bad); border-radius: .35rem; padding: .75rem 1rem; margin-bottom: 1rem; }
[role=alert] p { margin: .25rem 0; } [role=alert] strong { color: var(--bad); }
"""


def language_of(request: Request) -> Lang:
    """The language that was asked for in the address, else the last one here; bokmål."""
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((lang for one in asked for lang in LANGUAGES if lang == one), LANGUAGES[0])


def page(
    request: Request, title: str, body: str, *, faults: Iterable[Fault] = (), status: int = 200, style: str = ""
) -> HTMLResponse:
    """A whole page with ``title`` as its heading; ``body`` is HTML whose text is already escaped, ``style`` its CSS."""
    lang = language_of(request)
    other: Lang = "en" if lang == "nb" else "nb"
    found = list(faults)
    alert = ""
    if found:
        lines = "".join(
            f"<p><strong>{markup(one.problem(lang))}</strong> {markup(one.expected(lang))}</p>" for one in found
        )
        alert = f'<div role="alert">{lines}</div>'
    switch = markup(str(request.url.include_query_params(lang=other).replace(scheme="", netloc="")))
    home, name = markup(say("signing.home", lang)), markup(say(f"page.speak_{other}", lang))
    document = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{markup(title)} – Ringvirk</title>'
        f'<style>{_STYLE}{style}</style></head><body><header><a href="/">{home}</a>'
        f'<a href="{switch}" lang="{other}" hreflang="{other}">{name}</a></header>'
        f"<main><h1>{markup(title)}</h1>{alert}{body}</main><footer>{about_links(lang)}</footer></body></html>"
    )
    response = HTMLResponse(document, status)
    response.headers["Cache-Control"] = "no-store"
    rest = "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src {named(_STYLE + style)}; {rest}"
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 24 * 3600, samesite="lax", httponly=False)
    return response


def named(text: str) -> str:
    """A style or script within a page as a content policy names it: by its digest."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def about_links(lang: Lang) -> str:
    """The links that every page ends with: how persons' data are treated, and for whom the pages work."""
    places = (("/personvern", "personal_data.title"), ("/tilgjengelighet", "personal_data.accessibility"))
    links = "".join(f'<li><a href="{place}?lang={lang}">{markup(say(key, lang))}</a></li>' for place, key in places)
    label = markup(say("personal_data.links", lang))
    return f'<nav aria-label="{label}"><ul class="rv-links rv-about">{links}</ul></nav>'


def field(
    name: str, label: str, *, kind: str = "text", hint: str = "", value: str = "", autocomplete: str = "off"
) -> str:
    """A labelled field with its hint under the label."""
    described = f' aria-describedby="{name}-hint"' if hint else ""
    shown_hint = f'<p class="hint" id="{name}-hint">{markup(hint)}</p>' if hint else ""
    return (
        f'<label for="{name}">{markup(label)}</label>{shown_hint}<input id="{name}" name="{name}" type="{kind}" '
        f'value="{markup(value)}" autocomplete="{autocomplete}" required maxlength="400"{described}>'
    )


def form(action: str, fields: Iterable[str], button: str) -> str:
    """A form that is posted to ``action``."""
    inside = "".join(fields)
    return f'<form method="post" action="{markup(action)}">{inside}<button>{markup(button)}</button></form>'


def paragraph(text: str) -> str:
    return f"<p>{markup(text)}</p>"


def link(text: str, address: str) -> str:
    return f'<p><a href="{markup(address)}">{markup(text)}</a></p>'
