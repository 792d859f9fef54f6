"""Salesforce's daily calls, what one run may use of them, and how long parts are kept."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.steps.settle.retention import sweep_parts
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.scenario_runner import Runner, counts, rewrite

LATE = timedelta(days=3)


def test_a_run_over_its_budget_stops_before_the_next_call(runner: Runner) -> None:
    """What its other tasks have used counts; nothing is written, and the watermark stays."""
    runner.run()
    spent = runner.ledger.checkpoints.read("default", "run-1", "accounts")
    assert spent is not None
    assert spent.calls is not None
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", "lag: 0s, budget_api_calls: 50}")
    runner.ledger.checkpoints.save(replace(spent, run_id="run-2", mapping="of another task", calls=50))
    watermark, written = runner.ledger.watermarks.read("default", "accounts"), runner.daktela.calls["POST"]
    with pytest.raises(QuotaError, match="this run has used 50 of the 50 calls it may") as caught:
        runner.run()
    assert caught.value.limit == "budget_api_calls"
    assert "set budget_api_calls in sync.yaml to more than 50" in caught.value.advice
    assert runner.ledger.watermarks.read("default", "accounts") == watermark
    assert runner.daktela.calls["POST"] == written
    assert counts(runner.run())["accounts"] == {}


def test_a_run_that_reaches_the_reserve_while_it_reads_stops(runner: Runner, sandbox: Sandbox) -> None:
    """Others may use up the org's calls after preflight has looked: every reply tells how many are left."""
    runner.salesforce.limits()
    sandbox.salesforce.switch(quota_remaining=1_000)
    with pytest.raises(QuotaError, match="daily calls remain"):
        runner.run()
    assert runner.ledger.watermarks.read("default", "accounts") is None


@pytest.mark.parametrize(("kept", "reads"), [("100%", False), ("1", True)])
def test_a_reserve_of_everything_is_not_one_call(runner: Runner, kept: str, reads: bool) -> None:
    """At `100%` nothing is read, however many calls are left; a plain number is that many calls."""
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", f"lag: 0s, reserve_api_calls: {kept}}}")
    runner.salesforce.limits()
    with contextlib.nullcontext() if reads else pytest.raises(QuotaError, match="are reserved for others"):
        runner.run()
    assert (runner.ledger.watermarks.read("default", "accounts") is not None) == reads


def test_parts_of_settled_runs_go_after_retain_and_others_after_a_week(runner: Runner) -> None:
    """They hold customers' data; a run that failed keeps its own until somebody had time to clear its tasks."""
    rewrite(runner.folder / "sync.yaml", FAST, f"{FAST}\nretain: 2d")
    runner.run()
    settled = {
        account.mapping for account in runner.ledger.totals.read_runs("default", 10) if account.state == "settled"
    }
    failed = {mapping.name for mapping in runner.spec.mappings} - settled
    now = datetime.now(UTC)
    assert sweep_parts(runner.spec, runner.ledger, runner.store, now=now) == 0
    assert sweep_parts(runner.spec, runner.ledger, runner.store, now=now + LATE) == len(settled)
    assert sweep_parts(runner.spec, runner.ledger, runner.store, now=now + timedelta(days=8)) == len(failed)
    assert runner.store.filesystem.find(runner.store.base) == []
