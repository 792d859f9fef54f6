"""What the demo starts, it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.processes import Processes

PROJECT = Path(__file__).resolve().parents[2]
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); print('up'); time.sleep(60)"
)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet collected does not."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def group(leader: int) -> list[int]:
    """The processes of one group that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and alive(pid := int(entry.name)):
            try:
                if os.getpgid(pid) == leader:
                    found.append(pid)
            except ProcessLookupError:
                continue
    return found


def until(condition: object, seconds: float = 10.0) -> None:
    """Wait for another process to get there."""
    assert callable(condition)
    late = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < late
        time.sleep(0.02)


def test_a_program_that_will_not_stop_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its whole group goes, and it is waited for."""
    monkeypatch.setattr("demo.processes.STOP_SECONDS", 0.2)
    processes = Processes(tmp_path)
    processes.start("stubborn", [sys.executable, "-u", "-c", STUBBORN], os.environ, tmp_path)
    ((_, process),) = processes.running
    until(lambda: processes.tail("stubborn").count("up") == 2)
    assert len(group(process.pid)) == 2
    processes.stop()
    until(lambda: not group(process.pid))
    assert processes.running == []


def test_a_program_that_ended_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    """So that nobody waits for it, and everybody sees why."""
    processes = Processes(tmp_path)
    processes.start("short", [sys.executable, "-c", "import sys; sys.exit('no such port')"], os.environ, tmp_path)
    until(lambda: processes.dead())
    assert processes.dead() == "short ended with code 1:\nno such port"


def test_programs_do_not_outlive_a_killed_demo(tmp_path: Path) -> None:
    """The kernel stops them when nobody else can."""
    script = (
        "import os, sys, time; from pathlib import Path; from demo.processes import Processes\n"
        "processes = Processes(Path(sys.argv[1]))\n"
        "processes.start('sleeper', ['sleep', '60'], os.environ, Path('/'))\n"
        "print(processes.running[0][1].pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        sleeper = int(starter.stdout.readline())
        until(lambda: Path(f"/proc/{sleeper}/cmdline").read_text().startswith("sleep"))
        starter.send_signal(signal.SIGKILL)
    until(lambda: not alive(sleeper))
