"""At what rate to ask, learned from what is granted and refused. Pure: times are given, nothing waits."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from salesforce_daktela.daktela.wire.outages import Outages

SLOWEST = 1.0
"""Requests per second that are always tried."""

ON_REFUSAL = 0.5
ON_SLOWNESS = 0.9
"""Factors on the rate after a refusal, at worst or when nothing was measured, and after a slow reply."""

STILL_SLOW = 0.75
"""Up to this share of the rate that brought outages, those that go on are not of the rate."""

ASKED = 10
"""Requests over whose beginnings the rate that was really asked is taken."""

MEASURED_SECONDS = 1.0
"""What was granted between two refusals is the server's own rate, once they lie so far apart."""

MEASURES = 5
AGREE = 0.1
AGREEING, AGREEING_AT_FIRST = 2, 1
"""A limit gives the same figure each time, refusals by chance give figures that scatter. So a measure is believed when
so many of the ``MEASURES`` before it differ by no more than this share of it; among the first ones, so many."""

NOTHING_GRANTED = 2
"""So many refusals in a row with nothing granted between them are no chance."""

LEAST_PAUSE = 1.0
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
    _slowed_from: float = 0.0
    _refused_alone: int = 0
    _begun: deque[float] = field(default_factory=lambda: deque(maxlen=ASKED))
    _outages: Outages = field(default_factory=Outages)

    def __post_init__(self) -> None:
        self._base = self.most

    def rate(self, now: float) -> float:
        """The rate to ask at now."""
        if self._base >= self.most:
            return self.most
        calm = min(max(0.0, now - self._since) / self._growth_seconds, LONGEST_CALM)
        return min(self.most, self._base * (1 + GROWTH * math.expm1(calm)))

    def request_began(self, now: float, idle: float) -> None:
        """A request begins after ``idle`` seconds in which none was wanted: those have shown nothing."""
        if idle > 0:
            self._since += idle
        if self._counted_from is None or idle > MEASURED_SECONDS:
            self._counted_from, self._granted = now, 0
            self._begun.clear()
        self._begun.append(now)

    def granted(self, started: float, now: float) -> None:
        """A good reply came to a request that began at ``started``."""
        self._outages.succeeded(slow=self._is_slow(now))
        self._refused_alone = 0
        if self._counted_from is not None and started >= self._counted_from:
            self._granted += 1

    def refused(self, started: float, now: float, pause: float) -> None:
        """429. Requests that were under way together count as one refusal, however many of them were refused."""
        if started <= self._slowed_at:
            return
        rate, asked = self.rate(now), self._asked_rate(now)
        self._begun.clear()
        elapsed = 0.0 if self._counted_from is None else now - self._counted_from
        achieved = self._granted / elapsed if elapsed > 0 else math.inf
        self._refused_alone += not self._granted
        measured = elapsed >= MEASURED_SECONDS
        if self._refused_alone >= NOTHING_GRANTED or not (measured or self._measured):
            self._slow_down(ON_REFUSAL * asked, now, pause)
        else:
            limit = self._limit(achieved) if measured else None
            if measured:
                self._measured.append(achieved)
            if limit is None:
                self._since += pause
                self._count_anew(now, pause)
                return
            self._slow_down(min(max(limit, ON_REFUSAL * rate), rate), now, pause)
        patience = max(GROWTH_SECONDS * pause, GROWTH_REQUESTS / self._base)
        self._growth_seconds = min(SLOWEST_GROWTH, max(GROWTH_SECONDS, patience))

    def overloaded(self, started: float, now: float) -> None:
        """An outage, or no reply at all: how much would be granted is not known. As many as usual change nothing."""
        if self._outages.failed(slow=self._is_slow(now)) and started > self._slowed_at:
            self._outages.slowed_down()
            self._slowed_from = self._asked_rate(now)
            self._slow_down(ON_REFUSAL * self._slowed_from, now, 0.0)

    def slow_reply(self, started: float, now: float) -> None:
        """A reply that took unusually long."""
        if started > self._slowed_at:
            self._slow_down(ON_SLOWNESS * self.rate(now), now, 0.0)

    def _limit(self, achieved: float) -> float | None:
        """The server's rate that a measure and those before it agree on, None when they are of chance."""
        if not self._measured:
            return achieved
        agreeing = [each for each in self._measured if abs(each - achieved) <= AGREE * achieved]
        wanted = AGREEING if len(self._measured) > AGREEING else AGREEING_AT_FIRST
        return max(achieved, *agreeing) if len(agreeing) >= wanted else None

    def _asked_rate(self, now: float) -> float:
        """What was asked for of late: less than might be, where requests wait for their connections."""
        if len(self._begun) < ASKED or now <= self._begun[0]:
            return self.rate(now)
        return min(self.rate(now), len(self._begun) / (now - self._begun[0]))

    def _is_slow(self, now: float) -> bool:
        return self.rate(now) <= STILL_SLOW * self._slowed_from

    def _slow_down(self, rate: float, now: float, pause: float) -> None:
        self._base = max(min(SLOWEST, self.most), rate)
        self._since = now + pause
        self._growth_seconds = GROWTH_SECONDS
        self._count_anew(now, pause)

    def _count_anew(self, now: float, pause: float) -> None:
        # Of a longer pause no more than a breath can be made up for afterwards, so no more of it counts.
        self._counted_from = now + max(0.0, pause - LEAST_PAUSE)
        self._slowed_at = now
        self._granted = 0
