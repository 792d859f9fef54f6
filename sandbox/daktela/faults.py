"""Faults of the instance: at random, above a limit, or ordered for the next matching request."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.daktela.switches import Switches


class Fault(StrEnum):
    """The kinds of faults. The values are the names of the share switches."""

    SERVER_ERROR = "server_error"
    INTERNAL_ERROR = "internal_error"
    NOT_FOUND = "not_found"
    SERVER_ERROR_AFTER = "server_error_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    WITHOUT_RESULT = "without_result"
    SUCCESS_WITH_ERROR = "success_with_error"
    TRUNCATED = "truncated"
    ROWS_LOST = "rows_lost"
    REDIRECT = "redirect"
    TOO_MANY = "too_many"
    EXPIRED = "expired"
    BLOCKED = "blocked"


_WRITES_ONLY = frozenset({Fault.SERVER_ERROR_AFTER, Fault.RESET_AFTER, Fault.SUCCESS_WITH_ERROR, Fault.BLOCKED})


def drawn(switches: Switches, source: random.Random, *, writing: bool) -> Fault | None:
    """Return this request's random fault, None for most requests."""
    if switches.faults_on not in {"all", "writes" if writing else "reads"}:
        return None
    for fault in Fault:
        share: float = getattr(switches, fault.value)
        if share and (writing or fault not in _WRITES_ONLY) and source.random() < share:
            return fault
    return None


@dataclass(slots=True, kw_only=True)
class _Scripted:
    fault: Fault
    method: str
    endpoint: str
    name: str
    skip: int
    times: int


@dataclass(slots=True)
class Script:
    """Faults ordered for later requests: a test can cut exactly the third create."""

    _orders: list[_Scripted] = field(default_factory=list)

    def order(
        self, fault: str, *, method: str = "", endpoint: str = "", name: str = "", skip: int = 0, times: int = 1
    ) -> None:
        """Let ``times`` matching requests fail after ``skip`` that succeed; an empty condition matches all.

        Raises ValueError for an unknown fault, listing the known ones.
        """
        known = ", ".join(Fault)
        if fault not in set(Fault):
            raise ValueError(f"no fault is called `{fault}`: known faults: {known}")
        self._orders.append(
            _Scripted(fault=Fault(fault), method=method, endpoint=endpoint, name=name, skip=skip, times=times)
        )

    def next(self, method: str, endpoint: str, name: str) -> Fault | None:
        """Return the fault that is ordered for this request, and remove the order."""
        for order in self._orders:
            wanted = (order.method or method, order.endpoint or endpoint, order.name or name)
            if wanted != (method, endpoint, name):
                continue
            if order.skip:
                order.skip -= 1
                continue
            order.times -= 1
            if not order.times:
                self._orders.remove(order)
            return order.fault
        return None

    def clear(self) -> None:
        """Remove all orders."""
        self._orders.clear()


@dataclass(slots=True)
class TokenBucket:
    """Allows a rate per second with a burst of one second's worth, at least one request."""

    _level: float | None = None
    _seen: float = 0.0

    def allows(self, rate: float, monotonic: Callable[[], float]) -> bool:
        """Take one request from the bucket; False when it is empty."""
        now, most = monotonic(), max(rate, 1.0)
        level = most if self._level is None else min(most, self._level + (now - self._seen) * rate)
        self._seen = now
        allowed = level >= 1.0
        self._level = level - 1.0 if allowed else level
        return allowed
