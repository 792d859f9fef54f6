"""Queries over REST, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.values import rows_to_table
from salesforce_daktela.salesforce.wire.errors import QueryTimeoutError

__all__ = ["QueryTimeoutError", "count", "read_rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """``following`` is the path of the next page, None on the last."""

    total: int
    records: list[dict[str, Any]]
    following: str | None


@dataclass(slots=True, kw_only=True)
class QueryProgress:
    """How far a query has been read: ``read`` of ``total`` rows, and the path of the next page, if there is one."""

    total: int = 0
    read: int = 0
    following: str | None = None


def read_rest(
    client: SalesforceClient, soql: str, schema: SourceSchema, place: QueryProgress | None = None
) -> Iterator[pa.Table]:
    """Yield one typed table for each page; Salesforce decides how large pages are.

    Reading begins at ``place`` if that names a page, and updates it with each page.
    The rows include archived ones, and deleted ones unless the query excludes them.
    Raises QueryTimeoutError before the first page, IntegrityError when the number of rows is not ``totalSize``, and
    SalesforceUnavailableError when the remaining pages have expired.
    """
    place = QueryProgress() if place is None else place
    if place.following is None:
        page = _page(client, f"{client.data_path}/queryAll", soql)
        place.total = page.total
    else:
        page = _page(client, place.following)
    seen = set[str]()
    while True:
        place.read, place.following = place.read + len(page.records), page.following
        if page.records:
            yield rows_to_table(page.records, schema)
        if page.following is None:
            break
        if page.following in seen:
            raise _mismatch("Salesforce names the same next page twice", schema.sobject)
        seen.add(page.following)
        page = _page(client, page.following)
    if place.read != place.total:
        raise _mismatch(f"Salesforce announced {place.total} rows and sent {place.read}", schema.sobject)


def count(client: SalesforceClient, soql: str) -> int:
    """Return the result of a ``SELECT COUNT()`` query; it counts what ``read_rest`` reads. Raises QueryTimeoutError."""
    return _page(client, f"{client.data_path}/queryAll", soql).total


def _page(client: SalesforceClient, path: str, soql: str | None = None) -> _Page:
    """Read one page. Only ``done`` says whether another follows: page sizes vary with the width of rows."""
    body = client.get_json(path, None if soql is None else {"q": soql})
    found: dict[str, Any] = body if isinstance(body, dict) else {}
    total: Any = found.get("totalSize")
    records: Any = found.get("records")
    if records is None and type(total) is int and total == 0:
        records = []
    done = found.get("done")
    following = None if done is True else found.get("nextRecordsUrl")
    whole = (
        type(total) is int
        and total >= 0
        and isinstance(records, list)
        and all(isinstance(row, dict) for row in records)
    )
    if not whole or not (done is True or (done is False and _is_path(following))):
        where = f"Salesforce GET {path.split('?')[0]}"
        raise IntegrityError("the reply is not a page of query results", where=where, advice=AGAIN)
    return _Page(total=total, records=records, following=following)


def _is_path(address: object) -> bool:
    """Whether the next page is on the same host: the token must not be sent to another."""
    return isinstance(address, str) and address.startswith("/") and address.isascii() and address.isprintable()


AGAIN = "nothing was loaded; the next try reads again"


def _mismatch(what: str, sobject: str) -> IntegrityError:
    return IntegrityError(what, where=f"query of {sobject}", advice=AGAIN)
