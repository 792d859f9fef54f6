"""``python -m benchmarks``: measure, show the table, draw the plots, write the results."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import results
from benchmarks.race_page import write_race
from benchmarks.registry import SECTIONS, group, section, versions_of
from benchmarks.settings import HOME, PROJECT, Size, settings_of
from benchmarks.starting import begin
from benchmarks.table import results_table

COMMITTED = (PROJECT / "benchmarks" / "results.json", PROJECT / "docs" / "benchmarks")
TRIED = (HOME / "results.json", HOME / "plots")
"""Quick numbers have no meaning, so they do not replace the committed ones."""


def main(
    size: Annotated[Size, typer.Option(help="How much is measured.")] = Size.FULL,
    only: Annotated[str, typer.Option(help="Groups to measure, by comma; the others keep their numbers.")] = "",
) -> None:
    """Measure all groups, or the named ones. After a failure the earlier results are kept."""
    begin()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    path, plots = TRIED if size is Size.QUICK else COMMITTED
    began = time.monotonic()
    for name in [each.strip() for each in only.split(",") if each.strip()] or SECTIONS:
        measured = group(name)
        console.print(f"[{time.monotonic() - began:6.1f} s] {name}", markup=False)
        home = HOME / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        settings, started = settings_of(size, home), time.monotonic()
        numbers = measured(settings)
        taken = results.taken(settings, time.monotonic() - started, versions_of(name))
        results.write(path, results.merged(results.read(path), section(name), name, numbers, taken))
        shutil.rmtree(home)
    console.print(results_table(results.read(path)))
    if path == COMMITTED[0]:
        write_race(PROJECT / "docs" / "performance.md", results.read(path))
    # In another process: its imports would count as memory of the programs that this one starts.
    subprocess.run([sys.executable, "-m", "benchmarks.plots", str(path), str(plots)], check=True)  # noqa: S603
    console.print(f"[{time.monotonic() - began:6.1f} s] written to {_shown(path)} and {_shown(plots)}", markup=False)


def _shown(path: Path) -> Path:
    return path.relative_to(PROJECT)


if __name__ == "__main__":
    typer.run(main)
