"""Stop before the reserve of Salesforce's daily calls, or what one run may use of them, is touched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.mapping.model import Limits
from salesforce_daktela.salesforce.client import DAILY_CALLS, SalesforceClient

BUDGET = "budget_api_calls"


@dataclass(slots=True, kw_only=True)
class CallGuard:
    """Asked before each call. ``spent`` is what earlier tasks of the run have used of its budget.

    Tasks that read side by side do not see each other's calls until they end, so a run may pass its budget by theirs.
    """

    limits: Limits
    spent: int
    salesforce: SalesforceClient
    _before: int = field(init=False)

    def __post_init__(self) -> None:
        self._before = self.salesforce.calls

    def __call__(self) -> None:
        """Raise QuotaError when one more call would touch the reserve or pass the budget."""
        used, budget = self.spent + self.salesforce.calls - self._before, self.limits.budget_api_calls
        if budget is not None and used >= budget:
            raise QuotaError(
                f"this run has used {used} of the {budget} calls it may",
                limit=BUDGET,
                where=f"limit {BUDGET}",
                advice="the run is deferred and the watermark stays; the next run goes on with the rows, but reads "
                "rejects that are due, departures and halved windows anew: if it stops here again, set "
                f"budget_api_calls in sync.yaml to more than {budget}",
            )
        usage = self.salesforce.usage
        if usage is not None:
            _keep_reserve(usage.max, usage.max - usage.used, self.limits.reserve_api_calls)


@contextlib.contextmanager
def guarded(salesforce: SalesforceClient, limits: Limits, *, spent: int) -> Iterator[None]:
    """Within the block every call first asks whether it may be made; ``spent`` as in ``CallGuard``."""
    salesforce.before_call = CallGuard(limits=limits, spent=spent, salesforce=salesforce)
    try:
        yield
    finally:
        salesforce.before_call = None


def guard_quota(salesforce: SalesforceClient, *, reserve: float) -> None:
    """Raise QuotaError when fewer calls remain than ``reserve``: a share below 1, or a number of calls.

    Most replies tell that beside what was asked; only where none did, it costs a call of its own.
    """
    usage = salesforce.usage
    if usage is not None:
        _keep_reserve(usage.max, usage.max - usage.used, reserve)
        return
    allowance = salesforce.limits().get(DAILY_CALLS)
    if allowance is not None:
        _keep_reserve(allowance.max, allowance.remaining, reserve)


def _keep_reserve(most: int, remaining: int, reserve: float) -> None:
    kept = reserve * most if reserve < 1 else reserve
    if remaining <= kept:
        raise QuotaError(
            f"{remaining} of {most} daily calls remain and {kept:.0f} are reserved for others",
            limit=DAILY_CALLS,
            where=f"Salesforce limit {DAILY_CALLS}",
            advice="the run is deferred and the watermark stays; "
            "calls come back over 24 hours, or lower reserve_api_calls in sync.yaml",
        )
