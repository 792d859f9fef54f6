"""Processor time that Airflow's programs have taken, with every process that they have ever started."""

from __future__ import annotations

import contextlib

import psutil

from demo.processes import Processes

COUNTED = ("scheduler", "api-server", "triggerer")
"""The scheduler is the parent of the executor's workers and of the tasks. The DAG processor reads DAG files whether or
not anything runs, and the sandbox is no part of Airflow."""


def cpu_seconds(processes: Processes) -> float:
    """Seconds up to now, in user mode and in the kernel."""
    return sum(with_children(process.pid) for name, process in processes.running if name in COUNTED)


def with_children(pid: int) -> float:
    """Seconds of a process and of all that it has started, up to now; 0 where it has ended.

    A process that has ended is counted with the living one that has waited for it, as the kernel does.
    """
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total
