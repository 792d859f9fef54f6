"""The open rejects of a sync, as they were asked for and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ledger.records.entries import OpenReason
from salesforce_daktela.ledger.waiting.reject_pages import ListedReject
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.watching.instances import UNKNOWN, Instances

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; empty pieces do not narrow. ``older_than`` is in hours, 0 for any age."""

    mapping: str = ""
    code: str = ""
    field: str = ""
    id: str = ""
    older_than: int = 0
    run: str = ""
    after: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves any reject out."""
        return bool(self.mapping or self.code or self.field or self.id or self.older_than or self.run)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectsFacts:
    """``reasons`` are those of the whole sync, None where the ledger cannot tell; ``more`` is whether a page follows.

    ``paused`` is whether the sync's DAG is off, None where it has none; ``under_way`` is a run that has not ended.
    ``id_unknown`` is whether the Id that is asked for is none.
    """

    sync: str
    now: datetime
    zone: str
    asked: Asked
    reasons: tuple[OpenReason, ...] | None = None
    rows: tuple[ListedReject, ...] = ()
    more: bool = False
    id_unknown: bool = False
    may_start: bool = False
    paused: bool | None = None
    under_way: RunFacts | None = None
    instances: Instances = UNKNOWN
    ledger_trouble: str = ""
