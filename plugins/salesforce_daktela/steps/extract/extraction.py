"""What one extract step read, as handed to the steps after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salesforce_daktela.staging.store import PartRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one extract step read. ``parts`` hold rows, ``departures`` hold Ids that left the filter.

    ``calls`` are requests to Salesforce, over all tries; ``calls_left`` of ``calls_allowed`` is what the org had left.
    ``fingerprint`` is the mapping's, as it was read.
    ``not_found`` are Ids that the run names and that Salesforce does not have.
    """

    extraction: str
    api: str
    since: datetime | None
    until: datetime | None
    read_at: datetime
    parts: tuple[PartRef, ...]
    departures: tuple[PartRef, ...]
    fingerprint: str
    calls: int | None = None
    calls_left: int | None = None
    calls_allowed: int | None = None
    not_found: tuple[str, ...] = ()

    @property
    def extracted(self) -> int:
        """Rows over all parts."""
        return sum(part.rows for part in (*self.parts, *self.departures))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values without the parts, which travel one by one."""
        return {
            "extraction": self.extraction,
            "api": self.api,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "read_at": self.read_at.isoformat(),
            "extracted": self.extracted,
            "calls": self.calls,
            "fingerprint": self.fingerprint,
            "calls_left": self.calls_left,
            "calls_allowed": self.calls_allowed,
            "not_found": list(self.not_found),
        }
