"""A symmetric input–output table, industry by industry, and the folder it is kept in.

A folder holds ``table.toml`` (what it is, source, licence), ``industries.csv`` (one row an industry) and ``flows.csv``
(domestic flows, ``from`` the seller ``to`` the buyer). Money is in the table's own unit; employment too. Invariant of a
loaded table: flows and outputs are finite, no output is negative, no column's flows and value added exceed its output
by more than 0.1 %, and the largest eigenvalue of A = Z x̂⁻¹ is below 1, so that (I − A)⁻¹ exists and is a multiplier.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import json
import math
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.faults import Fault, Faults, shown
from data.files import csv_text, write_whole

Array = NDArray[np.float64]

COLUMNS = ("output", "value_added", "compensation", "employment", "household_consumption")
HEADER = ("code", "name_nb", "name_en", *COLUMNS)
FLOWS_HEADER = ("from", "to", "value")
ABOUT = ("name", "year", "geography", "unit", "currency", "price_basis", "source", "licence", "retrieved")
OPTIONAL = ("household_income_total", "household_consumption_total", "valid_from", "valid_to", "note")
COLUMN_TOLERANCE = 1e-3
LARGEST = 1e300


@dataclass(frozen=True, eq=False)
class IOTable:
    """Domestic flows Z, output x and what belongs to them, for n industries in the order of ``codes``.

    ``flows`` is n × n, seller in rows, buyer in columns; the other arrays are length n, NaN where unknown.
    ``about`` holds ``table.toml``: name, year, geography, unit, currency, price basis, source, licence, date of
    retrieval and, where there is one, a household total.
    """

    codes: tuple[str, ...]
    names_nb: tuple[str, ...]
    names_en: tuple[str, ...]
    flows: Array
    output: Array
    value_added: Array
    compensation: Array
    employment: Array
    household_consumption: Array
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return int(self.about["year"])

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each industry code in the arrays."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def index(self) -> pd.Index[str]:
        """The industry codes as labels of a frame."""
        return pd.Index(self.codes, name="industry")

    @cached_property
    def coefficients(self) -> Array:
        """A = Z x̂⁻¹, n × n; a zero column where output is zero."""
        return per_output(self.flows, self.output)

    @cached_property
    def money_unit(self) -> float:
        """Kroner (or another currency) in one unit of the table, read from ``unit``: 1e6 for "NOK million"."""
        unit = str(self.about.get("unit", "")).partition(";")[0].lower()
        for word, scale in (("billion", 1e9), ("million", 1e6), ("thousand", 1e3), ("1000", 1e3)):
            if word in unit:
                return scale
        return 1.0

    @cached_property
    def employment_unit(self) -> float:
        """Persons in one unit of employment: 1000 where ``unit`` says "employment in thousands", else 1."""
        return 1e3 if "thousand" in str(self.about.get("unit", "")).partition(";")[2].lower() else 1.0

    @cached_property
    def version(self) -> str:
        """SHA-256 over codes, figures and household totals: two tables with one version give the same results."""
        digest = hashlib.sha256("\n".join(self.codes).encode())
        for name in ("flows", *COLUMNS):
            digest.update(np.ascontiguousarray(getattr(self, name), dtype="<f8").tobytes())
        for key in ("year", "unit", "currency", "household_income_total", "household_consumption_total"):
            digest.update(f"{key}={self.about.get(key)}\n".encode())
        return digest.hexdigest()

    def name(self, code: str, lang: str) -> str:
        """Name of an industry in ``lang``; the other language's or the code where there is none."""
        place = self.position[code]
        both = (self.names_nb[place], self.names_en[place])
        return (both[0] or both[1] if lang == "nb" else both[1] or both[0]) or code


def per_output(quantity: Array, output: Array) -> Array:
    """``quantity`` per unit of output; zero where output is zero, whatever the quantity."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(output > 0, quantity / output, 0.0)


def read_table(folder: Path | str, *, check: bool = True) -> IOTable:
    """The table in ``folder``.

    Raises :class:`Faults` with every fault found, by file, row and figure. ``check=False`` skips the eigenvalue for a
    table that this program has checked and ships.
    """
    folder = Path(folder)
    faults: list[Fault] = []
    about = _read_about(folder, faults)
    rows = _read_rows(folder / "industries.csv", HEADER, faults)
    flow_rows = _read_rows(folder / "flows.csv", FLOWS_HEADER, faults)
    if faults:
        raise Faults(faults)
    codes = tuple(row["code"] for _, row in rows)
    faults += [
        Fault("industries.csv", f"{line}, code", "", "table.code_missing")
        for line, row in rows
        if not row["code"].strip()
    ]
    faults += [
        Fault("industries.csv", code, str(times), "table.code_twice")
        for code, times in Counter(codes).items()
        if times > 1
    ]
    columns = {name: np.full(len(codes), np.nan) for name in COLUMNS}
    for place, (line, row) in enumerate(rows):
        for name in COLUMNS:
            columns[name][place] = _figure("industries.csv", line, name, row[name], name == "output", faults)
    flows = _flows(flow_rows, codes, faults)
    if faults:
        raise Faults(faults)
    table = IOTable(
        codes,
        tuple(row["name_nb"] for _, row in rows),
        tuple(row["name_en"] for _, row in rows),
        flows,
        about=about,
        **columns,
    )
    if faults := table_faults(table, eigenvalue=check):
        raise Faults(faults)
    return table


def table_faults(table: IOTable, *, eigenvalue: bool = True) -> list[Fault]:
    """What makes a table unfit for multipliers: negative output, a column above its output, eigenvalue 1 or more."""
    faults = [
        Fault("industries.csv", code, f"{value:g}", "table.negative_output")
        for code, value in zip(table.codes, table.output, strict=True)
        if value < 0
    ]
    if not table.codes:
        faults.append(Fault("industries.csv", "", "", "table.no_industries"))
    if faults:
        return faults
    column = table.flows.sum(axis=0) + np.nan_to_num(table.value_added)
    for place in np.flatnonzero(column > table.output * (1 + COLUMN_TOLERANCE)):
        figures = {"sum": float(column[place]), "output": float(table.output[place])}
        faults.append(
            Fault("flows.csv", table.codes[place], f"{column[place]:g}", "table.column_exceeds_output", figures)
        )
    infinite = np.flatnonzero(~np.isfinite(table.coefficients).all(axis=0))
    faults += [Fault("flows.csv", table.codes[i], f"{table.output[i]:g}", "table.no_coefficients") for i in infinite]
    if eigenvalue and not infinite.size and (radius := spectral_radius(table.coefficients)) >= 1:
        faults.append(Fault("flows.csv", "A", f"{radius:.6f}", "table.spectral_radius"))
    return faults


def spectral_radius(matrix: Array) -> float:
    """The largest absolute eigenvalue; (I − A)⁻¹ is the sum of Aᵏ only where it is below 1."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def write_table(table: IOTable, folder: Path | str) -> None:
    """Write ``table`` in the table format, figures in full precision; the folder is made, its files replaced.

    ``table.toml`` goes first and comes last, so that a folder that was cut off is no table. Raises OSError.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.toml").unlink(missing_ok=True)
    industries = (
        [
            code,
            table.names_nb[place],
            table.names_en[place],
            *(_written(getattr(table, name)[place]) for name in COLUMNS),
        ]
        for place, code in enumerate(table.codes)
    )
    flows = (
        [table.codes[row], table.codes[column], _written(table.flows[row, column])]
        for row, column in np.argwhere(table.flows != 0)
    )
    write_whole(folder / "industries.csv", csv_text(HEADER, industries))
    write_whole(folder / "flows.csv", csv_text(FLOWS_HEADER, flows))
    about = [f"{key} = {_toml(table.about[key])}\n" for key in (*ABOUT, *OPTIONAL) if table.about.get(key) is not None]
    write_whole(folder / "table.toml", "".join(about))


def read_about(folder: Path) -> dict[str, Any]:
    """What the table in ``folder`` is: its ``table.toml``. Raises :class:`Faults` where that is faulty."""
    faults: list[Fault] = []
    about = _read_about(folder, faults)
    if faults:
        raise Faults(faults)
    return about


def _read_about(folder: Path, faults: list[Fault]) -> dict[str, Any]:
    path = folder / "table.toml"
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        faults.append(Fault(str(path), "", "", "table.file_missing", {"folder": str(folder)}))
        return {}
    except UnicodeDecodeError:
        faults.append(Fault(str(path), "", "", "table.not_utf8"))
        return {}
    except (ValueError, RecursionError) as error:
        faults.append(Fault(str(path), "", "", "table.broken_toml", {"reason": str(error)}))
        return {}
    for key in ABOUT:
        if key not in about:
            faults.append(Fault("table.toml", key, "", "table.about_missing"))
    for key in about:
        near = difflib.get_close_matches(key, OPTIONAL, n=1, cutoff=0.8)
        if key not in (*ABOUT, *OPTIONAL) and near:
            faults.append(Fault("table.toml", key, shown(about[key]), "table.about_unknown", {"nearest": near[0]}))
    year = about.get("year", 2000)
    if not isinstance(year, int) or isinstance(year, bool) or not 1800 <= year <= 2200:
        faults.append(Fault("table.toml", "year", shown(year), "table.year"))
    for key in ("household_income_total", "household_consumption_total"):
        total = about.get(key)
        if total is not None and not (
            isinstance(total, int | float) and not isinstance(total, bool) and 0 < total <= LARGEST
        ):
            faults.append(Fault("table.toml", key, shown(total), "table.total"))
    return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in about.items()}


def _read_rows(path: Path, header: tuple[str, ...], faults: list[Fault]) -> list[tuple[int, dict[str, str]]]:
    """Rows by line number, header checked; an empty line is passed over."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            found = tuple(next(lines, ()))
            if found != header:
                faults.append(
                    Fault(path.name, "1", shown(",".join(found)), "table.header", {"header": ",".join(header)})
                )
                return []
            rows = []
            for cells in lines:
                if len(cells) == len(header):
                    rows.append((lines.line_num, dict(zip(header, cells, strict=True))))
                elif any(cells):
                    figures = {"found": len(cells), "wanted": len(header)}
                    faults.append(
                        Fault(path.name, str(lines.line_num), shown(",".join(cells)), "table.row_length", figures)
                    )
            return rows
    except (FileNotFoundError, NotADirectoryError):
        faults.append(Fault(str(path), "", "", "table.file_missing", {"folder": str(path.parent)}))
    except UnicodeDecodeError:
        faults.append(Fault(str(path), "", "", "table.not_utf8"))
    except csv.Error as error:
        faults.append(Fault(str(path), "", "", "table.broken_csv", {"reason": str(error)}))
    return []


_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")


def _figure(file: str, line: int, column: str, text: str, needed: bool, faults: list[Fault]) -> float:
    text = text.strip()
    if not text and not needed:
        return math.nan
    if not text:
        faults.append(Fault(file, f"{line}, {column}", "", "table.figure_missing"))
    elif (figure := plain_number(text)) is None:
        faults.append(Fault(file, f"{line}, {column}", shown(text), "table.not_a_number"))
    else:
        return figure
    return math.nan


def plain_number(text: str) -> float | None:
    """The finite number that ``text`` writes with a point and no spaces, else None."""
    return figure if _PLAIN.match(text) and math.isfinite(figure := float(text)) else None


def _figures(texts: list[str]) -> list[float] | None:
    """All figures at once where every one is plain, else None: then each is looked at for itself."""
    try:
        figures = [float(text) for text in texts]
    except ValueError:
        return None
    plain = "_" not in "".join(texts) and all(map(math.isfinite, figures))
    return figures if plain else None


def _flows(rows: list[tuple[int, dict[str, str]]], codes: tuple[str, ...], faults: list[Fault]) -> Array:
    position = {code: place for place, code in enumerate(codes)}
    flows = np.zeros((len(codes), len(codes)))
    figures = _figures([row["value"] for _, row in rows])
    seen: set[tuple[str, str]] = set()
    for number, (line, row) in enumerate(rows):
        seller, buyer = row["from"], row["to"]
        unknown = [code for code in (seller, buyer) if code not in position]
        faults += [Fault("flows.csv", str(line), shown(code), "table.unknown_code") for code in unknown]
        value = (
            figures[number] if figures is not None else _figure("flows.csv", line, "value", row["value"], True, faults)
        )
        if unknown:
            continue
        if (seller, buyer) in seen:
            faults.append(Fault("flows.csv", str(line), shown(f"{seller}, {buyer}"), "table.flow_twice"))
        seen.add((seller, buyer))
        flows[position[seller], position[buyer]] = value
    return flows


def _written(value: float) -> str:
    return "" if math.isnan(value) else repr(float(value))


def _toml(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON's escapes are TOML's too
