"""What the program takes from Statistics Norway's Statbank: jobs, commuting, prices, hotel nights.

An :class:`impact.statbank_export.Export` is any table; the four interpreters here know what they look for in it, find
the dimensions by the Statbank's names for them in bokmål and English, choose totals where a table is broken down
further, and give one tidy frame. They raise :class:`data.faults.Faults` with everything that is missing or wrong, and
note what they left out. :func:`write_import` puts the frame into a folder under the names that ``data/reference`` uses.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from data.faults import Fault, Faults
from data.files import csv_text, write_whole
from impact.statbank_export import Export, read_export
from impact.statbank_reading import (
    Figures,
    Reading,
    industries_in,
    is_total,
    municipalities,
    municipality_code,
    reference,
)

__all__ = [
    "INTERPRETERS",
    "Export",
    "Figures",
    "accommodation",
    "commuting",
    "import_export",
    "industries_in",
    "jobs_by_industry",
    "jobs_per_industry",
    "municipalities",
    "municipality_code",
    "prices",
    "read_export",
    "write_import",
]

FIRST_TABLE_YEAR = 2017  # prices must reach back to the oldest table

_DIVISIONS = re.compile(r"(\d{2})(?:\s*[-–]\s*(\d{2}))?(?![\d.])")
_SECTIONS = re.compile(r"([A-U])(?:\s*[-–+]\s*([A-U]))?(?:\s|\Z)")


def jobs_by_industry(export: Export) -> Figures:
    """Employed persons by place of work, municipality and industry group: SSB 13470 or 07984.

    Columns ``municipality`` (four figures, or 0 for the country), ``group`` (as SSB calls it), ``nace`` (its NACE
    Rev. 2 divisions, such as 55-56), ``year`` and ``jobs`` (persons, NaN where withheld). The total of all industries
    and the unspecified are
    left out. Raises Faults where a dimension is missing, the figures count people where they live, groups overlap,
    the classification is not SN2007, or none of the eight municipalities is there.
    """
    reading = Reading(export, ("13470", "07984"))
    reading.need("municipality", "industry", "time")
    if "2025" in (name := f"{reading.name('industry')} {export.dimensions[reading.name('industry')]}"):
        reading.fault(name, "", "other_classification")
    frame = reading.totals(reading.at_work(), ("municipality", "industry", "time"))
    frame["municipality"] = reading.parsed(frame, "municipality", municipality_code)
    frame["nace"] = reading.parsed(frame, "industry", _nace)
    frame["group"] = [label.strip() for label in frame[reading.name("industry")]]
    frame["year"] = reading.parsed(frame, "time", _year)
    reading.faulty(frame, "nace", "industry", "unknown_industry")
    reading.faulty(frame, "year", "time", "period", nb="et år som 2022", en="a year such as 2022")
    here = frame["municipality"].str.fullmatch(r"\d{4}|0")
    counted = ~frame["nace"].isin(["total", "unknown"])
    reading.note_left_out((~here).sum(), "ikke en kommune eller landet", "not a municipality or the country")
    reading.note_left_out((here & (frame["nace"] == "unknown")).sum(), "uoppgitt næring", "unspecified industry")
    frame = frame[here & counted]
    reading.count(frame, "value", ("municipality", "nace", "year"))
    reading.no_overlap(frame["nace"])
    sums = frame.groupby(["municipality", "year"])["value"].transform("max")
    reading.note_left_out(
        (sums == 0).sum(), "kommuner uten sysselsatte det året", "municipalities without jobs that year"
    )
    frame = frame[sums != 0]
    reading.some_of_the_eight(frame["municipality"])
    tidy = frame[["municipality", "group", "nace", "year", "value"]].rename(columns={"value": "jobs"})
    return reading.done("jobs", tidy, ["year", "municipality", "nace"])


def commuting(export: Export) -> Figures:
    """Employed persons by municipality of work and of home: SSB 03321.

    Columns ``work``, ``home``, ``year``, ``commuters``: each pair that touches one of the eight municipalities and is
    above zero. Those who work where they live are left out, as in ``data/reference``. A municipality outside the eight
    that the file gives by name only keeps its name. Raises Faults as :func:`jobs_by_industry`.
    """
    reading = Reading(export, ("03321",))
    reading.need("work", "home", "time")
    frame = reading.totals(export.frame, ("work", "home", "time"))
    for role in ("work", "home"):
        frame[role] = reading.parsed(frame, role, municipality_code)
    frame = frame[frame["work"].isin(municipalities()) | frame["home"].isin(municipalities())]
    reading.some_of_the_eight(frame["work"].where(frame["work"].isin(municipalities()), frame["home"]))
    frame = frame.assign(year=reading.parsed(frame, "time", _year))
    reading.faulty(frame, "year", "time", "period", nb="et år som 2022", en="a year such as 2022")
    for role in ("work", "home"):
        larger = frame[role].str.fullmatch(r"\d{1,2}|") | reading.parsed(frame, role, is_total).astype(bool)
        reading.note_left_out(larger.sum(), "summer for fylker eller landet", "totals of counties or the country")
        frame = frame[~larger]
    reading.count(frame, "value", ("work", "home", "year"))
    same = frame["work"] == frame["home"]
    reading.note_left_out(same.sum(), "folk som arbeider der de bor", "people who work where they live")
    frame = frame[~same & (frame["value"] != 0)]
    tidy = frame[["work", "home", "year", "value"]].rename(columns={"value": "commuters"})
    return reading.done("commuting", tidy.dropna(), ["year", "work", "home"])


def prices(export: Export) -> Figures:
    """The consumer price index: SSB 03014, total index, annual.

    Columns ``year``, ``index`` (NaN where the file has only changes) and ``change``, percent on the year before:
    computed from the index where the year before is there, else as published. Years without a change are left out.
    """
    reading = Reading(export, ("03014",))
    reading.need("contents", "time")
    frame = reading.totals(export.frame, ("contents", "time"))
    frame["measure"] = reading.parsed(frame, "contents", _price_measure)
    frame["year"] = reading.parsed(frame, "time", _whole_year)
    reading.faulty(frame, "year", "time", "period", nb="et år som 2022, ikke måneder", en="a year, not months")
    frame = frame[frame["measure"] != ""]
    if frame.empty:
        reading.no_measure("prisindeksen eller årsendringen", "the price index or the annual change")
    reading.once(frame, ("measure", "year"))
    wide = frame.pivot(index="year", columns="measure", values="value").sort_index()
    wide = wide.reindex(columns=["index", "change"]).astype(float)
    for year, figure in wide["index"][wide["index"] <= 0].items():
        reading.fault(str(year), str(figure), "not_positive")
    reading.stop()
    before = wide["index"].reindex([str(int(year) - 1) for year in wide.index]).to_numpy()
    wide["change"] = (100 * (wide["index"] / before - 1)).fillna(wide["change"])
    tidy = wide.dropna(subset=["change"]).reset_index()
    if len(tidy) and int(tidy["year"].iloc[0]) > FIRST_TABLE_YEAR:
        reading.note(str(tidy["year"].iloc[0]), "short_series")
    return reading.done("prices", tidy[["year", "index", "change"]], ["year"])


def accommodation(export: Export) -> Figures:
    """Guest nights, rooms and the like by month: SSB 14162.

    Columns ``area`` (code, or name where there is none), ``area_name``, ``month`` (2025-02), ``measure`` (SSB's name,
    with every further breakdown after a comma) and ``value`` (NaN where missing).
    """
    reading = Reading(export, ("14162",))
    reading.need("area", "time")
    frame = export.frame.copy()
    frame["area_name"] = frame[reading.name("area")]
    frame["area"] = reading.parsed(frame, "area", _area)
    frame["month"] = reading.parsed(frame, "time", _month)
    reading.faulty(frame, "month", "time", "period", nb="måneder som 2025M02", en="months such as 2025M02")
    contents = reading.name("contents", needed=False)
    others = [name for name in export.dimensions if name not in (reading.name("area"), reading.name("time"), contents)]
    apart = ([contents] if contents else []) + [name for name in others if frame[name].nunique() > 1]
    frame["measure"] = frame[apart].agg(", ".join, axis=1) if apart else export.title
    reading.once(frame, ("area", "month", "measure"))
    tidy = frame[["area", "area_name", "month", "measure", "value"]]
    return reading.done("accommodation", tidy, ["month", "area", "measure"])


INTERPRETERS: dict[str, Callable[[Export], Figures]] = {
    "jobs": jobs_by_industry,
    "commuting": commuting,
    "prices": prices,
    "accommodation": accommodation,
}

KIND_OF_TABLE = {"13470": "jobs", "07984": "jobs", "03321": "commuting", "03014": "prices", "14162": "accommodation"}

_FILES = {  # kind → file, columns, what it is; a file for each year where it has {year}
    "jobs": (
        "region/jobs-{year}.csv",
        ("municipality", "group", "jobs", "nace"),
        "Jobs by municipality and industry group",
    ),
    "commuting": ("region/commuting-{year}.csv", ("work", "home", "commuters"), "Commuters between municipalities"),
    "prices": ("prices/cpi.csv", ("year", "change"), "Consumer prices, percent change on the year before"),
    "accommodation": (
        "region/accommodation-{year}.csv",
        ("area", "area_name", "month", "measure", "value"),
        "Accommodation by month",
    ),
}


def write_import(kind: str, frame: pd.DataFrame, export: Export, folder: Path | str) -> list[Path]:
    """Write an interpreted frame into ``folder`` with the names and columns of ``data/reference``; gives the files.

    ``kind`` is a key of INTERPRETERS. There is one file a year, except for prices; a file of the same name is replaced
    and its entry in the folder's ``sources.toml`` too, with licence and date. Raises Faults where ``kind`` is unknown
    or ``sources.toml`` can't be read; nothing is written then.
    """
    if kind not in _FILES:
        raise Faults([Fault(export.file, "", kind, "ssb.unknown_kind", {"known": ", ".join(_FILES)})])
    folder = Path(folder)
    pattern, columns, what = _FILES[kind]
    entries = _sources(folder / "sources.toml")
    years = frame["month"].str[:4] if "month" in frame else frame["year"].astype(str)
    parts = [("", frame)] if kind == "prices" else [(str(year), frame[years == year]) for year in sorted(set(years))]
    written: list[Path] = []
    for year, part in parts:
        name = pattern.format(year=year)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = ([_written(cell) for cell in row] for row in part[list(columns)].itertuples(index=False))
        write_whole(path, csv_text(columns, rows))
        table = f", table {export.table}" if export.table and not export.title.startswith(export.table) else ""
        entries[name] = {
            "path": name,
            "name": f"{what}{f', {year}' if year else ''}",
            "source": f"Statistics Norway (SSB){table}, {export.title or export.file}",
            "licence": export.licence,
            "retrieved": date.today().isoformat(),
        }
        written.append(path)
    _write_sources(folder / "sources.toml", entries)
    return written


def import_export(path: Path, kind: str | None, folder: Path) -> tuple[list[Path], list[Fault]]:
    """Read an export, interpret it and write it into ``folder``: the files written, and notes on what was left out.

    ``kind`` is a key of INTERPRETERS; None goes by the table's number. Raises Faults where that isn't known either.
    """
    export = read_export(path)
    kind = kind or KIND_OF_TABLE.get(export.table or "")
    if kind not in INTERPRETERS:
        raise Faults([Fault(export.file, "", export.table or "", "ssb.unknown_kind", {"known": ", ".join(_FILES)})])
    figures = INTERPRETERS[kind](export)
    notes = list(figures.notes)
    if kind == "jobs":
        wanted = {**municipalities(), "0": "0"}
        missing = [code for code in wanted if code not in set(figures.frame["municipality"])]
        notes += [Fault(export.file, "", code, "ssb.jobs_incomplete") for code in missing]
    return write_import(kind, figures.frame, export, folder), notes


def jobs_per_industry(rows: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Municipality (0: the country) → industry → jobs, from the rows of a ``jobs-YYYY.csv``.

    A group's jobs are shared equally between its industries: only shares of one industry between places are used, and
    they are the group's. What SSB withholds is left out.
    """
    held: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["jobs"]:
            inside = industries_in(row["nace"])
            for industry in inside:
                held.setdefault(row["municipality"], {})[industry] = float(row["jobs"]) / len(inside)
    return held


@cache
def _group_names() -> dict[str, str]:
    """SSB's names of its groups, in bokmål and English, small letters without marks → divisions."""
    return {
        _bare(row[key]): row["nace"] for row in reference("region/sn2007-groups.csv") for key in ("name_nb", "name_en")
    }


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _nace(code: str, label: str) -> str | None:
    """Divisions of an industry group; "total", "unknown", or None where it can't be read."""
    text = f"{code} {label}".strip()
    if code in ("00-99", "01-99") or is_total("", text) or is_total("", label):
        return "total"
    if found := _DIVISIONS.match(code.strip() or text):
        first, last = found[1], found[2] or found[1]
        if (first, last) in (("00", "99"), ("01", "99")):
            return "total"
        return "unknown" if first == "00" else first if first == last else f"{first}-{last}"
    if "uoppgitt" in text.casefold() or "unspecified" in text.casefold():
        return "unknown"
    if known := _group_names().get(_bare(label)):
        return known
    if found := _SECTIONS.match(code.strip() or text):
        rows = [
            row["nace"]
            for row in reference("tables/industries.csv")
            if found[1] <= row["section"] <= (found[2] or found[1])
        ]
        first, last = (min(rows)[:2], max(rows)[-2:]) if rows else ("99", "99")
        return first if first == last else f"{first}-{last}"
    return None


def _year(code: str, label: str) -> str | None:
    found = re.match(r"((?:19|20)\d\d)(\D.*)?\Z", (code or label).strip())
    return found[1] if found else None


def _whole_year(code: str, label: str) -> str | None:
    text = (code or label).strip()
    return text if _year(text, "") == text else None


def _price_measure(code: str, label: str) -> str:
    text = f"{code} {label}".casefold()
    if "vekt" in text or "weight" in text:
        return ""
    if "endring" in text or "change" in text:
        return "change"
    return "index" if re.search("indeks|index|kpi", text) else ""


def _month(code: str, label: str) -> str | None:
    found = re.match(r"((?:19|20)\d\d)(?:M|-)(0[1-9]|1[0-2])\Z", (code or label).strip())
    return f"{found[1]}-{found[2]}" if found else None


def _area(code: str, label: str) -> str:
    return municipality_code(code, label) if re.match(r"(?:K[-_])?\d{4}(?!\d)", code or label) else code or label


def _written(cell: Any) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def _sources(path: Path) -> dict[str, dict[str, str]]:
    """The entries of a ``sources.toml`` by path; none where there is no such file."""
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("file", [])
        return {str(entry["path"]): {key: str(value) for key, value in entry.items()} for entry in listed}
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, OSError, KeyError, TypeError, AttributeError) as error:
        raise Faults([Fault(str(path), "", "", "ssb.sources_broken", {"reason": str(error)[:120]})]) from error


def _write_sources(path: Path, entries: dict[str, dict[str, str]]) -> None:
    blocks = (
        "[[file]]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in entries[name].items())
        for name in sorted(entries)
    )
    write_whole(path, "\n".join(blocks))


def _quoted(text: str) -> str:
    """``text`` as a TOML string; control characters, which TOML forbids, become spaces."""
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
