"""A file exported from Statistics Norway's Statbank, read into one row an observation.

The Statbank runs PxWeb and exports JSON-stat (1.x and 2.0) and CSV. CSV comes with or without a title line, with
semicolon, comma or tab, in Windows-1252 or UTF-8, and in two layouts: one row an observation, or pivoted, with periods
and statistical variables in the headings ("Sysselsatte etter arbeidssted 2022"). JSON-stat 2.0 is defined at
https://json-stat.org/full/; PxWeb's formats in its manual, https://www.pxtools.net.

Symbols (SSB, «Standardtegn i tabeller»): ``-`` is a zero; ``.`` can't occur, ``..`` is missing, ``…`` or ``...`` is
not there yet, ``:`` is withheld. The last four are missing figures, never zeros.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.faults import Fault, Faults
from data.numbers import MINUS

MAX_BYTES = 30_000_000
MAX_OBSERVATIONS = 1_000_000  # lines of a text file, too; the whole of 03321 for one year is 130 000
MAX_LISTED = 200  # faults listed of one file
ZERO = "-"
MISSING = {
    ".": "not applicable",
    "..": "not available",
    "...": "not available yet",
    "…": "not available yet",
    ":": "withheld",
    "": "not given",
}
PUBLISHER = "Statistics Norway (SSB)"

_TIME_NAMES = ("tid", "år", "aar", "year", "måned", "month", "kvartal", "quarter", "uke", "week")
_DIMENSION_NAMES = (
    "region", "kommune", "municipality", "fylke", "county", "næring", "nace", "industry", "kjønn", "kjonn", "sex",
    "alder", "age", "konsumg", "consumption group", "arbeidssted", "arbsted", "bosted", "bokomm", "place of",
    "statistikkvariabel", "contents",
)  # fmt: skip
_PERIOD = r"(?:1[89]|20)\d\d(?:[MKQUW]\d{1,2}|H[12])?"
_STARTS = re.compile(rf"({_PERIOD})(?:\s+(.+))?\Z")
_ENDS = re.compile(rf"(.+?)\s+({_PERIOD})\Z")
_TITLE = re.compile(r"\s*(?:tabell|table)?\s*(\d{5})\s*[:\-]", re.IGNORECASE)
_CODED = re.compile(r"((?:[A-ZÆØÅ]{1,5}[-_])?\d[\d.\-]*|[A-Z](?:-[A-Z])?)\s+([^\W\d_].*)\Z")
_SPACES = re.compile(r"\s")  # hard and thin spaces included
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_DATED = re.compile(r"(?:sist oppdatert|siste? endr\w*|oppdatert|latest update|updated)\s*:?\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Export:
    """What a Statbank file holds.

    ``frame`` has one row an observation: for each dimension of ``dimensions`` a column of that name with its text and
    one with ``_code`` after the name ("" where the file has no codes), ``value`` (NaN where missing) and ``missing``
    (why, one of MISSING's reasons, or ""). ``dimensions`` maps a column to the dimension's label. ``table`` is the
    five figures of the table's number, None where the file does not say; ``updated`` and ``source`` are as given.
    """

    file: str
    table: str | None
    title: str
    frame: pd.DataFrame
    dimensions: dict[str, str]
    updated: str = ""
    source: str = ""

    @property
    def licence(self) -> str:
        """The line that must stand where the figures are shown."""
        table = f", table {self.table}" if self.table else ""
        updated = f", updated {self.updated[:10]}" if self.updated else ""
        return f"Norwegian Licence for Open Government Data (NLOD), {PUBLISHER}{table}{updated}, https://www.ssb.no"


def read_export(path: Path | str) -> Export:
    """The Statbank export at ``path``, JSON-stat or CSV, whatever its name ends in.

    Raises :class:`data.faults.Faults` with what is wrong: no such file, over 30 MB, empty, a web page, an Excel file,
    cut off, not a table, rows of the wrong length, cells that are neither a number nor a symbol.
    """
    path = Path(path)
    text = _decoded(_bytes(path), path.name)
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text, path.name)
    return _from_csv(text, path.name)


def _refusal(file: str, code: str, place: str = "", value: str = "", **figures: Any) -> Faults:
    return Faults([Fault(file, place, value[:80], f"ssb.{code}", figures)])


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise _refusal(path.name, "not_opened", reason="not a file")
        if (size := path.stat().st_size) > MAX_BYTES:
            raise _refusal(path.name, "too_large", megabytes=size // 1_000_000, most=MAX_BYTES // 1_000_000)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _refusal(path.name, "missing") from error
    except (OSError, ValueError) as error:
        raise _refusal(path.name, "not_opened", reason=type(error).__name__) from error
    if not content.strip():
        raise _refusal(path.name, "empty")
    return content


def _decoded(content: bytes, file: str) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which PxWeb writes."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refusal(file, "is_excel")
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text or text.startswith("%PDF"):
            break
        if not text.strip():
            raise _refusal(file, "empty")
        if text.lstrip().startswith("<"):
            raise _refusal(file, "is_html", value=text.lstrip()[:60])
        return text
    raise _refusal(file, "not_text")


# JSON-stat


def _from_json(text: str, file: str) -> Export:
    data = _dataset(_parsed(text, file), file)
    inner = data.get("dimension")
    dimension: dict[str, Any] = inner if isinstance(inner, dict) else {}
    ids: list[str] = data.get("id") or dimension.get("id") or []  # 1.x has them inside
    sizes: list[int] = data.get("size") or dimension.get("size") or []
    if not _are_ids(ids, sizes):
        raise _refusal(file, "json_class")
    if (count := min(math.prod(sizes), 10**12)) > MAX_OBSERVATIONS:
        raise _refusal(file, "too_many", count=count, most=MAX_OBSERVATIONS)
    faults: list[Fault] = []
    shapes = list(zip(ids, sizes, strict=True))
    categories = [_categories(dimension.get(name), name, size, file, faults) for name, size in shapes]
    values, missing = _json_values(data.get("value"), data.get("status"), count, file, faults)
    if faults:
        raise Faults(faults[:MAX_LISTED])
    columns: dict[str, Any] = {}
    inside = count
    for (name, size), (codes, labels) in zip(shapes, categories, strict=True):
        inside //= size
        order = np.tile(np.repeat(np.arange(size), inside), count // (inside * size))
        columns[name] = np.array(labels, dtype=object)[order]
        columns[f"{name}_code"] = np.array(codes, dtype=object)[order]
    title = str(data.get("label") or "")
    names = {name: str(dimension[name].get("label") or name) for name in ids}
    frame = pd.DataFrame({**columns, "value": values, "missing": missing})
    table = _number_of_table(data, title)
    return Export(file, table, title, frame, names, str(data.get("updated") or ""), str(data.get("source") or ""))


def _parsed(text: str, file: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise _refusal(file, "broken_json", reason=str(error)[:120]) from error


def _dataset(data: Any, file: str) -> dict[str, Any]:
    """The dataset of a response: itself, the only one of a collection, or the 1.x bundle's."""
    if not isinstance(data, dict):
        raise _refusal(file, "json_class")
    if data.get("class") == "collection":
        link = data.get("link")
        items = link.get("item", []) if isinstance(link, dict) else []
        inside = [item for item in items if isinstance(item, dict) and "dimension" in item and "value" in item]
        if len(inside) == 1 and len(items) == 1:
            return inside[0]
        raise _refusal(file, "json_collection", value=str(data.get("label") or ""), count=len(items))
    if data.get("class") == "error" or ("dimension" not in data and {"error", "status", "title"} & set(data)):
        said = next((str(data[key]) for key in ("label", "error", "title", "status") if data.get(key)), "")
        raise _refusal(file, "json_error", value=said)
    if "class" not in data and isinstance(data.get("dataset"), dict):
        return dict(data["dataset"])
    if data.get("class", "dataset") != "dataset" or "value" not in data:
        raise _refusal(file, "json_class", value=str(data.get("class") or ""))
    return data


def _are_ids(ids: Any, sizes: Any) -> bool:
    if not (isinstance(ids, list) and isinstance(sizes, list) and 0 < len(ids) == len(sizes) <= 50):
        return False
    names = all(isinstance(name, str) and name not in ("value", "missing") for name in ids)
    whole = all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in sizes)
    return names and whole and len(set(ids)) == len(ids)


def _categories(dimension: Any, name: str, size: int, file: str, faults: list[Fault]) -> tuple[list[str], list[str]]:
    """Codes and labels in order; ``index`` is a list or a map of places, and may be left out for a single category."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    codes: list[str] = []
    if isinstance(category, dict):
        index, label = category.get("index"), category.get("label")
        labels = label if isinstance(label, dict) else {}
        if isinstance(index, dict) and all(isinstance(place, int) for place in index.values()):
            codes = [str(code) for code in sorted(index, key=index.__getitem__)]
            codes = codes if sorted(index.values()) == list(range(size)) else []
        elif isinstance(index, list):
            codes = [str(code) for code in index]
        elif index is None and len(labels) == 1:
            codes = list(labels)
        if len(codes) == size and len(set(codes)) == size:
            return codes, [str(labels.get(code, code)) for code in codes]
    faults.append(Fault(file, name, "", "ssb.json_dimension", {"size": size}))
    return [], []


def _json_values(
    value: Any, status: Any, count: int, file: str, faults: list[Fault]
) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Figures and why they are missing; ``value`` and ``status`` are lists, or maps from place to figure."""
    numbers = np.full(count, np.nan)
    found = _spread(value, count)
    said = _spread(status, count) if not isinstance(status, str) else dict.fromkeys(range(count), status)
    if found is None or (isinstance(value, list) and len(value) != count):
        length = len(value) if isinstance(value, list | dict) else 0
        faults.append(Fault(file, "value", "", "ssb.json_count", {"found": length, "wanted": count}))
        return numbers, []
    missing = [MISSING[""]] * count
    for place in range(count):
        figure, symbol = found.get(place), str((said or {}).get(place) or "").strip()
        if figure is None and symbol == ZERO:
            figure = 0
        if isinstance(figure, int | float) and not isinstance(figure, bool) and abs(figure) < 1e300:
            numbers[place], missing[place] = figure, ""
        elif figure is None:
            missing[place] = MISSING.get(symbol, symbol)
        else:
            faults.append(Fault(file, f"value[{place}]", str(figure)[:80], "ssb.not_a_number"))
    return numbers, missing


def _spread(given: Any, count: int) -> dict[int, Any] | None:
    """A list or a map of figures by place; None where it is neither or has a place that is not there."""
    if isinstance(given, list):
        return dict(enumerate(given))
    if isinstance(given, dict) and all(_is_place(key, count) for key in given):
        return {int(key): figure for key, figure in given.items()}
    return None


def _is_place(key: str, count: int) -> bool:
    return key.isdecimal() and len(key) < 12 and int(key) < count


def _number_of_table(data: dict[str, Any], title: str) -> str | None:
    extension = data.get("extension")
    px = extension.get("px") if isinstance(extension, dict) else None
    given = px.get("tableid") if isinstance(px, dict) else None
    if isinstance(given, str) and re.fullmatch(r"\d{5}", given):
        return given
    return found[1] if (found := _TITLE.match(title)) else None


# CSV


def _from_csv(text: str, file: str) -> Export:
    rows = _csv_rows(text, file)
    lengths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    if not lengths:
        raise _refusal(file, "no_table", value=text.strip().splitlines()[0])
    width = max(lengths, key=lambda length: (lengths[length], length))
    start = next(place for place, (_, cells) in enumerate(rows) if len(cells) == width)
    end = max(place for place, (_, cells) in enumerate(rows) if len(cells) == width)
    heading, body = rows[start][1], rows[start + 1 : end + 1]
    faults = [
        Fault(file, str(line), ";".join(cells)[:80], "ssb.row_length", {"found": len(cells), "wanted": width})
        for line, cells in body
        if len(cells) != width
    ]
    twice = [name for name, times in Counter(heading).items() if times > 1]
    faults += [Fault(file, str(rows[start][0]), name, "ssb.heading_twice") for name in twice]
    if not body:
        raise _refusal(file, "no_table", value=";".join(heading))
    if faults:
        raise Faults(faults[:MAX_LISTED])
    stub = _stub_width(heading, [cells for _, cells in body])
    if (count := len(body) * (width - stub)) > MAX_OBSERVATIONS:
        raise _refusal(file, "too_many", count=count, most=MAX_OBSERVATIONS)
    title = " ".join(cells[0] for _, cells in rows[:start] if cells).strip()
    if not title and stub == width - 1 and _TITLE.match(heading[-1]):
        title = heading[-1]
    around = [" ".join(cells) for _, cells in (*rows[:start], *rows[end + 1 :])]
    frame, names = _csv_frame(heading, body, stub, file)
    table = found[1] if (found := _TITLE.match(title)) else None
    updated = next((said[1].strip() for line in around if (said := _DATED.search(line))), "")
    source = next((line for line in around if re.match(r"\s*(kilde|source)\s*:", line, re.IGNORECASE)), "")
    return Export(file, table, title, frame, names, updated, source)


def _csv_rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Rows that hold something, with their line numbers."""
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        first = islice(lines, MAX_OBSERVATIONS + 1)
        rows = [(lines.line_num, [cell.strip() for cell in cells]) for cells in first]
    except csv.Error as error:
        raise _refusal(file, "broken_csv", reason=str(error)[:120]) from error
    if len(rows) > MAX_OBSERVATIONS:
        raise _refusal(file, "too_many", count=len(rows), most=MAX_OBSERVATIONS)
    return [(line, cells) for line, cells in rows if any(cells)]


def _delimiter(text: str) -> str:
    """Semicolon, tab or comma: the one that cuts most of the first lines into equally many cells."""
    sample = [line for line in text[:200_000].splitlines()[:60] if line.strip()]

    def agreement(delimiter: str) -> int:
        lengths = Counter(len(cells) for cells in csv.reader(sample, delimiter=delimiter) if len(cells) > 1)
        return max(lengths.values(), default=0)

    return max((";", "\t", ","), key=agreement)


def _stub_width(heading: list[str], rows: list[list[str]]) -> int:
    """How many columns at the left are dimensions: the figures are the columns after the last of them."""
    stub = len(heading)
    while stub > 1:
        place = stub - 1
        name = heading[place].casefold()
        figures = _TITLE.match(name) or not (name in _TIME_NAMES or name.startswith(_DIMENSION_NAMES))
        if _ENDS.match(heading[place]) or _STARTS.match(heading[place]):
            figures = True
        if not figures or not all(_is_figure(cells[place]) for cells in rows[:2000]):
            break
        stub = place
    return min(stub, len(heading) - 1)


def _is_figure(cell: str) -> bool:
    return cell in MISSING or cell == ZERO or _number(cell) is not None


def _number(cell: str) -> float | None:
    """A number with a decimal comma or point, spaces of any kind between thousands; None where it is none."""
    plain = _SPACES.sub("", cell).replace(MINUS, "-")
    return float(plain.replace(",", ".")) if _NUMBER.match(plain) else None


def _csv_frame(
    heading: list[str], body: list[tuple[int, list[str]]], stub: int, file: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row an observation; headings of figures are parted into a period and a statistical variable."""
    values, missing = _csv_values(heading, body, stub, file)
    width = len(heading) - stub
    columns: dict[str, Any] = {}
    for place, name in enumerate(heading[:stub]):
        texts = np.array([cells[place] for _, cells in body], dtype=object)
        codes, labels = _coded(texts)
        columns[name], columns[f"{name}_code"] = np.repeat(labels, width), np.repeat(codes, width)
    if not (width == 1 and (_TITLE.match(heading[-1]) or heading[-1].casefold() in ("value", "verdi"))):
        parts = [_parted(name) for name in heading[stub:]]
        for place, name in enumerate(("statistikkvariabel", "tid")):
            each = [part[place] for part in parts]
            if any(each) and name not in columns:
                columns[name] = np.tile(np.array(each, dtype=object), len(body))
                columns[f"{name}_code"] = np.full(len(columns[name]), "", dtype=object)
    frame = pd.DataFrame({**columns, "value": values, "missing": missing})
    return frame, {name: name for name in columns if not name.endswith("_code")}


def _csv_values(
    heading: list[str], body: list[tuple[int, list[str]]], stub: int, file: str
) -> tuple[list[float], list[str]]:
    values: list[float] = []
    missing: list[str] = []
    faults: list[Fault] = []
    for line, name, cell in _figures(heading, body, stub):
        figure = 0.0 if cell == ZERO else _number(cell)
        if figure is None and cell not in MISSING:
            faults.append(Fault(file, f"{line}, {name}", cell[:80], "ssb.not_a_number"))
        values.append(math.nan if figure is None else figure)
        missing.append(MISSING.get(cell, "") if figure is None else "")
    if faults:
        raise Faults(faults[:MAX_LISTED])
    return values, missing


def _figures(heading: list[str], body: list[tuple[int, list[str]]], stub: int) -> Iterator[tuple[int, str, str]]:
    for line, cells in body:
        for place in range(stub, len(heading)):
            yield line, heading[place], cells[place]


def _parted(name: str) -> tuple[str, str]:
    """A heading as (statistical variable, period); either may be ""."""
    if found := _STARTS.match(name):
        return found[2] or "", found[1]
    if found := _ENDS.match(name):
        return found[1], found[2]
    return name, ""


def _coded(texts: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Codes and labels of cells such as "5001 Trondheim"; no codes unless every cell has one."""
    distinct = {text: _CODED.match(text) for text in set(texts)}
    if not all(found and found[2][0].isupper() for found in distinct.values()):  # "15-74 år" is all label
        return np.full(len(texts), "", dtype=object), texts
    pairs = {text: (found[1], found[2]) for text, found in distinct.items() if found}
    codes = np.array([pairs[text][0] for text in texts], dtype=object)
    return codes, np.array([pairs[text][1] for text in texts], dtype=object)
