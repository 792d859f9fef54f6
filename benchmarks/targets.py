"""The targets of all numbers: the project's promises about speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Target:
    """``key`` is section and name in results.json, ``what`` a line for the table."""

    key: str
    sign: Literal["<=", ">=", "="]
    limit: float
    what: str

    def value(self, results: Mapping[str, Any]) -> float | None:
        """The measured value, None without one."""
        section, _, name = self.key.partition(".")
        found = results.get(section, {}).get(name)
        return None if found is None else float(found)

    def met(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        if self.sign == "=":
            return value == self.limit
        return value <= self.limit if self.sign == "<=" else value >= self.limit


"""Mappings in the shipped sync; some targets depend on their number."""

TARGETS = (
    Target("load.calls_per_new", "<=", 1.03, "Daktela calls per new record"),
    Target("load.calls_per_changed", "<=", 1.01, "Daktela calls per changed record"),
    Target("load.calls_per_unchanged", "=", 0, "Daktela calls per unchanged record"),
    Target("load.vs_sdk_loop", ">=", 14, "a loop over the official SDK / ours, time"),
    Target("load.of_possible", ">=", 0.95, "records/s / (connections / latency)"),
    Target("load.of_possible_postgresql", ">=", 0.95, "the same with the ledger in PostgreSQL"),
    Target("load.cpu_ms_per_new", "<=", 1, "client's CPU for a new record, ledger and read-back included, ms"),
    Target("load.cpu_ms_per_new_postgresql", "<=", 1, "the same with the ledger in PostgreSQL, ms"),
    Target("load.limiter_use", ">=", 0.95, "records/s / the rate that the server allows"),
    Target("load.share_429", "<=", 0.02, "share of calls answered 429"),
    Target("load.faulted_rate", ">=", 0.6, "records/s under random faults / what the pauses of their 429 leave"),
    Target("load.tasks_rate", ">=", 0.95, "calls/s of four load tasks at a time / requests_per_second, at least"),
    Target("load.tasks_rate", "<=", 1.05, "the same, at most"),
    Target("extract.vs_raw", "<=", 1.4, "Bulk to Parquet / download and throw away, time"),
    Target("extract.vs_download_cpu", "<=", 1.3, "ours / simple-salesforce bulk2.download to CSV, CPU"),
    Target("extract.peak_mib", "<=", 150, "peak memory of an extraction, MiB"),
    Target("extract.vs_hook_cpu", ">=", 3, "stock SalesforceHook / ours, CPU"),
    Target("extract.vs_hook_memory", ">=", 8, "stock SalesforceHook / ours, peak memory"),
    Target("extract.vs_bulk2_cpu", ">=", 1.5, "simple-salesforce bulk2 and pandas / ours, CPU"),
    Target("extract.vs_bulk2_memory", ">=", 2, "simple-salesforce bulk2 and pandas / ours, peak memory"),
    Target("transform.vs_python_loop", ">=", 5, "a function per record / ours, without phones, time"),
    Target("transform.vs_python_loop_phones", ">=", 2, "the same with phones on both sides"),
    Target("resync.vs_read", "<=", 10, "unchanged parts with a lookup to a plan / reading them, time"),
    Target("resync.vs_read_postgresql", "<=", 15, "the same with the ledger in PostgreSQL"),
    Target("resync.calls", "=", 0, "Daktela calls for unchanged records"),
    Target("departures.exponent", "<=", 1.05, "exponent of time over Ids, who left a filter"),
    Target("departures.seconds", "<=", 30, "seconds to find that out among a million"),
    Target("departures.seconds_postgresql", "<=", 30, "the same with PostgreSQL"),
    Target("memory.peak_mib", "<=", 260, "peak memory of any task process, MiB"),
    Target("memory.growth", "<=", 1.15, "that peak / the peak at a tenth of the rows"),
    Target("tick.salesforce_calls", "<=", 3, "Salesforce calls of a run with nothing changed"),
    Target("tick.daktela_calls", "=", 0, "Daktela calls of a run with nothing changed"),
    Target("tick.overhead", "<=", 1.5, "that run / as many empty Airflow tasks, time"),
    Target("tick.cpu_seconds", "<=", 1.3, "processor time of that run / of an empty one with as many processes"),
    Target("start.seconds", "<=", 0.4, "slowest task from the fork to its first line, beyond an empty task, s"),
    Target("start.seconds_preloaded", "<=", 0.4, "the same where the forking program has the imports already, s"),
    Target("scale.time_exponent", "<=", 1.05, "exponent of time over changed rows"),
    Target("ui.core_slowdown", "<=", 1.2, "Airflow's own requests while ten people map fields / alone, median time"),
    Target("ui.map_ready_ms", "<=", 300, "60 fields by 1,000 to choose from: usable after the bytes are there, ms"),
    Target("ui.memory_mib", "<=", 250, "memory that the pages add to an API server's worker, MiB"),
    Target("ui.page_ms_sqlite", "<=", 300, "slowest page over a million records, 100,000 rejects; SQLite, ms"),
    Target("ui.page_ms_postgresql", "<=", 300, "the same with PostgreSQL, ms"),
    Target("scale.workers", ">=", 3.2, "throughput with four load tasks / with one"),
)
