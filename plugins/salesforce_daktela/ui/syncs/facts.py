"""What is known of the syncs, as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class DagFacts:
    """A sync's DAG as Airflow has it. ``next_run`` is in UTC, None where nothing is planned.

    ``files`` is the fingerprint of the files it was made from, None where it does not say.
    """

    paused: bool
    next_run: datetime | None
    files: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The latest run of a sync's DAG: Airflow's id, state and moment (UTC), and the ledger's counts by outcome.

    ``unwritten`` is ``deferred``, ``declined`` or ``planned`` where the ledger says so of a part of it, else empty.
    """

    run_id: str
    state: str
    at: datetime
    unwritten: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFacts:
    """One sync. Without ``spec`` its files have ``problems``, or are not here where it has none.

    ``files`` is the fingerprint of its files. ``edit`` is whether the person may change it, ``draft`` whether he has
    changes of it that are not saved.
    """

    name: str
    dag_id: str
    spec: SyncSpec | None = None
    problems: tuple[MappingProblem, ...] = ()
    dag: DagFacts | None = None
    last_run: LastRun | None = None
    files: str | None = None
    edit: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncsFacts:
    """All syncs that the user may see.

    ``others`` is whether there are more. ``folder_trouble`` and ``ledger_trouble`` say why one of them cannot be read.
    """

    folder: str
    syncs: tuple[SyncFacts, ...] = ()
    others: bool = False
    folder_trouble: str = ""
    ledger_trouble: str = ""
