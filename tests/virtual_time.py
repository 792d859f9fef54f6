"""Threads in a time of their own: one runs at a time, and the clock goes on when all of them sleep."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


def length(seconds: float) -> float:
    """The length of a pause. Raises ValueError for one that ``time.sleep`` would refuse."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    return seconds


@dataclass(slots=True)
class VirtualTime:
    """``clock`` and ``sleep`` for whatever is under test, in seconds from 0."""

    now: float = 0.0
    _wakes: list[tuple[float, int, threading.Event]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _threads: list[threading.Thread] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the others run until this thread's time has come. Raises ValueError as ``time.sleep`` does."""
        woken = self._book(self.now + length(seconds))
        self._wake_next()
        woken.wait()

    def start(self, work: Callable[[], None], *, at: float = 0.0) -> None:
        """Have ``work`` done from a moment on, in a thread."""
        woken = self._book(at)

        def run() -> None:
            woken.wait()
            try:
                work()
            finally:
                self._wake_next()

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def run(self) -> None:
        """Go on until all work is done."""
        self._wake_next()
        for thread in self._threads:
            thread.join(timeout=60)

    def _book(self, moment: float) -> threading.Event:
        woken = threading.Event()
        heapq.heappush(self._wakes, (moment, next(self._numbers), woken))
        return woken

    def _wake_next(self) -> None:
        if self._wakes:
            moment, _, woken = heapq.heappop(self._wakes)
            self.now = max(self.now, moment)
            woken.set()
