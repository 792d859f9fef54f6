"""The start of every program of the benchmarks."""

from __future__ import annotations

import os
import signal

from benchmarks.settings import HOME


def begin() -> None:
    """Clean up on signals, use no proxy for the loopback, and keep compiled modules."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _bypass_proxies_for_loopback()
    _keep_bytecode()


def _bypass_proxies_for_loopback() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name, ""), "localhost", "127.0.0.1"]))


def _keep_bytecode() -> None:
    """Keep compiled modules between programs, as in an installation; else the compiling would be measured, too."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(HOME / "bytecode")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
