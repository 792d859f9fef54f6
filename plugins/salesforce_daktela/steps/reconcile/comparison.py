"""The result of a comparison, as it is passed between tasks: counts and Ids, never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.sync.approval import reasons_to_ask
from salesforce_daktela.sync.findings import FINDINGS, FindingCounts, FindingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Counts of one mapping by kind, with a few Ids of each. ``findings`` is the staged part of all Ids to repair.

    ``salesforce`` and ``daktela`` are records read on either side, ``removals`` those that a repair would mark or
    delete, ``gone`` those that were loaded and that Daktela lacks, ``reasons`` why somebody has to agree to it.
    """

    mapping: str
    salesforce: int
    daktela: int
    counts: Mapping[str, int]
    samples: Mapping[str, Sequence[str]]
    findings: Mapping[str, Any]
    removals: int
    reasons: tuple[str, ...]
    gone: int = 0

    @classmethod
    def of(
        cls,
        spec: SyncSpec,
        mapping: MappingSpec,
        finding_counts: FindingCounts,
        *,
        salesforce: int,
        daktela: int,
        findings: PartRef,
        removals: int,
        gone: int,
        present: int,
    ) -> Comparison:
        """Sum up. ``gone`` are loaded records that Daktela lacks, which the ledger would mark as gone or which would be
        created again; ``present`` are those in use.
        """
        reasons = reasons_to_ask(
            {
                "created": finding_counts.counts[FindingKind.MISSING],
                "updated": finding_counts.counts[FindingKind.DIFFERENT],
            },
            removals=removals,
            max_removals=mapping.max_removals,
            present=present,
            first_load=spec.approve.first_load,
            changes_above=spec.approve.changes_above,
            any_removal=spec.approve.removals,
        )
        return cls(
            mapping=mapping.name,
            salesforce=salesforce,
            daktela=daktela,
            counts={kind.value: finding_counts.counts[kind] for kind in FindingKind if finding_counts.counts[kind]},
            samples={kind.value: ids for kind, ids in finding_counts.samples.items()},
            findings=findings.to_dict(),
            removals=removals,
            reasons=(*reasons, *_about_gone(gone, mapping)),
            gone=gone,
        )

    @property
    def found(self) -> int:
        """How many findings there are."""
        return sum(self.counts.get(kind.value, 0) for kind in FINDINGS)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom."""
        return {**asdict(self), "reasons": list(self.reasons)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Comparison:
        """The inverse of ``to_dict``."""
        return cls(**{**data, "reasons": tuple(data["reasons"])})

    def plan(self) -> MappingPlan:
        """The repair as a plan, for the person who decides."""
        return MappingPlan(
            mapping=self.mapping,
            counts={kind.value: self.counts[kind.value] for kind in FINDINGS if kind.value in self.counts},
            removals=self.removals,
            changed_fields={},
            sampled=0,
            sample=None,
            planned=None,
            daktela_calls=sum(self.counts.get(kind.value, 0) for kind in (FindingKind.MISSING, FindingKind.DIFFERENT))
            + self.removals,
            salesforce_calls=None,
            reasons=self.reasons,
        )


def _about_gone(gone: int, mapping: MappingSpec) -> Iterator[str]:
    if gone > mapping.max_removals:
        said = f"{gone} records are not in Daktela and would be taken for deleted there"
        if mapping.on_gone == "recreate":
            said = f"{gone} records that were loaded are not in Daktela and would be created again"
        yield f"{said}, max_removals allows {mapping.max_removals}"
