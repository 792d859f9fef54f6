"""The plan of one mapping: counts, and the reasons why somebody has to agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LISTS = ("reasons", "would_ask", "merges")
NAMED = 100
"""How many pairs a text names; the plan itself holds all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPlan:
    """Counts of one mapping. ``counts`` is empty when only removals were counted.

    ``changed_fields`` counts fields over ``sampled`` changed records; their values are in the staged part ``sample``,
    never here. ``daktela_calls`` are those of the load, ``reasons`` why somebody has to agree,
    ``would_ask`` the reasons of the same run with writes. Agreeing gives up the ``vanished`` records and merges the
    objects of ``merges``: ``id`` and ``name`` of a converted record, ``heir`` and ``heir_name`` of what it became.
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
    merges: tuple[Mapping[str, str], ...] = ()

    @property
    def heirs(self) -> dict[str, str]:
        """The heir of each record that agreeing merges."""
        return {pair["id"]: pair["heir"] for pair in self.merges}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom."""
        lists = {name: list(getattr(self, name)) for name in LISTS}
        return {**asdict(self), **lists}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MappingPlan:
        """The inverse of ``to_dict``."""
        lists = {name: tuple(data.get(name, ())) for name in LISTS}
        return cls(**{**data, **lists})

    def pairs(self) -> list[str]:
        """The pairs that would be merged, by Id and name: the first hundred, and how many more there are."""
        told = [f"{pair['id']} ({pair['name']}) → {pair['heir']} ({pair['heir_name']})" for pair in self.merges]
        return told[:NAMED] + ([f"… {len(told) - NAMED}"] if len(told) > NAMED else [])

    def table(self) -> str:
        """The plan as Markdown, for the person who decides."""
        named = [f"- {told}" for told in self.pairs()]
        counts = self.counts or {"removed": self.removals}
        lines = [f"- {reason}" for reason in self.reasons]
        lines += [f"- a run would ask first: {reason}" for reason in self.would_ask]
        lines += ["", "To be merged:", "", *named] if named else []
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
