"""Turns that were booked and then cancelled hold up nobody."""

from __future__ import annotations

from itertools import pairwise

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter, Turn
from tests.daktela.wire.sending import begun_by_all
from tests.virtual_time import VirtualTime

RATE, WORKERS = 4.0, 32
FAILS_AT, UNTIL = 20.0, 60.0


def begun_beside_a_failure() -> list[float]:
    """When requests begin while all connections have something to send, one of whose replies is an outage."""
    time, failed = VirtualTime(), list[float]()
    limiter = AdaptiveLimiter(RATE, WORKERS, clock=time.clock, sleep=time.sleep)

    def report(turn: Turn) -> None:
        if turn.started < FAILS_AT or failed:
            limiter.succeeded(turn)
        else:
            failed.append(turn.started)
            limiter.failed(turn)

    return begun_by_all(limiter, time, until=UNTIL, report=report)


def test_after_a_failure_the_next_request_comes_at_its_usual_time() -> None:
    """Thirty connections wait for turns seconds ahead: nobody waits until all these turns would have been over."""
    begun = begun_beside_a_failure()
    assert max(after - before for before, after in pairwise(begun)) <= 2 / RATE
