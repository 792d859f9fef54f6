"""What the tests of this room share: settings, a client that never sleeps, and a contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from tests.virtual_time import length

HOST = "https://acme.daktela.com"
API = f"{HOST}/api/v6"
TOKEN = "0123456789abcdef-secret"
NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock that only sleeping moves; ``slept`` are the seconds of each sleep."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once. Raises ValueError as ``time.sleep`` does."""
        self.slept.append(length(seconds))
        self.seconds += seconds


def make_client(clock: Clock, **settings: Any) -> DaktelaClient:
    """A client of the instance at HOST, with a limiter that hardly limits."""
    return DaktelaClient(
        DaktelaSettings(**{"url": HOST, "token": TOKEN, **settings}),
        limiter=AdaptiveLimiter(1000, 4, clock=clock, sleep=clock.sleep),
        sleep=clock.sleep,
        now=lambda: NOW,
    )


def contact(**changes: Any) -> dict[str, Any]:
    """The body of a contact that Daktela accepts."""
    return {
        "name": "sf_contact_003000000000001AAA",
        "title": "Jan Novák",
        "firstname": "Jan",
        "lastname": "Novák",
        "database": "sales",
        "customFields": {"email": ["jan@example.com"], "number": ["+420601123456"]},
        **changes,
    }


def listing(rows: list[dict[str, Any]], total: object = None) -> dict[str, Any]:
    """The envelope of one page."""
    return {"error": [], "result": {"data": rows, "total": total}}
