"""Bulk API 2.0 queries: create, watch, download, abort, delete."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from salesforce_daktela.errors import IntegrityError, PipelineError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.result_reader import ResultPage, ResultReader
from salesforce_daktela.salesforce.client import SalesforceClient, decode_json
from salesforce_daktela.salesforce.wire.error_codes import CodeKind, folded
from salesforce_daktela.salesforce.wire.errors import (
    BulkJobGoneError,
    BulkRefusedError,
    QueryTimeoutError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
    shown,
)

__all__ = [
    "BulkJobGoneError",
    "BulkRefusedError",
    "JobStatus",
    "ResultPage",
    "abort_job",
    "create_job",
    "delete_job",
    "job_status",
    "read_results",
]

log = logging.getLogger(__name__)

JOB_ID = re.compile(r"[A-Za-z0-9]{1,20}")
UNKNOWN_JOB = folded("INVALID_JOB")
RUNNING = ("UploadComplete", "InProgress")
REFUSALS = (
    "not supported in bulk",
    "not supported by the bulk api",
    "does not support query",
    "implementation restriction",
    "max bulk v2 query",
    "async api not enabled",
)
"""Parts of messages: Salesforce has no error code for these refusals."""

OF_BULK = (CodeKind.BULK, CodeKind.TIMEOUT, CodeKind.PERMISSION, CodeKind.REQUEST, None)
"""Kinds of refusals that may be Bulk's alone. If they are not, REST refuses the query as well, and says why."""

WITHOUT_JOBS = tuple(folded(code) for code in ("NOT_FOUND", "INVALID_URL", "INVALID_TYPE_FOR_OPERATION"))
"""The codes of an org, or of an object, that has no jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """``state`` is Salesforce's name of the state; ``records`` is its count, None before the end.

    ``error`` is Salesforce's reason for a failed job on one line, empty when it gave none.
    """

    state: str
    records: int | None
    error: str


def create_job(client: SalesforceClient, soql: str) -> str:
    """Start a job that reads the same rows as ``rest.read_rest``, and return its id.

    Raises BulkRefusedError when REST may run what Bulk does not.
    """
    order = {
        "operation": "queryAll",
        "query": soql,
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    where = f"Salesforce POST {client.data_path}/jobs/query"
    try:
        body = decode_json(client.request("POST", f"{client.data_path}/jobs/query", json=order), where)
    except (SalesforceRefusedError, QueryTimeoutError) as exc:
        if _of_bulk(exc):
            raise BulkRefusedError(exc.what, code=exc.code, status=exc.status, where=exc.where) from exc
        raise
    if not isinstance(body, dict) or not JOB_ID.fullmatch(str(body.get("id") or "")):
        raise IntegrityError(
            "the reply names no job", where=where, advice="try again; a job without an id expires by itself"
        )
    return str(body["id"])


def _of_bulk(exc: SalesforceRefusedError | QueryTimeoutError) -> bool:
    """Whether REST may do what Bulk refuses; a session, an address or a query that is wrong is so for both."""
    if exc.status == 401 or exc.status < 400:
        return False
    told = exc.what.casefold()
    return exc.kind in OF_BULK or folded(exc.code) in WITHOUT_JOBS or any(refusal in told for refusal in REFUSALS)


def job_status(client: SalesforceClient, job_id: str) -> JobStatus:
    """Return the job's status. Raises BulkJobGoneError when it was deleted or has expired."""
    with _known(job_id):
        found = client.get_json(_path(client, job_id))
    state, records = (
        found.get(key) if isinstance(found, dict) else None for key in ("state", "numberRecordsProcessed")
    )
    if not isinstance(state, str) or not (records is None or type(records) is int):
        where, advice = f"Salesforce GET {_path(client, job_id)}", "try again; the job goes on meanwhile"
        raise SalesforceUnavailableError("the reply does not give the job's state", where=where, advice=advice)
    return JobStatus(
        state=state,
        records=records if state == "JobComplete" else None,
        error=shown(str(found.get("errorMessage") or "")),
    )


def is_running(client: SalesforceClient, job_id: str) -> bool:
    """Whether the job has neither ended nor gone."""
    try:
        return job_status(client, job_id).state in RUNNING
    except BulkJobGoneError:
        return False


def read_results(
    client: SalesforceClient, job_id: str, schema: SourceSchema, *, locator: str | None, max_records: int
) -> Generator[ResultPage]:
    """Yield the pages from ``locator`` on (None for the first), each of at most ``max_records`` rows.

    A broken or short page is fetched again with the same locator, a few times; then SalesforceUnavailableError or
    IntegrityError is raised. Raises BulkJobGoneError when the results have expired.
    """
    reader = ResultReader(
        client=client,
        path=f"{_path(client, job_id)}/results",
        schema=schema,
        locator=locator,
        max_records=max_records,
    )
    with _known(job_id):
        yield from reader.pages()


def abort_job(client: SalesforceClient, job_id: str) -> None:
    """Stop a job that is still running. Raises BulkJobGoneError when there is none."""
    with _known(job_id):
        client.request("PATCH", _path(client, job_id), json={"state": "Aborted"})


def delete_job(client: SalesforceClient, job_id: str) -> None:
    """Delete a job and its results; a running one is aborted first.

    A failure is only logged: the job expires by itself after 7 days.
    """
    try:
        if job_status(client, job_id).state in RUNNING:
            with suppress(SalesforceRefusedError):  # it may have ended meanwhile
                abort_job(client, job_id)
        client.request("DELETE", _path(client, job_id))
    except BulkJobGoneError:
        log.info("Bulk job %s is gone already", job_id)
    except PipelineError as exc:
        log.warning("Bulk job %s could not be deleted and will expire by itself: %s", job_id, exc)


@contextmanager
def _known(job_id: str) -> Iterator[None]:
    """Turn 404, 409 and the code of an unknown job into BulkJobGoneError.

    409 means that the connection has got another API version since.
    """
    try:
        yield
    except SalesforceRefusedError as exc:
        if exc.status not in (404, 409) and folded(exc.code) != UNKNOWN_JOB:
            raise
        raise BulkJobGoneError(
            f"Bulk job {job_id} cannot be read any more: {exc.what}",
            code=exc.code,
            status=exc.status,
            where=exc.where,
            advice="start a new job",
        ) from exc


def _path(client: SalesforceClient, job_id: str) -> str:
    return f"{client.data_path}/jobs/query/{job_id}"
