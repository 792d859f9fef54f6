"""The shipped Contact mapping, compared with a function that does the same record by record."""

from __future__ import annotations

from benchmarks.measuring import measure
from benchmarks.ratios import ratio
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import SHIPPED, extract, order_of

LONGEST = 100_000
"""Records at most: the time of a loop grows in proportion, so more of them would only take longer."""


def run(settings: Settings) -> dict[str, float | int]:
    """Measure from staged rows to payloads: first both sides leave out phones, then both read them."""
    rows = min(LONGEST, settings.rows)
    home = settings.home / "deployment"
    with sandbox(settings.home / "sandbox", contacts=rows) as side:
        order = order_of(home, side, SHIPPED)
        extract(order)
    ours, loop, phones, phones_loop = [], [], [], []
    for _ in range(settings.repeats):
        ours.append(measure("transform", {**order, "without": ["phone"]}, home).seconds)
        loop.append(measure("record_loop", order, home).seconds)
        phones.append(measure("transform", order, home).seconds)
        phones_loop.append(measure("record_loop", {**order, "phones": True}, home).seconds)
    return {
        "vs_python_loop": ratio(loop, ours),
        "vs_python_loop_phones": ratio(phones_loop, phones),
        "rows": rows,
        "seconds": ratio(ours, [1]),
        "loop_seconds": ratio(loop, [1]),
        "phones_seconds": ratio(phones, [1]),
        "phones_loop_seconds": ratio(phones_loop, [1]),
    }
