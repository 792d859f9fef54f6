"""Decides which queries time out: those with a wider window of stamps than the switch allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.salesforce.soql.tree import Comparison, Condition, Junction, Membership, Query

STAMPS = {"systemmodstamp", "lastmodifieddate", "createddate"}
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def window_days(query: Query, now: datetime) -> float:
    """Return how many days of stamps ``query`` reads, from 1970 to ``now`` without bounds; 0 for a list of Ids."""
    low, high = BEGINNING, now
    for each in _conjunction(query.where):
        if _names_records(each):
            return 0.0
        if isinstance(each, Comparison) and each.path.parts[-1].lower() in STAMPS and isinstance(each.value, datetime):
            if each.operator in (">", ">="):
                low = max(low, each.value)
            elif each.operator in ("<", "<="):
                high = min(high, each.value)
    return max(high - low, timedelta()) / timedelta(days=1)


def _names_records(condition: Condition) -> bool:
    """Whether the query lists Ids: they are indexed, so it does not scan the table."""
    if not isinstance(condition, Comparison | Membership) or condition.operator not in ("=", "IN"):
        return False
    return [part.lower() for part in condition.path.parts] == ["id"]


def _conjunction(condition: Condition | None) -> list[Condition]:
    if condition is None:
        return []
    if isinstance(condition, Junction) and condition.operator == "AND":
        return [leaf for each in condition.conditions for leaf in _conjunction(each)]
    return [condition]
