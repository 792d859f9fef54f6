"""How a rate is shared by those who ask at the same time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROUNDING = 1e-9
"""Shares are sums of fractions: less than this part of a rate is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Requests per second: what somebody may ask for now, and what they would ask for."""

    granted: float
    wanted: float


def share_of(rate: float, wanted: float, others: Sequence[Share]) -> float:
    """Return what somebody who wants so much of ``rate`` may ask for beside ``others``.

    It is a fair part: nobody who wants more gets less than anybody else, what one does not want goes to the others, and
    what nobody wants is dealt out evenly. It is never more than the others leave: they give up theirs when they look.
    """
    left = max(0.0, rate - sum(other.granted for other in others))
    share = min(_fair(rate, wanted, [other.wanted for other in others]), left)
    return share if share > ROUNDING * rate else 0.0


def _fair(rate: float, wanted: float, others: Sequence[float]) -> float:
    """Deal out evenly, from the one who wants least to the one who wants most; the rest evenly once more."""
    left, count, level = rate, len(others) + 1, 0.0
    for want in sorted([wanted, *others]):
        if want * count >= left:
            level = left / count
            return min(wanted, level)
        left, count = left - want, count - 1
    return wanted + left / (len(others) + 1)
