"""Checkpoints of extractions and the accounts of parts and runs."""

from dataclasses import replace

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint, PartTotals, RunTotals
from tests.ledger.examples import MAPPING, START, SYNC, at

CHECKPOINT = ExtractCheckpoint(
    sync=SYNC,
    run_id="scheduled__2026-03-29T01:30:00+00:00",
    mapping=MAPPING,
    extraction="0123456789ab",
    query_hash="0123456789abcdef",
    api="bulk",
    job_id="750000000000001AAA",
    locator="MTAwMDA",
    parts=({"path": "crm/run/contacts/e1/rows-00000.parquet", "rows": 10_000, "size": 123},),
    since=None,
    until=at(0),
    read_at=at(1),
    rows_per_part=10_000,
    finished=False,
)
RUN = RunTotals(
    sync=SYNC,
    run_id="run-1",
    mapping=MAPPING,
    mode="incremental",
    since=None,
    until=at(0),
    extracted=3,
    counts={"created": 2, "rejected": 1},
    notes={"shortened": 1},
    state="settled",
    started=START,
    finished=at(1),
)


def test_a_checkpoint_reads_back_as_it_was(ledger: Ledger) -> None:
    """A retry finds the job, its locator and the parts that are there already."""
    ledger.checkpoints.save(CHECKPOINT)
    assert ledger.checkpoints.read(SYNC, CHECKPOINT.run_id, MAPPING) == CHECKPOINT


def test_the_last_checkpoint_counts(ledger: Ledger) -> None:
    """Each part that is published moves it on."""
    ledger.checkpoints.save(CHECKPOINT)
    later = replace(CHECKPOINT, locator=None, parts=(*CHECKPOINT.parts, {"rows": 5}), finished=True)
    ledger.checkpoints.save(later)
    assert ledger.checkpoints.read(SYNC, CHECKPOINT.run_id, MAPPING) == later


def test_a_deferred_run_that_is_cleared_keeps_its_extraction_to_itself(ledger: Ledger) -> None:
    """It is reading: another run that took its parts over would delete them."""
    ledger.checkpoints.save(CHECKPOINT)
    ledger.totals.save_run(replace(RUN, run_id=CHECKPOINT.run_id, state="deferred"))
    query = (SYNC, MAPPING, CHECKPOINT.query_hash)
    assert ledger.checkpoints.deferred(*query, besides="run-2") == CHECKPOINT
    ledger.totals.begin_again(SYNC, CHECKPOINT.run_id, MAPPING)
    assert ledger.checkpoints.deferred(*query, besides="run-2") is None


def test_nobody_is_told_of_the_former_end_of_a_mapping_that_is_read_again(ledger: Ledger) -> None:
    """Neither pages nor the terminal; once it has ended again they are."""
    ledger.totals.save_run(RUN)
    ledger.totals.begin_again(SYNC, RUN.run_id, MAPPING)
    assert ledger.totals.read_runs(SYNC, 10) == ledger.totals.of_runs(SYNC, [RUN.run_id]) == []
    assert ledger.totals.last_settled(SYNC, [RUN.mode]) == {}
    assert ledger.reports.read(SYNC, RUN.run_id) == ledger.reports.latest(SYNC, 10) == []
    ledger.totals.save_run(RUN)
    assert ledger.totals.read_runs(SYNC, 10) == [RUN]
    assert [each["mapping"] for each in ledger.reports.read(SYNC, RUN.run_id)] == [MAPPING]


def test_a_cleared_checkpoint_is_gone(ledger: Ledger) -> None:
    """The next try starts afresh; other runs and mappings keep theirs."""
    other = replace(CHECKPOINT, mapping="accounts")
    ledger.checkpoints.save(CHECKPOINT)
    ledger.checkpoints.save(other)
    ledger.checkpoints.clear(SYNC, CHECKPOINT.run_id, MAPPING)
    assert ledger.checkpoints.read(SYNC, CHECKPOINT.run_id, MAPPING) is None
    assert ledger.checkpoints.read(SYNC, CHECKPOINT.run_id, "accounts") == other


def _created(part: int) -> PartTotals:
    return PartTotals(part=part, extracted=10, counts={"created": 10}, notes={})


def test_parts_of_one_extraction_are_listed_in_order(ledger: Ledger) -> None:
    """Parts of an abandoned extraction do not count."""
    for part, extraction in ((1, "e2"), (0, "e2"), (0, "e1")):
        ledger.totals.save_part(SYNC, "run-1", MAPPING, extraction, _created(part))
    assert ledger.totals.read_parts(SYNC, "run-1", MAPPING, "e2") == [
        _created(0),
        _created(1),
    ]
    assert ledger.totals.loaded(SYNC, "run-1", MAPPING, "e2") == 20
    assert ledger.totals.loaded(SYNC, "run-1", MAPPING, "e3") == 0


def test_a_part_loaded_again_is_counted_once(ledger: Ledger) -> None:
    """The last totals of a part replaces the earlier one."""
    deferred = PartTotals(part=0, extracted=10, counts={"deferred": 10}, notes={"shortened": 1})
    ledger.totals.save_part(SYNC, "run-1", MAPPING, "e1", deferred)
    ledger.totals.save_part(SYNC, "run-1", MAPPING, "e1", _created(0))
    assert ledger.totals.read_parts(SYNC, "run-1", MAPPING, "e1") == [_created(0)]


@pytest.mark.parametrize("calls", [None, 0, 17], ids=["not counted", "none", "some"])
def test_a_run_reads_back_as_it_was(ledger: Ledger, calls: int | None) -> None:
    """Not counted and none are two things."""
    ledger.totals.save_run(replace(RUN, calls=calls))
    assert ledger.totals.read_runs(SYNC, 10) == [replace(RUN, calls=calls)]


def test_settling_again_replaces_the_totals(ledger: Ledger) -> None:
    """Totals of one mapping in one run are kept once."""
    ledger.totals.save_run(replace(RUN, state="failed"))
    ledger.totals.save_run(RUN)
    assert ledger.totals.read_runs(SYNC, 10) == [RUN]


def test_the_latest_runs_come_first(ledger: Ledger) -> None:
    """As many as were asked for, of this sync."""
    for number in range(4):
        ledger.totals.save_run(replace(RUN, run_id=f"run-{number}", finished=at(number)))
    ledger.totals.save_run(replace(RUN, sync="other", finished=at(9)))
    assert [run.run_id for run in ledger.totals.read_runs(SYNC, 2)] == ["run-3", "run-2"]


@pytest.mark.parametrize(
    ("state", "run_id", "expected"),
    [("settled", "run-1", False), ("failed", "run-1", True), ("settled", "another", True)],
)
def test_parts_may_be_loaded_until_their_run_has_settled_and_is_past(
    ledger: Ledger, state: str, run_id: str, expected: bool
) -> None:
    """Those of one's own run do not count, nor those of another mapping."""
    ledger.checkpoints.save(replace(CHECKPOINT, run_id="run-1"))
    ledger.totals.save_run(replace(RUN, run_id=run_id, state=state))
    assert ledger.checkpoints.may_be_loaded(SYNC, MAPPING, besides="ours", settled_before=at(2)) is expected
    assert ledger.checkpoints.may_be_loaded(SYNC, MAPPING, besides="ours", settled_before=at(0)) is True
    assert ledger.checkpoints.may_be_loaded(SYNC, MAPPING, besides="run-1", settled_before=at(2)) is False
    assert ledger.checkpoints.may_be_loaded(SYNC, "leads", besides="ours", settled_before=at(2)) is False


def test_how_far_other_runs_have_read_is_known_before_they_settle(ledger: Ledger) -> None:
    """A run's own window does not count, nor a run that names its records and so passes nothing."""
    other = replace(CHECKPOINT, run_id="backfill", until=at(7))
    named = replace(CHECKPOINT, run_id="named", until=None, read_at=at(9))
    assert ledger.read_up_to(SYNC, MAPPING, besides="backfill") is None
    for checkpoint in (CHECKPOINT, other, named):
        ledger.checkpoints.save(checkpoint)
    assert ledger.read_up_to(SYNC, MAPPING, besides=CHECKPOINT.run_id) == at(7)
    assert ledger.read_up_to(SYNC, MAPPING, besides="backfill") == at(0)
    ledger.watermarks.move(SYNC, MAPPING, at(8), "backfill", fingerprint="f")
    assert ledger.read_up_to(SYNC, MAPPING, besides="backfill") == at(8)
