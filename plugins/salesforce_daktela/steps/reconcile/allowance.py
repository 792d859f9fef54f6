"""How much a repair may take away: what its comparison has told, or what a run may take away unasked. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.steps.reconcile.comparison import Comparison


@dataclass(slots=True, kw_only=True)
class Allowance:
    """Both systems may have changed since the comparison, while somebody was asked: nobody has agreed to that.

    ``removals`` are records to be marked or deleted, ``gone`` loaded records that Daktela lacks.
    """

    mapping: str
    removals: int
    gone: int
    _removals: int = field(default=0, init=False)
    _gone: int = field(default=0, init=False)

    @classmethod
    def of(cls, comparison: Comparison, mapping: MappingSpec, *, any_removal: bool) -> Allowance:
        """What the comparison has told. ``any_removal`` when a run asks before it removes any record."""
        unasked = 0 if any_removal else mapping.max_removals
        return cls(
            mapping=mapping.name,
            removals=max(comparison.removals, unasked),
            gone=max(comparison.gone, mapping.max_removals),
        )

    def take(self, *, removals: int, gone: int) -> None:
        """Count what is about to be handled. Raises ConfigurationError, before it is, when that is too much."""
        self._removals += removals
        self._gone += gone
        for count, most, what in (
            (self._removals, self.removals, "would be marked or deleted"),
            (self._gone, self.gone, "that were loaded are not in Daktela"),
        ):
            if count > most:
                raise ConfigurationError(
                    f"{count} records {what}, more than the {most} of the comparison or of max_removals",
                    where=f"mapping {self.mapping}",
                    advice="check the rights of both API users, then compare again: the next repair asks",
                )
