"""A load task that is killed goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import PROJECT
from tests.scenarios.load_worker import load, stage

ROWS = 600
HELD_SECONDS = 3.0
"""How long a dead task's records stay held here: the minute of real runs would only be waited for."""


@pytest.mark.parametrize(
    "killed_after", [pytest.param(20, marks=pytest.mark.heavy), 300, pytest.param(590, marks=pytest.mark.heavy)]
)
def test_after_a_kill_nothing_is_done_twice(
    tmp_path: Path, killed_after: int, caplog: pytest.LogCaptureFixture
) -> None:
    """What was accepted stays; what was under way is looked up, not repeated; the rest is written, each once.

    The log tells what the next try waits for.
    """
    caplog.set_level("INFO")
    with start_sandbox(tmp_path / "sandbox", only="daktela", empty_daktela=True) as sandbox:
        order = {
            "home": str(tmp_path),
            "folder": str(PROJECT / "include" / "mappings" / "default"),
            "url": sandbox.daktela_url,
            "token": sandbox.daktela.token,
            "ca": str(sandbox.ca),
            "held": HELD_SECONDS,
            "part": stage(tmp_path, ROWS).to_dict(),
        }
        _load_and_kill(order, sandbox, killed_after)
        written = sandbox.daktela.count("contacts")
        sandbox.daktela.journal.clear()
        assert load(order) == {"created": ROWS}
        calls = sandbox.daktela.journal.calls
        assert sandbox.daktela.count("contacts") == ROWS
        assert calls["POST contacts"] == ROWS - written
        assert [call for call in calls if not call.startswith(("GET ", "POST contacts"))] == []
    assert "records are leased by another run or a dead task" in caplog.text


def _load_and_kill(order: dict[str, object], sandbox: Sandbox, writes: int) -> None:
    """Kill -9 after so many creates, then wait until the server has done with what it had already received."""
    command = [sys.executable, "-m", "tests.scenarios.load_worker", json.dumps(order)]
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT / 'plugins'}{os.pathsep}{PROJECT}"}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    while sandbox.daktela.journal.calls["POST contacts"] < writes:
        assert process.poll() is None, "the task ended before it could be killed"
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    while sandbox.daktela.journal.in_flight:
        time.sleep(0.01)
