"""Learns the rate of requests from good replies and refusals. Pure: it is given the times, and does not wait."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from salesforce_daktela.daktela.wire.outages import Outages

SLOWEST = 1.0
"""Requests per second: the rate never falls below it."""

ON_REFUSAL = 0.5
ON_SLOWNESS = 0.9
"""The rate is multiplied by these: at most by ``ON_REFUSAL`` after a refusal, by ``ON_SLOWNESS`` after a slow reply."""

STILL_SLOW = 0.75
"""Outages at up to this share of the rate that caused outages have another cause."""

ASKED = 10
"""The actual rate is measured over the beginnings of this many requests."""

MEASURED_SECONDS = 1.0
"""If two refusals are so far apart, the rate of good replies between them is a measure of the server's limit."""

MEASURES = 5
AGREE = 0.1
AGREEING, AGREEING_AT_FIRST = 2, 1
"""A limit gives similar measures, random refusals give scattered ones. A measure is accepted if ``AGREEING`` of the
last ``MEASURES`` differ from it by at most the share ``AGREE``; among the first ones, ``AGREEING_AT_FIRST``."""

NOTHING_GRANTED = 2
"""So many refusals in a row without a good reply between them are not random."""

LEAST_PAUSE = 1.0
"""Seconds without a request after a refusal, at least: servers usually allow a burst of a second's requests."""

GROWTH = 0.04
GROWTH_SECONDS = 1.5
GROWTH_REQUESTS = 20
SLOWEST_GROWTH = 10.0
"""In ``t`` seconds without a refusal the rate rises by ``GROWTH * (e ** (t / seconds) - 1)``: slowly at first, then
faster and faster. A server with a constant limit refuses a few of hundreds of requests; when a limit doubles, the rate
follows within six seconds. ``seconds`` is ``GROWTH_SECONDS``, or up to ``SLOWEST_GROWTH`` if a refusal costs a longer
pause or if fewer than ``GROWTH_REQUESTS`` would be sent in that time."""

LONGEST_CALM = 40.0
"""Bounds the exponent, in growth seconds; every configured rate is reached before."""


@dataclass(slots=True)
class Pace:
    """The rate in requests per second, never above ``most``. Times are seconds of one clock."""

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
        """Return the present rate."""
        if self._base >= self.most:
            return self.most
        calm = min(max(0.0, now - self._since) / self._growth_seconds, LONGEST_CALM)
        return min(self.most, self._base * (1 + GROWTH * math.expm1(calm)))

    def request_began(self, now: float, idle: float) -> None:
        """A request begins after ``idle`` seconds without demand, which say nothing about the server's limit."""
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
        """A 429 came. Requests that ran at the same time count as one refusal, however many of them were refused."""
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
        """An outage, or no reply: they do not show the server's limit. The usual share of them changes nothing."""
        if self._outages.failed(slow=self._is_slow(now)) and started > self._slowed_at:
            self._outages.slowed_down()
            self._slowed_from = self._asked_rate(now)
            self._slow_down(ON_REFUSAL * self._slowed_from, now, 0.0)

    def slow_reply(self, started: float, now: float) -> None:
        """A reply took unusually long."""
        if started > self._slowed_at:
            self._slow_down(ON_SLOWNESS * self.rate(now), now, 0.0)

    def _limit(self, achieved: float) -> float | None:
        """Return the limit on which a measure and earlier ones agree, None if the refusals seem to be random."""
        if not self._measured:
            return achieved
        agreeing = [each for each in self._measured if abs(each - achieved) <= AGREE * achieved]
        wanted = AGREEING if len(self._measured) > AGREEING else AGREEING_AT_FIRST
        return max(achieved, *agreeing) if len(agreeing) >= wanted else None

    def _asked_rate(self, now: float) -> float:
        """Return the actual rate of the last requests: lower than allowed if requests wait for connections."""
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
        # After a longer pause the server allows a burst of ``LEAST_PAUSE`` only, so no more of the pause counts.
        self._counted_from = now + max(0.0, pause - LEAST_PAUSE)
        self._slowed_at = now
        self._granted = 0
