"""What was read from the two systems, kept in this process for a while, with the time when it was read."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from salesforce_daktela.errors import TransportError

T = TypeVar("T")
KEPT = 300.0
"""Seconds after which it is read again."""

TURN = 5.0
"""Seconds that a request waits for another that reads the same."""


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
        self._gates: dict[tuple[Hashable, ...], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[Hashable, ...], read: Callable[[], T], *, fresh: bool = False) -> Read[T]:
        """Return the value of a key, read now where it is not kept or ``fresh``; what ``read`` raises is not kept.

        Requests that want the same at the same time read it once. Raises TransportError when that takes long.
        """
        began = time.monotonic()
        with self._alone(key):
            found = self._there(key, newer_than=began if fresh else 0.0)
            if found is not None:
                return found
            made = Read(read(), datetime.now(UTC))
            self._keep(key, made)
            return made

    @contextlib.contextmanager
    def _alone(self, key: tuple[Hashable, ...]) -> Iterator[None]:
        """Read a key while nobody else does.

        Raises TransportError when the other's reading takes long: threads are Airflow's.
        """
        with self._lock:
            gate = self._gates.setdefault(key, threading.Lock())
        if not gate.acquire(timeout=TURN):
            raise TransportError("somebody else's request for the same is still waiting", advice="try again")
        try:
            yield
        finally:
            with self._lock:
                self._gates.pop(key, None)
            gate.release()

    def _there(self, key: tuple[Hashable, ...], newer_than: float) -> Read[T] | None:
        with self._lock:
            found = self._found.get(key)
            if found is None or found[1] < max(newer_than, time.monotonic() - KEPT):
                return None
            self._found.move_to_end(key)
            return found[0]

    def _keep(self, key: tuple[Hashable, ...], made: Read[T]) -> None:
        with self._lock:
            self._found[key] = (made, time.monotonic())
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def forget(self, about: Hashable) -> None:
        """Forget the values whose keys begin with ``about``."""
        with self._lock:
            for key in [key for key in self._found if key[0] == about]:
                del self._found[key]
