"""A case on the screen: closed until one has declared, scored in few clicks, handled by officers, read by auditors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from casework import CRITERIA, Played, played
from google.protobuf.text_format import MessageToString
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.clock import today
from data.faults import Faults
from data.numbers import HARD_SPACE
from data.permission import Refused
from data.phrases import LANGUAGES
from data.sessions import open_session
from data.store import open_store
from fund.demo import announce, apply, at, begin, endow, meet, review
from fund.intake.handling import take_up
from fund.meeting.appeals import file_appeal, list_appeals
from fund.meeting.decisions import list_decisions
from fund.review.cases import case_officers
from fund.review.conflicts import doubts, own_standing
from fund.review.notes import add_note, notes_of
from fund.review.recommendations import earmark_names, weigh
from fund.state_aid.aid_grounds import AidGround, set_aid_ground

_FESTIVAL = ("Konserter ute i to dager", "Honorarer", "Mottakelse", "Søsteren")
SECRET = {
    "nb": (*_FESTIVAL, "minst 400 000 kroner", "3 700 000", "Verdiskaping i regionen", "modellberegnet"),
    "en": (*_FESTIVAL, "at least NOK 400,000", "3,700,000", "Value added in the region", "modelled"),
}
"""What only who takes part may read of the festival."""
OF_THE_MEET = ("Et nasjonalt skistevne", "Tidtakingsutstyr", "Startkontingenter")
REASON = "40 lag er påmeldt, mot 20 i fjor."


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield played(tmp_path_factory.mktemp("case"))


@pytest.fixture
def own(fund: Played, tmp_path: Path) -> Played:
    """A copy to do things with."""
    return fund.copied(tmp_path / "own")


def opened(fund: Played, key: str, lang: str = "nb") -> AppTest:
    """The case's page, run; called while signed in."""
    page = page_of("case", lang=lang, id=str(fund.case(key))).run()
    assert not page.exception, page.exception
    return page


def read(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ")


def whole(page: AppTest) -> str:
    """Everything that goes to the browser, whatever shows it, as the messages that are sent."""
    sent = [node.proto for node in page._tree if getattr(node, "proto", None) is not None]
    return "\n".join(MessageToString(one, as_utf8=True) for one in sent).replace(HARD_SPACE, " ")


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception, page.exception
    return page


# -- the gate


@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_one_has_declared_there_is_no_word_of_the_case(fund: Played, lang: str) -> None:
    with signed_in(fund.folder, fund.token("chair")):
        taking_part = whole(opened(fund, "festival", lang))
    secret = SECRET[lang]
    assert [word for word in secret if word not in taking_part] == [], "who takes part sees it: the test can fail"
    with signed_in(fund.folder, fund.token("board", 1)):
        page = opened(fund, "festival", lang)
    assert "Eksempelfestivalen" in whole(page) and not page.segmented_control
    assert [word for word in secret if word in whole(page)] == [], "in doubt"
    with signed_in(fund.folder, fund.token("board")):
        page = opened(fund, "meet", lang)
    assert ("Er du habil i denne saken?" if lang == "nb" else "Do you have a conflict") in whole(page)
    assert [word for word in (*secret, *OF_THE_MEET) if word in whole(page)] == [], "undeclared"


def test_one_click_opens_the_case(own: Played) -> None:
    form = f"case_{own.case('meet')}_declare"
    with signed_in(own.folder, own.token("board")):
        page = pressed(opened(own, "meet"), f"{form}_none")
        assert "Budsjett og finansiering" in read(page)
        assert "Budsjett og finansiering" in read(opened(own, "meet")), "F5"
    assert own.one("SELECT count(*) FROM declaration WHERE account = ?", own.who("board").id) == 3


def test_doubt_and_conflict_need_a_reason_and_close_the_case(own: Played) -> None:
    form = f"case_{own.case('meet')}_declare"
    with signed_in(own.folder, own.token("board")):
        page = pressed(opened(own, "meet"), f"{form}_doubt")
        assert "Er du habil" in read(page), "no reason, nothing said"
        page.text_area(key=f"{form}_reason").set_value("Sitter i styret i klubben.").run()
        again = opened(own, "meet")
        assert again.text_area(key=f"{form}_reason").value == "Sitter i styret i klubben.", "what is typed outlives F5"
        page = pressed(page, f"{form}_conflict")
        assert "Du har sagt at du er inhabil" in read(page) and "Verdiskaping" not in whole(page)
        again = f"case_{own.case('meet')}_again"
        page.text_area(key=f"{again}_reason").set_value("Vervet er avsluttet.").run()
        assert "styret har ikke avgjort" in read(pressed(page, f"{again}_do"))


def test_officers_declare_too_and_the_auditor_reads(fund: Played) -> None:
    with signed_in(fund.folder, fund.token("officer")):
        assert "Er du habil i denne saken?" in read(opened(fund, "bid"))
    with signed_in(fund.folder, fund.token("auditor")):
        text = read(opened(fund, "bid"))
        assert "Budsjett og finansiering" in text and "Er du habil" not in text and "Interne notater" in text


@pytest.mark.parametrize("role", ["", "applicant", "administrator"])
def test_the_wrong_role_is_refused(fund: Played, role: str) -> None:
    with signed_in(fund.folder, fund.token(role) if role else ""):
        text = seen(page_of("case", id=str(fund.case("cup"))).run())
    assert "REFUSED" in text and "Premier" not in text


@pytest.mark.parametrize("id", ["999", "abc", "-1", "", "99999999999999999999"])
def test_a_case_that_is_not_there_is_told(fund: Played, id: str) -> None:
    with signed_in(fund.folder, fund.token("officer")):
        assert "GONE" in seen(page_of("case", id=id).run())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_case_stands_there(fund: Played, lang: str) -> None:
    with signed_in(fund.folder, fund.token("chair")):
        text = read(opened(fund, "cup", lang))
    wanted = {
        "nb": (
            "300 000 kroner",
            "minst 200 000 kroner trengs",
            "29 %",
            "4 000 000 kroner",
            "modellberegnet",
            "Premier",
        ),
        "en": ("NOK 300,000", "at least NOK 200,000 is needed", "29%", "NOK 4,000,000", "modelled", "Premier"),
    }[lang]
    for word in (*wanted, "/anslag?id=", "Avtalen om hallen er undertegnet."):
        assert word in text, word


# -- scores


def test_a_case_is_scored_in_few_clicks_and_saves_itself(own: Played) -> None:
    member, form = own.who("board"), f"case_{own.case('festival')}_score"
    clicks = 0
    with signed_in(own.folder, own.token("board")):
        page = opened(own, "festival")
        assert "Du har sagt noe om 0 av 3 kriterier." in read(page)
        for criterion, points in zip(CRITERIA, ("4", "none", "0"), strict=True):
            page.segmented_control(key=f"{form}_points_{criterion}").set_value(points).run()
            page.text_area(key=f"{form}_reason_{criterion}").set_value(REASON).run()
            clicks += 2  # a point, and into the field; the next click saves
        assert not page.exception and "Du har sagt noe om 3 av 3 kriterier." in read(page)
        assert clicks + 1 <= 12
        again = opened(own, "festival")
        assert again.segmented_control(key=f"{form}_points_youth").value == "none"
        assert again.text_area(key=f"{form}_reason_value").value == REASON
    with own.store() as store:
        query = "SELECT criterion, points FROM score WHERE account = ? AND application = ? ORDER BY id"
        rows = store.db.execute(query, [member.id, own.case("festival")]).fetchall()
    assert rows == [("value", 4), ("youth", None), ("plan", 0)]


def test_a_short_reason_waits_and_is_kept(own: Played) -> None:
    form = f"case_{own.case('festival')}_score"
    with signed_in(own.folder, own.token("board")):
        page = opened(own, "festival")
        page.segmented_control(key=f"{form}_points_value").set_value("3").run()
        page.text_area(key=f"{form}_reason_value").set_value("For kort").run()
        assert "begrunnelsen trenger 12 tegn til" in read(page)
        assert "outcome" not in page.session_state, "a sentence that isn't finished is no fault"
        again = opened(own, "festival")
        assert again.text_area(key=f"{form}_reason_value").value == "For kort"
        assert again.segmented_control(key=f"{form}_points_value").value == "3"
    assert own.one("SELECT count(*) FROM score WHERE application = ?", own.case("festival")) == 0


def test_others_are_seen_after_one_s_own(own: Played) -> None:
    form = f"case_{own.case('cup')}_score"
    with signed_in(own.folder, own.token("board", 1)):
        page = opened(own, "cup")
        assert "Du ser de andres poeng når" in read(page) and "Poeng fra 0 til 5" not in read(page)
        for criterion in CRITERIA:
            page.segmented_control(key=f"{form}_points_{criterion}").set_value("5").run()
            page.text_area(key=f"{form}_reason_{criterion}").set_value(REASON).run()
        text = read(page)
    assert "Snittet er 4,42, fra 4,00 til 5,00. 3 har gitt poeng på alt." in text


# -- the body's ruling


def test_the_chair_records_what_the_body_decided_of_a_doubt(own: Played) -> None:
    chair, other = own.who("chair"), own.who("board", 1)
    with own.store() as store:
        (doubt,) = doubts(store, chair, own.case("festival"))
        assert doubts(store, own.who("board"), own.case("festival")) == []
        seats = dict(store.db.execute("SELECT account, id FROM seat").fetchall())
    form = f"case_{own.case('festival')}_rule_{doubt.id}"
    with signed_in(own.folder, own.token("chair")):
        page = opened(own, "festival")
        for who in (chair, own.who("board")):
            page.radio(key=f"{form}_vote_{seats[who.id]}").set_value("yes").run()
        page.radio(key=f"{form}_found").set_value("no").run()
        page.text_area(key=f"{form}_reason").set_value("Nært slektskap med en som arbeider der.").run()
        page = pressed(page, f"{form}_do")
        assert own.one("SELECT count(*) FROM ruling") == 0, "the votes say otherwise"
        page.radio(key=f"{form}_found").set_value("yes").run()
        page = pressed(page, f"{form}_do")
        assert "styret fant: inhabil" in read(page)
    with own.store() as store:
        assert own_standing(store, other, own.case("festival")) == "disqualified"
    with signed_in(own.folder, own.token("board", 1)):
        assert "Styret har kommet til at du er inhabil" in read(opened(own, "festival"))


# -- the officer


def declared(own: Played, key: str) -> AppTest:
    return pressed(opened(own, key), f"case_{own.case(key)}_declare_none")


def test_a_double_click_takes_a_case_up_once(own: Played) -> None:
    form = f"case_{own.case('bid')}_take_up_do"
    with signed_in(own.folder, own.token("officer")):
        first = declared(own, "bid")
        second = opened(own, "bid")
        pressed(first, form)
        pressed(second, form)
    assert own.state("bid") == "in_review"
    assert own.one("SELECT count(*) FROM outbox WHERE message = 'outbox.taken_up'") == 4


def test_more_is_asked_for_with_a_day_and_the_day_is_moved(own: Played) -> None:
    id = own.case("bid")
    with signed_in(own.folder, own.token("officer")):
        page = declared(own, "bid")
        page.text_area(key=f"case_{id}_ask_text").set_value("Send årsregnskapet.").run()
        page = pressed(page, f"case_{id}_ask_do")
        assert own.state("bid") == "submitted", "without a day nothing is asked"
        assert page.text_area(key=f"case_{id}_ask_text").value == "Send årsregnskapet."
        page.date_input(key=f"case_{id}_ask_due").set_value(today() + dt.timedelta(14)).run()
        page = pressed(page, f"case_{id}_ask_do")
        assert own.state("bid") == "needs_completing" and "/last-ned/mangelbrev/" in read(page)
        page.date_input(key=f"case_{id}_extend_until").set_value(today() + dt.timedelta(21)).run()
        page.text_area(key=f"case_{id}_extend_reason").set_value("Regnskapsføreren er syk.").run()
        page = pressed(page, f"case_{id}_extend_do")
    assert own.one("SELECT count(*) FROM extension WHERE kind = 'request'") == 1


def test_a_case_is_dismissed_on_grounds_once(own: Played) -> None:
    id = own.case("bid")
    with signed_in(own.folder, own.token("officer")):
        page = pressed(declared(own, "bid"), f"case_{id}_dismiss_do")
        assert own.state("bid") == "submitted", "without grounds it stands"
        page.text_area(key=f"case_{id}_dismiss_grounds").set_value("Søkeren er ingen organisasjon.").run()
        page = pressed(page, f"case_{id}_dismiss_do")
        assert own.state("bid") == "dismissed" and "Søkeren er ingen organisasjon." in read(page)


def test_the_ground_then_the_recommendation_held_against_the_rules_while_typing(own: Played) -> None:
    id = own.case("festival")
    with signed_in(own.folder, own.token("officer")):
        page = opened(own, "festival")
        page.selectbox(key=f"case_{id}_aid_kind").set_value("no_aid").run()
        page.text_area(key=f"case_{id}_aid_ground").set_value("Lokal virksomhet.").run()
        for name in ("advantage", "public_funds", "undertaking", "selective", "distorts"):
            page.radio(key=f"case_{id}_aid_{name}").set_value(True).run()
        page = pressed(page, f"case_{id}_aid_do")
        assert own.one("SELECT count(*) FROM aid_ground WHERE application = ?", id) == 0, "one of the six is unanswered"
        page.radio(key=f"case_{id}_aid_affects_trade").set_value(False).run()
        page = pressed(page, f"case_{id}_aid_do")
        assert "Grunnlag: ikke offentlig støtte." in read(page)
        page.selectbox(key=f"case_{id}_recommend_outcome").set_value("guaranteed").run()
        page.text_input(key=f"case_{id}_recommend_amount").set_value("1 500 000").run()
        assert "mer enn" in read(page) or "søkt" in read(page)
        assert "Beløpet er innenfor" not in read(page)
        page.text_input(key=f"case_{id}_recommend_amount").set_value("450 000").run()
        assert "Beløpet er innenfor" in read(page) and "Lest som 450 000 kroner." in read(page)
        page.text_area(key=f"case_{id}_recommend_grounds").set_value("God bredde og stor regional betydning.").run()
        stale = opened(own, "festival")
        assert stale.text_input(key=f"case_{id}_recommend_amount").value == "450 000", "F5"
        page = pressed(page, f"case_{id}_recommend_do")
        assert own.state("festival") == "ready" and "Gi garanti, 450 000 kroner" in read(page)
        pressed(stale, f"case_{id}_recommend_do")
    assert own.one("SELECT count(*) FROM recommendation WHERE application = ?", id) == 1
    with signed_in(own.folder, own.token("officer")):
        page = pressed(opened(own, "festival"), f"case_{id}_take_back_do")
        assert own.state("festival") == "in_review"
        assert page.text_input(key=f"case_{id}_recommend_amount").value == "450000", "filled with what stood"


def test_someone_else_was_first_and_nothing_is_overwritten(own: Played) -> None:
    id, officer = own.case("bid"), own.who("officer")
    with signed_in(own.folder, own.token("officer")):
        page = declared(own, "bid")
        page.text_area(key=f"case_{id}_dismiss_grounds").set_value("Søkeren er ingen organisasjon.").run()
        with own.store() as store:
            version = store.db.execute("SELECT version FROM application WHERE id = ?", [id]).fetchone()[0]
            take_up(store, officer, id, version)
        page = pressed(page, f"case_{id}_dismiss_do")
    assert own.state("bid") == "in_review"


def test_notes_are_the_officers_and_the_auditor_s(own: Played) -> None:
    id, officer = own.case("cup"), own.who("officer")
    with signed_in(own.folder, own.token("officer")):
        page = opened(own, "cup")
        page.text_area(key=f"case_{id}_note_text").set_value("Ringte om hallen <b>i dag</b>.").run()
        page = pressed(page, f"case_{id}_note_do")
        assert "Ringte om hallen &lt;b&gt;i dag" in read(page)
        (field,) = [one for one in page.text_area if str(one.key).startswith(f"case_{id}_note_text")]
        assert field.value == "", "the field is empty again"
    for role, sees in (("auditor", True), ("board", False), ("chair", False)):
        with signed_in(own.folder, own.token(role)):
            assert ("Ringte om hallen" in read(opened(own, "cup"))) is sees, role
    with own.store() as store:
        first = add_note(store, officer, id, "Det samme.")
        assert add_note(store, officer, id, " Det samme. ") == first, "a second click"
        assert len(notes_of(store, own.who("auditor"), id)) == 2
        for text in ("", " ", "x" * 20_001):
            with pytest.raises(Faults, match="note"):
                add_note(store, officer, id, text)
        for one in (own.who("board"), own.who("treasurer"), own.who("applicant")):
            with pytest.raises(Refused):
                notes_of(store, one, id)
            with pytest.raises(Refused):
                add_note(store, one, id, "Noe.")
        with pytest.raises(Refused):
            add_note(store, own.who("auditor"), id, "Noe.")


def test_a_case_is_given_and_taken_off(own: Played) -> None:
    id, member = own.case("festival"), own.who("board")
    with signed_in(own.folder, own.token("officer")):
        page = pressed(opened(own, "festival"), f"case_{id}_mine_do")
        page.selectbox(key=f"case_{id}_give_scorer_account").set_value(member.id).run()
        page = pressed(page, f"case_{id}_give_scorer_do")
        assert "Bedt om å gi poeng: Eksempel Person" in read(page)
        assert own.one("SELECT count(*) FROM assignment WHERE state = 'assigned'") == 2
        number = own.one("SELECT id FROM assignment WHERE part = 'scorer'")
        pressed(page, f"case_{id}_off_{number}_do")
    assert own.one("SELECT count(*) FROM assignment WHERE state = 'assigned'") == 1


def test_an_award_that_followed_is_a_click_away(tmp_path: Path) -> None:
    folder = tmp_path / "granted"
    with open_store(folder) as store:
        story = begin(store)
        for step in (endow, announce, apply, review, meet):
            step(story)
        ((award, id),) = store.db.execute("SELECT id, application FROM award ORDER BY id LIMIT 1").fetchall()
        (one,) = list_decisions(store, story.who("auditor"), id)
        assert one.amount is not None
        with pytest.raises(Faults):
            list_decisions(store, story.who("board", 1), story.applications["festival"])
        with pytest.raises(Refused):
            list_decisions(store, story.who("applicant"), id)
        with pytest.raises(Refused):
            case_officers(store, story.who("board"))
        with store.write("operator", "test.session") as write:
            token = open_session(
                write, int(story.who("auditor").id.removeprefix("account:")), "", dt.datetime.now(dt.UTC)
            )
    fund = Played(folder, story.people, {}, story.applications)
    with signed_in(folder, token):
        page = page_of("case", id=str(id)).run()
        assert not page.exception and f"/tilsagn?id={award}" in read(page)
    assert fund.one("SELECT count(*) FROM decision WHERE application = ?", id) == 1


def test_what_is_typed_is_weighed_for_officers_only(fund: Played) -> None:
    with fund.store() as store:
        officer, id = fund.who("officer"), fund.case("cup")
        assert weigh(store, officer, id, "granted", 300_000_00) == []
        codes = [one.code for one in weigh(store, officer, id, "granted_in_part", 400_000_00)]
        assert "recommendations.above_asked" in codes
        assert earmark_names(store, officer) == ["ungdom"]
        for role in ("board", "auditor", "applicant"):
            with pytest.raises(Refused):
                weigh(store, fund.who(role), id, "granted", 1)
            with pytest.raises(Refused):
                earmark_names(store, fund.who(role))


# -- appeals


def test_an_appeal_is_sent_on_decided_and_the_case_taken_up_again(tmp_path: Path) -> None:
    folder = tmp_path / "decided"
    with open_store(folder) as store:
        story = begin(store)
        for step in (endow, announce, apply, review, meet):
            step(story)
        id, officer = story.applications["concert"], story.who("officer")
        why = "Vi mener at konserten gir regionen gjester (eksempel)."
        appeal = file_appeal(store, story.who("applicant"), id, why, at=at("2026-04-10"))
        with store.write("operator", "test.session") as write:
            number = int(officer.id.removeprefix("account:"))
            token = open_session(write, number, "", dt.datetime.now(dt.UTC))
    fund = Played(folder, story.people, {}, story.applications)
    with signed_in(folder, token):
        page = opened(fund, "concert")
        text = read(page)
        assert why in text and "Kom innen fristen, 16. apr. 2026." in text
        assert "26. mars 2026: Avslå." in text and "/last-ned/vedtaksbrev/" in text
        form = f"case_{id}_extend_appeal"
        page.text_area(key=f"{form}_reason").set_value("Brevet kom sent fram.").run()
        page.date_input(key=f"{form}_until").set_value(today() + dt.timedelta(7)).run()
        page = pressed(page, f"{form}_do")
        assert fund.one("SELECT count(*) FROM extension WHERE what = 'appeal'") == 1
        assert not [one for one in page.button if "late" in str(one.key)], "it came in time"
        page.text_area(key=f"case_{id}_send_on_{appeal}_statement").set_value("Ingen nye opplysninger.").run()
        page = pressed(page, f"case_{id}_send_on_{appeal}_do")
        page.text_area(key=f"case_{id}_decide_{appeal}_answer").set_value("Klageren får medhold.").run()
        page.radio(key=f"case_{id}_decide_{appeal}_favour").set_value("yes").run()
        page = pressed(page, f"case_{id}_decide_{appeal}_do")
        assert "Klageren får medhold." in read(page)
        pressed(page, f"case_{id}_reopen_do")
    assert fund.state("concert") == "in_review"
    with open_store(folder) as store:
        assert [one.state for one in list_appeals(store, officer, id)] == ["decided"]


# -- the euro's rate


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_euros_rate_of_the_day_is_entered_on_the_case_that_needs_it(own: Played, lang: str) -> None:
    id, now = own.case("festival"), today()
    with open_store(own.folder) as store:
        set_aid_ground(
            store, own.who("officer"), id, AidGround("de_minimis", "Festivalen selger billetter (eksempel).")
        )
    with signed_in(own.folder, own.token("chair")):
        asked = "En saksbehandler legger den inn" if lang == "nb" else "A case officer enters it"
        assert asked in read(opened(own, "festival", lang)), "who can't enter it is told who can"
    form = f"euro_rate_{now.isoformat()}"
    with signed_in(own.folder, own.token("officer")):
        page = opened(own, "festival", lang)
        page.text_input(key=f"{form}_kroner").set_value("11,3090").run()
        page.date_input(key=f"{form}_published").set_value(now).run()
        page.text_input(key=f"{form}_source").set_value("Norges Bank (eksempel)").run()
        page = pressed(page, f"{form}_do")
        assert ("11,3090 kroner" if lang == "nb" else "11.3090 kroner") in read(page)
        assert not [one for one in page.button if one.key == f"{form}_do"]
    assert own.one("SELECT rate FROM euro_rate WHERE day = ?", now.isoformat()) == "11.3090"


def test_no_rate_is_asked_for_where_no_aid_is_given(own: Played) -> None:
    with signed_in(own.folder, own.token("officer")):
        assert "euro_rate" not in "".join(one.key or "" for one in opened(own, "cup").button)
