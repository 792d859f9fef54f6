"""One run of a sync without a scheduler: the same steps, in the order in which the DAG starts them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.assembly.mapping_steps import MappingSteps
from salesforce_daktela.steps.extract.extractor import Extraction, Extractor
from salesforce_daktela.steps.load.loader import Loader
from salesforce_daktela.steps.load.pieces import ROWS
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.settle.settle import settle, settle_unwritten
from salesforce_daktela.steps.tick.begin import Beginning, Begun
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import transform_part
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.run_report import RunReport
from sandbox.testing import Sandbox


@lru_cache(maxsize=64)
def _loaded(folder: Path, _files: tuple[tuple[str, bytes], ...]) -> SyncSpec:
    """The sync of a folder, loaded once while its files are the same: each step of a run asks for it."""
    return load_sync(folder)


@dataclass(slots=True, kw_only=True)
class Runner:
    """A deployment in miniature: one sync folder, two clients, a ledger and a staging folder.

    With ``ticks`` a run asks in short first whether it has anything to do, as the DAG does. A load decides
    ``piece_rows`` rows at a time.
    """

    folder: Path
    salesforce: SalesforceClient
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    agrees: Callable[[MappingPlan], bool] = lambda _: False
    sleep: Callable[[float], None] = lambda _: time.sleep(0.01)
    plans: dict[str, MappingPlan] = field(default_factory=dict)
    runs: int = 0
    ticks: bool = False
    piece_rows: int = ROWS
    reports: list[RunReport] = field(default_factory=list)

    @property
    def spec(self) -> SyncSpec:
        """The sync as its files say now."""
        files = sorted(path for path in self.folder.glob("*") if path.is_file())
        return _loaded(self.folder, tuple((path.name, path.read_bytes()) for path in files))

    def run(self, request: RunRequest | None = None) -> dict[str, RunReport]:
        """Carry out one run and return the report of each mapping it selected."""
        request = RunRequest() if request is None else request
        self.runs += 1
        # Every run has processes of its own, which have not been told the time by a reply of the run before.
        self.salesforce._last_date = None
        run_id, started, spec = f"run-{self.runs}", datetime.now(UTC), self.spec
        begun = self._begin(spec, request, run_id, started)
        if begun.reports:
            self.reports.extend(begun.reports)
            return {report.mapping: report for report in begun.reports}
        facts = RunFacts.from_dict(begun.facts.to_dict())
        reports = {}
        for mapping in spec.mappings:
            if request.selects(mapping.name):
                extraction = self.extract(spec, mapping, facts, request, run_id)
                plan = self.plan(spec, mapping, facts, request, extraction, run_id)
                if not request.writes or (plan.reasons and not self.agrees(plan)):
                    reports[mapping.name] = self._unwritten(spec, mapping, request, extraction, plan, run_id)
                    continue
                self.load(spec, mapping, facts, extraction, run_id, plan=plan)
                reports[mapping.name] = settle(
                    spec,
                    mapping,
                    request,
                    self.ledger,
                    run_id=run_id,
                    extraction=extraction.to_dict(),
                    started=started,
                    drift=facts.drift_of(mapping.name),
                    left_out=facts.mappings[mapping.name].left_out,
                    plan=plan.to_dict(),
                )
        self.reports.extend(reports.values())
        return reports

    def _begin(self, spec: SyncSpec, request: RunRequest, run_id: str, started: datetime) -> Begun:
        if not self.ticks:
            found = preflight(spec, request, self.salesforce, self.daktela, database=None, ledger=self.ledger)
            return Begun(facts=found)
        return Beginning(
            spec=spec,
            request=request,
            run_id=run_id,
            started=started,
            salesforce=self.salesforce,
            daktela=self.daktela,
            database=None,
            ledger=self.ledger,
            store=self.store,
            transforms={},
        ).begin()

    def extract(
        self, spec: SyncSpec, mapping: MappingSpec, facts: RunFacts, request: RunRequest, run_id: str
    ) -> Extraction:
        """The extract step, waiting for a Bulk job as the triggerer would."""
        extractor = Extractor(
            spec=spec,
            mapping=mapping,
            facts=facts,
            request=request,
            run_id=run_id,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )
        job_id = extractor.begin()
        while job_id is not None and extractor.running(job_id):
            pass
        return extractor.finish()

    def load(
        self,
        spec: SyncSpec,
        mapping: MappingSpec,
        facts: RunFacts,
        extraction: Extraction,
        run_id: str,
        *,
        verifies: bool = False,
        plan: MappingPlan | None = None,
    ) -> None:
        """Transform and load every part; with ``verifies`` as a repair does, with a ``plan`` that was agreed to."""
        steps = self.steps(spec, mapping, facts, extraction, run_id, verifies=verifies)
        with steps.counting("load") as counting:
            agreed, merges = plan is not None and bool(plan.vanished), None if plan is None else plan.heirs
            loader = steps.loader(agreed=agreed, merges=merges, written=counting.written)
            loader.piece_rows = self.piece_rows
            for number, part in enumerate(self.payloads(mapping, facts, extraction, run_id)):
                loader.load(part, number)

    def plan(
        self,
        spec: SyncSpec,
        mapping: MappingSpec,
        facts: RunFacts,
        request: RunRequest,
        extraction: Extraction,
        run_id: str,
    ) -> MappingPlan:
        """The plan step; parents' plans come from the mappings before."""
        parents = {
            name: PartRef.from_dict(MappingPlan.from_dict(plan.to_dict()).planned or {})
            for name, plan in self.plans.items()
            if plan.planned is not None
        }
        steps = self.steps(spec, mapping, facts, extraction, run_id)
        parts = self.payloads(mapping, facts, extraction, run_id)
        with steps.counting("plan"):
            planner = steps.planner(parents=parents, whole=not request.writes)
            self.plans[mapping.name] = planner.plan(parts, salesforce_calls=extraction.calls)
        return self.plans[mapping.name]

    def _unwritten(
        self,
        spec: SyncSpec,
        mapping: MappingSpec,
        request: RunRequest,
        extraction: Extraction,
        plan: MappingPlan,
        run_id: str,
    ) -> RunReport:
        return settle_unwritten(
            spec,
            mapping,
            request,
            self.ledger,
            run_id=run_id,
            state="declined" if request.writes else "planned",
            started=datetime.now(UTC),
            extraction=extraction.to_dict(),
            counts=None if request.writes else plan.counts,
            plan=plan.to_dict(),
        )

    def payloads(self, mapping: MappingSpec, facts: RunFacts, extraction: Extraction, run_id: str) -> list[PartRef]:
        """The transform step: every part as the load step takes it."""
        mapped = [self._transform(mapping, facts, extraction, run_id, *item) for item in enumerate(extraction.parts)]
        return [*mapped, *extraction.departures]

    def loader(
        self,
        spec: SyncSpec,
        mapping: MappingSpec,
        facts: RunFacts,
        extraction: Extraction,
        run_id: str,
        *,
        verifies: bool = False,
        plan: MappingPlan | None = None,
    ) -> Loader:
        """The load step of one run, with a ``plan`` that was agreed to."""
        steps = self.steps(spec, mapping, facts, extraction, run_id, verifies=verifies)
        agreed, merges = plan is not None and bool(plan.vanished), None if plan is None else plan.heirs
        loader = steps.loader(agreed=agreed, merges=merges)
        loader.piece_rows = self.piece_rows
        return loader

    def steps(
        self,
        spec: SyncSpec,
        mapping: MappingSpec,
        facts: RunFacts,
        extraction: Extraction,
        run_id: str,
        *,
        verifies: bool = False,
    ) -> MappingSteps:
        """What plans and loads one mapping in one run."""
        return MappingSteps(
            spec=spec,
            mapping=mapping,
            facts=facts,
            run_id=run_id,
            extraction=extraction.extraction,
            read_at=extraction.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            store=self.store,
            sleep=self.sleep,
            verifies=verifies,
        )

    def _transform(
        self, mapping: MappingSpec, facts: RunFacts, extraction: Extraction, run_id: str, number: int, part: PartRef
    ) -> PartRef:
        compiled = compile_for_run(mapping, facts, {})
        key = PartKey(
            sync=self.folder.name,
            run=run_id,
            mapping=mapping.name,
            extraction=extraction.extraction,
            kind="payloads",
            number=number,
        )
        return transform_part(self.store, part, key, compiled)


def counts(reports: dict[str, RunReport]) -> dict[str, Any]:
    """The outcomes of each mapping."""
    return {name: dict(report.outcomes) for name, report in reports.items()}


def set_clock(runner: Runner, sandbox: Sandbox, seconds: float) -> None:
    """Put Salesforce's clock forward; who goes on is another process, which has not been told the time yet."""
    sandbox.salesforce.switch(clock_skew_seconds=seconds)
    runner.salesforce = SalesforceClient(runner.salesforce.credentials, sleep=lambda _: None)


def rewrite(path: Path, old: str, new: str) -> None:
    """Change one line of a mapping file, as its owner would."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
