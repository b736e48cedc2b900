"""One message: to whom it is, how far it has come, its whole text, and sending it again or handing it over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import streamlit as st

from app import layout
from app.deed import deed, fields
from app.text import markup
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.mail import mail_is_set_up
from fund.applicant.organisations import organisation_names
from fund.outbox import Message, get_message, hand_over, letter_of, send_again

MESSAGE = "/meldinger?id={}"


def organisations(visit: Visit, recipients: Iterable[str]) -> Mapping[str, str]:
    """The names of the organisations among recipients, by how a message names them."""
    parts = (one.partition(":") for one in recipients)
    wanted = [int(number) for kind, _, number in parts if kind == "organisation"]
    names = organisation_names(visit.store, visit.actor, wanted)
    return {f"organisation:{id}": name for id, name in names.items()}


def to_whom(visit: Visit, recipient: str, names: Mapping[str, str]) -> str:
    """Whom a message is for, by name; never by address."""
    return names.get(recipient) or named(visit, recipient)


def state_of(visit: Visit, one: Message) -> str:
    return visit.say(f"messages_page.state.{'unsure' if one.unsure else one.state}")


def subject_of(visit: Visit, one: Message) -> str:
    """What it is about; its key where the program has no such text any more."""
    try:
        return one.subject(visit.lang)
    except KeyError:
        return one.message


def show_message(visit: Visit, id: int) -> None:
    """The page of a message. Raises LookupError where there is none."""
    one = get_message(visit.store, visit.actor, id)
    layout.title(subject_of(visit, one), visit.say(f"messages_page.lead.{'unsure' if one.unsure else one.state}"))
    st.html(f'<a href="/meldinger">← {markup(visit.say("page.title.messages"))}</a>')
    say, lang = visit.say, visit.lang
    layout.facts(
        {
            say("messages_page.to"): to_whom(visit, one.recipient, organisations(visit, [one.recipient])),
            say("messages_page.at"): moment(one.at, lang),
            say("messages_page.tries"): str(one.tries),
            say("messages_page.done"): moment(one.done_at, lang),
        }
    )
    layout.section(say("messages_page.letter"))
    try:
        spoken, subject, text = letter_of(visit.store, visit.actor, id, lang)
    except LookupError:
        layout.text(say("messages_page.no_letter"))
    else:
        if one.recipient.startswith("account:"):
            layout.text(say(f"messages_page.spoken.in_{spoken}"), small=True)
        st.code(f"{subject}\n\n{text}", language=None, wrap_lines=True)
    if visit.may("outbox.send"):
        _deeds(visit, one)


def _deeds(visit: Visit, one: Message) -> None:
    """Sending it again, or saying that it was handed over."""
    again = one.unsure or one.state == "failed"
    if again:
        form = fields(visit, f"messages_{one.id}_again")
        sure = visit.say("messages_page.again_sure") if one.unsure else ""
        deed(form, visit.say("messages_page.again"), partial(_again, one), first=True, sure=sure)
    if one.state in ("waiting", "failed") and (again or not mail_is_set_up()):
        layout.text(visit.say("messages_page.hand_text"))
        form = fields(visit, f"messages_{one.id}_hand")
        sure = visit.say("messages_page.hand_sure")
        deed(form, visit.say("messages_page.hand"), partial(_handed, one), sure=sure)


def _again(one: Message, visit: Visit) -> str:
    send_again(visit.store, visit.actor, one.id, one.version)
    return visit.say("messages_page.waits_anew")


def _handed(one: Message, visit: Visit) -> str:
    hand_over(visit.store, visit.actor, one.id, one.version)
    return visit.say("messages_page.handed")
