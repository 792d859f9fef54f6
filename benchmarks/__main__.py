"""``python -m benchmarks``: measure, show the table, draw the plots, write the results."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import results
from benchmarks.registry import SECTIONS, group
from benchmarks.settings import PROJECT, Size, settings_of
from benchmarks.table import results_table

HOME = PROJECT / ".bench"
COMMITTED = (PROJECT / "benchmarks" / "results.json", PROJECT / "docs" / "benchmarks")
TRIED = (HOME / "results.json", HOME / "plots")
"""Quick numbers mean nothing, so they do not go where the committed ones are."""


def main(
    size: Annotated[Size, typer.Option(help="How much is measured.")] = Size.FULL,
    only: Annotated[str, typer.Option(help="Groups to measure, by comma; the others keep their numbers.")] = "",
) -> None:
    """Measure every group, or those named; a failure keeps what was measured before it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _spare_the_loopback_a_proxy()
    _keep_bytecode()
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
        taken = results.taken(settings, time.monotonic() - started)
        results.write(path, results.merged(results.read(path), SECTIONS[name], name, numbers, taken))
        shutil.rmtree(home)
    console.print(results_table(results.read(path)))
    # Not in this process: what it imports would count as memory of the programs that it starts.
    subprocess.run([sys.executable, "-m", "benchmarks.plots", str(path), str(plots)], check=True)  # noqa: S603
    console.print(f"[{time.monotonic() - began:6.1f} s] written to {_shown(path)} and {_shown(plots)}", markup=False)


def _shown(path: Path) -> Path:
    return path.relative_to(PROJECT)


def _spare_the_loopback_a_proxy() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name, ""), "localhost", "127.0.0.1"]))


def _keep_bytecode() -> None:
    """Programs start as installed ones do; compiling every module anew would be measured with the work."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(HOME / "bytecode")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(main)
