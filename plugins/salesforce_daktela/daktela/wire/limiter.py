"""One rate limiter for all threads of a process; it adapts its rate to Daktela's replies."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from salesforce_daktela.daktela.wire.pace import LEAST_PAUSE, Pace
from salesforce_daktela.daktela.wire.shared_bound import REFRESH_SECONDS_WITHOUT_SHARE, Rate, SharedBound
from salesforce_daktela.errors import ConfigurationError

SLOW_SECONDS = 2.0
SLOW_FACTOR = 4.0
USUAL_SHARE = 0.1
"""A reply is slow if it takes ``SLOW_SECONDS`` and ``SLOW_FACTOR`` times the usual time. The usual time is a moving
mean: each reply changes it by ``USUAL_SHARE``, and counts as at most ``SLOW_FACTOR`` times the mean."""

LOOK_SECONDS = REFRESH_SECONDS_WITHOUT_SHARE / 10
"""Seconds after which a thread looks again whether another one has refreshed the share."""

SPREAD = 1.5
"""Requests begin at most this many times as fast as the workers can send them at the usual time of a reply. Without
this bound all workers would send at once, be answered at once, and wait for each other again and again."""


@dataclass(slots=True)
class Turn:
    """One request: when it began and how long it took, in seconds of the limiter's clock."""

    started: float
    seconds: float = 0.0


class AdaptiveLimiter:
    """Spaces requests evenly. The rate falls after 429, 5xx and slow replies, and rises again up to ``rate``.

    ``rate`` is requests per second, ``workers`` how many may run at once. If the rate is ``shared`` with other
    processes, this one uses its share. ``clock`` gives seconds.
    ``refusals`` counts replies 429.
    """

    def __init__(
        self,
        rate: float,
        workers: int,
        *,
        shared: Rate | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0 < rate < math.inf or workers < 1:
            raise ConfigurationError(
                "a limit must be above zero", where="limits", advice="set requests_per_second and workers"
            )
        self.most = rate
        self.workers = workers
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(workers)
        self._next = -math.inf
        self._spread = -math.inf
        self._paused_until = -math.inf
        self._began = -math.inf
        self._pace = Pace(rate)
        self._bound = None if shared is None else SharedBound(shared, rate, clock)
        self._bookings = 0
        self.refusals = 0
        self._usual: float | None = None

    @contextmanager
    def slot(self) -> Iterator[Turn]:
        """Wait until a request may begin; the block is that request."""
        with self._slots:
            turn = self._await_turn()
            try:
                yield turn
            finally:
                turn.seconds = self._clock() - turn.started

    @property
    def rate(self) -> float:
        """Requests per second at present."""
        return self._rate(self._clock())

    @property
    def usual_seconds(self) -> float | None:
        """The usual time of a good reply, a moving mean; None before the first."""
        return self._usual

    def succeeded(self, turn: Turn) -> None:
        """Report a good reply, whether fast or slow."""
        with self._lock:
            now = self._clock()
            self._pace.granted(turn.started, now)
            if self._was_slow(turn.seconds):
                self._pace.slow_reply(turn.started, now)

    def refused(self, turn: Turn, pause: float = 0.0) -> None:
        """Report 429: no request begins for ``pause`` seconds, not even one that was already waiting."""
        with self._lock:
            now, pause = self._clock(), max(pause, LEAST_PAUSE)
            self.refusals += 1
            self._pace.refused(turn.started, now, pause)
            self._pause(now, pause)

    def failed(self, turn: Turn, pause: float = 0.0) -> None:
        """Report an outage or a missing reply; ``pause`` is as for ``refused``."""
        with self._lock:
            now = self._clock()
            self._pace.overloaded(turn.started, now)
            self._pause(now, pause)

    def _pause(self, now: float, pause: float) -> None:
        self._paused_until = max(self._paused_until, now + pause)
        self._cancel_bookings(now + 1 / (self._rate(now) or self._pace.rate(now)))

    def _cancel_bookings(self, following: float) -> None:
        """Have all who wait book again, from the moment ``following`` on: what they had booked holds up nobody."""
        self._next = max(self._paused_until, following)
        self._spread = self._spread_from(self._began)
        self._bookings += 1

    def _spread_from(self, moment: float) -> float:
        """When the next request may begin after one at ``moment``, as far as the number of workers decides it."""
        return moment + (self._usual or 0.0) / (SPREAD * self.workers)

    def _rate(self, now: float) -> float:
        pace = self._pace.rate(now)
        return pace if self._bound is None else min(pace, self._bound.rate(now))

    def _keep_share(self) -> None:
        """Wait until this process has a share; when the share has changed, cancel the bookings."""
        while self._bound is not None:
            changed = self._bound.refresh()
            with self._lock:
                now = self._clock()
                rate = self._rate(now)
                if rate > 0:
                    if changed:
                        self._cancel_bookings(self._began + 1 / rate)
                    return
            self._sleep(max(LOOK_SECONDS, self._bound.refresh_at - now))

    def _await_turn(self) -> Turn:
        """Book the next free moment and sleep until then; book again when a refusal has cancelled the bookings."""
        made, moment = -1, 0.0
        while True:
            self._keep_share()
            with self._lock:
                now = self._clock()
                rate = self._rate(now)
                if rate and made != self._bookings:
                    made, moment = self._bookings, max(now, self._next, self._spread)
                    self._pace.request_began(moment, moment - self._next if math.isfinite(self._next) else 0.0)
                    self._next = moment + 1 / min(rate, self._pace.rate(moment))
                    self._spread = self._spread_from(moment)
                if rate and moment <= now:
                    self._begin(now)
                    return Turn(started=now)
            self._sleep(self._pause_before(moment, now))

    def _begin(self, now: float) -> None:
        self._began = max(self._began, now)
        if self._bound is not None:
            self._bound.count_request()

    def _pause_before(self, moment: float, now: float) -> float:
        """Seconds until the booked moment, or fewer if the share has to be refreshed before.

        When that is overdue, another thread refreshes it or has found none: look again soon.
        """
        refresh_at = moment if self._bound is None else self._bound.refresh_at
        ahead = [each - now for each in (moment, refresh_at) if each > now]
        return min(ahead) if len(ahead) == 2 else min([*ahead, LOOK_SECONDS])

    def _was_slow(self, seconds: float) -> bool:
        usual = seconds if self._usual is None else self._usual
        self._usual = usual + USUAL_SHARE * (min(seconds, SLOW_FACTOR * usual) - usual)
        return seconds > max(SLOW_SECONDS, SLOW_FACTOR * usual)
