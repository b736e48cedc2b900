"""How far what is kept between runs still holds: the newest change of the kinds of rows that it was made of.

    newest(db, ("award", "posting"))        # another number once an award or a posting was changed

Kinds are those of the audit, as a rule tables. A number that is the same says that nothing of these kinds was changed
meanwhile, whoever asks in this process; after its start, and for who reads an older state, every change counts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqlite_utils import Database

from data.audit import head

_LOCK = threading.Lock()
_SEEN: dict[str, dict[str, int]] = {}
"""By database: the number of the newest change of each kind since it was first asked; under "" the newest looked at."""
_BEGAN: dict[str, int] = {}


def newest(db: Database, kinds: Iterable[str]) -> int:
    """The number of the newest audited change of any of ``kinds``."""
    (place,) = (path for _, name, path in db.execute("PRAGMA database_list").fetchall() if name == "main")
    last = head(db).seq
    with _LOCK:
        began, seen = _BEGAN.setdefault(place, last), _SEEN.setdefault(place, {})
        if last < seen.get("", began):  # an older state: put back, or read by who began before the newest change
            began = _BEGAN[place] = last
            seen.clear()
        if last > seen.get("", began):
            newer = "SELECT kind, max(seq) FROM audit WHERE seq > ? GROUP BY kind"
            seen.update(db.execute(newer, [seen.get("", began)]).fetchall())
        seen[""] = last
        return max(seen.get(one, began) for one in kinds)
