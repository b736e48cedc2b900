"""The portfolio page: three plans side by side, a closer look, and what if, which is stored nowhere."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pages import page_of, person, seen, signed_in
from scored import Reviewed, scored
from streamlit.testing.v1 import AppTest

from data.audit import head
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.sessions import open_session
from data.store import Store
from fund.deadlines import clock
from fund.demo import announce, apply, at, begin, endow, meet, review
from fund.meeting.agenda import put_on
from fund.meeting.meetings import lock_agenda, plan_meeting
from fund.plans.plans_workbook import PlansSheet, plans_workbook
from fund.plans.three_plans import PLANS, three_plans
from fund.review.call_portfolio import call_portfolio
from fund.state_aid.euro import accept_suggestion

CUP, FESTIVAL, CONCERT = "2026-0001", "2026-0002", "2026-0005"


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    folder = tmp_path_factory.mktemp("planned")
    with scored(folder) as found:
        yield found


@pytest.fixture(scope="module")
def chair(fund: Reviewed) -> str:
    return fund.token("chair")


def opened(fund: Reviewed, token: str, lang: str = "nb", **query: str) -> AppTest:
    with signed_in(fund.folder, token):
        page = page_of("portfolio", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ").replace("&#x27;", "'")


def address(page: AppTest) -> dict[str, str]:
    """What the page's address holds."""
    held = {name: page.query_params[name] for name in page.query_params}
    return {name: one if isinstance(one, str) else one[0] for name, one in held.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_plans_with_why_and_what_a_plan_is_not(fund: Reviewed, chair: str, lang: str) -> None:
    text = said(opened(fund, chair, lang))
    wanted = {
        "nb": (
            "En plan er ikke et vedtak",
            "Best poeng",
            "Like andeler",
            "ingen avkastning",
            "300 000, alt",
        ),
        "en": ("A plan is not a decision", "Best score", "Equal shares", "no return on", "300,000, all"),
    }
    for word in (*wanted[lang], "Eksempelcupen", "Eksempel skiklubb", "/sak?id=1", "/rangering?utlysning=1"):
        assert word in text, word
    assert "REFUSED" not in text and "FAULTS" not in text


def test_the_plan_of_the_address_is_looked_at_closely(fund: Reviewed, chair: str) -> None:
    text = said(opened(fund, chair, plan="verdi"))
    assert "kroner i netto verdiskaping per krone" in text
    assert "poeng per krone" in said(opened(fund, chair))
    assert "poeng per krone" in said(opened(fund, chair, plan="<b>"))
    with signed_in(fund.folder, chair):
        page = page_of("portfolio").run()
        page.button_group(key="portfolio_plan").set_value("shares").run()
        assert address(page)["plan"] == "andeler" and "Like andeler" in said(page)


def test_what_a_case_would_take(fund: Reviewed, chair: str) -> None:
    text = said(opened(fund, chair, sak=CUP, ramme="500000"))
    assert "Saken er inne så lenge den har over" in text
    assert "Saken er inne" not in said(opened(fund, chair, sak="2026-9999"))


def test_what_if_moves_the_plans_and_stores_nothing(fund: Reviewed, chair: str) -> None:
    before = head(fund.store.db)
    with signed_in(fund.folder, chair):
        page = page_of("portfolio").run()
        page.text_input(key="portfolio_if_frame").set_value("400 000").run()
        assert "Rammen: 4 000 000 kroner → 400 000 kroner" in said(page)
        page.selectbox(key="portfolio_if_case").set_value(CUP).run()
        page.radio(key=f"portfolio_if_hold_{CUP}").set_value("out").run()
        text = said(page)
        assert "Eksempelcupen: holdes ute" in text and "300 000, alt → ute" in text and not page.exception
        again = page_of("portfolio", **address(page)).run()
        assert "300 000, alt → ute" in said(again), "F5 keeps what is tried out"
        assert again.text_input(key="portfolio_if_frame").value.replace(HARD_SPACE, " ") == "400 000"
        again.button(key="portfolio_if_reset").click().run()
        assert "holdes ute" not in said(again) and again.text_input(key="portfolio_if_frame").value == ""
        assert not again.exception
    assert head(fund.store.db) == before


def test_what_is_held_is_held_beside_the_plans_that_stand(fund: Reviewed, chair: str) -> None:
    assert "→ ute" not in said(opened(fund, chair))
    text = said(opened(fund, chair, hold=f"{CUP}:ute"))
    assert "300 000, alt → ute" in text and "1 430 000 → 1 130 000" in text
    assert "500 000, alt → 400 000, det minste" in said(opened(fund, chair, hold=f"{FESTIVAL}:minst"))


def test_two_changes_stand_together_and_each_can_be_let_go(fund: Reviewed, chair: str) -> None:
    with signed_in(fund.folder, chair):
        page = page_of("portfolio", endre=CUP).run()
        page.text_input(key=f"portfolio_if_asked_{CUP}").set_value("250 000,50").run()
        page.selectbox(key="portfolio_if_case").set_value(FESTIVAL).run()
        page.text_input(key=f"portfolio_if_least_{FESTIVAL}").set_value("100000").run()
        text = said(page)
        assert "Eksempelcupen, søknadssum: 300 000 kroner → 250 000,50 kroner" in text
        assert "Eksempelfestivalen 2026, det minste: 400 000 kroner → 100 000 kroner" in text
        page.text_input(key=f"portfolio_if_least_{FESTIVAL}").set_value("").run()
        text = said(page)
        assert "det minste: 400 000" not in text and "250 000,50 kroner" in text


def test_what_can_not_be_tried_is_told(fund: Reviewed, chair: str) -> None:
    with signed_in(fund.folder, chair):
        page = page_of("portfolio").run()
        page.text_input(key="portfolio_if_frame").set_value("mye").run()
        assert page.text_input(key="portfolio_if_frame").value == "mye" and "rv-fault" in said(page)
        assert not page.exception and "Rammen:" not in said(page)
    text = said(opened(fund, chair, ramme="100000", hold=f"{CUP}:alt"))
    assert "Dette kan ikke regnes ut slik" in text and "kan ikke holdes inne" in text
    text = said(opened(fund, chair, sum=f"{CUP}:100000", minst=f"{CUP}:200000"))
    assert "det minste er 200 000 kroner" in text
    for wrong in ({"ramme": "x"}, {"ramme": "9" * 40}, {"hold": "2026-9999:ute,:,x"}, {"sum": f"{CUP}:-5"}):
        assert "Fjern alle endringene" not in said(opened(fund, chair, **wrong))


def test_a_case_that_can_not_be_shown_is_in_no_plan(fund: Reviewed) -> None:
    text = said(opened(fund, fund.token("board", 1)))
    assert "Én sak er ikke med" in text and FESTIVAL in text and "Eksempelfestivalen" not in text
    assert "4 saker søker om" in text
    text = said(opened(fund, fund.token("board", 1), hold=f"{FESTIVAL}:alt"))
    assert "Eksempelfestivalen" not in text and "holdes inne" not in text


@pytest.mark.parametrize("role", ["applicant", "administrator", ""])
def test_others_are_refused(fund: Reviewed, role: str) -> None:
    token = person(fund.store, role)[1] if role else ""
    text = said(opened(fund, token, utlysning="1"))
    assert "REFUSED" in text and "Eksempelcupen" not in text


@pytest.mark.parametrize("call", ["99", "x", "²"])
def test_a_call_that_is_not_there(fund: Reviewed, chair: str, call: str) -> None:
    assert "GONE" in said(opened(fund, chair, utlysning=call))


def test_excel_has_the_plans_with_sums_that_are_formulas(fund: Reviewed) -> None:
    found = call_portfolio(fund.store, fund.story.who("chair"), fund.story.call)
    plans = three_plans(found.cases, found.partners, found.caps, found.terms)
    reasons = {one.id: ["Fordi."] * 3 for one in found.cases}
    sheet = PlansSheet("Planer", found.cases, found.caps.frame, plans.amounts(), reasons)
    content = plans_workbook("Utlysning", [sheet], lambda id: found.titles[id], found.organisers, "nb")
    values, formulas = (load_workbook(io.BytesIO(content), data_only=one)["Planer"] for one in (True, False))
    last = len(found.cases) + 2
    for place, name in enumerate(PLANS):
        cell = formulas.cell(last, 12 + place)
        assert str(cell.value).startswith("=SUM(")
        assert values.cell(last, 12 + place).value * 100 == sum(plans.amounts()[name].values())
    assert values["B2"].value == "Eksempelcupen" and values["C2"].value == "Eksempel idrettslag"


def test_what_the_plans_stand_on(fund: Reviewed) -> None:
    officer = fund.story.who("officer")
    found = call_portfolio(fund.store, officer, fund.story.call)
    assert found.caps.frame == 4_000_000_00 and found.frame is not None and not found.hidden
    rooms = {(one.kind, one.name): one.room for one in found.caps.groups}
    assert rooms[("exposure", "")] == 1_000_000_00
    assert rooms[("scheme", CUP)] == 346_500_00, "33 % of 1 050 000, which is under the amount"
    assert rooms[("scheme", FESTIVAL)] == 1_000_000_00, "the share is for grants"
    assert found.names["1"] == "Eksempel kommune" and found.applications[CUP] == 1


def test_what_an_agenda_holds_for_the_cases_is_room_for_them(store: Store) -> None:
    story = begin(store)
    for step in (endow, announce, apply, review):
        step(story)
    officer = story.who("officer")

    accept_suggestion(store, officer, dt.date(2026, 3, 26))
    meeting = plan_meeting(store, officer, "Styremøte (eksempel)", dt.date(2026, 3, 26), at=at("2026-03-13"))
    put_on(store, officer, meeting, story.applications["cup"], at=at("2026-03-13"))
    lock_agenda(store, officer, meeting, story.version("meeting", meeting), at=at("2026-03-19"))
    found = call_portfolio(store, officer, story.call)
    assert found.frame is not None and found.frame.room == 3_700_000_00
    assert found.caps.frame == 4_000_000_00
    member = story.who("board", 1)  # disqualified in the festival, in the others not
    assert call_portfolio(store, member, story.call).caps.frame == 4_000_000_00


def test_decided_cases_leave_nothing_to_plan(store: Store, tmp_path: Path) -> None:
    story = begin(store)
    for step in (endow, announce, apply, review, meet):
        step(story)
    account = int(story.who("chair").id.partition(":")[2])
    with store.write("operator", "test.session") as write:
        token = open_session(write, account, "", clock(None))
    with signed_in(tmp_path, token):
        page = page_of("portfolio", ramme="5").run()
    assert not page.exception and "ingen saker å planlegge for" in said(page)
