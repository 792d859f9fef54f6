"""Cut a list down to what matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shortened(steps: tuple[T, ...], still_wrong: Callable[[tuple[T, ...]], bool], *, most: int = 60) -> tuple[T, ...]:
    """Leave out pieces, large ones first, as long as the rest is ``still_wrong``; give up after ``most`` attempts."""
    size = max(1, len(steps) // 2)
    while True:
        place = 0
        while place < len(steps) and most:
            shorter = steps[:place] + steps[place + size :]
            most -= 1
            if still_wrong(shorter):
                steps = shorter
            else:
                place += size
        if size == 1 or not most:
            return steps
        size = max(1, size // 2)
