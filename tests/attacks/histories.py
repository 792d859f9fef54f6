"""Random histories of both systems and of the pipeline between them; after quiet, an oracle must agree.

``python -m tests.attacks.histories SEED`` plays one history and tells what went wrong, as few steps as do it;
with ``people`` after the seed, one of an org with person accounts.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.totals import VANISHED
from sandbox.salesforce.records import RecordError
from sandbox.salesforce.switches import SwitchError
from sandbox.testing import Sandbox
from tests.attacks import daktela_acts, end_acts, person_acts, run_acts
from tests.attacks.deployments import VARIANTS, draw_settings
from tests.attacks.privacy import check_privacy, take_note
from tests.attacks.run_acts import begin, carry_on
from tests.attacks.shrinking import shortened
from tests.attacks.verdicts import check_quiet
from tests.attacks.world import Listener, World, open_sandbox, open_world

Step = tuple[str, int, int, int, int]
"""An act, three numbers that choose its details, and the seconds that pass before it."""

Wrong = tuple[str, str]
ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    **person_acts.ACTS,
    **daktela_acts.ACTS,
    **run_acts.ACTS,
    **end_acts.ACTS,
}
WEIGHTS = {
    "run": 30, "run_other": 10, "go_on": 8, "clear": 3, "reconfigure": 1, "update": 14, "create": 8, "empty": 5,
    "own": 4, "reparent": 5, "delete": 8, "undelete": 6, "merge": 7, "hard_delete": 3, "cross_filter": 8, "convert": 6,
    "formula": 3, "edit": 5, "take_away": 4, "merge_there": 2, "befriend": 2, "behave": 6, "behave_org": 4, "fail": 5,
    "calm": 3, "change_end": 4, "move": 2, "start_anew": 2,
}  # fmt: skip
OF_PEOPLE = {
    "create_person": 6, "create_lead": 8, "update_person": 10, "delete_person": 6, "undelete_person": 5,
    "merge_people": 5, "convert_to_person": 14,
}  # fmt: skip
HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that decides what happens."""

    seed: int
    deployment: int
    size: int
    steps: tuple[Step, ...]
    people: bool = False
    """The org has person accounts."""


def draw_history(seed: int, *, people: bool = False) -> History:
    """Return the history of a seed."""
    rng = random.Random(f"{'people' if people else 'history'} {seed}")  # noqa: S311  the same again from the same seed
    weights = {**WEIGHTS, **OF_PEOPLE} if people else WEIGHTS
    names = rng.choices(list(weights), list(weights.values()), k=rng.randrange(3, 12))
    pauses = (0, 1, 5, 40, 200, 590, 700, HOUR, 24 * HOUR)
    steps = tuple(
        (name, rng.randrange(1000), rng.randrange(1000), rng.randrange(1000), rng.choice(pauses)) for name in names
    )
    deployment, size = rng.randrange(VARIANTS), rng.randrange(6, 13)
    return History(seed=seed, deployment=deployment, size=size, steps=steps, people=people)


def play(history: History, sandbox: Sandbox, home: Path) -> list[Wrong]:
    """Play a history to its end and past it, into quiet; return what was wrong."""
    listener = Listener()
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.INFO)
    try:
        with lived(history, sandbox, home) as world:
            _come_to_rest(world, thorough=history.seed % 3 == 0)
            check_privacy(world, listener)
            return world.wrongs
    finally:
        root.removeHandler(listener)
        root.setLevel(level)


@contextmanager
def lived(history: History, sandbox: Sandbox, home: Path) -> Iterator[World]:
    """The world after the last step of a history: runs may have stopped, records may wait."""
    settings = draw_settings(history.deployment, home, people=history.people)
    with open_world(sandbox, home, settings, size=history.size, seed=history.seed % 97 + 1) as world:
        sandbox.salesforce.switch(person_accounts=history.people)
        world.runner.ticks = history.seed % 4 > 0
        sandbox.daktela.switch(merge_keeps=("first", "last")[history.seed % 2])
        sandbox.daktela.switch(merge_moves_children=history.seed % 3 > 0)
        take_note(world)
        for step in history.steps:
            _act(world, step)
        yield world


def run(count: int, seed: int, home: Path) -> dict[str, int]:
    """Play ``count`` histories from ``seed`` on; return how much went wrong in them, by kind."""
    return _run(count, seed, home, people=False)


def run_people(count: int, seed: int, home: Path) -> dict[str, int]:
    """The same in orgs with person accounts."""
    return _run(count, seed, home, people=True)


def _run(count: int, seed: int, home: Path, *, people: bool) -> dict[str, int]:
    wrongs: Counter[str] = Counter()
    with open_sandbox(home) as sandbox:
        for number in range(seed, seed + count):
            history = draw_history(number, people=people)
            found = play(history, sandbox, home)
            wrongs.update(kind for kind, _ in found)
            if found:
                sys.stdout.write(f"{_command(history)}: {json.dumps(found, ensure_ascii=False)}\n")
                sys.stdout.flush()
    return dict(wrongs)


def told(history: History, wrongs: list[Wrong]) -> str:
    """What went wrong in a history, and how to play it again."""
    steps = "\n".join(f"  {json.dumps(step)}" for step in history.steps)
    lines = "\n".join(f"{kind}: {what}" for kind, what in wrongs)
    return f"{_command(history)}\n{steps}\n{lines}"


def _command(history: History) -> str:
    return f"python -m tests.attacks.histories {history.seed}{' people' if history.people else ''}"


def shortest(history: History, sandbox: Sandbox, home: Path) -> History:
    """The history with as few steps as still go wrong in the same way."""
    kinds = {kind for kind, _ in play(history, sandbox, home)}

    def still_wrong(steps: tuple[Step, ...]) -> bool:
        return bool(kinds & {kind for kind, _ in play(replace(history, steps=steps), sandbox, home)})

    return replace(history, steps=shortened(history.steps, still_wrong))


def _act(world: World, step: Step) -> None:
    name, a, b, c, seconds = step
    world.pass_time(1 + seconds)
    try:
        ACTS[name](world, a, b, c)
    except (RecordError, SwitchError):
        return
    if name in person_acts.ACTS:
        take_note(world)


def _come_to_rest(world: World, *, thorough: bool) -> None:
    """Faults end, what waits is finished, a day passes; then as many runs as anything may need.

    ``thorough`` adds a full run that must find nothing to do.
    """
    daktela_acts.calm(world, 0, 0, 0)
    world.runner.agrees = lambda _: True
    for stopped in world.waiting[:]:
        world.pass_time(30)
        carry_on(world, stopped)
    world.waiting.clear()
    world.pass_time(25 * HOUR)
    _quietly(world, RunRequest())
    if thorough or _something_waits(world):
        _quietly(world, RunRequest())
    check_quiet(world, everything=False)
    if world.silent and not world.wrongs:
        _quietly(world, RunRequest(mode=Mode.FULL))
        if _something_waits(world):
            _quietly(world, RunRequest())
        check_quiet(world, everything=True)
    if thorough and not world.wrongs:
        _check_idempotence(world)


def _something_waits(world: World) -> bool:
    """Whether the ledger knows of something that is left to a later run."""
    ledger, names = world.runner.ledger, list(world.settings.policies)
    return any(ledger.rereads.read("default", name) or ledger.parking.read("default", name) for name in names)


def _check_idempotence(world: World) -> None:
    """The same again makes no write, but for what was refused and is tried again."""
    before = dict(world.runner.daktela.calls)
    _quietly(world, RunRequest(mode=Mode.FULL))
    written = {verb: world.runner.daktela.calls[verb] - before.get(verb, 0) for verb in ("POST", "PUT", "DELETE")}
    rejects = [
        reject for name in world.settings.policies for reject in world.runner.ledger.rejects.read("default", name)
    ]
    if sum(written.values()) > len(rejects) * 2:
        world.wrong("misreported", f"a full run after quiet made {written}")


def _quietly(world: World, request: RunRequest) -> None:
    """A run that nothing keeps from its end."""
    world.pass_time(60)
    before = len(world.errors)
    begin(world, request, 0, 2, 1)
    if world.waiting:
        world.waiting.clear()
        world.wrong("misreported", f"a quiet run did not end: {world.errors[before:]}")
    elif _is_to_ask(world):
        # More were taken away in Daktela than a run gives up unasked: the next one that reads them asks.
        world.pass_time(25 * HOUR)
        begin(world, RunRequest(), 0, 2, 1)
        if _is_to_ask(world):
            world.wrong("lost", "records that vanished were not given up by whoever agreed")


def _is_to_ask(world: World) -> bool:
    ledger = world.runner.ledger
    return any(ledger.rejects.read("default", name, code=VANISHED) for name in world.settings.policies)


def main(seed: int, *, people: bool) -> int:
    """Play one history, shorten it, and tell what went wrong; 1 if anything did."""
    with tempfile.TemporaryDirectory() as folder, open_sandbox(Path(folder)) as sandbox:
        history = draw_history(seed, people=people)
        wrongs = play(history, sandbox, Path(folder))
        if wrongs:
            history = shortest(history, sandbox, Path(folder))
            wrongs = play(history, sandbox, Path(folder)) or wrongs
        sys.stdout.write(told(history, wrongs) + "\n")
    return int(bool(wrongs))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), people="people" in sys.argv[2:]))
