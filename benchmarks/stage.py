"""The start of several groups: an order for the sides, and contacts of a sandbox in parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.measuring import measure
from benchmarks.settings import PROJECT
from demo.sandbox_side import SandboxSide

SHIPPED = PROJECT / "include" / "mappings" / "default"
KNOWN = PROJECT / "benchmarks" / "mappings" / "known"
WIDE = PROJECT / "benchmarks" / "mappings" / "wide"


def order_of(home: Path, side: SandboxSide, folder: Path) -> dict[str, Any]:
    """Return the order for sides: their folder, the sync, and the two systems."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "home": str(home),
        "folder": str(folder),
        "mapping": "contacts",
        "salesforce": dict(side.salesforce),
        "daktela": dict(side.daktela),
    }


def extract(order: dict[str, Any]) -> None:
    """Extract the contacts into parts, without measuring."""
    home = Path(order["home"])
    measure("begin", order, home)
    measure("finish", order, home)
