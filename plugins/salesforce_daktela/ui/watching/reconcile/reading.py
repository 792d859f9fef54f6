"""Reads the DAG that compares, the run that is shown, and the reports of comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import COMPARING, airflow_run, kept_run
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.request import Mode
from salesforce_daktela.sync.run_report import COMPARISON
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.reading import dag_of, latest_run, may, named_run, read_standing
from salesforce_daktela.ui.watching.health.reading import WAITS
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.reconcile.facts import Compared, ReconcileFacts

REPORTS = 100
"""Reports of mappings in the history: half a year of weekly comparisons of four."""

MODES = (Mode.RECONCILE.value, Mode.REPAIR.value)


def read_reconcile(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, rights: Rights, *, run_id: str = ""
) -> ReconcileFacts:
    """Return what the user may know; ``run_id`` is the run to show, else the latest. Raises 404 for no sync."""
    standing = read_standing(environment, session, sync, user, edits=False)
    dag_id, spec = COMPARING + sync, standing.spec
    may_read = may(user, session, dag_id, "GET", DagAccessEntity.RUN)
    latest = latest_run(session, dag_id) if may_read else None
    run = (named_run(session, dag_id, run_id) if may_read and run_id else None) or latest
    names = () if spec is None else tuple(mapping.name for mapping in spec.mappings)
    shown = run_id or ("" if run is None else run.run_id)
    answer, trouble = ask_ledger(environment, lambda ledger: _of_ledger(ledger, sync, shown, names))
    found, history, known = answer or ((), (), {})
    return ReconcileFacts(
        sync=sync,
        dag_id=dag_id,
        zone=(spec.timezone if spec else None) or "UTC",
        spec=spec,
        dag=dag_of(session, dag_id),
        may_start=may(user, session, dag_id, "POST", DagAccessEntity.RUN),
        may_switch=may(user, session, dag_id, "PUT"),
        may_read=may_read,
        may_see_records=rights.edit,
        run=run if not run_id or (run is not None and run.run_id == run_id) else None,
        latest=not run_id or (latest is not None and latest.run_id == run_id),
        busy=latest is not None and not latest.ended,
        asks=run is not None and not run.ended and _asks(session, run),
        found=found,
        history=history,
        known=known,
        trouble=trouble,
    )


def _of_ledger(
    ledger: Ledger, sync: str, run_id: str, names: tuple[str, ...]
) -> tuple[tuple[Compared, ...], tuple[Compared, ...], Mapping[str, int]]:
    history = tuple(_compared(report) for report in ledger.reports.latest(sync, REPORTS, modes=MODES))
    wanted = run_id or (history[0].run_id if history else "")
    # Earlier releases kept a comparison under Airflow's own id.
    reports = ledger.reports.read(sync, kept_run(COMPARING, wanted)) or ledger.reports.read(sync, wanted)
    found = [_compared(report) for report in reports if report["mode"] in MODES]
    compared = {each.mapping for each in history if not each.deferred}
    known = ledger.records.count_known(sync) if set(names) - compared else {}
    return tuple(sorted(found, key=lambda each: _place(each.mapping, names))), history, known


def _place(mapping: str, names: tuple[str, ...]) -> tuple[int, str]:
    return (names.index(mapping) if mapping in names else len(names), mapping)


def _compared(report: Mapping[str, Any]) -> Compared:
    whole = report["kind"] == COMPARISON
    sent = report.get("daktela_calls") or {}
    return Compared(
        run_id=airflow_run(report["run_id"])[1],
        mapping=report["mapping"],
        mode=report["mode"],
        state=report["state"],
        started=_moment(report["started"]),
        finished=_moment(report["finished"]),
        salesforce=report["salesforce"] if whole else report["extracted"],
        daktela=report["daktela"] if whole else None,
        counts=report["counts" if whole else "outcomes"],
        samples=report.get("samples", {}),
        repaired=report["repaired" if whole else "notes"],
        left_out=report["left_out"],
        reasons=report.get("reasons", ()),
        answered_by=str((report.get("approval") or {}).get("by") or ""),
        failure=report.get("failure", ""),
        deferred=report["deferred"] or ("?" if report["state"] == "deferred" else ""),
        salesforce_calls=report["salesforce_calls"],
        daktela_calls=sent.get("calls"),
    )


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _asks(session: Session, run: RunFacts) -> bool:
    query = select(TaskInstance.task_id).where(
        TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id, TaskInstance.state.in_(WAITS)
    )
    return session.execute(query.limit(1)).first() is not None
