"""Parts hold customers' data: whatever process dies, nothing is left of them when their time is over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.preflight.rebind import reset
from salesforce_daktela.steps.run.mapping_snapshot import find_snapshot, read_snapshot, save_snapshot
from salesforce_daktela.steps.settle.other_syncs import sweep_other_syncs
from salesforce_daktela.steps.settle.retention import sweep_parts
from salesforce_daktela.steps.settle.settle import settle
from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.traffic import Sent, Traffic
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


def test_parts_of_a_settled_run_that_was_cleared_stay_until_it_settles_again(runner: Runner) -> None:
    """Whichever sync's preflight comes between its extract and its load. Meanwhile it has no report."""
    runner.run(CONTACTS)
    spec, ledger = runner.spec, runner.ledger
    soon = datetime.now(UTC) + timedelta(seconds=1)
    sweep_parts(spec, ledger, runner.store, now=soon)
    again = begun(runner)
    sweep_parts(spec, ledger, runner.store, now=soon)
    assert sweep(runner, timedelta(minutes=1), timedelta(0)) == again != []
    assert ledger.reports.read("default", "run-1") == []
    runner.runs = 0
    runner.run(CONTACTS)
    assert [report["state"] for report in ledger.reports.read("default", "run-1")] == ["settled"]
    sweep_parts(spec, ledger, runner.store, now=datetime.now(UTC) + timedelta(seconds=1))
    assert runner.store.list_files("default") == []


DAYS = timedelta(days=1)


def sweep(runner: Runner, after: timedelta, retain: timedelta | None) -> list[str]:
    """What is left of the sync ``default`` after a preflight of another one."""
    now = datetime.now(UTC) + after
    sweep_other_syncs("another", runner.ledger, runner.store, now=now, retain_of=lambda _: retain)
    return runner.store.list_files("default")


def age(runner: Runner, files: Iterable[str], by: timedelta) -> None:
    written = (datetime.now(UTC) - by).timestamp()
    for path in files:
        os.utime(f"{runner.store.base}/{path}", (written, written))


@pytest.mark.parametrize(("retain", "stays"), [(None, 6 * DAYS), (2 * DAYS, 1 * DAYS), (30 * DAYS, 29 * DAYS)])
def test_parts_of_a_paused_sync_go_with_another_syncs_preflight(
    runner: Runner, retain: timedelta | None, stays: timedelta
) -> None:
    """Its run has settled: after its own `retain`; after a week where the folder is gone and nobody knows it."""
    runner.run(CONTACTS)
    before = runner.store.list_files("default")
    assert sweep(runner, stays, retain) == before != []
    assert sweep(runner, stays + 1.1 * DAYS, retain) == []


def begun(runner: Runner) -> list[str]:
    """The parts of a run that has read and not loaded."""
    spec = runner.spec
    facts = preflight(spec, CONTACTS, runner.salesforce, runner.daktela, database=None, ledger=runner.ledger)
    runner.extract(spec, spec.mapping("contacts"), facts, CONTACTS, "run-1")
    return runner.store.list_files("default")


def test_parts_of_a_failed_run_go_after_a_week_with_another_syncs_preflight(runner: Runner) -> None:
    """Whatever the sync keeps of settled runs."""
    before = begun(runner)
    assert sweep(runner, 6 * DAYS, timedelta(0)) == before != []
    assert sweep(runner, 8 * DAYS, timedelta(0)) == []


def test_a_run_of_another_sync_that_is_under_way_keeps_its_parts(runner: Runner) -> None:
    """A load that takes longer than a week has written lately; a week after its last request they go."""
    before = begun(runner)
    lately = datetime.now(UTC) + 9 * DAYS
    sent = Traffic(sent=Sent(calls=1, throttled=0, retries=0), began=lately, ended=lately, written=1)
    runner.ledger.traffic.add("default", "run-1", "contacts", "load", sent)
    age(runner, before, 9 * DAYS)
    assert sweep(runner, 10 * DAYS, None) == before != []
    assert sweep(runner, 17 * DAYS, None) == []


def test_a_run_that_is_under_way_for_longer_than_a_week_keeps_its_parts_and_its_mapping(runner: Runner) -> None:
    """A comparison of the same sync begins beside a first load; a week after the load's last request both go."""
    spec, ledger, began = runner.spec, runner.ledger, datetime.now(UTC)
    snapshot = read_snapshot(runner.folder, runner.folder.parent / "transforms")
    save_snapshot(ledger, spec, snapshot, began)
    before = begun(runner)
    lately = began + 9 * DAYS
    sent = Traffic(sent=Sent(calls=1, throttled=0, retries=0), began=lately, ended=lately, written=1)
    ledger.traffic.add("default", "run-1", "contacts", "load", sent)
    sweep_parts(spec, ledger, runner.store, now=began + 10 * DAYS)
    assert runner.store.list_files("default") == before != []
    assert find_snapshot(ledger, "default", snapshot.version) == snapshot
    sweep_parts(spec, ledger, runner.store, now=began + 17 * DAYS)
    assert runner.store.list_files("default") == []
    with pytest.raises(ConfigurationError, match="no longer kept"):
        find_snapshot(ledger, "default", snapshot.version)


def test_what_no_checkpoint_knows_goes_by_the_age_of_its_files(runner: Runner) -> None:
    """Another sync's files may belong to a run that is beginning, or to another ledger: they have a week, too."""
    before = begun(runner)
    runner.ledger.checkpoints.clear("default", "run-1", "contacts")
    half = f"{before[0]}.0123abcd.partial"
    runner.store.filesystem.pipe_file(f"{runner.store.base}/{half}", b"half")
    assert sweep(runner, timedelta(0), None) == sorted([*before, half])
    age(runner, [*before, half], -7 * DAYS)
    # Its last request is more than a week ago by then, its files are of the day before.
    assert sweep(runner, 8 * DAYS, None) == sorted([*before, half])
    assert sweep(runner, 15 * DAYS, None) == []


@pytest.fixture
def twin(runner: Runner, tmp_path: Path) -> Iterator[Runner]:
    """Another deployment of the same sync with the same staging folder; its runs have the same ids."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'twin.db'}")
    ledger.upgrade()
    yield replace(runner, ledger=ledger)
    ledger.close()


def test_two_deployments_in_one_folder_leave_each_other_their_parts(runner: Runner, twin: Runner) -> None:
    """Test and production with one bucket: each sweeps its own, also what a killed run has left."""
    before, now = begun(runner), datetime.now(UTC) + timedelta(seconds=1)
    both = begun(twin)
    twin.ledger.checkpoints.clear("default", "run-1", "contacts")
    sweep_parts(twin.spec, twin.ledger, twin.store, now=now)
    assert runner.store.list_files("default") == before
    assert len(both) > len(before)
    reset("default", twin.ledger, twin.store)
    assert runner.store.list_files("default") == before
    runner.ledger.checkpoints.clear("default", "run-1", "contacts")
    sweep_parts(twin.spec, twin.ledger, twin.store, now=now + 6 * DAYS)
    assert runner.store.list_files("default") == before
    sweep_parts(twin.spec, twin.ledger, twin.store, now=now + 8 * DAYS)
    assert runner.store.list_files("default") == []


def test_a_reset_leaves_none_of_its_own_parts(runner: Runner, twin: Runner) -> None:
    """Where another deployment has some beside them, too."""
    before = begun(runner)
    begun(twin)
    reset("default", twin.ledger, twin.store)
    assert runner.store.list_files("default") == before
    reset("default", runner.ledger, runner.store)
    assert runner.store.list_files("default") == []


def test_files_that_are_no_parts_stay(runner: Runner) -> None:
    """The staging folder may hold whatever else its owner keeps there."""
    for path in ("notes.txt", "a/b/c/d/notes.parquet", "a/b/c/rows-00000.parquet"):
        runner.store.filesystem.makedirs(f"{runner.store.base}/{path}".rpartition("/")[0], exist_ok=True)
        runner.store.filesystem.pipe_file(f"{runner.store.base}/{path}", b"mine")
        age(runner, [path], 100 * DAYS)
        sweep(runner, timedelta(0), None)
        assert runner.store.filesystem.exists(f"{runner.store.base}/{path}")
