"""The file of results: sections as the table of targets names them, and how they came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.ratios import rounded
from benchmarks.settings import Settings


def merged(
    results: Mapping[str, Any], section: str, group: str, numbers: Mapping[str, float | int], taken: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``results`` with a group's numbers in its section and what is known of its taking beside them.

    A key with a dot names another section: one measurement may answer two questions.
    """
    sections = {name: dict(held) for name, held in results.items()}
    for key, value in rounded(numbers).items():
        named, _, rest = key.rpartition(".")
        sections.setdefault(named or section, {})[rest] = value
    return {**sections, "taken": {**results.get("taken", {}), group: dict(taken)}}


def taken(settings: Settings, seconds: float) -> dict[str, Any]:
    """How a group was measured: sizes, and how long all of it took."""
    return {
        "size": settings.size.value,
        "rows": settings.rows,
        "hook_rows": settings.hook_rows,
        "load_rows": settings.load_rows,
        "repeats": settings.repeats,
        "seconds": round(seconds),
        "machine": machine(),
        "versions": versions(),
    }


def read(path: Path) -> dict[str, Any]:
    """The results so far; nothing when there are none."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write(path: Path, results: Mapping[str, Any]) -> None:
    """Write the results as people compare them, one number on a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
