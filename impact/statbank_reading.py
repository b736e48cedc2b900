"""How an export is read for a purpose: its dimensions found, its totals chosen, its faults and notes collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from data.faults import Fault, Faults
from data.files import read_rows
from impact.statbank_export import MAX_LISTED, Export

REFERENCE = Path(__file__).parent.parent / "data" / "reference"

# What a dimension may be called, by its code or its label; the beginning decides, for time the whole.
_NAMES = {
    "municipality": ("region", "kommune", "municipality", "arbeidssted", "arbstedkomm"),
    "industry": ("næring", "nace", "industry", "naering"),
    "time": ("tid", "år", "aar", "year", "måned", "month", "kvartal", "quarter"),
    "contents": ("contents", "statistikkvariabel", "statistical variable"),
    "work": ("arbstedkomm", "arbeidssted", "arbeidskommune", "municipality of work", "place of work", "work"),
    "home": ("bokomm", "bosted", "bostedskommune", "municipality of residence", "place of residence", "residence"),
    "area": ("region", "kommune", "fylke", "landsdel", "reisemål", "område", "area", "county", "municipality"),
}
_SAID = {  # the same for the reader of a fault
    "municipality": ("hvilken kommune", "which municipality"),
    "industry": ("hvilken næring", "which industry"),
    "time": ("hvilket år eller hvilken måned", "which year or month"),
    "contents": ("hva tallene er (statistikkvariabel)", "what the figures are (statistical variable)"),
    "work": ("hvilken kommune folk arbeider i", "which municipality people work in"),
    "home": ("hvilken kommune folk bor i", "which municipality people live in"),
    "area": ("hvilket område", "which area"),
}
_TOTAL_CODES = {"0", "00", "TOTAL", "TOT", "999", "999A", "15-74", "00-99", "01-99", "0000"}
_TOTAL_TEXT = re.compile(
    r"(i alt|totalt?|total\w*|alle\b.*|begge kjønn|both sexes|all\b.*|15-74 (år|years))\Z", re.IGNORECASE
)
_MUNICIPALITY = re.compile(r"(?:K[-_])?(\d{4})(?!\d)")


@dataclass(frozen=True, eq=False)
class Figures:
    """One interpreted export.

    ``kind`` is a key of :data:`impact.statbank.INTERPRETERS`, ``frame`` is tidy, ``licence`` is the line to be shown
    with the figures, ``notes`` say what was left out.
    """

    kind: str
    frame: pd.DataFrame
    licence: str
    notes: tuple[Fault, ...]


class Reading:
    """One export while it is interpreted for one kind of figures."""

    def __init__(self, export: Export, tables: tuple[str, ...]) -> None:
        self.export = export
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        if export.table and export.table not in tables:
            self.note(export.table, "other_table", known=", ".join(tables))

    def fault(self, place: str, value: str, code: str, **figures: Any) -> None:
        self.faults.append(Fault(self.export.file, place, value, f"ssb.{code}", figures))

    def note(self, value: str, code: str, **figures: Any) -> None:
        self.notes.append(Fault(self.export.file, "", value, f"ssb.{code}", figures))

    def note_left_out(self, count: Any, what_nb: str, what_en: str) -> None:
        if count:
            self.note("", "left_out", count=int(count), what_nb=what_nb, what_en=what_en)

    def name(self, role: str, *, needed: bool = True) -> str:
        """The column of the dimension in this role, "" where there is none; the code is tried before the label."""
        taken = {"work": "home", "home": "work"}.get(role)
        for of in (lambda name: name, lambda name: self.export.dimensions[name]):
            for name in self.export.dimensions:
                text = of(name).casefold()
                fits = text in _NAMES[role] if role == "time" else text.startswith(_NAMES[role])
                if fits and not (taken and text.startswith(_NAMES[taken])):
                    return name
        if needed:
            nb, en = _SAID[role]
            found = self.listed(self.export.dimensions.values())
            self.fault(self.export.title, "", "dimension_missing", nb=nb, en=en, found=found)
        return ""

    def need(self, *roles: str) -> None:
        """Raise with a fault for each role that no dimension fills."""
        for role in roles:
            self.name(role)
        self.stop()

    def stop(self) -> None:
        if self.faults:
            raise Faults(self.faults[:MAX_LISTED])

    @staticmethod
    def listed(texts: Any) -> str:
        distinct = list(dict.fromkeys(str(text) for text in texts))
        return ", ".join(distinct[:12]) + (" …" if len(distinct) > 12 else "")

    def at_work(self) -> pd.DataFrame:
        """The rows that count people where they work; where no dimension says so, the title must."""
        frame = self.export.frame
        contents = self.name("contents", needed=False)
        if contents:
            texts = frame[f"{contents}_code"] + " " + frame[contents]
        else:
            texts = pd.Series(self.export.title, frame.index)
        chosen = texts.str.contains("arbeidssted|place of work|SysselsatteArb|SysselEtterArb", case=False, regex=True)
        if not chosen.any():
            self.no_measure("sysselsatte etter arbeidssted", "employed persons by place of work")
        return frame[chosen]

    def no_measure(self, nb: str, en: str) -> None:
        contents = self.name("contents", needed=False)
        found = self.export.frame[contents] if contents else [self.export.title]
        self.fault(self.export.title, "", "measure_missing", nb=nb, en=en, found=self.listed(found))
        self.stop()

    def totals(self, frame: pd.DataFrame, roles: Sequence[str]) -> pd.DataFrame:
        """The rows where every dimension but those of ``roles`` is at its only value or its total."""
        used = {self.name(role) for role in roles}
        for name, label in self.export.dimensions.items():
            if name in used or len(pairs := self.pairs(frame, name)) == 1:
                continue
            totals = [pair for pair in pairs if is_total(*pair)]
            if len(totals) == 1:
                code, text = totals[0]
                frame = frame[(frame[f"{name}_code"] == code) & (frame[name] == text)]
            else:
                self.fault(label, label, "dimension_several", found=self.listed(frame[name]))
        self.stop()
        return frame.copy()

    def parsed(self, frame: pd.DataFrame, role: str, parse: Callable[[str, str], Any]) -> pd.Series:
        """``parse`` of code and label in the role's dimension, row by row, each pair read once."""
        name = self.name(role)
        read = {pair: parse(*pair) for pair in self.pairs(frame, name)}
        rows = zip(frame[f"{name}_code"].tolist(), frame[name].tolist(), strict=True)
        return pd.Series([read[pair] for pair in rows], index=frame.index, dtype=object)

    @staticmethod
    def pairs(frame: pd.DataFrame, name: str) -> set[tuple[str, str]]:
        """The distinct codes and labels of a dimension."""
        return set(zip(frame[f"{name}_code"].tolist(), frame[name].tolist(), strict=True))

    def faulty(self, frame: pd.DataFrame, column: str, role: str, code: str, **figures: Any) -> None:
        """A fault for each distinct text that ``column`` could not be read from; raises at once."""
        name = self.name(role)
        wrong = frame[frame[column].isna()]
        for value in dict.fromkeys((wrong[f"{name}_code"] + " " + wrong[name]).str.strip()):
            self.fault(self.export.dimensions[name], value, code, **figures)
        self.stop()

    def once(self, frame: pd.DataFrame, keys: Sequence[str]) -> None:
        """A fault for each combination of ``keys`` that stands more than once; raises at once."""
        twice = frame[frame.duplicated(list(keys))]
        for row in twice[list(keys)].drop_duplicates().head(MAX_LISTED).itertuples(index=False):
            self.fault(", ".join(map(str, row)), "", "twice")
        self.stop()

    def count(self, frame: pd.DataFrame, column: str, keys: Sequence[str]) -> None:
        """Faults where a count is negative or not whole, or a combination stands twice."""
        wrong = frame[(frame[column] < 0) | (frame[column] % 1 != 0) & frame[column].notna()]
        for row in wrong.head(MAX_LISTED).to_dict("records"):
            self.fault(", ".join(str(row[key]) for key in keys), f"{row[column]:g}", "not_whole")
        self.once(frame, keys)

    def no_overlap(self, nace: pd.Series) -> None:
        """A fault for each group whose divisions another group has too."""
        distinct = sorted(set(nace), key=lambda text: (min(divisions(text)), -max(divisions(text))))
        for place, group in enumerate(distinct):
            for other in distinct[place + 1 :]:
                if divisions(group) & divisions(other):
                    self.fault("", other, "overlap", other=group)
        self.stop()

    def some_of_the_eight(self, codes: pd.Series) -> None:
        if not codes.isin(municipalities()).any():
            listed = ", ".join(f"{code} {name}" for code, name in municipalities().items())
            self.fault("", "", "no_municipality", codes=listed)
        self.stop()

    def done(self, kind: str, frame: pd.DataFrame, order: list[str]) -> Figures:
        """The finished frame, sorted; missing figures counted in a note."""
        if frame.empty:
            self.fault("", "", "nothing_left")
        self.stop()
        figures = frame.columns[-1]
        if missing := int(frame[figures].isna().sum()):
            self.note("", "figures_missing", count=missing)
        frame = frame.sort_values(order, kind="stable").reset_index(drop=True)
        return Figures(kind, frame, self.export.licence, tuple(self.notes))


def is_total(code: str, label: str) -> bool:
    """Whether a category is the sum of the others, by its code or its name."""
    text = f"{code} {label}".strip()
    return code in _TOTAL_CODES or any(_TOTAL_TEXT.match(each.strip()) for each in (text, label))


@cache
def municipalities() -> dict[str, str]:
    """The eight municipalities of the region: code → name."""
    return {row["code"]: row["name"] for row in reference("region/municipalities.csv")}


def municipality_code(code: str, label: str) -> str:
    """The four figures of a municipality written as 5001, K-5001, "5001 Trondheim" or "Trondheim - Tråante".

    A county or the country gives its one or two figures, a name outside the eight itself, an empty cell "".
    """
    for text in (code.strip(), label.strip()):
        if found := _MUNICIPALITY.match(text):
            return found[1]
    if found := re.match(r"(?:F[-_])?(\d{1,2})(?!\d)", code.strip()):
        return found[1]
    name = label.strip().casefold()
    if name in ("hele landet", "the whole country", "norge"):
        return "0"
    main = name.split(" - ")[0].removesuffix(" kommune")
    return next((known for known, each in municipalities().items() if each.casefold() == main), label.strip())


def industries_in(nace: str) -> tuple[str, ...]:
    """The industries of SSB's 62 whose NACE Rev. 2 divisions meet ``nace``, such as "55-56", "84" or "58,62-63".

    Imputed rent (R68A) is never among them: nobody works there. Raises ValueError where ``nace`` is no range.
    """
    wanted = divisions(nace)
    return tuple(
        row["code"]
        for row in reference("tables/industries.csv")
        if row["code"] != "R68A" and wanted & divisions(row["nace"])
    )


def divisions(nace: str) -> set[int]:
    """The NACE divisions of "55-56", "84" or "58,62-63"; ValueError where it is no range."""
    found: set[int] = set()
    for part in nace.split(","):
        first, _, last = part.strip().partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


@cache
def reference(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file of ``data/reference``."""
    return tuple(read_rows(REFERENCE / name, dict))
