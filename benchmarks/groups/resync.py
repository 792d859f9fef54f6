"""A million unchanged records: from staged parts to a plan."""

from __future__ import annotations

from benchmarks.measuring import measure
from benchmarks.ratios import ratio
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import WIDE, extract, order_of


def run(settings: Settings) -> dict[str, float | int]:
    """Measure a plan, compared with reading the same Parquet, and its calls to Daktela."""
    home = settings.home / "deployment"
    with sandbox(settings.home / "sandbox", contacts=settings.rows) as side:
        order = order_of(home, side, WIDE)
        extract(order)
        measure("transform", order, home)
        measure("remember", order, home)
        read, plans = [], []
        for _ in range(settings.repeats):
            read.append(measure("read_parts", order, home))
            plans.append(measure("plan", order, home))
    counts = plans[-1].facts["counts"]
    if counts.get("unchanged", 0) < 0.95 * settings.rows:
        raise RuntimeError(f"hardly anything was unchanged: {counts}")
    return {
        "vs_read": ratio([m.seconds for m in plans], [m.seconds for m in read]),
        "calls": int(plans[-1].facts["calls"]),
        "rows": settings.rows,
        "unchanged": int(counts["unchanged"]),
        "seconds": ratio([m.seconds for m in plans], [1]),
        "read_seconds": ratio([m.seconds for m in read], [1]),
        "cpu": ratio([m.work_cpu for m in plans], [1]),
        "peak_mib": ratio([m.peak for m in plans], [1]),
    }
