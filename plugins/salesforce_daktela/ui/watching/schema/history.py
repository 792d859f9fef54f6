"""Which changes of schema the reports of runs tell of, since when, and whether still. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from salesforce_daktela.sync.drift import Change, ChangeKind, Severity
from salesforce_daktela.sync.seen_schema import Side
from salesforce_daktela.ui.watching.schema.facts import ToldChange

ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
UNCOMPARED = ("deferred",)
"""States of reports of mappings whose schemas were not looked at."""


def told_changes(reports: Sequence[Mapping[str, Any]], *, whole: bool) -> tuple[ToldChange, ...]:
    """Return the changes of ``reports``, which are newest first: those that still are before those that were.

    ``whole`` is whether there are no older reports than these.
    """
    compared = [report for report in reports if report["state"] not in UNCOMPARED and report.get("finished")]
    latest: dict[str, str] = {}
    oldest: dict[str, str] = {}
    first: dict[tuple[object, ...], tuple[Change, Mapping[str, Any]]] = {}
    now: set[tuple[object, ...]] = set()
    for report in compared:
        mapping, run_id = str(report["mapping"]), str(report["run_id"])
        latest.setdefault(mapping, run_id)
        oldest[mapping] = run_id
        for change in _changes(report):
            key = _key(change)
            if latest[mapping] == run_id:
                now.add(key)
            newest = first[key][0] if key in first else change
            first[key] = (newest, report)
    told = [
        ToldChange(
            change=change,
            run_id=str(report["run_id"]),
            since=datetime.fromisoformat(str(report["finished"])),
            still=key in now,
            earlier=not whole and oldest[str(report["mapping"])] == report["run_id"],
        )
        for key, (change, report) in first.items()
    ]
    told.sort(key=lambda each: each.since, reverse=True)
    return tuple(sorted(told, key=lambda each: (not each.still, ORDER.index(each.change.severity))))


def _changes(report: Mapping[str, Any]) -> list[Change]:
    found = []
    for told in report.get("drift") or ():
        try:
            change = Change(
                mapping=str(told["mapping"]),
                side=Side(told["side"]),
                field=str(told["field"]),
                kind=ChangeKind(told["kind"]),
                severity=Severity(told["severity"]),
                was=told["was"],
                now=told["now"],
            )
        except (KeyError, ValueError):
            # Another release knows kinds that this one does not.
            continue
        found.append(change)
    return found


def _key(change: Change) -> tuple[object, ...]:
    return (change.mapping, change.side, change.field, change.kind, change.was, change.now)
