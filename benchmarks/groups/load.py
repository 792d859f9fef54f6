"""Calls for each record, and time compared with a loop over the official SDK."""

from __future__ import annotations

from typing import Any

from benchmarks.daktela_control import DaktelaControl
from benchmarks.measuring import measure
from benchmarks.ratios import ratio
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from demo.sandbox_side import SandboxSide

CONNECTIONS = 8
LATENCY = 0.05
"""Seconds that every reply takes at least."""

TIMED_SHARE = 10
LOOP_SHARE = 200
"""The load and the loop are timed with this part of the records; the loop's time per record does not depend on it."""


def run(settings: Settings) -> dict[str, float | int]:
    """Count calls at the server for new, changed and unchanged records; measure times for new ones."""
    with sandbox(settings.home / "sandbox", contacts=10, only="daktela") as side:
        return {**_calls(settings, side), **_times(settings, side)}


def _calls(settings: Settings, side: SandboxSide) -> dict[str, float | int]:
    control, rows = DaktelaControl(side), settings.load_rows
    control.reset()
    found: dict[str, float | int] = {}
    for kind, version, outcome in (("new", 0, "created"), ("changed", 1, "updated"), ("unchanged", 1, "unchanged")):
        control.forget()
        loaded = measure("load_contacts", _order(settings, side, "calls", rows, version), settings.home)
        if loaded.facts["outcomes"] != {outcome: rows}:
            raise ValueError(f"{kind} records came out as {loaded.facts['outcomes']}")
        found[f"calls_per_{kind}"] = control.calls() / rows
    found["cpu_ms_per_unchanged"] = 1000 * loaded.work_cpu / rows
    return found


def _times(settings: Settings, side: SandboxSide) -> dict[str, float | int]:
    control = DaktelaControl(side)
    timed, looped = settings.load_rows // TIMED_SHARE, max(20, settings.load_rows // LOOP_SHARE)
    ours, loop = [], []
    for turn in range(settings.repeats):
        control.reset(latency_seconds=LATENCY)
        loaded = measure("load_contacts", _order(settings, side, f"timed-{turn}", timed, 0), settings.home)
        ours.append(loaded.seconds / timed)
        order = {"daktela": dict(side.daktela), "first": timed, "rows": looped, "version": 0}
        # Its HTTP library reads this variable instead of the usual one.
        trusting = {"SSL_CERT_FILE": side.ca}
        loop.append(measure("sdk_loop", order, settings.home, trusting).seconds / looped)
    return {
        "vs_sdk_loop": ratio(loop, ours),
        "records_per_second": ratio([1], ours),
        "sdk_loop_records_per_second": ratio([1], loop),
        "cpu_ms_per_new": 1000 * loaded.work_cpu / timed,
    }


def _order(settings: Settings, side: SandboxSide, deployment: str, rows: int, version: int) -> dict[str, Any]:
    home = settings.home / deployment
    home.mkdir(exist_ok=True)
    return {
        "home": str(home),
        "daktela": dict(side.daktela),
        "workers": CONNECTIONS,
        "rows": rows,
        "version": version,
    }
