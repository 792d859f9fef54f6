"""What the page of comparisons knows: the DAG, the run it shows, and what comparisons have found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.syncs.facts import DagFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one mapping's comparison has found, as its report tells.

    ``daktela`` and ``daktela_calls`` are None in reports of earlier releases, ``salesforce_calls`` where they were not
    counted. ``failure`` is what failed in a repair, ``deferred`` the limit that was reached; both may be empty.
    """

    run_id: str
    mapping: str
    mode: str
    state: str
    started: datetime | None
    finished: datetime | None
    salesforce: int
    daktela: int | None
    counts: Mapping[str, int]
    samples: Mapping[str, Sequence[str]]
    repaired: Mapping[str, int]
    left_out: Sequence[str]
    reasons: Sequence[str]
    answered_by: str
    failure: str
    deferred: str
    salesforce_calls: int | None
    daktela_calls: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileFacts:
    """``dag`` is None where Airflow has no DAG that compares. ``run`` is the run that is shown, ``found`` what it has
    found so far, ``latest`` whether there is none after it; ``asks`` is whether it waits for an answer. ``busy`` is
    whether any comparison is under way.

    ``history`` are comparisons, newest first. ``known`` are entries of the ledger by mapping, where one was never
    compared. ``trouble`` says why the ledger does not tell.
    """

    sync: str
    dag_id: str
    zone: str
    spec: SyncSpec | None
    dag: DagFacts | None
    may_start: bool
    may_switch: bool
    may_read: bool
    may_see_records: bool
    run: RunFacts | None
    latest: bool
    busy: bool
    asks: bool
    found: tuple[Compared, ...]
    history: tuple[Compared, ...]
    known: Mapping[str, int]
    trouble: str
