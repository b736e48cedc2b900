"""The steps about who applies, the event, and the amount."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.applying import inputs
from app.applying.forecast import forecast
from app.applying.form import Form
from app.applying.who import organisation
from app.given import reference
from fund.intake.completeness import OWN_FIELDS
from fund.rulebook.schemes import FORMS, word
from impact.beside import DEGREES, strategy_areas, strategy_name


def applicant(form: Form) -> None:
    """Who applies, whether one may act for it, and where money is paid to."""
    organisation(form)
    inputs.text(form, "account", form.words("account"), hint=form.words("account_hint"), longest=40)


def event(form: Form) -> None:
    """What is held, when and where; its forecast; what else the scheme asks to be told."""
    inputs.text(form, "title", form.words("title"), hint=form.words("title_hint"))
    names = reference().municipalities
    first, second = st.columns(2)
    with first:
        inputs.day(form, "first_day", form.words("first_day"))
    with second:
        inputs.day(form, "last_day", form.words("last_day"))
    inputs.choice(form, "municipality", form.words("municipality"), tuple(names), lambda code: names[code])
    inputs.long_text(form, "summary", form.words("summary"), hint=form.words("summary_hint"))
    forecast(form)
    _asked(form)
    _strategy(form)


def _asked(form: Form) -> None:
    """The scheme's own questions."""
    own = [one for one in form.standing.case.scheme.fields if one.key not in OWN_FIELDS]
    if own:
        layout.subsection(form.words("questions"))
    for one in own:
        inputs.long_text(form, f"answers/{one.key}", one.words(form.visit.lang), lines=4)


def _strategy(form: Form) -> None:
    """How well the event fits each area of the region's strategy, where the scheme asks."""
    if form.standing.case.scheme.strategy is None:
        return
    layout.subsection(form.words("strategy"))
    layout.text(form.words("strategy_about"))
    for area in strategy_areas():
        inputs.choice(
            form,
            f"strategy/{area}",
            strategy_name(area, form.visit.lang),
            tuple(range(len(DEGREES))),
            lambda degree: form.words(f"degree.{degree}"),
        )


def amount(form: Form) -> None:
    """The form of support, what is asked for, and the least that lets the event go ahead."""
    allowed = form.standing.case.scheme.forms
    forms = allowed.allowed if allowed else FORMS
    inputs.choice(
        form,
        "form",
        form.words("form"),
        forms,
        lambda one: word("form", one, form.visit.lang),
        hint=form.words("form_hint"),
    )
    inputs.money(form, "asked", form.words("asked"))
    inputs.money(form, "least", form.words("least"), hint=form.words("least_hint"))
    layout.text(form.words("least_about"), small=True)
