"""Runs one side of a comparison in its own process, and measures it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.settings import PROJECT


class SideFailedError(Exception):
    """A side ended with an error; the message holds the end of its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``seconds`` are of the side's work, without the start of Python and imports. ``cpu`` is the CPU time of the
    process with its children, ``work_cpu`` the part within ``seconds``. ``peak`` is the largest memory of the process
    in MiB, with imports. ``facts`` are other results of the side.
    """

    seconds: float
    cpu: float
    work_cpu: float
    peak: float
    facts: Mapping[str, Any]


def measure(side: str, order: Mapping[str, Any], home: Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run ``python -m benchmarks.sides.<side>`` with ``order`` as JSON; its log is kept in ``home``.

    Raises SideFailedError.
    """
    home.mkdir(parents=True, exist_ok=True)
    answer, log = home / f"{side}.json", home / f"{side}.log"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", f"benchmarks.sides.{side}", str(answer), json.dumps(dict(order))]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 the commands are this project's own
            command,
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "plugins"), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SideFailedError(f"{side} ended with code {process.returncode}:\n{_tail(log)}")
    told = json.loads(answer.read_text())
    return Measured(
        seconds=told["seconds"],
        cpu=usage.ru_utime + usage.ru_stime,
        work_cpu=told["work_cpu"],
        peak=told["peak"],
        facts=told["facts"],
    )


def _tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
