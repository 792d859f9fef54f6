"""The last requests to the instance, and counters of all requests."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered request. ``status`` 0 means a cut connection; ``query`` never holds the token."""

    method: str
    path: str
    query: str
    status: int
    milliseconds: float


@dataclass(slots=True, kw_only=True)
class Journal:
    """The last requests, and counters by ``"GET contacts"``; ``peak`` is the most concurrent requests."""

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
        """Remove all requests; running ones are still counted."""
        self.entries.clear()
        self.calls.clear()
        self.statuses.clear()
        self.peak = self.in_flight
