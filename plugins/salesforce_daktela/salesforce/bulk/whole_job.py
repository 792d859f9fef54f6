"""A Bulk job of few rows, started, waited for and read at once."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError, TransportError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.client import SalesforceClient

PAGE_ROWS = 10_000
PAUSES = (1, 1, 2, 4, 8, 15, *[30] * 20)
"""Seconds between two status requests for a job of few rows: ten minutes in total."""


def read_whole_job(client: SalesforceClient, soql: str, schema: SourceSchema) -> Iterator[pa.Table]:
    """Yield all rows of ``soql``, or none: the job is deleted afterwards, so reading cannot continue in it.

    Raises BulkRefusedError when only REST can run this query, TransportError when the job does not complete in time,
    IntegrityError when Salesforce counts other rows.
    """
    job_id = jobs.create_job(client, soql)
    try:
        told = _wait(client, job_id).records
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


def _wait(client: SalesforceClient, job_id: str) -> jobs.JobStatus:
    """The status of the job that has completed."""
    status = jobs.job_status(client, job_id)
    for pause in PAUSES:
        if status.state not in jobs.RUNNING:
            break
        client.sleep(pause)
        status = jobs.job_status(client, job_id)
    if status.state != "JobComplete":
        raise TransportError(
            f"Bulk job {job_id} for few rows is {status.state}: {status.error or 'no reason given'}",
            where="Salesforce Bulk API",
            advice="the next try starts a new job",
        )
    return status
