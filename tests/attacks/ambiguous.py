"""Creates that took place and whose reply was lost: each is looked up, none is repeated, none is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.attacks.deployments import draw_settings
from tests.attacks.run_acts import begin
from tests.attacks.verdicts import check_quiet
from tests.attacks.world import World, open_sandbox, open_world
from tests.scenarios.personalities import CALM

PEOPLE = 40
"""Contacts of one round's org; with what else it holds, some eighty creates."""

ROUNDS: tuple[Mapping[str, Any], ...] = (
    {"post_existing": "refused"},
    {"post_existing": "doubles"},
    {"post_existing": "overwrites", "put_mode": "replacing"},
    {"post_existing": "returns_existing", "comparison": "exact"},
    {"post_existing": "doubles", "title_rewritten": True, "text_stored": "collapsed"},
    {"post_existing": "doubles", "validation_status": 422, "error_shape": "text", "missing_object": "text"},
)
"""How Daktela takes a second POST of one name, in turn."""

LOSSES = ("reset_after", "reset_after", "server_error_after", "truncated", "without_result")
"""How the reply is lost, in turn: five and six, so that every pair of both meets."""

MOST_RUNS = 60
"""Runs until one comes to its end: with small parts each run that fails goes on only a little."""

BLIND = 7
"""In every so manieth round the lookups afterwards fail, too, so that a later run has to find out."""


def run(count: int, seed: int, home: Path) -> dict[str, int]:
    """Lose the replies of ``count`` creates; return how much was lost and doubled."""
    wrongs: Counter[str] = Counter()
    done, number = 0, seed
    with open_sandbox(home) as sandbox:
        while done < count:
            lost, found = strike(sandbox, home, number, most=count - done)
            done, number = done + lost, number + 1
            wrongs.update(kind for kind, _ in found)
    return {"ambiguous_creates": done, **wrongs}


def strike(sandbox: Sandbox, home: Path, number: int, *, most: int) -> tuple[int, list[tuple[str, str]]]:
    """Load one org for the first time and lose the replies of its creates; return how many, and what was wrong."""
    settings = draw_settings(number % 4, home)
    with open_world(sandbox, home, settings, size=PEOPLE, seed=number % 97 + 1) as world:
        sandbox.daktela.switch(**ROUNDS[number % len(ROUNDS)])
        world.switched.update((name, str(value)) for name, value in ROUNDS[number % len(ROUNDS)].items())
        sandbox.daktela.script.order(LOSSES[number % len(LOSSES)], method="POST", times=most)
        if number % BLIND == 0:
            sandbox.daktela.script.order("reset_before", method="GET", skip=60, times=400)
        lost = _load(world, most)
        check_quiet(world, everything=True)
        return lost, world.wrongs


def _load(world: World, most: int) -> int:
    """Run until a run comes to its end, then once in full; return how many creates lost their reply."""
    for _ in range(MOST_RUNS):
        world.pass_time(60)
        begin(world, RunRequest(), 0, 2, 1)
        if not world.waiting:
            break
        world.waiting.clear()
    lost = min(most, world.runner.daktela.calls["POST"])
    world.sandbox.daktela.script.clear()
    world.sandbox.daktela.switch(**CALM)
    world.pass_time(60)
    begin(world, RunRequest(mode=Mode.FULL), 0, 2, 1)
    if world.waiting:
        world.wrong("lost", f"no run came to its end: {world.errors[-1]}")
    return lost
