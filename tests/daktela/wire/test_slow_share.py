"""A ledger that takes longer to tell the share than the share may wait for its next refresh."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.wire.shared_bound import REFRESH_SECONDS, SHARE_SECONDS
from tests.daktela.wire.sending import begun_by_all
from tests.virtual_time import VirtualTime

RATE, WORKERS = 40.0, 8
UNTIL = 30.0


@dataclass(frozen=True, slots=True)
class SlowLedger:
    """Gives the whole rate, ``seconds`` after the question; from the moment ``until`` on, at once."""

    time: VirtualTime
    seconds: float
    until: float

    def take(self, wanted: float, seconds: float) -> float:
        if self.time.now < self.until:
            self.time.sleep(self.seconds)
        return RATE


def begun_over(ledger_seconds: float, slow_until: float = UNTIL) -> list[float]:
    """When requests begin whose share such a ledger tells; each connection always has something to send."""
    time = VirtualTime()
    shared = SlowLedger(time, ledger_seconds, slow_until)
    limiter = AdaptiveLimiter(RATE, WORKERS, shared=shared, clock=time.clock, sleep=time.sleep)
    return begun_by_all(limiter, time, until=UNTIL)


def test_requests_go_on_while_the_share_is_refreshed() -> None:
    """One connection asks, the others go on with the old share at its whole rate: it is still valid."""
    seconds = REFRESH_SECONDS + 0.5
    begun = begun_over(seconds)
    after = [moment for moment in begun if moment >= seconds]
    assert len(after) == pytest.approx(RATE * (UNTIL - seconds), rel=0.1)


def test_without_a_valid_share_no_request_begins() -> None:
    """A share that is told when it has ended is of no use; asked a second later, the third answer is quick."""
    slow = SHARE_SECONDS + 1.0
    begun = begun_over(slow, slow_until=2 * slow)
    assert min(begun) == pytest.approx(2 * (slow + REFRESH_SECONDS), abs=0.1)
