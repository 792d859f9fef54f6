"""Reads one page of a sync's open rejects, and what stands in the way of trying them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import OpenReason
from salesforce_daktela.ledger.waiting.reject_pages import ListedReject, RejectFilter, RejectPlace
from salesforce_daktela.salesforce.wire.ids import is_id, typed_id
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.reading import latest_run, may
from salesforce_daktela.ui.syncs.reading import read_sync
from salesforce_daktela.ui.watching.instances import read_instances
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.rejects.facts import PER_PAGE, Asked, RejectsFacts
from salesforce_daktela.ui.watching.turning import read_place


def read_rejects(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, asked: Asked, rights: Rights
) -> RejectsFacts:
    """Return the rejects that are asked for. Raises 404 where there is no such sync."""
    found = read_sync(environment, session, user, sync)
    now = datetime.now(UTC)

    def of_it(ledger: Ledger) -> tuple[list[OpenReason], list[ListedReject]]:
        reasons = ledger.rejects.reasons(sync)
        only, after = _filter(asked, now), _after(asked.after)
        return reasons, ledger.reject_pages.read(sync, reasons, only, after=after, limit=PER_PAGE + 1)

    read, trouble = ask_ledger(environment, of_it)
    reasons, rows = read or ([], [])
    return RejectsFacts(
        sync=sync,
        now=now,
        zone=(found.spec.timezone if found.spec else None) or "UTC",
        asked=asked,
        reasons=None if read is None and trouble else tuple(reasons),
        rows=tuple(rows[:PER_PAGE]),
        more=len(rows) > PER_PAGE,
        id_unknown=bool(asked.id) and not is_id(asked.id),
        may_start=rights.run,
        paused=None if found.dag is None else found.dag.paused,
        under_way=_under_way(session, user, LOADING + sync),
        instances=read_instances(found.spec),
        ledger_trouble=trouble,
    )


def _filter(asked: Asked, now: datetime) -> RejectFilter:
    ids = [typed_id(asked.id)] if is_id(asked.id) else []
    return RejectFilter(
        mapping=asked.mapping or None,
        code=asked.code or None,
        field=asked.field or None,
        ids=ids if asked.id else None,
        first_seen_before=now - timedelta(hours=asked.older_than) if asked.older_than else None,
        run_id=asked.run or None,
    )


def _after(word: str) -> RejectPlace | None:
    place = read_place(word, RejectPlace._fields.index("first_seen"), len(RejectPlace._fields)) if word else None
    return None if place is None else RejectPlace(*cast("list[str]", place))  # type: ignore[arg-type]


def _under_way(session: Session, user: BaseUser, dag_id: str) -> RunFacts | None:
    if not may(user, session, dag_id, "GET", DagAccessEntity.RUN):
        return None
    run = latest_run(session, dag_id)
    return run if run is not None and not run.ended else None
