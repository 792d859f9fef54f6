"""What a comparison of both sides makes of one record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.sync.findings import (
    SAMPLE,
    FindingCounts,
    FindingKind,
    is_pending,
    kind_of_departed,
    kind_of_expected,
    kind_of_listed,
    kind_of_outcome,
    kind_of_unwritable,
    left_after,
    removes,
)
from salesforce_daktela.sync.outcome import Outcome

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "facts", "kind"),
    [
        pytest.param("live", {}, FindingKind.RIGHT, id="as it was written"),
        pytest.param("live", {"written": False}, None, id="something else was written"),
        pytest.param("live", {"equal": False}, None, id="something else is held"),
        pytest.param("live", {"seen": False, "equal": False}, None, id="not listed"),
        pytest.param(None, {"written": False}, None, id="held and unknown"),
        pytest.param("marked", {}, None, id="still marked"),
        pytest.param("kept", {}, None, id="back in the filter"),
        pytest.param("gone", {"seen": False, "equal": False}, FindingKind.GONE, id="known to be gone"),
        pytest.param("gone", {"seen": False, "equal": False, "recreates": True}, None, id="gone and to be made again"),
        pytest.param("gone", {}, None, id="gone and there again"),
        pytest.param(
            None, {"seen": False, "equal": False, "refused": True}, FindingKind.REJECTED, id="refused by Daktela"
        ),
        pytest.param("live", {"refused": True}, FindingKind.RIGHT, id="refused once, right now"),
        pytest.param("live", {"waits": "parked", "parked": True}, FindingKind.PARKED, id="waits for its parent"),
        pytest.param(None, {"waits": "rejected", "refused": True}, FindingKind.REJECTED, id="refused for its values"),
        pytest.param(None, {"waits": "rejected", "written": False}, None, id="refused for its values by no run yet"),
        pytest.param("live", {"waits": "parked", "written": False}, None, id="waits, and the ledger does not know"),
    ],
)
def test_what_salesforce_holds_is_right_or_looked_at_again(
    state: str | None, facts: dict[str, Any], kind: FindingKind | None
) -> None:
    """Only what all three agree on is right without a second look."""
    usual: dict[str, Any] = {
        "waits": None,
        "written": True,
        "seen": True,
        "equal": True,
        "refused": False,
        "parked": False,
        "recreates": False,
    }
    assert kind_of_expected(state, **{**usual, **facts}) is kind


@pytest.mark.parametrize(
    ("state", "facts", "kind"),
    [
        pytest.param(None, {"known": True}, FindingKind.REJECTED, id="has an open reject"),
        pytest.param(None, {}, FindingKind.MISSING, id="never read"),
        pytest.param("live", {}, FindingKind.DIFFERENT, id="loaded before it was spoiled"),
        pytest.param("gone", {}, FindingKind.GONE, id="known to be gone"),
        pytest.param("gone", {"recreates": True}, FindingKind.MISSING, id="gone and to be made again"),
        pytest.param("live", {"pending": True}, FindingKind.PENDING, id="read by the next run"),
    ],
)
def test_what_its_own_data_keep_out_is_a_finding_unless_the_ledger_knows(
    state: str | None, facts: dict[str, bool], kind: FindingKind
) -> None:
    """Nobody would try it again."""
    usual = {"known": False, "pending": False, "recreates": False}
    assert kind_of_unwritable(FindingKind.REJECTED, state, **{**usual, **facts}) is kind


@pytest.mark.parametrize(
    ("state", "facts", "kind"),
    [
        pytest.param("live", {}, FindingKind.EXTRA, id="hard-deleted"),
        pytest.param("intended", {}, FindingKind.EXTRA, id="created without an answer, then deleted"),
        pytest.param("live", {"stale": True}, FindingKind.RIGHT, id="written again since"),
        pytest.param("kept", {}, FindingKind.EXTRA, id="kept at the filter, then deleted"),
        pytest.param("kept", {"left": True}, FindingKind.KEPT, id="kept at the filter"),
        pytest.param("kept", {"adopted": True}, FindingKind.KEPT, id="adopted ones are never deleted"),
        pytest.param("kept", {"policy": "keep"}, FindingKind.KEPT, id="kept as the mapping says"),
        pytest.param("marked", {}, FindingKind.EXTRA, id="marked at the filter, then deleted"),
        pytest.param("marked", {"left": True}, FindingKind.MARKED, id="marked at the filter"),
        pytest.param("marked", {"adopted": True}, FindingKind.MARKED, id="marked, and never deleted"),
        pytest.param("marked", {"policy": "mark"}, FindingKind.MARKED, id="marked as the mapping says"),
        pytest.param("marked", {"policy": "mark", "unmarked": True}, FindingKind.EXTRA, id="without its mark"),
        pytest.param("marked", {"policy": "keep", "unmarked": True}, FindingKind.MARKED, id="marked by another policy"),
        pytest.param("became", {}, None, id="carried on by its heir"),
        pytest.param("merged", {}, FindingKind.KEPT, id="merged"),
        pytest.param("removed", {}, FindingKind.UNCLAIMED, id="removed by us and made again by somebody"),
        pytest.param("gone", {}, FindingKind.UNCLAIMED, id="gone and made again by somebody"),
        pytest.param(None, {}, FindingKind.UNCLAIMED, id="never ours"),
        pytest.param("live", {"present": False}, FindingKind.LEFT_OVER, id="on neither side"),
        pytest.param("gone", {"present": False}, FindingKind.LEFT_OVER, id="gone, and deleted for good"),
        pytest.param("live", {"present": False, "vanished": False}, FindingKind.GONE, id="in the bin here, gone there"),
        pytest.param("intended", {"present": False, "vanished": False}, FindingKind.LEFT_OVER, id="never arrived"),
        pytest.param("removed", {"present": False}, None, id="removed by us"),
        pytest.param("merged", {"present": False}, None, id="children follow it to its winner"),
        pytest.param(None, {"present": False}, None, id="unknown to all"),
    ],
)
def test_what_salesforce_lacks_depends_on_what_the_ledger_knows(
    state: str | None, facts: dict[str, Any], kind: FindingKind | None
) -> None:
    """Without the ledger's word nothing is ours."""
    usual: dict[str, Any] = {
        "present": True,
        "unmarked": False,
        "vanished": True,
        "left": False,
        "adopted": False,
        "policy": "delete",
        "stale": False,
    }
    assert kind_of_departed(state, **{**usual, **facts}) is kind


def test_what_was_kept_or_marked_is_looked_at_again_where_deleting_is_the_policy() -> None:
    """It may have left the filter then, and be deleted since."""
    assert kind_of_listed("marked", on_delete="mark", unmarked=False) is FindingKind.MARKED
    assert kind_of_listed("marked", on_delete="mark", unmarked=True) is None
    assert kind_of_listed("marked", on_delete="delete", unmarked=False) is None
    assert kind_of_listed("kept", on_delete="keep", unmarked=False) is FindingKind.KEPT
    assert kind_of_listed("kept", on_delete="delete", unmarked=False) is None
    assert kind_of_listed("live", on_delete="keep", unmarked=False) is None
    assert kind_of_listed(None, on_delete="delete", unmarked=False) is None
    assert kind_of_listed("removed", on_delete="delete", unmarked=False) is FindingKind.UNCLAIMED


def test_what_the_next_run_reads_is_pending() -> None:
    """From the watermark on; without a watermark nothing is, because the ledger may be new."""
    assert is_pending(NOON, NOON)
    assert not is_pending(NOON - timedelta(seconds=1), NOON)
    assert not is_pending(NOON, None)
    assert not is_pending(None, NOON)


def test_outcomes_without_a_write_are_kinds() -> None:
    """Whatever needs no write and has no reason of its own is right."""
    assert [kind_of_outcome(each) for each in (Outcome.GONE, Outcome.PARKED, Outcome.REJECTED, Outcome.UNCHANGED)] == [
        FindingKind.GONE,
        FindingKind.PARKED,
        FindingKind.REJECTED,
        FindingKind.RIGHT,
    ]


def test_adopted_objects_are_marked_but_never_deleted() -> None:
    """They were somebody's before us."""
    assert [removes(policy, adopted=True) for policy in ("keep", "mark", "delete")] == [False, True, False]
    assert [removes(policy, adopted=False) for policy in ("keep", "mark", "delete")] == [False, True, True]


def test_a_census_counts_all_and_shows_a_few() -> None:
    """What is right is in no sample, nor is what has no Id."""
    counts = FindingCounts()
    for number in range(SAMPLE + 5):
        counts.add(FindingKind.EXTRA, f"{number}")
        counts.add(FindingKind.RIGHT, f"{number}")
    counts.add(FindingKind.UNCLAIMED)
    assert dict(counts.counts) == {
        FindingKind.EXTRA: SAMPLE + 5,
        FindingKind.RIGHT: SAMPLE + 5,
        FindingKind.UNCLAIMED: 1,
    }
    assert counts.samples == {FindingKind.EXTRA: [str(number) for number in range(SAMPLE)]}


def test_a_repair_leaves_what_it_could_not_forget_yet() -> None:
    """Parts of another run may still be loaded; everything else is repaired, or an open reject from then on."""
    counts = {"missing": 3, "left_over": 2, "right": 90}
    assert left_after(counts, None) == {"missing": 3, "different": 0, "extra": 0, "unremembered": 0, "left_over": 2}
    assert left_after(counts, {"created": 1, "rejected": 2, "cleaned": 1})["left_over"] == 1
    assert sum(left_after(counts, {"created": 3, "cleaned": 2}).values()) == 0
