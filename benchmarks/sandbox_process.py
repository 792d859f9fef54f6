"""Runs a sandbox in its own process; the benchmarks use it over TLS, as users do."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.settings import PROJECT
from demo.processes import Processes
from demo.sandbox_side import SandboxSide

START_SECONDS = 300.0
"""Creating a million records takes about a minute."""


@contextlib.contextmanager
def sandbox(home: Path, *, contacts: int, only: str = "", profile: Path | None = None) -> Iterator[SandboxSide]:
    """Run a sandbox with this many contacts during the context.

    ``only`` starts one side. During the context the environment trusts the sandbox's authority, for this process and
    its children. Raises RuntimeError with the end of the sandbox's log.
    """
    processes = Processes(home / "logs")
    options = ["--home", str(home), "--size", str(contacts), "--follow-parent", "--empty-daktela"]
    options += ["--only", only] if only else []
    options += ["--profile", str(profile)] if profile else []
    trusted = os.environ.get("REQUESTS_CA_BUNDLE")
    try:
        processes.start("sandbox", [sys.executable, "-m", "sandbox", *options], os.environ, PROJECT)
        side = _ready(home, processes)
        os.environ["REQUESTS_CA_BUNDLE"] = side.ca
        yield side
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE", None)
        if trusted is not None:
            os.environ["REQUESTS_CA_BUNDLE"] = trusted
        processes.stop()


def _ready(home: Path, processes: Processes) -> SandboxSide:
    described = home / "sandbox.json"
    deadline = time.monotonic() + START_SECONDS
    while not described.exists():
        dead = processes.dead()
        if dead or time.monotonic() > deadline:
            raise RuntimeError(dead or "the sandbox did not start in time")
        time.sleep(0.1)
    found = json.loads(described.read_text())
    return SandboxSide(salesforce=found.get("salesforce", {}), daktela=found.get("daktela", {}), ca=found["ca"])
