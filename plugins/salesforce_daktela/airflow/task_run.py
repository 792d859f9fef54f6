"""One task's view of its run: the sync as it was when the run began, what was asked, and what preflight found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.dag_ids import COMPARING, kept_run
from salesforce_daktela.airflow.settings import confirmed_ledger, mappings_folder, transforms_folder
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.request import RunRequest, parse_backfill, parse_request, reconcile_request

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.mapping.transforms.definition import Transform
    from salesforce_daktela.steps.run.mapping_snapshot import MappingSnapshot

PREFLIGHT = "preflight"
BACKFILL = "backfill"
COMPARES = "repair"
"""The parameter of the comparing DAG that lets a run repair what it finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """What every task needs to know before it starts. ``run_id`` is the one in ledger and staging.

    ``found`` is preflight's result, None before it has finished.
    """

    spec: SyncSpec
    transforms: Mapping[str, Transform]
    request: RunRequest
    run_id: str
    found: Mapping[str, Any] | None

    @classmethod
    def of(cls, sync: str, context: Context, dag_file: str) -> TaskRun:
        """Read the mapping that the run carries, and the run's parameters. Raises MappingError, ConfigurationError.

        Before preflight has finished, the mapping is read from the files that belong to ``dag_file``.
        """
        from salesforce_daktela.steps.run.mapping_snapshot import find_snapshot

        found: Any = context["ti"].xcom_pull(task_ids=PREFLIGHT)
        if found is None:
            return cls.beginning(sync, context, dag_file)[0]
        facts = RunFacts.from_dict(found)
        snapshot = find_snapshot(confirmed_ledger(sync, facts), sync, facts.carried)
        return cls._from_snapshot(snapshot, sync, context, dag_file, found)

    @classmethod
    def beginning(cls, sync: str, context: Context, dag_file: str) -> tuple[TaskRun, MappingSnapshot]:
        """The run as preflight sees it, with the files as they are now. The run carries their texts from here on."""
        from salesforce_daktela.steps.run.mapping_snapshot import read_snapshot

        folder, transforms = mappings_folder(dag_file) / sync, transforms_folder(dag_file)
        load_sync(folder, transforms_folder=transforms)
        snapshot = read_snapshot(folder, transforms)
        return cls._from_snapshot(snapshot, sync, context, dag_file, None), snapshot

    @classmethod
    def _from_snapshot(
        cls, snapshot: MappingSnapshot, sync: str, context: Context, dag_file: str, found: Mapping[str, Any] | None
    ) -> TaskRun:
        spec, transforms = snapshot.load(mappings_folder(dag_file) / sync, transforms_folder(dag_file))
        request, run_id = _request(spec, context), kept_run(context["ti"].dag_id, str(context["run_id"]))
        return cls(spec=spec, transforms=transforms, request=request, run_id=run_id, found=found)

    def parents(self, mapping: str) -> list[str]:
        """The mappings before this one whose records it refers to."""
        names = [known.name for known in self.spec.mappings]
        return self.spec.mapping(mapping).parents(names[: names.index(mapping)])

    def facts(self) -> RunFacts:
        """What preflight found. Raises ConfigurationError when it has not finished."""
        if self.found is None:
            raise ConfigurationError(
                "preflight has not finished in this run", where="task preflight", advice="clear it"
            )
        return RunFacts.from_dict(self.found)


def _request(spec: SyncSpec, context: Context) -> RunRequest:
    known = tuple(mapping.name for mapping in spec.mappings)
    _refuse_ignored_conf(context)
    if str(context["ti"].dag_id).startswith(COMPARING):
        return reconcile_request(context["params"], known_mappings=known)
    run = context["dag_run"]
    if str(getattr(run.run_type, "value", run.run_type)) == BACKFILL:
        if run.data_interval_start is None or run.data_interval_end is None:
            raise ConfigurationError("this backfill run has no data interval", where=f"sync {spec.name}")
        interval = run.data_interval_start, run.data_interval_end
        return parse_backfill(context["params"], *interval, known_mappings=known, timezone=spec.timezone)
    return parse_request(context["params"], known_mappings=known)


def _refuse_ignored_conf(context: Context) -> None:
    """Without this a run that was asked for a plan would write. Raises ConfigurationError."""
    params = context["params"]
    ignored = [name for name, value in (context["dag_run"].conf or {}).items() if params.get(name) != value]
    if ignored:
        raise ConfigurationError(
            f"Airflow does not hand over what the run was started with: {', '.join(sorted(ignored))}",
            where="airflow.cfg [core] dag_run_conf_overrides_params",
            advice="set it to True, as it is by default, then start the run again",
        )
