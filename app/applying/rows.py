"""Rows of the budget and of support from elsewhere: typed one by one, each field saving itself."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from app import layout
from app.applying.form import Form, change, name
from app.applying.inputs import as_typed, read_amount, wrong
from app.text import plain
from data.limits import limit
from fund.intake.budget import SupportState
from fund.intake.contents import Document
from fund.intake.pasted import Part

SHOWN = 15
"""Rows that are fields at a time: a phone and a slow line must manage."""
_NEW: dict[str, dict[str, Any]] = {
    "cost": {"name": "", "amount": None, "eligible": True, "running": True},
    "income": {"name": "", "amount": None},
    "support": {"name": "", "amount": None},
}


def rows(form: Form, part: Part) -> None:
    """The rows of a part as fields, a page of them at a time, and the button for another."""
    held = rows_of(form.document, part)
    first = _page(form, part, len(held))
    for number in range(first, min(first + SHOWN, len(held))):
        _row(form, part, number, held[number])
    st.button(
        form.words(f"add.{part}"),
        key=form.key(f"{part}_add"),
        icon=":material/add:",
        disabled=len(held) >= limit("plan_rows"),
        on_click=_add,
        args=(form.one.id, part),
    )


def rows_of(document: Document, part: Part) -> list[dict[str, Any]]:
    """The rows of a part as the draft has them."""
    raw = document.get(part)
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


def _page(form: Form, part: str, count: int) -> int:
    """The first row that is shown; where there are many, one chooses which."""
    if count <= SHOWN:
        return 0
    pages = list(range(0, count, SHOWN))
    key = name(form.one.id, f"{part}_page")
    if st.session_state.get(key) not in pages:
        st.session_state[key] = 0
    chosen = st.selectbox(
        form.words(f"rows.{part}"),
        pages,
        key=key,
        format_func=lambda one: form.words("rows.from_to", first=one + 1, last=min(one + SHOWN, count), count=count),
    )
    return int(chosen)


def _row(form: Form, part: Part, number: int, row: dict[str, Any]) -> None:
    def key(field: str) -> str:
        return form.key(f"{part}_{number}_{field}")

    def keep(field: str) -> dict[str, Any]:
        return {"on_change": _keep, "args": (form.one.id, part, number, field, key(field))}

    which = form.words(f"row.{part}", number=number + 1)
    with st.container(border=True, key=key("box")):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        st.session_state.setdefault(key("name"), str(row.get("name") or ""))
        left.text_input(
            plain(f"{which}: {form.words('row.name')}"), key=key("name"), max_chars=200, live="600ms", **keep("name")
        )
        st.session_state.setdefault(key("amount"), as_typed(row.get("amount")))
        right.text_input(
            plain(f"{which}: {form.words('row.amount')}"),
            key=key("amount"),
            max_chars=40,
            live="600ms",
            **keep("amount"),
        )
        if isinstance(row.get("amount"), str):
            wrong(form, row["amount"])
        with st.container(horizontal=True, vertical_alignment="center"):
            _more(form, part, which, row, key, keep)
            st.button(
                form.words("row.remove"),
                key=key("remove"),
                type="tertiary",
                icon=":material/delete:",
                help=plain(f"{which}: {form.words('row.remove')}"),
                on_click=_remove,
                args=(form.one.id, part, number),
            )


def _more(form: Form, part: Part, which: str, row: dict[str, Any], key: Any, keep: Any) -> None:
    """What else a row says: of a cost whether support may go to it, of support how far it has come."""
    if part == "cost":
        for field in ("eligible", "running"):
            st.session_state.setdefault(key(field), row.get(field) is True)
            st.checkbox(form.words(f"row.{field}"), key=key(field), **keep(field))
    if part == "support":
        st.session_state.setdefault(key("state"), row.get("state"))
        st.selectbox(
            plain(f"{which}: {form.words('row.state')}"),
            get_args(SupportState),
            index=None,
            key=key("state"),
            placeholder=form.words("choose"),
            format_func=lambda one: form.words(f"support_state.{one}"),
            **keep("state"),
        )
        st.session_state.setdefault(key("public"), row.get("public"))
        st.selectbox(
            plain(f"{which}: {form.words('row.public')}"),
            (True, False),
            index=None,
            key=key("public"),
            placeholder=form.words("choose"),
            format_func=lambda one: form.words("public.yes" if one else "public.no"),
            **keep("public"),
        )


def _keep(id: int, part: Part, number: int, field: str, key: str) -> None:
    typed = st.session_state.get(key)
    value = read_amount(str(typed or "")) if field == "amount" else typed.strip() if isinstance(typed, str) else typed

    def edit(document: Document) -> None:
        document[part][number][field] = value

    change(id, edit)


def _add(id: int, part: Part) -> None:
    def edit(document: Document) -> None:
        document.setdefault(part, []).append(dict(_NEW[part]))
        if part == "support":
            document.pop("no_support", None)
        last = len(document[part]) - 1
        st.session_state[name(id, f"{part}_page")] = last - last % SHOWN

    change(id, edit, renewed=True)


def _remove(id: int, part: Part, number: int) -> None:
    def edit(document: Document) -> None:
        if number < len(document.get(part, [])):
            del document[part][number]
        if not document.get(part):
            document.pop(part, None)

    change(id, edit, renewed=True)


def sums(form: Form) -> None:
    """Both sums and their difference, in a sentence that says which way it is."""
    plan = form.standing.case.contents.plan
    if not plan.costs and not plan.incomes and not plan.support:
        layout.text(form.words("sums.none"))
        return
    way = "even" if not plan.difference else "short" if plan.difference < 0 else "over"
    figures = {"ore_cost": plan.cost, "ore_financed": plan.financed, "ore_off": abs(plan.difference)}
    figures |= {
        "ore_income": plan.income,
        "ore_support": plan.supported,
        "ore_asked": plan.financed - plan.income - plan.supported,
    }
    layout.text(
        form.words("sums.guarantee" if plan.form == "guarantee" and plan.difference else f"sums.{way}", **figures)
    )
