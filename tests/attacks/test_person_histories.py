"""The same of orgs with person accounts: leads become people and contacts at every instant."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.attacks.deployments import VARIANTS
from tests.attacks.histories import History, Step, draw_history, play, shortest, told

QUICK, SAMPLE, PIECE = 5, 25, 10
CONVERSIONS = 20
OTHERS = ("run", "run", "go_on", "run_other", "update_person", "take_away", "fail", "merge_people", "delete_person",
          "undelete_person", "convert")  # fmt: skip


@pytest.mark.parametrize("seed", range(1, QUICK + 1))
def test_each_person_is_one_object(seed: int, attacked: Sandbox, attacked_home: Path) -> None:
    """Whichever record of Salesforce, account, contact or lead, told of it first."""
    _check(seed, attacked, attacked_home)


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(QUICK + 1, SAMPLE + 1, PIECE))
def test_so_it_is_in_twenty_more_histories(first: int, attacked: Sandbox, attacked_home: Path) -> None:
    """The same, of other seeds."""
    for seed in range(first, first + PIECE):
        _check(seed, attacked, attacked_home)


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(0, CONVERSIONS, PIECE))
def test_leads_become_people_at_every_instant(first: int, attacked: Sandbox, attacked_home: Path) -> None:
    """New ones and ones who are there, between the tasks of runs that wait, die after any exchange, or are declined."""
    for seed in range(first, first + PIECE):
        _play(_draw_conversions(seed), attacked, attacked_home)


def _draw_conversions(seed: int) -> History:
    rng = random.Random(f"people who were leads {seed}")  # noqa: S311  the same again from the same seed
    names = ["create_lead", "create_lead", "run"]
    names += [rng.choice(("create_lead", *["convert_to_person"] * 4, *OTHERS)) for _ in range(rng.randrange(3, 9))]
    steps: list[Step] = [
        (name, rng.randrange(1000), rng.randrange(1000), rng.randrange(1000), rng.choice((0, 1, 5, 40, 200, 700)))
        for name in names
    ]
    deployment, size = rng.randrange(VARIANTS), rng.randrange(6, 13)
    return History(seed=seed, deployment=deployment, size=size, steps=tuple(steps), people=True)


def _check(seed: int, sandbox: Sandbox, home: Path) -> None:
    _play(draw_history(seed, people=True), sandbox, home)


def _play(history: History, sandbox: Sandbox, home: Path) -> None:
    wrongs = play(history, sandbox, home)
    if wrongs:
        pytest.fail(told(shortest(history, sandbox, home), wrongs), pytrace=False)
