"""Files that a page makes for its visitor wait in the server's memory, at an address that only that page is told.

Streamlit asks nobody who fetches them, and makes the address a plain digest of the content, of parts of it where the
file is large: who could tell what is in a file would have its address, and two large lists that differ in their midst
would have the same one, so that the second visitor was given the first one's. Here it is a digest of all that the file
is, by a key that is new at each start.
"""

from __future__ import annotations

import hashlib
import secrets

from streamlit.runtime import memory_media_file_storage as storage

_KEY = secrets.token_bytes(32)


def file_id(data: bytes, mimetype: str, filename: str | None = None) -> str:
    """128 bits that nobody can compute without this process's key."""
    digest = hashlib.blake2b(key=_KEY, digest_size=16)
    for part in (mimetype.encode(), (filename or "").encode(), data):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def hide_addresses() -> None:
    """Let Streamlit name files so, from now on."""
    storage._calculate_file_id = file_id
