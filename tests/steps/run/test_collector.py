"""What a task holds to its end is out of the garbage collector's sight while it works."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from salesforce_daktela.steps.run.collector import passing_over


@pytest.fixture(autouse=True)
def nothing_aside() -> Iterator[None]:
    """Whatever other programs in this process have set aside."""
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_there_is_passed_over_until_the_work_ends_or_fails() -> None:
    """What is made meanwhile is collected as ever; afterwards everything is."""
    with passing_over():
        assert gc.get_freeze_count() > 1_000
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1
    assert gc.get_freeze_count() == 0
    with pytest.raises(ValueError, match="failed"), passing_over():
        raise ValueError("failed")
    assert gc.get_freeze_count() == 0


def test_what_was_set_aside_before_stays_aside() -> None:
    """By Airflow before it forked, or by the block around."""
    with passing_over():
        with passing_over():
            pass
        assert gc.get_freeze_count() > 1_000
