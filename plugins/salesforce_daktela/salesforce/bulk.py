"""Bulk API 2.0 queries: create, watch, download, delete."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import requests
import urllib3

from salesforce_daktela.errors import IntegrityError, PipelineError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.errors import (
    BulkRefusedError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
)
from salesforce_daktela.salesforce.nul_free import NulFree
from salesforce_daktela.salesforce.values import texts_to_table

log = logging.getLogger(__name__)

BLOCK = 1 << 20
"""Bytes parsed at a time; a record that is longer than this is refused by the parser."""

DOWNLOADS = 4
REFUSALS = (
    "not supported in bulk",
    "not supported by the bulk api",
    "does not support query",
    "implementation restriction",
    "max bulk v2 query",
    "async api not enabled",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """``state`` is Salesforce's word; ``records`` is what it counted, None before the end."""

    state: str
    records: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of results and where the next begins, None at the end."""

    table: pa.Table
    next_locator: str | None


def create_job(client: SalesforceClient, soql: str, *, include_deleted: bool) -> str:
    """Return the id of a new job. Raises BulkRefusedError where only REST will do."""
    order = {"operation": "queryAll" if include_deleted else "query", "query": soql}
    try:
        return str(client.request("POST", f"{client.data_path}/jobs/query", json=order).json()["id"])
    except SalesforceRefusedError as exc:
        text = str(exc).casefold()
        if exc.code in ("INVALIDENTITY", "FeatureNotEnabled", "LIMIT_EXCEEDED") or any(r in text for r in REFUSALS):
            raise BulkRefusedError(exc.what, code=exc.code, status=exc.status, where=exc.where) from exc
        raise


def job_status(client: SalesforceClient, job_id: str) -> JobStatus:
    """Ask how the job is doing."""
    found = client.get_json(_path(client, job_id))
    records = found.get("numberRecordsProcessed")
    final = found["state"] == "JobComplete"
    return JobStatus(
        state=str(found["state"]),
        records=int(records) if final and records is not None else None,
        error=str(found.get("errorMessage") or ""),
    )


def read_results(
    client: SalesforceClient,
    job_id: str,
    schema: SourceSchema,
    *,
    locator: str | None,
    max_records: int,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[ResultPage]:
    """Yield the pages from ``locator`` on (None for the first), each of at most ``max_records`` rows.

    A download that breaks off is fetched again from its own locator. Raises IntegrityError when rows and header differ.
    """
    while True:
        page = _page_with_retries(client, job_id, schema, locator, max_records, sleep)
        yield page
        if page.next_locator is None:
            return
        locator = page.next_locator


def delete_job(client: SalesforceClient, job_id: str) -> None:
    """Delete a job and its results; a running one is aborted first. What cannot be deleted expires in 7 days."""
    try:
        if job_status(client, job_id).state in ("UploadComplete", "InProgress"):
            client.request("PATCH", _path(client, job_id), json={"state": "Aborted"})
        client.request("DELETE", _path(client, job_id))
    except PipelineError as exc:
        log.warning("Bulk job %s could not be deleted and will expire by itself: %s", job_id, exc)


def _page_with_retries(
    client: SalesforceClient,
    job_id: str,
    schema: SourceSchema,
    locator: str | None,
    max_records: int,
    sleep: Callable[[float], None],
) -> ResultPage:
    for attempt in range(1, DOWNLOADS):
        try:
            return _page(client, job_id, schema, locator, max_records)
        except (SalesforceUnavailableError, IntegrityError) as exc:
            log.warning("download broke off, fetching the page again: %s", exc)
            sleep(min(30.0, 2.0**attempt))
    return _page(client, job_id, schema, locator, max_records)


def _page(
    client: SalesforceClient, job_id: str, schema: SourceSchema, locator: str | None, max_records: int
) -> ResultPage:
    params = {"maxRecords": str(max_records), **({} if locator is None else {"locator": locator})}
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    path = f"{_path(client, job_id)}/results"
    with client.request("GET", path, params=params, headers=headers, stream=True) as response:
        table = _parse(response, schema)
    told = response.headers.get("Sforce-NumberOfRecords")
    if told is not None and int(told) != table.num_rows:
        raise IntegrityError(
            f"the page's header counts {told} rows, {table.num_rows} arrived",
            where=f"Bulk job {job_id}",
            advice="the download was cut; nothing of it is kept",
        )
    following = response.headers.get("Sforce-Locator")
    return ResultPage(table=table, next_locator=None if following in (None, "", "null") else following)


def _parse(response: requests.Response, schema: SourceSchema) -> pa.Table:
    names = list(schema.fields)
    raw: Any = response.raw
    raw.decode_content = True
    try:
        table = _read_csv(NulFree(raw), names)
    except (urllib3.exceptions.HTTPError, OSError, pa.ArrowInvalid) as exc:
        raise SalesforceUnavailableError(
            f"the download broke off ({type(exc).__name__})",
            code="",
            status=200,
            where=f"Bulk results {schema.sobject}",
        ) from None
    if [name.casefold() for name in table.column_names] != [name.casefold() for name in names]:
        raise IntegrityError(
            "the columns are not the ones that were asked for",
            where=f"Bulk results {schema.sobject}",
            advice="run again; if it repeats, report the API version in use",
        )
    return texts_to_table(table, schema)


def _read_csv(stream: NulFree, names: list[str]) -> pa.Table:
    """All columns as text: null and empty are the same in Bulk's CSV, line breaks stay inside quotes."""
    with pa.PythonFile(stream, mode="r") as file:
        reader = pacsv.open_csv(
            file,
            read_options=pacsv.ReadOptions(block_size=BLOCK, use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
        return reader.read_all()


def _path(client: SalesforceClient, job_id: str) -> str:
    return f"{client.data_path}/jobs/query/{job_id}"
