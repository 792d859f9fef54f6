"""Leads that are converted into contacts with objects of their own, at any instant, where the mapping says merge."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.deployments import VARIANTS, draw_settings
from tests.attacks.histories import History, Step, play, shortest, told

SAMPLE, PIECE = 40, 10
OTHERS = ("run", "run", "go_on", "run_other", "update", "take_away", "fail", "delete", "merge_there", "reparent")
INTO_ONE_THAT_IS_THERE = 5
"""Multiples of it make the act ``convert`` choose a contact that exists."""


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(0, SAMPLE, PIECE))
def test_they_end_as_one_object_whatever_else_takes_place(first: int, attacked: Sandbox, attacked_home: Path) -> None:
    """Runs die after any exchange, questions are declined, and people merge and delete in Daktela meanwhile."""
    for seed in range(first, first + PIECE):
        history = _draw(seed, attacked_home)
        wrongs = play(history, attacked, attacked_home)
        if wrongs:
            pytest.fail(told(shortest(history, attacked, attacked_home), wrongs), pytrace=False)


def _draw(seed: int, home: Path) -> History:
    rng = random.Random(f"merge {seed}")  # noqa: S311  the same again from the same seed
    merging = [
        number
        for number in range(VARIANTS)
        if (leads := draw_settings(number, home).policies.get("leads")) is not None and leads.merges
    ]
    steps: list[Step] = [("run", 0, 2, 1, 5)]
    for _ in range(rng.randrange(2, 7)):
        name = rng.choice(("convert", "convert", "convert", *OTHERS))
        b = rng.randrange(200) * INTO_ONE_THAT_IS_THERE if name == "convert" else rng.randrange(1000)
        steps.append((name, rng.randrange(1000), b, rng.randrange(1000), rng.choice((0, 1, 5, 40, 200, 700))))
    return History(seed=seed, deployment=rng.choice(merging), size=rng.randrange(6, 13), steps=tuple(steps))
