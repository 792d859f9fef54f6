"""Connections that always have something to send, in a time of their own."""

from __future__ import annotations

from collections.abc import Callable

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter, Turn
from tests.virtual_time import VirtualTime

LATENCY = 0.05


def begun_by_all(
    limiter: AdaptiveLimiter, time: VirtualTime, *, until: float, report: Callable[[Turn], None] | None = None
) -> list[float]:
    """When the requests of all workers begin, up to a moment. Replies are good, unless ``report`` says otherwise."""
    begun: list[float] = []

    def work() -> None:
        while time.now < until:
            with limiter.slot() as turn:
                begun.append(turn.started)
                time.sleep(LATENCY)
            (report or limiter.succeeded)(turn)

    for _ in range(limiter.workers):
        time.start(work)
    time.run()
    return begun
