"""KID, the number on a Norwegian invoice by which the payee knows who has paid what.

    kid("1000 0192 8231")   # "100001928231"

The last sign is a check digit, by modulus 10 (Luhn's) or modulus 11, as the payee has agreed with its bank; we can't
know which, so that either will do. Source: Mastercard Payment Services Norge, «KID», for both methods (there 4 to 25
digits); other banks' and systems' pages say from 2, and what we pay is others' invoices: 2 to 25 are taken.
"""

from __future__ import annotations

import re

from stdnum import luhn

from data.faults import Fault, Faults, shown

LONGEST = 25
_KID = re.compile(rf"[0-9]{{1,{LONGEST - 1}}}[0-9-]")


def kid(text: str, *, file: str = "", place: str = "") -> str:
    """A KID as people write it, without its spaces. Raises :class:`Faults` for what can't be one."""
    bare = "".join(text.split())
    if not is_kid(bare):
        raise Faults([Fault(file, place, shown(text), "payment.kid", {"longest": LONGEST})])
    return bare


def is_kid(text: str) -> bool:
    """Whether ``text`` can be a KID: digits without spaces, the last of them right by modulus 10 or 11."""
    return bool(_KID.fullmatch(text)) and (luhn.is_valid(text) or text[-1] == modulus_11(text[:-1]))


def modulus_11(digits: str) -> str:
    """The check digit of ``digits``: weights 2 to 7 over and over from the right, and "-" where it would be ten."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits)))
    return "0123456789-0"[11 - total % 11]
