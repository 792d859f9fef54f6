"""One run in this process, from preflight to settle, in the order in which the DAG starts the steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import QuotaError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import DAILY_CALLS, SalesforceClient
from salesforce_daktela.staging.store import PartRef, PartStore
from salesforce_daktela.steps.assembly.mapping_steps import MappingSteps
from salesforce_daktela.steps.extract.extractor import Extraction, Extractor
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.settle.settle import settle, settle_unwritten
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import transform_part
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.run_report import RunReport

POLL = 2.0
"""Seconds between two questions after a Bulk job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingResult:
    """What became of one mapping. ``sample`` are changes of single fields with Id, field, before and after.

    ``declined`` when the plan needed somebody's word and did not get it.
    """

    report: RunReport
    plan: MappingPlan
    sample: tuple[Mapping[str, str | None], ...] = field(repr=False)
    declined: bool


@dataclass(slots=True, kw_only=True)
class LocalRun:
    """``database`` is the Daktela connection's own choice. ``agrees`` is asked where somebody has to decide.

    Its parts hold customers' data and are deleted at its end, however it ends.
    """

    spec: SyncSpec
    request: RunRequest
    run_id: str
    salesforce: SalesforceClient
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    database: str | None
    transforms: Mapping[str, Transform]
    agrees: Callable[[MappingPlan], bool]
    sleep: Callable[[float], None] = time.sleep

    def run(self) -> list[MappingResult]:
        """Carry out the run. Raises QuotaError when it has to be deferred, and whatever its steps raise."""
        facts = preflight(
            self.spec,
            self.request,
            self.salesforce,
            self.daktela,
            database=self.database,
            ledger=self.ledger,
            transforms=self.transforms,
        )
        if facts.deferred:
            raise QuotaError(facts.deferred, limit=DAILY_CALLS)
        done: list[MappingResult] = []
        try:
            for mapping in self.spec.mappings:
                if self.request.selects(mapping.name):
                    done.append(self._mapping(mapping, facts, done))
        finally:
            self.delete_parts()
        return done

    def delete_parts(self) -> None:
        """Delete the parts, and the checkpoints that name them: nothing of this run can be loaded from here on.

        A checkpoint whose Bulk job has not been read stays, so that a later preflight aborts the job.
        """
        self.store.delete_run(self.spec.name, self.run_id)
        for mapping in self.spec.mappings:
            left = self.ledger.checkpoints.read(self.spec.name, self.run_id, mapping.name)
            if left is not None and (left.finished or left.job_id is None):
                self.ledger.checkpoints.clear(self.spec.name, self.run_id, mapping.name)

    def _mapping(self, mapping: MappingSpec, facts: RunFacts, before: list[MappingResult]) -> MappingResult:
        started = datetime.now(UTC)
        confirm_memory(self.spec.name, self.ledger, facts, salesforce=self.salesforce, daktela=self.daktela)
        extraction = self.extract(mapping, facts)
        steps = self.steps(mapping, facts, extraction)
        parts = self.payloads(steps, extraction)
        plan = self._plan(steps, extraction, parts, before)
        declined = self.request.writes and bool(plan.reasons) and not self.agrees(plan)
        if declined or not self.request.writes:
            return self._unwritten(mapping, facts, extraction, plan, started, declined=declined)
        with steps.counting("load") as counting:
            loader = steps.loader(agreed=bool(plan.vanished), merges=plan.heirs, written=counting.written)
            for number, part in enumerate(parts):
                loader.load(part, number)
        report = settle(
            self.spec,
            mapping,
            self.request,
            self.ledger,
            run_id=self.run_id,
            extraction=extraction.to_dict(),
            started=started,
            drift=facts.drift_of(mapping.name),
            left_out=facts.mappings[mapping.name].left_out,
            instance_url=facts.instance_url,
            plan=plan.to_dict(),
        )
        return MappingResult(report=report, plan=plan, sample=(), declined=False)

    def _unwritten(
        self,
        mapping: MappingSpec,
        facts: RunFacts,
        extraction: Extraction,
        plan: MappingPlan,
        started: datetime,
        *,
        declined: bool,
    ) -> MappingResult:
        report = settle_unwritten(
            self.spec,
            mapping,
            self.request,
            self.ledger,
            run_id=self.run_id,
            state="declined" if declined else "planned",
            started=started,
            extraction=extraction.to_dict(),
            counts=None if declined else plan.counts,
            drift=facts.drift_of(mapping.name),
            left_out=facts.mappings[mapping.name].left_out,
            plan=plan.to_dict(),
        )
        return MappingResult(report=report, plan=plan, sample=self._sample(plan), declined=declined)

    def extract(self, mapping: MappingSpec, facts: RunFacts) -> Extraction:
        """Read one mapping, waiting for its Bulk job."""
        extractor = Extractor(
            spec=self.spec,
            mapping=mapping,
            facts=facts,
            request=self.request,
            run_id=self.run_id,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )
        job_id = extractor.begin()
        while job_id is not None and extractor.running(job_id):
            self.sleep(POLL)
        return extractor.finish()

    def payloads(self, steps: MappingSteps, extraction: Extraction) -> list[PartRef]:
        """Map what was read; departures are payloads already."""
        compiled = compile_for_run(steps.mapping, steps.facts, self.transforms)
        mapped = [
            transform_part(self.store, part, steps.key("payloads", number), compiled)
            for number, part in enumerate(extraction.parts)
        ]
        return [*mapped, *extraction.departures]

    def steps(
        self, mapping: MappingSpec, facts: RunFacts, extraction: Extraction, *, verifies: bool = False
    ) -> MappingSteps:
        """What decides, loads and plans the mapping."""
        return MappingSteps(
            spec=self.spec,
            mapping=mapping,
            facts=facts,
            run_id=self.run_id,
            extraction=extraction.extraction,
            read_at=extraction.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            store=self.store,
            sleep=self.sleep,
            verifies=verifies,
        )

    def _plan(
        self, steps: MappingSteps, extraction: Extraction, parts: list[PartRef], before: list[MappingResult]
    ) -> MappingPlan:
        plans = [done.plan for done in before]
        parents = {plan.mapping: PartRef.from_dict(plan.planned) for plan in plans if plan.planned is not None}
        planner = steps.planner(parents=parents, whole=not self.request.writes)
        with steps.counting("plan"):
            return planner.plan(parts, salesforce_calls=extraction.calls)

    def _sample(self, plan: MappingPlan) -> tuple[Mapping[str, str | None], ...]:
        if plan.sample is None:
            return ()
        return tuple(self.store.read_part(PartRef.from_dict(plan.sample)).to_pylist())
