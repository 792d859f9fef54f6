"""A task waits for its Bulk job in the triggerer: not for ever, in the shared session, and learns what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.airflow.failures import as_json, failure_of
from salesforce_daktela.airflow.releases import AirflowFailException
from salesforce_daktela.airflow.triggers.bulk_job import BulkJobTrigger
from salesforce_daktela.errors import ConfigurationError, IntegrityError, QuotaError, ThrottledError, TransportError
from salesforce_daktela.salesforce.bulk.jobs import create_job
from salesforce_daktela.steps.extract.abandoned_jobs import abandon, sweep_jobs
from sandbox.testing import Sandbox
from tests.airflow.releases import TaskDeferred
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
PAST = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
Waiting = tuple[Any, Any, BulkJobTrigger]


def jobs(runner: Runner) -> list[str]:
    listed: Any = runner.salesforce.get_json(f"{runner.salesforce.data_path}/jobs/query")
    return [job["state"] for job in listed["records"]]


def watch(trigger: BulkJobTrigger) -> dict[str, Any]:
    """The one event, from a trigger as it comes out of Airflow's database."""
    _, arguments = trigger.serialize()

    async def first() -> Any:
        return await anext(BulkJobTrigger(**arguments).run())

    event: dict[str, Any] = asyncio.run(first()).payload
    return event


@pytest.fixture
def job(runner: Runner) -> str:
    return create_job(runner.salesforce, "SELECT Id FROM Contact")


@pytest.fixture
def waiting(runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Waiting]:
    """Return a function that begins the extraction of all contacts by Bulk: its task, its context, its trigger."""

    def begin(limits: str = "") -> Waiting:
        rewrite(runner.folder / "sync.yaml", "lag: 0s}", f"lag: 0s, bulk_above: 0{limits}}}")
        sandbox.salesforce.switch(bulk_outcome="stuck")
        dag = load_dags(monkeypatch, runner.folder.parent).dags["salesforce_to_daktela__default"]
        run = SteppedRun(dag, "run-w", {"mode": "full", "mappings": ["contacts"]})
        run.carry_out(["preflight"])
        assert run.raised == {}
        task, context = dag.get_task("contacts.extract"), run._context("contacts.extract")
        with pytest.raises(TaskDeferred) as deferred:
            task.execute(context)  # type: ignore[union-attr]
        assert deferred.value.timeout == runner.spec.limits.bulk_timeout + timedelta(hours=1)
        return task, context, deferred.value.trigger

    return begin


def test_the_trigger_goes_on_with_the_session_of_the_tasks(sandbox: Sandbox, job: str) -> None:
    """It does not sign in by itself, and counts its requests."""
    trigger = BulkJobTrigger(conn_id="salesforce_default", job_id=job, deadline=SOON)
    first = watch(trigger)
    sandbox.salesforce.switch(password_flow=False)
    again = watch(trigger)
    assert first["failure"] is None
    assert again["failure"] is None
    assert 0 < again["calls"] < first["calls"]


def test_the_trigger_stops_at_the_deadline(sandbox: Sandbox, job: str) -> None:
    """The task then judges what to do."""
    sandbox.salesforce.switch(bulk_outcome="stuck")
    trigger = BulkJobTrigger(conn_id="salesforce_default", job_id=job, deadline=PAST)
    assert watch(trigger)["failure"] is None


def test_a_killed_task_has_its_job_aborted(runner: Runner, sandbox: Sandbox, job: str) -> None:
    """Whoever marks or clears a waiting task frees the org's place."""
    sandbox.salesforce.switch(bulk_outcome="stuck")
    trigger = BulkJobTrigger(conn_id="salesforce_default", job_id=job, deadline=SOON)
    asyncio.run(trigger.on_kill())
    assert jobs(runner) == []


def test_a_task_that_is_killed_at_work_has_its_job_aborted(runner: Runner, waiting: Callable[..., Waiting]) -> None:
    """Its process is asked to end."""
    task, _, _ = waiting()
    assert jobs(runner) == ["InProgress"]
    task.on_kill()
    assert jobs(runner) == []


def test_a_stuck_job_does_not_block_the_run(runner: Runner, sandbox: Sandbox, waiting: Callable[..., Waiting]) -> None:
    """When its time is over the task reads by REST, and counts what watching has cost."""
    task, context, trigger = waiting(", bulk_timeout: 1m")
    sandbox.salesforce.switch(clock_skew_seconds=120.0)
    event = watch(trigger)
    before = runner.ledger.checkpoints.read("default", "run-w", "contacts")
    parts = [part for batch in task.resume(context, event) for part in batch]
    assert sum(part["ref"]["rows"] for part in parts if part["kind"] == "rows") >= len(alive(sandbox, "Contact"))
    after = runner.ledger.checkpoints.read("default", "run-w", "contacts")
    assert before is not None
    assert after is not None
    assert (before.api, after.api) == ("bulk", "rest")
    assert (after.calls or 0) > (before.calls or 0) + event["calls"]
    assert jobs(runner) == []


def test_a_job_that_may_run_on_is_waited_for_again(waiting: Callable[..., Waiting]) -> None:
    """After a triggerer's restart, for instance."""
    task, context, trigger = waiting()
    with pytest.raises(TaskDeferred) as again:
        task.resume(context, {"job_id": trigger.job_id, "calls": 2, "failure": None})
    assert again.value.trigger.deadline == trigger.deadline


@pytest.mark.parametrize(
    ("failure", "deferred"),
    [
        (QuotaError("no calls are left", limit="DailyApiRequests"), True),
        (ThrottledError("busy", retry_after=864_000.0), True),
        (ThrottledError("busy", retry_after=60.0), False),
        (ConfigurationError("the password has expired"), False),
    ],
)
def test_what_went_wrong_while_watching_keeps_its_kind(
    waiting: Callable[..., Waiting], failure: Any, deferred: bool
) -> None:
    """A quota defers the run, as does a pause of ten days; a setting fails it at once; the rest is tried again."""
    task, context, trigger = waiting()
    event = {"job_id": trigger.job_id, "calls": 1, "failure": as_json(failure)}
    if deferred:
        assert task.resume(context, event) == []
        told_reason = context["ti"].run.left["contacts.extract", "extraction"]["deferred"]
        assert failure.what in told_reason
        assert isinstance(failure, QuotaError) or "asks for a pause of 10 days" in told_reason
        return
    # Airflow without retry policies is told by its own error that trying again is of no use.
    with pytest.raises((type(failure), AirflowFailException), match=failure.what):
        task.resume(context, event)


@pytest.mark.parametrize(
    "failure",
    [
        QuotaError("a", limit="b", where="c", advice="d"),
        ThrottledError("a", retry_after=3.0, where="c"),
        IntegrityError("a", advice="d"),
        TransportError("a"),
    ],
)
def test_a_failure_comes_back_as_it_was(failure: Any) -> None:
    """Through Airflow's database."""
    again = failure_of(as_json(failure))
    assert (type(again), str(again), as_json(again)) == (type(failure), str(failure), as_json(failure))


def test_a_mapping_that_failed_for_good_leaves_no_job_behind(runner: Runner, waiting: Callable[..., Waiting]) -> None:
    """Settle aborts it; a second time there is nothing to do."""
    waiting()
    for _ in range(2):
        abandon(runner.ledger, lambda: runner.salesforce, sync="default", run_id="run-w", mapping="contacts")
    assert jobs(runner) == []
    assert runner.ledger.checkpoints.read("default", "run-w", "contacts") is None


def test_what_a_dead_run_left_running_is_aborted_by_the_next(runner: Runner, waiting: Callable[..., Waiting]) -> None:
    """Not before its time: it may be somebody's."""
    waiting()
    spec, now = runner.spec, datetime.now(UTC)
    assert sweep_jobs(spec, runner.ledger, runner.salesforce, now=now + timedelta(hours=1)) == 0
    assert sweep_jobs(spec, runner.ledger, runner.salesforce, now=now + timedelta(hours=3)) == 1
    assert jobs(runner) == []


def test_a_run_is_not_deferred_because_it_cannot_ask_about_the_job_of_another(
    runner: Runner, sandbox: Sandbox, waiting: Callable[..., Waiting]
) -> None:
    """Nothing depends on the answer; the next run asks again."""
    waiting()
    salesforce, later = runner.salesforce, datetime.now(UTC) + timedelta(hours=3)
    sandbox.salesforce.switch(quota_remaining=0)
    assert sweep_jobs(runner.spec, runner.ledger, salesforce, now=later) == 0
    sandbox.salesforce.switch(quota_remaining=90_000)
    assert sweep_jobs(runner.spec, runner.ledger, salesforce, now=later) == 1


def test_every_task_ends_some_time(monkeypatch: pytest.MonkeyPatch, runner: Runner) -> None:
    """Only a question may wait for its answer as long as it takes."""
    for dag in load_dags(monkeypatch, runner.folder.parent).dags.values():
        for task in dag.tasks:
            kind = task.task_id.rpartition(".")[2]
            limit = {"approve": None, "load": timedelta(days=7), "repair": timedelta(days=7)}.get(
                kind, timedelta(days=1)
            )
            assert (task.task_id, task.execution_timeout) == (task.task_id, limit)
    rewrite(runner.folder / "sync.yaml", "requests_per_second: 1000", "requests_per_second: 0.5")
    slow = load_dags(monkeypatch, runner.folder.parent).dags["salesforce_to_daktela__default"]
    assert slow.get_task("contacts.load").execution_timeout == timedelta(seconds=4_800_000)
