"""From Salesforce to Parquet, compared with the download alone, Airflow's hook, and simple-salesforce's bulk2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.measuring import Measured, measure
from benchmarks.ratios import ratio
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import WIDE, order_of

Numbers = dict[str, float | int]


def run(settings: Settings) -> Numbers:
    """CPU time is without the start of Python and imports; memory is of the whole process."""
    return {**_beside_the_hook(settings), **_beside_bulk(settings)}


def _beside_the_hook(settings: Settings) -> Numbers:
    home, ours, theirs = settings.home / "hook", [], []
    with sandbox(settings.home / "sandbox-hook", contacts=settings.hook_rows) as side:
        for number in range(settings.repeats):
            order = order_of(home / str(number), side, WIDE)
            ours.append(_extract(order))
            theirs.append(measure("stock_hook", {**order, "fields": ours[-1][0].facts["fields"]}, home))
    return {
        "vs_hook_cpu": ratio([m.work_cpu for m in theirs], [_cpu(pair) for pair in ours]),
        "vs_hook_memory": ratio([m.peak for m in theirs], [_peak(pair) for pair in ours]),
        "hook_rows": settings.hook_rows,
        "hook_cpu": ratio([m.work_cpu for m in theirs], [1]),
        "hook_peak_mib": ratio([m.peak for m in theirs], [1]),
        "hook_ours_cpu": ratio([_cpu(pair) for pair in ours], [1]),
        "hook_ours_peak_mib": ratio([_peak(pair) for pair in ours], [1]),
    }


def _beside_bulk(settings: Settings) -> Numbers:
    home, ours, raw, theirs, files = settings.home / "bulk", [], [], [], []
    with sandbox(settings.home / "sandbox-bulk", contacts=settings.rows) as side:
        for number in range(settings.repeats):
            order = order_of(home / str(number), side, WIDE)
            begun = measure("begin", order, home)
            # The sandbox renders a page when it is first read; the measured reads get it from the disk.
            measure("download", order, home)
            raw.append(measure("download", order, home))
            ours.append((begun, measure("finish", order, home)))
            asked = {**order, "fields": begun.facts["fields"]}
            theirs.append(measure("bulk2", asked, home))
            files.append(measure("bulk2_download", asked, home))
    seconds = [finished.seconds for _, finished in ours]
    return {
        "vs_raw": ratio(seconds, [m.seconds for m in raw]),
        "vs_download_cpu": ratio([_cpu(pair) for pair in ours], [m.work_cpu for m in files]),
        "vs_bulk2_cpu": ratio([m.work_cpu for m in theirs], [_cpu(pair) for pair in ours]),
        "vs_bulk2_memory": ratio([m.peak for m in theirs], [_peak(pair) for pair in ours]),
        "rows": settings.rows,
        "seconds": ratio(seconds, [1]),
        "raw_seconds": ratio([m.seconds for m in raw], [1]),
        "raw_cpu": ratio([m.work_cpu for m in raw], [1]),
        "csv_mib": _mib(raw, "bytes"),
        "parquet_mib": _mib([finished for _, finished in ours], "bytes"),
        "download_cpu": ratio([m.work_cpu for m in files], [1]),
        "bulk2_cpu": ratio([m.work_cpu for m in theirs], [1]),
        "bulk2_peak_mib": ratio([m.peak for m in theirs], [1]),
        "ours_cpu": ratio([_cpu(pair) for pair in ours], [1]),
        "peak_mib": ratio([_peak(pair) for pair in ours], [1]),
    }


def _extract(order: dict[str, Any]) -> tuple[Measured, Measured]:
    return measure("begin", order, Path(order["home"])), measure("finish", order, Path(order["home"]))


def _cpu(pair: tuple[Measured, Measured]) -> float:
    return sum(measured.work_cpu for measured in pair)


def _peak(pair: tuple[Measured, Measured]) -> float:
    return max(measured.peak for measured in pair)


def _mib(measured: list[Measured], fact: str) -> float:
    return float(measured[-1].facts[fact]) / 2**20
