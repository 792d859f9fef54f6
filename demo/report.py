"""Run reports as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

OUTCOMES = ("created", "updated", "unchanged", "adopted", "removed", "kept", "parked", "gone", "rejected", "deferred")


def report_table(title: str, reports: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table with one line for each mapping; outcomes without records are left out."""
    shown = [name for name in OUTCOMES if any(report["outcomes"].get(name) for report in reports)]
    table = Table(title=title, title_justify="left")
    for heading in ("mapping", "extracted", *shown, "why rejected"):
        table.add_column(heading, justify="left" if heading in ("mapping", "why rejected") else "right")
    for report in reports:
        counts = [str(report["outcomes"].get(name, 0)) for name in shown]
        table.add_row(report["mapping"], str(report["extracted"]), *counts, _reasons(report))
    return table


def total(reports: Sequence[Mapping[str, Any]], *outcomes: str) -> int:
    """Return how many records have one of ``outcomes``."""
    return sum(report["outcomes"].get(name, 0) for report in reports for name in outcomes)


def _reasons(report: Mapping[str, Any]) -> str:
    return ", ".join(f"{reject['count']} {reject['code']} ({reject['field']})" for reject in report["rejects"])
