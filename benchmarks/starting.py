"""What every program of the benchmarks does first."""

from __future__ import annotations

import os
import signal

from benchmarks.settings import HOME


def begin() -> None:
    """Stop what was started when we are stopped, reach the loopback without a proxy, and keep compiled modules."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _bypass_proxies_for_loopback()
    _keep_bytecode()


def _bypass_proxies_for_loopback() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name, ""), "localhost", "127.0.0.1"]))


def _keep_bytecode() -> None:
    """Programs start as installed ones do; compiling every module anew would be measured with the work."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(HOME / "bytecode")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
