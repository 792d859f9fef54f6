"""Stop a run before it uses the reserve of Salesforce's daily calls, or more than its own budget of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.mapping.model import Limits, MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import DAILY_CALLS, SalesforceClient
from salesforce_daktela.sync.request import RunRequest

BUDGET = "budget_api_calls"
LEAST = 6
"""Calls that a mapping needs to make progress: three looks at its Bulk job, one of them while it waits, and a page."""


@dataclass(slots=True, kw_only=True)
class CallGuard:
    """Called before each request. ``spent`` is what earlier tasks of the run have used of its budget.

    ``kept`` are calls of the budget that are reserved for the mappings after this one.
    Parallel tasks do not see each other's calls until they end, so a run may exceed its budget by these.
    """

    limits: Limits
    spent: int
    salesforce: SalesforceClient
    kept: int = 0
    _before: int = field(init=False)

    def __post_init__(self) -> None:
        self._before = self.salesforce.calls

    def __call__(self) -> None:
        """Raise QuotaError when one more call would touch the reserve or pass the budget."""
        used, budget = self.spent + self.salesforce.calls - self._before, self.limits.budget_api_calls
        if budget is not None and used >= budget - self.kept:
            rest = f", and the next mappings need {self.kept}" if self.kept and used < budget else ""
            raise QuotaError(
                f"this run has used {used} of the {budget} calls it may{rest}",
                limit=BUDGET,
                where=f"limit {BUDGET}",
                advice="the run is deferred and the watermark stays; the next run goes on where this one stops: if "
                f"that takes too many runs, set budget_api_calls in sync.yaml to more than {budget}",
            )
        usage = self.salesforce.usage
        if usage is not None:
            _keep_reserve(usage.max, usage.max - usage.used, self.limits)


def kept_for_others(spec: SyncSpec, mapping: MappingSpec, request: RunRequest) -> int:
    """Calls of the budget reserved for the mappings after this one, so that each makes progress in each run.

    Raises ConfigurationError when there are more mappings in the run than the budget has room for.
    """
    names = [each.name for each in spec.mappings if request.selects(each.name)]
    budget, least = spec.limits.budget_api_calls, LEAST * len(names)
    if budget is None:
        return 0
    if budget < least:
        raise ConfigurationError(
            f"{BUDGET}: {budget} is too small: a run of {len(names)} mappings needs at least {least}, {LEAST} for each",
            where=f"limit {BUDGET}",
            advice=f"set {BUDGET} in sync.yaml to {least} or more: with fewer, the last mappings would wait for ever",
        )
    return LEAST * (len(names) - 1 - names.index(mapping.name))


def too_small(limits: Limits, step: str) -> ConfigurationError:
    """The error for a budget with which ``step`` would be stopped at the same place again and again."""
    budget = limits.budget_api_calls or 0
    return ConfigurationError(
        f"{BUDGET}: {budget} is too small: {step} needs more in one go, so every run would stop at the same place",
        where=f"limit {BUDGET}",
        advice=f"set {BUDGET} in sync.yaml to {2 * budget} or more, or name fewer records if the run names some",
    )


@contextlib.contextmanager
def refused_budget(limits: Limits, step: str) -> Iterator[None]:
    """Raise ConfigurationError when the budget stops a ``step`` that cannot be resumed."""
    try:
        yield
    except QuotaError as exc:
        if exc.limit == BUDGET:
            raise too_small(limits, step) from exc
        raise


@contextlib.contextmanager
def guarded(salesforce: SalesforceClient, limits: Limits, *, spent: int, kept: int = 0) -> Iterator[None]:
    """Check the quota before every call within the block; ``spent`` and ``kept`` as in ``CallGuard``."""
    salesforce.before_call = CallGuard(limits=limits, spent=spent, salesforce=salesforce, kept=kept)
    try:
        yield
    finally:
        salesforce.before_call = None


def guard_quota(salesforce: SalesforceClient, limits: Limits) -> None:
    """Raise QuotaError when no more calls remain than ``reserve_api_calls`` keeps for others.

    Most replies carry this number; a call of its own is made only when none did.
    """
    usage = salesforce.usage
    if usage is not None:
        _keep_reserve(usage.max, usage.max - usage.used, limits)
        return
    allowance = salesforce.limits().get(DAILY_CALLS)
    if allowance is not None:
        _keep_reserve(allowance.max, allowance.remaining, limits)


def _keep_reserve(most: int, remaining: int, limits: Limits) -> None:
    kept = limits.calls_kept(most)
    if remaining <= kept:
        raise QuotaError(
            f"{remaining} of {most} daily calls remain and {kept:.0f} are reserved for others",
            limit=DAILY_CALLS,
            where=f"Salesforce limit {DAILY_CALLS}",
            advice="the run is deferred and the watermark stays; "
            "calls come back over 24 hours, or lower reserve_api_calls in sync.yaml",
        )
