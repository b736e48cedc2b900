"""The form of an application: every field saves itself, tabs don't undo each other, and it is sent once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from applied import APPLICANT, OFFICER, SECOND, STRANGER, scheme
from own_call import FIRST, TODAY, Open, drafted, opened, sent, version, whole
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.faults import Faults
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.intake.applications import attach, draft_at, get_application, read_draft, save_draft, start_application
from fund.intake.handling import ask_for_more, dismiss
from fund.intake.revisions import list_revisions
from fund.state_aid.aid import NewAid
from fund.state_aid.declared import declare, declared_of
from impact.estimates import list_estimates
from impact.register import create_event

KR = 100
STEPS = ("soker", "arrangementet", "soknadssum", "budsjett", "stotte", "vedlegg", "send")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    folder = tmp_path_factory.mktemp("applying")
    with open_store(folder) as store:
        yield opened(store, folder)


@pytest.fixture
def own(there: Open) -> Iterator[Store]:
    with open_store(there.folder) as store:
        yield store
        for (id,) in store.db.execute("SELECT id FROM application WHERE state = 'draft'").fetchall():
            with store.write("operator", "test.clean", audited=False) as write:
                write.db.execute("DELETE FROM application_draft WHERE application = ?", [id])
                write.db.execute("DELETE FROM application WHERE id = ?", [id])


def page(there: Open, id: int, step: str = "soker", *, lang: str = "nb", who: str = "account:2") -> AppTest:
    made = page_of("application", lang=lang, id=str(id), steg=step)
    with signed_in(there.folder, there.cookies[who]):
        made.run()
    assert not made.exception, made.exception
    return made


def again(there: Open, made: AppTest, who: str = "account:2") -> AppTest:
    with signed_in(there.folder, there.cookies[who]):
        made.run()
    assert not made.exception, made.exception
    return made


def test_a_step_that_the_browser_knows_by_an_older_name_stays_open(there: Open, own: Store) -> None:
    made = page(there, drafted(own, there), "budsjett")
    made.segmented_control[0].set_value(None)
    assert again(there, made).segmented_control[0].value == "budget"
    assert made.query_params["steg"] in ("budsjett", ["budsjett"])


def said(made: AppTest) -> str:
    return seen(made).replace(HARD_SPACE, " ")


def document(store: Store, id: int) -> dict[str, Any]:
    return dict(draft_at(store.db, id).document)


def blank(store: Store, there: Open) -> int:
    return start_application(store, APPLICANT, there.call, there.club)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_opens_empty_and_whole(there: Open, own: Store, lang: str) -> None:
    empty = blank(own, there)
    for step in STEPS:
        assert "FAULTS" not in said(page(there, empty, step, lang=lang))
    full = drafted(own, there)
    for step in STEPS:
        text = said(page(there, full, step, lang=lang))
        assert "account:" not in text and "application_page" not in text


def test_a_field_saves_itself_and_outlives_f5(there: Open, own: Store) -> None:
    id = blank(own, there)
    made = page(there, id, "arrangementet")
    made.text_input(key=f"application_{id}_0_title").set_value("Eksempelcupen")
    made.date_input(key=f"application_{id}_0_first_day").set_value(FIRST)
    made.selectbox(key=f"application_{id}_0_municipality").set_value("5001")
    made.text_area(key=f"application_{id}_0_summary").set_value("To dager.\nFor alle.")
    again(there, made)
    held = document(own, id)
    assert held == {
        "title": "Eksempelcupen",
        "first_day": FIRST.isoformat(),
        "municipality": "5001",
        "summary": "To dager.\nFor alle.",
    }
    fresh = page(there, id, "arrangementet")
    assert fresh.text_input(key=f"application_{id}_0_title").value == "Eksempelcupen"
    assert "Lagret" in said(fresh)


def test_an_amount_is_read_back_and_a_wrong_one_stays_as_typed(there: Open, own: Store) -> None:
    id = drafted(own, there)
    made = page(there, id, "soknadssum")
    made.text_input(key=f"application_{id}_0_asked").set_value("12.500")
    again(there, made)
    assert document(own, id)["asked"] == "12.500", "what was typed is not lost"
    text = said(made)
    assert "12 500" in text and "not_ore" not in text and "str" not in text.split()
    last = said(page(there, id, "send"))
    assert "12 500" in last and "Send søknaden" not in last
    made.text_input(key=f"application_{id}_0_asked").set_value("19 000,50")
    again(there, made)
    assert document(own, id)["asked"] == 19_000_50 and "Lest som 19 000,50 kroner" in said(made)


def test_two_tabs_merge_and_are_told(there: Open, own: Store) -> None:
    id = drafted(own, there)
    first, second = page(there, id, "arrangementet"), page(there, id, "soknadssum", who="account:3")
    second.text_input(key=f"application_{id}_0_least").set_value("5000")
    again(there, second, "account:3")
    first.text_input(key=f"application_{id}_0_title").set_value("Nytt navn")
    again(there, first)
    held = document(own, id)
    assert (held["title"], held["least"]) == ("Nytt navn", 5_000 * KR)
    assert "endret i en annen fane" in said(again(there, second, "account:3"))


def test_what_both_changed_is_kept_aside(there: Open, own: Store) -> None:
    id = drafted(own, there)
    first, second = page(there, id, "arrangementet"), page(there, id, "arrangementet")
    first.text_input(key=f"application_{id}_0_title").set_value("Den ene")
    again(there, first)
    second.text_input(key=f"application_{id}_0_title").set_value("Den andre")
    text = said(again(there, second))
    assert document(own, id)["title"] == "Den ene"
    assert "Den andre" in text and "tatt vare på" in text
    assert "Den andre" in said(page(there, id, "soker")), "F5 keeps it"
    fresh = page(there, id, "soker")
    fresh.button(key=f"application_{id}_0_aside_seen").click()
    assert "Den andre" not in said(again(there, fresh))


def test_rows_come_and_go(there: Open, own: Store) -> None:
    id = blank(own, there)
    made = page(there, id, "budsjett")
    made.button(key=f"application_{id}_0_cost_add").click()
    again(there, made)
    made.text_input(key=f"application_{id}_1_cost_0_name").set_value("Leie av hall")
    made.text_input(key=f"application_{id}_1_cost_0_amount").set_value("180 000")
    made.checkbox(key=f"application_{id}_1_cost_0_running").set_value(False)
    again(there, made)
    row = {"name": "Leie av hall", "amount": 180_000 * KR, "eligible": True, "running": False}
    assert document(own, id)["cost"] == [row]
    assert "Det mangler 180 000 kroner" in said(made)
    made.button(key=f"application_{id}_1_cost_0_remove").click()
    again(there, made)
    assert "cost" not in document(own, id)


def test_support_says_how_far_it_has_come(there: Open, own: Store) -> None:
    id = blank(own, there)
    made = page(there, id, "stotte")
    made.checkbox(key=f"application_{id}_0_no_support").set_value(True)
    again(there, made)
    assert document(own, id)["no_support"] is True
    made.button(key=f"application_{id}_0_support_add").click()
    again(there, made)
    made.text_input(key=f"application_{id}_1_support_0_name").set_value("Eksempel kommune")
    made.text_input(key=f"application_{id}_1_support_0_amount").set_value("30000")
    made.selectbox(key=f"application_{id}_1_support_0_state").set_value("applied")
    made.selectbox(key=f"application_{id}_1_support_0_public").set_value(True)
    again(there, made)
    row = {"name": "Eksempel kommune", "amount": 30_000 * KR, "state": "applied", "public": True}
    held = document(own, id)
    assert held["support"] == [row] and "no_support" not in held


def test_a_budget_is_pasted_and_taken_once(there: Open, own: Store) -> None:
    id = drafted(own, there, cost=None, income=None)
    made = page(there, id, "budsjett")
    pasted = "Kostnader\t\nLeie av hall\t180 000\nPremier\t20 000\nSum\t200 000\nInntekter\t\nBilletter\t150 000"
    made.text_area(key=f"application_{id}_paste_text").set_value(pasted)
    text = said(again(there, made))
    assert "3 rader kan tas inn" in text and "en sum" in text
    made.button(key=f"application_{id}_paste_do").click()
    again(there, made)
    held = document(own, id)
    assert [row["name"] for row in held["cost"]] == ["Leie av hall", "Premier"]
    assert [row["amount"] for row in held["income"]] == [150_000 * KR]
    (pasting,) = [one for one in made.text_area if str(one.key).startswith(f"application_{id}_paste_text")]
    assert "Budsjettet går opp" in said(made) and not pasting.value


def test_what_is_pasted_outlives_f5(there: Open, own: Store) -> None:
    id = blank(own, there)
    made = page(there, id, "budsjett")
    made.text_area(key=f"application_{id}_paste_text").set_value("Leie\t1 000")
    again(there, made)
    assert page(there, id, "budsjett").text_area(key=f"application_{id}_paste_text").value == "Leie\t1 000"


def test_a_lack_leads_to_its_step(there: Open, own: Store) -> None:
    id = drafted(own, there, title=None, least=30_000 * KR)
    made = page(there, id, "send")
    text = said(made)
    assert "Søknaden har ingen tittel" in text and "er over søknadssummen" in text
    assert not [one for one in made.button if one.key == f"application_{id}_send_1_do"]
    made.button(key=f"application_{id}_0_to_event").click()
    again(there, made)
    assert made.query_params["steg"] in ("arrangementet", ["arrangementet"])
    assert [one for one in made.text_input if one.key == f"application_{id}_0_title"]


def test_it_is_sent_once_and_the_receipt_stays(there: Open, own: Store) -> None:
    id = drafted(own, there)
    first, second = page(there, id, "send"), page(there, id, "send")
    key = f"application_{id}_send_{version(own, id)}_do"
    for made in (first, second, second):
        if any(one.key == key for one in made.button):
            made.button(key=key).click()
        again(there, made)
    assert len(list_revisions(own, APPLICANT, id)) == 1
    number = get_application(own, APPLICANT, id).number
    text = said(page(there, id))
    assert number and number in text and "Kvittering" in text and "SHA-256" in text
    assert "Eksempelcupen" in text and "Leie av hall" in text
    assert "Application" in said(page(there, id, lang="en"))
    made = page(there, id)
    made.button(key=f"application_{id}_withdraw_{version(own, id)}_do").click()
    assert "trukket" in said(again(there, made))


def test_a_change_elsewhere_isn_t_sent_unseen(there: Open, own: Store) -> None:
    id = drafted(own, there)
    made = page(there, id, "send")
    save_draft(own, SECOND, id, whole(least=1_000 * KR), document(own, id))
    made.button(key=f"application_{id}_send_{version(own, id)}_do").click()
    again(there, made)
    assert get_application(own, APPLICANT, id).state == "draft"
    assert "FAULTS" not in said(made) and made.session_state["outcome"].faults[0].code == "application_page.changed"


def test_papers_are_checked_kept_and_removed(there: Open, own: Store) -> None:
    id = drafted(own, there)
    paper = attach(own, APPLICANT, id, "other", "Plan <1>.txt", b"Plan for dagene.")
    made = page(there, id, "vedlegg")
    text = said(made)
    assert f"/last-ned/vedlegg/{paper}.fil" in text and "Plan &lt;1&gt;.txt" in text and "25 MB" in text
    made.button(key=f"application_{id}_paper_{paper}_do").click()
    assert "Ingenting er lagt ved" in said(again(there, made))


def test_a_stranger_learns_nothing(there: Open, own: Store) -> None:
    id = drafted(own, there)
    text = said(page(there, id, who=STRANGER.id))
    assert "REFUSED" in text and "Eksempelcupen" not in text
    assert "REFUSED" in said(page(there, id, who="account:4")), "nobody else before it is sent"
    assert "GONE" in said(page(there, 9_999))


def test_more_is_asked_for_and_sent(there: Open, own: Store) -> None:
    id = sent(own, there)
    ask_for_more(own, OFFICER, id, version(own, id), "Send <årsmeldingen>.", TODAY + dt.timedelta(14))
    made = page(there, id, "send")
    text = said(made)
    assert "Fondet trenger mer fra dere innen" in text and "&lt;årsmeldingen&gt;" in text
    made.button(key=f"application_{id}_send_{version(own, id)}_do").click()
    again(there, made)
    assert len(list_revisions(own, APPLICANT, id)) == 2
    text = said(page(there, id))
    assert "Alt som er sendt" in text and "Meldinger" in "".join(one.label for one in page(there, id).expander)
    assert "/sak?id=" in said(page(there, id, who=OFFICER.id)), "who handles it reads the case"
    dismiss(own, OFFICER, id, version(own, id), "Sendt til feil ordning.")
    made = page(there, id)
    assert "Sendt til feil ordning." in said(made)
    made.text_area(key=f"application_{id}_appeal_0_text").set_value("Vi er uenige.")
    again(there, made)
    again(there, made)
    assert page(there, id).text_area(key=f"application_{id}_appeal_0_text").value == "Vi er uenige.", "F5"
    made.button(key=f"application_{id}_appeal_0_do").click()
    text = said(again(there, made))
    assert "Vi er uenige." in text and "mottatt" in text


def test_the_rules_answer_while_one_types(there: Open, own: Store) -> None:
    assert scheme().caps
    id = drafted(own, there, asked=90_000 * KR)
    text = said(page(there, id, "soknadssum"))
    assert ">nei</span> Du søker om 45" in text and "ordningen gir høyst 10" in text


def test_a_draft_is_thrown_away_when_one_is_sure(there: Open, own: Store) -> None:
    id = blank(own, there)
    made = page(there, id)
    made.button(key=f"application_{id}_discard_do").click()
    again(there, made)
    with pytest.raises(LookupError):
        read_draft(own, APPLICANT, id)


def test_aid_from_before_is_declared_by_who_may(there: Open, own: Store) -> None:
    id = drafted(own, there)
    made = page(there, id, "stotte")
    made.button(key=f"application_{id}_aid_do").click()
    again(there, made)
    assert len(made.session_state["outcome"].faults) == 3, "all at once"
    made.text_input(key=f"application_{id}_aid_grantor").set_value("Eksempel fylkeskommune")
    made.text_input(key=f"application_{id}_aid_amount").set_value("75 000")
    made.date_input(key=f"application_{id}_aid_day").set_value(TODAY - dt.timedelta(200))
    again(there, made)
    made.button(key=f"application_{id}_aid_do").click()
    text = said(again(there, made))
    assert "Eksempel fylkeskommune" in text and "75 000" in text and "Erklært" in text
    (one,) = declared_of(own, APPLICANT, id).aid
    fresh = page(there, id, "stotte")
    fresh.button(key=f"application_{id}_aid_{one.id}_do").click()
    assert "ingen slik støtte" in said(again(there, fresh))
    with pytest.raises(Faults):
        to_come = NewAid("", TODAY + dt.timedelta(3), "grant", 1_000, "declaration", grantor="Eksempel")
        declare(own, APPLICANT, id, [to_come])
    theirs = start_application(own, STRANGER, there.call, there.club)
    assert "når fullmakten er bekreftet" in said(page(there, theirs, "stotte", who=STRANGER.id))
    with pytest.raises(Faults, match="mandate"):
        declare(own, STRANGER, theirs, [])


def event_of(store: Store) -> int:
    """An event of the applicant's own, with all that a forecast needs."""

    def assumed(value: float) -> dict[str, Any]:
        return {"value": value, "evidence": "assumed", "source": "oppdiktet"}

    about = {"id": "eksempel", "name_nb": "Eksempelspillene", "name_en": "Example games", "kind": "festival"}
    days = {"first_day": FIRST.isoformat(), "last_day": FIRST.isoformat(), "municipality": "5001", "price_year": 2024}
    guests = {"name": "Gjester", "role": "spectator", "home": "norway", "visits": assumed(2_000)}
    stay = {"days_per_person": assumed(1), "nights_per_person": assumed(1), "commercial_share": assumed(0.5)}
    spend = {"spend": {"food_service": assumed(300), "accommodation": assumed(700)}}
    return create_event(store, APPLICANT, {"event": {**about, **days}, "audience": [{**guests, **stay, **spend}]})


def test_a_forecast_is_locked_from_here_and_fills_what_is_empty(there: Open, own: Store) -> None:
    event = event_of(own)
    id = start_application(own, APPLICANT, there.call, there.club)
    save_draft(own, APPLICANT, id, {"title": "Skrevet selv"}, {})
    made = page(there, id, "arrangementet")
    assert f"/skjema?id={event}" in said(made)
    for _ in range(2):
        if found := [one for one in made.button if one.key == f"application_{id}_lock_{event}_do"]:
            found[0].click()
        again(there, made)
    (locked,) = list_estimates(own, APPLICANT, event=event)
    held = document(own, id)
    assert (held["estimate"], held["title"]) == (locked.id, "Skrevet selv"), "what was typed stays"
    assert (held["municipality"], held["first_day"]) == ("5001", FIRST.isoformat())
    assert f"/anslag?id={locked.id}" in said(made)
