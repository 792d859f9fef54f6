"""Abort Bulk jobs that no task waits for: an org allows only a limited number at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.client import SalesforceClient

log = logging.getLogger(__name__)


def abandon(
    ledger: Ledger, salesforce: Callable[[], SalesforceClient], *, sync: str, run_id: str, mapping: str
) -> None:
    """Delete the job of an extraction that has failed for good; its next try starts a new one."""
    checkpoint = ledger.checkpoints.read(sync, run_id, mapping)
    if checkpoint is None or checkpoint.finished or checkpoint.job_id is None:
        return
    jobs.delete_job(salesforce(), checkpoint.job_id)
    ledger.checkpoints.clear(sync, run_id, mapping)


def sweep_jobs(spec: SyncSpec, ledger: Ledger, salesforce: SalesforceClient, *, now: datetime) -> int:
    """Abort jobs that still run after ``bulk_timeout``: the task that started them has died. Return how many.

    ``now`` is Salesforce's clock. A job that has ended uses none of the limit, and may still be read. When Salesforce
    refuses to say, the next run asks again: no run is deferred or fails because of another one's job.
    """
    aborted = 0
    for checkpoint in ledger.checkpoints.with_jobs(spec.name, read_before=now - spec.limits.bulk_timeout):
        if checkpoint.job_id is not None and _runs(salesforce, checkpoint.job_id):
            jobs.delete_job(salesforce, checkpoint.job_id)
            ledger.checkpoints.clear(spec.name, checkpoint.run_id, checkpoint.mapping)
            aborted += 1
    return aborted


def _runs(salesforce: SalesforceClient, job_id: str) -> bool:
    try:
        return jobs.is_running(salesforce, job_id)
    except PipelineError as exc:
        log.warning("whether Bulk job %s of an earlier run has ended is not known: %s", job_id, exc)
        return False
