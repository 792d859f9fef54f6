"""Reads how syncs are: the ledger's counts, and the tasks that wait for an answer in Airflow's database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import groupby

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.sync.request import TRIGGERED, Mode
from salesforce_daktela.ui.runs.reading import may
from salesforce_daktela.ui.syncs.facts import LastRun, SyncFacts
from salesforce_daktela.ui.syncs.reading import UNWRITTEN
from salesforce_daktela.ui.watching.health.facts import Health, Question, Remembered, RunSummary, worst
from salesforce_daktela.ui.watching.health.reports import gather

REPORTS = 24
"""Reports among which the latest of each mapping is, and what has changed lately."""

LOADS = frozenset(mode.value for mode in TRIGGERED if mode is not Mode.PLAN)
"""Modes of runs that write. A plan's outcomes are not what has happened, and a comparison has none."""

WAITS = ("awaiting_input", "deferred")
MOST_MAPPINGS = 20
"""Rows of the ledger for one run, mostly fewer: the older runs of a sync with more mappings are not shown."""


def remember(ledger: Ledger, sync: str, *, runs: int) -> Remembered:
    """Return what the ledger knows of a sync, with its latest runs."""
    limit = runs * MOST_MAPPINGS
    rows = ledger.totals.read_runs(sync, limit)
    found = list(_runs(row for row in rows if row.mode in LOADS))
    if len(rows) == limit and len(found) > 1:
        # Rows of the oldest run may be missing.
        found.pop()
    reports = ledger.reports.latest(sync, REPORTS, modes=LOADS)
    return Remembered(
        runs=tuple(reversed(found[:runs])),
        watermarks=ledger.watermarks.of_sync(sync),
        rejects=tuple(ledger.rejects.reasons(sync)),
        parked=tuple(ledger.parking.groups(sync)),
        waiting=ledger.parking.count(sync),
        told=gather(reports),
        plans=frozenset(row.run_id for row in rows if row.mode == Mode.PLAN),
    )


def read_questions(session: Session, user: BaseUser, syncs: Collection[str]) -> dict[str, list[Question]]:
    """Return the tasks that wait for an answer, by sync, oldest first, as far as the user may see them."""
    of = {f"{prefix}{sync}": sync for sync in syncs for prefix in (LOADING, COMPARING)}
    columns = (TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id, HITLDetail.created_at)
    query = (
        select(*columns)
        .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
        .where(TaskInstance.state.in_(WAITS), HITLDetail.responded_at.is_(None))
        .order_by(HITLDetail.created_at)
    )
    rows = [row for row in session.execute(query) if row.dag_id in of]
    seen = {dag_id for dag_id in {row.dag_id for row in rows} if may_see_questions(user, session, dag_id)}
    found: dict[str, list[Question]] = {}
    for row in rows:
        if row.dag_id in seen:
            question = Question(dag_id=row.dag_id, run_id=row.run_id, task_id=row.task_id, since=row.created_at)
            found.setdefault(of[row.dag_id], []).append(question)
    return found


def health_of(sync: SyncFacts, remembered: Remembered | None, questions: Iterable[Question]) -> Health:
    """Put together what was read of a sync: its last run gets what the ledger says of it."""
    counted = sync
    if sync.last_run is not None and remembered is not None:
        counted = replace(sync, last_run=_counted(sync.last_run, remembered))
    return Health(sync=counted, remembered=remembered, questions=tuple(questions))


def _counted(last: LastRun, remembered: Remembered) -> LastRun:
    if last.run_id in remembered.plans:
        return replace(last, unwritten="planned")
    found = next((run for run in remembered.runs if run.run_id == last.run_id), None)
    if found is None:
        return last
    return replace(last, counts=found.counts, unwritten=found.state if found.state in UNWRITTEN else "")


def may_see_questions(user: BaseUser, session: Session, dag_id: str) -> bool:
    """Whether the auth manager shows a user what a DAG asks."""
    return may(user, session, dag_id, "GET", DagAccessEntity.HITL_DETAIL)


def _runs(rows: Iterable[RunTotals]) -> Iterable[RunSummary]:
    """Runs, latest first. The rows of one run need not follow each other: mappings end at different times."""
    latest = list(rows)
    order = {run_id: number for number, run_id in reversed(list(enumerate(row.run_id for row in latest)))}
    for run_id, group in groupby(sorted(latest, key=lambda row: order[row.run_id]), key=lambda row: row.run_id):
        parts = list(group)
        counts: Counter[str] = Counter()
        for part in parts:
            counts.update(part.counts)
        yield RunSummary(
            run_id=run_id,
            mode=parts[0].mode,
            state=worst(Counter(part.state for part in parts)),
            finished=max(part.finished for part in parts),
            counts=dict(counts),
        )
