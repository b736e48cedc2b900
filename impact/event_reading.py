"""Reading an event file: TOML or the Excel template, to a whole :class:`Event` or to every fault at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from data.faults import Fault, Faults, shown
from data.value import Value
from impact.beside_reading import read_beside
from impact.entry_reading import EntryReader, Place, as_date
from impact.event import (
    AUDIENCE_RULES,
    CATEGORIES,
    COST_RULES,
    HOMES,
    INCOME_RULES,
    NIGHT_RULES,
    ROLES,
    Audience,
    Event,
    Night,
    Number,
    OrganiserCost,
    OrganiserIncome,
)

SHARES_SUM_TOLERANCE = 0.02
MAX_ROWS = 500
"""Rows of one section, and named numbers: an event has a handful; far more is another kind of file."""

SECTIONS = ("event", "numbers", "organiser", "audience", "organiser_cost", "organiser_income", "night", "beside")
_EVENT_TEXT = ("id", "name_nb", "name_en", "kind", "municipality")
_EVENT_FIELDS = (
    *_EVENT_TEXT,
    "first_day",
    "last_day",
    "price_year",
    "price_index_change",
    "accommodation_by_municipality",
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class Known(Protocol):
    """What an event is checked against: the region's municipalities by number, industries, the price index."""

    @property
    def municipalities(self) -> Mapping[str, str]: ...
    @property
    def industries(self) -> Collection[str]: ...
    @property
    def price_years(self) -> tuple[int, int]: ...


def read_event_file(path: Path | str, known: Known) -> Event:
    """The event in a ``.toml`` or ``.xlsx`` file. Raises :class:`Faults` with every fault that was found."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        from impact.workbook import read_workbook  # openpyxl is slow to load, and most runs read TOML

        raw, places = read_workbook(path)
        return read_event(raw, path.name, known, lambda place: _cell(place, places))
    if path.suffix.lower() != ".toml":
        raise Faults([Fault(str(path), "", path.suffix, "event.file_type")])
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise Faults(
            [Fault(str(path), "", "", "event.file_missing", {"reason": error.strerror or str(error)})]
        ) from None
    except UnicodeDecodeError as error:
        raise Faults([Fault(path.name, f"byte {error.start}", "", "event.not_utf8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise Faults([Fault(path.name, "", "", "event.broken_toml", {"reason": str(error)})]) from None
    except (RecursionError, ValueError):
        raise Faults([Fault(path.name, "", "", "event.too_deep")]) from None
    return read_event(raw, path.name, known)


def read_event(raw: dict[str, Any], file: str, known: Known, where: Callable[[Place], str] | None = None) -> Event:
    """The event in ``raw``, the structure of its TOML file; ``where`` writes a place as the file's reader knows it.

    Raises :class:`Faults` with every fault that was found.
    """
    reader = _Reader(raw, file, known, where or _toml_place(raw))
    event = reader.event()
    if reader.faults or event is None:
        raise Faults(reader.faults)
    return event


class _Reader(EntryReader):
    """One reading of a whole event, section by section."""

    def __init__(self, raw: dict[str, Any], file: str, known: Known, where: Callable[[Place], str]) -> None:
        super().__init__(raw, file, where)
        self.known = known
        self.rows: dict[str, list[tuple[Place, dict[str, Any]]]] = {}

    def event(self) -> Event | None:
        self._names((), self.raw, SECTIONS, ("event",))
        about = self._table("event")
        self.numbers = self._numbers()
        deficit = self._number(("organiser", "deficit"), self._table("organiser").get("deficit"), "amount")
        self._names(("organiser",), self._table("organiser"), ("deficit",), ())
        audiences = tuple(self._audience(place, row) for place, row in self._rows("audience"))
        costs = tuple(self._cost(place, row) for place, row in self._rows("organiser_cost"))
        incomes = tuple(self._income(place, row) for place, row in self._rows("organiser_income"))
        nights = tuple(self._night(place, row) for place, row in self._rows("night"))
        beside = read_beside(self, (one.name for one in audiences))
        fields = self._about(about)
        self._unique_names()
        self._check_totals()
        self._check_nights(nights)
        if not (self.faults or audiences or costs or incomes):
            self.fault((), None, "empty")
        if self.faults:
            return None
        return Event(
            **fields,
            deficit=deficit,
            numbers=self.numbers,
            audiences=audiences,
            costs=costs,
            incomes=incomes,
            nights=nights,
            beside=beside,
        )

    # -- structure

    def _unknown_municipality(self, place: Place, code: str) -> None:
        known = ", ".join(f"{number} {name}" for number, name in self.known.municipalities.items())
        self.fault(place, code, "unknown_municipality", known=known)

    def _rows(self, section: str) -> list[tuple[Place, dict[str, Any]]]:
        """The rows of a section with their places, looked at once."""
        if section not in self.rows:
            self.rows[section] = self._checked_rows(section)
        return self.rows[section]

    def _checked_rows(self, section: str) -> list[tuple[Place, dict[str, Any]]]:
        rows = self.raw.get(section, [])
        if not isinstance(rows, list):
            self.fault((section,), None, "not_rows", section=section)
            return []
        if len(rows) > MAX_ROWS:
            self.fault((section,), len(rows), "too_many_rows", limit=MAX_ROWS)
            return []
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                self.fault((section, number), row, "not_rows", section=section)
        return [((section, number), row) for number, row in enumerate(rows) if isinstance(row, dict)]

    def _unique_names(self) -> None:
        for section, key in (
            ("audience", "name"),
            ("organiser_cost", "name"),
            ("organiser_income", "name"),
            ("night", "date"),
        ):
            seen: Counter[str] = Counter()
            for place, row in self._rows(section):
                given = row.get(key, "")
                given = as_date(given) or given if section == "night" else given
                name = unicodedata.normalize("NFC", shown(given)).strip()
                seen[name] += 1
                if name and seen[name] == 2:
                    self.fault((*place, key), name, "name_twice")

    # -- sections

    def _about(self, about: dict[str, Any]) -> dict[str, Any]:
        needed = (*_EVENT_TEXT, "first_day", "last_day", "price_year")
        self._names(("event",), about, _EVENT_FIELDS, needed)
        fields: dict[str, Any] = {name: self._text(("event", name), about.get(name)) for name in _EVENT_TEXT}
        if fields["id"] and not _IDENTIFIER.match(fields["id"]):
            self.fault(("event", "id"), fields["id"], "bad_identifier")
        if fields["municipality"] and fields["municipality"] not in self.known.municipalities:
            self._unknown_municipality(("event", "municipality"), fields["municipality"])
        for name in ("first_day", "last_day"):
            fields[name] = self._date(("event", name), about.get(name))
        if fields["first_day"] and fields["last_day"] and fields["last_day"] < fields["first_day"]:
            self.fault(("event", "last_day"), fields["last_day"], "end_before_start", first=str(fields["first_day"]))
        place: Place = ("event", "price_index_change")
        fields["price_index_change"] = self._number(place, about.get("price_index_change"), "change")
        fields["price_year"] = self._price_year(about.get("price_year"), "price_index_change" in about)
        lodging = about.get("accommodation_by_municipality", {})
        fields["accommodation_by_municipality"] = self._lodging(lodging)
        return fields

    def _price_year(self, year: Any, change: bool) -> int:
        first, last = self.known.price_years
        place: Place = ("event", "price_year")
        if year is None:
            return 0
        if not isinstance(year, int) or isinstance(year, bool) or not 1900 <= year <= 2200:
            self.fault(place, year, "bad_year")
            return 0
        if year < first:
            self.fault(place, year, "price_year_early", first=str(first))
        elif year > last and not change:
            self.fault(place, year, "price_year_late", last=str(last))
        return year

    def _lodging(self, raw: Any) -> dict[str, Number]:
        place: Place = ("event", "accommodation_by_municipality")
        if not isinstance(raw, dict):
            self.fault(place, raw, "not_a_table", section="accommodation_by_municipality")
            return {}
        shares: dict[str, Number] = {}
        for code, value in raw.items():
            if code not in self.known.municipalities:
                self._unknown_municipality((*place, code), code)
            elif (number := self._number((*place, code), value, "share")) is not None:
                shares[code] = number
        total = sum(self._mode(share) for share in shares.values())
        if shares and not abs(total - 1) <= SHARES_SUM_TOLERANCE:
            self.fault(place, round(total, 4), "lodging_sum")
        return shares

    def _numbers(self) -> dict[str, Value]:
        numbers: dict[str, Value] = {}
        given = self._table("numbers")
        if len(given) > MAX_ROWS:
            self.fault(("numbers",), len(given), "too_many_numbers", limit=MAX_ROWS)
            return numbers
        for name, raw in given.items():
            place: Place = ("numbers", name)
            number = self._number(place, raw, None)
            if isinstance(number, Value):
                numbers[name] = number
            elif number is not None:
                self.fault(place, raw, "named_number_refers")
        return numbers

    def _audience(self, place: Place, row: dict[str, Any]) -> Audience:
        self._names(place, row, ("name", "role", "home", "spend", *AUDIENCE_RULES), ("name", "role", "home"))
        values = self._row_numbers(place, row, AUDIENCE_RULES)
        if ("visits" in row) == ("persons" in row):
            self.fault(
                (*place, "visits"), None, "both_visits_and_persons" if "visits" in row else "neither_visits_nor_persons"
            )
        together = sum(self._mode(values[name]) for name in ("casual_share", "time_switcher_share") if values[name])
        if together > 1:
            self.fault((*place, "casual_share"), round(together, 4), "casual_and_switchers")
        spend = row.get("spend", {})
        if not isinstance(spend, dict):
            self.fault((*place, "spend"), spend, "not_a_table", section="spend")
            spend = {}
        self._names((*place, "spend"), spend, CATEGORIES, ())
        numbers = {c: self._number((*place, "spend", c), spend[c], "amount") for c in CATEGORIES if c in spend}
        return Audience(
            name=self._text((*place, "name"), row.get("name")),
            role=self._choice((*place, "role"), row.get("role"), ROLES),
            home=self._choice((*place, "home"), row.get("home"), HOMES),
            spend={category: number for category, number in numbers.items() if number is not None},
            **values,
        )

    def _cost(self, place: Place, row: dict[str, Any]) -> OrganiserCost:
        self._names(place, row, ("name", "industry", *COST_RULES), ("name", "amount", "industry"))
        industry = self._text((*place, "industry"), row.get("industry"))
        if industry and industry not in self.known.industries:
            self._unknown((*place, "industry"), industry, self.known.industries, "unknown_industry")
        share = self._by_area((*place, "local_share"), row.get("local_share"))
        values = self._row_numbers(place, row, {"amount": "amount", "vat_rate": "share", "moved_share": "share"})
        name = self._text((*place, "name"), row.get("name"))
        return OrganiserCost(name=name, industry=industry, local_share=share, **values)

    def _income(self, place: Place, row: dict[str, Any]) -> OrganiserIncome:
        self._names(place, row, ("name", "public", *INCOME_RULES), ("name", "amount"))
        public = row.get("public", False)
        if not isinstance(public, bool):
            self.fault((*place, "public"), public, "not_yes_or_no")
        share = self._by_area((*place, "inside_share"), row.get("inside_share"))
        values = self._row_numbers(place, row, {"amount": "amount"})
        return OrganiserIncome(
            name=self._text((*place, "name"), row.get("name")), inside_share=share, public=bool(public), **values
        )

    def _night(self, place: Place, row: dict[str, Any]) -> Night:
        self._names(place, row, ("date", *NIGHT_RULES), ("date", "rooms", "baseline_sold"))
        date = self._date((*place, "date"), row.get("date")) or dt.date.min
        values = self._row_numbers(place, row, NIGHT_RULES)
        rooms = self._mode(values["rooms"])
        for name in ("baseline_sold", "sold"):
            if (sold := self._mode(values[name])) > rooms:
                self.fault((*place, name), sold, "more_than_rooms", rooms=rooms)
        return Night(date=date, **values)

    # -- single entries

    # -- what holds between entries

    def _check_totals(self) -> None:
        for name, shares in self.parts.items():
            if abs(sum(shares) - 1) > SHARES_SUM_TOLERANCE:
                self.fault(("numbers", name), round(sum(shares), 4), "shares_sum", parts=len(shares))

    def _check_nights(self, nights: tuple[Night, ...]) -> None:
        rows = [row for _, row in self._rows("night")]
        given = sum("sold" in row for row in rows)
        if 0 < given < len(nights):
            missing = next(night.date for night, row in zip(nights, rows, strict=True) if "sold" not in row)
            self.fault(("night",), missing, "sold_on_some_nights", given=given, nights=len(nights))


def _toml_place(raw: dict[str, Any]) -> Callable[[Place], str]:
    """Writes ("audience", 0, "visits") as ``[[audience]] «Locals», visits``."""

    def write(place: Place) -> str:
        if not place:
            return ""
        section, *rest = place
        table = raw
        if section == "beside" and len(rest) > 1 and isinstance(rest[1], int):
            table, section = raw["beside"], rest.pop(0)
        if rest and isinstance(rest[0], int):
            number = rest.pop(0)
            assert isinstance(number, int)
            row = table[str(section)][number]
            section = section if table is raw else f"beside.{section}"
            name = row.get("name", row.get("date")) if isinstance(row, dict) else None
            head = f"[[{section}]] " + (f"«{shown(name)}»" if name else f"{number + 1}")
        elif rest:
            head = f"[{section}]"
        else:
            return str(section)
        return ", ".join([head, *([".".join(map(str, rest))] if rest else [])])

    return write


def _cell(place: Place, places: dict[Place, str]) -> str:
    """The cell of a place in the workbook, or of the nearest thing around it."""
    for length in range(len(place), 0, -1):
        if place[:length] in places:
            return places[place[:length]]
    return str(place[0]) if place else ""
