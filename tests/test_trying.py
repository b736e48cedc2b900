"""A scheme tried on earlier applications: what would have failed, by how much, who may ask; nothing is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import person

from data.audit import head
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.demo import SAMPLES, Story, announce, apply, at, begin, endow
from fund.review.conflicts import declare
from fund.rulebook.scheme_reading import read_scheme, read_scheme_file
from fund.rulebook.schemes import Scheme
from fund.rulebook.trying import try_scheme


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with open_store(tmp_path_factory.mktemp("tried")) as store:
        story = begin(store)
        for step in (endow, announce, apply):
            step(story)
        yield story


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme_file(SAMPLES / "eksempelfondet.toml")


def changed(scheme: Scheme, **sections: object) -> Scheme:
    return read_scheme({**scheme.document, **sections})


def test_the_same_rules_give_the_same(story: Story, scheme: Scheme) -> None:
    tried = try_scheme(story.store, story.who("officer"), scheme, story.call)
    assert len(tried.cases) == 5 and tried.left_out == 0
    assert all(one.after == () for one in tried.cases)
    assert [one.number for one in tried.cases] == [f"2026-000{n}" for n in range(1, 6)]
    # A call has a deadline of its own, which its sending was held to; the scheme's rules are the same in both.
    assert all(one.before == one.after and one.open_before == one.open_after for one in tried.cases)


def test_a_lower_cap_fails_with_the_figures(story: Story, scheme: Scheme) -> None:
    lower = changed(scheme, caps=[{"kind": "amount", "nok": 100_000, "source": "oppdiktet"}])
    tried = try_scheme(story.store, story.who("officer"), lower, story.call)
    assert (tried.holding_before, tried.holding_after) == (5, 1)
    (failed,) = tried.cases[0].after
    assert failed.figures["ore_over"] == 20_000_000  # 300 000 asked, 100 000 given at most
    assert "300 000" in failed.sentence("nb").replace("\xa0", " ") and failed.sentence("en") != failed.sentence("nb")


def test_the_last_ore_is_within_and_one_more_is_not(story: Story, scheme: Scheme) -> None:
    for nok, holds in ((300_000, True), (299_999, False)):
        lower = changed(scheme, caps=[{"kind": "amount", "nok": nok, "source": "oppdiktet"}])
        first = try_scheme(story.store, story.who("officer"), lower, story.call).cases[0]
        assert (not first.after) is holds


def test_what_could_not_be_known_is_open_or_lacking(story: Story, scheme: Scheme) -> None:
    asked = {"key": "plan", "nb": "Klimaplan", "en": "Climate plan", "source": "oppdiktet"}
    stricter = changed(scheme, attachments=[asked], conditions=[{**asked, "key": "open"}])
    for one in try_scheme(story.store, story.who("officer"), stricter, story.call).cases:
        assert [each.rule for each in one.after] == ["attachments"]
        assert "conditions" in [each.rule for each in one.open_after]
        assert "conditions" not in [each.rule for each in one.open_before]
        for lang in LANGUAGES:
            assert one.after[0].sentence(lang)


def test_nothing_is_stored(story: Story, scheme: Scheme) -> None:
    with story.store.read() as db:
        before = head(db)
    try_scheme(story.store, story.who("officer"), scheme, story.call)
    with story.store.read() as db:
        assert head(db) == before


@pytest.mark.parametrize("role", ["applicant", "administrator"])
def test_who_reads_no_cases_tries_none(story: Story, scheme: Scheme, role: str) -> None:
    actor, _ = person(story.store, role)
    for one in (actor, ANYONE):
        with pytest.raises(Refused):
            try_scheme(story.store, one, scheme, story.call)


def test_cases_of_ones_own_conflicts_are_left_out(tmp_path: Path, scheme: Scheme) -> None:
    with open_store(tmp_path) as store:
        story = begin(store)
        for step in (endow, announce, apply):
            step(story)
        officer = story.who("officer")
        declare(store, officer, story.applications["cup"], "conflict", "Søsteren leder laget (eksempel).", at=_later())
        tried = try_scheme(store, officer, scheme, story.call)
        assert tried.left_out == 1 and story.applications["cup"] not in [one.application for one in tried.cases]
        assert len(try_scheme(store, _colleague(store), scheme, story.call).cases) == 5


def test_a_member_of_the_board_sees_only_what_it_has_declared_on(story: Story, scheme: Scheme) -> None:
    tried = try_scheme(story.store, story.who("board"), scheme, story.call)
    assert tried.cases == () and tried.left_out == 5


def test_a_call_that_is_not_there(story: Story, scheme: Scheme) -> None:
    with pytest.raises(LookupError):
        try_scheme(story.store, story.who("officer"), scheme, 99)


def _colleague(store: Store) -> Actor:
    return person(store, "officer")[0]


def _later() -> dt.datetime:
    return at("2026-03-04")
