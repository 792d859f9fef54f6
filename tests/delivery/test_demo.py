"""The first command of the README, in a copy of the project that holds nothing but what is in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

PROJECT = Path(__file__).resolve().parents[2]
MADE = (".venv", ".git", ".demo", ".airflow", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info")
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("AIRFLOW", "PYTHON", "VIRTUAL_ENV", "MAKE"))
}
RUN_SECONDS = 600.0

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh copy; what still runs there when the tests are over is stopped."""
    folder = tmp_path_factory.mktemp("fresh") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*MADE))
    yield folder
    for process in left_over(folder):
        process.kill()


def left_over(folder: Path) -> list[psutil.Process]:
    """Processes that were started from the copy."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if any(str(folder) in text for text in [process.info["cwd"] or "", *(process.info["cmdline"] or [])]):
            found.append(process)
    return found


def make_demo(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "demo", *(f"{name}={value}" for name, value in settings.items())],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


def test_the_first_command_shows_the_whole_product_and_stays(copy: Path) -> None:
    """It installs, loads everything, then exactly what changed, though Daktela refuses some requests, and says where to
    look. It refuses a second one beside it; Ctrl-C ends all of it.
    """
    (copy / "refusing.yaml").write_text("daktela: {too_many: 0.03, server_error: 0.02}\n")
    log = copy.parent / "demo.log"
    with started_demo(copy, log, PROFILE="refusing.yaml") as demo:
        pid = int((copy / ".demo" / "pid").read_text())
        second = make_demo(copy, DEMO_EXIT="1")
        assert second.returncode != 0
        assert f"a demo is running already (process {pid})" in second.stdout
        assert demo.poll() is None
        os.kill(pid, signal.SIGINT)
        assert demo.wait(60) == 0
    told = log.read_text()
    assert "it holds 14 of the 14 as Salesforce has them now" in told
    assert "user admin, password " in told
    assert told.rstrip().splitlines()[-4].endswith("/plugin/daktela")
    assert ". .demo/environment && .venv/bin/salesforce-daktela check" in told
    assert "stopped" in told
    assert left_over(copy) == []


@contextlib.contextmanager
def started_demo(folder: Path, log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """``make demo`` as a terminal starts it, from when it says that it stays; its output goes to ``log``."""
    with log.open("w") as output:
        demo = subprocess.Popen(
            ["make", "demo", *(f"{name}={value}" for name, value in settings.items())],
            cwd=folder,
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        late = time.monotonic() + RUN_SECONDS
        while "/plugin/daktela\n" not in log.read_text():
            assert demo.poll() is None, log.read_text()[-5000:]
            assert time.monotonic() < late, log.read_text()[-5000:]
            time.sleep(0.5)
        yield demo
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(60)


def test_an_empty_demo_says_what_to_type(copy: Path) -> None:
    """No sync and no connection; the page and the sandbox's credentials are there."""
    done = make_demo(copy, DEMO_EXIT="1", DEMO_EMPTY="1")
    told = done.stdout + done.stderr
    assert done.returncode == 0, told[-5000:]
    for label in ("Instance URL", "Security Token", "Consumer Secret", "Access Token", "CRM Database"):
        assert label in told
    assert done.stdout.rstrip().splitlines()[-2].endswith("/plugin/daktela")
    assert list((copy / ".demo" / "include" / "mappings").iterdir()) == []
    assert left_over(copy) == []


def test_a_profile_that_is_not_there_fails_the_demo(copy: Path) -> None:
    """The message names the file."""
    done = make_demo(copy, DEMO_EXIT="1", PROFILE="nowhere.yaml")
    assert done.returncode != 0
    assert f"{copy / 'nowhere.yaml'}: cannot be read" in done.stdout
    assert left_over(copy) == []
