"""The fund's papers: templates filled and checked, files refused, and what stands in each paper, for whom."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import ROOT
from docx import Document
from docx.oxml.ns import qn

from data.faults import Faults
from data.numbers import HARD_SPACE
from data.permission import Actor, Refused
from data.phrases import LANGUAGES, Lang
from data.store import Store, open_store
from fund.demo import Story, announce, apply, at, begin, endow
from fund.demo_year import play
from fund.intake.handling import ask_for_more, extend_completing
from fund.papers.checking import faults_in
from fund.papers.fields import Paper, Values, papers
from fund.papers.filling import filled
from fund.papers.made import letters_of_meeting, make, values_of
from fund.papers.shipped import shipped_file, template_of
from fund.papers.template_file import opened, roots
from fund.papers.templates import (
    history_of,
    keep_template,
    list_in_force,
    put_in_force,
    template_content,
    trial,
    trial_of_held,
)

LETTER = papers()["award_letter"]


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def words(content: bytes) -> list[str]:
    """Every paragraph of a document that says anything, those in tables included, with plain spaces."""
    document = Document(io.BytesIO(content))
    found = ["".join(one.text or "" for one in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]
    return [one.replace(HARD_SPACE, " ") for one in found if one.strip()]


def with_paragraphs(*texts: str) -> Any:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return document


def put(document: Any, values: Values) -> list[str]:
    return words(filled(document, roots(document), values))


def faults(document: Any, lang: Lang = "nb", paper: Paper = LETTER) -> list[tuple[str, str, str]]:
    return [(one.place, one.value, one.code.rpartition(".")[2]) for one in faults_in(document, paper, lang)]


# -- filling


def test_a_field_is_found_however_word_has_cut_it_up() -> None:
    document = Document()
    paragraph = document.add_paragraph("Vi gir ")
    for piece in ("{", "{ awa", "rd", f".amount{HARD_SPACE}", "}", "} til dere"):
        paragraph.add_run(piece)
    paragraph.runs[2].bold = True
    (made,) = Document(io.BytesIO(filled(document, roots(document), {"award.amount": "300 kroner"}))).paragraphs
    assert made.text == "Vi gir 300 kroner til dere"
    assert [one.text for one in made.runs if one.text] == ["Vi gir ", "300 kroner", " til dere"]


def test_what_is_put_in_is_text_and_never_a_field_again() -> None:
    values = {"grounds": "Vi ga {{ award.amount }} <w:b/> & \x07mer\nen linje til", "award.amount": "HEMMELIG"}
    document = with_paragraphs("{{ grounds }} {{ award.amount }}")
    content = filled(document, roots(document), values)
    assert words(content) == ["Vi ga {{ award.amount }} <w:b/> & meren linje til HEMMELIG"]
    assert len(list(Document(io.BytesIO(content)).element.body.iter(qn("w:br")))) == 1


def test_a_block_a_paragraph_and_a_row_repeat_and_are_left_out() -> None:
    document = with_paragraphs(
        "{{ for part in plan }}",
        "Del: {{ part.amount }}",
        "{{ if part.day }}",
        "Dag {{ part.day }}",
        "{{ end }}",
        "{{ end }}",
        "{{ for c in conditions }}{{ c.text }}{{ end }}",
        "{{ if appeal_by }}Klag innen {{ appeal_by }}{{ end }}",
        "{{ de_minimis }}",
        "Slutt",
    )
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["Beløp", "Dag", "{{ for p in plan }}{{ p.amount }}", "{{ p.day }}{{ end }}"],
        strict=True,
    ):
        cell.text = text
    assert faults(document) == []
    values = {
        "plan": [{"amount": "1", "day": "", "when": ""}, {"amount": "2", "day": "i dag", "when": ""}],
        "conditions": [{"text": "A"}, {"text": "B"}],
        "appeal_by": "",
        "de_minimis": "",
    }
    empty = {**values, "plan": []}
    made = Document(io.BytesIO(filled(again := opened("x.docx", saved(document)), roots(again), empty)))
    said = put(document, values)
    assert said == ["Del: 1", "Del: 2", "Dag i dag", "A", "B", "Slutt", "Beløp", "Dag", "1", "2", "i dag"]
    assert len(made.tables[0].rows) == 1 and "Del" not in "".join(one.text for one in made.paragraphs)


def test_headers_and_footers_are_filled_too() -> None:
    document = with_paragraphs("x")
    document.sections[0].header.paragraphs[0].text = "{{ fund.name }}"
    document.sections[0].footer.paragraphs[0].text = "{{ fund.nam }}"
    assert [place for place, *_ in faults(document)] == ["bunntekst, avsnitt 1 («{{ fund.nam }}»)"]
    document.sections[0].footer.paragraphs[0].text = ""
    made = Document(io.BytesIO(filled(document, roots(document), {"fund.name": "Eksempelfondet"})))
    assert made.sections[0].header.paragraphs[0].text == "Eksempelfondet"


def test_lists_within_lists_stop_before_memory_does(monkeypatch: pytest.MonkeyPatch) -> None:
    loops = [f"{{{{ for a{number} in plan }}}}" for number in range(6)]
    document = with_paragraphs(*loops, "x", *["{{ end }}"] * 6)
    assert faults(document) == []
    with pytest.raises(Faults, match="paragraphs and rows"):
        put(document, {"plan": [{"amount": "", "day": "", "when": ""}] * 30})


# -- faults by place


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["Fint", "Vi gir {{ award.amout }}"], ("avsnitt 2 («Vi gir {{ award.amout }}»)", "award.amout", "unknown")),
        (["{{ plan }}"], ("avsnitt 1 («{{ plan }}»)", "plan", "is_list")),
        (["{{ for x in planer }}", "{{ x.amount }}", "{{ end }}"], (None, "planer", "no_list")),
        (["{{ for award in plan }}", "{{ end }}"], (None, "award", "taken")),
        (["{{ for x in plan }}", "{{ x.amount }}"], (None, "{{ for x in plan }}", "no_end")),
        (["Hei", "{{ end }}"], (None, "{{ end }}", "no_beginning")),
        (["Hei {{ for x in plan }}"], (None, "{{ for x in plan }}", "mark_place")),
        (["Vi gir {{ award.amount }"], (None, "Vi gir {{ award.amount }", "brackets")),
        (["{{ x.amount }}"], (None, "x.amount", "unknown")),
        (["{{ for x in plan }}", "{{ x.number }}", "{{ end }}"], (None, "x.number", "unknown")),
        (["{{ award.__class__.__mro__ }}"], (None, "award.__class__.__mro__", "unknown")),
        (["{{ 7 * 7 }}"], (None, "7 * 7", "unknown")),
        (["{{ if nothing }}", "{{ end }}"], (None, "nothing", "unknown")),
    ],
)
def test_a_fault_says_where_and_what(texts: list[str], wanted: tuple[str | None, str, str]) -> None:
    (found,) = faults(with_paragraphs(*texts))
    assert found[1:] == wanted[1:] and (wanted[0] is None or found[0] == wanted[0])


def test_a_fault_in_a_table_names_the_cell_and_all_are_told_at_once() -> None:
    document = with_paragraphs("{{ en }}")
    table = document.add_table(rows=2, cols=3)
    table.cell(1, 2).text = "{{ award.nummer }}"
    table.cell(0, 0).text = "{{ for x in plan }}"
    (first, row, cell) = faults_in(document, LETTER, "en", "Mal.docx")
    assert cell.place.startswith("table 1, row 2, column 3, paragraph 1")
    assert row.place == "table 1, row 1, column 1" and row.code.endswith("row_marks")
    assert first.file == "Mal.docx"
    assert "award.number" in cell.expected("en") and "organisation.name" in cell.expected("en")
    assert "Mente du award.number" in cell.expected("nb")


# -- files that aren't templates


def packed(change: Callable[[dict[str, bytes]], None], document: Any = None) -> bytes:
    """A Word file whose members were changed."""
    with zipfile.ZipFile(io.BytesIO(saved(document or with_paragraphs("x")))) as package:
        members = {one.filename: package.read(one) for one in package.infolist()}
    change(members)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def related(kind: str, mode: str = "") -> bytes:
    def change(members: dict[str, bytes]) -> None:
        line = f'<Relationship Id="rId99" Type="http://x/{kind}" Target="http://eksempel.no/x"{mode}/>'.encode()
        name = "word/_rels/document.xml.rels"
        members[name] = members[name].replace(b"</Relationships>", line + b"</Relationships>")

    return packed(change)


def in_document(new: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        members["word/document.xml"] = members["word/document.xml"].replace(b"<w:body>", b"<w:body>" + new)

    return packed(change)


def declared(members: dict[str, bytes]) -> None:
    body = members["word/document.xml"]
    members["word/document.xml"] = body.replace(b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document', 1)


def macro(members: dict[str, bytes]) -> None:
    members["word/vbaProject.bin"] = b"x"


def bomb(members: dict[str, bytes]) -> None:
    members["word/media/big.xml"] = b" " * 41_000_000


def tags(members: dict[str, bytes]) -> None:
    members["word/more.xml"] = b"<a/>" * 200_001


OUTSIDE = ' TargetMode="External"'
DDE = b'<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\x"/></w:p>'
SPLIT = (
    b'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDE</w:instrText></w:r>'
    b'<w:r><w:instrText>TEXT x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"bare tekst", "papers.file.not_word"),
        (lambda: b"PK\x03\x04 tull", "application.file.cut_off"),
        (lambda: packed(macro), "application.file.macros"),
        (lambda: packed(bomb), "papers.file.unpacks"),
        (lambda: packed(tags), "papers.file.broken"),
        (lambda: packed(declared), "papers.file.broken"),
        (lambda: related("image", OUTSIDE), "papers.file.reaches_out"),
        (lambda: related("attachedTemplate", OUTSIDE), "papers.file.reaches_out"),
        (lambda: related("oleObject"), "papers.file.reaches_out"),
        (lambda: in_document(DDE), "papers.file.word_field"),
        (lambda: in_document(SPLIT), "papers.file.word_field"),
        (lambda: in_document(b"<w:p><w:ins><w:r><w:t>ny</w:t></w:r></w:ins></w:p>"), "papers.file.tracked"),
        (lambda: in_document(b'<w:p><w:r><w:commentReference w:id="1"/></w:r></w:p>'), "papers.file.comments"),
        (lambda: b"x" * 5_000_001, "papers.file.too_large"),
    ],
)
def test_a_file_that_could_harm_is_refused(content: Callable[[], bytes], code: str) -> None:
    name = "Mal.txt" if code.endswith("not_word") else "Mal.docx"
    with pytest.raises(Faults) as refused:
        opened(name, content())
    assert [one.code for one in refused.value.faults] == [code]


def test_an_ordinary_link_and_page_number_are_fine() -> None:
    assert opened("Mal.docx", related("hyperlink", OUTSIDE))
    assert opened("Mal.docx", in_document(b'<w:p><w:fldSimple w:instr=" PAGE "/></w:p>'))


# -- what is shipped


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", papers())
def test_a_shipped_template_is_whole_and_is_what_its_text_says(key: str, lang: Lang) -> None:
    content = shipped_file(key, lang).read_bytes()
    document = opened(f"{key}.docx", content)
    assert faults_in(document, papers()[key], lang) == []
    assert words(content) == words(template_of(key, lang))
    said = " ".join(put(document, papers()[key].trial(lang)))
    assert "{{" not in said and "}}" not in said
    assert ("Eksempel" in said) and document.core_properties.author == "Ringvirk"


@pytest.mark.parametrize("key", papers())
def test_both_languages_of_a_template_use_the_same_fields(key: str) -> None:
    used = []
    for lang in LANGUAGES:
        text = " ".join(words(shipped_file(key, lang).read_bytes()))
        used.append(sorted(re.findall(r"\{\{ ?(.*?) ?\}\}", text)))
    assert used[0] == used[1]


# -- each paper, of the invented fund


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with open_store(tmp_path_factory.mktemp("papers")) as store:
        yield play(store)


def decision_of(story: Story, key: str) -> int:
    query = "SELECT id FROM decision WHERE application = ?"
    return int(story.store.db.execute(query, [story.applications[key]]).fetchone()[0])


def asked_for(story: Story) -> list[tuple[str, int]]:
    return [
        *(("award_letter", award) for award in story.awards.values()),
        *(("decision_letter", decision_of(story, key)) for key in story.applications),
        ("agenda", story.meeting),
        ("minutes", story.meeting),
        ("payment_advice", 1),
        *(("closing_letter", award) for award in story.awards.values()),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_paper_has_the_fields_that_are_told_of_and_no_others(story: Story, lang: Lang) -> None:
    every = [(key, id, story.who("officer")) for key, id in asked_for(story)]
    every += [("partner_statement", one, story.who("treasurer")) for one in story.partners]
    for key, id, actor in every:
        values, paper = values_of(story.store, actor, key, id, lang), papers()[key]
        assert set(values) == {*paper.texts, *paper.lists}, key
        for of, names in paper.lists.items():
            assert all(set(row) == set(names) for row in values[of]), (key, of)
        assert all(isinstance(values[one], str) for one in paper.texts), key
        text = "\n".join(words(make(story.store, actor, key, id, lang).content))
        assert "{{" not in text and "account:" not in text and "@" not in text and "None" not in text, (key, text)


def text_of(story: Story, actor: Any, key: str, id: int, lang: Lang = "nb") -> str:
    return "\n".join(words(make(story.store, actor, key, id, lang).content))


def test_an_award_letter_says_what_is_given_on_which_terms(story: Story) -> None:
    applicant = story.who("applicant")
    text = text_of(story, applicant, "award_letter", story.awards["cup"])
    for part in (
        "300 000 kroner i tilskudd",
        "16. april 2026",
        "Avtalen om hallen er undertegnet",
        "150 000 kroner",
        "påklages",
        "999 900 038",
        "Eksempelfondet",
    ):
        assert part in text, part
    english = text_of(story, applicant, "award_letter", story.awards["cup"], "en")
    assert "a grant of NOK 300,000" in english and "16 April 2026" in english


def test_a_rejection_has_its_grounds_and_the_right_of_appeal(story: Story) -> None:
    text = text_of(story, story.who("applicant"), "decision_letter", decision_of(story, "concert"))
    assert "er avslått" in text and "Oppdiktet til eksempelet." in text and "kan påklages" in text
    assert "Vilkår" not in text


def test_minutes_have_names_votes_conflicts_and_the_heads_that_were_signed(story: Story) -> None:
    text = text_of(story, story.who("board"), "minutes", story.meeting)
    row = story.store.db.execute("SELECT minutes, minutes_sha256 FROM meeting").fetchone()
    assert row[1] in text and "Signert av Eksempel Person" in text and "Utkast" not in text
    head = re.search(r'"ledger":\[(\d+),"(\w+)"', row[0])
    assert head is not None and head[2] in text and f"postering {head[1]}" in text
    assert "meldte tvil" in text and "er inhabil" in text and "Vara: Eksempel Person for" in text
    assert "For: Eksempel Person" in text and "Avslag" in text and "Underskuddsgaranti: 500 000 kroner" in text


def test_who_is_disqualified_gets_no_case_papers(story: Story) -> None:
    doubtful = story.people["board"][1]
    with_all, without = (text_of(story, one, "agenda", story.meeting) for one in (story.who("chair"), doubtful))
    assert "Konserter ute i to dager" in with_all and "Innstilling: Underskuddsgaranti" in with_all
    assert "Konserter ute i to dager" not in without and "Underskuddsgaranti" not in without
    assert "Saksframlegget er ikke med her" in without and "En cup for barn og unge" in without


def test_a_closing_letter_is_the_ledgers(story: Story) -> None:
    loan = text_of(story, story.who("applicant"), "closing_letter", story.awards["meet"])
    assert "400 000 kroner ble utbetalt, 350 000 kroner er betalt tilbake, og 50 000 kroner er avskrevet" in loan
    cup = text_of(story, story.who("applicant"), "closing_letter", story.awards["cup"])
    assert "40 000 kroner" in cup and "Betalt tilbake til fondet" in cup
    garantee = text_of(story, story.who("applicant"), "closing_letter", story.awards["bid"])
    assert "Betalt tilbake" not in garantee


def test_a_payment_advice_says_what_was_paid_by_then(story: Story) -> None:
    text = text_of(story, story.who("applicant"), "payment_advice", 1)
    assert "150 000 kroner ble betalt til dere 24. april 2026" in text
    assert "Av tilsagnet på 300 000 kroner er 150 000 kroner utbetalt." in text


def test_partner_statements_add_up(story: Story) -> None:
    for partner in story.partners:
        values = values_of(story.store, story.who("treasurer"), "partner_statement", partner, "nb")
        ore = {
            name: round(100 * float(re.sub(r"[^\d,−]", "", text).replace(",", ".").replace("−", "-")))
            for name, text in values.items()
            if name.startswith("sums.")
        }
        came = ore.pop("sums.received") + ore.pop("sums.interest") - ore.pop("sums.fees")
        assert came == sum(ore.values()), values["partner.name"]


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("award_letter", "administrator"),
        ("decision_letter", "board"),
        ("decision_letter", "administrator"),
        ("agenda", "applicant"),
        ("agenda", "administrator"),
        ("minutes", "applicant"),
        ("payment_advice", "board"),
        ("payment_advice", "administrator"),
        ("partner_statement", "applicant"),
        ("closing_letter", "administrator"),
    ],
)
def test_the_wrong_role_is_refused(story: Story, key: str, role: str) -> None:
    with pytest.raises(Refused):
        make(story.store, story.who(role), key, 1, "nb")


def test_nobody_gets_anothers_letter(story: Story) -> None:
    stranger = type(story.who("applicant"))("account:999", frozenset({"applicant"}))
    for key in ("award_letter", "decision_letter", "payment_advice", "closing_letter"):
        with pytest.raises(Refused):
            make(story.store, stranger, key, 1, "nb")


def test_what_is_not_there_or_not_due_is_said(story: Story) -> None:
    for key in papers():
        with pytest.raises((LookupError, Faults)):
            make(story.store, story.who("treasurer"), key, 999, "nb")
    with pytest.raises(LookupError):
        make(story.store, story.who("officer"), "love_letter", 1, "nb")


def test_all_letters_of_a_meeting_come_in_one_archive(story: Story) -> None:
    made = letters_of_meeting(story.store, story.who("officer"), story.meeting)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None and len(names) == 2 * len(story.applications)
        assert "2026-0001-tilsagnsbrev.docx" in names and "2026-0005-decision-letter.docx" in names
    for role in ("applicant", "board", "auditor"):
        with pytest.raises(Refused):
            letters_of_meeting(story.store, story.who(role), story.meeting)


# -- which template holds


def test_ones_own_template_holds_from_when_it_is_put_in_force(story: Story) -> None:
    store, officer, award = story.store, story.who("officer"), story.awards["cup"]
    content = saved(with_paragraphs("EGEN MAL: {{ award.amount }}"))
    kept = keep_template(store, officer, "award_letter", "nb", "../../Egen mal.docx", content)
    assert keep_template(store, officer, "award_letter", "nb", "Igjen.docx", content) == kept
    assert template_content(store, officer, kept)[0].name == "Egen mal.docx"
    assert words(trial(store, officer, kept)[1]) == ["EGEN MAL: 300 000 kroner"]
    assert "EGEN" not in text_of(story, officer, "award_letter", award)
    use = put_in_force(store, officer, "award_letter", "nb", kept, seen=0)
    assert put_in_force(store, officer, "award_letter", "nb", kept, seen=0) == use  # a second click
    assert text_of(story, officer, "award_letter", award) == "EGEN MAL: 300 000 kroner"
    assert "EGEN" not in text_of(story, officer, "award_letter", award, "en")
    with pytest.raises(Faults, match="since the page was opened"):
        put_in_force(store, officer, "award_letter", "nb", None, seen=0)
    put_in_force(store, officer, "award_letter", "nb", None, seen=use)
    assert "EGEN" not in text_of(story, officer, "award_letter", award)
    assert [one.template is None for one in history_of(store, officer, "award_letter", "nb")] == [True, False]
    assert "Eksempelcupen" in " ".join(words(trial_of_held(store, officer, "award_letter", "nb")))


def test_a_template_of_another_paper_is_not_put_in_force(story: Story) -> None:
    store, officer = story.store, story.who("officer")
    kept = keep_template(store, officer, "minutes", "nb", "M.docx", saved(with_paragraphs("{{ fund.name }}")))
    with pytest.raises(LookupError):
        put_in_force(store, officer, "award_letter", "nb", kept, seen=0)


@pytest.mark.parametrize("role", ["applicant", "board", "treasurer", "auditor"])
def test_only_those_who_set_templates_send_them(story: Story, role: str) -> None:
    with pytest.raises(Refused):
        keep_template(story.store, story.who(role), "minutes", "nb", "M.docx", b"")
    with pytest.raises(Refused):
        put_in_force(story.store, story.who(role), "minutes", "nb", None, seen=0)
    if role != "auditor":
        with pytest.raises(Refused):
            list_in_force(story.store, story.who(role))


def test_who_made_a_template_does_not_go_along_in_letters(story: Story) -> None:
    store, officer = story.store, story.who("officer")
    document = with_paragraphs("{{ fund.name }}")
    document.core_properties.author = document.core_properties.comments = "Eksempel Forfatter"
    kept = keep_template(store, officer, "agenda", "en", "A.docx", saved(document))
    with zipfile.ZipFile(io.BytesIO(trial(store, officer, kept)[1])) as package:
        assert b"Forfatter" not in package.read("docProps/core.xml")


def test_a_store_without_a_fund_has_the_shipped_ones(store: Store) -> None:
    held = list_in_force(store, Actor("account:1", frozenset({"officer"})))
    assert len(held) == 2 * len(papers()) and all(one.template is None and one.use == 0 for one in held)


def test_the_documentation_has_every_field() -> None:
    text = (ROOT / "docs" / "file-formats.md").read_text(encoding="utf-8")
    section = text[text.index("## A template of a paper") :]
    missing = [name for paper in papers().values() for name in paper.fields if f"`{name}`" not in section]
    assert missing == []


def test_a_request_to_complete_says_what_is_lacking_and_by_when(store: Store) -> None:
    story = begin(store)
    for step in (endow, announce, apply):
        step(story)
    officer, id, moment = story.who("officer"), story.applications["cup"], at("2026-03-04")
    until = dt.date(2026, 3, 13)
    ask_for_more(store, officer, id, story.version("application", id), "Leieavtalen\nog budsjettet.", until, at=moment)
    paper = papers()["completion_request"]
    assert set(values_of(store, officer, "completion_request", 1, "nb")) == {*paper.texts, *paper.lists}
    text = text_of(story, story.who("applicant"), "completion_request", 1)
    assert "Svar innen 13. mars 2026" in text and "Leieavtalen" in text and "utsatt" not in text
    extend_completing(store, officer, id, dt.date(2026, 3, 20), "Ferie (eksempel).", at=moment)
    later = text_of(story, story.who("applicant"), "completion_request", 1, "en")
    assert "Answer by 20 March 2026" in later and "The term was first 13 March 2026" in later
    for role in ("board", "administrator"):
        with pytest.raises(Refused):
            make(store, story.who(role), "completion_request", 1, "nb")
