"""One run of a sync, as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.sync.traffic import Traffic
from salesforce_daktela.ui.runs.facts import RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """How far a mapping has come that has no report yet. ``read`` are rows; ``all_read`` is whether that is all.

    ``loaded`` are rows of parts that are done, ``load`` the requests so far, None before the first ones.
    """

    mapping: str
    read: int = 0
    all_read: bool = False
    loaded: int = 0
    load: Traffic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A run that its first task has ended. ``failure`` has ``kind``, ``what``, ``where`` and ``advice`` where it told.

    ``deferred`` is the limit that was reached, empty for none.
    """

    failure: Mapping[str, Any] | None = None
    deferred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPageFacts:
    """``run`` is None for one that was started in a terminal. ``reports`` are dicts as the ledger keeps them.

    ``run_id`` is Airflow's id, ``kept`` the one in ledger and staging. ``tasks`` are id, map index and state. ``spec``
    is None where the files cannot be read now.
    """

    sync: str
    run_id: str
    kept: str
    now: datetime
    run: RunFacts | None = None
    spec: SyncSpec | None = None
    reports: tuple[Mapping[str, Any], ...] = ()
    underway: tuple[Underway, ...] = ()
    tasks: tuple[tuple[str, int, str], ...] = ()
    stopped: Stopped | None = None
    ledger_trouble: str = ""
    may_read: bool = True
    zone: str = field(default="UTC")
