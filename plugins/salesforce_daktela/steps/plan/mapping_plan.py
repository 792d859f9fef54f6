"""The plan of one mapping: counts, and the reasons why somebody has to agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPlan:
    """Counts of one mapping. ``counts`` is empty when only removals were counted.

    ``changed_fields`` counts fields over ``sampled`` changed records; their values are in the staged part ``sample``,
    never here. ``daktela_calls`` are those of the load, ``reasons`` why somebody has to agree,
    ``would_ask`` the reasons of the same run with writes. Agreeing gives up the ``vanished`` records.
    """

    mapping: str
    counts: Mapping[str, int]
    removals: int
    changed_fields: Mapping[str, int]
    sampled: int
    sample: Mapping[str, Any] | None
    planned: Mapping[str, Any] | None
    daktela_calls: int
    salesforce_calls: int | None
    reasons: tuple[str, ...]
    vanished: int = 0
    would_ask: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom."""
        return {**asdict(self), "reasons": list(self.reasons), "would_ask": list(self.would_ask)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MappingPlan:
        """The inverse of ``to_dict``."""
        lists = {name: tuple(data.get(name, ())) for name in ("reasons", "would_ask")}
        return cls(**{**data, **lists})

    def table(self) -> str:
        """The plan as Markdown, for the person who decides."""
        counts = self.counts or {"removed": self.removals}
        lines = [f"- {reason}" for reason in self.reasons]
        lines += [f"- a run would ask first: {reason}" for reason in self.would_ask]
        lines += ["", "| outcome | records |", "|---|---|"]
        lines += [f"| {outcome} | {count} |" for outcome, count in sorted(counts.items())]
        if self.changed_fields:
            lines += [
                "",
                f"Fields that differ, in {self.sampled} changed records:",
                "",
                "| field | records |",
                "|---|---|",
            ]
            lines += [f"| {path} | {count} |" for path, count in sorted(self.changed_fields.items())]
        if self.counts:
            lines += ["", f"Requests to Daktela: about {self.daktela_calls}."]
        return "\n".join(lines)
