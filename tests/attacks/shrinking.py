"""Cut a list down to what matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shortened(steps: tuple[T, ...], still_wrong: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """Leave out pieces, large ones first, as long as the rest is ``still_wrong``."""
    size = max(1, len(steps) // 2)
    while True:
        place = 0
        while place < len(steps):
            shorter = steps[:place] + steps[place + size :]
            if still_wrong(shorter):
                steps = shorter
            else:
                place += size
        if size == 1:
            return steps
        size = max(1, size // 2)
