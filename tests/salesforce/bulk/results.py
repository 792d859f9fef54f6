"""Results of a Bulk job as an org serves them, and what reading them asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses

from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.client import SalesforceClient
from tests.salesforce.examples import DATA, csv_text, schema

JOBS = f"{DATA}/jobs/query"
JOB = f"{JOBS}/750xx"
RESULTS = f"{JOB}/results"
CONTACT = schema({"Key": FieldKind.TEXT, "Name": FieldKind.TEXT})


def serve(rows: list[list[str]] | str, *, count: int | str | None = None, following: str | None = "null") -> None:
    """Let the next download bring these rows; ``count`` None counts them."""
    body = rows if isinstance(rows, str) else csv_text(["Key", "Name"], rows)
    headers = {} if following is None else {"Sforce-Locator": following}
    told = len(rows) if count is None and not isinstance(rows, str) else count
    responses.get(
        RESULTS, body=body, headers={**headers, **({} if told is None else {"Sforce-NumberOfRecords": str(told)})}
    )


def read(client: SalesforceClient, fields: SourceSchema = CONTACT, locator: str | None = None) -> list[dict[str, Any]]:
    """All rows from ``locator`` on."""
    pages = list(jobs.read_results(client, "750xx", fields, locator=locator, max_records=2))
    return [row for page in pages for row in page.table.to_pylist()]


def asked() -> list[dict[str, str]]:
    """The parameters of the downloads so far."""
    addresses = [urlsplit(str(call.request.url)) for call in responses.calls]
    return [dict(parse_qsl(address.query)) for address in addresses if address.path.endswith("/results")]
