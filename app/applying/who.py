"""Who applies: an organisation that one acts for or has asked to act for, or one that is registered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app import layout
from app.applying.form import Form
from app.deed import Fields, deed, fields, text_field
from app.doing import attempt
from app.text import plain
from app.visit import Visit
from data.clock import day
from fund.applicant.acting import Acting, acting
from fund.applicant.identifiers import shown_organisation
from fund.applicant.mandates import ask_mandate
from fund.applicant.organisations import register_organisation
from fund.applicant.own_account import REGISTER
from fund.intake.applications import choose_organisation
from fund.rulebook.schemes import APPLICANT_KINDS, word


def organisation(form: Form) -> None:
    """The organisation of a draft: chosen, or registered, with the mandate that says how far one may act."""
    own, chosen = acting(form.visit.store, form.visit.actor), form.one.organisation
    if form.one.sent:
        assert form.standing.case.organisation is not None
        layout.text(_named(form.standing.case.organisation.name, form.standing.case.organisation.number))
        return
    if own:
        _choose(form, own, chosen)
    now = next((one for one in own if one.organisation.id == chosen), None)
    if now is not None:
        mandate(form.visit, now)
    with st.expander(form.words("who.another"), expanded=not own):
        register(form.visit, lambda visit, id: _chosen(visit, form, id))


def _choose(form: Form, own: Sequence[Acting], chosen: int | None) -> None:
    names = {one.organisation.id: _named(one.organisation.name, one.organisation.number) for one in own}
    key = form.key(f"organisation_{form.one.version}")
    st.session_state.setdefault(key, chosen if chosen in names else None)
    st.selectbox(
        form.words("who.choose"),
        list(names),
        index=None,
        key=key,
        format_func=lambda id: plain(names[id]),
        placeholder=form.words("choose"),
        on_change=_choose_now,
        args=(form.one.id, form.one.version, key),
    )


def _choose_now(id: int, version: int, key: str) -> None:
    organisation = st.session_state.get(key)
    if organisation is not None:
        attempt(lambda visit: _set(visit, id, version, organisation))


def _set(visit: Visit, id: int, version: int, organisation: int) -> None:
    choose_organisation(visit.store, visit.actor, id, version, organisation)


def _chosen(visit: Visit, form: Form, organisation: int) -> None:
    _set(visit, form.one.id, form.one.version, organisation)


def mandate(visit: Visit, one: Acting) -> None:
    """How far the mandate has come, and what to do where there is none that holds."""
    say, held = visit.say, one.mandate
    if one.holds:
        layout.text(say("signing_up.mandate.holds", until=day(held.until, visit.lang)))
        return
    if one.waits:
        st.info(plain(say("signing_up.mandate.waits")), icon=":material/hourglass:")
        return
    why = held.why or ""
    key = "refused" if held.state == "refused" else "ended"
    st.warning(plain(say(f"signing_up.mandate.{key}", why=why)), icon=":material/lock:")
    again = fields(visit, f"applying_mandate_{one.organisation.id}_{held.id}")
    deed(again, say("signing_up.mandate.ask"), lambda visit: _ask(visit, one.organisation.id))


def _ask(visit: Visit, organisation: int) -> str:
    ask_mandate(visit.store, visit.actor, organisation)
    return visit.say("signing_up.mandate.asked")


def register(visit: Visit, then: Callable[[Visit, int], None]) -> None:
    """Register an organisation by its number, and ask for a mandate for it; ``then`` is done with its number."""
    say = visit.say
    form = fields(visit, REGISTER, "number", "name", "kind")
    layout.text(say("signing_up.register.about"))
    text_field(form, "number", say("signing_up.number"), hint=say("signing_up.number_hint"), longest=30)
    text_field(form, "name", say("signing_up.organisation"), hint=say("signing_up.organisation_hint"), longest=200)
    st.selectbox(
        say("signing_up.kind"),
        APPLICANT_KINDS,
        index=None,
        key=form.key("kind"),
        placeholder=say("application_page.choose"),
        format_func=lambda one: word("applicant", one, visit.lang),
    )
    deed(form, say("signing_up.register.do"), lambda visit: _register(visit, form, then))


def _register(visit: Visit, form: Fields, then: Callable[[Visit, int], None]) -> str:
    number, name, kind = (str(form[one] or "") for one in ("number", "name", "kind"))
    id = register_organisation(visit.store, visit.actor, number, name, kind)
    own = {one.organisation.id: one for one in acting(visit.store, visit.actor)}
    if id not in own or not own[id].holds:
        ask_mandate(visit.store, visit.actor, id)
    then(visit, id)
    return visit.say("signing_up.register.done")


def _named(name: str, number: str) -> str:
    return f"{name} ({shown_organisation(number)})"
