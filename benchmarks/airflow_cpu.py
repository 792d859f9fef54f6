"""Processor time that Airflow's programs have taken, with every process that they have ever started."""

from __future__ import annotations

import contextlib

import psutil

from demo.processes import Processes

COUNTED = ("scheduler", "api-server", "triggerer")
"""The scheduler is the parent of the executor's workers and of the tasks. The DAG processor reads DAG files whether or
not anything runs, and the sandbox is no part of Airflow."""


def cpu_seconds(processes: Processes) -> float:
    """Seconds up to now, in user mode and in the kernel.

    A process that has ended is counted with the living one that has waited for it, as the kernel does.
    """
    return sum(_with_children(process.pid) for name, process in processes.running if name in COUNTED)


def _with_children(pid: int) -> float:
    parent = psutil.Process(pid)
    total = 0.0
    for process in (parent, *parent.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
