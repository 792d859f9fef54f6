"""The waiting children of a sync, as they were asked for and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ledger.waiting.parked_pages import ListedParked, ParkedCause
from salesforce_daktela.ui.watching.instances import UNKNOWN, Instances

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; empty pieces do not narrow. ``parent`` is a mapping, ``id`` of child or parent."""

    mapping: str = ""
    parent: str = ""
    cause: str = ""
    id: str = ""
    after: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves any child out."""
        return bool(self.mapping or self.parent or self.cause or self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedFacts:
    """``causes`` are those of the whole sync, None where the ledger cannot tell; ``more`` is whether a page follows.

    ``children`` counts each child once. ``id_unknown`` is whether the Id that is asked for is none.
    """

    now: datetime
    asked: Asked
    causes: tuple[ParkedCause, ...] | None = None
    children: int = 0
    rows: tuple[ListedParked, ...] = ()
    more: bool = False
    id_unknown: bool = False
    instances: Instances = UNKNOWN
    ledger_trouble: str = ""
