"""Calls for each record, and time compared with a loop over the official SDK; ledger in SQLite and PostgreSQL."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.daktela_control import DaktelaControl
from benchmarks.measuring import Measured, measure
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from demo.postgresql import PostgreSQL, running_postgresql
from demo.sandbox_side import SandboxSide

CONNECTIONS = 8
LATENCY = 0.05
"""Seconds that every reply takes at least."""

TIMED_SHARE = 10
LOOP_SHARE = 200
"""The load and the loop are timed with this part of the records; the loop's time per record does not depend on it."""


def run(settings: Settings) -> dict[str, float | int]:
    """Count calls at the server for new, changed and unchanged records; measure times for new ones."""
    with sandbox(settings.home / "sandbox", contacts=10, only="daktela") as side, running_postgresql() as server:
        return {**_calls(settings, side), **_times(settings, side, server)}


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


def _times(settings: Settings, side: SandboxSide, server: PostgreSQL) -> dict[str, float | int]:
    timed, looped = settings.load_rows // TIMED_SHARE, max(20, settings.load_rows // LOOP_SHARE)
    ours, beside, loop = [], [], []
    for turn in range(settings.repeats):
        ours.append(_timed(settings, side, f"timed-{turn}", timed))
        ledger = f"load_{turn}"
        server.ask(f"CREATE DATABASE {ledger} OWNER airflow")
        beside.append(_timed(settings, side, f"beside-{turn}", timed, ledger=server.url(ledger)))
        order = {"daktela": dict(side.daktela), "first": timed, "rows": looped, "version": 0}
        # Its HTTP library reads this variable instead of the usual one.
        trusting = {"SSL_CERT_FILE": side.ca}
        loop.append(measure("sdk_loop", order, settings.home, trusting).seconds / looped)
    rate, possible = timed / median(each.seconds for each in ours), CONNECTIONS / LATENCY
    return {
        "vs_sdk_loop": rate * median(loop),
        "records_per_second": rate,
        "of_possible": rate / possible,
        "of_possible_postgresql": timed / median(each.seconds for each in beside) / possible,
        "sdk_loop_records_per_second": 1 / median(loop),
        "cpu_ms_per_new": 1000 * median(each.work_cpu for each in ours) / timed,
        "cpu_ms_per_new_postgresql": 1000 * median(each.work_cpu for each in beside) / timed,
    }


def _timed(settings: Settings, side: SandboxSide, deployment: str, rows: int, *, ledger: str = "") -> Measured:
    """Load new records into an instance that takes ``LATENCY`` for each reply; ``ledger`` is empty for SQLite.

    PostgreSQL's own processor time is not the client's, and is not counted.
    """
    DaktelaControl(side).reset(latency_seconds=LATENCY)
    return measure("load_contacts", {**_order(settings, side, deployment, rows, 0), "ledger": ledger}, settings.home)


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
