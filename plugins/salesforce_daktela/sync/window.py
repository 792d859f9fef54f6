"""The span of change stamps one run reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

EARLIEST = datetime(1999, 1, 1, tzinfo=UTC)
"""Salesforce opened in 1999 and stamps most changes itself, so halving begins there; imports may set older stamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Half-open, ``since <= SystemModstamp < until``, aware and in UTC; ``since`` None means from the beginning."""

    since: datetime | None
    until: datetime

    def __post_init__(self) -> None:
        for moment in (self.since, self.until):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError("a window's bounds carry a time zone")
        if self.since is not None and self.since > self.until:
            raise ValueError(f"a window cannot end ({self.until}) before it starts ({self.since})")
