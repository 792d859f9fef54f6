"""Parts that share a mapped task: nothing is lost or done twice, and a retry goes on where the try before it ended."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from salesforce_daktela.airflow.operators import extract
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.sync.report_schema import report_schema
from salesforce_daktela.sync.window_plan import in_batches
from sandbox.testing import Sandbox
from tests.airflow.stepping import RETURNED, SteppedRun
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

EXTRACT, TRANSFORM, PLAN, LOAD, SETTLE = (
    f"accounts.{step}" for step in ("extract", "transform", "plan", "load", "settle")
)


FAILURE = (
    "nothing was extracted, so nothing was settled and the watermark stays: accounts.extract did not finish; mend "
    "what its log says, then clear it with everything after it"
)


@pytest.fixture
def begun(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> SteppedRun:
    """A run of four accounts up to its parts: one account in each, two batches of them."""
    monkeypatch.setattr(extract, "in_batches", partial(in_batches, tasks=2))
    rewrite(runner.folder / "sync.yaml", "limits: {", "limits: {part_rows: 1, ")
    rewrite(runner.folder / "sync.yaml", "mappings: [accounts, contacts, leads, opportunities]", "mappings: [accounts]")
    for name in ("contacts", "leads", "opportunities"):
        (runner.folder / f"{name}.yaml").unlink()
    bag = load_dags(monkeypatch, runner.folder.parent)
    run = SteppedRun(bag.dags["salesforce_to_daktela__default"], "run-batches", {"mode": "full"})
    run.carry_out(["preflight", EXTRACT])
    return run


def sizes(run: SteppedRun, task: str) -> list[int]:
    return [len(batch) for batch in run.left[task, RETURNED]]


def taken(store: PartStore, part: dict[str, Any]) -> tuple[Path, bytes]:
    """Take the file of a part away; return where it lay and what it held."""
    path = Path(store.base) / part["ref"]["path"]
    content = path.read_bytes()
    path.unlink()
    return path, content


def test_every_part_of_every_batch_is_planned_loaded_and_accounted_for(begun: SteppedRun, runner: Runner) -> None:
    """Each part has its own account; the counts of a task are those of its batch."""
    begun.carry_out([TRANSFORM, PLAN, "accounts.approve", LOAD, SETTLE])
    assert begun.raised == {}
    assert (sizes(begun, EXTRACT), sizes(begun, TRANSFORM)) == ([2, 2], [2, 2])
    extraction = begun.left[EXTRACT, "extraction"]["extraction"]
    accounts = runner.ledger.totals.read_parts("default", begun.run_id, "accounts", extraction)
    assert [(each.part, each.extracted) for each in accounts] == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert begun.left[LOAD, RETURNED] == [{"unchanged": 2}, {"unchanged": 2}]
    assert begun.left[SETTLE, "report"]["outcomes"] == {"unchanged": 4}


def test_the_report_is_one_document_wherever_it_stands(begun: SteppedRun, runner: Runner) -> None:
    """In XCom, in the asset event and in the ledger; it fits the schema that the documentation shows."""
    begun.carry_out([TRANSFORM, PLAN, "accounts.approve", LOAD, SETTLE])
    (event,) = begun.events.by_name.values()
    (kept,) = runner.ledger.reports.read("default", begun.run_id)
    assert kept == begun.left[SETTLE, "report"] == begun.left[SETTLE, RETURNED] == event.extra
    jsonschema.validate(kept, report_schema())
    assert (kept["state"], kept["approval"], kept["plan"]["removals"]) == ("settled", None, 0)


def test_a_mapping_that_could_not_be_read_has_a_report(begun: SteppedRun, runner: Runner) -> None:
    """Whoever looks for the run finds why nothing was loaded, beside the task that failed."""
    begun.left = {key: value for key, value in begun.left.items() if key[0] != EXTRACT}
    begun.states[EXTRACT] = "failed"
    begun.carry_out([TRANSFORM, PLAN, "accounts.approve", LOAD, SETTLE])
    kept = runner.ledger.reports.of_mapping("default", begun.run_id, "accounts")
    assert kept is not None
    assert (kept["state"], kept["extracted"], kept["failure"]) == ("failed", 0, FAILURE)
    assert f"accounts: {FAILURE}" in str(begun.raised[SETTLE])


def test_a_retry_of_transform_goes_on_with_the_parts_already_done(begun: SteppedRun, runner: Runner) -> None:
    """The second part of a batch could not be read: its retry needs the first one no more, a cleared task does."""
    (first, second), _ = begun.left[EXTRACT, RETURNED]
    path, content = taken(runner.store, second)
    begun.carry_out([TRANSFORM])
    assert begun.states[TRANSFORM] == "failed"
    path.write_bytes(content)
    taken(runner.store, first)
    begun.tries[TRANSFORM] = 2
    begun.carry_out([TRANSFORM])
    assert (begun.states[TRANSFORM], sizes(begun, TRANSFORM)) == ("success", [2, 2])
    begun.tries[TRANSFORM] = 1
    begun.carry_out([TRANSFORM])
    assert begun.states[TRANSFORM] == "failed"


def test_a_retry_of_load_goes_on_with_the_parts_already_done(begun: SteppedRun, runner: Runner) -> None:
    """As for transform; the sum is right at the end, and a cleared task that does not end leaves none behind."""
    begun.carry_out([TRANSFORM, PLAN, "accounts.approve"])
    (first, second), _ = begun.left[TRANSFORM, RETURNED]
    path, content = taken(runner.store, second)
    begun.carry_out([LOAD])
    assert begun.states[LOAD] == "failed"
    path.write_bytes(content)
    whole = taken(runner.store, first)
    begun.tries[LOAD] = 2
    begun.carry_out([LOAD])
    assert begun.states[LOAD] == "success"
    begun.tries[LOAD] = 1
    begun.carry_out([LOAD, SETTLE])
    assert (begun.states[LOAD], begun.states[SETTLE]) == ("failed", "failed")
    whole[0].write_bytes(whole[1])
    begun.carry_out([LOAD, SETTLE])
    assert begun.left[SETTLE, "report"]["outcomes"] == {"unchanged": 4}


AGAIN = [TRANSFORM, PLAN, "accounts.approve", LOAD, SETTLE]
OF_NO_TIME = {"mode": "window", "since": "2001-01-01T00:00:00Z", "until": "2001-01-02T00:00:00Z"}


def test_a_cleared_run_with_fewer_batches_plans_and_loads_those_alone(
    begun: SteppedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow removes the second task, and hands the tasks after it what that had returned all the same."""
    begun.carry_out(AGAIN)
    former = begun.left[TRANSFORM, RETURNED][1]
    monkeypatch.setattr(extract, "in_batches", partial(in_batches, tasks=1))
    begun.clear_all()
    begun.carry_out(["preflight", EXTRACT, TRANSFORM])
    begun.left[TRANSFORM, RETURNED].append(former)
    begun.carry_out(AGAIN[1:])
    assert begun.raised == {}
    assert begun.left[PLAN, RETURNED]["daktela_calls"] == 0
    assert begun.left[LOAD, RETURNED] == [{"unchanged": 4}]
    assert begun.left[SETTLE, "report"]["outcomes"] == {"unchanged": 4}


def test_a_cleared_run_that_finds_nothing_keeps_its_tasks(begun: SteppedRun) -> None:
    """Airflow would remove mapped tasks without a batch, and fail those after them, children of other mappings too."""
    begun.carry_out(AGAIN)
    former = begun.left[TRANSFORM, RETURNED][1]
    begun.clear_all()
    begun.conf = OF_NO_TIME
    begun.carry_out(["preflight", EXTRACT, TRANSFORM])
    assert begun.left[EXTRACT, RETURNED] == [[]]
    begun.left[TRANSFORM, RETURNED].append(former)
    begun.carry_out(AGAIN[1:])
    assert [begun.states[task] for task in (PLAN, LOAD, SETTLE)] == ["success", "skipped", "success"]
    assert begun.left[SETTLE, "report"]["extracted"] == 0


def test_a_cleared_run_goes_the_whole_way(begun: SteppedRun) -> None:
    """The question of a scheduled run may skip tasks that have not run, and none that Airflow has mapped already."""
    order = ["preflight", EXTRACT, *AGAIN]
    for number in range(3):
        scheduled = SteppedRun(begun.dag, f"run-quiet-{number}", {})
        scheduled.carry_out(order)
    assert scheduled.states == {"preflight": "success", **dict.fromkeys(order[1:], "skipped")}
    scheduled.clear_all()
    scheduled.skipped.clear()
    scheduled.carry_out(order)
    assert (scheduled.skipped, scheduled.states[EXTRACT], scheduled.states[SETTLE]) == (set(), "success", "success")


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (PLAN, "accounts.plan: there is no plan, so nobody has agreed to it: clear this task with everything after it"),
        (
            "accounts.approve",
            "accounts.approve: nobody has answered its question: clear this task with everything after it",
        ),
    ],
)
def test_a_task_that_is_marked_as_done_agrees_to_nothing(
    begun: SteppedRun, sandbox: Sandbox, marked: str, message: str
) -> None:
    """A plan with a reason to ask needs an answer, whatever somebody does to the tasks before the load."""
    begun.carry_out([TRANSFORM, PLAN])
    begun.left[PLAN, RETURNED] = {**begun.left[PLAN, RETURNED], "reasons": ["3 records would be deleted"]}
    begun.left.pop((marked, RETURNED), None)
    begun.states["accounts.approve"] = "success"
    sandbox.daktela.journal.clear()
    begun.carry_out([LOAD, SETTLE])
    assert str(begun.raised[LOAD]) == message
    assert "accounts.load failed" in str(begun.raised[SETTLE])
    assert not sandbox.daktela.journal.calls
