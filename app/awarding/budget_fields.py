"""Costs by the lines of the approved budget, and incomes and support: typed, or pasted from Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app import layout
from app.awarding.self_saving import Get, Sheet
from app.awarding.typed_rows import sorted_by_line, typed, typed_amount, written, written_amount
from app.doing import attempt
from app.tables import Column, amount, table
from app.text import markup, plain
from app.visit import Visit
from data.faults import Faults
from fund.books.money import kroner, ore
from fund.intake.budget import Plan

PASTED = "pasted"


def fill(document: Mapping[str, Any], planned: Plan) -> dict[str, Any]:
    """What the fields hold of a document."""
    rows = document.get("cost")
    lines = [one.name for one in planned.costs]
    found, others = sorted_by_line(rows if isinstance(rows, list) else [], lines)
    costs = {f"cost_{number}": written_amount(found.get(line)) for number, line in enumerate(lines)}
    texts = {name: written(document.get(name)) for name in ("income", "support")}
    return {**costs, "other": written(others), **texts}


def collect(get: Get, planned: Plan, extra: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The document's costs, incomes and support. ``extra`` is added to a cost of another name than the budget's."""
    costs = [
        {"name": one.name, "amount": typed_amount(str(get(f"cost_{number}") or ""))}
        for number, one in enumerate(planned.costs)
    ]
    held = [one for one in costs if one["amount"] is not None]
    others = [{**one, **extra} for one in typed(str(get("other") or ""))]
    return {"cost": [*held, *others], **{name: typed(str(get(name) or "")) for name in ("income", "support")}}


def draw(sheet: Sheet, planned: Plan, shown: Mapping[str, str], *, others: bool = False) -> None:
    """The fields; ``shown`` says of each line what it stands beside. ``others``: costs that the budget doesn't have."""
    say = sheet.visit.say
    for number, one in enumerate(planned.costs):
        label = plain(f"{one.name} – {shown[one.name]}" if shown.get(one.name) else one.name)
        amount_input(sheet, f"cost_{number}", label)
    if others or sheet.get("other"):
        rows_input(sheet, "other", say("claim_page.other_costs"), say("claim_page.other_costs_hint"))
    with st.expander(say("claim_page.paste")):
        layout.text(say("claim_page.paste_hint"), small=True)
        st.text_area(say("claim_page.pasted"), key=sheet.key(PASTED), height=120)
        st.button(say("claim_page.paste_read"), key=sheet.key("paste"), on_click=_paste, args=(sheet, planned, others))
    for name, hint in (("income", "claim_page.income_hint"), ("support", "claim_page.support_hint")):
        label = say("claim_page.income") if name == "income" else say("claim_page.support")
        rows_input(sheet, name, label, say(hint))


def amount_input(sheet: Sheet, field: str, label: str, hint: str = "") -> None:
    """Kroner that save themselves; how they were read, or what is wrong, stands below."""
    key = sheet.key(field)
    text = st.text_input(label, key=key, help=plain(hint) or None, max_chars=40, on_change=sheet.save).strip()
    below = st.empty()  # always there: what comes and goes would move the fields beneath
    if not text:
        return
    try:
        words = sheet.visit.say("page.read_as", amount=kroner(ore(text, place=label), sheet.visit.lang))
        below.html(f'<p class="rv-read">{markup(words)}</p>')
    except Faults as found:
        lines = (f'<p class="rv-fault">{markup(one.line(sheet.visit.lang))}</p>' for one in found.faults)
        below.html("".join(lines))


def rows_input(sheet: Sheet, field: str, label: str, hint: str) -> None:
    """Rows as text, one a line; how they were read stands below."""
    key = sheet.key(field)
    text = st.text_area(label, key=key, height=100, max_chars=5_000, on_change=sheet.save)
    layout.text(hint, small=True)
    below = st.empty()
    if rows := typed(text):
        with below.container():
            _read(sheet.visit, label, rows)


def _read(visit: Visit, label: str, rows: Sequence[Mapping[str, Any]]) -> None:
    heads: list[Column | str] = [
        visit.say("claim_page.column.line"),
        Column(visit.say("claim_page.column.kroner"), number=True),
    ]
    cells = [[str(one["name"]), _shown(visit, one["amount"])] for one in rows]
    total = sum(one["amount"] for one in rows if type(one["amount"]) is int)
    sums = [[visit.say("claim_page.total"), amount(total, visit.lang)]]
    table(visit.say("claim_page.read_rows", label=label), heads, [*cells, *sums], totals=1, wide=False)


def _shown(visit: Visit, value: Any) -> str:
    if type(value) is int:
        return amount(value, visit.lang)
    return visit.say("claim_page.no_amount_read") if value is None else visit.say("claim_page.not_read", text=value)


def _paste(sheet: Sheet, planned: Plan, others: bool) -> None:
    """Fill in the lines that were pasted; what is no line of the budget stays where it was pasted."""
    rows = typed(str(sheet.get(PASTED) or ""))
    lines = [one.name for one in planned.costs]
    found, left = sorted_by_line(rows, lines)
    values: dict[str, Any] = {
        f"cost_{number}": written_amount(found[line]) for number, line in enumerate(lines) if line in found
    }
    if others and left:
        before = str(sheet.get("other") or "").strip()
        values["other"] = "\n".join(part for part in (before, written(left)) if part)
        left = []
    st.session_state[sheet.key(PASTED)] = written(left)
    sheet.put(values)
    if not sheet.stale:
        attempt(_pasted(len(found), len(left)))


def _pasted(count: int, left: int) -> Callable[[Visit], str]:
    def say(visit: Visit) -> str:
        many = "claim_page.pasted_some" if left else "claim_page.pasted_all"
        return visit.say(many, count=count, left=left)

    return say
