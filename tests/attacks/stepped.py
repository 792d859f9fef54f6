"""A run one task at a time, as a scheduler sees it: it can wait, fail, be tried again, and go on after others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.extractor import Extraction
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.settle.settle import settle, settle_unwritten
from salesforce_daktela.steps.tick.probe import Probe
from salesforce_daktela.steps.tick.quiet import settle_quiet
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.traffic import Sent, Traffic
from salesforce_daktela.sync.window_plan import in_batches
from tests.scenarios.scenario_runner import Runner


@dataclass(slots=True, kw_only=True)
class Deployment(Runner):
    """``known`` are facts by folder, ``quiet`` how many runs had nothing to do."""

    known: dict[str, RunFacts] = field(default_factory=dict)
    quiet: int = 0


@dataclass(slots=True, kw_only=True)
class SteppedRun:
    """``tasks`` are names of tasks and mappings in the order they run, ``done`` how many of them have succeeded.

    ``answers`` are what was said to the plans that asked, by mapping: a run that goes on later goes by them.
    ``spec`` is the sync as it was when preflight ran: the run goes by it, whatever the files say later.
    """

    runner: Deployment
    request: RunRequest
    run_id: str
    tasks: list[tuple[str, str]]
    done: int = 0
    alone: bool = True
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    facts: RunFacts | None = None
    spec: SyncSpec = field(init=False)
    extractions: dict[str, Extraction] = field(default_factory=dict)
    parts: dict[str, list[PartRef]] = field(default_factory=dict)
    loaded: dict[str, set[int]] = field(default_factory=dict)
    plans: dict[str, MappingPlan] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    reports: dict[str, RunReport] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec = self.runner.spec

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.done >= len(self.tasks)

    def step(self) -> None:
        """Carry out the next task. Whatever it raises, the same task comes next."""
        task, mapping = self.tasks[self.done]
        if self.facts is not None:
            runner = self.runner
            confirm_memory(
                runner.spec.name, runner.ledger, self.facts, salesforce=runner.salesforce, daktela=runner.daktela
            )
        getattr(self, f"_{task}")(mapping)
        self.done += 1

    def again(self, mapping: str) -> None:
        """Clear a mapping's tasks from extract on, as somebody does in Airflow's UI."""
        self.tasks = self.tasks[: self.done] + [(task, mapping) for task in ("extract", "plan", "load", "settle")]
        self.alone = False

    def _preflight(self, _: str) -> None:
        """Once for each state of the two schemas and the files: asking again would tell the same.

        A deployment with ticks then asks in short whether anything has changed. If nothing has, that was the run.
        """
        runner = self.runner
        self.spec = spec = runner.spec
        known = runner.known.get(spec.folder)
        if known is None:
            found = preflight(
                spec, RunRequest(), runner.salesforce, runner.daktela, database=None, ledger=runner.ledger
            )
            runner.known[spec.folder] = known = RunFacts.from_dict(found.to_dict())
        elif runner.ticks and self.request.mode is Mode.INCREMENTAL and self._tick(known):
            self.tasks = self.tasks[: self.done + 1]
            runner.quiet += 1
        self.facts = replace(known, now=runner.salesforce.server_time())

    def _tick(self, known: RunFacts) -> bool:
        """Settle the run if nothing has changed in Salesforce and nothing is due."""
        runner = self.runner
        probe = Probe(
            spec=self.spec,
            request=self.request,
            facts=known,
            run_id=self.run_id,
            salesforce=runner.salesforce,
            ledger=runner.ledger,
            store=runner.store,
        )
        probed = probe.ask()
        if probed is None or probed.reasons:
            return False
        asked = Traffic(sent=Sent(calls=1), began=self.started, ended=self.started)
        for report in settle_quiet(probe, probed, started=self.started, asked=asked):
            self.reports[report.mapping] = report
        return True

    def _extract(self, mapping: str) -> None:
        spec = self.spec
        self.extractions[mapping] = self.runner.extract(
            spec, spec.mapping(mapping), self._facts, self.request, self.run_id
        )

    def _plan(self, mapping: str) -> None:
        spec, extraction = self.spec, self.extractions[mapping]
        self.parts[mapping] = self.runner.payloads(spec.mapping(mapping), self._facts, extraction, self.run_id)
        self.runner.plans = self.plans
        self.runner.plan(spec, spec.mapping(mapping), self._facts, self.request, extraction, self.run_id)
        self.answers.pop(mapping, None)

    def _load(self, mapping: str) -> None:
        if self._unwritten(mapping):
            return
        spec = self.spec
        loader = self.runner.loader(
            spec,
            spec.mapping(mapping),
            self._facts,
            self.extractions[mapping],
            self.run_id,
            plan=self.plans[mapping],
        )
        for number in self._to_load(mapping):
            loader.load(self.parts[mapping][number], number)
            self.loaded[loader.extraction].add(number)

    def _to_load(self, mapping: str) -> list[int]:
        """Parts that no earlier try has loaded. Batches are tasks of their own, so the last one may come first."""
        done = self.loaded.setdefault(self.extractions[mapping].extraction, set())
        batches = in_batches(range(len(self.parts[mapping])), tasks=3)
        return [number for batch in reversed(batches) for number in batch if number not in done]

    def _settle(self, mapping: str) -> None:
        spec, plan = self.spec, self.plans[mapping]
        extraction = self.extractions[mapping].to_dict()
        if self._unwritten(mapping):
            self.reports[mapping] = settle_unwritten(
                spec,
                spec.mapping(mapping),
                self.request,
                self.runner.ledger,
                run_id=self.run_id,
                state="declined" if self.request.writes else "planned",
                started=self.started,
                extraction=extraction,
                counts=None if self.request.writes else plan.counts,
            )
            return
        self.reports[mapping] = settle(
            spec,
            spec.mapping(mapping),
            self.request,
            self.runner.ledger,
            run_id=self.run_id,
            extraction=extraction,
            started=self.started,
            drift=self._facts.drift_of(mapping),
            left_out=self._facts.mappings[mapping].left_out,
        )

    def _unwritten(self, mapping: str) -> bool:
        plan = self.plans[mapping]
        if not self.request.writes or not plan.reasons:
            return not self.request.writes
        if mapping not in self.answers:
            self.answers[mapping] = self.runner.agrees(plan)
        return not self.answers[mapping]

    @property
    def _facts(self) -> RunFacts:
        if self.facts is None:
            raise RuntimeError("preflight has not run")
        return self.facts


def start_run(runner: Deployment, request: RunRequest, number: int, *, early: bool) -> SteppedRun:
    """Return a run before its first task; ``early`` reads every mapping before the first is loaded."""
    names = [mapping.name for mapping in runner.spec.mappings if request.selects(mapping.name)]
    rest = ("plan", "load", "settle") if early else ("extract", "plan", "load", "settle")
    tasks = [("preflight", ""), *(("extract", name) for name in names if early)]
    tasks += [(task, name) for name in names for task in rest]
    return SteppedRun(runner=runner, request=request, run_id=f"run-{number}", tasks=tasks)
