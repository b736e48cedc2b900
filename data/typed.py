"""Numbers as people type them: ``1 234 567,50``, ``12,5``, ``62 %``, ``2,5 mill``, ``2–4``, ``2 / 3 / 4``.

Bokmål and English ways of writing are both read, whatever language the page is in, since people paste from both. What
can be read in two ways, as ``12.500``, is refused with both readings: a figure is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from data.faults import Fault, Faults, shown
from data.numbers import number, percent, significant
from data.phrases import Lang, say

Kind = Literal["amount", "share"]
"""An amount is any number; a share is typed as ``62 %`` or ``0,62`` and kept from 0 to 1."""

_SPACES = "\N{SPACE}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}\t"
_MINUSES = "\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}"
_CURRENCY = re.compile(r"\A(?:kr\.?|nok)\s*|\s*(?:kr\.?|kroner|nok|,-)\Z", re.IGNORECASE)
_SCALES = {"tusen": 3, "thousand": 3, "mill": 6, "million": 6, "millioner": 6, "mrd": 9, "milliarder": 9, "billion": 9}
_SCALE = re.compile(rf"\s*({'|'.join(sorted(_SCALES, key=len, reverse=True))})\.?\Z", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[ .,'])\d{3})(?:(?P=mark)\d{3})*\Z")
_PLAIN = re.compile(r"\d+\Z")
_BETWEEN = re.compile(
    r"\s*(?:\N{EN DASH}|\N{EM DASH}|\.\.\.?|…|(?<=[\d%a-z.])\s*-(?=\s*\d)|\btil\b|\bto\b)\s*", re.IGNORECASE
)
_THREE = re.compile(r"\s*[/;|]\s*")
LONGEST = 60


@dataclass(frozen=True)
class Typed:
    """A number or a range as it was read: ``low`` and ``high`` are None for a plain number."""

    mode: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    middled: bool = False
    """Whether the mode is the middle of two ends that were typed."""

    def written(self, lang: Lang, kind: Kind = "amount") -> str:
        """How it was read, for the person who typed it."""
        say_one = _percent if kind == "share" else _number
        if self.low is None or self.high is None:
            return say_one(self.mode, lang)
        low, mode, high = (say_one(one, lang) for one in (self.low, self.mode, self.high))
        return say("typed.middle" if self.middled else "typed.range", lang, low=low, mode=mode, high=high)


def read_number(text: str, kind: Kind = "amount", *, place: str = "") -> Typed:
    """A number, a range of two (``2–4``; the mode is the middle) or of three (``2 / 3 / 4``: low, likely, high).

    Raises :class:`Faults` with what is wrong and how it can be written.
    """
    whole = text.strip(_SPACES)
    if len(whole) > LONGEST:
        raise _fault("too_long", whole, place)
    three = _THREE.split(whole)
    two = _BETWEEN.split(whole)
    if len(three) == 3:
        low, mode, high = (_one(part, kind, whole, place) for part in _with_unit(three))
        typed = Typed(mode, low, high)
    elif len(three) == 1 and len(two) == 2 and all(two):
        low, high = (_one(part, kind, whole, place) for part in _with_unit(two))
        typed = Typed((low + high) / 2, low, high, middled=True)
    elif len(three) == 1 and len(two) <= 2:
        typed = Typed(_one(whole, kind, whole, place))
    else:
        raise _fault("not_a_number", whole, place)
    if typed.low is not None and typed.high is not None and not typed.low <= typed.mode <= typed.high:
        raise _fault("not_rising", whole, place)
    return typed


def read_amount(text: str, kind: Kind = "amount", *, place: str = "") -> Decimal:
    """One plain number. Raises as :func:`read_number` does, and where a range was typed."""
    typed = read_number(text, kind, place=place)
    if typed.low is not None:
        raise _fault("no_range", text.strip(_SPACES), place)
    return typed.mode


def _with_unit(parts: list[str]) -> list[str]:
    """The unit of the last part serves them all: ``2–4 mill``, ``10–20 %``."""
    unit = re.search(r"(\s*%|\s*[A-Za-zæøå]+\.?)\Z", parts[-1])
    if unit is None:
        return parts
    return [part if re.search(r"[%A-Za-zæøå]", part) else part + unit.group() for part in parts]


def _one(text: str, kind: Kind, whole: str, place: str) -> Decimal:
    rest = _CURRENCY.sub("", text.strip(_SPACES)).strip(_SPACES)
    in_percent = rest.endswith("%")
    rest = rest.removesuffix("%").strip(_SPACES)
    power = 0
    if scale := _SCALE.search(rest):
        power, rest = _SCALES[scale.group(1).lower()], rest[: scale.start()]
    negative = rest[:1] in ("-", *_MINUSES) and len(rest) > 1
    rest = rest[1:].strip(_SPACES) if negative else rest.removeprefix("+")
    value = _digits(rest, whole, place).scaleb(power - (2 if in_percent else 0))
    value = -value if negative else value
    if in_percent and kind != "share":
        raise _fault("no_percent", whole, place)
    if kind == "share" and not in_percent and abs(value) > 1:
        raise _fault("share", whole, place, percent=f"{rest} %", share=_number(value / 100, "nb"))
    return value


def _digits(text: str, whole: str, place: str) -> Decimal:
    """The number that digits and their marks stand for."""
    plain = "".join(" " if sign in _SPACES else sign for sign in text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if not plain.isascii():
        raise _fault("not_a_number", whole, place)
    if _PLAIN.match(plain):
        return Decimal(plain)
    grouped = _GROUPED.match(plain)
    mark = grouped["mark"] if grouped else ""
    if grouped and mark in (".", ",") and plain.count(mark) == 1 and not plain.startswith("0"):
        digits = plain.replace(mark, "")
        head, _, tail = plain.partition(mark)
        decimal = f"{head},{tail}".rstrip("0").rstrip(",")
        raise _fault("ambiguous", whole, place, thousands=_number(Decimal(digits), "nb"), decimal=decimal)
    if grouped and not (mark in (".", ",") and plain.count(mark) == 1):
        return Decimal(plain.replace(mark, ""))
    head, point, tail = _split_at_point(plain)
    if point and _PLAIN.match(tail) and (_PLAIN.match(head) or ((g := _GROUPED.match(head)) and g["mark"] != point)):
        return Decimal(re.sub(r"[ .,']", "", head) + "." + tail)
    raise _fault("not_a_number", whole, place)


def _split_at_point(text: str) -> tuple[str, str, str]:
    """The text before and after the last point or comma, and which it was."""
    at = max(text.rfind("."), text.rfind(","))
    return (text[:at], text[at], text[at + 1 :]) if at > 0 else (text, "", "")


def _number(value: Decimal, lang: Lang) -> str:
    exponent = value.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return number(float(value), lang, decimals) if decimals <= 6 else significant(float(value), lang, 6)


def _percent(value: Decimal, lang: Lang) -> str:
    exponent = (value * 100).normalize().as_tuple().exponent
    return percent(float(value), lang, min(6, max(0, -exponent)) if isinstance(exponent, int) else 0)


def _fault(code: str, text: str, place: str, **figures: object) -> Faults:
    return Faults([Fault("", place, shown(text), f"typed.{code}", figures)])
