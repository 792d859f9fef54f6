"""Archived records, which one of Salesforce's two ways to query hides: every mode sees the same population."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock

ONLY = ("accounts",)


@pytest.mark.parametrize("every", [0, 2], ids=["none archived", "every second archived"])
@pytest.mark.parametrize("bulk_above", [0, 2000], ids=["bulk", "rest"])
def test_every_mode_sees_archived_records(runner: Runner, sandbox: Sandbox, every: int, bulk_above: int) -> None:
    """First load, incremental run, comparison and re-read: none finds what another one missed."""
    rewrite(runner.folder / "sync.yaml", "limits: {", f"limits: {{bulk_above: {bulk_above}, ")
    sandbox.salesforce.switch(archived_records=every)
    everybody = len(alive(sandbox, "Account"))
    assert counts(runner.run(RunRequest(mappings=ONLY))) == {"accounts": {"created": everybody}}
    assert counts_of(reconcile(runner, *ONLY)) == {"accounts": {}}
    assert counts(runner.run(RunRequest(mode=Mode.FULL, mappings=ONLY)))["accounts"] == {"unchanged": everybody}
    set_clock(runner, sandbox, timedelta(days=2).total_seconds())
    assert runner.run(RunRequest(mappings=ONLY))["accounts"].outcomes.get("created", 0) == 0
    assert counts_of(reconcile(runner, *ONLY, repair=True, agree=True)) == {"accounts": {}}
    since, until = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    window = RunRequest(mode=Mode.WINDOW, since=since, until=until, mappings=ONLY)
    assert counts(runner.run(window))["accounts"] == {"unchanged": everybody}


@pytest.mark.parametrize("bulk_above", [0, 2000], ids=["bulk", "rest"])
def test_a_first_load_leaves_the_bin_where_it_is(runner: Runner, sandbox: Sandbox, bulk_above: int) -> None:
    """Nothing was ever written for a deleted record: it is no row of the first load, although archived ones are."""
    rewrite(runner.folder / "sync.yaml", "limits: {", f"limits: {{bulk_above: {bulk_above}, ")
    sandbox.salesforce.switch(archived_records=2)
    ids = alive(sandbox, "Account")
    sandbox.salesforce.records.delete("Account", ids[0]["Id"])
    report = runner.run(RunRequest(mappings=ONLY))["accounts"]
    assert (report.extracted, dict(report.outcomes)) == (len(ids) - 1, {"created": len(ids) - 1})
