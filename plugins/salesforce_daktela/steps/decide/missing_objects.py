"""Records that Daktela says are missing: accepted only when its listing agrees, and only a limited number per run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import look_up_names
from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.mapping.model import Entity, MappingSpec, SyncSpec
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.totals import VANISHED, Tally

FEW_CONTRADICTED = 3
"""Records of a part that may be reported missing and still be listed; more of them mean a wrong URL path, those apart
that are rejects for it already."""

CONTRADICTED = Problem(code="daktela_contradicts", message="Daktela says that this record does not exist, and lists it")


class ContradictionError(TransportError):
    """Daktela says that records do not exist, and lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingObjects:
    """Handles them for one mapping in one run. ``agreed`` when somebody approved giving up earlier missing records."""

    spec: SyncSpec
    mapping: MappingSpec
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    agreed: bool = False

    def judge(self, missing: Sequence[tuple[str, str]], tally: Tally) -> None:
        """Give each missing record of one part, a pair of Id and name, its outcome.

        Raises TransportError when Daktela lists what it says is missing, or when the listing fails.
        """
        if not missing:
            return
        listed = listed_names(self.daktela, self.mapping.entity, [name for _, name in missing])
        contradicted = self._contradicted([each for each in missing if each[1] in listed])
        for id_ in contradicted:
            tally.add(RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(CONTRADICTED,)))
        self._give_up([id_ for id_, _ in missing if id_ not in contradicted], tally)

    def _contradicted(self, listed: Sequence[tuple[str, str]]) -> list[str]:
        """The Ids of records that are listed and not called deleted. Raises ContradictionError for many new ones."""
        told = self.ledger.rejects.codes(self.spec.name, self.mapping.name, [id_ for id_, _ in listed])
        found, new = list[str](), list[str]()
        for id_, name in listed:
            if not self.daktela.is_deleted(self.mapping.entity, name):
                found.append(id_)
                new += [] if told.get(id_) == CONTRADICTED.code else [id_]
            if len(new) > FEW_CONTRADICTED:
                raise contradiction(len(listed), new[0])
        return found

    def _give_up(self, ids: Sequence[str], tally: Tally) -> None:
        """Give up at most ``max_removals`` in a run; the others keep their entries until somebody has agreed."""
        scope = (self.spec.name, self.mapping.name)
        codes = self.ledger.rejects.codes(*scope, ids) if self.agreed else {}
        gone = [id_ for id_ in ids if codes.get(id_) == VANISHED]
        rest = [id_ for id_ in ids if codes.get(id_) != VANISHED]
        self.ledger.records.mark(*scope, gone, RecordState.GONE)
        if self.ledger.records.give_up(*scope, rest, self.extraction, most=self.mapping.max_removals):
            gone, rest = list(ids), []
        for id_ in gone:
            tally.add(RecordOutcome(id=id_, outcome=Outcome.GONE))
        for id_ in rest:
            tally.add(RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(Problem(code=VANISHED),)))
        tally.notes.update({VANISHED: len(rest)})
        if self.mapping.on_gone == "recreate":
            self.ledger.rereads.ask(*scope, gone, self.read_at)


def listed_names(daktela: DaktelaClient, entity: Entity, names: Sequence[str]) -> set[str]:
    """The ``names`` that Daktela lists. Raises DaktelaError when the lookup fails: that is not an absence."""
    found = look_up_names(daktela, entity, names, fields=["name"])
    return found.rows.keys() | found.ambiguous


def contradiction(count: int, first: str) -> ContradictionError:
    """The error for records that Daktela lists and reports as missing."""
    return ContradictionError(
        f"Daktela says of {count} records that they do not exist, and lists them",
        where=f"from record {first} on",
        advice="check the instance URL and any proxy in between; nothing was marked as gone, the next try goes on",
    )
