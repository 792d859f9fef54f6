"""Reconcile one mapping: compare both sides, look again at whatever is not as it should be, put it right if asked."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.scratch import Scratch, open_scratch
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.assembly.mapping_steps import MappingSteps
from salesforce_daktela.steps.decide.reference_columns import NameLookup
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.reconcile.allowance import Allowance
from salesforce_daktela.steps.reconcile.comparer import TABLES, Comparer
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.steps.reconcile.expected_parents import expected_parents
from salesforce_daktela.steps.reconcile.ledger_cleanup import LedgerCleanup
from salesforce_daktela.steps.reconcile.recheck import Rechecked, Rechecker
from salesforce_daktela.steps.run.outdated import refuse_outdated
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA
from salesforce_daktela.steps.run.quota import guarded, refused_budget
from salesforce_daktela.sync.findings import CLAIMING, CLEANED, REPAIRED, FindingCounts, FindingKind
from salesforce_daktela.sync.request import Mode, RunRequest

log = logging.getLogger(__name__)

BATCH = 500
"""Records that are looked at again, and repaired, at once."""

FINDINGS = pa.schema([pa.field("id", pa.string()), pa.field("kind", pa.string())])
LOADED = (FindingKind.MISSING, FindingKind.DIFFERENT, FindingKind.UNREMEMBERED, FindingKind.EXTRA, FindingKind.RIGHT)
"""Kinds that the load step handles. Right ones among them were not so before: this run's own try has been here."""

LOADED_ONCE = tuple(state for state in CLAIMING if state != "intended")
"""States of entries whose records were in Daktela for certain."""


@dataclass(slots=True, kw_only=True)
class Reconciler:
    """One mapping in one run. ``steps`` look at Daktela, and hold the reading that the comparison starts from."""

    steps: MappingSteps
    compiled: CompiledMapping
    salesforce: SalesforceClient
    _gone: int = field(default=0, init=False)

    def compare(self, parts: Sequence[PartRef], parents: Mapping[str, PartRef]) -> Comparison:
        """Compare payloads of everything that Salesforce holds with everything that Daktela holds; write to neither.

        ``parents`` are findings of the mappings before, by their names. Raises QuotaError and TransportError: then
        nothing was found, nor found to be right. Raises ConfigurationError for a budget that ends here, since the next
        comparison would begin anew, and as ``refuse_outdated``.
        """
        self._refuse_outdated()
        finding_counts, removals = FindingCounts(), set[str]()
        with (
            self.steps.counting("compare"),
            refused_budget(self.steps.spec.limits, f"comparing {self.steps.mapping.name}"),
            self._guarded(),
            expected_parents(self.steps.spec, self.steps.store, parents) as planned,
            open_scratch(TABLES) as notes,
        ):
            comparer = self._comparer(notes, planned, finding_counts)
            comparer.compare(parts)
            log.info("%s: %d records listed by Daktela", self.steps.mapping.name, comparer.listed)
            tables = self._recheck(comparer.suspects(BATCH), planned, finding_counts, removals)
            findings = self.steps.store.write_part(self.steps.key("findings", 0), tables, FINDINGS)
        return Comparison.of(
            self.steps.spec,
            self.steps.mapping,
            finding_counts,
            salesforce=sum(part.rows for part in parts),
            daktela=comparer.listed,
            findings=findings,
            removals=len(removals),
            gone=self._gone,
            present=self.steps.ledger.records.count_present(self.steps.spec.name, self.steps.mapping.name),
        )

    def _comparer(self, notes: Scratch, planned: NameLookup | None, finding_counts: FindingCounts) -> Comparer:
        return Comparer(
            spec=self.steps.spec,
            mapping=self.steps.mapping,
            database=self.steps.facts.database,
            left_out=self.steps.left_out,
            decider=self.steps.decider(planned=planned),
            daktela=self.steps.daktela,
            ledger=self.steps.ledger,
            store=self.steps.store,
            scratch=notes,
            finding_counts=finding_counts,
        )

    def repair(self, comparison: Comparison) -> dict[str, int]:
        """Put right what is still wrong of what was found, each looked at once more right before; return what was done.

        Safe to repeat at any point. Raises as ``Loader.load`` and ``refuse_outdated``, QuotaError, and
        ConfigurationError where by now more would be taken away than an ``Allowance`` has.
        """
        self._refuse_outdated()
        done: Counter[str] = Counter()
        findings = PartRef.from_dict(comparison.findings)
        any_removal = self.steps.spec.approve.removals
        allowance = Allowance.of(comparison, self.steps.mapping, any_removal=any_removal)
        with self.steps.counting("repair"), self._guarded():
            for number, batch in enumerate(self.steps.store.iter_batches(findings, batch_rows=BATCH)):
                self._repair(batch.column("id").to_pylist(), number, allowance, done)
        loaded, _ = self.steps.ledger.totals.sum_parts(
            self.steps.spec.name, self.steps.run_id, self.steps.mapping.name, self.steps.extraction
        )
        done.update(loaded)
        return {name: count for name, count in done.items() if count}

    def _repair(self, ids: list[str], number: int, allowance: Allowance, done: Counter[str]) -> None:
        rechecker = self._rechecker()
        reread = rechecker.read(ids)
        judged = rechecker.judge(reread, self.steps.decider(read_at=reread.read_at))
        allowance.take(removals=len(judged.removals), gone=len(self._lost(judged)))
        loaded = [id_ for id_, kind in judged.kinds.items() if kind in LOADED]
        chosen = reread.payloads.filter(pc.is_in(reread.payloads["id"], value_set=pa.array(loaded, pa.string())))
        part = self.steps.store.write_part(self.steps.key("repairs", number), [chosen], PAYLOAD_SCHEMA)
        loader = self.steps.loader(read_at=reread.read_at)
        loader.load(part, number)
        cleanup = LedgerCleanup(
            spec=self.steps.spec,
            mapping=self.steps.mapping,
            run_id=self.steps.run_id,
            daktela=self.steps.daktela,
            ledger=self.steps.ledger,
            holder=loader.holder,
            now=self.steps.facts.now,
        )
        done["noted as gone"] += cleanup.mark_gone(
            [id_ for id_, kind in judged.kinds.items() if kind is FindingKind.GONE]
        )
        done[CLEANED] += cleanup.clean([id_ for id_, kind in judged.kinds.items() if kind is FindingKind.LEFT_OVER])
        log.info("%s: %d more findings looked at again, and handled as they are now", self.steps.mapping.name, len(ids))

    def _recheck(
        self,
        suspects: Iterator[list[str]],
        planned: NameLookup | None,
        finding_counts: FindingCounts,
        removals: set[str],
    ) -> Iterator[pa.Table]:
        rechecker = self._rechecker()
        for ids in suspects:
            reread = rechecker.read(ids)
            judged = rechecker.judge(reread, self.steps.decider(read_at=reread.read_at, planned=planned))
            removals |= judged.removals
            for id_, kind in judged.kinds.items():
                finding_counts.add(kind, id_)
            lost = self._lost(judged)
            self._gone += len(lost)
            found = [
                (i, k) for i, k in judged.kinds.items() if k in REPAIRED and (k is not FindingKind.GONE or i in lost)
            ]
            yield pa.table({"id": [i for i, _ in found], "kind": [k.value for _, k in found]}, schema=FINDINGS)

    def _lost(self, judged: Rechecked) -> set[str]:
        """Loaded records that Daktela lacks, and that the ledger does not have as gone yet."""
        gone = [id_ for id_, kind in judged.kinds.items() if kind is FindingKind.GONE]
        missing = [id_ for id_, kind in judged.kinds.items() if kind is FindingKind.MISSING]
        return self._claimed(gone, CLAIMING) | self._claimed(missing, LOADED_ONCE)

    def _claimed(self, ids: Sequence[str], states: Collection[str]) -> set[str]:
        """Those whose entries are in one of ``states``."""
        entries = self.steps.ledger.records.read(self.steps.spec.name, self.steps.mapping.name, ids)
        return {id_ for id_, entry in entries.items() if entry.state.value in states}

    def _rechecker(self) -> Rechecker:
        reading = Reading(
            spec=self.steps.spec,
            mapping=self.steps.mapping,
            run_facts=self.steps.facts,
            request=RunRequest(mode=Mode.RECONCILE),
            run_id=self.steps.run_id,
            salesforce=self.salesforce,
            ledger=self.steps.ledger,
            store=self.steps.store,
        )
        return Rechecker(
            reading=reading,
            compiled=self.compiled,
            daktela=self.steps.daktela,
            watermark=self.steps.ledger.watermarks.read(self.steps.spec.name, self.steps.mapping.name),
        )

    def _refuse_outdated(self) -> None:
        of = (self.steps.spec.name, self.steps.mapping.name)
        refuse_outdated(self.steps.ledger, self.steps.facts, *of, clock=self.salesforce.server_time)

    def _guarded(self) -> AbstractContextManager[None]:
        spent = self.steps.ledger.checkpoints.calls(self.steps.spec.name, self.steps.run_id)
        return guarded(self.salesforce, self.steps.spec.limits, spent=spent)
