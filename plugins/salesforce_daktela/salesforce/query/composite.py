"""Several queries in one call of the Composite resource: each is answered with its first page, or refused by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError, PipelineError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient, decode_json
from salesforce_daktela.salesforce.values import rows_to_table
from salesforce_daktela.salesforce.wire.errors import make_error

MOST_QUERIES = 5
"""Queries in one call, which takes 25 sub-requests, of which so many may be queries. It counts as one of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """SOQL and the columns that it selects."""

    soql: str
    schema: SourceSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """``rows`` are all rows of a query, None when there are further pages or when Salesforce has ``refused`` it."""

    rows: pa.Table | None = None
    refused: PipelineError | None = None


def ask_together(client: SalesforceClient, queries: Sequence[Query]) -> list[FirstPage]:
    """Return the first page of each query, in their order; archived and deleted rows are in it.

    Takes one call for every ``MOST_QUERIES``. Raises the errors of ``wire.errors`` for a call that is refused as a
    whole, and IntegrityError for a reply of another form.
    """
    chunks = (queries[start : start + MOST_QUERIES] for start in range(0, len(queries), MOST_QUERIES))
    return [page for chunk in chunks for page in _ask(client, chunk)]


def _ask(client: SalesforceClient, queries: Sequence[Query]) -> Iterator[FirstPage]:
    path = f"{client.data_path}/composite"
    where = f"Salesforce POST {path}"
    asked = [
        {
            "method": "GET",
            "referenceId": f"query{number}",
            "url": f"{client.data_path}/queryAll?q={quote_plus(query.soql)}",
        }
        for number, query in enumerate(queries)
    ]
    reply = client.request("POST", path, json={"allOrNone": False, "compositeRequest": asked})
    answers = _by_reference(decode_json(reply, where), where)
    if answers.keys() != {each["referenceId"] for each in asked}:
        raise _malformed(where)
    for number, query in enumerate(queries):
        yield _first_page(answers[f"query{number}"], query.schema, where)


def _by_reference(body: Any, where: str) -> dict[str, dict[str, Any]]:
    answers = body.get("compositeResponse") if isinstance(body, dict) else None
    if not isinstance(answers, list) or not all(isinstance(each, dict) for each in answers):
        raise _malformed(where)
    return {str(each.get("referenceId")): each for each in answers}


def _first_page(answer: dict[str, Any], schema: SourceSchema, where: str) -> FirstPage:
    status, body = answer.get("httpStatusCode"), answer.get("body")
    if type(status) is not int:
        raise _malformed(where)
    if status >= 300:
        return FirstPage(refused=make_error(status, body, where=where))
    told: dict[str, Any] = body if isinstance(body, dict) else {}
    records: Any = told.get("records")
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        raise _malformed(where)
    complete = told.get("done") is True and told.get("totalSize") == len(records)
    return FirstPage(rows=rows_to_table(records, schema)) if complete else FirstPage()


def _malformed(where: str) -> IntegrityError:
    return IntegrityError("the reply does not answer the queries one by one", where=where)
