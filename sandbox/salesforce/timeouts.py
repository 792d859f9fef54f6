"""Decides which queries time out: those with a wider window of stamps than the switch allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.salesforce.fields import SObject
from sandbox.salesforce.soql.tree import Comparison, Condition, Junction, Membership, Query

STAMPS = {"systemmodstamp", "lastmodifieddate", "createddate"}
BEGINNING = datetime(1999, 1, 1, tzinfo=UTC)
"""Of the org: what imports have stamped earlier costs no time."""


def window_days(query: Query, sobject: SObject, now: datetime, *, lookups_indexed: bool) -> float:
    """Return how many days of stamps ``query`` reads, from the org's beginning to ``now`` without bounds.

    0 for a list of Ids, and for a list in a lookup field where ``lookups_indexed``.
    """
    indexed = {"id", "reference"} if lookups_indexed else {"id"}
    low, high = BEGINNING, now
    for each in _conjunction(query.where):
        if _names_records(each, sobject, indexed):
            return 0.0
        if isinstance(each, Comparison) and each.path.parts[-1].lower() in STAMPS and isinstance(each.value, datetime):
            if each.operator in (">", ">="):
                low = max(low, each.value)
            elif each.operator in ("<", "<="):
                high = min(high, each.value)
    return max(high - low, timedelta()) / timedelta(days=1)


def _names_records(condition: Condition, sobject: SObject, indexed: set[str]) -> bool:
    """Whether the query lists values of an indexed field, so that it does not scan the table."""
    if not isinstance(condition, Comparison | Membership) or condition.operator not in ("=", "IN"):
        return False
    if len(condition.path.parts) > 1 or (isinstance(condition, Comparison) and condition.value is None):
        return False
    field = sobject.field(condition.path.parts[0])
    return field is not None and field.type in indexed


def _conjunction(condition: Condition | None) -> list[Condition]:
    if condition is None:
        return []
    if isinstance(condition, Junction) and condition.operator == "AND":
        return [leaf for each in condition.conditions for leaf in _conjunction(each)]
    return [condition]
