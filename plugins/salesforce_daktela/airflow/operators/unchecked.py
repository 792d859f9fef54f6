"""The reports of a run that its first task has deferred: no later task has what it needs to make them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from salesforce_daktela.airflow.failures import deferral_reason
from salesforce_daktela.errors import PipelineError

if TYPE_CHECKING:
    from salesforce_daktela.airflow.task_run import TaskRun
    from salesforce_daktela.ledger.ledger import Ledger

log = logging.getLogger(__name__)


@contextmanager
def reporting_deferral(run: TaskRun, ledger: Ledger, *, started: datetime, begun: datetime) -> Iterator[None]:
    """Save a report of each mapping at a failure that defers the run.

    The run has ``started`` now; it is there since ``begun``, and what it has written before it was cleared counts.

    A report says nothing about either system, so nobody has to know yet whether the ledger is that of these systems.
    """
    try:
        yield
    except PipelineError as exc:
        reason = deferral_reason(exc)
        if reason:
            _save(run, ledger, started, begun, reason)
        raise


def _save(run: TaskRun, ledger: Ledger, started: datetime, begun: datetime, reason: str) -> None:
    from salesforce_daktela.steps.reconcile.report import settle_deferred
    from salesforce_daktela.steps.settle.settle import settle_unwritten

    try:
        for mapping in run.spec.mappings:
            if not run.request.selects(mapping.name):
                continue
            if run.request.compares:
                settle_deferred(
                    run.spec,
                    run.request,
                    ledger,
                    mapping.name,
                    run_id=run.run_id,
                    started=started,
                    deferred=reason,
                )
            else:
                settle_unwritten(
                    run.spec,
                    mapping,
                    run.request,
                    ledger,
                    run_id=run.run_id,
                    state="deferred",
                    started=started,
                    begun=begun,
                    extraction={"deferred": reason},
                )
    except PipelineError as exc:
        # Trying again would cost calls that nobody has.
        log.warning("the reports could not be saved (%s)", type(exc).__name__)
