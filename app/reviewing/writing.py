"""A review while it is written: one theme at a time, each field saved by itself, then handed in once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app import layout
from app.deed import deed, fields
from app.doing import attempt
from app.text import markup, plain
from app.visit import Visit
from data.clock import moment
from impact.lessons import TAGS, tag_name
from impact.register import EventRow
from impact.review.questions import GRADES, TEXTS, Party, Theme, grade_name, party_name, themes
from impact.review.reviews import LONGEST, ReviewDraft, hand_in, read_draft, save_answer


@dataclass(frozen=True)
class Writing:
    """One party's review of an event, as this tab has it; ``draft`` is the newest."""

    visit: Visit
    row: EventRow
    party: Party
    draft: ReviewDraft

    @property
    def name(self) -> str:
        return f"review_{self.row.id}_{self.party}"

    def words(self, phrase: str, /, **figures: Any) -> str:
        return self.visit.say(f"review_page.{phrase}", **figures)

    def held(self, theme: Theme, field: str) -> Any:
        return self.draft.answers.get(theme.id, {}).get(field)

    def key(self, theme: Theme, field: str) -> str:
        """The key of a field: a new one where another tab has written, so that all fields are read anew."""
        return f"{self.name}_{theme.id}_{field}_{st.session_state.get(f'{self.name}_generation', 0)}"


def write(visit: Visit, row: EventRow, party: Party) -> None:
    """The themes, the one that is open, and the button that hands the review in."""
    one = Writing(visit, row, party, read_draft(visit.store, visit.actor, row.id, party))
    _look(one)
    layout.section(one.words("your", party=party_name(party, visit.lang)))
    layout.text(one.words("how"))
    theme = _chosen(one)
    layout.subsection(theme.name(visit.lang))
    layout.text(theme.hint(visit.lang))
    _theme(one, theme)
    if one.draft.saved_at:
        at = one.words("saved", at=moment(one.draft.saved_at, visit.lang))
        st.html(f'<p class="rv-small" role="status">{markup(at)}</p>')
    _next(one, theme)
    _hand_in(one)


def _look(one: Writing) -> None:
    """Note what this tab shows; where another has written since, its fields are read anew."""
    seen: ReviewDraft | None = st.session_state.get(f"{one.name}_seen")
    if seen is not None and seen.version != one.draft.version:
        _renew(one.name)
    st.session_state[f"{one.name}_seen"] = one.draft


def _renew(name: str) -> None:
    st.session_state[f"{name}_generation"] = int(st.session_state.get(f"{name}_generation", 0)) + 1


def _chosen(one: Writing) -> Theme:
    """The themes with the grade that each has; the open one."""
    asked = {theme.id: theme for theme in themes(one.party)}
    key = f"{one.name}_theme"
    held = st.session_state.get(key)
    st.session_state[key] = held if held in asked else next(iter(asked))  # told anew: its words change with the grade

    def titled(id: str) -> str:
        name, grade = asked[id].name(one.visit.lang), one.held(asked[id], "grade")
        return one.words("graded", theme=name, grade=grade_name(grade, one.visit.lang)) if grade else name

    st.segmented_control(
        one.words("themes"),
        list(asked),
        required=True,
        wrap=True,
        format_func=titled,
        key=key,
        label_visibility="collapsed",
    )
    return asked[str(st.session_state[key])]


def _theme(one: Writing, theme: Theme) -> None:
    """The fields of a theme: the texts, whether it held, and tags for the lesson."""
    lang = one.visit.lang
    for field in TEXTS:
        key, save = _field(one, theme, field, one.held(theme, field) or "")
        st.text_area(plain(one.words(f"field.{field}")), key=key, max_chars=LONGEST, height=96, on_change=save)
    key, save = _field(one, theme, "grade", one.held(theme, "grade"))
    st.radio(
        plain(one.words("field.grade")),
        GRADES,
        index=None,
        format_func=lambda grade: grade_name(grade, lang),
        key=key,
        horizontal=True,
        on_change=save,
    )
    key, save = _field(one, theme, "tags", one.held(theme, "tags") or list(theme.tags))
    st.multiselect(
        plain(one.words("field.tags")),
        TAGS,
        format_func=lambda tag: tag_name(tag, lang),
        key=key,
        placeholder=one.words("no_tags"),
        on_change=save,
        select_all=False,
    )


def _field(one: Writing, theme: Theme, field: str, held: Any) -> tuple[str, Callable[[], None]]:
    """The key of a field that is filled with what is held, and what saves it."""
    key = one.key(theme, field)
    st.session_state.setdefault(key, held)
    return key, lambda: _save(one.name, one.row.id, one.party, theme.id, field, key)


def _save(name: str, event: int, party: Party, theme: str, field: str, key: str) -> None:
    seen: ReviewDraft = st.session_state.get(f"{name}_seen") or ReviewDraft()
    typed = st.session_state.get(key)

    def act(visit: Visit) -> None:
        before = seen.answers.get(theme, {}).get(field)
        now = save_answer(visit.store, visit.actor, event, party, theme, field, typed, before)
        if now.version == seen.version + 1:  # else the page that follows reads every field anew
            st.session_state[f"{name}_seen"] = now

    attempt(act)


def _next(one: Writing, theme: Theme) -> None:
    order = [each.id for each in themes(one.party)]
    after = order.index(theme.id) + 1
    if after < len(order):
        name = next(each.name(one.visit.lang) for each in themes(one.party) if each.id == order[after])
        st.button(
            plain(one.words("next", theme=name)),
            key=f"{one.name}_next",
            icon=":material/arrow_forward:",
            on_click=_go,
            args=(f"{one.name}_theme", order[after]),
        )


def _go(key: str, theme: str) -> None:
    st.session_state[key] = theme


def _hand_in(one: Writing) -> None:
    """Handing in asks first, and hands in only what this tab has seen."""
    asked, said = themes(one.party), one.draft.answers
    graded = sum(bool(each.get("grade")) for each in said.values())
    lessons = sum(bool(each.get("next")) for each in said.values())
    layout.text(one.words("so_far", graded=graded, of=len(asked), lessons=lessons))
    if not said:
        return
    name, event, party = one.name, one.row.id, one.party

    def act(visit: Visit) -> str:
        seen: ReviewDraft = st.session_state[f"{name}_seen"]
        hand_in(visit.store, visit.actor, event, party, seen.version)
        return visit.say("review_page.handed_in")

    once = fields(one.visit, f"{name}_hand_in")
    deed(once, one.words("hand_in"), act, first=True, sure=one.words("sure", count=lessons))
