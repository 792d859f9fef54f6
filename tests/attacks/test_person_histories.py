"""The same of orgs with person accounts: leads become people and contacts at every instant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.histories import draw_history, play, shortest, told

QUICK, SAMPLE, PIECE = 5, 65, 10


@pytest.mark.parametrize("seed", range(1, QUICK + 1))
def test_each_person_is_one_object(seed: int, attacked: Sandbox, attacked_home: Path) -> None:
    """Whichever record of Salesforce, account, contact or lead, told of it first."""
    _check(seed, attacked, attacked_home)


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(QUICK + 1, SAMPLE + 1, PIECE))
def test_so_it_is_in_sixty_more_histories(first: int, attacked: Sandbox, attacked_home: Path) -> None:
    """The same, of other seeds."""
    for seed in range(first, first + PIECE):
        _check(seed, attacked, attacked_home)


def _check(seed: int, sandbox: Sandbox, home: Path) -> None:
    history = draw_history(seed, people=True)
    wrongs = play(history, sandbox, home)
    if wrongs:
        pytest.fail(told(shortest(history, sandbox, home), wrongs), pytrace=False)
