"""Organisation numbers and bank accounts as people write them, checked by their check digits.

Both are kept as plain digits and shown in groups, as in 940 155 223 and 1813 64 45320. The sums (modulus 11) are those
of python-stdnum: http://www.brreg.no/english/coordination/number.html.
"""

from __future__ import annotations

import re

from stdnum.no import kontonr, orgnr

from data.faults import Fault, Faults, shown
from data.numbers import HARD_SPACE

_VAT = re.compile(r"\A(?:NO)?(.*?)(?:MVA)?\Z", re.IGNORECASE | re.DOTALL)
_MARKS = re.compile(r"[\s.\-\N{EN DASH}]+")
ORGANISATION_DIGITS = 9
ACCOUNT_DIGITS = 11


def organisation_number(text: str, *, file: str = "", place: str = "") -> str:
    """The nine digits of an organisation number: ``940 155 223``, ``NO940155223MVA``.

    Raises :class:`Faults` for what has other signs, another length or a wrong check digit.
    """
    bare = _MARKS.sub("", text)
    digits = _VAT.sub(r"\1", bare)
    _check(text, digits, ORGANISATION_DIGITS, "organisation", file, place)
    if not orgnr.is_valid(digits):
        raise Faults([Fault(file, place, shown(text), "identifier.organisation.check_digit")])
    return digits


def bank_account(text: str, *, file: str = "", place: str = "") -> str:
    """The eleven digits of a Norwegian bank account: ``1813 64 45320``, ``1813.64.45320``.

    The old numbers of the post's bank, of seven digits, are refused: payments go to eleven. Raises :class:`Faults` as
    :func:`organisation_number` does.
    """
    digits = _MARKS.sub("", text)
    _check(text, digits, ACCOUNT_DIGITS, "account", file, place)
    if digits.startswith("0000") or not kontonr.is_valid(digits):
        raise Faults([Fault(file, place, shown(text), "identifier.account.check_digit")])
    return digits


def shown_organisation(digits: str) -> str:
    """``940155223`` as ``940 155 223``, with spaces that don't break."""
    return HARD_SPACE.join((digits[:3], digits[3:6], digits[6:]))


def shown_account(digits: str) -> str:
    """``18136445320`` as ``1813 64 45320``, with spaces that don't break."""
    return HARD_SPACE.join((digits[:4], digits[4:6], digits[6:]))


def _check(text: str, digits: str, length: int, what: str, file: str, place: str) -> None:
    if not (digits.isascii() and digits.isdigit()):
        raise Faults([Fault(file, place, shown(text), f"identifier.{what}.signs")])
    if len(digits) != length:
        raise Faults([Fault(file, place, shown(text), f"identifier.{what}.length", {"count": len(digits)})])
