"""Somebody agrees, the run writes, and then he clears the question and declines."""

from __future__ import annotations

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from sandbox.testing import Sandbox
from tests.airflow.stepping import RETURNED, SteppedRun
from tests.airflow.test_orders import LOADING, Begin, begin, runner, sandbox
from tests.scenarios.scenario_runner import Runner

__all__ = ["begin", "runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

AGREED = {"approved": True, "by": "Jana", "gives_up": False, "merges": {}}
DECLINED = {**AGREED, "approved": False}


def taken_back(run: SteppedRun, *, after: str, writes: str, ends: str) -> None:
    """Carry out a run of contacts up to ``after``, then its tasks from ``writes`` to ``ends`` with the answer no."""
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order[: order.index(after) + 1])
    run.left["contacts.approve", RETURNED] = DECLINED
    run.carry_out([writes, ends])


def kept(ledger: Ledger, run: SteppedRun) -> dict[str, object]:
    report = ledger.reports.of_mapping("default", run.kept, "contacts")
    assert report is not None
    return report


def test_what_was_written_before_the_answer_was_taken_back_is_told(begin: Begin, runner: Runner) -> None:
    """In the log of settle and in the report, with every record that was read."""
    run = begin(LOADING, mode="full")
    taken_back(run, after="contacts.load", writes="contacts.load", ends="contacts.settle")
    report = kept(runner.ledger, run)
    assert "nothing was written" not in run.said["contacts.settle"]
    assert "declined by Jana after 1 of 13 records had been written" in run.said["contacts.settle"]
    assert (report["state"], report["outcomes"]) == ("declined", {"created": 1, "unchanged": 12})


def test_records_of_a_load_that_died_are_told_too(begin: Begin, runner: Runner) -> None:
    """Its part has no totals: what became of the others is not known, and the next run finds it out."""
    run = begin(LOADING, mode="full")
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order[: order.index("contacts.load") + 1])
    reading = run.left["contacts.extract", "extraction"]["extraction"]
    runner.ledger.totals.forget_parts("default", run.kept, "contacts", reading, [0])
    run.left["contacts.approve", RETURNED] = DECLINED
    run.carry_out(["contacts.load", "contacts.settle"])
    assert kept(runner.ledger, run)["outcomes"] == {"created": 1, "deferred": 12}


def test_an_answer_that_was_never_another_has_written_nothing(begin: Begin, runner: Runner) -> None:
    """The report has no outcomes then."""
    run = begin(LOADING, mode="full")
    taken_back(run, after="contacts.approve", writes="contacts.load", ends="contacts.settle")
    assert "declined by Jana, nothing was written, the watermark stays" in run.said["contacts.settle"]
    assert kept(runner.ledger, run)["outcomes"] == {}


def test_what_a_repair_had_written_is_told(begin: Begin, runner: Runner) -> None:
    """It is declined, and what is repaired stays so."""
    run = begin(repair=True)
    taken_back(run, after="contacts.repair", writes="contacts.repair", ends="contacts.report")
    report = kept(runner.ledger, run)
    assert (report["state"], report["repaired"]) == ("declined", {"created": 1})


@pytest.mark.parametrize("left", [0, 15_000])
def test_what_was_written_before_a_cleared_run_was_deferred_is_told(
    begin: Begin, runner: Runner, sandbox: Sandbox, left: int
) -> None:
    """Whether Salesforce refuses the check already, or only the reserve keeps the run from reading."""
    run = begin(LOADING, mode="full")
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order)
    run.clear_all()
    sandbox.salesforce.switch(quota_remaining=left)
    run.carry_out(order)
    assert (run.states["contacts.settle"], run.raised) == ("skipped", {})
    report = kept(runner.ledger, run)
    assert (report["state"], report["outcomes"]) == ("deferred", {"created": 1})


def test_an_answer_holds_for_no_other_plan(begin: Begin, sandbox: Sandbox) -> None:
    """Somebody clears plan alone, which finds more to ask about, and then load alone."""
    run = begin(LOADING, mode="full")
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order[: order.index("contacts.approve") + 1])
    before = len(sandbox.daktela.records("contacts"))
    run.left["contacts.plan", RETURNED] = {**run.left["contacts.plan", RETURNED], "reasons": ["3 would be deleted"]}
    run.carry_out(["contacts.load", "contacts.settle"])
    assert "contacts.approve: its answer was given to another plan: clear this task" in str(run.raised["contacts.load"])
    assert (run.states["contacts.settle"], len(sandbox.daktela.records("contacts"))) == ("failed", before)


def test_a_plan_holds_for_no_other_reading(begin: Begin, sandbox: Sandbox) -> None:
    """Somebody clears extract, transform and load, and not what counts and asks between them."""
    run = begin(LOADING, mode="full")
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order[: order.index("contacts.approve") + 1])
    before = len(sandbox.daktela.records("contacts"))
    run.carry_out(["contacts.extract", "contacts.transform", "contacts.load", "contacts.settle"])
    assert "contacts.plan: its plan is of an earlier reading: clear this task" in str(run.raised["contacts.load"])
    assert (run.states["contacts.settle"], len(sandbox.daktela.records("contacts"))) == ("failed", before)


def test_an_answer_holds_for_no_other_comparison(begin: Begin, sandbox: Sandbox) -> None:
    """Somebody clears compare alone, which finds more to ask about, and then repair alone."""
    run = begin(repair=True)
    order = [task.task_id for task in run.dag.topological_sort()]
    run.carry_out(order[: order.index("contacts.approve") + 1])
    before = len(sandbox.daktela.records("contacts"))
    run.left["contacts.compare", "plan"] = {**run.left["contacts.compare", "plan"], "reasons": ["3 would be deleted"]}
    run.carry_out(["contacts.repair", "contacts.report"])
    assert "contacts.approve: its answer was given to another plan" in str(run.raised["contacts.repair"])
    assert (run.states["contacts.report"], len(sandbox.daktela.records("contacts"))) == ("failed", before)
