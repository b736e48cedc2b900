"""The operator's work from a page: checks and backups, for those who may."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.backup import Backup, backups, make_backup
from data.check import Finding, around, within
from data.permission import Actor, require
from data.store import Store


@dataclass(frozen=True)
class Kept:
    """A backup that is kept: its name, and when it was made (ISO 8601, UTC)."""

    name: str
    at: str


def findings(store: Store, actor: Actor) -> list[Finding]:
    """What a check finds in the database. Reads every row; needs ``operations.read``."""
    require(actor, "operations.read")
    return within(store.folder)


def findings_around(store: Store, actor: Actor) -> list[Finding]:
    """What a check finds beside the database: room and backups. Needs ``operations.read``."""
    require(actor, "operations.read")
    return around(store.folder)


def kept_backups(store: Store, actor: Actor) -> list[Kept]:
    """The backups in the data folder, newest first. Needs ``operations.read``."""
    require(actor, "operations.read")
    made = ((path, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)) for path in backups(store.folder))
    return sorted((Kept(path.name, at.isoformat()) for path, at in made), key=lambda one: one.at, reverse=True)


def backup_now(store: Store, actor: Actor) -> Backup:
    """Make a backup and verify it by opening it. Needs ``operations.run``; raises StoreFault where it can't be made."""
    require(actor, "operations.run")
    return make_backup(store.folder)
