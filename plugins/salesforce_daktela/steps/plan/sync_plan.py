"""The plan of a whole sync: that of each mapping, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """``fingerprint`` is that of the files it was made of; ``requests_per_second`` is the rate that they allow.

    The plans name no staged parts: those are deleted when the plan is made.
    """

    fingerprint: str
    requests_per_second: float
    mappings: tuple[MappingPlan, ...]

    @classmethod
    def of(cls, spec: SyncSpec, plans: Sequence[MappingPlan]) -> SyncPlan:
        """Gather the plans of a sync's mappings."""
        return cls(
            fingerprint=sync_fingerprint(spec),
            requests_per_second=spec.limits.requests_per_second,
            mappings=tuple(replace(plan, sample=None, planned=None) for plan in plans),
        )

    @property
    def daktela_calls(self) -> int:
        """Requests to Daktela that the run would send, about."""
        return sum(plan.daktela_calls for plan in self.mappings)

    @property
    def seconds(self) -> float:
        """How long these requests take at the sync's own rate. A slower instance takes longer."""
        return self.daktela_calls / self.requests_per_second

    @property
    def salesforce_calls(self) -> int | None:
        """Calls of Salesforce's allowance that the reading took; None when that is not known."""
        calls = [plan.salesforce_calls for plan in self.mappings]
        return sum(found for found in calls if found is not None) if None not in calls else None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom."""
        return {
            "fingerprint": self.fingerprint,
            "requests_per_second": self.requests_per_second,
            "mappings": [plan.to_dict() for plan in self.mappings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SyncPlan:
        """The inverse of ``to_dict``."""
        return cls(
            fingerprint=data["fingerprint"],
            requests_per_second=data["requests_per_second"],
            mappings=tuple(MappingPlan.from_dict(plan) for plan in data["mappings"]),
        )
