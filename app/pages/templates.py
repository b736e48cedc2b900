"""Templates: which paper is made from which Word file, since when; one's own is checked, tried, and put in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import asked, layout
from app.deed import Fields, deed, fields
from app.doing import attempt
from app.going import ways
from app.tables import Link, download, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.limits import limit
from data.permission import Actor
from data.phrases import LANGUAGES, Lang
from data.store import Store, open_store
from fund.papers import templates
from fund.papers.fields import LIST, Paper, papers
from fund.papers.templates import InForce, Template

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Read = Callable[[Store], bytes]
PAPER, SPOKEN = "brev", "sprak"
"""What the address calls the paper, and the language that it is in."""


def show(visit: Visit) -> None:
    """Every paper with what holds; or with ``?brev=&sprak=`` one of them."""
    held = templates.list_in_force(visit.store, visit.actor)
    layout.title(visit.say("page.title.templates"), visit.say("templates_page.lead"))
    paper, lang = _chosen()
    if paper is None:
        _list(visit, held)
    else:
        (one,) = [one for one in held if (one.paper, one.lang) == (paper.key, lang)]
        _one(visit, paper, one)


def _chosen() -> tuple[Paper | None, Lang]:
    """The paper that the address names, None where it names none. Raises LookupError where there is no such one."""
    name, spoken = asked.text(PAPER), asked.text(SPOKEN) or LANGUAGES[0]
    lang = next((one for one in LANGUAGES if one == spoken), None)
    if lang is None or (name and name not in papers()):
        raise LookupError(f"no template of {name} in {spoken}")
    return (papers()[name] if name else None), lang


def _list(visit: Visit, held: list[InForce]) -> None:
    heads = [visit.say(f"templates_page.head.{one}") for one in ("paper", "template", "since", "by")]
    rows = []
    for one in held:
        name = visit.say("templates_page.in", paper=papers()[one.paper].names[visit.lang], language=_spoken(visit, one))
        rows.append((Link(name, f"/maler?{PAPER}={one.paper}&{SPOKEN}={one.lang}"), *_state(visit, one)))
    table(visit.say("templates_page.caption"), heads, rows)


def _spoken(visit: Visit, one: InForce) -> str:
    return visit.say(f"templates_page.language.in_{one.lang}")


def _state(visit: Visit, one: InForce) -> tuple[str, str, str]:
    """What a paper is made from, since when, and who put it in force."""
    name = one.template.name if one.template else visit.say("templates_page.shipped")
    return name, moment(one.at, visit.lang), named(visit, one.actor) if one.actor else "–"


def _one(visit: Visit, paper: Paper, one: InForce) -> None:
    """One paper in one language: what holds, one's own, what a template may have, and what held before."""
    ways([Link(visit.say("templates_page.all"), "/maler")])
    name = visit.say("templates_page.in", paper=paper.names[visit.lang], language=_spoken(visit, one))
    layout.section(name)
    template, since, by = _state(visit, one)
    said = "templates_page.holds" if one.at else "templates_page.holds_always"
    layout.text(visit.say(said, template=template, since=since, by=by))
    _held_files(visit, paper, one)
    sent = templates.list_templates(visit.store, visit.actor, paper.key, one.lang)
    if visit.may("template.write"):
        _send(visit, paper, one, first=not sent)
    _sent(visit, one, sent)
    _field_list(visit, paper)
    _history(visit, paper, one)


def _held_files(visit: Visit, paper: Paper, one: InForce) -> None:
    """What holds, to be edited in Word; how a letter looks from it; and the shipped one."""
    key, lang = paper.key, one.lang
    with st.container(horizontal=True):
        if one.template:
            _file(visit, "fetch_held", one.template.name, _content(visit.actor, one.template.id), f"{key}_{lang}")
        _file(
            visit,
            "fetch_shipped",
            f"{paper.files[lang]}.docx",
            lambda store: templates.shipped_content(store, visit.actor, key, lang),
            f"{key}_{lang}",
        )
        _file(
            visit,
            "try_held",
            visit.say("templates_page.trial_name", name=paper.files[lang]),
            lambda store: templates.trial_of_held(store, visit.actor, key, lang),
            f"{key}_{lang}",
        )
    if one.template and visit.may("template.write"):
        form = fields(visit, f"templates_{key}_{lang}_back")
        sure = visit.say("templates_page.sure_back", paper=paper.names[visit.lang])
        deed(form, visit.say("templates_page.back"), partial(_put, paper, one, None), sure=sure)


def _file(visit: Visit, what: str, name: str, read: Read, key: str) -> None:
    """A button that gives a file; it is read when it is asked for, with a store of its own."""
    folder = visit.store.folder

    def make() -> bytes:
        with open_store(folder) as store:
            return read(store)

    download(visit.say(f"templates_page.{what}"), name, make, key=f"templates_{what}_{key}", mime=DOCX)


def _content(actor: Actor, template: int) -> Read:
    return lambda store: templates.template_content(store, actor, template)[1]


def _trial(actor: Actor, template: int) -> Read:
    return lambda store: templates.trial(store, actor, template)[1]


def _send(visit: Visit, paper: Paper, one: InForce, *, first: bool) -> None:
    """A template of one's own: checked and kept, and put in force by a deed of its own."""
    layout.subsection(visit.say("templates_page.own"))
    layout.text(visit.say("templates_page.own_text", most=limit("template_largest")))
    key = f"templates_{paper.key}_{one.lang}_file"
    count = st.session_state.setdefault(f"{key}_count", 0)
    given = st.file_uploader(
        plain(visit.say("templates_page.file")), type=["docx"], key=f"{key}_{count}", accept_multiple_files=False
    )
    if given is not None:
        st.button(
            plain(visit.say("templates_page.check")),
            key=f"{key}_do",
            type="primary" if first else "secondary",
            on_click=_keep,
            args=(paper, one.lang, given.name, given.getvalue(), f"{key}_count"),
        )


def _keep(paper: Paper, lang: Lang, name: str, content: bytes, count: str) -> None:
    """Check what was given and keep it; where it is faulty nothing is, and the faults are told by place."""

    def act(visit: Visit) -> str:
        templates.keep_template(visit.store, visit.actor, paper.key, lang, name, content, told=visit.lang)
        return visit.say("templates_page.kept", name=name)

    if attempt(act):
        st.session_state[count] += 1  # an emptied field


def _sent(visit: Visit, one: InForce, sent: list[Template]) -> None:
    """The templates that were sent: each to be fetched, tried, and put in force."""
    newest = True
    for each in sent:
        holds = one.template is not None and one.template.id == each.id
        with st.container(border=True):
            by = named(visit, each.actor)
            said = "templates_page.sent_holds" if holds else "templates_page.sent"
            layout.text(visit.say(said, name=each.name, at=moment(each.at, visit.lang), by=by))
            with st.container(horizontal=True):
                _file(visit, "try", f"{each.id}-{each.name}", _trial(visit.actor, each.id), str(each.id))
                _file(visit, "fetch", each.name, _content(visit.actor, each.id), str(each.id))
                if not holds and visit.may("template.write"):
                    form: Fields = fields(visit, f"templates_use_{each.id}")
                    act = partial(_put, papers()[each.paper], one, each.id)
                    deed(form, visit.say("templates_page.use"), act, first=newest)
        newest = False


def _put(paper: Paper, one: InForce, template: int | None, visit: Visit) -> str:
    templates.put_in_force(visit.store, visit.actor, paper.key, one.lang, template, seen=one.use)
    return visit.say("templates_page.put", paper=paper.names[visit.lang])


def _field_list(visit: Visit, paper: Paper) -> None:
    """Every field that a template of the paper may have, with an example."""
    with st.expander(plain(visit.say("templates_page.fields"))):
        layout.bullets(visit.say(f"templates_page.how.{one}") for one in ("field", "repeat", "leave_out", "row"))
        heads = [visit.say(f"templates_page.head.{one}") for one in ("field", "meaning", "example")]
        rows = [
            (_written(name), field.meaning[visit.lang], field.example[visit.lang])
            for name, field in paper.fields.items()
        ]
        table(visit.say("templates_page.fields_of", paper=paper.names[visit.lang]), heads, rows)


def _written(name: str) -> str:
    """A field as it is written in a template; of a list, within its loop."""
    of, mark, field = name.partition(LIST)
    return f"{{{{ for x in {of} }}}} {{{{ x.{field} }}}} {{{{ end }}}}" if mark else f"{{{{ {name} }}}}"


def _history(visit: Visit, paper: Paper, one: InForce) -> None:
    past = templates.history_of(visit.store, visit.actor, paper.key, one.lang)
    if past:
        with st.expander(plain(visit.say("templates_page.history"))):
            heads = [visit.say(f"templates_page.head.{each}") for each in ("template", "since", "by")]
            table(visit.say("templates_page.history"), heads, [_state(visit, each) for each in past])
