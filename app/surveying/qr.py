"""The address of a survey's public form, and the QR code that leads there."""

from __future__ import annotations

import io
import os

import segno


def answer_address(here: str, code: str) -> str:
    """The whole address of the form: below ``RINGVIRK_URL``, where people reach the program, else below ``here``."""
    base = os.environ.get("RINGVIRK_URL", "") or here
    return f"{base.rstrip('/')}/svar/{code}"


def qr_svg(address: str) -> str:
    """The QR code as SVG, black on white with its quiet zone, in modules: as large as it is shown.

    A quarter of it may be soiled (error correction Q), since it hangs where people walk.
    """
    out = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(out, kind="svg", xmldecl=False, omitsize=True, dark="#000", light="#fff", border=4)
    return out.getvalue().decode()
