"""What the tasks of a run took: the time from the first start to the last end, and the largest memory of a process."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from rich.table import Table

TITLE = "airflow worker -- "
"""Airflow's task runner names its process so, with the id of the task instance behind it."""


@dataclass(slots=True)
class TaskWatch:
    """Remembers the peak memory of each task instance's process, as the kernel counts it, by the instance's id."""

    peaks: dict[str, float] = field(default_factory=dict)

    def look(self, parents: Iterable[int]) -> None:
        """Read the peak of each task's process below these processes, in MiB."""
        for parent in parents:
            with contextlib.suppress(psutil.NoSuchProcess):
                for process in psutil.Process(parent).children(recursive=True):
                    self._read(process)

    def _read(self, process: psutil.Process) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            title = " ".join(process.cmdline())
            if title.startswith(TITLE):
                instance = title.removeprefix(TITLE).strip()
                self.peaks[instance] = max(self.peaks.get(instance, 0.0), _peak_mib(process.pid))

    def table(self, tasks: Iterable[Mapping[str, Any]]) -> Table:
        """Return one line for each task of the run, in the order of their starts. ``tasks`` are Airflow's instances."""
        table = Table("task", "processes", "seconds from the first start to the last end", "peak MiB")
        by_task: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for task in sorted((task for task in tasks if task["start_date"]), key=lambda task: str(task["start_date"])):
            by_task[task["task_id"]].append(task)
        for name, instances in by_task.items():
            peaks = [self.peaks[task["id"]] for task in instances if task["id"] in self.peaks]
            table.add_row(
                name, str(len(instances)), f"{_span(instances):.0f}", f"{max(peaks):.0f}" if peaks else "not seen"
            )
        return table


def _span(instances: Iterable[Mapping[str, Any]]) -> float:
    began = min(datetime.fromisoformat(task["start_date"]) for task in instances)
    ended = max(datetime.fromisoformat(task["end_date"] or task["start_date"]) for task in instances)
    return (ended - began).total_seconds()


def _peak_mib(pid: int) -> float:
    """Return ``VmHWM``, which the kernel gives in kB; 0 for a process that is about to end."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
