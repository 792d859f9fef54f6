"""Parts hold customers' data: whatever process dies, nothing is left of them when their time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.settle.retention import sweep_parts
from salesforce_daktela.steps.settle.settle import settle
from salesforce_daktela.sync.request import RunRequest
from tests.scenarios.scenario_runner import Runner

CONTACTS = RunRequest(mappings=("contacts",))
DEATHS = (
    "before the first part",
    "amid a part",
    "between two tries",
    "after settling",
    "while its parts are taken over",
)


@pytest.mark.parametrize("death", DEATHS)
def test_nothing_is_left_by_a_run_that_was_begun_anew(runner: Runner, death: str) -> None:
    """Its first extraction is known to no checkpoint any more."""
    runner.run(CONTACTS)
    store, ledger, spec = runner.store, runner.ledger, runner.spec
    known = ledger.checkpoints.read("default", "run-1", "contacts")
    assert known is not None
    first = store.list_files("default")
    if death == "before the first part":
        ledger.checkpoints.save(replace(known, extraction="another", parts=(), finished=False))
    if death == "amid a part":
        path = f"{store.base}/{first[0]}.0123abcd.partial"
        store.filesystem.pipe_file(path, b"half")
        ledger.checkpoints.clear("default", "run-1", "contacts")
    if death == "between two tries":
        ledger.checkpoints.save(replace(known, extraction="another"))
    if death == "while its parts are taken over":
        folder = first[0].rpartition("/")[0].replace("run-1", "run-2")
        store.filesystem.makedirs(f"{store.base}/{folder}")
        store.filesystem.pipe_file(f"{store.base}/{folder}/rows-00000.parquet", b"copied")
        sweep_parts(spec, ledger, store, now=datetime.now(UTC) + timedelta(seconds=1))
    sweep_parts(spec, ledger, store, now=datetime.now(UTC) + timedelta(seconds=1))
    assert store.list_files("default") == []


def test_parts_that_may_still_be_loaded_stay(runner: Runner) -> None:
    """Those of the extraction that the checkpoint knows, and other syncs' parts."""
    spec = runner.spec
    facts = preflight(spec, CONTACTS, runner.salesforce, runner.daktela, database=None, ledger=runner.ledger)
    extraction = runner.extract(spec, spec.mapping("contacts"), facts, CONTACTS, "run-1")
    before = runner.store.list_files("default")
    assert before
    assert sweep_parts(spec, runner.ledger, runner.store, now=datetime.now(UTC)) == 0
    assert sweep_parts(replace(spec, name="other"), runner.ledger, runner.store, now=datetime.now(UTC)) == 0
    assert runner.store.list_files("default") == before
    runner.load(spec, spec.mapping("contacts"), facts, extraction, "run-1")
    settle(
        spec,
        spec.mapping("contacts"),
        CONTACTS,
        runner.ledger,
        run_id="run-1",
        extraction=extraction.to_dict(),
        started=datetime.now(UTC),
    )
    sweep_parts(spec, runner.ledger, runner.store, now=datetime.now(UTC) + timedelta(seconds=2))
    assert runner.store.list_files("default") == []
