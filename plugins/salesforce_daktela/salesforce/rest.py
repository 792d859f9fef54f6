"""Queries over REST, page by page."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.errors import QueryTimeoutError
from salesforce_daktela.salesforce.values import rows_to_table

__all__ = ["QueryTimeoutError", "count", "read_rest"]


def read_rest(
    client: SalesforceClient, soql: str, schema: SourceSchema, *, include_deleted: bool = True
) -> Iterator[pa.Table]:
    """Yield one typed table for each page, of whatever size Salesforce makes its pages.

    Raises QueryTimeoutError before the first page, IntegrityError when rows and ``totalSize`` differ.
    """
    resource = "queryAll" if include_deleted else "query"
    page = client.get_json(f"{client.data_path}/{resource}", {"q": soql})
    total, read = page["totalSize"], 0
    while True:
        records = page["records"]
        read += len(records)
        if records:
            yield rows_to_table(records, schema)
        if page["done"]:
            break
        page = client.get_json(page["nextRecordsUrl"])
    if read != total:
        raise IntegrityError(
            f"Salesforce announced {total} rows and sent {read}",
            where=f"query of {schema.sobject}",
            advice="nothing was loaded; the next try reads again",
        )


def count(client: SalesforceClient, soql: str) -> int:
    """Return the number a ``SELECT COUNT()`` query gives."""
    return int(client.get_json(f"{client.data_path}/query", {"q": soql})["totalSize"])
