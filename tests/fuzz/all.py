"""Every target by its name, and every bomb."""

from __future__ import annotations

from fuzz import bombs, files, stores, values

TARGETS = {one.name: one for one in (*files.TARGETS, *values.TARGETS, *stores.TARGETS)}
BOMBS = bombs.BOMBS
