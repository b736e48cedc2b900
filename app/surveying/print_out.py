"""The questionnaire on paper: A4, boxes to tick, lines to write on, and the QR code of the form."""

from __future__ import annotations

from app.surveying.form import hint_of
from app.surveying.qr import qr_svg
from app.text import markup
from data.phrases import Lang, say
from impact.survey.questions import Question
from impact.survey.surveys import Survey

_LINES = 4
PRINT_STYLE = """
@page { size: A4; margin: 12mm; }
.top { display: flex; flex-wrap: wrap; gap: 0 1.5rem; } .top div { flex: 1 1 15rem; overflow-wrap: anywhere; }
.top svg { width: 8rem; flex: none; }
.event { font-weight: 600; } h2 { font-size: 1.2rem; margin: 1.5rem 0 .25rem; break-after: avoid; }
.q { break-inside: avoid; margin: .8rem 0; } .q p { margin: 0; } .q b { font-weight: 600; }
.q.beside { display: flex; justify-content: space-between; align-items: flex-end; gap: 1rem; }
.q ul { list-style: none; margin: .25rem 0 0; padding: 0; } .q li { break-inside: avoid; }
.q ul.row { display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; }
.box { display: inline-block; width: .8em; height: .8em; border: 1px solid currentColor; margin-right: .5em; }
.line { border-bottom: 1px solid currentColor; height: 1.6em; } .line.short { width: 9em; flex: none; }
@media print { header { display: none; } main { max-width: none; padding: 0; } body { font-size: 9.5pt;
  line-height: 1.3; color: #000; background: #fff; } h1 { font-size: 16pt; } h2 { margin-top: .9rem; }
  .q { margin: .5rem 0; } p { margin: .4rem 0; } .two { columns: 2; column-gap: 10mm; } }
"""


def print_body(survey: Survey, lang: Lang, address: str) -> str:
    """The questionnaire's HTML; ``address`` is where it can be answered on a phone."""
    asked = survey.questionnaire
    said = [survey.name(lang), say("answering.print.lead", lang), address, asked.lead(lang)]
    kinds = (' class="event"', "", ' class="event"', "")
    top = "".join(f"<p{kind}>{markup(text)}</p>" for kind, text in zip(kinds, said, strict=True))
    parts = []
    for part in asked.parts:
        hint = f"<p>{markup(part.hint(lang))}</p>" if part.hint(lang) else ""
        questions = "".join(_question(one, lang) for one in asked.of(part))
        parts.append(f"<h2>{markup(part.text(lang))}</h2>{hint}{questions}")
    about = [say(f"answering.about.{one}", lang) for one in ("what", "who")]
    last = "".join(f"<p>{markup(one)}</p>" for one in (say("answering.print.deliver", lang), *about))
    return f'<div class="top"><div>{top}</div>{qr_svg(address)}</div>{"".join(parts)}{last}'


def _question(one: Question, lang: Lang) -> str:
    need = f" ({say('answering.form.answer_needed', lang)})" if one.required else ""
    unit = f" ({one.unit})" if one.unit else ""
    hint = hint_of(one, lang)
    head = f"<p><b>{markup(one.text(lang) + unit + need)}</b></p>" + (f"<p>{markup(hint)}</p>" if hint else "")
    beside = "" if one.codes or one.kind == "text" else " beside"
    return f'<div class="q{beside}"><div>{head}</div>{_space(one, lang)}</div>'


def _space(one: Question, lang: Lang) -> str:
    """Where the answer is put."""
    if one.codes:
        boxes = "".join(f'<li><span class="box"></span>{markup(one.option(code, lang))}</li>' for code in one.codes)
        return f'<ul class="{"row" if one.kind == "scale" else "two"}">{boxes}</ul>'
    return '<div class="line"></div>' * _LINES if one.kind == "text" else '<div class="line short"></div>'
