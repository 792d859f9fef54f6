"""Tells an overload of the server from its usual random failures. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

WINDOW = 20
"""How many of the last replies are considered together."""

LEAST_SHARE, MOST_SHARE = 0.05, 0.5
"""Bounds of the usual share of failures; it begins with the lower one."""

FIRST_WEIGHT, MEMORY = 30, 200
"""The share of failures is a mean over about this many replies, at first and later."""

CURED = 0.5
"""If at most this share of the replies were failures, half the rate would have ended an overload."""

UNLIKELY = 1e-3
UNLIKELY_RUN = 1e-4
"""Failures mean an overload if the usual share makes as many of them with at most this probability: among the last
replies, and in an unbroken run. A run can begin at every reply, hence its smaller probability."""


@dataclass(slots=True)
class Outages:
    """Compares failures with the usual share: the share that also fails at a rate low enough to end an overload."""

    _all: _Share = field(default_factory=lambda: _Share())
    _slow: _Share = field(default_factory=lambda: _Share())
    _run: int = 0
    _recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _curing: bool = False

    @property
    def usual(self) -> float:
        """The share of replies that are failures without an overload."""
        return min(max(min(self._all.value, self._slow.value), LEAST_SHARE), MOST_SHARE)

    def succeeded(self, *, slow: bool) -> None:
        """Count a good reply; ``slow``: the rate is still near the one that was set after the last overload."""
        self._run = 0
        self._learn(failed=False, slow=slow)

    def failed(self, *, slow: bool) -> bool:
        """Count an outage or a missing reply; return whether this means an overload.

        Failures of an unbroken run that is too long do not count as usual.
        """
        self._run += 1
        if self.usual**self._run < UNLIKELY_RUN:
            self._recent.append(True)
            return True
        self._learn(failed=True, slow=slow)
        return probability_of_at_least(sum(self._recent), len(self._recent), self.usual) < UNLIKELY

    def slowed_down(self) -> None:
        """The rate was lowered: earlier replies say nothing about the new one."""
        self._curing = sum(self._recent) <= CURED * len(self._recent)
        self._recent.clear()

    def _learn(self, *, failed: bool, slow: bool) -> None:
        self._recent.append(failed)
        self._all.add(failed)
        if slow and self._curing:
            self._slow.add(failed)


@dataclass(slots=True)
class _Share:
    value: float = LEAST_SHARE
    weight: int = FIRST_WEIGHT

    def add(self, failed: bool) -> None:
        self.weight = min(self.weight + 1, MEMORY)
        self.value += (failed - self.value) / self.weight


def probability_of_at_least(failures: int, replies: int, share: float) -> float:
    """Return the probability of ``failures`` or more among ``replies`` if each fails with probability ``share``."""
    return sum(
        math.comb(replies, count) * share**count * (1 - share) ** (replies - count)
        for count in range(failures, replies + 1)
    )
