"""One page of a Bulk job's results: fetched, parsed while it arrives, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import requests
import urllib3

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import SourceSchema, arrow_schema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.csv_bytes import CsvBytes
from salesforce_daktela.salesforce.errors import SalesforceUnavailableError
from salesforce_daktela.salesforce.values import texts_to_table

BLOCK = 16 << 20
"""Bytes parsed at a time. A record must fit: an object may hold 1.6 million characters of long text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of results and where the next begins, None at the end."""

    table: pa.Table
    next_locator: str | None


class BrokenDownloadError(SalesforceUnavailableError):
    """The page did not arrive whole: fetch it again from its own locator."""


class ShortPageError(IntegrityError):
    """The page arrived with other rows than its header counts: fetch it again from its own locator."""


def fetch_page(
    client: SalesforceClient, path: str, schema: SourceSchema, *, locator: str | None, max_records: int
) -> ResultPage:
    """Return the page at ``locator`` (None for the first), of at most ``max_records`` rows.

    Raises BrokenDownloadError and ShortPageError for a damaged page, IntegrityError for columns that were not asked
    for and values that are not of their type.
    """
    params = {"maxRecords": str(max_records), **({} if locator is None else {"locator": locator})}
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    where = f"Salesforce GET {path}"
    with client.request("GET", path, params=params, headers=headers, stream=True) as response:
        if response.status_code == 204:
            raise SalesforceUnavailableError("the results are not ready", status=204, where=where)
        table = _read(response, schema, where)
    told = response.headers.get("Sforce-NumberOfRecords", "")
    if told.isdecimal() and int(told) != table.num_rows:
        advice = "the download was cut; nothing of it is kept"
        raise ShortPageError(
            f"the page's header counts {told} rows, {table.num_rows} arrived", where=where, advice=advice
        )
    following = response.headers.get("Sforce-Locator")
    return ResultPage(table=table, next_locator=None if following in (None, "", "null") else following)


def _read(response: requests.Response, schema: SourceSchema, where: str) -> pa.Table:
    """Types are given to values only after the page has proved whole: half a value may fit no type."""
    raw: Any = response.raw
    raw.decode_content = True
    source = CsvBytes(raw)
    try:
        batches = _parse(source, schema, where)
    except (urllib3.exceptions.HTTPError, OSError, pa.ArrowInvalid) as exc:
        raise _broken(f"the download broke off ({type(exc).__name__})", where) from None
    if not source.whole:
        raise _broken("the download ends within a value", where)
    tables = []
    while batches:
        tables.append(texts_to_table(batches.pop(0), schema))
    return pa.concat_tables(tables) if tables else arrow_schema(schema).empty_table()


def _parse(source: CsvBytes, schema: SourceSchema, where: str) -> list[pa.RecordBatch]:
    """All columns as text: null and empty are the same in Bulk's CSV, line breaks stay inside quotes."""
    names = list(schema.fields)
    with (
        pa.PythonFile(source, mode="r") as file,
        pacsv.open_csv(
            file,
            read_options=pacsv.ReadOptions(block_size=BLOCK, use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        ) as reader,
    ):
        if reader.schema.names != names:
            raise IntegrityError(
                "the columns are not the ones that were asked for",
                where=where,
                advice="run again; if it repeats, report the API version in use",
            )
        return list(reader)


def _broken(what: str, where: str) -> BrokenDownloadError:
    return BrokenDownloadError(what, where=where, advice="nothing of the page is kept; it is fetched again")
