"""The share of a common rate that this process may use now."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from salesforce_daktela.errors import TransportError

REFRESH_SECONDS = 1.0
REFRESH_SECONDS_WITHOUT_SHARE = 0.25
"""Seconds between two refreshes of the share, and while there is none: others have to give some up first."""

SHARE_SECONDS = 4.0
"""Seconds that a share is valid without a refresh: its process may have died."""

SATURATED = 0.8
ROOM = 1.5
"""A process that has used less than ``SATURATED`` of its share asks for ``ROOM`` times as much as it has used."""


class Rate(Protocol):
    """What processes share: a rate, and who uses how much of it."""

    def take(self, wanted: float, seconds: float) -> float:
        """Return this process's share for ``seconds`` from now. Both rates are requests per second."""


@dataclass(slots=True)
class SharedBound:
    """Refreshes the share every second, in whichever thread comes first; the others go on with the old one.

    ``most`` is the whole rate. ``clock`` gives seconds.
    """

    shared: Rate
    most: float
    clock: Callable[[], float]
    share: float = 0.0
    refresh_at: float = -math.inf
    _until: float = -math.inf
    _refreshed_at: float = -math.inf
    _asked: int = 0
    _refreshing: threading.Lock = field(default_factory=threading.Lock)

    def rate(self, now: float) -> float:
        """Requests per second, 0 while there is no share."""
        return self.share if now < self._until else 0.0

    def count_request(self) -> None:
        """A request begins."""
        self._asked += 1

    def refresh(self) -> bool:
        """Refresh the share when it is due; return whether it has changed.

        Raises TransportError when that fails and the old share is no longer valid.
        """
        if self.clock() < self.refresh_at or not self._refreshing.acquire(blocking=False):
            return False
        try:
            now = self.clock()
            wanted, before = self._wanted(now), self.rate(now)
            self._refreshed_at, self._asked = now, 0
            self.refresh_at = now + REFRESH_SECONDS
            try:
                self.share = self.shared.take(wanted, SHARE_SECONDS)
            except TransportError:
                if not before:
                    raise
                return False
            # Counted from before the question: the others count from when it is answered, which is later.
            self._until = now + SHARE_SECONDS
            self.refresh_at = self.clock() + (REFRESH_SECONDS if self.share else REFRESH_SECONDS_WITHOUT_SHARE)
            return self.share != before
        finally:
            self._refreshing.release()

    def _wanted(self, now: float) -> float:
        seconds = now - self._refreshed_at
        if not self.share or not math.isfinite(seconds) or self._asked >= SATURATED * self.share * seconds - 1:
            return self.most
        return min(self.most, ROOM * (self._asked + 1) / seconds)
