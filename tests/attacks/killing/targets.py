"""What is killed, and how: each target strikes if there is something to strike just now."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Callable, Mapping
from typing import Any

import psutil

from tests.attacks.killing.deployment import Deployment

Struck = Mapping[str, Any]
"""What was struck, in plain JSON values; empty when there was nothing to strike."""

LEDGER = "application_name = 'salesforce_daktela'"
AIRFLOWS = "datname = 'airflow'"


def scheduler(deployment: Deployment, rng: random.Random) -> Struck:
    """With its workers, as when a container ends, or alone: then its workers go on beside the next scheduler's."""
    return _end(deployment, "scheduler", rng) if _tasks(deployment) else {}


def triggerer(deployment: Deployment, rng: random.Random) -> Struck:
    """With the process in which its triggers run, or alone."""
    at_work = "deferred" in deployment.states().values() and children(
        psutil.Process(deployment.keeper.pid("triggerer"))
    )
    return _end(deployment, "triggerer", rng) if at_work else {}


def worker(deployment: Deployment, rng: random.Random) -> Struck:
    """A LocalExecutor worker that has a task; the task's own process goes on without anybody watching it."""
    return _kill(rng, [process for process in workers(deployment) if children(process)])


def task(deployment: Deployment, rng: random.Random) -> Struck:
    """The process in which a task runs."""
    return _kill(rng, _tasks(deployment))


def airflow_database(deployment: Deployment, rng: random.Random) -> Struck:
    """Every connection to Airflow's own database, or one that is at work."""
    return _cut(deployment, AIRFLOWS if rng.random() < 0.5 else f"{AIRFLOWS} AND state <> 'idle'")


def ledger_database(deployment: Deployment, _rng: random.Random) -> Struck:
    """Every connection that tasks have to the ledger."""
    return _cut(deployment, LEDGER)


TARGETS: Mapping[str, tuple[Callable[[Deployment, random.Random], Struck], int]] = {
    "scheduler": (scheduler, 2),
    "worker": (worker, 3),
    "task": (task, 4),
    "triggerer": (triggerer, 3),
    "airflow_database": (airflow_database, 2),
    "ledger_database": (ledger_database, 4),
}
"""Each target and how much it is preferred to those of less weight."""


def strike(deployment: Deployment, rng: random.Random) -> tuple[str, Struck] | None:
    """Strike the first target that has something to be struck, in an order drawn by ``rng``; None when none has."""
    for name in sorted(TARGETS, key=lambda target: rng.random() ** (1 / TARGETS[target][1]), reverse=True):
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if struck := TARGETS[name][0](deployment, rng):
                return name, struck
    return None


def workers(deployment: Deployment) -> list[psutil.Process]:
    """The scheduler's workers, idle ones too."""
    return children(psutil.Process(deployment.keeper.pid("scheduler")))


def children(process: psutil.Process) -> list[psutil.Process]:
    """The children of a process that may have ended meanwhile."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(process.children())
    return []


def _tasks(deployment: Deployment) -> list[psutil.Process]:
    return [child for process in workers(deployment) for child in children(process)]


def _end(deployment: Deployment, name: str, rng: random.Random) -> Struck:
    family = rng.random() < 0.5
    return {"pid": deployment.keeper.kill(name, family=family), "family": family}


def _kill(rng: random.Random, found: list[psutil.Process]) -> Struck:
    if not found:
        return {}
    chosen = rng.choice(sorted(found, key=lambda process: int(process.pid)))
    os.kill(chosen.pid, signal.SIGKILL)
    return {"pid": chosen.pid}


def _cut(deployment: Deployment, which: str) -> Struck:
    rows = deployment.postgresql.ask(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 the two conditions above
        f"WHERE pid <> pg_backend_pid() AND {which}"
    )
    return {"connections": len(rows)} if rows else {}
