"""Access tokens. A token expires after the number of calls that the switch gave when it was issued."""

from __future__ import annotations

import secrets
from collections import OrderedDict

from sandbox.salesforce.org import Org

KEPT = 10_000


class Sessions:
    """The valid tokens, with the remaining calls of each; None is no limit."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._calls_left: OrderedDict[str, int | None] = OrderedDict()

    def issue(self) -> str:
        """Return a new token."""
        token = f"{self._org.id[:15]}!AQ{secrets.token_urlsafe(66)}"
        self._calls_left[token] = self._org.switches.token_calls
        if len(self._calls_left) > KEPT:
            self._calls_left.popitem(last=False)
        return token

    def use(self, token: str) -> bool:
        """Count a call; False when the token is unknown, used up, or another org's."""
        if token not in self._calls_left or not token.startswith(f"{self._org.id[:15]}!"):
            return False
        left = self._calls_left[token]
        if left is None:
            return True
        if left <= 0:
            del self._calls_left[token]
            return False
        self._calls_left[token] = left - 1
        return True

    def expire_all(self) -> int:
        """End every session; return how many there were."""
        count = len(self._calls_left)
        self._calls_left.clear()
        return count
