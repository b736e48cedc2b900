"""Schemes and calls on the screen: planning and running a call, adopting, changing and trying a scheme."""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.clock import today
from data.numbers import HARD_SPACE
from data.permission import OPERATOR
from data.phrases import LANGUAGES, say
from data.store import Store, open_store
from fund.books.frames import frames
from fund.demo import SAMPLES, announce, apply, begin, endow
from fund.intake.calls import Call, get_call, list_calls, plan_call, save_call
from fund.rulebook.scheme_reading import presets, read_scheme, read_scheme_file
from fund.rulebook.scheme_rows import save_scheme, scheme_revisions
from fund.rulebook.schemes import Scheme

KEY = "eksempelfondet"
PLAN = "schemes_plan"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme_file(SAMPLES / f"{KEY}.toml")


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory, scheme: Scheme) -> Iterator[Path]:
    """The folder of the invented fund after its applications, with the scheme saved."""
    folder = tmp_path_factory.mktemp("applied")
    with open_store(folder) as store:
        story = begin(store)
        for step in (endow, announce, apply):
            step(story)
        save_scheme(store, story.who("officer"), scheme.document, dt.date(2026, 1, 1))
    yield folder


@pytest.fixture
def fund(applied: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, to be changed."""
    shutil.copytree(applied, tmp_path / "fund")
    with open_store(tmp_path / "fund") as store:
        yield store


def shown(store: Store, token: str, lang: str = "nb", **query: str) -> AppTest:
    with signed_in(store.folder, token):
        page = page_of("schemes", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ")


def press(store: Store, token: str, page: AppTest, key: str) -> str:
    """Press a button; what came of it."""
    with signed_in(store.folder, token):
        page.button(key=key).click().run()
    assert not page.exception, page.exception
    return outcome(page)


def outcome(page: AppTest) -> str:
    return str(page.session_state["outcome"] if "outcome" in page.session_state else "")  # noqa: SIM401


def typed(store: Store, token: str, page: AppTest, **values: Any) -> AppTest:
    """Fill fields by their keys, and leave them."""
    with signed_in(store.folder, token):
        for key, value in values.items():
            kinds = (page.text_input, page.text_area, page.date_input, page.selectbox, page.checkbox)
            next(one for kind in kinds for one in kind if one.key == key).set_value(value)
        page.run()
    assert not page.exception, page.exception
    return page


def planned(store: Store, scheme: Scheme, opens: dt.date | None = None) -> Call:
    officer, _ = person(store, "officer")
    first = opens or today()
    id = plan_call(store, officer, scheme, ("Prøveutlysning", "Trial call"), 2026, first, first + dt.timedelta(28))
    return get_call(store, officer, id)


# -- who may


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", ["officer", "administrator", "auditor"])
def test_the_funds_people_read_it_all(applied: Path, role: str, lang: str) -> None:
    with open_store(applied) as store:
        _, token = person(store, role)
        for query in ({}, {"utlysning": "1"}, {"ordning": KEY}):
            text = said(shown(store, token, lang, **query))
            assert "REFUSED" not in text and "GONE" not in text and "{" not in text
            assert (say("schemes_page.plan_do", lang) in text) is (role == "officer" and not query)


@pytest.mark.parametrize("role", ["applicant", ""])
def test_others_are_refused(applied: Path, role: str) -> None:
    with open_store(applied) as store:
        token = person(store, role)[1] if role else ""
        for query in ({}, {"utlysning": "1"}, {"ordning": KEY}):
            assert "REFUSED" in said(shown(store, token, **query))


@pytest.mark.parametrize("query", [{"utlysning": "99"}, {"utlysning": "1 OR 1"}, {"ordning": "finnes-ikke"}])
def test_what_is_not_there_is_gone(applied: Path, query: dict[str, str]) -> None:
    with open_store(applied) as store:
        assert "GONE" in said(shown(store, person(store, "officer")[1], **query))


def test_an_auditor_changes_nothing(applied: Path) -> None:
    with open_store(applied) as store:
        _, token = person(store, "auditor")
        for query in ({}, {"utlysning": "1"}, {"ordning": KEY}):
            assert not shown(store, token, **query).button


# -- calls


def test_a_call_is_planned_once_and_what_is_typed_outlives_the_page(fund: Store) -> None:
    officer, token = person(fund, "officer")
    page = shown(fund, token)
    typed(fund, token, page, **{f"{PLAN}_title_nb": "Vårens utlysning", f"{PLAN}_title_en": "The spring's call"})
    page = shown(fund, token)  # F5
    assert page.text_input(key=f"{PLAN}_title_nb").value == "Vårens utlysning"
    other = shown(fund, token)  # a second tab, drawn before
    assert "er planlagt som utlysning 2" in press(fund, token, page, f"{PLAN}_do")
    assert "er planlagt som utlysning 2" in press(fund, token, other, f"{PLAN}_do")
    assert [one.title_nb for one in list_calls(fund, officer)].count("Vårens utlysning") == 1
    assert page.text_input(key=f"{PLAN}_title_nb1").value == ""


def test_what_is_wrong_with_a_plan_is_told_and_nothing_is_lost(fund: Store) -> None:
    officer, token = person(fund, "officer")
    page = shown(fund, token)
    changes = {f"{PLAN}_title_nb": "Bare bokmål", f"{PLAN}_year": "snart", f"{PLAN}_closes": dt.date(2020, 1, 1)}
    typed(fund, token, page, **changes)
    told = press(fund, token, page, f"{PLAN}_do")
    assert "Title in English" in told and "Year" in told and "before the first" in told
    assert len(list_calls(fund, officer)) == 1
    assert page.text_input(key=f"{PLAN}_title_nb").value == "Bare bokmål"


def test_a_call_goes_its_way_and_says_what_hinders_it(fund: Store, scheme: Scheme) -> None:
    officer, token = person(fund, "officer")
    call = planned(fund, scheme)
    page = shown(fund, token, utlysning=str(call.id))
    assert "Utlysningen har ingen ramme" in said(page)
    assert not [one for one in page.button if one.key == f"schemes_call_{call.id}_open_do"]
    assert "Rammen er valgt" in press(fund, token, page, f"schemes_call_{call.id}_frame_do")
    stale = shown(fund, token, utlysning=str(call.id))
    assert "er åpnet" in press(fund, token, page, f"schemes_call_{call.id}_open_do")
    assert get_call(fund, officer, call.id).state == "open"
    assert "er åpnet" in press(fund, token, stale, f"schemes_call_{call.id}_open_do")  # the second click of the same
    version = get_call(fund, officer, call.id).version
    assert version == call.version + 2
    text = said(shown(fund, token, utlysning=str(call.id)))
    assert "Fristen går ut kl. 23.59.59" in text and say("workflow.call_action.cancel", "nb") in text


def test_a_stale_page_overwrites_nothing(fund: Store, scheme: Scheme) -> None:
    officer, token = person(fund, "officer")
    call = planned(fund, scheme)
    page = shown(fund, token, utlysning=str(call.id))
    colleague, _ = person(fund, "officer")
    titles, days = ("Kollegaens tittel", "The colleague's title"), (call.opens, call.closes)
    save_call(fund, colleague, call.id, call.version, scheme, titles, call.year, *days)
    typed(fund, token, page, **{f"schemes_call_{call.id}_title_nb": "Min tittel"})
    press(fund, token, page, f"schemes_call_{call.id}_do")
    assert type(page.session_state["outcome"]).__name__ == "Conflict"
    assert get_call(fund, officer, call.id).title_nb == "Kollegaens tittel"
    assert page.text_input(key=f"schemes_call_{call.id}_title_nb").value == "Min tittel"
    assert "er lagret" in press(fund, token, page, f"schemes_call_{call.id}_do")  # seen, and meant all the same
    assert get_call(fund, officer, call.id).title_nb == "Min tittel"


def test_the_deadline_is_extended_with_a_reason(fund: Store, scheme: Scheme) -> None:
    officer, token = person(fund, "officer")
    call = planned(fund, scheme)
    page = shown(fund, token, utlysning=str(call.id))
    press(fund, token, page, f"schemes_call_{call.id}_frame_do")
    press(fund, token, page, f"schemes_call_{call.id}_open_do")
    page, form = shown(fund, token, utlysning=str(call.id)), f"schemes_call_{call.id}_extend"
    assert "reason" in press(fund, token, page, f"{form}_do")
    later = call.closes + dt.timedelta(7)
    typed(fund, token, page, **{f"{form}_until": later, f"{form}_reason": "Strømbrudd (eksempel)."})
    assert "Fristen er nå" in press(fund, token, page, f"{form}_do")
    assert get_call(fund, officer, call.id).due == later
    assert "Strømbrudd (eksempel)." in said(shown(fund, token, utlysning=str(call.id)))


def test_the_list_has_frame_room_and_cases(applied: Path) -> None:
    with open_store(applied) as store:
        officer, token = person(store, "officer")
        (frame,) = frames(store, officer)
        text = said(shown(store, token))
    assert "4 000 000" in text and frame.amount == 400_000_000
    assert '<td class="rv-number">5</td>' in text and "lukket" in text


# -- schemes


def test_a_ready_scheme_is_adopted_once(fund: Store) -> None:
    _, token = person(fund, "administrator")
    page = shown(fund, token)
    typed(fund, token, page, schemes_adopt_preset="risor", schemes_adopt_key="egen-ordning")
    other = typed(fund, token, shown(fund, token), schemes_adopt_preset="risor", schemes_adopt_key="egen-ordning")
    assert "er lagt inn og gjelder fra" in press(fund, token, page, "schemes_adopt_do")
    press(fund, token, other, "schemes_adopt_do")
    (saved,) = scheme_revisions(fund, OPERATOR, "egen-ordning")
    assert saved.preset == "risor" and saved.scheme.caps == presets()["risor"].caps


def test_a_scheme_is_changed_section_by_section(fund: Store) -> None:
    _, token = person(fund, "officer")
    page = shown(fund, token, ordning=KEY, **{"del": "caps"})
    place = f"schemes_{KEY}_draft_caps_0_1"
    assert page.text_input(key=f"{place}_nok").value == "1 000 000"
    typed(fund, token, page, **{f"{place}_nok": "750 000"})
    page = shown(fund, token, ordning=KEY, **{"del": "withheld"})  # F5, and another section
    assert page.text_input(key=f"schemes_{KEY}_draft_withheld_0_0_share").value == "25 %"
    typed(fund, token, page, **{f"schemes_{KEY}_draft_withheld_0_0_there": False})
    text = said(page)
    assert "Høyst 750 000 kroner." in text and "Høyst 1 000 000 kroner." in text and "ingen regel" in text
    typed(fund, token, page, **{f"schemes_{KEY}_save_since": dt.date(2027, 1, 1)})
    assert "Utgave 2 er lagret og gjelder fra 1. januar 2027." in press(fund, token, page, f"schemes_{KEY}_save_do")
    first, second = scheme_revisions(fund, OPERATOR, KEY)
    assert second.since == dt.date(2027, 1, 1) and second.scheme.withheld is None
    assert [one.ore for one in second.scheme.caps][1:] == [75_000_000] and first.scheme.withheld is not None
    page = shown(fund, token, ordning=KEY)
    assert "Hvor mye som gis, Tilbakeholdt del" in said(page) and "Ingenting er endret ennå" in said(page)


def test_rules_are_added_and_taken_out_and_faults_name_the_field(fund: Store) -> None:
    _, token = person(fund, "officer")
    page, place = shown(fund, token, ordning=KEY, **{"del": "conditions"}), f"schemes_{KEY}_draft_conditions"
    press(fund, token, page, f"{place}_0_0_add")
    assert "Vilkår 1, Kilde: «Kilde» mangler." in said(page)
    assert not [one for one in page.button if one.key == f"schemes_{KEY}_save_do"]
    words = {"nb": "Arrangementet er åpent for alle", "en": "Open to all", "source": "styresak 3/2026 (eksempel)"}
    typed(fund, token, page, **{f"{place}_1_0_{name}": value for name, value in words.items()})
    press(fund, token, page, f"{place}_1_1_add")
    press(fund, token, page, f"{place}_2_1_remove")
    assert "er lagret" in press(fund, token, page, f"schemes_{KEY}_save_do")
    (made,) = scheme_revisions(fund, OPERATOR, KEY)[-1].scheme.conditions
    assert made.key == "arrangementet_er_apent_for_alle" and made.words.en == "Open to all"


def meanwhile(store: Store, scheme: Scheme, **changes: Any) -> None:
    """A colleague saves the scheme with other rules."""
    held = scheme_revisions(store, OPERATOR, KEY)[-1]
    save_scheme(store, person(store, "officer")[0], {**scheme.document, **changes}, today(), seen=held.id)


def test_two_who_change_a_scheme_lose_nothing(fund: Store, scheme: Scheme) -> None:
    _, token = person(fund, "officer")
    owner = f"schemes_{KEY}_draft_about_0_0_owner"
    page = shown(fund, token, ordning=KEY, **{"del": "about"})
    typed(fund, token, page, **{owner: "Min region (eksempel)"})
    meanwhile(fund, scheme, withheld={"share": "30 %", "source": "oppdiktet"})
    assert "stored the scheme" in press(fund, token, page, f"schemes_{KEY}_save_do")
    page = shown(fund, token, ordning=KEY, **{"del": "about"})  # F5: what was typed is there, and still from before
    assert page.text_input(key=owner).value == "Min region (eksempel)" and "Noen har lagret utgave 2" in said(page)
    assert "stored the scheme" in press(fund, token, page, f"schemes_{KEY}_save_do")
    press(fund, token, page, f"schemes_{KEY}_newer_do")
    assert page.text_input(key=owner).value == "Min region (eksempel)" and "Noen har lagret" not in said(page)
    assert "Utgave 3 er lagret" in press(fund, token, page, f"schemes_{KEY}_save_do")
    last = scheme_revisions(fund, OPERATOR, KEY)[-1].scheme
    assert last.owner == "Min region (eksempel)" and last.withheld and str(last.withheld.share) == "3/10"


def test_a_later_revision_takes_over_and_the_form_says_so(fund: Store, scheme: Scheme) -> None:
    _, token = person(fund, "officer")
    held, later = scheme_revisions(fund, OPERATOR, KEY)[-1], today() + dt.timedelta(40)
    save_scheme(fund, person(fund, "officer")[0], {**scheme.document, "owner": "Senere"}, later, seen=held.id)
    page = shown(fund, token, ordning=KEY, **{"del": "about"})
    typed(fund, token, page, **{f"schemes_{KEY}_draft_about_0_0_owner": "Nå (eksempel)"})
    assert page.date_input(key=f"schemes_{KEY}_save_since").value == later and "tar over da" not in said(page)
    typed(fund, token, page, **{f"schemes_{KEY}_save_since": today()})
    assert "tar over da" in said(page)


def test_what_is_discarded_is_gone(fund: Store) -> None:
    _, token = person(fund, "officer")
    owner = f"schemes_{KEY}_draft_about_0_0_owner"
    page = shown(fund, token, ordning=KEY, **{"del": "about"})
    typed(fund, token, page, **{owner: "Min region (eksempel)"})
    assert "forkastet" in press(fund, token, page, f"schemes_{KEY}_discard_do")
    assert page.text_input(key=owner).value == "Eksempelregionen"
    assert "Ingenting er endret ennå" in said(shown(fund, token, ordning=KEY))


def test_a_second_click_saves_no_second_revision(fund: Store) -> None:
    _, token = person(fund, "officer")
    page = shown(fund, token, ordning=KEY, **{"del": "about"})
    typed(fund, token, page, **{f"schemes_{KEY}_draft_about_0_0_owner": "Ny eier (eksempel)"})
    other = shown(fund, token, ordning=KEY, **{"del": "about"})
    press(fund, token, page, f"schemes_{KEY}_save_do")
    press(fund, token, other, f"schemes_{KEY}_save_do")
    assert len(scheme_revisions(fund, OPERATOR, KEY)) == 2


def upload(store: Store, token: str, page: AppTest, content: bytes) -> AppTest:
    with signed_in(store.folder, token):
        page.file_uploader[0].upload("ordning.toml", content, "application/toml").run()
    assert not page.exception, page.exception
    return page


def test_a_file_is_read_whole_or_not_at_all(fund: Store) -> None:
    _, token = person(fund, "officer")
    page = shown(fund, token, ordning=KEY)
    (made,) = page.get("download_button")
    assert made.proto.label
    text = (SAMPLES / f"{KEY}.toml").read_text(encoding="utf-8")
    broken = upload(fund, token, shown(fund, token), text.replace('period = "3 weeks"', 'period = "snart"').encode())
    assert "acceptance.period = snart" in said(broken) and "Filen er ikke lagret" in said(broken)
    assert not [one for one in broken.button if one.key == "schemes_upload_do"]
    assert "ikke gyldig TOML" in said(upload(fund, token, shown(fund, token), b"\xff = ["))
    page = upload(fund, token, shown(fund, token), text.replace('period = "3 weeks"', 'period = "4 weeks"').encode())
    assert "innen 4 uker" in said(page)
    assert "er lagret som utgave 2" in press(fund, token, page, "schemes_upload_do")
    assert len(scheme_revisions(fund, OPERATOR, KEY)) == 2


def test_a_scheme_is_tried_before_it_is_saved(fund: Store) -> None:
    _, token = person(fund, "officer")
    page = shown(fund, token, ordning=KEY, **{"del": "caps"})
    typed(fund, token, page, **{f"schemes_{KEY}_draft_caps_0_1_nok": "100 000", f"schemes_{KEY}_trial": 1})
    text = said(page)
    assert "Av 5 søknader bryter 1 ingen regel her. Med utlysningens egne regler: 5." in text
    assert len(scheme_revisions(fund, OPERATOR, KEY)) == 1
    _, token = person(fund, "administrator")
    assert say("schemes_page.trial.officers_only", "nb") in said(shown(fund, token, ordning=KEY))


def test_every_ready_scheme_comes_back_from_the_form_as_it_went_in() -> None:
    from fund.rulebook.scheme_form import as_document, as_typed
    from fund.rulebook.scheme_toml import scheme_toml

    for key, held in presets().items():
        assert read_scheme(as_document(as_typed(held.document), key)) == held, key
        assert read_scheme(tomllib.loads(scheme_toml(held.document))) == held, key


@pytest.mark.parametrize("key", ["board.quorum", "aid.ceiling", "expected_loss.least"])
def test_the_funds_limits_are_dated_and_changed_among_the_rates(applied: Path, key: str) -> None:
    with open_store(applied) as store:
        _, token = person(store, "officer")
        assert 'href="/satser"' in seen(shown(store, token))
        with signed_in(store.folder, token):
            page = page_of("parameters", sats=key).run()
        assert not page.exception and page.button(key=f"parameters_{key}_save")
