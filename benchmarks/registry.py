"""The groups of measurements, in the order in which they run."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from benchmarks.settings import Settings

Group = Callable[[Settings], dict[str, float | int]]

SECTIONS = {
    "extract": "extract",
    "transform": "transform",
    "resync": "resync",
    "departures": "departures",
    "scale": "scale",
    "load": "load",
    "limiter": "load",
    "faults": "load",
    "tick": "tick",
    "workers": "scale",
    "tasks": "load",
    "ui": "ui",
    "map_page": "ui",
    "ui_pages": "ui",
}
"""The section of results.json that each module of ``benchmarks.groups`` fills."""


def group(name: str) -> Group:
    """Return the function that measures a group. Raises ValueError for an unknown name."""
    if name not in SECTIONS:
        raise ValueError(f"no group {name}: choose from {', '.join(SECTIONS)}")
    found: Group = importlib.import_module(f"benchmarks.groups.{name}").run
    return found
