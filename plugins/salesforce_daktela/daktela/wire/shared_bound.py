"""The part of a rate that this process may use now, while others use the rest of it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from salesforce_daktela.errors import TransportError

LOOK = 1.0
LOOK_WITHOUT = 0.25
"""Seconds between two looks at the share, and while there is none: who came before has to give up a part of theirs."""

HELD = 4.0
"""Seconds that a share counts without a look: the process may have died. After them it is not used any more."""

SATURATED = 0.8
ROOM = 1.5
"""Who has used less of its share than the first since the last look wants this many times as much as it has used."""


class Rate(Protocol):
    """What processes share: a rate, and who uses how much of it."""

    def take(self, wanted: float, seconds: float) -> float:
        """Return this process's share for ``seconds`` from now. Both rates are requests per second."""


@dataclass(slots=True)
class SharedBound:
    """Looks at the share every second, in whichever thread comes first; the others go on with what they have.

    ``most`` is the whole rate. ``clock`` gives seconds.
    """

    shared: Rate
    most: float
    clock: Callable[[], float]
    share: float = 0.0
    look_at: float = -math.inf
    _until: float = -math.inf
    _looked: float = -math.inf
    _asked: int = 0
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def rate(self, now: float) -> float:
        """Requests per second, 0 while there is no share."""
        return self.share if now < self._until else 0.0

    def asked(self) -> None:
        """A request begins."""
        self._asked += 1

    def look(self) -> bool:
        """Look at the share when it is time to; return whether it is another one now.

        Raises TransportError when that fails and the share held so far does not count any more.
        """
        if self.clock() < self.look_at or not self._looking.acquire(blocking=False):
            return False
        try:
            now = self.clock()
            wanted, before = self._wanted(now), self.rate(now)
            self._looked, self._asked = now, 0
            self.look_at = now + LOOK
            try:
                self.share = self.shared.take(wanted, HELD)
            except TransportError:
                if not before:
                    raise
                return False
            # Counted from before the question: the others count from when it is answered, which is later.
            self._until = now + HELD
            self.look_at = self.clock() + (LOOK if self.share else LOOK_WITHOUT)
            return self.share != before
        finally:
            self._looking.release()

    def _wanted(self, now: float) -> float:
        seconds = now - self._looked
        if not self.share or not math.isfinite(seconds) or self._asked >= SATURATED * self.share * seconds - 1:
            return self.most
        return min(self.most, ROOM * (self._asked + 1) / seconds)
