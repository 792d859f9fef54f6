"""The file of results: the sections of the table of targets, and how they were measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.ratios import rounded
from benchmarks.settings import Settings


def merged(
    results: Mapping[str, Any], section: str, group: str, numbers: Mapping[str, float | int], taken: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``results`` with a group's numbers in its section, and how they were measured.

    A key with a dot names another section, because a measurement may belong to two sections.
    """
    sections = {name: dict(held) for name, held in results.items()}
    for key, value in rounded(numbers).items():
        named, _, rest = key.rpartition(".")
        sections.setdefault(named or section, {})[rest] = value
    return {**sections, "taken": {**results.get("taken", {}), group: dict(taken)}}


def taken(settings: Settings, seconds: float, also: Mapping[str, str]) -> dict[str, Any]:
    """Return how and when a group was measured; ``also`` are versions of programs beside those of every group."""
    return {
        "size": settings.size.value,
        "rows": settings.rows,
        "hook_rows": settings.hook_rows,
        "load_rows": settings.load_rows,
        "repeats": settings.repeats,
        "seconds": round(seconds),
        "machine": machine(),
        "versions": {**versions(), **also},
        "day": datetime.now(UTC).date().isoformat(),
    }


def read(path: Path) -> dict[str, Any]:
    """Return the results so far, empty without any."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write(path: Path, results: Mapping[str, Any]) -> None:
    """Write the results, one number on a line, so that they are easy to compare."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
