"""Compare both sides in this process, mapping by mapping, in the order in which the DAG starts the steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.salesforce.client import DAILY_CALLS
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.local.run import LocalRun
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.steps.reconcile.reconciler import Reconciler
from salesforce_daktela.steps.reconcile.report import ReconcileReport, settle_comparison
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.transform.compiled import compile_for_run


@dataclass(slots=True, kw_only=True)
class LocalReconcile:
    """``run`` holds the clients, the ledger and the request. ``agrees`` is asked when a repair needs agreement.

    Its parts hold customers' data and are deleted at its end, however it ends.
    """

    run: LocalRun
    agrees: Callable[[Comparison], bool]
    _findings: dict[str, PartRef] = field(default_factory=dict)

    def reconcile(self) -> list[ReconcileReport]:
        """Compare, and repair if the request says so. Raises QuotaError when it has to wait."""
        run = self.run
        facts = preflight(
            run.spec,
            run.request,
            run.salesforce,
            run.daktela,
            database=run.database,
            ledger=run.ledger,
            transforms=run.transforms,
        )
        if facts.deferred:
            raise QuotaError(facts.deferred, limit=DAILY_CALLS)
        try:
            chosen = [mapping for mapping in run.spec.mappings if run.request.selects(mapping.name)]
            return [self._mapping(mapping, facts) for mapping in chosen]
        finally:
            run.delete_parts()

    def _mapping(self, mapping: MappingSpec, facts: RunFacts) -> ReconcileReport:
        run, started = self.run, datetime.now(UTC)
        confirm_memory(run.spec.name, run.ledger, facts, salesforce=run.salesforce, daktela=run.daktela)
        extraction = run.extract(mapping, facts)
        steps = run.steps(mapping, facts, extraction, verifies=True)
        compiled = compile_for_run(mapping, facts, run.transforms)
        reconciler = Reconciler(steps=steps, compiled=compiled, salesforce=run.salesforce)
        comparison = reconciler.compare(run.payloads(steps, extraction), self._findings)
        self._findings[mapping.name] = PartRef.from_dict(comparison.findings)
        state, repaired = "compared", {}
        if run.request.writes and comparison.reasons and not self.agrees(comparison):
            state = "declined"
        elif run.request.writes:
            state, repaired = "repaired", reconciler.repair(comparison)
        report = settle_comparison(
            run.spec,
            run.request,
            run.ledger,
            comparison,
            run_id=run.run_id,
            extraction=extraction.extraction,
            state=state,
            started=started,
            repaired=repaired,
            calls=extraction.calls,
            drift=facts.drift_of(mapping.name),
            left_out=facts.mappings[mapping.name].left_out,
        )
        return replace(report, ids=None)
