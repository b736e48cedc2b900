"""``/personvern``: what is stored about whom, why and how long, as ``data/privacy.toml`` says it; for everyone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.html_page import language_of, page, paragraph
from app.text import markup
from data.limits import limit, unit
from data.phrases import Lang, say
from data.privacy import TOLD, Holding, holdings

_STYLE = """
main { max-width: 42rem; } header { max-width: 42rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; } dl { margin: 0; }
dt { font-weight: 600; margin-top: .75rem; } dd { margin: 0; }
"""


async def show(request: Request) -> Response:
    """The page, in the reader's language."""
    lang = language_of(request)
    told = ("lead", "controller", "rights", "stays", "outside")
    body = "".join(paragraph(say(f"personal_data.{one}", lang)) for one in told)
    body += "".join(_shown(one, lang) for one in holdings())
    return page(request, say("personal_data.title", lang), body, style=_STYLE)


def _shown(one: Holding, lang: Lang) -> str:
    name, *parts = ((part, markup(_with_times(one.told(part, lang), lang))) for part in TOLD)
    told = "".join(f"<dt>{_called(part, lang)}</dt><dd>{text}</dd>" for part, text in parts)
    return f"<section><h2>{name[1]}</h2><dl>{told}</dl></section>"


def _called(part: str, lang: Lang) -> str:
    return markup(say(f"personal_data.part.{part}", lang))


def _with_times(text: str, lang: Lang) -> str:
    """The sentence with the limits that it names, each with its unit."""
    return text.format_map(_Times(lang))


class _Times(dict[str, str]):
    """A limit in words, by its name. Raises KeyError for one that isn't there."""

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.lang = lang

    def __missing__(self, name: str) -> str:
        if (count := limit(name)) == 1 and unit(name) == "days":
            return say("personal_data.unit.day", self.lang)
        return say(f"personal_data.unit.{unit(name)}", self.lang, count=count)


ROUTES = [Route("/personvern", show, methods=["GET"])]
