"""Draws whole columns of random values; they depend only on seed, sObject and batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sandbox.salesforce.seed.pools import Pool, pool

T = TypeVar("T")
Column = list[Any]

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2026, 6, 29)
"""All stamps are between these two days, so that the data does not depend on the time of the start."""
SPAN_DAYS = (LAST_DAY - FIRST_DAY).days
SPAN_SECONDS = SPAN_DAYS * 86_400
DAYS_BEFORE, DAYS_AFTER = 25_000, 1_500
_DAY_TEXTS = pool((FIRST_DAY + timedelta(days=offset)).isoformat() for offset in range(-DAYS_BEFORE, DAYS_AFTER))
_TIME_TEXTS = pool(f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000Z" for s in range(86_400))


class Draw:
    """Draws values for the rows ``start`` to ``start + count`` of one sObject."""

    def __init__(self, rng: np.random.Generator, start: int, count: int) -> None:
        self.rng, self.start, self.count = rng, start, count
        self.ordinals: NDArray[np.int64] = np.arange(start, start + count, dtype=np.int64)

    def indexes(self, size: int, missing: float = 0.0) -> NDArray[np.int64]:
        """Return one index below ``size`` per row, -1 for a ``missing`` share of them."""
        found = self.rng.integers(0, size, self.count)
        if missing:
            found[self.rng.random(self.count) < missing] = -1
        return found

    def pick(self, values: Pool | Sequence[Any], missing: float = 0.0) -> Column:
        """Return a value of the pool per row, None for a ``missing`` share."""
        table = values if isinstance(values, np.ndarray) else pool(values)
        found: Column = table[self.indexes(len(table) - 1, missing)].tolist()
        return found

    def flags(self, share: float) -> Column:
        """Return 1 for a ``share`` of the rows, else 0."""
        found: Column = (self.rng.random(self.count) < share).astype(np.int8).tolist()
        return found

    def numbers(self, low: float, high: float, scale: int = 0, missing: float = 0.0) -> Column:
        """Return decimals between ``low`` and ``high``, more small ones than large ones."""
        drawn = np.round(low + (high - low) * self.rng.random(self.count) ** 3, scale)
        return self.with_gaps(drawn.tolist(), missing)

    def whole(self, low: int, high: int, missing: float = 0.0) -> Column:
        """Return whole numbers from ``low`` to ``high`` - 1."""
        return self.with_gaps(self.rng.integers(low, high, self.count).tolist(), missing)

    def days(self, first: int, last: int, missing: float = 0.0) -> Column:
        """Return days between ``first`` and ``last`` days after FIRST_DAY."""
        drawn = self.rng.integers(first, last, self.count) + DAYS_BEFORE
        if missing:
            drawn[self.rng.random(self.count) < missing] = -1
        found: Column = _DAY_TEXTS[drawn].tolist()
        return found

    def moments(self, missing: float = 0.0) -> Column:
        """Return datetimes anywhere in the span."""
        return self.with_gaps(moment_texts(self.rng.integers(0, SPAN_SECONDS, self.count)), missing)

    def overlay(self, column: Column, *, every: int, offset: int, values: Sequence[Any]) -> None:
        """Put ``values`` in turn into the rows whose ordinal modulo ``every`` is ``offset``."""
        for at in range((offset - self.start) % every, self.count, every):
            column[at] = values[(self.start + at) // every % len(values)]

    def with_gaps(self, column: Column, missing: float) -> Column:
        """Return ``column`` with a ``missing`` share of its values replaced by None."""
        if missing:
            for at in np.flatnonzero(self.rng.random(self.count) < missing).tolist():
                column[at] = None
        return column


def moment_texts(seconds: NDArray[np.int64]) -> Column:
    """Return seconds after FIRST_DAY as stored datetimes."""
    days, times = np.divmod(seconds, 86_400)
    return [
        day + time
        for day, time in zip(_DAY_TEXTS[days + DAYS_BEFORE].tolist(), _TIME_TEXTS[times].tolist(), strict=True)
    ]
