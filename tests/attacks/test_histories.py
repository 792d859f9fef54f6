"""After any history, and quiet, both systems and the ledger agree with an oracle that knows no mapping engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.histories import draw_history, play, shortest, told

QUICK = 5
SAMPLE = 225
PIECE = 10
"""Histories of one heavy test."""


@pytest.mark.parametrize("seed", range(1, QUICK + 1))
def test_nothing_is_lost_doubled_misreported_or_leaked(seed: int, attacked: Sandbox, attacked_home: Path) -> None:
    """A failure tells the seed and the fewest steps that do it."""
    _check(seed, attacked, attacked_home)


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(QUICK + 1, SAMPLE + 1, PIECE))
def test_nor_in_two_hundred_more_histories(first: int, attacked: Sandbox, attacked_home: Path) -> None:
    """The same, of other seeds."""
    for seed in range(first, first + PIECE):
        _check(seed, attacked, attacked_home)


def _check(seed: int, sandbox: Sandbox, home: Path) -> None:
    history = draw_history(seed)
    print(f"python -m tests.attacks.histories {seed}")
    wrongs = play(history, sandbox, home)
    if wrongs:
        pytest.fail(told(shortest(history, sandbox, home), wrongs), pytrace=False)
