"""The last step: what the scheme wants confirmed, what is lacking, what the board will see, and sending it."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.applying import lacking
from app.applying.advice import advice
from app.applying.contents import contents
from app.applying.form import Form, change, name, put
from app.deed import deed, fields
from app.text import plain
from app.visit import Visit
from data.faults import Fault, Faults
from data.numbers import kroner
from fund.intake.applications import list_papers, read_draft
from fund.intake.revisions import complete, submit
from fund.rulebook.schemes import word


def review(form: Form) -> None:
    """Conditions first, then advice, what is lacking or the button, then everything as it will be read."""
    _conditions(form)
    advice(form)
    found = lacking.lacks(form)
    if found:
        layout.text(form.words("review.lacks", count=len(found)))
        lacking.show(form, found)
    else:
        _send(form)
    layout.section(form.words("review.seen"))
    case = form.standing.case
    who = case.organisation
    shown = None if who is None else (who.name, who.number, who.kind)
    contents(form.visit, case.scheme, case.contents, shown, case.papers)


def _conditions(form: Form) -> None:
    """What the scheme wants the applicant to answer; nothing is answered beforehand."""
    asked = form.standing.case.scheme.conditions
    if not asked:
        return
    layout.subsection(form.words("review.conditions"))
    for one in asked:
        key = form.key(f"confirmed_{one.key}")
        held = (form.document.get("confirmed") or {}).get(one.key)
        st.session_state.setdefault(key, held)
        st.radio(
            plain(one.words(form.visit.lang)),
            (True, False),
            index=None,
            key=key,
            horizontal=True,
            format_func=lambda answer: form.words("yes" if answer else "no"),
            on_change=_answer,
            args=(form.one.id, one.key, key),
        )


def _answer(id: int, condition: str, key: str) -> None:
    change(id, put(f"confirmed/{condition}", st.session_state.get(key)))


def _send(form: Form) -> None:
    """Sending asks first, and sends only what this tab shows."""
    said, lang = form.standing.case.contents, form.visit.lang
    again = form.one.state == "needs_completing"
    figures = {"asked": kroner(said.asked or 0, lang), "form": word("form", said.form or "grant", lang)}
    sure = form.words("review.sure_again" if again else "review.sure", **figures)
    layout.text(form.words("review.ready"))
    once = fields(form.visit, name(form.one.id, f"send_{form.one.version}"))
    label = form.visit.say(f"workflow.application_action.{'complete' if again else 'submit'}")
    seen = (form.document, tuple(paper.id for paper in form.standing.case.papers))

    def act(visit: Visit) -> str:
        _same(visit, form.one.id, seen)
        send = complete if again else submit
        receipt = send(visit.store, visit.actor, form.one.id, form.one.version)
        return visit.say("application_page.review.sent", number=receipt.number)

    deed(once, label, act, first=True, sure=sure)


def _same(visit: Visit, id: int, seen: tuple[object, tuple[int, ...]]) -> None:
    """Refuse to send what another tab has changed since this one showed it; what was sent already is another matter."""
    held = read_draft(visit.store, visit.actor, id).document
    now = tuple(paper.id for paper in list_papers(visit.store, visit.actor, id))
    if (held, now) != seen:
        raise Faults([Fault("", "", "", "application_page.changed")])
