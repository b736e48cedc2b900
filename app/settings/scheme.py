"""One scheme: its rules in plain words, what changed from revision to revision, changing it, and trying it."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.inputs import source_links
from app.settings.scheme_form import show_changes, show_form
from app.settings.trial import show_trial
from app.tables import Column, download, table
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import day, moment, short_day, today
from fund.public.scheme_words import rule_lines
from fund.rulebook.scheme_changes import scheme_changes
from fund.rulebook.scheme_rows import SavedScheme, scheme_story
from fund.rulebook.scheme_toml import scheme_toml
from fund.rulebook.schemes import Scheme, word

_TOML = "application/toml"


def show_scheme(visit: Visit, key: str) -> None:
    """The page of a scheme. Raises LookupError where there is none."""
    story = scheme_story(visit.store, visit.actor, key)
    last = story[-1][0]
    begun = [one for one, _, _ in story if one.since <= today()]
    holds = max(begun, key=lambda one: (one.since, one.revision)) if begun else last
    lead = visit.say("schemes_page.scheme.lead", revision=holds.revision, day=day(holds.since, visit.lang))
    layout.title(holds.scheme.name(visit.lang), lead)
    st.html(f'<a href="/ordninger">← {markup(visit.say("schemes_page.title"))}</a>')
    _rules(visit, holds.scheme)
    _revisions(visit, story)
    tried = last.scheme
    if visit.may("scheme.write"):
        layout.section(visit.say("schemes_page.scheme.edit"))
        tried = show_form(visit, last)
    show_trial(visit, key, tried)


def _rules(visit: Visit, scheme: Scheme) -> None:
    with st.expander(plain(visit.say("schemes_page.scheme.rules"))):
        lines = rule_lines(scheme, visit.lang)
        items = "".join(
            f"<li><strong>{markup(one.section)}.</strong> {markup(one.text)}"
            f' <span class="rv-small">({source_links(one.source)})</span></li>'
            for one in lines
        )
        st.html(f'<ul class="rv-list">{items}</ul>')
        if scheme.criteria:
            layout.text(scheme.weights_note(visit.lang), small=True)
        if scheme.left_out:
            layout.subsection(visit.say("schemes_page.scheme.left_out"))
            layout.bullets(one(visit.lang) for one in scheme.left_out)
    if scheme.not_found:
        silent = ", ".join(word("rule", one, visit.lang) for one in scheme.not_found)
        layout.text(visit.say("schemes_page.scheme.silent", sections=silent), small=True)


def _revisions(visit: Visit, story: list[tuple[SavedScheme, str, str]]) -> None:
    """Every revision, the newest first, and what each changed."""
    layout.section(visit.say("schemes_page.scheme.revisions"))
    layout.text(visit.say("schemes_page.scheme.revisions_text"))
    say, lang = visit.say, visit.lang
    heads: list[Column | str] = [
        Column(say("schemes_page.list.revision"), number=True),
        *(say(f"schemes_page.{name}") for name in ("list.since", "scheme.what", "scheme.saved_by", "scheme.saved_at")),
    ]
    rows = []
    for place, (one, actor, at) in reversed(list(enumerate(story))):
        before = story[place - 1][0] if place else None
        about = [str(one.revision), short_day(one.since, lang), _what(visit, before, one)]
        rows.append([*about, named(visit, actor), moment(at, lang)])
    table(say("schemes_page.scheme.revisions_caption"), heads, rows)
    for place in range(len(story) - 1, 0, -1):
        before, after = story[place - 1][0], story[place][0]
        if changed := scheme_changes(before.scheme, after.scheme, lang):
            label = say("schemes_page.scheme.between", before=before.revision, after=after.revision)
            with st.expander(plain(label)):
                show_changes(visit, label, changed)
    last = story[-1][0]
    name = f"{last.key}-{last.revision}.toml"
    key = f"schemes_{last.key}_toml"
    download(say("schemes_page.scheme.toml"), name, lambda: _toml(last.scheme), key=key, mime=_TOML)


def _what(visit: Visit, before: SavedScheme | None, one: SavedScheme) -> str:
    """What a revision changed, in a few words."""
    if before is None:
        key = "from_preset" if one.preset else "first_one"
        return visit.say(f"schemes_page.scheme.{key}", preset=one.preset)
    changed = scheme_changes(before.scheme, one.scheme, visit.lang)
    return ", ".join(each.section for each in changed) or visit.say("schemes_page.scheme.only_words")


def _toml(scheme: Scheme) -> bytes:
    return scheme_toml(scheme.document).encode()
