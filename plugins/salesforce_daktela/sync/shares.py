"""Shares of a whole, as mapping files write them: ``29%`` is 0.29. Pure."""

from __future__ import annotations

DIGITS = 6
"""Binary numbers make 28.999999999999996 of 29% of 100; no share of records differs this little from a whole number."""


def exceeds(count: int, share: float, whole: int) -> bool:
    """Whether ``count`` is more than ``share`` of ``whole``; as many is not more."""
    return count > round(share * whole, DIGITS)
