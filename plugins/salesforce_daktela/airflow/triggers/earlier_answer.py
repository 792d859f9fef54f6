"""Find out whether a question has been answered already. Airflow lets only triggers read the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.execution_time.hitl import get_hitl_detail_content_detail
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async


class EarlierAnswerTrigger(BaseTrigger):
    """Fires at once, with the answer in the form that ``HITLOperator.execute_complete`` takes, or with nothing.

    ``ti_id`` is the task instance's id as text. The id changes with each try, and the question follows it.
    """

    def __init__(self, *, ti_id: str) -> None:
        super().__init__()
        self.ti_id = ti_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Everything needed to look again after a restart."""
        return ("salesforce_daktela.airflow.triggers.earlier_answer.EarlierAnswerTrigger", {"ti_id": self.ti_id})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, empty when nobody has been asked or nobody has answered."""
        try:
            found = await sync_to_async(get_hitl_detail_content_detail)(ti_id=self.ti_id)  # type: ignore[arg-type] # Airflow turns text into UUID
        except AirflowRuntimeError as exc:
            if (exc.error.detail or {}).get("status_code") != HTTPStatus.NOT_FOUND:
                raise
            yield TriggerEvent({})
            return
        if not (found.response_received and found.chosen_options):
            yield TriggerEvent({})
            return
        user = found.responded_by_user
        yield TriggerEvent(
            {
                "chosen_options": list(found.chosen_options),
                "params_input": found.params_input or {},
                "responded_at": found.responded_at,
                "responded_by_user": None if user is None else {"id": user.id, "name": user.name},
            }
        )
