"""The queries we send. Pure, and the only place where SOQL is put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote_plus

from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.ids import long_id
from salesforce_daktela.sync.window import Window

LONGEST_ADDRESS = 14_000
"""Encoded characters of a REST query: request line and headers together may have 16,384 bytes."""

IDS_IN_ONE_QUERY = 200


def build_soql(
    schema: SourceSchema, *, cursor: str, where: str | None, window: Window | None, ids: Sequence[str] | None
) -> str:
    """Return the query for the mapped fields of a window, or of named records.

    Without ORDER BY and LIMIT: they would switch off Bulk's own chunking, and every row is read anyway.
    """
    return f"SELECT {', '.join(schema.fields)} FROM {schema.sobject}{_conditions(cursor, where, window, ids)}"


def build_count(schema: SourceSchema, *, cursor: str, where: str | None, window: Window | None) -> str:
    """Return the query that counts a window."""
    return f"SELECT COUNT() FROM {schema.sobject}{_conditions(cursor, where, window, None)}"


def fits_rest(soql: str) -> bool:
    """Whether the query is short enough for an address."""
    return len(quote_plus(soql)) <= LONGEST_ADDRESS


def split_ids(ids: Sequence[str]) -> Iterator[list[str]]:
    """Split Ids into lists that fit one query; 15-character Ids are made whole, each is asked for once."""
    whole = list(dict.fromkeys(long_id(id_) for id_ in ids))
    for start in range(0, len(whole), IDS_IN_ONE_QUERY):
        yield whole[start : start + IDS_IN_ONE_QUERY]


def literal(moment: datetime) -> str:
    """A datetime as SOQL writes it: UTC, whole seconds, not quoted."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _conditions(cursor: str, where: str | None, window: Window | None, ids: Sequence[str] | None) -> str:
    conditions = [] if where is None else [f"({where})"]
    if window is not None and window.since is not None:
        conditions.append(f"{cursor} >= {literal(window.since)}")
    if window is not None:
        conditions.append(f"{cursor} < {literal(window.until)}")
    if ids is not None:
        listed = ",".join(f"'{long_id(id_)}'" for id_ in ids)
        conditions.append(f"Id IN ({listed})")
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
