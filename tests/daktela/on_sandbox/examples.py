"""What the tests of this folder send, and the time by which clients wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from tests.virtual_time import length

NAME = "sf_contact_003000000000001AAA"
MakeClient = Callable[..., DaktelaClient]


@dataclass(slots=True)
class Clock:
    """Seconds that pass only by sleeping; ``slept`` lists every wait."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> float:
        """Return the seconds that have passed."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        with self._lock:
            self.slept.append(length(seconds))
            self.seconds += seconds


def contact(name: str = NAME, **values: Any) -> dict[str, Any]:
    """A contact as a mapping makes it."""
    body = {"name": name, "title": "Jana Nováková", "firstname": "Jana", "lastname": "Nováková", "database": "sales"}
    return {**body, "customFields": {"email": ["jana@example.com"]}, **values}
