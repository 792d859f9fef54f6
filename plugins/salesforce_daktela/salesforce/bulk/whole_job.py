"""A Bulk job, started, waited for and read at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError, TransportError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.bulk.refused import failure
from salesforce_daktela.salesforce.client import SalesforceClient

LATE = "it has not ended in time"
PAGE_ROWS = 10_000
PAUSES = (1, 1, 2, 4, 8, 15, 30)
"""Seconds between two status requests; the last one is repeated."""

PATIENCE = timedelta(minutes=10)
"""How long a job of few rows is waited for."""


def read_whole_job(
    client: SalesforceClient, soql: str, schema: SourceSchema, patience: timedelta = PATIENCE
) -> Iterator[pa.Table]:
    """Yield all rows of ``soql``, or none: the job is deleted afterwards, so reading cannot continue in it.

    Raises BulkRefusedError when REST may run what Bulk refuses, fails at or does not end in time, TransportError when
    somebody aborts the job, IntegrityError when Salesforce counts other rows.
    """
    job_id = jobs.create_job(client, soql)
    try:
        told = _wait(client, job_id, patience).records
        pages = [page.table for page in jobs.read_results(client, job_id, schema, locator=None, max_records=PAGE_ROWS)]
        read = sum(page.num_rows for page in pages)
        if told is not None and told != read:
            raise IntegrityError(
                f"Salesforce counts {told} rows in Bulk job {job_id} but {read} arrived",
                where="Salesforce Bulk API",
                advice="nothing was loaded; the next try starts a new job",
            )
        yield from pages
    finally:
        jobs.delete_job(client, job_id)


def _wait(client: SalesforceClient, job_id: str, patience: timedelta) -> jobs.JobStatus:
    """The status of the job that has completed."""
    status, left = jobs.job_status(client, job_id), patience.total_seconds()
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        if status.state not in jobs.RUNNING or left <= 0:
            break
        client.sleep(pause)
        left -= pause
        status = jobs.job_status(client, job_id)
    if status.state == "JobComplete":
        return status
    refused = failure(job_id, status.state, LATE if status.state in jobs.RUNNING else status.error)
    if status.state == "Aborted":
        raise TransportError(refused.what, where=refused.where, advice="the next try starts a new job")
    raise refused
