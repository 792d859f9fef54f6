"""The groups of measurements, in the order in which they run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

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
    "start": "start",
    "workers": "scale",
    "tasks": "load",
    "ui": "ui",
    "map_page": "ui",
    "ui_pages": "ui",
}
"""The section of results.json that each module of ``benchmarks.groups`` fills."""


ASKED_FOR = {"race": "race"}
"""Measured only when it is named: it installs other people's programs."""


def section(name: str) -> str:
    """Return the section that a group fills. Raises ValueError for an unknown name."""
    groups = {**SECTIONS, **ASKED_FOR}
    if name not in groups:
        raise ValueError(f"no group {name}: choose from {', '.join(groups)}")
    return groups[name]


def versions_of(name: str) -> dict[str, str]:
    """Return the versions of programs that a group measures beside this project's libraries."""
    found: Callable[[], dict[str, str]] = getattr(_module(name), "also_used", dict)
    return found()


def group(name: str) -> Group:
    """Return the function that measures a group. Raises ValueError for an unknown name."""
    section(name)
    found: Group = _module(name).run
    return found


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"benchmarks.groups.{name}")
