"""The reference data an estimate stands on: tables, quotients, population, commuting, prices and price conversion.

Files are looked for in the owner's own data folder first (``$RINGVIRK_DATA/reference``), then in ``data/reference``,
so that newer statistics brought by an importer take the place of those that are shipped.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from data.faults import Fault, Faults
from data.files import Row, read_rows
from impact.table import Array, IOTable, read_about, read_table

SHIPPED = Path(__file__).parent.parent / "data" / "reference"
COUNTY, NATION = "50", "0"
DEFAULT_TABLE = "norway-2019"


@dataclass(frozen=True)
class Quotients:
    """Location quotients of the county for one year, by industry; employed persons of county and nation."""

    year: int
    slq: dict[str, float]
    county_employed: float
    national_employed: float
    version: str


@dataclass(frozen=True)
class Conversion:
    """From purchasers' to basic prices by product: margin share of the net price, import share of the supply."""

    year: int
    margin_share: dict[str, float]
    import_share: dict[str, float]
    version: str


@dataclass(frozen=True)
class Years:
    """The newest year of each series that is looked at; 0 for none at all."""

    prices: int = 9999
    commuting: int = 9999
    jobs: int = 9999


class Reference:
    """Reference data in ``folders``, the first that has a file wins; each is read once.

    ``until`` leaves out newer years: what was computed with the figures of a day can be computed again.
    """

    def __init__(self, folders: tuple[Path, ...], until: Years | None = None) -> None:
        self.folders = folders
        self.until = until or Years()

    def path(self, name: str) -> Path | None:
        """The file or folder ``name`` in the first folder that has it."""
        return next((folder / name for folder in self.folders if (folder / name).exists()), None)

    def years(self, pattern: str) -> list[int]:
        """The years there are files for, ``pattern`` with {} in the year's place."""
        found = (path for folder in self.folders for path in folder.glob(pattern.format("*")))
        return sorted({int(digits.group()) for path in found if (digits := re.search(r"\d{4}(?=[^/]*$)", str(path)))})

    def _rows(self, name: str, make: Callable[[dict[str, str]], Row]) -> list[Row]:
        """``make`` of every row of a file. Raises :class:`Faults` naming the line where that fails."""
        path = self.path(name)
        if path is None:
            raise Faults([Fault(name, "", "", "reference.missing", {"folders": ", ".join(map(str, self.folders))})])
        return read_rows(path, make)

    def _version(self, name: str) -> str:
        path = self.path(name)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""

    @cache  # noqa: B019
    def source(self, name: str) -> str:
        """Source and licence of a file, as ``sources.toml`` beside it states them; "" where none does."""
        for folder in self.folders:
            listed = folder / "sources.toml"
            if (folder / name).exists() and listed.exists():
                entries = tomllib.loads(listed.read_text(encoding="utf-8")).get("file", [])
                found = next((entry for entry in entries if entry["path"] == name), None)
                return f"{found['source']}. {found['licence']}" if found else ""
        return ""

    @cached_property
    def places_version(self) -> str:
        """SHA-256 over what else an estimate reads: population, commuting, imported jobs and prices."""
        jobs = f"{self.jobs}" if self.jobs else ""
        digest = hashlib.sha256(f"{sorted(self._changes.items())}{sorted(self.commuting[1].items())}{jobs}".encode())
        digest.update(self._version("region/population.csv").encode())
        return digest.hexdigest()

    # -- places and prices

    @cached_property
    def municipalities(self) -> dict[str, str]:
        """The eight municipalities: code → name."""
        return dict(self._rows("region/municipalities.csv", lambda row: (row["code"], row["name"])))

    @cached_property
    def industries(self) -> dict[str, str]:
        """SSB's 62 industries: code → group of the county accounts."""
        return dict(self._rows("region/industry-groups.csv", lambda row: (row["industry"], row["group"])))

    @cached_property
    def _population(self) -> dict[tuple[str, int], int]:
        return dict(
            self._rows("region/population.csv", lambda row: ((row["code"], int(row["year"])), int(row["persons"])))
        )

    def population(self, code: str, year: int) -> int:
        """Persons on 1 January; a municipality, the county ("50") or Norway ("0")."""
        return self._population[code, year]

    @cached_property
    def _changes(self) -> dict[int, float]:
        """Percent change on the year before; an import adds its years to those that are shipped."""
        changes: dict[int, float] = {}
        for folder in reversed(self.folders):
            path = folder / "prices/cpi.csv"
            if path.exists():
                changes |= dict(read_rows(path, lambda row: (int(row["year"]), float(row["change"]))))
        changes = {year: change for year, change in changes.items() if year <= self.until.prices}
        missing = [year for year in range(min(changes), max(changes)) if year not in changes]
        if missing:
            raise Faults(Fault("prices/cpi.csv", str(year), "", "reference.year_missing") for year in missing)
        return changes

    @property
    def price_years(self) -> tuple[int, int]:
        """First and last year that the price index knows."""
        return min(self._changes) - 1, max(self._changes)

    def price_factor(self, start: int, end: int) -> float:
        """Consumer prices of ``end`` over those of ``start``, both within the index."""
        factor = 1.0
        for year in range(min(start, end) + 1, max(start, end) + 1):
            factor *= 1 + self._changes[year] / 100
        return factor if end >= start else 1 / factor

    # -- the economy

    @cache  # noqa: B019 - one Reference lives as long as the process
    def quotients(self, year: int) -> Quotients | None:
        """The county's location quotients for ``year``, or None where there are none."""
        name = f"region/quotients-{year}.csv"
        if self.path(name) is None:
            return None
        rows = self._rows(
            name,
            lambda row: (
                row["group"],
                float(row["slq"] or "nan"),
                float(row["county_employed"] or 0),
                float(row["national_employed"] or 0),
            ),
        )
        by_group = {group: slq for group, slq, _, _ in rows}
        county, nation = sum(row[2] for row in rows), sum(row[3] for row in rows)
        slq = {industry: by_group.get(group, np.nan) for industry, group in self.industries.items()}
        return Quotients(year, slq, county, nation, self._version(name))

    @cache  # noqa: B019
    def conversion(self, year: int) -> Conversion:
        """Margins and import shares by product for the year nearest to ``year``."""
        nearest = min(self.years("products/price-conversion-{}.csv"), key=lambda one: abs(one - year))
        name = f"products/price-conversion-{nearest}.csv"
        figures = ("supply_basic", "margins", "import_share")
        rows = dict(self._rows(name, lambda row: (row["code"], tuple(float(row[one] or 0) for one in figures))))
        margin = {code: margins / (supply + margins or 1.0) for code, (supply, margins, _) in rows.items()}
        imports = {code: share for code, (_, _, share) in rows.items()}
        return Conversion(nearest, margin, imports, self._version(name))

    @cached_property
    def commuting(self) -> tuple[int, dict[tuple[str, str], int]]:
        """(year, commuters by (work, home)) of the newest commuting file."""
        year = max(year for year in self.years("region/commuting-{}.csv") if year <= self.until.commuting)
        name = f"region/commuting-{year}.csv"
        return year, dict(self._rows(name, lambda row: ((row["work"], row["home"]), int(row["commuters"]))))

    @cached_property
    def jobs(self) -> tuple[int, dict[str, dict[str, float]]] | None:
        """(year, municipality → industry → jobs) of the newest import that has all eight municipalities, else None.

        The country is municipality "0" where the import has it.
        """
        for year in reversed(self.years("region/jobs-{}.csv")):
            from impact.statbank import jobs_per_industry  # only where there is an import to read

            if year > self.until.jobs:
                continue
            held = jobs_per_industry(self._rows(f"region/jobs-{year}.csv", dict))
            if held.keys() >= self.municipalities.keys():
                return year, held
        return None

    # -- tables

    def table_names(self) -> list[str]:
        """The tables of the registry, by folder name."""
        found = {path.parent.name for folder in self.folders for path in folder.glob("tables/*/table.toml")}
        return sorted(found)

    def table_about(self, name: str) -> dict[str, Any]:
        """What a table of the registry is: its ``table.toml``."""
        path = self.path(f"tables/{name}/table.toml")
        if path is None:
            raise self._no_table(name)
        return read_about(path.parent)

    def table(self, name: str) -> IOTable:
        """A table of the registry by name, or one in any folder by path. Raises :class:`Faults` where it is faulty."""
        path = self.path(f"tables/{name}")
        if path is not None and "/" not in name and name in self.table_names():
            return _kept_table(path)
        if Path(name).is_dir():
            return read_table(name)
        raise self._no_table(name)

    def _no_table(self, name: str) -> Faults:
        return Faults([Fault(name, "", "", "table.unknown_table", {"known": ", ".join(self.table_names())})])

    def slq(self, table: IOTable, quotients: Quotients) -> Array:
        """Quotients in the table's order, NaN where unknown."""
        return np.array([quotients.slq.get(code, np.nan) for code in table.codes])


@cache
def _kept_table(folder: Path) -> IOTable:
    return read_table(folder, check=folder.parent.parent != SHIPPED)


@cache
def reference_in(own: str | None = None) -> Reference:
    """The reference data of this installation; ``own`` is the data folder, default ``$RINGVIRK_DATA``."""
    own = own or os.environ.get("RINGVIRK_DATA")
    if own and Path(own).exists() and not Path(own).is_dir():
        raise Faults([Fault(own, "RINGVIRK_DATA", "", "reference.not_a_folder")])
    folders = (Path(own) / "reference", SHIPPED) if own else (SHIPPED,)
    return Reference(folders)
