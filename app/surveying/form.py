"""The HTML of a questionnaire: every field with its label, its hint and its fault; choices as groups with a legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.text import markup
from data.faults import Fault
from data.phrases import Lang, say
from impact.survey.questions import Question, Questionnaire

FEW = 8
"""Options that stand one below the other; more are chosen from a list."""
STYLE = """
fieldset { border: 0; margin: 1.25rem 0 0; padding: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; }
.event { font-size: 1.15rem; font-weight: 600; margin: 0; }
.need { font-weight: 400; }
label.one { display: flex; gap: .6rem; align-items: flex-start; font-weight: 400; margin: 0; padding: .45rem 0; }
label.one input { width: 1.3rem; height: 1.3rem; margin: .15rem 0 0; flex: none; accent-color: var(--blue); }
.row { display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
textarea, select { font: inherit; color: inherit; background: var(--paper); width: 100%; box-sizing: border-box;
  padding: .6rem; border: 1px solid var(--edge); border-radius: .35rem; }
input.short { max-width: 10rem; }
.bad { color: var(--bad); font-weight: 600; margin: .25rem 0 0; }
[aria-invalid=true] { border: 2px solid var(--bad); }
textarea:focus-visible, select:focus-visible { outline: 3px solid #4e9bb9; }
[role=alert] h2 { margin: 0; font-size: 1.1rem; } [role=alert] ul { margin: .25rem 0; padding-left: 1.2rem; }
"""


@dataclass(frozen=True)
class _Field:
    """A question as it stands in the form: what was typed, and what is wrong with that."""

    question: Question
    lang: Lang
    value: str
    faults: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"q-{self.question.name}"

    @property
    def label(self) -> str:
        need = f' <span class="need">({say("answering.form.answer_needed", self.lang)})</span>'
        unit = f" ({markup(self.question.unit)})" if self.question.unit else ""
        return f"{markup(self.question.text(self.lang))}{unit}{need if self.question.required else ''}"

    @property
    def around(self) -> str:
        """The hint and the faults, which are read with the field."""
        hint, name = hint_of(self.question, self.lang), self.id
        said = f'<p class="hint" id="{name}-hint">{markup(hint)}</p>' if hint else ""
        wrong = "".join(f"{markup(one)} " for one in self.faults).strip()
        return said + (f'<p class="bad" id="{name}-bad">{wrong}</p>' if wrong else "")

    @property
    def marks(self) -> str:
        """The attributes that tie hint and faults to the field."""
        parts = [("hint", hint_of(self.question, self.lang)), ("bad", self.faults)]
        described = " ".join(f"{self.id}-{part}" for part, there in parts if there)
        return f' aria-describedby="{described}"' if described else ""

    @property
    def must(self) -> str:
        return " required" if self.question.required else ""


def form_body(
    asked: Questionnaire, lang: Lang, given: Mapping[str, str], faults: Iterable[Fault], address: str, token: str
) -> str:
    """The form, filled with what was ``given``; ``token`` stands hidden in it."""
    wrong: dict[str, list[str]] = {}
    for one in faults:
        wrong.setdefault(str(one.figures.get("question", "")), []).append(f"{one.problem(lang)} {one.expected(lang)}")
    inside = [f'<input type="hidden" name="token" value="{markup(token)}">']
    for part in asked.parts:
        inside.append(f"<h2>{markup(part.text(lang))}</h2>")
        inside += [f"<p>{markup(part.hint(lang))}</p>"] if part.hint(lang) else []
        for question in asked.of(part):
            typed, said = given.get(question.name, ""), wrong.get(question.name, ())
            inside.append(_html(_Field(question, lang, typed, tuple(said))))
    send = markup(say("answering.form.send", lang))
    return f'<form method="post" action="{markup(address)}">{"".join(inside)}<button>{send}</button></form>'


def fault_list(faults: Iterable[Fault], lang: Lang) -> str:
    """Everything that is wrong, each with the way to its field; "" where nothing is."""
    lines = "".join(f"<li>{_fault(one, lang)}</li>" for one in faults)
    head = markup(say("answering.form.faults", lang))
    return f'<div role="alert"><h2>{head}</h2><ul>{lines}</ul></div>' if lines else ""


def hint_of(question: Question, lang: Lang) -> str:
    """What stands below a question: its hint, or what the ends of its scale mean."""
    if question.kind != "scale":
        return question.hint(lang)
    low, high = (words.text(lang) for words in question.ends)
    steps = {"low": question.codes[0], "high": question.codes[-1]}
    return say("answering.form.scale", lang, low_words=low, high_words=high, **steps)


def _fault(one: Fault, lang: Lang) -> str:
    said = markup(f"{one.problem(lang)} {one.expected(lang)}")
    name = one.figures.get("question")
    return f'<a href="#q-{markup(name)}">{markup(one.place)}</a>: {said}' if name else said


def _html(field: _Field) -> str:
    kind = field.question.kind
    if kind == "scale" or (kind == "choice" and len(field.question.options) <= FEW):
        return _radios(field)
    writes = {"text": _area, "choice": _list}.get(kind, _line)
    return f'<label for="{field.id}">{field.label}</label>{field.around}{writes(field)}'


def _radios(field: _Field) -> str:
    """The choices as a group. One that needn't be answered can be taken back by choosing not to say."""
    question, lang = field.question, field.lang
    options = [(code, question.option(code, lang)) for code in question.codes]
    if not question.required:
        options.append(("", say("answering.form.dont_know", lang)))
    lines = []
    for number, (code, words) in enumerate(options):
        chosen = " checked" if code == field.value and code else ""
        first = f' id="{field.id}"' if number == 0 else ""
        lines.append(
            f'<label class="one"><input type="radio" name="{question.name}" value="{markup(code)}"'
            f"{first}{chosen}{field.must}><span>{markup(words)}</span></label>"
        )
    inside = f'<div class="row">{"".join(lines)}</div>' if question.kind == "scale" else "".join(lines)
    return f"<fieldset{field.marks}><legend>{field.label}</legend>{field.around}{inside}</fieldset>"


def _list(field: _Field) -> str:
    lines = [f'<option value="">{markup(say("answering.form.choose", field.lang))}</option>']
    for code in field.question.codes:
        chosen = " selected" if code == field.value else ""
        lines.append(
            f'<option value="{markup(code)}"{chosen}>{markup(field.question.option(code, field.lang))}</option>'
        )
    return f"<select{_named(field)}>{''.join(lines)}</select>"


def _area(field: _Field) -> str:
    longest = f' maxlength="{int(field.question.high)}"' if field.question.high else ""
    return f'<textarea{_named(field)} rows="4"{longest}>\n{markup(field.value)}</textarea>'


def _line(field: _Field) -> str:
    below_zero = field.question.low is None or field.question.low < 0
    keys = "text" if below_zero else "numeric" if field.question.kind == "whole" else "decimal"
    return (
        f'<input{_named(field)} class="short" type="text" inputmode="{keys}" value="{markup(field.value)}" '
        'autocomplete="off" maxlength="60">'
    )


def _named(field: _Field) -> str:
    invalid = ' aria-invalid="true"' if field.faults else ""
    return f' id="{field.id}" name="{field.question.name}"{invalid}{field.marks}{field.must}'
