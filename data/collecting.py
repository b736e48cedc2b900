"""Python's search for cycles put off while much is read or stored: many small objects set it off again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_within = 0
_was = False


@contextmanager
def no_collecting() -> Iterator[None]:
    """Put the search off for the block, in all threads, since Python has one search.

    It goes on, where it was on, when the last of those who put it off is done. What has no cycles is freed meanwhile.
    """
    global _within, _was
    with _LOCK:
        if not _within:
            _was = gc.isenabled()
            gc.disable()
        _within += 1
    try:
        yield
    finally:
        with _LOCK:
            _within -= 1
            if _was and not _within:
                gc.enable()
