"""Whether failures say that the server cannot keep up, or are those that it always has. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

WINDOW = 20
"""Replies that are weighed together."""

LEAST_SHARE, MOST_SHARE = 0.05, 0.5
"""Bounds of the usual share of failures. It begins with the least."""

FIRST_WEIGHT, MEMORY = 30, 200
"""The share of failures is a mean over about so many replies, at first and later on."""

CURED = 0.5
"""A server that refused no more than this share of the requests as too many carries half of them without a failure."""

UNLIKELY = 1e-3
UNLIKELY_RUN = 1e-4
"""Failures among the last replies, and failures without a good reply between them, say something when the usual share
gives so many with no more than this probability. There is a chance for a run at every reply, hence the smaller one."""


@dataclass(slots=True)
class Outages:
    """Weighs failures against what is usual: the share that fails also at a rate that would have cured an overload."""

    _all: _Share = field(default_factory=lambda: _Share())
    _slow: _Share = field(default_factory=lambda: _Share())
    _run: int = 0
    _recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _curing: bool = False

    @property
    def usual(self) -> float:
        """The share of replies that are failures anyway."""
        return min(max(min(self._all.value, self._slow.value), LEAST_SHARE), MOST_SHARE)

    def succeeded(self, *, slow: bool) -> None:
        """A good reply came; ``slow`` while not much more is asked than after the last time that it was too often."""
        self._run = 0
        self._learn(failed=False, slow=slow)

    def failed(self, *, slow: bool) -> bool:
        """An outage, or no reply at all; return whether that is too often.

        While nothing gets through, nothing of it becomes usual.
        """
        self._run += 1
        if self.usual**self._run < UNLIKELY_RUN:
            self._recent.append(True)
            return True
        self._learn(failed=True, slow=slow)
        return probability_of_at_least(sum(self._recent), len(self._recent), self.usual) < UNLIKELY

    def slowed_down(self) -> None:
        """Less is asked from now on: what its replies say is not known yet."""
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
    """The probability of so many failures or more among ``replies``, each of which fails with probability ``share``."""
    return sum(
        math.comb(replies, count) * share**count * (1 - share) ** (replies - count)
        for count in range(failures, replies + 1)
    )
