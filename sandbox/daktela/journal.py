"""What the instance was asked lately, and how often what was asked."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered request. ``status`` 0 is a connection that was cut; ``query`` never holds the token."""

    method: str
    path: str
    query: str
    status: int
    milliseconds: float


@dataclass(slots=True, kw_only=True)
class Journal:
    """The last requests and the counters of all, by ``"GET contacts"``; ``peak`` is the most at one moment."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    in_flight: int = 0
    peak: int = 0

    def note(self, endpoint: str, entry: Entry) -> None:
        """Add one request."""
        self.entries.append(entry)
        self.calls[f"{entry.method} {endpoint}"] += 1
        self.statuses[entry.status] += 1

    def clear(self) -> None:
        """Forget all requests; those still running stay counted."""
        self.entries.clear()
        self.calls.clear()
        self.statuses.clear()
        self.peak = self.in_flight
