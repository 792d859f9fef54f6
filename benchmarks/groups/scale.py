"""Whole runs with growing numbers of changed rows: growth of time and memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.measuring import Measured, measure
from benchmarks.ratios import exponent
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import WIDE, order_of

STEPS = ("begin", "finish", "transform", "plan", "load", "settle")
"""The extract step has two processes, as in Airflow: in between the triggerer waits for the Bulk job."""

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def run(settings: Settings) -> dict[str, float | int]:
    """Run every step in its own process with a task's imports; one process handles all parts of the run.

    In Airflow transform and load have one process for each part, so their peaks are not higher than these.
    """
    runs = {rows: _run(settings.home / str(rows), rows) for rows in sizes(settings.rows)}
    seconds = {rows: sum(step.seconds for step in steps.values()) for rows, steps in runs.items()}
    largest, tenth = runs[settings.rows], runs[settings.rows // 10]
    peaks = {name: measured.peak for name, measured in largest.items()}
    return {
        "time_exponent": exponent(seconds),
        **{f"seconds_{rows}": time for rows, time in seconds.items()},
        **{f"cpu_us_per_row_{name}": 1e6 * step.work_cpu / settings.rows for name, step in largest.items()},
        "memory.peak_mib": max(peaks.values()),
        "memory.growth": max(peaks.values()) / max(measured.peak for measured in tenth.values()),
        "memory.rows": settings.rows,
        **{f"memory.{name}_mib": peak for name, peak in peaks.items()},
        **{f"memory.{name}_mib_at_a_tenth": measured.peak for name, measured in tenth.items()},
    }


def sizes(rows: int) -> list[int]:
    """Return the sizes up to ``rows``, always with ``rows`` and a tenth of it."""
    return sorted({*(size for size in SIZES if size < rows), rows // 10, rows})


def _run(home: Path, rows: int) -> dict[str, Measured]:
    with sandbox(home / "sandbox", contacts=rows) as side:
        order = {**order_of(home, side, WIDE), "as_task": True, "whole": False}
        measured = {step: measure(step, order, home) for step in STEPS}
    shutil.rmtree(home)
    return measured
