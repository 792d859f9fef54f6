"""What is known of a sync that is switched on, or about to be."""

from __future__ import annotations

from dataclasses import dataclass, field

from salesforce_daktela.ui.runs.facts import RunFacts, SyncStanding
from salesforce_daktela.ui.runs.planned import Planned
from salesforce_daktela.ui.runs.reported import MappingReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A run, the ``latest`` or one that was asked for. ``failed`` and ``asking`` are tasks that failed, and that ask.

    ``ledger_trouble`` says why the reports cannot be read.
    """

    run: RunFacts
    latest: bool = True
    reports: tuple[MappingReport, ...] = ()
    failed: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    ledger_trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateFacts:
    """``may_switch`` is the right to edit the DAG, ``may_start`` that to start its runs, ``may_read`` to read them."""

    standing: SyncStanding
    dag_id: str
    may_switch: bool
    may_start: bool
    may_read: bool
    planned: Planned = field(repr=False)
    followed: Followed | None = None
