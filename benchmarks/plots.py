"""``python -m benchmarks.plots RESULTS FOLDER``: the results as pictures."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib.figure import Figure

from benchmarks.targets import TARGETS


def main(results: Path, folder: Path) -> None:
    """Draw what was measured."""
    found = json.loads(results.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    draw_targets(found).savefig(folder / "targets.svg", bbox_inches="tight")


def draw_targets(results: Mapping[str, Any]) -> Figure:
    """How far every number is from its target: to the right of the line is better than asked for."""
    rows = []
    for target in TARGETS:
        value = target.value(results)
        if value is not None and target.limit and value:
            rows.append((target.key, target.limit / value if target.sign == "<=" else value / target.limit))
    figure = Figure(figsize=(8, 0.35 * len(rows) + 1))
    axes = figure.subplots()
    axes.barh([key for key, _ in rows][::-1], [share for _, share in rows][::-1])
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("times better than the target asks for")
    return figure


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
