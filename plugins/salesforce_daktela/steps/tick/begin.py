"""The beginning of a run: a short question where that is enough, else the whole preflight."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import exhausted_limit, preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.tick.last_check import LastCheck, LastChecks
from salesforce_daktela.steps.tick.probe import Probe, Probed
from salesforce_daktela.steps.tick.quiet import settle_quiet
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.traffic import Traffic

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the later tasks need to know; ``reports`` of all mappings when nothing is left for these to do."""

    facts: RunFacts
    reports: tuple[RunReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Begins one run. ``database`` is the one that the Daktela connection names, ``started`` when the run began."""

    spec: SyncSpec
    request: RunRequest
    run_id: str
    started: datetime
    salesforce: SalesforceClient
    daktela: DaktelaClient
    database: str | None
    ledger: Ledger
    store: PartStore
    transforms: Mapping[str, Transform]

    def begin(self, *, may_end: bool = True) -> Begun:
        """Settle the run if nothing has changed and nothing is due, else check both systems. Raises as ``preflight``.

        Only a scheduled run is ended by the question. Any other is started to see the present state. So is a run that
        somebody has cleared, and ``may_end`` is False: its other tasks may have left something, and cannot be left out.
        """
        if not may_end or self.request.mode is not Mode.INCREMENTAL:
            return Begun(facts=self._preflight())
        checks = LastChecks(
            spec=self.spec,
            transforms=self.transforms,
            salesforce=self.salesforce,
            daktela=self.daktela,
            ledger=self.ledger,
        )
        last, began, before = checks.find(), datetime.now(UTC), self.salesforce.sent
        probe = None if last is None else self._probe(last.facts)
        probed = None if probe is None else self._ask(probe)
        if probe is not None and probed is not None and self._may_end(probed):
            asked = Traffic(sent=self.salesforce.sent.since(before), began=began, ended=datetime.now(UTC))
            return Begun(facts=probed.facts, reports=settle_quiet(probe, probed, started=self.started, asked=asked))
        return Begun(facts=self._checked(checks, last if probed is not None else None))

    def _checked(self, checks: LastChecks, confirmed: LastCheck | None) -> RunFacts:
        """Check both systems. Describes that the question has ``confirmed`` are not asked for again within an hour."""
        now = datetime.now(UTC)
        if confirmed is not None:
            self.salesforce.described.update(confirmed.described)
        facts = self._preflight()
        if not self.request.mappings and not facts.deferred:
            at = now if confirmed is None else confirmed.described_at
            checks.keep(LastCheck(facts=facts, described=self.salesforce.described, described_at=at))
        return facts

    def _preflight(self) -> RunFacts:
        return preflight(
            self.spec,
            self.request,
            self.salesforce,
            self.daktela,
            database=self.database,
            ledger=self.ledger,
            transforms=self.transforms,
            run_id=self.run_id,
        )

    def _probe(self, facts: RunFacts) -> Probe:
        return Probe(
            spec=self.spec,
            request=self.request,
            facts=facts,
            run_id=self.run_id,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )

    def _ask(self, probe: Probe) -> Probed | None:
        """Whatever goes wrong with the question, the whole way tells it better, or does without it."""
        try:
            confirm_memory(self.spec.name, self.ledger, probe.facts, salesforce=self.salesforce, daktela=self.daktela)
            return probe.ask()
        except PipelineError as exc:
            log.warning("this run goes the whole way, because the short question has failed: %s", exc)
            return None

    def _may_end(self, probed: Probed) -> bool:
        if probed.reasons:
            log.info("this run has something to do: %s", "; ".join(probed.reasons))
            return False
        if exhausted_limit(self.spec, self.salesforce):
            return False
        log.info("nothing has changed in Salesforce and nothing is due, so this run ends here")
        return True
