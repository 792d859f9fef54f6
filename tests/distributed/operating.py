"""What Docker and an operator do: start again what has died, restart services, switch the storage off."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from demo.cluster import Cluster
from tests.postgresql import binaries

GRACE_SECONDS = 60.0
"""``stop_grace_period`` of the compose file's workers."""


@dataclass(slots=True)
class Operator:
    """Stops and starts programs, as ``restart: unless-stopped`` and ``docker compose restart`` would."""

    cluster: Cluster
    home: Path
    restarts: Counter[str] = field(default_factory=Counter)

    def revive(self) -> None:
        """Start what has died."""
        for name, process in list(self.cluster.processes.running):
            if name in self.cluster.programs and process.poll() is not None:
                self._start(name)

    def kill(self, name: str) -> None:
        """Kill a program with all its children at once, as the end of a container does, and start it again."""
        process = dict(self.cluster.processes.running)[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._start(name)

    def restart(self, name: str) -> None:
        """Ask a program to end, kill what has not ended in time, and start it again."""
        process = dict(self.cluster.processes.running)[name]
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.kill()
        process.wait()
        self._start(name)

    def restart_postgresql(self) -> None:
        """End the server without any goodbye, and start it again: clients lose their sessions and transactions."""
        ((data,),) = self.cluster.postgresql.ask("SHOW data_directory")
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [f"{binaries()}/pg_ctl", "-D", str(data), "-w", "-m", "immediate", "-l", f"{data}/log", "restart"]
        subprocess.run([*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)

    def _start(self, name: str) -> None:
        running = self.cluster.processes.running
        running[:] = [(other, process) for other, process in running if other != name]
        program = self.cluster.programs[name]
        self.cluster.processes.start(name, program.command, program.environment, self.home)
        self.restarts[name] += 1
