"""Three DAGs for each sync folder: the one that loads, the one that compares, and the one that plans."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from airflow.sdk import DAG, Param, TaskGroup, get_parsing_context

from salesforce_daktela.airflow.assets import loaded
from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING, PLANNING, sync_of
from salesforce_daktela.airflow.dag_mark import describe_sync
from salesforce_daktela.airflow.freshness import deadlines
from salesforce_daktela.airflow.notifiers import run_callbacks
from salesforce_daktela.airflow.operators.approve import APPROVE, ApproveOperator
from salesforce_daktela.airflow.operators.extract import ExtractOperator
from salesforce_daktela.airflow.operators.load import LoadOperator
from salesforce_daktela.airflow.operators.parts_operator import PART_LABEL
from salesforce_daktela.airflow.operators.plan import PlanOperator
from salesforce_daktela.airflow.operators.preflight import PreflightOperator
from salesforce_daktela.airflow.operators.settle import SettleOperator
from salesforce_daktela.airflow.operators.transform import TransformOperator
from salesforce_daktela.airflow.page_links import name_page, page_link
from salesforce_daktela.airflow.releases import CronDataIntervalTimetable
from salesforce_daktela.airflow.retry_policy import RETRIES, longest_load
from salesforce_daktela.airflow.settings import connect_ledger, mappings_folder, mappings_places, transforms_folder
from salesforce_daktela.airflow.sync_dags.plan import build_plan_dag
from salesforce_daktela.airflow.sync_dags.reconcile import build_reconcile_dag
from salesforce_daktela.airflow.sync_dags.start import START
from salesforce_daktela.airflow.task_run import PREFLIGHT
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import NoSyncError, list_syncs, load_sync
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.sync.request import TRIGGERED, Mode

log = logging.getLogger(__name__)

Builder: TypeAlias = Callable[[SyncSpec], DAG]


def build_dags(dag_file: str) -> list[DAG]:
    """Return the DAGs of every sync that belongs to ``dag_file``; ``problems`` tells what is wrong with their files.

    A sync whose files are wrong keeps the DAGs of its last run, so that runs under way can end. In a task's process
    only the task's own DAG is built: its start does not depend on how many syncs there are.
    """
    return [dag for dags, _ in _built(dag_file, get_parsing_context().dag_id) for dag in dags]


def problems(dag_file: str) -> list[str]:
    """Return why syncs do not become DAGs, one text for each. A mappings folder without a sync is a problem, too."""
    return [problem for _, problem in _built(dag_file) if problem]


def _built(dag_file: str, wanted: str | None = None) -> Iterator[tuple[list[DAG], str]]:
    """Yield each folder's DAGs, and its problem if it has one. A problem of one sync does not affect the others.

    With ``wanted`` only the folder of the DAG of this id is read, and only this DAG is built.
    """
    try:
        folders = list_syncs(mappings_folder(dag_file))
    except NoSyncError as exc:
        yield [], str(exc)
        return
    except ConfigurationError as exc:
        yield _without_the_folder(dag_file, wanted), str(exc)
        return
    for folder in folders:
        builders = _builders(folder.name, wanted)
        if not builders:
            continue
        try:
            spec = load_sync(folder, transforms_folder=transforms_folder(dag_file))
            yield [build(spec) for build in builders], ""
        except ConfigurationError as exc:
            yield _as_they_were(folder, builders), str(exc)
        except Exception as exc:  # noqa: BLE001 Airflow may refuse a sync's settings with any error
            yield (
                _as_they_were(folder, builders),
                f"{folder.parent.name}/{folder.name}/sync.yaml: Airflow makes no DAG of it: {exc!r}",
            )


def _builders(sync: str, wanted: str | None) -> list[Builder]:
    each = ((LOADING, build_dag), (COMPARING, build_reconcile_dag), (PLANNING, build_plan_dag))
    return [build for prefix, build in each if wanted in (None, prefix + sync)]


def _without_the_folder(dag_file: str, wanted: str | None) -> list[DAG]:
    """The DAGs of the last runs while the mappings folder is out of reach: its mount hangs, a checkout is swapped.

    Airflow starts no task of a DAG that its file does not define any more, and takes the DAG away after
    ``[dag_processor] stale_dag_threshold`` seconds. If the file raised, Airflow would take all its DAGs away at once.
    """
    places = mappings_places(dag_file)
    folders = [places[-1] / sync_of(wanted)] if wanted is not None else _ran_from(places)
    return [dag for folder in folders for dag in _as_they_were(folder, _builders(folder.name, wanted))]


def _ran_from(places: list[Path]) -> list[Path]:
    from salesforce_daktela.steps.run.dag_shape import ran_from

    try:
        with closing(connect_ledger()) as ledger:
            return ran_from(ledger, places, datetime.now(UTC)) if ledger.overview.version().found else []
    except Exception as exc:  # noqa: BLE001 the folder is the error to be told of
        log.warning("the DAGs of no sync can be kept as they were: %s", type(exc).__name__)
        return []


def _as_they_were(folder: Path, builders: Sequence[Builder]) -> list[DAG]:
    """The DAGs of a sync whose files are wrong. A DAG file asks the ledger only for such a sync."""
    from salesforce_daktela.steps.run.dag_shape import kept_shape

    try:
        with closing(connect_ledger()) as ledger:
            spec = kept_shape(ledger, folder) if ledger.overview.version().found else None
        return [] if spec is None else [build(spec) for build in builders]
    except Exception as exc:  # noqa: BLE001 no error here may remove the DAGs of other syncs
        log.warning("the DAGs of sync %s cannot be kept as they were: %s", folder.name, type(exc).__name__)
        return []


def build_dag(spec: SyncSpec) -> DAG:
    """Return ``salesforce_to_daktela__<sync>``: preflight, then each mapping's tasks, parents before children."""
    with DAG(
        dag_id=f"{LOADING}{spec.name}",
        description=describe_sync(spec),
        schedule=None
        if spec.schedule is None
        else CronDataIntervalTimetable(spec.schedule, timezone=spec.timezone or "UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args={**RETRIES, "on_failure_callback": name_page},
        deadline=deadlines(spec) or None,
        **run_callbacks(spec, within=spec.fresh_within),
        params=_params(spec),
        tags=["salesforce", "daktela"],
        doc_md=_doc(spec),
        auto_register=False,  # ``problems`` builds DAGs, too; only the DAG file that names them registers them
    ) as dag:
        ready = PreflightOperator(task_id=PREFLIGHT, sync=spec.name)
        loads: dict[str, Any] = {}
        for mapping in spec.mappings:
            loads[mapping.name] = _mapping_tasks(
                spec, mapping, ready, {name: loads[name] for name in mapping.parents(loads)}
            )
    return dag


def _mapping_tasks(spec: SyncSpec, mapping: MappingSpec, ready: PreflightOperator, parents: dict[str, Any]) -> Any:
    of = {"sync": spec.name, "mapping": mapping.name}
    with TaskGroup(mapping.name, tooltip=f"{mapping.sobject} to {mapping.entity.value}"):
        extract = ExtractOperator(task_id="extract", **of)
        transform = TransformOperator.partial(task_id="transform", map_index_template=PART_LABEL, **of).expand(
            parts=extract.output
        )
        plan = PlanOperator(task_id="plan", parts=transform.output, **of)
        approve = ApproveOperator(task_id=APPROVE, mapping=mapping.name, plan=plan.output)
        load = LoadOperator.partial(
            task_id="load",
            trigger_rule="none_failed",
            map_index_template=PART_LABEL,
            execution_timeout=longest_load(spec.limits.requests_per_second),
            **of,
        ).expand(parts=transform.output)
        settle = SettleOperator(task_id="settle", asset=loaded(spec, mapping), **of)
    ready >> extract
    approve >> load
    [extract, load] >> settle
    for parent in parents.values():
        parent >> plan
    return load


def _params(spec: SyncSpec) -> dict[str, Param]:
    names = [mapping.name for mapping in spec.mappings]
    moment: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}
    return {
        "mode": Param(
            Mode.INCREMENTAL.value,
            type="string",
            enum=[mode.value for mode in TRIGGERED],
            title="Mode",
            description="incremental: what changed since the watermark. full: everything. "
            "window: what changed between since and until. records: the Ids below. "
            "replay: open rejects, all or those of the codes and Ids below, without waiting for their pause. "
            "plan: what incremental would do, without writing anything.",
        ),
        "since": Param(None, title="Since", description="Start of the window, for mode window.", **moment),
        "until": Param(None, title="Until", description="End of the window, not included, for mode window.", **moment),
        "ids": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            title="Ids",
            description="For modes records and replay.",
        ),
        "codes": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            title="Codes",
            description="For mode replay: reasons of rejects, such as daktela_refused.",
        ),
        "mappings": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            examples=names,
            title="Mappings",
            description=f"Leave empty for all of {', '.join(names)}.",
        ),
    }


def _doc(spec: SyncSpec) -> str:
    pages = f"/syncs/{spec.name}"
    links = [
        f"[{said}]({page_link(pages + path)})"
        for said, path in (
            ("Status", "/status"),
            ("runs", "/runs"),
            ("rejected records", "/rejects"),
            ("one record", "/record"),
        )
    ]
    rows = "\n".join(f"| {m.name} | {m.sobject} | {m.entity.value} |" for m in spec.mappings)
    return f"{', '.join(links)}.\n\n| mapping | Salesforce | Daktela |\n|---|---|---|\n{rows}\n"
