"""A server with random faults, then an outage, then an overload."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.daktela_control import DaktelaControl
from benchmarks.groups.load import CONNECTIONS, LATENCY
from benchmarks.measuring import measure
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings

ALLOWED = 200.0
"""Requests per second that the server grants; sync.yaml allows 1000."""

REFUSED = 0.05
FAULTS = {"too_many": REFUSED, "server_error": 0.04, "reset_before": 0.03, "reset_after": 0.04}
CHANCE = {"requests_per_second": ALLOWED, "over_rate": 429, **FAULTS}
OUTAGE = {**CHANCE, "server_error": 1.0}
OVERLOAD = {"requests_per_second": 40.0, "over_rate": 503, **dict.fromkeys(FAULTS, 0.0)}
PHASES: tuple[tuple[str, float, Mapping[str, float]], ...] = (
    ("chance", 90.0, CHANCE),
    ("outage", 8.0, OUTAGE),
    ("again", 40.0, CHANCE),
    ("overload", 40.0, OVERLOAD),
)
QUICK = 0.05
"""Share of the seconds in a quick run."""

EVERY = 2.0
"""Seconds of one count of good replies."""

ROWS, QUICK_ROWS = 6_000, 300


def run(settings: Settings) -> dict[str, float | int]:
    """Load known records that have changed, one call each. Good replies are counted at the server, also cut ones.

    ``faulted_rate`` is the share of possible requests that were granted in the first phase: each refusal stops all
    connections for the second that it asks for, and between two refusals all of them send.
    """
    scale = QUICK if settings.quick else 1.0
    with sandbox(settings.home / "sandbox", contacts=10, only="daktela") as side, ThreadPoolExecutor(1) as beside:
        control = DaktelaControl(side)
        order: dict[str, Any] = {
            "home": str(settings.home),
            "daktela": dict(side.daktela),
            "workers": CONNECTIONS,
            "rows": QUICK_ROWS if settings.quick else ROWS,
        }
        measure("load_contacts", {**order, "version": 0}, settings.home)
        control.switch(latency_seconds=LATENCY, **CHANCE)
        control.forget()
        loaded = beside.submit(measure, "load_contacts", {**order, "version": 1}, settings.home)
        while not control.calls():
            time.sleep(0.05)
        found, granted = _watch(control, scale)
        control.switch(requests_per_second=0.0, **dict.fromkeys(FAULTS, 0.0))
        loaded.result()
    return {"faulted_rate": granted / (PHASES[0][1] * scale) / _possible(), **found}


def _watch(control: DaktelaControl, scale: float) -> tuple[dict[str, float | int], int]:
    """Run the phases; return good replies per second over time, and their number in the first phase."""
    began, found, first = time.monotonic(), dict[str, float | int](), 0
    before, seen, ends = 0, began, began
    for name, seconds, switches in PHASES:
        control.switch(**switches)
        found[f"faults.begin_{name}"] = round(time.monotonic() - began)
        ends += seconds * scale
        while (now := time.monotonic()) < ends:
            time.sleep(min(EVERY, max(0.05, ends - now)))
            good = control.statuses().get(200, 0)
            now = time.monotonic()
            found[f"faults.at_{round(now - began):03d}"] = (good - before) / (now - seen)
            before, seen = good, now
        first = first or before
    return found, first


def _possible() -> float:
    carried = min(ALLOWED, CONNECTIONS / LATENCY)
    return carried / (1 + REFUSED * carried) * (1 - sum(FAULTS.values()))
