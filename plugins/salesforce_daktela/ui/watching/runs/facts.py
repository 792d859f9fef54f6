"""The runs of a sync, as they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. ``kind`` is load, compare, plan or terminal; ``state`` is Airflow's, empty for one of a terminal.

    ``states`` are those of its mappings in the ledger, ``counts`` their outcomes, ``calls`` requests to Salesforce.
    """

    kind: str
    dag_id: str
    run_id: str
    state: str
    at: datetime
    ended: datetime | None = None
    mode: str = ""
    states: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsFacts:
    """``runs`` are newest first; ``older`` is the key of the first one on the next page, None on the last."""

    sync: str
    runs: tuple[RunRow, ...] = ()
    older: int | None = None
    first_page: bool = True
    zone: str = "UTC"
    may_read: bool = True
    ledger_trouble: str = ""
