"""Reads the runs of a sync: Airflow's, with the ledger's counts, and those of terminals, of the ledger alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.models.dagrun import DagRun
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING, PLANNING, airflow_run, kept_run
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.ui.runs.reading import may
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.runs.facts import RunRow, RunsFacts

KINDS = {LOADING: "load", COMPARING: "compare", PLANNING: "plan"}
"""The words for the DAGs of a sync, by the prefixes of their ids."""

AT_ONCE = 50
LATEST = 200
"""Rows of the ledger, one for each mapping and run, among which runs of terminals are looked for."""


def read_runs(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, zone: str, *, before: int | None
) -> RunsFacts:
    """Return one page of runs: the latest ones, or those from the run with the key ``before`` on."""
    dags = [prefix + sync for prefix in KINDS if may(user, session, prefix + sync, "GET", DagAccessEntity.RUN)]
    facts = RunsFacts(sync=sync, first_page=before is None, zone=zone, may_read=bool(dags))
    if not dags:
        return facts
    found = _airflow_runs(session, dags, before)
    rows = [_row(run, sync) for run in found[:AT_ONCE]]
    older = found[AT_ONCE].id if len(found) > AT_ONCE else None
    kept = [_kept(row) for row in rows]
    asked = sorted({each for ids in kept for each in ids})
    totals, trouble = ask_ledger(environment, lambda ledger: _totals(ledger, sync, asked))
    counted = [
        _with(row, [each for each in totals or () if each.run_id in ids]) for row, ids in zip(rows, kept, strict=True)
    ]
    terminal, _ = ask_ledger(environment, lambda ledger: ledger.totals.read_runs(sync, LATEST))
    if before is None:
        counted = _with_terminals(session, counted, terminal or [], dags, whole=older is None)
    return replace(facts, runs=tuple(counted), older=older, ledger_trouble=trouble)


def _airflow_runs(session: Session, dags: Sequence[str], before: int | None) -> list[DagRun]:
    query = select(DagRun).where(DagRun.dag_id.in_(dags))
    if before is not None:
        first = session.execute(select(DagRun.run_after, DagRun.id).where(DagRun.id == before)).one_or_none()
        if first is None:
            return []
        query = query.where(tuple_(DagRun.run_after, DagRun.id) <= tuple_(first.run_after, first.id))
    return list(session.scalars(query.order_by(DagRun.run_after.desc(), DagRun.id.desc()).limit(AT_ONCE + 1)))


def _row(run: DagRun, sync: str) -> RunRow:
    return RunRow(
        kind=KINDS[run.dag_id.removesuffix(sync)],
        dag_id=run.dag_id,
        run_id=run.run_id,
        state=str(run.state),
        at=run.start_date or run.run_after,
        ended=run.end_date,
    )


def _kept(row: RunRow) -> tuple[str, ...]:
    """The ids under which the ledger may keep a run: earlier releases kept each under Airflow's own.

    Of those, only totals of its own modes belong to it.
    """
    return kept_run(row.dag_id, row.run_id), row.run_id


def _totals(ledger: Ledger, sync: str, run_ids: Sequence[str]) -> list[RunTotals]:
    return ledger.totals.of_runs(sync, run_ids) if run_ids else []


def _with(row: RunRow, totals: Sequence[RunTotals]) -> RunRow:
    compares = row.kind == "compare"
    own = [each for each in totals if row.kind == "terminal" or (each.mode in ("reconcile", "repair")) is compares]
    counts: Counter[str] = Counter()
    for each in own:
        counts.update(each.counts)
    return replace(
        row,
        mode=own[0].mode if own else "",
        states=frozenset(each.state for each in own),
        counts=dict(counts),
    )


def _with_terminals(
    session: Session, rows: list[RunRow], totals: Sequence[RunTotals], dags: Sequence[str], *, whole: bool
) -> list[RunRow]:
    """Add the runs that Airflow does not know, as far back as the page goes."""
    by_run: dict[str, list[RunTotals]] = {}
    for each in totals:
        by_run.setdefault(each.run_id, []).append(each)
    ids = {run_id: airflow_run(run_id)[1] for run_id in by_run}
    query = select(DagRun.run_id).where(DagRun.dag_id.in_(dags), DagRun.run_id.in_(list(ids.values())))
    known = set(session.scalars(query))
    own = [
        _with(
            RunRow(
                kind="terminal",
                dag_id="",
                run_id=run_id,
                state="",
                at=min(each.started for each in found),
                ended=max(each.finished for each in found),
            ),
            found,
        )
        for run_id, found in by_run.items()
        if ids[run_id] not in known
    ]
    oldest = None if whole or not rows else rows[-1].at
    shown = [row for row in own if oldest is None or row.at >= oldest]
    return sorted([*rows, *shown], key=lambda row: row.at, reverse=True)
