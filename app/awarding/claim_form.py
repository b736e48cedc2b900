"""Writing a claim: amount, costs by the budget's lines, papers, who vouches; it saves itself, and is sent once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import layout
from app.awarding import budget_fields, claim_shown
from app.awarding.self_saving import Get, Sheet, opened, told
from app.awarding.typed_rows import typed_amount, written_amount
from app.deed import deed, fields
from app.doing import attempt
from app.tables import amount
from app.text import plain
from app.visit import Visit
from fund.books.money import kroner
from fund.intake.attachments import Paper
from fund.payout.claim_checks import ACCOUNTS, ATTESTATION, attester_of
from fund.payout.claim_view import ClaimView
from fund.payout.claiming import attach_to_claim, detach_from_claim, discard_claim, save_claim, submit
from fund.rulebook.schemes import ATTESTERS, word

OTHER = "other"


def write(visit: Visit, view: ClaimView) -> None:
    """The form; beside it, as far as it is typed, what the fund will see, and every check."""
    sheet = _sheet(visit, view)
    told(sheet)
    _amount(sheet, view)
    _costs(sheet, view)
    _papers(sheet, view)
    _words(sheet, view)
    claim_shown.beside_plan(visit, view)
    claim_shown.checks(visit, view)
    _send(sheet, view)


def _sheet(visit: Visit, view: ClaimView) -> Sheet:
    """The claim's fields, and how they become its document."""
    claim, planned, form = view.claim, view.case.planned, view.case.award.form
    document = claim.document
    filled: dict[str, Any] = budget_fields.fill(document, planned)
    if form != "guarantee":
        filled["amount"] = written_amount(document.get("amount"))
    by = document.get("attested_by")
    filled["attested_by"] = by if by in ATTESTERS else None
    filled["note"] = str(document.get("note") or "")

    def keep(visit: Visit, version: int, get: Get) -> int:
        made: dict[str, Any] = budget_fields.collect(get, planned)
        said = {name: get(name) for name in ("attested_by", "note")}
        made |= {name: value for name, value in said.items() if value}
        if form != "guarantee":
            made["amount"] = typed_amount(str(get("amount") or ""))
        return save_claim(visit.store, visit.actor, claim.id, version, _without_empty(made))

    return opened(visit, f"claim_{claim.id}", claim.version, filled, keep)


def _without_empty(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value not in (None, "", [])}


def _amount(sheet: Sheet, view: ClaimView) -> None:
    say, award = sheet.visit.say, view.case.award
    layout.section(say("claim_page.asks"))
    if award.form == "guarantee":
        layout.text(say("claim_page.guarantee_asks", ore_cap=award.amount))
        return
    hint = say("claim_page.amount_hint", ore_left=view.left)
    if view.claim.part == "part":
        open_now = max(0, min(view.left, view.due - view.others))
        later = view.due_next is not None
        figures = {"ore_now": open_now, "ore_left": view.left}
        hint = say("claim_page.amount_now_later" if later else "claim_page.amount_now", **figures)
    layout.text(hint)
    budget_fields.amount_input(sheet, "amount", say("claim_page.amount"))


def _costs(sheet: Sheet, view: ClaimView) -> None:
    say, lang = sheet.visit.say, sheet.visit.lang
    layout.section(say("claim_page.costs"))
    layout.text(say(f"claim_page.costs_hint.{view.claim.part}"))
    shown = {
        one.name: say(
            "claim_page.beside_line", planned=amount(one.planned, lang) or "0", before=amount(one.before, lang) or "0"
        )
        for one in view.lines
        if one.kind == "cost"
    }
    budget_fields.draw(sheet, view.case.planned, shown)


def _papers(sheet: Sheet, view: ClaimView) -> None:
    visit, claim = sheet.visit, view.claim
    layout.section(visit.say("claim_page.papers"))
    claim_shown.papers(visit, view.case.papers)
    final = claim.part == "final"
    for purpose in (ACCOUNTS, ATTESTATION, OTHER) if final else (OTHER,):
        turn = f"{sheet.key('papers')}_{purpose}"
        key = f"{turn}_{st.session_state.get(turn, 0)}"
        st.file_uploader(
            visit.say(f"claim_page.upload.{purpose}"), key=key, on_change=_attach, args=(claim.id, purpose, turn, key)
        )
    layout.text(visit.say("claim_page.upload_hint"), small=True)
    if claim.submitted_by is None and view.case.papers:
        _take_out(visit, view.case.papers)


def _attach(claim: int, purpose: str, turn: str, key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return

    def act(visit: Visit) -> str:
        attach_to_claim(visit.store, visit.actor, claim, purpose, file.name, file.getvalue())
        return visit.say("claim_page.attached", name=file.name)

    attempt(act)
    st.session_state[turn] = st.session_state.get(turn, 0) + 1  # an empty field for the next one


def _take_out(visit: Visit, held: tuple[Paper, ...]) -> None:
    with st.expander(visit.say("claim_page.take_out")):
        for one in held:
            form = fields(visit, f"claim_paper_{one.id}")
            deed(form, visit.say("claim_page.take_out_one", name=one.name), _taking(one.id))


def _taking(paper: int) -> Any:
    return lambda visit: detach_from_claim(visit.store, visit.actor, paper)


def _words(sheet: Sheet, view: ClaimView) -> None:
    visit = sheet.visit
    if view.claim.part == "final":
        layout.section(visit.say("claim_page.attestation"))
        needed = word("attester", attester_of(view.case.award), visit.lang)
        layout.text(visit.say("claim_page.attestation_hint", who=needed))
        st.selectbox(
            visit.say("claim_page.attested_by"),
            ATTESTERS,
            format_func=lambda one: word("attester", one, visit.lang),
            key=sheet.key("attested_by"),
            placeholder=visit.say("claim_page.choose"),
            on_change=sheet.save,
        )
    st.text_area(
        visit.say("claim_page.note_field"), key=sheet.key("note"), max_chars=5_000, height=100, on_change=sheet.save
    )


def _send(sheet: Sheet, view: ClaimView) -> None:
    visit, claim = sheet.visit, view.claim
    layout.section(visit.say("claim_page.send_heading"))
    wrong = sum(not one.holds for one in view.checks)
    if wrong:
        layout.text(visit.say("claim_page.lacks", count=wrong))
    form = fields(visit, f"claim_{claim.id}_send")
    sure = visit.say("claim_page.send_sure", amount=kroner(view.case.asked, visit.lang), account=view.account or "–")

    def send(visit: Visit) -> str:
        submit(visit.store, visit.actor, claim.id, sheet.version)
        return visit.say("claim_page.sent", number=claim.number)

    deed(form, visit.say("workflow.claim_action.submit"), send, first=True, sure=sure)
    if claim.submitted_by is None:
        with st.expander(plain(visit.say("claim_page.discard"))):
            _discard(visit, view)


def _discard(visit: Visit, view: ClaimView) -> None:
    claim = view.claim

    def act(visit: Visit) -> str:
        discard_claim(visit.store, visit.actor, claim.id, int(st.session_state[f"claim_{claim.id}_version"]))
        st.session_state["claim_discarded"] = view.case.award.id
        return visit.say("claim_page.discarded")

    form = fields(visit, f"claim_{claim.id}_discard")
    deed(form, visit.say("claim_page.discard"), act, sure=visit.say("claim_page.discard_sure"))
