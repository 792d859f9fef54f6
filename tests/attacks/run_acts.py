"""Runs: of every mode, dying anywhere, waiting for others, tried again, given up, cleared."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.sync.request import Mode, RunRequest, backfill_request
from tests.attacks.deployments import VARIANTS, draw_settings
from tests.attacks.fuse import KilledError
from tests.attacks.homes import PEOPLE, SOBJECT_OF
from tests.attacks.org_acts import rows
from tests.attacks.person_acts import people
from tests.attacks.stepped import SteppedRun, start_run
from tests.attacks.verdicts import Before, check_run
from tests.attacks.world import World

log = logging.getLogger(__name__)

TRIES = 3
"""How often a scheduler tries one task."""


def run(world: World, a: int, b: int, c: int) -> None:
    """A scheduled run, sometimes with less luck."""
    begin(world, RunRequest(), a, b, c)


def run_other(world: World, a: int, b: int, c: int) -> None:
    """A run that somebody asked for."""
    begin(world, _request(world, a, b), a, b, c)


def go_on(world: World, a: int, b: int, c: int) -> None:
    """A run that waited or failed goes on, or is given up for good."""
    if world.waiting:
        stopped = world.waiting.pop(a % len(world.waiting))
        if b % 4:
            world.runner.agrees = lambda _: bool(c % 2)
            carry_on(world, stopped, points=_points(b, c))


def clear(world: World, a: int, b: int, c: int) -> None:
    """Somebody clears the tasks of one mapping of a run that has read it."""
    names = [name for name in world.settings.policies for each in world.waiting[-1:] if name in each.extractions]
    if names:
        stopped = world.waiting.pop()
        stopped.again(names[a % len(names)])
        carry_on(world, stopped, points=_points(b, c))


def reconfigure(world: World, a: int, _b: int, _c: int) -> None:
    """Other policies for the same mappings from now on."""
    number = (a // 4 * 4 + world.settings.number) % VARIANTS
    world.use(draw_settings(number, world.settings.folder.parents[1], people=world.settings.people))


def begin(world: World, request: RunRequest, a: int, b: int, c: int) -> None:
    """Start a run; it may die after some exchanges, or wait before one of its tasks while others go on."""
    world.runs += 1
    world.runner.agrees = lambda _: bool(c % 2)
    started = start_run(world.runner, request, world.runs, early=bool(a % 2))
    pause = c % len(started.tasks) if b % 6 == 0 else None
    carry_on(world, started, points=_points(b, c), pause=pause)


def carry_on(world: World, stopped: SteppedRun, *, points: int | None = None, pause: int | None = None) -> bool:
    """Carry a run on until it ends, fails, or has to wait; whatever has not ended waits. True when it ended."""
    world.fuse.renew(points)
    before = Before.of(world)
    tries = 0
    while not stopped.ended:
        if stopped.done == pause:
            stopped.alone = False
            world.waiting.append(stopped)
            return False
        try:
            stopped.step()
            tries = 0
        except (PipelineError, KilledError) as exc:
            _note(world, stopped, exc)
            world.fuse.renew()
            tries += 1
            if tries == TRIES or (isinstance(exc, KilledError) and world.runs % 2):
                world.waiting.append(stopped)
                return False
        except Exception as exc:
            _note(world, stopped, exc)
            log.exception("not an error that tells what to do")
            world.wrong("misreported", f"{stopped.tasks[stopped.done]} ended in {traceback.format_exc()}")
            return False
    world.fuse.renew()
    check_run(world, stopped, before)
    return True


def _note(world: World, stopped: SteppedRun, exc: BaseException) -> None:
    stopped.alone = False
    world.errors.append("".join(traceback.format_exception_only(exc)))


def _points(b: int, c: int) -> int | None:
    """After how many exchanges it dies, None for never."""
    return (b * 7 + c) % 160 if b % 4 == 1 else None


def _request(world: World, a: int, b: int) -> RunRequest:
    names = list(world.settings.policies)
    some = tuple(name for place, name in enumerate(names) if b >> place & 1)
    mapping = names[b % len(names)]
    chosen = people(world, deleted=None) if mapping == PEOPLE else rows(world, SOBJECT_OF[mapping], deleted=None)
    everybody = [row["Id"] for row in chosen]
    ids = tuple(id_[: 15 + 3 * (place % 2)] for place, id_ in enumerate(everybody) if place % 3 == a % 3)
    since = world.now - timedelta(minutes=b % 500 + 2)
    asked: dict[int, RunRequest] = {
        0: RunRequest(mode=Mode.FULL, mappings=some),
        1: RunRequest(mappings=some),
        2: backfill_request(since, since + timedelta(minutes=1 + a % 600), some),
        3: RunRequest(mode=Mode.RECORDS, ids=ids or ("001000000000001",), mappings=(mapping,)),
        4: RunRequest(mode=Mode.REPLAY, mappings=some),
        5: RunRequest(mode=Mode.REPLAY, codes=("email_invalid", "match_ambiguous"), ids=ids),
        6: RunRequest(mode=Mode.PLAN, mappings=some),
        7: RunRequest(mode=Mode.FULL),
    }
    return asked[a % 8]


ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    each.__name__: each for each in (run, run_other, go_on, clear, reconfigure)
}
