"""A table of results and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from benchmarks.targets import TARGETS, Target


def results_table(results: Mapping[str, Any]) -> Table:
    """One line for each target: key, value, target, and whether it is met; a dash where nothing was measured."""
    table = Table(title="Benchmarks", title_justify="left")
    for heading in ("key", "value", "target", "met", "what"):
        table.add_column(heading, justify="right" if heading in ("value", "target") else "left")
    for target in TARGETS:
        table.add_row(*_row(target, target.value(results)))
    return table


def _row(target: Target, value: float | None) -> tuple[str, ...]:
    wanted = f"{target.sign} {target.limit:g}"
    if value is None:
        return target.key, "-", wanted, "-", target.what
    return target.key, f"{value:.4g}", wanted, "yes" if target.met(value) else "no", target.what
