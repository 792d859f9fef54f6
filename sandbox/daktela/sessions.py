"""The valid tokens: one static token of the integration user, and those that sign-ins give."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PASSWORD = "daktela-sandbox"  # noqa: S105 - the sandbox's own, it opens nothing else
LIFETIME = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in; ``expires`` is aware."""

    user: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: datetime


class Sessions:
    """Tokens by their text. The static one never expires."""

    def __init__(self, *, seed: int, service_user: str) -> None:
        self._random = random.Random(f"tokens {seed}")
        self.static_token = f"{self._random.getrandbits(160):040x}"
        self._service_user = service_user
        self._open: dict[str, Session] = {}

    def open(self, user: str, now: datetime) -> Session:
        """Sign a user in."""
        access, refresh = (f"{self._random.getrandbits(160):040x}" for _ in range(2))
        session = Session(user=user, access=access, refresh=refresh, expires=now + LIFETIME)
        self._open[access] = session
        return session

    def renew(self, refresh: str, now: datetime) -> Session | None:
        """Return a new session for a refresh token, None for an invalid one."""
        old = next((session for session in self._open.values() if session.refresh == refresh), None)
        if old is None:
            return None
        del self._open[old.access]
        return self.open(old.user, now)

    def user(self, token: str, now: datetime) -> str | None:
        """Return the user of a token, None for an unknown or expired one."""
        if token == self.static_token:
            return self._service_user
        session = self._open.get(token)
        return session.user if session is not None and session.expires > now else None
