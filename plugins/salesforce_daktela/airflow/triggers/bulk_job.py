"""Watch a Bulk job from the triggerer, where waiting costs no worker slot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from datetime import datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from salesforce_daktela.airflow.failures import as_json
from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.salesforce.bulk.jobs import delete_job, job_status
from salesforce_daktela.salesforce.client import SalesforceClient

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 30.0
"""Seconds between two polls; each pause is 1.5 times the one before."""

FINAL_STATES = ("JobComplete", "Failed", "Aborted")


class BulkJobTrigger(BaseTrigger):
    """Fires when the job has reached a final state or its time is over. The task then finds out which.

    ``deadline`` is by Salesforce's clock, in ISO format. If the waiting task is killed, the job is aborted.
    """

    def __init__(self, *, conn_id: str, job_id: str, deadline: str) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.job_id = job_id
        self.deadline = deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Everything needed to watch again after a restart."""
        return (
            "salesforce_daktela.airflow.triggers.bulk_job.BulkJobTrigger",
            {"conn_id": self.conn_id, "job_id": self.job_id, "deadline": self.deadline},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: ``job_id``, the ``calls`` that watching took, and a ``failure`` if it cannot be watched."""
        client, failure = None, None
        with ExitStack() as opened:
            try:
                client = await self._client(opened)
                await self._watch(client)
            except PipelineError as exc:
                failure = as_json(exc)
        calls = 0 if client is None else client.calls
        yield TriggerEvent({"job_id": self.job_id, "calls": calls, "failure": failure})

    async def on_kill(self) -> None:
        """Abort the job in the org: nobody will read its results."""
        with ExitStack() as opened:
            await asyncio.to_thread(delete_job, await self._client(opened), self.job_id)

    async def _watch(self, client: SalesforceClient) -> None:
        pause, deadline = FIRST_PAUSE, datetime.fromisoformat(self.deadline)
        while not await asyncio.to_thread(self._is_over, client, deadline):
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 1.5)

    def _is_over(self, client: SalesforceClient, deadline: datetime) -> bool:
        began = time.monotonic()
        return job_status(client, self.job_id).state in FINAL_STATES or client.server_time(since=began) >= deadline

    async def _client(self, opened: ExitStack) -> SalesforceClient:
        return await asyncio.to_thread(self._sharing, opened)

    def _sharing(self, opened: ExitStack) -> SalesforceClient:
        """A client that shares the session of the sync's tasks, if the triggerer finds a ledger of this version.

        The ledger is closed with ``opened``: the triggerer lives for weeks.
        """
        ledger, hook = opened.enter_context(closing(connect_ledger())), SalesforceOrgHook(self.conn_id)
        version = ledger.overview.version()
        return hook.sharing(ledger) if version.found == version.known else hook.client
