"""Programs that are started again when they die, as systemd or compose would."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from demo.processes import Processes


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Keeps ``programs``, each a command, alive whenever ``revive`` is called."""

    processes: Processes
    programs: Mapping[str, Sequence[str]]
    environment: Mapping[str, str]
    folder: Path
    restarts: Counter[str] = field(default_factory=Counter)
    _orphans: list[psutil.Process] = field(default_factory=list)

    def start(self) -> None:
        """Start every program."""
        for name, command in self.programs.items():
            self.processes.start(name, command, self.environment, self.folder)

    def pid(self, name: str) -> int:
        """The process id of one program as it runs now."""
        return dict(self.processes.running)[name].pid

    def age(self, name: str) -> float:
        """Seconds since a program was started."""
        return time.time() - float(psutil.Process(self.pid(name)).create_time())

    def kill(self, name: str, *, family: bool) -> int:
        """Kill a program with SIGKILL, alone or, as a container's end would, with all its children; return its pid.

        Children that are spared go on as orphans until the program is started again: systemd, too, empties the
        control group first. Left alone, LocalExecutor's would hold the dead scheduler's database session and its locks.
        """
        pid = self.pid(name)
        with contextlib.suppress(psutil.NoSuchProcess):
            self._orphans += psutil.Process(pid).children(recursive=True)
        if family:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
        dict(self.processes.running)[name].wait()
        return pid

    def revive(self) -> None:
        """Start what has died, whoever killed it."""
        for name, process in list(self.processes.running):
            if name in self.programs and process.poll() is not None:
                self.end_orphans()
                self.processes.running.remove((name, process))
                self.processes.start(name, self.programs[name], self.environment, self.folder)
                self.restarts[name] += 1

    def end_orphans(self) -> None:
        """End what killed programs have left behind."""
        for process in self._orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._orphans.clear()
