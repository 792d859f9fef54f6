"""How fast we may ask: one limiter for all threads of a process, learning from what Daktela answers."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from salesforce_daktela.errors import ConfigurationError

SLOWEST = 0.2
"""Requests per second that are always tried."""

ON_REFUSAL = 0.5
ON_SLOWNESS = 0.9
RECOVERY = 0.02
"""Factors on the rate after a refusal and a slow reply; each good reply gives back this share of the configured one."""

SLOW_SECONDS = 2.0
SLOW_FACTOR = 4.0
USUAL_SHARE = 0.1
"""A reply is slow when it takes this long and this many times the usual; the usual is a moving mean of such share."""


@dataclass(slots=True)
class Turn:
    """One request's turn: when it began and how long it took, in seconds of the limiter's clock."""

    started: float
    seconds: float = 0.0


class AdaptiveLimiter:
    """Spaces requests evenly at a rate that falls on 429, 5xx and slow replies, and rises back to ``rate``.

    ``rate`` is requests per second, ``workers`` how many may be under way. ``clock`` gives seconds.
    Requests that were under way together count as one refusal, however many of them were refused.
    """

    def __init__(
        self,
        rate: float,
        workers: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0 < rate < math.inf or workers < 1:
            raise ConfigurationError(
                "a limit must be above zero", where="limits", advice="set requests_per_second and workers"
            )
        self.most = rate
        self.rate = rate
        self.workers = workers
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(workers)
        self._next = -math.inf
        self._paused_until = -math.inf
        self._slowed_at = -math.inf
        self._bookings = 0
        self._usual: float | None = None

    @contextmanager
    def slot(self) -> Iterator[Turn]:
        """Wait for a turn, then hold one of the ``workers`` places."""
        with self._slots:
            turn = self._await_turn()
            try:
                yield turn
            finally:
                turn.seconds = self._clock() - turn.started

    def succeeded(self, turn: Turn) -> None:
        """A good reply came: go a little faster, or slower when it took unusually long."""
        with self._lock:
            if self._was_slow(turn.seconds):
                self._slow_down(turn, ON_SLOWNESS)
            else:
                self.rate = min(self.most, self.rate + RECOVERY * self.most)

    def refused(self, turn: Turn, pause: float = 0.0) -> None:
        """Slow down; nobody asks again before ``pause`` seconds are over, not even who was already waiting."""
        with self._lock:
            now = self._clock()
            self._slow_down(turn, ON_REFUSAL)
            self._paused_until = max(self._paused_until, now + pause)
            self._next = max(self._paused_until, now + 1 / self.rate)
            self._bookings += 1

    def _await_turn(self) -> Turn:
        """Book the next free moment and sleep until it comes; book anew when a refusal made bookings void."""
        made, moment = -1, 0.0
        while True:
            with self._lock:
                now = self._clock()
                if made != self._bookings:
                    made, moment = self._bookings, max(now, self._next)
                    self._next = moment + 1 / self.rate
            if moment <= now:
                return Turn(started=now)
            self._sleep(moment - now)

    def _slow_down(self, turn: Turn, factor: float) -> None:
        if turn.started > self._slowed_at:
            self.rate = max(min(SLOWEST, self.most), self.rate * factor)
            self._slowed_at = self._clock()

    def _was_slow(self, seconds: float) -> bool:
        usual = seconds if self._usual is None else self._usual
        self._usual = usual + USUAL_SHARE * (seconds - usual)
        return seconds > max(SLOW_SECONDS, SLOW_FACTOR * usual)
