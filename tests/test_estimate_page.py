"""The page of an estimate: who may open it, what comes first, where figures come from, scenarios, locking, files."""

from __future__ import annotations

import copy
import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from openpyxl import load_workbook
from pages import page_of, person, seen, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import downloads
from app.visit import SESSION_COOKIE
from data.numbers import MINUS
from data.permission import ANYONE, Actor
from data.store import Conflict, Store, open_store
from impact.estimates import get_estimate, get_row, list_estimates, lock_estimate, publish_estimate
from impact.lock import read_locked
from impact.provenance import figures_of
from impact.reference import Reference, reference_in
from impact.register import create_event
from impact.samples import load_samples

Document_ = dict[str, Any]
DRAWS = 50


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample in it, that no test here changes."""
    made = tmp_path_factory.mktemp("sample")
    with open_store(made) as store:
        load_samples(store, reference_in())
    return made


@pytest.fixture
def officer(store: Store) -> tuple[Actor, str]:
    return person(store, "officer")


@pytest.fixture
def owner(store: Store) -> tuple[Actor, str]:
    return person(store, "applicant")


@pytest.fixture
def locked(store: Store, owner: tuple[Actor, str], reference: Reference, event_dict: Callable[..., Document_]) -> int:
    """An applicant's event, locked and not published."""
    event = create_event(store, owner[0], event_dict())
    return lock_estimate(store, owner[0], event, reference, draws=DRAWS)


def opened(folder: Path, token: str = "", lang: str = "nb", **query: str) -> AppTest:
    with signed_in(folder, token):
        page = page_of("estimate", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


def figures_linked(page: AppTest) -> list[tuple[str, str]]:
    """(path, text) of every link that leads to where a figure comes from."""
    found = re.findall(r'<a [^>]*href="([^"]*[?&;]tall=[^"]*)"[^>]*>([^<]*)</a>', seen(page))
    return [(parse_qs(urlsplit(html.unescape(to)).query)["tall"][0], html.unescape(text)) for to, text in found]


# -- what it says


@pytest.mark.parametrize(
    ("lang", "first", "deficit"),
    [
        ("nb", "8 av 10 beregninger mellom 67 og 124 millioner kroner", "underskudd på 37 millioner kroner (oppgitt)"),
        ("en", "8 of 10 calculations lie between NOK 67 and 124 million", "a deficit of NOK 37 million (reported)"),
    ],
)
def test_anyone_sees_the_answer_first(sample: Path, lang: str, first: str, deficit: str) -> None:
    page = opened(sample, lang=lang, id="1")
    bodies = [one.proto.body for one in page.get("html")]
    lead = next(place for place, body in enumerate(bodies) if "rv-lead" in body)
    assert first in bodies[lead] and deficit in bodies[lead + 1] and "rv-dot" in bodies[lead + 1]
    assert bodies[lead + 2].count("rv-band") == 3
    assert {"nb": "eksempel", "en": "sample"}[lang] in bodies[lead - 1]
    assert len(page.title) == 1 and len(page.header) >= 9
    assert len(page.get("vega_lite_chart")) == 6
    text = seen(page)
    for wanted in ("horecanytt.no", "nyhetssaker.no", "<caption>"):
        assert wanted in text
    unknown = {"nb": "lett etter og ikke funnet", "en": "looked for and not found"}[lang]
    assert any(unknown in one.label for one in page.expander)


@pytest.mark.parametrize("area", ["vertskommunen", "regionen", "norge"])
def test_every_figure_leads_to_where_it_comes_from(sample: Path, area: str) -> None:
    links = figures_linked(opened(sample, id="1", omrade=area))
    with open_store(sample) as store:
        tree = get_estimate(store, ANYONE, 1)[1]
    known = set(figures_of(tree))
    assert len(links) > 100 and all(path in known for path, _ in links)
    counted = [(path, text) for path, text in links if text[:1].isdigit() or text[:1] == MINUS]
    assert len(counted) > 100
    for path, text in counted:  # what stands in a cell is the figure that its link explains
        assert agrees(text, figure_at(tree, path)), (path, text)


def figure_at(tree: Document_, path: str) -> Any:
    """What an estimate has at a path, found without the code that explains it."""
    head, *steps = path.split(".")
    at = tree["areas"][head] if head in tree["areas"] else tree[head]
    if head == "municipalities" and steps[0] in at["rows"]:
        at = at["rows"]
    for step in steps:
        at = at[step]
    return at


def agrees(text: str, figure: Any) -> bool:
    """Whether «94,4 (67,5–123,6)» or «97,1» is the figure, in kroner, millions or a number, as it is rounded."""
    whole = text.partition(" (")[0].replace("\N{NO-BREAK SPACE}", "").replace(MINUS, "-").replace(",", ".")
    half = 0.51 * 10.0 ** -len(whole.partition(".")[2])
    value = figure if isinstance(figure, float) else figure["p50" if "(" in text else "mode"]
    rounding = max(half, 0.005 * abs(float(whole)))  # three digits where the number is large
    return any(abs(float(whole) - value / scale) <= rounding for scale in (1.0, 1e6))


def test_the_table_of_places_has_what_leaves_as_a_row_of_its_own(sample: Path) -> None:
    page = opened(sample, id="1")
    row = next(line for line in seen(page).split("<tr") if "Lønn som forlater regionen" in line)
    assert "rv-total" in row and "tall=municipalities.pay_leaving_region" in row
    with open_store(sample) as store:
        tree = get_estimate(store, ANYONE, 1)[1]
    for code, name in reference_in().municipalities.items():
        line = next(one for one in seen(page).split("<tr") if f'<th scope="row">{name}</th>' in one)
        assert f"municipalities.{code}.value_added.total" in line and code in tree["municipalities"]["rows"]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_figure_is_followed_down_to_its_source(sample: Path, lang: str) -> None:
    page = opened(sample, lang=lang, id="1", omrade="norge", tall="region.effects.value_added.total")
    text = seen(page)
    assert "<details open>" in text and "kommunikasjon.ntb.no" in text and 'class="rv-steps"' in text
    assert text.count("<details") < 400 and len(page.get("vega_lite_chart")) == 0
    assert {"nb": "97 123 578 kroner", "en": "NOK 97,123,578"}[lang] in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "/anslag?id=1&amp;omrade=norge" in text  # the way back keeps what was shown
    assert "FAULTS" in seen(opened(sample, lang=lang, id="1", tall="region.nothing"))


def test_an_address_that_names_nothing_is_told(sample: Path) -> None:
    for query in ({"id": "99"}, {"id": "abc"}, {"id": "-1"}, {"id": "²"}, {}):
        assert "GONE" in seen(opened(sample, **query)), query


def test_what_people_wrote_is_never_markup(
    store: Store, tmp_path: Path, officer: tuple[Actor, str], reference: Reference, event_dict: Callable[..., Document_]
) -> None:
    document = copy.deepcopy(event_dict())
    document["event"]["name_nb"] = "<script>alert(1)</script> **fest**"
    document["organiser"]["deficit"]["source"] = "<img src=x onerror=alert(2)> https://eksempel.no/<b>"
    document["audience"][1]["name"] = "<b onclick=x>"
    event = create_event(store, officer[0], document)
    lock_estimate(store, officer[0], event, reference, draws=DRAWS, name="<i>navn</i>")
    for query in ({}, {"tall": "region.audience_spending"}, {"tall": "organiser_result.deficit"}):
        text = "\n".join(one.proto.body for one in opened(tmp_path, officer[1], id="1", **query).get("html"))
        assert not re.search(r"<(script|img|b onclick|i>)", text)


# -- rights


def test_an_unpublished_estimate_is_for_those_concerned(
    store: Store,
    tmp_path: Path,
    owner: tuple[Actor, str],
    officer: tuple[Actor, str],
    locked: int,
    reference: Reference,
) -> None:
    stranger = person(store, "applicant")[1]
    asked = [{"id": str(locked)}, {"arrangement": "1"}]
    for query in asked:
        for token in (owner[1], officer[1]):
            assert "8 av 10" in seen(opened(tmp_path, token, **query))
        # Asked after the others, so that what is kept for them is not given to these.
        for token in (stranger, ""):
            assert "REFUSED" in seen(opened(tmp_path, token, **query))
    publish_estimate(store, officer[0], locked, 1, reference)
    for token in (stranger, ""):
        assert "8 av 10" in seen(opened(tmp_path, token, id=str(locked)))
        assert "REFUSED" in seen(opened(tmp_path, token, arrangement="1"))
    assert "utkast" not in seen(opened(tmp_path, "", id=str(locked)))
    buttons = [one.label for one in opened(tmp_path, owner[1], id=str(locked)).button]
    assert not any("Trekk" in one for one in buttons)


# -- scenarios


def test_two_guesses_at_the_rooms_sold_are_shown_on_the_page(sample: Path) -> None:
    text = seen(opened(sample, id="1")).replace("\N{NO-BREAK SPACE}", " ")
    assert "Er 62 % av rommene solgt uten arrangementet, gir det 9 384 romdøgn ekstra" in text
    assert "18 216, 1,9 ganger så mange" in text


def test_a_scenario_is_shown_as_the_difference(sample: Path) -> None:
    page = opened(sample, id="1")
    with signed_in(sample, ""):
        page.button_group(key="estimate_id_1_scenario").set_value("occupancy_low").run()
    assert not page.exception and page.query_params["scenario"] == "belegg-lavt"
    text = seen(page)
    assert "mer i verdiskaping i regionen enn i anslaget" in text and "Forskjell i romdøgn" in text
    assert len(page.title) == 1 and len(page.get("vega_lite_chart")) == 7
    same = opened(sample, id="1", scenario="belegg-lavt")  # the address says the same
    assert seen(same) == text
    less = seen(opened(sample, id="1", scenario="belegg-hoyt", omrade="norge"))
    assert "mindre i verdiskaping i Norge enn i anslaget" in less and "omrade=norge" in less
    assert "scenario=belegg-hoyt" in less  # links within the page keep what is shown


def test_what_each_tenth_bought_in_the_region_is_worth(sample: Path) -> None:
    food = seen(opened(sample, id="1", scenario="mat-fra-regionen"))
    assert "Mat som serveringsstedene kjøper" in food and "Andre kjøp" not in food
    every = opened(sample, lang="en", id="1", scenario="alt-fra-regionen")
    assert "Together" in seen(every) and "none given" in seen(every)
    assert len(every.get("vega_lite_chart")) == 7


def test_own_figures_are_typed_and_stand_in_the_address(sample: Path) -> None:
    page = opened(sample, id="1", scenario="egne-tall")
    assert len(page.text_input) == 6 and len(page.get("vega_lite_chart")) == 6
    field = next(one for one in page.text_input if one.key.endswith("numbers.eating_out"))
    with signed_in(sample, ""):
        field.set_value("500–700").run()
    assert not page.exception
    assert page.query_params["endret"] == "numbers.eating_out=500–700"
    assert "Lest som 500 / 600 / 700" in seen(page) and "«egne tall»" in seen(page)
    with signed_in(sample, ""):
        field.set_value("12.500").run()
    assert not page.exception
    assert "12.500" in seen(page) and "«egne tall»" not in seen(page)  # told, not guessed at
    assert page.query_params["endret"] == "numbers.eating_out=12.500"
    # A share that differs between areas may not go against them: told, and nothing is shown.
    wrong = opened(sample, id="1", scenario="egne-tall", endret="numbers.sold=-5")
    assert "«egne tall»" not in seen(wrong) and wrong.error


def test_the_running_estimate_has_scenarios_too(
    store: Store, tmp_path: Path, officer: tuple[Actor, str], event_dict: Callable[..., Document_]
) -> None:
    create_event(store, officer[0], event_dict())
    page = opened(tmp_path, officer[1], arrangement="1", scenario="belegg-lavt")
    text = seen(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "«46 % av rommene solgt uten arrangementet» endrer ikke verdiskapingen" in text  # there are rooms to spare


# -- locking and publishing


def press(folder: Path, token: str, page: AppTest, key: str) -> Any:
    """Press a button; what is told of it."""
    with signed_in(folder, token):
        page.button(key=key).click().run()
    assert not page.exception, page.exception
    if "outcome" not in page.session_state:
        return None
    return page.session_state["outcome"]


def test_the_running_estimate_is_locked_published_and_withdrawn(
    store: Store, tmp_path: Path, officer: tuple[Actor, str], event_dict: Callable[..., Document_]
) -> None:
    actor, token = officer
    create_event(store, actor, event_dict())
    page = opened(tmp_path, token, arrangement="1")
    before = [one.proto.body for one in page.get("html") if "rv-lead" in one.proto.body]
    page.text_input(key="estimate_arrangement_1_name").set_value("Til søknaden")
    assert "låst" in press(tmp_path, token, page, "estimate_arrangement_1_lock_do")
    (row,) = list_estimates(store, actor)
    assert row.name == "Til søknaden" and row.purpose == "forecast" and not row.published
    assert page.query_params["id"] == str(row.id) and "arrangement" not in page.query_params
    after = [one.proto.body for one in page.get("html") if "rv-lead" in one.proto.body]
    assert after == before  # what is locked is what was shown

    stale = opened(tmp_path, token, id=str(row.id))
    assert "publisert" in press(tmp_path, token, page, f"estimate_{row.id}_publish_do")
    assert get_row(store, ANYONE, row.id).published
    assert isinstance(press(tmp_path, token, stale, f"estimate_{row.id}_publish_do"), Conflict)

    page.text_input(key=f"estimate_{row.id}_reason").set_value(" ")
    press(tmp_path, token, page, f"estimate_{row.id}_withdraw_do")
    assert get_row(store, actor, row.id).published  # no reason, not withdrawn
    page.text_input(key=f"estimate_{row.id}_reason").set_value("Publikum var talt to ganger.")
    press(tmp_path, token, page, f"estimate_{row.id}_withdraw_do")
    assert "Publikum var talt to ganger" in seen(page)
    assert "REFUSED" in seen(opened(tmp_path, "", id=str(row.id)))


def test_an_event_that_lacks_something_says_what(
    store: Store, tmp_path: Path, officer: tuple[Actor, str], event_dict: Callable[..., Document_]
) -> None:
    document = event_dict()
    del document["event"]["first_day"], document["audience"]
    create_event(store, officer[0], document)
    page = opened(tmp_path, officer[1], arrangement="1")
    assert "kan ikke regnes ut ennå" in seen(page) and "/skjema?id=1" in seen(page)
    assert "[[" not in seen(page) and "first_day" not in seen(page), "as the form calls it, not as a file does"


# -- files


def test_the_three_files_are_sent_to_who_may_read_them(
    store: Store, tmp_path: Path, owner: tuple[Actor, str], locked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    stranger = person(store, "applicant")[1]
    with TestClient(Starlette(routes=downloads.ROUTES)) as client:

        def get(kind: str, token: str, lang: str = "nb") -> Any:
            client.cookies.clear()
            client.cookies.set(SESSION_COOKIE, token)
            return client.get(f"/last-ned/anslag/{locked}.{kind}?lang={lang}")

        for kind in ("json", "xlsx", "docx"):
            assert get(kind, "").status_code == 403 and get(kind, stranger).status_code == 403
        assert client.get("/last-ned/anslag/99.json").status_code in (403, 404)
        assert get("exe", owner[1]).status_code == 404
        lock = get("json", owner[1])
        assert "private" in lock.headers["cache-control"]
        tree, sha = read_locked(lock.content, "file")
        assert sha == get_row(store, owner[0], locked).sha256 and json.dumps(tree)
        book = load_workbook(io.BytesIO(get("xlsx", owner[1], "en").content))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        assert sha in cells and "Small festival" in cells
        words = "\n".join(one.text for one in Document(io.BytesIO(get("docx", owner[1]).content)).paragraphs)
        assert "Liten festival" in words and sha in words
