from __future__ import annotations

import pytest

from salesforce_daktela.sync.progress import Progress


def test_an_even_pace_tells_what_is_left() -> None:
    """A thousand of four in ten seconds: thirty more."""
    estimate = Progress(4000, 0.0).reached(1000, 10.0)
    assert (estimate.rate, estimate.seconds_left) == (100.0, 30.0)
    assert str(estimate) == "1,000 of 4,000 rows, 100 a second, about 30 s left"


def test_only_the_last_minute_counts() -> None:
    """A slow beginning is forgotten."""
    progress = Progress(100_000, 0.0)
    progress.reached(600, 600.0)
    for second in range(601, 701):
        estimate = progress.reached(600 + (second - 600) * 50, float(second))
    assert estimate.rate == pytest.approx(50.0)


def test_what_was_done_before_says_nothing_of_the_rate() -> None:
    """A task that goes on where it was left does not seem to fly."""
    progress = Progress(2_000_000, 0.0)
    progress.resume(1_000_000, 5.0)
    assert progress.reached(1_000_100, 15.0).rate == 10.0


def test_without_a_total_there_is_no_time_left_to_tell() -> None:
    """Rows and rate all the same."""
    assert str(Progress(None, 0.0).reached(50, 4.0)) == "50 rows, 12.5 a second"


def test_a_standstill_promises_nothing() -> None:
    """No rate, no end; and nobody divides by it."""
    estimate = Progress(10, 0.0).reached(0, 30.0)
    assert (estimate.rate, estimate.seconds_left) == (0.0, None)
    assert Progress(10, 0.0).reached(5, 0.0).rate is None


@pytest.mark.parametrize(
    ("left", "shown"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3599, "59 min 59 s"), (3600, "1 h 0 min"), (100_000, "27 h 46 min")],
)
def test_spans_are_told_in_two_units(left: int, shown: str) -> None:
    """Seconds matter within the hour only."""
    estimate = Progress(1 + left, 0.0).reached(1, 1.0)
    assert str(estimate).endswith(f"about {shown} left")
