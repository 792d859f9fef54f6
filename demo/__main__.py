"""``python -m demo``: start everything, tell the story, stay until Ctrl-C, stop everything."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import requests
from rich.console import Console

from demo.credentials import invite, name_page
from demo.stack import Stack, running_stack
from demo.story import NotAsExpectedError, run_story

PROJECT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the story; return 0 when all its checks pass."""
    # A program that a shell starts in the background ignores Ctrl-C, unless it sets a handler.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _bypass_proxies_for_loopback()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    started = time.monotonic()
    try:
        with running_stack(
            PROJECT / ".demo",
            PROJECT,
            size=os.environ.get("DEMO_SIZE") or "small",
            profile=_profile(),
            empty=_is_set("DEMO_EMPTY"),
            say=lambda text: console.print(f"[{time.monotonic() - started:5.1f} s] {text}", markup=False),
        ) as stack:
            if _is_set("DEMO_EMPTY"):
                invite(stack, console)
            else:
                run_story(stack, console)
            if not _is_set("DEMO_EXIT"):
                console.print("\nIt stays up until you press Ctrl-C.")
            name_page(stack, console)
            if not _is_set("DEMO_EXIT"):
                _stay(stack)
    except KeyboardInterrupt:
        console.print("\nstopped")
        return 130 if _is_set("DEMO_EXIT") else 0
    except (RuntimeError, NotAsExpectedError, requests.RequestException) as exc:
        console.print(f"\nThe demo failed: {exc}", markup=False, style="red")
        console.print(f"Logs are in {PROJECT / '.demo'}.", markup=False)
        return 1
    return 0


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def _stay(stack: Stack) -> None:
    while not (dead := stack.processes.dead()):
        time.sleep(1)
    raise RuntimeError(dead)


def _profile() -> str:
    profile = os.environ.get("PROFILE", "")
    return str(Path(profile).absolute()) if Path(profile).suffix or os.sep in profile else profile


def _bypass_proxies_for_loopback() -> None:
    """Requests to this machine must not go through a proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name, ""), "localhost", "127.0.0.1"]))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
