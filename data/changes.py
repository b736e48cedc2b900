"""How far what is kept between runs still holds: the newest change of the kinds of rows that it was made of.

    newest(db, ("award", "posting"))        # another number once an award or a posting was changed

Kinds are those of the audit, as a rule tables. A number that is the same says that nothing of these kinds was changed
meanwhile, whoever asks in this process; after its start, and for who reads an older state, every change counts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from data.audit import head

_LOCK = threading.Lock()


@dataclass
class _Seen:
    """What is known of a database: its newest change when it was first asked, the newest looked at, and each kind's."""

    began: int
    last: int
    kinds: dict[str, int]


_SEEN: dict[str, _Seen] = {}


def newest(db: Database, kinds: Iterable[str]) -> int:
    """The number of the newest audited change of any of ``kinds``."""
    (place,) = (path for _, name, path in db.execute("PRAGMA database_list").fetchall() if name == "main")
    last = head(db).seq
    with _LOCK:
        seen = _SEEN.get(place)
        if seen is None or last < seen.last:  # asked first; or put back, or read by who began before the newest change
            seen = _SEEN[place] = _Seen(last, last, {})
        if last > seen.last:
            newer = "SELECT kind, max(seq) FROM audit WHERE seq > ? GROUP BY kind"
            seen.kinds.update(db.execute(newer, [seen.last]).fetchall())
            seen.last = last
        return max(seen.kinds.get(one, seen.began) for one in kinds)
