"""How fast we may ask: one limiter for all threads of a process, learning from what Daktela answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOWEST = 0.2
"""Requests per second that are always tried."""

DECREASE = 0.7
RECOVERY = 0.02
"""On refusal the rate falls by this factor; each success gives back this share of the configured rate."""


class AdaptiveLimiter:
    """Spaces requests evenly at a rate that falls on 429 and 5xx, and rises back to ``rate`` on success.

    ``rate`` is requests per second, ``workers`` how many may be under way. ``clock`` gives seconds.
    """

    def __init__(
        self,
        rate: float,
        workers: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.most = rate
        self.rate = rate
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(workers)
        self._next = 0.0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a turn, then hold one of the ``workers`` places."""
        with self._slots:
            pause = self._book()
            if pause > 0:
                self._sleep(pause)
            yield

    def succeeded(self) -> None:
        """A reply came in time: go a little faster."""
        with self._lock:
            self.rate = min(self.most, self.rate + RECOVERY * self.most)

    def refused(self, pause: float = 0.0) -> None:
        """Slow down; nobody asks again before ``pause`` seconds are over."""
        with self._lock:
            self.rate = max(min(SLOWEST, self.most), self.rate * DECREASE)
            self._next = max(self._next, self._clock() + pause)

    def _book(self) -> float:
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + 1 / self.rate
            return turn - now
