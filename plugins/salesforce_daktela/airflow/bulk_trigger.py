"""Watch a Bulk job from the triggerer, where waiting costs no worker slot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from salesforce_daktela.airflow.salesforce_hook import SalesforceOrgHook
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.salesforce.bulk import job_status

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 30.0
"""Seconds between two questions; each pause is half as long again as the one before."""

FINAL_STATES = ("JobComplete", "Failed", "Aborted")


class BulkJobTrigger(BaseTrigger):
    """Fires when the job has reached a final state; the task itself judges which one."""

    def __init__(self, *, conn_id: str, job_id: str) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.job_id = job_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Everything needed to watch again after a restart."""
        return (
            "salesforce_daktela.airflow.bulk_trigger.BulkJobTrigger",
            {"conn_id": self.conn_id, "job_id": self.job_id},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: the job's id, and an ``error`` when it cannot be watched."""
        hook = SalesforceOrgHook(self.conn_id)
        pause = FIRST_PAUSE
        try:
            client = hook.client_for(await hook.aget_connection(self.conn_id))
            while (await asyncio.to_thread(job_status, client, self.job_id)).state not in FINAL_STATES:
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 1.5)
        except PipelineError as exc:
            yield TriggerEvent({"job_id": self.job_id, "error": str(exc)})
            return
        yield TriggerEvent({"job_id": self.job_id})
