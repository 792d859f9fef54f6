"""What all tests share: how a stopped run ends, which tests are quick or apart, which one process runs in turn."""

from __future__ import annotations

import gc
import os
import signal
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.empty_database import empty_database

__all__ = ["empty_database"]

# What is imported is kept out of garbage collection, see `pytest_collection`. Airflow is imported before it by the
# first `conftest.py` that needs it: a fifth of those four seconds went to looking for garbage.
gc.disable()

# How long an example takes, and how long it takes to draw one, say how busy the machine is.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

SINGLY = ("tests/scenarios/", "tests/ledger/")
"""Tests that share nothing with others of their file, and are too many for one process."""

TOGETHER = (
    "tests/ui/browser/test_saving.py",
    "tests/ui/browser/test_connecting.py",
    "tests/ui/browser/test_in_airflow.py",
    "tests/ui/browser/test_objects.py",
)
"""Files for one process: they share a server, which takes longer to start than the tests of some of them."""

LONG = (
    "tests/attacks/test_kills.py",
    "tests/airflow/test_real_airflow.py",
    "tests/delivery/test_demo.py",
    "tests/ui/browser/test_first_run.py",
    "tests/ui/browser/test_outage.py",
    "tests/ui/browser/test_called_at_night.py",
    "tests/delivery/test_wheel.py",
    "tests/delivery/test_git_bundle.py",
    "tests/delivery/test_celery.py",
)
"""Files of few tests that take minutes, the longest first. Most of that time they wait for a scheduler."""

APART = {
    "tests/conformance/clients": "clients",
    "tests/delivery/test_elsewhere.py": "install",
    "tests/distributed": "distributed",
}
"""What no test run collects unless its mark is asked for: it takes minutes to install, or a quarter of an hour."""

WHOLE_RUNS = (
    "tests/scenarios/",
    "tests/airflow/test_batches.py",
    "tests/airflow/test_bulk_waiting.py",
    "tests/airflow/test_channels.py",
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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what stands apart."""
    mark = APART.get(os.path.relpath(collection_path, config.rootpath))
    return True if mark is not None and mark not in str(config.option.markexpr) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the first of each file of whole runs to the quick tests, and choose the order.

    Long files come first, then the fullest; single tests come last, to fill the gaps.
    """
    seen: set[str] = set()
    for item in items:
        file = _file(item.nodeid)
        if file.startswith(WHOLE_RUNS) and item.get_closest_marker("heavy") is None:
            if file in seen:
                item.add_marker(pytest.mark.heavy)
            seen.add(file)
    tests = Counter(_file(item.nodeid) for item in items)
    ranks = {file: (LONG.index(file) if file in LONG else len(LONG), -count) for file, count in tests.items()}
    items.sort(key=lambda item: (item.nodeid.startswith(SINGLY), ranks[_file(item.nodeid)]))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is imported out of garbage collection: it lives to the end, and each full one would visit it all."""
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # has no types
    """Hands out whole files in the order of the collection, so that servers are started once; then single tests.

    The last process leaves long files to the others: it computes while they wait for schedulers.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SINGLY):
            return nodeid
        file = _file(nodeid)
        return TOGETHER[0] if file in TOGETHER else file

    def _assign_work_unit(self, node: object) -> None:
        if len(self.nodes) > 1 and node is self.nodes[-1]:
            next_one = next((scope for scope in self.workqueue if scope not in LONG), next(iter(self.workqueue)))
            self.workqueue.move_to_end(next_one, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Distribute tests over the processes of ``-n``."""
    config.option.loadscopereorder = False
    return ByFile(config, log)
