"""How addresses and names of people are kept and compared."""

from __future__ import annotations

import re
import unicodedata

LONGEST_ADDRESS = 254
"""RFC 5321: a path has at most 256 octets, with its two brackets."""
LONGEST_NAME = 120
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")


def address_key(email: str) -> str:
    """An address as it is compared: NFC, small letters; "" for what is no address.

    A sign outside ASCII never becomes one inside it (the Kelvin sign no k): else whoever owns the strange address
    would be taken for the owner of the plain one.
    """
    bare = email.strip()
    if len(bare) > LONGEST_ADDRESS or not bare.isprintable():
        return ""
    if any(not sign.isascii() and _small(sign).isascii() for sign in bare):
        return ""
    small = _small(bare)
    return small if _ADDRESS.fullmatch(small) else ""


def tidy_name(name: str) -> str:
    """A name as it is kept: NFC, one blank between its parts; "" for what is none, or too long."""
    tidy = " ".join(unicodedata.normalize("NFC", name[: 4 * LONGEST_NAME]).split())
    return tidy if tidy.isprintable() and len(tidy) <= LONGEST_NAME else ""


def _small(text: str) -> str:
    """Small letters, NFC; a sign outside ASCII whose small letter is inside is let stand."""
    lowered = ((sign, sign.lower()) for sign in unicodedata.normalize("NFC", text))
    return unicodedata.normalize(
        "NFC", "".join(low if low.isascii() == sign.isascii() else sign for sign, low in lowered)
    )
