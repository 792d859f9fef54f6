"""A test run that is stopped from outside cleans up like one that ends by itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAITING = """
import os, pathlib, tempfile, time
import pytest

@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(dir=pathlib.Path(__file__).parent / "temporary") as made:
        yield made

def test_waits(folder):
    time.sleep(60)
"""


def test_sigterm_ends_a_run_with_its_fixtures(tmp_path: Path) -> None:
    """A supervisor or a time limit sends it; by default Python ends on the spot."""
    temporary, waiting = tmp_path / "temporary", tmp_path / "test_waiting.py"
    temporary.mkdir()
    waiting.write_text(WAITING)
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    process = subprocess.Popen([*command, str(waiting)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    while not list(temporary.iterdir()):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert "stopped by SIGTERM" in process.communicate(timeout=30)[0]
    assert process.returncode == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []
