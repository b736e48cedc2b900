"""Schemes: the presets with their sources, what is wrong with a scheme, and saving them from a day on."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from data.connection import sqlite3
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.rulebook.scheme_reading import presets, read_scheme, read_scheme_file
from fund.rulebook.scheme_rows import adopt_preset, save_scheme, scheme_on, scheme_revisions, scheme_row, schemes_on
from fund.rulebook.schemes import RULES, Tier, strategy_criteria, word
from impact.beside import strategy_areas

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
SOURCE = "Fondets vedtekter"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def document(**sections: Any) -> dict[str, Any]:
    name = {"nb": "Eksempelordning", "en": "Example scheme"}
    return {"key": "eksempel", "owner": "Eksempelfondet", "address": "https://eksempel.no", "name": name, **sections}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


# -- presets


def test_the_eight_owners_are_there() -> None:
    owners = {one.owner for one in presets().values()}
    for name in ("Trondheim", "Trøndelag", "Lillehammer", "Innlandet", "Bodø", "Arendal", "Risør", "Østfold"):
        assert any(name in owner for owner in owners), name


@pytest.mark.parametrize("key", presets())
def test_each_rule_of_a_preset_has_its_address(key: str) -> None:
    scheme = presets()[key]
    assert scheme.address.startswith("http")
    for name in RULES:
        rules = getattr(scheme, name)
        for rule in rules if isinstance(rules, tuple) else (rules,) if rules else ():
            assert rule.source.startswith("http"), (name, rule)


def test_figures_of_presets_are_those_that_were_found() -> None:
    known = presets()
    sport = known["trondheim-idrettsarrangement"]
    assert [(one.kind, one.share, one.ore, one.budget_below) for one in sport.caps] == [
        ("running_share", Fraction(1, 10), None, None),
        ("amount", None, 100_000_00, None),
        ("amount", None, 5_000_00, 50_000_00),
    ]
    assert known["trondelag-nasjonale-arrangement"].caps[1].share == Fraction(1, 3)
    assert (known["ostfold"].caps[0].share, known["lillehammer-regionen"].frame.ore) == (Fraction(1, 3), 500_000_00)  # type: ignore[union-attr]
    assert known["risor"].forms.allowed == ("guarantee",)  # type: ignore[union-attr]
    assert known["arendal"].last_day("appeal", day("2026-10-10")) == day("2026-10-31")
    assert known["arendal"].last_day("acceptance", day("2026-10-10")) is None


def test_what_was_not_found_is_left_out() -> None:
    known = presets()
    assert "payout" in known["trondelag-internasjonale-mesterskap"].not_found
    assert {"frame", "caps", "acceptance", "withheld"} <= set(known["arendal"].not_found)
    assert "forms" not in known["arendal"].not_found


def test_no_scheme_publishes_weights_so_they_are_equal_and_it_is_said() -> None:
    for scheme in presets().values():
        assert not scheme.weights_given
        assert len(set(scheme.weights.values())) <= 1
        assert "ingen ordning" in scheme.weights_note("nb") and "no scheme" in scheme.weights_note("en")
    criteria = [{"key": key, "nb": key, "en": key, "source": SOURCE} for key in ("a", "b")]
    scheme = read_scheme(document(criteria=[{**criteria[0], "weight": 2}, criteria[1]]))
    assert scheme.weights == {"a": Fraction(2, 3), "b": Fraction(1, 3)} and scheme.weights_given


def test_the_strategys_six_areas_are_criteria() -> None:
    criteria = strategy_criteria(SOURCE)
    assert [one.key for one in criteria] == list(strategy_areas()) and len(criteria) == 6
    assert all(one.words(lang) for one in criteria for lang in LANGUAGES)


def test_every_word_of_a_scheme_has_a_name() -> None:
    for lang in LANGUAGES:
        assert all(word("rule", one, lang) for one in RULES)


def test_patterns_of_payout_and_attestation_that_were_found_can_be_written() -> None:
    tiers = [
        {"by": "own_signature", "from_nok": 0, "source": SOURCE},
        {"by": "accountant", "from_nok": 100_000, "source": SOURCE},
        {"by": "auditor", "above_nok": 200_000, "source": SOURCE},
    ]
    halves = {"parts": [{"when": "on_request", "share": "50 %"}, {"when": "after_accounts", "share": "1/2"}]}
    scheme = read_scheme(document(attestation=tiers, payout={**halves, "pro_rata": True, "source": SOURCE}))
    wanted = {0: "own_signature", 99_999_99: "own_signature", 100_000_00: "accountant", 200_000_00: "accountant"}
    assert {ore: scheme.attester(ore) for ore in wanted} == wanted
    assert scheme.attester(200_000_01) == "auditor"
    assert scheme.payout is not None and [share for _, share in scheme.payout.parts] == [Fraction(1, 2)] * 2
    assert read_scheme(document(withheld={"share": "25 %", "source": SOURCE})).withheld.share == Fraction(1, 4)  # type: ignore[union-attr]
    assert read_scheme(document()).attester(1) is None
    assert Tier("auditor", 5, True, "").covers(6) and not Tier("auditor", 5, True, "").covers(5)


# -- faults

CAP = {"kind": "share", "share": "1/3", "source": SOURCE}
FAULTY: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown section": ({"prize": 1}, "prize", "unknown"),
    "unknown field": ({"caps": [{**CAP, "most": 1}]}, "caps[1].most", "unknown"),
    "no source": ({"caps": [CAP, {"kind": "share", "share": "1/3"}]}, "caps[2].source", "missing"),
    "blank source": ({"caps": [{**CAP, "source": " "}]}, "caps[1].source", "not_text"),
    "share as float": ({"caps": [{**CAP, "share": 0.33}]}, "caps[1].share", "share"),
    "share above one": ({"caps": [{**CAP, "share": "101 %"}]}, "caps[1].share", "share"),
    "share of nothing": ({"caps": [{**CAP, "share": "0/3"}]}, "caps[1].share", "share"),
    "share by zero": ({"caps": [{**CAP, "share": "1/0"}]}, "caps[1].share", "share"),
    "share lacking": ({"caps": [{"kind": "share", "source": SOURCE}]}, "caps[1].share", "missing"),
    "amount for share": ({"caps": [{**CAP, "nok": 5}]}, "caps[1].nok", "not_of_this_kind"),
    "kroner as float": ({"frame": {"nok": 1.5, "source": SOURCE}}, "frame.nok", "kroner"),
    "kroner as truth": ({"frame": {"nok": True, "source": SOURCE}}, "frame.nok", "kroner"),
    "kroner below 0": ({"frame": {"nok": -1, "source": SOURCE}}, "frame.nok", "kroner"),
    "kroner too many": ({"frame": {"nok": 2**53, "source": SOURCE}}, "frame.nok", "kroner"),
    "unknown form": ({"forms": {"allowed": ["gift"], "source": SOURCE}}, "forms.allowed", "choices"),
    "no list": ({"caps": CAP}, "caps", "not_a_list"),
    "no table": ({"frame": 5}, "frame", "not_a_table"),
    "parts": (
        {"payout": {"parts": [{"when": "on_request", "share": "70 %"}], "source": SOURCE}},
        "payout.parts",
        "parts",
    ),
    "tier twice": (
        {"attestation": [{"by": "auditor", "from_nok": 1, "above_nok": 1, "source": SOURCE}]},
        "attestation[1]",
        "tier",
    ),
    "half a window": (
        {"deadlines": [{"kind": "yearly", "day": "12-01", "first": "01-01", "source": SOURCE}]},
        "deadlines[1]",
        "event_window",
    ),
    "no date": ({"deadlines": [{"kind": "yearly", "day": "02-30", "source": SOURCE}]}, "deadlines[1].day", "year_day"),
    "no period": ({"report": {"period": "3 uker", "source": SOURCE}}, "report.period", "period"),
    "key twice": (
        {"fields": [{"key": "a", "nb": "a", "en": "a", "source": SOURCE}] * 2},
        "fields",
        "twice",
    ),
    "more areas than there are": ({"strategy": {"least": 7, "source": SOURCE}}, "strategy.least", "too_many_areas"),
    "a bad key": ({"key": "Eksempel"}, "key", "bad_key"),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_scheme_is_refused_by_file_and_key(what: str) -> None:
    sections, place, code = FAULTY[what]
    with pytest.raises(Faults) as refused:
        read_scheme(document(**sections), "eksempel.toml")
    assert [(one.file, one.place, one.code) for one in refused.value.faults] == [
        ("eksempel.toml", place, f"scheme.{code}")
    ]
    assert all(one.line(lang) for one in refused.value.faults for lang in LANGUAGES)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    faulty = {name: one for sections, _, _ in FAULTY.values() for name, one in sections.items()}
    with pytest.raises(Faults) as refused:
        read_scheme(document(**faulty))
    assert len(refused.value.faults) >= 9
    path = tmp_path / "a.toml"
    path.write_text("key = ")
    with pytest.raises(Faults, match="not valid TOML"):
        read_scheme_file(path)


# -- saved


def test_a_preset_is_adopted_and_comes_back_the_same(store: Store) -> None:
    for key, preset in presets().items():
        saved = adopt_preset(store, OFFICER, key, day("2026-01-01"))
        assert (saved.scheme, saved.preset, saved.revision) == (preset, key, 1)
    assert len(schemes_on(store, ANYONE, day("2026-01-01"))) == len(presets())
    assert schemes_on(store, ANYONE, day("2025-12-31")) == []


def test_a_change_is_a_new_row_and_holds_from_its_day(store: Store) -> None:
    first = save_scheme(store, OFFICER, document(), day("2026-01-01"))
    changed = document(frame={"nok": 5_000, "source": SOURCE})
    second = save_scheme(store, OFFICER, changed, day("2027-01-01"), seen=first.id)
    assert (second.revision, second.scheme.frame.ore) == (2, 5_000_00)  # type: ignore[union-attr]
    with store.read() as db:
        on = [scheme_on(db, "eksempel", day(text)) for text in ("2025-12-31", "2026-12-31", "2027-01-01")]
        assert [one and one.id for one in on] == [None, first.id, second.id]
        assert scheme_row(db, first.id) == first
    assert [one.revision for one in scheme_revisions(store, APPLICANT, "eksempel")] == [1, 2]
    again = save_scheme(store, OFFICER, changed, day("2027-01-01"), seen=second.id)
    assert again == second


def test_of_several_rows_the_one_with_the_latest_first_day_holds(store: Store) -> None:
    first = save_scheme(store, OFFICER, document(), day("2026-01-01"))
    later = save_scheme(store, OFFICER, document(owner="Fra 2027"), day("2027-01-01"), seen=first.id)
    between = save_scheme(store, OFFICER, document(owner="Fra juni"), day("2026-06-01"), seen=later.id)
    with store.read() as db:
        on = [scheme_on(db, "eksempel", day(text)) for text in ("2026-05-31", "2026-12-31", "2027-01-01")]
    assert [one and one.id for one in on] == [first.id, between.id, later.id]


def test_two_editors_and_neither_loses_without_being_told(store: Store) -> None:
    first = save_scheme(store, OFFICER, document(), day("2026-01-01"))
    save_scheme(store, OFFICER, document(owner="En"), day("2026-01-01"), seen=first.id)
    with pytest.raises(Faults, match="account:1 stored the scheme"):
        save_scheme(store, OFFICER, document(owner="To"), day("2026-01-01"), seen=first.id)
    with pytest.raises(Faults, match="of this key already"):
        save_scheme(store, OFFICER, document(), day("2026-01-01"))
    with pytest.raises(Faults, match="keeps its key"):
        save_scheme(store, OFFICER, document(key="annen"), day("2026-01-01"), seen=first.id)
    assert [one.scheme.owner for one in scheme_revisions(store, OFFICER, "eksempel")] == ["Eksempelfondet", "En"]


def test_a_saved_scheme_cannot_be_changed_and_leaves_its_trace(store: Store) -> None:
    save_scheme(store, OFFICER, document(), day("2026-01-01"))
    for sql in ("UPDATE scheme SET since = '2020-01-01'", "DELETE FROM scheme"):
        with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "test") as write:
            write.db.execute(sql)
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM audit WHERE kind = 'scheme'").fetchone() == (1,)


def test_who_may_save_and_what_is_no_preset(store: Store) -> None:
    for call in (
        lambda: save_scheme(store, APPLICANT, document(), day("2026-01-01")),
        lambda: adopt_preset(store, APPLICANT, "arendal", day("2026-01-01")),
        lambda: adopt_preset(store, APPLICANT, "nowhere", day("2026-01-01")),
    ):
        with pytest.raises(Refused):
            call()
    with pytest.raises(Faults, match="no such preset"):
        adopt_preset(store, OFFICER, "nowhere", day("2026-01-01"))
    assert schemes_on(store, ANYONE, day("2026-01-01")) == []


def test_the_docs_name_every_preset_and_section() -> None:
    docs = (ROOT / "docs" / "fund-rules.md").read_text(encoding="utf-8")
    for name in (*presets(), *RULES, "left_out", "purpose"):
        assert f"`{name}`" in docs or f"[{name}]" in docs, name
