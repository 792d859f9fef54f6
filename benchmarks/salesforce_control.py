"""Counts at Salesforce's server."""

from __future__ import annotations

import requests

from demo.sandbox_side import SandboxSide

TIMEOUT = 30.0
COUNTED = 2_000
"""The server remembers this many requests."""


class SalesforceControl:
    """The control endpoints of one org."""

    def __init__(self, side: SandboxSide) -> None:
        self._url, self._ca = f"{side.salesforce['url']}/__sandbox__/requests", side.ca

    def forget(self) -> None:
        """Count anew."""
        requests.delete(self._url, timeout=TIMEOUT, verify=self._ca).raise_for_status()

    def calls(self) -> int:
        """Requests of any kind, sign-ins among them. Raises ValueError if there were more than the server remembers."""
        reply = requests.get(self._url, params={"limit": str(COUNTED)}, timeout=TIMEOUT, verify=self._ca)
        reply.raise_for_status()
        if (found := len(reply.json())) == COUNTED:
            raise ValueError(f"{COUNTED} requests or more: the server remembers no more")
        return found
