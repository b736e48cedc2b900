"""Why an application may be supported under the rules for state aid: one ground for each, in four kinds.

No aid: at least one of the six conditions for state aid isn't met, and each is answered. De minimis: counted against
the ceiling (:mod:`fund.state_aid.aid`). Block exemption: under an article that is named; its thresholds were not found,
and no amount is held against it. Market purchase: the fund buys something at its price, and says what and why so much.
Source of the six:
https://www.regjeringen.no/no/tema/naringsliv/konkurransepolitikk/regler-om-offentlig-stotte-listeside/
offentlig-stotte-generell-innforing-i-re/id430130/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store

GroundKind = Literal["no_aid", "de_minimis", "block_exemption", "market_purchase"]
GROUND_KINDS: tuple[GroundKind, ...] = get_args(GroundKind)
CONDITIONS = ("advantage", "public_funds", "undertaking", "selective", "distorts", "affects_trade")
"""The six, all of which state aid meets."""


@dataclass(frozen=True)
class AidGround:
    """The ground of one application. ``conditions`` says of each of the six whether it is met, for «no aid»."""

    kind: GroundKind
    ground: str
    article: str = ""
    conditions: Mapping[str, bool] = field(default_factory=dict)
    version: int = 0

    @property
    def counts(self) -> bool:
        """Whether the award is aid that counts against the ceiling."""
        return self.kind == "de_minimis"

    def faults(self) -> list[Fault]:
        """What is lacking or at odds in it."""
        found = []
        if self.kind not in GROUND_KINDS:
            found.append(Fault("", "kind", shown(self.kind), "aid.choice", {"known": ", ".join(GROUND_KINDS)}))
        if not self.ground.strip():
            found.append(Fault("", "ground", "", "aid.no_ground"))
        if self.kind == "block_exemption" and not self.article.strip():
            found.append(Fault("", "article", "", "aid.no_article"))
        if self.kind == "no_aid":
            lacking = [one for one in CONDITIONS if not isinstance(self.conditions.get(one), bool)]
            if lacking or set(self.conditions) - set(CONDITIONS):
                found.append(Fault("", "conditions", "", "aid.six", {"count": len(lacking)}))
            elif all(self.conditions.values()):
                found.append(Fault("", "conditions", "", "aid.all_six_met"))
        return found


def set_aid_ground(store: Store, actor: Actor, application: int, ground: AidGround) -> int:
    """Set or change the ground of an application; its new version. ``ground.version`` is the one that was read, or 0.

    Needs ``aid.write``. Raises :class:`Faults` for what is lacking, :class:`data.store.Conflict` where it was changed.
    """
    require(actor, "aid.write")
    faults = ground.faults()
    with store.write(actor.id, "aid.ground") as write:
        found = write.db.execute("SELECT id FROM aid_ground WHERE application = ?", (application,)).fetchone()
        if found and not ground.version:
            faults.append(Fault("", "application", str(application), "aid.ground_taken"))
        if faults:
            raise Faults(faults)
        row = {
            "application": application,
            "kind": ground.kind,
            "conditions": json.dumps(dict(ground.conditions), sort_keys=True),
            "article": ground.article.strip(),
            "ground": ground.ground.strip(),
        }
        if found:
            return write.update_row("aid_ground", found[0], ground.version, row)
        write.insert("aid_ground", row)
        return 1


def aid_ground(db: Database, application: int) -> AidGround | None:
    """The ground of an application; None where it has none yet."""
    query = "SELECT kind, ground, article, conditions, version FROM aid_ground WHERE application = ?"
    row = db.execute(query, (application,)).fetchone()
    return AidGround(row[0], row[1], row[2], json.loads(row[3]), row[4]) if row else None


def ground_name(kind: GroundKind, lang: Lang) -> str:
    """What a kind of ground is called."""
    return say(f"aid.ground_kind.{kind}", lang)


def condition_name(condition: str, lang: Lang) -> str:
    """One of the six conditions in words."""
    return say(f"aid.condition.{condition}", lang)
