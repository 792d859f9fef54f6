"""The control endpoints of a sandbox Daktela: switches and counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from demo.sandbox_side import SandboxSide

TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class DaktelaControl:
    """Changes switches, and reads counters since the last ``reset`` or ``forget``."""

    side: SandboxSide

    def switch(self, **settings: Any) -> None:
        """Change switches."""
        self._ask("PATCH", "switches", settings)

    def reset(self, **settings: Any) -> None:
        """Start again without records, with these switches."""
        self._ask("POST", "reset", {"empty": True})
        self.switch(**settings)

    def forget(self) -> None:
        """Set the counters to zero."""
        self._ask("DELETE", "requests", None)

    def statuses(self) -> dict[int, int]:
        """Answered requests by status."""
        return {int(status): count for status, count in self._ask("GET", "counters", None)["statuses"].items()}

    def kinds(self) -> dict[str, int]:
        """Answered requests by verb and endpoint, as ``POST contacts``."""
        return dict(self._ask("GET", "counters", None)["calls"])

    def calls(self) -> int:
        """Answered requests."""
        return sum(self.statuses().values())

    def _ask(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Any:
        url = f"{self.side.daktela['url']}/__sandbox__/{path}"
        reply = requests.request(verb, url, json=body, timeout=TIMEOUT, verify=self.side.ca)
        reply.raise_for_status()
        return reply.json()
