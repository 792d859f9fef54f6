"""A system asks every task for a pause of ten days: the run is deferred with the reason, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.daktela.wire import retries
from sandbox.testing import Sandbox
from tests.airflow.stepping import SteppedRun, orders
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.oracle import alive, loaded_names
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

LOADING, COMPARING = "salesforce_to_daktela__default", "reconcile__default"
TEN_DAYS = 864_000
ASKS = "asks for a pause of 10 days"
NEW = ("Nová", "Novější", "Nejnovější")
TODAY = tuple(f"{name} dnes" for name in NEW)
OF_THIS_RUN = timedelta(seconds=30)
"""Within the overlap; a window ends at a whole second, so that what has just changed is the next run's."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a task nobody waits two minutes here."""
    monkeypatch.setattr(retries, "LONGEST_WAIT", 0.01)


@pytest.fixture(autouse=True)
def new_accounts(runner: Runner, sandbox: Sandbox) -> None:
    """Accounts of two days ago that no run has loaded: a comparison sees them, and a full run."""
    assert runner.reports
    create(sandbox, NEW, timedelta(days=2))


def create(sandbox: Sandbox, names: Sequence[str], age: timedelta) -> None:
    for name in names:
        sandbox.salesforce.records.create("Account", {"Name": name}, at=datetime.now(UTC) - age)


def begin(dag: str, runner: Runner, monkeypatch: pytest.MonkeyPatch, run_id: str = "run-p", **conf: Any) -> SteppedRun:
    found = load_dags(monkeypatch, runner.folder.parent).dags[dag]
    return SteppedRun(found, run_id, {"mappings": ["accounts"], **conf})


def order_of(run: SteppedRun) -> list[str]:
    return next(orders(run.dag, count=2, seed=0))


def throttle(sandbox: Sandbox, **which: Any) -> None:
    sandbox.daktela.switch(retry_after_seconds=TEN_DAYS)
    sandbox.daktela.script.order("too_many", times=100_000, **which)


@pytest.mark.parametrize(
    ("dag", "conf", "task", "last"),
    [
        (LOADING, {}, "preflight", "settle"),
        (LOADING, {"mode": "full"}, "accounts.plan", "settle"),
        (LOADING, {"mode": "plan"}, "accounts.plan", "settle"),
        (LOADING, {}, "accounts.load", "settle"),
        (COMPARING, {}, "preflight", "report"),
        (COMPARING, {}, "accounts.compare", "report"),
        (COMPARING, {"repair": True}, "accounts.repair", "report"),
    ],
    ids=lambda value: str(value),
)
def test_daktela_asks_a_task_for_ten_days(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, dag: str, conf: Any, task: str, last: str
) -> None:
    """No task fails, none waits, and the reason stands at the task and in the report; the watermark stays."""
    rewrite(runner.folder / "sync.yaml", "timezone:", "approve: {changes_above: 100%}\ntimezone:")
    before = runner.ledger.watermarks.read("default", "accounts")
    if dag == LOADING:
        create(sandbox, TODAY, OF_THIS_RUN)
    run = begin(dag, runner, monkeypatch, **conf)
    order = order_of(run)
    run.carry_out(order[: order.index(task)])
    throttle(sandbox)
    run.carry_out(order[order.index(task) :])
    assert run.raised == {}
    assert {run.states[task], run.states[f"accounts.{last}"]} == {"skipped"}
    assert ASKS in run.left[task, "deferred"]
    assert runner.ledger.watermarks.read("default", "accounts") == before
    if task != "preflight":
        kept = runner.ledger.reports.of_mapping("default", run.kept, "accounts")
        assert kept is not None
        assert (kept["state"], ASKS in kept["deferred"]) == ("deferred", True)


@pytest.mark.parametrize("task", ["preflight", "accounts.extract"])
def test_salesforce_asks_a_task_for_ten_days(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    """Signing in and reading the schema are asked for a pause as reading is."""
    run = begin(LOADING, runner, monkeypatch)
    order = order_of(run)
    run.carry_out(order[: order.index(task)])
    sandbox.salesforce.switch(fail_next=1000, fail_status=503, fail_retry_after=str(TEN_DAYS))
    run.carry_out(order[order.index(task) :])
    assert run.raised == {}
    assert run.states["accounts.settle"] == "skipped"
    assert ASKS in (run.left.get((task, "deferred")) or run.left[task, "extraction"]["deferred"])


def test_a_load_that_is_stopped_half_way_goes_on_with_the_next_run(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Daktela took before is remembered; the others count as deferred and come with the next run, once each."""
    run = begin(LOADING, runner, monkeypatch, mode="full")
    order = order_of(run)
    run.carry_out(order[: order.index("accounts.load")])
    throttle(sandbox, method="POST", endpoint="accounts", skip=1)
    run.carry_out(order[order.index("accounts.load") :])
    report = run.left["accounts.settle", "report"]
    assert report["state"] == "deferred"
    assert report["outcomes"] == {"deferred": report["extracted"]}
    sandbox.daktela.script.clear()
    again = begin(LOADING, runner, monkeypatch, "run-q", mode="full")
    again.carry_out(order)
    assert (again.raised, again.states["accounts.settle"]) == ({}, "success")
    assert loaded_names(sandbox, "Account") == {f"sf_account_{row['Id']}" for row in alive(sandbox, "Account")}
    titles = [str(record.values["title"]) for record in sandbox.daktela.records("accounts")]
    assert {titles.count(name) for name in NEW} == {1}


def test_a_task_that_failed_beside_a_deferred_one_stays_red(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deferral hides nothing that somebody has to mend."""
    create(sandbox, TODAY, OF_THIS_RUN)
    run = begin(LOADING, runner, monkeypatch)
    order = order_of(run)
    run.carry_out(order[: order.index("accounts.load")])
    throttle(sandbox)
    run.carry_out(["accounts.load"])
    run.states["accounts.load"] = "failed"
    run.carry_out(["accounts.settle"])
    assert "accounts.load failed" in str(run.raised["accounts.settle"])
