"""``/tilgjengelighet``: what doesn't work for everyone yet, what to do instead, and how it was tested; for anyone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.html_page import language_of, page, paragraph
from app.text import markup
from data.accessibility import Lacking, lacking, passed_on, tested
from data.clock import written
from data.phrases import Lang, say

_STYLE = """
main, header, footer { max-width: 42rem; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0; } p { margin: .25rem 0 .75rem; } dl { margin: 0; }
dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0; }
"""


async def show(request: Request) -> Response:
    """The statement, in the reader's language."""
    lang = language_of(request)
    day = passed_on()
    body = paragraph(say("accessibility.lead", lang)) + paragraph(say("accessibility.status", lang))
    body += _head("lacking", lang) + "".join(_lacking(one, lang) for one in lacking())
    body += _head("how", lang) + "".join(f"<li>{markup(one.what[lang])}.</li>" for one in tested()).join(
        ("<ul>", "</ul>")
    )
    body += paragraph(say("accessibility.by", lang))
    if day is not None:
        body += paragraph(say("accessibility.on", lang, day=written(day, "long", lang)))
    for part in ("tell", "authority"):
        body += _head(f"{part}.title", lang) + paragraph(say(f"accessibility.{part}.text", lang))
    return page(request, say("accessibility.title", lang), body, style=_STYLE)


def _head(key: str, lang: Lang) -> str:
    return f"<h2>{markup(say(f'accessibility.{key}', lang))}</h2>"


def _lacking(one: Lacking, lang: Lang) -> str:
    """What isn't met, with its criterion, what that means, and the way around it."""
    named = say("accessibility.criterion", lang, number=one.criterion, level=one.level) if one.criterion else ""
    parts = "".join(
        f"<dt>{markup(say(f'accessibility.part.{part}', lang))}</dt><dd>{markup(one.told(part, lang))}</dd>"
        for part in ("means", "instead")
    )
    return f"<h3>{markup(one.told('what', lang))}</h3>{paragraph(named) if named else ''}<dl>{parts}</dl>"


ROUTES = [Route("/tilgjengelighet", show, methods=["GET"])]
