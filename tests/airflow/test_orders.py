"""Tasks come in whatever order the edges of their DAG allow: slow ones, retried ones, cleared ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.steps.settle.retention import sweep_parts
from sandbox.testing import Sandbox
from tests.airflow.stepping import SteppedRun, each_way, orders
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

COMPARING, LOADING = "reconcile__default", "salesforce_to_daktela__default"
MAPPINGS = ("accounts", "contacts", "opportunities")
CHILD = "contacts.compare"
REPORT = "accounts.report"
Begin = Callable[..., SteppedRun]


@pytest.fixture
def begin(runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Return a function that begins a run of three mappings whose parts go at once.

    An account and a contact that refers to it were committed too late for any window: only a comparison sees them.
    """
    rewrite(runner.folder / "sync.yaml", "retain: 2d\n", "")
    rewrite(
        runner.folder / "sync.yaml", "mappings: [accounts, contacts, leads, opportunities]", f"mappings: {[*MAPPINGS]}"
    )
    (runner.folder / "leads.yaml").unlink()
    runner.run()
    late = datetime.now(UTC) - timedelta(days=2)
    account = sandbox.salesforce.records.create("Account", {"Name": "Opožděná"}, at=late)
    sandbox.salesforce.records.create(
        "Contact", {"LastName": "Pozdní", "Email": "pozdni@example.com", "AccountId": account}, at=late
    )
    bag = load_dags(monkeypatch, runner.folder.parent)
    numbers = itertools.count()

    def start(dag: str = COMPARING, **conf: Any) -> SteppedRun:
        return SteppedRun(bag.dags[dag], f"run-{dag}-{next(numbers)}", conf)

    return start


def test_every_two_tasks_that_no_edge_orders_come_each_way(begin: Begin) -> None:
    """In the orders that the next tests run; each of them keeps to the edges."""
    for dag in (begin().dag, begin(LOADING).dag):
        ran = list(each_way(dag))
        both = {pair for order in ran for pair in itertools.combinations(order, 2)}
        above = {task.task_id: {each.task_id for each in task.get_flat_relatives(upstream=True)} for task in dag.tasks}
        for one, other in itertools.permutations(above, 2):
            assert ((one, other) in both) == (other not in above[one])
        assert len(ran) <= len(above)


def found(run: SteppedRun) -> dict[str, int]:
    assert run.raised == {}
    return {name: run.left[f"{name}.report", "report"]["counts"].get("missing", 0) for name in MAPPINGS}


def test_both_sides_are_compared_in_every_order_of_tasks(begin: Begin, runner: Runner) -> None:
    """However late a child's tasks come, it knows which parents a repair would make; no value is left behind."""
    for order in each_way(begin().dag):
        run = begin()
        run.carry_out(order)
        assert found(run) == {"accounts": 1, "contacts": 1, "opportunities": 0}, order
        assert {path.rpartition("/")[2] for path in runner.store.list_parts("default", run.kept)} == {
            "findings-00000.parquet"
        }


def test_a_repair_is_whole_in_every_order_of_tasks(begin: Begin) -> None:
    """The first puts both right, those after it find nothing, each in an order of its own."""
    counts = {"accounts": 1, "contacts": 1, "opportunities": 0}
    for order in each_way(begin().dag):
        run = begin(repair=True)
        run.carry_out(order)
        assert found(run) == counts, order
        counts = dict.fromkeys(MAPPINGS, 0)


def test_a_repair_that_rejects_too_much_is_red_and_says_why(begin: Begin, runner: Runner, sandbox: Sandbox) -> None:
    """Not tried again: the report is there, and the records are tried again by the sync's runs."""
    rewrite(runner.folder / "accounts.yaml", "reject_above: 1%", "reject_above: 0%")
    sandbox.daktela.switch(success_with_error=1.0, faults_on="writes")
    run = begin(repair=True)
    run.carry_out([task.task_id for task in run.dag.topological_sort()])
    assert run.states["accounts.report"] == "failed"
    told = str(run.raised["accounts.report"])
    assert "accounts: 1 of 1 records were rejected, more than the 0.00% that reject_above allows" in told
    assert "1 x daktela_refused in the record" in told
    assert run.left["accounts.report", "report"]["state"] == "failed"


@pytest.mark.parametrize(("mode", "ends"), [("full", "success"), ("plan", "skipped")])
def test_a_sync_is_loaded_and_planned_in_every_order_of_tasks(
    begin: Begin, runner: Runner, mode: str, ends: str
) -> None:
    """Settling the parents takes nothing that the children's tasks read, also where their plans weigh every write."""
    rewrite(runner.folder / "sync.yaml", "timezone:", "approve: {changes_above: 100%}\ntimezone:")
    for order in each_way(begin(LOADING).dag):
        run = begin(LOADING, mode=mode)
        run.carry_out(order)
        assert run.raised == {}, order
        assert {name: run.states[f"{name}.settle"] for name in MAPPINGS} == dict.fromkeys(MAPPINGS, ends)


def adverse(run: SteppedRun) -> tuple[list[str], list[str]]:
    """The tasks up to the parents' report, and those after it."""
    order = next(orders(run.dag, count=2, seed=0))
    rest = order[order.index(REPORT) + 1 :]
    assert CHILD in rest
    return order[: order.index(REPORT) + 1], rest


def test_another_run_may_sweep_while_children_are_still_read(begin: Begin, runner: Runner) -> None:
    """Preflight of the loading DAG deletes parts of settled runs: the parents' mapping has settled, the run has not."""
    run = begin()
    early, late = adverse(run)
    run.carry_out(early)
    sweep_parts(runner.spec, runner.ledger, runner.store, now=datetime.now(UTC))
    run.carry_out(late)
    assert found(run)["contacts"] == 1


def test_a_comparison_that_failed_goes_on_after_its_parents_report(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its parents have found is still there when it is tried again."""
    run = begin()
    early, late = adverse(run)
    run.carry_out(early)
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", "daktela://:wrong@127.0.0.1:1")
        run.carry_out(late)
    assert {run.states[CHILD], run.states["contacts.report"]} == {"failed"}
    run.raised.clear()
    run.carry_out(run.clear(CHILD))
    run.carry_out(run.clear("opportunities.compare"))
    assert found(run) == {"accounts": 1, "contacts": 1, "opportunities": 0}


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_mapping_that_is_cleared_is_compared_again(begin: Begin, runner: Runner, mapping: str) -> None:
    """From its extract on, after the whole run has ended and another one has swept."""
    run = begin()
    run.carry_out(next(orders(run.dag, count=2, seed=0)))
    before = found(run)
    sweep_parts(runner.spec, runner.ledger, runner.store, now=datetime.now(UTC) + timedelta(days=1))
    run.carry_out(run.clear(f"{mapping}.extract"))
    assert found(run) == before


def test_what_is_kept_for_other_tasks_goes_after_a_week(begin: Begin, runner: Runner) -> None:
    """It is Ids and kinds alone until then."""
    run = begin()
    run.carry_out(next(orders(run.dag, count=2, seed=0)))
    sweep_parts(runner.spec, runner.ledger, runner.store, now=datetime.now(UTC) + timedelta(days=6))
    assert runner.store.list_parts("default", run.kept)
    sweep_parts(runner.spec, runner.ledger, runner.store, now=datetime.now(UTC) + timedelta(days=8))
    assert runner.store.list_files("default") == []
    assert runner.ledger.checkpoints.read("default", run.kept, "accounts") is None
