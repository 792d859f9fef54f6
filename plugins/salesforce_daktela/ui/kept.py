"""What was read from the two systems, kept in this process for a while, with the time when it was read."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

T = TypeVar("T")
KEPT = 300.0
"""Seconds after which it is read again."""


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value and when it was read."""

    value: T
    at: datetime


class Kept(Generic[T]):
    """Values by key, at most ``most`` of them: those asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[tuple[Hashable, ...], tuple[Read[T], float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Hashable, ...], read: Callable[[], T], *, fresh: bool = False) -> Read[T]:
        """Return the value of a key, read now where it is not kept or ``fresh``; what ``read`` raises is not kept."""
        with self._lock:
            found = self._found.get(key)
            if found is not None and not fresh and found[1] > time.monotonic():
                self._found.move_to_end(key)
                return found[0]
        made = Read(read(), datetime.now(UTC))
        with self._lock:
            self._found[key] = (made, time.monotonic() + KEPT)
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made

    def forget(self, about: Hashable) -> None:
        """Forget the values whose keys begin with ``about``."""
        with self._lock:
            for key in [key for key in self._found if key[0] == about]:
                del self._found[key]
