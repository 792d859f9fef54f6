"""Stop before the reserve of Salesforce's daily calls is touched."""

from __future__ import annotations

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.salesforce.client import SalesforceClient

DAILY_CALLS = "DailyApiRequests"


def guard_quota(salesforce: SalesforceClient, *, reserve: float) -> None:
    """Raise QuotaError when fewer calls remain than ``reserve``: a share below 1, or a number of calls."""
    allowance = salesforce.limits().get(DAILY_CALLS)
    if allowance is None:
        return
    kept = reserve * allowance.max if reserve < 1 else reserve
    if allowance.remaining <= kept:
        raise QuotaError(
            f"{allowance.remaining} of {allowance.max} daily calls remain and {kept:.0f} are reserved for others",
            limit=DAILY_CALLS,
            where=f"Salesforce limit {DAILY_CALLS}",
            advice="the run is deferred and the watermark stays; "
            "calls come back over 24 hours, or lower reserve_api_calls in sync.yaml",
        )
