"""``fresh_within`` of sync.yaml as a deadline of Airflow: when a run is not over by then, the ledger is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from salesforce_daktela.airflow.channels import anyone_listens
from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.notifiers import watermarks_of
from salesforce_daktela.airflow.releases import COUNTED_FROM, AsyncCallback, DeadlineAlert
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.airflow.telling import Teller
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.sync.notices import late, maybe_late


def deadlines(spec: SyncSpec) -> list[DeadlineAlert]:
    """The deadline of each run of a sync, counted from its logical date: where the run before it has read up to.

    None without ``fresh_within``. Airflow drops the deadline of a run that succeeds in time. On 3.1 it is later.
    """
    if spec.fresh_within is None:
        return []
    kwargs = {"sync": spec.name, "within": spec.fresh_within.total_seconds()}
    names = [mapping.name for mapping in spec.mappings]
    return [
        DeadlineAlert(
            reference=COUNTED_FROM,
            interval=spec.fresh_within,
            callback=AsyncCallback(tell_late, kwargs={**kwargs, "mappings": names}),
        )
    ]


async def tell_late(*, sync: str, within: float, mappings: Sequence[str] | None = None, **_: Any) -> None:
    """Tell which of ``mappings`` are older than ``within`` seconds; nobody where none is, as after a backfill.

    Deadlines of runs that an earlier release has begun name no mappings.
    """
    await asyncio.to_thread(_tell, sync, timedelta(seconds=within), mappings)


def _tell(sync: str, within: timedelta, mappings: Sequence[str] | None) -> None:
    if not anyone_listens():
        return
    dag_id = LOADING + sync
    teller = Teller(sync=sync, dag_id=dag_id, run_id="")
    try:
        with closing(connect_ledger()) as ledger:
            if ledger.overview.version().found:
                found = list(late(within, watermarks_of(ledger, sync, mappings), datetime.now(UTC)))
                teller.tell_news(ledger, found, source=f"{dag_id}/late")
    except Exception as exc:  # noqa: BLE001 whatever the ledger does, a missed deadline is told
        teller.tell_without_ledger(maybe_late(within), exc)
