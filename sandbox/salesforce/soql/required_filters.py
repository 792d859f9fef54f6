"""Objects that can only be read with a filter on a parent or on Ids."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.salesforce.soql.errors import SoqlError
from sandbox.salesforce.soql.tree import Comparison, Condition, Junction, Membership, Query


def check_required_filters(query: Query, sobject: str, demanded: frozenset[str]) -> None:
    """Raise SoqlError for a query without a filter on a field that ``demanded`` (``lead.ownerid``) names."""
    fields = [name.partition(".")[2] for name in sorted(demanded) if name.startswith(f"{sobject.lower()}.")]
    if not fields or set(_filtered(query.where)) & {"id", *fields}:
        return
    raise SoqlError(
        "MALFORMED_QUERY",
        f"Implementation restriction: {sobject} requires a filter by a single Id on {' or '.join(fields)} using the "
        "equals operator or multiple Id's using the IN operator.",
    )


def _filtered(condition: Condition | None) -> Iterator[str]:
    if isinstance(condition, Junction) and condition.operator == "AND":
        for each in condition.conditions:
            yield from _filtered(each)
    elif isinstance(condition, Comparison | Membership) and condition.operator in ("=", "IN"):
        yield ".".join(condition.path.parts).lower()
