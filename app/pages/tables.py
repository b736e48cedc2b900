"""Multiplier tables: what there is, browsed and compared industry by industry, and the owner's own brought in."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd
import streamlit as st

from app import layout
from app.doing import attempt
from app.given import reference
from app.tables import Column, download, table
from app.text import plain
from app.visit import Visit
from data.clock import today
from data.faults import Fault
from data.numbers import number
from impact.event import AREAS
from impact.multipliers import multipliers
from impact.own_reference import bring_in_statistics, bring_in_table
from impact.parameter_values import known_parameters
from impact.reference import DEFAULT_TABLE, Reference
from impact.regional import regionalise
from impact.simulation import Frame, frame

CEILING = "output_multiplier"
"""The column that a region's table is held against the nation's in."""


def show(visit: Visit) -> None:
    """Choose a table, an area and a type; see the multipliers beside the nation's, which are a ceiling."""
    layout.title(visit.say("page.title.tables"), visit.say("tables_page.lead"))
    st.html(f'<a href="/satser">{visit.say("tables_page.to_rates")}</a>')
    here = reference()
    chosen, area, kind = _choices(visit, here)
    setting = frame(here, today(), chosen, known=known_parameters(visit.store))
    municipality = next(iter(here.municipalities))
    if area == "municipality":
        codes = here.municipalities
        municipality = st.selectbox(
            visit.say("tables_page.municipality"), list(codes), format_func=lambda code: codes[code], key="tables_place"
        )
    found, nation = _multipliers(setting, area, municipality, kind)
    about = setting.table.about
    caption = visit.say("tables_page.caption", name=str(about["name"]), area=visit.say(f"figure.{area}"))
    heads = ["industry", CEILING, "value_added_effect", "income_effect", "employment_effect", "ceiling"]
    columns = [Column(visit.say(f"tables_page.head.{head}"), number=head != "industry") for head in heads]
    rows = [_row(visit, setting, str(code), found.loc[code], nation) for code in found.index]
    if other := _other(visit, here, chosen):
        beside = frame(here, today(), other, known=known_parameters(visit.store))
        compared, _ = _multipliers(beside, area if area in beside.areas else AREAS[-1], municipality, kind)
        name = str(beside.table.about["name"])
        columns.append(Column(visit.say("tables_page.head.other", name=name), number=True))
        known = set(compared.index)
        for code, row in zip(found.index, rows, strict=True):
            row.append(_three(visit, float(compared[CEILING][code]) if code in known else math.nan))
    layout.text(visit.say(f"tables_page.explain_{kind}"))
    table(caption, columns, rows)
    download(
        visit.say("tables_page.csv"),
        f"{chosen}-{area}-{kind}.csv",
        lambda: _csv(found),
        key="tables_csv",
        mime="text/csv",
    )
    _about(visit, here)
    if visit.may("reference.import"):
        _bring_in(visit)


def _choices(visit: Visit, here: Reference) -> tuple[str, str, int]:
    names = here.table_names()
    left, middle, right = st.columns(3)
    with left:
        chosen = st.selectbox(
            visit.say("tables_page.table"),
            names,
            index=names.index(DEFAULT_TABLE),
            format_func=lambda name: str(here.table_about(name)["name"]),
            key="tables_name",
        )
    served = [*AREAS] if here.quotients(int(here.table_about(chosen)["year"])) else [AREAS[-1]]
    with middle:
        area = st.selectbox(
            visit.say("tables_page.area"),
            served,
            index=len(served) - 1,
            format_func=lambda one: visit.say(f"figure.{one}"),
            key=f"tables_area_{len(served)}",
        )
    with right:
        kind = st.selectbox(
            visit.say("tables_page.type"),
            [1, 2],
            format_func=lambda one: visit.say(f"tables_page.type_{one}"),
            key="tables_type",
        )
    return chosen, area, kind


def _other(visit: Visit, here: Reference, chosen: str) -> str:
    """The table to hold the chosen one against; "" for none."""
    names = ["", *(name for name in here.table_names() if name != chosen)]
    return st.selectbox(
        visit.say("tables_page.compare"),
        names,
        format_func=lambda name: str(here.table_about(name)["name"]) if name else visit.say("tables_page.no_other"),
        key=f"tables_other_{chosen}",
    )


def _multipliers(setting: Frame, area: str, municipality: str, kind: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of the area's table, and of the nation's, which they can't exceed."""
    region = setting.region(area, municipality)  # type: ignore[arg-type]
    own = setting.table if region is None else regionalise(setting.table, region, setting.delta[1])
    kappa = setting.parameters.number("households.kappa") if kind == 2 else None
    both = [multipliers(one, kappa) for one in (own, setting.table)]
    here, nation = ((one.type_1 if one.type_2 is None else one.type_2) for one in both)
    return here, nation


def _row(visit: Visit, setting: Frame, code: str, here: pd.Series[float], nation: pd.DataFrame) -> list[str]:
    shown = [here[CEILING], here["value_added_effect"], here["income_effect"], here["employment_effect"]]
    name = f"{setting.table.name(code, visit.lang)} ({code})"
    return [name, *(_three(visit, value) for value in (*shown, float(nation[CEILING][code])))]


def _three(visit: Visit, value: float) -> str:
    return visit.say("page.unknown") if math.isnan(value) else number(value, visit.lang, 3)


def _csv(found: pd.DataFrame) -> bytes:
    return found.to_csv(lineterminator="\n").encode("utf-8-sig")


def _about(visit: Visit, here: Reference) -> None:
    layout.section(visit.say("tables_page.which"))
    rows = []
    for name in here.table_names():
        about = here.table_about(name)
        serves = "serves_all" if here.quotients(int(about["year"])) else "serves_nation"
        grounds = f"{about['source']}. {about['licence']}. {about['retrieved']}."
        rows.append([str(about["name"]), str(about["year"]), visit.say(f"cli.{serves}"), grounds])
    heads = [visit.say(f"tables_page.head.{one}") for one in ("table", "year", "serves", "source")]
    table(visit.say("tables_page.which"), heads, rows)
    layout.text(visit.say("tables_page.caveat"), small=True)


def _bring_in(visit: Visit) -> None:
    layout.section(visit.say("tables_page.own"))
    layout.text(visit.say("tables_page.own_text"))
    turn = st.session_state.get("tables_turn", 0)
    export = st.file_uploader(visit.say("tables_page.statbank"), type=["csv", "json"], key=f"tables_export_{turn}")
    if export is not None:
        st.button(
            visit.say("tables_page.take"), key="tables_take", on_click=partial(_take, export.name, export.getvalue())
        )
    left, right = st.columns(2)
    with left:
        domestic = st.file_uploader(visit.say("tables_page.domestic"), type=["xlsx"], key=f"tables_domestic_{turn}")
    with right:
        imports = st.file_uploader(visit.say("tables_page.imports"), type=["xlsx"], key=f"tables_imports_{turn}")
    if domestic is not None and imports is not None:
        files = ((domestic.name, domestic.getvalue()), (imports.name, imports.getvalue()))
        st.button(visit.say("tables_page.take_table"), key="tables_take_table", on_click=partial(_take_table, *files))
    notes: list[Fault] = st.session_state.pop("tables_notes", [])
    if notes:
        st.warning("\n".join(f"- {plain(one.line(visit.lang))}" for one in notes), icon=":material/info:")


def _take(name: str, content: bytes) -> None:
    def act(visit: Visit) -> str:
        written, st.session_state["tables_notes"] = bring_in_statistics(visit.store, visit.actor, name, content)
        return visit.say("tables_page.taken", names=", ".join(written))

    if attempt(act):
        st.session_state["tables_turn"] = st.session_state.get("tables_turn", 0) + 1


def _take_table(domestic: tuple[str, bytes], imports: tuple[str, bytes]) -> None:
    def act(visit: Visit) -> str:
        name, st.session_state["tables_notes"] = bring_in_table(visit.store, visit.actor, domestic, imports)
        return visit.say("tables_page.taken", names=name)

    if attempt(act):
        st.session_state["tables_turn"] = st.session_state.get("tables_turn", 0) + 1
