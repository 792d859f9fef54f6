"""A part of payloads as columns: who has departed, and who has no outcome yet."""

from __future__ import annotations

import pyarrow as pa

from salesforce_daktela.steps.load.pieces import ids_of, live_and_departed, total, without_outcome

PART = pa.table(
    {
        "id": ["live", "deleted", "left", "unknown"],
        "is_deleted": pa.array([False, True, False, None]),
        "left_filter": pa.array([False, False, True, None]),
        "shortened": pa.array([1, 0, 2, None], pa.int32()),
    }
)


def test_who_is_deleted_or_left_has_departed() -> None:
    """A row that does not say so is live, and no row is in neither."""
    live, departed = live_and_departed(PART)
    assert (ids_of(live), ids_of(departed)) == (["live", "unknown"], ["deleted", "left"])


def test_rows_with_an_outcome_are_left_out() -> None:
    """The others keep their order."""
    assert ids_of(without_outcome(PART, {"deleted", "unknown"})) == ["live", "left"]
    assert without_outcome(PART, set(ids_of(PART))).num_rows == 0


def test_a_column_is_added_up() -> None:
    """An empty part adds nothing."""
    assert total(PART, "shortened") == 3
    assert total(PART.slice(0, 0), "shortened") == 0
