"""While a task works with what it holds to its end, the garbage collector looks seldom."""

from __future__ import annotations

import contextlib
import gc

from salesforce_daktela.steps.run.collector import OBJECTS, collecting_seldom


def test_the_collector_looks_seldom_and_then_as_often_as_before() -> None:
    """Also when the block fails."""
    before = gc.get_threshold()
    with contextlib.suppress(ValueError), collecting_seldom():
        assert gc.get_threshold() == (OBJECTS, *before[1:])
        raise ValueError
    assert gc.get_threshold() == before


def test_whoever_wants_it_to_look_less_often_still_has_it_so() -> None:
    """A deployment may have set its own threshold."""
    before = gc.get_threshold()
    try:
        gc.set_threshold(2 * OBJECTS, 20, 20)
        with collecting_seldom():
            assert gc.get_threshold() == (2 * OBJECTS, 20, 20)
    finally:
        gc.set_threshold(*before)
