"""A case as it is open on the screen: who looks at it, and the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.deed import Fields, fields
from app.visit import Visit
from fund.review.cases import CaseFile


@dataclass(frozen=True)
class Opened:
    """A case that the visitor may read, as it stood when the page was drawn."""

    visit: Visit
    case: CaseFile

    @property
    def id(self) -> int:
        return self.case.application.id

    @property
    def version(self) -> int:
        """The version that the page shows: what is done is done to that one."""
        return self.case.application.version

    @property
    def state(self) -> str:
        return self.case.application.state

    @property
    def officer(self) -> bool:
        """Whether the visitor handles cases."""
        return self.visit.may("case.handle")

    def say(self, key: str, /, **figures: Any) -> str:
        return self.visit.say(key, **figures)

    def form(self, name: str, *names: str, given: dict[str, Any] | None = None) -> Fields:
        """A small form of this case."""
        return fields(self.visit, f"case_{self.id}_{name}", *names, given=given or {})
