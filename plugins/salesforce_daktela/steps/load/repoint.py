"""After a merge in Salesforce: references to the loser's object in Daktela become references to the winner's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import find_by_match
from salesforce_daktela.daktela.write.dial_list import LeftAloneError
from salesforce_daktela.daktela.write.partial_update import mark_existing
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.load.dialling import dial_list_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Repointer:
    """Finds the objects that refer to an object in Daktela, and changes only those that this sync has written."""

    spec: SyncSpec
    database: str
    daktela: DaktelaClient
    ledger: Ledger

    def repoint(self, parents: MappingSpec, loser: str, winner: str) -> int:
        """Point children from the object named ``loser`` to ``winner``; return how many.

        One that a dialler has is read again by the next run instead.
        Raises DaktelaError when a lookup fails or a child refuses.
        """
        moved = 0
        for child, reference in self._children(parents):
            for name, entry in self._referring(child, reference, [loser]).items():
                moved += self._point(child, name, entry, {reference: winner})
        return moved

    def _point(self, child: MappingSpec, name: str, entry: RecordEntry, reference: dict[str, str]) -> bool:
        dialled = dial_list_of(child, self.spec.name, self.daktela, self.ledger)
        if dialled is None:
            return mark_existing(self.daktela, child.entity, name, reference)
        try:
            return dialled.mark(name, reference)
        except LeftAloneError:
            self.ledger.rereads.ask(self.spec.name, child.name, [entry.id], datetime.now(UTC))
            return False

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

    def _referring(self, child: MappingSpec, reference: str, parents: Sequence[str]) -> dict[str, RecordEntry]:
        """The objects of ``child`` that this sync has written and that refer to one of ``parents``, by name."""
        found = find_by_match(self.daktela, child.entity, reference, parents, database=self.database, dangling=True)
        names = sorted({str(row["name"]) for rows in found.values() for row in rows})
        return dict(self.ledger.records.by_name(self.spec.name, child.name, names))

    def _children(self, parents: MappingSpec) -> Iterator[tuple[MappingSpec, str]]:
        for mapping in self.spec.mappings:
            for rule in mapping.fields:
                if rule.lookup is not None and parents.name in rule.lookup.to:
                    yield mapping, rule.target
