"""A million unchanged records: from staged parts to a plan."""

from __future__ import annotations

from typing import Any

from benchmarks.measuring import Measured, measure
from benchmarks.ratios import ratio
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import KNOWN, extract, order_of
from demo.postgresql import running_postgresql


def run(settings: Settings) -> dict[str, float | int]:
    """Measure a plan, compared with reading the same Parquet, and its calls to Daktela, with each kind of ledger.

    Every contact refers to an account, which the plan looks up.
    """
    home = settings.home / "deployment"
    with sandbox(settings.home / "sandbox", contacts=settings.rows) as side:
        order = order_of(home, side, KNOWN)
        extract(order)
        measure("transform", order, home)
        read, plans = _measured(settings, order)
        with running_postgresql() as server:
            read_again, postgresql = _measured(settings, {**order, "ledger": server.url("ledger")})
    counts = plans[-1].facts["counts"]
    return {
        "vs_read": ratio([m.seconds for m in plans], [m.seconds for m in read]),
        "vs_read_postgresql": ratio([m.seconds for m in postgresql], [m.seconds for m in read_again]),
        "calls": int(plans[-1].facts["calls"]),
        "rows": settings.rows,
        "unchanged": int(counts["unchanged"]),
        "seconds": ratio([m.seconds for m in plans], [1]),
        "seconds_postgresql": ratio([m.seconds for m in postgresql], [1]),
        "read_seconds": ratio([m.seconds for m in read], [1]),
        "read_cpu": ratio([m.work_cpu for m in read], [1]),
        "cpu": ratio([m.work_cpu for m in plans], [1]),
        "cpu_postgresql": ratio([m.work_cpu for m in postgresql], [1]),
        "peak_mib": ratio([m.peak for m in plans], [1]),
    }


def _measured(settings: Settings, order: dict[str, Any]) -> tuple[list[Measured], list[Measured]]:
    """Fill the order's ledger; return readings and plans. Raises RuntimeError when records count as changed."""
    home = settings.home / "deployment"
    measure("remember", order, home)
    read, plans = [], []
    for _ in range(settings.repeats):
        read.append(measure("read_parts", order, home))
        plans.append(measure("plan", order, home))
    counts = plans[-1].facts["counts"]
    if counts.get("unchanged", 0) < 0.95 * settings.rows:
        raise RuntimeError(f"hardly anything was unchanged: {counts}")
    return read, plans
