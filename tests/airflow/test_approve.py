"""Who agreed to a run stays known whatever dies between the answer and the task that takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from airflow.sdk.api.datamodels._generated import HITLDetailResponse
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType, TaskAwaitingInput, TaskDeferred
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse

from salesforce_daktela.airflow.operators.approve import ApproveOperator
from salesforce_daktela.airflow.releases import AirflowFailException
from salesforce_daktela.airflow.triggers.earlier_answer import EarlierAnswerTrigger
from salesforce_daktela.steps.plan.planner import MappingPlan

pytestmark = pytest.mark.filterwarnings("ignore")

TRY = UUID("01a21430-d55d-703a-9358-67a3aa8889b3")
ASKING = MappingPlan(
    mapping="leads",
    counts={},
    removals=3,
    changed_fields={},
    sampled=0,
    sample=None,
    planned=None,
    daktela_calls=3,
    salesforce_calls=None,
    reasons=("3 records would be marked or deleted, max_removals allows 0",),
).to_dict()
ANSWER: dict[str, Any] = {
    "chosen_options": ["Write it"],
    "params_input": {},
    "responded_at": datetime(2026, 11, 25, 19, 30, tzinfo=UTC),
    "responded_by_user": {"id": "7", "name": "Jana"},
}


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[Any]]:
    """Stands in for the process that talks to Airflow's API: what it replies, and the list of what it was asked."""

    def replying(reply: Any) -> list[Any]:
        asked: list[Any] = []

        def send(msg: Any) -> Any:
            asked.append(msg)
            if isinstance(reply, ErrorResponse):
                raise AirflowRuntimeError(reply)
            return reply

        monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", SimpleNamespace(send=send), raising=False)
        return asked

    return replying


def operator() -> ApproveOperator:
    return ApproveOperator(task_id="approve", mapping="leads", plan=ASKING, retries=4)


def context(*, try_number: int, max_tries: int = 4) -> Any:
    ti = SimpleNamespace(id=TRY, task_id="approve", try_number=try_number, max_tries=max_tries)
    return {"ti": ti, "task_instance": ti}


def look() -> list[Any]:
    async def events() -> list[Any]:
        return [event.payload async for event in EarlierAnswerTrigger(ti_id=str(TRY)).run()]

    return asyncio.run(events())


def test_the_first_try_asks(supervisor: Callable[[Any], list[Any]]) -> None:
    """The plan stands in the question."""
    asked = supervisor(None)
    with pytest.raises(TaskAwaitingInput):
        operator().execute(context(try_number=1))
    assert "max_removals allows 0" in asked[0].body


def test_a_retry_first_looks_whether_somebody_has_answered(supervisor: Callable[[Any], list[Any]]) -> None:
    """Asking would take the answer back, and everybody would wait for one that was given."""
    asked = supervisor(None)
    with pytest.raises(TaskDeferred) as caught:
        operator().execute(context(try_number=2))
    assert asked == []
    assert isinstance(caught.value.trigger, EarlierAnswerTrigger)
    assert caught.value.trigger.serialize()[1] == {"ti_id": str(TRY)}
    assert caught.value.method_name == "take_answer_or_ask"


def test_an_answer_that_was_given_is_taken() -> None:
    """As if the process that was to take it had lived."""
    taken = operator().take_answer_or_ask(context(try_number=2), ANSWER)
    assert taken == {
        "approved": True,
        "by": "Jana",
        "reasons": ASKING["reasons"],
        "gives_up": False,
        "merges": {},
    }


def test_without_an_answer_a_retry_asks(supervisor: Callable[[Any], list[Any]]) -> None:
    """The first try has died before anybody answered, or before it asked."""
    supervisor(None)
    with pytest.raises(TaskAwaitingInput):
        operator().take_answer_or_ask(context(try_number=2), {})


def test_there_is_nothing_to_agree_to_without_a_plan() -> None:
    """Somebody has marked the task that plans as done."""
    unplanned = ApproveOperator(task_id="approve", mapping="leads", plan=None, retries=4)
    with pytest.raises(AirflowFailException, match="leads: there is no plan to agree to"):
        unplanned.execute(context(try_number=1))


def test_a_cleared_task_asks_anew(supervisor: Callable[[Any], list[Any]]) -> None:
    """That is how one takes back an answer: Airflow gives a cleared task as many tries as at first."""
    supervisor(None)
    with pytest.raises(TaskAwaitingInput):
        operator().execute(context(try_number=2, max_tries=5))


def test_the_triggerer_reads_what_was_answered(supervisor: Callable[[Any], list[Any]]) -> None:
    """Who answered what, and when."""
    supervisor(HITLDetailResponse(response_received=True, **ANSWER))
    assert look() == [ANSWER]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(
            HITLDetailResponse(response_received=False, responded_at=None, chosen_options=None), id="no answer"
        ),
        pytest.param(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 404}), id="no question"),
    ],
)
def test_the_triggerer_finds_nothing(supervisor: Callable[[Any], list[Any]], reply: Any) -> None:
    """The question is open, or was never asked."""
    supervisor(reply)
    assert look() == [{}]


def test_an_api_that_fails_is_not_an_absent_answer(supervisor: Callable[[Any], list[Any]]) -> None:
    """The trigger fails and the task is tried again."""
    supervisor(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 500}))
    with pytest.raises(AirflowRuntimeError):
        look()
