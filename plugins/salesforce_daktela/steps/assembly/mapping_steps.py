"""Build the decider, the loader and the planner of one mapping in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.staging.keys import PartKind
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.heirs import Heirs, staged_conversions
from salesforce_daktela.steps.decide.reference_columns import NameLookup
from salesforce_daktela.steps.load.loader import Loader
from salesforce_daktela.steps.plan.planner import Planner
from salesforce_daktela.steps.run.counting import Counting
from salesforce_daktela.steps.run.facts import RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSteps:
    """One mapping in one run. ``extraction`` is one reading of Salesforce, ``read_at`` the time of its request.

    ``facts`` are what preflight has found. With ``verifies`` the ledger is not trusted: every record is compared with
    what Daktela holds.
    """

    spec: SyncSpec
    mapping: MappingSpec
    facts: RunFacts
    run_id: str
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    sleep: Callable[[float], None] = time.sleep
    verifies: bool = False

    @property
    def left_out(self) -> tuple[str, ...]:
        """Mapped fields that the payloads lack in this run."""
        return self.facts.mappings[self.mapping.name].left_out

    def key(self, kind: PartKind, number: int) -> PartKey:
        """Return the key of a part of this reading."""
        return PartKey(
            sync=self.spec.name,
            run=self.run_id,
            mapping=self.mapping.name,
            extraction=self.extraction,
            kind=kind,
            number=number,
        )

    def decider(self, *, read_at: datetime | None = None, planned: NameLookup | None = None) -> Decider:
        """Return a decider that does not look at other parts. ``read_at`` is for records that were read again.

        ``planned`` gives names of parents that the ledger does not know yet.
        """
        return Decider(
            spec=self.spec,
            mapping=self.mapping,
            database=self.facts.database,
            extraction=self.extraction,
            read_at=read_at or self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            planned=planned,
            verifies=self.verifies,
            heirs=self.heirs(),
        )

    def heirs(self) -> Heirs:
        """Return what the records of this reading inherit from converted ones."""
        return Heirs(
            spec=self.spec,
            mapping=self.mapping.name,
            run_id=self.run_id,
            ledger=self.ledger,
            conversions=lambda: staged_conversions(self.spec, self.store, self.key("conversions", 0)),
        )

    def counting(self, step: str) -> Counting:
        """Return the block in which the requests of a step are counted."""
        return Counting(
            ledger=self.ledger,
            client=self.daktela,
            sync=self.spec.name,
            run_id=self.run_id,
            mapping=self.mapping.name,
            step=step,
        )

    def loader(
        self,
        *,
        read_at: datetime | None = None,
        agreed: bool = False,
        merges: Mapping[str, str] | None = None,
        written: Callable[[int], None] = lambda _: None,
    ) -> Loader:
        """Return a loader. ``read_at`` is for records that were read again.

        ``agreed`` is set when somebody gave up the records that have vanished from Daktela, ``merges`` are converted
        records whose objects somebody agreed to merge with their heirs'. ``written`` is told how many more records were
        written.
        """
        return Loader(
            spec=self.spec,
            mapping=self.mapping,
            database=self.facts.database,
            run_id=self.run_id,
            extraction=self.extraction,
            read_at=read_at or self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            store=self.store,
            sleep=self.sleep,
            left_out=self.left_out,
            verifies=self.verifies,
            agreed=agreed,
            merges=merges or {},
            written=written,
            heirs=self.heirs(),
        )

    def planner(self, *, parents: Mapping[str, PartRef], whole: bool) -> Planner:
        """Return a planner, which decides as the loader does. ``parents`` and ``whole`` are passed on to it."""
        return Planner(
            spec=self.spec,
            mapping=self.mapping,
            daktela=self.daktela,
            ledger=self.ledger,
            store=self.store,
            decider=self.loader().decider,
            key=self.key("plans", 0),
            parents=parents,
            whole=whole,
        )
