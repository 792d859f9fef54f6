"""The names of all metrics with their units, and what the reports of runs give for them. Pure.

``docs/metrics.md`` is made from it, and the dashboard and the alert rules are held to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from salesforce_daktela.sync.findings import left_after
from salesforce_daktela.sync.request import Mode

PREFIX = "salesforce_daktela"
"""How each name begins, behind the prefix that Airflow gives to all of its metrics."""

STATES = ("settled", "failed", "deferred", "declined")
"""What may become of a mapping in a run that writes."""

FRESH = (Mode.INCREMENTAL, Mode.FULL)
"""Modes of runs after which Daktela holds what Salesforce holds."""

NOTHING_SENT = {"calls": 0, "throttled": 0, "retries": 0, "rate": 0}

OF_SYNC, OF_MAPPING = ("sync",), ("sync", "mapping")


class Kind(StrEnum):
    """``counter``: what is sent is added. ``gauge``: what is sent replaces what was there."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. ``tags`` are the names of its tags; their values are names and codes, never of a record."""

    name: str
    kind: Kind = Kind.GAUGE
    unit: str
    tags: tuple[str, ...] = OF_MAPPING
    meaning: str

    @property
    def stat(self) -> str:
        """The name that Airflow's stats get."""
        return f"{PREFIX}.{self.name}"


def _counter(name: str, unit: str, meaning: str, *tags: str) -> Metric:
    return Metric(name=name, kind=Kind.COUNTER, unit=unit, tags=(*OF_MAPPING, *tags), meaning=meaning)


RUNS = _counter("runs", "runs", "Ends of a mapping's runs, by what became of them.", "state")
ROWS = _counter("rows", "records", "Records by outcome; those of plans are not counted.", "outcome")
REJECTS = _counter(
    "rejects", "records", "Records that a run has rejected, by reason, those of earlier runs too.", "code"
)
SALESFORCE_CALLS = _counter("salesforce_calls", "requests", "Requests to Salesforce of the reading.")
SALESFORCE_THROTTLED = _counter("salesforce_throttled", "replies", "Replies 429 of Salesforce to the reading.")
SALESFORCE_RETRIES = _counter("salesforce_retries", "requests", "Requests of the reading that repeated one.")
DAKTELA_CALLS = _counter("daktela_calls", "requests", "Requests to Daktela of all steps.")
DAKTELA_THROTTLED = _counter("daktela_throttled", "replies", "Replies 429 of Daktela.")
DAKTELA_RETRIES = _counter("daktela_retries", "requests", "Requests to Daktela that repeated one.")

LAST_RUN = Metric(
    name="last_run",
    unit="0 or 1",
    tags=(*OF_MAPPING, "state"),
    meaning="1 for the state in which the mapping's last run ended, 0 for the others.",
)
RUN_SECONDS = Metric(name="run_seconds", unit="seconds", meaning="From the begin of the run to the end of the mapping.")
SETTLED = Metric(
    name="settled_timestamp_seconds",
    unit="Unix time",
    meaning="When the last run that moves the watermark has settled; it ages while nothing runs.",
)
SETTLED_AGE = Metric(name="settled_age_seconds", unit="seconds", meaning="The same as an age, at each run.")
WATERMARK = Metric(
    name="watermark_timestamp_seconds", unit="Unix time", meaning="The watermark: up to when Salesforce has been read."
)
WATERMARK_LAG = Metric(name="watermark_lag_seconds", unit="seconds", meaning="The same as an age, at each run.")
REJECTS_OPEN = Metric(name="rejects_open", unit="records", meaning="Open rejects, of this run and of earlier ones.")
PARKED = Metric(name="parked", unit="records", meaning="Children that wait for their parents.")
PARKED_AGE = Metric(name="parked_age_seconds", unit="seconds", meaning="How long the first of them has waited.")
DAKTELA_LATENCY = Metric(
    name="daktela_latency_seconds",
    unit="seconds",
    meaning="Usual time of a reply of Daktela in the last task that asked.",
)
DAKTELA_RATE = Metric(
    name="daktela_rate", unit="requests per second", meaning="Of the step of the last run that sent most."
)
CALLS_LEFT = Metric(
    name="salesforce_calls_left", unit="requests", tags=OF_SYNC, meaning="What Salesforce has left of the day's calls."
)
CALLS_ALLOWED = Metric(
    name="salesforce_calls_allowed", unit="requests", tags=OF_SYNC, meaning="What Salesforce allows for a day."
)
PREFLIGHT_FAILED = Metric(
    name="preflight_failed",
    unit="0 or 1",
    tags=OF_SYNC,
    meaning="1 when the last run could not begin: preflight has failed. 0 when it could. "
    "Refused parameters do not count.",
)
DIFFERENCES = Metric(
    name="differences",
    unit="records",
    tags=(*OF_MAPPING, "kind"),
    meaning="What the last comparison of both sides has found, by kind, less what it has repaired at once. "
    "Records that a repair has rejected are open rejects.",
)

METRICS: tuple[Metric, ...] = (
    RUNS,
    ROWS,
    REJECTS,
    SALESFORCE_CALLS,
    SALESFORCE_THROTTLED,
    SALESFORCE_RETRIES,
    DAKTELA_CALLS,
    DAKTELA_THROTTLED,
    DAKTELA_RETRIES,
    LAST_RUN,
    PREFLIGHT_FAILED,
    RUN_SECONDS,
    SETTLED,
    SETTLED_AGE,
    WATERMARK,
    WATERMARK_LAG,
    REJECTS_OPEN,
    PARKED,
    PARKED_AGE,
    DAKTELA_LATENCY,
    DAKTELA_RATE,
    CALLS_LEFT,
    CALLS_ALLOWED,
    DIFFERENCES,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, with a value for each of its tags."""

    metric: Metric
    value: float
    tags: Mapping[str, str] = field(default_factory=dict)


def of_load(report: Mapping[str, Any]) -> Iterator[Sample]:
    """Return what the report of a run that loads gives. ``report`` is as docs/report-schema.json describes it."""
    of = {"sync": report["sync"], "mapping": report["mapping"]}
    yield from of_end(of, report["state"])
    if report["state"] == "planned":
        return
    for outcome, count in report["outcomes"].items():
        yield Sample(ROWS, count, {**of, "outcome": outcome})
    for reject in report["rejects"]:
        yield Sample(REJECTS, reject["count"], {**of, "code": reject["code"]})
    yield from _of_traffic(report, report["daktela"], of)
    started, finished = _seconds(report["started"]), _seconds(report["finished"])
    if started is not None and finished is not None:
        yield Sample(RUN_SECONDS, max(0.0, finished - started), of)
    if report["state"] == "settled" and report["mode"] in FRESH and finished is not None:
        yield from of_settled(finished, finished, of)
    yield from of_quota(report["sync"], report["calls_left"], report["calls_allowed"])


def of_end(of: Mapping[str, str], state: str) -> Iterator[Sample]:
    """Return how a mapping's run has ended; all that is known of one that was not read. A plan is no last run."""
    yield Sample(RUNS, 1, {**of, "state": state})
    for each in STATES if state != "planned" else ():
        yield Sample(LAST_RUN, int(each == state), {**of, "state": each})


def of_comparison(report: Mapping[str, Any]) -> Iterator[Sample]:
    """The same of a run that compares both sides, and what it has left to be repaired."""
    of = {"sync": report["sync"], "mapping": report["mapping"]}
    yield from of_differences(left_by(report), of)
    yield from _of_traffic(report, report["daktela_calls"], of)


def left_by(report: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records of each kind a comparison has left to be repaired."""
    ended = report["state"] in ("repaired", "failed")
    return left_after(report["counts"], report["repaired"] if ended else None)


def of_differences(left: Mapping[str, int], of: Mapping[str, str]) -> Iterator[Sample]:
    """Return what the last comparison of a mapping has left to be repaired, by kind."""
    for kind, count in left.items():
        yield Sample(DIFFERENCES, count, {**of, "kind": kind})


def of_standing(
    of: Mapping[str, str],
    now: float,
    *,
    settled: datetime | None,
    watermark: datetime | None,
    rejects: int,
    parked: int,
    parked_since: datetime | None,
) -> Iterator[Sample]:
    """Return how a mapping stands at ``now``, a Unix time; ``of`` has its sync and its name."""
    if settled is not None:
        yield from of_settled(settled.timestamp(), now, of)
    if watermark is not None:
        yield Sample(WATERMARK, int(watermark.timestamp()), of)
        yield Sample(WATERMARK_LAG, _age(watermark.timestamp(), now), of)
    yield Sample(REJECTS_OPEN, rejects, of)
    yield Sample(PARKED, parked, of)
    yield Sample(PARKED_AGE, 0 if parked_since is None else _age(parked_since.timestamp(), now), of)


def of_settled(settled: float, now: float, of: Mapping[str, str]) -> Iterator[Sample]:
    """When the mapping has settled, as a Unix time and as an age."""
    yield Sample(SETTLED, int(settled), of)
    yield Sample(SETTLED_AGE, _age(settled, now), of)


def of_quota(sync: str, left: int | None, allowed: int | None) -> Iterator[Sample]:
    """What is left of Salesforce's calls; nothing where it has not said so."""
    if left is not None and allowed is not None:
        yield Sample(CALLS_LEFT, left, {"sync": sync})
        yield Sample(CALLS_ALLOWED, allowed, {"sync": sync})


def _of_traffic(
    report: Mapping[str, Any], daktela: Mapping[str, Any] | None, of: Mapping[str, str]
) -> Iterator[Sample]:
    """Counts of zero are sent, too: a series has to be there before it rises."""
    read = report["salesforce_traffic"] or NOTHING_SENT
    yield Sample(SALESFORCE_CALLS, report["salesforce_calls"] or 0, of)
    yield Sample(SALESFORCE_THROTTLED, read["throttled"], of)
    yield Sample(SALESFORCE_RETRIES, read["retries"], of)
    sent = daktela or NOTHING_SENT
    yield Sample(DAKTELA_CALLS, sent["calls"], of)
    yield Sample(DAKTELA_THROTTLED, sent["throttled"], of)
    yield Sample(DAKTELA_RETRIES, sent["retries"], of)
    yield Sample(DAKTELA_RATE, sent["rate"], of)


def _age(since: float, now: float) -> int:
    return max(0, int(now - since))


def _seconds(moment: str | None) -> float | None:
    return None if moment is None else datetime.fromisoformat(moment).timestamp()
