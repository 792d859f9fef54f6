"""Progress of a task: rows done, rate and remaining time. Pure: times are given."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

RECENT_SECONDS = 60.0
"""Seconds over which the rate is measured: an older rate says little about the remaining time."""

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """``rate`` is rows per second, None at first; ``seconds_left`` is None when unknown."""

    done: int
    total: int | None
    rate: float | None
    seconds_left: float | None

    def __str__(self) -> str:
        """Like ``12,300 of 20,000 rows, 131 a second, about 59 s left``."""
        rows = f"{self.done:,} rows" if self.total is None else f"{self.done:,} of {self.total:,} rows"
        pace = "" if self.rate is None else f", {self.rate:,.{0 if self.rate >= 100 else 1}f} a second"
        left = "" if self.seconds_left is None else f", about {_span(self.seconds_left)} left"
        return f"{rows}{pace}{left}"


@dataclass(slots=True)
class Progress:
    """``total`` is rows, None when unknown. Times are seconds of one monotonic clock."""

    total: int | None
    started: float
    _marks: deque[tuple[float, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._marks = deque([(self.started, 0)])

    def resume(self, done: int, at: float) -> None:
        """Count rows that were done before; they do not enter the rate."""
        self._marks = deque([(at, done)])

    def reached(self, done: int, at: float) -> Estimate:
        """Save that ``done`` rows are done, and return the estimate."""
        self._marks.append((at, done))
        while len(self._marks) > 2 and at - self._marks[1][0] >= RECENT_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        rate = (done - before) / (at - since) if at > since else None
        left = None if self.total is None or not rate else max(0, self.total - done) / rate
        return Estimate(done=done, total=self.total, rate=rate, seconds_left=left)


def _span(seconds: float) -> str:
    """A duration in its two largest units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
