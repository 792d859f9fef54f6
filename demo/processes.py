"""Child processes that are always stopped, by their ids."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 20.0
AT_ONCE = 1.0
"""For programs whose folder is thrown away: tasks under way are not waited for, nor the seconds of a core in which
Python takes apart what a program of Airflow has imported."""
PARENT_BOUND = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
"""With it the kernel stops a program when its parent is killed (from util-linux, which every Debian has)."""


@dataclass(slots=True)
class Processes:
    """Starts each program in its own session, so that its children can be stopped, too; output goes to ``logs``.

    ``patience`` is how many seconds they have to end by themselves.
    """

    logs: Path
    patience: float = STOP_SECONDS
    running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start one program."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 the commands are this project's own
                [*PARENT_BOUND, *command],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append((name, process))

    def dead(self) -> str:
        """Return the first program that has ended by itself, with the end of its log; empty when all run."""
        for name, process in self.running:
            if process.poll() is not None:
                return f"{name} ended with code {process.returncode}:\n{self.tail(name)}"
        return ""

    def tail(self, name: str, lines: int = 15) -> str:
        """The last lines of a program's output."""
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """Send SIGTERM to all programs, the last one first, and then SIGKILL; Ctrl-C shortens the time between them."""
        for _, process in reversed(self.running):
            _signal(process, signal.SIGTERM, group=False)
        with contextlib.suppress(KeyboardInterrupt):
            self._wait(self.patience)
        for _, process in self.running:
            _signal(process, signal.SIGKILL, group=True)
            process.wait()
        self.running.clear()

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for _, process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))


def _signal(process: subprocess.Popen[bytes], number: signal.Signals, *, group: bool) -> None:
    """A process group may outlive its leader: it holds the workers of a stopped scheduler."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
