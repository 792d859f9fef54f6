"""How processes share a request rate. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROUNDING = 1e-9
"""Shares are sums of fractions: a smaller part of the rate counts as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Requests per second of one process: what it may send now, and what it would like to send."""

    granted: float
    wanted: float


def share_of(rate: float, wanted: float, others: Sequence[Share]) -> float:
    """Return the share of ``rate`` of a process that wants so much, beside ``others``.

    Shares are fair: who wants more never gets less than another, unwanted rate goes to the others, and what nobody
    wants is divided evenly. A share never exceeds what is free now; the others reduce theirs when they next ask.
    """
    left = max(0.0, rate - sum(other.granted for other in others))
    share = min(_fair(rate, wanted, [other.wanted for other in others]), left)
    return share if share > ROUNDING * rate else 0.0


def _fair(rate: float, wanted: float, others: Sequence[float]) -> float:
    """Divide evenly, from the smallest wish to the largest; divide the rest evenly again."""
    left, count, level = rate, len(others) + 1, 0.0
    for want in sorted([wanted, *others]):
        if want * count >= left:
            level = left / count
            return min(wanted, level)
        left, count = left - want, count - 1
    return wanted + left / (len(others) + 1)
