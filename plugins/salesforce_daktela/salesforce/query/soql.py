"""Builds the queries that we send; no other module builds SOQL. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote_plus

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.wire.ids import long_id
from salesforce_daktela.salesforce.wire.request_size import LONGEST_ADDRESS
from salesforce_daktela.sync.window import Window

LONGEST_STATEMENT = 100_000
MOST_IDS = 200
"""Ids in one query, if there is room for so many."""

ENCODED_ID = len(quote_plus("'001xx000003DGb2AAG',"))

ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


def build_soql(
    schema: SourceSchema,
    *,
    cursor: str,
    where: str | None = None,
    window: Window | None = None,
    ids: Sequence[str] | None = None,
    alive: bool = False,
) -> str:
    """Return the query for the mapped fields of a window or of named records; ``alive`` excludes deleted ones.

    The columns are in the order of ``schema.fields``. There is no ORDER BY and no LIMIT: with them, Bulk could not
    split the query. Raises ConfigurationError for an invalid Id, an empty list of Ids, and a query of more than 100,000
    characters.
    """
    return _checked(
        f"SELECT {', '.join(schema.fields)} FROM {schema.sobject}{_conditions(cursor, where, window, ids, alive=alive)}"
    )


def build_changed(schema: SourceSchema, *, cursor: str, since: datetime) -> str:
    """Return the query for whatever changed from ``since`` on, whether it passes the filter or not. Raises the same."""
    return build_soql(schema, cursor=cursor, where=f"{cursor} >= {literal(since)}")


def build_count(
    schema: SourceSchema,
    *,
    cursor: str,
    where: str | None = None,
    window: Window | None = None,
    ids: Sequence[str] | None = None,
    alive: bool = False,
) -> str:
    """Return the query that counts what ``build_soql`` reads. Raises the same."""
    return _checked(f"SELECT COUNT() FROM {schema.sobject}{_conditions(cursor, where, window, ids, alive=alive)}")


def build_sample(
    schema: SourceSchema, *, cursor: str, where: str | None, most: int, named: tuple[str, str] | None = None
) -> str:
    """Return the query for the first ``most`` records that are not deleted, for a person to look at.

    ``named`` is a field and the text that it has to hold somewhere, in letters of either case. Raises the same.
    """
    conditions = [] if named is None else [f"{named[0]} LIKE {_pattern(named[1])}"]
    conditions += [] if where is None else [f"({where})"]
    both = " AND ".join(conditions) or None
    asked = build_soql(schema, cursor=cursor, where=both, alive="IsDeleted" in schema.fields)
    return f"{asked} LIMIT {most}"


def listed(field: str, ids: Sequence[str]) -> str:
    """Return the condition that a field holds one of ``ids``. Raises ConfigurationError as ``build_soql``."""
    return f"{field} IN ({_listed(ids)})"


def fits_rest(soql: str, longest: int = LONGEST_ADDRESS) -> bool:
    """Whether the query fits into an address; Bulk takes longer ones, in the body.

    ``longest`` is in encoded characters.
    """
    return len(quote_plus(soql)) <= longest


def ids_that_fit(soql: str, longest: int = LONGEST_ADDRESS) -> int:
    """Return how many Ids a query may list; ``soql`` is the query with one Id. 0 means that one is too many."""
    room = longest - len(quote_plus(soql))
    return 0 if room < 0 else min(MOST_IDS, 1 + room // ENCODED_ID)


def quote(text: str) -> str:
    """Return ``text`` as a SOQL string, quotes included. Source: SOQL reference, "Quoted String Escape Sequences"."""
    return f"'{text.translate(ESCAPES)}'"


def _pattern(text: str) -> str:
    """A pattern that fits wherever ``text`` stands; its own per cent signs and underscores are only themselves.

    A backslash is any sign: what it is in a pattern beside these two, Salesforce does not say.
    """
    pieces = (piece.translate(ESCAPES).replace("%", "\\%").replace("_", "\\_") for piece in text.split("\\"))
    return f"'%{'_'.join(pieces)}%'"


def literal(moment: datetime) -> str:
    """Return a datetime in SOQL: UTC, not quoted, with milliseconds unless they are zero; microseconds are cut."""
    utc = moment.astimezone(UTC)
    milliseconds = f".{utc.microsecond // 1000:03d}" if utc.microsecond >= 1000 else ""
    return f"{utc:%Y-%m-%dT%H:%M:%S}{milliseconds}Z"


def _conditions(
    cursor: str, where: str | None, window: Window | None, ids: Sequence[str] | None, *, alive: bool
) -> str:
    conditions = [] if where is None else [f"({where})"]
    if alive:
        conditions.append("IsDeleted = false")
    if window is not None and window.since is not None:
        conditions.append(f"{cursor} >= {literal(window.since)}")
    if window is not None:
        conditions.append(f"{cursor} < {literal(window.until)}")
    if ids is not None:
        conditions.append(listed("Id", ids))
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _listed(ids: Sequence[str]) -> str:
    if not ids:
        raise ConfigurationError("no Ids to ask for", where="SOQL", advice="name at least one record")
    return ",".join(quote(long_id(id_)) for id_ in ids)


def _checked(soql: str) -> str:
    if len(soql) > LONGEST_STATEMENT:
        raise ConfigurationError(
            f"the query has {len(soql)} characters, Salesforce takes {LONGEST_STATEMENT}",
            where="SOQL",
            advice="map fewer fields or shorten `where`",
        )
    return soql
