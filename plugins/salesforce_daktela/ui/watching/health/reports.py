"""What the latest reports of a sync's mappings say of limits and of schemas. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salesforce_daktela.sync.drift import Severity
from salesforce_daktela.sync.run_report import LOAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Calls that are left of Salesforce's rolling day, as a run has seen it at a moment, in UTC."""

    left: int
    allowed: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What the latest run asked of Daktela: requests, those that were refused as too many, and requests a second."""

    calls: int
    throttled: int
    rate: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """One change of a schema, as a run has found it. ``severity`` is info, warning or error."""

    mapping: str
    side: str
    field: str
    kind: str
    severity: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the reports say. ``why`` are sentences of the product by their run, the latest: what failed, which limit.

    ``left_out`` are Daktela fields that the latest run of each mapping has not sent, by mapping; ``fresh`` is how many
    changes these runs have found that may matter.
    """

    calls: Calls | None = None
    traffic: Traffic | None = None
    changes: tuple[SchemaChange, ...] = ()
    why: Mapping[str, tuple[str, ...]] | None = None
    left_out: Mapping[str, tuple[str, ...]] | None = None
    fresh: int = 0


NOTHING = Told()


def gather(reports: Sequence[Mapping[str, Any]]) -> Told:
    """Return what reports of one sync say, newest first."""
    loads = [report for report in reports if report.get("kind", LOAD) == LOAD and report.get("finished")]
    if not loads:
        return NOTHING
    latest_run = [report for report in loads if report["run_id"] == loads[0]["run_id"]]
    newest: dict[str, Mapping[str, Any]] = {}
    for report in loads:
        newest.setdefault(str(report["mapping"]), report)
    return Told(
        calls=_calls(loads),
        traffic=_traffic(latest_run),
        changes=tuple(_changes(loads)),
        why={str(loads[0]["run_id"]): tuple(_why(latest_run))},
        left_out={name: tuple(report["left_out"]) for name, report in newest.items() if report.get("left_out")},
        fresh=sum(change.severity != Severity.INFO for change in _changes(newest.values())),
    )


def _calls(reports: Iterable[Mapping[str, Any]]) -> Calls | None:
    for report in reports:
        left, allowed = report.get("calls_left"), report.get("calls_allowed")
        if left is not None and allowed:
            return Calls(left=int(left), allowed=int(allowed), at=_ended(report))
    return None


def _traffic(reports: Sequence[Mapping[str, Any]]) -> Traffic | None:
    counted = [report for report in reports if report.get("daktela")]
    if not counted:
        return None
    return Traffic(
        calls=sum(int(report["daktela"]["calls"]) for report in counted),
        throttled=sum(int(report["daktela"]["throttled"]) for report in counted),
        rate=max(float(report["daktela"]["rate"]) for report in counted),
        at=_ended(counted[0]),
    )


def _changes(reports: Iterable[Mapping[str, Any]]) -> Iterable[SchemaChange]:
    seen: set[tuple[str, ...]] = set()
    for report in reports:
        for change in report.get("drift") or ():
            named = {name: str(change[name]) for name in ("mapping", "side", "field", "kind", "severity")}
            if tuple(named.values()) not in seen:
                seen.add(tuple(named.values()))
                yield SchemaChange(**named, at=_ended(report))


def _why(reports: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for report in sorted(reports, key=lambda each: str(each["mapping"])):
        for reason in filter(None, (report.get("failure"), report.get("deferred"))):
            yield f"{report['mapping']}: {reason}"


def _ended(report: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(report["finished"])
