"""What all tests share: how a stopped run ends, which tests are quick, which of them one process runs in turn."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.empty_database import empty_database

__all__ = ["empty_database"]

SINGLY = ("tests/scenarios/", "tests/ledger/")
"""Tests that share nothing with others of their file, and are too many for one process."""

WHOLE_RUNS = (
    "tests/scenarios/",
    "tests/airflow/test_batches.py",
    "tests/airflow/test_bulk_waiting.py",
    "tests/airflow/test_edited_files.py",
    "tests/airflow/test_long_pauses.py",
    "tests/airflow/test_metering.py",
    "tests/airflow/test_notifiers.py",
    "tests/airflow/test_orders.py",
    "tests/attacks/test_truth.py",
    "tests/cli/test_explain.py",
    "tests/cli/test_forget.py",
    "tests/cli/test_rebinding.py",
    "tests/cli/test_running.py",
    "tests/sandbox/test_launcher.py",
)
"""Tests that take seconds each, for they carry out runs of a sync or start programs, and there are hundreds."""


def pytest_configure() -> None:
    """Have SIGTERM end the run as Ctrl-C does: fixtures delete temporary files and stop servers.

    In a process that a test has forked it does what it did before.
    """
    tests, before = os.getpid(), signal.getsignal(signal.SIGTERM)

    def leave(number: int, _frame: object) -> None:
        if os.getpid() == tests:
            pytest.exit("stopped by SIGTERM", returncode=128 + number)
        signal.signal(number, before)
        signal.raise_signal(number)

    signal.signal(signal.SIGTERM, leave)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the first of each file of whole runs to the quick tests; single tests come last, to fill the gaps."""
    files: set[str] = set()
    for item in items:
        file = item.nodeid.partition("::")[0]
        if file.startswith(WHOLE_RUNS) and item.get_closest_marker("heavy") is None:
            if file in files:
                item.add_marker(pytest.mark.heavy)
            files.add(file)
    items.sort(key=lambda item: item.nodeid.startswith(SINGLY))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is imported out of garbage collection: it lives to the end, and each full one would visit it all."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # has no types
    """Hands out whole files, the fullest first, so that servers are started once; then single tests, to the end."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(SINGLY) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Distribute tests over the processes of ``-n``."""
    return ByFile(config, log)
