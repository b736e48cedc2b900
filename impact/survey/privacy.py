"""Whether a text that someone wrote tells who they are: telephone, e-mail, birth number, name, handle.

Signs, not proof: what is found is shown to a person, who decides. Amounts, years, dates and numbers of people are no
signs; eight digits are a telephone number only as Norwegians write one. No text is kept or logged here.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Literal, get_args

from stdnum.no import fodselsnummer

Personal = Literal["email", "phone", "birth_number", "name", "handle"]
PERSONAL: tuple[Personal, ...] = get_args(Personal)

_SIGNS = (
    "@", "(at)", "[at]", "navn", "heter", "heiter", "name", "am called", "mvh", "hilsen", "regards", "insta", "snap",
    "tiktok", ".com/",
)  # fmt: skip
_SIX = re.compile(r"\d(?:\D{0,3}\d){5}")
"""What every sign has somewhere in it, or six digits; a text without is done with at once."""
_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|[(\[]at[)\]])\s?[\w-]{1,63}(?:\.[\w-]{1,63})*\.[A-Za-z]{2,24}\b", re.IGNORECASE
)
_ELEVEN = re.compile(r"(?<![\d+])\d{6}[ -]?\d{5}(?!\d)")
_EIGHT = re.compile(
    r"(?<![\d.,/+-])(?<!\d )(?:\d{8}|\d{3}[ .-]\d{2}[ .-]\d{3}|\d{2}(?:[ .-]\d{2}){3})(?!\d|[.,/-]\d| \d)"
)
_LED = re.compile(
    r"(?:(?:\+|\b00)\s?47|\b(?:tlf|telefon\w*|mobil\w*|mob|phone|tel|ring)\b[ .:]{0,3}(?:meg |me |på |nr\.? |on ){0,2})"
    r"[ .-]?\(?(?:\d[ .-]?){7}\d(?!\d)",
    re.IGNORECASE,
)
"""Eight digits in any grouping, where the country's code or a word says that they are a telephone number."""
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)\s?[1-9](?:[ ().-]{0,2}\d){8,14}(?!\d)")
_MONEY_AFTER = re.compile(r"\s*(?:kr\b|kroner|nok\b|,-|mill|%|€|eur|usd|stk|personer|people|besøk)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:kr\.?|nok|€|\$)\s*\Z", re.IGNORECASE)
_WORD = r"[A-ZÆØÅÄÖ][a-zæøåäöéèü]+(?:-[A-ZÆØÅÄÖ][a-zæøåäö]+)?"
_SAID = re.compile(
    r"\b(?:mitt navn er|navnet mitt er|jeg heter|eg heiter|my name is|my name's|i am called)\s+[^\W\d_]{2,}",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"\b(?i:mvh|hilsen|regards)\b[,.:!\s]{{1,3}}(?i:fra |from )?{_WORD} {_WORD}")
_NUMBERED = re.compile(rf"\b{_WORD}(?: {_WORD}){{1,2}}[,:;]?\s+(?:\(|[Nn]r\.? )?\d(?:[ -]?\d){{5,}}")
_HANDLE = re.compile(
    r"(?<![\w.@])@[A-Za-z_][\w.]{2,29}"
    r"|\b(?:facebook|instagram|tiktok|twitter|x|snapchat|linkedin|fb)\.com/[\w.@/-]{2,}"
    r"|\b(?:insta(?:gram)?|snap(?:chat)?|tiktok)\s?[:=]\s?@?[\w.]{3,}",
    re.IGNORECASE,
)


def looks_personal(text: str) -> tuple[str, ...]:
    """The kinds (:data:`PERSONAL`) of what looks as if it tells who someone is, each once; empty where nothing does."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    small = plain.lower()
    if not any(sign in small for sign in _SIGNS) and not _SIX.search(plain):
        return ()
    plain = " ".join(plain.split())
    found: dict[Personal, bool] = {
        "email": bool(_EMAIL.search(plain)),
        "phone": _has_phone(plain),
        "birth_number": any(fodselsnummer.is_valid(one.group()) for one in _ELEVEN.finditer(plain)),
        "name": bool(_SAID.search(plain) or _SIGNED.search(plain)) or _counted(plain, _NUMBERED),
        "handle": bool(_HANDLE.search(plain)),
    }
    return tuple(kind for kind in PERSONAL if found[kind])


def _has_phone(text: str) -> bool:
    eight = (one for one in _EIGHT.finditer(text) if _dials(one.group()) and not _is_amount(text, one))
    return bool(_LED.search(text)) or any(eight) or _counted(text, _ABROAD)


def _dials(text: str) -> bool:
    """Whether eight digits can be a Norwegian telephone number, and aren't a date."""
    digits = re.sub(r"\D", "", text)
    return digits[0] in "2345679" and not any(_is_day(digits, order) for order in ("%Y%m%d", "%d%m%Y"))


def _is_day(digits: str, order: str) -> bool:
    try:
        return 1900 <= dt.datetime.strptime(digits, order).year <= 2100
    except ValueError:
        return False


def _counted(text: str, sign: re.Pattern[str]) -> bool:
    """Whether ``sign`` stands anywhere but at an amount of money or a number of something."""
    return any(not _is_amount(text, one) for one in sign.finditer(text))


def _is_amount(text: str, found: re.Match[str]) -> bool:
    return bool(
        _MONEY_AFTER.match(text, found.end()) or _MONEY_BEFORE.search(text, max(0, found.start() - 8), found.start())
    )
