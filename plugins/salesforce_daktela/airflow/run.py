"""One task's view of its run: the sync as it stands in Git, what was asked, and what preflight found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.settings import mappings_folder, transforms_folder
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.facts import RunFacts
from salesforce_daktela.steps.fingerprint import fingerprint
from salesforce_daktela.sync.request import RunRequest, backfill_request, parse_request, reconcile_request

if TYPE_CHECKING:
    from airflow.sdk import Context

PREFLIGHT = "preflight"
BACKFILL = "backfill"
COMPARES = "repair"
"""A parameter that only runs of the comparing DAG have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """What every task needs to know before it starts."""

    spec: SyncSpec
    request: RunRequest
    run_id: str

    @classmethod
    def of(cls, sync: str, context: Context) -> TaskRun:
        """Read the sync's files and the run's parameters. Raises MappingError, ConfigurationError."""
        spec = load_sync(mappings_folder() / sync, transforms_folder=transforms_folder())
        return cls(spec=spec, request=_request(spec, context), run_id=str(context["run_id"]))

    def facts(self, context: Context) -> RunFacts:
        """What preflight found. Raises ConfigurationError when the mappings changed since."""
        found: Any = context["ti"].xcom_pull(task_ids=PREFLIGHT)
        if found is None:
            raise ConfigurationError(
                "preflight has not finished in this run", where="task preflight", advice="clear it"
            )
        facts = RunFacts.from_dict(found)
        if facts.fingerprint != fingerprint(self.spec.folder):
            raise ConfigurationError(
                "the mapping files changed while this run was under way",
                where=f"sync {self.spec.name}",
                advice="clear the run from preflight on, or let the next run do the work",
            )
        return facts


def _request(spec: SyncSpec, context: Context) -> RunRequest:
    known = tuple(mapping.name for mapping in spec.mappings)
    if COMPARES in context["params"]:
        return reconcile_request(context["params"], known_mappings=known)
    run = context["dag_run"]
    if str(getattr(run.run_type, "value", run.run_type)) == BACKFILL:
        if run.data_interval_start is None or run.data_interval_end is None:
            raise ConfigurationError("this backfill run has no data interval", where=f"sync {spec.name}")
        return backfill_request(run.data_interval_start, run.data_interval_end, timezone=spec.timezone)
    return parse_request(context["params"], known_mappings=known)
