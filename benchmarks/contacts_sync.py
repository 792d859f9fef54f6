"""The shipped sync, reduced to contacts and their accounts, to measure one mapping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def contacts_alone(include: Path, limits: Mapping[str, int]) -> None:
    """Rewrite the ``default`` sync in an ``include`` folder: contacts and accounts, these limits, and no schedule."""
    folder = include / "mappings" / "default"
    for name in ("leads", "opportunities"):
        (folder / f"{name}.yaml").unlink()
    written = ", ".join(f"{name}: {value}" for name, value in limits.items())
    replaced = {"limits:": f"limits: {{{written}}}", "mappings:": "mappings: [accounts, contacts]", "schedule:": ""}
    sync = folder / "sync.yaml"
    lines = [replaced.get(line.partition(" ")[0], line) for line in sync.read_text().splitlines()]
    sync.write_text("\n".join(lines) + "\n")
