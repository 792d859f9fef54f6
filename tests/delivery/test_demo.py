"""The README's first command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


def test_the_demo_tells_its_story_and_ends() -> None:
    """Exit code 0 only when the first run and the next one came true; nothing it started is left."""
    told = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=PROJECT,
        env={**os.environ, "DEMO_EXIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
    for line in ("First run: everything", "Next run: what changed", "Daktela holds all 13 of them", "Where to look"):
        assert line in told.stdout
    left = subprocess.run(["pgrep", "-f", f"{PROJECT}/.demo"], capture_output=True, text=True, check=False)
    assert left.stdout == ""
