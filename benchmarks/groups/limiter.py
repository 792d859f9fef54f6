"""A server with an unknown limit of requests per second, which changes during the run."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.daktela_control import DaktelaControl
from benchmarks.groups.load import CONNECTIONS, LATENCY
from benchmarks.measuring import measure
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings

PHASES = ((40.0, 60.0), (40.0, 40.0), (40.0, 80.0))
QUICK_PHASES = ((4.0, 60.0), (4.0, 40.0))
"""Seconds, and the rate that the server allows meanwhile; sync.yaml allows 1000."""


def run(settings: Settings) -> dict[str, float | int]:
    """Load known records that have changed, one call each. The server counts during the phases."""
    phases = QUICK_PHASES if settings.quick else PHASES
    # At first the server also allows a burst of a second's requests.
    seconds, allowed = sum(length for length, _ in phases), phases[0][1] + sum(length * rate for length, rate in phases)
    with sandbox(settings.home / "sandbox", contacts=10, only="daktela") as side, ThreadPoolExecutor(1) as beside:
        control = DaktelaControl(side)
        order: dict[str, Any] = {
            "home": str(settings.home),
            "daktela": dict(side.daktela),
            "workers": CONNECTIONS,
            "rows": round(allowed * 1.2),
        }
        measure("load_contacts", {**order, "version": 0}, settings.home)
        control.switch(latency_seconds=LATENCY, requests_per_second=phases[0][1])
        control.forget()
        loaded = beside.submit(measure, "load_contacts", {**order, "version": 1}, settings.home)
        while not control.calls():
            time.sleep(0.05)
        for length, rate in phases:
            control.switch(requests_per_second=rate)
            time.sleep(length)
        statuses = control.statuses()
        control.switch(requests_per_second=0.0)
        loaded.result()
    granted, refused = statuses.get(200, 0), statuses.get(429, 0)
    return {
        "limiter_use": granted / allowed,
        "share_429": refused / (granted + refused),
        "limiter_seconds": seconds,
    }
