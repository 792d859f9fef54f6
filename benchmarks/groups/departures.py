"""Finds records that left a filter: it compares all Ids of an object with those that were read, at several sizes."""

from __future__ import annotations

from statistics import median

from benchmarks.measuring import Measured, measure
from benchmarks.ratios import exponent
from benchmarks.settings import Settings
from benchmarks.stage import SHIPPED
from demo.postgresql import running_postgresql

SHARES = (10, 3, 1)


def run(settings: Settings) -> dict[str, float | int]:
    """There is no org: pages come at once, and reading them is part of the time.

    PostgreSQL is measured at the largest size.
    """
    runs = {settings.rows // share: _runs(settings, settings.rows // share) for share in SHARES}
    seconds = {rows: median(each.seconds for each in measured) for rows, measured in runs.items()}
    largest = runs[settings.rows]
    with running_postgresql() as server:
        postgresql = _runs(settings, settings.rows, server.url("ledger"))
    return {
        "exponent": exponent(seconds),
        **{f"seconds_{rows}": time for rows, time in seconds.items()},
        "seconds": seconds[settings.rows],
        "seconds_postgresql": median(each.seconds for each in postgresql),
        "cpu_postgresql": median(each.work_cpu for each in postgresql),
        "cpu": median(each.work_cpu for each in largest),
        "peak_mib": max(each.peak for each in largest),
        "rows": settings.rows,
    }


def _runs(settings: Settings, rows: int, ledger: str = "") -> list[Measured]:
    measured = []
    for number in range(settings.repeats):
        home = settings.home / f"{rows}-{number}{'-postgresql' if ledger else ''}"
        order = {"home": str(home), "folder": str(SHIPPED), "mapping": "contacts", "rows": rows, "ledger": ledger}
        measured.append(measure("departures", order, home))
    return measured
