"""At what rate to ask, learned from what is granted and refused. Pure: times are given, nothing waits."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

SLOWEST = 1.0
"""Requests per second that are always tried."""

ON_REFUSAL = 0.5
ON_SLOWNESS = 0.9
"""Factors on the rate after a refusal, at worst or when nothing was measured, and after a slow reply."""

FAULTS = 3
FAULTS_AMONG = 20
"""So many outages among so many replies say that the server cannot keep up; fewer are bad luck at any rate."""

MEASURED_SECONDS = 1.0
"""What was granted between two refusals is the server's own rate, once they lie so far apart."""

MEASURES = 5
BY_CHANCE = 0.9
"""A limit gives the same figure each time, refusals by chance give lower ones. So a measure below this share of the
best of the last ``MEASURES`` is taken for chance; so many in a row are believed."""

BREATH = 1.0
"""Seconds without a request after a refusal, whatever was asked: no longer than a server usually lets one save up."""

GROWTH = 0.04
GROWTH_SECONDS = 1.5
GROWTH_REQUESTS = 20
SLOWEST_GROWTH = 10.0
"""The rate rises by ``GROWTH * (e ** (t / seconds) - 1)`` in ``t`` seconds without a refusal: hardly at first, then
ever faster. So a server that keeps its rate refuses a few of hundreds, and one that has doubled it is followed within
six seconds. ``seconds`` are more, up to ``SLOWEST_GROWTH``, where a refusal costs a longer pause and where they would
bring fewer requests than ``GROWTH_REQUESTS``."""

LONGEST_CALM = 40.0
"""In growth seconds: bounds the exponent, and no configured rate is so far away."""


@dataclass(slots=True)
class Pace:
    """Requests per second, never above ``most``. Times are seconds of one clock."""

    most: float
    _base: float = field(init=False)
    _since: float = -math.inf
    _slowed_at: float = -math.inf
    _growth_seconds: float = GROWTH_SECONDS
    _granted: int = 0
    _counted_from: float | None = None
    _measured: deque[float] = field(default_factory=lambda: deque(maxlen=MEASURES))
    _replies: int = 0
    _faults: deque[int] = field(default_factory=lambda: deque(maxlen=FAULTS))

    def __post_init__(self) -> None:
        self._base = self.most

    def rate(self, now: float) -> float:
        """The rate to ask at now."""
        if self._base >= self.most:
            return self.most
        calm = min(max(0.0, now - self._since) / self._growth_seconds, LONGEST_CALM)
        return min(self.most, self._base * (1 + GROWTH * math.expm1(calm)))

    def began(self, now: float, idle: float) -> None:
        """A request begins after ``idle`` seconds in which none was wanted: those have shown nothing."""
        if idle > 0:
            self._since += idle
        if self._counted_from is None or idle > MEASURED_SECONDS:
            self._counted_from, self._granted = now, 0

    def granted(self, started: float) -> None:
        """A good reply came to a request that began at ``started``."""
        self._replies += 1
        if self._counted_from is not None and started >= self._counted_from:
            self._granted += 1

    def refused(self, started: float, now: float, pause: float) -> None:
        """429. Requests that were under way together count as one refusal, however many of them were refused."""
        if started <= self._slowed_at:
            return
        rate = self.rate(now)
        elapsed = 0.0 if self._counted_from is None else now - self._counted_from
        achieved = self._granted / elapsed if self._granted and elapsed > 0 else math.inf
        if not self._granted or elapsed < MEASURED_SECONDS:
            self._slow_down(ON_REFUSAL * min(achieved, rate), now, pause)
        else:
            self._measured.append(achieved)
            best = max(self._measured)
            if self._base <= best and achieved < BY_CHANCE * best:
                self._since += pause
                self._count_anew(now, pause)
                return
            self._slow_down(min(max(best, ON_REFUSAL * rate), rate), now, pause)
        patience = max(GROWTH_SECONDS * pause, GROWTH_REQUESTS / self._base)
        self._growth_seconds = min(SLOWEST_GROWTH, max(GROWTH_SECONDS, patience))

    def overloaded(self, started: float, now: float) -> None:
        """An outage, or no reply at all: how much would be granted is not known. A few of many change nothing."""
        self._replies += 1
        self._faults.append(self._replies)
        often = len(self._faults) == FAULTS and self._replies - self._faults[0] < FAULTS_AMONG
        if often and started > self._slowed_at:
            self._slow_down(ON_REFUSAL * self.rate(now), now, 0.0)

    def laboured(self, started: float, now: float) -> None:
        """A reply that took unusually long."""
        if started > self._slowed_at:
            self._slow_down(ON_SLOWNESS * self.rate(now), now, 0.0)

    def _slow_down(self, rate: float, now: float, pause: float) -> None:
        self._base = max(min(SLOWEST, self.most), rate)
        self._since = now + pause
        self._growth_seconds = GROWTH_SECONDS
        self._count_anew(now, pause)

    def _count_anew(self, now: float, pause: float) -> None:
        # Of a longer pause no more than a breath can be made up for afterwards, so no more of it counts.
        self._counted_from = now + max(0.0, pause - BREATH)
        self._slowed_at = now
        self._granted = 0
