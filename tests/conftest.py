"""Ends a stopped test run as Ctrl-C does, so that fixtures delete their temporary files and stop their servers."""

from __future__ import annotations

import os
import signal

import pytest


def pytest_configure() -> None:
    """Have SIGTERM end the run; in a process that a test has forked it does what it did before."""
    tests, before = os.getpid(), signal.getsignal(signal.SIGTERM)

    def leave(number: int, _frame: object) -> None:
        if os.getpid() == tests:
            pytest.exit("stopped by SIGTERM", returncode=128 + number)
        signal.signal(number, before)
        signal.raise_signal(number)

    signal.signal(signal.SIGTERM, leave)
