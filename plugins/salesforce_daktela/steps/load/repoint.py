"""After a merge in Salesforce: references to the loser's object in Daktela become references to the winner's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import find_by_match
from salesforce_daktela.daktela.write.partial_update import mark_existing
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Repointer:
    """Finds the objects that refer to an object in Daktela, and changes only those that this sync has written."""

    spec: SyncSpec
    database: str
    daktela: DaktelaClient
    ledger: Ledger

    def repoint(self, parents: MappingSpec, loser: str, winner: str) -> int:
        """Point children from the object named ``loser`` to ``winner``; return how many.

        Raises DaktelaError when a lookup fails or a child refuses.
        """
        moved = 0
        for child, reference in self._children(parents):
            for name in self._referring(child, reference, [loser]):
                moved += mark_existing(self.daktela, child.entity, name, {reference: winner})
        return moved

    def weigh(self, parents: MappingSpec, losers: Sequence[str]) -> int:
        """How many requests ``repoint`` will take for ``losers``: a search for each loser, and for each child a read
        and a write. Raises DaktelaError when a lookup fails.
        """
        if not losers:
            return 0
        return sum(
            len(losers) + 2 * len(self._referring(child, reference, losers))
            for child, reference in self._children(parents)
        )

    def _referring(self, child: MappingSpec, reference: str, parents: Sequence[str]) -> list[str]:
        """Names of the objects of ``child`` that this sync has written and that refer to one of ``parents``."""
        found = find_by_match(self.daktela, child.entity, reference, parents, database=self.database, dangling=True)
        names = sorted({str(row["name"]) for rows in found.values() for row in rows})
        return list(self.ledger.records.by_name(self.spec.name, child.name, names))

    def _children(self, parents: MappingSpec) -> Iterator[tuple[MappingSpec, str]]:
        for mapping in self.spec.mappings:
            for rule in mapping.fields:
                if rule.lookup is not None and parents.name in rule.lookup.to:
                    yield mapping, rule.target
